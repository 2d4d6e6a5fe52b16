"""What screening says of a record, as extraction tells it: one reader, two readers, the same publication twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from extraction import PMID, append, include, put, record

from evidence.extract import extraction_status, open_extraction

if TYPE_CHECKING:
    from collections.abc import Callable

    from evidence.project import Project

OTHER = "90000002"


def cautions(project: Project, pmid: str, clock: Callable) -> str:
    reading = open_extraction(project, pmid, by="A. Reader", clock=clock).reading
    assert reading is not None
    return "; ".join(reading.cautions)


@pytest.fixture
def of_two(project: Project) -> Project:
    """Return the review with a protocol that asks for two readers."""
    text = project.protocol.read_text("utf-8")
    assert "\n# reviewers = 2" in text
    project.protocol.write_text(text.replace("\n# reviewers = 2", "\nreviewers = 2", 1), "utf-8")
    return project


def test_one_include_of_two_does_not_let_a_record_in(of_two, clock) -> None:
    assert extraction_status(of_two) == ()
    assert "too few people have decided at title-abstract; the review asks for 2" in cautions(of_two, PMID, clock)
    (entry,) = extraction_status(of_two)
    assert entry.state == "begun"
    assert "screening: too few have decided at title-abstract" in entry.remarks


def test_two_includes_let_it_in(of_two, clock) -> None:
    include(of_two, PMID, by="B. Reader")
    assert [(entry.pmid, entry.state) for entry in extraction_status(of_two)] == [(PMID, "waiting")]
    assert "Screening" not in cautions(of_two, PMID, clock)


def test_two_who_differ_are_a_conflict(of_two, clock) -> None:
    include(of_two, PMID, "exclude", by="B. Reader")
    assert extraction_status(of_two) == ()
    assert "Screening: conflict at title-abstract" in cautions(of_two, PMID, clock)


def test_an_undone_decision_is_none(project, clock) -> None:
    row = {"pmid": PMID, "stage": "title-abstract", "reviewer": "A. Reader", "decision": "undone", "role": "reviewer"}
    append(project, "screening", {**row, "decided_at": "2026-11-22T10:31:00Z"})
    assert extraction_status(project) == ()
    assert "Nobody has screened the record" in cautions(project, PMID, clock)


def test_the_same_publication_is_screened_once_and_waits_once(project, clock) -> None:
    put(project, record(pmid=OTHER, doi="10.1000/invented.2"))
    pair = {"pmid": OTHER, "other": f"PMID:{PMID}", "relation": "same-publication", "decided_by": "A. Reader"}
    append(project, "duplicates", {**pair, "decided_at": "2026-11-22T10:40:00Z", "reason": "the same"})
    assert [(entry.pmid, entry.state) for entry in extraction_status(project)] == [(PMID, "waiting")]
    told = cautions(project, OTHER, clock)
    assert f"the same publication as PMID {PMID}" in told
    assert "Nobody has screened" not in told
    assert [(entry.pmid, entry.state) for entry in extraction_status(project)] == [(OTHER, "begun")]
