"""Interleaved timing: every contender takes its turn in each round, so that a machine that drifts drifts for all.

In its turn a contender makes many calls, each timed alone; their median counts. Where other programs take the
processor away now and then, the mean of the calls would be about them. Calls that last longer than a program keeps the
processor are disturbed all the same, and short ones not: so the fastest call is kept beside the median.
"""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Pace", "Sample", "repeated", "time_rounds"]

_MOST_CALLS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long to measure.

    Attributes
    ----------
    rounds : int
        Rounds, and so samples of each contender.
    least : float
        Seconds that a sample should last at least; fast calls are repeated within it.
    patience : float
        Seconds after which a contender takes part in no further round.
    """

    rounds: int = 15
    least: float = 0.05
    patience: float = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Seconds per call: the median of all turns, the fastest call of all; how many turns, and calls in each."""

    median: float
    fastest: float
    samples: int
    calls: int


def repeated(call: Callable[[], object]) -> Callable[[int], tuple[float, float]]:
    """Return a function that calls n times and returns the median and the least of the seconds that a call takes."""

    def run(n: int) -> tuple[float, float]:
        seconds = []
        for _ in range(n):
            start = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - start)
        return statistics.median(seconds), min(seconds)

    return run


def time_rounds(runs: Mapping[str, Callable[[int], tuple[float, float]]], pace: Pace) -> dict[str, Sample]:
    """Time all contenders in rounds, each round beginning with another of them.

    Parameters
    ----------
    runs : mapping of str to callable
        For each contender a function that makes n calls and returns the median and the least of their seconds.
    pace : Pace
        How long to measure.
    """
    calls, spent = {}, {}
    for name, run in runs.items():
        start = time.perf_counter()
        once = min(run(1)[1], run(1)[1])
        spent[name] = time.perf_counter() - start
        calls[name] = max(1, min(_MOST_CALLS, round(pace.least / max(once, 1e-9))))
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    order = list(runs)
    for _ in range(pace.rounds):
        gc.collect()
        for name in order:
            if seconds[name] and spent[name] > pace.patience:
                continue
            start = time.perf_counter()
            seconds[name].append(runs[name](calls[name]))
            spent[name] += time.perf_counter() - start
        order = [*order[1:], order[0]]
    return {
        name: Sample(
            median=statistics.median(median for median, _ in values),
            fastest=min(fastest for _, fastest in values),
            samples=len(values),
            calls=calls[name],
        )
        for name, values in seconds.items()
    }
