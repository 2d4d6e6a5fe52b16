"""The table as an object of great-tables, for notebooks and further styling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ..wording import capital
from .layout import ABSOLUTE, circles
from .row import COLUMNS

if TYPE_CHECKING:
    from .layout import Line
    from .table import SummaryOfFindings

__all__ = ["great_table"]


def great_table(table: SummaryOfFindings) -> Any:
    """Return a ``great_tables.GT`` with a spanner over the anticipated effects, groups by comparison, and the notes.

    Parameters
    ----------
    table : SummaryOfFindings
        The table.

    Raises
    ------
    InputError
        If great-tables is not installed.
    """
    try:
        from great_tables import GT, html
    except ImportError:
        raise InputError(
            "great-tables is not installed; it comes with the extra `tables` of this package, "
            "as in `pip install microneedling-evidence[tables]`"
        ) from None
    from html import escape

    import pandas as pd

    def literal(text: str) -> Any:
        """Return text that great-tables shows as it is: it escapes cells and notes, and neither title nor headings."""
        return html(escape(text))

    several = len(table.groups) > 1
    records = [
        {"group": capital(group.label) if several else "", **_texts(line)}
        for group in table.groups
        for row in group.rows
        for line in table.lines(row)
    ]
    frame = pd.DataFrame(records, columns=["group", *COLUMNS])
    found = GT(frame, groupname_col="group") if several else GT(frame[list(COLUMNS)])
    found = found.tab_header(literal(table.title), literal(table.population) if table.population else None)
    found = found.cols_label({column: literal(name) for column, name in table.header.items()})
    found = found.tab_spanner("Anticipated absolute effects", columns=list(ABSOLUTE))
    found = found.cols_align("left")
    for note in (*(f"[{note.mark}] {note.text}" for note in table.footnotes), *table.remarks):
        found = found.tab_source_note(literal(note))
    return found


def _texts(line: Line) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in COLUMNS:
        cell = line.get(column)
        if cell is None:
            found[column] = ""
            continue
        marks = f" [{', '.join(cell.marks)}]" if cell.marks else ""
        found[column] = f"{circles(cell.certainty)}{cell.text}{marks}"
    return found
