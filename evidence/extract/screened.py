"""Which records screening let in, and at which stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..screen.ledger import current, load_decisions

if TYPE_CHECKING:
    from ..project import Project

__all__ = ["screening_outcomes"]

_STAGES = ("full-text", "title-abstract")


def screening_outcomes(project: Project) -> dict[str, tuple[str, str]]:
    """Return, for each record on which somebody decided, the last stage that was reached and what came of it.

    Parameters
    ----------
    project : Project
        Its ledger of decisions is read.

    Returns
    -------
    dict of str to (str, str)
        PMID → (stage, outcome); the outcome is ``included``, ``excluded``, ``maybe``, ``conflict`` or ``waiting``.
    """
    ledger = current(load_decisions(project))
    found: dict[str, tuple[str, str]] = {}
    for stage in _STAGES:
        for (pmid, where), standing in ledger.standings.items():
            if where == stage and standing.outcome != "waiting":
                found.setdefault(pmid, (stage, standing.outcome))
    return found
