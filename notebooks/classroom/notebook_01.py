"""Exercises of notebook 01: a forest plot read row by row, and a number followed to its source."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .exercise import Exercise, Mistake

if TYPE_CHECKING:
    from evidence import PooledResult, SynthesisResult

__all__ = ["EXERCISES"]


@cache
def _vaccine() -> PooledResult:
    import evidence as ev

    sized = ev.effect_sizes(
        ev.datasets.load("bcg"), "RR", events1="tpos", nonevents1="tneg", events2="cpos", nonevents2="cneg"
    )
    return ev.pool(sized, measure="RR")


def _crossing(decimals: int | None = None) -> int:
    """Return how many intervals of the vaccine's trials include 1; at `decimals`, as rounded on the plot."""
    import numpy as np

    rows = _vaccine().to_frame()
    low, high = np.exp(rows["ci_low"]), np.exp(rows["ci_high"])
    if decimals is not None:
        low, high = low.round(decimals), high.round(decimals)
    return int(((low <= 1) & (high >= 1)).sum())


@cache
def _wider() -> SynthesisResult:
    import evidence as ev

    return ev.load().answer("addon-minoxidil-response").shown


def _sizes_from_elsewhere(*, everything: bool = False) -> set[int]:
    """Return the arm sizes of Dhurat 2013 that are not printed with its counts; or all four numbers."""
    (contrast,) = (entry for entry in _wider().contrasts if entry.study_id == "Dhurat2013")
    arms = (contrast.arm_1, contrast.arm_2)
    if everything:
        return {int(number) for arm in arms for number in (arm.events, arm.n)}
    return {int(arm.n) for arm in arms if any(step.method == "n-from-elsewhere" for step in arm.steps)}


EXERCISES: dict[str, Exercise] = {
    "1.1": Exercise(
        question="How many of the thirteen trials have an interval that includes a risk ratio of 1? Answer with a whole "
        "number.",
        answer=_crossing,
        because="Five of thirteen are compatible with no effect, and yet the diamond is far from 1. Trials that are "
        "“not significant” are not votes against: most of the five have too few cases to say much. One of the five "
        "(Madras) is large, narrow and sits on 1, and that is a different message.",
        hint="Look for lines that cross the vertical line at 1, or for rows of the last column whose limits lie on both "
        "sides of 1.",
        mistakes=(
            Mistake(
                answer=lambda: _crossing(2),
                because="One of yours is Coetzee & Berjak 1968, printed as 0.39 to 1.00. Its upper limit is 0.996, just "
                "below 1. If the rounding of a limit decides what you conclude, the conclusion is too sharp for the "
                "data.",
            ),
            Mistake(
                answer=lambda: 13 - _crossing(),
                because="Those are the intervals that do *not* include 1.",
            ),
        ),
    ),
    "1.2": Exercise(
        question="How many trials made this comparison and are left out? Count the grey rows of the plot, or ask "
        "`wider.exclusions`. Answer with a whole number.",
        answer=lambda: sum(trial.compared for trial in _wider().exclusions),
        because="Eleven, against two that are in. Most print a p-value, a direction or nothing that was seen; one may "
        "be about the same women as another. If those that found less also printed less, the two that are left look "
        "too good. Nobody can see that from the diamond.",
        hint="Each grey row with a reason in italics is one trial.",
        mistakes=(
            Mistake(
                answer=lambda: len(_wider().exclusions),
                because="That is every trial of the base that is not in the plot; most of them asked another question. "
                "Count those with `compared` true.",
            ),
            Mistake(
                answer=lambda: sum(trial.compared for trial in _wider().exclusions) + _wider().k,
                because="That counts the two that are in as well.",
            ),
        ),
    ),
    "1.3": Exercise(
        question="Which of 40, 50, 0 and 44 does the abstract of Dhurat 2013 not print? Answer with a set of numbers.",
        answer=_sizes_from_elsewhere,
        because="The abstract prints the counts, 40 and 0. How many completed each arm stands in a note of low trust, "
        "and enters by a step with a name, `n-from-elsewhere`. That is why this trial is let in only where secondary "
        "sources are. A published plot without such a mark may hide the same.",
        hint="Look at the steps of the branch. What does `n-from-elsewhere` say, and of which numbers?",
        mistakes=(
            Mistake(
                answer=lambda: _sizes_from_elsewhere(everything=True) - _sizes_from_elsewhere(),
                because="Those two *are* printed in the abstract: they are the counts.",
            ),
            Mistake(
                answer=lambda: {max(_sizes_from_elsewhere())},
                because="That is one of them. Was the size of the arm without needling printed?",
            ),
            Mistake(
                answer=lambda: {min(_sizes_from_elsewhere())},
                because="That is one of them. Was the size of the needled arm printed?",
            ),
            Mistake(
                answer=lambda: _sizes_from_elsewhere() | {0},
                because="The 0 is printed: nobody in that arm reached the threshold. (A half is *added* to it before "
                "the ratio is taken, which is another step, named as well.)",
            ),
        ),
    ),
}
