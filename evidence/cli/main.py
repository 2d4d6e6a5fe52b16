"""The application: its commands, and errors as messages."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from ..errors import EvidenceError
from . import (
    bias,
    build,
    check,
    cite,
    claims,
    diff,
    duplicates,
    explain,
    export,
    extract,
    grade,
    listing,
    multiverse,
    new,
    plot,
    pool,
    refresh,
    report,
    respond,
    reviews,
    screen,
    sensitivity,
    sof,
)
from .shared import error_console

__all__ = ["COMMANDS", "app", "main"]

# The order of the work: begin, answer, look closer, judge, keep alive.
_ORDER = (
    "new",
    "check",
    "refresh",
    "screen",
    "duplicates",
    "extract",
    "respond",
    "build",
    "report",
    "list",
    "cite",
    "explain",
    "pool",
    "plot",
    "sensitivity",
    "multiverse",
    "bias",
    "grade",
    "sof",
    "claims",
    "reviews",
    "export",
    "diff",
)


class _InOrderOfWork(TyperGroup):
    """The commands as a review needs them, groups of commands among them."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=_ORDER.index)


app = typer.Typer(
    name="evidence",
    cls=_InOrderOfWork,
    help="A living evidence base, and the meta-analysis toolkit that keeps it alive.\n\n"
    "Start with `evidence build`: it checks the tables, pools every synthesis that the protocol declares, and "
    "writes results/ with a report. `evidence list` names the syntheses; `evidence explain ID` shows where a number "
    "comes from.",
    epilog="Examples: evidence build · evidence list · evidence explain addon-minoxidil-response-women",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS = (
    build,
    report,
    check,
    refresh,
    listing,
    pool,
    explain,
    extract,
    cite,
    plot,
    grade,
    sof,
    claims,
    reviews,
    respond,
    sensitivity,
    multiverse,
    bias,
    diff,
    new,
    screen,
    duplicates,
    export,
)

for command in COMMANDS:
    command.register(app)


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(False, "--version", help="Print the version and stop.", is_eager=True),
) -> None:
    if version:
        from .. import __version__

        typer.echo(f"evidence {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; an error raised on purpose becomes a message and exit code 1."""
    try:
        app()
    except EvidenceError as error:
        error_console().print(f"[bold red]error:[/] {_escaped(str(error))}", soft_wrap=True, highlight=False)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)


def _escaped(text: str) -> str:
    """Return `text` so that its brackets stay brackets."""
    from rich.markup import escape

    return escape(text)
