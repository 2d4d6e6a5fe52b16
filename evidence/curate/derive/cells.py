"""Cells of a row as numbers and texts, whatever columns it has."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...numbers import MINUS, file_number
from ..index import present

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["number", "printed", "shown", "word"]


def number(row: Mapping[str, Any], name: str) -> float:
    """Return a cell as a number; NaN where the column is absent or the cell empty.

    Examples
    --------
    >>> number({"n": 20}, "n"), number({}, "n")
    (20.0, nan)
    """
    value: Any = row.get(name)
    return float(value) if present(value) else math.nan


def word(row: Mapping[str, Any], name: str) -> str:
    """Return a cell as text; empty where the column is absent or the cell empty."""
    value = row.get(name)
    return str(value).strip() if present(value) else ""


def printed(row: Mapping[str, Any], *names: str) -> bool:
    """Whether all these cells hold a number."""
    return not any(math.isnan(number(row, name)) for name in names)


def shown(value: float) -> str:
    """Return a number with five significant digits, for the text of a step.

    Examples
    --------
    >>> shown(160.123456), shown(-0.5)
    ('160.12', '−0.5')
    """
    return file_number(float(f"{value:.5g}")).replace("-", MINUS)
