"""Effects and variances from Wald-type intervals, statistics and p-values, whatever each study prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..vocabulary import WaldTransform, check_flag, check_option
from .critical import critical_value, z_from_p
from .finish import finish, refuse_extremes
from .values import ANY, GROUP, LEVEL, NOT_NEGATIVE, P_VALUE, raise_rows, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from .result import Derived
    from .values import FloatArray, Given, Values

__all__ = ["wald_effect"]

_OFF_CENTRE = 0.1
_DISAGREE = 1.25


def wald_effect(
    out: Values = None,
    *,
    ci_low: Values = None,
    ci_high: Values = None,
    z: Values = None,
    p: Values = None,
    n: Values = None,
    level: Values = 0.95,
    transf: str | Callable[[FloatArray], FloatArray] = "none",
    check: bool = True,
    yi: Values = None,
    vi: Values = None,
) -> Derived:
    r"""Return effects and sampling variances from what each study prints of a Wald-type analysis.

    .. math:: v = \left(\frac{f(\text{upper}) - f(\text{lower})}{2 z_{crit}}\right)^2
        \quad\text{or}\quad v = (y / z)^2

    with :math:`y = f(\text{out})`. For each row the interval is used where both limits are there, else the statistic,
    else the p-value. This is metafor's ``conv.wald`` (``ci.lb``, ``ci.ub``, ``zval``, ``pval``), except that a level is
    0.95, not 95. Values of `yi` and `vi` that are there already are kept, as with ``replace="ifna"``.

    Parameters
    ----------
    out : array_like of shape (k,), optional
        Effects, as printed.
    ci_low, ci_high : array_like of shape (k,), optional
        Limits of their intervals, as printed.
    z : array_like of shape (k,), optional
        Statistics of the tests against no effect, on the transformed scale.
    p : array_like of shape (k,), optional
        Two-sided p-values of these tests. For one that is a bound, see `effect_from_p`.
    n : array_like of shape (k,), optional
        Total sample sizes; passed through, nothing is computed from them.
    level : array_like
        Confidence level of each interval, between 0 and 1.
    transf : {"none", "log", "logit", "atanh"} or callable
        What to apply to `out` and the limits: ``"log"`` for ratios. A function must take an array and be increasing.
    check : bool
        Whether to caution where an estimate is more than a tenth of the interval's width from its middle, and where
        the interval and the test disagree.
    yi, vi : array_like of shape (k,), optional
        Effects and variances that are known already, on the transformed scale.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi`` and ``sei``; ``n`` where it was given. A row may have an effect without a variance.

    Raises
    ------
    InputError, OptionError, RowError
        Where no effect is given, lengths differ, or a number cannot be used: limits in the wrong order, an estimate
        outside them, a number that cannot be transformed.

    References
    ----------
    Cochrane Handbook, chapter 6, section 6.3. doi:10.1002/9781119536604.ch6

    Examples
    --------
    >>> result = wald_effect([1.37, 1.89], ci_low=[1.03, 1.60], ci_high=[1.82, 2.23], transf="log")
    >>> result.yi.round(4), result.vi.round(4)
    (array([0.3148, 0.6366]), array([0.0211, 0.0072]))
    """
    if out is None and yi is None:
        raise InputError("give at least an effect: out, or yi")
    given = read(
        {
            "out": (out, ANY),
            "ci_low": (ci_low, ANY),
            "ci_high": (ci_high, ANY),
            "z": (z, ANY),
            "p": (p, P_VALUE),
            "level": (level, LEVEL),
            "yi": (yi, ANY),
            "vi": (vi, NOT_NEGATIVE),
            "n": (n, GROUP),
        }
    )
    check_flag("check", check)
    _refuse(given)
    effect, low, high = (_transformed(given, name, transf) for name in ("out", "ci_low", "ci_high"))
    with np.errstate(all="ignore"):
        effect = np.where(given.has("yi"), given["yi"], effect)
        by_ci = (high / 2 - low / 2) / critical_value(given["level"])
        statistic = np.where(given.has("z"), np.abs(given["z"]), z_from_p(given["p"]))
        by_test = np.where((statistic > 0) & (effect != 0), np.abs(effect) / statistic, np.nan)
        sei = np.where(given.has("vi"), np.sqrt(given["vi"]), np.where(np.isnan(by_ci), by_test, by_ci))
        off = np.abs((low / 2 + high / 2) - effect) > _OFF_CENTRE * (high - low)
        apart = np.maximum(by_ci / by_test, by_test / by_ci) > _DISAGREE
        opposite = given["z"] * effect < 0
    refuse_extremes(given, sei, where=~given.has("vi") & (np.isfinite(statistic) | ~np.isnan(by_ci)))
    value = {"yi": effect, "vi": np.where(given.has("vi"), given["vi"], sei**2), "sei": sei}
    if "n" in given.named:
        value["n"] = given["n"]
    no_variance = ~np.isnan(effect) & np.isnan(sei)
    tested = ~np.isnan(statistic)
    computed = ~given.has("vi")
    return finish(
        "wald",
        given,
        value,
        withheld=[(np.isnan(effect), "no effect is there")],
        notes=[
            (no_variance & tested, "no effect, or z = 0 (p = 1), says nothing of the variance"),
            (no_variance & ~tested, "no interval, statistic or p-value: no variance"),
        ],
        cautions=[
            (check & off & computed, "the estimate is not halfway between the limits: is this the right scale?"),
            (check & apart & computed, "the interval and the test give standard errors that differ by more than 25%"),
            (opposite, "z and the effect have opposite signs"),
        ],
        options={"transf": transf if isinstance(transf, str) else getattr(transf, "__name__", "a function")},
        optional=("vi", "sei", "n"),
    )


def _refuse(given: Given) -> None:
    low, high, out = given["ci_low"], given["ci_high"], given["out"]
    raise_rows(
        given,
        [
            (high <= low, "the upper limit is not above the lower one", "ci_high"),
            ((out < low) | (out > high), "the estimate lies outside its interval", "out"),
        ],
    )


_NAMED: dict[str, Callable[[FloatArray], FloatArray]] = {
    "none": lambda x: x,
    "log": np.log,
    "logit": lambda x: np.log(x) - np.log1p(-x),
    "atanh": np.arctanh,
}


def _transformed(given: Given, name: str, transf: str | Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Return one input on the scale of the analysis; refuse what has no place there."""
    function = transf if callable(transf) else _NAMED[check_option("transf", transf, WaldTransform)]
    with np.errstate(all="ignore"):
        values = np.asarray(function(given[name].copy()), dtype=np.float64)
    if values.shape != given[name].shape:
        raise InputError(f"transf must return one number for each number; {name} became shape {values.shape}")
    raise_rows(given, [(given.has(name) & ~np.isfinite(values), "it cannot be transformed to this scale", name)])
    return values
