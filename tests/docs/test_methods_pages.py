"""What the pages on methods must have: every measure and public name, with formula, use, edges, source and example."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from doc_pages import DOCS, prose, python_blocks

import evidence as ev
from evidence import counts, effects, reported
from evidence.effects import transformations
from evidence.effects.formulas import FORMULAS
from evidence.vocabulary import Measure, ReportedVarianceType, allowed

METHODS = DOCS / "methods"
EFFECTS = sorted(path for path in METHODS.glob("effect-*.md") if path.name != "effect-scales.md")
MINE = [*EFFECTS, METHODS / "effect-scales.md", METHODS / "counts.md", METHODS / "reported.md", METHODS / "index.md"]
FIELDS = ["Formula", "When", "When not", "At the edges", "Source"]
# Sections on what several methods share.
SHARED = {
    "What happens to zeros",
    "Two sides or two times",
    "Two groups before and after",
    "Matched pairs, yes or no",
    "Proportions",
    "Means",
    "Intervals of one proportion",
    "Conversions",
    "Tests of the tables",
    "Tables and results",
    "From one group",
    "From groups",
    "From effects",
    "From counts",
    "From survival",
    "What a Derived holds",
}
MEASURES = allowed(Measure)


def sections_of(text: str) -> list[tuple[str, str]]:
    """Return each heading below the page's own, and what stands under it."""
    parts = re.split(r"^#{2,3} (.+)$", re.sub(r"^# .*$", "", text, count=1, flags=re.M), flags=re.M)
    return list(zip(parts[1::2], parts[2::2], strict=True))


@cache
def sections(path: Path) -> list[tuple[str, str]]:
    return sections_of(path.read_text(encoding="utf-8"))


def named(heading: str) -> list[str]:
    """Return the measures or functions that a heading names."""
    return [name.strip() for name in heading.split(":")[0].split(",")]


def lacking(body: str) -> list[str]:
    """Return what a method's section does not have."""
    places = [body.find(f"**{field}.**") for field in FIELDS]
    missing = [field for field, place in zip(FIELDS, places, strict=True) if place < 0]
    if not missing and places != sorted(places):
        missing.append("order")
    source = body[places[-1] :].split("\n\n")[0]
    if not re.search(r"\{cite:[tp]\}`", source) and "**Source.** As " not in source:
        missing.append("a work cited as source")
    if "$" not in body[places[0] : places[1]] and "`" not in body[places[0] : places[1]]:
        missing.append("a formula")
    return missing if python_blocks(body) else [*missing, "an example"]


METHOD_SECTIONS = [
    pytest.param(body, id=f"{path.stem}-{heading}")
    for path in MINE
    for heading, body in (sections(path) if path.name != "index.md" else [])
    if heading not in SHARED
]


@pytest.mark.parametrize("body", METHOD_SECTIONS)
def test_a_method_has_all_its_parts(body) -> None:
    assert lacking(body) == []


def test_a_part_that_is_missing_is_seen() -> None:
    whole = "\n\n".join(f"**{field}.** $x$ {{cite:t}}`Key`" for field in FIELDS) + "\n\n```python\n1\n```\n"
    assert lacking(whole) == []
    assert lacking(whole.replace("**When not.**", "")) == ["When not"]
    assert lacking(whole.replace("```python", "```text")) == ["an example"]
    assert lacking("**Source.** none".join(whole.split("**Source.** $x$ {cite:t}`Key`"))) == ["a work cited as source"]


def measures_of(path: Path) -> list[list[str]]:
    """Return the measures of each section of a page."""
    return [named(heading) for heading, _ in sections(path) if heading not in SHARED]


def test_every_measure_has_one_heading() -> None:
    assert sorted(name for path in EFFECTS for group in measures_of(path) for name in group) == sorted(MEASURES)
    assert sorted(FORMULAS) == sorted(MEASURES)


def test_the_formulas_of_every_page_of_measures_are_tested() -> None:
    """Each of these files holds that it has the formulas of all measures on its page."""
    names = {path.stem: f"test_methods_{path.stem.replace('-', '_')}.py" for path in EFFECTS}
    assert [stem for stem, name in names.items() if not (Path(__file__).parent / name).is_file()] == []


def test_every_measure_is_beside_its_page_on_the_first_page() -> None:
    text = (METHODS / "index.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| \[[^\]]+\]\((effect-[\w-]+\.md)\) \| (.+?) \|$", text, re.M))
    for path in EFFECTS:
        here = {name for group in measures_of(path) for name in group}
        assert here == set(re.findall(r"\b[A-Z][A-Z0-9]+\b", rows[path.name])), path.name


def test_the_first_page_leads_to_every_section() -> None:
    """The table of decisions names a measure of each section."""
    head, _, text = (METHODS / "index.md").read_text("utf-8").partition("## Which measure")
    assert head
    table = set(re.findall(r"\b[A-Z][A-Z0-9]+\b", text.partition("\n## ")[0]))
    assert table <= {*MEASURES, "SD", "SDS", "SE", "GLMM"}
    assert [group for path in EFFECTS for group in measures_of(path) if not table & set(group)] == []


def spoken(body: str) -> set[str]:
    """Return the names set as code, or as an index of a formula."""
    return set(re.findall(r"[A-Z][A-Z0-9]*", " ".join(re.findall(r"`[^`]+`|_\{[^}]*\}", prose(body)))))


@pytest.mark.parametrize("path", EFFECTS, ids=lambda path: path.stem)
def test_every_variance_is_named(path) -> None:
    assert [
        (name, kind)
        for heading, body in sections(path)
        if heading not in SHARED
        for name in named(heading)
        for kind in FORMULAS[name].variances
        if len(FORMULAS[name].variances) > 1
        if kind not in spoken(body)
    ] == []


def test_every_public_name_is_on_the_pages() -> None:
    pages = {
        effects: [*EFFECTS, METHODS / "effect-scales.md", METHODS / "index.md"],
        transformations: [METHODS / "effect-scales.md"],
        counts: [METHODS / "counts.md"],
        reported: [METHODS / "reported.md"],
    }
    for module, where in pages.items():
        text = "\n".join(path.read_text("utf-8") for path in where)
        assert [name for name in module.__all__ if not re.search(rf"\b{name}\b", text)] == [], module.__name__


def test_every_method_of_the_catalogue_of_reports_is_named() -> None:
    text = (METHODS / "reported.md").read_text("utf-8")
    assert [kind for kind in allowed(ReportedVarianceType) if kind not in spoken(text)] == []
    assert ev.reported.METHODS, "an empty catalogue"
