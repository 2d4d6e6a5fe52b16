"""PRISMA-S: the sixteen items on how the search was done, filled from what the base knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..duplicates.decisions import decided_pairs
from ..duplicates.reading import table_rows
from .count import flow_counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...protocol import Protocol
    from ..duplicates.reading import Tables

    Row = Mapping[str, str]

__all__ = ["NOT_REPORTED", "Item", "search_report"]

NOT_REPORTED = "Not reported here."
_DATES = re.compile(r"\[(?:dp|pdat|edat|crdt|date[^\]]*)\]", re.IGNORECASE)
_LANGUAGE = re.compile(r"\[(?:la|lang[^\]]*)\]", re.IGNORECASE)
_TYPES = re.compile(r"\[(?:pt|ptyp|publication type)\]", re.IGNORECASE)
_NOT_ANIMALS = re.compile(
    r"NOT\s*\(+\s*\"?animals?\"?\s*\[(?:mh|mesh[^\]]*)\]\s*NOT\s*\"?humans?\"?\s*\[(?:mh|mesh[^\]]*)\]", re.IGNORECASE
)
# What PubMed's side bar adds to a query: english[Filter], y_10[Filter], "free full text"[sb].
_SIDEBAR = re.compile(r"(?:\"[^\"]*\"|[\w.-]+)\s*\[(?:filter|sb|subset)\]", re.IGNORECASE)
# Words that stand together in the sensitivity-maximising filter alone; all of them, or it is another filter.
_TRIAL_FILTER = (
    "randomized controlled trial[pt]",
    "controlled clinical trial[pt]",
    "randomized[tiab]",
    "placebo[tiab]",
    "drug therapy[sh]",
    "randomly[tiab]",
    "trial[tiab]",
    "groups[tiab]",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of PRISMA-S: its number and name, and what the base says to it."""

    number: int
    name: str
    text: str

    @property
    def reported(self) -> bool:
        """Whether the base says anything to it."""
        return not self.text.startswith(NOT_REPORTED)


def search_report(tables: Tables, protocol: Protocol) -> tuple[Item, ...]:
    """Return all sixteen items of PRISMA-S, filled from the searches and the protocol.

    What is not known says so, and what would fill it. Texts may have several lines; a strategy stands between lines of
    three backquotes, exactly as it was run.

    Parameters
    ----------
    tables : mapping of str to DataFrame or to rows
        As for `flow_counts`.
    protocol : Protocol
        The review.

    References
    ----------
    Rethlefsen ML, Kirtley S, Waffenschmidt S, et al. PRISMA-S: an extension to the PRISMA statement for reporting
    literature searches in systematic reviews. Systematic Reviews 2021;10:39. doi 10.1186/s13643-020-01542-z
    """
    runs = sorted(table_rows(tables, "searches"), key=lambda row: row.get("run_at", ""))
    texts = (
        ("Database name", _databases(runs, protocol)),
        ("Multi-database searching", _together(runs)),
        ("Study registries", _missing("Study registries")),
        ("Online resources and browsing", _browsing(tables)),
        ("Citation searching", _citations(tables)),
        ("Contacts", _missing("Contacts")),
        ("Other methods", _missing("Other methods")),
        ("Full search strategies", _strategies(runs, protocol)),
        ("Limits and restrictions", _limits(runs, protocol)),
        ("Search filters", _filters(runs, protocol)),
        ("Prior work", _missing("Prior work")),
        ("Updates", _updates(runs)),
        ("Dates of searches", _dates(runs)),
        ("Peer review", _missing("Peer review")),
        ("Total records", _records(tables, protocol, runs)),
        ("Deduplication", _deduplication(tables, runs)),
    )
    told = _told(protocol, [name for name, _ in texts])
    return tuple(
        Item(number=number, name=name, text=_joined(told.get(name, ""), text))
        for number, (name, text) in enumerate(texts, start=1)
    )


def _told(protocol: Protocol, names: Sequence[str]) -> dict[str, str]:
    """Return what the protocol's note on the search says to items by name; the rest of it is said of earlier work."""
    told: dict[str, str] = {}
    rest = []
    for line in protocol.search.note.splitlines():
        name, colon, words = line.partition(":")
        named = next((known for known in names if known.casefold() == name.strip().casefold()), "") if colon else ""
        if named:
            told[named] = f"{told.get(named, '')} {words.strip()}".strip()
        else:
            rest.append(line)
    if " ".join(rest).strip():
        general = f"From the protocol's note on the search: {' '.join(' '.join(rest).split())}"
        told["Prior work"] = f"{told.get('Prior work', '')} {general}".strip()
    return told


def _joined(told: str, text: str) -> str:
    if not told:
        return text
    return told if text.startswith(NOT_REPORTED) else f"{told}\n\n{text}"


def _missing(name: str) -> str:
    return (
        f"{NOT_REPORTED} The base holds nothing on it; to fill this item, write a line that begins with `{name}:` into "
        "the `note` of `[search]` in protocol.toml."
    )


def _no_run(what: str) -> str:
    return f"{NOT_REPORTED} No search has been run yet; `evidence refresh` runs it and records {what}."


def _latest(runs: Sequence[Row]) -> list[Row]:
    """Return the last run of each database and platform, in the order of their first runs."""
    last: dict[tuple[str, str], Row] = {}
    for run in runs:
        last[run.get("database", ""), run.get("platform", "")] = run
    return list(last.values())


def _databases(runs: Sequence[Row], protocol: Protocol) -> str:
    if not runs:
        planned = f"The protocol plans to search {protocol.search.database}. "
        return _no_run("database and platform").replace(NOT_REPORTED, f"{NOT_REPORTED} {planned}".strip())
    named = [f"{run['database']} through {run.get('platform') or 'a platform not told'}" for run in _latest(runs)]
    return "; ".join(named) + "."


def _together(runs: Sequence[Row]) -> str:
    if not runs:
        return _no_run("which databases were asked together")
    platforms: dict[str, set[str]] = {}
    for run in runs:
        platforms.setdefault(run.get("platform", ""), set()).add(run["database"])
    shared = {name: found for name, found in platforms.items() if name and len(found) > 1}
    if not shared:
        return "No databases were searched together on one platform."
    words = [f"{', '.join(sorted(found))} through {name}" for name, found in sorted(shared.items())]
    return f"On one platform, in separate runs: {'; '.join(words)}."


def _origins(tables: Tables) -> Mapping[str, int]:
    from collections import Counter

    from .steps import report_steps

    return Counter(entry.origin for entry in report_steps(tables))


def _browsing(tables: Tables) -> str:
    found = _origins(tables)
    pages, others = found["websites"], found["organisations"]
    if not pages + others:
        return _missing("Online resources and browsing")
    return (
        f"{pages + others} reports of the base were found on web pages ({pages}) and in records of universities, "
        f"repositories and other organisations ({others}), not by a search of a database; the table of sources lists "
        "each page. How the pages were looked for is not reported here."
    )


def _citations(tables: Tables) -> str:
    found = _origins(tables)["citations"]
    if not found:
        return _missing("Citation searching")
    return (
        f"{found} reports of the base are known from reviews and lists of references alone; the table of sources names "
        "them. Which lists were looked through without finding anything is not reported here."
    )


def _strategies(runs: Sequence[Row], protocol: Protocol) -> str:
    if not runs:
        return (
            f"{NOT_REPORTED} No search has been run yet. The protocol's query for {protocol.search.database}, as it "
            f"will be sent:\n{_fenced(protocol.search.query)}"
        )
    parts = []
    for run in _latest(runs):
        words = f"{run['database']}, exactly as run on {_day(run)}:\n{_fenced(run['query'])}"
        if run.get("query_translated"):
            words += f"\nAs the database understood it:\n{_fenced(run['query_translated'])}"
        if run.get("warnings"):
            words += f"\nThe database remarked: {run['warnings']}"
        parts.append(words)
    return "\n\n".join(parts)


def _fenced(query: str) -> str:
    return f"```\n{query.strip()}\n```"


def _queries(runs: Sequence[Row], protocol: Protocol) -> list[str]:
    return [run["query"] for run in _latest(runs)] or [protocol.search.query]


def _limits(runs: Sequence[Row], protocol: Protocol) -> str:
    queries = " ".join(_queries(runs, protocol))
    found = [
        words
        for pattern, words in (
            (_DATES, "dates of publication or entry"),
            (_LANGUAGE, "language"),
            (_TYPES, "publication type"),
        )
        if pattern.search(queries)
    ]
    found += [f"PubMed's filter {name}" for name in dict.fromkeys(_SIDEBAR.findall(queries))]
    words = (
        f"Terms of the strategy that may limit what it finds: {', '.join(found)}. "
        if found
        else "No limit by date, language, publication type or PubMed's own filters stands in the strategy. "
    )
    if _NOT_ANIMALS.search(queries):
        words += "It leaves out records indexed for animals and not for humans. "
    if not runs:
        words = f"{words}No search has been run yet; this is said of the protocol's query. "
    return words + "The reasons are not reported here." if found else words.strip()


def _filters(runs: Sequence[Row], protocol: Protocol) -> str:
    queries = " ".join(_queries(runs, protocol)).casefold()
    if all(word in queries for word in _TRIAL_FILTER):
        return (
            "The strategy holds the terms of the Cochrane highly sensitive search strategy for identifying randomised "
            "trials in PubMed, sensitivity-maximising form (Cochrane Handbook for Systematic Reviews of Interventions, "
            "technical supplement to chapter 4)."
        )
    words = (
        "The Cochrane filter for randomised trials, sensitivity-maximising form, does not stand in the strategy as a "
        "whole; no other filter is looked for here."
    )
    return f"{words} Ranking by publication type and words orders what is screened and excludes nothing."


def _updates(runs: Sequence[Row]) -> str:
    if not runs:
        return _no_run("when, and what was fetched")
    updates = [run for run in runs if run.get("scope") == "update"]
    words = (
        "The search is run again by `evidence refresh`: the whole query each time, records added or changed since the "
        "last complete run less seven days, and every record of an included report whatever its date."
    )
    plural = "s" * (len(runs) != 1)
    return f"{words} So far {len(runs)} run{plural}, {len(updates)} of them for new and changed records alone."


def _day(run: Row) -> str:
    return run.get("run_at", "")[:10] or "a day not told"


def _dates(runs: Sequence[Row]) -> str:
    if not runs:
        return _no_run("the time of each run")
    lines = []
    for run in runs:
        window = f", window from {run['window_from']}" if run.get("window_from") else ""
        updated = f"; the database was last updated {run['database_updated']}" if run.get("database_updated") else ""
        lines.append(
            f"- {run['database']}: {run['run_at']} UTC ({run.get('scope') or 'scope not told'}{window}){updated}"
        )
    return "\n".join(line.replace("Z UTC", " UTC").replace("T", " ", 1) if "T" in line else line for line in lines)


def _records(tables: Tables, protocol: Protocol, runs: Sequence[Row]) -> str:
    if not runs:
        return _no_run("how many records it found")
    flow = flow_counts(tables, protocol)
    lines = [
        f"- {run['database']}, {_day(run)}: {run['count']} found"
        + (f", {run['n_new']} of them new" if run.get("n_new") else "")
        for run in runs
    ]
    total = flow.identified + flow.identified_registers
    return "\n".join([*lines, f"Records identified by all runs together: {total}."])


def _deduplication(tables: Tables, runs: Sequence[Row]) -> str:
    words = (
        "Pairs are proposed by DOI, registration, normalised title with first author and year, citation, and the "
        "database's links to other versions. A person decides on each pair. Records that the database itself merged "
        "count as one."
    )
    decided = decided_pairs(tables)
    same = sum(row["relation"] == "same-publication" for row in decided.values())
    if not runs:
        return f"{words} No search has been run yet."
    return f"{words} Decided so far: {len(decided)} pairs, of which {same} the same publication."
