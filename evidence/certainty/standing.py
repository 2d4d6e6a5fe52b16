"""What a judgement of certainty was made on: a fingerprint of everything of a synthesis that people weigh."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..fingerprint import bytes_hash
from ..tables.io import records

if TYPE_CHECKING:
    from ..curate import Contrast
    from ..synthesis import SynthesisResult

__all__ = ["evidence_fingerprint"]

# The letter keeps spreadsheet programs from reading the digits as a number; the figure counts changes of what is in it.
_PREFIX = "g1-"
_DIGITS = 16
_EFFECT_DIGITS, _POOLED_DIGITS = 6, 4  # few enough to be the same on every machine
_NOTHING = 1e-6  # standard errors: what is smaller is rounding, and shown as none
_WORDS = ("id", "label", "single_arm_label", "note")  # what may be said otherwise without being another question
_ENTERED = ("study_id", "unit", "value_type", "threshold", "time_weeks", "design", "status", "paired", "subgroup")


def evidence_fingerprint(result: SynthesisResult) -> str:
    """Return a hash of what the certainty of a synthesis is judged on; it changes when any of it does.

    In it: the question with its model and the rules of the analysis; the rows that entered with their effects,
    variances and people; who was randomised and what the arms received; the pooled number; the trials in question
    that did not enter; every judgement of risk of bias of the trials that did; notices on their reports; and the
    difference that matters. Not in it: labels, notes, and the wording of the program.

    Parameters
    ----------
    result : SynthesisResult
        A synthesis under one analysis.

    Examples
    --------
    >>> import evidence as ev
    >>> base = ev.load()
    >>> one = evidence_fingerprint(base.synthesis("addon-minoxidil-response"))
    >>> one == evidence_fingerprint(base.synthesis("addon-minoxidil-response", analysis="secondary")), one[:3]
    (False, 'g1-')
    """
    outcome = result.protocol.outcomes[result.synthesis.outcome]
    parts = {
        "analysis": _rules(result.analysis),
        "question": _rules(result.synthesis),
        "comparison": result.synthesis.comparison,
        "outcome": [outcome.id, outcome.direction, outcome.mid],
        "entered": sorted(_entered(result), key=json.dumps),
        "pooled": [_digits(value, result.se, _POOLED_DIGITS) for value in (result.estimate, *result.ci)]
        if result.fit is not None
        else [],
        "left out": sorted((entry.study_id, sorted(entry.rows)) for entry in result.exclusions if entry.compared),
        "bias": sorted(_bias(result)),
        "notices": sorted([notice.kind, notice.decision, notice.study_id] for notice in result.notices),
    }
    return _PREFIX + bytes_hash(json.dumps(parts, sort_keys=True).encode())[:_DIGITS]


def _rules(declared: Any) -> dict[str, Any]:
    """Return what a synthesis or an analysis declares, without what only names it."""
    return {name: value for name, value in asdict(declared).items() if name not in _WORDS}


def _entered(result: SynthesisResult) -> list[list[Any]]:
    randomised = {row["study_id"]: str(row["randomised"]) for row in records(result.tables["studies"])}
    received = {(row["study_id"], row["arm_id"]): str(row["components"]) for row in records(result.tables["arms"])}
    found = []
    for contrast, effect in zip(result.contrasts, result.effects.to_dict("records"), strict=True):
        spread = math.sqrt(float(effect["vi"]))
        found.append(
            [
                *(str(effect[name]) for name in _ENTERED),
                sorted(contrast.rows),
                [received.get((contrast.study_id, arm), "") for arm in _arms(contrast)],
                randomised.get(contrast.study_id, ""),
                _digits(float(effect["yi"]), spread, _EFFECT_DIGITS),
                _digits(float(effect["vi"]), spread, _EFFECT_DIGITS),
                _digits(float(effect["people"]), 0, _EFFECT_DIGITS),
            ]
        )
    return found


def _arms(contrast: Contrast) -> list[str]:
    arms = (contrast.arm_1, contrast.arm_2) if contrast.arm_2 is not None else (contrast.arm_1,)
    return [name for arm in arms for name in arm.arm_id.split("+")]


def _bias(result: SynthesisResult) -> list[list[str]]:
    entered = set(result.effects["study_id"])
    return [
        [str(row[name] or "") for name in ("study_id", "outcome", "tool", "variant", "domain", "assessor", "judgement")]
        for row in records(result.tables["risk_of_bias"])
        if row["study_id"] in entered and row["outcome"] in (result.synthesis.outcome, "all")
    ]


def _digits(value: float, spread: float, digits: int) -> str:
    """Return a number with few digits; what is nothing beside its spread is 0, whatever sign rounding gave it."""
    return "0" if abs(value) <= _NOTHING * spread else f"{value:.{digits}g}"
