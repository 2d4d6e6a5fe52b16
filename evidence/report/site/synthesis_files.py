"""The files of each synthesis beside its page: its numbers as a table, its trials' references."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..references import as_bibtex, as_ris
from ..tables import effects_frame, format_frame
from .paths import file_name

if TYPE_CHECKING:
    from .site import Site

__all__ = ["DATA_SUFFIX", "REFERENCE_SUFFIXES", "synthesis_files"]

DATA_SUFFIX = ".csv"
REFERENCE_SUFFIXES = (".bib", ".ris")


def synthesis_files(site: Site) -> dict[str, bytes]:
    """Return the files by their names, for each synthesis with a trial.

    They are every number of every analysis that differs, and the references of the trials in the result shown.
    """
    frame = effects_frame(site.answers)
    numbers = {str(name): format_frame(rows) for name, rows in frame.groupby("synthesis", sort=True)}
    files: dict[str, bytes] = {}
    for view in site.syntheses:
        if view.kind == "none":
            continue
        stem, cited = file_name(view.id), site.references[view.id]
        files[f"{stem}{DATA_SUFFIX}"] = numbers[view.id]
        for suffix, content in zip(REFERENCE_SUFFIXES, (as_bibtex(cited), as_ris(cited)), strict=True):
            files[f"{stem}{suffix}"] = content.encode()
    return files
