"""The same trials under other models, and without each trial in turn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..vocabulary import NO_RANDOM_EFFECT, BatchTest, allowed
from .variation import Numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..pool import PooledResult
    from ..synthesis import SynthesisResult

__all__ = ["ESTIMATORS", "left_out_numbers", "model_numbers"]

ESTIMATORS = ("REML", "PM", "DL")


def model_numbers(result: SynthesisResult) -> Iterator[tuple[str, str, Numbers]]:
    """Yield the id, the words and the numbers of each other model: other estimators of τ², and a normal interval.

    One thing is changed at a time. Where the protocol asks for no random effect, REML alone stands beside it. A model
    that does not go with the synthesis's test has no number.

    Parameters
    ----------
    result : SynthesisResult
        A pooled result.
    """
    spec = result.synthesis
    for tau2 in ESTIMATORS:
        if tau2 != spec.tau2 and not (spec.tau2 in NO_RANDOM_EFFECT and tau2 != "REML"):
            yield f"tau2-{tau2}", f"τ² by {tau2} instead of {spec.tau2}", _fitted(result, tau2=tau2, test=spec.test)
    if spec.test != "z":
        words = "normal interval instead of one that allows for the error of τ²"
        yield "test-z", words, _fitted(result, tau2=spec.tau2, test="z")


def left_out_numbers(result: SynthesisResult) -> Iterator[tuple[str, str, Numbers]]:
    """Yield the id, the words and the numbers of the result without each trial in turn; nothing below three trials.

    A trial with several comparisons leaves with all of them.

    Parameters
    ----------
    result : SynthesisResult
        A pooled result.
    """
    if result.fit is None or result.trials < 3:
        return
    spec, effects = result.synthesis, result.effects
    labels = dict(zip(effects["study_id"], effects["study"], strict=True))
    kept = {study: replace(result, effects=effects[effects["study_id"] != study]) for study in labels}
    if spec.test in allowed(BatchTest):
        found = dict(zip(labels, _without_each(result.fit, effects["study_id"].tolist()), strict=True))
        numbers = {study: _numbers(kept[study], found[study]) for study in labels}
    else:
        numbers = {study: _fitted(kept[study], tau2=spec.tau2, test=spec.test) for study in labels}
    for study, label in labels.items():
        yield f"without-{study}", f"without {label}", numbers[study]


def _without_each(fit: PooledResult, studies: list[str]) -> list[tuple[float, float, float]]:
    """Return estimate and limits without each trial in turn, in the order of their appearance."""
    from ..diagnose import leave_one_out

    rows = leave_one_out(fit, cluster=studies).rows
    return list(zip(rows.estimate.tolist(), rows.ci_low.tolist(), rows.ci_high.tolist(), strict=True))


def _fitted(result: SynthesisResult, *, tau2: Any, test: Any) -> Numbers:
    from ..pool import pool

    effects = result.effects
    try:
        fit = pool(
            effects["yi"].to_numpy(dtype=float),
            effects["vi"].to_numpy(dtype=float),
            tau2=tau2,
            test=test,
            level=result.synthesis.level,
        )
    except InputError:
        return Numbers(trials=result.trials, k=result.k, n=result.n)
    return _numbers(result, (fit.estimate, *fit.ci))


def _numbers(result: SynthesisResult, values: tuple[float, float, float]) -> Numbers:
    estimate, low, high = values
    first, second, third = result.display(estimate, low, high)
    return Numbers(
        trials=result.trials,
        k=result.k,
        n=result.n,
        estimate=estimate,
        ci_low=low,
        ci_high=high,
        shown=(first, second, third),
        pooled=True,
    )
