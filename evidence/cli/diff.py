"""``evidence diff``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003
from typing import TYPE_CHECKING, Annotated

import typer

from .shared import JsonOption, ProjectOption, console, counted, error_console, print_json, refuse_together
from .values import one_of

if TYPE_CHECKING:
    from ..living import BaseDiff
    from ..project import Project

__all__ = ["register"]

_FORMATS = ("terminal", "markdown", "json")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence diff v1.4.2"
        " · evidence diff main...update --markdown"
        " · evidence diff before . --out changes.md"
        ' · evidence diff v1.4.2 --log 1.5.0 --trigger "monthly search"'
    )
    def diff(
        before: Annotated[
            str, typer.Argument(help="A tag, branch or commit, a folder with a project, A..B, A...B, or `nothing`.")
        ],
        after: Annotated[
            str | None, typer.Argument(help="The same; by default `.`, the project as it stands.", show_default=False)
        ] = None,
        as_published: Annotated[
            bool,
            typer.Option("--as-published", help="Compare the result files kept with each, instead of computing both."),
        ] = False,
        everything: Annotated[bool, typer.Option("--all", help="Show every row of every table.")] = False,
        form: Annotated[
            str | None,
            typer.Option(
                "--format",
                help="terminal (the default), markdown or json.",
                show_default=False,
                autocompletion=one_of(*_FORMATS),
            ),
        ] = None,
        as_markdown: Annotated[bool, typer.Option("--markdown", help="The same as --format markdown.")] = False,
        as_json: JsonOption = False,
        out: Annotated[
            Path | None,
            typer.Option("--out", "-o", help="Write to a file; .md and .json say the format.", show_default=False),
        ] = None,
        log: Annotated[
            str | None,
            typer.Option(
                "--log",
                help="Append this version to the change log; `proposed` takes the one that the changes ask for.",
                show_default=False,
            ),
        ] = None,
        date: Annotated[
            str | None, typer.Option("--date", help="For --log: its day; by default today.", show_default=False)
        ] = None,
        trigger: Annotated[
            str | None,
            typer.Option("--trigger", help="For --log: what occasioned the version.", show_default=False),
        ] = None,
        project: ProjectOption = None,
    ) -> None:
        """Show what changed between two bases: trials, numbers, rules, and what it does to every pooled effect.

        Revisions are read from git without touching the working tree. Effects old and new are both computed by today's
        code, so that only data and rules differ.
        """
        from ..living import compare_bases, find_sources, read_source
        from ..project import find_project

        if log is None:
            _only_with_log({"--date": date, "--trigger": trigger})
        chosen = _format(form, out, as_markdown=as_markdown, as_json=as_json)
        found = find_project(project)
        first, second = find_sources([before] if after is None else [before, after], found)
        result = compare_bases(read_source(first), read_source(second), as_published=as_published)
        _show(result, chosen, out, most=0 if everything else 30)
        if log is not None:
            _log(found, result, log, date, trigger or "")


def _only_with_log(options: dict[str, str | None]) -> None:
    from ..errors import InputError

    for option, value in options.items():
        if value is not None:
            raise InputError(
                f"{option} is for an entry in the change log; name its version with --log, or leave it out"
            )


def _format(form: str | None, out: Path | None, *, as_markdown: bool, as_json: bool) -> str:
    from ..vocabulary import check_option

    refuse_together({"--json": as_json, "--markdown": as_markdown, f"--format {form}": form is not None})
    if as_markdown or as_json:
        form = "json" if as_json else "markdown"
    elif form is None and out is not None:
        form = {".md": "markdown", ".json": "json"}.get(out.suffix.lower())
    return check_option("--format", form or "terminal", _FORMATS)


def _show(result: BaseDiff, form: str, out: Path | None, *, most: int) -> None:
    if out is not None:
        _write(result, form, out, most=most)
        error_console().print(f"written: {out}", markup=False, soft_wrap=True)
    elif form == "json":
        print_json(result.to_dict())
    elif form == "markdown":
        typer.echo(result.to_markdown(), nl=False)
    else:
        from ..living.terminal import terminal_parts

        screen = console()
        for part in terminal_parts(result, most=most):
            screen.print(part)


def _write(result: BaseDiff, form: str, out: Path, *, most: int) -> None:
    import io
    import json

    from ..errors import ProjectError
    from ..tables.io import write_bytes

    if form == "json":
        text = json.dumps(result.to_dict(), ensure_ascii=False, indent=2) + "\n"
    elif form == "markdown":
        text = result.to_markdown()
    else:
        from rich.console import Console

        from ..living.terminal import terminal_parts

        buffer = io.StringIO()
        Console(file=buffer, width=100, color_system=None).print(*terminal_parts(result, most=most), sep="\n")
        text = buffer.getvalue()
    try:
        write_bytes(out, text.encode())
    except OSError as error:
        raise ProjectError(f"{out} cannot be written: {error.strerror}") from None


def _log(project: Project, result: BaseDiff, version: str, date: str | None, trigger: str) -> None:
    from datetime import date as day

    from ..living import append_entry
    from ..living.log import page_path
    from ..living.version import parse_version

    proposed = result.proposal.proposed
    number = proposed if version == "proposed" else version
    today = date if date is not None else day.today().isoformat()
    rows = append_entry(project, result, version=number, date=today, trigger=trigger)
    err = error_console()
    if proposed and parse_version(number) < parse_version(proposed):
        err.print(f"{number} is lower than the changes ask for: {result.proposal.sentence()}", markup=False)
    page = page_path(project).relative_to(project.root)
    err.print(f"{counted(len(rows), 'row')} appended as {number}; {page} was written anew", markup=False)
