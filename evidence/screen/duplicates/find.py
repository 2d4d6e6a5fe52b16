"""Every pair of entries that look like one publication or one trial, with what was decided on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...tables.io import natural_key, split_list
from .blocking import candidates
from .compare import compare
from .decisions import decided_pairs, pair_key
from .entry import entries_of
from .pair import FOUND_BY, STRENGTHS, Pair

if TYPE_CHECKING:
    from .entry import Entry
    from .pair import FoundBy
    from .reading import Tables

__all__ = ["find_duplicates"]


def find_duplicates(tables: Tables) -> tuple[Pair, ...]:
    """Return pairs of records, and of records and reports, that look like one publication or like one trial.

    Nothing is merged: each pair says what it was found by, how strongly, and what a curator decided. Records are
    compared by DOI, registration, title (words without markup, case, punctuation, accents and copyright lines; Greek
    letters spelled), citation, and PubMed's links to other versions. A notice, comment or reply is never paired with
    its article. Two reports that the base already gives to one trial are not paired for being of one trial.

    Parameters
    ----------
    tables : mapping of str to DataFrame or to rows
        The tables ``records``, ``reports``, ``studies`` and ``duplicates``; a missing one is taken as empty.

    Returns
    -------
    tuple of Pair
        From strong to possible, by PMID. Pairs that a curator decided on without being found are among them.

    Examples
    --------
    >>> rows = [
    ...     {"pmid": "11", "title": "Drug A for knee pain: a trial", "authors": "Roe A", "year": 2020},
    ...     {"pmid": "12", "title": "Drug A for knee pain - a <i>trial</i>.", "authors": "Roe A", "year": 2020},
    ... ]
    >>> (pair,) = find_duplicates({"records": rows})
    >>> pair.names, pair.suggests, pair.strength, pair.found_by
    (('PMID:11', 'PMID:12'), 'same-publication', 'strong', ('title',))
    """
    entries = entries_of(tables)
    found: dict[tuple[str, str], Pair] = {}
    for first, second in candidates(entries):
        pair = compare(entries[first], entries[second])
        if pair is not None:
            found[pair_key(*pair.names)] = pair
    found = _one_a_trial(found, entries)
    decided = decided_pairs(tables)
    titles = {entry.name: entry.shown for entry in entries}
    pairs = []
    for key in {**found, **decided}:
        decision = decided.get(key)
        pair = found.get(key) or _only_decided(decision or {}, titles)
        pairs.append(_with_decision(pair, decision) if decision else pair)
    return tuple(sorted(pairs, key=_rank))


def _one_a_trial(found: dict[tuple[str, str], Pair], entries: list[Entry]) -> dict[tuple[str, str], Pair]:
    """Keep, of the pairs of a record with reports of one trial by registration alone, the one of its first report."""
    study_of = {entry.name: entry.study for entry in entries if not entry.is_record}
    first: dict[tuple[str, str], str] = {}
    kept = {}
    for key, pair in sorted(found.items(), key=lambda item: (int(item[1].pmid), natural_key(item[1].other))):
        study = study_of.get(pair.other, "")
        alone = study and pair.found_by == ("registration",)
        if not alone or first.setdefault((pair.pmid, study), pair.other) == pair.other:
            kept[key] = pair
    return kept


def _only_decided(row: dict[str, str], titles: dict[str, str]) -> Pair:
    """Return the pair of a decision that nothing but the curator found."""
    named = split_list(row.get("found_by", ""))
    found_by: tuple[FoundBy, ...] = tuple(kind for kind in FOUND_BY if kind in named)
    return Pair(
        pmid=row["pmid"],
        other=row["other"],
        suggests="same-trial" if row["relation"] == "same-trial" else "same-publication",
        strength="possible",
        found_by=found_by,
        because=("a curator named the pair",),
        titles=(titles.get(f"PMID:{row['pmid']}", ""), titles.get(row["other"], "")),
    )


def _with_decision(pair: Pair, row: dict[str, str]) -> Pair:
    return replace(
        pair,
        decided=row["relation"],
        decided_by=row.get("decided_by", ""),
        decided_at=row.get("decided_at", ""),
        notes=row.get("notes", ""),
    )


def _rank(pair: Pair) -> tuple[int, int, tuple[tuple[int, int, str], ...]]:
    return STRENGTHS.index(pair.strength), int(pair.pmid), natural_key(pair.other)
