"""Proposals of GRADE domain by domain, on results whose answer is plain."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import evidence as ev
from evidence.certainty import DOMAINS, optimal_information_size, propose
from evidence.certainty.bias import risk_of_bias, shares_of_weight
from evidence.certainty.imprecision import imprecision
from evidence.certainty.inconsistency import inconsistency
from evidence.certainty.indirectness import indirectness
from evidence.certainty.publication_bias import publication_bias
from evidence.cli.grade import show_overview
from evidence.errors import InputError


def made(effects, *, measure="MD", mid=None, unit="points", bias=(), **changes):
    """Return what a synthesis gives, for trials as (yi, vi) with 50 people an arm and SD 10."""
    k = len(effects)
    frame = pd.DataFrame(
        {
            "study_id": [f"T{i}" for i in range(k)],
            "yi": [yi for yi, _ in effects],
            "vi": [vi for _, vi in effects],
            "n1": 50.0,
            "n2": 50.0,
            "sd1": 10.0,
            "sd2": 10.0,
            "events1": 10.0,
            "events2": 20.0,
            "unit": unit,
            "threshold": "",
            "value_type": "final",
            "time_weeks": 12.0,
            "paired": False,
            "design": "parallel",
        }
    )
    half = 1.959963984540054 * np.sqrt(frame["vi"])
    frame["ci_low"], frame["ci_high"], frame["weight"] = frame["yi"] - half, frame["yi"] + half, math.nan
    frame = frame.assign(**{name: changes.pop(name) for name in list(changes) if name in frame})
    fit = ev.pool(frame["yi"], frame["vi"]) if k > 1 else None
    if fit is not None:
        frame["weight"] = fit.weights.to_numpy()
    judged = pd.DataFrame(bias, columns=["study_id", "outcome", "tool", "domain", "judgement"])
    studies = pd.DataFrame({"study_id": frame["study_id"], "randomised": changes.pop("randomised", "yes")})
    contrast = SimpleNamespace(study_id="T0", arm_1=SimpleNamespace(arm_id="A"), arm_2=SimpleNamespace(arm_id="B"))
    arms = pd.DataFrame(
        {"study_id": ["T0", "T0", "T1", "T1"], "arm_id": ["A", "B", "A", "B"], "components": ["x;y", "y", "x;z", "z"]}
    )
    components = {name: SimpleNamespace(label=name, placebo=False) for name in "xyz"}
    kind = "binary" if measure in ("RR", "OR", "RD") else "continuous"
    certainty = pd.DataFrame(columns=["synthesis", "analysis", "domain", "levels", "certainty", "reason"])
    return SimpleNamespace(
        id="s",
        synthesis=SimpleNamespace(measure=measure, outcome="o"),
        analysis=SimpleNamespace(id="primary"),
        protocol=SimpleNamespace(
            outcomes={"o": SimpleNamespace(kind=kind, mid=mid, unit="points")}, components=components
        ),
        tables={"risk_of_bias": judged, "studies": studies, "arms": arms, "certainty": certainty},
        effects=frame,
        fit=fit,
        k=k,
        trials=k,
        n=100 * k,
        estimate=fit.estimate if fit is not None else math.nan,
        ci=fit.ci if fit is not None else (math.nan, math.nan),
        pi=fit.pi if fit is not None else (math.nan, math.nan),
        i2=fit.i2 if fit is not None else math.nan,
        contrasts=changes.pop("contrasts", (contrast,)),
        exclusions=changes.pop("exclusions", ()),
    )


# ---------------------------------------------------------------- information size


@pytest.mark.parametrize(("risk", "reduction"), [(0.2, 0.25), (0.5, 0.3), (0.04, 0.2)])
def test_a_trial_of_the_information_size_has_the_power(risk, reduction):
    n = optimal_information_size(control_risk=risk, relative_reduction=reduction) / 2
    treated = risk * (1 - reduction)
    se = math.sqrt((risk * (1 - risk) + treated * (1 - treated)) / n)
    assert stats.norm.sf(1.959963984540054 - (risk - treated) / se) == pytest.approx(0.8, abs=0.01)


def test_means_need_what_the_usual_formula_says():
    # two-sided 5%, power 80%, half an SD: 63 an arm by the normal approximation, in every textbook
    assert optimal_information_size(difference=0.5, sd=1) == 2 * 63
    assert optimal_information_size(difference=-0.5, sd=1) == 2 * 63


@given(st.floats(0.02, 0.95), st.floats(0.05, 0.9), st.floats(0.05, 0.9))
def test_larger_reductions_need_fewer_people(risk, one, two):
    small, large = sorted((one, two))
    assert optimal_information_size(control_risk=risk, relative_reduction=large) <= optimal_information_size(
        control_risk=risk, relative_reduction=small
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"control_risk": 0.0}, "control_risk is 0"),
        ({"control_risk": 1.2}, "control_risk is 1.2"),
        ({"difference": 0, "sd": 1}, "neither may be 0"),
        ({"difference": 1, "sd": -1}, "must be positive"),
        ({"difference": 1}, "together with sd"),
        ({"control_risk": 0.2, "alpha": 0}, "alpha is 0"),
        ({"control_risk": 0.2, "relative_reduction": 1}, "relative_reduction is 1"),
    ],
)
def test_impossible_sizes_are_refused(options, words):
    with pytest.raises(InputError, match=words):
        optimal_information_size(**options)


# ---------------------------------------------------------------- imprecision


@pytest.mark.parametrize(
    ("effect", "mid", "levels"),
    [
        ((0.0, 1.0), 5, 0),  # −2 to 2 inside ±5
        ((3.0, 4.0), 5, -1),  # −0.9 to 6.9
        ((0.0, 16.0), 5, -2),  # −7.8 to 7.8
        ((-3.0, 4.0), 5, -1),
    ],
)
def test_an_interval_that_includes_no_effect_is_held_against_what_matters(effect, mid, levels):
    assert imprecision(made([effect], mid=mid)).levels == levels


def test_without_a_difference_that_matters_it_is_not_assessed():
    found = imprecision(made([(0.0, 1.0)]))
    assert found.levels is None
    assert "minimal important difference" in found.reason


@pytest.mark.parametrize(
    ("low", "high", "levels"), [(0.8, 1.2, 0), (0.6, 1.2, -1), (0.8, 1.5, -1), (0.5, 2.0, -2), (0.74, 1.0001, -1)]
)
def test_risk_ratios_are_held_against_three_quarters_and_five_quarters(low, high, levels):
    middle, half = (math.log(low) + math.log(high)) / 2, (math.log(high) - math.log(low)) / 2
    assert imprecision(made([(middle, (half / 1.959963984540054) ** 2)], measure="RR")).levels == levels


@pytest.mark.parametrize(("people", "levels"), [(200, 0), (126, 0), (100, -1), (63, -1), (62, -2)])
def test_an_interval_that_excludes_no_effect_is_held_against_the_information_size(people, levels):
    result = made([(8.0, 1.0)], mid=5)  # 126 people for 5 points with SD 10
    result.n = people
    assert imprecision(result).levels == levels


def test_a_unit_other_than_the_protocols_has_no_difference_that_matters():
    assert imprecision(made([(0.0, 1.0)], mid=5, unit="hairs")).levels is None


def test_proportions_and_nothing_are_not_assessed():
    assert imprecision(made([(0.5, 0.01)], measure="PFT")).levels is None
    assert imprecision(made([])).levels is None


# ---------------------------------------------------------------- inconsistency


@pytest.mark.parametrize(
    ("effects", "levels"),
    [
        ([(1.0, 0.1), (1.1, 0.1), (0.9, 0.1)], 0),
        ([(1.0, 0.01), (3.0, 0.01)], -1),  # I² 99.5%, same direction
        ([(-2.0, 0.01), (2.0, 0.01)], -2),  # opposite, and they exclude each other
        ([(1.0, 0.1)], 0),
        ([(0.2, 0.02), (0.9, 0.02), (1.6, 0.02), (2.2, 0.02)], -1),
    ],
)
def test_inconsistency_follows_i2_directions_and_prediction(effects, levels):
    assert inconsistency(made(effects)).levels == levels


def test_moderate_i2_takes_off_a_level_only_where_directions_differ():
    alike, apart = [(0.1, 0.04), (0.6, 0.04)], [(-0.15, 0.04), (0.35, 0.04)]
    assert made(alike).i2 == pytest.approx(made(apart).i2)
    assert 40 <= made(alike).i2 < 75
    assert (inconsistency(made(alike)).levels, inconsistency(made(apart)).levels) == (0, -1)


# ---------------------------------------------------------------- indirectness


def test_one_background_is_direct_and_two_are_not():
    two = tuple(
        SimpleNamespace(study_id=name, arm_1=SimpleNamespace(arm_id="A"), arm_2=SimpleNamespace(arm_id="B"))
        for name in ("T0", "T1")
    )
    assert indirectness(made([(1.0, 0.1), (1.0, 0.1)])).levels == 0
    found = indirectness(made([(1.0, 0.1), (1.0, 0.1)], contrasts=two))
    assert found.levels == -1
    assert "y; z" in found.reason


def test_unlike_responders_are_indirect():
    assert indirectness(made([(1.0, 0.1), (1.0, 0.1)], threshold=["half", "any"])).levels == -1


# ---------------------------------------------------------------- risk of bias


def _judged(*judgements):
    return [(f"T{i}", "all", "RoB2", "overall", judgement) for i, judgement in enumerate(judgements)]


@pytest.mark.parametrize(
    ("judgements", "levels"),
    [
        (("low", "low", "low", "low"), 0),
        (("high", "low", "low", "low"), 0),
        (("high", "some-concerns", "low", "low"), -1),
        (("high", "high", "low", "low"), -1),
        (("high", "high", "high", "low"), -2),
        (("critical", "serious", "high", "high"), -2),
        (("low", "low", "low", "no-information"), 0),
        (("low", "low", "no-information"), 0),
        (("low", "no-information", "no-information", "no-information"), None),
        (("no-information",), None),
        ((), 0),
    ],
)
def test_levels_follow_the_weight_at_risk(judgements, levels):
    result = made([(1.0, 0.1)] * len(judgements), bias=_judged(*judgements))
    if not judgements:
        assert risk_of_bias(result).levels is None
    else:
        assert risk_of_bias(result).levels == levels


@given(st.lists(st.sampled_from(["low", "some-concerns", "high", "no-information"]), min_size=1, max_size=6))
def test_what_nobody_judged_can_only_leave_it_open(judgements):
    effects = [(1.0, 0.1)] * len(judgements)
    found = risk_of_bias(made(effects, bias=_judged(*judgements)))
    assert found.worst <= found.best <= 0
    for guess in ("low", "some-concerns", "high"):
        filled = [guess if name == "no-information" else name for name in judgements]
        known = risk_of_bias(made(effects, bias=_judged(*filled)))
        assert found.worst <= known.levels <= found.best


def test_what_two_assessors_do_not_agree_on_is_not_judged():
    result = made([(1.0, 0.1)], bias=[*_judged("low"), *_judged("high")])
    result.tables["risk_of_bias"]["assessor"] = ["AB", "CD"]
    assert shares_of_weight(result)["unknown"] == 100
    result.tables["risk_of_bias"]["assessor"] = ["AB", "consensus"]
    assert shares_of_weight(result)["high"] == 100


def test_a_judgement_of_the_outcome_goes_before_one_of_all():
    rows = [*_judged("high"), ("T0", "o", "RoB2", "overall", "low")]
    assert shares_of_weight(made([(1.0, 0.1)], bias=rows))["low"] == 100


# ---------------------------------------------------------------- publication bias


def test_ten_trials_are_tested_and_nine_are_not():
    rng = np.random.default_rng(1)
    even = [(float(rng.normal(0, 0.3)), 0.09) for _ in range(9)]
    assert publication_bias(made(even)).levels is None
    slanted = [(0.1 + 3 * math.sqrt(v) + float(rng.normal(0, 0.02)), v) for v in np.linspace(0.01, 0.3, 10)]
    assert publication_bias(made(slanted)).levels == -1
    straight = [(0.5 + d, v) for v in np.linspace(0.01, 0.3, 6) for d in (-0.1, 0.1)]
    assert publication_bias(made(straight)).levels == 0


# ---------------------------------------------------------------- together


def test_an_open_domain_leaves_a_bound():
    found = propose(made([(-2.0, 0.01), (2.0, 0.01)], mid=1))
    assert found.certainty == ""
    assert found.at_most == "very-low"
    assert found.shown == "not assessed (at most very low)"


def test_where_everything_is_known_there_is_a_proposal():
    effects = [
        (8.0 + d, 1.0 + 0.1 * i % 0.3) for i, d in enumerate((-0.5, 0.4, -0.3, 0.5, 0.1, -0.2, 0.3, -0.4, 0.2, -0.1))
    ]
    found = propose(made(effects, mid=5, bias=_judged(*["low"] * 10)))
    assert [entry.levels for entry in found.domains] == [0, 0, 0, 0, 0]
    assert (found.start, found.certainty) == ("high", "high")
    assert propose(made(effects, mid=5, bias=_judged(*["high"] * 10))).certainty == "low"


@pytest.mark.parametrize(
    ("randomised", "bias", "start"),
    [
        ("yes", [], "high"),
        ("no", [], "low"),
        ("not-stated", [], ""),
        ("no", [("T0", "all", "ROBINS-I", "overall", "low")], "high"),
        ("no", [("T0", "all", "ROBINS-I", "D1", "low")], "low"),  # one domain is not a judgement of the whole
        ("no", [("T0", "other", "ROBINS-I", "overall", "low")], "low"),
        ("no", [("T0", "all", "ROBINS-I", "overall", "no-information")], "low"),
    ],
)
def test_certainty_starts_where_allocation_says(randomised, bias, start):
    assert propose(made([(8.0, 1.0)], mid=5, bias=bias, randomised=randomised)).start == start


def test_trials_of_one_size_cannot_be_tested():
    found = publication_bias(made([(8.0 + 0.1 * i, 1.0) for i in range(10)]))
    assert found.levels is None
    assert "cannot be made" in found.reason


def test_nothing_has_no_certainty():
    found = propose(made([]))
    assert (found.certainty, found.at_most, found.shown) == ("", "", "not assessed")
    assert {entry.domain for entry in found.domains} == set(DOMAINS)


def test_every_number_of_the_base_gets_a_proposal_that_decides_nothing(monkeypatch, capsys):
    base = ev.load()
    table = base["risk_of_bias"]
    high = set(table.loc[table["judgement"] == "high", ["study_id", "outcome"]].itertuples(index=False, name=None))
    assert len(high) == 5
    proposals = []
    for answer in base.answers().values():
        found = propose(answer.shown)
        assert found.decided == "not assessed"
        assert all(entry.reason for entry in found.domains)
        # Five trials have a domain at high risk, for what patients rated; of all others nobody judged the whole.
        rated = {(study, answer.shown.synthesis.outcome) in high for study in answer.shown.effects["study_id"]}
        assert found.domain("risk-of-bias").levels == (-2 if rated == {True} else None)
        proposals += [found] if answer.shown.k else []
    assert len(proposals) > 20
    monkeypatch.setenv("COLUMNS", "80")
    show_overview(base, proposals)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 2 * len(proposals) + 1, "a name takes two lines at most"


def _rows_of_bias(*rows):
    """Return a table of judgements: study, outcome, variant, domain, judgement, all of one assessor with RoB 2."""
    names = ["study_id", "outcome", "variant", "domain", "judgement"]
    return pd.DataFrame(rows, columns=names).assign(tool="RoB2", assessor="AB")


@pytest.mark.parametrize(
    ("rows", "shares"),
    [
        # all outcomes are low, but this one has a domain at high risk, and so is high as a whole
        (
            [("T0", "all", "parallel", "overall", "low"), ("T0", "o", "parallel", "D4", "high")],
            {"high": 50, "unknown": 50},
        ),
        # a domain of this outcome raises concerns: what was said of the whole for all outcomes does not hold for it
        (
            [("T0", "all", "parallel", "overall", "low"), ("T0", "o", "parallel", "D4", "some-concerns")],
            {"unknown": 100},
        ),
        # two forms that tell different things leave the trial open, in whichever order they stand
        (
            [("T0", "all", "parallel", "overall", "low"), ("T0", "all", "parallel-adherence", "overall", "high")],
            {"unknown": 100},
        ),
        (
            [("T0", "all", "parallel-adherence", "overall", "high"), ("T0", "all", "parallel", "overall", "low")],
            {"unknown": 100},
        ),
        (
            [("T0", "all", "parallel", "overall", "high"), ("T0", "all", "parallel-adherence", "overall", "high")],
            {"high": 50, "unknown": 50},
        ),
        ([("T0", "other", "parallel", "D4", "high")], {"unknown": 100}),
    ],
)
def test_the_weight_follows_the_judgement_of_this_outcome(rows, shares):
    result = made([(8.0, 1.0), (8.0, 1.0)])
    result.tables["risk_of_bias"] = _rows_of_bias(*rows)
    found = shares_of_weight(result)
    assert {name: round(value, 6) for name, value in found.items() if value} == shares


def test_three_quarters_are_three_quarters_whatever_is_summed():
    effects = [(8.0, 1.0 + 0.1 * i) for i in range(7)]
    result = made(effects, bias=[(f"T{i}", "all", "RoB2", "overall", "high") for i in range(6)])
    result.effects["weight"] = [75 / 6] * 3 + [12.5, 75 / 7, 12.5 + 12.5 - 75 / 7, 25.0]
    assert shares_of_weight(result)["high"] == 75.0


def test_the_information_size_rests_on_arms_whose_numbers_are_known():
    # a trial with nothing but a printed ratio must not thin the control risk or the SD of the others
    whole = made([(-1.0, 0.01), (-1.1, 0.01)], measure="RR")
    part = made([(-1.0, 0.01), (-1.1, 0.01)], measure="RR", events2=[20.0, math.nan])
    assert "control risk 40%" in imprecision(whole).reason
    assert "control risk 40%" in imprecision(part).reason
    none = imprecision(made([(-1.0, 0.01), (-1.1, 0.01)], measure="RR", events2=math.nan))
    assert none.levels is None
    assert "not known" in none.reason
    means = imprecision(made([(8.0, 1.0), (8.1, 1.0)], mid=5, sd1=[10.0, math.nan], sd2=[10.0, math.nan]))
    assert "SD 10.0" in means.reason


def test_ten_rows_of_nine_trials_are_nine_trials():
    effects = [(8.0 + 0.1 * i, 1.0 + 0.1 * i) for i in range(10)]
    result = made(effects)
    result.trials = 9
    found = publication_bias(result)
    assert found.levels is None
    assert found.reason.startswith("9 of the 10 trials")
