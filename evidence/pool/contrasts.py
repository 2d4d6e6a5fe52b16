"""Wald tests of coefficients and of linear combinations of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtr

from ..card import Card, Carded, show_number
from ..errors import InputError
from ..numbers import MINUS, format_p
from .linear_hypotheses import JointTest, find_coefficients, joint_test, read_coefficients
from .prediction import critical_value

if TYPE_CHECKING:
    from .core import Array
    from .design import Design
    from .linear_hypotheses import CoefficientSet
    from .location_scale import LocationScaleResult
    from .result import PooledResult

__all__ = ["WaldTestResult", "wald_test"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WaldTestResult(Carded):
    """A joint Wald test and each of its hypotheses alone.

    Attributes
    ----------
    statistic, df, df2, pvalue : float
        The joint test: chi-squared on `df`, or F on `df` and `df2` where the fit's tests are t tests; `df2` is infinite
        for chi-squared. NaN where the hypotheses depend on each other, or there is no covariance.
    hypotheses : tuple of str
        Each hypothesis in words.
    estimate, se, rhs, row_statistic, row_pvalue, ci_low, ci_high : array, shape (m,)
        The combinations, their standard errors, the values they are tested against, z or t statistics of the
        differences, two-sided p-values, and limits of the combinations.
    row_df : float
        Degrees of freedom of the t statistics; infinite for z.
    weights : array, shape (m, p)
        The combinations' weights, L.
    names : tuple of str
        The coefficients that the weights belong to.
    part : {"location", "scale"}
        Of what the coefficients are.
    test : str
        The test of the fit.
    level : float
        Confidence level of the limits.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    statistic: float
    df: float
    df2: float
    pvalue: float
    hypotheses: tuple[str, ...]
    estimate: Array
    se: Array
    rhs: Array
    row_statistic: Array
    row_pvalue: Array
    ci_low: Array
    ci_high: Array
    row_df: float
    weights: Array
    names: tuple[str, ...]
    part: str
    test: str
    level: float
    cautions: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per hypothesis: estimate, se, rhs, statistic, df, pvalue, ci_low, ci_high."""
        return pd.DataFrame(
            {
                "estimate": self.estimate,
                "se": self.se,
                "rhs": self.rhs,
                "statistic": self.row_statistic,
                "df": self.row_df,
                "pvalue": self.row_pvalue,
                "ci_low": self.ci_low,
                "ci_high": self.ci_high,
            },
            index=pd.Index(self.hypotheses, name="hypothesis"),
        )

    def _card(self) -> Card:
        kind = "chi-squared" if math.isinf(self.df2) else "F"
        on = f"{self.df:.0f}" if math.isinf(self.df2) else f"{self.df:.0f} and {self.df2:.4g}"
        return Card(
            title=f"Wald test of {self.part} coefficients",
            facts=(
                ("joint test", f"{kind} {show_number(self.statistic)} on {on}, {format_p(self.pvalue)}"),
                ("test", f"{self.test}, level {self.level:g}"),
            ),
            table=self.to_frame().drop(columns=["df"]),
            cautions=self.cautions,
        )


def wald_test(
    fit: PooledResult | LocationScaleResult,
    terms: str | int | Sequence[str | int] | None = None,
    *,
    L: Any = None,
    rhs: float | Sequence[float] = 0.0,
    part: str = "location",
) -> WaldTestResult:
    r"""Test coefficients, or linear combinations of them, against given values.

    The joint statistic is :math:`(Lb - r)' (L V L')^{-1} (Lb - r)`, chi-squared with m degrees of freedom; where the
    tests of the fit are t tests it is divided by m and compared with F.

    Parameters
    ----------
    fit : PooledResult or LocationScaleResult
        The fit; its covariance and its kind of test are used.
    terms : str, int, or sequence of them, optional
        Coefficients to test: by name, by the beginning of names (``"C(alloc)"`` takes all columns of the factor), by a
        part of names, or by position from 0. By default all but the intercept. metafor's ``btt=2:3`` is
        ``terms=[1, 2]``, its ``att`` the same with ``part="scale"``.
    L : array-like, shape (m, p) or (p,), DataFrame, or mapping, optional
        Instead of `terms`: weights of linear combinations, a column for every coefficient, the intercept among them; a
        table with coefficients as columns; or a mapping from names of contrasts to mappings from coefficients to
        weights. What a table or mapping does not name has weight 0. It is metafor's ``X`` (``Z`` for the scale).
    rhs : float or sequence of length m
        The values r to test against.
    part : {"location", "scale"}
        Which coefficients of a location–scale model.

    Returns
    -------
    WaldTestResult

    Raises
    ------
    InputError, ColumnError, OptionError
        Where coefficients are unknown, shapes do not fit, weights are not finite or all 0, or both `terms` and `L` are
        given.

    References
    ----------
    Viechtbauer W (2010). Conducting meta-analyses in R with the metafor package. doi:10.18637/jss.v036.i03.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> yi, vi = [0.1, 0.4, 0.9, 0.7, 0.2, 0.5], [0.04, 0.09, 0.05, 0.03, 0.02, 0.06]
    >>> fit = pool(yi, vi, mods=[[1, 0], [2, 1], [4, 1], [3, 0], [1, 1], [2, 0]], test="z")
    >>> found = wald_test(fit, L={"x1 less x2": {"x1": 1, "x2": -1}})
    >>> round(found.statistic, 3), round(found.pvalue, 3)
    (2.152, 0.142)
    """
    if terms is not None and L is not None:
        raise InputError("give terms= or L=, one of the two")
    found = read_coefficients(fit, part)
    if L is None:
        weights, labels = _of_terms(found.design, terms), None
    else:
        weights, labels = _of_combinations(found.design, L)
    values = _right_hand_sides(rhs, len(weights))
    return _tested(found, weights, values, labels, part=part)


def _tested(
    found: CoefficientSet, weights: Array, rhs: Array, labels: tuple[str, ...] | None, *, part: str
) -> WaldTestResult:
    names = found.design.names
    estimate = weights @ found.coef
    vcov = weights @ found.vcov @ weights.T
    se = np.sqrt(np.diag(vcov))
    usable = se > 0
    statistic = np.divide(estimate - rhs, se, out=np.full(len(se), np.nan), where=usable)
    lower = -np.abs(statistic)
    half = critical_value(found.df, found.level) * se
    m = len(weights)
    scaled = weights / np.abs(weights).max(axis=1, keepdims=True)
    depend = np.linalg.matrix_rank(scaled / np.abs(scaled).max(axis=0, initial=1e-300)) < m
    joint = (
        JointTest(statistic=math.nan, df=float(m), df2=found.df, pvalue=math.nan)
        if depend
        else joint_test(estimate - rhs, vcov, found.df)
    )
    cautions = []
    if depend:
        cautions.append("The hypotheses depend on each other, so there is no joint test of them.")
    if np.isnan(found.vcov).any():
        cautions.append("The coefficients have no covariance matrix, so there are no tests; the fit says why.")
    words = [_in_words(row, value, names) for row, value in zip(weights, rhs, strict=True)]
    return WaldTestResult(
        statistic=joint.statistic,
        df=joint.df,
        df2=joint.df2,
        pvalue=joint.pvalue,
        hypotheses=labels if labels is not None else tuple(words),
        estimate=estimate,
        se=se,
        rhs=rhs,
        row_statistic=statistic,
        row_pvalue=np.asarray(2 * (ndtr(lower) if math.isinf(found.df) else stdtr(found.df, lower))),
        ci_low=estimate - half,
        ci_high=estimate + half,
        row_df=found.df,
        weights=weights,
        names=names,
        part=part,
        test=found.test,
        level=found.level,
        cautions=tuple(cautions),
    )


def _of_terms(design: Design, terms: object) -> Array:
    """Return a row for each coefficient that is tested."""
    p = len(design.names)
    if terms is None:
        places = [place for place in range(p) if place != design.intercept] or [0]
    else:
        places = find_coefficients(design, terms)
    return np.eye(p)[places]


def _of_combinations(design: Design, L: Any) -> tuple[Array, tuple[str, ...] | None]:
    """Return the weights, and the names of the contrasts where they have some."""
    labels: tuple[str, ...] | None = None
    if isinstance(L, Mapping):
        if not L or not all(isinstance(row, Mapping) for row in L.values()):
            raise InputError("L as a mapping goes from names of contrasts to {coefficient: weight}")
        labels = tuple(map(str, L))
        weights = np.array([_row(design, row) for row in L.values()])
    elif isinstance(L, pd.DataFrame):
        labels = None if isinstance(L.index, pd.RangeIndex) else tuple(map(str, L.index))
        weights = np.array([_row(design, dict(zip(L.columns, row, strict=True))) for row in L.to_numpy()])
    else:
        try:
            weights = np.atleast_2d(np.asarray(L, float))
        except (TypeError, ValueError) as error:
            raise InputError("L must hold numbers: a row for each hypothesis, a column for each coefficient") from error
    p = len(design.names)
    if weights.ndim != 2 or weights.shape[1] != p or not len(weights):
        raise InputError(
            f"L must have {p} column(s), one for each coefficient ({', '.join(design.names)}); its shape is "
            f"{np.shape(L)}"
        )
    if not np.isfinite(weights).all() or (weights == 0).all(axis=1).any():
        raise InputError("every row of L must hold finite weights that are not all 0")
    return weights, labels


def _row(design: Design, weights: Mapping[Any, Any]) -> Array:
    row = np.zeros(len(design.names))
    for name, weight in weights.items():
        places = find_coefficients(design, name)
        if len(places) > 1:
            several = ", ".join(repr(design.names[place]) for place in places)
            raise InputError(f"{name!r} stands for several coefficients ({several}); name one")
        try:
            row[places[0]] += float(weight)
        except (TypeError, ValueError) as error:
            raise InputError(f"the weight of {name!r} must be a number; it is {weight!r}") from error
    return row


def _right_hand_sides(rhs: object, m: int) -> Array:
    try:
        values = np.asarray(rhs, float)
    except (TypeError, ValueError) as error:
        raise InputError(f"rhs={rhs!r} must be a number, or one for each of the {m} hypotheses") from error
    if values.shape not in ((), (1,), (m,)) or not np.isfinite(values).all():
        raise InputError(f"rhs must be a finite number, or one for each of the {m} hypotheses")
    return np.array(np.broadcast_to(values, (m,)), float)


def _in_words(weights: Array, rhs: float, names: Sequence[str]) -> str:
    """Return a hypothesis such as ``a − 2·b = 0``."""
    words = ""
    for weight, name in zip(weights.tolist(), names, strict=True):
        if weight == 0:
            continue
        size = name if abs(weight) == 1 else f"{abs(weight):g}·{name}"
        sign = MINUS if weight < 0 else "+"
        words += f" {sign} {size}" if words else f"{MINUS if weight < 0 else ''}{size}"
    return f"{words} = {MINUS if rhs < 0 else ''}{abs(rhs):g}"
