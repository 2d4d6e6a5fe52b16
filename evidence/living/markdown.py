"""A comparison as Markdown: tables that show in a pull request, safe whatever the cells hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .sections import Section, clean, headline, sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .diff import BaseDiff

__all__ = ["escaped", "markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#$&!@])")


def escaped(text: str) -> str:
    r"""Return text so that Markdown shows it as it is: no table, link, image, HTML or mention comes of it.

    Examples
    --------
    >>> escaped("a|b <b>x</b> [y](z)")
    'a\\|b \\<b\\>x\\</b\\> \\[y\\](z)'
    """
    return _SPECIAL.sub(r"\\\1", clean(text))


def markdown(diff: BaseDiff) -> str:
    """Return a comparison as Markdown; the same comparison gives the same text."""
    lines = ["# What changed in the evidence"]
    for line in headline(diff):
        lines += ["", escaped(line)]
    for section in sections(diff):
        lines += ["", f"## {section.title}", "", *_body(section)]
    return "\n".join(lines) + "\n"


def _body(section: Section) -> Iterator[str]:
    if not section.header:
        yield from (f"- {escaped(row[0])}" for row in section.rows)
        return
    yield f"| {' | '.join(section.header)} |"
    yield f"|{'|'.join('---' for _ in section.header)}|"
    for row in section.rows:
        yield f"| {' | '.join(escaped(cell) for cell in row)} |"
