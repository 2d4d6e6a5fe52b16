"""Discarding a draft: it is moved away, and its beginning is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import load_protocol
from ..tables.definitions import TABLES
from ..tables.io import format_table, read_raw
from ..tables.record import write_checked
from .draft import extraction_lock, find_draft, move_away

if TYPE_CHECKING:
    from pathlib import Path

    from ..project import Project

__all__ = ["discard_draft"]


def discard_draft(project: Project, pmid: str, *, by: str = "") -> Path:
    """Move a draft to ``data/extraction/discarded`` and return where it lies; what was saved from it stays saved.

    The row of extractions goes if it says only that somebody began.

    Raises
    ------
    InputError
        If there is no such draft.
    """
    with extraction_lock(project):
        draft = find_draft(project, pmid, by)
        opening = draft.opening
        path = project.processed / "extractions.csv"
        raw = read_raw(path)
        own = (raw["pmid"] == opening.pmid) & (raw["extractor"] == opening.extractor) & (raw["status"] == "begun")
        if own.any():
            content = format_table(raw[~own], TABLES["extractions"])
            vocabularies = load_protocol(project.protocol).vocabularies
            write_checked(project.processed, {"extractions": content}, vocabularies=vocabularies)
        return move_away(project, draft)
