"""One number beside the reference: what it is, what it concludes, and what moves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..effects import null_value
from .conclusion import Conclusion, conclude, mid_of, moved

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = ["KINDS", "Numbers", "Variation", "compared", "conclusion_of", "numbers_of"]

KINDS = ("declared", "derivation", "correlation", "model", "left-out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """An effect with its interval, on the scale of the analysis and on the natural one.

    Attributes
    ----------
    trials, k, n : int
        Trials, comparisons and people.
    estimate, ci_low, ci_high : float
        On the scale of the analysis; NaN where there is none.
    shown : tuple of float
        The three on the natural scale.
    pooled : bool
        Whether at least two trials were pooled.
    """

    trials: int
    k: int
    n: int
    estimate: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    shown: tuple[float, float, float] = (math.nan, math.nan, math.nan)
    pooled: bool = False

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return not math.isnan(self.estimate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """One analysis beside the reference, with the verdict on whether its conclusion is the same.

    Attributes
    ----------
    id : str
        The analysis's id, or the model or the trial left out, as ``tau2-PM``, ``test-z``, ``without-Bao2020``.
    kind : {"declared", "derivation", "correlation", "model", "left-out"}
        What is varied.
    label : str
        The same in words.
    based_on : str
        The declared analysis from which it differs in one thing; empty for a declared one.
    same_as : str
        The earlier analysis that lets in the very same numbers; such an analysis is counted there, not here.
    numbers : Numbers
        Its effect.
    conclusion : Conclusion or None
        What it concludes; None without a number, or for a measure without a null value.
    verdict : {"reference", "same-numbers", "agrees", "moves", "apart", "one-trial", "no-number", "not-judged"}
        ``apart`` shares no trial with the reference, so it is another body of evidence and not a variation of this one.
        ``one-trial`` leaves one of the trials that the reference pools: its interval knows nothing of what differs
        between trials, so it is shown and not counted.
    moved : tuple of str
        Of ``direction``, ``interval``, ``size``: what differs from the reference.
    """

    id: str
    kind: str
    label: str
    based_on: str
    same_as: str
    numbers: Numbers
    conclusion: Conclusion | None
    verdict: str
    moved: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it counts in the verdict on the synthesis."""
        return self.verdict in ("agrees", "moves")


def numbers_of(result: SynthesisResult) -> Numbers:
    """Return the pooled effect, or that of a trial that is alone; no number where there are several or none."""
    trials, k, n = result.trials, result.k, result.n
    if result.pooled:
        low, high = result.ci
        first, second, third = result.display(result.estimate, low, high)
        return Numbers(
            trials=trials,
            k=k,
            n=n,
            estimate=result.estimate,
            ci_low=low,
            ci_high=high,
            shown=(first, second, third),
            pooled=True,
        )
    if k != 1:
        return Numbers(trials=trials, k=k, n=n)
    row = result.effects.iloc[0]
    return Numbers(
        trials=trials,
        k=k,
        n=n,
        estimate=float(row["yi"]),
        ci_low=float(row["ci_low"]),
        ci_high=float(row["ci_high"]),
        shown=result.trial_display(0),
    )


def conclusion_of(numbers: Numbers, result: SynthesisResult) -> Conclusion | None:
    """Return what numbers conclude, by the measure and the outcome of `result`."""
    null = null_value(result.synthesis.measure, back_transformed=False)
    if null is None or not numbers.known:
        return None
    return conclude(numbers.estimate, numbers.ci_low, numbers.ci_high, null=null, mid=mid_of(result))


def compared(
    numbers: Numbers,
    conclusion: Conclusion | None,
    reference: Conclusion | None,
    *,
    same_as: str = "",
    is_reference: bool = False,
    apart: bool = False,
    reference_pooled: bool = False,
) -> tuple[str, tuple[str, ...]]:
    """Return the verdict on one analysis and what moves.

    Parameters
    ----------
    numbers, conclusion
        Of the analysis.
    reference : Conclusion or None
        Of the analysis that is shown.
    same_as : str
        The earlier analysis with the same numbers, if there is one.
    is_reference, apart, reference_pooled : bool
        Whether it is the reference itself, whether it shares no trial with it, and whether the reference is pooled.
    """
    if is_reference:
        return "reference", ()
    if same_as:
        return "same-numbers", ()
    if not numbers.known:
        return "no-number", ()
    if conclusion is None or reference is None:
        return "not-judged", ()
    differs = moved(reference, conclusion)
    if apart:
        return "apart", differs
    if reference_pooled and not numbers.pooled:
        return "one-trial", differs
    return ("moves", differs) if differs else ("agrees", ())
