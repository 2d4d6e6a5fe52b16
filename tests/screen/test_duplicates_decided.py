"""Decisions on pairs: appended, the latest holds, and one record stands for all of one publication."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from screened_records import make_project, record_row, run_command, search_row

from evidence.errors import InputError, OptionError, UnknownIdError
from evidence.protocol import load_protocol
from evidence.screen.duplicates import decide_pair, find_duplicates, stands_for
from evidence.screen.rows import read_rows

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from evidence.project import Project

AT = dt.datetime(2026, 11, 22, 10, 15, tzinfo=dt.UTC)
SAME = {"title": "Exercise for knees [a trial] of growers", "authors": "Alder AB", "year": "2020", "doi": ""}


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Project:
    records = [record_row(1, **SAME), record_row(2, **SAME), record_row(3)]
    return make_project(tmp_path, root, searches=[search_row()], records=records)


def decide(
    project: Project, pmid: str, other: str, relation: str, *, minute: int = 0, **options: str
) -> dict[str, str]:
    given = {"by": "A. Reader", **options}
    return decide_pair(
        project,
        pmid,
        other,
        relation,
        at=AT + dt.timedelta(minutes=minute),
        vocabularies=load_protocol(project.protocol).vocabularies,
        **given,  # type: ignore[arg-type]
    )


def tables(project: Project) -> dict[str, tuple[dict[str, str], ...]]:
    return {name: read_rows(project, name) for name in ("records", "reports", "studies", "duplicates")}


def test_a_decision_is_added_and_the_latest_of_a_pair_holds(project: Project) -> None:
    decide(project, "90000001", "90000002", "different", note="two  trials\nafter all")
    decide(project, "90000002", "PMID:90000001", "same-publication", minute=1)
    rows = read_rows(project, "duplicates")
    assert [(row["pmid"], row["other"], row["relation"]) for row in rows] == [
        ("90000001", "PMID:90000002", "different"),
        ("90000002", "PMID:90000001", "same-publication"),
    ]
    assert rows[0]["notes"] == "two trials after all"
    pair = next(pair for pair in find_duplicates(tables(project)) if pair.pmid == "90000001")
    assert (pair.decided, pair.decided_by, pair.decided_at) == ("same-publication", "A. Reader", "2026-11-22T10:16:00Z")
    assert stands_for(tables(project)) == {"90000002": "90000001"}


def test_a_pair_that_nothing_found_is_kept(project: Project) -> None:
    report = read_rows(project, "reports")[0]["report_id"]
    decide(project, "90000003", report, "same-trial")
    pair = next(pair for pair in find_duplicates(tables(project)) if pair.pmid == "90000003")
    assert (pair.other, pair.decided, pair.because) == (report, "same-trial", ("a curator named the pair",))


@pytest.mark.parametrize(
    ("pmid", "other", "relation", "by", "error"),
    [
        ("90000001", "90000001", "different", "A", InputError),
        ("90000009", "90000001", "different", "A", UnknownIdError),
        ("90000001", "Nobody-1", "different", "A", UnknownIdError),
        ("90000001", "90000002", "same", "A", OptionError),
        ("90000001", "90000002", "different", " ", InputError),
    ],
)
def test_what_cannot_be_decided(
    pmid: str, other: str, relation: str, by: str, error: type[Exception], project: Project
) -> None:
    before = (project.processed / "duplicates.csv").read_bytes()
    with pytest.raises(error):
        decide(project, pmid, other, relation, by=by)
    assert (project.processed / "duplicates.csv").read_bytes() == before


def test_two_decisions_in_one_second(project: Project) -> None:
    decide(project, "90000001", "90000002", "different")
    with pytest.raises(InputError, match="this very second"):
        decide(project, "90000001", "90000002", "same-trial")


def test_chains_of_one_publication_have_one_record_for_all() -> None:
    def row(pmid: str, other: str, relation: str = "same-publication", at: str = "1") -> dict[str, str]:
        return {"pmid": pmid, "other": other, "relation": relation, "decided_at": at}

    chain = [row("30", "PMID:20"), row("100", "PMID:30"), row("7", "R-1"), row("8", "PMID:9", "same-trial")]
    assert stands_for({"duplicates": chain}) == {"30": "20", "100": "20"}
    undone = [*chain, row("20", "PMID:30", "different", at="2")]
    assert stands_for({"duplicates": undone}) == {"100": "30"}
    merged = [{"pmid": "5", "merged_into": "6"}, {"pmid": "6", "merged_into": ""}, {"pmid": "7", "merged_into": "99"}]
    assert stands_for({"records": merged}) == {"5": "6"}
    assert stands_for({"records": merged, "duplicates": [row("5", "PMID:6", "different")]}) == {}


def run(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_command(project.root, "duplicates", *arguments)


def test_the_command_lists_decides_and_lists_no_more(project: Project) -> None:
    first = run(project)
    assert first.returncode == 0
    assert "90000001  PMID:90000002" in first.stdout
    assert "Exercise for knees [a trial] of growers" in first.stdout
    assert "1 pair in 1 group to decide on" in first.stderr
    assert all(len(line) <= 80 for line in first.stdout.splitlines())
    done = run(project, "decide", "90000001", "90000002", "--as", "same-publication", "--by", "A. Reader")
    assert (done.returncode, done.stdout) == (0, "PMID:90000001 and PMID:90000002: same-publication, by A. Reader\n")
    assert read_rows(project, "duplicates")[0]["found_by"] == "title"
    after = run(project)
    assert (after.returncode, after.stdout) == (0, "")
    (row,) = json.loads(run(project, "--all", "--json").stdout)
    assert (row["decided"], row["group"], row["suggests"]) == ("same-publication", 1, "same-publication")


def test_the_command_refuses_with_a_message(project: Project) -> None:
    wrong = run(project, "decide", "90000001", "90000002", "--as", "same", "--by", "A. Reader")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "same-publication" in wrong.stderr
    assert run(project, "--strength", "weak").returncode == 1
