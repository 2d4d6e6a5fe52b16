"""A model with any number of studies of no effect added, and the search for the number that undoes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtr

from ...pool.many import pool_many
from ...vocabulary import NO_RANDOM_EFFECT
from .data import tau2_option

if TYPE_CHECKING:
    from ...pool.core import Array
    from .data import StudyData

__all__ = ["DrawerFit", "DrawerSearch", "FileDrawer", "search_file_drawer"]

_MOST = 10_000_000


class DrawerFit(NamedTuple):
    """A pooled effect, its between-study variance and its two-sided p-value."""

    estimate: float
    tau2: float
    pvalue: float


class DrawerSearch(NamedTuple):
    """What the search found.

    Attributes
    ----------
    n : float
        The smallest number of added studies that reaches the goal; infinite if none can.
    at_least : bool
        Whether the search ended before it.
    before, after : DrawerFit
        The model without the added studies and with them.
    """

    n: float
    at_least: bool
    before: DrawerFit
    after: DrawerFit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FileDrawer:
    r"""The studies, and those that can be added to them.

    m added studies have the sampling variance :math:`\tilde v = 1/\overline{1/v}`, mean 0 and, from two on, the
    sample variance :math:`\tilde v + τ²`. As their sampling variances are alike, the model depends on nothing else
    of them.

    Attributes
    ----------
    yi, vi : array, shape (k,)
        The studies.
    tau2 : str or float
        Estimator of τ², or its value.
    test : str
        The test.
    exact : bool
        Whether the model is fitted to all studies; else τ² is that of the mixture.
    exact_most : int
        The number of added studies up to which it is.
    """

    yi: Array
    vi: Array
    tau2: str | float
    test: str
    exact: bool
    exact_most: int = 5000

    @classmethod
    def of(cls, data: StudyData, *, exact: bool) -> FileDrawer:
        """Return the drawer of some studies; a test other than z is exact."""
        choices = data.choices
        return cls(
            yi=data.yi, vi=data.vi, tau2=tau2_option(choices), test=choices.test, exact=exact or choices.test != "z"
        )

    def observed(self) -> DrawerFit:
        """Return the model of the studies alone."""
        return _pool(self.yi, self.vi, self.tau2, self.test)

    def added(self, m: int, observed: DrawerFit) -> DrawerFit:
        """Return the model with m studies added."""
        variance = 1 / float((1 / self.vi).mean())
        if self.exact and m <= self.exact_most:
            values = _unit_sample(m) * math.sqrt(variance + observed.tau2)
            return _pool(
                np.concatenate([self.yi, values]), np.concatenate([self.vi, np.full(m, variance)]), self.tau2, self.test
            )
        tau2 = self._mixture(m, observed)
        w = 1 / (self.vi + tau2)
        total = float(w.sum()) + m / (variance + tau2)
        estimate = float((w * self.yi).sum()) / total
        return DrawerFit(estimate, tau2, 2 * float(ndtr(-abs(estimate) * math.sqrt(total))))

    def _mixture(self, m: int, observed: DrawerFit) -> float:
        """Return the variance of a mixture of the observed effects and m of mean 0."""
        if self.tau2 in NO_RANDOM_EFFECT:
            return 0.0
        if not isinstance(self.tau2, str):
            return float(self.tau2)
        k = len(self.yi)
        mean = k * observed.estimate / (k + m)
        within = (k - 1 + max(0, m - 1)) * observed.tau2
        between = k * (observed.estimate - mean) ** 2 + m * mean**2
        return (within + between) / (k + m - 1)


def search_file_drawer(drawer: FileDrawer, *, alpha: float, target: float | None) -> DrawerSearch:
    """Find the smallest number of added studies that brings p to `alpha`, or the mean to `target`.

    The bounds are doubled until they hold the answer, and halved until they meet, so that the number found reaches
    the goal and one study less does not.

    Parameters
    ----------
    drawer : FileDrawer
        The studies.
    alpha : float
        The two-sided level to reach; ignored if there is a target.
    target : float, optional
        The absolute value of the mean to reach.
    """
    before = drawer.observed()

    def reached(found: DrawerFit) -> bool:
        return abs(found.estimate) <= abs(target) if target is not None else not found.pvalue < alpha

    if reached(before):
        return DrawerSearch(0.0, False, before, before)
    if target == 0:
        return DrawerSearch(math.inf, False, before, DrawerFit(0.0, math.nan, 1.0))
    low, high = 0, 1
    after = drawer.added(high, before)
    while not reached(after):
        if high == _MOST:
            return DrawerSearch(float(_MOST), True, before, after)
        low, high = high, min(2 * high, _MOST)
        after = drawer.added(high, before)
    while high - low > 1:
        middle = (low + high) // 2
        found = drawer.added(middle, before)
        if reached(found):
            high, after = middle, found
        else:
            low = middle
    return DrawerSearch(float(high), False, before, after)


def _pool(yi: Array, vi: Array, tau2: str | float, test: str) -> DrawerFit:
    found = pool_many(yi, vi, tau2=tau2, test=test)
    return DrawerFit(float(found.coef[0, 0]), float(found.tau2[0]), float(found.pvalue[0, 0]))


def _unit_sample(m: int) -> Array:
    """Return m numbers of mean 0 and, from two on, sample variance 1."""
    size = math.sqrt((m - 1) / m) if m % 2 == 0 and m else 1.0
    half = np.full(m // 2, size)
    return np.concatenate([-half, np.zeros(m % 2), half])
