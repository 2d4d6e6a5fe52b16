"""ASReview: CSV and RIS, labels 1 and 0.

Columns and labels as ASReview LAB documents them (asreview.readthedocs.io, "Data format"; asreview/data/base.py and
ris.py of its source): on the way in ``included`` and its other names, or one of the notes ``ASReview_relevant``,
``ASReview_irrelevant`` and ``ASReview_not_seen``; on the way back ``asreview_label``, ``asreview_time``,
``asreview_note`` and ``asreview_user_name``, in RIS as notes ``asreview_time: …``. Other columns and notes are kept.
There is no label for "maybe", and no field for the reason of an exclusion: the note of an exclusion is read as its
reason.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

from .carried import carry, without_carried
from .foreign import Said
from .ris import ris_entry

if TYPE_CHECKING:
    from pathlib import Path

    from .citation import Citation
    from .foreign import Row

__all__ = ["COLUMNS", "NAME", "csv_row", "entry", "is_labelled", "is_mine", "read"]

NAME = "ASReview"
COLUMNS = (
    "title",
    "abstract",
    "authors",
    "keywords",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "url",
    "pmid",
    "pmcid",
    "registration",
    "included",
    "evidence_screening",
)
_LABELS = (
    "asreview_label",
    "included",
    "label",
    "final_included",
    "label_included",
    "included_label",
    "included_final",
    "included_flag",
    "include",
)
_NOTES = {"include": "ASReview_relevant", "exclude": "ASReview_irrelevant", "": "ASReview_not_seen"}
_YES = frozenset({"1", "1.0"})
_NO = frozenset({"0", "0.0"})
_UNSEEN = frozenset({"", "-1", "-1.0", "nan", "na", "none", "<na>"})
_PROPERTY = re.compile(r"asreview_(time|note|user_name|label):\s*(.*)", re.DOTALL)


def is_labelled(rows: list[Row]) -> bool:
    """Return whether ASReview itself labelled a file."""
    return any(
        bool({"asreview_label", "asreview_time"} & row.columns) or any("ASReview_" in note for note in row.notes)
        for row in rows
    )


def is_mine(rows: list[Row]) -> bool:
    """Return whether a file can be ASReview's, by its columns or notes."""
    return is_labelled(rows) or any("included" in row.columns for row in rows)


def csv_row(citation: Citation) -> dict[str, str]:
    """Return a record as a row of ASReview's CSV."""
    return {
        "title": citation.title,
        "abstract": citation.abstract,
        "authors": "; ".join(citation.authors),
        "keywords": "; ".join(citation.keywords),
        "year": citation.year,
        "journal": citation.journal,
        "volume": citation.volume,
        "issue": citation.issue,
        "pages": citation.pages,
        "doi": citation.doi,
        "url": citation.url,
        "pmid": citation.pmid,
        "pmcid": citation.pmcid,
        "registration": "; ".join(citation.registrations),
        "included": {"include": "1", "exclude": "0"}.get(citation.label, ""),
        "evidence_screening": carry(citation),
    }


def entry(citation: Citation) -> dict[str, Any]:
    """Return a record as an entry of ASReview's RIS."""
    return ris_entry(citation, notes=[_NOTES.get(citation.label, _NOTES[""]), carry(citation)])


def read(row: Row, path: Path) -> tuple[tuple[Said, ...], str]:
    """Return what a row says was decided, and what is wrong with it.

    Parameters
    ----------
    row : Row
        The row.
    path : Path
        The file; its name says nothing here.
    """
    told = {} if row.columns else _from_notes(row)
    if row.columns:
        # of several columns the latest label counts: what was brought along stands behind what was decided there
        name = next((name for name in _LABELS if name in row.columns), "")
        told = {
            "label": row.first(name) if name else "",
            "time": row.first("asreview_time"),
            "note": row.first("asreview_note"),
            "user_name": row.first("asreview_user_name"),
        }
    label = told.get("label", "").strip().casefold()
    if label in _UNSEEN:
        return (), ""
    if label not in _YES | _NO:
        return (), f"{told['label']!r} is not a label of ASReview; it writes 1, 0, or nothing"
    decision = "include" if label in _YES else "exclude"
    note = "" if told.get("note", "").casefold() in _UNSEEN else told.get("note", "")
    user = "" if told.get("user_name", "").casefold() in _UNSEEN else told.get("user_name", "")
    said = Said(
        decision=decision,
        reason=note if decision == "exclude" else "",
        reviewer=user,
        decided_at=_moment(told.get("time", "")),
        notes=note if decision == "include" else "",
    )
    return (said,), ""


def _from_notes(row: Row) -> dict[str, str]:
    told: dict[str, str] = {}
    for note in map(without_carried, row.notes):
        if found := _PROPERTY.match(note):
            told[found[1]] = _plain(found[2])
        for decision, label in _NOTES.items():
            if note.startswith(label):
                told["label"] = {"include": "1", "exclude": "0"}.get(decision, "")
    return told


def _plain(text: str) -> str:
    """Return a value that ASReview wrote as JSON."""
    try:
        value = json.loads(text)
    except ValueError:
        return text.strip()
    return "" if value is None else str(value)


def _moment(text: str) -> str:
    """Return ASReview's time in UTC, from ISO form or seconds since 1970; empty if it is neither."""
    text = text.strip()
    try:
        moment = (
            dt.datetime.fromtimestamp(float(text), tz=dt.UTC)
            if re.fullmatch(r"\d{9,11}(\.\d+)?", text)
            else dt.datetime.fromisoformat(text)
        )
        moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return ""
    return f"{moment.replace(tzinfo=None, microsecond=0).isoformat()}Z"
