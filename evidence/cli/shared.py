"""Options and consoles that commands share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .values import analysis_ids, synthesis_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from ..base import EvidenceBase

__all__ = [
    "AnalysisOption",
    "JsonOption",
    "ProjectOption",
    "SynthesesArgument",
    "SynthesisArgument",
    "console",
    "counted",
    "error_console",
    "open_base",
    "print_json",
    "refuse_together",
]

ProjectOption = Annotated[
    Path | None,
    typer.Option("--project", "-C", help="A folder in the project; by default the one around you.", show_default=False),
]
AnalysisOption = Annotated[
    str | None,
    typer.Option(
        "--analysis",
        "-a",
        help="A sensitivity analysis; by default the primary one.",
        show_default=False,
        autocompletion=analysis_ids,
    ),
]
SynthesisArgument = Annotated[
    str, typer.Argument(help="A synthesis; `evidence list` names them.", metavar="ID", autocompletion=synthesis_ids)
]
SynthesesArgument = Annotated[
    list[str],
    typer.Argument(
        help="One or more syntheses; `evidence list` names them.", metavar="ID", autocompletion=synthesis_ids
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def console() -> Console:
    """Return a console on standard output; it has no colours where that is not a terminal."""
    from rich.console import Console

    return Console(highlight=False)


def error_console() -> Console:
    """Return a console on standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def open_base(project: Path | None) -> EvidenceBase:
    """Return the evidence base of the project named, or the one around the current folder, or the shipped one."""
    from ..base import load

    return load(project)


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "row"), counted(2, "row"), counted(0, "synthesis has", "syntheses have")
    ('1 row', '2 rows', '0 syntheses have')
    """
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"


def refuse_together(options: Mapping[str, bool]) -> None:
    """Refuse options of which one would silently win over the others.

    Parameters
    ----------
    options : mapping of str to bool
        Each as it is typed, and whether it was given.

    Raises
    ------
    InputError
        If more than one was given.

    Examples
    --------
    >>> refuse_together({"--json": True, "--format html": True})
    Traceback (most recent call last):
    ...
    evidence.errors.InputError: --json and --format html cannot go together; take one of them
    """
    from ..errors import InputError

    given = [option for option, is_given in options.items() if is_given]
    if len(given) > 1:
        raise InputError(f"{' and '.join(given)} cannot go together; take one of them")


def print_json(data: Any) -> None:
    """Print data as JSON: UTF-8, missing numbers as null."""
    typer.echo(json.dumps(_plain(data), ensure_ascii=False, indent=2))


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if hasattr(data, "item"):
        data = data.item()
    if isinstance(data, float) and (data != data or data in (float("inf"), float("-inf"))):
        return None
    return data
