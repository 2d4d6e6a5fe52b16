"""Retractions, concerns and corrections of what trials were read from, and who has decided on them since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..tables.io import records, split_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

__all__ = ["Notice", "all_notices", "notices_by_study", "open_notices"]

_SAYS = {
    "retracted": "has been retracted",
    "concern": "is under an expression of concern",
    "republished": "was withdrawn and published again",
    "corrected": "has a correction",
}
# The kinds of links by which PubMed leads from an article to what was said of it.
_LINKS = {
    "RetractionIn": "retraction",
    "ExpressionOfConcernIn": "expression of concern",
    "ErratumIn": "correction",
    "CorrectedandRepublishedIn": "corrected and published again",
    "RetractedandRepublishedIn": "retracted and published again",
    "RepublishedIn": "published again",
}
_GRAVE = ("retracted", "concern")
_UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What PubMed says of a report of a trial after its publication.

    Attributes
    ----------
    kind : {"retracted", "concern", "republished", "corrected"}
        The gravest of what was said.
    study_id, label : str
        The trial.
    eligibility : str
        Its eligibility, as the table of studies has it.
    report_id, pmid : str
        The report, and its record.
    links : tuple of str
        The notices: kind and PMID, or citation.
    search_id, found_at : str
        The search that found it, and when that ended (UTC); empty where the base does not tell.
    decided_by, decided_at, decision, reason : str
        The latest decision on the record after that; empty while nobody has decided.
    """

    kind: str
    study_id: str
    label: str
    eligibility: str
    report_id: str
    pmid: str
    links: tuple[str, ...] = ()
    search_id: str = ""
    found_at: str = ""
    decided_by: str = ""
    decided_at: str = ""
    decision: str = ""
    reason: str = ""

    @property
    def grave(self) -> bool:
        """Whether it casts doubt on the report as a whole: a retraction or an expression of concern."""
        return self.kind in _GRAVE

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided on the record since the notice was found."""
        return not self.decided_at

    @property
    def short(self) -> str:
        """The kind, the trial and the record, as in a list.

        Examples
        --------
        >>> Notice(kind="concern", study_id="Smith2013", label="Smith 2013", eligibility="included",
        ...        report_id="Smith2013-1", pmid="12345678").short
        'under concern: Smith 2013 (PMID 12345678)'
        """
        kind = "under concern" if self.kind == "concern" else self.kind
        return f"{kind}: {self.label} (PMID {self.pmid})"

    @property
    def clause(self) -> str:
        """What was said, and who decided what since, as it follows "Note that".

        Examples
        --------
        >>> notice = Notice(kind="corrected", study_id="Li2013", label="Li 2013", eligibility="included",
        ...                 report_id="Li2013-1", pmid="12345678", decided_by="A. Reader",
        ...                 decided_at="2026-11-22T10:15:00Z", decision="include")
        >>> notice.clause
        'the report of Li 2013 (PMID 12345678) has a correction; A. Reader decided on 2026-11-22 to include it'
        """
        return f"the report of {self.label} (PMID {self.pmid}) {self._said}"

    def __str__(self) -> str:
        """One sentence: which trial, what was said, who decided what since.

        Examples
        --------
        >>> print(Notice(kind="retracted", study_id="Li2013", label="Li 2013", eligibility="included",
        ...              report_id="Li2013-1", pmid="12345678", links=("RetractionIn 23456789",)))
        Li 2013: its report PMID 12345678 has been retracted (retraction: PMID 23456789); nobody has decided on it since
        """
        return f"{self.label}: its report PMID {self.pmid} {self._said}"

    @property
    def _said(self) -> str:
        links = f" ({', '.join(map(_in_words, self.links))})" if self.links else ""
        return f"{_SAYS[self.kind]}{links}; {self._since}"

    @property
    def _since(self) -> str:
        if self.is_open:
            return "nobody has decided on it since"
        why = f": {self.reason}" if self.reason else ""
        verb = {"maybe": "say maybe to"}.get(self.decision, self.decision)
        return f"{self.decided_by} decided on {self.decided_at[:10]} to {verb} it{why}"


def _in_words(link: str) -> str:
    """Return a link as a reader says it: ``RetractionIn 123`` as ``retraction: PMID 123``."""
    kind, _, where = link.partition(" ")
    place = f"PMID {where}" if where.isdigit() else where
    return ": ".join(part for part in (_LINKS.get(kind, kind), place) if part)


def all_notices(tables: Mapping[str, pd.DataFrame]) -> tuple[Notice, ...]:
    """Return every notice on a report of a trial, graver kinds first.

    A record belongs to a report that has its PMID, or a PMID that PubMed merged into it, or its DOI where the report
    has no PMID. Decisions count from the run that found the notice on: what was decided before did not know of it.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The evidence base; tables of the search that it lacks count as empty.
    """
    found = [row for row in _rows(tables, "records") if row["notice"]]
    if not found:
        return ()
    studies = {row["study_id"]: row for row in _rows(tables, "studies")}
    runs = {row["search_id"]: row["ended_at"] or row["run_at"] for row in _rows(tables, "searches")}
    first = _found_in(tables, runs)
    decisions = _decisions(tables)
    merged = {row["pmid"]: row["merged_into"] for row in _rows(tables, "records") if row["merged_into"]}
    notices = []
    for record in found:
        search_id = first.get((record["pmid"], record["notice"]), "")
        since = runs.get(search_id, "")
        decision = next((row for row in decisions.get(record["pmid"], ()) if row["decided_at"] > since), None)
        for report in _reports(tables, record, merged):
            study = studies[report["study_id"]]
            notices.append(
                Notice(
                    kind=record["notice"],
                    study_id=study["study_id"],
                    label=study["label"],
                    eligibility=study["eligibility"],
                    report_id=report["report_id"],
                    pmid=record["pmid"],
                    links=split_list(record["retraction_links"]),
                    search_id=search_id,
                    found_at=since,
                    **_decided(decision),
                )
            )
    order = list(_SAYS)
    return tuple(sorted(notices, key=lambda notice: (order.index(notice.kind), notice.study_id, notice.report_id)))


def notices_by_study(tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[Notice, ...]]:
    """Return the notices of each trial that has any."""
    groups: dict[str, list[Notice]] = defaultdict(list)
    for notice in all_notices(tables):
        groups[notice.study_id].append(notice)
    return {name: tuple(members) for name, members in groups.items()}


def open_notices(tables: Mapping[str, pd.DataFrame]) -> tuple[Notice, ...]:
    """Return the notices on trials that are not excluded and on which nobody has decided since they were found."""
    return tuple(
        notice for notice in all_notices(tables) if notice.is_open and not notice.eligibility.startswith("excluded")
    )


def _rows(tables: Mapping[str, pd.DataFrame], name: str) -> list[dict[str, Any]]:
    table = tables.get(name)
    return [] if table is None else records(table)


def _found_in(tables: Mapping[str, pd.DataFrame], runs: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return (PMID, kind) → the latest search that found the notice; without an event, that which found the record."""
    found = {(row["pmid"], row["notice"]): row["search_id"] for row in _rows(tables, "records") if row["notice"]}
    events = [row for row in _rows(tables, "record_events") if row["event"] in _SAYS]
    for row in sorted(events, key=lambda row: runs.get(row["search_id"], "")):
        found[row["pmid"], row["event"]] = row["search_id"]
    return found


def _decisions(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[dict[str, Any]]]:
    """Return the decisions that stand by record, the latest first; one that was taken back does not stand."""
    latest: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in sorted(_rows(tables, "screening"), key=lambda row: str(row["decided_at"])):
        latest[row["pmid"], row["stage"], row["reviewer"], row["role"]] = row
    standing: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(latest.values(), key=lambda row: str(row["decided_at"]), reverse=True):
        if row["decision"] != _UNDONE:
            standing[row["pmid"]].append(row)
    return standing


def _reports(
    tables: Mapping[str, pd.DataFrame], record: Mapping[str, Any], merged: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    for report in _rows(tables, "reports"):
        if report["pmid"]:
            belongs = record["pmid"] in (report["pmid"], merged.get(report["pmid"]))
        else:
            belongs = bool(report["doi"]) and report["doi"].lower() == record["doi"].lower()
        if belongs:
            yield report


def _decided(decision: Mapping[str, Any] | None) -> dict[str, str]:
    if decision is None:
        return {}
    return {
        "decided_by": decision["reviewer"],
        "decided_at": decision["decided_at"],
        "decision": decision["decision"],
        "reason": decision["reason"],
    }
