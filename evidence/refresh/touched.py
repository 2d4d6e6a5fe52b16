"""What is open after a run: on trials, on the syntheses that they feed, and in screening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..base import EvidenceBase
    from ..project import Project

__all__ = ["Unread", "open_matters", "syntheses_fed", "unread_records"]

_MOST_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """How many records wait at a stage of screening: for the first time, and to be decided again."""

    stage: str
    first: int
    again: int


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


def unread_records(project: Project) -> tuple[Unread, ...]:
    """Return what waits in the queue of each stage of screening, whoever is to read it.

    Parameters
    ----------
    project : Project
        Its tables, as they stand.
    """
    from ..screen.desk import open_desk
    from ..screen.standing import STAGES

    desk = open_desk(project, ranked=False)
    queues = (desk.queue(stage=stage).items for stage in STAGES)
    return tuple(
        Unread(stage=stage, first=sum(not item.reopened for item in items), again=sum(bool(i.reopened) for i in items))
        for stage, items in zip(STAGES, queues, strict=True)
    )


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
