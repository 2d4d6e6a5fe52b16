"""The application: its commands, and errors as messages."""

from __future__ import annotations

import os
import sys
from typing import Any

import typer

from ..errors import EvidenceError, UnknownIdError
from . import (
    bias,
    build,
    check,
    cite,
    claims,
    datasets,
    diff,
    doctor,
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
    practice,
    refresh,
    report,
    respond,
    reviews,
    screen,
    sensitivity,
    sof,
)
from .legible import LegibleCommand
from .mistakes import WorkGroup
from .shared import error_console

__all__ = ["COMMANDS", "PANELS", "app", "main"]

# The order of the work: begin, search, take in, answer, look closer, judge, pass on. A command that stands nowhere here
# is listed last.
PANELS = (
    ("Begin", ("new", "doctor", "datasets", "practice")),
    ("Search and screen", ("refresh", "screen", "duplicates")),
    ("Extract and check", ("extract", "check", "respond")),
    ("Answer", ("build", "report", "list", "cite", "explain")),
    ("Look closer", ("pool", "plot", "sensitivity", "multiverse")),
    ("Judge", ("bias", "grade", "sof", "claims", "reviews")),
    ("Pass on", ("export", "diff")),
)


class _Commands(WorkGroup):
    panels = PANELS


app = typer.Typer(
    name="evidence",
    cls=_Commands,
    help="A living evidence base, and the meta-analysis toolkit that keeps it alive.\n\n"
    "`evidence doctor` says how things stand and what to do next. `evidence build` checks the tables, pools every "
    "synthesis that the protocol declares, and writes results/ with a report. `evidence list` names the syntheses; "
    "`evidence explain ID` shows where a number comes from.",
    epilog="Examples: evidence doctor"
    " · evidence build"
    " · evidence list"
    " · evidence explain addon-minoxidil-response-women",
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
    doctor,
    datasets,
    new,
    practice,
    screen,
    duplicates,
    export,
)

for command in COMMANDS:
    command.register(app)


def _panel(entry: Any) -> str:
    """Return the panel of a command; one without a name of its own is called as its function."""
    name = entry.name or entry.callback.__name__
    return next((panel for panel, names in PANELS if name in names), "More")


for registered in app.registered_commands:
    registered.rich_help_panel, registered.cls = _panel(registered), LegibleCommand
for added in app.registered_groups:
    added.rich_help_panel = _panel(added)
    for registered in added.typer_instance.registered_commands if added.typer_instance else ():
        registered.cls = LegibleCommand


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
        app(prog_name="evidence")
    except EvidenceError as error:
        _fail(f"{error}{_where_listed(error)}")
    except UnicodeEncodeError as error:
        # a letter put in the place of another could be a minus
        encoding = getattr(sys.stdout, "encoding", None) or error.encoding
        _fail(f"this output is written as {encoding}, which lacks {error.object[error.start]!a}; set PYTHONUTF8=1")
    except BrokenPipeError:
        # the reader has gone; without this, Python complains of the same when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            raise
        _fail(_of_the_disk(error))


def _fail(message: str) -> None:
    """Print a message to standard error, its brackets as brackets, and end with exit code 1."""
    from rich.markup import escape

    error_console().print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True, highlight=False)
    sys.exit(1)


def _where_listed(error: EvidenceError) -> str:
    """Return where all names of a kind are listed, for a name that there is not."""
    if not isinstance(error, UnknownIdError) or not error.known:
        return ""
    listed = {
        "analysis": "listed by `evidence list`",
        "check": "in docs/integrity.md",
        "claim": "listed by `evidence claims`",
        "data set": "listed by `evidence datasets`",
        "finding": "listed by `evidence check --all`",
        "record that is screened": "listed by `evidence screen --list`",
        "review": "listed by `evidence reviews`",
        "study": "in data/processed/studies.csv",
        "synthesis": "listed by `evidence list`",
    }
    return f"\nAll are {listed[error.kind]}." if error.kind in listed else ""


def _of_the_disk(error: OSError) -> str:
    """Return what the system said of a file, and what may be done."""
    name = os.fsdecode(error.filename) if isinstance(error.filename, bytes) else error.filename
    hints = {
        FileNotFoundError: "there is no such file or folder; look at the name, or make the folder first",
        IsADirectoryError: "it is a folder; name a file in it",
        NotADirectoryError: "part of its path is a file, not a folder",
        PermissionError: "permission denied; write to another folder with --out, or ask whose it is",
        FileExistsError: "it is there already; name another",
    }
    hint = next((text for kind, text in hints.items() if isinstance(error, kind)), error.strerror or "unknown trouble")
    return f"{name}: {hint}"
