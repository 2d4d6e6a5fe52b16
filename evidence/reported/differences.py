"""The standard deviation within two groups, from the difference of their means and its test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from .bounds import bound_rows
from .critical import t_from_p
from .finish import finish, refuse_extremes
from .values import ANY, GROUP, NOT_NEGATIVE, P_VALUE, POSITIVE, raise_rows, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .result import Derived
    from .values import Values

__all__ = ["sd_from_test"]


def sd_from_test(
    difference: Values,
    n1: Values,
    n2: Values,
    *,
    se: Values = None,
    t: Values = None,
    f: Values = None,
    p: Values = None,
    operator: str | Sequence[str] = "=",
) -> Derived:
    r"""Return the standard deviation within groups from a difference in means and its standard error, t, F or p.

    .. math:: SD = \frac{|m_1 - m_2|}{|t| \sqrt{1/n_1 + 1/n_2}}

    It is the pooled SD, and stands for both groups. With :math:`F(1, n_1 + n_2 - 2)`, :math:`|t| = \sqrt F`; an exact
    two-sided p gives \|t\| on :math:`n_1 + n_2 - 2` degrees of freedom. Where several are given for a row, the first
    of `se`, `t`, `f` and `p` is used.

    A p-value that is a bound (``p < 0.001``) gives the *largest* SD that agrees with it: conservative for the weight
    of the study, and too small an effect once standardised.

    Parameters
    ----------
    difference : array_like of shape (k,)
        Differences in means, in the unit of the outcome.
    n1, n2 : array_like of shape (k,)
        Numbers of people in the two groups.
    se : array_like of shape (k,), optional
        Standard errors of the differences.
    t, f : array_like of shape (k,), optional
        Statistics of the unpaired t-test with equal variances; F of the same comparison, with 1 degree of freedom.
    p : array_like of shape (k,), optional
        Its two-sided p-values.
    operator : {"=", "<", "<="} or sequence of them
        The sign before each p-value.

    Returns
    -------
    Derived
        Fields ``sd``, ``se`` (of the difference) and ``t``.

    Raises
    ------
    InputError, OptionError, RowError
        Where none of se, t, f and p is given, lengths differ, or a number cannot be used.

    References
    ----------
    Cochrane Handbook, chapter 6, section 6.5.2.3. doi:10.1002/9781119536604.ch6

    Examples
    --------
    The Handbook's example, whose hand calculation arrives at 4.69:

    >>> print(f"{sd_from_test(3.8, 25, 22, p=0.008).sd:.2f}")
    4.68

    A printed p-value can be hard to believe; 69 units apart with p = 0.039 needs an SD of 160:

    >>> print(f"{sd_from_test(91.4 - 22.2, 50, 44, p=0.039).sd:.0f}")
    160
    """
    if se is None and t is None and f is None and p is None:
        raise InputError("give one of se, t, f and p")
    given = read(
        {
            "difference": (difference, ANY),
            "n1": (n1, GROUP),
            "n2": (n2, GROUP),
            "se": (se, POSITIVE),
            "t": (t, ANY),
            "f": (f, NOT_NEGATIVE),
            "p": (p, P_VALUE),
        },
        need=("difference", "n1", "n2"),
    )
    raise_rows(given, [(given["n1"] + given["n2"] < 3, "a spread needs at least 3 people in the two groups", "n1")])
    gap, by_se = np.abs(given["difference"]), given.has("se")
    people1, people2 = given["n1"], given["n2"]
    with np.errstate(all="ignore"):
        statistic = np.select(
            [by_se, given.has("t"), given.has("f")],
            [gap / given["se"], np.abs(given["t"]), np.sqrt(given["f"])],
            t_from_p(given["p"], people1 + people2 - 2),
        )
        error = np.where(by_se, given["se"], gap / statistic)
        sd = error / np.sqrt(1 / people1 + 1 / people2)
    refuse_extremes(given, sd, where=by_se | ((gap > 0) & (statistic > 0) & np.isfinite(statistic)))
    none = ~(by_se | given.has("t") | given.has("f") | given.has("p"))
    nothing = ~by_se & ((gap == 0) | (statistic == 0))
    bound = bound_rows(operator, given) & ~(by_se | given.has("t") | given.has("f"))
    conflict = given.has("t") & ~by_se & (given["t"] * given["difference"] < 0)
    return finish(
        "sd-from-test",
        given,
        {"sd": sd, "se": error, "t": np.copysign(statistic, given["difference"])},
        withheld=[
            *given.lacking("difference", "n1", "n2"),
            (none, "none of se, t, f and p is there"),
            (nothing, "no difference, or t = 0 (p = 1), says nothing of the spread"),
        ],
        cautions=[
            (bound, "p is a bound: this is the largest SD that agrees with it, a conservative value"),
            (conflict, "t and the difference have opposite signs"),
        ],
    )
