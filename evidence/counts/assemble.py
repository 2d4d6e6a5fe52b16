"""From checked counts and choices to a result: the numbers, what is said about rows, what is cautioned."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..pool.likelihood import FitStatistics
from .association import cochran_mantel_haenszel, homogeneity_of_odds_ratios, rate_association
from .cautions import count_cautions
from .engine import fit_with_parts
from .result import CountsResult
from .zero_policy import uninformative

if TYPE_CHECKING:
    from ..effects.arrays import BoolArray, FloatArray
    from .association import ChiSquaredTest
    from .choices import CountChoices
    from .engine import Parts
    from .tables import Counts, Rates
    from .zero_policy import ZeroCells

__all__ = ["pool_counts"]


def pool_counts(table: Counts | Rates, choices: CountChoices) -> CountsResult:
    """Return the analysis of a table.

    Parameters
    ----------
    table : Counts or Rates
        The counts.
    choices : CountChoices
        The options.

    Raises
    ------
    InputError
        If no row informs: no events anywhere, or nothing but events.
    """
    numbers = table.numbers[:, table.included]
    _check_something_happened(numbers, rates=choices.rates)
    empty = uninformative(numbers, rates=choices.rates)
    dropped = empty & choices.pooled.drop00
    reasons = dict(table.reasons)
    positions = np.flatnonzero(table.included)
    for row in positions[dropped]:
        reasons[int(row)] = "nobody or everybody has the event in both groups: left out (drop00)"
    included = table.included.copy()
    included[positions[dropped]] = False
    included.setflags(write=False)
    numbers = numbers[:, ~dropped]
    fits, parts = fit_with_parts(numbers, np.ones(numbers.shape[1], dtype=np.bool_), choices)
    numbers_of_fit = {name: float(values[0]) for name, values in fits._asdict().items()}
    estimate = numbers_of_fit["estimate"]
    yi, vi = parts.yi[0], parts.vi[0]
    ml, reml = _statistics(yi, vi, estimate)
    cells = parts.cells[:, 0]
    cmh, breslow_day, tarone = _tests(cells, estimate, choices)
    remarks = _remarks(numbers, parts, empty[~dropped], choices)
    return CountsResult(
        table=table,
        choices=choices,
        included=included,
        reasons=dict(sorted(reasons.items())),
        remarks={int(np.flatnonzero(included)[row]): text for row, text in remarks.items()},
        **numbers_of_fit,
        k=numbers.shape[1],
        k_effects=int(np.isfinite(yi).sum()),
        yi=yi,
        vi=vi,
        row_weights=parts.weights[0],
        ml=ml,
        reml=reml,
        cmh=cmh,
        breslow_day=breslow_day,
        tarone=tarone,
        cautions=count_cautions(table, cells, numbers_of_fit, parts.changed[0], empty[~dropped], choices),
    )


def _check_something_happened(numbers: FloatArray, *, rates: bool) -> None:
    if not (numbers[0].any() or numbers[2].any()):
        raise InputError("no study has an event in either group: the counts say nothing about an effect")
    if not rates and not (numbers[1].any() or numbers[3].any()):
        raise InputError("everyone has the event in every study: the counts say nothing about an effect")
    if uninformative(numbers, rates=rates).all():
        raise InputError(
            "in every study either nobody or everybody has the event, the same in both groups: the counts say nothing "
            "about an effect"
        )


def _tests(
    cells: FloatArray, estimate: float, choices: CountChoices
) -> tuple[ChiSquaredTest | None, ChiSquaredTest | None, ChiSquaredTest | None]:
    if choices.method == "MH" and choices.measure == "OR":
        test = cochran_mantel_haenszel(cells, correct=choices.correct)
        return test, *homogeneity_of_odds_ratios(cells, estimate)
    if choices.measure == "IRR":
        return rate_association(cells, correct=choices.correct), None, None
    return None, None, None


def _statistics(yi: FloatArray, vi: FloatArray, estimate: float) -> tuple[FitStatistics, FitStatistics]:
    """Return the normal log-likelihoods of the effects at the pooled estimate, full and restricted."""
    has = np.isfinite(yi)
    k = int(has.sum())
    if k == 0 or math.isnan(estimate):
        nothing = FitStatistics(loglik=math.nan, deviance=math.nan, aic=math.nan, bic=math.nan, aicc=math.nan)
        return nothing, nothing
    y, v = yi[has], vi[has]
    distance = float(((y - estimate) ** 2 / v).sum())
    spread = float(np.log(v).sum())
    constant = math.log(2 * math.pi)
    ml = -0.5 * (k * constant + spread + distance)
    reml = -0.5 * ((k - 1) * constant - math.log(k) + spread + math.log(float((1 / v).sum())) + distance)
    return _criteria(ml, distance, k), _criteria(reml, -2 * reml, k - 1)


def _criteria(loglik: float, deviance: float, n: int) -> FitStatistics:
    """Return the criteria of a model with one parameter and n observations."""
    counted = max(n, 3)
    return FitStatistics(
        loglik=loglik,
        deviance=deviance,
        aic=-2 * loglik + 2,
        bic=-2 * loglik + math.log(n) if n > 0 else math.nan,
        aicc=-2 * loglik + 2 * counted / (counted - 2),
    )


def _remarks(numbers: FloatArray, parts: Parts, empty: BoolArray, choices: CountChoices) -> dict[int, str]:
    """Return what is to be said about the pooled rows."""
    first, _, third, _ = numbers
    changed = parts.changed[0]
    weightless = parts.weights[0] == 0
    no_effect = ~np.isfinite(parts.yi[0])
    said: dict[int, list[str]] = {}

    def say(where: BoolArray, text: str) -> None:
        for row in np.flatnonzero(where):
            said.setdefault(int(row), []).append(text)

    nobody = empty & (first == 0) & (third == 0)
    say(nobody, "no events in either group")
    say(empty & ~nobody, "everyone has the event in both groups")
    say(empty & weightless & ~changed, "carries no weight")
    say(changed, f"{_amount(choices.pooled)} added to its cells for the pooled estimate")
    say(parts.effect_changed[0] & ~no_effect, f"{_amount(choices.effects)} added to its cells for its own effect")
    say(no_effect, "has no effect of its own, so no part in Q")
    return {row: "; ".join(texts) for row, texts in sorted(said.items())}


def _amount(policy: ZeroCells) -> str:
    return policy.add if isinstance(policy.add, str) else f"{policy.add:g}"
