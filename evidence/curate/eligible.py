"""Whether a trial may enter a synthesis at all: what stands in its way, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ..protocol import Analysis, Comparison, Population, Synthesis
    from .index import Index

__all__ = ["allocation_obstacle", "barred", "other_people", "overlapping"]

_RANDOMISED = {"no": "not randomised", "not-stated": "randomisation not stated"}


def _eligibility(study: Mapping[str, Any], analysis: Analysis, comparison: Comparison) -> str:
    if study["eligibility"] in (*analysis.eligibility, *comparison.admits):
        return ""
    return str(study["eligibility_reason"]) or str(study["eligibility"])


def other_people(study: Mapping[str, Any], population: Population) -> str:
    """Return, in words, whom a trial concerns if not the population; empty if it concerns the population."""
    if population.conditions and study["condition"] not in population.conditions:
        return f"other condition: {study['condition']}"
    if population.sexes and study["sex"] not in population.sexes:
        return "sex not stated" if study["sex"] == "not-stated" else f"other population: {study['sex']}"
    return ""


def barred(study: Mapping[str, Any], synthesis: Synthesis, comparison: Comparison, analysis: Analysis) -> list[str]:
    """Return why a trial may not enter whatever it reports; empty if it may."""
    reasons = [
        "left out by the protocol" if study["study_id"] in synthesis.exclude else "",
        _eligibility(study, analysis, comparison),
    ]
    return [reason for reason in reasons if reason]


def allocation_obstacle(study: Mapping[str, Any], analysis: Analysis) -> list[str]:
    """Return why a trial's allocation keeps it out; empty if it does not."""
    if study["randomised"] in analysis.randomised:
        return []
    return [_RANDOMISED.get(study["randomised"], "randomised")]


def overlapping(index: Index, study_id: str, entered: Collection[str]) -> str:
    """Return the trial already entered that may be the same as, or share people with, `study_id`; empty if none."""
    return next((name for name in sorted(index.overlaps.get(study_id, ())) if name in entered), "")
