"""Write the table of agreement into docs/parity.md: run ``python docs/parity_table.py`` after changing a parity test.

It asks every parity test for its comparisons, and reports how many digits the worst of them shares with the reference.
"""

from __future__ import annotations

import importlib.util
import math
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from types import ModuleType

PARITY = Path(__file__).resolve().parent.parent / "tests" / "parity"
PAGE = Path(__file__).with_name("parity.md")
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
MOST_DIGITS = 13


def load_test(path: Path) -> ModuleType:
    """Import a test file by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def numbers(values: object) -> np.ndarray:
    """Return a flat array of floats, NaN where there is no number."""
    flat = np.ravel(np.array(values, dtype=object))
    return np.array([np.nan if value is None else float(value) for value in flat], dtype=float)


def digits(ours: object, reference: object, atol: float) -> tuple[int, float]:
    """Return how many numbers were compared and the digits that the worst pair shares."""
    one, other = numbers(ours), numbers(reference)
    found = np.isfinite(one) & np.isfinite(other)
    gap = np.abs(one[found] - other[found])
    size = np.abs(other[found])
    apart = (gap > atol) & (gap > 0)
    if not apart.any():
        return int(found.sum()), MOST_DIGITS
    relative = gap[apart] / np.maximum(size[apart], np.finfo(float).tiny)
    return int(found.sum()), min(MOST_DIGITS, max(0.0, -math.log10(relative.max())))


def rows() -> list[dict[str, object]]:
    """Return one row for each group of cases."""
    found = []
    for path in sorted(PARITY.glob("test_*.py")):
        module = load_test(path)
        groups: dict[str, list[dict]] = defaultdict(list)
        for case in module.CASES:
            groups[case["group"]].append(case)
        for group, cases in sorted(groups.items()):
            compared, worst = 0, float(MOST_DIGITS)
            for case in cases:
                for _, ours, reference, atol in module.compare(case):
                    count, shared = digits(ours, reference, atol)
                    compared += count
                    worst = min(worst, shared)
            found.append(
                {
                    "group": group,
                    "cases": len(cases),
                    "numbers": compared,
                    "asked": max(case["rtol"] for case in cases),
                    "digits": math.floor(worst + 1e-9),
                    "file": path.name,
                }
            )
    return found


def table(found: list[dict[str, object]]) -> str:
    """Return the rows as Markdown."""
    lines = ["| group | cases | numbers | asked for | worst agreement | test |", "|---|---:|---:|---:|---:|---|"]
    for row in found:
        asked = f"{row['asked']:.0e}".replace("e-0", "e-")
        shared = f"{row['digits']} digits" if row["digits"] != MOST_DIGITS else f"{MOST_DIGITS} digits or more"
        lines.append(f"| {row['group']} | {row['cases']} | {row['numbers']} | {asked} | {shared} | `{row['file']}` |")
    total = f"| **all** | **{sum(row['cases'] for row in found)}** | **{sum(row['numbers'] for row in found)}** | | | |"
    return "\n".join([*lines, total])


def main() -> None:
    """Replace the table in the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{table(rows())}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
