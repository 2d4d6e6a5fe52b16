"""What can stand against a pooled number when a claim is judged by it: each doubt, and how it is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...synthesis.mixtures import doubtful

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...answers import Answer
    from ...certainty import Judged
    from ...synthesis import SynthesisResult

__all__ = ["BIAS_SHARE", "DOUBTS", "Doubt", "doubts_of"]

BIAS_SHARE = 50.0
_LEVEL = 0.95
_SERIOUS = -2


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One thing that can stand against a number.

    Attributes
    ----------
    rule : str
        When it does.
    said : str
        The same as the end of a sentence, after "but".
    needed : str
        What would end it.
    """

    rule: str
    said: str
    needed: str


DOUBTS: dict[str, Doubt] = {
    "notice": Doubt(
        rule="A report of a trial that entered has been retracted; or it is under another notice (concern, correction, "
        "republication) on which nobody has decided to include it since.",
        said="a report in it has been retracted, or is under a notice that nobody has settled",
        needed="a decision on the notices, or the result without those trials",
    ),
    "finding": Doubt(
        rule="An integrity finding (impossible or inconsistent) stands against a number that entered.",
        said="a finding stands against a number that enters",
        needed="an answer to the findings on its numbers",
    ),
    "bias": Doubt(
        rule=f"Trials at high risk of bias, or that nobody judged, carry {BIAS_SHARE:g}% of the weight or more; or "
        "people took two levels off for risk of bias.",
        said="trials at high risk of bias, or not judged, carry half of its weight or more",
        needed="judgements of risk of bias, or trials at lower risk",
    ),
    "not-assessed": Doubt(
        rule="Nobody has judged the certainty of the evidence: an interval tells of chance alone.",
        said="nobody has judged how certain the evidence is",
        needed="a judgement of certainty",
    ),
    "outdated": Doubt(
        rule="Its certainty was judged of other evidence than there is now, or of evidence that was not recorded.",
        said="its certainty was judged before the evidence changed, or of evidence that was not recorded",
        needed="a judgement of certainty of the evidence as it is now",
    ),
    "very-low": Doubt(
        rule="People judged the certainty to be very low.",
        said="its certainty was judged to be very low",
        needed="evidence of higher certainty",
    ),
    "one-trial": Doubt(
        rule="It rests on one trial: leaving one out moves the conclusion or cannot be computed; or, of two trials, "
        "the estimate of one does not lie on the side of the pooled one.",
        said="it rests on one of its trials",
        needed="further trials, until no single one carries the conclusion",
    ),
    "depends": Doubt(
        rule="The conclusion moves in another sensitivity analysis: other rules for what enters, other derivations, "
        "correlations or models; or an analysis of other trials altogether lies on the other side.",
        said="the conclusion moves in sensitivity analyses",
        needed="reports complete enough that the conclusion no longer depends on the analysis",
    ),
    "small-study": Doubt(
        rule="From ten trials on, the test of small-study effects gives p < 0.1.",
        said="small trials tell another story than large ones",
        needed="large trials, or the results that are missing",
    ),
    "derived": Doubt(
        rule="A number that was derived, and not printed, must be read with care; or an arm that belongs to it gave "
        "none.",
        said="a derived number in it is doubtful",
        needed="the numbers that had to be derived, from the authors",
    ),
    "no-event": Doubt(
        rule="It compares a harm, and nobody had it in the first arms: the ratio rests on what was added to empty "
        "cells, and none in n leaves much possible.",
        said="nobody had the harm in the first arms, which leaves much possible",
        needed="enough people to see the harm, however rare",
    ),
    "level": Doubt(
        rule="Its intervals are of less than 95%.",
        said="its intervals are of less than 95%",
        needed="an interval of 95%",
    ),
}


def doubts_of(answer: Answer) -> tuple[str, ...]:
    """Return what stands against the primary number of a synthesis, in the order of `DOUBTS`; nothing without one.

    Parameters
    ----------
    answer : Answer
        The synthesis under every analysis.
    """
    if not answer.primary.pooled:
        return ()
    return tuple(name for name in DOUBTS if _FOUND[name](answer))


def _notice(answer: Answer) -> bool:
    return any(
        notice.kind == "retracted" or notice.is_open or notice.decision != "include"
        for notice in answer.primary.notices
    )


def _finding(answer: Answer) -> bool:
    from ...curate.integrity import contradictions

    result = answer.primary
    rows = [row for contrast in result.contrasts for row in contrast.rows]
    return bool(contradictions(result.tables, rows))


def _bias(answer: Answer) -> bool:
    from ...certainty import judged
    from ...certainty.bias import shares_of_weight

    share = shares_of_weight(answer.primary)
    if share["high"] + share["unknown"] >= BIAS_SHARE:
        return True
    decided = judged(answer.primary)
    levels = decided.reasons.get("risk-of-bias", ("0", ""))[0] if decided else "0"
    return levels.lstrip("-").isdigit() and int(levels) <= _SERIOUS


def _judgement(answer: Answer) -> Judged | None:
    from ...certainty import last_judged

    return last_judged(answer.primary)


def _one_trial(answer: Answer) -> bool:
    result = answer.primary
    if result.trials == 2:
        signs = {value > 0 for value in result.effects["yi"]}
        return signs != {result.estimate > 0} or bool((result.effects["yi"] == 0).any())
    left_out = [entry for entry in answer.sensitivity.variations if entry.kind == "left-out"]
    return any(entry.verdict != "agrees" for entry in left_out)


def _depends(answer: Answer) -> bool:
    return any(
        entry.verdict == "moves"
        or (entry.verdict in ("apart", "one-trial") and "direction" in entry.moved and _excludes(entry.conclusion))
        for entry in answer.sensitivity.variations
        if entry.kind != "left-out"
    )


def _excludes(conclusion: object) -> bool:
    return getattr(conclusion, "interval", "") in ("above", "below")


def _no_event(answer: Answer) -> bool:
    result = answer.primary
    if not result.protocol.outcomes[result.synthesis.outcome].harm:
        return False
    events = result.effects["events1"]
    return bool(events.notna().all() and events.sum() == 0)


def _small_study(result: SynthesisResult) -> bool:
    from ...certainty.publication_bias import publication_bias

    return bool(publication_bias(result).levels)


_FOUND: dict[str, Callable[[Answer], bool]] = {
    "notice": _notice,
    "finding": _finding,
    "bias": _bias,
    "not-assessed": lambda answer: _judgement(answer) is None,
    "outdated": lambda answer: (found := _judgement(answer)) is not None and not found.current,
    "very-low": lambda answer: (
        (found := _judgement(answer)) is not None and found.current and found.certainty == "very-low"
    ),
    "one-trial": _one_trial,
    "depends": _depends,
    "small-study": lambda answer: _small_study(answer.primary),
    "derived": lambda answer: bool(doubtful(answer.primary.contrasts)),
    "no-event": _no_event,
    "level": lambda answer: answer.primary.synthesis.level < _LEVEL,
}
