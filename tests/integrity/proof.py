"""How well the checks do: faults are planted into honest tables one at a time, and honest tables are left alone.

``measure(checks, repetitions, seed)`` counts, for each check, how many planted faults it finds and how many findings it
has where nothing is wrong. The tests run it with few repetitions, the documentation with many.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from evidence.curate.integrity import EvidenceTables, all_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    import pandas as pd

    from evidence.curate.integrity import Check

    Frames = dict[str, pd.DataFrame]
    Plant = Callable[[Frames, np.random.Generator], str]

HERE = Path(__file__).resolve().parent
TRIALS = 20


def load(path: Path) -> ModuleType:
    """Import a file of this folder by its path, once."""
    name = f"_integrity_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # dataclasses look their module up
        spec.loader.exec_module(module)
    return sys.modules[name]


def plants() -> dict[str, Plant]:
    """Return what plants a fault for each check: `PLANTS` of every file ``plants_*.py``."""
    found: dict[str, Plant] = {}
    for path in sorted(HERE.glob("plants_*.py")):
        for name, plant in load(path).PLANTS.items():
            assert name not in found, f"two plants for {name}"
            found[name] = plant
    return found


@dataclass
class Score:
    """What was counted for one check.

    ``units`` are clean trials, or clean published syntheses for the checks that look into these.
    """

    planted: int = 0
    found: int = 0
    alarms: int = 0
    units: int = 0

    @property
    def power(self) -> float:
        """The share of planted faults that were found."""
        return self.found / self.planted if self.planted else float("nan")

    @property
    def false_alarms(self) -> float:
        """The false alarms per clean trial or synthesis."""
        return self.alarms / self.units if self.units else float("nan")


def copied(frames: Frames) -> Frames:
    """Return a copy that a plant may damage."""
    return {name: frame.copy() for name, frame in frames.items()}


class Lent(dict[str, "pd.DataFrame"]):
    """Clean tables of which each is copied when it is first asked for: a plant asks for few of them."""

    def __init__(self, frames: Frames) -> None:
        super().__init__(frames)
        self.own: set[str] = set()

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.own:
            self[name] = super().__getitem__(name).copy()
        return super().__getitem__(name)

    def __setitem__(self, name: str, frame: pd.DataFrame) -> None:
        self.own.add(name)
        super().__setitem__(name, frame)


class Damaged(EvidenceTables):
    """Tables with one fault: those that the plant did not ask for are read where they were read before."""

    def __init__(self, frames: Lent, honest: EvidenceTables) -> None:
        super().__init__(frames)
        object.__setattr__(self, "touched", frozenset(frames.own))
        object.__setattr__(self, "honest", honest)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table, read again only if the plant may have changed it."""
        return super().rows(table) if table in self.touched else self.honest.rows(table)


def measure(
    names: Iterable[str],
    *,
    repetitions: int,
    seed: int,
    first: int = 0,
    trials: int = TRIALS,
    planted_among: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Score]:
    """Return the score of each check named; every repetition is a new base, and a new place for each fault.

    Repetition number k is the same whatever `first` and `repetitions` are, so that parts can be counted apart. Faults
    are planted into the base that must raise no alarm, or into a smaller one of its own with `planted_among` trials.
    """
    clean_tables = load(HERE / "clean.py").clean_tables
    checks, planters = all_checks(), plants()
    scores = {name: Score() for name in names}
    for repetition in range(first, first + repetitions):
        rng = np.random.default_rng([seed, repetition])
        clean = clean_tables(rng, trials=trials)
        honest = EvidenceTables(clean)
        fertile, ground = clean, honest
        if planted_among is not None:
            fertile = clean_tables(np.random.default_rng([seed, repetition, 5]), trials=planted_among)
            ground = EvidenceTables(fertile)
        for name, score in scores.items():
            count_alarms(checks[name], honest, score)
            if name in planters:
                again = np.random.default_rng([seed, repetition, 1])
                count_found(checks[name], fertile, ground, planters[name], again, score)
        if progress is not None:
            progress(repetition + 1 - first)
    return scores


def count_alarms(check: Check, honest: EvidenceTables, score: Score) -> None:
    """Count the findings of a check where nothing is wrong."""
    score.alarms += len(list(check.run(honest)))
    score.units += len(honest.rows("review_reports" if check.group == "published-synthesis" else "studies"))


def count_found(
    check: Check, clean: Frames, honest: EvidenceTables, plant: Plant, rng: np.random.Generator, score: Score
) -> None:
    """Plant one fault, and count whether a finding of the check rests on the row in which it is."""
    lent = Lent(clean)
    place = plant(lent, rng)
    score.planted += 1
    score.found += any(place in finding.rows for finding in check.run(Damaged(lent, honest)))
