"""Write the checks, and how well they do, into docs/integrity.md: run ``python docs/integrity_table.py``.

Run it after changing a check, its plant or the clean tables. ``--repetitions`` (200) is the number of simulated
bases; ``--seed`` the first part of each base's seed. It takes some minutes.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.curate.integrity import all_checks

if TYPE_CHECKING:
    from types import ModuleType

PROOF = Path(__file__).resolve().parent.parent / "tests" / "integrity" / "proof.py"
PAGE = Path(__file__).with_name("integrity.md")
GROUPS = {
    "within-trial": "Within a trial",
    "published-synthesis": "Within a published synthesis",
    "between-sources": "Between sources",
}
PART = 25
UNITS = {"within-trial": "trials", "published-synthesis": "syntheses", "between-sources": "trials"}


def load_proof() -> ModuleType:
    """Import what plants and counts."""
    spec = importlib.util.spec_from_file_location("_integrity_proof", PROOF)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def catalogue() -> str:
    """Return what each check asks, how it computes and where that was published."""
    lines = []
    for group, title in GROUPS.items():
        lines += [f"### {title}", ""]
        for check in (check for check in all_checks().values() if check.group == group):
            source = check.source or "plain arithmetic"
            lines += [
                f"**`{check.id}`** {check.title}",
                "",
                f"{check.method} *Source: {source}.*".replace("..*", ".*"),
                "",
            ]
    return "\n".join(lines)


def table(scores: dict, planted_for: dict, repetitions: int, seed: int, trials: int) -> str:
    """Return the measured power and false alarms."""
    lines = [
        f"{repetitions:,} simulated bases of {trials} trials each; seed {seed}. One fault is planted at a time.",
        "",
        "| check | what is planted | faults | found | clean units | false alarms | per unit |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for name, score in scores.items():
        unit = UNITS[all_checks()[name].group]
        cells = (
            name,
            first_line(planted_for[name]),
            f"{score.planted:,}",
            f"{100 * score.power:.1f}%",
            f"{score.units:,} {unit}",
            f"{score.alarms:,}",
        )
        lines.append(f"| {' | '.join(cells)} | {100 * score.false_alarms:.2f}% |")
    planted, found = sum(s.planted for s in scores.values()), sum(s.found for s in scores.values())
    alarms = sum(score.alarms for score in scores.values())
    clean = repetitions * trials
    total = (
        "all checks together",
        "",
        f"{planted:,}",
        f"{100 * found / planted:.1f}%",
        f"{clean:,} trials",
        f"{alarms:,}",
    )
    lines.append(f"| **{total[0]}** | {' | '.join(total[1:])} | {100 * alarms / clean:.2f}% |")
    return "\n".join(lines)


def first_line(plant: object) -> str:
    """Return in a line what a plant does."""
    return (plant.__doc__ or "").strip().partition("\n")[0]


def replaced(page: str, name: str, content: str) -> str:
    """Return the page with the part between two marks replaced."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{content.strip()}\n{end}{after}"


def counted(seed: int, first: int, repetitions: int) -> dict:
    """Return the scores of some of the repetitions."""
    return load_proof().measure(all_checks(), repetitions=repetitions, seed=seed, first=first)


def measured(seed: int, repetitions: int, jobs: int) -> dict:
    """Return the scores of all repetitions, in parts that processes share."""
    sizes = [min(PART, repetitions - first) for first in range(0, repetitions, PART)]
    firsts = range(0, repetitions, PART)
    totals: dict = {}
    with ProcessPoolExecutor(jobs) as pool:
        parts = pool.map(counted, [seed] * len(sizes), firsts, sizes)
        for done, scores in enumerate(parts, start=1):
            for name, score in scores.items():
                total = totals.setdefault(name, score)
                if total is not score:
                    for field in ("planted", "found", "alarms", "units"):
                        setattr(total, field, getattr(total, field) + getattr(score, field))
            sys.stderr.write(f"{done} of {len(sizes)} parts\n")
    return totals


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="Processes.")
    parser.add_argument("--catalogue-only", action="store_true", help="Leave the measured table as it is.")
    given = parser.parse_args()
    page = replaced(PAGE.read_text(encoding="utf-8"), "checks", catalogue())
    if not given.catalogue_only:
        proof = load_proof()
        scores = measured(given.seed, given.repetitions, given.jobs)
        page = replaced(page, "table", table(scores, proof.plants(), given.repetitions, given.seed, proof.TRIALS))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
