"""Where records stand: the latest holds, undo takes back, consensus settles, differences are conflicts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from screening_desk import at, said

from evidence.errors import OptionError
from evidence.screen.ledger import Decision, current
from evidence.screen.standing import CONSENSUS, FULL_TEXT, as_one

B = "B. Reader"


def outcome(*decisions: Decision, reviewers: int = 1, stage: str = "title-abstract") -> str:
    return current(decisions, reviewers=reviewers).outcome_of("7", stage)


def test_a_record_on_which_nobody_decided_is_waiting() -> None:
    ledger = current([])
    assert ledger.outcome_of("7") == "waiting"
    assert ledger.standing("7").counted == ()


@pytest.mark.parametrize(
    ("decision", "expected"), [("include", "included"), ("exclude", "excluded"), ("maybe", "maybe")]
)
def test_one_reviewer_decides(decision, expected) -> None:
    assert outcome(said("7", decision)) == expected
    assert outcome(said("7", decision), reviewers=2) == "waiting"


def test_the_latest_of_a_reviewer_holds_whatever_the_order_of_rows() -> None:
    first, second = said("7", "include", 1), said("7", "exclude", 2)
    assert outcome(first, second) == outcome(second, first) == "excluded"


def test_undo_gives_back_what_held_before() -> None:
    rows = [said("7", "include", 1), said("7", "exclude", 2), said("7", "undone", 3)]
    assert outcome(*rows) == "included"
    assert outcome(*rows, said("7", "undone", 4)) == "waiting"
    assert outcome(*rows, said("7", "undone", 4), said("7", "undone", 5)) == "waiting"


def test_undo_takes_back_ones_own_alone() -> None:
    assert outcome(said("7", "include", 1), said("7", "undone", 2, by=B)) == "included"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("include", "include", "included"),
        ("exclude", "exclude", "excluded"),
        ("maybe", "maybe", "maybe"),
        ("include", "exclude", "conflict"),
        ("include", "maybe", "conflict"),
        ("exclude", "maybe", "conflict"),
    ],
)
@pytest.mark.parametrize("reviewers", [1, 2])
def test_two_people_agree_or_differ(one, other, expected, reviewers) -> None:
    assert outcome(said("7", one, 1), said("7", other, 2, by=B), reviewers=reviewers) == expected


def test_exclusions_at_full_text_for_different_reasons_are_a_conflict() -> None:
    one = said("7", "exclude", 1, stage=FULL_TEXT, reason="not a trial")
    same = said("7", "exclude", 2, by=B, stage=FULL_TEXT, reason="Not a trial")
    other = said("7", "exclude", 2, by=B, stage=FULL_TEXT, reason="not about people")
    assert outcome(one, same, reviewers=2, stage=FULL_TEXT) == "excluded"
    assert outcome(one, other, reviewers=2, stage=FULL_TEXT) == "conflict"


def test_reasons_at_title_and_abstract_may_differ() -> None:
    rows = [said("7", "exclude", 1, reason="a"), said("7", "exclude", 2, by=B, reason="b")]
    ledger = current(rows, reviewers=2)
    assert ledger.outcome_of("7") == "excluded"
    assert ledger.standing("7").reason == ""


def test_the_reason_of_an_exclusion_is_kept() -> None:
    assert current([said("7", "exclude", reason="not a trial")]).standing("7").reason == "not a trial"


def settled(decision: str = "include", minute: int = 5, by: str = "A. Reader") -> Decision:
    return said("7", decision, minute, by=by, role=CONSENSUS)


def test_a_consensus_holds_over_all_before_it() -> None:
    rows = [said("7", "include", 1), said("7", "exclude", 2, by=B)]
    assert outcome(*rows, settled(), reviewers=2) == "included"
    assert outcome(*rows, settled("exclude"), reviewers=2) == "excluded"


def test_after_a_consensus_another_view_is_a_new_conflict_until_enough_agree() -> None:
    rows = [said("7", "include", 1), said("7", "exclude", 2, by=B), settled()]
    assert outcome(*rows, said("7", "include", 6, by=B), reviewers=2) == "included"
    assert outcome(*rows, said("7", "exclude", 6, by=B), reviewers=2) == "conflict"
    both = [said("7", "exclude", 6, by=B), said("7", "exclude", 7)]
    assert outcome(*rows, *both, reviewers=2) == "excluded"


def test_a_consensus_that_is_taken_back_leaves_the_conflict() -> None:
    rows = [said("7", "include", 1), said("7", "exclude", 2, by=B), settled()]
    assert outcome(*rows, said("7", "undone", 6, role=CONSENSUS), reviewers=2) == "conflict"
    assert outcome(*rows, said("7", "undone", 6), reviewers=2) == "included"


def test_in_the_same_second_the_consensus_comes_last() -> None:
    assert outcome(said("7", "exclude", 5, by=B), settled(minute=5)) == "included"


def test_stages_stand_apart() -> None:
    ledger = current([said("7", "include", 1), said("7", "exclude", 2, stage=FULL_TEXT, reason="x")])
    assert ledger.outcome_of("7") == "included"
    assert ledger.outcome_of("7", FULL_TEXT) == "excluded"


def test_conflicts_are_listed_by_number() -> None:
    rows = [said(pmid, word, by=by) for pmid in ("100", "9") for word, by in (("include", "A. Reader"), ("maybe", B))]
    assert [entry.pmid for entry in current(rows).conflicts()] == ["9", "100"]
    assert current(rows).people() == ("A. Reader", B)


def test_a_decision_on_one_of_two_records_of_a_publication_counts_for_both() -> None:
    ledger = current(as_one([said("30", "include", 1), said("4", "exclude", 2)], {"30": "4"}))
    assert ledger.outcome_of("4") == "excluded"
    assert ledger.outcome_of("30") == "waiting"


@pytest.mark.parametrize("reviewers", [0, 3, True])
def test_one_or_two_people_decide(reviewers) -> None:
    with pytest.raises(OptionError, match="Allowed: '1', '2'"):
        current([], reviewers=reviewers)


steps = st.lists(
    st.tuples(st.sampled_from(["A", "B"]), st.sampled_from(["include", "exclude", "maybe", "undone"])), max_size=12
)


@given(steps, st.randoms())
def test_undo_is_a_stack_of_each_reviewer(taken, random) -> None:
    """The independent truth: a list for each person, appended to and popped."""
    rows = [Decision(pmid="7", reviewer=who, decision=what, decided_at=at(n)) for n, (who, what) in enumerate(taken)]
    stacks: dict[str, list[str]] = {"A": [], "B": []}
    for who, what in taken:
        if what != "undone":
            stacks[who].append(what)
        elif stacks[who]:
            stacks[who].pop()
    held = {who: stack[-1] for who, stack in stacks.items() if stack}
    random.shuffle(rows)
    ledger = current(rows, reviewers=2)
    assert {who: one.decision for who, one in ledger.standing("7").own.items()} == held
    words = set(held.values())
    if len(words) > 1:
        assert ledger.outcome_of("7") == "conflict"
    elif len(held) < 2:
        assert ledger.outcome_of("7") == "waiting"
    else:
        assert ledger.outcome_of("7") == {"include": "included", "exclude": "excluded"}.get(words.pop(), "maybe")
