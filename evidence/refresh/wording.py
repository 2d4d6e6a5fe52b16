"""A run in words: what is new, changed, retracted; what it means for the base; what to do next."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ..screen.standing import TITLE_ABSTRACT
from .changes import SUBSTANCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .result import RefreshResult, SeenEvent

__all__ = ["MOST_SHOWN", "lines_of"]

MOST_SHOWN = 8
"""How many records of one kind are shown; `evidence screen`, the tables and --json have all."""

_MOST_NAMED = 3
_AGAIN = ("changed", "retracted", "concern", "corrected", "republished", "notice-withdrawn")
_HEADINGS = {
    "retracted": "Retracted",
    "concern": "Expression of concern",
    "gone": "Gone: PubMed did not answer with them in two runs",
    "absent": "Absent: PubMed did not answer with them; looked at again next time",
    "merged": "Merged into another record",
    "notice-withdrawn": "Notice withdrawn",
    "republished": "Republished",
    "corrected": "Corrected",
    "new": "New",
    "back-in-query": "Found by the query now",
    "returned": "Answered with again",
    "changed": "Changed",
    "left-query": "No longer found by the query",
}


def lines_of(result: RefreshResult, width: int) -> tuple[str, ...]:
    """Return a run in lines of text.

    Parameters
    ----------
    result : RefreshResult
        The run.
    width : int
        Characters a line.
    """
    parts = [*_head(result), *_search(result)]
    parts += list(_planned(result)) if result.dry_run else list(_happened(result, width))
    lines = [line for part in parts for line in (_folded(part, width) if len(part) > width else [part])]
    return tuple(lines)


def _head(result: RefreshResult) -> Iterator[str]:
    verb = "Would fetch" if result.dry_run else "Fetched"
    since = f"what was added or changed since {result.window_from}, and all watched records; "
    scope = since if result.window_from else "everything: "
    if not result.dry_run:
        yield f"{result.search_id} · {_many(result.requests, 'request')} in {_duration(result.seconds)}"
    if result.completed:
        yield f"First, the run {result.completed}, which had been cut off while it was written, was completed."
    yield f"{verb} {scope}{result.reason}."


def _search(result: RefreshResult) -> Iterator[str]:
    before = f", {result.count_before} last time" if result.count_before >= 0 else ""
    yield f"The query finds {_many(result.count, 'record')}{before}."
    if known := len(result.known_found) + len(result.known_missing):
        missing = f"; not: {', '.join(result.known_missing)}" if result.known_missing else ""
        yield f"Of {_many(known, 'known item')} it finds {len(result.known_found)}{missing}."
    if unwatched := len(result.unwatched):
        verb, them = ("has", "it") if unwatched == 1 else ("have", "them")
        yield (
            f"{unwatched} of {_many(result.n_reports, 'report')} of trials that are not excluded {verb} no PMID, and "
            f"no DOI that a record has: retractions of {them} are not seen. Where PubMed has {them}, give the PMID in "
            "reports.csv."
        )


def _planned(result: RefreshResult) -> Iterator[str]:
    yield f"To fetch: {_many(result.n_asked, 'record')}; one may have several reasons. Nothing was written."
    for reason, count in result.asked.items():
        yield f"  {count:>6}  {reason}"
    if result.without_raw:
        verb = "has" if result.without_raw == 1 else "have"
        yield (
            f"{_many(result.without_raw, 'record')} {verb} no raw answer stored here, so that abstracts cannot be "
            "shown: `evidence refresh --full` fetches them."
        )


def _happened(result: RefreshResult, width: int) -> Iterator[str]:
    reused = f", {result.reused} of them by an interrupted run" if result.reused else ""
    unchanged = "" if result.events else "; all are as they were"
    yield f"Fetched: {_many(result.n_fetched, 'record')} of {result.n_asked} asked for{reused}{unchanged}."
    for kind, heading in _HEADINGS.items():
        events = [event for event in result.events if event.event == kind]
        if events:
            yield ""
            yield f"{heading}: {len(events)}{_remark(kind, events)}"
            yield from _listed(kind, events, width)
    open_matters = (*result.notices, *_lost_reports(result))
    if open_matters:
        yield ""
        yield "What this touches"
        yield from (f"  {matter}" for matter in open_matters)
    steps = list(_next_steps(result))
    if steps:
        yield ""
        yield "Next"
        longest = max(len(command) for command, _ in steps)
        yield from (f"  {command:<{longest}}  {purpose}" for command, purpose in steps)


def _remark(kind: str, events: Sequence[SeenEvent]) -> str:
    if kind != "changed":
        return ""
    content = sum(event.substantial for event in events)
    return f" ({content} in title, abstract, authors, types, identifiers or links)"


def _listed(kind: str, events: Sequence[SeenEvent], width: int) -> Iterator[str]:
    first = sorted(events, key=lambda event: (not event.studies, not event.substantial, -int(event.pmid)))
    for event in first[:MOST_SHOWN]:
        place = ", ".join(part for part in (event.journal, event.year) if part)
        name = f"{event.title} {f'({place})' if place else ''}".strip() or "(title not known)"
        yield _cut(f"  {event.pmid:<9} {name}", width)
        said = ", ".join(_by_weight(event.fields)) if kind == "changed" and event.fields else event.detail
        about = f"{', '.join(event.studies)}: " if event.studies else ""
        if about or said:
            yield _cut(f"            {about}{said}".rstrip(": "), width)
    if len(events) > MOST_SHOWN:
        yield f"  and {len(events) - MOST_SHOWN} more"


def _lost_reports(result: RefreshResult) -> Iterator[str]:
    """Yield what to look at where the PMID of a report leads nowhere, or elsewhere."""
    lost = [event for event in result.events if event.studies and event.event in ("absent", "gone", "merged")]
    for event in lost[:_MOST_NAMED]:
        what = event.detail if event.event == "merged" else f"PubMed has no such record ({event.event})"
        yield f"{', '.join(event.studies)}: look at PMID {event.pmid} in reports.csv; {what}"
    if len(lost) > _MOST_NAMED:
        yield f"and {len(lost) - _MOST_NAMED} more PMIDs in reports.csv that lead nowhere, or elsewhere"


def _next_steps(result: RefreshResult) -> Iterator[tuple[str, str]]:
    again = [event for event in result.events if event.event in _AGAIN and event.substantial]
    for queue in result.unread:
        first = [f"{_many(queue.first, 'record')} to read"] if queue.first else []
        both = [*first, f"{_many(queue.again, 'record')} to decide again"] if queue.again else first
        if both:
            stage = "" if queue.stage == TITLE_ABSTRACT else f" --stage {queue.stage}"
            yield f"evidence screen{stage}", ", ".join(both)
    if result.included:
        yield "evidence build", f"results with {_some(result.included)}"
    reports = sorted({event.pmid for event in again if event.studies}, key=int)
    if reports:
        also = f"; also {_some(reports[1:])}" if len(reports) > 1 else ""
        yield f"evidence extract {reports[0]}", f"look again at what was extracted{also}"


def _by_weight(fields: Sequence[str]) -> list[str]:
    return sorted(fields, key=lambda name: (name not in SUBSTANCE, name))


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _folded(text: str, width: int) -> list[str]:
    indent = " " * (len(text) - len(text.lstrip()))
    return textwrap.wrap(text, width, subsequent_indent=indent + "  ", break_long_words=False, break_on_hyphens=False)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
