"""What is said about a data set: as text, as HTML, on its page of the documentation."""

from __future__ import annotations

import importlib.util
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evidence import datasets
from evidence.effects import measure_label
from evidence.effects.formulas import FORMULAS

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "datasets.md"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("datasets_table", ROOT / "docs" / "datasets_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Text(HTMLParser):
    """What a reader sees of HTML, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


@pytest.mark.parametrize("name", datasets.names())
def test_a_card_is_complete_and_narrow(name: str) -> None:
    dataset = datasets.describe(name)
    lines = str(dataset).splitlines()
    assert max(map(len, lines)) <= 80
    said = " ".join(str(dataset).split())
    for text in (dataset.title, dataset.question, dataset.source, dataset.doi, dataset.origin, dataset.published):
        assert " ".join(text.split()) in said
    for line in (*dataset.example.splitlines(), *dataset.output.splitlines()):
        assert f"    {line}".rstrip() in lines or not line
    shown = "".join(Text(dataset._repr_html_()).seen)
    for part in (dataset.question, dataset.source, dataset.example, dataset.output, dataset.published):
        assert part in shown
    for column in dataset.columns:
        assert any(line.split()[:1] == [column.name] for line in lines)
        assert column.name in shown


def test_a_line_names_the_set() -> None:
    assert repr(datasets.describe("bcg")) == "<Dataset bcg: BCG vaccine against tuberculosis; 13 rows, 9 columns>"


@pytest.mark.parametrize("name", datasets.names())
def test_a_declaration_is_filled_in(name: str) -> None:
    dataset = datasets.describe(name)
    for text in (dataset.title, dataset.teaches, dataset.row, *(column.meaning for column in dataset.columns)):
        assert text
        assert not text.endswith(".")
    for text in (dataset.question, dataset.source, dataset.origin, dataset.published):
        assert text[-1] in ".?"
    assert re.fullmatch(r"10\.\d{4,}/\S+", dataset.doi) or "ISBN" in dataset.source
    assert re.search(r"\((19|20)\d\d\)", dataset.source)
    assert measure_label(dataset.measure)
    assert [column.name for column in dataset.columns if column.unit and column.kind == "text"] == []


@pytest.mark.parametrize("name", datasets.names())
def test_roles_are_what_the_measure_needs(name: str) -> None:
    dataset = datasets.describe(name)
    if dataset.roles and not dataset.has_effects:
        for group in FORMULAS[dataset.measure].needs:
            assert set(group) & set(dataset.roles), group
    if not dataset.roles and dataset.pools_whole:
        assert {"yi", "vi"} <= {column.name for column in dataset.columns}


def test_the_page_is_as_the_declarations_say(script: ModuleType) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert script.page(text) == text, "run python docs/datasets_table.py"
    assert "Twenty tables" in text
    assert len(datasets.names()) == 20


def test_the_page_names_those_that_do_not_pool_as_they_stand() -> None:
    text = PAGE.read_text(encoding="utf-8")
    sentence = text[text.index("Four sets do not pool") : text.index("Their examples show")]
    other = [name for name in datasets.names() if not datasets.describe(name).pools_whole]
    assert re.findall(r"`(\w+)`", sentence) == other


def test_published_analyses_that_the_page_links_are_there(script: ModuleType) -> None:
    assert set(script.PAPERS) <= set(datasets.names())
    for paper in (paper for papers in script.PAPERS.values() for paper in papers):
        assert (ROOT / script.paper_test(paper)).is_file()


def test_dois_become_links_that_markdown_can_read(script: ModuleType) -> None:
    assert script.linked("See doi:10.1000/a(1)<2::b>3.0, and doi:10.1000/c.") == (
        "See [doi:10.1000/a(1)\\<2::b\\>3.0](https://doi.org/10.1000/a%281%29%3C2::b%3E3.0), and "
        "[doi:10.1000/c](https://doi.org/10.1000/c)."
    )
