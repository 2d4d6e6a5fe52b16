"""The data of the benchmarks: published tables of the parity tests, and seeded draws where size is the point."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["Workloads", "load_workloads", "write_workloads"]

TABLES = Path(__file__).resolve().parent.parent / "tests" / "parity" / "data"
SEED = 20261122


@dataclass(frozen=True, slots=True, kw_only=True)
class Workloads:
    """Tables; the first four and `gosh` have columns yi and vi.

    Attributes
    ----------
    small, medium, large : DataFrame
        Drawn: 10, 1,000 and 100,000 studies with τ² = 0.05.
    trials : DataFrame
        13 trials of BCG vaccine (Colditz 1994), log risk ratios, with the latitude ``ablat``.
    reports : DataFrame
        48 trials of writing to learn (Bangert-Drowns 2004), standardised mean differences.
    exposure : DataFrame
        37 studies of passive smoking (Hackshaw 1998), log odds ratios.
    gosh : DataFrame
        The first 20 of `reports`.
    tables : DataFrame
        The 2×2 tables of the 13 trials.
    arms : DataFrame
        Drawn: 1,000 rows of two groups' means, standard deviations and sizes.
    many_y, many_v : DataFrame
        Drawn: 10,000 meta-analyses of 10 studies, one a row.
    """

    small: pd.DataFrame
    medium: pd.DataFrame
    large: pd.DataFrame
    trials: pd.DataFrame
    reports: pd.DataFrame
    exposure: pd.DataFrame
    gosh: pd.DataFrame
    tables: pd.DataFrame
    arms: pd.DataFrame
    many_y: pd.DataFrame
    many_v: pd.DataFrame


def load_workloads() -> Workloads:
    """Read and draw the data."""
    rng = np.random.default_rng(SEED)
    reports = _read("pool_bangertdrowns2004.csv")
    many_v = rng.uniform(0.01, 0.2, (10_000, 10))
    return Workloads(
        small=_drawn(rng, 10),
        medium=_drawn(rng, 1000),
        large=_drawn(rng, 100_000),
        trials=_read("pool_colditz1994.csv"),
        reports=reports,
        exposure=_read("pool_hackshaw1998.csv"),
        gosh=reports.head(20),
        tables=_read("effects_colditz1994.csv"),
        arms=_arms(rng, 1000),
        many_y=pd.DataFrame(rng.normal(0.3, np.sqrt(many_v + 0.05))),
        many_v=pd.DataFrame(many_v),
    )


def write_workloads(work: Workloads, folder: Path) -> None:
    """Write every table as a CSV file at full precision."""
    for field in fields(work):
        getattr(work, field.name).to_csv(folder / f"{field.name}.csv", index=False, float_format="%.17g")


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(TABLES / name, comment="#")


def _drawn(rng: np.random.Generator, k: int) -> pd.DataFrame:
    vi = rng.uniform(0.01, 0.2, k)
    return pd.DataFrame({"yi": rng.normal(0.3, np.sqrt(vi + 0.05)), "vi": vi})


def _arms(rng: np.random.Generator, rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "mean1": rng.normal(10.0, 2.0, rows).round(2),
            "sd1": rng.uniform(2.0, 4.0, rows).round(2),
            "n1": rng.integers(10, 80, rows),
            "mean2": rng.normal(9.0, 2.0, rows).round(2),
            "sd2": rng.uniform(2.0, 4.0, rows).round(2),
            "n2": rng.integers(10, 80, rows),
        }
    )
