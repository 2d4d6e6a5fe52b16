"""What reopens a decision: what a later search found of a record that people had decided on.

Nothing is taken back. The decision stands until somebody decides again, and the record comes first until then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .queue import GOES_ON, stage_outcome
from .rank.weights import TRIAL_TYPES
from .standing import CONSENSUS, FULL_TEXT, TITLE_ABSTRACT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .standing import Decision, Ledger

__all__ = ["Reopened", "reopened"]

# What readers judge by. Headings, pages and the like come later to nearly every record, and change no decision.
_READ = frozenset({"title", "vernacular_title", "abstract", "other_abstracts"})
_TYPES = frozenset({"publication_types"})
_TRIALS = frozenset(name.casefold() for name, points in TRIAL_TYPES.items() if points >= 4)
_WORDS = {
    "retracted": "retracted",
    "concern": "an expression of concern was published",
    "corrected": "a correction was published",
    "republished": "corrected and republished",
    "notice-withdrawn": "a notice was withdrawn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A decided record that has to be looked at again.

    Attributes
    ----------
    pmid, stage : str
        The record, and the last stage that it reached and at which it was decided.
    reasons : tuple of str
        What happened to it since, the gravest first.
    knowing : tuple of str
        Who has decided again since, where that is not enough yet.
    gravity : int
        0 for a retraction, 1 for a concern, and so on to a change of words.
    latest : str
        When the last of it was found, in UTC.
    """

    pmid: str
    stage: str
    reasons: tuple[str, ...]
    knowing: tuple[str, ...] = ()
    gravity: int = 0
    latest: str = ""


def reopened(
    ledger: Ledger,
    events: Iterable[Mapping[str, str]],
    searches: Iterable[Mapping[str, str]],
    *,
    types: Mapping[str, Iterable[str]],
    stands_for: Mapping[str, str] | None = None,
) -> dict[str, Reopened]:
    """Return the decided records that something happened to afterwards, by PMID.

    A notice (retraction, expression of concern, correction, republication, or that one was withdrawn) reopens; so does
    a change of title or abstract, a change that the search could not name, and for a record that is not included the
    type of a trial. What happened counts as later if the search that found it ended at or after the decision.

    Parameters
    ----------
    ledger : Ledger
        Where records stand.
    events, searches : iterable of mapping
        Rows of the tables ``record_events`` and ``searches``.
    types : mapping of str to iterable of str
        The publication types of each record now.
    stands_for : mapping of str to str
        PMID → the PMID that stands for it.
    """
    ended = {row["search_id"]: row["ended_at"] or row["run_at"] for row in searches}
    alike = stands_for or {}
    happened: dict[str, list[tuple[int, str, str]]] = {}
    for row in sorted(events, key=_gravity):
        pmid = alike.get(row["pmid"], row["pmid"])
        stage = _last_stage(ledger, pmid)
        if stage and (why := _why(row, ledger.outcome_of(pmid, stage), types.get(row["pmid"], ()))):
            happened.setdefault(pmid, []).append((_gravity(row), ended.get(row["search_id"], ""), why))
    found = {}
    for pmid, several in happened.items():
        if entry := _since(ledger, pmid, _last_stage(ledger, pmid), several):
            found[pmid] = entry
    return found


def _last_stage(ledger: Ledger, pmid: str) -> str:
    """Return the last stage at which a record was decided and where a reader finds it; empty if nobody decided.

    A record that was decided at full text and then excluded, or put in question, at title and abstract stands at full
    text no more.
    """
    reached = stage_outcome(ledger, pmid, TITLE_ABSTRACT) in GOES_ON
    if reached and ledger.standing(pmid, FULL_TEXT).counted:
        return FULL_TEXT
    return TITLE_ABSTRACT if ledger.standing(pmid, TITLE_ABSTRACT).counted else ""


def _gravity(row: Mapping[str, str]) -> int:
    """Return the place of an event among all, the gravest first."""
    kinds = list(_WORDS)
    return kinds.index(row["event"]) if row["event"] in kinds else len(kinds)


def _why(row: Mapping[str, str], outcome: str, types: Iterable[str]) -> str:
    """Return in words why an event reopens a decision; empty if it does not."""
    detail = f": {row['detail']}" if row["detail"] else ""
    if row["event"] in _WORDS:
        return f"{_WORDS[row['event']]}{detail}"
    if row["event"] != "changed":
        return ""
    fields = {name.strip() for name in row["fields"].split(";") if name.strip()}
    if not fields:
        return f"changed{detail}"
    if read := sorted(fields & _READ):
        return f"{' and '.join(name.replace('_', ' ') for name in read)} changed{detail}"
    trial = [name for name in types if name.casefold() in _TRIALS]
    if fields & _TYPES and trial and outcome != "included":
        return f"its publication types changed, and it is now a {trial[0]}"
    return ""


def _since(ledger: Ledger, pmid: str, stage: str, happened: list[tuple[int, str, str]]) -> Reopened | None:
    """Return what is still to be looked at: what no one, or too few, have decided after."""
    standing = ledger.standing(pmid, stage)
    open_reasons: list[tuple[int, str, str]] = []
    knowing: set[str] = {one.reviewer for one in standing.counted}
    for gravity, moment, why in happened:
        after: list[Decision] = [one for one in standing.counted if one.decided_at > moment]
        settled = any(one.role == CONSENSUS for one in after)
        if settled or len({one.reviewer for one in after}) >= ledger.reviewers:
            continue
        open_reasons.append((gravity, f"{why}, found {moment[:10]}", moment))
        knowing &= {one.reviewer for one in after}
    if not open_reasons:
        return None
    reasons = tuple(dict.fromkeys(reason for _, reason, _ in open_reasons))
    return Reopened(
        pmid=pmid,
        stage=stage,
        reasons=reasons,
        knowing=tuple(sorted(knowing)),
        gravity=min(gravity for gravity, _, _ in open_reasons),
        latest=max(moment for *_, moment in open_reasons),
    )
