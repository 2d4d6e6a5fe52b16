"""Standard deviations of one group: from a standard error, an interval, the times before and after, a paired test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..vocabulary import IntervalDistribution
from .bounds import bound_rows
from .critical import critical_value, t_from_p
from .finish import finish, refuse_extremes
from .values import (
    ANY,
    CORRELATION,
    LEVEL,
    NOT_NEGATIVE,
    P_VALUE,
    PEOPLE,
    POSITIVE,
    raise_rows,
    read,
    read_options,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .result import Derived
    from .values import Values

__all__ = ["r_from_sds", "sd_from_ci", "sd_from_se", "sd_of_change", "sd_of_change_from_test"]

_OFF_CENTRE = 0.1
_BOUND = "p is a bound: this is the largest SD that agrees with it, a conservative value"


def sd_from_se(se: Values, n: Values) -> Derived:
    r"""Return the standard deviation of a group from the standard error of its mean.

    .. math:: SD = SE \sqrt{n}

    Parameters
    ----------
    se : array_like of shape (k,)
        Standard errors, in the unit of the outcome.
    n : array_like of shape (k,)
        Numbers of people.

    Returns
    -------
    Derived
        Field ``sd``.

    Raises
    ------
    InputError, RowError
        Where lengths differ, or a number cannot be used.

    References
    ----------
    Cochrane Handbook, chapter 6, section 6.5.2.2. doi:10.1002/9781119536604.ch6

    Examples
    --------
    >>> float(sd_from_se(0.9, 25).sd)
    4.5
    """
    given = read({"se": (se, POSITIVE), "n": (n, PEOPLE)}, need=("se", "n"))
    with np.errstate(all="ignore"):
        sd = given["se"] * np.sqrt(given["n"])
    return finish("sd-from-se", given, {"sd": sd}, withheld=given.lacking("se", "n"))


def sd_from_ci(
    ci_low: Values,
    ci_high: Values,
    n: Values,
    *,
    mean: Values = None,
    level: Values = 0.95,
    dist: str | Sequence[str] = "t",
) -> Derived:
    r"""Return the standard deviation of a group from the confidence interval of its mean.

    .. math:: SD = \sqrt{n}\, \frac{\text{upper} - \text{lower}}{2\, c}

    with `c` the critical value of the t distribution on `n` − 1 degrees of freedom, or of the normal one.

    Parameters
    ----------
    ci_low, ci_high : array_like of shape (k,)
        Limits of the interval.
    n : array_like of shape (k,)
        Numbers of people.
    mean : array_like of shape (k,), optional
        The means, to check that they are halfway between the limits.
    level : array_like
        Confidence level, between 0 and 1.
    dist : {"t", "normal"} or sequence of them
        The distribution that the interval was computed from.

    Returns
    -------
    Derived
        Fields ``sd``, ``se`` and ``mean``, the middle of the interval.

    Raises
    ------
    InputError, OptionError, RowError
        Where lengths differ, or a number cannot be used: limits in the wrong order, a mean outside them.

    References
    ----------
    Cochrane Handbook, chapter 6, section 6.5.2.2. doi:10.1002/9781119536604.ch6

    Examples
    --------
    >>> print(f"{sd_from_ci(30.0, 34.2, 25).sd:.2f}")
    5.09
    """
    given = read(
        {
            "ci_low": (ci_low, ANY),
            "ci_high": (ci_high, ANY),
            "n": (n, PEOPLE),
            "mean": (mean, ANY),
            "level": (level, LEVEL),
        },
        need=("ci_low", "ci_high", "n", "level"),
    )
    dists = np.array(read_options("dist", dist, IntervalDistribution, len(given.labels)))
    low, high = given["ci_low"], given["ci_high"]
    raise_rows(
        given,
        [
            (high <= low, "the upper limit is not above the lower one", "ci_high"),
            ((given["mean"] < low) | (given["mean"] > high), "the mean lies outside its interval", "mean"),
        ],
    )
    with np.errstate(all="ignore"):
        df = np.where(dists == "t", given["n"] - 1, np.inf)
        se = (high / 2 - low / 2) / critical_value(given["level"], df)
        middle = low / 2 + high / 2
        off = np.abs(middle - given["mean"]) > _OFF_CENTRE * (high - low)
    return finish(
        "sd-from-ci",
        given,
        {"sd": se * np.sqrt(given["n"]), "se": se, "mean": middle},
        withheld=given.lacking("ci_low", "ci_high", "n", "level"),
        cautions=[(off, "the mean is not halfway between the limits: was the interval computed on another scale?")],
        options={"dist": ", ".join(dict.fromkeys(dists.tolist()))},
    )


def sd_of_change(sd_baseline: Values, sd_final: Values, r: Values) -> Derived:
    r"""Return the standard deviation of the change from those before and after, for a given correlation.

    .. math:: SD_{change}^2 = SD_b^2 + SD_f^2 - 2 r\, SD_b SD_f

    Parameters
    ----------
    sd_baseline, sd_final : array_like of shape (k,)
        Standard deviations before and after.
    r : array_like of shape (k,)
        Correlation of the two measurements within people. It is rarely printed: state where it is from, and vary it.

    Returns
    -------
    Derived
        Field ``sd``.

    Raises
    ------
    InputError, RowError
        Where lengths differ, or a number cannot be used.

    References
    ----------
    Cochrane Handbook, chapter 6, section 6.5.2.8. doi:10.1002/9781119536604.ch6

    Examples
    --------
    >>> sd_of_change(7.0, 6.9, [0.5, 0.78]).sd.round(2)
    array([6.95, 4.61])
    """
    given = read(
        {"sd_baseline": (sd_baseline, POSITIVE), "sd_final": (sd_final, POSITIVE), "r": (r, CORRELATION)},
        need=("sd_baseline", "sd_final", "r"),
    )
    before, after, corr = given["sd_baseline"], given["sd_final"], given["r"]
    # this form loses no digits where r is near 1 and the two SDs are alike
    with np.errstate(all="ignore"):
        sd = np.hypot(before - after, np.sqrt(2 * (1 - corr)) * np.sqrt(before) * np.sqrt(after))
    return finish(
        "sd-of-change",
        given,
        {"sd": sd},
        withheld=[
            *given.lacking("sd_baseline", "sd_final", "r"),
            (sd == 0, "r = 1 and equal SDs leave no spread of the change"),
        ],
    )


def r_from_sds(sd_baseline: Values, sd_final: Values, sd_change: Values) -> Derived:
    r"""Return the correlation of before and after from three standard deviations.

    .. math:: r = \frac{SD_b^2 + SD_f^2 - SD_{change}^2}{2\, SD_b SD_f}

    Parameters
    ----------
    sd_baseline, sd_final, sd_change : array_like of shape (k,)
        Standard deviations before, after and of the change.

    Returns
    -------
    Derived
        Field ``r``; withheld where the three contradict each other, which would need a correlation beyond 1.

    Raises
    ------
    InputError, RowError
        Where lengths differ, or a number cannot be used.

    References
    ----------
    Cochrane Handbook, chapter 6, section 6.5.2.8. doi:10.1002/9781119536604.ch6

    Examples
    --------
    >>> print(f"{r_from_sds(6.4, 7.1, 4.5).r:.2f}")
    0.78
    >>> r_from_sds(6.4, 7.1, 14.0).notes
    ('the three SDs contradict each other: they need r = −1.15',)
    """
    given = read(
        {
            "sd_baseline": (sd_baseline, POSITIVE),
            "sd_final": (sd_final, POSITIVE),
            "sd_change": (sd_change, NOT_NEGATIVE),
        },
        need=("sd_baseline", "sd_final", "sd_change"),
    )
    before, after, change = given["sd_baseline"], given["sd_final"], given["sd_change"]
    with np.errstate(all="ignore"):
        # 1 − r, from differences of squares as products
        r = 1 - ((change - (before - after)) / before) * ((change + (before - after)) / after) / 2
        beyond = np.abs(r) > 1 + 1e-12
        clipped = np.where(beyond, r, np.clip(r, -1, 1))
    told = [f"the three SDs contradict each other: they need r = {value:.2f}".replace("-", "−") for value in r]
    return finish(
        "r-from-sds",
        given,
        {"r": clipped},
        withheld=[*given.lacking("sd_baseline", "sd_final", "sd_change"), (beyond, told)],
    )


def sd_of_change_from_test(
    mean_change: Values,
    n: Values,
    *,
    t: Values = None,
    p: Values = None,
    operator: str | Sequence[str] = "=",
) -> Derived:
    r"""Return the standard deviation of a change within one group from its mean and the paired test.

    .. math:: SD = \sqrt{n}\, |\text{mean change}| / |t|

    Parameters
    ----------
    mean_change : array_like of shape (k,)
        Mean changes.
    n : array_like of shape (k,)
        Numbers of people.
    t : array_like of shape (k,), optional
        Paired t statistics; used where given.
    p : array_like of shape (k,), optional
        Two-sided p-values of the paired t-test.
    operator : {"=", "<", "<="} or sequence of them
        The sign before each p-value. A bound gives the largest SD that agrees with it.

    Returns
    -------
    Derived
        Fields ``sd``, ``se`` (of the mean change) and ``t``.

    Raises
    ------
    InputError, OptionError, RowError
        Where neither t nor p is given, lengths differ, or a number cannot be used.

    References
    ----------
    Cochrane Handbook, chapter 6, section 6.5.2.8. doi:10.1002/9781119536604.ch6

    Examples
    --------
    >>> print(sd_of_change_from_test(3.0, 16, t=2.5).sd)
    4.8
    """
    if t is None and p is None:
        raise InputError("give t or p, one of the two")
    given = read(
        {"mean_change": (mean_change, ANY), "n": (n, PEOPLE), "t": (t, ANY), "p": (p, P_VALUE)},
        need=("mean_change", "n"),
    )
    bound = bound_rows(operator, given) & ~given.has("t")
    change, people = given["mean_change"], given["n"]
    with np.errstate(all="ignore"):
        statistic = np.where(given.has("t"), np.abs(given["t"]), t_from_p(given["p"], people - 1))
        se = np.abs(change) / statistic
        sd = se * np.sqrt(people)
    refuse_extremes(given, sd, where=(change != 0) & (statistic > 0) & np.isfinite(statistic))
    return finish(
        "sd-of-change-from-test",
        given,
        {"sd": sd, "se": se, "t": np.copysign(statistic, change)},
        withheld=[
            *given.lacking("mean_change", "n"),
            (~given.has("t") & ~given.has("p"), "neither t nor p is there"),
            ((change == 0) | (statistic == 0), "no change, or t = 0 (p = 1), says nothing of the spread"),
        ],
        cautions=[(bound, _BOUND)],
    )
