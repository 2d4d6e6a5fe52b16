"""The p-values of possible effects: what a drapery plot draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...pool.prediction import probability_above
from ...vocabulary import NO_RANDOM_EFFECT
from .fit_points import FitPoints, fit_points, plain_fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["PValues", "p_values"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PValues:
    """The p-values of possible effects, by what a fit knows.

    Attributes
    ----------
    points : FitPoints
        Studies and pooled estimate.
    se, df : float
        Standard error and degrees of freedom of the pooled estimate.
    predicts : bool
        Whether there is a prediction region.
    prediction_se, prediction_df : float
        Standard error of the middle and degrees of freedom of the prediction.
    """

    points: FitPoints
    se: float
    df: float
    predicts: bool
    prediction_se: float
    prediction_df: float

    @property
    def has_pooled(self) -> bool:
        """Whether there is a pooled estimate with an error, and so a curve; there is none of effects all alike."""
        return self.points.k > 1 and self.se > 0 and self.df > 0

    def study(self, place: int, effects: Sequence[float]) -> NDArray[np.float64]:
        """Return p-values of possible effects by one study: a z test."""
        own = self.points
        return _two_sided(own.effects[place], effects, own.errors[place], 0.0, math.inf)

    def pooled(self, effects: Sequence[float]) -> NDArray[np.float64]:
        """Return p-values of possible mean effects, by the test of the fit."""
        return _two_sided(self.points.estimate, effects, self.se, 0.0, self.df)

    def prediction(self, effects: Sequence[float]) -> NDArray[np.float64]:
        """Return p-values of possible true effects of a new study."""
        return _two_sided(self.points.estimate, effects, self.prediction_se, self.points.tau2, self.prediction_df)


def p_values(fit: Any) -> PValues:
    """Return the p-values that a drapery plot draws.

    Parameters
    ----------
    fit : PooledResult, SynthesisResult, SubgroupResult or CountsResult
        A fit without moderators.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> found = pool([0.1, 0.3, 0.5], [0.02, 0.05, 0.09])
    >>> values = p_values(found)
    >>> bool(abs(values.pooled([0.0])[0] - found.pvalue) < 1e-12)
    True
    >>> values.pooled(found.ci).round(6).tolist(), values.prediction(found.pi).round(6).tolist()
    ([0.05, 0.05], [0.05, 0.05])
    """
    own = plain_fit(fit, what="drapery()")
    points = fit_points(fit, what="drapery()")
    prediction = getattr(own, "prediction", None)
    random = getattr(own, "tau2_method", "EE") not in NO_RANDOM_EFFECT
    wide = points.tau2 > 0 or float(own.se) > 0
    predicts = points.k > 1 and random and wide and prediction is not None and prediction.df > 0
    return PValues(
        points=points,
        se=float(own.se),
        df=float(getattr(own, "df", math.inf)),
        predicts=predicts,
        prediction_se=0.0 if prediction is not None and prediction.method == "tau" else float(own.se),
        prediction_df=float(prediction.df) if predicts and prediction is not None else math.nan,
    )


def _two_sided(centre: float, effects: Sequence[float], se: float, tau2: float, df: float) -> NDArray[np.float64]:
    away = np.abs(np.asarray(effects, dtype=float) - centre)
    # The lower tail of the distance, so that small p-values keep their digits.
    below = probability_above(0.0, -away, np.full_like(away, se), tau2, df=df)
    return np.asarray(np.minimum(1.0, 2 * below), dtype=float)
