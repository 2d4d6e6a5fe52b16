"""The session key by key: no screen, no files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.screen.session import KEYS, Session, press
from evidence.screen.standing import CONSENSUS, FULL_TEXT

REASONS = ("not a trial", "not about people")


def start(*queue: str, **more) -> Session:
    return Session(queue=queue or ("1", "2", "3"), reasons=REASONS, **more)


def after(session: Session, *keys: str):
    """Press keys; return the last state and everything that was to be done."""
    acts = []
    for key in keys:
        step = press(session, key)
        session = step.session
        acts += [(step.act.kind, step.act.pmid, step.act.decision, step.act.reason)] if step.act else []
    return session, acts


@pytest.mark.parametrize(("key", "decision"), [("i", "include"), ("m", "maybe"), ("I", "include")])
def test_one_key_decides_and_goes_on(key, decision) -> None:
    session, acts = after(start(), key)
    assert acts == [("decide", "1", decision, "")]
    assert (session.current, session.history, session.decided) == ("2", ("1",), 1)


def test_excluding_asks_for_a_reason_by_its_number() -> None:
    session, acts = after(start(), "e")
    assert (session.mode, acts) == ("reason", [])
    session, acts = after(session, "2")
    assert acts == [("decide", "1", "exclude", "not about people")]
    assert (session.mode, session.current) == ("reading", "2")


def test_a_number_that_is_no_reason_is_told() -> None:
    session, acts = after(start(), "e", "3")
    assert acts == []
    assert session.mode == "reason"
    assert session.message == "reasons go from 1 to 2; or type one and press Enter"


def test_a_reason_in_words() -> None:
    keys = ["e", *"wrong lamx", "\x7f", "p", " ", " ", "\r"]
    assert after(start(), *keys)[1] == [("decide", "1", "exclude", "wrong lamp")]


def test_a_typed_reason_that_is_known_is_written_as_known() -> None:
    assert after(start(), "e", *"Not A Trial", "\n")[1] == [("decide", "1", "exclude", "not a trial")]


def test_a_digit_within_words_is_a_letter_like_others() -> None:
    assert after(start(), "e", *"only 3 people", "\r")[1] == [("decide", "1", "exclude", "only 3 people")]


def test_ten_reasons_are_chosen_with_enter() -> None:
    many = Session(queue=("1",), reasons=tuple(f"reason {n}" for n in range(1, 13)))
    assert after(many, "e", "1", "2", "\r")[1] == [("decide", "1", "exclude", "reason 12")]
    session, acts = after(many, "e", "1", "3", "\r")
    assert acts == []
    assert "from 1 to 12" in session.message
    assert after(session, "1", "\r")[1] == [("decide", "1", "exclude", "reason 1")]


def test_enter_alone_gives_no_reason_at_title_and_abstract() -> None:
    assert after(start(), "e", "\r")[1] == [("decide", "1", "exclude", "")]


def test_a_full_text_needs_a_reason() -> None:
    session, acts = after(start(stage=FULL_TEXT), "e", "\r")
    assert acts == []
    assert "needs a reason" in session.message
    assert after(session, "1")[1] == [("decide", "1", "exclude", "not a trial")]
    assert after(start(stage=FULL_TEXT), "e", " ", "\r")[1] == []


def test_escape_goes_back_without_a_decision() -> None:
    session, acts = after(start(), "e", "x", "\x1b")
    assert (session.mode, session.current, session.typed, acts) == ("reading", "1", "", [])


def test_keys_are_letters_while_a_reason_is_typed() -> None:
    session, acts = after(start(), "e", "q", "u", "i", "t", "\x1b[A", "\x00", "\u202e")
    assert (session.typed, acts) == ("quit", [])


def test_undo_brings_the_record_back() -> None:
    session, acts = after(start(), "i", "m", "u")
    assert acts[-1] == ("undo", "2", "", "")
    assert (session.queue, session.history, session.decided) == (("2", "3"), ("1",), 1)
    assert after(session, "u")[0].queue == ("1", "2", "3")


def test_undo_reaches_back_into_earlier_sessions() -> None:
    session, acts = after(start(history=("8", "9")), "u", "u", "u")
    assert acts == [("undo", "9", "", ""), ("undo", "8", "", "")]
    assert session.queue == ("8", "9", "1", "2", "3")
    assert session.message == "there is no decision of yours to take back"
    assert session.decided == 0


def test_skipping_writes_nothing() -> None:
    session, acts = after(start(), "s")
    assert (acts, session.current, session.skipped) == ([], "2", ("1",))


def test_the_end() -> None:
    session, _ = after(start("1", "2"), "i", "s")
    assert (session.mode, session.current) == ("over", "")
    assert after(session, "i")[0].message.startswith("nothing is left to read")
    session, acts = after(session, "u")
    assert (session.mode, session.current, acts) == ("reading", "1", [("undo", "1", "", "")])
    assert after(session, "q")[1] == [("quit", "", "", "")]


@pytest.mark.parametrize(("key", "panel"), [("w", "why"), ("o", "address"), ("?", "help"), ("h", "help")])
def test_panels_open_close_and_close_with_the_record(key, panel) -> None:
    session, acts = after(start(), key)
    assert (session.panel, acts) == (panel, [])
    assert after(session, key)[0].panel == ""
    assert after(session, "i")[0].panel == ""


def test_a_consensus_has_no_maybe() -> None:
    session, acts = after(start(role=CONSENSUS), "m")
    assert acts == []
    assert session.message == "a consensus includes or excludes"
    assert after(session, "e", "1")[1] == [("decide", "1", "exclude", "not a trial")]


@pytest.mark.parametrize("key", ["x", "5", "\x1b[A", "\t", "é", "\r"])
def test_other_keys_do_nothing_and_say_so(key) -> None:
    session, acts = after(start(), key)
    assert (acts, session.current) == ([], "1")
    assert session.message == "no such key; ? shows them all"
    assert after(session, "w")[0].message == ""


def test_help_lists_every_key() -> None:
    for key in KEYS:
        session, _ = after(start(history=("9",)), key)
        assert session.message != "no such key; ? shows them all"


@given(st.lists(st.sampled_from([*KEYS, "1", "x", "\r", "\x1b", "\x7f"]), max_size=40))
def test_whatever_is_pressed_no_record_is_lost_or_doubled(keys) -> None:
    """The independent truth: what was done is replayed on a plain dictionary of decisions."""
    session, decided = start("1", "2", "3", "4"), {}
    for key in keys:
        before = session.current
        step = press(session, key)
        if step.act and step.act.kind == "decide":
            assert step.act.pmid == before
            decided[step.act.pmid] = step.act.decision
        elif step.act and step.act.kind == "undo":
            del decided[step.act.pmid]
        session = step.session
        assert sorted((*session.queue, *session.skipped, *decided)) == ["1", "2", "3", "4"]
        assert set(session.history) == set(decided)
        assert session.decided == len(decided)
        assert (session.mode == "over") == (not session.queue)
