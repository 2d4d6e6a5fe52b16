"""The page of the statistical core runs, names every measure and every public function, and links to what exists."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import evidence as ev
from evidence.vocabulary import Measure, PredictionMethod, Tau2IntervalMethod, Tau2Method, TestName, allowed


@pytest.fixture(scope="module")
def page(root) -> str:
    """Return the page."""
    return (root / "docs" / "statistics.md").read_text(encoding="utf-8")


def words(page: str) -> set[str]:
    return set(re.findall(r"[A-Za-z0-9_][A-Za-z0-9_-]*", page))


def test_the_example_runs(page, root) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "Random-effects meta-analysis" in run.stdout
    assert "Mantel–Haenszel" in run.stdout


@pytest.mark.parametrize("options", [Measure, Tau2Method, TestName, PredictionMethod, Tau2IntervalMethod])
def test_every_option_is_named(page, options) -> None:
    assert sorted(set(allowed(options)) - words(page)) == []


def test_every_public_function_is_named(page) -> None:
    about_the_base = {"load", "forest", "funnel", "save_figure"}
    functions = {name for name in ev.__all__ if name.islower() and not name.startswith("_")} - about_the_base
    assert sorted(functions - words(page)) == []


def test_every_function_named_exists(page) -> None:
    called = set(re.findall(r"\bev\.([a-z0-9_]+)", page))
    assert sorted(name for name in called if not hasattr(ev, name)) == []


@pytest.mark.parametrize("name", ["statistics.md", "parity.md", "benchmarks.md"])
def test_links_lead_somewhere(root, name) -> None:
    text = (root / "docs" / name).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert [target for target in targets if not (root / "docs" / target).exists()] == []


def test_the_table_of_agreement_counts_every_case(root) -> None:
    import json

    text = (root / "docs" / "parity.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|*]+) \| (\d+) \| (\d+) \|", text, flags=re.MULTILINE)
    held = 0
    for path in sorted((root / "tests" / "parity").glob("*.json")):
        held += len(json.loads(path.read_text(encoding="utf-8"))["cases"])
    assert sum(int(cases) for _, cases, _ in rows) == held
