"""How long the pages of the report take, beside other ways to make pages of the same results, in one run.

::

    python benchmarks/report.py             the shipped base
    python benchmarks/report.py FOLDER      another review
    python benchmarks/report.py --json FILE also write the numbers

Measured are the whole site, given the answers; Jinja2 alone, filling the same templates with what they read already
prepared, which is the least that these pages can take; and, as what somebody would write who had only the result
tables, pandas' styler and great-tables on those tables: no pages for questions, no way back to the sources. Beside them
stands what a build does before it writes the report: computing all answers and their tables.
"""

from __future__ import annotations

import argparse
import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import threads  # noqa: F401 - before numpy
from page import show_number, show_time
from timing import Pace, repeated, time_rounds

import evidence as ev
from evidence.report import judge_claims, tables, write_site
from evidence.report.site import drawn_suffixes, environment, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from evidence.answers import Answer
    from evidence.base import EvidenceBase

ROOT = Path(__file__).resolve().parent.parent
FRAMES = ("effects", "pooled", "not_pooled", "exclusions", "sensitivity")
OURS = "evidence, the whole site"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    base = ev.load(options.folder)
    answers = base.answers()
    jobs = _jobs(base, answers)
    found = time_rounds({name: repeated(call) for name, call in jobs.items()}, Pace(rounds=5, least=0.2, patience=30))
    files = jobs[OURS]()
    pages = [content for name, content in files.items() if name.endswith(".html")]
    size = sum(map(len, files.values())) / 1e6
    print(f"{len(answers)} questions: {len(files)} files of {size:.1f} MB, {len(pages)} of them pages")
    for name, sample in found.items():
        ratio = sample.median / found[OURS].median
        print(
            f"{name:42} {show_time(sample.median):>8}  fastest {show_time(sample.fastest):>8}  {show_number(ratio)} ×"
        )
    if options.json is not None:
        numbers = {name: {"median": sample.median, "fastest": sample.fastest} for name, sample in found.items()}
        options.json.write_text(json.dumps(numbers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _jobs(base: EvidenceBase, answers: dict[str, Answer]) -> dict[str, Callable[[], Any]]:
    claims = judge_claims(base, answers)
    figures = {name: drawn_suffixes(answer.shown) for name, answer in answers.items()}
    frames = [getattr(tables, f"{name}_frame")(answers) for name in FRAMES]
    jobs: dict[str, Callable[[], Any]] = {
        OURS: lambda: write_site(base, answers, claims, figures),
        f"Jinja2 {version('jinja2')} alone, the same pages": _templates_alone(base, answers, claims, figures),
        "pandas' styler, the result tables": lambda: [frame.style.to_html() for frame in frames],
        "a build before the report": lambda: [getattr(tables, f"{name}_frame")(base.answers()) for name in FRAMES[:1]],
    }
    try:
        import great_tables
    except ImportError:
        print("great-tables is not installed, and so not compared")
    else:
        name = f"great-tables {version('great-tables')}, the result tables"
        jobs[name] = lambda: [great_tables.GT(frame).as_raw_html() for frame in frames]
    return jobs


def _templates_alone(base: EvidenceBase, answers: dict[str, Answer], claims: Any, figures: Any) -> Callable[[], Any]:
    """Return a function that fills every template again with what it read when the site was written."""
    read: list[tuple[str, dict[str, Any]]] = []
    real = environment.make_environment()

    class Recorder:
        def get_template(self, name: str) -> Any:
            return mock.Mock(render=lambda context: read.append((name, context)) or "")

    with mock.patch.object(write, "make_environment", Recorder):
        write_site(base, answers, claims, figures)
    return lambda: [real.get_template(name).render(context) for name, context in read]


if __name__ == "__main__":
    main()
