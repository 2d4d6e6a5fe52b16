"""How fast the engine pools, as a ratio in one run against statsmodels' own meta-analysis.

Run with ``python benchmarks/pool_speed.py``. Each line is the median of several pairs of runs, one after the other, so
that a drifting machine drifts for both. The peer is ``statsmodels.stats.meta_analysis.combine_effects`` with
Paule–Mandel. In a single fit ours does more: input checks, likelihoods, Q-profile and prediction intervals. With many
small meta-analyses both do the same: τ², the estimate, its standard error.
"""

from __future__ import annotations

import statistics
import time
import warnings
from typing import TYPE_CHECKING

import numpy as np
from statsmodels.stats.meta_analysis import combine_effects

import evidence as ev
from evidence.pool import pool_many

if TYPE_CHECKING:
    from collections.abc import Callable


def clock(job: Callable[[], object]) -> float:
    """Return the seconds that one run takes."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def compare(name: str, ours: Callable[[], object], peer: Callable[[], object], pairs: int = 7) -> None:
    """Print the median times and the median of the ratios, pair by pair."""
    ours(), peer()
    runs = [(clock(ours), clock(peer)) for _ in range(pairs)]
    mine, theirs = (statistics.median(column) for column in zip(*runs, strict=True))
    ratio = statistics.median(b / a for a, b in runs)
    print(f"{name:<46}{1000 * mine:>10.2f} ms{1000 * theirs:>12.2f} ms{ratio:>9.1f} ×")


def main() -> None:
    """Compare one fit of several sizes, and ten thousand small ones."""
    rng = np.random.default_rng(20261122)
    print(f"{'job':<46}{'evidence':>13}{'statsmodels':>15}{'faster':>11}")
    for k in (10, 1000, 100_000):
        v = rng.uniform(0.01, 0.2, k)
        y = rng.normal(0.3, np.sqrt(v + 0.05))
        compare(
            f"one fit, k = {k}, Paule–Mandel",
            lambda y=y, v=v: ev.pool(y, v, tau2="PM", test="z"),
            lambda y=y, v=v: combine_effects(y, v, method_re="pm"),
        )
    many_v = rng.uniform(0.01, 0.2, (2000, 10))
    many_y = rng.normal(0.3, np.sqrt(many_v + 0.05))
    compare(
        "2,000 meta-analyses of 10 trials, Paule–Mandel",
        lambda: pool_many(many_y, many_v, tau2="PM", test="z"),
        lambda: [combine_effects(y, v, method_re="pm") for y, v in zip(many_y, many_v, strict=True)],
        pairs=3,
    )


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        main()
