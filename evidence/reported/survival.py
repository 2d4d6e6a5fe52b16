"""Log hazard ratios and their variances from what trials report of a log-rank test or Cox model.

The ways of Parmar (1998) and Tierney (2007) that need no reading of curves, as seven functions:

==== ============================================== =================================================
way  reported                                       function
==== ============================================== =================================================
1    O − E and V                                    `log_hr_from_oe`
2    observed and expected events of both arms      `log_hr_from_observed_expected`
3    HR and confidence interval                     `log_hr_from_ci`
4    log HR or HR, and standard error               `log_hr_from_se`
5    HR and p-value                                 `log_hr_from_hr_p`
6    HR and events of each arm                      `log_hr_from_events`
7    HR, total events and people of each arm        `log_hr_from_events`
8    HR and total events, randomised 1 : 1          `log_hr_from_events`
9    log-rank p and events of each arm              `log_hr_from_logrank_p`
10   log-rank p, total events and people by arm     `log_hr_from_logrank_p`
11   log-rank p and total events, randomised 1 : 1  `log_hr_from_logrank_p`
==== ============================================== =================================================

Arm 1 is the research arm: a hazard ratio below 1, and O − E below 0, favour it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from .bounds import bound_rows
from .critical import critical_value, z_from_p
from .survival_forms import finish_log_hr, two_sided
from .values import ANY, COUNT, LEVEL, P_VALUE, POSITIVE, raise_rows, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .result import Derived
    from .values import Values

__all__ = [
    "log_hr_from_ci",
    "log_hr_from_hr_p",
    "log_hr_from_observed_expected",
    "log_hr_from_oe",
    "log_hr_from_se",
]

_OFF_CENTRE = 0.1


def log_hr_from_oe(o_minus_e: Values, v: Values) -> Derived:
    r"""Return the log hazard ratio from observed minus expected events and their variance.

    .. math:: y = (O - E)/V,\quad v = 1/V

    Parameters
    ----------
    o_minus_e : array_like of shape (k,)
        Observed minus expected events of the research arm.
    v : array_like of shape (k,)
        The log-rank (hypergeometric) variance.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei``, ``hr``, ``o_minus_e`` and ``v``.

    Raises
    ------
    InputError, RowError
        Where lengths differ, or a number cannot be used.

    References
    ----------
    Parmar MKB, Torri V, Stewart L (1998), equations 4 and 6.
    doi:10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8. Tierney JF and others (2007).
    doi:10.1186/1745-6215-8-16

    Examples
    --------
    >>> print(f"{log_hr_from_oe(-10.0, 40.0).hr:.4f}")
    0.7788
    """
    given = read({"o_minus_e": (o_minus_e, ANY), "v": (v, POSITIVE)}, need=("o_minus_e", "v"))
    with np.errstate(all="ignore"):
        yi = given["o_minus_e"] / given["v"]
        return finish_log_hr("hr-oe-v", given, yi, given["v"], lacking=("o_minus_e", "v"))


def log_hr_from_observed_expected(
    observed1: Values, expected1: Values, observed2: Values, expected2: Values
) -> Derived:
    r"""Return the log hazard ratio from observed and log-rank expected events of both arms.

    .. math:: y = \log\frac{O_1/E_1}{O_2/E_2},\quad v = 1/E_1 + 1/E_2

    Observed and expected events must add up to the same number, but for rounding.

    Parameters
    ----------
    observed1, expected1, observed2, expected2 : array_like of shape (k,)
        Events of the research arm (1) and the control arm (2).

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei``, ``hr``, ``o_minus_e`` and ``v``. The former two are :math:`yV` and
        :math:`V = 1/v`, as for every method here, so that O − E and V give `yi` back.

    Raises
    ------
    InputError, RowError
        Where lengths differ, or a number cannot be used.

    References
    ----------
    Parmar MKB, Torri V, Stewart L (1998), equations 3 and 5.
    doi:10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8

    Examples
    --------
    >>> result = log_hr_from_observed_expected(40, 50, 60, 50)
    >>> print(f"{result.hr:.4f} {result.vi:.4f}")
    0.6667 0.0400
    """
    names = ("observed1", "expected1", "observed2", "expected2")
    given = read(
        {
            "observed1": (observed1, COUNT),
            "expected1": (expected1, POSITIVE),
            "observed2": (observed2, COUNT),
            "expected2": (expected2, POSITIVE),
        },
        need=names,
    )
    o1, e1, o2, e2 = (given[name] for name in names)
    with np.errstate(all="ignore"):
        yi = np.log(o1 / e1) - np.log(o2 / e2)
        apart = np.abs((o1 + o2) - (e1 + e2)) > 0.02 * (o1 + o2) + 0.5
        return finish_log_hr(
            "hr-observed-expected",
            given,
            yi,
            1 / (1 / e1 + 1 / e2),
            lacking=names,
            withheld=[((o1 == 0) | (o2 == 0), "an arm without events has no hazard ratio by this method")],
            cautions=[(apart, "observed and expected events do not add up to the same number: are they log-rank's?")],
        )


def log_hr_from_ci(hr: Values, ci_low: Values, ci_high: Values, *, level: Values = 0.95) -> Derived:
    r"""Return the log hazard ratio from a hazard ratio with its confidence interval.

    .. math:: SE = \frac{\log \text{upper} - \log \text{lower}}{2 z}

    Parameters
    ----------
    hr : array_like of shape (k,)
        Hazard ratios; None where only the interval is printed, whose middle then stands for it.
    ci_low, ci_high : array_like of shape (k,)
        Their confidence limits.
    level : array_like
        Confidence level, between 0 and 1.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei``, ``hr``, ``o_minus_e`` and ``v``.

    Raises
    ------
    InputError, RowError
        Where lengths differ, or a number cannot be used: limits in the wrong order, a hazard ratio outside them.

    References
    ----------
    Parmar MKB, Torri V, Stewart L (1998), section 4.2.
    doi:10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8

    Examples
    --------
    >>> result = log_hr_from_ci(0.75, 0.60, 0.94)
    >>> print(f"{result.yi:.4f} {result.sei:.4f}")
    -0.2877 0.1145
    """
    given = read(
        {"hr": (hr, POSITIVE), "ci_low": (ci_low, POSITIVE), "ci_high": (ci_high, POSITIVE), "level": (level, LEVEL)},
        need=("ci_low", "ci_high", "level"),
    )
    low, high = given["ci_low"], given["ci_high"]
    raise_rows(
        given,
        [
            (high <= low, "the upper limit is not above the lower one", "ci_high"),
            ((given["hr"] < low) | (given["hr"] > high), "the hazard ratio lies outside its interval", "hr"),
        ],
    )
    with np.errstate(all="ignore"):
        width = np.log(high) - np.log(low)
        middle = (np.log(high) + np.log(low)) / 2
        yi = np.where(given.has("hr"), np.log(given["hr"]), middle)
        sei = width / (2 * critical_value(given["level"]))
        return finish_log_hr(
            "hr-ci",
            given,
            yi,
            1 / sei**2,
            lacking=("ci_low", "ci_high", "level"),
            notes=[(~given.has("hr"), "no hazard ratio: the middle of the interval stands for it")],
            cautions=[
                (
                    np.abs(middle - yi) > _OFF_CENTRE * width,
                    "the hazard ratio is not halfway between the limits on the log scale",
                )
            ],
        )


def log_hr_from_se(se: Values, *, log_hr: Values = None, hr: Values = None) -> Derived:
    r"""Return the log hazard ratio from a Cox coefficient, or a hazard ratio, with its standard error.

    Parameters
    ----------
    se : array_like of shape (k,)
        Standard errors of the log hazard ratios (not of the hazard ratios).
    log_hr : array_like of shape (k,), optional
        Cox coefficients; used where given.
    hr : array_like of shape (k,), optional
        Hazard ratios.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei``, ``hr``, ``o_minus_e`` and ``v``.

    Raises
    ------
    InputError, RowError
        Where neither log_hr nor hr is given, lengths differ, or a number cannot be used.

    References
    ----------
    Parmar MKB, Torri V, Stewart L (1998), section 3.
    doi:10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8

    Examples
    --------
    >>> print(log_hr_from_se(0.125, log_hr=-0.25).v)
    64.0
    """
    if log_hr is None and hr is None:
        raise InputError("give log_hr or hr, one of the two")
    given = read({"log_hr": (log_hr, ANY), "hr": (hr, POSITIVE), "se": (se, POSITIVE)}, need=("se",))
    with np.errstate(all="ignore"):
        yi = np.where(given.has("log_hr"), given["log_hr"], np.log(given["hr"]))
        return finish_log_hr(
            "hr-se",
            given,
            yi,
            1 / given["se"] ** 2,
            lacking=("se",),
            withheld=[(np.isnan(yi), "neither log_hr nor hr is there")],
        )


def log_hr_from_hr_p(hr: Values, p: Values, *, operator: str | Sequence[str] = "=", sides: Values = 2) -> Derived:
    r"""Return the log hazard ratio and its variance from a hazard ratio and its p-value.

    .. math:: SE = |\log HR| / z

    Parameters
    ----------
    hr : array_like of shape (k,)
        Hazard ratios.
    p : array_like of shape (k,)
        Their p-values.
    operator : {"=", "<", "<="} or sequence of them
        The sign before each p-value. A bound gives the largest standard error that agrees with it.
    sides : array_like
        1 for a one-sided p-value in the direction of the effect, 2 for a two-sided one.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei``, ``hr``, ``o_minus_e`` and ``v``.

    Raises
    ------
    InputError, OptionError, RowError
        Where lengths differ, or a number cannot be used.

    References
    ----------
    Parmar MKB, Torri V, Stewart L (1998), equation 7.
    doi:10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8

    Examples
    --------
    >>> print(f"{log_hr_from_hr_p(0.75, 0.012).sei:.4f}")
    0.1145
    """
    given = read({"hr": (hr, POSITIVE), "p": (p, P_VALUE), "sides": (sides, ANY)}, need=("hr", "p", "sides"))
    p_two = two_sided(given)
    bound = bound_rows(operator, given)
    with np.errstate(all="ignore"):
        yi, z = np.log(given["hr"]), z_from_p(p_two)
        return finish_log_hr(
            "hr-p",
            given,
            yi,
            (z / yi) ** 2,
            lacking=("hr", "p", "sides"),
            withheld=[((yi == 0) | (z == 0), "HR = 1, or p = 1, says nothing of the variance")],
            cautions=[
                (bound, "p is a bound: this is the largest standard error that agrees with it, a conservative value")
            ],
        )
