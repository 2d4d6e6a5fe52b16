"""PyMetaAnalysis (imported as meta_analyze)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import meta_analyze as ma
import numpy as np
from contender import Contender, watched

if TYPE_CHECKING:
    import pandas as pd
    from workloads import Workloads

__all__ = ["NOT_DONE", "contenders"]

COMPARED = 100
NOT_DONE = {"influence": "for meta-regression only"}


def contenders(work: Workloads) -> dict[str, Contender]:
    """Return a contender for each job that it can do."""
    y, v = work.many_y.to_numpy()[:COMPARED], work.many_v.to_numpy()[:COMPARED]

    def one(data: pd.DataFrame, method: str = "REML") -> Contender:
        return watched(
            lambda: _fit(data["yi"].to_numpy(), data["vi"].to_numpy(), method), _numbers, note="no likelihoods"
        )

    def loop(method: str) -> Contender:
        return watched(
            lambda: [_fit(a, b, method) for a, b in zip(y, v, strict=True)],
            lambda fits: {
                name: np.array([_numbers(found)[name] for found in fits]) for name in ("estimate", "se", "tau2")
            },
            scale=1 / COMPARED,
            note="100 fits in a loop",
        )

    reports = _fit(work.reports["yi"].to_numpy(), work.reports["vi"].to_numpy(), "REML", "normal")
    exposure = _fit(work.exposure["yi"].to_numpy(), work.exposure["vi"].to_numpy(), "REML", "normal")
    tables = work.tables
    return {
        "single": one(work.small),
        "single_pm": one(work.small, "PM"),
        "whole": watched(
            lambda: _whole(work.small), lambda found: found, note="its prediction interval is another; no likelihood"
        ),
        "medium": one(work.medium),
        "large": one(work.large),
        "many": loop("REML"),
        "many_dl": loop("DL"),
        "leave_one_out": watched(reports.leave_one_out, _deleted),
        "trim_and_fill": watched(
            exposure.trim_and_fill,
            lambda found: {
                "k0": found.k0,
                "estimate": found.adjusted_estimate,
                "se": found.adjusted_result.standard_error,
                "tau2": found.adjusted_tau2,
            },
        ),
        "mantel_haenszel": watched(
            lambda: ma.meta_binary(
                event_treat=tables["events1"].to_numpy(),
                n_treat=(tables["events1"] + tables["nonevents1"]).to_numpy(),
                event_control=tables["events2"].to_numpy(),
                n_control=(tables["events2"] + tables["nonevents2"]).to_numpy(),
                measure="OR",
                method="MH",
            ),
            lambda found: {"estimate": found.estimate, "se": found.standard_error},
            note="no tests of association and homogeneity",
        ),
    }


def _fit(yi: Any, vi: Any, method: str, interval: str = "hartung_knapp") -> Any:
    return ma.meta_analysis(effect=yi, variance=vi, tau2_method=method, ci_method=interval)


def _numbers(found: Any) -> dict[str, Any]:
    return {
        "estimate": found.estimate,
        "se": found.standard_error,
        "tau2": found.tau2,
        "ci": (found.ci_low, found.ci_high),
    }


def _whole(data: pd.DataFrame) -> dict[str, Any]:
    found = _fit(data["yi"].to_numpy(), data["vi"].to_numpy(), "REML")
    between = found.tau2_confidence_interval()
    return {
        "estimate": found.estimate,
        "tau2_ci": (between.ci_low, between.ci_high),
        "i2_ci": (100 * between.i2_ci_low, 100 * between.i2_ci_high),
    }


def _deleted(found: Any) -> dict[str, Any]:
    return {
        "estimate": [one.estimate for one in found.results],
        "se": [one.standard_error for one in found.results],
        "tau2": [one.tau2 for one in found.results],
        "q": [one.q for one in found.results],
    }
