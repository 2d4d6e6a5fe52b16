"""What the generated pages share: tables in Markdown, where a page comes from, the sections of a docstring."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["attributes_of", "cell", "markdown", "note", "paragraphs", "table"]

_NAMES = re.compile(r"(\w+(?:, \w+)*)(?: : (.+))?")


def note(source: str) -> str:
    """Return the remark at the head of a generated page."""
    return f"<!-- Written by `python docs/generate.py` from {source}; change it there. -->"


def cell(text: str) -> str:
    """Return text for a cell of a Markdown table: one line, no bars."""
    return " ".join(text.split()).replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a Markdown table."""
    lines = [f"| {' | '.join(head)} |".replace("|  |", "| |"), f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(cell(text) for text in row)} |" for row in rows), ""]


def markdown(text: str) -> str:
    """Return a docstring's marks in Markdown: code has one backtick there, not two."""
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def paragraphs(doc: str | None) -> list[str]:
    """Return what a docstring says before its sections, paragraph by paragraph."""
    text = re.split(r"\n\w[\w ]*\n-{3,}", inspect.cleandoc(doc or ""))[0]
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def attributes_of(shape: type) -> dict[str, tuple[str, str]]:
    """Return each name in the section *Attributes* of a class, with its type and its meaning."""
    found = re.search(
        r"\nAttributes\n-+\n(.*?)(?=\n\n?\w[\w ]*\n-{3,}|\Z)", inspect.cleandoc(shape.__doc__ or ""), re.S
    )
    entries: dict[str, tuple[str, str]] = {}
    names: list[str] = []
    kind, meaning = "", []
    for line in [*(found.group(1).splitlines() if found else []), ""]:
        head = _NAMES.fullmatch(line)
        if line.startswith(" ") or (not line.strip() and names and line != ""):
            meaning.append(line.strip())
        elif head or line == "":
            entries |= {name: (kind, " ".join(meaning)) for name in names}
            names, kind, meaning = (head[1].split(", "), head[2] or "", []) if head else ([], "", [])
    return entries
