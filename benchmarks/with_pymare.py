"""PyMARE: likelihood and moment estimators, permutation tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contender import Contender, watched
from pymare import Dataset
from pymare.estimators import DerSimonianLaird, VarianceBasedLikelihoodEstimator

if TYPE_CHECKING:
    import pandas as pd
    from workloads import Workloads

__all__ = ["NOT_DONE", "contenders"]

COMPARED = 100
NOT_DONE = {"single_pm": "no Paule–Mandel"}


def contenders(work: Workloads) -> dict[str, Contender]:
    """Return a contender for each job that it can do."""
    y, v = work.many_y.to_numpy().T, work.many_v.to_numpy().T

    def batch(estimator: Any) -> Contender:
        return watched(
            lambda: _table(estimator().fit_dataset(Dataset(y, v)).summary()),
            lambda pair: {
                "estimate": pair[1]["est"][0, :COMPARED],
                "se": pair[1]["se"][0, :COMPARED],
                "tau2": pair[0].tau2.ravel()[:COMPARED],
            },
            scale=1 / y.shape[1],
            note="in one batch; p-values too, no Q",
        )

    note = "Q, I² and the interval of τ² only when asked for"
    return {
        "single": watched(lambda: _table(_fit(work.small)), _numbers, note=note),
        "whole": watched(lambda: _whole(work.small), lambda found: found, note="no prediction interval, no likelihood"),
        "medium": watched(lambda: _table(_fit(work.medium)), _numbers, note=note),
        "large": watched(lambda: _table(_fit(work.large)), _numbers, note=note),
        "many": batch(_reml),
        "many_dl": batch(DerSimonianLaird),
        "permutation_mean": _permuted(work, []),
        "permutation_moderator": _permuted(work, ["ablat"]),
    }


def _reml(correction: str = "knapp-hartung") -> Any:
    return VarianceBasedLikelihoodEstimator(method="REML", small_sample_correction=correction)


def _fit(data: pd.DataFrame) -> Any:
    return _reml().fit_dataset(Dataset(data["yi"].to_numpy(), data["vi"].to_numpy())).summary()


def _table(found: Any) -> tuple[Any, dict[str, Any]]:
    return found, found.get_fe_stats()


def _numbers(pair: tuple[Any, dict[str, Any]]) -> dict[str, Any]:
    found, stats = pair
    return {
        "estimate": stats["est"],
        "se": stats["se"],
        "tau2": found.tau2,
        "ci": (stats["ci_l"].item(), stats["ci_u"].item()),
    }


def _whole(data: pd.DataFrame) -> dict[str, Any]:
    found = _fit(data)
    stats, between, spread = found.get_fe_stats(), found.get_re_stats(), found.get_heterogeneity_stats()
    return {
        "estimate": stats["est"],
        "tau2_ci": (between["ci_l"].item(), between["ci_u"].item()),
        "q": spread["Q"],
    }


def _permuted(work: Workloads, names: list[str]) -> Contender:
    def fitted(data: pd.DataFrame) -> Any:
        dataset = Dataset(data=data, y="yi", v="vi", X=names) if names else Dataset(data=data, y="yi", v="vi")
        return _reml("wald").fit_dataset(dataset).summary()

    few, found = fitted(work.trials.head(6)), fitted(work.trials)

    def numbers() -> dict[str, Any]:
        return {"pvalue": few.permutation_test(n_perm=1000).perm_p["fe_p"]}

    return Contender(
        call=lambda: found.permutation_test(n_perm=1000),
        numbers=numbers,
        note="effects are dealt out instead of moderators" if names else "",
    )
