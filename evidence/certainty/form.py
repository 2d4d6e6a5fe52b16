"""From proposal to judgement: a form to fill in, and the way of a filled-in form into the table of certainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import InputError
from ..tables.definitions import TABLES
from ..tables.io import csv_bytes, read_raw
from ..tables.record import record_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    import pandas as pd

    from .proposal import CertaintyProposal

__all__ = ["form_bytes", "record_form"]

_HINTS = ("proposed", "proposed_reason")


def form_bytes(proposal: CertaintyProposal, *, fingerprint: str) -> bytes:
    """Return a form as CSV: a row for each domain and one for the whole, to be filled in by people.

    Levels and certainty are empty: the proposal stands beside them, in columns that are not read back. The fingerprint
    says what evidence the form is about, and stays as it is.

    Parameters
    ----------
    proposal : CertaintyProposal
        What `propose` returned.
    fingerprint : str
        The evidence that it is about; see `evidence_fingerprint`.
    """
    names = TABLES["certainty"].names
    hints = {entry.domain: (entry.shown.replace("−", "-"), entry.reason) for entry in proposal.domains}
    hints["overall"] = (proposal.shown, f"starts at {proposal.start or 'an unknown level'}: {proposal.start_reason}")
    rows = []
    for domain, hint in hints.items():
        cells = {
            "synthesis": proposal.synthesis,
            "analysis": proposal.analysis,
            "domain": domain,
            "fingerprint": fingerprint,
        }
        rows.append([*(cells.get(name, "") for name in names), *hint])
    return csv_bytes((*names, *_HINTS), rows)


def record_form(
    path: Path,
    folder: Path,
    *,
    vocabularies: Mapping[str, Collection[str]],
    present: Callable[[str, str], str],
) -> int:
    """Bring a filled-in form into the table of certainty, whole or not at all; return how many rows it brought.

    Earlier judgements of the same synthesis and analysis give way.

    Parameters
    ----------
    path : Path
        The form.
    folder : Path
        The project's ``data/processed``.
    vocabularies : mapping
        The protocol's ids.
    present : callable
        Returns the fingerprint of the evidence as it is now, of a synthesis under an analysis; see
        `evidence_fingerprint`.

    Raises
    ------
    InputError
        If the form has no rows or lacks a column; or if it is about other evidence than the present.
    TableError
        With every fault that the table would then have; nothing is written.
    """
    raw = read_raw(path)
    if not set(TABLES["certainty"].names) <= set(raw.columns):
        lacks = ", ".join(name for name in TABLES["certainty"].names if name not in raw.columns)
        raise InputError(f"{path.name} lacks the columns {lacks}; `evidence grade ID --form FILE` writes a whole form")
    _refuse_other_evidence(path, raw, vocabularies, present)
    record_rows(folder, "certainty", raw, instead_of=("synthesis", "analysis"), vocabularies=vocabularies)
    return len(raw)


def _refuse_other_evidence(
    path: Path, raw: pd.DataFrame, vocabularies: Mapping[str, Collection[str]], present: Callable[[str, str], str]
) -> None:
    """Refuse a form that was written before the evidence changed; ids that nobody knows are left to the checks."""
    cells = raw[["synthesis", "analysis", "fingerprint"]].drop_duplicates()
    for synthesis, analysis, fingerprint in cells.itertuples(index=False, name=None):
        if synthesis not in vocabularies["syntheses"] or analysis not in vocabularies["analyses"]:
            continue
        if fingerprint != present(synthesis, analysis):
            about = "does not say what evidence it is about" if not fingerprint else "is about other evidence"
            raise InputError(
                f"{path.name} {about}: since it was written, what enters {synthesis} ({analysis}) or bears on it may "
                f"have changed; `evidence grade {synthesis} --analysis {analysis} --form FILE` writes a form of the "
                "evidence as it is now"
            )
