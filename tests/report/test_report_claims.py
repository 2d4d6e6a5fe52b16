"""Verdicts on the claims of a base: what the rule is given, what it is told to be doubtful, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence.protocol import Claim
from evidence.report.claims import DOUBTS, judge_claims

TRIALS = ("Ada", "Bose", "Cori", "Dean")
GOOD = {name: ("men", 80 + step, 100, 40, 100, "verified") for step, name in enumerate(TRIALS)}
BAD = {name: (sex, e2, n2, e1, n1, status) for name, (sex, e1, n1, e2, n2, status) in GOOD.items()}
NULL = {name: ("men", 50 + step, 100, 51, 100, "verified") for step, name in enumerate(TRIALS)}
IMPLIED = {name: (*cells[:5], "implied") for name, cells in GOOD.items()}
ONE = {"Ada": GOOD["Ada"]}


def low(names=TRIALS, outcome: str = "response") -> list[dict[str, str]]:
    """Return judgements of a low risk of bias."""
    shared = {"tool": "RoB2", "variant": "parallel", "domain": "overall", "assessor": "AB", "judgement": "low"}
    return [{"study_id": name, "outcome": outcome, **shared} for name in names]


def certain(certainty: str = "moderate", synthesis: str = "response", **cells: str) -> list[dict[str, str]]:
    """Return a judgement of certainty."""
    shared = {"analysis": "primary", "judged_by": "AB"}
    return [{"synthesis": synthesis, "domain": "overall", "certainty": certainty, **shared, **cells}]


SOUND = {"risk_of_bias": low(), "certainty": certain()}


def verdict(base, claim: str = "works"):
    found = {entry.claim.id: entry for entry in judge_claims(base, base.answers())}
    return found[claim]


@pytest.mark.parametrize(
    ("counts", "expected", "reason", "basis"),
    [
        (
            GOOD,
            "supported",
            "sound",
            "The primary analysis of its one synthesis pools at least two trials with an interval that lies for it; "
            "nothing stands against it, and none lies on the other side.",
        ),
        (
            BAD,
            "contradicted",
            "sound",
            "The primary analysis of its one synthesis pools at least two trials with an interval that lies against "
            "it; nothing stands against it, and none lies on the other side.",
        ),
        (
            NULL,
            "uncertain",
            "across",
            "Trials are pooled in the primary analysis of its one synthesis, and no interval decides it.",
        ),
        (
            IMPLIED,
            "uncertain",
            "wider",
            "No primary analysis pools trials; sensitivity analyses do in its one synthesis.",
        ),
        (ONE, "uncertain", "single", "There is no more than a single usable trial, in its one synthesis."),
    ],
    ids=["good", "bad", "null", "sensitivity-only", "single"],
)
def test_the_verdict_follows_the_primary_analysis(make_base, counts, expected, reason, basis) -> None:
    found = verdict(make_base(counts, more=SOUND))
    assert (found.verdict, found.ruling.reason, found.basis) == (expected, reason, basis)
    assert bool(found.needed) == (expected == "uncertain")


@pytest.mark.parametrize(("more", "doubts"), [({}, ("bias", "not-assessed")), (SOUND, ())], ids=["nobody", "judged"])
def test_an_interval_alone_supports_nothing(make_base, more, doubts) -> None:
    found = verdict(make_base(GOOD, more=more))
    assert found.tests[0].doubts == doubts
    assert found.verdict == ("uncertain" if doubts else "supported")
    if doubts:
        assert found.basis == (
            "The primary analysis of its one synthesis pools at least two trials with an interval that lies for it, "
            "but trials at high risk of bias, or not judged, carry half of its weight or more and nobody has judged "
            "how certain the evidence is."
        )
        assert found.needed == ("Judgements of risk of bias, or trials at lower risk.", "A judgement of certainty.")


@pytest.mark.parametrize(("certainty", "expected"), [("very-low", "uncertain"), ("low", "supported")])
def test_very_low_certainty_supports_nothing_and_low_certainty_does(make_base, certainty, expected) -> None:
    found = verdict(make_base(GOOD, more={**SOUND, "certainty": certain(certainty)}))
    assert found.verdict == expected
    assert found.tests[0].doubts == (("very-low",) if certainty == "very-low" else ())
    assert found.tests[0].certainty == certainty.replace("-", " ")


def test_a_judgement_of_another_analysis_is_none_of_this_one(make_base) -> None:
    found = verdict(make_base(GOOD, more={**SOUND, "certainty": certain(analysis="wide")}))
    assert found.tests[0].doubts == ("not-assessed",)


def _scores(good: bool):
    """Return rows of an outcome of which less is better: with needling more of it, or less."""
    shared = {
        "outcome": "score", "value_type": "final", "unit": "points", "n": "50", "time_weeks": "12", "sd": "1",
        "n_status": "verified", "pooling": "yes", "source": "PMID:1", "seen_at": "S1", "status": "verified",
    }  # fmt: skip
    return [
        {"row_id": f"W{name}{arm}", "study_id": name, "arm_id": arm, "mean": f"{mean}", **shared}
        for step, name in enumerate(TRIALS)
        for arm, mean in (("A", (3 if good else 7) + step / 100), ("B", 5))
    ]


def _two(make_base, small, *, good: bool, counts=GOOD, **changes):
    """Return a base whose claim lists responders, and scores that lie on one side."""
    claim = Claim(id="works", claim="It works.", syntheses=("response", "score"))
    syntheses = {**small.protocol.syntheses}
    syntheses["score"] = replace(syntheses["score"], exclude=("Dahl",))
    more = {
        "outcomes": _scores(good),
        "risk_of_bias": [*low(), *low(outcome="score")],
        "certainty": [*certain(), *certain(synthesis="score")],
        **changes,
    }
    return make_base(counts, more=more, claims={"works": claim}, syntheses=syntheses)


def test_a_good_and_a_bad_result_leave_it_uncertain(make_base, small) -> None:
    base = _two(make_base, small, good=False)
    assert base.synthesis("score").ci[0] > 0, "higher scores are worse"
    found = verdict(base)
    assert (found.verdict, found.basis) == (
        "uncertain",
        "Results of 1 of its 2 syntheses lie for it, and of 1 of its 2 syntheses against it.",
    )


def test_a_doubtful_result_against_it_bars_support_all_the_same(make_base, small) -> None:
    base = _two(make_base, small, good=False, certainty=certain())
    found = verdict(base)
    assert [entry.doubts for entry in found.tests] == [(), ("not-assessed",)]
    assert (found.verdict, found.ruling.reason) == ("uncertain", "both-sides")


def test_an_analysis_that_is_not_shown_bars_support_when_it_lies_against_it(make_base, small) -> None:
    base = _two(make_base, small, good=True)
    answers = base.answers()
    against = _two(make_base, small, good=False).answers()["score"].primary
    odd = replace(against, analysis=replace(against.analysis, id="odd", primary=False))
    answers["score"] = replace(answers["score"], results={**answers["score"].results, "odd": odd})
    found = next(entry for entry in judge_claims(base, answers) if entry.claim.id == "works")
    assert (found.verdict, found.ruling.reason, found.ruling.bad) == ("uncertain", "both-sides", ("score",))
    assert found.tests[1].side == "lies for it", "what is shown is told as it is"


def _against_a_drug(answers, *names: str):
    """Return answers in which some syntheses set the intervention against a treatment that is taken away."""
    for name in names:
        protocol = answers[name].primary.protocol
        used = protocol.comparisons[answers[name].synthesis.comparison]
        instead = {**protocol.comparisons, used.id: replace(used, remove=("drug",))}
        turned = replace(protocol, comparisons=instead)
        results = {key: replace(result, protocol=turned) for key, result in answers[name].results.items()}
        answers[name] = replace(answers[name], results=results)
    return answers


def test_being_worse_than_a_drug_does_not_contradict_that_it_works(make_base, small) -> None:
    base = _two(make_base, small, good=False, counts=NULL)
    assert verdict(base).verdict == "contradicted"
    found = next(
        entry for entry in judge_claims(base, _against_a_drug(base.answers(), "score")) if entry.claim.id == "works"
    )
    assert (found.verdict, found.ruling.reason) == ("uncertain", "across")
    assert found.tests[1].role == "instead"
    assert found.tests[1].side == "lies against it (against another treatment; decides nothing)"


def test_a_claim_that_is_about_a_drug_is_judged_against_it(make_base, small) -> None:
    base = _two(make_base, small, good=True)
    answers = _against_a_drug(base.answers(), "response", "score")
    found = next(entry for entry in judge_claims(base, answers) if entry.claim.id == "works")
    assert (found.verdict, [entry.role for entry in found.tests]) == ("supported", ["compares", "compares"])


def test_every_outcome_of_a_claim_needs_its_own_number(make_base, small) -> None:
    assert verdict(_two(make_base, small, good=True)).verdict == "supported"
    partly = verdict(_two(make_base, small, good=True, certainty=certain()))
    assert (partly.verdict, partly.ruling.uncovered) == ("uncertain", (("outcome", "score"),))
    assert partly.basis == (
        "The primary analysis of 2 of its 2 syntheses pools at least two trials with an interval that lies for it; "
        "nothing stands against 1 of them, but there is no such number for severity score."
    )
    assert partly.needed == ("The same for severity score.",)


def test_proportions_and_silence_decide_nothing(small) -> None:
    safe = verdict(small, "safe")
    # 1 − 0.05^(1/60) of the scars; the pains are 4 of 70, with the interval of the pooled proportion
    pain = small.synthesis("pain")
    assert f"{100 * (1 - 0.05 ** (1 / 60)):.1f}%" == "4.9%"
    assert (safe.verdict, safe.ruling.reason) == ("uncertain", "how-often")
    assert safe.basis == (
        "Trials count how often in 2 of its 2 syntheses; without a comparison that decides nothing. The counts leave "
        f"possible up to: pain {100 * pain.display(pain.ci[1])[0]:.1f}% and scarring 4.9%."
    )
    assert verdict(small, "depth-matters").verdict == "untested"
    glows = verdict(small, "glows")
    assert (glows.verdict, glows.basis, glows.syntheses) == ("untested", "No synthesis of this review tests it.", ())


def test_zero_events_in_however_many_people_never_support_a_claim_of_safety(make_base, small) -> None:
    harms = [
        {
            "harm_id": f"Z{name}", "study_id": name, "arm_id": "A", "event": "scar", "events": "0", "n": "100000",
            "n_status": "verified", "counting": "patients", "pooling": "yes", "source": "PMID:1", "seen_at": "S1",
            "status": "verified",
        }
        for name in TRIALS
    ]  # fmt: skip
    claim = Claim(id="works", claim="It is safe.", syntheses=("scar",))
    found = verdict(make_base(GOOD, more={"harms": harms}, claims={"works": claim}))
    assert found.verdict == "uncertain"
    assert "scarring <0.1%" in found.basis, "an upper limit is never zero"


def test_a_claim_that_lists_only_what_is_given_beside_it_is_about_that(make_base, small) -> None:
    comparison = replace(small.protocol.comparisons["addon"], tests_intervention=False)
    beside = {**small.protocol.comparisons, "addon": comparison}
    assert verdict(make_base(GOOD, more=SOUND, comparisons=beside)).verdict == "supported"


def test_beside_a_real_test_it_counts_for_nothing(make_base, small) -> None:
    addon = small.protocol.comparisons["addon"]
    comparisons = {**small.protocol.comparisons, "other": replace(addon, id="other", tests_intervention=False)}
    syntheses = {**small.protocol.syntheses}
    syntheses["response"] = replace(syntheses["response"], comparison="other")
    claim = Claim(id="works", claim="It works.", syntheses=("response", "depth"))
    base = make_base(GOOD, more=SOUND, comparisons=comparisons, syntheses=syntheses, claims={"works": claim})
    found = verdict(base)
    assert (found.verdict, found.tests[0].role) == ("untested", "beside")
    assert found.basis == "No trial can be used in any of the 1 that test it."


def test_a_bundle_tells_nothing_of_its_parts(make_base, small) -> None:
    bundle = replace(small.protocol.comparisons["addon"], kind="bundle", add=("needle", "drug"), background=())
    base = make_base(GOOD, more=SOUND)
    answers = base.answers()
    primary = answers["response"].primary
    turned = replace(primary.protocol, comparisons={**primary.protocol.comparisons, "addon": bundle})
    results = {name: replace(result, protocol=turned) for name, result in answers["response"].results.items()}
    answers["response"] = replace(answers["response"], results=results)
    found = next(entry for entry in judge_claims(base, answers) if entry.claim.id == "works")
    assert (found.verdict, found.basis) == ("untested", "None of its syntheses tests the intervention itself.")


def test_the_real_claims_are_all_judged_and_none_beyond_the_data(real, real_answers) -> None:
    found = judge_claims(real, real_answers)
    assert [entry.claim.id for entry in found] == list(real.protocol.claims)
    certain_of = set(real["certainty"]["synthesis"])
    for entry in found:
        if entry.verdict in ("supported", "contradicted"):
            decided = [real_answers[name].primary for name in entry.ruling.sound]
            assert decided, entry.claim.id
            assert all(result.trials >= 2 and not result.ci[0] <= 0 <= result.ci[1] for result in decided)
            assert {result.id for result in decided} <= certain_of
        own = [name for name, test in zip(entry.claim.syntheses, entry.tests, strict=True) if test.role != "beside"]
        usable = any(result.k for name in own for result in real_answers[name].results.values())
        assert (entry.verdict == "untested") == (not usable), entry.claim.id
        assert bool(entry.needed) == (entry.verdict not in ("supported", "contradicted"))


def test_the_real_claims_as_they_are_met_and_whose_they_are(real, real_answers) -> None:
    found = {entry.claim.id: entry for entry in judge_claims(real, real_answers)}
    assert sum(entry.from_article for entry in found.values()) == 17
    assert sum(len(entry.met) for entry in found.values()) == len(real["claims"])
    met = found["growth-factors-blood-flow"].met
    assert [entry.id for entry in met] == ["C01", "C02"]
    assert met[0].as_met == "stimulates scalp blood flow"
    assert len(met[0].popular_sources) == 2
    assert met[0].evidence_sources == ()


def test_every_doubt_has_its_words() -> None:
    for doubt in DOUBTS.values():
        assert doubt.rule.endswith(".")
        assert not doubt.said.endswith(".")
        assert not doubt.needed.endswith(".")
