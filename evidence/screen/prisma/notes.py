"""What a reader must know of the flow: where screening and the base disagree, and what a box does not show."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..duplicates.decisions import contradicted
from ..duplicates.reading import table_rows
from .steps import EXCLUDED, eligible_studies, record_steps, report_steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...protocol import Protocol
    from ..duplicates.reading import Tables
    from .flow import Flow

__all__ = ["notes_on", "studies_left_out"]

_NO_SEARCH = (
    "No search has been run yet, so that nothing can be said of databases and registers; the base was gathered by "
    "other methods alone."
)
_WAITING = ("waiting", "full-text-waiting")
_OPEN = frozenset({*_WAITING, "maybe", "conflict", "full-text-maybe", "full-text-conflict", "open"})
_OUT = ("excluded", "full-text-excluded", "not-retrieved", "removed")


def studies_left_out(tables: Tables, *, reviewers: int) -> tuple[str, ...]:
    """Return the trials that the base counts as eligible though no report of theirs is included, or waits."""
    there: set[str] = set()
    for record in record_steps(tables, reviewers=reviewers):
        if record.step == "included" or record.step in _OPEN:
            there |= set(record.eligible)
    there |= {report.study for report in report_steps(tables) if report.step == "included"}
    return tuple(sorted(set(eligible_studies(tables)) - there))


def notes_on(flow: Flow, tables: Tables, protocol: Protocol) -> tuple[str, ...]:
    """Return the notes, each a sentence or two.

    Parameters
    ----------
    flow : Flow
        Counted, but for its notes.
    tables : mapping of str to DataFrame or to rows
        As for `flow_counts`.
    protocol : Protocol
        The review.
    """
    notes = [] if flow.searched else [_NO_SEARCH]
    notes += [
        f"PMID {one} and {other} are decided to be different, and by other decisions they are one publication, which "
        "counts once: evidence duplicates --all."
        for one, other in contradicted(tables)
    ]
    notes += _disagreements(tables, protocol)
    bare = sum(found == "numbers-missing" for found in eligible_studies(tables).values())
    if flow.total_studies and bare:
        notes.append(
            f"{bare} of the base's eligible studies gave no number that could be used; they count as included."
        )
    notes += _admitted(tables, protocol)
    if flow.dropped_studies:
        notes.append(f"{flow.dropped_studies} of the earlier version's studies are not included any longer.")
    if flow.later_reports:
        notes.append(f"{flow.later_reports} of the new reports are of studies that the earlier version had included.")
    return tuple(notes)


def _disagreements(tables: Tables, protocol: Protocol) -> Iterator[str]:
    reviewers = protocol.search.reviewers
    records = record_steps(tables, reviewers=reviewers)
    unscreened = [entry.pmid for entry in records if entry.studies and entry.step in _WAITING]
    if unscreened:
        yield (
            f"{len(unscreened)} record{'s report trials' if len(unscreened) > 1 else ' reports a trial'} that the base "
            f"has, and screening has not decided on them yet: {_pmids(unscreened)}."
        )
    out = [entry.pmid for entry in records if entry.eligible and entry.step in _OUT]
    if out:
        yield f"Out by screening, and yet reports of trials that the base counts as eligible: {_pmids(out)}."
    against = [entry.pmid for entry in records if entry.step == "included" and entry.studies and not entry.eligible]
    if against:
        yield (
            "Included by screening, but the base does not count their trials as eligible, so that they are not among "
            f"the studies included: {_pmids(against)}."
        )
    if left := studies_left_out(tables, reviewers=reviewers):
        yield (
            "Eligible by the base, and in its analyses where they have numbers, but no report of theirs is included "
            f"here, so that they are not among the studies included: {_listed(left)}."
        )


def _admitted(tables: Tables, protocol: Protocol) -> Iterator[str]:
    """Yield which trials, counted as excluded, comparisons of the protocol take in all the same."""
    counts = Counter(row.get("eligibility", "") for row in table_rows(tables, "studies"))
    for comparison in protocol.comparisons.values():
        kinds = [kind for kind in comparison.admits if kind in EXCLUDED and counts[kind]]
        if kinds:
            words = ", ".join(f"{EXCLUDED[kind]}: {counts[kind]}" for kind in kinds)
            yield (
                f"Of the studies counted as excluded, those that are {words} may still enter the comparison "
                f"“{comparison.label}”, which admits them."
            )


def _pmids(pmids: Sequence[str]) -> str:
    return f"PMID {_listed(pmids)}"


def _listed(names: Sequence[str], most: int = 6) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
