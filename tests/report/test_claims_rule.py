"""The rule for claims on plain facts: every way through it, and that a doubt never decides anything."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.report.claims import DOUBTS, REASONS, VERDICTS, Facts, decide
from evidence.report.claims.words import basis_of, needed_for

FOR = Facts(synthesis="a", pooled=True, side="good", shown=("good",), population="men", outcome="pain")
AGAINST = replace(FOR, synthesis="b", side="bad", shown=("bad",))
OPEN = Facts(synthesis="c", pooled=True, population="men", outcome="pain")
WIDER = Facts(synthesis="d", wider=True, shown=("good",), population="men", outcome="pain")
SINGLE = Facts(synthesis="e", shown=("good",), population="men", outcome="pain")
EMPTY = Facts(synthesis="f", usable=False, population="men", outcome="pain")
COUNT = Facts(synthesis="g", role="how-often", pooled=True, population="men", outcome="pain")
NO_SIDE = Facts(synthesis="h", role="no-side", pooled=True, population="men", outcome="pain")
INSTEAD = replace(FOR, synthesis="j", role="instead")
BESIDE = replace(FOR, synthesis="i", role="beside")


@pytest.mark.parametrize(
    ("facts", "verdict", "reason"),
    [
        ([], "untested", "nothing-listed"),
        ([EMPTY, EMPTY], "untested", "nothing-usable"),
        ([BESIDE], "untested", "beside"),
        ([BESIDE, EMPTY], "untested", "nothing-usable"),
        ([FOR], "supported", "sound"),
        ([FOR, EMPTY, OPEN, SINGLE, BESIDE], "supported", "sound"),
        ([FOR, replace(FOR, synthesis="z", doubts=("bias",))], "supported", "sound"),
        ([replace(FOR, doubts=("bias",))], "uncertain", "doubted"),
        ([FOR, AGAINST], "uncertain", "both-sides"),
        ([FOR, replace(AGAINST, doubts=("bias",))], "uncertain", "both-sides"),
        ([FOR, replace(SINGLE, shown=("bad",))], "uncertain", "both-sides"),
        ([FOR, replace(SINGLE, shown=("good", "bad"))], "uncertain", "both-sides"),
        ([FOR, replace(EMPTY, population="women")], "uncertain", "partly"),
        ([FOR, replace(SINGLE, outcome="sleep")], "uncertain", "partly"),
        ([FOR, replace(COUNT, outcome="harm")], "uncertain", "partly"),
        ([FOR, replace(FOR, population="women", doubts=("bias",))], "uncertain", "partly"),
        ([FOR, replace(FOR, population="women")], "supported", "sound"),
        ([FOR, replace(BESIDE, population="women")], "supported", "sound"),
        ([AGAINST], "contradicted", "sound"),
        ([AGAINST, replace(EMPTY, population="women")], "contradicted", "sound"),
        ([replace(AGAINST, doubts=("notice",))], "uncertain", "doubted"),
        ([AGAINST, SINGLE], "uncertain", "both-sides"),
        ([OPEN, SINGLE, WIDER], "uncertain", "across"),
        ([WIDER, SINGLE, EMPTY], "uncertain", "wider"),
        ([SINGLE, COUNT, EMPTY], "uncertain", "single"),
        ([SINGLE, replace(SINGLE, shown=("bad",))], "uncertain", "single"),
        ([FOR, replace(OPEN, elsewhere=("bad",))], "uncertain", "both-sides"),
        ([AGAINST, replace(EMPTY, usable=True, elsewhere=("good",))], "uncertain", "both-sides"),
        ([replace(FOR, elsewhere=("good",))], "supported", "sound"),
        ([INSTEAD, EMPTY], "uncertain", "instead"),
        ([replace(INSTEAD, side="bad", shown=("bad",)), EMPTY], "uncertain", "instead"),
        ([INSTEAD, OPEN], "uncertain", "across"),
        ([FOR, INSTEAD], "supported", "sound"),
        ([FOR, replace(INSTEAD, side="bad", shown=("bad",))], "uncertain", "both-sides"),
        ([NO_SIDE, COUNT], "uncertain", "no-side"),
        ([COUNT, EMPTY], "uncertain", "how-often"),
        ([replace(COUNT, side="good", shown=("good",))], "uncertain", "how-often"),
        ([replace(NO_SIDE, side="good", shown=("good",))], "uncertain", "no-side"),
    ],
)
def test_each_way_through_the_rule(facts, verdict: str, reason: str) -> None:
    found = decide(facts)
    assert (found.verdict, found.reason) == (verdict, reason)
    assert verdict in VERDICTS
    assert reason in REASONS


def test_every_reason_was_met_above() -> None:
    (marked,) = test_each_way_through_the_rule.pytestmark
    assert {reason for *_, reason in marked.args[1]} | {"not-measurable"} == set(REASONS)


@pytest.mark.parametrize("facts", [[FOR], [AGAINST], [OPEN], [COUNT]])
def test_what_nothing_can_measure_is_never_decided(facts) -> None:
    assert (decide(facts, measurable=False).verdict, decide(facts, measurable=False).reason) == (
        "uncertain",
        "not-measurable",
    )
    assert decide([EMPTY], measurable=False).verdict == "untested"


SIDES = st.sampled_from(["", "good", "bad"])
FACTS = st.builds(
    Facts,
    synthesis=st.sampled_from(["a", "b", "c"]),
    role=st.sampled_from(["compares", "compares", "compares", "instead", "how-often", "no-side", "beside"]),
    population=st.sampled_from(["men", "women"]),
    outcome=st.sampled_from(["pain", "sleep"]),
    usable=st.booleans(),
    pooled=st.booleans(),
    wider=st.booleans(),
    side=SIDES,
    shown=st.lists(SIDES.filter(bool), max_size=2, unique=True).map(tuple),
    elsewhere=st.lists(SIDES.filter(bool), max_size=2, unique=True).map(tuple),
    doubts=st.lists(st.sampled_from(sorted(DOUBTS)), max_size=2, unique=True).map(tuple),
)
DECIDED = ("supported", "contradicted")


def _sides(entry: Facts) -> tuple[str, ...]:
    told = entry.role in ("compares", "instead")
    return (entry.side, *entry.shown, *entry.elsewhere) if told else ()


def test_a_part_that_nothing_tests_bars_support_of_the_whole() -> None:
    ruling = decide([FOR], untested="downtime")
    assert (ruling.verdict, ruling.reason, ruling.uncovered) == ("uncertain", "partly", (("part", "downtime"),))
    assert basis_of(ruling, [FOR], (), None).endswith("but there is no such number for downtime.")
    assert needed_for(ruling, (), None) == ("The same for downtime.",)
    assert decide([AGAINST], untested="downtime").verdict == "contradicted"


def _stays_or_opens(before: str, after: str) -> bool:
    return after == before or after not in DECIDED


@settings(max_examples=250)
@given(facts=st.lists(FACTS, min_size=1, max_size=5), measurable=st.booleans(), data=st.data())
def test_adding_doubt_never_raises_a_verdict(facts, measurable, data) -> None:
    before = decide(facts, measurable=measurable).verdict
    place = data.draw(st.integers(0, len(facts) - 1))
    chosen = facts[place]
    worse = {
        "another doubt": [replace(chosen, doubts=(*chosen.doubts, data.draw(st.sampled_from(sorted(DOUBTS)))))],
        "a result on both sides": [replace(chosen, shown=("good", "bad"))],
        "an analysis on both sides": [replace(chosen, elsewhere=("good", "bad"))],
        "no trials pooled": [replace(chosen, pooled=False)],
        "one more, of another population and open": [chosen, replace(OPEN, population="children")],
        "one more, doubted": [chosen, replace(data.draw(FACTS), doubts=("bias",))],
        "one more, empty": [
            chosen,
            replace(data.draw(FACTS), usable=False, pooled=False, side="", shown=(), elsewhere=()),
        ],
    }
    for name, entries in worse.items():
        after = decide([*facts[:place], *entries, *facts[place + 1 :]], measurable=measurable).verdict
        assert _stays_or_opens(before, after), name
    assert _stays_or_opens(before, decide(facts, measurable=False).verdict)
    assert _stays_or_opens(before, decide(facts, measurable=measurable, untested="a part").verdict)


@settings(max_examples=250)
@given(facts=st.lists(FACTS, max_size=5))
def test_no_verdict_goes_beyond_what_it_was_told(facts) -> None:
    found = decide(facts)
    testing = [entry for entry in facts if entry.role != "beside"]
    clean = [entry for entry in testing if entry.role == "compares" and entry.pooled and not entry.doubts]
    if found.verdict == "supported":
        carrying = [entry for entry in clean if entry.side == "good"]
        assert {entry.population for entry in carrying} == {entry.population for entry in testing}
        assert {entry.outcome for entry in carrying} == {entry.outcome for entry in testing}
        assert not any("bad" in _sides(entry) for entry in testing)
    if found.verdict == "contradicted":
        assert any(entry.side == "bad" for entry in clean)
        assert not any("good" in _sides(entry) for entry in testing)
    assert (found.verdict == "untested") == (not any(entry.usable for entry in testing))


@settings(max_examples=120)
@given(facts=st.lists(FACTS, max_size=5), data=st.data())
def test_the_order_of_the_list_plays_no_part(facts, data) -> None:
    turned = data.draw(st.permutations(facts))
    assert decide(turned).verdict == decide(facts).verdict
    assert decide(turned).reason == decide(facts).reason


def _mirrored(entry: Facts) -> Facts:
    other = {"good": "bad", "bad": "good", "": ""}
    turned = {name: tuple(other[side] for side in getattr(entry, name)) for name in ("shown", "elsewhere")}
    return replace(entry, side=other[entry.side], **turned)


@settings(max_examples=120)
@given(facts=st.lists(FACTS, max_size=5))
def test_the_other_side_is_judged_alike_but_for_what_support_must_cover(facts) -> None:
    turned = {"supported": "contradicted", "contradicted": ("supported", "uncertain")}
    before, after = decide(facts), decide([_mirrored(entry) for entry in facts])
    if before.verdict in turned:
        assert after.verdict in turned[before.verdict]
        assert after.reason in ("sound", "partly")
