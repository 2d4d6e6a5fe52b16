"""Bases from git: revisions, ranges, merge bases, and what is said where there is none."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from evidence.errors import ProjectError, ProtocolError, TableError
from evidence.living import compare_bases, find_sources, read_source
from evidence.project import Project


def load_conftest():
    import importlib.util
    from pathlib import Path

    spec = importlib.util.spec_from_file_location("living_tiny", Path(__file__).with_name("conftest.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tiny = load_conftest()


def compare(project: Project, *names: str):
    return compare_bases(*(read_source(source) for source in find_sources(names, project)))


@pytest.fixture
def repository(review):
    """Return a review in a repository: tag 1.0.0, then a correction with tag 1.0.1, then an uncommitted one."""
    tiny.commit(review.root, "1.0.0")
    review.row("outcomes", row_id="R001")["events"] = "22"
    review.write()
    tiny.commit(review.root, "1.0.1")
    review.row("outcomes", row_id="R003")["events"] = "31"
    review.write()
    return review


def told(diff) -> list[tuple[str, str, str]]:
    return [(cell.row, cell.before, cell.after) for cell in diff.cells]


def test_revisions_tags_commits_and_the_working_tree(repository) -> None:
    project = repository.project
    assert told(compare(project, "1.0.0", "1.0.1")) == [("R001", "20", "22")]
    assert told(compare(project, "1.0.0..1.0.1")) == [("R001", "20", "22")]
    assert told(compare(project, "1.0.1")) == [("R003", "30", "31")]
    assert told(compare(project, "HEAD", ".")) == [("R003", "30", "31")]
    assert told(compare(project, "HEAD~1")) == [("R001", "20", "22"), ("R003", "30", "31")]
    assert told(compare(project, ".", "1.0.0")) == [("R001", "22", "20"), ("R003", "31", "30")]
    sha = tiny.git(repository.root, "rev-parse", "1.0.0")
    assert compare(project, sha, "1.0.0").empty
    assert compare(project, sha[:9]).before.commit == sha


def test_labels_name_revision_and_day(repository) -> None:
    diff = compare(repository.project, "1.0.0")
    sha = tiny.git(repository.root, "rev-parse", "1.0.0")
    assert diff.before.label == f"1.0.0 ({sha[:10]}, 2026-01-02)"
    assert diff.before.date == "2026-01-02"
    assert diff.after.label == "the working tree"


def test_reading_leaves_everything_as_it_is(repository) -> None:
    def state() -> dict[str, bytes]:
        return {
            path.relative_to(repository.root).as_posix(): path.read_bytes()
            for path in sorted(repository.root.rglob("*"))
            if path.is_file()
        }

    before = state()
    compare(repository.project, "1.0.0", "1.0.1")
    compare(repository.project, "1.0.0")
    assert state() == before


def test_a_project_below_the_top_of_its_repository(tmp_path) -> None:
    review = tiny.Review(tmp_path / "reviews" / "tiny one").write()
    (tmp_path / "protocol.toml").write_text("not this one", encoding="utf-8")
    tiny.commit(tmp_path, "1.0.0")
    review.row("outcomes", row_id="R001")["events"] = "22"
    review.write()
    assert told(compare(review.project, "1.0.0")) == [("R001", "20", "22")]


def test_three_points_compare_with_the_merge_base(review) -> None:
    tiny.commit(review.root, "start")
    tiny.git(review.root, "switch", "--quiet", "--create", "update")
    review.row("outcomes", row_id="R001")["events"] = "22"
    review.write()
    tiny.commit(review.root)
    tiny.git(review.root, "switch", "--quiet", "main")
    review.row("outcomes", row_id="R001")["events"] = "20"
    review.row("outcomes", row_id="R003")["events"] = "31"
    review.write()
    tiny.commit(review.root)
    assert told(compare(review.project, "main..update")) == [("R001", "20", "22"), ("R003", "31", "30")]
    assert told(compare(review.project, "main...update")) == [("R001", "20", "22")]
    assert told(compare(review.project, "update...")) == [("R003", "30", "31")]
    assert compare(review.project, "main...update").before.label.startswith("where update parted from main")


def test_histories_without_a_common_commit(review) -> None:
    tiny.commit(review.root)
    tiny.git(review.root, "switch", "--quiet", "--orphan", "other")
    review.row("outcomes", row_id="R001")["events"] = "21"
    review.write()
    tiny.commit(review.root)
    with pytest.raises(ProjectError, match="no commit in common"):
        compare(review.project, "main...other")


def test_an_unknown_revision_names_near_ones(repository) -> None:
    with pytest.raises(ProjectError, match=r"no revision is called '1\.0\.2'.*did you mean '1\.0\.[01]'"):
        compare(repository.project, "1.0.2")
    with pytest.raises(ProjectError, match=r"no revision is called 'zzzz'.*known names: "):
        compare(repository.project, "zzzz")


@pytest.mark.parametrize("name", ["--output=x", "-h", "--help", "1.0.0 --all", "HEAD^{tree}", "", "HEAD:protocol.toml"])
def test_names_that_are_no_revisions_do_no_harm(repository, name) -> None:
    with pytest.raises(ProjectError, match="no revision is called"):
        compare(repository.project, name)


def test_no_repository(review) -> None:
    with pytest.raises(ProjectError, match="is not in a git repository; compare two folders"):
        compare(review.project, "1.0.0")


def test_an_empty_repository(review) -> None:
    tiny.git(review.root, "init", "--quiet")
    with pytest.raises(ProjectError, match="the repository has no commit yet"):
        compare(review.project, "HEAD")


def test_no_git(review, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ProjectError, match="git was not found"):
        compare(review.project, "HEAD")


def test_a_revision_before_there_was_a_base(tmp_path) -> None:
    root = tmp_path / "review"
    root.mkdir()
    (root / "README.md").write_text("soon", encoding="utf-8")
    empty = tiny.commit(root, "0.0.1")
    review = tiny.Review(root).write()
    first = tiny.commit(root)
    with pytest.raises(ProjectError) as raised:
        compare(review.project, "0.0.1")
    assert f"0.0.1 ({empty[:10]}, 2026-01-02) has no evidence base" in str(raised.value)
    assert first[:10] in str(raised.value)


def test_a_base_that_was_damaged_then(repository) -> None:
    path = repository.file("outcomes")
    content = path.read_text(encoding="utf-8")
    lines = content.split("\n")
    path.write_text("\n".join([*lines[:2], lines[2] + ",more", *lines[3:]]), encoding="utf-8")
    tiny.commit(repository.root, "torn")
    path.write_text(content + lines[1] + "\n", encoding="utf-8")
    tiny.commit(repository.root, "doubled")
    path.write_bytes(content.encode().replace(b"patients", b"\xff\xfe"))
    tiny.commit(repository.root, "binary")
    path.write_text("", encoding="utf-8")
    tiny.commit(repository.root, "blank")
    repository.write()
    for tag, said in (
        ("torn", "cells"),
        ("doubled", "two rows have the same key"),
        ("binary", "not UTF-8"),
        ("blank", "not even a header"),
    ):
        with pytest.raises(TableError, match=said) as raised:
            compare(repository.project, tag)
        assert str(raised.value).startswith(f"{tag} (")


def test_a_protocol_that_could_not_be_read_then(repository) -> None:
    repository.protocol = "[review\n"
    repository.write()
    tiny.commit(repository.root, "broken")
    repository.protocol = tiny.PROTOCOL
    repository.write()
    with pytest.raises(ProtocolError, match=r"broken .*not readable as TOML"):
        compare(repository.project, "broken")


def test_a_working_tree_with_a_fault_is_refused(repository) -> None:
    repository.row("outcomes", row_id="R001")["events"] = "9999"
    repository.write()
    with pytest.raises(TableError, match="the working tree is not sound; `evidence check`"):
        compare(repository.project, "1.0.0")


def test_a_link_in_the_past_is_refused(repository) -> None:
    repository.file("outcomes").rename(repository.root / "data" / "elsewhere.csv")
    repository.file("outcomes").symlink_to("../elsewhere.csv")
    tiny.commit(repository.root, "linked")
    with pytest.raises(ProjectError, match=r"outcomes\.csv is a link"):
        compare(repository.project, "linked")


def test_a_shallow_clone_says_so(repository, tmp_path) -> None:
    tiny.git(tmp_path, "clone", "--quiet", "--depth=1", "--no-tags", f"file://{repository.root}", "clone")
    with pytest.raises(ProjectError, match="this clone is shallow"):
        compare(Project(root=tmp_path / "clone"), "1.0.0")


def test_variables_that_hooks_set_do_not_lead_elsewhere(repository, tmp_path, monkeypatch) -> None:
    tiny.git(tmp_path, "init", "--quiet", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no-index"))
    assert told(compare(repository.project, "1.0.0", "1.0.1")) == [("R001", "20", "22")]


def test_folders(repository, tmp_path, monkeypatch) -> None:
    other = tiny.Review(tmp_path / "other").write()
    assert told(compare(repository.project, str(other.root))) == [("R001", "20", "22"), ("R003", "30", "31")]
    monkeypatch.chdir(tmp_path)
    assert told(compare(repository.project, "./other", "1.0.1")) == [("R001", "20", "22")]
    assert told(compare(repository.project, "other", "1.0.1")) == [("R001", "20", "22")]
    with pytest.raises(ProjectError, match="holds no project"):
        compare(repository.project, "./nowhere")


def test_a_name_that_is_both_folder_and_revision(repository, tmp_path, monkeypatch) -> None:
    tiny.Review(tmp_path / "1.0.0").write()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProjectError, match=r"both a folder and a revision; write \./1\.0\.0"):
        compare(repository.project, "1.0.0")
    assert told(compare(repository.project, "./1.0.0", "1.0.1")) == [("R001", "20", "22")]
    shutil.rmtree(tmp_path / "1.0.0")
    (tmp_path / "1.0.0").mkdir()
    assert told(compare(repository.project, "1.0.0", "1.0.1")) == [("R001", "20", "22")]


def test_nothing_is_the_base_before_the_first(review) -> None:
    diff = compare(review.project, "nothing")
    assert [study.what for study in diff.studies] == ["new"] * 3
    assert {entry.what for entry in diff.syntheses} == {"added"}
    assert diff.protocol == ()
    assert (diff.proposal.current, diff.proposal.proposed) == ("", "0.1.0")
    assert sum(row.table == "outcomes" for row in diff.rows) == 10


def test_line_ends_and_attributes_of_the_repository_change_nothing(review) -> None:
    """Files are read as they are kept, not as they would be checked out."""
    (review.root / ".gitattributes").write_text("*.csv text eol=crlf\n*.toml export-ignore\n", encoding="utf-8")
    tiny.commit(review.root, "1.0.0")
    assert compare(review.project, "1.0.0").empty


def test_git_is_asked_without_a_prompt_or_a_lock(repository, monkeypatch) -> None:
    seen: list[dict[str, str]] = []
    real = subprocess.run

    def run(arguments, **options):
        if arguments[0] == "git":
            seen.append(options["env"])
        return real(arguments, **options)

    monkeypatch.setattr(subprocess, "run", run)
    compare(repository.project, "1.0.0")
    assert seen
    assert all(
        environment[name] == value
        for environment in seen
        for name, value in (("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_NO_LAZY_FETCH", "1"))
    )
