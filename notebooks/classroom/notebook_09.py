"""The exercises of notebook 09, writing results."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import evidence as ev
from evidence.numbers import format_effect, format_interval, format_number
from evidence.report.reviews import review_table

from .exercise import Exercise, Mistake

if TYPE_CHECKING:
    import pandas as pd

    from evidence.base import EvidenceBase
    from evidence.synthesis import SynthesisResult

__all__ = ["DRAFT", "EXERCISES", "REASONS", "WHY", "tempting"]

_MEN, _WOMEN = 0, 1

# A draft of a results section, typed by hand; one of its numbers is not that of the base.
DRAFT = (
    "Two randomised trials with 134 participants counted responders. In one, 40 of 50 men responded with needling and "
    "minoxidil and 0 of 44 with minoxidil alone, at 12 weeks. In the other, 17 of 20 women responded with both and 9 of 18 "
    "with minoxidil alone, at 24 weeks. The pooled risk ratio was 8.93 (95% CI <0.01 to >1000; I² = 84%), which is "
    "compatible with no effect."
)

REASONS = {
    "interval": "gives an estimate and keeps quiet about its interval",
    "absence": "takes an interval that includes no effect for proof that there is none",
    "zero": "takes no event in few people for safety",
    "trial-as-review": "calls a single trial a synthesis",
    "confounded": "puts a difference between two trials down to one of the many things in which they differ",
    "impossible": "repeats a printed number that cannot be",
    "rules": "gives the result of a wider rule as that of the primary analysis",
    "certainty": "claims a certainty that nobody judged",
}


@cache
def _base() -> EvidenceBase:
    return ev.load()


@cache
def _shown(name: str) -> SynthesisResult:
    return _base().answer(name).shown


def _trials() -> pd.DataFrame:
    return _shown("addon-minoxidil-response").effects


def _ratio(name: str) -> str:
    """Return the risk ratio of a result, pooled or of its one trial, in words."""
    result = _shown(name)
    shown = result.display(result.estimate) if result.pooled else result.trial_display(0)
    return format_effect(shown[0], ratio=True)


def tempting() -> dict[str, str]:
    """Return sentences that a writer is tempted to write; the numbers are those of the base."""
    thickness = _shown("addon-minoxidil-rf-diameter")
    estimate, low, high = thickness.trial_display(0)
    serious = _shown("harm-serious")
    printed = max(
        row.estimate for row in review_table(_base()).rows if row.measure == "SMD" and row.estimate is not None
    )
    response = _shown("addon-minoxidil-response")
    interval = format_interval(*response.display(*response.ci), ratio=True)
    both = _ratio("addon-minoxidil-response")
    return {
        "a": f"Needling made a response almost nine times as likely (RR {both}).",
        "b": f"Needling had no effect on hair diameter (MD {format_effect(estimate)} µm, {format_interval(low, high)}).",
        "c": f"Needling is safe: there was no serious adverse event in {serious.n} people.",
        "d": f"A meta-analysis shows that men are far more satisfied with it (RR {_ratio('addon-minoxidil-patient-men')}).",
        "e": (
            f"Needling works better in men (RR {_ratio('addon-minoxidil-response-men')}) than in women "
            f"(RR {_ratio('addon-minoxidil-response-women')})."
        ),
        "f": f"The effect on hair count is very large (SMD {format_number(printed)}).",
        "g": f"In our primary analysis the risk ratio was {both} ({interval}).",
        "h": "There is moderate-certainty evidence that needling may add to minoxidil.",
    }


WHY = dict(
    zip(
        "abcdefgh",
        ["interval", "absence", "zero", "trial-as-review", "confounded", "impossible", "rules", "certainty"],
        strict=True,
    )
)


def _women_without() -> float:
    return float(_trials()["n2"].iloc[_WOMEN])


def _pooled_risk() -> float:
    return float(_trials()["events2"].sum() / _trials()["n2"].sum())


def _ratio_in_women() -> float:
    return _shown("addon-minoxidil-response-women").trial_display(0)[0]


def _more_of_1000(risk: float) -> float:
    return 1000 * risk * (_ratio_in_women() - 1)


def _ratio_in_men(add: float) -> float:
    men = _trials().iloc[[_MEN]][["events1", "n1", "events2", "n2"]]
    return float(ev.back_transform(ev.effect_sizes(men, "RR", add=add)["yi"].iloc[0], "RR"))


def _log_ratio_in_men(add: float) -> float:
    men = _trials().iloc[[_MEN]][["events1", "n1", "events2", "n2"]]
    return float(ev.effect_sizes(men, "RR", add=add)["yi"].iloc[0])


EXERCISES: dict[str, Exercise] = {
    "9.1": Exercise(
        question=(
            "One number of the draft is not that of the base. Find it with the table of effects or with `explain()`, and give the "
            "number that belongs there."
        ),
        answer=_women_without,
        because=(
            "9 of **20** women. The report prints 45% and the size of the arm, and 9 of 20 is 45%; 9 of 18 would be 50%. Nobody "
            "finds such a slip by reading. A sentence that the program writes cannot have it."
        ),
        hint="Compare events and people of both arms with `wider.effects`, row by row.",
        mistakes=(
            Mistake(
                answer=lambda: 18.0,
                because="That is the number in the draft which is wrong. Which one belongs there?",
            ),
            Mistake(
                answer=lambda: float(_trials()["events2"].iloc[_WOMEN]),
                because="The 9 is right: the base has 9 responders in that arm. Of how many women?",
            ),
            Mistake(
                answer=lambda: float(_trials()["n1"].iloc[_MEN]),
                because=(
                    "The 50 is not printed beside the count, and `explain()` says where it comes from. But the draft has it as the "
                    "base has."
                ),
            ),
        ),
    ),
    "9.2": Exercise(
        question=(
            "The trial in women has RR 1.89. In both trials together, 9 of 64 people responded with minoxidil alone. At that risk, how "
            "many **more** of 1000 people would respond with needling?"
        ),
        answer=lambda: _more_of_1000(_pooled_risk()),
        because=(
            "1000 × 9/64 × (1.89 − 1) ≈ 125. The same ratio at the risk of that trial's own control arm, 9 of 20, gives 400. A ratio "
            "without a starting risk tells a reader nothing of people."
        ),
        hint="1000 people × the risk without needling × (RR − 1).",
        mistakes=(
            Mistake(
                answer=lambda: 1000 * _pooled_risk() * _ratio_in_women(),
                because="So many respond with needling. Take away those who would have responded anyway.",
            ),
            Mistake(
                answer=lambda: 1000 * (_ratio_in_women() - 1),
                because="That would be right if everybody responded without needling. The ratio multiplies the starting risk.",
            ),
            Mistake(
                answer=lambda: _more_of_1000(float((_trials()["events2"] / _trials()["n2"]).iloc[_WOMEN])),
                because="You took the risk in the control arm of that trial, 9 of 20. The question gives another: 9 of 64.",
            ),
        ),
        rel=0.02,
    ),
    "9.3": Exercise(
        question=(
            "In men, 40 of 50 responded with needling and 0 of 44 without. A ratio with a zero needs something added to the cells: the "
            "usual 0.5 gives RR 71.5. Give the RR with 0.1 added instead (`ev.effect_sizes(…, add=0.1)`)."
        ),
        answer=lambda: _ratio_in_men(0.1),
        because=(
            "About 353. The men are the same. The size of this ratio comes from what was added, not from what was seen. Write *40 of 50 "
            "against 0 of 44*, and leave the ratio to the analysis."
        ),
        hint='`ev.effect_sizes(wider.effects.iloc[[0]][["events1", "n1", "events2", "n2"]], "RR", add=0.1)`, then back from the log.',
        mistakes=(
            Mistake(answer=lambda: _ratio_in_men(0.5), because="That is the ratio with 0.5 added. Now with 0.1."),
            Mistake(
                answer=lambda: _log_ratio_in_men(0.1),
                because='That is its logarithm, on which the analysis runs. `ev.back_transform(…, "RR")` gives the ratio.',
            ),
        ),
    ),
    "9.4": Exercise(
        question=(
            "What is wrong with each sentence? Give a mapping from its letter to one word of the table of reasons; each word is needed "
            'once: `{"a": "interval", …}`.'
        ),
        answer=lambda: dict(WHY),
        because="Each number stands in the base. What is wrong is what the sentence makes of it, and no check of numbers finds that.",
        hint="Ask of each: what does the reader believe now that the base does not say?",
        mistakes=(
            Mistake(
                answer=lambda: {**WHY, "a": "rules", "g": "interval"},
                because=(
                    "Only *a* and *g* are exchanged. *g* does give the interval; but the primary analysis pools nothing. *a* gives no "
                    "interval at all."
                ),
            ),
            Mistake(
                answer=lambda: {**WHY, "b": "zero", "c": "absence"},
                because=(
                    "Only *b* and *c* are exchanged. They are cousins: *b* reads an interval that includes no effect as none, *c* a "
                    "count of nothing as a risk of nothing."
                ),
            ),
            Mistake(
                answer=lambda: {**WHY, "d": "confounded", "e": "trial-as-review"},
                because="Only *d* and *e* are exchanged. *e* compares two trials; *d* has one and calls it more.",
            ),
        ),
    ),
}
