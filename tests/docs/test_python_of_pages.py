"""Every block of Python on a page of the documentation runs, each page's blocks in order and in one namespace."""

from __future__ import annotations

import contextlib
import io
import re
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import pytest
from doc_pages import DOCS, ROOT, pages, python_blocks

if TYPE_CHECKING:
    from pathlib import Path

# Page → why it is not run here.
ELSEWHERE = {
    "docs/cluster.md": "a test of its own runs it on workers of this machine",
    "docs/tutorial.md": "a test of its own follows the whole page, in a folder with the files that it speaks of",
    "docs/datasets.md": "tests/datasets runs each example, and compares what it prints with the published number",
}
# Page → the folder in which a reader of it stands, where that is not the repository.
FOLDER = {"docs/citing.md": "examples/bcg-vaccine"}
# Page → words that its blocks must print.
PRINTED = {
    "README.md": ("Jha 2019", "PMID:30693667", "Random-effects meta-analysis"),
    "docs/citing.md": ("Aronson", "@article", "REML"),
    "docs/integrity.md": ("28.57",),
    "docs/living.md": ("True",),
    "docs/pubmed-records.md": ("90100001",),
    "docs/new-review.md": ("latitude",),
    "docs/risk-of-bias.md": ("high", "4.1 N → 4.2 N → 4.3 Y → 4.4 PY → 4.5 NI", "not assessed"),
    "docs/statistics.md": ("Random-effects meta-analysis", "Mantel–Haenszel"),
}
NAMES = {str(path.relative_to(ROOT)): path for path in pages() if python_blocks(path.read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Path:
    """Return a folder that holds what the repository holds, in which an example may write a file."""
    folder = tmp_path_factory.mktemp("repository")
    for name in ("protocol.toml", "data", "examples", "results"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(ELSEWHERE)))
def test_it_runs(name, desk, monkeypatch) -> None:
    monkeypatch.chdir(desk / FOLDER.get(name, "."))
    space: dict[str, object] = {"__name__": "page"}
    printed = ""
    for number, (block, shown) in enumerate(python_blocks(NAMES[name].read_text(encoding="utf-8")), start=1):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(block, f"{name}, block {number}", "exec"), space)
        plt.close("all")
        assert shown is None or _is_shown(said.getvalue(), shown), f"block {number} prints:\n{said.getvalue()}"
        printed += said.getvalue()
    assert [words for words in PRINTED.get(name, ()) if words not in printed] == []


def _is_shown(printed: str, shown: str) -> bool:
    """Whether a page shows what is printed; a line with an ellipsis alone stands for lines that are left out."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line.rstrip()) + r"[ ]*\n" for line in shown.splitlines()
    )
    return re.fullmatch(pattern, printed) is not None


def test_what_is_printed_is_compared() -> None:
    assert _is_shown("a  \nb\nc\n", "a\n…\nc\n")
    assert not _is_shown("a\nb\n", "a\n")
    assert not _is_shown("a\nb\n", "a\nB\n")


def test_no_exception_is_left_over() -> None:
    assert set(ELSEWHERE) <= set(NAMES)
    assert {*FOLDER, *PRINTED} <= set(NAMES) - set(ELSEWHERE)


def test_the_example_of_the_readme_is_short() -> None:
    ((code, _),) = python_blocks((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len([line for line in code.splitlines() if line.strip()]) <= 10


def test_blocks_are_found_at_all() -> None:
    """A page that held no block would pass by holding none."""
    page = "```python\na = 1\n```\n\n```sh\nb\n```\n\n```python\nc = 2\n```\n\n```text\nd\n```\n"
    assert python_blocks(page) == [("a = 1\n", None), ("c = 2\n", "d\n")]
    assert len(NAMES) >= 10, DOCS
