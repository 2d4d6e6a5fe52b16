"""From a maximum to the result: covariance, tests, intervals and the certificate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from ...pool.likelihood import FitStatistics
from .cautions import list_cautions
from .fitting import covariance
from .intervals import interval_table
from .likelihood import evaluate
from .problem import without_heterogeneity
from .result import SelectionConvergence, SelectionModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...pool import PooledResult
    from ...pool.core import Array
    from .choices import SelectionChoices
    from .fitting import Maximum
    from .model import SelectionData
    from .problem import Problem, Unselected

__all__ = ["assemble"]

_ROUNDING = 1e-12


def assemble(
    fit: PooledResult,
    choices: SelectionChoices,
    data: SelectionData,
    plain: Unselected,
    problem: Problem,
    top: Maximum,
    *,
    counts: NDArray[np.intp],
    level: float,
    cut: float,
    others: tuple[float, ...],
) -> SelectionModel:
    """Return the result of a selection model.

    Parameters
    ----------
    fit : PooledResult
        The fit that was given.
    choices : SelectionChoices
        The weight function.
    data : SelectionData
        The studies, mirrored where small effects are favoured.
    plain : Unselected
        The model without selection.
    problem : Problem
        What was climbed.
    top : Maximum
        Its maximum.
    counts : array, shape (intervals,)
        Studies per interval.
    level : float
        Level of the intervals.
    cut : float
        The cutpoint that was estimated, mirrored as the effects are.
    others : tuple of float
        How far below the log-likelihoods of other cutpoints are.
    """
    p, z = fit.p, float(ndtri((1 + level) / 2))
    loglik = top.loglik + problem.scaling.shift
    vcov = covariance(problem.climb, top.place, problem.scaling.jacobian, problem.scaling.unit, problem.working)
    size = p + 1 + int(problem.working.free.sum())
    full = np.full((size, size), np.nan) if vcov is None else vcov
    free = np.zeros(len(choices.delta), dtype=bool)
    free[: len(problem.working.free)] = problem.working.free
    delta, delta_vcov = np.array(choices.delta), np.full((len(free), len(free)), np.nan)
    delta[free] = problem.delta(top.place)
    if choices.kind == "truncest":
        delta[1] = data.sign * cut
    delta_vcov[np.ix_(free, free)] = full[p + 1 :, p + 1 :]
    coef = _tests(problem.coef(top.place), np.diag(full)[:p], np.zeros(p), z)
    selection = _tests(delta, np.diag(delta_vcov), np.asarray(choices.null), z)
    tau2 = float(problem.tau2(top.place))
    heterogeneity = math.nan
    if plain.tau2_estimated:
        heterogeneity = _ratio(top.loglik, without_heterogeneity(problem, top).loglik)
    lrt, lrt_df = _ratio(loglik, plain.loglik), int(free.sum())
    convergence = _convergence(problem, top)
    qm, qm_df = _joint(fit, coef["estimate"], full[:p, :p])
    return SelectionModel(
        choices=choices,
        k=fit.k,
        p=p,
        names=fit.design.names,
        coef=coef["estimate"],
        coef_se=coef["se"],
        coef_statistic=coef["statistic"],
        coef_pvalue=coef["pvalue"],
        coef_ci_low=coef["ci_low"],
        coef_ci_high=coef["ci_high"],
        vcov=full[:p, :p].copy(),
        qm=qm,
        qm_df=qm_df,
        qm_pvalue=float(chdtrc(qm_df, qm)),
        tau2=tau2,
        tau2_se=math.sqrt(full[p, p]) if full[p, p] > 0 else math.nan,
        tau2_lrt=heterogeneity,
        tau2_lrt_pvalue=float(chdtrc(1, heterogeneity)),
        delta=delta,
        delta_se=selection["se"],
        delta_statistic=selection["statistic"],
        delta_pvalue=selection["pvalue"],
        delta_ci_low=np.maximum(selection["ci_low"], _space(choices)),
        delta_ci_high=np.minimum(selection["ci_high"], 1.0 if choices.decreasing else math.inf),
        delta_vcov=delta_vcov,
        delta_null=np.asarray(choices.null),
        lrt=lrt,
        lrt_df=lrt_df,
        lrt_pvalue=float(chdtrc(lrt_df, lrt)) if lrt_df else math.nan,
        loglik_unselected=plain.loglik,
        ml=_statistics(loglik, p + int(plain.tau2_estimated) + sum(choices.free), fit.k),
        pvalues=data.p_values(two_sided=choices.two_sided),
        prec=data.prec,
        intervals=interval_table(choices, counts, delta),
        selected=data.selected,
        convergence=convergence,
        level=level,
        fit=fit,
        cautions=list_cautions(
            choices, k=fit.k, counts=counts, convergence=convergence, singular=vcov is None, others=others
        ),
    )


def _ratio(loglik: float, null: float) -> float:
    """Return the likelihood-ratio statistic; 0 where the difference is rounding."""
    statistic = 2 * (loglik - null)
    return statistic if statistic > _ROUNDING * (1 + abs(loglik)) else 0.0


def _space(choices: SelectionChoices) -> Array:
    """Return the least values that selection parameters can have."""
    least = np.zeros(len(choices.delta))
    if choices.kind == "truncest":
        least[1] = -math.inf
    return least


def _tests(estimate: Array, variance: Array, null: Array, z: float) -> dict[str, Array]:
    """Return normal tests and intervals."""
    se = np.sqrt(np.where(variance > 0, variance, np.nan))
    statistic = (estimate - null) / se
    return {
        "estimate": estimate,
        "se": se,
        "statistic": statistic,
        "pvalue": 2 * ndtr(-np.abs(statistic)),
        "ci_low": estimate - z * se,
        "ci_high": estimate + z * se,
    }


def _joint(fit: PooledResult, coef: Array, vcov: Array) -> tuple[float, int]:
    """Return the joint test of the moderators, or of the mean where there are none."""
    tested = [place for place in range(fit.p) if not (fit.has_moderators and place == fit.design.intercept)]
    part = vcov[np.ix_(tested, tested)]
    if not np.isfinite(part).all():
        return math.nan, len(tested)
    scale = np.sqrt(np.diag(part))
    ratio = coef[tested] / scale
    return float(ratio @ np.linalg.solve(part / np.outer(scale, scale), ratio)), len(tested)


def _statistics(loglik: float, parameters: int, k: int) -> FitStatistics:
    corrected = max(k, parameters + 2)
    return FitStatistics(
        loglik=loglik,
        deviance=-2 * loglik,
        aic=-2 * loglik + 2 * parameters,
        bic=-2 * loglik + parameters * math.log(k),
        aicc=-2 * loglik + 2 * parameters * corrected / (corrected - parameters - 1),
    )


def _convergence(problem: Problem, top: Maximum) -> SelectionConvergence:
    climb, p = problem.climb, len(problem.scaling.rotation)
    here = evaluate(climb.model, top.place[None])
    at_low, at_high = top.place <= climb.low, top.place >= climb.high
    moving = ~(at_low | at_high)
    curvature = np.abs(np.diag(here.hessian[0]))
    slope = np.abs(here.gradient[0]) / np.sqrt(np.where(curvature > 0, curvature, 1.0))
    names = [*["beta"] * p, "tau2", *(f"delta.{index + 1}" for index in np.flatnonzero(problem.working.free))]
    bound = [
        name
        for place, name in enumerate(names)
        if (at_low[place] or at_high[place]) and climb.low[place] < climb.high[place]
    ]
    modes: list[dict[str, Any]] = [
        {
            "coef": problem.coef(mode).tolist(),
            "tau2": float(problem.tau2(mode)),
            "delta": problem.delta(mode).tolist(),
            "loglik": float(loglik) + problem.scaling.shift,
        }
        for mode, loglik in zip(top.modes, top.logliks, strict=True)
    ]
    return SelectionConvergence(
        distance=top.distance,
        gradient=float(slope[moving].max(initial=0.0)),
        iterations=top.iterations,
        starts=top.starts,
        modes=tuple(modes),
        at_bound=tuple(bound),
    )
