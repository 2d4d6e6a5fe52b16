"""The exercises of notebook 08, claims against evidence."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import evidence as ev
from evidence.report.claims import judge_claims
from evidence.report.reviews import review_table
from evidence.starter.examples import example_project

from .exercise import Exercise, Mistake

if TYPE_CHECKING:
    from collections.abc import Callable

    from evidence.answers import Answer
    from evidence.base import EvidenceBase

__all__ = ["EXERCISES", "STATEMENTS"]


@cache
def _base() -> EvidenceBase:
    return ev.load()


@cache
def _answer(name: str) -> Answer:
    return _base().answer(name)


def _verdict(claim: str) -> str:
    spec = _base().protocol.claims[claim]
    answers = {name: _answer(name) for name in spec.syntheses}
    (verdict,) = judge_claims(_base(), answers, claims=[spec])
    return verdict.verdict


@cache
def _doubts_on_bcg() -> set[str]:
    bcg = ev.load(example_project("bcg-vaccine").root)
    spec = bcg.protocol.claims["protects"]
    (verdict,) = judge_claims(bcg, {name: bcg.answer(name) for name in spec.syntheses}, claims=[spec])
    return set(verdict.ruling.doubts)


def _subgroups(names: tuple[str, ...]) -> list[float]:
    rows = {row.result_id: row.estimate for row in review_table(_base()).rows}
    return [rows[f"Xu2024-{name}"] for name in names]


_DEPTHS = ("D3", "D4")


def _nobody_of() -> int:
    shown = _answer("harm-serious").shown
    assert shown.effects["events1"].sum() == 0
    return int(shown.n)


def _upper_limit(people: int, level: float = 0.95) -> float:
    return float(100 * (1 - (1 - level) ** (1 / people)))


def _two_trials_and_any_effect() -> bool:
    shown = _answer("addon-minoxidil-response").shown
    low, high = shown.ci
    return shown.trials == 2 and bool((shown.effects["yi"] > 0).all()) and low < 0 < high


def _reviews_agree_on_diameter() -> bool:
    rows = [row for row in review_table(_base()).rows if row.outcome == "hair diameter" and row.measure == "SMD"]
    return not any(row.disagrees for row in rows)


# What might be said, and whether the base bears it.
STATEMENTS: dict[str, tuple[str, Callable[[], bool]]] = {
    "a": (
        "Research has shown that needling does not make hair denser.",
        lambda: _verdict("improves-density") == "contradicted",
    ),
    "b": (
        "In two randomised trials more people responded with needling and minoxidil than with minoxidil alone. Taken "
        "together they are so few and so unlike that their pooled interval rules out next to nothing.",
        _two_trials_and_any_effect,
    ),
    "c": (
        "Needling is safe: among the people whom trials followed for serious harm, nobody had any.",
        lambda: _upper_limit(_nobody_of()) < 0.1,
    ),
    "d": (
        "Nobody of 67 people had a serious harm. That still leaves room for about one in 23.",
        lambda: _nobody_of() == 67 and round(100 / _upper_limit(67)) == 23,
    ),
    "e": (
        "Reviews of the trials agree that needling makes hair thicker.",
        _reviews_agree_on_diameter,
    ),
    "f": (
        "Nobody has yet judged, for this base, how certain any of these numbers is.",
        lambda: _base()["certainty"].empty,
    ),
}


def _statements_that_hold() -> set[str]:
    return {letter for letter, (_, holds) in STATEMENTS.items() if holds()}


def _mistaken(verdict: str, because: str) -> Mistake:
    return Mistake(answer=lambda: verdict, because=because)


def _letters(letters: str, because: str) -> Mistake:
    return Mistake(answer=lambda: set(letters), because=because)


EXERCISES: dict[str, Exercise] = {
    "8.1": Exercise(
        question=(
            "*Patients are satisfied with it.* You have seen the one result that can be used. What do you call the claim: "
            '`"supported"`, `"contradicted"`, `"uncertain"` or `"untested"`?'
        ),
        answer=lambda: _verdict("patients-satisfied"),
        because=(
            "There is a number, so the claim is not untested. The number cannot carry a verdict: one trial, counts from "
            "secondary pages, men only, and people who knew what they were given."
        ),
        hint="One of the four words, in quotation marks. Ask of the result how many trials stand behind it.",
        mistakes=(
            _mistaken(
                "supported",
                "The interval is far from 1, and that is all it can say: chance is an unlikely explanation. It says nothing of "
                "people who knew their treatment and were asked whether they were pleased, and nothing of a second trial, "
                "since there is none.",
            ),
            _mistaken(
                "untested",
                "A trial did count satisfied patients, and its counts can be used under wider rules. *Untested* is kept for "
                "claims on which no usable number exists at all.",
            ),
            _mistaken(
                "contradicted",
                "No result lies against the claim. Too little for it is not the same as much against it.",
            ),
        ),
    ),
    "8.2": Exercise(
        question=(
            "BCG against tuberculosis: 13 trials, RR 0.49 (95% CI 0.33 to 0.73), no trial carries the result alone, and no "
            "sensitivity analysis moves it. Nobody entered a judgement into the tables of that example. Which doubts stand "
            "against the number? Give their names from the table above as a set."
        ),
        answer=_doubts_on_bcg,
        because=(
            "An interval tells of chance alone. Whether the trials were done well, and how certain the whole is, only people "
            "can judge, and in this example nobody has. So the rule withholds the word, even here."
        ),
        hint="Two doubts are about what people did not do. Look in the table for *nobody*.",
        mistakes=(
            Mistake(
                answer=lambda: {"not-assessed"},
                because="One is missing. Certainty is judged for the whole; what must be judged for each trial?",
            ),
            Mistake(
                answer=lambda: {"bias"},
                because="One is missing. Risk of bias is judged for each trial; what for the whole?",
            ),
            Mistake(
                answer=lambda: {"bias", "not-assessed", "depends"},
                because=(
                    "Trials do differ widely here, and the prediction interval includes no effect. But `depends` is about "
                    "analyses: the conclusion on the mean stays the same in each of them."
                ),
            ),
            Mistake(
                answer=set,
                because="Nothing statistical stands against it. But read the rules that say *nobody judged*.",
            ),
        ),
    ),
    "8.3": Exercise(
        question=(
            "Xu 2024 prints SMD 1.16 for needles below 1 mm and 0.52 for needles above. A pooled value is a weighted mean. "
            "Whatever the weights: what is the largest value to which these two can pool?"
        ),
        answer=lambda: max(_subgroups(_DEPTHS)),
        because=(
            "A weighted mean lies between the smallest and the largest of what it averages. 15.82 cannot come from 0.52 and "
            "1.16. The check `subgroups-pool` is no more than this sentence, with some room for rounding and sampling."
        ),
        hint="Weights are positive and add up to 1. What happens when all the weight goes to one subgroup?",
        mistakes=(
            Mistake(
                answer=lambda: sum(_subgroups(_DEPTHS)),
                because="That is the sum. Pooling averages; two results do not add up to a larger one.",
            ),
            Mistake(
                answer=lambda: sum(_subgroups(_DEPTHS)) / 2,
                because="That is the value with equal weights. With other weights it can be larger: how much at most?",
            ),
            Mistake(
                answer=lambda: _subgroups(("D1",))[0],
                because="That is what is printed. The question is whether it can be.",
            ),
        ),
        rel=0.002,
    ),
    "8.4": Exercise(
        question=(
            "Nobody of 67 people had a severe or serious adverse event. How often, in per cent, may it happen for all that? "
            "Give the exact one-sided upper 95% limit: the risk p at which none in 67 would still be seen once in twenty times."
        ),
        answer=lambda: _upper_limit(_nobody_of()),
        because=(
            "(1 − p)⁶⁷ = 0.05 gives p = 4.4%, about one person in 23. None in 67 is welcome news and no proof of safety."
        ),
        hint="If each person has risk p, nobody of n has the event with probability (1 − p)ⁿ. Set it to 0.05 and solve for p; in %.",
        mistakes=(
            Mistake(
                answer=lambda: 0.0,
                because="Zero is what was seen in 67 people, not what happens. With a risk of 2%, a group of 67 is spared one time in four.",
            ),
            Mistake(
                answer=lambda: 300 / _nobody_of(),
                because="That is the rule of three, 3/n, and close enough for the back of an envelope. Here the exact limit is asked.",
            ),
            Mistake(
                answer=lambda: _upper_limit(_nobody_of(), 0.975),
                because="That is the upper end of a two-sided interval, with 0.025. There is nothing below zero, so all 0.05 go above.",
            ),
            Mistake(
                answer=lambda: _upper_limit(_nobody_of()) / 100,
                because="Right as a fraction. The question asks for per cent.",
            ),
        ),
        rel=0.01,
    ),
    "8.5": Exercise(
        question="Which of the six statements does the base bear? Give their letters as a set.",
        answer=_statements_that_hold,
        because=(
            "Each says what was counted, in how many, and what that leaves open. The other three go beyond it: no evidence "
            "taken for evidence against, no event taken for no risk, and agreement where reviews disagree."
        ),
        hint="Take them one by one, and point to the number above that bears it. Three can be borne.",
        mistakes=(
            _letters(
                "bcdf",
                "Look at *c* and *d* together: the same count. One of them says *safe*, which none in 67 does not show.",
            ),
            _letters(
                "abdf",
                "Look at *a* again. The claim on density is uncertain, for lack of usable numbers. Nobody has shown that needling "
                "does nothing.",
            ),
            _letters(
                "bd",
                "One is missing: it is about what people have not done yet, and it belongs in every summary of this base.",
            ),
            _letters("bdef", "Look at *e* again, and at what three reviews print on diameter."),
        ),
    ),
}
