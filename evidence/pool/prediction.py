"""The interval in which the true effect of a new study is expected."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

from ..vocabulary import PredictionMethod, check_option

if TYPE_CHECKING:
    from .core import Array

__all__ = ["Prediction", "choose_prediction", "critical_value", "prediction_limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """How prediction intervals are made.

    Attributes
    ----------
    method : {"k-p", "k-p-1", "normal"}
        Student's t with k − p or k − p − 1 degrees of freedom, or the normal distribution.
    df : float
        The degrees of freedom; infinite for the normal distribution; 0 or less where there is no interval.
    """

    method: str
    df: float


def choose_prediction(method: str | None, *, test: str, k: int, p: int) -> Prediction:
    """Return the prediction method and its degrees of freedom.

    Parameters
    ----------
    method : {"k-p", "k-p-1", "normal"}, optional
        ``"k-p-1"`` is that of Higgins, Thompson and Spiegelhalter 2009 (doi:10.1111/j.1467-985X.2008.00552.x),
        for a mean k − 2. By default ``"normal"`` with a z test and ``"k-p"`` with the others, so that the
        interval uses the distribution of the test.
    test : str
        The test in use.
    k, p : int
        Studies and coefficients.

    Examples
    --------
    >>> choose_prediction(None, test="hksj", k=13, p=1)
    Prediction(method='k-p', df=12.0)
    """
    chosen = (
        ("normal" if test == "z" else "k-p") if method is None else check_option("prediction", method, PredictionMethod)
    )
    df = {"normal": math.inf, "k-p": float(k - p), "k-p-1": float(k - p - 1)}[chosen]
    return Prediction(method=chosen, df=df)


def critical_value(df: float, level: float) -> float:
    """Return the two-sided critical value of Student's t, or of the normal distribution where `df` is infinite.

    NaN where there are no degrees of freedom.

    Examples
    --------
    >>> round(critical_value(12, 0.95), 4), round(critical_value(float("inf"), 0.95), 4)
    (2.1788, 1.96)
    """
    if df <= 0:
        return math.nan
    upper = (1 + level) / 2
    return float(ndtri(upper)) if math.isinf(df) else float(stdtrit(df, upper))


def prediction_limits(estimate: Array, se: Array, tau2: float, *, df: float, level: float) -> tuple[Array, Array]:
    r"""Return the limits :math:`\hat{μ} ± c \sqrt{τ² + se²}`.

    Parameters
    ----------
    estimate, se : array
        Predicted effects and their standard errors.
    tau2 : float
        Between-study variance.
    df : float
        Degrees of freedom of the critical value c.
    level : float
        Coverage, such as 0.95.
    """
    half = critical_value(df, level) * np.sqrt(tau2 + np.square(se))
    return estimate - half, estimate + half
