"""Options and consoles that commands share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from ..base import EvidenceBase

__all__ = ["AnalysisOption", "JsonOption", "ProjectOption", "console", "error_console", "open_base", "print_json"]

ProjectOption = Annotated[
    Path | None,
    typer.Option("--project", "-C", help="A folder in the project; by default the one around you.", show_default=False),
]
AnalysisOption = Annotated[
    str | None,
    typer.Option("--analysis", "-a", help="A sensitivity analysis; by default the primary one.", show_default=False),
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
