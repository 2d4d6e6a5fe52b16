"""Counting the flow: steps of records and reports become boxes, and the boxes are checked."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..duplicates.decisions import stands_for
from ..duplicates.find import find_duplicates
from ..duplicates.reading import table_rows
from .flow import Flow, ReasonCount, SourceCount, check_sums
from .notes import notes_on, studies_left_out
from .steps import ReportStep, record_steps, records_of_reports, reopened_records, report_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...protocol import Protocol
    from ..duplicates.reading import Tables
    from .steps import RecordStep

__all__ = ["flow_counts"]

# The Cochrane Central Register of Controlled Trials is a database of reports.
_REGISTER = re.compile(
    r"^(?!.*\bcentral\b).*(?:clinicaltrials\.gov|ictrp|isrctn|registr|register|chictr|ctri\b|irct|rebec|anzctr|drks|umin|euctr|eudract|ctis)",
    re.IGNORECASE,
)
_SETTLED = frozenset({"duplicate", "removed", "excluded", "not-retrieved", "full-text-excluded", "included"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What an earlier version had settled: how far each record and report came, and what it included."""

    steps: frozenset[tuple[str, str]]
    studies: frozenset[str]
    included: frozenset[str]


def flow_counts(tables: Tables, protocol: Protocol, *, previous: Tables | None = None) -> Flow:
    """Return every number of the PRISMA 2020 flow diagram, computed from the ledgers alone.

    Records that searches found flow by the ledger of screening: a decision at full text lets a record pass
    the first stage, records decided to be the same publication count as one, and an exclusion at full text whose reason
    says that the report could not be had counts as not retrieved. Reports that no search found flow by what was decided
    on their trial. Each number that must be a sum is checked.

    Parameters
    ----------
    tables : mapping of str to DataFrame or to rows
        The tables ``searches``, ``records``, ``screening``, ``duplicates``, ``reports``, ``studies`` and ``sources``.
    protocol : Protocol
        Says how many people decide on each record.
    previous : mapping, optional
        The same tables of an earlier version. What was settled there is counted as earlier, all else as new.

    Raises
    ------
    EvidenceError
        If a box is not the sum that it must be.

    References
    ----------
    Page MJ, McKenzie JE, Bossuyt PM, et al. The PRISMA 2020 statement. BMJ 2021;372:n71. doi 10.1136/bmj.n71
    """
    reviewers = protocol.search.reviewers
    records, reports = record_steps(tables, reviewers=reviewers), report_steps(tables)
    before = _before(previous, reviewers) if previous is not None else None
    if before is not None:
        # what was settled and is decided otherwise now flows again
        records = [entry for entry in records if _settled(entry) not in before.steps]
        reports = [entry for entry in reports if _settled(entry) not in before.steps]
    flow = _with_studies(_by_records(records, tables), records, reports)
    flow = _by_reports(flow, reports)
    if before is not None:
        flow = _with_before(flow, before, tables, reviewers)
    flow = replace(
        flow,
        total_studies=flow.new_studies + (flow.previous_studies or 0),
        total_reports=flow.new_reports + (flow.previous_reports or 0),
        studies_against_screening=len(studies_left_out(tables, reviewers=reviewers)),
        undecided_duplicates=_undecided(tables),
        reopened=len(reopened_records(tables, reviewers=reviewers)),
    )
    flow = replace(flow, notes=notes_on(flow, tables, protocol))
    flow = replace(flow, complete=flow.searched and not flow.open)
    check_sums(flow)
    return flow


def _by_records(records: Sequence[RecordStep], tables: Tables) -> Flow:
    steps = Counter(entry.step for entry in records)
    sources = Counter((entry.database, entry.platform) for entry in records)
    counted = tuple(
        SourceCount(name=name, platform=platform, is_register=bool(_REGISTER.search(name)), n=n)
        for (name, platform), n in sorted(sources.items())
    )
    assessed = sum(steps[step] for step in ("full-text-excluded", "full-text-maybe", "full-text-conflict", "included"))
    sought = assessed + steps["not-retrieved"] + steps["full-text-waiting"]
    return Flow(
        searched=len(tables.get("searches", ())) > 0,
        complete=False,
        sources=counted,
        identified=sum(source.n for source in counted if not source.is_register),
        identified_registers=sum(source.n for source in counted if source.is_register),
        duplicates=steps["duplicate"],
        removed_other=steps["removed"],
        waiting=steps["waiting"],
        screened=sought + steps["excluded"] + steps["maybe"] + steps["conflict"],
        excluded=steps["excluded"],
        maybe=steps["maybe"],
        conflicts=steps["conflict"],
        sought=sought,
        not_retrieved=steps["not-retrieved"],
        full_text_waiting=steps["full-text-waiting"],
        assessed=assessed,
        excluded_reports=_reasons(entry.reason for entry in records if entry.step == "full-text-excluded"),
        full_text_maybe=steps["full-text-maybe"],
        full_text_conflicts=steps["full-text-conflict"],
        included_reports=steps["included"],
        included_without_trial=sum(entry.step == "included" and not entry.studies for entry in records),
        included_against_base=sum(
            entry.step == "included" and bool(entry.studies) and not entry.eligible for entry in records
        ),
    )


def _by_reports(flow: Flow, reports: Sequence[ReportStep]) -> Flow:
    origins = Counter(entry.origin for entry in reports)
    steps = Counter(entry.step for entry in reports)
    return replace(
        flow,
        websites=origins["websites"],
        organisations=origins["organisations"],
        citations=origins["citations"],
        told_nowhere=origins["told_nowhere"],
        other_sought=len(reports),
        other_not_retrieved=steps["not-retrieved"],
        other_assessed=steps["included"] + steps["full-text-excluded"],
        other_open=steps["open"],
        other_excluded_reports=_reasons(entry.reason for entry in reports if entry.step == "full-text-excluded"),
        other_included_reports=steps["included"],
    )


def _with_studies(flow: Flow, records: Sequence[RecordStep], reports: Sequence[ReportStep]) -> Flow:
    studies, by_records = _included(records, reports)
    return replace(flow, new_studies=len(studies), new_reports=by_records)


def _included(records: Sequence[RecordStep], reports: Sequence[ReportStep]) -> tuple[set[str], int]:
    """Return the trials included, and how many reports they have."""
    found = [entry for entry in records if entry.step == "included" and entry.eligible]
    other = [entry for entry in reports if entry.step == "included"]
    studies = {study for entry in found for study in entry.eligible} | {entry.study for entry in other}
    return studies, len(found) + len(other)


def _name(entry: RecordStep | ReportStep) -> str:
    return entry.report_id if isinstance(entry, ReportStep) else entry.pmid


def _trials(entry: RecordStep | ReportStep) -> tuple[str, ...]:
    return (entry.study,) if isinstance(entry, ReportStep) else entry.eligible


def _settled(entry: RecordStep | ReportStep) -> tuple[str, str]:
    """Return what an entry is and where it ended; where it has not, nothing that an earlier version could have."""
    counted = entry.step != "included" or isinstance(entry, ReportStep) or entry.eligible
    return (_name(entry), entry.step) if entry.step in _SETTLED and counted else (_name(entry), "open")


def _before(previous: Tables, reviewers: int) -> _Before:
    records, reports = record_steps(previous, reviewers=reviewers), report_steps(previous)
    studies, _ = _included(records, reports)
    entries: list[RecordStep | ReportStep] = [*records, *reports]
    steps = {_settled(entry) for entry in entries}
    return _Before(
        steps=frozenset((name, step) for name, step in steps if step != "open"),
        studies=frozenset(studies),
        included=frozenset(name for name, step in steps if step == "included"),
    )


def _with_before(flow: Flow, before: _Before, tables: Tables, reviewers: int) -> Flow:
    """Count what the earlier version had included and this one still has; its trials are not new."""
    records, reports = record_steps(tables, reviewers=reviewers), report_steps(tables)
    studies, _ = _included(records, reports)
    still = before.studies & studies
    entries: list[RecordStep | ReportStep] = [*records, *reports]
    names = {_name(entry): set(_trials(entry)) for entry in entries if _settled(entry)[1] == "included"}
    return replace(
        flow,
        previous_studies=len(still),
        previous_reports=len(before.included & names.keys()),
        later_reports=sum(name not in before.included and trials <= before.studies for name, trials in names.items()),
        new_studies=len(studies - before.studies),
        dropped_studies=len(before.studies - studies),
    )


def _reasons(reasons: Iterable[str]) -> tuple[ReasonCount, ...]:
    """Return the reasons by number, the most frequent first; spellings that differ in letter case alone are one."""
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for reason in reasons:
        name = " ".join(reason.casefold().split())
        counts[name] += 1
        spelled.setdefault(name, reason)
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    return tuple(ReasonCount(reason=spelled[name], n=counts[name]) for name in ordered)


def _undecided(tables: Tables) -> int:
    """Return how many pairs look like one publication that is counted twice, and wait for a curator."""
    standing, found = stands_for(tables), records_of_reports(tables)
    rows = {row["pmid"] for row in table_rows(tables, "records") if row.get("presence") != "not-in-query"}

    def counted(name: str) -> str:
        pmid = name.removeprefix("PMID:") if name.startswith("PMID:") else found.get(name, "")
        return standing.get(pmid, pmid) if pmid else name

    return sum(
        pair.suggests == "same-publication"
        and pair.strength != "possible"
        and not pair.decided
        and pair.pmid in rows
        and (not pair.other.startswith("PMID:") or pair.other.removeprefix("PMID:") in rows)
        and counted(pair.names[0]) != counted(pair.other)
        for pair in find_duplicates(tables)
    )
