"""Retractions, concerns and corrections, with the results that they touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...curate.notices import all_notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...answers import Answer
    from ...base import EvidenceBase

__all__ = ["view_notices"]


def view_notices(base: EvidenceBase, answers: Mapping[str, Answer]) -> list[dict[str, Any]]:
    """Return every notice on a trial, with the questions into whose result shown the trial enters."""
    fed: dict[str, list[tuple[str, str]]] = {}
    for name, answer in answers.items():
        for study in dict.fromkeys(notice.study_id for notice in answer.shown.notices):
            fed.setdefault(study, []).append((name, answer.shown.label))
    return [
        {"text": str(notice), "open": notice.is_open, "fed": fed.get(notice.study_id, [])}
        for notice in all_notices(base.tables)
    ]
