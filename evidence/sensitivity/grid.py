"""Every combination of a multiverse, computed: what enters once for each distinct selection, then all fits at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ConvergenceError, InputError
from ..synthesis import synthesise
from ..synthesis.reason import can_pool
from ..vocabulary import BatchTest, allowed
from .choices import model_obstacle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ..synthesis import SynthesisResult
    from .choices import Choices, Question

__all__ = ["EVERYTHING", "Combination", "Entered", "Fit", "fit_all", "what_enters"]

EVERYTHING = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """What decides which numbers enter."""

    rules: str
    derivations: tuple[str, ...]
    r: float
    multi_arm: str
    background: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A distinct set of numbers that entered.

    Attributes
    ----------
    result : SynthesisResult
        The synthesis with these numbers, for their scale, trials and people; its own fit is not used.
    reason : str
        Why they cannot be pooled; empty if they can.
    """

    result: SynthesisResult
    reason: str

    @property
    def effects(self) -> NDArray[np.float64]:
        """Effects and variances, shape (2, k)."""
        return np.asarray(self.result.effects[["yi", "vi"]].to_numpy(dtype=float).T)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """One fit: the effect with its limits on both scales, or why there is none."""

    estimate: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    shown: tuple[float, ...] = (np.nan, np.nan, np.nan)
    reason: str = ""


def what_enters(
    tables: Mapping[str, pd.DataFrame],
    question: Question,
    choices: Choices,
    progress: Callable[[int, int], None] | None,
) -> tuple[dict[Combination, int], list[Entered]]:
    """Return, for every combination, the position of what enters among the distinct sets of numbers.

    Parameters
    ----------
    tables : mapping
        The evidence base.
    question : Question
        What is asked.
    choices : Choices
        What is combined.
    progress : callable, optional
        Called with how many selections are done, of how many.
    """
    found: dict[str, SynthesisResult] = {}
    where: dict[tuple[str, tuple[str, ...], float, str], str] = {}
    todo = [*product(choices.rules, choices.sets, choices.multi_arm)]
    for done, (rules, extra, arms) in enumerate(todo):
        if progress is not None:
            progress(done, len(todo))
        steady = False
        for position, r in enumerate(choices.correlations):
            synthesis, analysis = question.rules(rules, extra, r, arms)
            key = "" if steady else repr(question.select(rules, extra, r, arms).contrasts)
            if steady or (position == 1 and key == where[rules.id, extra, choices.correlations[0], arms]):
                # Nothing that enters depends on r: two values that agree stand for all.
                steady = True
                key = where[rules.id, extra, choices.correlations[0], arms]
            if key not in found:
                found[key] = synthesise(tables, question.protocol, synthesis, analysis=analysis, index=question.index)
            where[rules.id, extra, r, arms] = key
    return _by_background(found, where)


def _by_background(
    found: Mapping[str, SynthesisResult], where: Mapping[tuple[str, tuple[str, ...], float, str], str]
) -> tuple[dict[Combination, int], list[Entered]]:
    names = sorted({name for result in found.values() for name in result.effects["subgroup"] if name})
    levels = [EVERYTHING, *names] if len(names) > 1 else [EVERYTHING]
    distinct: dict[str, int] = {}
    entered: list[Entered] = []
    combinations: dict[Combination, int] = {}
    for (rules, extra, r, arms), key in where.items():
        for background in levels:
            result = _only(found[key], background)
            same = repr(result.contrasts)
            if same not in distinct:
                distinct[same] = len(entered)
                entered.append(Entered(result=result, reason=_obstacle(result)))
            combination = Combination(rules=rules, derivations=extra, r=r, multi_arm=arms, background=background)
            combinations[combination] = distinct[same]
    return combinations, entered


def _only(result: SynthesisResult, background: str) -> SynthesisResult:
    """Return a result with the rows of one background only."""
    if background == EVERYTHING:
        return result
    keep = (result.effects["subgroup"] == background).to_numpy()
    contrasts = tuple(contrast for contrast, kept in zip(result.contrasts, keep, strict=True) if kept)
    return replace(result, effects=result.effects[keep].reset_index(drop=True), contrasts=contrasts)


def _obstacle(result: SynthesisResult) -> str:
    if can_pool(result.effects, result.synthesis):
        return ""
    if not result.k:
        return "no trial enters"
    if result.trials == 1:
        return f"one trial ({result.contrasts[0].study_label}) is not a synthesis"
    return "no event in any trial: zeros are not pooled"


def fit_all(entered: Sequence[Entered], choices: Choices, level: float) -> dict[tuple[int, str, str], Fit]:
    """Return the fit of every distinct set of numbers under every model, by (position, estimator, test)."""
    usable = [position for position, entry in enumerate(entered) if not entry.reason]
    fits: dict[tuple[int, str, str], Fit] = {}
    for tau2, test in product(choices.tau2, choices.test):
        if model_obstacle(tau2, test):
            continue
        for position, fit in zip(usable, _batch([entered[p] for p in usable], tau2, test, level), strict=True):
            fits[position, tau2, test] = fit
    return fits


def _batch(entered: Sequence[Entered], tau2: str, test: str, level: float) -> list[Fit]:
    from ..pool import pool_many

    if not entered:
        return []
    if test not in allowed(BatchTest):
        return [_single(entry, tau2, test, level) for entry in entered]
    widest = max(entry.result.k for entry in entered)
    y, v = np.zeros((len(entered), widest)), np.full((len(entered), widest), np.inf)
    for row, entry in enumerate(entered):
        y[row, : entry.result.k], v[row, : entry.result.k] = entry.effects
    try:
        many = pool_many(y, v, tau2=tau2, test=test, level=level)
    except (ConvergenceError, InputError) as error:
        if len(entered) == 1:
            return [Fit(reason=str(error))]
        # One set of numbers without a fit does not take away the others'.
        return [fit for entry in entered for fit in _batch([entry], tau2, test, level)]
    values = zip(many.estimate.tolist(), many.ci_low[:, 0].tolist(), many.ci_high[:, 0].tolist(), strict=True)
    return [
        Fit(estimate=estimate, ci_low=low, ci_high=high, shown=entry.result.display(estimate, low, high))
        for entry, (estimate, low, high) in zip(entered, values, strict=True)
    ]


def _single(entry: Entered, tau2: Any, test: Any, level: float) -> Fit:
    """Return a fit by the function for single ones, for a test that is not among those for many."""
    from ..pool import pool

    try:
        fit = pool(*entry.effects, tau2=tau2, test=test, level=level)
    except (ConvergenceError, InputError) as error:
        return Fit(reason=str(error))
    values = (fit.estimate, *fit.ci)
    return Fit(estimate=values[0], ci_low=values[1], ci_high=values[2], shown=entry.result.display(*values))
