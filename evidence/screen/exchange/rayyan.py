"""Rayyan: CSV and RIS, decisions in the notes.

As Rayyan's help centre documents its export ("Understanding your Rayyan export files", help.rayyan.ai) and public
exports show it: columns
``key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,
abstract,notes,doi,keywords,pubmed_id,pmc_id``; the notes hold parts between ``|``: ``RAYYAN-INCLUSION:
{"Ann"=>"Included", "Ben"=>"Excluded"} | RAYYAN-LABELS: a,b | RAYYAN-EXCLUSION-REASONS: c,d | USER-NOTES: {…}``. What
stood in the notes before comes first. Reasons do not say whose they are: each who excluded gets them all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .carried import carry, without_carried
from .foreign import Said
from .ris import ris_entry

if TYPE_CHECKING:
    from pathlib import Path

    from .citation import Citation
    from .foreign import Row

__all__ = ["COLUMNS", "NAME", "csv_row", "entry", "is_mine", "read"]

NAME = "Rayyan"
COLUMNS = (
    "key",
    "title",
    "year",
    "month",
    "day",
    "journal",
    "issn",
    "volume",
    "issue",
    "pages",
    "authors",
    "url",
    "language",
    "publisher",
    "location",
    "abstract",
    "notes",
    "doi",
    "keywords",
    "pubmed_id",
    "pmc_id",
)
_WORDS = {"include": "Included", "exclude": "Excluded", "maybe": "Maybe"}
_DECISIONS = {word.casefold(): decision for decision, word in _WORDS.items()}
_UNDECIDED = frozenset({"undecided", "unresolved", ""})
_INCLUSION = re.compile(r"RAYYAN-INCLUSION:\s*\{(.*?)\}\s*(?=\||$)", re.DOTALL)
_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"([^"]*)"')
_PART = r"RAYYAN-{}:\s*(.*?)\s*(?=\||$)"
_REASONS = re.compile(_PART.format("EXCLUSION-REASONS"), re.DOTALL)
_LABELS = re.compile(_PART.format("LABELS"), re.DOTALL)
_USER_NOTES = re.compile(r"USER-NOTES:\s*(.*?)\s*(?=\|\s*RAYYAN-|$)", re.DOTALL)


def is_mine(rows: list[Row]) -> bool:
    """Return whether a file is Rayyan's, by its columns or notes."""
    columns = {"key", "notes", "location", "abstract"}
    return any(columns <= row.columns or any("RAYYAN-" in note for note in row.notes) for row in rows)


def _notes(citation: Citation) -> list[str]:
    own = citation.standing.own if citation.decisions else {}
    parts = [carry(citation)]
    if own:
        named = ", ".join(f'"{_quoted(name)}"=>"{_WORDS[one.decision]}"' for name, one in own.items())
        parts.append(f"RAYYAN-INCLUSION: {{{named}}}")
    reasons = dict.fromkeys(one.reason.replace("|", "/") for one in own.values() if one.reason)
    if reasons:
        parts.append(f"RAYYAN-EXCLUSION-REASONS: {','.join(reasons)}")
    return parts


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def csv_row(citation: Citation) -> dict[str, str]:
    """Return a record as a row of Rayyan's CSV."""
    return {
        "key": citation.pmid,
        "title": citation.title,
        "year": citation.year,
        "journal": citation.journal,
        "volume": citation.volume,
        "issue": citation.issue,
        "pages": citation.pages,
        "authors": " and ".join(citation.authors),
        "url": citation.url,
        "language": citation.language,
        "abstract": citation.abstract,
        "notes": " | ".join([*(f"Registration: {name}" for name in citation.registrations), *_notes(citation)]),
        "doi": citation.doi,
        "keywords": ", ".join(citation.keywords),
        "pubmed_id": citation.pmid,
        "pmc_id": citation.pmcid,
    }


def entry(citation: Citation) -> dict[str, Any]:
    """Return a record as an entry of Rayyan's RIS."""
    return ris_entry(citation, notes=[" | ".join(_notes(citation))])


def read(row: Row, path: Path) -> tuple[tuple[Said, ...], str]:
    """Return what a row says was decided, by each reviewer, and what is wrong with it."""
    text = " | ".join(map(without_carried, row.notes))
    found: dict[str, str] = {}
    for inclusion in _INCLUSION.findall(text):
        # what Rayyan adds stands behind what it was given
        found |= {name.replace('\\"', '"').replace("\\\\", "\\"): word for name, word in _PAIR.findall(inclusion)}
    if "RAYYAN-INCLUSION" in text and not found:
        return (), "the decisions after RAYYAN-INCLUSION cannot be read"
    unknown = [
        word for word in found.values() if word.casefold() not in _DECISIONS and word.casefold() not in _UNDECIDED
    ]
    if unknown:
        return (), f"{unknown[0]!r} is not a decision of Rayyan; it writes Included, Excluded or Maybe"
    reasons = tuple(
        dict.fromkeys(reason.strip() for part in _REASONS.findall(text) for reason in part.split(",") if reason.strip())
    )
    notes = "; ".join(
        [f"labels: {part}" for part in _LABELS.findall(text)] + [f"notes: {part}" for part in _USER_NOTES.findall(text)]
    )
    said = []
    for name, word in found.items():
        decision = _DECISIONS.get(word.casefold(), "")
        if decision:
            mine = reasons if decision == "exclude" else ()
            said.append(Said(decision=decision, reviewer=name, reason=", ".join(mine), reasons=mine, notes=notes))
    return tuple(said), ""
