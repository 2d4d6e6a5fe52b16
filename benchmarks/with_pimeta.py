"""pimeta, a port of metafor to Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pimeta
from contender import Contender, watched
from jobs import SUBSETS

if TYPE_CHECKING:
    import pandas as pd
    from workloads import Workloads

__all__ = ["NOT_DONE", "contenders"]

LOOPED = 20
SAMPLED = 2000
NOT_DONE = {
    "large": "forms k × k matrices: 80 GB each",
    "glmm_random": "no such model",
    "glmm_conditional": "no such model",
}


def contenders(work: Workloads) -> dict[str, Contender]:
    """Return a contender for each job that it can do."""
    return {**_fits(work), **_rearranged(work), **_bias(work), **_counts(work)}


def _arrays(data: pd.DataFrame) -> tuple[Any, Any]:
    return data["yi"].to_numpy(), data["vi"].to_numpy()


def _numbers(found: Any) -> dict[str, Any]:
    return {
        "estimate": found.b[0],
        "se": found.se[0],
        "tau2": found.tau2,
        "ci": (found.ci_lb[0], found.ci_ub[0]),
    }


def _fits(work: Workloads) -> dict[str, Contender]:
    y, v = work.many_y.to_numpy()[:LOOPED], work.many_v.to_numpy()[:LOOPED]

    def one(data: pd.DataFrame, method: str = "REML", note: str = "") -> Contender:
        return watched(lambda: pimeta.rma(*_arrays(data), method=method, test="knha"), _numbers, note=note)

    def loop(method: str) -> Contender:
        return watched(
            lambda: [pimeta.rma(a, b, method=method, test="knha") for a, b in zip(y, v, strict=True)],
            lambda fits: {
                name: np.array([_numbers(found)[name] for found in fits]) for name in ("estimate", "se", "tau2")
            },
            scale=1 / LOOPED,
            note=f"{LOOPED} fits in a loop",
        )

    reports = _arrays(work.reports)
    return {
        "single": one(work.small),
        "single_pm": one(work.small, "PM"),
        "whole": watched(
            lambda: _whole(work.small), lambda found: found, note="limits of τ² found to a few digits only"
        ),
        "medium": one(work.medium, note="k × k matrices"),
        "many": loop("REML"),
        "many_dl": loop("DL"),
        "leave_one_out": watched(
            lambda: pimeta.leave1out(*reports),
            lambda found: {"estimate": found.estimate, "se": found.se, "tau2": found.tau2, "q": found.QE},
        ),
        "influence": watched(
            lambda: pimeta.influence(*reports),
            lambda found: {
                "rstudent": found.rstudent,
                "dffits": found.dffits,
                "cook_d": found.cook_d,
                "cov_r": found.cov_r,
                "tau2": found.tau2_del,
                "hat": found.hat,
                "dfbetas": np.ravel(found.dfbs),
            },
        ),
    }


def _whole(data: pd.DataFrame) -> dict[str, Any]:
    y, v = _arrays(data)
    fit = pimeta.rma(y, v, test="knha")
    between = pimeta.confint_tau2(y, v, fit.tau2)
    predicted = pimeta.predict_rma(fit.b[0], fit.se[0], fit.tau2, len(y), test="knha")
    return {
        "estimate": fit.b[0],
        "tau2_ci": (between.tau2_lb, between.tau2_ub),
        "pi": (predicted.pi_lb, predicted.pi_ub),
    }


def _rearranged(work: Workloads) -> dict[str, Contender]:
    y, v = _arrays(work.gosh)

    def subsets(method: str) -> Contender:
        def numbers() -> dict[str, Any]:
            found = pimeta.gosh(y[:8], v[:8], method=method)
            estimate = np.asarray(found.estimate)
            return {
                "estimate": (estimate.mean(), estimate.min(), estimate.max()),
                "q": (np.sum(found.QE), np.max(found.QE)),
            }

        return Contender(
            call=lambda: pimeta.gosh(y, v, method=method, subsets=SAMPLED, seed=1),
            numbers=numbers,
            scale=SUBSETS / SAMPLED,
            note="2,000 subsets, scaled to all",
        )

    def permuted(*names: str) -> Contender:
        def fit(data: pd.DataFrame) -> Any:
            return pimeta.rma(*_arrays(data), mods=data[list(names)].to_numpy() if names else None)

        few, whole = fit(work.trials.head(6)), fit(work.trials)

        def numbers() -> dict[str, Any]:
            found = pimeta.permutest(few, exact=True)
            return {"pvalue": found.pval, "statistic": found.zval}

        return Contender(call=lambda: pimeta.permutest(whole, iter=1000, seed=1), numbers=numbers)

    return {
        "gosh_ee": subsets("FE"),
        "gosh_dl": subsets("DL"),
        "permutation_mean": permuted(),
        "permutation_moderator": permuted("ablat"),
    }


def _bias(work: Workloads) -> dict[str, Contender]:
    y, v = _arrays(work.exposure)
    by_ml = pimeta.rma(y, v, method="ML")
    return {
        "selection": watched(
            lambda: pimeta.selmodel(by_ml, "stepfun", steps=[0.025]),
            lambda found: {
                "estimate": np.ravel(found.b)[0],
                "se": np.ravel(found.se)[0],
                "tau2": found.tau2,
                "delta": np.ravel(found.delta)[-1],
                "loglik": found.ll,
            },
        ),
        "trim_and_fill": watched(
            lambda: pimeta.trimfill(y, v),
            lambda found: {
                "k0": found.k0,
                "estimate": found.filled_effect,
                "se": found.filled_se,
                "tau2": found.filled_tau2,
            },
        ),
    }


def _counts(work: Workloads) -> dict[str, Contender]:
    arms, cells = work.arms, [work.tables[name].tolist() for name in work.tables.columns]
    named = {"m1i": "mean1", "sd1i": "sd1", "n1i": "n1", "m2i": "mean2", "sd2i": "sd2", "n2i": "n2"}
    means = {theirs: arms[ours].tolist() for theirs, ours in named.items()}
    return {
        "effects_smd": watched(lambda: pimeta.escalc("SMD", **means), lambda found: {"yi": found.yi, "vi": found.vi}),
        "mantel_haenszel": watched(
            lambda: pimeta.rma_mh(*cells, measure="OR"),
            lambda found: {"estimate": np.ravel(found.beta)[0], "se": np.ravel(found.se)[0], "q": found.QE},
        ),
        "glmm_fixed": watched(
            lambda: pimeta.rma_glmm("OR", *cells),
            lambda found: {"estimate": np.ravel(found.beta)[0], "se": np.ravel(found.se)[0], "tau2": found.tau2},
        ),
    }
