"""A commit of several files: all of them or none, whenever the process dies; nobody else's change is overwritten."""

from __future__ import annotations

import errno
import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from dying import dies_at

from evidence.errors import InputError, ProjectError, RefreshError
from evidence.fetch.marker import marker_path, refuse_half_moved, staging_folder
from evidence.project import Project
from evidence.refresh.commit import commit, pending, roll_forward

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

OLD = {"data/processed/records.csv": b"old records", "data/processed/searches.csv": b"old searches"}
NEW = {
    "data/processed/records.csv": b"new records, and more",
    "data/processed/searches.csv": b"new searches",
    "data/processed/deep/events.csv": b"events",
}
STEPS_TO_THE_MARKER = 20  # at least: where `half_moved` begins to look
LATER = {"data/processed/records.csv": b"later records", "data/processed/deep/events.csv": b"later events"}


def make(root: Path) -> Project:
    for place, content in OLD.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_bytes(content)
    (root / "protocol.toml").write_text("")
    return Project(root=root)


def stands(project: Project) -> dict[str, bytes]:
    """Return every file outside the raw data."""
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in project.root.rglob("*")
        if path.is_file() and not path.is_relative_to(project.raw) and path.name != "protocol.toml"
    }


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk: what is tested is the order of the steps, and fsync still counts as one."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make(tmp_path / "project")


def test_all_files_are_written_and_nothing_is_left(project: Project) -> None:
    commit(project, "run-1", NEW)
    assert stands(project) == NEW
    assert not staging_folder(project).exists()
    assert pending(project) is None
    assert roll_forward(project) is False
    refuse_half_moved(project)


def test_the_same_content_again_changes_nothing(project: Project) -> None:
    commit(project, "run-1", NEW)
    commit(project, "run-2", NEW)
    assert stands(project) == NEW


@pytest.mark.parametrize("half", [False, True], ids=["not at all", "by half"])
def test_killed_at_any_step(tmp_path: Path, half: bool) -> None:
    step, done, states = 0, False, []
    while not done:
        project = make(tmp_path / str(step))
        with dies_at(step, half=half):
            commit(project, "run-1", NEW)
            done = True
        waits = pending(project)
        before = {place: content for place, content in stands(project).items() if not place.endswith(".part")}
        if waits is None:
            assert before in (OLD, NEW)
            refuse_half_moved(project)
        else:
            assert waits == "run-1"
            assert all(content in (OLD.get(place), NEW[place]) for place, content in before.items())
            with pytest.raises(ProjectError, match="results of refresh run-1"):
                refuse_half_moved(project)
        states.append("old" if waits is None and before == OLD else "new" if waits is None else "moving")

        assert roll_forward(project) is (waits is not None)
        assert stands(project) == (OLD if states[-1] == "old" else NEW)
        assert roll_forward(project) is False
        commit(project, "run-2", LATER)
        assert stands(project) == ({**OLD, **LATER} if states[-1] == "old" else {**NEW, **LATER})
        assert not staging_folder(project).exists()
        step += 1
    # the moment of the commit is one step: old before it, never old after it
    assert states == sorted(states, key=["old", "moving", "new"].index)
    assert min(states.count("old"), states.count("moving")) > 10
    assert states[-1] == "new"


def test_killed_again_at_any_step_of_completing(tmp_path: Path) -> None:
    half = half_moved(make(tmp_path / "half"))
    step, done = 0, False
    while not done:
        project = Project(root=tmp_path / str(step))
        shutil.copytree(half.root, project.root)
        with dies_at(step):
            roll_forward(project)
            done = True
        roll_forward(project)
        assert stands(project) == NEW
        assert pending(project) is None
        step += 1
    assert step > 10


def half_moved(project: Project) -> Project:
    """Kill a commit when one of its three files is in place."""
    for step in range(STEPS_TO_THE_MARKER, 1000):
        shutil.rmtree(project.root)
        make(project.root)
        with dies_at(step):
            commit(project, "run-1", NEW)
        if stands(project)["data/processed/records.csv"] == NEW["data/processed/records.csv"]:
            break
    return project


def test_half_moved_is_half_moved(project: Project) -> None:
    half_moved(project)
    there = stands(project)
    assert there["data/processed/records.csv"] == NEW["data/processed/records.csv"]
    assert there["data/processed/searches.csv"] == OLD["data/processed/searches.csv"]


def test_the_next_commit_completes_the_one_before_and_stops(project: Project) -> None:
    half_moved(project)
    with pytest.raises(RefreshError, match=r"run-1 had been stopped .* Nothing of run run-2 was written"):
        commit(project, "run-2", LATER)
    assert stands(project) == NEW
    commit(project, "run-2", LATER)
    assert stands(project) == {**NEW, **LATER}


def test_the_same_commit_again_completes_it(project: Project) -> None:
    half_moved(project)
    commit(project, "run-1", NEW)
    assert stands(project) == NEW


def test_another_s_change_is_not_overwritten(project: Project) -> None:
    half_moved(project)
    edited = project.processed / "searches.csv"
    edited.write_bytes(b"by hand")
    before = stands(project)
    for _ in range(2):
        with pytest.raises(ProjectError, match=r"data/processed/searches\.csv was changed after run run-1"):
            roll_forward(project)
        with pytest.raises(ProjectError, match="was changed"):
            commit(project, "run-2", LATER)
        assert stands(project) == before
    edited.write_bytes(OLD["data/processed/searches.csv"])
    assert roll_forward(project) is True
    assert stands(project) == NEW


def test_damage_to_what_is_ready_is_seen_before_anything_moves(project: Project) -> None:
    half_moved(project)
    before = stands(project)
    ready = staging_folder(project) / "run-1" / "2"
    ready.write_bytes(b"other")
    with pytest.raises(ProjectError, match=r"2 is missing or damaged.*deep/events\.csv"):
        roll_forward(project)
    ready.unlink()
    with pytest.raises(ProjectError, match="missing or damaged"):
        roll_forward(project)
    assert stands(project) == before


@pytest.mark.parametrize(
    "harm",
    [
        lambda facts: facts["moves"][0].update(path="../outside.csv"),
        lambda facts: facts["moves"][0].update(path="/etc/passwd"),
        lambda facts: facts["moves"][0].update(path="data/raw/manifest.jsonl"),
        lambda facts: facts["moves"][0].update(path=7),
        lambda facts: facts["moves"][0].update(staged="../../../protocol.toml"),
        lambda facts: facts["moves"][0].update(sha256="0"),
        lambda facts: facts["moves"][0].update(sha256=""),
        lambda facts: facts["moves"][0].update(before=7),
        lambda facts: facts["moves"][0].pop("before"),
        lambda facts: facts.update(run="../run-1"),
        lambda facts: facts.update(run=None),
        lambda facts: facts.update(moves=7),
        lambda facts: facts.update(moves=[7]),
        lambda facts: facts.clear(),
    ],
)
def test_a_marker_that_was_tampered_with_moves_nothing(
    project: Project, harm: Callable[[dict[str, Any]], object]
) -> None:
    half_moved(project)
    before = stands(project)
    facts = json.loads(marker_path(project).read_bytes())
    harm(facts)
    marker_path(project).write_text(json.dumps(facts))
    for use in (pending, roll_forward, refuse_half_moved):
        with pytest.raises(ProjectError, match=r"commit\.json is damaged"):
            use(project)
    assert stands(project) == before
    assert not (project.root.parent / "outside.csv").exists()


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"null"])
def test_a_marker_that_is_no_marker(project: Project, content: bytes) -> None:
    marker_path(project).parent.mkdir(parents=True)
    marker_path(project).write_bytes(content)
    with pytest.raises(ProjectError, match=r"commit\.json is damaged"):
        pending(project)


@pytest.mark.parametrize(
    "place",
    [
        "",
        "/etc/passwd",
        "../x.csv",
        "data/../../x.csv",
        "data//x.csv",
        "./x.csv",
        "data/raw/x",
        "a\\b",
        "C:x",
        ".",
        "..",
    ],
)
def test_places_outside_the_project(project: Project, place: str) -> None:
    with pytest.raises(InputError, match="no place in the project"):
        commit(project, "run-1", {"data/processed/records.csv": b"new", place: b"new"})
    assert stands(project) == OLD


@pytest.mark.parametrize("run", ["", "../x", "a/b", ".", "..", "a b", "x" * 101])
def test_names_that_cannot_be_of_a_run(project: Project, run: str) -> None:
    with pytest.raises(InputError, match="cannot name a run"):
        commit(project, run, NEW)
    assert stands(project) == OLD


def test_nothing_to_write(project: Project) -> None:
    with pytest.raises(InputError, match="nothing to write"):
        commit(project, "run-1", {})


@pytest.mark.parametrize("refused", range(12))
def test_a_full_disk_at_any_step_is_an_error_that_says_what_stands(
    project: Project, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    count = 0

    def full(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count > refused:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(RefreshError, match="No space left on device") as caught:
            commit(project, "run-1", NEW)
    if "nothing of run run-1 was written" in str(caught.value):
        assert pending(project) is None
        assert stands(project) == OLD
    else:
        assert "results of run run-1 are complete" in str(caught.value)
        assert roll_forward(project) is True
        assert stands(project) == NEW
    commit(project, "run-2", LATER)


def test_raw_data_on_another_disk(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rename from one disk to another fails; none is needed."""
    real = os.replace

    def within_a_folder(source: str, target: str) -> None:
        if os.path.dirname(source) != os.path.dirname(target):  # noqa: PTH120
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        real(source, target)

    elsewhere = tmp_path / "big disk"
    elsewhere.mkdir()
    project.raw.symlink_to(elsewhere, target_is_directory=True)
    monkeypatch.setattr(os, "replace", within_a_folder)
    commit(project, "run-1", NEW)
    assert stands(project) == NEW


def test_a_place_that_cannot_be_read_is_an_error_of_the_project(project: Project) -> None:
    (project.processed / "folder.csv").mkdir(parents=True)
    with pytest.raises(RefreshError, match="nothing of run r1 was written: cannot read or write"):
        commit(project, "r1", {"data/processed/folder.csv": b"new"})
    marker_path(project).mkdir(parents=True)
    with pytest.raises(ProjectError, match="cannot be read"):
        pending(project)
