"""The exercises of notebook 07: small-study effects and forking paths."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

import evidence as ev

from .exercise import Exercise, Mistake

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EXERCISES"]

_DEATHS = {"events1": "ai", "n1": "n1i", "events2": "ci", "n2": "n2i"}


def _effects() -> pd.DataFrame:
    return ev.effect_sizes(ev.datasets.load("egger2001"), "OR", **_DEATHS)


def _people() -> float:
    people = ev.datasets.load("egger2001")[["n1i", "n2i"]].sum(axis=1)
    return float(100 * people.iloc[-1] / people.sum())


def _line(rows: int) -> tuple[float, float]:
    """Return slope and intercept of z on precision, among the first rows."""
    table = _effects()[:rows]
    se = table["vi"] ** 0.5
    slope, intercept = np.polyfit(1 / se, table["yi"] / se, 1)
    return float(slope), float(intercept)


def _unweighted() -> float:
    table = _effects()[:15]
    return float(np.polyfit(table["vi"] ** 0.5, table["yi"], 1)[0])


@cache
def _universe() -> ev.Multiverse:
    return ev.load().multiverse("addon-any-response")


def _outside(table: pd.DataFrame) -> int:
    return int((table["interval"] != "across").sum())


EXERCISES = {
    "7.1": Exercise(
        question=(
            "ISIS-4 is the last of the sixteen magnesium trials. Which **weight**, in percent, does it have in the "
            "**random-effects** result of all sixteen?"
        ),
        answer=lambda: float(ev.pool(_effects()).weights.iloc[-1]),
        because=(
            "More than nine of ten people were in ISIS-4, and it holds less than a sixth of the result. That is how random effects "
            "can still say that magnesium works."
        ),
        hint="A fit has `weights`: `fits['with ISIS-4, random effects'].weights`.",
        rel=0.002,
        mistakes=(
            Mistake(
                answer=lambda: float(ev.pool(_effects(), tau2="EE", test="z").weights.iloc[-1]),
                because="That is its weight under *equal* effects, where it decides alone.",
            ),
            Mistake(answer=_people, because="That is its share of the people. Random effects care little for people."),
            Mistake(
                answer=lambda: 100 / 16,
                because="That would be equal weights. It is not quite as bad as that.",
            ),
        ),
    ),
    "7.2": Exercise(
        question=(
            "Egger's test by hand, for the trials in `fifteen` (all but ISIS-4): regress z = yi/√vi on precision 1/√vi by ordinary "
            "least squares (`np.polyfit`). Give the **intercept**, which is 0 if the funnel is symmetric."
        ),
        answer=lambda: _line(15)[1],
        rel=0.01,
        because=(
            "Small trials lie more than one standard error to the side of benefit. It is the slope on the standard error "
            "that `ev.egger(others)` prints: the same line, written in two ways."
        ),
        hint="`np.polyfit(x, y, 1)` returns the slope first, then the intercept.",
        mistakes=(
            Mistake(
                answer=lambda: _line(15)[0],
                because="That is the slope: the effect that the line expects of a trial without error, as in PET.",
            ),
            Mistake(
                answer=lambda: _line(16)[1],
                because="ISIS-4 is in there. The question is what could be seen before it.",
            ),
            Mistake(
                answer=_unweighted,
                because="You regressed yi on √vi with equal weights. Divided by √vi, both become z on precision.",
            ),
        ),
    ),
    "7.3": Exercise(
        question=(
            "There is no effect. You look at **independent** outcomes, each tested at 0.05. What is the smallest number of "
            'outcomes with which you find at least one "effect" **more often than not**?'
        ),
        answer=lambda: 14,
        because="1 − 0.95¹⁴ = 51%. Fourteen outcomes are a short list for a trial of hair.",
        hint="The chance that none of m tests is significant is 0.95 to the power m.",
        mistakes=(
            Mistake(
                answer=lambda: 10,
                because="10 × 5% = 50% adds up chances that overlap. 1 − 0.95¹⁰ is 40%.",
            ),
            Mistake(answer=lambda: 11, because="Chances that overlap do not add up: 1 − 0.95¹¹ is 43%."),
            Mistake(
                answer=lambda: 20,
                because="With 20 you expect one false finding *on average*; at least one comes in 64 of 100.",
            ),
            Mistake(answer=lambda: 13, because="Just short: 1 − 0.95¹³ is 48.7%."),
        ),
    ),
    "7.4": Exercise(
        question=(
            'Walk the paths of another question: `base.multiverse("addon-any-response")`. Of its **different** '
            "computations, how many have an interval that excludes no effect?"
        ),
        answer=lambda: _outside(_universe().distinct),
        because=(
            "Four of 21, and the other 17 include no effect. One person who prefers one of the four is enough to make "
            "it the only result that anybody reads."
        ),
        hint="`.distinct` has one row for each different computation; its column `interval` is above, below or across.",
        mistakes=(
            Mistake(
                answer=lambda: _outside(_universe().estimable),
                because=(
                    "You counted specifications. Several of them let in the very same numbers and are one computation; "
                    "counting them twice is how a multiverse is padded."
                ),
            ),
            Mistake(
                answer=lambda: len(_universe().distinct),
                because="That is how many different computations there are in all.",
            ),
            Mistake(
                answer=lambda: int((_universe().distinct["interval"] == "across").sum()),
                because="Those are the ones whose interval *includes* no effect.",
            ),
        ),
    ),
}
