"""What is open on trials after a run, and which syntheses it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..base import EvidenceBase
    from ..project import Project

__all__ = ["open_matters", "syntheses_fed"]

_MOST_NAMED = 4


def open_matters(project: Project) -> tuple[str, ...]:
    """Return the notices on trials of a project that nobody has decided on, each with the syntheses that it reaches.

    Parameters
    ----------
    project : Project
        Its tables, as they stand.
    """
    from ..base import load
    from ..curate.notices import open_notices

    base = load(project.root)
    notices = open_notices(base.tables)
    fed = syntheses_fed(base, {notice.study_id for notice in notices}) if notices else {}
    return tuple(f"{notice}; {_in_words(fed.get(notice.study_id, ()))}" for notice in notices)


def syntheses_fed(base: EvidenceBase, studies: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return for each trial the syntheses into which it goes, under any analysis that the protocol declares.

    Parameters
    ----------
    base : EvidenceBase
        The base.
    studies : iterable of str
        The trials.
    """
    wanted = set(studies)
    fed: dict[str, dict[str, None]] = {study: {} for study in sorted(wanted)}
    for name in base.protocol.syntheses if wanted else ():
        for analysis in base.protocol.analyses:
            for contrast in base.synthesis(name, analysis=analysis).contrasts:
                if contrast.study_id in wanted:
                    fed[contrast.study_id][name] = None
    return {study: tuple(names) for study, names in fed.items()}


def _in_words(syntheses: tuple[str, ...]) -> str:
    if not syntheses:
        return "no synthesis uses the trial"
    more = f" and {len(syntheses) - _MOST_NAMED} more" if len(syntheses) > _MOST_NAMED else ""
    return f"in {', '.join(syntheses[:_MOST_NAMED])}{more}"
