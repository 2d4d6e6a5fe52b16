"""The coefficients of one part of a fit, how they are named, and the Wald test that several quantities are 0."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtrc, fdtrc

from ..errors import ColumnError, InputError
from ..vocabulary import ModelPart, check_option
from .design import INTERCEPT

if TYPE_CHECKING:
    from .core import Array
    from .design import Design

__all__ = ["CoefficientSet", "JointTest", "find_coefficients", "joint_test", "read_coefficients"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoefficientSet:
    """The coefficients of the location or the scale of a fit.

    Attributes
    ----------
    coef, vcov : array, shape (p,) and (p, p)
        Estimates and their covariance; NaN where they have none.
    df : float
        Degrees of freedom of their t tests; infinite for z.
    design : Design
        Their design matrix and names.
    test : str
        The test of the fit.
    level : float
        Its confidence level.
    """

    coef: Array
    vcov: Array
    df: float
    design: Design
    test: str
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTest:
    """The test that several quantities are all 0.

    Attributes
    ----------
    statistic, df, df2, pvalue : float
        Chi-squared on `df`, or F on `df` and `df2`; `df2` is infinite for chi-squared. The statistic and the p-value
        are NaN where there is no covariance to test with.
    """

    statistic: float
    df: float
    df2: float
    pvalue: float


def joint_test(values: Array, vcov: Array, df: float) -> JointTest:
    r"""Test whether all values are 0 by :math:`b'V^{-1}b`, or that divided by their number.

    Parameters
    ----------
    values, vcov : array, shape (m,) and (m, m)
        Estimates, less what the hypothesis says, and their covariance.
    df : float
        Degrees of freedom of the estimates' t tests: infinite for a chi-squared test, otherwise those of the
        denominator of F.

    Examples
    --------
    >>> found = joint_test(np.array([1.0, 0.0]), np.diag([0.25, 1.0]), math.inf)
    >>> round(found.statistic, 6), found.df, round(found.pvalue, 4)
    (4.0, 2.0, 0.1353)
    """
    m = len(values)
    size = np.sqrt(np.diag(vcov))
    nothing = JointTest(statistic=math.nan, df=float(m), df2=df, pvalue=math.nan)
    if not (np.isfinite(vcov).all() and (size > 0).all() and df > 0):
        return nothing
    correlation = vcov / np.outer(size, size)
    if np.linalg.eigvalsh(correlation)[0] <= m * np.finfo(float).eps:
        return nothing
    ratio = values / size
    statistic = float(ratio @ np.linalg.solve(correlation, ratio))
    if math.isinf(df):
        return JointTest(statistic=statistic, df=float(m), df2=df, pvalue=float(chdtrc(m, statistic)))
    return JointTest(statistic=statistic / m, df=float(m), df2=df, pvalue=float(fdtrc(m, df, statistic / m)))


def read_coefficients(fit: Any, part: str) -> CoefficientSet:
    """Return the coefficients of one part of a fit.

    Parameters
    ----------
    fit : PooledResult or LocationScaleResult
        The fit.
    part : {"location", "scale"}
        Which part; only a location–scale model has a scale.

    Raises
    ------
    OptionError
        Where there is no such part.
    InputError
        Where the fit has no coefficients, or no scale.
    """
    check_option("part", part, ModelPart)
    if not (hasattr(fit, "inference") and hasattr(fit, "design")):
        raise InputError(f"a fit by pool() or location_scale() is needed; this is a {type(fit).__name__}")
    if part == "location":
        found, design = fit.inference, fit.design
        vcov = found.vcov if found.scale > 0 else np.full_like(found.vcov, np.nan)
    elif hasattr(fit, "scale_design"):
        found, design = fit.scale, fit.scale_design
        vcov = found.vcov
    else:
        raise InputError("this fit has one τ² and no scale coefficients; see location_scale()")
    return CoefficientSet(coef=found.coef, vcov=vcov, df=found.df, design=design, test=fit.test, level=fit.level)


def find_coefficients(design: Design, wanted: object) -> list[int]:
    """Return the places of coefficients, in the order of the model, each once.

    Parameters
    ----------
    design : Design
        The model.
    wanted : str, int, or iterable of them
        A coefficient's name; else the beginning of names, such as ``"C(alloc)"`` for all columns of a factor; else a
        part of names. Numbers are positions and count from 0; the intercept, where there is one, is among them.

    Raises
    ------
    ColumnError
        Where nothing has such a name.
    InputError
        Where a position does not exist, or nothing is asked for.

    Examples
    --------
    >>> import pandas as pd
    >>> from evidence.pool.design import build_design
    >>> table = pd.DataFrame({"dose": [1.0, 2.0, 4.0, 5.0, 3.0], "arm": ["a", "b", "c", "a", "b"]})
    >>> design = build_design("~ dose + C(arm)", table, intercept=True, labels=table.index)
    >>> design.names
    ('Intercept', 'dose', 'C(arm)[T.b]', 'C(arm)[T.c]')
    >>> find_coefficients(design, "C(arm)"), find_coefficients(design, [1, "[T.c]"])
    ([2, 3], [1, 3])
    """
    if isinstance(wanted, (str, Integral)) or not isinstance(wanted, Iterable):
        wanted = [wanted]
    places = {place for one in wanted for place in _places(design, one)}
    if not places:
        raise InputError("no coefficient is named")
    return sorted(places)


def _places(design: Design, wanted: object) -> list[int]:
    names = design.names
    if isinstance(wanted, (bool, np.bool_)):
        raise InputError(f"coefficients are named by text or by position, not by {wanted!r}")
    if isinstance(wanted, Integral):
        if not 0 <= int(wanted) < len(names):
            raise InputError(f"there is no coefficient {wanted}; positions are 0 to {len(names) - 1}: {_listed(names)}")
        return [int(wanted)]
    if not isinstance(wanted, str) or not wanted:
        raise InputError(f"coefficients are named by text or by position, not by {wanted!r}")
    exact = INTERCEPT if wanted == "intrcpt" else wanted
    if exact in names:
        return [names.index(exact)]
    others = [(place, name) for place, name in enumerate(names) if place != design.intercept]
    found = [place for place, name in others if name.startswith(wanted)]
    found = found or [place for place, name in others if wanted in name]
    if not found:
        raise ColumnError(f"no coefficient is called {wanted!r}; there are: {_listed(names)}")
    return found


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(map(repr, names))
