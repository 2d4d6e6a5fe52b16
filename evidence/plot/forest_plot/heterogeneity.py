"""The line on heterogeneity under a forest plot, and the numbers that it words."""

from __future__ import annotations

import math
from typing import Any

from ...numbers import format_i2, format_p
from ...vocabulary import Measure, allowed
from ..page.large import readable
from .data import ForestFacts

__all__ = ["difference_facts", "forest_facts", "heterogeneity_line", "model_words", "variance_text"]

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
    i2 = f"I² = {format_i2(fit.i2)}"
    if math.isfinite(fit.i2_ci[0]):
        i2 += f" ({level} {format_i2(fit.i2_ci[0])} to {format_i2(fit.i2_ci[1])})"
    return f"Heterogeneity: {tau2}, {i2}, {q}. {model_words(fit)}."


def forest_facts(fit: Any) -> ForestFacts:
    """Return the numbers on heterogeneity and on the test of no effect, just as the fit has them.

    Measures of one group, as proportions, have no value of no effect: there is no such test of them.

    Parameters
    ----------
    fit : PooledResult
        A fit of two studies or more without moderators.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> facts = forest_facts(pool([0.1, 0.5, 0.9], [0.04, 0.05, 0.06], tau2="EE", test="z"))
    >>> round(facts.q, 2), facts.df, facts.tau2, facts.statistic_df, facts.method
    (6.49, 2.0, None, None, 'Equal effects, normal interval')
    """
    from ...effects import null_value

    random = fit.tau2_method not in _WITHOUT_TAU2
    tested = fit.measure not in allowed(Measure) or null_value(fit.measure) is not None
    return ForestFacts(
        q=float(fit.q),
        df=float(fit.q_df),
        p=float(fit.q_pvalue),
        i2=_known(fit.i2),
        i2_low=_known(fit.i2_ci[0]),
        i2_high=_known(fit.i2_ci[1]),
        tau2=_known(fit.tau2) if random else None,
        tau2_low=_known(fit.tau2_ci[0]) if random else None,
        tau2_high=_known(fit.tau2_ci[1]) if random else None,
        tau2_ci_method=_interval_words(fit) if random else "",
        statistic=_known(fit.statistic) if tested else None,
        statistic_df=_known(fit.df) if tested else None,
        statistic_p=_known(fit.pvalue) if tested else None,
        method=model_words(fit),
    )


def difference_facts(found: Any) -> ForestFacts | None:
    """Return the numbers of the test between subgroups; None where there is none, or where it is an F test.

    An F test has no Q: a preset that words Q would call it by a wrong name.

    Parameters
    ----------
    found : SubgroupResult
        Fits by group.

    Notes
    -----
    I² is the share of Q beyond its degrees of freedom, 100·(Q − df)/Q and not below 0, as Review Manager gives it.

    Examples
    --------
    >>> import pandas as pd
    >>> from evidence.pool import subgroups
    >>> table = pd.DataFrame({"yi": [0.1, 0.2, 0.6, 0.8], "vi": 0.02, "arm": ["a", "a", "b", "b"]})
    >>> facts = difference_facts(subgroups(table, "arm", test="z"))
    >>> round(facts.q, 1), facts.df, round(facts.i2, 1)
    (15.1, 1.0, 93.4)
    """
    if math.isnan(found.q_between) or not math.isinf(found.q_df2):
        return None
    q, df = float(found.q_between), float(found.q_df)
    return ForestFacts(q=q, df=df, p=float(found.q_pvalue), i2=100 * (q - df) / q if q > df else 0.0)


def _interval_words(fit: Any) -> str:
    """Return how the interval of τ² was found, in words; empty where there is none, or the fit does not say."""
    from ...pool.confint import INTERVAL_NAMES

    if _known(fit.tau2_ci[0]) is None:
        return ""
    return INTERVAL_NAMES.get(getattr(getattr(fit, "heterogeneity", None), "tau2_ci_method", ""), "")


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


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
