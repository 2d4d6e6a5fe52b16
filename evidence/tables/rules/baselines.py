"""Rules for the characteristics of the people before treatment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .rule import Rule, row_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...errors import Problem
    from ..rows import Base, Row

__all__ = ["BASELINE_RULES"]

_NUMBERS_OF_KIND = {
    "mean": ("mean",),
    "count": ("events", "total"),
    "percent": ("percent",),
    "p-value-only": ("p_operator",),
}
_NUMBERS = ("mean", "sd", "plus_minus", "minimum", "maximum", "events", "total", "percent")
_ALLOWED = {
    "mean": ("mean", "sd", "plus_minus", "minimum", "maximum"),
    "count": ("events", "total", "percent"),
    "percent": ("percent", "total"),
    "p-value-only": (),
}


@row_rule("baselines", needs=("kind", *_NUMBERS, "p_operator"))
def baseline_numbers_of_kind(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a characteristic has the numbers of its kind, and no others. No exception."""
    kind = row.text("kind")
    if kind not in _ALLOWED:
        return
    for name in _NUMBERS_OF_KIND[kind]:
        if not row.text(name):
            yield row.problem(name, f"the kind {kind!r} without its {name}", allowed="the number, or another kind")
    for name in _NUMBERS:
        if row.text(name) and name not in _ALLOWED[kind]:
            message = f"the kind {kind!r} has no {name}"
            yield row.problem(name, message, allowed="an empty cell, or another kind")


@row_rule("baselines", needs=("sd", "plus_minus"))
def baseline_one_spread(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a spread is either called a standard deviation or not, never both. No exception."""
    if row.text("sd") and row.text("plus_minus"):
        yield row.problem("plus_minus", "the spread stands twice", allowed="sd or plus_minus, not both")


@row_rule("baselines", needs=("minimum", "mean", "maximum", "status"))
def baseline_in_order(row: Row, base: Base) -> Iterator[Problem]:
    """Require that minimum, mean and maximum rise. Let through where the row is in conflict."""
    low, mean, high = (row.number(name) for name in ("minimum", "mean", "maximum"))
    if row.in_conflict:
        return
    if low is not None and mean is not None and mean < low:
        yield row.problem("mean", f"mean is below minimum = {row.text('minimum')}", allowed="at least the minimum")
    if mean is not None and high is not None and mean > high:
        yield row.problem("mean", f"mean is above maximum = {row.text('maximum')}", allowed="at most the maximum")


BASELINE_RULES: tuple[Rule, ...] = (baseline_numbers_of_kind, baseline_one_spread, baseline_in_order)
