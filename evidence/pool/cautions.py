"""What a reader of a fit must know before quoting it."""

from __future__ import annotations

import difflib
import math
from typing import TYPE_CHECKING

from ..numbers import format_number
from ..vocabulary import NO_RANDOM_EFFECT, Measure, allowed
from .choices import FIXED
from .digits import show_variance
from .prediction import Prediction, critical_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .choices import Choices
    from .core import Array
    from .design import Design
    from .heterogeneity import Heterogeneity
    from .inference import Inference
    from .tau2 import Convergence

__all__ = ["list_cautions"]

_STUDIES_PER_MODERATOR = 10
_VARIANCE_RATIO = 1e7


def list_cautions(
    choices: Choices,
    *,
    vi: Array,
    dropped: Mapping[int, str],
    design: Design,
    inference: Inference,
    heterogeneity: Heterogeneity,
    prediction: Prediction,
    convergence: Convergence,
) -> tuple[str, ...]:
    """Return the cautions of one fit, each a sentence; none if there is nothing to say.

    Parameters are the parts of an `evidence.pool.PooledResult`.
    """
    k = len(vi)
    found = [
        *_about_size(k, design, choices),
        *_about_rows(vi, dropped),
        *_about_test(choices, inference, k),
        *_about_tau2(heterogeneity, convergence),
    ]
    found += [*_about_measure(choices.measure), *_about_null(choices.measure, design)]
    if prediction.df <= 0 and k > 1:
        found.append(f"There is no prediction interval: {prediction.method} leaves no degrees of freedom.")
    return tuple(found)


def _about_measure(measure: str) -> list[str]:
    """Say so where a measure is not one that can be transformed back."""
    known = {name.upper(): name for name in allowed(Measure)}
    if not measure or measure in known.values():
        return []
    near = difflib.get_close_matches(measure.upper(), known, n=1)
    hint = f"; did you mean {known[near[0]]!r}?" if near else "."
    return [f"{measure!r} is not a known measure: nothing is transformed back{hint}"]


def _about_null(measure: str, design: Design) -> list[str]:
    """Say so where the p-value asks a question that nobody has."""
    if measure not in allowed(Measure) or design.has_moderators:
        return []
    from ..effects import null_value

    null = null_value(measure, back_transformed=False)
    if null is None or null == 0:
        return []
    return [f"The p-value is that of an effect of 0, but with {measure} no effect is {null:g}; look at the interval."]


def _about_size(k: int, design: Design, choices: Choices) -> list[str]:
    if k == 1:
        widened = choices.tau2_method == FIXED and choices.tau2_given > 0
        found = [
            "One study is not a synthesis: this is the study's own estimate"
            f"{', with the given τ² added to its variance' if widened else ''}. Variance between studies, I² and a "
            "prediction interval cannot be estimated."
        ]
        if choices.test != "z":
            found.append(f"With one study test='{choices.test}' has no degrees of freedom; the normal test is used.")
        return found
    if k == 2:
        return ["Two studies say next to nothing about the variance between studies; every interval depends on it."]
    moderators = len(design.names) - (design.intercept >= 0)
    if design.has_moderators and k < _STUDIES_PER_MODERATOR * moderators:
        return [f"{k} studies are few for {moderators} moderator coefficient(s); ten for each are commonly advised."]
    return []


def _about_rows(vi: Array, dropped: Mapping[int, str]) -> list[str]:
    found = []
    if dropped:
        rows = f"{len(dropped)} row{'s' if len(dropped) > 1 else ''}"
        found.append(f"{rows} left out because a value is missing; to_frame() lists them with the reason.")
    if vi.max() / vi.min() >= _VARIANCE_RATIO:
        found.append("The largest sampling variance is over ten million times the smallest; check both.")
    return found


def _about_test(choices: Choices, inference: Inference, k: int) -> list[str]:
    if k > 1 and choices.test == "kr" and inference.df < 1:
        return ["The Kenward–Roger test has less than one degree of freedom here: its interval says next to nothing."]
    if k == 1 or choices.test not in ("hksj", "adhoc", "adhoc-ci", "adhoc-iqwig6"):
        return []
    found = []
    if choices.test == "adhoc-ci" and math.isinf(inference.df):
        found.append("The Hartung–Knapp interval would be narrower than the normal one, which is given instead.")
    if choices.tau2_method in NO_RANDOM_EFFECT:
        found.append("The Hartung–Knapp method is not meant for equal-effects models.")
    if inference.scale == 0:
        found.append(
            "The effects fit the model exactly, so the Hartung–Knapp variance is 0 and gives no interval and no test; "
            "test='adhoc' does not let its scale fall below 1."
        )
    elif choices.test == "hksj" and critical_value(inference.df, choices.level) * math.sqrt(
        inference.scale
    ) < critical_value(math.inf, choices.level):
        found.append(
            f"The Hartung–Knapp interval is narrower than the normal one (its scale is "
            f"{format_number(inference.scale)}); test='adhoc' does not let the scale fall below 1."
        )
    return found


def _about_tau2(heterogeneity: Heterogeneity, convergence: Convergence) -> list[str]:
    found = []
    if heterogeneity.interval_empty:
        name = "Q-profile" if heterogeneity.tau2_ci_method == "QP" else "generalised-Q"
        found.append(
            f"The effects are more alike than sampling error allows: the {name} interval of τ² is empty, and "
            "shown as 0 to 0."
        )
    if heterogeneity.tau2_ci_method != "none" and math.isnan(heterogeneity.tau2_ci[0]):
        found.append(f"There is no interval of τ² by {heterogeneity.tau2_ci_method!r} from these data; take another.")
    if len(convergence.modes) > 1:
        modes = ", ".join(show_variance(mode) for mode in convergence.modes)
        found.append(f"The likelihood of τ² has {len(convergence.modes)} maxima ({modes}); the highest was taken.")
    return found
