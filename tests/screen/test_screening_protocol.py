"""What a protocol says of screening: read, checked, and in step with its query."""

from __future__ import annotations

import re

import pytest
from screening_desk import make_review

from evidence.errors import ProtocolError
from evidence.protocol import load_protocol
from evidence.screen.rank import term_patterns
from evidence.screen.rank.query import query_groups


def written(folder, search: str):
    return load_protocol(make_review(folder / "review", [], search=search).protocol)


def test_what_is_said_is_read(tmp_path) -> None:
    search = written(
        tmp_path, 'terms = ["lamp: copper lamp; lamp*", "b: x[mesh]"]\nexclusion_reasons = ["no"]\nreviewers = 2'
    ).search
    assert search.term_groups == {"lamp": ("copper lamp", "lamp*"), "b": ("x[mesh]",)}
    assert search.exclusion_reasons == ("no",)
    assert search.reviewers == 2


def test_nothing_need_be_said(tmp_path) -> None:
    search = written(tmp_path, "").search
    assert (search.terms, search.exclusion_reasons, search.reviewers) == ((), (), 1)
    assert [pattern.name for pattern in term_patterns(search)] == ["lamp*", "hiccup*"]


@pytest.mark.parametrize(
    ("search", "fault"),
    [
        (
            'terms = ["lamp"]',
            "column terms: not a group of words; found 'lamp'; allowed: name: word; two words; trunc*",
        ),
        ('terms = [": lamp"]', "not a group of words"),
        ('terms = ["lamp: ; *"]', "not a group of words"),
        ('terms = ["a: x", "a: y"]', "column terms: the group stands twice; found 'a'"),
        ('terms = "a: x"', "column terms: wrong type"),
        ('exclusion_reasons = [" "]', "column exclusion_reasons: an empty reason"),
        ("reviewers = 3", "column reviewers: not a number of reviewers; found '3'; allowed: 1, 2"),
        ("reviewers = 0", "not a number of reviewers"),
        ('reviewers = "2"', "column reviewers: wrong type; found \"'2'\"; allowed: a number"),
        ("reviewers = 1.5", "column reviewers: wrong type"),
        ("reviewers = true", "column reviewers: wrong type"),
        ("reviewer = 2", "unknown key; did you mean 'reviewers'?"),
    ],
)
def test_every_fault_is_named(tmp_path, search, fault) -> None:
    with pytest.raises(ProtocolError) as caught:
        written(tmp_path, search)
    assert fault in str(caught.value)


def test_the_words_of_the_review_are_those_of_its_query(root) -> None:
    search = load_protocol(root / "protocol.toml").search
    assert [set(words) for words in search.term_groups.values()] == [
        set(w) for w in query_groups(search.query).values()
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {}),
        ("lamp", {"lamp": ("lamp",)}),
        ('"lamp light"[tiab]', {"lamp light": ("lamp light",)}),
        ("lamp light[tiab] AND hiccup*[ti]", {"lamp light": ("lamp light",), "hiccup*": ("hiccup*",)}),
        ("((a[tiab] OR b[tw]) AND (c[ot]))", {"a": ("a", "b"), "c": ("c",)}),
        ("a AND 2020:2024[dp] AND english[la] AND trial[pt]", {"a": ("a",)}),
        ("a NOT b", {"a": ("a",)}),
        ("a NOT b AND c", {"a": ("a",), "c": ("c",)}),
        ("(a OR (b AND c)) AND d", {"a": ("a", "b", "c"), "d": ("d",)}),
        ("(a OR b", {"a": ("a", "b")}),
        ('"A, B"[Mesh]', {"A, B": ("A, B[mesh]",)}),
    ],
)
def test_groups_of_a_query(query, expected) -> None:
    assert query_groups(query) == expected


def test_a_hostile_query_ends() -> None:
    query = "(" * 300 + "a" + ")" * 300 + " AND " + "b OR " * 300 + "c"
    groups = query_groups(query)
    assert re.fullmatch("a", next(iter(groups)))
