"""The exercises of notebook 05: pooling."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy import stats

import evidence as ev

from .exercise import Exercise, Mistake

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EXERCISES"]

_MADRAS = "TPT Madras"
_BCG = {"events1": "tpos", "nonevents1": "tneg", "events2": "cpos", "nonevents2": "cneg"}
_CATHETERS = {"events1": "ai", "n1": "n1i", "events2": "ci", "n2": "n2i"}


def _bcg() -> pd.DataFrame:
    return ev.effect_sizes(ev.datasets.load("bcg"), "RR", **_BCG)


def _share(weights: pd.Series[float]) -> float:
    """Return what Madras holds of some weights, in percent."""
    return float(100 * weights[_bcg()["author"] == _MADRAS].sum() / weights.sum())


def _random() -> ev.PooledResult:
    return ev.pool(_bcg(), measure="RR")


def _mantel_haenszel() -> float:
    return math.exp(ev.mantel_haenszel(ev.datasets.load("nielweise2007"), "OR", **_CATHETERS).estimate)


def _crude() -> float:
    sums = ev.datasets.load("nielweise2007")[["ai", "n1i", "ci", "n2i"]].sum()
    return float(sums["ai"] * (sums["n2i"] - sums["ci"]) / (sums["ci"] * (sums["n1i"] - sums["ai"])))


def _with_halves() -> float:
    effects = ev.effect_sizes(ev.datasets.load("nielweise2007"), "OR", **_CATHETERS)
    return math.exp(ev.pool(effects, tau2="EE", test="z", missing="drop").estimate)


EXERCISES = {
    "5.1": Exercise(
        question=(
            "Which share of the **equal-effects** result of the BCG trials does *TPT Madras 1980* hold, in percent? "
            "Compute it from `trials['vi']`."
        ),
        answer=lambda: _share(1 / _bcg()["vi"]),
        because="More than two fifths of the answer is one trial. Take it out, and you have another answer.",
        hint="A weight is 1/v. The share is that weight over the sum of all weights, times 100.",
        rel=0.01,
        mistakes=(
            Mistake(
                answer=lambda: _share(1 / (_bcg()["vi"] + _random().tau2)),
                because="That is the share under random effects: τ² is in every weight, and levels them.",
            ),
            Mistake(
                answer=lambda: _share(1 / _bcg()["vi"] ** 0.5),
                because="You weighted by 1/SE. The weight is one over the *variance*, the square of the standard error.",
            ),
            Mistake(
                answer=lambda: _share(_bcg()[list(_BCG.values())].sum(axis=1)),
                because="That is its share of the people. A risk ratio is as precise as its events are many.",
            ),
            Mistake(
                answer=lambda: _share(1 / _bcg()["vi"]) / 100,
                because="Right as a fraction; the question asks for percent.",
            ),
        ),
    ),
    "5.2": Exercise(
        question=(
            "Wald's 95% interval is the estimate ± **1.96** standard errors. Which number takes the place of 1.96 in a "
            "Hartung–Knapp interval of **two** trials?"
        ),
        answer=lambda: float(stats.t.ppf(0.975, 1)),
        because="With one degree of freedom Student's t needs 12.7. This is why two trials so rarely settle anything.",
        hint="It is a quantile of Student's t: `stats.t.ppf(probability, degrees_of_freedom)`.",
        mistakes=(
            Mistake(
                answer=lambda: float(stats.t.ppf(0.975, 2)),
                because="You took 2 degrees of freedom. One is spent on the mean: k − 1.",
            ),
            Mistake(
                answer=lambda: float(stats.t.ppf(0.95, 1)),
                because="You took the 95% quantile. A two-sided interval leaves 2.5% on each side: 0.975.",
            ),
        ),
    ),
    "5.3": Exercise(
        question=(
            "How bad could BCG plausibly be in a new setting? Give the **upper end of the 95% prediction interval** of the "
            "random-effects fit, as a risk ratio."
        ),
        answer=lambda: math.exp(_random().pi_high),
        because="Above 1: in a new setting the data allow that BCG does nothing or worse, though the mean is well below 1.",
        hint="`random.pi` has both ends on the log scale.",
        mistakes=(
            Mistake(
                answer=lambda: _random().pi_high,
                because="That is the log of the risk ratio. Turn it back with `np.exp`.",
            ),
            Mistake(
                answer=lambda: math.exp(_random().ci_high),
                because="That is the confidence interval, which is about the mean effect, not about a new setting.",
            ),
            Mistake(
                answer=lambda: math.exp(_random().estimate + 1.96 * _random().tau),
                because="You added 1.96 τ to the mean as if the mean were known. Its own standard error belongs in there, and t.",
            ),
        ),
    ),
    "5.4": Exercise(
        question=(
            "Compute the **Mantel–Haenszel odds ratio** of the catheter trials by hand: with cells a, b (coated: infected, "
            "not) and c, d (plain), it is Σ(ad/n) / Σ(bc/n), n the people of the trial. No correction."
        ),
        answer=_mantel_haenszel,
        because="Trials with a zero cell take part with what they have; the one without any event adds 0 to both sums.",
        hint="`ai` of `n1i` and `ci` of `n2i` are counts and totals: b and d are what is left of the totals.",
        mistakes=(
            Mistake(
                answer=lambda: 1 / _mantel_haenszel(),
                because="Upside down: that is plain against coated.",
            ),
            Mistake(
                answer=_crude,
                because=(
                    "You added up all trials into one table. That breaks the randomisation: people are compared across "
                    "trials, and trials with unequal arms distort the result (Simpson's paradox)."
                ),
            ),
            Mistake(
                answer=_with_halves,
                because="That is the inverse-variance result with ½ added to zero cells, which this method avoids.",
            ),
        ),
    ),
}
