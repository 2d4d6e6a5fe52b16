"""Zotero: RIS out and back, CSV back; decisions as tags.

Fields as Zotero's translators have them (zotero/translators, RIS.js and CSV.js): RIS keeps tags in KW, notes in N1 as
HTML, the accession number in AN, and Extra in M2; the CSV export has the columns Key, Item Type, Publication Year,
Author, Title, Publication Title, DOI, Url, Abstract Note, Extra, Notes, Manual Tags and Automatic Tags among others.
Zotero has no field for decisions. Tags hold them: ``screening: include``, ``screening: exclude``, ``screening:
maybe``, with ``screening reason: …`` and ``screening reviewer: …``; the words alone (``include``, ``excluded``) are
read as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .carried import carry
from .foreign import Said
from .ris import ris_entry

if TYPE_CHECKING:
    from pathlib import Path

    from .citation import Citation
    from .foreign import Row

__all__ = ["NAME", "entry", "is_mine", "read"]

NAME = "Zotero"
_TAGS = ("KW", "manual tags", "automatic tags")
_DECISION = re.compile(r"(?:screening\s*:\s*)?(include|exclude|maybe)d?", re.IGNORECASE)
_REASON = re.compile(r"screening reason\s*:\s*(.*)", re.IGNORECASE)
_REVIEWER = re.compile(r"screening reviewer\s*:\s*(.*)", re.IGNORECASE)


def is_mine(rows: list[Row]) -> bool:
    """Return whether a file is Zotero's, by its columns, or by tags of the form that Zotero is given."""
    return any(
        {"item type", "manual tags"} <= row.columns
        or (not row.columns and any(tag.casefold().startswith("screening:") for tag in _tags(row)))
        for row in rows
    )


def entry(citation: Citation) -> dict[str, Any]:
    """Return a record as an entry of Zotero's RIS."""
    tags = []
    if citation.label and citation.decisions:
        tags = [f"screening: {citation.label}"]
        tags += [f"screening reason: {_tag(citation.reason)}"] if citation.reason else []
        tags += [f"screening reviewer: {_tag(one.reviewer)}" for one in citation.standing.counted]
    return ris_entry(citation, notes=[carry(citation)], keywords=list(dict.fromkeys(tags)))


def _tag(text: str) -> str:
    """Return a text without the mark by which Zotero parts tags."""
    return text.replace(";", ",")


def _tags(row: Row) -> list[str]:
    cells = [text for name in _TAGS for text in row.cells.get(name, ())]
    return [tag.strip() for text in cells for tag in text.split(";") if tag.strip()]


def read(row: Row, path: Path) -> tuple[tuple[Said, ...], str]:
    """Return what a row's tags say was decided, and what is wrong with them."""
    tags = _tags(row)
    decisions = list(dict.fromkeys(found[1].casefold() for tag in tags if (found := _DECISION.fullmatch(tag))))
    if not decisions:
        return (), ""
    if len(decisions) > 1:
        return (), f"tags contradict each other: {' and '.join(decisions)}; keep one of them"
    reasons = tuple(dict.fromkeys(found[1].strip() for tag in tags if (found := _REASON.fullmatch(tag))))
    people = list(dict.fromkeys(found[1].strip() for tag in tags if (found := _REVIEWER.fullmatch(tag))))
    reason = ", ".join(reasons) if decisions[0] == "exclude" else ""
    reviewer = people[0] if len(people) == 1 else ""
    said = Said(decision=decisions[0], reason=reason, reasons=reasons, reviewer=reviewer, surely=False)
    return (said,), ""
