"""The rule that says whether a conclusion moves: a table of cases, then whole syntheses."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.sensitivity import Conclusion, conclude, moved

NAN = math.nan

# estimate, low, high, mid → direction, interval, size
CONCLUSIONS = [
    ((2.0, 1.0, 3.0, None), ("above", "above", "")),
    ((2.0, -1.0, 5.0, None), ("above", "across", "")),
    ((-2.0, -3.0, -1.0, None), ("below", "below", "")),
    ((-2.0, -5.0, 1.0, None), ("below", "across", "")),
    ((0.0, -1.0, 1.0, None), ("none", "across", "")),
    # an interval that ends at the null holds it
    ((2.0, 0.0, 4.0, None), ("above", "across", "")),
    ((-2.0, -4.0, 0.0, None), ("below", "across", "")),
    # an interval that cannot be given, or only on one side
    ((2.0, NAN, NAN, None), ("above", "none", "")),
    ((2.0, 1.0, NAN, None), ("above", "none", "")),
    ((2.0, 1.0, math.inf, None), ("above", "above", "")),
    # the minimal important difference is reached at its value, on either side
    ((5.0, 4.0, 6.0, 5.0), ("above", "above", "beyond")),
    ((-5.0, -6.0, -4.0, 5.0), ("below", "below", "beyond")),
    ((4.999, 4.0, 6.0, 5.0), ("above", "above", "within")),
]


@pytest.mark.parametrize(("given_", "expected"), CONCLUSIONS)
def test_what_a_number_concludes(given_, expected) -> None:
    estimate, low, high, mid = given_
    found = conclude(estimate, low, high, mid=mid)
    assert (found.direction, found.interval, found.size) == expected


# reference (estimate, low, high), other, mid → what moves
MOVES = [
    ((2.0, 1.0, 3.0), (4.0, 0.5, 7.5), None, ()),
    ((2.0, 1.0, 3.0), (2.0, -1.0, 5.0), None, ("interval",)),
    ((2.0, -1.0, 5.0), (2.0, 1.0, 3.0), None, ("interval",)),
    # sides change, both intervals hold no effect: direction, and nothing else
    ((0.1, -1.0, 1.2), (-0.1, -1.2, 1.0), None, ("direction",)),
    # sides change and so does what the interval excludes
    ((2.0, 1.0, 3.0), (-0.1, -1.2, 1.0), None, ("direction", "interval")),
    # both exclude the null on opposite sides: one change, not two
    ((2.0, 1.0, 3.0), (-2.0, -3.0, -1.0), None, ("direction",)),
    ((2.0, 1.0, 3.0), (0.0, -1.0, 1.0), None, ("direction", "interval")),
    ((2.0, 1.0, 3.0), (2.0, NAN, NAN), None, ("interval",)),
    ((2.0, NAN, NAN), (2.0, NAN, NAN), None, ()),
    ((2.0, 1.0, 3.0), (4.0, 0.5, 7.5), 3.0, ("size",)),
    ((4.0, 0.5, 7.5), (2.0, -1.0, 5.0), 3.0, ("interval", "size")),
]


@pytest.mark.parametrize(("reference", "other", "mid", "expected"), MOVES)
def test_what_moves(reference, other, mid, expected) -> None:
    assert moved(conclude(*reference, mid=mid), conclude(*other, mid=mid)) == expected


NUMBERS = st.floats(-1e6, 1e6)
INTERVALS = st.tuples(NUMBERS, NUMBERS, NUMBERS).map(sorted).map(lambda three: (three[1], three[0], three[2]))


@given(INTERVALS, INTERVALS)
def test_the_rule_is_symmetric_and_blind_to_sign(one, two) -> None:
    first, second = conclude(*one, mid=1.0), conclude(*two, mid=1.0)
    assert moved(first, second) == moved(second, first)
    assert moved(first, first) == ()
    mirrored = [conclude(-estimate, -high, -low, mid=1.0) for estimate, low, high in (one, two)]
    assert moved(*mirrored) == moved(first, second)


@given(INTERVALS, st.integers(-20, 20))
def test_a_change_of_unit_changes_no_conclusion(interval, power) -> None:
    # powers of two: exact, so that nothing is rounded to no effect
    scaled = [math.ldexp(value, power) if abs(value) > 1e-200 else 0.0 for value in interval]
    plain = [value if abs(value) > 1e-200 else 0.0 for value in interval]
    assert conclude(*scaled, mid=math.ldexp(3.0, power)) == conclude(*plain, mid=3.0)


def by_id(found) -> dict:
    return {entry.id: entry for entry in found.variations}


def test_a_remainder_of_rounding_is_on_no_side(make) -> None:
    remainder = 0.1 + 0.2 - 0.3
    assert conclude(-remainder, -1.0, 1.0) == conclude(remainder, -1.0, 1.0) == conclude(0.0, -1.0, 1.0)
    assert conclude(0.5, remainder, 1.0).interval == conclude(-0.5, -1.0, -remainder).interval == "across"
    assert conclude(0.5, 1e-6, 1.0).interval == "above"
    assert conclude(3.0 - 4e-16, 1.0, 5.0, mid=3.0).size == "beyond"
    trials = {
        name: ("alpha", "verified", "parallel", "yes", ((10 + gap, 3.0, "sd", 20), (10.0, 3.0, "sd", 20)))
        for name, gap in (("A", 0.1), ("B", 0.2), ("C", -0.3))
    }
    assert make(trials).answer("score").sensitivity.sentence.startswith("The estimate lies at the null and its")


def test_a_size_is_compared_only_where_both_have_one() -> None:
    assert moved(conclude(4.0, 1.0, 7.0, mid=3.0), conclude(4.0, 1.0, 7.0)) == ()


def test_every_analysis_of_a_pooled_primary_has_its_verdict(base) -> None:
    found = base.sensitivity("score")
    entries = by_id(found)
    assert (found.reference, found.primary, found.verdict) == ("primary", True, "depends")
    assert found.conclusion == Conclusion(direction="above", interval="above", size="within")
    assert entries["primary"].verdict == "reference"
    assert (entries["wide"].verdict, entries["wide"].moved) == ("moves", ("interval",))
    # Gold was not randomised: another body of evidence, with its own conclusion, which does not count
    assert (entries["apart"].verdict, entries["apart"].counts) == ("apart", False)
    assert entries["apart"].moved == ("size",)
    assert {entry.kind for entry in found.variations} == {"declared", "derivation", "correlation", "model", "left-out"}
    assert "No estimate changes sides: a change of significance is not a change of effect." in found.sentence
    assert "wide: the interval comes to include the null, the estimate keeps its side" in found.sentence
    counted = [entry for entry in found.variations if entry.counts]
    assert sum(entry.verdict == "moves" for entry in counted) == 3
    assert "2 of 4 (without-Dahl and without-Eddo" in found.sentence


def test_one_trial_is_said_to_be_one(base) -> None:
    found = base.sensitivity("event")
    assert found.sentence.startswith("No pooled number: rests on one trial, Iver 2020; ")
    entries = by_id(found)
    assert entries["with-percent-to-events"].moved == ("interval",)
    assert entries["wide"].verdict == "same-numbers"
    assert entries["wide"].same_as == "primary"
    assert not any(entry.kind in ("model", "left-out") for entry in found.variations)


def test_robust_where_nothing_moves(make) -> None:
    large = {
        name: ("alpha", "verified", "parallel", "yes", ((20.0 + step, 2.0, "sd", 50), (10.0, 2.0, "sd", 50)))
        for step, name in enumerate(("Ada", "Bose", "Cori", "Dahl"))
    }
    found = make(large).sensitivity("score")
    assert found.verdict == "robust"
    assert found.sentence.endswith("robust to 3 other models and 4 trials left out in turn.")
    assert "depends" not in found.sentence


def trial(mean: float, *, status: str = "verified", sd: float = 2.0, n: int = 50):
    """Return a parallel trial of one mean against 10."""
    return ("alpha", status, "parallel", "yes", ((mean, sd, "sd", n), (10.0, sd, "sd", n)))


def test_no_primary_number_is_said_first(make) -> None:
    second_hand = {"Ada": trial(12.0, status="secondary"), "Bose": trial(13.0, status="secondary")}
    found = make(second_hand).sensitivity("score")
    assert (found.primary, found.reference) == (False, "wide")
    assert found.sentence.startswith("No primary number: rests on the analysis “wide” (also secondary sources); ")


def test_an_estimate_that_changes_sides_is_said_to(make) -> None:
    opposed = {"Ada": trial(11.0), "Bose": trial(10.5), "Cori": trial(4.0, status="secondary")}
    found = make(opposed).sensitivity("score")
    assert by_id(found)["wide"].moved[0] == "direction"
    assert "the estimate changes sides, to below the null" in found.sentence
    assert "No estimate changes sides" not in found.sentence


def test_one_trial_of_several_pooled_ones_is_shown_and_not_counted(make) -> None:
    found = make({"Ada": trial(12.0), "Bose": trial(13.0, status="secondary")}).sensitivity("score")
    assert found.reference == "wide"
    primary = by_id(found)["primary"]
    assert (primary.numbers.trials, primary.verdict, primary.counts) == (1, "one-trial", False)
    assert "one trial, not a synthesis; its interval" in found.words(primary)


def test_no_analysis_gives_a_number(make) -> None:
    found = make({}, {}).sensitivity("score")
    assert (found.verdict, found.sentence) == ("no-number", "No analysis gives a number.")


def test_the_minimal_important_difference_counts_only_in_its_unit(base, make) -> None:
    assert base.sensitivity("score").conclusion.size == "within"
    protocol = base.protocol
    plain = replace(protocol.outcomes["score"], mid=None)
    without = make(outcomes={**protocol.outcomes, "score": plain}).sensitivity("score")
    assert without.conclusion.size == ""
    standardised = replace(protocol.syntheses["score"], measure="SMD")
    as_smd = make(syntheses={**protocol.syntheses, "score": standardised}).sensitivity("score")
    assert as_smd.conclusion.size == ""


def test_proportions_are_not_judged(base) -> None:
    found = base.sensitivity("pain")
    assert (found.verdict, found.conclusion) == ("not-judged", None)
    assert found.sentence.startswith("How often, without a null value to compare with; ")
    assert not any(entry.counts for entry in found.variations)


def test_the_summary_keeps_to_80_columns(base, real) -> None:
    for found in (base.sensitivity("score"), real.sensitivity("addon-minoxidil-response")):
        assert max(len(line) for line in found.summary().splitlines()) <= 80
