"""The table for a terminal: outcome by outcome, because eight columns do not fit into eighty."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from .layout import ABSOLUTE, Cell, circles

if TYPE_CHECKING:
    from .row import Column, SofRow
    from .table import Group, SummaryOfFindings

__all__ = ["plain_text"]

_INDENT = 16
_BEFORE: tuple[Column, ...] = ("participants", "effect")
_AFTER: tuple[Column, ...] = ("certainty", "meaning")
_NAMES: dict[Column, str] = {
    "participants": "Participants",
    "effect": "Effect",
    "comparison": "Comparison",
    "intervention": "Intervention",
    "difference": "Difference",
    "certainty": "Certainty",
    "meaning": "Meaning",
}


def plain_text(table: SummaryOfFindings, *, width: int = 80) -> str:
    """Return the table as text, no line longer than `width` unless a word is.

    Parameters
    ----------
    table : SummaryOfFindings
        The table.
    width : int
        Columns of the terminal.
    """
    lines = [*_filled(table.title, width, ""), *_filled(table.population and f"In {table.population}.", width, "")]
    for group in table.groups:
        if len(table.groups) > 1:
            lines += ["", *_filled(group.label.upper(), width, "")]
        lines += _arms(group, width)
        for row in group.rows:
            lines += ["", *_row(table, row, width)]
    lines.append("")
    for note in table.footnotes:
        lines += _filled(f"[{note.mark}] {note.text}", width, " " * (len(note.mark) + 3))
    lines += [line for remark in table.remarks for line in _filled(remark, width, "")]
    return "\n".join(lines) + "\n"


def _arms(group: Group, width: int) -> list[str]:
    arms = f"Intervention: {group.arm_1}." + (f" Comparison: {group.arm_2}." if group.arm_2 else "")
    return _filled(arms, width, "")


def _row(table: SummaryOfFindings, row: SofRow, width: int) -> list[str]:
    first, *rest = table.lines(row)
    lines = _filled(_shown(first["outcome"]), width, "  ")
    for column in _BEFORE:
        lines += _entry(_NAMES[column], first[column], width)
    for line in (first, *rest):
        for column in ABSOLUTE:
            if line[column].text != "–":
                lines += _entry(_NAMES[column], line[column], width)
    for column in _AFTER:
        lines += _entry(_NAMES[column], first[column], width)
    return lines


def _entry(name: str, cell: Cell, width: int) -> list[str]:
    return _filled(f"  {name:<{_INDENT - 2}}{_shown(cell)}", width, " " * _INDENT)


def _shown(cell: Cell) -> str:
    marks = f" [{', '.join(cell.marks)}]" if cell.marks else ""
    return f"{circles(cell.certainty)}{cell.text}{marks}"


def _filled(text: str, width: int, hanging: str) -> list[str]:
    return textwrap.wrap(text, width=width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)
