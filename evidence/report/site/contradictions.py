"""Cautions on a synthesis from findings that stand against numbers which enter it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...curate.integrity import contradictions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...answers import Answer
    from ...base import EvidenceBase
    from .synthesis_view import Group

__all__ = ["with_contradictions"]


def with_contradictions(
    groups: Sequence[Group], base: EvidenceBase, answers: Mapping[str, Answer]
) -> tuple[Group, ...]:
    """Return the syntheses with a caution wherever a finding stands against a row that the shown analysis takes."""
    return tuple(
        replace(
            group,
            syntheses=tuple(
                replace(view, cautions=(*view.cautions, *_against(base, answers[view.id]))) for view in group.syntheses
            ),
        )
        for group in groups
    )


def _against(base: EvidenceBase, answer: Answer) -> tuple[str, ...]:
    shown = answer.shown
    rows = [name for contrast in shown.contrasts for name in contrast.rows]
    return contradictions(base.tables, rows, primary=shown.analysis.primary)
