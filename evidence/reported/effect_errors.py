"""Effects and their sampling variances, from an interval, a p-value or a test statistic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..vocabulary import EffectScale, check_option
from .bounds import bound_rows
from .critical import critical_value, t_from_p
from .finish import finish, refuse_extremes
from .values import ANY, LEVEL, P_VALUE, POSITIVE, raise_rows, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .result import Derived
    from .values import FloatArray, Given, Rule, Values

__all__ = ["effect_from_ci", "effect_from_p", "effect_from_z"]

_OFF_CENTRE = 0.1


def effect_from_ci(
    ci_low: Values,
    ci_high: Values,
    *,
    estimate: Values = None,
    scale: str = "raw",
    level: Values = 0.95,
    df: Values = None,
) -> Derived:
    r"""Return an effect, its standard error and its sampling variance from a confidence interval.

    .. math:: SE = \frac{f(\text{upper}) - f(\text{lower})}{2\, c}

    with `f` the logarithm where the scale is log, and `c` the critical value: normal, or t on `df` degrees of freedom.

    Parameters
    ----------
    ci_low, ci_high : array_like of shape (k,)
        Limits of the interval, as printed: ratios where the scale is log.
    estimate : array_like of shape (k,), optional
        The printed effect; by default the middle of the interval on its scale.
    scale : {"raw", "log"}
        ``"log"`` for ratios (OR, RR, HR), whose effects are returned as logarithms.
    level : array_like
        Confidence level, between 0 and 1.
    df : array_like of shape (k,), optional
        Degrees of freedom, where the interval is from a t distribution; an interval without them is normal.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei`` and ``offset``: how far the estimate is from the middle, as a part of the
        interval's width. Beyond 0.1 there is a caution.

    Raises
    ------
    InputError, OptionError, RowError
        Where lengths differ, or a number cannot be used: limits in the wrong order, an estimate outside them, a ratio
        that is not above 0.

    References
    ----------
    Cochrane Handbook, chapter 6, section 6.3.2. doi:10.1002/9781119536604.ch6

    Examples
    --------
    >>> result = effect_from_ci(0.33, 1.22, estimate=0.64, scale="log")
    >>> print(f"{result.yi:.4f} {result.vi:.4f}")
    -0.4463 0.1113
    """
    number = _on(scale)
    given = read(
        {
            "ci_low": (ci_low, number),
            "ci_high": (ci_high, number),
            "estimate": (estimate, number),
            "level": (level, LEVEL),
            "df": (df, POSITIVE),
        },
        need=("ci_low", "ci_high", "level"),
    )
    _refuse_limits(given)
    with np.errstate(all="ignore"):
        low, high, out = (_scaled(given[name], scale) for name in ("ci_low", "ci_high", "estimate"))
        dof = np.where(given.has("df"), given["df"], np.inf)
        sei = (high / 2 - low / 2) / critical_value(given["level"], dof)
        middle = low / 2 + high / 2
        yi = np.where(given.has("estimate"), out, middle)
        offset = np.abs(middle - yi) / (high - low)
    refuse_extremes(given, sei, where=sei > 0)
    return finish(
        "effect-from-ci",
        given,
        {"yi": yi, "vi": sei**2, "sei": sei, "offset": offset},
        withheld=[
            *given.lacking("ci_low", "ci_high", "level"),
            (sei == 0, "the interval has no width on this scale"),
        ],
        notes=[(~given.has("estimate"), "no estimate: the middle of the interval stands for it")],
        cautions=[(offset > _OFF_CENTRE, "the estimate is not halfway between the limits: is this the right scale?")],
        options={"scale": scale},
    )


def effect_from_p(
    estimate: Values,
    p: Values,
    *,
    scale: str = "raw",
    df: Values = None,
    operator: str | Sequence[str] = "=",
) -> Derived:
    r"""Return an effect, its standard error and its sampling variance from its two-sided p-value.

    .. math:: SE = \frac{|y|}{z_{1 - p/2}}

    A p-value that is a bound (``p < 0.001``) gives the *largest* standard error that agrees with it: a conservative
    value, never a precise one.

    Parameters
    ----------
    estimate : array_like of shape (k,)
        Effects, as printed: ratios where the scale is log.
    p : array_like of shape (k,)
        Two-sided p-values of the test against no effect.
    scale : {"raw", "log"}
        ``"log"`` for ratios, whose effects are returned as logarithms.
    df : array_like of shape (k,), optional
        Degrees of freedom, where the test is a t-test; without them it is a z-test.
    operator : {"=", "<", "<="} or sequence of them
        The sign before each p-value.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei`` and ``statistic``.

    Raises
    ------
    InputError, OptionError, RowError
        Where lengths differ, or a number cannot be used.

    References
    ----------
    Altman DG, Bland JM (2011). How to obtain the confidence interval from a P value. doi:10.1136/bmj.d2090

    Examples
    --------
    >>> print(f"{effect_from_p(0.64, 0.17, scale='log').vi:.4f}")
    0.1058
    >>> effect_from_p(10.0, 0.001, operator="<").cautions
    ('p is a bound: this is the largest standard error that agrees with it, a conservative value',)
    """
    given = read({"estimate": (estimate, _on(scale)), "p": (p, P_VALUE), "df": (df, POSITIVE)}, need=("estimate", "p"))
    bound = bound_rows(operator, given)
    with np.errstate(all="ignore"):
        yi = _scaled(given["estimate"], scale)
        statistic = t_from_p(given["p"], np.where(given.has("df"), given["df"], np.inf))
        sei = np.abs(yi) / statistic
    refuse_extremes(given, sei, where=(yi != 0) & (statistic > 0) & np.isfinite(statistic))
    return finish(
        "effect-from-p",
        given,
        {"yi": yi, "vi": sei**2, "sei": sei, "statistic": np.copysign(statistic, yi)},
        withheld=[
            *given.lacking("estimate", "p"),
            ((yi == 0) | (statistic == 0), "no effect, or p = 1, says nothing of the standard error"),
        ],
        cautions=[
            (bound, "p is a bound: this is the largest standard error that agrees with it, a conservative value")
        ],
        options={"scale": scale},
    )


def effect_from_z(estimate: Values, z: Values, *, scale: str = "raw") -> Derived:
    r"""Return an effect, its standard error and its sampling variance from its test statistic.

    .. math:: SE = |y| / |z|

    Parameters
    ----------
    estimate : array_like of shape (k,)
        Effects, as printed: ratios where the scale is log.
    z : array_like of shape (k,)
        Statistics: z or t, the effect over its standard error.
    scale : {"raw", "log"}
        ``"log"`` for ratios, whose effects are returned as logarithms.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi`` and ``sei``.

    Raises
    ------
    InputError, OptionError, RowError
        Where lengths differ, or a number cannot be used.

    References
    ----------
    Cochrane Handbook, chapter 6, section 6.3.2. doi:10.1002/9781119536604.ch6

    Examples
    --------
    >>> effect_from_z([2.0, -3.0], [4.0, -2.0]).sei
    array([0.5, 1.5])
    """
    given = read({"estimate": (estimate, _on(scale)), "z": (z, ANY)}, need=("estimate", "z"))
    with np.errstate(all="ignore"):
        yi = _scaled(given["estimate"], scale)
        sei = np.abs(yi / given["z"])
    refuse_extremes(given, sei, where=(yi != 0) & (given["z"] != 0))
    return finish(
        "effect-from-z",
        given,
        {"yi": yi, "vi": sei**2, "sei": sei},
        withheld=[
            *given.lacking("estimate", "z"),
            ((yi == 0) | (given["z"] == 0), "no effect, or z = 0, says nothing of the standard error"),
        ],
        cautions=[(yi * np.sign(given["z"]) < 0, "z and the effect have opposite signs")],
        options={"scale": scale},
    )


def _refuse_limits(given: Given) -> None:
    """Refuse limits in the wrong order and estimates outside them."""
    low, high, out = given["ci_low"], given["ci_high"], given["estimate"]
    raise_rows(
        given,
        [
            (high <= low, "the upper limit is not above the lower one", "ci_high"),
            ((out < low) | (out > high), "the estimate lies outside its interval", "estimate"),
        ],
    )


def _on(scale: Any) -> Rule:
    """Return what printed effects must be on this scale."""
    return POSITIVE if check_option("scale", scale, EffectScale) == "log" else ANY


def _scaled(values: FloatArray, scale: str) -> FloatArray:
    return np.log(values) if scale == "log" else values
