"""The page on new reviews names every part of a protocol and every built-in word, and its code runs."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from evidence.protocol import Protocol
from evidence.starter import example_names
from evidence.tables.topic import BUILT_IN, COLUMN_TYPES

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "new-review.md").read_text(encoding="utf-8")


def test_every_part_and_every_word_is_named(page) -> None:
    for field in fields(Protocol):
        single = field.name in ("review", "search")
        assert f"`[{field.name}]`" in page if single else f"`[[{field.name}]]`" in page, field.name
    for part, entries in BUILT_IN.items():
        (line,) = [line for line in page.splitlines() if line.startswith(f"| {part} |")]
        assert set(re.findall(r"`([^`]+)`", line)) == {entry.id for entry in entries}
    assert ", ".join(kind for kind in COLUMN_TYPES) in page
    assert all(name in page for name in example_names())


def test_its_code_runs(page, root, monkeypatch, capsys) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    monkeypatch.chdir(root)
    exec(compile(code, "docs/new-review.md", "exec"), {})
    assert "latitude                  −0.0291   0.0072" in capsys.readouterr().out


def test_its_links_lead_somewhere(page, root) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", page)
    assert targets
    assert [target for target in targets if not (root / "docs" / target).exists()] == []
