"""The story of the practice: invented throughout, the same in each telling, and the refresh finds out what happens."""

from __future__ import annotations

import csv
import inspect
import re
from typing import TYPE_CHECKING

import pytest

from evidence import practice
from evidence.errors import InputError, ProjectError
from evidence.project import Project
from evidence.protocol import load_protocol
from evidence.refresh.run import refresh
from evidence.starter import practice_review

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = re.compile(r"was ([\d.]+) \(SD ([\d.]+)\).*?\(n = (\d+)\) and ([\d.]+) \(SD ([\d.]+)\).*?\(n = (\d+)\)")


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(root=practice_review(tmp_path_factory.mktemp("practice") / "elbows").root)


def rows(project: Project, table: str) -> list[dict[str, str]]:
    with (project.processed / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("week", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", [1, 8])
def test_every_title_says_that_it_is_invented(week: int, seed: int) -> None:
    store = practice.story(week, records=80, seed=seed)
    titles = [store[pmid].title for pmid in store.pmids]
    assert len(titles) == {1: 80, 2: 84, 3: 87, 4: 85}[week]
    assert [title for title in titles if not re.match(r"((Erratum|Retraction): )?Invented: ", title)] == []
    assert min(map(int, store.pmids)) > 90_000_000


def test_nothing_is_dated_after_the_day_on_which_it_is_told() -> None:
    for week in (1, 2, 3, 4):
        store = practice.story(week)
        for pmid in store.pmids:
            record = store[pmid]
            assert max(filter(None, (record.added, record.revised, record.completed))) <= store.day, pmid


def test_the_same_story_is_told_again_and_another_seed_keeps_the_question() -> None:
    first, again, other = practice.story(2), practice.story(2), practice.story(2, seed=5)
    assert first.pmids == again.pmids
    assert all(first[pmid] == again[pmid] for pmid in first.pmids)
    about = [pmid for pmid in first.pmids if int(pmid) < 90_001_000]
    assert len(about) == 16 + len(("the late trial", "the notice"))
    assert all(first[pmid] == other[pmid] for pmid in about)
    assert any(first[pmid] != other[pmid] for pmid in first.pmids)


@pytest.mark.parametrize(("week", "records"), [(0, 60), (5, 60), (1, 15)])
def test_what_is_not_told_is_refused(week: int, records: int) -> None:
    with pytest.raises(InputError):
        practice.story(week, records=records)


def test_the_review_holds_what_its_records_print(review: Project) -> None:
    store = practice.story(1)
    outcomes = {row["row_id"]: row for row in rows(review, "outcomes")}
    reports = rows(review, "reports")
    assert [row["pmid"] for row in reports] == ["90000001", "90000002", "90000003", "90000004"]
    for report in reports:
        record = store[report["pmid"]]
        assert report["title"] == record.title
        assert report["doi"] == record.doi
        (results,) = (part.text for part in record.abstract if getattr(part, "label", "") == "RESULTS")
        found = NUMBERS.search(results)
        assert found is not None, results
        printed = [(*found.group(1, 2), found[3]), (*found.group(4, 5), found[6])]
        held = [outcomes[f"{report['study_id']}-R{arm}"] for arm in (1, 2)]
        assert printed == [(row["mean"], row["sd"], row["n"]) for row in held]


def test_the_query_of_the_review_finds_its_trials_and_not_everything(review: Project) -> None:
    search = load_protocol(review.protocol).search
    answer = practice.in_process(practice.story(1)).search(search.query).body.decode()
    found = set(re.findall(r"<Id>(\d+)</Id>", answer))
    assert set(search.known_items) <= found
    assert {record.pmid for record in practice.story(1).snapshot()[1] if "rats" in record.title} <= found
    assert len(search.known_items) < len(found) < 60


def test_a_refresh_finds_out_what_happens(review: Project) -> None:
    found: list[set[tuple[str, str]]] = []
    for week in (1, 2, 3, 4):
        store = practice.story(week)
        result = refresh(review, practice.in_process(store), clock=lambda store=store: store.now)
        found.append({(event.pmid, event.event) for event in result.events})
    assert {event for _, event in found[0]} == {"new"}
    assert found[1] == {
        ("90000101", "new"),
        ("90000201", "new"),
        ("90000002", "changed"),
        ("90000002", "corrected"),
    }
    assert found[2] == {("90000202", "new"), ("90000004", "changed"), ("90000004", "retracted")}
    assert found[3] == {("90000007", "merged"), ("90000013", "absent")}
    told = [set(re.findall(r"9\d{7}", " ".join(week.happened))) for week in practice.WEEKS]
    for events, pmids in zip(found[1:], told[1:], strict=True):
        assert {pmid for pmid, _ in events} <= pmids


def test_a_review_made_twice_is_the_same_and_never_over_another(review: Project, tmp_path: Path) -> None:
    made = practice_review(tmp_path / "again")
    assert "data/processed/outcomes.csv" in made.files
    assert rows(Project(root=made.root), "outcomes") == rows(review, "outcomes")
    with pytest.raises(ProjectError):
        practice_review(tmp_path / "again")


def test_only_loopback_can_be_listened_on() -> None:
    options = inspect.signature(practice.Server).parameters
    assert not {"host", "address", "bind"} & set(options)
    with practice.Server(practice.Store()) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert server._main.socket.getsockname()[0] == "127.0.0.1"
