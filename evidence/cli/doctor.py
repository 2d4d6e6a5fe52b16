"""``evidence doctor``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from .shared import JsonOption, ProjectOption, console, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from ..doctor import Diagnosis, Observation

__all__ = ["register"]

_MARKS = {"ok": "ok", "note": "note", "todo": "to do", "broken": "BROKEN"}
_STYLES = {"ok": "green", "note": "yellow", "todo": "cyan", "broken": "bold red"}
_HEADINGS = {
    "installation": "Installation",
    "surroundings": "Surroundings",
    "review": "Review",
    "work": "Work",
}


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(epilog="Examples: evidence doctor · evidence doctor --json")
    def doctor(project: ProjectOption = None, as_json: JsonOption = False) -> None:
        """Say how the installation, the review and the work on it stand, and what to do next.

        Nothing is written and nothing is asked of the network. Exit code 1 means that something is broken; what merely
        waits to be done is no fault.
        """
        from ..doctor import examine

        _be_readable()
        out = console()
        terminal = {
            "is_terminal": out.is_terminal,
            "width": out.width,
            "encoding": out.encoding,
            "colour": out.color_system is not None and not out.no_color,
        }
        found = examine(project, terminal=terminal)
        if as_json:
            print_json(found.to_dict())
        else:
            _print(found)
        raise typer.Exit(1 if found.broken else 0)


def _be_readable() -> None:
    """Let no letter stop the one command that says what is wrong; those that cannot be shown are spelled out."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _print(found: Diagnosis) -> None:
    from rich.text import Text

    from ..doctor import GROUPS

    out = console()
    for group in GROUPS:
        members = [seen for seen in found.observations if seen.group == group]
        if members:
            out.print(Text(_HEADINGS[group], style="bold"), _table(members), "", sep="\n")
    if not found.steps:
        out.print(Text("Nothing is left to do." if not found.broken else "Mend what is broken first.", style="bold"))
        return
    out.print(Text("Mend this first" if found.broken else "What to do next", style="bold"))
    for number, step in enumerate(found.steps, start=1):
        # a command stands on a line of its own, so that it can be copied whole
        out.print(Text.assemble(f"  {number} ", (step.command, "bold cyan")), soft_wrap=True)
        out.print(Text(f"    {step.why}", style="dim"))


def _table(members: list[Observation]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 0))
    table.add_column(width=8, no_wrap=True)
    table.add_column(width=11, no_wrap=True)
    table.add_column(overflow="fold")
    for seen in members:
        told = Text(seen.text)
        for line in seen.details:
            told.append(f"\n{line}", style="dim")
        table.add_row(Text(f"  {_MARKS[seen.state]}", style=_STYLES[seen.state]), Text(seen.title), told)
    return table
