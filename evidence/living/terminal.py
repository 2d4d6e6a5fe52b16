"""A comparison for the terminal, readable from 80 columns on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .sections import Section, headline, sections

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from .diff import BaseDiff

__all__ = ["terminal_parts"]

_SHARES = {
    "Question": 4,
    "Trial": 3,
    "Where": 4,
    "Before": 3,
    "After": 3,
    "What moved, and why": 5,
    "Reason": 4,
    "What happened": 3,
    "What it says": 5,
    "What changed": 6,
    "Rows": 5,
}


def terminal_parts(diff: BaseDiff, *, most: int = 30) -> list[Table | Text]:
    """Return a comparison as tables; of each, at most so many rows, and how many more there are.

    Parameters
    ----------
    diff : BaseDiff
        The comparison.
    most : int
        Rows of a table that are shown; 0 shows all.
    """
    from rich.text import Text

    first, *rest = headline(diff)
    parts: list[Table | Text] = [Text(first, style="bold"), *(Text(line) for line in rest)]
    for section in sections(diff):
        parts += _parts(section, most)
    return parts


def _parts(section: Section, most: int) -> list[Table | Text]:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = section.rows[:most] if most else section.rows
    left = len(section.rows) - len(shown)
    more = [Text(f"{left} more; --all or --format markdown shows every one", style="dim")] if left else []
    if not section.header:
        return [Text(f"\n{section.title}", style="bold"), *(Text(f"- {row[0]}") for row in shown), *more]
    table = Table(
        title=f"\n{section.title}", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, expand=True
    )
    for name in section.header:
        table.add_column(name, ratio=_SHARES.get(name, 2), overflow="fold")
    for row in shown:
        table.add_row(*(Text(cell) for cell in row))
    return [table, *more]
