"""Studies in each interval of p-values: the counts, what an empty interval means, and joining it to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import InputError
from ...vocabulary import EmptyIntervals, check_option
from .model import interval_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...pool.core import Array
    from .choices import SelectionChoices
    from .model import SelectionData

__all__ = ["check_intervals", "count_intervals", "interval_table"]


def check_intervals(
    choices: SelectionChoices, data: SelectionData, empty: str, cut: float
) -> tuple[SelectionChoices, NDArray[np.intp]]:
    """Refuse a model with an empty interval, or join empty intervals to others; return the studies in each.

    Parameters
    ----------
    choices : SelectionChoices
        The model.
    data : SelectionData
        The studies, mirrored where small effects are favoured.
    empty : {"raise", "merge"}
        What becomes of empty intervals of a step function.
    cut : float
        The cutpoint of ``"trunc"``, mirrored as the effects are.

    Raises
    ------
    InputError
        Where an interval with a weight to estimate, or the interval to which weights are relative, is empty.
    """
    check_option("empty", empty, EmptyIntervals)
    if not data.selected.any():
        raise InputError("the subset holds no study; selection must apply to at least one")
    counts = count_intervals(choices, data, cut)
    if choices.kind == "stepfun":
        if empty == "merge" and (counts == 0).any():
            choices = _merged(choices, counts)
            counts = count_intervals(choices, data, cut)
        _refuse_empty(choices, counts)
    elif choices.kind == "trunc" and any(choices.free) and (counts == 0).any():
        side = "beyond" if counts[0] == 0 else "on the far side of"
        raise InputError(
            f"no effect lies {side} the cutpoint {choices.steps[0]:g}: its weight would go to "
            f"{'infinity' if counts[0] == 0 else '0'}. Choose another cutpoint, or fix delta"
        )
    elif choices.steps and counts[-1] == 0 and choices.kind != "trunc" and any(choices.free):
        raise InputError(
            f"no study has p above the threshold {choices.steps[0]:g}, where the weight goes down: delta would go to "
            "infinity. Lower the threshold, or fix delta"
        )
    _refuse_impossible(choices, counts)
    return choices, counts


def count_intervals(choices: SelectionChoices, data: SelectionData, cut: float) -> NDArray[np.intp]:
    """Return how many studies are in each interval of p, or on the near and far side of a cutpoint."""
    if choices.kind == "trunc":
        below = data.y[data.selected] <= cut
        return np.array([(~below).sum(), below.sum()])
    if not choices.steps:
        return np.empty(0, dtype=np.intp)
    p = data.p_values(two_sided=choices.two_sided)[data.selected]
    ends = choices.steps if choices.steps[-1] == 1 else (*choices.steps, 1.0)
    return np.bincount(interval_of(p, ends), minlength=len(ends))


def interval_table(choices: SelectionChoices, counts: NDArray[np.intp], delta: Array) -> pd.DataFrame:
    """Return one row per interval of p: its ends, the studies in it and, for step functions, its weight."""
    if choices.kind == "trunc":
        near, far = (">", "≤") if choices.alternative == "greater" else ("<", "≥")
        table = pd.DataFrame({"effects": [f"{near} {choices.steps[0]:g}", f"{far} {choices.steps[0]:g}"], "k": counts})
        return table.assign(weight=[1.0, float(delta[0])])
    if not len(counts):
        return pd.DataFrame({"above": [], "up_to": [], "k": []})
    ends = choices.steps if choices.steps[-1] == 1 else (*choices.steps, 1.0)
    table = pd.DataFrame({"above": [0.0, *ends[:-1]], "up_to": ends, "k": counts})
    return table.assign(weight=delta) if choices.kind == "stepfun" else table


def _refuse_empty(choices: SelectionChoices, counts: NDArray[np.intp]) -> None:
    free = np.array(choices.free)
    starts = (0.0, *choices.steps[:-1])
    wrong = [place for place in np.flatnonzero(counts == 0).tolist() if free[place] or (place == 0 and free.any())]
    if not wrong:
        return
    named = "; ".join(f"{starts[place]:g} < p ≤ {choices.steps[place]:g}" for place in wrong)
    first = " The weights are relative to the first interval, and would go to infinity." if wrong[0] == 0 else ""
    later = " The weight of an empty interval would go to 0." if wrong[-1] > 0 else ""
    raise InputError(
        f"no study in {named}.{first}{later} Choose other steps, join intervals with empty='merge', or fix delta"
    )


def _refuse_impossible(choices: SelectionChoices, counts: NDArray[np.intp]) -> None:
    """Refuse a weight of 0 where studies were seen."""
    given = (1.0, *choices.delta) if choices.kind == "trunc" else choices.delta
    if choices.kind not in ("stepfun", "trunc"):
        return
    seen = sum(int(count) for weight, count in zip(given, counts, strict=True) if weight == 0)
    if seen:
        raise InputError(f"delta says that nothing is seen in an interval that holds {seen} of the studies")


def _merged(choices: SelectionChoices, counts: NDArray[np.intp]) -> SelectionChoices:
    """Return the model with every empty interval joined to the next one up, the last to the one below."""
    if any(not np.isnan(value) for value in choices.delta[1:]):
        raise InputError(
            "empty='merge' changes the intervals to which delta belongs; leave out delta, or the empty ones"
        )
    steps, left = list(choices.steps), counts.tolist()
    while 0 in left and len(steps) > 1:
        place = left.index(0)
        other = place + 1 if place + 1 < len(left) else place - 1
        left[other] += left[place]
        del left[place], steps[min(place, other)]
    if len(steps) == 1:
        raise InputError(
            f"all p-values lie in one interval of {choices.steps}: there is nothing to compare. Choose other steps"
        )
    size = len(steps)
    return replace(
        choices,
        steps=tuple(steps),
        delta=choices.delta[:size],
        low=choices.low[:size],
        high=choices.high[:size],
        null=choices.null[:size],
    )
