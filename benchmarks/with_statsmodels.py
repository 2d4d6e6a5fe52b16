"""statsmodels: combine_effects, effectsize_smd and StratifiedTable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from contender import Contender, watched
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.meta_analysis import combine_effects, effectsize_smd

if TYPE_CHECKING:
    from workloads import Workloads

__all__ = ["NOT_DONE", "contenders"]

COMPARED = 100
NOT_DONE = dict.fromkeys(
    ("single", "whole", "medium", "large", "many"), "no REML; its estimators are Paule–Mandel and DL"
)


def contenders(work: Workloads) -> dict[str, Contender]:
    """Return a contender for each job that it can do."""
    y, v = work.many_y.to_numpy()[:COMPARED], work.many_v.to_numpy()[:COMPARED]
    arms = [work.arms[name].to_numpy() for name in ("mean1", "sd1", "n1", "mean2", "sd2", "n2")]
    cells = work.tables.to_numpy(float).reshape(-1, 2, 2).transpose(1, 2, 0)
    yi, vi = work.small["yi"].to_numpy(), work.small["vi"].to_numpy()
    return {
        "single_pm": watched(
            lambda: combine_effects(yi, vi, method_re="pm", use_t=True),
            lambda found: {**_numbers(found), "ci": found.conf_int()[3]},
            note="also the fixed-effect model; no input checks, likelihoods or intervals",
        ),
        "many_dl": watched(
            lambda: [combine_effects(a, b, method_re="dl", use_t=True) for a, b in zip(y, v, strict=True)],
            lambda fits: {
                name: np.array([_numbers(found)[name] for found in fits]) for name in ("estimate", "se", "tau2")
            },
            scale=1 / COMPARED,
            note="100 fits in a loop; τ² may be negative",
        ),
        "effects_smd": watched(
            lambda: effectsize_smd(*arms),
            lambda found: {"yi": found[0], "vi": found[1]},
            note="no input checks, no table; approximate bias correction",
        ),
        "mantel_haenszel": watched(
            lambda: _stratified(cells), lambda found: found, note="no Q; other numbers computed when asked for"
        ),
    }


def _numbers(found: Any) -> dict[str, Any]:
    return {"estimate": found.mean_effect_re, "se": found.sd_eff_w_re_hksj, "tau2": found.tau2}


def _stratified(cells: Any) -> dict[str, Any]:
    table = StratifiedTable(cells)
    return {
        "estimate": table.logodds_pooled,
        "se": table.logodds_pooled_se,
        "cmh": table.test_null_odds(correction=True).statistic,
        "tarone": table.test_equal_odds(adjust=True).statistic,
    }
