"""One way to show every result: as a line, as text of at most 80 columns, as HTML, as plain values.

A result says once, in a `Card`, what there is to show; `Carded` makes the forms that people meet.
"""

from __future__ import annotations

import html
import math
import textwrap
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .numbers import MINUS, format_number, format_p

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Card", "Carded", "json_ready", "show_number"]

_WIDTH = 78
_NAME = 22
_DIGITS = 4
_ROWS = 60
_LARGE = 1e7  # from here on powers of ten are shorter


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a result shows.

    Attributes
    ----------
    title : str
        The method in words.
    facts : tuple of (str, str)
        Names and values, the most important first.
    table : DataFrame, optional
        Rows to show; a column called ``pvalue`` or ``p`` is shown as p-values. Its index is shown where it has names.
    notes : tuple of str
        Sentences below the table.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    table: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


class Carded:
    """The forms of a result, for a dataclass that has `_card`."""

    __slots__ = ()

    def _card(self) -> Card:
        raise NotImplementedError

    def summary(self) -> str:
        """Return the result as text, at most 80 columns wide."""
        return _as_text(self._card())

    def to_dict(self) -> dict[str, Any]:
        """Return every number and every choice, ready for JSON: what cannot be estimated is None."""
        plain = json_ready(self)
        return plain if isinstance(plain, dict) else {"value": plain}

    def __repr__(self) -> str:
        card = self._card()
        facts = "; ".join(f"{name} {value}" for name, value in card.facts[:4])
        return f"<{type(self).__name__}: {facts}>"

    def _repr_html_(self) -> str:
        return _as_html(self._card())


def show_number(value: float, digits: int = _DIGITS) -> str:
    """Return a number with about `digits` significant digits, with a true minus.

    Examples
    --------
    >>> show_number(-0.71453), show_number(1234.567), show_number(0.0000123), show_number(float("nan"))
    ('−0.7145', '1235', '1.23e−05', 'n/e')
    >>> show_number(0.0999999999)
    '0.1000'
    """
    if not math.isfinite(value) or value == 0:
        return format_number(value, 0 if value == 0 else 2)
    # the power of ten after rounding, which may be the next one
    size = int(f"{abs(value):.{digits - 1}e}".partition("e")[2])
    if -4 <= size < 7:
        return format_number(value, max(0, digits - 1 - size) if size >= 0 else min(digits - 1 - size, 7))
    return f"{value:.{digits - 2}e}".replace("-", MINUS)


def json_ready(value: Any) -> Any:
    """Return plain values: dicts, lists, text, numbers, True and False; None for NaN and infinities.

    Examples
    --------
    >>> json_ready({"ci": (0.1, float("nan")), "w": np.array([1.0, 2.0])})
    {'ci': [0.1, None], 'w': [1.0, 2.0]}
    """
    if is_dataclass(value) and not isinstance(value, type):
        own = getattr(value, "to_dict", None)
        if own is not None and getattr(type(value), "to_dict", None) is not Carded.to_dict:
            return own()
        return {field.name: json_ready(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict) or (hasattr(value, "items") and not isinstance(value, (pd.Series, pd.DataFrame))):
        return {str(key): json_ready(item) for key, item in value.items()}
    if isinstance(value, pd.DataFrame):
        return [json_ready(row) for row in value.to_dict(orient="records")]
    if isinstance(value, (np.ndarray, pd.Series, pd.Index)):
        return [json_ready(item) for item in np.asarray(value).tolist()]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [json_ready(item) for item in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return None if value is None or value is pd.NaT or value is pd.NA else str(value)


def _as_text(card: Card) -> str:
    lines = [*textwrap.wrap(card.title, _WIDTH), "=" * _WIDTH]
    lines += [line for name, value in card.facts for line in _fact(name, value)]
    if card.table is not None and len(card.table):
        lines += ["-" * _WIDTH, *_table_lines(card.table)]
    if card.notes:
        lines += ["-" * _WIDTH, *(line for note in card.notes for line in _wrap(note))]
    lines.append("=" * _WIDTH)
    lines += [line for caution in card.cautions for line in _wrap(f"Caution: {caution}")]
    return "\n".join(lines)


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, subsequent_indent="    ")


def _fact(name: str, value: str) -> list[str]:
    """Return a name and its value; long values go on below each other."""
    head = f"{name + ':':<{_NAME}} "
    room = _WIDTH - _NAME - 1
    if len(head) > _NAME + 1:
        return _wrap(f"{name}: {value}")
    first, *more = textwrap.wrap(value, room) or [""]
    return [f"{head}{first}".rstrip(), *(f"{'':<{_NAME + 1}}{line}" for line in more)]


def _cells(table: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return the header and the cells of a table as text."""
    named = table.index.name is not None or not isinstance(table.index, pd.RangeIndex)
    header = [str(table.index.name or "")] if named else []
    columns: list[list[str]] = [[str(name) for name in table.index]] if named else []
    for name in table.columns:
        header.append(str(name))
        columns.append([_cell(str(name), value) for value in table[name]])
    return header, [list(row) for row in zip(*columns, strict=True)]


def _cell(name: str, value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else ""
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if name == "p" or name.endswith("pvalue"):
            return format_p(number).removeprefix("p ").removeprefix("= ")
        whole = number.is_integer() and abs(number) < _LARGE
        return format_number(number, 0) if whole else show_number(number)
    return "" if value is None or value is pd.NA else str(value)


def _table_lines(table: pd.DataFrame) -> list[str]:
    """Return the table in columns, in several blocks where it is too wide and with the middle left out if too long."""
    header, rows = _cells(table)
    left_out = len(rows) - _ROWS
    if left_out > 0:
        half = _ROWS // 2
        rows = [*rows[:half], ["…", *[""] * (len(header) - 1)], *rows[-half:]]
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]
    is_text = [pd.api.types.is_numeric_dtype(dtype) is False for dtype in table.dtypes]
    left = [True, *is_text] if len(header) > len(table.columns) else is_text
    widths[0] = min(widths[0], 28)
    lines: list[str] = []
    for block in _blocks(widths):
        if lines:
            lines.append("")
        for row in [header, *rows]:
            cells = [_fit(row[column], widths[column], to_left=left[column]) for column in block]
            lines.append("  ".join(cells).rstrip()[:_WIDTH])
    if left_out > 0:
        lines.append(f"({left_out} rows not shown)")
    return lines


def _blocks(widths: Sequence[int]) -> list[list[int]]:
    """Return which columns go side by side: the first leads every block."""
    blocks, block, used = [], [0], widths[0]
    for column in range(1, len(widths)):
        if used + 2 + widths[column] > _WIDTH and len(block) > 1:
            blocks.append(block)
            block, used = [0], widths[0]
        block.append(column)
        used += 2 + widths[column]
    return [*blocks, block]


def _fit(cell: str, width: int, *, to_left: bool) -> str:
    cell = cell if len(cell) <= width else cell[: width - 1] + "…"
    return f"{cell:<{width}}" if to_left else f"{cell:>{width}}"


def _as_html(card: Card) -> str:
    facts = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>" for name, value in card.facts)
    parts = [f"<div><h4>{html.escape(card.title)}</h4><table>{facts}</table>"]
    if card.table is not None and len(card.table):
        header, rows = _cells(card.table)
        head = "".join(f"<th>{html.escape(cell)}</th>" for cell in header)
        body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    parts += [f"<p>{html.escape(note)}</p>" for note in card.notes]
    parts += [f"<p><strong>Caution:</strong> {html.escape(caution)}</p>" for caution in card.cautions]
    return "".join([*parts, "</div>"])
