"""Versions: order, what each kind of change asks for, where the present one is read, and what 0.x means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import InputError
from evidence.living.version import last_of, parse_version, propose_version, version_in

NUMBER = st.integers(min_value=0, max_value=200)
VERSIONS = st.tuples(NUMBER, NUMBER, NUMBER)


@pytest.mark.parametrize(
    ("current", "level", "proposed"),
    [
        ("1.4.2", "major", "2.0.0"),
        ("1.4.2", "minor", "1.5.0"),
        ("1.4.2", "patch", "1.4.3"),
        ("0.4.2", "major", "0.5.0"),
        ("0.4.2", "minor", "0.5.0"),
        ("0.4.2", "patch", "0.4.3"),
        ("0.0.0", "patch", "0.0.1"),
        ("", "major", "0.1.0"),
        ("", "patch", "0.1.0"),
        ("9.9.9", "patch", "9.9.10"),
        ("unreleased", "minor", "0.1.0"),
    ],
)
def test_what_is_proposed(current, level, proposed) -> None:
    proposal = propose_version(current, **{level: ["because"]})
    assert (proposal.proposed, proposal.level, proposal.reasons) == (proposed, level, ("because",))


def test_the_gravest_kind_decides_and_gives_its_reasons() -> None:
    proposal = propose_version("1.0.0", major=["a"], minor=["b"], patch=["c"])
    assert (proposal.proposed, proposal.reasons) == ("2.0.0", ("a",))
    assert proposal.sentence() == "proposes 2.0.0 after 1.0.0 (major): a"
    many = propose_version("1.0.0", minor=["a", "b", "c", "d"]).sentence()
    assert many == "proposes 1.1.0 after 1.0.0 (minor): a; b; and 2 more"


def test_nothing_changed_proposes_nothing() -> None:
    proposal = propose_version("1.4.2")
    assert (proposal.proposed, proposal.level) == ("1.4.2", "none")
    assert proposal.sentence() == "nothing changed; the version stays 1.4.2"


@given(VERSIONS, st.sampled_from(["major", "minor", "patch"]))
def test_what_is_proposed_always_comes_after_and_never_leaves_zero(version, level) -> None:
    current = ".".join(map(str, version))
    proposed = parse_version(propose_version(current, **{level: ["x"]}).proposed)
    assert proposed > version
    assert (proposed[0] == 0) == (version[0] == 0)


@given(st.lists(VERSIONS, min_size=1))
def test_the_last_version_is_the_highest_by_number(versions) -> None:
    assert parse_version(last_of([".".join(map(str, version)) for version in versions])) == max(versions)


@pytest.mark.parametrize("text", ["1.0", "1.0.0.0", "v1.0.0", "1.0.0-rc1", "01.0.0", "", "1.0.x", "1.0.0 ", "１.0.0"])
def test_what_is_no_version(text) -> None:
    with pytest.raises(InputError, match="is not a version"):
        parse_version(text)
    assert last_of([text]) == ""


def test_where_the_present_version_is_read(review) -> None:
    assert version_in(review.project) == ""
    (review.root / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "0.3.0"\n', encoding="utf-8")
    assert version_in(review.project) == "0.3.0"
    (review.root / "CITATION.cff").write_text("cff-version: 1.2.0\nversion: 0.4.0\n", encoding="utf-8")
    assert version_in(review.project) == "0.4.0"
    for version in ("0.9.0", "0.10.0"):
        review.tables["changes"].append(
            {
                "change_id": f"{version}-01",
                "version": version,
                "released_on": "2026-01-01",
                "kind": "other",
                "what": "x",
            }
        )
    review.write()
    assert version_in(review.project) == "0.10.0"


@pytest.mark.parametrize("content", ["version = [", "[project]\nversion = 3\n", "[tool]\n", "\x00"])
def test_files_that_say_no_version(review, content) -> None:
    (review.root / "pyproject.toml").write_text(content, encoding="utf-8")
    (review.root / "CITATION.cff").write_text("title: none\n", encoding="utf-8")
    assert version_in(review.project) == ""


def test_the_proposal_follows_the_version_of_the_base_before(changed) -> None:
    def version(number: str):
        return lambda review: (
            review.root.mkdir(exist_ok=True),
            (review.root / "CITATION.cff").write_text(f"version: {number}\n"),
        )

    def change(review) -> None:
        (review.root / "CITATION.cff").write_text("version: 7.0.0\n")
        review.row("outcomes", row_id="R001")["events"] = "21"

    proposal = changed(change, before=version("1.4.2")).proposal
    assert (proposal.current, proposal.proposed) == ("1.4.2", "1.4.3")


def test_the_tag_counts_where_the_files_say_no_version(review) -> None:
    assert version_in(review.project, named="v1.4.2") == "1.4.2"
    assert version_in(review.project, named="main") == ""
    (review.root / "pyproject.toml").write_text('[project]\nversion = "0.1.0"\n', encoding="utf-8")
    assert version_in(review.project, named="1.4.2") == "1.4.2"
    (review.root / "CITATION.cff").write_text("version: 2.0.0\n", encoding="utf-8")
    assert version_in(review.project, named="v1.4.2") == "2.0.0"
