"""The interval in which the true effect of a new study is expected."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from ..errors import InputError
from ..vocabulary import PredictionMethod, check_option

if TYPE_CHECKING:
    from .core import Array

__all__ = ["Prediction", "choose_prediction", "critical_value", "prediction_limits", "probability_above"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """How prediction intervals are made.

    Attributes
    ----------
    method : {"k-p", "k-p-1", "normal", "tau", "kr", "kr-1"}
        Student's t with k − p or k − p − 1 degrees of freedom; the normal distribution; that without the uncertainty
        of the mean; Student's t with the degrees of freedom of Kenward and Roger, or one less.
    df : float
        The degrees of freedom; infinite for the normal distribution; 0 or less where there is no interval.
    """

    method: str
    df: float


def choose_prediction(method: str | None, *, test: str, k: int, p: int, df: float = math.nan) -> Prediction:
    """Return the prediction method and its degrees of freedom.

    Parameters
    ----------
    method : {"k-p", "k-p-1", "normal", "tau", "kr", "kr-1"}, optional
        ``"k-p-1"`` is that of Higgins, Thompson and Spiegelhalter 2009 (doi:10.1111/j.1467-985X.2008.00552.x),
        for a mean k − 2. ``"tau"`` is the normal interval from τ² alone. ``"kr"`` and ``"kr-1"`` go with
        ``test="kr"``; the latter is that of Partlett and Riley 2017 (doi:10.1002/sim.7140). By default ``"normal"``
        with a z test, ``"kr"`` with the Kenward–Roger test and ``"k-p"`` with the others, so that the interval uses
        the distribution of the test.
    test : str
        The test in use.
    k, p : int
        Studies and coefficients.
    df : float
        The degrees of freedom of the Kenward–Roger test.

    Raises
    ------
    OptionError
        Where there is no such method.
    InputError
        Where ``"kr"`` or ``"kr-1"`` is asked of a fit with another test.

    Examples
    --------
    >>> choose_prediction(None, test="hksj", k=13, p=1)
    Prediction(method='k-p', df=12.0)
    """
    usual = {"z": "normal", "kr": "kr"}.get(test, "k-p")
    chosen = usual if method is None else check_option("prediction", method, PredictionMethod)
    if chosen in ("kr", "kr-1") and test != "kr":
        raise InputError(f"prediction={chosen!r} takes the degrees of freedom of test='kr'; the test is {test!r}")
    freedom = {"normal": math.inf, "tau": math.inf, "k-p": float(k - p), "k-p-1": float(k - p - 1)}
    freedom.update({"kr": df, "kr-1": df - 1})
    return Prediction(method=chosen, df=freedom[chosen])


def critical_value(df: float, level: float) -> float:
    """Return the two-sided critical value of Student's t, or of the normal distribution where `df` is infinite.

    NaN where there are no degrees of freedom.

    Examples
    --------
    >>> round(critical_value(12, 0.95), 4), round(critical_value(float("inf"), 0.95), 4)
    (2.1788, 1.96)
    """
    if not df > 0:
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


def probability_above(threshold: float, estimate: Array, se: Array, tau2: float, *, df: float) -> Array:
    r"""Return the probability that the true effect of a new study is above a threshold.

    It is that of the distribution behind the prediction interval, with location :math:`\hat{μ}` and scale
    :math:`\sqrt{τ² + se²}`. NaN where that has no degrees of freedom or no width.

    Parameters
    ----------
    threshold : float
        In the units of the effects.
    estimate, se, tau2, df
        As for `prediction_limits`.
    """
    width = np.sqrt(tau2 + np.square(se))
    distance = np.divide(estimate - threshold, width, out=np.full(np.shape(width), np.nan), where=width > 0)
    if not df > 0:
        return np.full(np.shape(width), np.nan)
    return np.asarray(ndtr(distance) if math.isinf(df) else stdtr(df, distance))
