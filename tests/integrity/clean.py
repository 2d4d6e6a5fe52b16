"""Honest evidence tables: people are simulated, statistics computed from them, and printed as papers round.

``clean_tables(rng, trials=20)`` gives every declared table, in its declared types. Nothing in them is wrong: means,
SDs, SEs, intervals, quartiles, counts, percentages and p-values belong to the same people, and published syntheses
really pool the trials that they list. What a check finds here is a false alarm; a fault planted here must be found.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from evidence.numbers import file_number
from evidence.tables.definitions import TABLES
from evidence.tables.io import typed

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.random import Generator

Rows = dict[str, list[dict[str, Any]]]


def part(name: str) -> ModuleType:
    """Import a file beside this one, once; tests are no package."""
    full = f"_integrity_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module  # dataclasses look their module up
        spec.loader.exec_module(module)
    return sys.modules[full]


def clean_tables(rng: Generator, trials: int = 20) -> dict[str, pd.DataFrame]:
    """Return the tables of an evidence base in which every printed number follows from the same people."""
    rows: Rows = {name: [] for name in TABLES}
    rows["sources"].append({"source_id": "S01", "url": "simulated", "kind": "full text", "trust": "high"})
    made = [part("clean_trials").Trial.draw(rng, number) for number in range(1, trials + 1)]
    for trial in made:
        trial.write(rows)
    part("clean_reviews").write_reviews(rng, made, rows)
    return {name: as_frame(name, rows[name]) for name in TABLES}


def as_frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a table in its declared types; a key that is no column is a mistake of this file."""
    names = TABLES[name].names
    unknown = {key for row in rows for key in row} - set(names)
    if unknown:
        raise KeyError(f"{name} has no column {sorted(unknown)}")
    cells = [[as_text(row.get(column)) for column in names] for row in rows]
    return typed(pd.DataFrame(cells, columns=list(names), dtype=object), TABLES[name])


def as_text(value: Any) -> str:
    """Return a cell as it stands in a file."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ";".join(value)
    return value if isinstance(value, str) else file_number(float(value))
