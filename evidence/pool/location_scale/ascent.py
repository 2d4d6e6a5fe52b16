"""Climb to a maximum by Newton's method, within linear constraints.

Each step solves a Newton equation in which directions of upward curvature are turned round, is shortened until the
function rises, and stops at the nearest constraint. Constraints at which the gradient pushes outwards (a positive
multiplier, by non-negative least squares) stay active; the others are released. A point is a maximum where the next
Newton step is nothing, no constraint wants to be released, and the curvature within the active constraints is downward.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ConvergenceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..core import Array
    from .likelihood import Derivatives

__all__ = ["Peak", "climb"]

_STEPS = 300
_HALVINGS = 60
# longest step of a linear predictor on the log scale
_REACH = 4.0
_STILL = 1e-9
# a standard error above 10^4 units of the linear predictor is no estimate
_FLAT = 1e-8
_ACTIVE = 1e-11
_EXCHANGES = 200
_TINY = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Peak:
    """Where a climb ended.

    Attributes
    ----------
    coef : array, shape (q,)
        Where.
    value : float
        The function there.
    hessian : array, shape (q, q)
        Its second derivatives there.
    active : array of bool, shape (m,)
        Which constraints hold with equality.
    iterations : int
        Steps taken.
    step : float
        Size of the Newton step that would come next, relative to that of the linear predictor.
    curvature : float
        Least downward curvature within the active constraints, without a unit; infinite where they leave no freedom.
    is_maximum : bool
        Whether it is one; otherwise the function is flat, and may go on rising for ever.
    """

    coef: Array
    value: float
    hessian: Array
    active: np.ndarray
    iterations: int
    step: float
    curvature: float
    is_maximum: bool


def climb(function: Callable[[Array], Derivatives], start: Array, rows: Array, *, bounded: bool) -> Peak:
    """Climb from a starting point.

    Parameters
    ----------
    function : callable
        Value, gradient and Hessian at a point.
    start : array, shape (q,)
        Where to start; within the constraints.
    rows : array, shape (m, q)
        The linear predictors.
    bounded : bool
        Whether every linear predictor must be at least 0. Otherwise they are logarithms, and no step moves one by
        more than 4.
    """
    here = function(start)
    coef, still = start, False
    for iteration in range(_STEPS + 1):
        predictor = rows @ coef
        size = 1.0 + float(predictor.max()) if bounded else 1.0
        active = predictor <= _ACTIVE * size if bounded else np.zeros(len(rows), dtype=bool)
        step, curvature = _newton(here, rows[active])
        curvature *= size * size
        change = rows @ step
        reach = float(np.abs(change).max()) / size
        settled = reach <= _STILL or still
        gain = float(here.gradient @ step)
        is_flat = curvature <= _FLAT and gain <= _FLAT
        if settled or is_flat or iteration == _STEPS:
            break
        longest = _longest(predictor, change, active=active) if bounded else min(1.0, _REACH / reach)
        found = _search(function, here, coef, step, longest)
        if found is None:
            still = True
            continue
        coef, here = found
    return Peak(
        coef=coef,
        value=here.value,
        hessian=here.hessian,
        active=active,
        iterations=iteration,
        step=reach,
        curvature=curvature,
        is_maximum=bool(reach <= 1e-6 and curvature > _FLAT),
    )


def _newton(here: Derivatives, active: Array) -> tuple[Array, float]:
    """Return an ascent step that leaves no active constraint outwards, and the least curvature along the face."""
    multipliers = _multipliers(here.gradient, active)
    free = _null_space(active[multipliers > 0], len(here.gradient))
    step, curvature = _step_in(here, free)
    if not len(active) or _stays_inside(active, step):
        return step, curvature
    # the projection of the gradient on the cone of allowed directions; it is nothing at a maximum only
    steepest = here.gradient + active.T @ multipliers
    bend = abs(float(steepest @ here.hessian @ steepest))
    steepest = steepest * min(float(steepest @ steepest) / bend, 1e6) if bend > 0 else steepest
    while free.shape[1] and not _stays_inside(active, step):
        worst = active[[int((active @ step).argmin())]]
        free = free @ _null_space(worst @ free, free.shape[1])
        step, _ = _step_in(here, free)
    slow = here.gradient @ step < 0.1 * (here.gradient @ steepest)
    return (steepest if slow else step), curvature


def _multipliers(gradient: Array, active: Array) -> Array:
    """Return with which force the gradient pushes against each active constraint.

    Non-negative least squares by the algorithm of Lawson and Hanson (1974, Solving least squares problems, ch. 23,
    doi:10.1137/1.9781611971217), which never holds more constraints at once than there are coefficients.
    """
    force = np.zeros(len(active))
    held: list[int] = []
    least = 1e-13 * float(np.linalg.norm(gradient)) * float(np.abs(active).max(initial=0.0))
    for _ in range(_EXCHANGES):
        push = -active @ (gradient + active[held].T @ force[held])
        push[held] = -np.inf
        if push.max(initial=-np.inf) <= least:
            return force
        held.append(int(push.argmax()))
        held = _settle(force, held, gradient, active)
    raise ConvergenceError("the constraints at the boundary of τ² could not be told apart")


def _settle(force: Array, held: list[int], gradient: Array, active: Array) -> list[int]:
    """Set the forces of the held constraints to those of least squares, and drop those that would pull."""
    while held:
        wanted = np.linalg.lstsq(active[held].T, -gradient, rcond=None)[0]
        if (wanted > 0).all():
            force[held] = wanted
            break
        now = force[held]
        pulling = wanted <= 0
        part = float((now[pulling] / (now[pulling] - wanted[pulling] + _TINY)).min())
        force[held] = now + part * (wanted - now)
        dropped = pulling & (force[held] <= 1e-14 * np.abs(now).max(initial=_TINY))
        dropped[int(np.where(pulling, force[held], np.inf).argmin())] = True
        force[[place for place, drop in zip(held, dropped, strict=True) if drop]] = 0.0
        held = [place for place, drop in zip(held, dropped, strict=True) if not drop]
    return held


def _stays_inside(active: Array, step: Array) -> bool:
    return bool((active @ step >= -1e-12 * np.abs(step).max(initial=0.0)).all())


def _null_space(rows: Array, n: int) -> Array:
    """Return an orthonormal basis of the directions in which no row changes, shape (n, r)."""
    if not len(rows):
        return np.eye(n)
    _, sizes, directions = np.linalg.svd(rows)
    rank = int((sizes > 1e-10 * sizes.max(initial=0.0)).sum()) if sizes.max(initial=0.0) > 0 else 0
    return directions[rank:].T


def _step_in(here: Derivatives, free: Array) -> tuple[Array, float]:
    if not free.shape[1]:
        return np.zeros(len(here.gradient)), np.inf
    values, vectors = np.linalg.eigh(-free.T @ here.hessian @ free)
    safe = np.maximum(np.abs(values), 1e-14 * max(float(np.abs(values).max()), 1e-290))
    step = free @ (vectors @ ((vectors.T @ (free.T @ here.gradient)) / safe))
    return np.asarray(step), float(values[0])


def _longest(predictor: Array, change: Array, *, active: np.ndarray) -> float:
    """Return the part of a step after which the first constraint holds with equality, at most 1."""
    falling = (change < 0) & ~active
    return float(min(1.0, (predictor[falling] / -change[falling]).min(initial=1.0)))


def _search(
    function: Callable[[Array], Derivatives], here: Derivatives, coef: Array, step: Array, longest: float
) -> tuple[Array, Derivatives] | None:
    """Return the first of ever shorter steps after which the function is higher; None where none is."""
    gain = float(here.gradient @ step)
    noise = 1e-14 * (1.0 + abs(here.value))
    for halving in range(_HALVINGS):
        part = longest * 0.5**halving
        there = function(coef + part * step)
        if there.value >= here.value + 1e-4 * part * gain:
            return coef + part * step, there
        # what is left to gain drowns in rounding: only a full step of a downward bend can be trusted
        if halving == 0 and gain * longest <= noise and there.value >= here.value - 10 * noise:
            return coef + part * step, there
    return None
