"""This package's side of every job."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from contender import Contender, watched

from evidence.counts import glmm, mantel_haenszel
from evidence.diagnose import gosh, influence, leave_one_out, permutation_test
from evidence.diagnose.small_study import trim_and_fill
from evidence.effects import effect_sizes
from evidence.pool import pool, pool_many

if TYPE_CHECKING:
    import pandas as pd
    from workloads import Workloads

__all__ = ["contenders", "fit_of"]

COMPARED = 100


def fit_of(data: pd.DataFrame, **options: Any) -> Any:
    """Pool the columns yi and vi."""
    return pool(data["yi"].to_numpy(), data["vi"].to_numpy(), **options)


def contenders(work: Workloads) -> dict[str, Contender]:
    """Return this package's contender for each job that it can do."""
    return {**_fits(work), **_many(work), **_deletions(work), **_rearranged(work), **_bias(work), **_counts(work)}


def _summary(fit: Any) -> dict[str, Any]:
    return {"estimate": fit.estimate, "se": fit.se, "tau2": fit.tau2, "ci": fit.ci}


def _fits(work: Workloads) -> dict[str, Contender]:
    def simple(data: pd.DataFrame, **options: Any) -> Contender:
        yi, vi = data["yi"].to_numpy(), data["vi"].to_numpy()
        return watched(lambda: pool(yi, vi, **options), _summary)

    def everything() -> dict[str, Any]:
        fit = fit_of(work.small)
        return {
            "estimate": fit.estimate,
            "tau2_ci": fit.tau2_ci,
            "i2_ci": fit.i2_ci,
            "pi": fit.pi,
            "loglik": fit.reml.loglik,
        }

    return {
        "single": simple(work.small),
        "single_pm": simple(work.small, tau2="PM"),
        "whole": watched(everything, lambda found: found),
        "medium": simple(work.medium),
        "large": simple(work.large),
    }


def _many(work: Workloads) -> dict[str, Contender]:
    y, v = work.many_y.to_numpy(), work.many_v.to_numpy()

    def batch(**options: Any) -> Contender:
        return watched(
            lambda: pool_many(y, v, **options),
            lambda fits: {
                "estimate": fits.estimate[:COMPARED],
                "se": fits.se[:COMPARED, 0],
                "tau2": fits.tau2[:COMPARED],
            },
            scale=1 / len(y),
        )

    found = {"many": batch(), "many_dl": batch(tau2="DL")}
    if find_spec("numba") is not None:
        found["many_numba"] = batch(engine="numba")
    return found


def _deletions(work: Workloads) -> dict[str, Contender]:
    fit = fit_of(work.reports, test="z")
    return {
        "leave_one_out": watched(
            lambda: leave_one_out(fit),
            lambda found: {name: getattr(found.rows, name) for name in ("estimate", "se", "tau2", "q")},
        ),
        "influence": watched(
            lambda: influence(fit),
            lambda found: {
                "rstudent": found.rstudent,
                "dffits": found.dffits,
                "cook_d": found.cook_d,
                "cov_r": found.cov_r,
                "tau2": found.tau2_del,
                "hat": found.hat,
                "dfbetas": found.dfbetas[:, 0],
            },
        ),
    }


def _rearranged(work: Workloads) -> dict[str, Contender]:
    def subsets(method: str) -> Contender:
        fit, few = fit_of(work.gosh, tau2=method), fit_of(work.gosh.head(8), tau2=method)

        def numbers() -> dict[str, Any]:
            found = gosh(few)
            estimate = found.coef[:, 0]
            return {
                "estimate": (estimate.mean(), estimate.min(), estimate.max()),
                "q": (found.q.sum(), found.q.max()),
            }

        return Contender(call=lambda: gosh(fit), numbers=numbers)

    def permuted(mods: str | None) -> Contender:
        # the first six trials have few enough arrangements for all contenders to go through all of them
        few = pool("yi", "vi", mods=mods, data=work.trials.head(6), test="z")
        fit = pool("yi", "vi", mods=mods, data=work.trials, test="z")

        def numbers() -> dict[str, Any]:
            found = permutation_test(few, exact=True)
            return {"pvalue": found.pvalue, "statistic": found.statistic}

        return Contender(call=lambda: permutation_test(fit, iterations=1000, seed=1), numbers=numbers)

    return {
        "gosh_ee": subsets("EE"),
        "gosh_dl": subsets("DL"),
        "permutation_mean": permuted(None),
        "permutation_moderator": permuted("~ ablat"),
    }


def _bias(work: Workloads) -> dict[str, Contender]:
    fit = fit_of(work.exposure, test="z")
    found = {
        "trim_and_fill": watched(
            lambda: trim_and_fill(fit),
            lambda found: {
                "k0": found.k0,
                **{name: getattr(found.filled, name) for name in ("estimate", "se", "tau2")},
            },
        )
    }
    try:
        from evidence.diagnose.selection import selection_model
    except ImportError:
        return found
    by_ml = fit_of(work.exposure, tau2="ML", test="z")
    found["selection"] = watched(
        lambda: selection_model(by_ml, "3PSM"),
        lambda model: {
            "estimate": model.estimate,
            "se": model.se,
            "tau2": model.tau2,
            "delta": model.delta[-1],
            "loglik": model.loglik,
        },
    )
    return found


def _counts(work: Workloads) -> dict[str, Contender]:
    def mixed(model: str, nagq: int) -> Contender:
        return watched(
            lambda: glmm(work.tables, "OR", model=model, nagq=nagq),
            lambda fit: {"estimate": fit.estimate, "se": fit.se, "tau2": fit.tau2},
        )

    return {
        "effects_smd": watched(
            lambda: effect_sizes(work.arms, "SMD"),
            lambda table: {"yi": table["yi"].to_numpy(), "vi": table["vi"].to_numpy()},
        ),
        "mantel_haenszel": watched(
            lambda: mantel_haenszel(work.tables, "OR"),
            lambda found: {
                "estimate": found.estimate,
                "se": found.se,
                "q": found.q,
                "cmh": found.cmh.statistic,
                "tarone": found.tarone.statistic,
            },
        ),
        "glmm_fixed": mixed("UM.FS", 7),
        "glmm_random": mixed("UM.RS", 1),
        "glmm_conditional": mixed("CM.AL", 7),
    }
