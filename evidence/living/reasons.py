"""Why a cell changed, as far as the tables tell: notes, findings answered, conflicts settled, status, new sources."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..tables.io import split_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .changes import CellChange
    from .snapshot import Snapshot

__all__ = ["added_words", "with_reasons"]


def with_reasons(cells: Iterable[CellChange], before: Snapshot, after: Snapshot) -> list[CellChange]:
    """Return the changes, each with the reasons that the tables give for its row.

    These are, in this order: what was added to the row's notes; what was answered to a finding that names the row; how
    a conflict that names it is handled, where that is new; another status; further sources. Nothing is guessed.
    """
    known: dict[tuple[str, str], str] = {}
    found = []
    for change in cells:
        place = (change.table, change.row)
        if place not in known:
            known[place] = "; ".join(dict.fromkeys(_reasons(*place, before, after)))
        own = "" if change.column in ("notes", "status", "seen_at") else known[place]
        found.append(replace(change, reason=own))
    return found


def added_words(before: str, after: str) -> str:
    """Return what was added to a text; all of it where it was written anew.

    Examples
    --------
    >>> added_words("read off a figure", "read off a figure; the authors confirmed 12.8")
    'the authors confirmed 12.8'
    """
    if before and after.startswith(before):
        return after[len(before) :].strip(" ;.,\n")
    return after


def _reasons(table: str, key: str, before: Snapshot, after: Snapshot) -> Iterator[str]:
    old, now = before.rows(table).get(key, {}), after.rows(table).get(key, {})
    notes = (old.get("notes", ""), now.get("notes", ""))
    if notes[1] and notes[0] != notes[1]:
        yield added_words(*notes)
    yield from _findings(table, key, before, after)
    yield from _conflicts(key, before, after)
    if old.get("status") and now.get("status") and old["status"] != now["status"]:
        yield f"status {old['status']} → {now['status']}"
    further = [source for source in split_list(now.get("seen_at")) if source not in split_list(old.get("seen_at"))]
    if further:
        yield f"also seen at {', '.join(further)}"


def _findings(table: str, key: str, before: Snapshot, after: Snapshot) -> Iterator[str]:
    for name, row in after.rows("findings").items():
        if not row.get("response") or f"{table}:{key}" not in split_list(row.get("rows")):
            continue
        old = before.rows("findings").get(name, {})
        if (old.get("response"), old.get("response_note")) != (row["response"], row.get("response_note")):
            note = f": {row['response_note']}" if row.get("response_note") else ""
            yield f"finding of {row.get('check') or name} {row['response']}{note}"


def _conflicts(key: str, before: Snapshot, after: Snapshot) -> Iterator[str]:
    for name, row in after.rows("conflicts").items():
        if key in split_list(row.get("rows")) and before.rows("conflicts").get(name) != row and row.get("handling"):
            yield f"conflict {name}: {row['handling']}"
