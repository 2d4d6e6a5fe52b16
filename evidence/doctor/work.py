"""The work of a review: the search, what waits for a reader, drafts, findings and notices that nobody has answered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from .observation import Observation, Step

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from ..curate.notices import Notice
    from ..project import Project

__all__ = ["OLD_DAYS", "see_extraction", "see_findings", "see_notices", "see_screening", "see_search"]

OLD_DAYS = 31
"""From how many days on a search is called old."""

_GROUP = "work"
_NOTICES, _SEARCH, _SCREEN, _EXTRACT, _CHECK = 10, 20, 30, 40, 50
_STRICT = ("impossible", "inconsistent")
_SHOWN = 4


def see_search(project: Project, now: dt.datetime, *, has_email: bool) -> Observation:
    """Return when PubMed was searched last.

    Parameters
    ----------
    project : Project
        The review.
    now : datetime
        With its zone.
    has_email : bool
        Whether an address is set, which NCBI asks for.
    """
    from ..protocol import load_protocol
    from ..refresh.standing import last_run
    from ..screen.rows import read_rows

    query = load_protocol(project.protocol).search.query.strip()
    last = last_run(read_rows(project, "searches"))
    command = "evidence refresh" if has_email else "evidence refresh --email you@example.org"
    if last is None:
        if not query:
            step = Step(command="edit protocol.toml", why="[search] has no query yet", rank=_SEARCH)
            return _seen(
                "search", "search", "todo", "none recorded, and the protocol has no query", {"days": None}, step
            )
        if query == _query_of_template():
            step = Step(command="edit protocol.toml", why="title, question and query are an example yet", rank=_SEARCH)
            return _seen("search", "search", "todo", "none recorded; the query is the example's", {"days": None}, step)
        step = Step(command=command, why="no search is recorded", rank=_SEARCH)
        return _seen("search", "search", "todo", "none recorded", {"days": None}, step)
    days = max((now - last.ended_at).days, 0)
    ago = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
    facts = {
        "search": last.search_id,
        "ended_at": f"{last.ended_at:%Y-%m-%dT%H:%M:%SZ}",
        "days": days,
        "count": last.count,
    }
    text = f"{last.ended_at:%Y-%m-%d} ({ago}); {_counted(last.count, 'record')} found"
    if days >= OLD_DAYS:
        return _seen(
            "search", "search", "todo", text, facts, Step(command=command, why=f"searched {ago}", rank=_SEARCH)
        )
    return _seen("search", "search", "ok", text, facts)


def _query_of_template() -> str:
    """Return the query with which a new review begins; empty if the package lies elsewhere than it should."""
    from .. import starter

    path = Path(starter.__file__).parent / "template" / "protocol.toml"
    found = re.search(r"^query = '(.*)'$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return found[1].strip() if found else ""


def see_notices(project: Project) -> Observation:
    """Return the retractions and concerns on trials on which nobody has decided.

    Parameters
    ----------
    project : Project
        The review; its tables must be whole.
    """
    from ..screen.rows import read_rows

    # without a notice on any record there is none on a trial, and no need to load data frames
    if not any(row["notice"] for row in read_rows(project, "records")):
        return _seen("notices", "notices", "ok", "no retraction, concern or correction", {"open": []})
    from ..curate.notices import open_notices
    from ..protocol import load_protocol
    from ..tables import load_tables

    tables = load_tables(project.processed, vocabularies=load_protocol(project.protocol).vocabularies)
    found = open_notices(tables)
    facts = {"open": [notice.short for notice in found]}
    if not found:
        return _seen("notices", "notices", "ok", "somebody has decided on each", facts)
    text = f"{_counted(len(found), 'notice')} on trials on which nobody has decided"
    told = _first([str(notice) for notice in found])
    return _seen("notices", "notices", "todo", text, facts, *_ways_to_decide(project, found), details=told)


def _ways_to_decide(project: Project, notices: Sequence[Notice]) -> list[Step]:
    """Return where the records of notices can be decided on: in the queue that holds them, else by a file."""
    from ..screen.desk import open_desk

    desk = open_desk(project, ranked=False)
    left = {notice.pmid for notice in notices}
    steps: list[Step] = []
    for stage, option in (("full-text", " --stage full-text"), ("title-abstract", "")):
        here = left & {item.pmid for item in desk.queue(stage=stage).items}
        if here:
            why = f"decide on {_counted(len(here), 'record')} with a notice on a trial"
            steps.append(Step(command=f"evidence screen{option}", why=why, rank=_NOTICES + len(steps)))
            left -= here
    if left:
        named = ", ".join(sorted(left, key=int))
        why = f"decide on {_counted(len(left), 'record')} with a notice, in no queue: {named}"
        command = "evidence screen --stage full-text --decisions FILE.csv"
        steps.append(Step(command=command, why=why, rank=_NOTICES + len(steps)))
    return steps


def see_screening(project: Project) -> Observation:
    """Return what waits in the queues of screening.

    Parameters
    ----------
    project : Project
        The review.
    """
    from ..refresh.touched import unread_records

    found = unread_records(project)
    facts = {entry.stage: {"first": entry.first, "again": entry.again} for entry in found}
    waiting = [entry for entry in found if entry.first or entry.again]
    if not waiting:
        return _seen("screening", "screening", "ok", "nothing waits", facts)
    steps, told = [], []
    for place, entry in enumerate(waiting):
        count = entry.first + entry.again
        stage = "" if entry.stage == "title-abstract" else f" --stage {entry.stage}"
        again = f", {entry.again} of them again" if entry.again else ""
        told.append(f"{_counted(count, 'record')} at {entry.stage}{again}")
        why = f"{_counted(count, 'record')} to read"
        steps.append(Step(command=f"evidence screen{stage}", why=why, rank=_SCREEN + place))
    return _seen("screening", "screening", "todo", f"{'; '.join(told)}: to be read", facts, *steps)


def see_extraction(project: Project) -> Observation:
    """Return drafts that are open, included records without one, and what nobody has compared with its source.

    Parameters
    ----------
    project : Project
        The review.
    """
    from ..extract.status import extraction_status

    states: dict[str, list[str]] = {}
    for entry in extraction_status(project):
        states.setdefault(entry.state, []).append(entry.pmid)
    facts = dict(states)
    if not states:
        return _seen("extraction", "extraction", "ok", "no draft, and no included record waits for one", facts)
    begun = [*states.get("begun", []), *states.get("draft without an entry", [])]
    waiting, saved = states.get("waiting", []), states.get("saved", [])
    steps = []
    if begun:
        why = f"{_counted(len(begun), 'draft')} begun"
        steps.append(Step(command=f"evidence extract {begun[0]} --check", why=why, rank=_EXTRACT))
    if waiting:
        why = f"{_counted(len(waiting), 'included record')} without a draft"
        steps.append(Step(command=f'evidence extract {waiting[0]} --by "YOUR NAME"', why=why, rank=_EXTRACT + 1))
    if saved:
        why = f"{_counted(len(saved), 'extraction')} that nobody compared with its source"
        command = f'evidence extract {saved[0]} --verify --by "ANOTHER NAME"'
        steps.append(Step(command=command, why=why, rank=_EXTRACT + 2))
    text = ", ".join(f"{len(pmids)} {state}" for state, pmids in states.items())
    return _seen("extraction", "extraction", "todo" if steps else "ok", text, facts, *steps)


def see_findings(project: Project) -> Observation:
    """Return the contradictions in printed numbers that nobody has answered, as the last build found them.

    Parameters
    ----------
    project : Project
        The review.
    """
    from ..screen.rows import read_rows

    rows = read_rows(project, "findings")
    open_ = [row["severity"] for row in rows if row["state"] == "open"]
    counts = {severity: open_.count(severity) for severity in (*_STRICT, "unusual", "note") if severity in open_}
    facts = {"open": counts, "all": len(rows)}
    grave = sum(counts.get(severity, 0) for severity in _STRICT)
    told = ", ".join(f"{count} {severity}" for severity, count in counts.items())
    if grave:
        why = f"{_counted(grave, 'contradiction')} without an answer"
        step = Step(command="evidence check", why=why, rank=_CHECK)
        return _seen("findings", "findings", "todo", f"open: {told}", facts, step)
    return _seen("findings", "findings", "ok", f"open: {told}" if told else "none is open", facts)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _first(lines: list[str]) -> tuple[str, ...]:
    more = len(lines) - _SHOWN
    return (*lines[:_SHOWN], *((f"… and {more} more",) if more > 0 else ()))


def _seen(
    name: str,
    title: str,
    state: str,
    text: str,
    facts: Mapping[str, object],
    *steps: Step,
    details: tuple[str, ...] = (),
) -> Observation:
    return Observation(
        id=name,
        group=_GROUP,
        title=title,
        state=state,  # type: ignore[arg-type]  # one of the four
        text=text,
        details=details,
        facts=facts,
        steps=steps,
    )
