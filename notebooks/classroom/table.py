"""A table for words: cells with text stand left and wrap, cells with numbers stand right, and nothing is cut off."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from numbers import Real
from typing import TYPE_CHECKING, Any

import pandas as pd

from evidence.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Table", "table"]

_SHORT = 20
_UNBROKEN = ";white-space:nowrap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Headings and rows as they are shown."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]

    def __repr__(self) -> str:
        return pd.DataFrame(list(self.rows), columns=list(self.headings)).to_string(index=False, justify="left")

    def _repr_html_(self) -> str:
        def line(cells: Iterable[str], tag: str) -> str:
            sides = ("right" if right else "left" for right in self.right)
            shown = (
                f'<{tag} style="text-align:{side};vertical-align:top{_UNBROKEN * (len(cell) < _SHORT)}">{escape(cell)}</{tag}>'
                for cell, side in zip(cells, sides, strict=True)
            )
            return f"<tr>{''.join(shown)}</tr>"

        body = "\n".join(line(row, "td") for row in self.rows)
        return f'<table class="dataframe">\n<thead>{line(self.headings, "th")}</thead>\n<tbody>\n{body}\n</tbody>\n</table>'


def table(content: pd.DataFrame | Iterable[Mapping[str, Any]], *, digits: int = 2) -> Table:
    """Return rows as a table that can be read; a named index, or one of words, is its first column.

    Parameters
    ----------
    content : DataFrame, or rows as mappings from heading to cell
        What is shown.
    digits : int
        The most decimals that a number is shown with; a column of whole numbers has none.
    """
    frame = content if isinstance(content, pd.DataFrame) else pd.DataFrame(list(content))
    if frame.index.name or not pd.api.types.is_integer_dtype(frame.index):
        frame = frame.rename_axis(frame.index.name or "").reset_index()
    columns = [_column(frame[name], digits) for name in frame.columns]
    return Table(
        headings=tuple(map(str, frame.columns)),
        rows=tuple(zip(*columns, strict=True)),
        right=tuple(bool(pd.api.types.is_numeric_dtype(frame[name])) for name in frame.columns),
    )


def _column(values: pd.Series, digits: int) -> list[str]:
    """Return cells as text; numbers have as many decimals as the column needs, and no more than `digits`."""
    numbers = [float(value) for value in values if _is_number(value)]
    needed = next((few for few in range(digits) if all(round(number, few) == number for number in numbers)), digits)
    return [_cell(value, needed) for value in values]


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and value == value


def _cell(value: Any, digits: int) -> str:
    if _is_number(value):
        return format_number(float(value), digits)
    return "" if value is None or value is pd.NA or value != value else str(value)
