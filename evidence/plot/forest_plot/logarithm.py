"""A forest plot's ratios as their natural logarithms, the scale on which they are pooled."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from .alternative import in_sentence
from .data import ForestData, ForestRow, ForestSummary

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["on_log_scale"]

_Item = TypeVar("_Item", ForestRow, ForestSummary)


def on_log_scale(data: ForestData) -> ForestData:
    """Return ratios as logarithms, named so, with 0 for no effect; other data are returned as they are.

    Examples
    --------
    >>> row = ForestRow(label="Bao 2020", estimate=2.0, ci_low=1.0, ci_high=4.0)
    >>> data = on_log_scale(ForestData(rows=(row,), measure="Risk ratio", ratio=True, null=1.0))
    >>> data.measure, data.null, round(data.rows[0].estimate, 4)
    ('Log risk ratio', 0.0, 0.6931)
    """
    if not data.ratio:
        return data
    rows = tuple(_logged(row, ("estimate", "ci_low", "ci_high")) for row in data.rows)
    names = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
    return replace(
        data,
        rows=rows,
        overall=_logged(data.overall, names) if data.overall else None,
        subtotals=tuple(_logged(subtotal, names) for subtotal in data.subtotals),
        measure=f"Log {in_sentence(replace(data, unit=''))}",
        ratio=False,
        null=None if data.null is None else _log(data.null),
        digits=None if data.digits is None else max(2, data.digits),
    )


def _logged(item: _Item, names: Sequence[str]) -> _Item:
    values = {name: getattr(item, name) for name in names}
    logged: dict[str, Any] = {name: _log(value) for name, value in values.items() if value is not None}
    return replace(item, **logged)


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf
