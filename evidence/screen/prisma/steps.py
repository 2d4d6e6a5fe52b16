"""How far each record and each report came: the one place where rows of ledgers become steps of the flow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ...tables.io import split_list
from ..duplicates.decisions import decided_pairs, is_there, stands_for
from ..duplicates.normal import plain_doi
from ..duplicates.reading import table_rows
from ..queue import GOES_ON, stage_outcome
from ..reopen import reopened
from ..standing import FULL_TEXT, TITLE_ABSTRACT, Decision, as_one, current

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..duplicates.reading import Tables
    from ..standing import Ledger

__all__ = [
    "EXCLUDED",
    "RecordStep",
    "ReportStep",
    "eligible_studies",
    "record_steps",
    "records_of_reports",
    "reopened_records",
    "report_steps",
]

Step = Literal[
    "duplicate",
    "removed",
    "waiting",
    "excluded",
    "maybe",
    "conflict",
    "not-retrieved",
    "full-text-waiting",
    "full-text-excluded",
    "full-text-maybe",
    "full-text-conflict",
    "included",
    "open",
]

_REPORT = (
    r"(?:the |a )?(?:full[- ]?text|report|paper|article|publication|pdf)s?(?: (?:report|paper|article|version|pdf)s?)?"
)
_NOT_RETRIEVED = re.compile(
    rf"\s*(?:not (?:retrieved|retrievable|obtained|obtainable)|irretrievable|unobtainable|no full[- ]?text\b.*|"
    rf"no access(?: to {_REPORT})?|"
    rf"(?:unable to|could not|cannot|can't) (?:be )?(?:retrieved?|obtain(?:ed)?|access(?:ed)?|locate|find|get)"
    rf"(?: {_REPORT})?|"
    rf"{_REPORT} (?:is |are |was |were |could |can)?"
    r"(?:not (?:be )?(?:retrieved|obtained|available|found|accessible|accessed|located)|unavailable|inaccessible|"
    r"missing))\W*",
    re.IGNORECASE,
)
_INCLUDED = frozenset({"included", "sensitivity-only", "numbers-missing"})
EXCLUDED = {
    "excluded-not-controlled": "not controlled",
    "excluded-confounded": "comparison confounded",
    "excluded-not-a-trial": "not a trial",
    "suspected-overlap": "may share people with another trial",
    "registered-no-results": "registered with no results yet",
}
_DUPLICATE_REPORT = "duplicate of another report"
_NO_REASON = "no reason recorded"
_CITATION = re.compile(r"review|reference|citation|bibliograph", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"universit|institution|organi[sz]ation|thesis|theses|hospital|clinic\b|compan|manufactur|repositor|medical.school",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStep:
    """How far a record came: its step, the reason of an exclusion, the trials whose report it is.

    `eligible` are those of its trials that the base counts as eligible.
    """

    pmid: str
    step: Step
    database: str
    platform: str = ""
    reason: str = ""
    studies: tuple[str, ...] = ()
    eligible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStep:
    """How far a report that no search found came, its trial, and where the base has it from."""

    report_id: str
    step: Step
    study: str = ""
    origin: Literal["websites", "organisations", "citations", "told_nowhere"] = "told_nowhere"
    reason: str = ""


def record_steps(tables: Tables, *, reviewers: int) -> list[RecordStep]:
    """Return how far each record that a search found came, by PMID."""
    rows = {row["pmid"]: row for row in table_rows(tables, "records") if _was_found(row)}
    searches = {row["search_id"]: row for row in table_rows(tables, "searches")}
    standing = stands_for(tables)
    copies = {pmid: standing[pmid] for pmid in rows if standing.get(pmid) in rows}
    decisions = as_one(_decisions(tables), standing)
    ledger = current(decisions, reviewers=reviewers)
    touched = {decision.pmid for decision in decisions}
    copied: dict[str, list[str]] = {pmid: [] for pmid in rows}
    for copy, original in copies.items():
        copied[original].append(copy)
    studies, counted = _studies_of(tables, rows), eligible_studies(tables)
    steps = []
    for pmid in sorted(rows, key=int):
        row = rows[pmid]
        search = searches.get(row.get("search_id", ""), {})
        step, reason = _record_step(pmid, row, ledger, copies=copies, touched=touched)
        own = tuple(sorted({study for name in (pmid, *copied[pmid]) for study in studies[name]}))
        steps.append(
            RecordStep(
                pmid=pmid,
                step=step,
                reason=reason,
                database=search.get("database", "") or "database not told",
                platform=search.get("platform", ""),
                studies=own,
                eligible=tuple(study for study in own if study in counted),
            )
        )
    return steps


def _was_found(row: Mapping[str, str]) -> bool:
    return row.get("presence") != "not-in-query"


def _decisions(tables: Tables) -> list[Decision]:
    names = Decision.__slots__
    return [Decision(**{name: row.get(name, "") for name in names}) for row in table_rows(tables, "screening")]


def reopened_records(tables: Tables, *, reviewers: int) -> tuple[str, ...]:
    """Return the PMIDs of decided records to which something happened since, such as a retraction."""
    events = table_rows(tables, "record_events")
    if not events:
        return ()
    rows = {row["pmid"]: row for row in table_rows(tables, "records") if _was_found(row)}
    standing = stands_for(tables)
    ledger = current(as_one(_decisions(tables), standing), reviewers=reviewers)
    types = {pmid: split_list(row.get("publication_types", "")) for pmid, row in rows.items()}
    return tuple(reopened(ledger, events, table_rows(tables, "searches"), types=types, stands_for=standing))


def _record_step(
    pmid: str, row: Mapping[str, str], ledger: Ledger, *, copies: Mapping[str, str], touched: set[str]
) -> tuple[Step, str]:
    if pmid in copies:
        return "duplicate", ""
    first, full = stage_outcome(ledger, pmid, TITLE_ABSTRACT), ledger.standing(pmid, FULL_TEXT)
    if pmid not in touched and not is_there(row):
        return "removed", ""
    if not full.counted or first not in GOES_ON:
        if first == "included":
            return "full-text-waiting", ""
        steps: dict[str, Step] = {"excluded": "excluded", "maybe": "maybe", "conflict": "conflict"}
        return steps.get(first, "waiting"), ""
    if full.outcome == "excluded":
        reason = full.reason or _NO_REASON
        return ("not-retrieved", "") if _NOT_RETRIEVED.fullmatch(reason) else ("full-text-excluded", reason)
    later: dict[str, Step] = {
        "included": "included",
        "maybe": "full-text-maybe",
        "conflict": "full-text-conflict",
        "waiting": "full-text-waiting",
    }
    return later[full.outcome], ""


def eligible_studies(tables: Tables) -> dict[str, str]:
    """Return the trials that the base counts as eligible, with what it says of each."""
    rows = table_rows(tables, "studies")
    return {row["study_id"]: row["eligibility"] for row in rows if row.get("eligibility") in _INCLUDED}


def _studies_of(tables: Tables, rows: Mapping[str, Mapping[str, str]]) -> dict[str, set[str]]:
    """Return the trials whose reports each record is: as the base has it, or as a curator decided on a pair."""
    studies: dict[str, set[str]] = {pmid: set() for pmid in rows}
    names = records_of_reports(tables)
    reported = {report["report_id"]: report.get("study_id", "") for report in table_rows(tables, "reports")}
    for report, pmid in names.items():
        studies[pmid].add(reported[report])
    told = {f"PMID:{pmid}": found for pmid, found in studies.items()}
    told |= {report: {study} for report, study in reported.items()}
    known = {name: set(found) for name, found in told.items()}
    for row in decided_pairs(tables).values():
        pair = f"PMID:{row['pmid']}", row["other"]
        for one, other in (pair, pair[::-1]):
            # of a report of several trials it cannot be told which one is meant
            if row["relation"] == "same-trial" and one in told and len(known.get(other, ())) == 1:
                told[one] |= known[other]
    return studies


def records_of_reports(tables: Tables) -> dict[str, str]:
    """Return, for each report of the base that a search found, the PMID under which it did.

    By PMID, or that of a record of the same publication; by a curator's decision on the pair; or, where a report has no
    PMID, by DOI.
    """
    rows = {row["pmid"]: row for row in table_rows(tables, "records") if _was_found(row)}
    by_doi = {doi: pmid for pmid, row in rows.items() if (doi := plain_doi(row.get("doi", "")))}
    standing = stands_for(tables)
    decided: dict[str, str] = {}
    for row in decided_pairs(tables).values():
        if row["relation"] == "same-publication" and (name := standing.get(row["pmid"], row["pmid"])) in rows:
            decided[row["other"]] = name
    found = {}
    for report in table_rows(tables, "reports"):
        pmid, doi = report.get("pmid", ""), plain_doi(report.get("doi", ""))
        names = (pmid, standing.get(pmid, ""), decided.get(report["report_id"], ""), by_doi.get(doi, "") * (not pmid))
        if name := next((name for name in names if name in rows), ""):
            found[report["report_id"]] = name
    return found


def report_steps(tables: Tables) -> list[ReportStep]:
    """Return how far each report of the base came that no search found, by id."""
    found = records_of_reports(tables)
    eligibility = {row["study_id"]: row.get("eligibility", "") for row in table_rows(tables, "studies")}
    kinds = {row["source_id"]: row.get("kind", "") for row in table_rows(tables, "sources")}
    steps = []
    for report in table_rows(tables, "reports"):
        if report["report_id"] in found:
            continue
        study = report.get("study_id", "")
        step, reason = _report_step(report.get("role", ""), eligibility.get(study, ""))
        seen = [kinds[source] for source in split_list(report.get("seen_at", "")) if source in kinds]
        steps.append(
            ReportStep(report_id=report["report_id"], study=study, step=step, reason=reason, origin=_origin(seen))
        )
    return steps


def _report_step(role: str, eligibility: str) -> tuple[Step, str]:
    if role == "duplicate":
        return "full-text-excluded", _DUPLICATE_REPORT
    if eligibility in _INCLUDED:
        return "included", ""
    if eligibility in EXCLUDED:
        return "full-text-excluded", EXCLUDED[eligibility]
    return ("not-retrieved", "") if eligibility == "not-identified" else ("open", "")


def _origin(kinds: Iterable[str]) -> Literal["websites", "organisations", "citations", "told_nowhere"]:
    """Return where a report was found, by the kinds of its sources: each report counts once.

    A report that any page of its own shows was found there; by a review or list of references alone, by citation.
    """
    kinds = [kind for kind in kinds if kind]
    if not kinds:
        return "told_nowhere"
    if all(_CITATION.search(kind) for kind in kinds):
        return "citations"
    own = [kind for kind in kinds if not _CITATION.search(kind)]
    return "organisations" if all(_ORGANISATION.search(kind) for kind in own) else "websites"
