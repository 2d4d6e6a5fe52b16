"""Every form that real records take, against the fields from which the invented records were written."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest

from evidence import practice
from evidence.fetch.parse import parse_set, read_with_biopython

if TYPE_CHECKING:
    import datetime as dt

    from evidence.fetch.record import Record

CASES = practice.structural_cases()
RECORDS = {record.pmid: record for record in parse_set(practice.record_set(CASES.values())).records}


def _bare(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split(" "))


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _names(people: Any) -> list[tuple[str, ...]]:
    return [
        (person.last, person.fore, person.initials, person.suffix, _bare(person.collective), person.orcid[-19:])
        for person in people
        if getattr(person, "valid", True)
    ]


def _sections(parts: Any) -> list[tuple[str, str, str]]:
    parts = [practice.Section(text=parts)] if isinstance(parts, str) else parts
    return [
        (part.label, part.category, part.text or _bare(part.markup))
        for part in parts
        if part.label or part.text or part.markup
    ]


def _same(name: str) -> tuple[Any, Record]:
    return CASES[name], RECORDS[CASES[name].pmid]


def test_no_case_is_lost() -> None:
    assert set(RECORDS) == {case.pmid for case in CASES.values()}
    assert len(CASES) >= 68


@pytest.mark.parametrize("name", CASES)
def test_texts(name: str) -> None:
    case, record = _same(name)
    assert record.title == (case.title or _bare(case.title_markup))
    assert record.vernacular_title == case.vernacular_title
    assert _sections(record.abstract) == _sections(case.abstract)
    assert record.copyright == case.copyright
    expected = [
        (other.kind, other.language, *section)
        for other in case.other_abstracts
        for section in _sections(other.sections)
    ]
    assert [
        (part.kind, part.language, part.label, part.category, part.text) for part in record.other_abstracts
    ] == expected


@pytest.mark.parametrize("name", CASES)
def test_people(name: str) -> None:
    case, record = _same(name)
    assert _names(record.authors) == _names(case.authors)
    assert _names(record.investigators) == _names(case.investigators)
    assert record.authors_complete is case.authors_complete
    assert [author.affiliations for author in record.authors] == [a.affiliations for a in case.authors if a.valid]


@pytest.mark.parametrize("name", CASES)
def test_identity_and_dates(name: str) -> None:
    case, record = _same(name)
    assert (record.pmid, record.version) == (case.pmid, case.version)
    assert record.doi == (case.doi if case.doi_in_ids or case.doi_valid else "")
    assert record.pmcid == case.pmcid
    assert (record.added, record.revised, record.completed) == (
        _iso(case.added),
        _iso(case.revised),
        _iso(case.completed),
    )
    assert record.date_online == _iso(case.date_online)
    assert record.publication_status == case.publication_status
    if not case.book and not case.medline_date and not case.season:
        assert (record.date, record.date_as_printed) == (case.date, "")
    if case.medline_date:
        assert record.date_as_printed == case.medline_date
        assert record.year == int(case.medline_date[:4])


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name].book is None])
def test_journal_and_subjects(name: str) -> None:
    case, record = _same(name)
    assert (record.journal, record.journal_title, record.issn) == (case.journal, case.journal_title, case.issn)
    assert (record.volume, record.issue, record.pages) == (case.volume, case.issue, case.pages)
    assert (record.indexing, record.indexing_method) == (case.status, case.indexing_method)
    assert [(found.kind, found.source, found.pmid, found.note) for found in record.links] == [
        (link.kind, link.source, link.pmid, link.note) for link in case.links
    ]
    assert [(found.descriptor, found.major, found.qualifiers) for found in record.mesh] == [
        (heading.descriptor, heading.major, heading.qualifiers) for heading in case.mesh
    ]


@pytest.mark.parametrize("name", CASES)
def test_lists(name: str) -> None:
    case, record = _same(name)
    assert record.publication_types == case.publication_types
    assert record.languages == case.languages
    assert sorted(record.keywords) == sorted({*case.keywords, *case.nlm_keywords})
    assert len(record.grants) == len(case.grants)
    listed = [
        number for bank in case.databanks if bank.name in ("ClinicalTrials.gov", "ISRCTN") for number in bank.numbers
    ]
    assert list(record.registrations[: len(listed)]) == listed
    told = re.findall(r"NCT\d{8}|ISRCTN\d{8}", str(case.abstract))
    assert set(record.registrations) == {*listed, *told}


def test_references_keep_their_identifiers() -> None:
    _, record = _same("ids-of-references")
    assert (record.doi, record.pmcid, record.pmid) == (
        "10.99999/case.own",
        "PMC90100099",
        CASES["ids-of-references"].pmid,
    )


def test_a_doi_that_is_marked_as_invalid_is_none() -> None:
    case, record = _same("doi-superseded")
    assert case.doi
    assert record.doi == ""


def test_a_chapter_has_its_book_for_a_journal() -> None:
    case, record = _same("book-article")
    assert case.book is not None
    assert (record.title, record.journal_title, record.journal) == (case.title, case.book.title, "")
    assert (record.date, record.year) == (str(case.book.year), case.book.year)
    assert [author.last for author in record.authors] == ["Abelard"]


def test_markup_is_kept_beside_the_plain_text() -> None:
    case, record = _same("title-markup")
    assert record.title_markup == case.title_markup
    assert record.title == "Effect of Combus oscillans on H2O and 106 bristles: in vitro & beyond."
    case, record = _same("bare-less-than")
    assert record.title_markup == case.title_markup
    assert record.abstract[0].markup == case.abstract[0].markup
    assert record.abstract[0].text == "Scores <5 and >9 fell (p<0.001; n<40); &lt; stays, and so does x<y>z."
    _, record = _same("mathml-title")
    assert record.title == "The copper lamp when R2<0.5 in adults."
    assert (
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><mrow><msup><mi>R</mi><mn>2</mn></msup>'
        in record.title_markup
    )
    assert "<mo>&lt;</mo>" in record.title_markup


def test_the_whole_set_with_one_pmid_twice_and_deletions() -> None:
    found = parse_set(practice.structural_set())
    twice = CASES["pmid-twice"]
    assert found.deleted == practice.DELETED
    assert found.repeated == (twice.pmid,)
    assert len(found.records) == len(CASES) + 1
    assert len(found.latest) == len(CASES)
    assert found.latest[twice.pmid].title == twice.title
    assert found.records[0].title != twice.title


def test_the_second_reading_is_the_same() -> None:
    body = practice.structural_set()
    assert read_with_biopython(body) == parse_set(body).records


def test_the_second_reading_of_many_records_is_the_same() -> None:
    body = practice.record_set(practice.make_records(450, seed=3))
    first = parse_set(body).records
    assert len(first) == 450
    assert read_with_biopython(body) == first
