"""Text in one of a command's formats: on standard output, or in a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from .shared import console, error_console, print_json
from .values import one_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FORMATS", "FormatOption", "Written", "deliver", "deliver_json"]

FORMATS = ("text", "markdown", "html", "csv")
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        help="text (the default), markdown, html or csv.",
        show_default=False,
        autocompletion=one_of(*FORMATS),
    ),
]
_WIDEST = 100


class Written(Protocol):
    """What can be written in every format."""

    def to_text(self, width: int) -> str:
        """Return it as text of some width."""
        ...

    def to_markdown(self) -> str:
        """Return it as Markdown."""
        ...

    def to_html(self) -> str:
        """Return it as HTML."""
        ...

    def to_csv(self) -> str:
        """Return it as CSV."""
        ...


def deliver(what: Written, form: str, out: Path | None) -> None:
    """Print a table in one of `FORMATS`, or write it to a file, whole or not at all.

    Text is as wide as the terminal, at most 100 columns; in a file it has 100.
    """
    from ..tables.io import write_bytes

    if form == "text":
        text = f"{what.to_text(min(console().width, _WIDEST) if out is None else _WIDEST)}\n"
    else:
        text = {"markdown": what.to_markdown, "html": what.to_html, "csv": what.to_csv}[form]()
    if out is None:
        typer.echo(text, nl=False)
        return
    write_bytes(out, text.encode())
    error_console().print(f"written: {out}", soft_wrap=True, markup=False)


def deliver_json(data: dict[str, Any], out: Path | None) -> None:
    """Print plain values as JSON, or write them to a file, whole or not at all."""
    from ..tables.io import write_bytes

    if out is None:
        print_json(data)
        return
    write_bytes(out, (json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode())
    error_console().print(f"written: {out}", soft_wrap=True, markup=False)
