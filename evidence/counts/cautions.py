"""What a reader must know before quoting an analysis of counts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..numbers import format_i2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..effects.arrays import BoolArray, FloatArray
    from .choices import CountChoices
    from .tables import Counts, Rates

__all__ = ["count_cautions"]

_DISAGREE = 50.0
_LARGE = math.log(2)
_UNBALANCED = 2.0


def count_cautions(
    table: Counts | Rates,
    cells: FloatArray,
    found: Mapping[str, float],
    changed: BoolArray,
    empty: BoolArray,
    choices: CountChoices,
) -> tuple[str, ...]:
    """Return the cautions.

    Parameters
    ----------
    table : Counts or Rates
        The counts as given.
    cells : ndarray of shape (4, k)
        The cells that are pooled.
    found : mapping of str to float
        The numbers of the analysis.
    changed, empty : ndarray of bool of shape (k,)
        Pooled rows whose cells were added to, and those in which nobody or everybody has the event.
    choices : CountChoices
        The options.
    """
    k = cells.shape[1]
    said: list[str] = []
    if k == 1:
        said.append("This is one study, not a synthesis.")
    elif k == 2:
        said.append("Two studies: whether they agree can hardly be judged from them.")
    if math.isnan(found["estimate"]):
        said.append(_why_no_estimate(cells, choices))
    elif math.isnan(found["se"]):
        said.append("The variance formula gives 0 on these counts: there is no standard error, test or interval.")
    if changed.any():
        said.append(
            f"The cells of {_rows(int(changed.sum()))} were added to before pooling; part of the estimate is that."
        )
    weightless = int((empty & ~changed).sum())
    if weightless and choices.measure not in ("RD", "IRD"):
        said.append(
            f"{_rows(weightless).capitalize()} with nobody or everybody having the event: in k, without weight."
        )
    if table.fractional[table.included].any():
        rows = int(table.fractional[table.included].sum())
        said.append(f"Counts of {_rows(rows)} are not whole numbers: the formulas assume people counted one by one.")
    if k > 1 and found["i2"] > _DISAGREE:
        percent = format_i2(found["i2"])
        said.append(
            f"I² is {percent}: the studies disagree, and this model, which assumes one effect, does not say so."
        )
    if choices.method == "Peto" and not math.isnan(found["estimate"]):
        said += _peto_limits(cells, found["estimate"])
    return tuple(said)


def _rows(count: int) -> str:
    return f"{count} {'study' if count == 1 else 'studies'}"


def _why_no_estimate(cells: FloatArray, choices: CountChoices) -> str:
    for group, events in ((1, cells[0]), (2, cells[2])):
        if not events.any():
            return f"Group {group} has no events in any study, so that the ratio is 0 or infinite: no estimate."
    if choices.method == "Cochran":
        return "Group 1 has no events in some study, whose log rate ratio is infinite: no estimate; see add and to."
    return "One of the two sums of the ratio is 0, so that it is 0 or infinite: no estimate."


def _peto_limits(cells: FloatArray, estimate: float) -> list[str]:
    """Name what biases the one-step estimate: large effects, and groups of different size with it."""
    a, b, c, d = cells
    said: list[str] = []
    if abs(estimate) > _LARGE:
        text = "The effect is large (an odds ratio beyond ½ or 2): Peto's one-step estimate is biased there"
        said.append(f"{text} (Greenland and Salvan 1990); compare Mantel–Haenszel.")
    sizes = np.log((a + b) / (c + d))
    unbalanced = int((np.abs(sizes) > math.log(_UNBALANCED)).sum())
    if unbalanced:
        text = f"Groups differ more than twofold in size in {_rows(unbalanced)}: Peto's estimate can be biased"
        said.append(f"{text} (doi:10.1002/sim.2528); compare Mantel–Haenszel.")
    return said
