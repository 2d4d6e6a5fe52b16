"""Trials in and out, findings new and answered, retractions and concerns: changes with a meaning of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..tables.io import split_list
from .changes import FindingChange, NoticeChange, StudyChange
from .reasons import added_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Literal

    from .snapshot import Snapshot

__all__ = ["finding_changes", "notice_changes", "study_changes"]

_NOTICE = re.compile(r"retract|concern|correct|errat|withdraw", re.IGNORECASE)


def study_changes(before: Snapshot, after: Snapshot, renamed: Mapping[str, str]) -> Iterator[StudyChange]:
    """Yield the trials that came, went, were renamed, or crossed the line of eligibility.

    Parameters
    ----------
    before, after : Snapshot
        The trials of `before` have their new ids already.
    renamed : mapping of str to str
        Old id → new id.
    """
    old, now = before.rows("studies"), after.rows("studies")
    admitted, was_admitted = _admitted(after) or _admitted(before), _admitted(before) or _admitted(after)
    for was, key in renamed.items():
        yield StudyChange(
            what="renamed", study=key, label=after.label_of(key), was=was, included=_is(now[key], admitted)
        )
    for key, row in old.items():
        if key not in now:
            reason = row.get("eligibility_reason", "")
            yield StudyChange(
                what="gone",
                study=key,
                label=row.get("label") or key,
                before=row.get("eligibility", ""),
                included=_is(row, was_admitted),
                reason=reason,
            )
    for key, row in now.items():
        label, eligibility = row.get("label") or key, row.get("eligibility", "")
        if key not in old:
            yield StudyChange(
                what="new",
                study=key,
                label=label,
                after=eligibility,
                included=_is(row, admitted),
                reason=row.get("eligibility_reason", ""),
            )
        elif old[key].get("eligibility", "") != eligibility:
            here, there = _is(row, admitted), _is(old[key], was_admitted)
            yield StudyChange(
                what="reclassified" if here == there else "included" if here else "excluded",
                study=key,
                label=label,
                before=old[key].get("eligibility", ""),
                after=eligibility,
                included=here,
                reason=_why(old[key], row),
            )


def _admitted(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the eligibility that the primary analysis admits; nothing if no protocol says so."""
    analyses = snapshot.parts.get("analyses", {}).values()
    primary = next((entry for entry in analyses if entry.get("primary")), None)
    if primary is None:
        return ()
    default = snapshot.defaults.get("analyses", {}).get("eligibility", ("included",))
    return tuple(primary.get("eligibility", default))


def _is(row: Mapping[str, str], admitted: tuple[str, ...]) -> bool:
    return row.get("eligibility", "") in admitted


def _why(old: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Return why a trial is judged otherwise: its reason, else what was added to its notes."""
    reason = now.get("eligibility_reason", "")
    if reason and reason != old.get("eligibility_reason", ""):
        return reason
    notes = (old.get("notes", ""), now.get("notes", ""))
    return added_words(*notes) if notes[0] != notes[1] else reason


def finding_changes(before: Snapshot, after: Snapshot) -> Iterator[FindingChange]:
    """Yield the findings that are new, gone, answered, or answered otherwise."""
    old, now = before.rows("findings"), after.rows("findings")
    if "findings" not in before.tables or "findings" not in after.tables:
        return
    for key, row in old.items():
        if key not in now:
            yield _finding("gone", key, row, before=row.get("response", ""))
    for key, row in now.items():
        was = old.get(key)
        answer = row.get("response", "")
        if was is None:
            yield _finding("new", key, row, after=answer, note=row.get("response_note", ""))
        elif was.get("response", "") != answer:
            what: Literal["answered", "changed"] = "changed" if was.get("response") else "answered"
            yield _finding(
                what, key, row, before=was.get("response", ""), after=answer, note=row.get("response_note", "")
            )
        elif was.get("state", "") != row.get("state", "") or was.get("severity", "") != row.get("severity", ""):
            names = [name for name in ("state", "severity") if was.get(name, "") != row.get(name, "")]
            yield _finding(
                "changed",
                key,
                row,
                before=", ".join(was.get(name, "") for name in names),
                after=", ".join(row.get(name, "") for name in names),
            )


def _finding(
    what: Literal["new", "gone", "answered", "changed"],
    key: str,
    row: Mapping[str, str],
    *,
    before: str = "",
    after: str = "",
    note: str = "",
) -> FindingChange:
    return FindingChange(
        what=what,
        finding=key,
        check=row.get("check", ""),
        severity=row.get("severity", ""),
        study=row.get("study", "") or row.get("study_id", ""),
        text=row.get("text", ""),
        before=before,
        after=after,
        note=note,
    )


def notice_changes(before: Snapshot, after: Snapshot) -> Iterator[NoticeChange]:
    """Yield the retractions, concerns and corrections that records link to now and did not before, and the reverse."""
    if "records" not in before.tables or "records" not in after.tables:
        return
    old, now = before.rows("records"), after.rows("records")
    for pmid in dict.fromkeys([*now, *old]):
        seen, was = _notices(now.get(pmid, {})), _notices(old.get(pmid, {}))
        studies = tuple(
            dict.fromkeys(
                row.get("study_id", "") for row in after.rows("reports").values() if pmid and row.get("pmid") == pmid
            )
        )
        yield from (NoticeChange(what="new", pmid=pmid, studies=studies, text=text) for text in seen if text not in was)
        if pmid in now:
            gone = [text for text in was if text not in seen]
            yield from (NoticeChange(what="gone", pmid=pmid, studies=studies, text=text) for text in gone)


def _notices(row: Mapping[str, str]) -> tuple[str, ...]:
    types = [text for text in split_list(row.get("publication_types")) if _NOTICE.search(text)]
    return tuple(dict.fromkeys([*split_list(row.get("retraction_links")), *types]))
