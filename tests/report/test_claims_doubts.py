"""What stands against a number when a claim is judged: each doubt, made in a base that is sound without it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from evidence.curate.arms import Step
from evidence.protocol import Claim
from evidence.report.claims import DOUBTS, judge_claims
from evidence.report.claims.doubts import doubts_of

NAMES = ("Ada", "Bose", "Cori", "Dean")
COUNTS = {name: ("men", 80 + step, 100, 40, 100, "verified") for step, name in enumerate(NAMES)}


def bias(judgement: str, names) -> list[dict[str, str]]:
    shared = {"outcome": "response", "tool": "RoB2", "variant": "parallel", "domain": "overall", "assessor": "AB"}
    return [{"study_id": name, "judgement": judgement, **shared} for name in names]


def certain(certainty: str, domain: str = "overall", levels: str = "") -> dict[str, str]:
    row = {"synthesis": "response", "analysis": "primary", "domain": domain, "judged_by": "AB"}
    return {**row, **({"levels": levels} if levels else {"certainty": certainty})}


def sound(names=NAMES) -> dict[str, list[dict[str, str]]]:
    return {"risk_of_bias": bias("low", names), "certainty": [certain("high")]}


def doubts(base) -> tuple[str, ...]:
    (found,) = [entry for entry in judge_claims(base, base.answers()) if entry.claim.id == "works"]
    assert (found.verdict == "supported") == (not found.tests[0].doubts)
    return found.tests[0].doubts


def test_nothing_stands_against_the_sound_base(make_base) -> None:
    assert doubts(make_base(COUNTS, more=sound())) == ()


def _noticed(kind: str, decision: str = ""):
    rows = {
        "reports": [{"report_id": "Ada-1", "study_id": "Ada", "role": "primary", "pmid": "11111111", "seen_at": "S1"}],
        "records": [{"pmid": "11111111", "title": "A trial", "notice": kind}],
    }
    if decision:
        row = {"pmid": "11111111", "stage": "full-text", "reviewer": "AB", "decision": decision, "reason": "read"}
        rows["screening"] = [{**row, "decided_at": "2026-01-01T00:00:00Z"}]
    return rows


@pytest.mark.parametrize("kind", ["retracted", "concern", "republished", "corrected"])
@pytest.mark.parametrize("decision", ["", "include", "exclude", "maybe"])
def test_a_notice_that_nobody_settled_and_any_retraction(make_base, kind: str, decision: str) -> None:
    base = make_base(COUNTS, more={**sound(), **_noticed(kind, decision)})
    assert len(base.synthesis("response").notices) == 1
    settled = kind != "retracted" and decision == "include"
    assert doubts(base) == (() if settled else ("notice",))


@pytest.mark.parametrize(
    ("severity", "state", "response", "stands"),
    [
        ("inconsistent", "open", "", True),
        ("impossible", "answered", "kept-out-of-primary", True),
        ("inconsistent", "answered", "explained", False),
        ("unusual", "open", "", False),
    ],
)
def test_a_finding_on_a_number_that_enters(make_base, severity, state, response, stands) -> None:
    finding = {
        "finding_id": "0123456789", "check": "arms-sum", "severity": severity, "study": "Ada", "rows": "outcomes:R0A",
        "value": "1", "text": "One does not follow.", "state": state, "response": response,
    }  # fmt: skip
    assert doubts(make_base(COUNTS, more={**sound(), "findings": [finding]})) == (("finding",) if stands else ())


@pytest.mark.parametrize(("high", "stands"), [(1, False), (2, False), (3, True), (4, True)])
@pytest.mark.parametrize("judgement", ["high", "no-information"])
def test_half_of_the_weight_at_high_risk_or_not_judged(make_base, judgement, high, stands) -> None:
    judged = [*bias(judgement, NAMES[:high]), *bias("low", NAMES[high:])]
    base = make_base(COUNTS, more={**sound(), "risk_of_bias": judged})
    effects = base.synthesis("response").effects
    weight = effects.loc[effects["study_id"].isin(NAMES[:high]), "weight"].sum()
    assert (weight >= 50) == stands
    assert doubts(base) == (("bias",) if stands else ())


@pytest.mark.parametrize(("levels", "stands"), [("-1", False), ("-2", True), ("-3", True)])
def test_two_levels_off_for_risk_of_bias(make_base, levels, stands) -> None:
    rows = [certain("low"), certain("", "risk-of-bias", levels)]
    assert doubts(make_base(COUNTS, more={**sound(), "certainty": rows})) == (("bias",) if stands else ())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], ("not-assessed",)),
        ([certain("very-low")], ("very-low",)),
        ([certain("low")], ()),
        ([{**certain("high"), "fingerprint": "g1-of-fewer-trials"}], ("outdated",)),
    ],
)
def test_certainty(make_base, rows, expected) -> None:
    assert doubts(make_base(COUNTS, more={**sound(), "certainty": rows})) == expected


@pytest.mark.parametrize(("large", "carries"), [(1000, True), (100, False)])
def test_a_result_that_one_trial_carries(make_base, small, large: int, carries: bool) -> None:
    """Without the large trial the interval of an equal-effects model by hand includes no effect."""
    events = (44, 45, 43) if carries else (80, 81, 82)
    counts = {
        name: ("men", count, 100, 40, 100, "verified")
        for name, count in zip(("Ada", "Bose", "Dean"), events, strict=True)
    }
    counts["Cori"] = ("men", int(0.56 * large), large, int(0.4 * large), large, "verified")
    logs = [(math.log(e1 / e2), 1 / e1 - 1 / 100 + 1 / e2 - 1 / 100) for _, e1, _, e2, *_ in list(counts.values())[:3]]
    weight = sum(1 / variance for _, variance in logs)
    low = sum(log / variance for log, variance in logs) / weight - 1.96 / math.sqrt(weight)
    assert (low < 0) == carries
    syntheses = {**small.protocol.syntheses}
    syntheses["response"] = replace(syntheses["response"], tau2="EE", test="z")
    base = make_base(counts, more=sound(), syntheses=syntheses)
    assert base.synthesis("response").ci[0] > 0
    assert ("one-trial" in doubts(base)) == carries


@pytest.mark.parametrize("second", [82, 30])
def test_two_trials_must_both_lie_on_the_side_of_their_mean(make_base, small, second: int) -> None:
    pair = {"Ada": ("men", 800, 1000, 400, 1000, "verified"), "Bose": ("men", second, 100, 40, 100, "verified")}
    syntheses = {**small.protocol.syntheses}
    syntheses["response"] = replace(syntheses["response"], tau2="EE", test="z")
    base = make_base(pair, more=sound(("Ada", "Bose")), syntheses=syntheses)
    assert base.synthesis("response").ci[0] > 0
    assert ("one-trial" in doubts(base)) == (second == 30)


def test_a_conclusion_that_moves_under_wider_rules(make_base) -> None:
    wide = {f"Wide{place}": ("men", 20 + place, 100, 50, 100, "implied") for place in range(4)}
    base = make_base({**COUNTS, **wide}, more=sound())
    assert base.sensitivity("response").verdict == "depends"
    assert doubts(base) == ("depends",)


def test_other_trials_altogether_on_the_other_side(make_base, small) -> None:
    """Trials that only another analysis admits, and that share none with the primary one."""
    others = {f"Other{place}": ("men", 20 + place, 100, 60, 100, "implied") for place in range(3)}
    analyses = {name: entry for name, entry in small.protocol.analyses.items() if name != "wider"}
    analyses["wide"] = replace(analyses["wide"], statuses=("implied",))
    base = make_base({**COUNTS, **others}, more=sound(), analyses=analyses)
    apart = [entry for entry in base.sensitivity("response").variations if entry.verdict == "apart"]
    assert [entry.id for entry in apart] == ["wide"]
    assert base.sensitivity("response").verdict == "robust"
    assert doubts(base) == ("depends",)


def test_small_trials_that_tell_another_story(make_base) -> None:
    from evidence.diagnose.small_study import peters

    names = [f"T{place}" for place in range(12)]
    counts = {}
    for place, name in enumerate(names):
        n = 40 + 60 * place
        counts[name] = ("men", round(n * (0.85 - 0.02 * place)), n, round(n * 0.4), n, "verified")
    base = make_base(counts, more=sound(names))
    test = peters(base.synthesis("response").effects, measure="RR")
    assert test.pvalue < 0.1
    assert "small-study" in doubts(base)
    nine = {name: counts[name] for name in names[:9]}
    assert "small-study" not in doubts(make_base(nine, more=sound(names)))


def test_a_derived_number_with_a_caution(make_base) -> None:
    answer = make_base(COUNTS, more=sound()).answers()["response"]
    primary = answer.primary
    step = Step(method="p-to-sd", text="an SD from p", caution="the SD is very small")
    first = replace(primary.contrasts[0], steps=(step,))
    turned = replace(primary, contrasts=(first, *primary.contrasts[1:]))
    assert turned.contrasts[0].cautions
    assert doubts_of(replace(answer, results={**answer.results, "primary": turned})) == ("derived",)


@pytest.mark.parametrize(("events", "expected"), [(0, ("no-event",)), (1, ())])
def test_a_harm_that_nobody_had_in_the_first_arms(make_base, small, events: int, expected) -> None:
    outcomes = {**small.protocol.outcomes}
    outcomes["response"] = replace(outcomes["response"], harm=True, direction="lower")
    counts = {name: ("men", events, 100, 40 + step, 100, "verified") for step, name in enumerate(NAMES)}
    claims = {"works": Claim(id="works", claim="It is safe.", syntheses=("response",))}
    assert doubts(make_base(counts, more=sound(), outcomes=outcomes, claims=claims)) == expected


@pytest.mark.parametrize(("level", "expected"), [(0.8, ("level",)), (0.95, ()), (0.99, ())])
def test_an_interval_of_less_than_95_percent(make_base, small, level: float, expected) -> None:
    syntheses = {**small.protocol.syntheses}
    syntheses["response"] = replace(syntheses["response"], level=level)
    assert doubts(make_base(COUNTS, more=sound(), syntheses=syntheses)) == expected


def test_without_a_pooled_number_there_is_nothing_to_doubt(make_base) -> None:
    one = make_base({"Ada": COUNTS["Ada"]}).answers()["response"]
    assert doubts_of(one) == ()


def test_every_doubt_was_met_above(root) -> None:
    source = (root / "tests" / "report" / "test_claims_doubts.py").read_text(encoding="utf-8")
    assert [name for name in DOUBTS if f'"{name}"' not in source] == []
