"""Schedules: sessions that take longer than the trial lasted, read-outs after its end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .finding import Check, Finding
from .rounding import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "interval_in", "weeks_needed"]

_TOLERANCE = 1.0
_EVERY = re.compile(r"\bevery (\d+) weeks?\b", re.IGNORECASE)
_WORDS = (("weekly", 1.0), ("every week", 1.0), ("monthly", 4.0), ("every month", 4.0))
_OTHERWISE = re.compile(r"bi-?weekly|twice|times|semi|bi-?monthly|then", re.IGNORECASE)


def weeks_needed(sessions: int, interval: float) -> float:
    """Return how many weeks lie between the first session and the last.

    Examples
    --------
    >>> weeks_needed(12, 1.0)
    11.0
    """
    return max(sessions - 1, 0) * interval


def interval_in(text: str | None) -> float | None:
    """Return the weeks between sessions that words name, a month being four; None where they are not plain.

    Examples
    --------
    >>> interval_in("every 3 weeks"), interval_in("monthly"), interval_in("biweekly for 12 weeks")
    (3.0, 4.0, None)
    """
    words = (text or "").casefold()
    if _OTHERWISE.search(words):
        return None
    if match := _EVERY.search(words):
        return float(match[1])
    return next((weeks for word, weeks in _WORDS if words.startswith(word)), None)


def _followup(tables: EvidenceTables, study: Row) -> tuple[float, str] | None:
    """Return the last week of a trial, and where it stands: its follow-up, else its last read-out."""
    if study["followup_weeks"] is not None:
        return study["followup_weeks"], "the follow-up"
    times = [
        row["time_weeks_max"] or row["time_weeks"]
        for table in ("outcomes", "contrasts")
        for row in tables.by_study(table).get(study["study_id"], [])
        if row["time_weeks"] is not None
    ]
    return (max(times), "the last read-out") if times else None


def _too_many(tables: EvidenceTables) -> Iterator[Finding]:
    arms_of = tables.by_study("arms")
    for study in tables.rows("studies"):
        last = _followup(tables, study)
        for arm in arms_of.get(study["study_id"], []):
            interval = arm["interval_weeks"] if arm["interval_weeks"] else interval_in(arm["interval_as_reported"])
            if last is None or not arm["sessions"] or not interval:
                continue
            weeks = weeks_needed(arm["sessions"], interval)
            if weeks <= last[0] + _TOLERANCE:
                continue
            yield Finding(
                check="schedule",
                severity="inconsistent",
                study=study["study_id"],
                rows=tuple(sorted((tables.key("studies", study), tables.key("arms", arm)))),
                value=f"{arm['sessions']} sessions, every {shown(interval)} weeks, in {shown(last[0])} weeks",
                recomputed=f"{shown(weeks)} weeks",
                arithmetic=f"({arm['sessions']} − 1) × {shown(interval)} = {shown(weeks)} > {shown(last[0])}",
                text=f"{arm['sessions']} sessions every {shown(interval)} weeks take {shown(weeks)} weeks, but "
                f"{last[1]} is at week {shown(last[0])}.",
            )


def _after_the_end(tables: EvidenceTables) -> Iterator[Finding]:
    for study in tables.rows("studies"):
        end = study["followup_weeks"]
        for table in ("outcomes", "contrasts"):
            for row in tables.by_study(table).get(study["study_id"], []):
                if end is None or row["time_weeks"] is None or row["time_weeks"] <= end + _TOLERANCE:
                    continue
                yield Finding(
                    check="readout-after-end",
                    severity="inconsistent",
                    study=study["study_id"],
                    rows=tuple(sorted((tables.key("studies", study), tables.key(table, row)))),
                    value=f"week {shown(row['time_weeks'])}",
                    recomputed=f"at most week {shown(end)}",
                    arithmetic=f"{shown(row['time_weeks'])} > {shown(end)}",
                    text=f"A result of week {shown(row['time_weeks'])} does not fit a trial of {shown(end)} weeks.",
                )


CHECKS: tuple[Check, ...] = (
    Check(
        id="readout-after-end",
        group="within-trial",
        title="Is a result read out after the end of the trial?",
        method="time ≤ follow-up, one week being allowed for rounded weeks.",
        source="",
        needs=("outcomes.time_weeks", "studies.followup_weeks"),
        run=_after_the_end,
    ),
    Check(
        id="schedule",
        group="within-trial",
        title="Do the sessions fit into the trial?",
        method="(sessions − 1) × interval ≤ follow-up (else the last read-out), one week being allowed for rounded "
        "weeks; a month counts as four weeks, its shortest reading.",
        source="",
        needs=("arms.sessions", "arms.interval_weeks", "studies.followup_weeks"),
        run=_too_many,
    ),
)
