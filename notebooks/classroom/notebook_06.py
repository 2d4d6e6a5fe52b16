"""The exercises of notebook 06: heterogeneity, subgroups and meta-regression."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy import stats

import evidence as ev

from .exercise import Exercise, Mistake

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EXERCISES"]

_BCG = {"events1": "tpos", "nonevents1": "tneg", "events2": "cpos", "nonevents2": "cneg"}


def _bcg() -> pd.DataFrame:
    table = ev.datasets.load("bcg")
    table["study"] = table["author"] + " " + table["year"].astype(str)
    return ev.effect_sizes(table, "RR", **_BCG)


def _testers() -> tuple[ev.PooledResult, ev.PooledResult]:
    table = ev.datasets.load("raudenbush1985")[["yi", "vi", "tester"]]
    aware, blind = (ev.pool(table[table["tester"] == kind].drop(columns="tester")) for kind in ("aware", "blind"))
    return aware, blind


def _difference(spread: str) -> float:
    """Return the p-value of the difference between testers, its standard error put together in some way."""
    aware, blind = _testers()
    se = math.hypot(aware.se, blind.se) if spread == "root of squares" else aware.se + blind.se
    return float(2 * stats.norm.sf(abs(aware.estimate - blind.estimate) / se))


def _line() -> tuple[float, float]:
    intercept, slope = ev.pool(_bcg(), mods="~ ablat", measure="RR").coefficients["estimate"]
    return float(intercept), float(slope)


def _farthest() -> str:
    fit = ev.pool(_bcg(), measure="RR")
    return str((ev.leave_one_out(fit).to_frame()["estimate"] - fit.estimate).abs().idxmax())


EXERCISES = {
    "6.1": Exercise(
        question=(
            "A set of trials of like size has τ² = 0.02, and each trial a sampling variance of 0.02: **I² = 50%**. Every "
            "trial is done again with **four times** as many people; the true effects stay. What is I² then, in percent?"
        ),
        answer=lambda: 100 * 0.02 / (0.02 + 0.02 / 4),
        because="0.02 / (0.02 + 0.005) = 80%. The effects differ exactly as before.",
        hint="I² = τ² / (τ² + v). Four times the people: what becomes of v, and what of τ²?",
        mistakes=(
            Mistake(answer=lambda: 50.0, because="The sampling variance has shrunk to a quarter, and it is in I²."),
            Mistake(
                answer=lambda: 100 * 0.02 / (0.02 + 0.02 / 2),
                because="Four times the people halve the standard *error*. The *variance* becomes a quarter.",
            ),
            Mistake(
                answer=lambda: 100 * 0.02 / (0.02 + 0.02 * 4),
                because="You multiplied the variance. More people make it smaller.",
            ),
            Mistake(answer=lambda: 0.8, because="Right as a fraction; the question asks for percent."),
        ),
    ),
    "6.2": Exercise(
        question=(
            "Some teachers' pupils were tested by somebody who knew who should bloom (`tester` is *aware*), others *blind*. "
            "Pool each group with `ev.pool` as it comes and compute the **p-value of their difference** from the two "
            "estimates and standard errors (normal distribution, two-sided)."
        ),
        rel=0.01,
        answer=lambda: _difference("root of squares"),
        because="No sign of a difference. That is not proof of none: with standard errors like these it could be sizeable.",
        hint="z is the difference of the estimates over its standard error; variances of independent estimates add up.",
        mistakes=(
            Mistake(
                answer=lambda: _difference("sum"),
                because="You added the standard errors. Variances add up: the standard error is √(se₁² + se₂²).",
            ),
            Mistake(
                answer=lambda: _difference("root of squares") / 2,
                because="That is one-sided. Nobody said beforehand which group should have more.",
            ),
            Mistake(
                answer=lambda: _testers()[0].pvalue,
                because="That is the p-value of the first group alone: whether it differs from 0, not from the other group.",
            ),
            Mistake(
                answer=lambda: _testers()[1].pvalue,
                because="That is the p-value of the second group alone: whether it differs from 0, not from the other group.",
            ),
        ),
    ),
    "6.3": Exercise(
        question="Which **risk ratio** does the meta-regression `by_latitude` predict at 30° of latitude?",
        answer=lambda: math.exp(_line()[0] + _line()[1] * 30),
        rel=0.01,
        because="About half, near the mean of all trials, since 30° lies near the middle of their latitudes.",
        hint="The line is intercept + slope · latitude, on the log scale; or `by_latitude.predict`.",
        mistakes=(
            Mistake(
                answer=lambda: _line()[0] + _line()[1] * 30,
                because="That is the log of the risk ratio. Turn it back with `np.exp`.",
            ),
            Mistake(
                answer=lambda: math.exp(_line()[1] * 30),
                because="The intercept is missing: at latitude 0 the line does not say 1.",
            ),
            Mistake(
                answer=lambda: math.exp(_line()[1]),
                because="That is by how much one degree multiplies the risk ratio.",
            ),
        ),
    ),
    "6.4": Exercise(
        question=(
            "Without which BCG trial does the random-effects estimate move **most** (on the log scale)? Give its name as "
            "the table of `ev.leave_one_out(random)` has it."
        ),
        answer=_farthest,
        because="Extreme and precise: that is what moves a mean. The heaviest trial, Madras, moves it slightly less.",
        hint="Take the column `estimate` of `ev.leave_one_out(random).to_frame()` and subtract `random.estimate`.",
        mistakes=(
            Mistake(
                answer=lambda: str(ev.pool(_bcg()).weights.idxmax()),
                because="That is the heaviest trial. What moves a mean is weight times *distance* from it.",
            ),
            Mistake(
                answer=lambda: str(_bcg().set_index("study")["yi"].idxmin()),
                because="That is the most extreme effect, of a small trial that hardly weighs.",
            ),
            Mistake(
                answer=lambda: str(_bcg().set_index("study")["yi"].idxmax()),
                because="That is the largest ratio, of a small trial that hardly weighs.",
            ),
        ),
    ),
}
