"""The line on heterogeneity under a forest plot."""

from __future__ import annotations

import math
from typing import Any

from ..numbers import format_p, format_percent
from .large import readable

__all__ = ["heterogeneity_line", "model_words", "variance_text"]

_NO_DECIMALS = 1000  # of a variance so large the decimals are noise
_TESTS = {
    "z": "normal interval",
    "t": "t interval",
    "hksj": "Hartung–Knapp–Sidik–Jonkman",
    "adhoc": "Hartung–Knapp–Sidik–Jonkman, scale not below 1",
    "adhoc-ci": "Hartung–Knapp–Sidik–Jonkman, or the normal interval where wider",
    "adhoc-iqwig6": "Hartung–Knapp–Sidik–Jonkman, corrected as by IQWiG",
    "kr": "Kenward–Roger",
}
# models with one effect in all studies, or no claim beyond these
_WITHOUT_TAU2 = {"EE": "Equal effects", "FE": "Fixed effects"}


def heterogeneity_line(fit: Any) -> str:
    """Return the line on heterogeneity of a fit: τ² and I² with their intervals, Q, and the model that gave them.

    Parameters
    ----------
    fit : PooledResult
        A fit of two studies or more, or anything with its ``tau2``, ``tau2_ci``, ``tau2_method``, ``i2``, ``i2_ci``,
        ``q``, ``q_df``, ``q_pvalue``, ``test`` and ``level``.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> heterogeneity_line(pool([0.1, 0.5, 0.9], [0.04, 0.05, 0.06], tau2="EE", test="z"))
    'Heterogeneity: Q = 6.49, df = 2, p = 0.039. Equal effects, normal interval.'
    """
    q = f"Q = {readable(fit.q)}, df = {fit.q_df:g}, {format_p(fit.q_pvalue)}"
    if fit.tau2_method in _WITHOUT_TAU2:
        return f"Heterogeneity: {q}. {model_words(fit)}."
    level = f"{100 * fit.level:g}% CI"
    tau2 = f"τ² = {variance_text(fit.tau2)}"
    if math.isfinite(fit.tau2_ci[0]):
        tau2 += f" ({level} {variance_text(fit.tau2_ci[0])} to {variance_text(fit.tau2_ci[1])})"
    i2 = f"I² = {format_percent(fit.i2)}"
    if math.isfinite(fit.i2_ci[0]):
        i2 += f" ({level} {format_percent(fit.i2_ci[0])} to {format_percent(fit.i2_ci[1])})"
    return f"Heterogeneity: {tau2}, {i2}, {q}. {model_words(fit)}."


def model_words(fit: Any) -> str:
    """Return the model, the estimator of τ² and the kind of interval of a fit, in words.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> model_words(pool([0.1, 0.5, 0.9], [0.04, 0.05, 0.06]))
    'Random effects: REML, Hartung–Knapp–Sidik–Jonkman'
    """
    test = _TESTS.get(fit.test, fit.test)
    weighted = {"equal": ", equal weights", "given": ", given weights"}.get(_weights(fit), "")
    if fit.tau2_method in _WITHOUT_TAU2:
        return f"{_WITHOUT_TAU2[fit.tau2_method]}, {test}{weighted}"
    return f"Random effects: {'τ² given' if fit.tau2_method == 'fixed' else fit.tau2_method}, {test}{weighted}"


def _weights(fit: Any) -> str:
    """Return what the weights are; a fit that does not say has the inverse variances."""
    choices = getattr(fit, "choices", None)
    return str(getattr(choices, "weights", "inverse-variance"))


def variance_text(value: float) -> str:
    """Return τ² with two decimals, or as many as show two figures of it; none from 1000 on, and a power of ten if huge.

    Examples
    --------
    >>> variance_text(18.304), variance_text(0.00123), variance_text(0.0), variance_text(2979032653135524864.0)
    ('18.30', '0.0012', '0.00', '2.98 × 10¹⁸')
    """
    if value >= _NO_DECIMALS:
        return readable(value, 0)
    return readable(value, max(2, 1 - math.floor(math.log10(value))) if 0 < value < 1 else 2)
