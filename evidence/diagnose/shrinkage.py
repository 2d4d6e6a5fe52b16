r"""Each study's own true effect, as the model sees it: best linear unbiased predictions.

With the reliability :math:`λ_i = τ²/(τ² + v_i)` the study's effect is drawn from its own estimate towards what the
model expects of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..card import Card, Carded
from ..pool.choices import check_level
from ..pool.prediction import critical_value
from .checks import check_fit, refuse_weights

if TYPE_CHECKING:
    from ..pool import PooledResult
    from ..pool.core import Array

__all__ = ["Predictions", "blup", "ranef"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Predictions(Carded):
    """Predicted effects of the studies of a fit.

    Attributes
    ----------
    kind : str
        What is predicted.
    labels : Index, length k
        Names of the studies.
    pred, se, pi_low, pi_high : array, shape (k,)
        Predictions, standard errors and prediction limits.
    level : float
        Level of the limits.
    """

    kind: str
    labels: pd.Index
    pred: Array
    se: Array
    pi_low: Array
    pi_high: Array
    level: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study: study, pred, se, pi_low, pi_high."""
        table = self._table()
        table.insert(0, "study", self.labels)
        return table

    def _table(self) -> pd.DataFrame:
        return pd.DataFrame({"pred": self.pred, "se": self.se, "pi_low": self.pi_low, "pi_high": self.pi_high})

    def _card(self) -> Card:
        return Card(
            title=self.kind,
            facts=(("studies", str(len(self.pred))), ("level", f"{100 * self.level:g}%")),
            table=self._table().set_axis(pd.Index(self.labels, name="study")),
            notes=("The standard errors take τ² as known.",),
        )


def blup(fit: PooledResult, *, level: float | None = None) -> Predictions:
    r"""Return the predicted true effects of the studies.

    :math:`\hat{θ}_i = λ_i y_i + (1 - λ_i) x_i'\hat{β}` with variance
    :math:`λ_i v_i + (1 - λ_i)^2 x_i' V x_i` (Kackar and Harville 1981, doi:10.1080/03610928108828108).

    Parameters
    ----------
    fit : PooledResult
        A fit of two or more studies. In an equal-effects model all predictions are the fitted values.
    level : float, optional
        Level of the limits; that of the fit by default.

    Returns
    -------
    Predictions

    Examples
    --------
    >>> from evidence.pool import pool
    >>> blup(pool([0.1, 0.4, 0.9], [0.04, 0.09, 0.05], tau2="DL")).pred.round(3).tolist()
    [0.179, 0.424, 0.788]
    """
    check_fit(fit, what="blup()")
    refuse_weights(fit, what="predictions of true effects")
    reliability = fit.tau2 / (fit.tau2 + fit.vi)
    mean, variance = _expected(fit)
    return _predictions(
        fit,
        kind="Best linear unbiased predictions of the true effects",
        pred=reliability * fit.yi + (1 - reliability) * mean,
        variance=reliability * fit.vi + (1 - reliability) ** 2 * variance,
        level=level,
    )


def ranef(fit: PooledResult, *, level: float | None = None) -> Predictions:
    r"""Return the predicted random effects: how far each study's true effect lies from what the model expects.

    :math:`\hat{u}_i = λ_i (y_i - x_i'\hat{β})` with variance :math:`λ_i v_i + λ_i^2 x_i' V x_i`.

    Parameters
    ----------
    fit : PooledResult
        A fit of two or more studies. In an equal-effects model all are 0 with standard error 0.
    level : float, optional
        Level of the limits; that of the fit by default.

    Returns
    -------
    Predictions

    Examples
    --------
    >>> from evidence.pool import pool
    >>> ranef(pool([0.1, 0.4, 0.9], [0.04, 0.09, 0.05], tau2="DL")).pred.round(3).tolist()
    [-0.285, -0.039, 0.324]
    """
    check_fit(fit, what="ranef()")
    refuse_weights(fit, what="predictions of random effects")
    reliability = fit.tau2 / (fit.tau2 + fit.vi)
    mean, variance = _expected(fit)
    return _predictions(
        fit,
        kind="Best linear unbiased predictions of the random effects",
        pred=reliability * (fit.yi - mean),
        variance=reliability * fit.vi + reliability**2 * variance,
        level=level,
    )


def _expected(fit: PooledResult) -> tuple[Array, Array]:
    """Return the fitted values and their variances."""
    x = fit.design.matrix
    return x @ fit.inference.coef, np.einsum("ij,jk,ik->i", x, fit.inference.vcov, x)


def _predictions(fit: PooledResult, *, kind: str, pred: Array, variance: Array, level: float | None) -> Predictions:
    chosen = fit.level if level is None else check_level(level)
    se = np.sqrt(variance)
    half = critical_value(fit.df, chosen) * se
    return Predictions(
        kind=kind, labels=fit.labels, pred=pred, se=se, pi_low=pred - half, pi_high=pred + half, level=chosen
    )
