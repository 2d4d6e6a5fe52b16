"""The cells of a 2 × 2 table from its margins and one measure of association."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..vocabulary import check_flag
from .finish import finish
from .values import ANY, CORRELATION, COUNT, GROUP, NOT_NEGATIVE, Given, raise_rows, read

if TYPE_CHECKING:
    from .result import Derived
    from .values import FloatArray, Values

__all__ = ["log_or_from_chi2", "table_from_margins"]

_MEASURES = ("odds_ratio", "phi", "chi2", "risk_ratio")
_NOT_WHOLE = 0.25


def table_from_margins(
    n: Values,
    n1: Values,
    n2: Values,
    *,
    odds_ratio: Values = None,
    phi: Values = None,
    chi2: Values = None,
    risk_ratio: Values = None,
    correct: bool = True,
) -> Derived:
    r"""Return the four cells of a 2 × 2 table from its margins and an odds ratio, φ, χ² or risk ratio.

    ========= ========== ============= =====
    \         outcome    no outcome    all
    ========= ========== ============= =====
    group 1   a          b             n1
    group 2   c          d
    all       n2                       n
    ========= ========== ============= =====

    With :math:`p_1 = n_1/n` and :math:`p_2 = n_2/n`, the proportion in the first cell is

    - for an odds ratio the root of :math:`(OR - 1) p^2 - x p + OR\, p_1 p_2 = 0`,
      :math:`x = 1 + (OR - 1)(p_1 + p_2)`, written so that OR = 1 is no exception;
    - for φ: :math:`p = p_1 p_2 + \phi \sqrt{p_1 (1 - p_1) p_2 (1 - p_2)}`;
    - for χ²: as φ, from :math:`|\phi| = \sqrt{\chi^2/n}`, plus
      :math:`n / (2 \sqrt{n_1 (n - n_1) n_2 (n - n_2)})` where χ² has Yates's correction; it takes the sign given;
    - for a risk ratio: :math:`p = RR\, p_1 p_2 / (1 - p_1 + RR\, p_1)`.

    The first cell is rounded to a whole number; the others follow from the margins. As ``conv.2x2`` of metafor
    (``ori``, ``ri``, ``x2i``), where `n2` is likewise the number with the outcome, not the size of the second group.
    Where several measures are given for a row, the first of odds ratio, φ, χ² and risk ratio is used.

    Parameters
    ----------
    n : array_like of shape (k,)
        People in all.
    n1 : array_like of shape (k,)
        People in the first group.
    n2 : array_like of shape (k,)
        People with the outcome, in both groups together.
    odds_ratio, phi, chi2, risk_ratio : array_like of shape (k,), optional
        The measure; χ² with the sign of the association.
    correct : bool
        Whether χ² was computed with Yates's continuity correction.

    Returns
    -------
    Derived
        Fields ``a``, ``b``, ``c``, ``d``, and ``a_exact``, the first cell before rounding. Tables with a negative
        cell are withheld: the margins and the measure contradict each other. There is a caution where other cells fit
        as well, taking the measure to be rounded at the last digit that was given.

    Raises
    ------
    InputError, RowError
        Where no measure is given, lengths differ, or a number cannot be used: margins above n, φ beyond 1.

    References
    ----------
    Bonett DG (2007). Transforming odds ratios into correlations for meta-analytic research.
    doi:10.1037/0003-066x.62.3.254

    Examples
    --------
    >>> table = table_from_margins(240, 122, 56, odds_ratio=2.05)
    >>> print(table.a, table.b, table.c, table.d)
    36.0 86.0 20.0 98.0
    """
    check_flag("correct", correct)
    if all(values is None for values in (odds_ratio, phi, chi2, risk_ratio)):
        raise InputError("give one of odds_ratio, phi, chi2 and risk_ratio")
    given = read(
        {
            "n": (n, GROUP),
            "n1": (n1, COUNT),
            "n2": (n2, COUNT),
            "odds_ratio": (odds_ratio, NOT_NEGATIVE),
            "phi": (phi, CORRELATION),
            "chi2": (chi2, ANY),
            "risk_ratio": (risk_ratio, NOT_NEGATIVE),
        },
        need=("n", "n1", "n2"),
    )
    above = "a margin is larger than the number of people"
    raise_rows(given, [(given["n1"] > given["n"], above, "n1"), (given["n2"] > given["n"], above, "n2")])
    with np.errstate(all="ignore"):
        exact = given["n"] * _first_cell(given, correct=correct)
        a = np.round(exact)
        cells = {"a": a, "b": given["n1"] - a, "c": given["n2"] - a, "d": given["n"] - given["n1"] - given["n2"] + a}
        negative = np.min(list(cells.values()), axis=0) < 0
        low, high = (np.round(given["n"] * _first_cell(moved, correct=correct)) for moved in _as_printed(given))
        off = np.abs(exact - a) > _NOT_WHOLE
    none = ~np.any([given.has(name) for name in _MEASURES], axis=0)
    margins = given.has("n") & given.has("n1") & given.has("n2")
    told = [f"the first cell is {value:.2f} before rounding: is the measure that of this table?" for value in exact]
    fits = [
        f"to the digits given, first cells from {least:g} to {most:g} fit"
        for least, most in zip(low, high, strict=True)
    ]
    return finish(
        "table-from-margins",
        given,
        {**cells, "a_exact": exact},
        withheld=[
            *given.lacking("n", "n1", "n2"),
            (none, "no measure of association is there"),
            (negative, "the margins and the measure contradict each other: a cell would be negative"),
            (margins & ~none & np.isnan(exact), "a margin of 0, or of everybody, leaves this measure undefined"),
        ],
        cautions=[(low != high, fits), ((low == high) & off, told)],
        options={"correct": str(correct)} if chi2 is not None else {},
        optional=("a_exact",),
    )


def _as_printed(given: Given) -> tuple[Given, Given]:
    """Return the inputs with their measures half a unit of the last digit lower, and higher."""
    halves = {name: np.array([0.5 * 10.0 ** -_decimals(value) for value in given[name]]) for name in _MEASURES}
    limits = {"phi": (-1.0, 1.0), "chi2": (-np.inf, np.inf)}
    low, high = (
        {name: np.clip(given[name] + side * halves[name], *limits.get(name, (0.0, np.inf))) for name in _MEASURES}
        for side in (-1, 1)
    )
    return replace(given, columns={**given.columns, **low}), replace(given, columns={**given.columns, **high})


def _decimals(value: float) -> int:
    """Return how many decimals the shortest form of a number has."""
    if not np.isfinite(value):
        return 0
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def log_or_from_chi2(chi2: Values, n: Values, n1: Values, n2: Values, *, correct: bool = True) -> Derived:
    r"""Return the log odds ratio and its variance from the χ² of a 2 × 2 table and its margins.

    The cells are those of `table_from_margins`; then

    .. math:: y = \log\frac{ad}{bc},\quad v = \frac1a + \frac1b + \frac1c + \frac1d

    Parameters
    ----------
    chi2 : array_like of shape (k,)
        Pearson's χ², with the sign of the association.
    n, n1, n2 : array_like of shape (k,)
        People in all, in the first group, and with the outcome.
    correct : bool
        Whether χ² was computed with Yates's continuity correction.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei`` and the cells ``a``, ``b``, ``c``, ``d``. Tables with an empty cell have no
        log odds ratio here; their cells can be given to `evidence.effect_sizes`, which says what it adds.

    Raises
    ------
    InputError, RowError
        Where lengths differ, or a number cannot be used.

    References
    ----------
    Yates F (1934). Contingency tables involving small numbers and the χ² test. doi:10.2307/2983604

    Examples
    --------
    >>> result = log_or_from_chi2(4.02, 72, 42, 40)
    >>> print(f"{result.a:.0f} {result.b:.0f} {result.c:.0f} {result.d:.0f}: {result.yi:.4f}")
    28 14 12 18: 1.0986
    """
    table = table_from_margins(n, n1, n2, chi2=chi2, correct=correct)
    cells = {name: np.atleast_1d(table[name]) for name in "abcd"}
    columns = {name: np.atleast_1d(values) for name, values in table.inputs.items()}
    shape = np.shape(table["a"])
    given = Given(columns=columns, named=tuple(columns), shape=shape, labels=table.labels)
    with np.errstate(all="ignore"):
        empty = np.min(list(cells.values()), axis=0) == 0
        yi = np.log(cells["a"] / cells["b"]) - np.log(cells["c"] / cells["d"])
        vi = np.sum([1 / cell for cell in cells.values()], axis=0)
    blank = np.where(empty, np.nan, 1.0)
    return finish(
        "log-or-from-chi2",
        given,
        {"yi": yi * blank, "vi": vi * blank, "sei": np.sqrt(vi) * blank, **cells},
        withheld=[
            (np.array([bool(note) for note in table.notes]), table.notes),
            (empty, "a cell is empty: the log odds ratio needs a correction, which is not made here"),
        ],
        cautions=[(np.array([bool(text) for text in table.row_cautions]), table.row_cautions)],
        options=table.options,
        optional=("a", "b", "c", "d"),
    )


def _first_cell(given: Given, *, correct: bool) -> FloatArray:
    """Return the proportion of people in the first cell, from the first measure that a row has."""
    n, n1, n2 = given["n"], given["n1"], given["n2"]
    p1, p2 = n1 / n, n2 / n
    ratio = given["odds_ratio"]
    x = 1 + (ratio - 1) * (p1 + p2)
    # the rationalised root: no cancellation, and no division by zero at OR = 1
    by_or = 2 * ratio * p1 * p2 / (x + np.sqrt(np.maximum(x**2 - 4 * ratio * (ratio - 1) * p1 * p2, 0)))
    by_or = np.where(ratio == 0, np.maximum(p1 + p2 - 1, 0), by_or)
    width = np.sqrt(p1 * (1 - p1) * p2 * (1 - p2))
    chi2 = given["chi2"]
    yates = 1 / (2 * n * width) if correct else 0.0
    phi = np.where(given.has("phi"), given["phi"], np.sign(chi2) * (np.sqrt(np.abs(chi2) / n) + yates))
    by_phi = p1 * p2 + phi * width
    by_rr = given["risk_ratio"] * p1 * p2 / (1 - p1 + given["risk_ratio"] * p1)
    return np.select(
        [given.has("odds_ratio"), given.has("phi") | given.has("chi2"), given.has("risk_ratio")],
        [by_or, by_phi, by_rr],
        np.nan,
    )
