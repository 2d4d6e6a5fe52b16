"""The change log: what an entry says, and that nothing that stands in it is ever touched."""

from __future__ import annotations

import pytest

from evidence.errors import InputError, ProjectError
from evidence.living import append_entry, compare_bases, find_sources, log_entries, read_source
from evidence.living import log as log_module
from evidence.living.log import log_page, page_path
from evidence.tables import check_tables


def compare(review, old):
    sources = find_sources([str(old), "."], review.project)
    return compare_bases(*(read_source(source) for source in sources))


@pytest.fixture
def updated(review, tmp_path):
    """Return a review with a search, a new trial, an excluded one and a correction since its older copy."""
    import shutil

    old = tmp_path / "older"
    shutil.copytree(review.root, old)
    review.tables["searches"].append(
        {
            "search_id": "pubmed-1",
            "database": "PubMed",
            "query": "treatment",
            "run_at": "2026-03-01T00:00:00Z",
            "count": "12",
            "raw_hash": "a" * 64,
        }
    )
    review.tables["records"] += [
        {"pmid": "1", "title": "One", "search_id": "pubmed-1"},
        {"pmid": "2", "title": "Two", "search_id": "pubmed-1"},
    ]
    decided = {"reviewer": "A", "role": "reviewer", "stage": "title-abstract", "decided_at": "2026-03-02T00:00:00Z"}
    review.tables["screening"] += [
        {"pmid": "1", "decision": "include"} | decided,
        {"pmid": "2", "decision": "exclude", "reason": "no trial"} | decided,
    ]
    review.add_study("Di2024")
    review.add_counts("Di2024", 2, 40, 20, 40)
    review.row("studies", study_id="Cy2003").update(
        eligibility="excluded-confounded", eligibility_reason="another drug in one arm"
    )
    review.row("outcomes", row_id="R001").update(events="22", notes="the authors confirmed 22")
    return review.write(), old


def test_an_entry_says_what_was_searched_found_taken_in_and_concluded(updated) -> None:
    review, old = updated
    rows = append_entry(
        review.project, compare(review, old), version="0.2.0", date="2026-03-05", trigger="monthly search"
    )
    assert review.reread("changes") == rows
    assert [row["change_id"] for row in rows] == [f"0.2.0-{number:02}" for number in range(1, len(rows) + 1)]
    told = {kind: [row for row in rows if row["kind"] == kind] for kind in {row["kind"] for row in rows}}
    (head,) = told["version"]
    assert (head["after"], head["reason"][:6]) == ("0.2.0", "major:")
    assert told["trigger"][0]["what"] == "monthly search"
    assert told["search"][0]["what"] == "searched PubMed, 2026-03-01T00:00:00Z, 12 records"
    assert [row["what"] for row in told["screening"]] == [
        "2 new records",
        "title-abstract: 1 × exclude",
        "title-abstract: 1 × include",
    ]
    studies = {row["subject"]: row for row in told["study"]}
    assert studies["Di2024"]["what"] == "Di 2024 is new (included)"
    assert studies["Cy2003"]["reason"] == "another drug in one arm"
    (conclusion,) = told["conclusion"]
    assert conclusion["subject"] == "response"
    assert "the interval includes the null now" in conclusion["what"]
    assert conclusion["before"].startswith("RR 1.81 (1.28 to 2.55); k = 3, n = 300")
    (correction,) = told["correction"]
    assert (correction["subject"], correction["before"], correction["after"]) == ("outcomes:R001", "20", "22")
    assert correction["reason"] == "the authors confirmed 22"


def test_the_log_passes_the_checks_of_the_tables(updated) -> None:
    from evidence.protocol import load_protocol

    review, old = updated
    append_entry(review.project, compare(review, old), version="0.2.0", date="2026-03-05")
    protocol = load_protocol(review.project.protocol)
    assert check_tables(review.project.processed, vocabularies=protocol.vocabularies) == []
    assert compare(review, old).after.version == "0.2.0"


def test_no_search_is_said(review, tmp_path) -> None:
    import shutil

    shutil.copytree(review.root, tmp_path / "older")
    review.row("outcomes", row_id="R001")["events"] = "21"
    review.write()
    rows = append_entry(review.project, compare(review, tmp_path / "older"), version="0.1.1", date="2026-01-01")
    assert [row["what"] for row in rows if row["kind"] == "search"] == [
        "no search was recorded since the preceding version"
    ]


def test_the_first_version_counts_instead_of_listing(review) -> None:
    diff = compare_bases(*(read_source(source) for source in find_sources(["nothing"], review.project)))
    rows = append_entry(review.project, diff, version="0.1.0", date="2026-01-01")
    assert [row["what"] for row in rows if row["kind"] == "study"] == ["3 trials: included"]
    assert {row["subject"] for row in rows if row["kind"] == "result"} == {"response", "length"}
    assert "10 rows added in outcomes" in [row["what"] for row in rows]


def test_entries_are_appended_and_the_old_ones_keep_every_byte(updated) -> None:
    review, old = updated
    append_entry(review.project, compare(review, old), version="0.2.0", date="2026-03-05")
    first = review.file("changes").read_bytes()
    page = page_path(review.project).read_text(encoding="utf-8")
    # as a person may have it: no line end at the end of the file
    review.file("changes").write_bytes(first.removesuffix(b"\n"))
    append_entry(review.project, compare(review, old), version="0.10.0", date="2026-03-05")
    assert review.file("changes").read_bytes().startswith(first)
    later = page_path(review.project).read_text(encoding="utf-8")
    assert later.index("## 0.10.0") < later.index("## 0.2.0")
    assert page[page.index("## 0.2.0") :] in later


@pytest.mark.parametrize(
    ("version", "date", "said"),
    [
        ("0.2.0", "2026-03-06", "in the change log already"),
        ("0.1.9", "2026-03-06", "does not come after 0.2.0"),
        ("0.3", "2026-03-06", "is not a version"),
        ("0.3.0", "2026-03-04", "before 2026-03-05"),
        ("0.3.0", "6 March", "is not a day"),
        ("0.3.0", "2026-02-30", "is not a day"),
    ],
)
def test_what_is_refused_writes_nothing(updated, version, date, said) -> None:
    review, old = updated
    diff = compare(review, old)
    append_entry(review.project, diff, version="0.2.0", date="2026-03-05")
    log, page = review.file("changes").read_bytes(), page_path(review.project).read_bytes()
    with pytest.raises(InputError, match=said):
        append_entry(review.project, diff, version=version, date=date)
    assert (review.file("changes").read_bytes(), page_path(review.project).read_bytes()) == (log, page)


def test_nothing_to_log_and_another_tree_are_refused(updated) -> None:
    review, old = updated
    same = compare_bases(*(read_source(source) for source in find_sources([".", "."], review.project)))
    with pytest.raises(InputError, match="nothing changed"):
        append_entry(review.project, same, version="0.2.0", date="2026-03-05")
    back = compare_bases(*(read_source(source) for source in find_sources([".", str(old)], review.project)))
    with pytest.raises(InputError, match="tells of the working tree"):
        append_entry(review.project, back, version="0.2.0", date="2026-03-05")
    assert review.reread("changes") == []


def test_a_write_that_fails_leaves_the_log_as_it_was(updated, monkeypatch) -> None:
    review, old = updated
    diff, before = compare(review, old), review.file("changes").read_bytes()

    def fail(path, content) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(log_module, "write_bytes", fail)
    with pytest.raises(OSError, match="disk full"):
        append_entry(review.project, diff, version="0.2.0", date="2026-03-05")
    assert review.file("changes").read_bytes() == before
    assert not page_path(review.project).exists()


def test_a_log_that_changed_meanwhile_is_not_overwritten(updated, monkeypatch) -> None:
    review, old = updated
    diff, path = compare(review, old), review.file("changes")
    real = log_module.csv_bytes

    def meanwhile(*arguments):
        path.write_bytes(path.read_bytes() + b"0.1.9-01,0.1.9,2026-01-01,other,,x,,,\n")
        return real(*arguments)

    monkeypatch.setattr(log_module, "csv_bytes", meanwhile)
    with pytest.raises(ProjectError, match="changed while the entry was made"):
        append_entry(review.project, diff, version="0.2.0", date="2026-03-05")
    assert b"0.2.0" not in path.read_bytes()


@pytest.mark.parametrize("content", [None, b"", b"a,b\n1,2\n"])
def test_a_log_that_is_none(updated, content) -> None:
    review, old = updated
    diff = compare(review, old)
    review.file("changes").unlink()
    if content is not None:
        review.file("changes").write_bytes(content)
    with pytest.raises(ProjectError):
        append_entry(review.project, diff, version="0.2.0", date="2026-03-05")


def test_the_page_shows_hostile_cells_as_they_are() -> None:
    row = {"version": "1.0.0", "released_on": "2026-01-01", "subject": "", "before": "", "after": "", "change_id": "x"}
    rows = [
        row | {"kind": "version", "what": "compared", "reason": ""},
        row | {"kind": "study", "what": "<script>x</script> | [a](javascript:b)\n# Title", "reason": "`c`"},
    ]
    page = log_page(rows, "A <b>title</b>")
    assert "<script>" not in page
    assert "\\[a\\](javascript:b)" in page
    assert "\n# Title" not in page
    (version,) = log_entries(rows)
    assert version.groups[0][0] == "Trials"


def test_an_empty_log_says_so() -> None:
    assert "No version has been logged yet." in log_page([], "Tiny")
