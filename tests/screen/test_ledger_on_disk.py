"""The ledger on disk: added to and never rewritten, whole or not at all, by several at once without a loss."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from screening_desk import at, make_review, record, said

from evidence.errors import ProjectError, TableError
from evidence.protocol import load_protocol
from evidence.screen.ledger import load_decisions, record_decisions
from evidence.screen.standing import FULL_TEXT
from evidence.tables import check_tables
from evidence.tables.io import format_table, read_table

PMIDS = tuple(str(number) for number in range(1, 41))


@pytest.fixture
def project(tmp_path):
    """Return a review with forty records."""
    return make_review(tmp_path / "review", [record(pmid, f"Lamp {pmid}") for pmid in PMIDS])


def content(project) -> bytes:
    return (project.processed / "screening.csv").read_bytes()


def test_what_is_recorded_is_read_back_and_valid(project) -> None:
    rows = [
        said("2", "include", 1),
        said("10", "exclude", 2, reason='not "a" trial, no', notes="é"),
        said("2", "maybe", 3),
    ]
    assert record_decisions(project, rows) == tuple(rows)
    assert set(load_decisions(project)) == set(rows)
    assert check_tables(project.processed, vocabularies=load_protocol(project.protocol).vocabularies) == []


def test_the_bytes_are_those_that_the_tables_write(project) -> None:
    record_decisions(project, [said(pmid, "include", int(pmid)) for pmid in ("10", "9", "2")])
    assert content(project) == format_table(read_table(project.processed / "screening.csv", "screening"), "screening")


def test_rows_are_only_added(project) -> None:
    record_decisions(project, [said("1", "include", 1)])
    before = content(project).splitlines()
    record_decisions(project, [said("1", "undone", 2)])
    assert content(project).splitlines()[: len(before)] == before
    assert len(content(project).splitlines()) == len(before) + 1


def test_what_stands_there_word_for_word_is_not_added_again(project) -> None:
    row = said("1", "include", 1)
    record_decisions(project, [row])
    before = content(project)
    assert record_decisions(project, [row, row]) == ()
    assert content(project) == before


def test_a_dry_run_writes_nothing(project) -> None:
    before = content(project)
    assert len(record_decisions(project, [said("1", "include")], dry_run=True)) == 1
    assert content(project) == before


def test_every_fault_of_every_decision_is_named_and_nothing_is_written(project) -> None:
    before = content(project)
    rows = [
        said("1", "include", 1),
        said("999", "include", 1),
        said("2", "accept", 1),
        said("3", "exclude", 1, stage=FULL_TEXT),
        said("4", "undone", 1),
        said("5", "include", 1, by=""),
        said("6", "include", 1, notes="two\nlines"),
        said("7", "include", 1, by="a reader"),
    ]
    with pytest.raises(TableError) as caught:
        record_decisions(project, rows)
    text = str(caught.value)
    for fault in (
        "PMID 999 title-abstract A. Reader · column pmid: no such record",
        "PMID 2 title-abstract A. Reader · column decision: not an allowed value",
        "PMID 3 full-text A. Reader · column reason: an exclusion at full text without a reason",
        "PMID 4 title-abstract A. Reader · column decision: there is nothing to take back",
        "column reviewer: the cell must not be empty",
        "the cell holds a line break",
        "the name is almost that of another reviewer; found 'a reader'; allowed: A. Reader",
    ):
        assert fault in text
    assert content(project) == before


def test_two_decisions_of_one_person_in_one_second_cannot_be_told_apart(project) -> None:
    with pytest.raises(TableError, match="another decision on the record in the same second"):
        record_decisions(project, [said("1", "include", 1), said("1", "exclude", 1)])
    record_decisions(project, [said("1", "include", 1), said("1", "exclude", 1, by="B. Reader")])
    with pytest.raises(TableError, match="same second"):
        record_decisions(project, [said("1", "maybe", 1)])


def test_a_damaged_ledger_is_not_added_to(project) -> None:
    path = project.processed / "screening.csv"
    path.write_text(path.read_text() + "1,title-abstract\n")
    before = content(project)
    with pytest.raises(TableError, match=r"screening.csv is damaged"):
        record_decisions(project, [said("1", "include")])
    assert content(project) == before


def test_many_threads_lose_nothing(project) -> None:
    def work(pmid: str) -> None:
        record_decisions(project, [said(pmid, "include", int(pmid), by=f"Reader {int(pmid) % 4}")])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, PMIDS))
    assert {one.pmid for one in load_decisions(project)} == set(PMIDS)


SCRIPT = """
import sys
from pathlib import Path
from evidence.project import Project
from evidence.screen.ledger import Decision, record_decisions
project, reviewer = Project(root=Path(sys.argv[1])), sys.argv[2]
for n in range(1, 41):
    at = f"2026-11-01T10:{n:02}:00Z"
    record_decisions(project, [Decision(pmid=str(n), reviewer=reviewer, decision="include", decided_at=at)])
"""


def test_two_terminals_at_once_lose_nothing(project) -> None:
    runs = [
        subprocess.Popen([sys.executable, "-c", SCRIPT, str(project.root), name], stderr=subprocess.PIPE)
        for name in ("Ann", "Ben", "Cem")
    ]
    said_wrong = [run.communicate()[1] for run in runs]
    assert said_wrong == [b"", b"", b""]
    assert len(load_decisions(project)) == 3 * len(PMIDS)


def test_a_lock_that_is_held_is_a_message(project) -> None:
    from filelock import FileLock

    project.raw.mkdir(parents=True, exist_ok=True)
    with FileLock(project.raw / ".screening.lock"), pytest.raises(ProjectError, match="another process"):
        record_decisions(project, [said("1", "include")], timeout=0.05)
    assert load_decisions(project) == ()


def test_times_are_checked(project) -> None:
    from dataclasses import replace

    with pytest.raises(TableError, match="not a time in UTC"):
        record_decisions(project, [replace(said("1", "include"), decided_at=at(1).replace("Z", "+01:00"))])
