"""Whatever a record says, its row passes the checks of the table and reads as the record does."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import practice
from evidence.fetch.record import AbstractPart, Author, Link, Record
from evidence.refresh.clean import LONGEST, clean_list, clean_text
from evidence.refresh.contents import table_bytes
from evidence.refresh.rows import FROM_RECORD, MOST_AUTHORS, blank_row, left_out, record_cells
from evidence.tables import TABLES
from evidence.tables.cells import cell_fault

TABLE = TABLES["records"]
TITLE, LINKS = TABLE.column("title"), TABLE.column("other_links")
NASTY = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("=+-@;,\"'\t\r\n\x00\u202e\u2066\u200b\u200d\u00ad\u2028\ufeff\ufffdÂÃÎÏâï€²①ï»¿ \u00a0"),
    ),
    max_size=40,
)


@given(NASTY)
def test_any_text_makes_a_sound_cell(text) -> None:
    cell = clean_text(text, TITLE)
    assert cell_fault(cell, TITLE) == ""
    assert not any(unicodedata.category(mark) in ("Cc", "Cf") for mark in cell)
    assert not cell.startswith(("=", "+", "-", "@"))
    assert clean_text(text, TITLE) == cell


@given(st.lists(NASTY, max_size=6))
def test_any_members_make_a_sound_list(members) -> None:
    assert cell_fault(clean_list(members, LINKS), LINKS) == ""


@given(st.text(st.characters(whitelist_categories=["L", "N"]), min_size=1, max_size=30))
def test_plain_words_stay_as_they_are_to_the_eye(text) -> None:
    cell = clean_text(f"A {text}.", TITLE)
    assert unicodedata.normalize("NFC", cell) == unicodedata.normalize("NFC", f"A {text}.")


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("None", "“None”"),
        ("NA", "“NA”"),
        ("-", "'-"),
        ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
        ("+1 and @home", "'+1 and @home"),
        ("Combs\u202egnp.exe", "Combsgnp.exe"),
        ("Two\nlines\tand\x00 more", "Two lines and more"),
        ("  blanks\u00a0 around  ", "blanks around"),
        ("11-Jun", "“11-Jun”"),
        ("#REF!", "“#REF!”"),
        ("p < 0.05 & a<b", "p < 0.05 & a<b"),
        ("Über-Kämme für çà", "Über-Kämme für çà"),
        ("A lost \ufffd mark", "A lost ? mark"),
        ("", ""),
    ],
)
def test_titles_that_do_harm(title, cell) -> None:
    assert clean_text(title, TITLE) == cell
    assert cell_fault(cell, TITLE) == ""


def test_broken_letters_look_as_in_the_record() -> None:
    cell = clean_text("Z\u00c3\u00bcrich", TITLE)
    assert cell_fault(cell, TITLE) == ""
    assert unicodedata.normalize("NFC", cell) == "Z\u00c3\u00bcrich"


RECORDS = st.builds(
    Record,
    pmid=st.just("90000001"),
    version=st.integers(0, 5),
    doi=NASTY,
    pmcid=NASTY,
    registrations=st.lists(NASTY | st.just("NCT123") | st.just("nct01234567"), max_size=3).map(tuple),
    title=NASTY,
    vernacular_title=NASTY,
    abstract=st.lists(st.builds(AbstractPart, text=NASTY), max_size=2).map(tuple),
    authors=st.lists(st.builds(Author, last=NASTY, initials=NASTY, collective=NASTY), max_size=4).map(tuple),
    journal=NASTY,
    volume=NASTY,
    issue=NASTY,
    pages=NASTY | st.just("5-Jan"),
    date=NASTY,
    date_online=NASTY,
    year=st.none() | st.integers(0, 3000),
    added=NASTY | st.dates().map(str),
    publication_types=st.lists(NASTY, max_size=3).map(tuple),
    languages=st.lists(NASTY, max_size=2).map(tuple),
    indexing=NASTY,
    links=st.lists(
        st.builds(Link, kind=st.sampled_from(["RetractionIn", "CommentIn", "=X"]), source=NASTY, pmid=NASTY), max_size=3
    ).map(tuple),
)


@given(RECORDS)
def test_any_record_makes_a_sound_row(record) -> None:
    cells = record_cells(record)
    assert tuple(cells) == FROM_RECORD
    for name, cell in cells.items():
        assert cell_fault(cell, TABLE.column(name)) == "", name
    assert not cells["doi"] or re.fullmatch(r"10\.\d{4,9}/\S+", cells["doi"])
    for number in re.findall(r"NCT\d+", cells["registrations"], re.IGNORECASE):
        assert re.fullmatch(r"NCT\d{8}", number)
    content = table_bytes("records", [{**blank_row(record.pmid, "run"), **cells}])
    (row,) = csv.DictReader(io.StringIO(content.decode(), newline=""))
    assert {name: row[name] for name in cells} == cells


def test_what_has_no_form_is_left_out_and_told() -> None:
    record = Record(
        pmid="1", doi="10.1/x y", pmcid="123", registrations=("NCT1234567", "ISRCTN12345678"), added="2020-13-01"
    )
    cells = record_cells(record)
    assert (cells["doi"], cells["pmcid"], cells["added"]) == ("", "", "")
    assert cells["registrations"] == "ISRCTN12345678"
    assert left_out(record) == ("doi 10.1/x y", "pmcid 123", "registration NCT1234567")


def test_an_article_of_thousands_stays_readable() -> None:
    authors = tuple(Author(last=f"Author{number}", initials="A") for number in range(15_000))
    cell = record_cells(Record(pmid="1", authors=authors))["authors"]
    assert cell.startswith("Author0 A; Author1 A; ")
    assert cell.endswith(f"; and {15_000 - MOST_AUTHORS} more")
    assert len(cell) < LONGEST
    assert len(clean_text("word " * 50_000, TITLE)) <= LONGEST
    assert len(clean_list([f"CommentIn {number}" for number in range(1, 50_000)], LINKS)) <= LONGEST


@pytest.mark.parametrize(
    ("volume", "issue", "pages", "cell"),
    [
        ("5", "1", "6-11", "5(1):6-11"),
        ("5", "", "6-11", "5:6-11"),
        ("5", "1", "", "5(1)"),
        ("", "", "e12", "e12"),
        ("", "", "", ""),
    ],
)
def test_volume_issue_and_pages(volume, issue, pages, cell) -> None:
    assert record_cells(Record(pmid="1", volume=volume, issue=issue, pages=pages))["volume_pages"] == cell


def test_a_translated_or_missing_title() -> None:
    assert record_cells(Record(pmid="1", vernacular_title="Der Kamm"))["title"] == "Der Kamm"
    assert record_cells(Record(pmid="1"))["title"] == ""


def test_hostile_records_go_through_a_whole_run(make_desk) -> None:
    titles = [
        "None",
        "=HYPERLINK(0)",
        "The \u202ecomb\u202c",
        "Combs; lamps; \u2028 lines",
        "11-Jun",
        "ÃŒ â€œ broken",
        "NaN",
    ]
    records = [
        practice.Synthetic(
            pmid=str(90000001 + place),
            title=title,
            keywords=("oscillating comb",),
            authors=(practice.Person(collective="=cmd"), practice.Person(last="NA; =x", initials="None")),
            journal="-",
            pages="5-Jan",
            links=(practice.Link(kind="ErratumIn", source="J; 5²6. =x\u202e"),),
            databanks=(practice.DataBank(name="ClinicalTrials.gov", numbers=("NCT12",)),),
            doi="10.1/short",
        )
        for place, title in enumerate(titles)
    ]
    desk = make_desk(records, query='"oscillating comb"[tiab]')
    result = desk.run()
    assert result.n_new == len(titles)
    assert desk.run().events == ()
    for row in desk.rows("records"):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())
        assert row["notice"] == "corrected"


def test_every_structural_case_goes_through_a_whole_run(make_desk) -> None:
    cases = practice.structural_cases()
    desk = make_desk(tuple(cases.values()), query="90000000:99999999[uid]")
    result = desk.run()
    assert {row["pmid"] for row in desk.rows("records")} == {record.pmid for record in cases.values()}
    assert result.count == len({record.pmid for record in cases.values()})
    assert desk.run().events == ()
