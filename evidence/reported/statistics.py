"""Effects from test statistics: standardised differences, correlations, and the odds ratio behind a χ²."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..effects import hedges_j
from ..errors import InputError
from ..vocabulary import ReportedVarianceType, check_flag, check_option
from .bounds import bound_rows
from .critical import t_from_p
from .finish import finish
from .values import ANY, CORRELATION, GROUP, PEOPLE, SIGNED_P_VALUE, Rule, raise_rows, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .finish import Remark
    from .result import Derived
    from .values import BoolArray, FloatArray, Given, Values

__all__ = ["r_from_statistic", "smd_from_paired_statistic", "smd_from_statistic"]

_IMPLAUSIBLE = 3.0
_MORE_THAN_3 = Rule(
    lambda x: (x >= 4) & (np.abs(x - np.round(x)) < 1e-9), "a correlation needs at least 4 pairs", "4, 5 …"
)


def smd_from_statistic(
    n1: Values,
    n2: Values,
    *,
    d: Values = None,
    t: Values = None,
    f: Values = None,
    p: Values = None,
    operator: str | Sequence[str] = "=",
    correct: bool = True,
    vtype: str = "LS",
) -> Derived:
    r"""Return the standardised mean difference of two groups from d, t, F or p.

    .. math:: d = t \sqrt{\tfrac1{n_1} + \tfrac1{n_2}},\quad g = J(n_1 + n_2 - 2)\, d

    with Hedges' exact factor `J`. These are the arguments ``di``, ``ti``, ``fi`` and ``pi`` of metafor's ``escalc``
    for the measure SMD: where several are given for a row, the first of `d`, `t`, `f` and `p` is used; F and p carry
    the sign of the difference, as metafor's do, since neither has one of its own.

    ======= ==================================================================
    LS      :math:`1/n_1 + 1/n_2 + g^2 / (2 (n_1 + n_2))`
    LS2     :math:`J^2 (1/n_1 + 1/n_2 + d^2 / (2 (n_1 + n_2)))`
    UB      :math:`1/n_1 + 1/n_2 + (1 - (m - 2)/(m J^2))\, g^2`, :math:`m = n_1 + n_2 - 2`
    ======= ==================================================================

    Without the correction the effect is `d`: LS then uses `d` for `g`, and the other two are divided by :math:`J^2`.

    Parameters
    ----------
    n1, n2 : array_like of shape (k,)
        Numbers of people in the two groups.
    d : array_like of shape (k,), optional
        Uncorrected standardised differences (Cohen's d).
    t, f : array_like of shape (k,), optional
        Statistics of the unpaired t-test with equal variances, and F with 1 and n1 + n2 − 2 degrees of freedom.
    p : array_like of shape (k,), optional
        Its two-sided p-values.
    operator : {"=", "<", "<="} or sequence of them
        The sign before each p-value. A bound gives the smallest difference that agrees with it.
    correct : bool
        Whether to multiply by Hedges' factor.
    vtype : {"LS", "LS2", "UB"}
        The formula of the variance.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei``, ``d`` and ``t``.

    Raises
    ------
    InputError, OptionError, RowError
        Where none of d, t, f and p is given, lengths differ, or a number cannot be used.

    References
    ----------
    Rosnow RL, Rosenthal R (1996). doi:10.1037/1082-989X.1.4.331. Hedges LV (1981). doi:10.3102/10769986006002107.
    Variances: Hedges LV (1982), doi:10.1037/0033-2909.92.2.490; (1983), doi:10.1037/0033-2909.93.2.388.

    Examples
    --------
    >>> result = smd_from_statistic(50, 50, t=[2.985, -2.985])
    >>> result.yi.round(4), result.vi.round(4)
    (array([ 0.5924, -0.5924]), array([0.0418, 0.0418]))
    """
    if d is None and t is None and f is None and p is None:
        raise InputError("give one of d, t, f and p")
    check_option("vtype", vtype, ReportedVarianceType)
    check_flag("correct", correct)
    given = read(
        {"n1": (n1, GROUP), "n2": (n2, GROUP), "d": (d, ANY), "t": (t, ANY), "f": (f, ANY), "p": (p, SIGNED_P_VALUE)},
        need=("n1", "n2"),
    )
    total = given["n1"] + given["n2"]
    raise_rows(given, [(total < 4, "Hedges' factor needs at least 4 people in the two groups", "n1")])
    with np.errstate(all="ignore"):
        base = 1 / given["n1"] + 1 / given["n2"]
        by_d = given.has("d")
        statistic = np.where(by_d, given["d"] / np.sqrt(base), _statistic(given, total - 2))
        d_values = np.where(by_d, given["d"], statistic * np.sqrt(base))
        yi, vi = _standardised(d_values, base=base, dof=total - 2, n=total, vtype=vtype, correct=correct)
    return _finish(
        "smd-from-statistic",
        given,
        {"yi": yi, "vi": vi, "sei": np.sqrt(vi), "d": d_values, "t": statistic},
        operator,
        ("d", "t", "f", "p"),
        lacking=("n1", "n2"),
        options={"vtype": vtype, "correct": str(correct)},
    )


def smd_from_paired_statistic(
    n: Values,
    *,
    t: Values = None,
    f: Values = None,
    p: Values = None,
    r: Values = None,
    measure: str = "SMCC",
    operator: str | Sequence[str] = "=",
    correct: bool = True,
) -> Derived:
    r"""Return a standardised mean change from a paired t, F or p.

    ====== =============================== ==============================================
    SMCC   :math:`d = t / \sqrt n`         :math:`v = 1/n + g^2/(2n)`
    SMCR   :math:`d = t\sqrt{2(1 - r)/n}`  :math:`v = 2(1 - r)/n + g^2/(2n)`
    ====== =============================== ==============================================

    with :math:`g = J(n - 1)\, d`. SMCC is in units of the SD of the changes, SMCR in units of the SD of the people,
    which is what a comparison of two groups uses; the two cannot be pooled with each other.

    Parameters
    ----------
    n : array_like of shape (k,)
        Numbers of pairs.
    t, f : array_like of shape (k,), optional
        Paired t statistics; F with 1 and n − 1 degrees of freedom, with the sign of the change.
    p : array_like of shape (k,), optional
        Two-sided p-values of the paired t-test, with the sign of the change.
    r : array_like of shape (k,), optional
        Correlations within pairs; SMCR needs them.
    measure : {"SMCC", "SMCR"}
        The unit of the change.
    operator : {"=", "<", "<="} or sequence of them
        The sign before each p-value. A bound gives the smallest change that agrees with it.
    correct : bool
        Whether to multiply by Hedges' factor.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei``, ``d`` and ``t``.

    Raises
    ------
    InputError, OptionError, RowError
        Where none of t, f and p is given, SMCR has no r, lengths differ, or a number cannot be used.

    References
    ----------
    Dunlap WP and others (1996). doi:10.1037/1082-989X.1.2.170. Becker BJ (1988).
    doi:10.1111/j.2044-8317.1988.tb00901.x

    Examples
    --------
    >>> print(f"{smd_from_paired_statistic(20, t=2.5, r=0.5, measure='SMCR').yi:.4f}")
    0.5366
    """
    check_option("measure", measure, ("SMCC", "SMCR"))
    check_flag("correct", correct)
    if t is None and f is None and p is None:
        raise InputError("give one of t, f and p")
    if measure == "SMCR" and r is None:
        raise InputError("SMCR needs r, the correlation within pairs; it is rarely printed, so vary it")
    given = read(
        {"n": (n, PEOPLE), "t": (t, ANY), "f": (f, ANY), "p": (p, SIGNED_P_VALUE), "r": (r, CORRELATION)}, need=("n",)
    )
    pairs = given["n"]
    raise_rows(
        given,
        [
            (pairs < 3, "Hedges' factor needs at least 3 pairs", "n"),
            (given["r"] == 1, "r = 1 leaves no spread of the change", "r"),
        ],
    )
    with np.errstate(all="ignore"):
        statistic = _statistic(given, pairs - 1)
        base = 1 / pairs if measure == "SMCC" else 2 * (1 - given["r"]) / pairs
        d = statistic * np.sqrt(base)
        yi, vi = _standardised(d, base=base, dof=pairs - 1, n=pairs, vtype="LS", correct=correct)
    return _finish(
        "smd-from-paired-statistic",
        given,
        {"yi": yi, "vi": vi, "sei": np.sqrt(vi), "d": d, "t": statistic},
        operator,
        ("t", "f", "p"),
        lacking=("n", "r") if measure == "SMCR" else ("n",),
        options={"measure": measure, "correct": str(correct)},
    )


def r_from_statistic(
    n: Values,
    *,
    t: Values = None,
    f: Values = None,
    p: Values = None,
    chi2: Values = None,
    measure: str = "COR",
    operator: str | Sequence[str] = "=",
) -> Derived:
    r"""Return a correlation from t, F, p, or a χ² with one degree of freedom.

    .. math:: r = \frac{t}{\sqrt{t^2 + n - 2}},\quad \phi = \pm\sqrt{\chi^2 / n}

    Parameters
    ----------
    n : array_like of shape (k,)
        Numbers of people.
    t, f : array_like of shape (k,), optional
        t on n − 2 degrees of freedom; F with 1 and n − 2, with the sign of the correlation.
    p : array_like of shape (k,), optional
        Two-sided p-values of that test, with the sign of the correlation.
    chi2 : array_like of shape (k,), optional
        Pearson's χ² of a 2 × 2 table, without continuity correction, with the sign of the association.
    measure : {"COR", "ZCOR"}
        The correlation, or Fisher's z of it.
    operator : {"=", "<", "<="} or sequence of them
        The sign before each p-value. A bound gives the weakest correlation that agrees with it.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei`` and ``r``. The variance is that of a product-moment correlation.

    Raises
    ------
    InputError, OptionError, RowError
        Where none of t, f, p and chi2 is given, lengths differ, or a number cannot be used: χ² above n.

    References
    ----------
    Rosnow RL, Rosenthal R (1996). doi:10.1037/1082-989X.1.4.331. Fisher RA (1915). doi:10.1093/biomet/10.4.507

    Examples
    --------
    >>> result = r_from_statistic(30, t=2.0)
    >>> print(f"{result.r:.4f} {result.vi:.4f}")
    0.3536 0.0264
    """
    check_option("measure", measure, ("COR", "ZCOR"))
    if t is None and f is None and p is None and chi2 is None:
        raise InputError("give one of t, f, p and chi2")
    given = read(
        {"n": (n, _MORE_THAN_3), "t": (t, ANY), "f": (f, ANY), "p": (p, SIGNED_P_VALUE), "chi2": (chi2, ANY)},
        need=("n",),
    )
    people = given["n"]
    raise_rows(given, [(np.abs(given["chi2"]) > people, "χ² of a 2 × 2 table cannot exceed n", "chi2")])
    by_statistic = given.has("t") | given.has("f") | given.has("p")
    with np.errstate(all="ignore"):
        statistic = _statistic(given, people - 2)
        phi = np.copysign(np.sqrt(np.abs(given["chi2"]) / people), given["chi2"])
        r = np.where(by_statistic, statistic / np.hypot(statistic, np.sqrt(people - 2)), phi)
        if measure == "COR":
            yi, vi = r, (1 - r**2) ** 2 / (people - 1)
        else:
            yi, vi = np.arctanh(r), 1 / (people - 3) + 0 * r
    return _finish(
        "r-from-statistic",
        given,
        {"yi": yi, "vi": vi, "sei": np.sqrt(vi), "r": r},
        operator,
        ("t", "f", "p", "chi2"),
        lacking=("n",),
        options={"measure": measure},
        withheld=[(np.abs(r) >= 1, "a correlation of 1 or −1 has no sampling variance")],
        cautions=[
            (~by_statistic & given.has("chi2"), "φ of a 2 × 2 table with the variance of a product-moment correlation"),
        ],
    )


def _statistic(given: Given, df: FloatArray) -> FloatArray:
    """Return t with its sign, from the first of t, F and p that a row has."""
    signed_f = np.copysign(np.sqrt(np.abs(given["f"])), given["f"])
    signed_p = np.copysign(t_from_p(np.abs(given["p"]), df), given["p"])
    return np.where(given.has("t"), given["t"], np.where(given.has("f"), signed_f, signed_p))


def _standardised(
    d: FloatArray, *, base: FloatArray, dof: FloatArray, n: FloatArray, vtype: str, correct: bool
) -> tuple[FloatArray, FloatArray]:
    """Return the effect and its variance; the formulas are in the docstring of `smd_from_statistic`."""
    j = hedges_j(dof)
    g = j * d
    yi = g if correct else d
    if vtype == "LS":
        return yi, base + yi**2 / (2 * n)
    shrunk = j**2 * (base + d**2 / (2 * n))
    vi = shrunk if vtype == "LS2" else base + (1 - (dof - 2) / (dof * j**2)) * g**2
    return yi, vi if correct else vi / j**2


def _finish(
    method: str,
    given: Given,
    value: dict[str, FloatArray],
    operator: str | Sequence[str],
    sources: tuple[str, ...],
    *,
    lacking: tuple[str, ...],
    options: dict[str, str],
    withheld: Sequence[Remark] = (),
    cautions: Sequence[Remark] = (),
) -> Derived:
    has: list[BoolArray] = [given.has(name) for name in sources]
    before_p = np.any(has[: sources.index("p")], axis=0)
    bound = bound_rows(operator, given) & ~before_p
    large = np.zeros(bound.shape, dtype=np.bool_) if "r" in value else np.abs(value["yi"]) > _IMPLAUSIBLE
    unsigned = ~np.any(has[: sources.index("f")], axis=0) & np.any(has[sources.index("f") :], axis=0)
    text = [f"|g| = {abs(number):.3g} is implausibly large: is the statistic what it seems?" for number in value["yi"]]
    return finish(
        method,
        given,
        value,
        withheld=[
            *given.lacking(*lacking),
            (~np.any(has, axis=0), f"none of {', '.join(sources)} is there"),
            *withheld,
        ],
        notes=[(unsigned, "the statistic has no direction of its own: the sign that was given is used")],
        cautions=[
            (bound, "p is a bound: this is the smallest effect that agrees with it"),
            (large, text),
            *cautions,
        ],
        options=options,
    )
