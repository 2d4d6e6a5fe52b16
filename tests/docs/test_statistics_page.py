"""The page of the statistical core names every measure, every option and every public function."""

from __future__ import annotations

import json
import re

import pytest
from doc_pages import DOCS, ROOT

import evidence as ev
from evidence.vocabulary import Measure, PredictionMethod, Tau2IntervalMethod, Tau2Method, TestName, allowed

PAGE = (DOCS / "statistics.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"[A-Za-z0-9_][A-Za-z0-9_-]*", PAGE))


@pytest.mark.parametrize("options", [Measure, Tau2Method, TestName, PredictionMethod, Tau2IntervalMethod])
def test_every_option_is_named(options) -> None:
    assert sorted(set(allowed(options)) - WORDS) == []


def test_every_public_function_is_named() -> None:
    about_the_base = {"load", "forest", "funnel", "save_figure"}
    functions = {name for name in ev.__all__ if name.islower() and not name.startswith("_")} - about_the_base
    assert sorted(functions - WORDS) == []


def test_every_function_named_exists() -> None:
    called = set(re.findall(r"\bev\.([a-z0-9_]+)", PAGE))
    assert sorted(name for name in called if not hasattr(ev, name)) == []


def test_the_table_of_agreement_counts_every_case() -> None:
    text = (DOCS / "parity.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|*]+) \| (\d+) \| (\d+) \|", text, flags=re.MULTILINE)
    held = sum(
        len(json.loads(path.read_text(encoding="utf-8"))["cases"])
        for path in sorted((ROOT / "tests/parity").glob("*.json"))
    )
    assert sum(int(cases) for _, cases, _ in rows) == held
