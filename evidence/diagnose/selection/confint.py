"""Profile-likelihood intervals of the parameters of a selection model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import chdtri

from ...errors import InputError
from ...pool.choices import check_level
from .model import mirrored
from .problem import make_problem, solve, unselected
from .profile import profile_limits

if TYPE_CHECKING:
    from .result import SelectionModel

__all__ = ["profile_intervals"]


def profile_intervals(model: SelectionModel, level: float | None = None) -> pd.DataFrame:
    """Return profile-likelihood intervals; see `SelectionModel.confint`.

    Parameters
    ----------
    model : SelectionModel
        A selection model.
    level : float, optional
        Level of the intervals; that of the model by default.
    """
    choices = model.choices
    if choices.decreasing or choices.kind == "truncest":
        raise InputError("profiles are not made with decreasing=True or an estimated cutpoint")
    level = model.level if level is None else check_level(level)
    sign = -1 if choices.alternative == "less" else 1
    data = mirrored(model.fit, sign, model.prec, model.selected)
    cut = sign * choices.steps[0] if choices.kind == "trunc" else math.nan
    problem = make_problem(data, choices, unselected(model.fit), cut=cut)
    top = solve(problem)
    drop = 0.5 * float(chdtri(1, 1 - level))
    p, unit = model.p, problem.scaling.unit
    rows: dict[str, tuple[float, float, float]] = {}
    if problem.climb.low[p] < problem.climb.high[p]:
        low, high = profile_limits(problem.climb, top, p, drop, se=model.tau2_se / unit**2)
        rows["tau2"] = (model.tau2, max(0.0, low) * unit**2, high * unit**2)
    for place, index in enumerate(np.flatnonzero(problem.working.free).tolist()):
        log = bool(problem.working.logs[place])
        size = float(model.delta[index]) if log else 1.0
        se = float(model.delta_se[index]) / size if size > 0 else math.nan
        low, high = profile_limits(problem.climb, top, p + 1 + place, drop, se=se)
        ends = (math.exp(low), math.exp(high)) if log else (max(low, choices.low[index]), high)
        rows[f"delta.{index + 1}"] = (float(model.delta[index]), *ends)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "ci_low", "ci_high"])
