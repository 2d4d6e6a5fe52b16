r"""Effects given that they are significant, or given that they are not: what p-uniform and p-uniform* look at.

Study i has the critical value :math:`c \sqrt{v_i}`; a significant effect has the density
:math:`φ(y_i; μ, v_i + τ²) / P(Y_i > c \sqrt{v_i})` on its side of it, another that on the other side. Nothing is
supposed about how often significant and other effects are seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, ndtri

from .fitting import Climb, Maximum, covariance, hold, search
from .likelihood import SelectionLikelihood
from .model import SelectionData, Working, scale_data
from .partition import Partition
from .profile import profile_limits
from .weights import Linear

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...pool.core import Array
    from .model import Scaling

__all__ = ["Conditional", "critical_statistic", "make_conditional"]


def critical_statistic(alpha: float) -> float:
    """Return the critical value of two-sided tests at level `alpha`.

    Examples
    --------
    >>> round(critical_statistic(0.05), 3)
    1.96
    """
    return float(-ndtri(alpha / 2))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conditional:
    """The conditional likelihood of some effects.

    Attributes
    ----------
    climb : Climb
        The likelihood and its bounds.
    start : array, shape (1, 2)
        Where to begin.
    scaling : Scaling
        From climbing parameters to those of the data.
    """

    climb: Climb
    start: Array
    scaling: Scaling

    @property
    def unit(self) -> float:
        """The derivative of the mean in its climbing parameter."""
        return float(self.scaling.jacobian[0, 0])

    def maximum(self, *, mean: float | None = None, tau2: float | None = None) -> Maximum:
        """Return the maximum, with the mean or τ² held where they are given."""
        what = self.climb
        if mean is not None:
            what = hold(what, 0, mean / self.unit)
        if tau2 is not None:
            what = hold(what, 1, tau2 / self.scaling.unit**2)
        return search(what, self.start, name="the effects given their significance")

    def at(self, mean: float, tau2: float) -> float:
        """Return the log-likelihood at given values, without the constant of the unit."""
        from .likelihood import evaluate

        place = np.array([[mean / self.unit, tau2 / self.scaling.unit**2]])
        return float(evaluate(self.climb.model, place).loglik[0])

    def se(self, top: Maximum) -> float:
        """Return the standard error of the mean."""
        nothing = np.empty(0)
        working = Working(
            free=nothing.astype(bool), logs=nothing.astype(bool), sums=np.empty((0, 0)), low=nothing, high=nothing
        )
        found = covariance(self.climb, top.place, self.scaling.jacobian, self.scaling.unit, working)
        return math.nan if found is None else math.sqrt(found[0, 0])

    def mean_limits(self, top: Maximum, level: float) -> tuple[float, float]:
        """Return the profile-likelihood interval of the mean."""
        se = self.se(top) / abs(self.unit)
        low, high = profile_limits(self.climb, top, 0, _drop(level), se=se)
        ends = sorted((low * self.unit, high * self.unit))
        return ends[0], ends[1]

    def tau2_limits(self, top: Maximum, level: float) -> tuple[float, float]:
        """Return the profile-likelihood interval of τ²."""
        low, high = profile_limits(self.climb, top, 1, _drop(level), se=math.nan)
        return max(0.0, low) * self.scaling.unit**2, high * self.scaling.unit**2


def make_conditional(
    y: Array, v: Array, significant: NDArray[np.bool_], critical: float, *, heterogeneous: bool
) -> Conditional:
    """Return the conditional likelihood.

    Parameters
    ----------
    y, v : array, shape (k,)
        Effects, mirrored where small ones are favoured, and variances.
    significant : array of bool, shape (k,)
        Which are beyond their critical value.
    critical : float
        The critical value of the test statistic.
    heterogeneous : bool
        Whether τ² is estimated; otherwise it is 0.
    """
    k = len(y)
    data = SelectionData(y=y, v=v, x=np.ones((k, 1)), prec=np.ones(k), selected=np.ones(k, dtype=bool), sign=1)
    scaled, scaling = scale_data(data, 0.0)
    own = np.where(significant[:, None] == np.array([True, False]), 0.0, -math.inf)
    nothing = np.empty(0)
    partition = Partition(
        low=np.array([[critical, -math.inf]]),
        high=np.array([[math.inf, critical]]),
        inside=nothing,
        nodes=nothing,
        log_weights=nothing,
    )
    model = SelectionLikelihood(
        y=scaled.y,
        v=scaled.v,
        z=scaled.x,
        partition=partition,
        cells=Linear(offset=own, basis=np.empty((k, 2, 0))),
        observed=Linear(offset=np.zeros((k, 1)), basis=np.empty((k, 1, 0))),
        selected=data.selected,
        parameters=0,
    )
    most = math.inf if heterogeneous else 0.0
    climb = Climb(
        model=model,
        low=np.array([-math.inf, 0.0]),
        high=np.array([math.inf, most]),
        logs=np.zeros(2, dtype=bool),
    )
    mean = float(scaled.x[:, 0] @ (scaled.y / scaled.v))
    return Conditional(climb=climb, start=np.array([[mean, 0.0]]), scaling=scaling)


def _drop(level: float) -> float:
    return 0.5 * float(chdtri(1, 1 - level))
