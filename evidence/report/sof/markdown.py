"""The table as a Markdown pipe table, which pandoc and GitHub read alike; no record's text is taken for markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..wording import capital
from .layout import WIDTHS, Cell, circles
from .row import COLUMNS

if TYPE_CHECKING:
    from .layout import Line
    from .table import SummaryOfFindings

__all__ = ["escaped", "markdown"]

# Punctuation that begins markup somewhere in CommonMark, in GitHub's tables or in pandoc's own Markdown.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~^$@&])")
_BEGINNING = re.compile(r"^([-+=]|\d+[.)](?=\s|$))")


def escaped(text: str) -> str:
    r"""Return text that Markdown shows as it is.

    Examples
    --------
    >>> print(escaped("a|b *c* <script>"))
    a\|b \*c\* \<script\>
    >>> print(escaped("=1+1"), escaped("1. first"))
    \=1+1 1\. first
    """
    safe = _MARKUP.sub(r"\\\1", text)
    found = _BEGINNING.match(safe)
    if not found:
        return safe
    start = found.group()
    return f"{start[:-1]}\\{start[-1]}{safe[len(start) :]}"


def markdown(table: SummaryOfFindings) -> str:
    """Return the table with its title, notes and remarks.

    A row with several comparison values has several lines, of which the later ones repeat nothing. Letters of notes
    stand in brackets, and the notes below in the same order.

    Parameters
    ----------
    table : SummaryOfFindings
        The table.
    """
    parts = [f"**{escaped(table.title)}**"]
    if table.population:
        parts.append(f"Population: {escaped(table.population)}.")
    for group in table.groups:
        if len(table.groups) > 1:
            arms = f"{group.arm_1} against {group.arm_2}" if group.arm_2 else group.arm_1
            parts.append(f"**{escaped(capital(group.label))}** ({escaped(arms)})")
        lines = [_joined([escaped(table.header[column]) for column in COLUMNS])]
        lines.append("|" + "|".join("-" * WIDTHS[column] for column in COLUMNS) + "|")
        lines += [_line(line) for row in group.rows for line in table.lines(row)]
        parts.append("\n".join(lines))
    parts += [f"\\[{note.mark}\\] {escaped(note.text)}" for note in table.footnotes]
    parts += [escaped(remark) for remark in table.remarks]
    return "\n\n".join(parts) + "\n"


def _line(line: Line) -> str:
    return _joined([_cell(line[column]) if column in line else "" for column in COLUMNS])


def _cell(cell: Cell) -> str:
    marks = f" \\[{', '.join(cell.marks)}\\]" if cell.marks else ""
    return f"{circles(cell.certainty)}{escaped(cell.text)}{marks}"


def _joined(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
