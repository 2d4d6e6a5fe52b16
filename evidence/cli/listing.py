"""``evidence list``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .shared import JsonOption, ProjectOption, console, open_base, print_json

if TYPE_CHECKING:
    import typer

__all__ = ["register"]


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
        from rich.table import Table

        table = Table(title="Syntheses", title_justify="left", box=None, pad_edge=False, show_header=False)
        table.add_column(no_wrap=True)
        table.add_column()
        for spec in base.protocol.syntheses.values():
            table.add_row(spec.id, f"{spec.label} [dim]({spec.measure})[/dim]")
        rules = Table(title="\nAnalyses", title_justify="left", box=None, pad_edge=False, show_header=False)
        rules.add_column(no_wrap=True)
        rules.add_column()
        for analysis in base.protocol.analyses.values():
            rules.add_row(analysis.id, analysis.label)
        console().print(table, rules)
