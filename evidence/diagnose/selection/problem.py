"""A selection model as it is fitted: data, likelihood, bounds and starts, in climbing parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...pool.choices import FIXED
from ...pool.core import make_batch
from ...pool.inference import column_units
from ...pool.likelihood import log_likelihood
from ...pool.tau2 import estimate_tau2
from ...vocabulary import NO_RANDOM_EFFECT
from .fitting import Climb, Maximum, climb, hold, search, starting_points
from .model import build_likelihood, scale_data, working_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...pool import PooledResult
    from ...pool.core import Array
    from .choices import SelectionChoices
    from .model import Scaling, SelectionData, Working

__all__ = ["Problem", "Unselected", "make_problem", "solve", "solve_cutpoint", "unselected", "without_heterogeneity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unselected:
    """The model without selection, by maximum likelihood.

    Attributes
    ----------
    tau2 : float
        Between-study variance.
    loglik : float
        The log-likelihood.
    tau2_estimated : bool
        Whether τ² is a parameter.
    """

    tau2: float
    loglik: float
    tau2_estimated: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """What there is to climb, from where, and how to read the result.

    Attributes
    ----------
    climb : Climb
        The likelihood and its bounds.
    starts : array, shape (S, d)
        Where to begin.
    scaling : Scaling
        From climbing parameters to those of the data.
    working : Working
        How selection parameters are climbed in.
    name : str
        The model, for messages.
    """

    climb: Climb
    starts: Array
    scaling: Scaling
    working: Working
    name: str

    def delta(self, place: Array) -> Array:
        """Return the free selection parameters, shape (..., m)."""
        return self.working.natural(place[..., len(self.scaling.rotation) + 1 :])

    def coef(self, place: Array) -> Array:
        """Return the coefficients, shape (..., p)."""
        return np.asarray(place[..., : len(self.scaling.rotation)] @ self.scaling.jacobian.T)

    def tau2(self, place: Array) -> Array:
        """Return the between-study variance."""
        return np.asarray(place[..., len(self.scaling.rotation)] * self.scaling.unit**2)


def unselected(fit: PooledResult) -> Unselected:
    """Return the maximum-likelihood fit of the same model without selection."""
    choices = fit.choices
    if choices.tau2_method in (*NO_RANDOM_EFFECT, FIXED, "ML"):
        return Unselected(tau2=fit.tau2, loglik=fit.ml.loglik, tau2_estimated=choices.tau2_method == "ML")
    batch = make_batch(fit.yi, fit.vi, fit.design.matrix / column_units(fit.design.matrix))
    tau2 = estimate_tau2(batch, "ML").tau2
    return Unselected(tau2=float(tau2[0]), loglik=float(log_likelihood(batch, tau2, kind="ML")[0]), tau2_estimated=True)


def make_problem(
    data: SelectionData,
    choices: SelectionChoices,
    plain: Unselected,
    *,
    cut: float = math.nan,
    below: NDArray[np.bool_] | None = None,
) -> Problem:
    """Return the problem of one model.

    Parameters
    ----------
    data : SelectionData
        The studies.
    choices : SelectionChoices
        The weight function.
    plain : Unselected
        The model without selection.
    cut : float
        The cutpoint of a truncation, mirrored as the effects are.
    below : array of bool, shape (k,), optional
        The effects on its far side; by default those not above it.
    """
    scaled, scaling = scale_data(data, plain.tau2)
    working = working_of(choices)
    model = build_likelihood(scaled, choices, working, cut / scaling.unit, below)
    tau2 = plain.tau2 / scaling.unit**2
    beta = scaled.x.T @ (scaled.y / (scaled.v + tau2))
    return Problem(
        climb=climb(model, working, tau2=None if plain.tau2_estimated else tau2),
        starts=starting_points(choices.kind, working, beta, tau2),
        scaling=scaling,
        working=working,
        name=f"kind={choices.kind!r}",
    )


def solve(problem: Problem) -> Maximum:
    """Return the maximum."""
    return search(problem.climb, problem.starts, name=problem.name)


def without_heterogeneity(problem: Problem, top: Maximum) -> Maximum:
    """Return the maximum with τ² = 0."""
    held = hold(problem.climb, len(problem.scaling.rotation), 0.0)
    return search(held, np.vstack([top.modes, problem.starts]), name=f"{problem.name} with τ² = 0")


def solve_cutpoint(
    data: SelectionData, choices: SelectionChoices, plain: Unselected
) -> tuple[Problem, Maximum, float, tuple[float, ...]]:
    """Return the model with the best cutpoint of all.

    Between two neighbouring effects the likelihood rises towards the upper one where less is seen below the cutpoint,
    and towards the lower one where more is. So the best cutpoint is an effect, reached from below in the first case.

    Returns
    -------
    problem : Problem
        At the best cutpoint.
    top : Maximum
        Its maximum.
    cut : float
        The cutpoint, mirrored as the effects are; just below an effect that is reached from below.
    others : tuple of float
        How far below the log-likelihoods of the other cutpoints are, the nearest first.
    """
    ends = np.unique(data.y)
    candidates = [(float(cut), data.y < cut) for cut in ends[1:]] + [(float(cut), data.y <= cut) for cut in ends[:-1]]
    problems = [make_problem(data, choices, plain, cut=cut, below=below) for cut, below in candidates]
    tops = [solve(problem) for problem in problems]
    logliks = np.array([top.loglik for top in tops])
    best = int(logliks.argmax())
    cut, below = candidates[best]
    place = cut if below[data.y == cut].all() else float(np.nextafter(cut, -math.inf))
    others = np.sort(logliks - logliks[best])[::-1][1:]
    return problems[best], tops[best], place, tuple(others.tolist())
