"""Asked and received, compared: every PMID that was asked for ends as found, merged or absent, or the run fails.

PubMed says nothing of a PMID that it does not have: it leaves it out. An answer may also be short for no reason, and
still be well-formed. So what is missing is asked for again: in a batch if it is much, then alone, one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import RefreshError
from .batches import ALONE, BATCH, in_batches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from .batches import Fetched, Fetcher, Take

__all__ = ["FEW", "Received", "receive"]

FEW = 3
"""So many records missing from a batch are asked for one by one; more are asked for as a batch again first."""

_SUSPICIOUS_SHARE = 0.2
_SUSPICIOUS_COUNT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came of asking for a list of PMIDs. The three kinds together are the list.

    Attributes
    ----------
    found : mapping of str to Fetched
        Each record by its PMID.
    merged : mapping of str to Fetched
        By the PMID that was asked for: the other record that PubMed answers with.
    absent : tuple of str
        PMIDs without an answer.
    extra : tuple of str
        PMIDs of records that nobody asked for, and that answer for none; stored and left aside.
    repeated : tuple of str
        PMIDs that one answer had more than once; the highest version counts.
    reused : int
        How many records an interrupted run had fetched already.
    """

    found: Mapping[str, Fetched]
    merged: Mapping[str, Fetched]
    absent: tuple[str, ...]
    extra: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    reused: int = 0


@dataclass(slots=True)
class _Gathered:
    """What has come so far."""

    asked: frozenset[str]
    found: dict[str, Fetched] = field(default_factory=dict)
    others: dict[str, Fetched] = field(default_factory=dict)
    repeated: dict[str, None] = field(default_factory=dict)

    def add(self, take: Take) -> None:
        for fetched in take.records:
            (self.found if fetched.record.pmid in self.asked else self.others)[fetched.record.pmid] = fetched
        self.repeated |= dict.fromkeys(take.repeated)

    def missing(self, ids: Iterable[str]) -> list[str]:
        return [pmid for pmid in ids if pmid not in self.found]


def receive(
    fetcher: Fetcher,
    ids: Sequence[str],
    *,
    in_query: Collection[str] = (),
    stored: Sequence[Take] = (),
    size: int = 200,
) -> Received:
    """Fetch records until every PMID is explained.

    Parameters
    ----------
    fetcher : Fetcher
        Asks and stores.
    ids : sequence of str
        The PMIDs, sorted.
    in_query : collection of str
        Those that PubMed's own search finds at this moment: it must have the records of nearly all of them.
    stored : sequence of Take
        What an interrupted run already has; it is not asked for again.
    size : int
        PMIDs a request.

    Raises
    ------
    FetchError
        If an answer did not come.
    RefreshError
        If PubMed answers differently each time, or has no records for much of what its search finds.
    """
    gathered = _Gathered(asked=frozenset(ids))
    for take in stored:
        gathered.add(take)
    gathered.others.clear()  # what an interrupted run was sent without asking is no news of this one
    gathered.repeated.clear()
    reused = len(gathered.found)
    total = len(ids)
    fetcher.progress("records", reused, total)
    short: list[str] = []
    done = reused
    for batch in in_batches(gathered.missing(ids), size):
        gathered.add(fetcher.fetch(batch, BATCH))
        short += _asked_again(fetcher, gathered, batch)
        done += len(batch)
        fetcher.progress("records", done, total)
    merged, absent = _one_by_one(fetcher, gathered, short, in_query)
    _check_absent(absent, frozenset(ids).intersection(in_query))
    answering = {fetched.record.pmid for fetched in merged.values()}
    return Received(
        found=dict(gathered.found),
        merged=merged,
        absent=tuple(absent),
        extra=tuple(pmid for pmid in gathered.others if pmid not in answering),
        repeated=tuple(gathered.repeated),
        reused=reused,
    )


def _asked_again(fetcher: Fetcher, gathered: _Gathered, batch: Sequence[str]) -> list[str]:
    """Return what a batch leaves missing; if that is much, after asking for it as a batch once more."""
    missing = gathered.missing(batch)
    if len(missing) > FEW:
        gathered.add(fetcher.fetch(missing, BATCH))
        missing = gathered.missing(missing)
    return missing


def _one_by_one(
    fetcher: Fetcher, gathered: _Gathered, missing: Sequence[str], in_query: Collection[str]
) -> tuple[dict[str, Fetched], list[str]]:
    """Ask for each missing PMID alone; return those that another record answers for, and those without an answer."""
    merged: dict[str, Fetched] = {}
    absent: list[str] = []
    uninvited: dict[str, bool] = {}
    for position, pmid in enumerate(missing, start=1):
        answer = _alone(fetcher, pmid)
        if answer is not None and answer.record.pmid != pmid:
            answer = _asked_twice(fetcher, pmid, answer)
        if answer is None:
            absent.append(pmid)
        elif (other := answer.record.pmid) == pmid:
            gathered.found[pmid] = answer
        else:
            if other not in uninvited:
                uninvited[other] = _comes_uninvited(fetcher, other, pmid, (*gathered.found, *in_query))
            if uninvited[other]:
                absent.append(pmid)
                gathered.others[other] = answer
            else:
                merged[pmid] = answer
        fetcher.progress("missing records", position, len(missing))
    return merged, absent


def _asked_twice(fetcher: Fetcher, pmid: str, first: Fetched) -> Fetched:
    """Return what answers for a PMID that another record answered for; raises if that is not the same record again."""
    second = _alone(fetcher, pmid)
    if second is not None and second.record.pmid in (pmid, first.record.pmid):
        return second
    said = second.record.pmid if second else "nothing"
    raise RefreshError(
        f"PubMed answered for PMID {pmid} first with {first.record.pmid}, then with {said}; nothing was changed. "
        "Run `evidence refresh` again later."
    )


def _comes_uninvited(fetcher: Fetcher, other: str, pmid: str, known: Iterable[str]) -> bool:
    """Return whether a record also comes with one that is certainly there, and so answers for no other."""
    control = next((name for name in known if name not in (other, pmid)), None)
    if control is None:
        return False
    return any(fetched.record.pmid == other for fetched in fetcher.fetch([control], ALONE).records)


def _alone(fetcher: Fetcher, pmid: str) -> Fetched | None:
    """Return the record with which PubMed answers for one PMID, itself if it is among several; None for none."""
    records = {fetched.record.pmid: fetched for fetched in fetcher.fetch([pmid], ALONE).records}
    if len(records) > 1 and pmid not in records:
        raise RefreshError(
            f"PubMed answered for PMID {pmid} with {len(records)} other records ({', '.join(sorted(records)[:5])}); "
            "nothing was changed. Run `evidence refresh` again later."
        )
    return records.get(pmid) or next(iter(records.values()), None)


def _check_absent(absent: Sequence[str], in_query: Collection[str]) -> None:
    """Stop if PubMed finds records that it then does not have, beyond the few that are deleted in between."""
    lost = [pmid for pmid in absent if pmid in in_query]
    if len(lost) > _SUSPICIOUS_COUNT and len(lost) > _SUSPICIOUS_SHARE * len(in_query):
        raise RefreshError(
            f"PubMed finds {len(in_query)} of the records asked for, but did not answer with {len(lost)} of them, also "
            "when asked one by one; nothing was changed. Run `evidence refresh` again later."
        )
