"""The rule for claims: never more than the primary analyses say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence.protocol import Claim
from evidence.report import judge_claims

TRIALS = ("Ada", "Bose", "Cori")
GOOD = dict.fromkeys(TRIALS, ("men", 80, 100, 40, 100, "verified"))
BAD = dict.fromkeys(TRIALS, ("men", 40, 100, 80, 100, "verified"))
NULL = dict.fromkeys(TRIALS, ("men", 50, 100, 50, 100, "verified"))
IMPLIED = dict.fromkeys(TRIALS, ("men", 80, 100, 40, 100, "implied"))
ONE = {"Ada": ("men", 80, 100, 40, 100, "verified")}


def _spread(counts):
    """Let the trials differ a little, so that there is an interval."""
    return {
        name: (sex, e1 + step, n1, e2, n2, status)
        for step, (name, (sex, e1, n1, e2, n2, status)) in enumerate(counts.items())
    }


def _verdict(base, claim: str = "works"):
    found = {entry.claim.id: entry for entry in judge_claims(base, base.answers())}
    return found[claim]


@pytest.mark.parametrize(
    ("counts", "verdict", "basis"),
    [
        (GOOD, "supported", "pools at least two trials"),
        (BAD, "contradicted", "lies against it"),
        (NULL, "uncertain", "no interval decides it"),
        (IMPLIED, "uncertain", "No primary analysis pools trials"),
        (ONE, "uncertain", "no more than a single usable trial"),
    ],
    ids=["good", "bad", "null", "sensitivity-only", "single"],
)
def test_the_verdict_follows_the_primary_analysis(make_base, counts, verdict: str, basis: str) -> None:
    found = _verdict(make_base(_spread(counts)))
    assert found.verdict == verdict
    assert basis in found.basis


def test_a_good_and_a_bad_result_leave_it_uncertain(make_base, small) -> None:
    scores = {"outcome": "score", "value_type": "final", "unit": "points", "n": "20", "time_weeks": "12"}
    shared = {
        "outcomes": [
            {**_row(f"W{name}{arm}", name, arm), **scores, "mean": mean, "sd": "1"}
            for step, name in enumerate(GOOD)
            for arm, mean in (("A", f"{9 + step / 10:g}"), ("B", "5"))
        ]
    }
    claim = Claim(id="works", claim="It works.", syntheses=("response", "score"))
    syntheses = {**small.protocol.syntheses}
    syntheses["score"] = replace(syntheses["score"], exclude=("Dahl",))
    base = make_base(_spread(GOOD), more=shared, claims={"works": claim}, syntheses=syntheses)
    answers = base.answers()
    assert answers["score"].primary.ci[0] > 0, "higher scores are worse"
    found = judge_claims(base, answers)[0]
    assert (found.verdict, found.basis) == (
        "uncertain",
        "The intervals of 1 of its 2 syntheses lie for it, and of 1 of its 2 syntheses against it.",
    )


def _row(row: str, study: str, arm: str) -> dict[str, str]:
    return {
        "row_id": row, "study_id": study, "arm_id": arm, "n_status": "verified", "pooling": "yes", "source": "PMID:1",
        "seen_at": "S1", "status": "verified",
    }  # fmt: skip


def test_proportions_and_silence_decide_nothing(small) -> None:
    safe = _verdict(small, "safe")
    assert (safe.verdict, safe.basis) == (
        "uncertain",
        "Trials count how often in 2 of its 2 syntheses; without a comparison that decides nothing.",
    )
    assert _verdict(small, "depth-matters").verdict == "untested"
    glows = _verdict(small, "glows")
    assert (glows.verdict, glows.basis, glows.syntheses) == ("untested", "No synthesis of this review tests it.", ())


def test_the_real_claims_are_all_judged_and_none_beyond_the_data(real, real_answers) -> None:
    found = judge_claims(real, real_answers)
    assert [entry.claim.id for entry in found] == list(real.protocol.claims)
    for entry in found:
        decided = [
            result
            for name in entry.claim.syntheses
            if (result := real_answers[name].primary).pooled and not result.ci[0] <= 0 <= result.ci[1]
        ]
        if entry.verdict in ("supported", "contradicted"):
            assert decided, entry.claim.id
        usable = any(result.k for name in entry.claim.syntheses for result in real_answers[name].results.values())
        assert (entry.verdict == "untested") == (not usable), entry.claim.id
