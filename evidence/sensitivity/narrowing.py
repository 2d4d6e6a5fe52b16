"""The part of an evidence base that a question can concern at all, so that many rules can be tried quickly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..curate import Exclusion, Index
    from ..curate.selection import Contrast

__all__ = ["narrowed"]


def narrowed(index: Index, selected: tuple[Contrast, ...], exclusions: tuple[Exclusion, ...]) -> Index:
    """Return the index with the trials only that make a comparison.

    Whether a trial makes a comparison, in the population asked for, follows from its arms and people alone. So the
    trials that do not are the same under all rules, and leaving them out changes no selection.

    Parameters
    ----------
    index : Index
        The evidence base by trial.
    selected, exclusions : tuple
        What any rules let in and left out.
    """
    concerned = {contrast.study_id for contrast in selected}
    concerned |= {entry.study_id for entry in exclusions if entry.compared}
    return replace(index, studies=tuple(study for study in index.studies if study["study_id"] in concerned))
