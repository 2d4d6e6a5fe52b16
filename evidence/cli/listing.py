"""``evidence list``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .shared import JsonOption, ProjectOption, console, open_base, print_json

if TYPE_CHECKING:
    import typer

__all__ = ["register"]

_ROOM = 30  # columns that a meaning needs beside its name


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(name="list", epilog="Example: evidence list --json")
    def list_(project: ProjectOption = None, as_json: JsonOption = False) -> None:
        """List the syntheses that the protocol declares, and the analyses under which each is run."""
        base = open_base(project)
        if as_json:
            analyses = {entry.id: entry.label for entry in base.protocol.analyses.values()}
            print_json({"syntheses": base.syntheses().to_dict("records"), "analyses": analyses})
            return
        syntheses = [(spec.id, spec.label, spec.measure) for spec in base.protocol.syntheses.values()]
        _print("Syntheses", syntheses)
        console().print()
        _print("Analyses", [(entry.id, entry.label, "") for entry in base.protocol.analyses.values()])


def _print(title: str, rows: list[tuple[str, str, str]]) -> None:
    """Print names with what they mean: beside each other, or one below the other where that leaves too little room."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    out = console()
    out.print(Text(title, style="bold"))
    told = [Text.assemble(label, (f" ({measure})" if measure else "", "dim")) for _, label, measure in rows]
    if out.width - max((len(name) for name, _, _ in rows), default=0) < _ROOM:
        for (name, _, _), meaning in zip(rows, told, strict=True):
            out.print(Text(name), Padding(meaning, (0, 0, 0, 4)))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column()
    for (name, _, _), meaning in zip(rows, told, strict=True):
        table.add_row(Text(name), meaning)
    out.print(table)
