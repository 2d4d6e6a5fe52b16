"""The program is cited as its citation file says; a base that is published with it is not cited twice."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import evidence as ev
from evidence.report.references import formatted, own_references, software_reference

ROOT = Path(__file__).resolve().parents[2]
BCG = ROOT / "examples" / "bcg-vaccine"


def told(name: str) -> str:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    return re.search(rf'^(?:  - )?{name}: "?(.*?)"?$', text, re.MULTILINE)[1]


def test_title_authors_and_version() -> None:
    found = software_reference(told("version"))
    assert found.title == told("title")
    assert [author.group for author in found.authors] == [told("name")]
    (text,) = formatted([found], "vancouver")
    assert text.startswith(told("name"))
    assert f"Version {told('version')}" in text


def test_another_review_cites_itself_and_the_program() -> None:
    base, program = own_references(ev.load(BCG), version="2.0.0", program="0.1.0")
    assert (base.label, program.label) == ("the evidence base", "the program")
    assert base.title != program.title == told("title")


def test_the_base_that_comes_with_the_program_is_one_reference(real) -> None:
    (both,) = own_references(real, version="0.1.0", program="0.1.0")
    assert both.label == "the evidence base and the program"
    assert both.title == told("title")
    assert [entry.version for entry in own_references(real, version="0.1.0", program="0.2.0")] == ["0.1.0", "0.2.0"]


def test_a_base_without_a_citation_file_has_the_title_of_its_review(real, tmp_path) -> None:
    moved = replace(real, project=replace(real.project, root=tmp_path))
    base, program = own_references(moved, version="0.1.0", program="0.1.0")
    assert (base.title, base.authors) == (real.protocol.review.title, ())
    assert program.title == told("title")
