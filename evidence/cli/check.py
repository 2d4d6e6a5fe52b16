"""``evidence check``."""

from __future__ import annotations

from dataclasses import asdict

import typer

from .shared import JsonOption, ProjectOption, console, error_console, print_json

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(epilog="Example: evidence check --json")
    def check(project: ProjectOption = None, as_json: JsonOption = False) -> None:
        """Check protocol and tables, and report every fault of every table at once; nothing is written."""
        from ..project import find_project
        from ..protocol import load_protocol
        from ..tables import TABLES, check_tables

        found = find_project(project)
        protocol = load_protocol(found.protocol)
        problems = check_tables(found.processed, vocabularies=protocol.vocabularies)
        if as_json:
            print_json({"ok": not problems, "problems": [asdict(problem) for problem in problems]})
        elif not problems:
            console().print(
                f"no fault in {len(TABLES)} tables and a protocol of {len(protocol.syntheses)} syntheses", style="green"
            )
        if problems and not as_json:
            err = error_console()
            tables = {problem.table for problem in problems}
            err.print(
                f"{len(problems)} fault{'s' * (len(problems) > 1)} in {len(tables)} table{'s' * (len(tables) > 1)}:"
            )
            for problem in problems:
                err.print(f"  {problem}", markup=False, soft_wrap=True)
        raise typer.Exit(1 if problems else 0)
