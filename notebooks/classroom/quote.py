"""A sentence that the toolkit wrote, shown as prose."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape

__all__ = ["Quote", "quote"]

_WIDTH = 88


@dataclass(frozen=True, slots=True)
class Quote:
    """Text in paragraphs, word for word."""

    text: str

    def __repr__(self) -> str:
        return "\n\n".join(textwrap.fill(part, _WIDTH, break_on_hyphens=False) for part in self.text.split("\n\n"))

    def _repr_html_(self) -> str:
        parts = "".join(f"<p>{escape(part)}</p>" for part in self.text.split("\n\n"))
        return f'<blockquote style="border-left:3px solid #8fa3b8;margin:0.5em 0;padding:0 1em">{parts}</blockquote>'


def quote(text: str) -> Quote:
    """Show text that the toolkit wrote, wrapped and unchanged."""
    return Quote(text.strip())
