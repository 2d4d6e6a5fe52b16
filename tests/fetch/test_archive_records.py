"""Records from the raw archive: the latest of each, without any network."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from evidence import practice
from evidence.errors import ProjectError
from evidence.fetch.answer import Answer
from evidence.fetch.archive import Archive
from evidence.fetch.parse import parse_set
from evidence.practice.documents import record_set

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

RECORDS = practice.make_records(12, seed=1)


def store(archive: Archive, records: Iterable[practice.Synthetic], run: str, ids: Iterable[str] = ()) -> None:
    archive.store(Answer(tool="efetch", body=record_set(tuple(records))), run=run, purpose="records", ids=ids)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def test_a_record_is_read_as_it_was_parsed(archive: Archive) -> None:
    store(archive, RECORDS, "r1")
    parsed = {record.pmid: record for record in parse_set(record_set(RECORDS)).records}
    assert {record.pmid: record for record in archive.records()} == parsed
    assert archive.record(RECORDS[3].pmid) == parsed[RECORDS[3].pmid]
    assert archive.record("1") is None


def test_the_latest_answer_that_has_it_counts(archive: Archive) -> None:
    store(archive, RECORDS[:8], "r1")
    changed = RECORDS[2].but(title="Changed.", revised=dt.date(2026, 1, 1))
    store(archive, [RECORDS[10], changed], "r2")
    store(archive, RECORDS[4:6], "r3", ids=[RECORDS[2].pmid])  # asked for, and not in the answer
    found = archive.record(changed.pmid)
    assert found is not None
    assert found.title == "Changed."
    titles = {record.pmid: record.title for record in archive.records()}
    assert titles.keys() == {record.pmid for record in (*RECORDS[:8], RECORDS[10])}
    assert titles[changed.pmid] == "Changed."
    assert titles[RECORDS[1].pmid] != "Changed."
    assert len(list(archive.records())) == len(titles)


def test_the_same_bytes_again_are_the_latest(archive: Archive) -> None:
    store(archive, [RECORDS[0].but(title="One.")], "r1")
    store(archive, [RECORDS[0].but(title="Two.")], "r2")
    store(archive, [RECORDS[0].but(title="One.")], "r3")
    found = archive.record(RECORDS[0].pmid)
    assert found is not None
    assert found.title == "One."


def test_the_higher_version_in_one_answer_counts(archive: Archive) -> None:
    store(archive, [RECORDS[0].but(version=2, title="Second."), RECORDS[0].but(title="First.")], "r1")
    (found,) = archive.records()
    assert (found.version, found.title) == (2, "Second.")


@pytest.mark.parametrize("few", [True, False])
def test_some_records(archive: Archive, few: bool) -> None:
    for position in range(0, 12, 3):
        store(archive, RECORDS[position : position + 3], f"r{position}")
    wanted = [RECORDS[1].pmid, RECORDS[11].pmid, "1"] + ([] if few else [str(number) for number in range(100, 150)])
    assert {record.pmid for record in archive.records(wanted)} == {RECORDS[1].pmid, RECORDS[11].pmid}
    assert list(archive.records([])) == []


def test_answers_other_than_records_are_left_aside(archive: Archive) -> None:
    store(archive, RECORDS[:2], "r1")
    for tool, body in (("efetch", b"PMID- 90000001\n"), ("esearch", b"<eSearchResult/>"), ("", record_set(RECORDS))):
        archive.store(Answer(tool=tool, body=body), run="r2", purpose="other")
    assert len(list(archive.records())) == 2


def test_a_damaged_answer_is_an_error_and_no_older_record(archive: Archive) -> None:
    store(archive, RECORDS[:1], "r1")
    store(archive, [RECORDS[0].but(title="Newer.")], "r2")
    newest = archive.entries()[-1].sha256
    next(archive.batches.rglob(f"{newest}*")).write_bytes(b"")
    with pytest.raises(ProjectError, match=newest):
        archive.record(RECORDS[0].pmid)
