"""Out to each tool and back: the same decisions, whatever stands in titles and abstracts."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
import rispy
from screened_records import decided, record_row, record_text

from evidence.errors import InputError, OptionError
from evidence.screen.exchange import FORMATS, export_screening, read_decisions, recognise, screening_citations
from evidence.screen.exchange.spreadsheet import guarded, unguarded

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.screen.standing import Decision

NOW = "2026-12-01T08:00:00Z"
ROWS = [
    record_row(1, title='=HYPERLINK("x") & "quotes", <i>tags</i>; and a | pipe'),
    record_row(2, title="-minus at the start"),
    record_row(3, title="@at, and a comma"),
    record_row(4, registrations="NCT01234567"),
    record_row(5),
    record_row(6),
]
PMIDS = [row["pmid"] for row in ROWS]
DECISIONS = [
    decided(PMIDS[0], "include", notes="keep: a | b; \"c\" <d> & 'e'"),
    decided(PMIDS[1], "exclude", reason="wrong population, other; also <this>"),
    decided(PMIDS[2], "maybe"),
    decided(PMIDS[3], "include", reviewer='B. "Bee" O\\Neil'),
    decided(PMIDS[3], "exclude", reason="not a trial", decided_at="2026-11-02T10:16:00Z"),
    decided(PMIDS[4], "include"),
    decided(PMIDS[4], "exclude", reason="retracted", stage="full-text", decided_at="2026-11-03T10:16:00Z"),
]
TEXTS = {row["pmid"]: record_text(row) for row in ROWS[:5]}
WAYS = [(tool, form) for tool, forms in FORMATS.items() for form in forms]


def written(tool: str, form: str, *, stage: str = "title-abstract", blind: bool = False, only: str = "all") -> bytes:
    citations = screening_citations(
        {"records": ROWS}, DECISIONS, texts=TEXTS, reviewers=1, stage=stage, only=only, blind=blind
    )
    return export_screening(citations, tool=tool, form=form)


def read(content: bytes, path: Path, tool: str | None = None, **options: object) -> tuple[Decision, ...]:
    path.write_bytes(content)
    return read_decisions(path, tables={"records": ROWS}, now=NOW, tool=tool, **options)  # type: ignore[arg-type]


def order(decisions: list[Decision]) -> list[Decision]:
    return sorted(decisions, key=lambda one: (int(one.pmid), one.decided_at, one.reviewer))


@pytest.mark.parametrize(("tool", "form"), WAYS)
def test_out_and_in_gives_the_same_decisions(tool: str, form: str, tmp_path: Path) -> None:
    assert list(read(written(tool, form), tmp_path / f"mine.{form}", tool)) == order(DECISIONS)


@pytest.mark.parametrize(("tool", "form"), [way for way in WAYS if way[0] != "covidence"])
def test_a_file_of_ours_is_recognised(tool: str, form: str, tmp_path: Path) -> None:
    assert list(read(written(tool, form), tmp_path / f"mine.{form}")) == order(DECISIONS)


@pytest.mark.parametrize(("tool", "form"), WAYS)
def test_a_blind_file_tells_no_decision(tool: str, form: str, tmp_path: Path) -> None:
    content = written(tool, form, blind=True)
    assert b"A. Reader" not in content
    assert b"wrong population" not in content
    assert read(content, tmp_path / f"blind.{form}", tool) == ()


@pytest.mark.parametrize("tool", FORMATS)
def test_ris_is_read_by_another_reader_with_every_record_whole(tool: str) -> None:
    entries = rispy.loads(written(tool, "ris").decode())
    assert [entry["accession_number"] for entry in entries] == PMIDS
    assert [entry["title"] for entry in entries] == [row["title"] for row in ROWS]
    for entry in entries[:5]:
        assert "not a title" in entry["abstract"]
        assert entry["abstract"].endswith("RESULTS: Pain fell by 3.")
        assert "\n" not in entry["abstract"]
        assert entry["authors"] == ["Alder, Ann B", "Knee Study Group"]
        assert entry["keywords"][-2:] == ["exercise", "knee, pain"]
        assert (entry["volume"], entry["number"], entry["start_page"], entry["end_page"]) == ("5", "2", "11", "19")
    assert entries[5]["authors"] == ["Gorse, AB", "Roe, C"]
    assert entries[5]["doi"] == "10.5555/knee.6"


def test_ris_has_nothing_between_entries_that_is_no_tag() -> None:
    lines = written("covidence", "ris").decode().split("\n")
    assert all(not line or line[2:6] == "  - " for line in lines)
    assert sum(line.startswith("TY  - ") for line in lines) == len(ROWS)
    assert sum(line.startswith("ER  - ") for line in lines) == len(ROWS)


@pytest.mark.parametrize("tool", ["asreview", "rayyan"])
def test_no_cell_of_a_csv_is_a_formula(tool: str) -> None:
    rows = list(csv.reader(io.StringIO(written(tool, "csv").decode())))
    assert len(rows) == len(ROWS) + 1
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    titles = [row[rows[0].index("title")] for row in rows[1:]]
    assert [unguarded(title) for title in titles] == [row["title"] for row in ROWS]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx", "'=x", "''+", "x", "", "'quoted'", "10.5555/x"])
def test_guarding_is_undone_by_reading(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert guarded(cell)[:1] not in ("=", "+", "-", "@", "\t", "\r")


def test_asreview_has_its_labels() -> None:
    rows = list(csv.DictReader(io.StringIO(written("asreview", "csv").decode())))
    assert [row["included"] for row in rows] == ["1", "0", "", "", "1", ""]
    entries = rispy.loads(written("asreview", "ris").decode())
    assert [entry["notes"][0] for entry in entries] == [
        "ASReview_relevant",
        "ASReview_irrelevant",
        "ASReview_not_seen",
        "ASReview_not_seen",
        "ASReview_relevant",
        "ASReview_not_seen",
    ]


def test_rayyan_has_each_reviewer() -> None:
    rows = list(csv.DictReader(io.StringIO(written("rayyan", "csv").decode())))
    assert 'RAYYAN-INCLUSION: {"A. Reader"=>"Included"}' in rows[0]["notes"]
    assert "RAYYAN-EXCLUSION-REASONS: wrong population, other; also <this>" in rows[1]["notes"]
    assert '{"B. \\"Bee\\" O\\\\Neil"=>"Included", "A. Reader"=>"Excluded"}' in rows[3]["notes"]
    assert "RAYYAN-INCLUSION" not in rows[5]["notes"]
    assert rows[0]["authors"] == "Alder, Ann B and Knee Study Group"
    assert rows[0]["pubmed_id"] == PMIDS[0]


def test_zotero_has_tags() -> None:
    entries = rispy.loads(written("zotero", "ris").decode())
    assert entries[0]["keywords"][:2] == ["screening: include", "screening reviewer: A. Reader"]
    assert "screening reason: wrong population, other, also <this>" in entries[1]["keywords"]
    assert not [word for word in entries[5].get("keywords", []) if word.startswith("screening")]


@pytest.mark.parametrize(
    ("stage", "only", "expected"),
    [
        ("title-abstract", "all", [0, 1, 2, 3, 4, 5]),
        ("title-abstract", "waiting", [5]),
        ("title-abstract", "included", [0, 4]),
        ("full-text", "all", [0, 2, 4]),
        ("full-text", "waiting", [0, 2]),
        ("full-text", "included", []),
    ],
)
def test_what_goes_out_at_a_stage(stage: str, only: str, expected: list[int]) -> None:
    citations = screening_citations({"records": ROWS}, DECISIONS, texts={}, reviewers=1, stage=stage, only=only)
    assert [citation.pmid for citation in citations] == [PMIDS[position] for position in expected]


def test_a_record_over_again_stays_at_home_and_its_decisions_go_with_the_other() -> None:
    same = {"pmid": PMIDS[5], "other": f"PMID:{PMIDS[0]}", "relation": "same-publication", "decided_at": NOW}
    tables = {"records": [*ROWS, record_row(7, presence="not-in-query")], "duplicates": [same]}
    on_the_other = [decided(PMIDS[5], "include")]
    citations = screening_citations(tables, on_the_other, texts={}, reviewers=1)
    assert [citation.pmid for citation in citations] == PMIDS[:5]
    assert citations[0].label == "include"


def test_options_that_do_not_exist() -> None:
    with pytest.raises(OptionError, match="rayyan"):
        export_screening([], tool="ryan")
    with pytest.raises(InputError, match="Covidence does not read CSV"):
        export_screening([], tool="covidence", form="csv")
    with pytest.raises(OptionError, match="xml"):
        export_screening([], tool="zotero", form="xml")
    with pytest.raises(OptionError, match="--only"):
        screening_citations({}, [], texts={}, reviewers=1, only="some")
    with pytest.raises(OptionError, match="--stage"):
        screening_citations({}, [], texts={}, reviewers=1, stage="abstract")


def test_what_cannot_be_told_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="which tool wrote plain"):
        recognise(tmp_path / "plain.csv", [])
