"""What can be read off any fit for a comparison: numbers, choices, and which studies it is about."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..errors import EvidenceError, InputError
from .nesting import same_data

__all__ = ["ComparedFit", "describe_fit", "list_choices", "relate_studies", "shared_values"]

_NUMBERS = ("estimate", "se", "pvalue", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFit:
    """One fit in a comparison; what it does not have is NaN or empty.

    Attributes
    ----------
    label : str
        Its name in the comparison.
    model : str
        The model in words, or the kind of result.
    k : int
        Number of studies.
    estimate, se, pvalue, ci_low, ci_high, pi_low, pi_high, tau2, i2 : float
        The pooled effect and what is said about it; NaN for meta-regressions.
    tau2_method, test, measure : str
        How τ² was estimated, the test, the effect measure.
    level : float
        Confidence level of its intervals.
    loglik, aic, aicc, bic : float
        Fit statistics where all fits can be compared by them; NaN otherwise.
    """

    label: str
    model: str
    k: int
    estimate: float
    se: float
    pvalue: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float
    tau2: float
    i2: float
    tau2_method: str
    test: str
    measure: str
    level: float
    loglik: float = math.nan
    aic: float = math.nan
    aicc: float = math.nan
    bic: float = math.nan


def describe_fit(fit: Any, label: str) -> ComparedFit:
    """Return what can be read off a fit.

    Raises
    ------
    InputError
        Where it has neither a number of studies nor an estimate.
    """
    k = _read(fit, "k")
    if not isinstance(k, (int, np.integer)) or (_read(fit, "estimate") is None and not hasattr(fit, "coefficients")):
        raise InputError(f"{label!r} is a {type(fit).__name__}, which has no estimate from k studies to compare")
    numbers = {name: _number(_read(fit, name)) for name in _NUMBERS}
    for name, place in (("ci_low", 0), ("ci_high", 1), ("pi_low", 0), ("pi_high", 1)):
        pair = _read(fit, name[:2])
        if math.isnan(numbers[name]) and isinstance(pair, tuple) and len(pair) == 2:
            numbers[name] = _number(pair[place])
    return ComparedFit(
        label=label,
        model=_text(_read(fit, "model")) or type(fit).__name__,
        k=int(k),
        tau2_method=_text(_read(fit, "tau2_method") or _read(fit, "method")),
        test=_text(_read(fit, "test")),
        measure=_text(_read(fit, "measure")),
        level=_number(_read(fit, "level")),
        **numbers,
    )


def list_choices(fit: Any) -> dict[str, str]:
    """Return every recorded choice of a fit as text, the kind of result and the moderators among them."""
    found = {"result": type(fit).__name__}
    choices = _read(fit, "choices")
    if is_dataclass(choices) and not isinstance(choices, type):
        found.update({field.name: _text(getattr(choices, field.name)) for field in fields(choices)})
    for name in ("tau2_method", "method", "test", "level", "measure"):
        value = _read(fit, name)
        if name not in found and isinstance(value, (str, int, float)):
            found[name] = _text(value)
    for name, attribute in (("moderators", "design"), ("scale", "scale_design")):
        design = _read(fit, attribute)
        if design is not None and hasattr(design, "names"):
            found[name] = ", ".join(design.names)
    return found


def relate_studies(one: Any, other: Any) -> str:
    """Return how the studies of two fits are related.

    Returns
    -------
    str
        ``"same data"``: the same effects and variances; ``"same studies"``: the same names, other numbers;
        ``"overlapping"``; ``"disjoint"``; ``"unknown"``: studies without names.
    """
    numbers = [_read(fit, name) for fit in (one, other) for name in ("yi", "vi")]
    if all(isinstance(values, np.ndarray) for values in numbers) and same_data(one, other):
        return "same data"
    names = [_names(one), _names(other)]
    if names[0] is None or names[1] is None:
        return "unknown"
    if names[0] == names[1]:
        return "same studies"
    return "overlapping" if names[0] & names[1] else "disjoint"


def shared_values(one: Any, other: Any) -> int:
    """Return how many pairs of effect and variance occur in both fits."""
    pairs = []
    for fit in (one, other):
        yi, vi = _read(fit, "yi"), _read(fit, "vi")
        if not (isinstance(yi, np.ndarray) and isinstance(vi, np.ndarray)):
            return 0
        pairs.append(set(zip(yi.tolist(), vi.tolist(), strict=True)))
    return len(pairs[0] & pairs[1])


def _names(fit: Any) -> set[object] | None:
    """Return the names of a fit's studies; None where they are only numbered."""
    labels = _read(fit, "labels")
    if labels is None or isinstance(labels, pd.RangeIndex):
        return None
    return set(labels)


def _read(fit: Any, name: str) -> Any:
    """Return an attribute, or None where the fit has none or refuses it."""
    try:
        return getattr(fit, name, None)
    except EvidenceError:
        return None


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float, np.integer, np.floating)) else math.nan


def _text(value: object) -> str:
    if value is None or value == "":
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
