"""Covidence: RIS out; CSV and RIS back, where the decision is in the name of the file.

Covidence imports RIS and keeps no decision of its own in it. It exports one file for each of its lists, called
``review_12345_included_csv_20240303130132.csv`` and alike with ``screen``, ``select``, ``excluded`` and
``irrelevant``, whose columns are Title, Authors, Abstract, Published Year, Published Month, Journal, Volume, Issue,
Pages, Accession Number, DOI, Ref, Covidence #, Study, Notes and Tags; notes of excluded reports begin with
``Exclusion reason: …;`` (names and columns as public exports show them; support.covidence.org for the lists). A
record stands in one list alone. What a list means depends on the stage that is asked for: ``select`` is included at
title and abstract, and waits at full text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..standing import TITLE_ABSTRACT
from .carried import carry, without_carried
from .foreign import Said
from .ris import ris_entry

if TYPE_CHECKING:
    from pathlib import Path

    from .citation import Citation
    from .foreign import Row

__all__ = ["NAME", "entry", "is_mine", "list_of", "read"]

NAME = "Covidence"
_FIRST = {"irrelevant": "exclude", "select": "include", "included": "include", "excluded": "include", "screen": ""}
_SECOND = {"irrelevant": "", "select": "", "included": "include", "excluded": "exclude", "screen": ""}
_LIST = re.compile(r"(?:^|[^a-z])(irrelevant|select|included|excluded|screen)(?=[^a-z]|$)", re.IGNORECASE)
_REASON = re.compile(r"Exclusion reason:\s*(.*?)\s*(?:;|$)", re.IGNORECASE | re.DOTALL)
_NO_LIST = (
    "the name of the file does not tell which of Covidence's lists it is; name it as Covidence does, with "
    "_screen_, _select_, _included_, _excluded_ or _irrelevant_ in it"
)


def is_mine(rows: list[Row]) -> bool:
    """Return whether a file is Covidence's, by its columns."""
    return any("covidence #" in row.columns for row in rows)


def list_of(path: Path) -> str:
    """Return which list a file is, by its name; empty if that does not tell."""
    found = {name.casefold() for name in _LIST.findall(path.stem)}
    return found.pop() if len(found) == 1 else ""


def entry(citation: Citation) -> dict[str, Any]:
    """Return a record as an entry of Covidence's RIS, the outcome so far as a keyword."""
    words = [f"screening: {citation.label}"] if citation.label and citation.decisions else []
    return ris_entry(citation, notes=[carry(citation)], keywords=words)


def read(row: Row, path: Path, stage: str) -> tuple[tuple[Said, ...], str]:
    """Return what a row says was decided at a stage, and what is wrong with it.

    Parameters
    ----------
    row : Row
        The row.
    path : Path
        The file; its name tells the list.
    stage : str
        ``title-abstract`` or ``full-text``.
    """
    listed = list_of(path)
    if not listed:
        # a file of ours, or one that was renamed: what travelled in it still counts
        return (), "" if row.carried is not None else _NO_LIST
    decision = (_FIRST if stage == TITLE_ABSTRACT else _SECOND)[listed]
    if not decision:
        return (), ""
    notes = " ".join(map(without_carried, row.notes))
    reasons = (
        tuple(dict.fromkeys(reason for reason in _REASON.findall(notes) if reason)) if decision == "exclude" else ()
    )
    tags = row.first("tags")
    said = Said(
        decision=decision,
        reason=", ".join(reasons),
        reasons=reasons,
        notes=f"tags: {tags}" if tags else "",
    )
    return (said,), ""
