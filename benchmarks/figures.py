"""How long a forest plot of 20 studies takes, beside metafor's and beside bare matplotlib without a table.

::

    python benchmarks/figures.py                measure and print
    python benchmarks/figures.py --rounds 5     fewer rounds

Every contender draws the same studies into a file in memory or on disk, in turn, each round beginning with another one.
The clock runs from the data, or the fit, to the finished file; R and matplotlib have been started and have drawn once.
metafor draws study, two text columns, plot, weight, effect and prediction interval; bare matplotlib draws squares,
intervals and names through pyplot, and nothing else. A further line gives the first figure of a new process, from the
import on.
"""

from __future__ import annotations

import argparse
import csv
import io
import math
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from page import show_number, show_time
from timing import Pace, repeated, time_rounds

from evidence.plot import ForestData, ForestRow, ForestSummary, forest
from evidence.plot.page.save import figure_bytes
from evidence.pool import pool

if TYPE_CHECKING:
    from collections.abc import Callable

    from evidence.plot.page.style import PresetName

STUDIES, TARGET = 20, 0.4
SCRIPT = Path(__file__).with_name("figures_speed.R")
FIRST = "from figures import forest_plot, figure_bytes, forest; figure_bytes(forest(forest_plot()), 'svg')"


def studies() -> list[dict[str, Any]]:
    """Return twenty invented studies: log risk ratios, variances and events by group."""
    rng = random.Random(20)
    rows = []
    for number in range(STUDIES):
        n = rng.randint(20, 200)
        first, second = rng.randint(5, n // 2), rng.randint(4, n // 2)
        yi, vi = math.log(first / second), 1 / first + 1 / second - 2 / n
        events = {"first": f"{first}/{n}", "second": f"{second}/{n}"}
        rows.append({"study": f"Author {number + 1} {2000 + number}", "yi": yi, "vi": vi, **events})
    return rows


def forest_plot() -> ForestData:
    """Return the same studies as the data of a forest plot, pooled by REML with HKSJ."""
    rows = studies()
    fit = pool([row["yi"] for row in rows], [row["vi"] for row in rows], tau2="REML", test="hksj")
    shown = tuple(
        ForestRow(
            label=row["study"],
            estimate=math.exp(row["yi"]),
            ci_low=math.exp(row["yi"] - 1.96 * row["vi"] ** 0.5),
            ci_high=math.exp(row["yi"] + 1.96 * row["vi"] ** 0.5),
            weight=float(weight),
            cells=(row["first"], row["second"]),
        )
        for row, weight in zip(rows, 100 * fit.weights / fit.weights.sum(), strict=True)
    )
    values = [math.exp(value) for value in (fit.estimate, *fit.ci, *fit.pi)]
    names = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
    total = ForestSummary(label="Total", weight=100.0, cells=("", ""), **dict(zip(names, values, strict=True)))
    return ForestData(
        rows=shown,
        overall=total,
        measure="Risk ratio",
        ratio=True,
        null=1.0,
        columns=("Treatment\nn/N", "Control\nn/N"),
    )


def bare() -> None:
    """Draw squares, intervals and names with pyplot, and nothing else."""
    from matplotlib import pyplot as plt

    rows = studies()
    figure, axes = plt.subplots(figsize=(174 / 25.4, 5))
    values = [math.exp(row["yi"]) for row in rows]
    ends = [
        [value - math.exp(row["yi"] - 1.96 * row["vi"] ** 0.5) for value, row in zip(values, rows, strict=True)],
        [math.exp(row["yi"] + 1.96 * row["vi"] ** 0.5) - value for value, row in zip(values, rows, strict=True)],
    ]
    axes.errorbar(values, range(STUDIES), xerr=ends, fmt="s")
    axes.set_xscale("log")
    axes.axvline(1.0)
    axes.set_yticks(range(STUDIES), [row["study"] for row in rows])
    figure.savefig(io.BytesIO(), format="svg", bbox_inches="tight")
    plt.close(figure)


class Metafor:
    """A running R process that draws the same studies."""

    def __init__(self, folder: Path) -> None:
        path = folder / "studies.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=("study", "yi", "vi", "first", "second"))
            writer.writeheader()
            writer.writerows(studies())
        command = ["Rscript", "--vanilla", str(SCRIPT), str(path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.versions = self.ask("info")

    def ask(self, request: str) -> str:
        """Send one request and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        if not answer:
            raise RuntimeError("R has stopped; are R and metafor installed?")
        return answer

    def run(self, kind: str) -> Callable[[int], tuple[float, float]]:
        """Return a function that draws n figures and returns the median and the least of their seconds in R."""

        def seconds(n: int) -> tuple[float, float]:
            median, fastest = self.ask(f"{kind} {n}").split()
            return float(median), float(fastest)

        return seconds

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)


def first_figure(times: int) -> float:
    """Return the median of the seconds that a new process takes for its first figure, from the start on."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", FIRST], check=True, cwd=SCRIPT.parent)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    data = forest_plot()

    def ours(preset: PresetName, kind: str) -> Callable[[int], tuple[float, float]]:
        return repeated(lambda: figure_bytes(forest(data, preset=preset), kind))

    runs = {
        "evidence, house, SVG": ours("house", "svg"),
        "evidence, cochrane, SVG": ours("cochrane", "svg"),
        "evidence, house, PDF": ours("house", "pdf"),
        "bare matplotlib, SVG, no table": repeated(bare),
    }
    with tempfile.TemporaryDirectory() as folder:
        peer = Metafor(Path(folder)) if shutil.which("Rscript") else None
        if peer:
            runs |= {"metafor::forest, SVG": peer.run("svg"), "metafor::forest, PDF": peer.run("pdf")}
        found = time_rounds(runs, Pace(rounds=asked.rounds, least=0.3, patience=60.0))
        print(f"{peer.versions if peer else 'no R'} · k = {STUDIES}")
        if peer:
            peer.stop()
    own = found["evidence, house, SVG"]
    print("| figure | median | fastest | beside `evidence`, house, SVG |\n|---|---:|---:|---:|")
    for name, sample in found.items():
        ratio = min(sample.median / own.median, sample.fastest / own.fastest, key=lambda value: abs(math.log(value)))
        print(f"| {name} | {show_time(sample.median)} | {show_time(sample.fastest)} | {show_number(ratio)} × |")
    print(f"\nfirst figure of a new process: {show_time(first_figure(3))}")
    print(f"target {show_time(TARGET)}: {'met' if own.median <= TARGET else 'missed'}")


if __name__ == "__main__":
    main()
