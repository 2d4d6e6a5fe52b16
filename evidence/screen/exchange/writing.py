"""Records out to another tool, with their decisions in the tool's own form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...errors import InputError, OptionError
from ..duplicates.decisions import stands_for
from ..duplicates.reading import table_rows
from ..queue import screened_records
from ..standing import FULL_TEXT, STAGES, TITLE_ABSTRACT, Decision, as_one, current
from . import asreview, covidence, rayyan, zotero
from .citation import make_citation
from .reading import TOOLS
from .ris import write_ris
from .spreadsheet import write_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...fetch.record import Record
    from ..duplicates.reading import Tables
    from .citation import Citation

__all__ = ["FORMATS", "ONLY", "Only", "export_screening", "screening_citations"]

Only = Literal["waiting", "included", "all"]

ONLY: tuple[Only, ...] = ("waiting", "included", "all")
# The first is what the tool reads best.
FORMATS = {
    "asreview": ("csv", "ris"),
    "rayyan": ("csv", "ris"),
    "covidence": ("ris",),
    "zotero": ("ris",),
}
_PASSED = ("included", "maybe")


def screening_citations(
    tables: Tables,
    decisions: Iterable[Decision],
    *,
    texts: Mapping[str, Record],
    reviewers: int,
    stage: str = TITLE_ABSTRACT,
    only: str = "all",
    blind: bool = False,
) -> tuple[Citation, ...]:
    """Return the records that are screened at a stage, as citations, by PMID.

    Records that a search found and that are not another record over again are screened; at full text those that passed
    title and abstract, or on which somebody has decided there.

    Parameters
    ----------
    tables : mapping of str to DataFrame or to rows
        Holds the tables ``records`` and ``duplicates``.
    decisions : iterable of Decision
        The ledger.
    texts : mapping of str to Record
        Records as archived, for their abstracts; those that are missing go without.
    reviewers : int
        How many people decide on each record.
    stage : {"title-abstract", "full-text"}
        Which stage.
    only : {"waiting", "included", "all"}
        Records without enough decisions, records included at the stage, or all.
    blind : bool
        Leave out every decision, so that nobody sees those of others.

    Raises
    ------
    OptionError
        If stage or `only` is not one of those allowed.
    """
    if stage not in STAGES:
        raise OptionError("--stage", stage, STAGES)
    if only not in ONLY:
        raise OptionError("--only", only, ONLY)
    alike = stands_for(tables)
    rows = {row["pmid"]: row for row in table_rows(tables, "records")}
    by_record: dict[str, list[Decision]] = {}
    for decision in as_one(decisions, alike):
        by_record.setdefault(decision.pmid, []).append(decision)
    chosen = []
    whole = current([one for several in by_record.values() for one in several], reviewers=reviewers)
    for pmid in screened_records({pmid: {"presence": "", **row} for pmid, row in rows.items()}, alike, ledger=whole):
        own = by_record.get(pmid, [])
        ledger = current(own, reviewers=reviewers)
        outcome = ledger.outcome_of(pmid, stage)
        begun = outcome != "waiting" or ledger.outcome_of(pmid, TITLE_ABSTRACT) in _PASSED
        if (stage == FULL_TEXT and not begun) or (only != "all" and outcome != only):
            continue
        shown = [] if blind else own
        chosen.append(make_citation(rows[pmid], texts.get(pmid), shown, stage=stage, reviewers=reviewers))
    return tuple(chosen)


def export_screening(citations: Iterable[Citation], *, tool: str, form: str | None = None) -> bytes:
    """Return the bytes of a file for another tool.

    Parameters
    ----------
    citations : iterable of Citation
        As `screening_citations` returns them.
    tool : {"asreview", "rayyan", "covidence", "zotero"}
        For whom.
    form : {"csv", "ris"}, optional
        By default what the tool reads best.

    Raises
    ------
    OptionError
        If there is no such tool or form.
    InputError
        If the tool does not read the form.
    """
    if tool not in TOOLS:
        raise OptionError("--for", tool, TOOLS)
    form = form or FORMATS[tool][0]
    if form not in ("csv", "ris"):
        raise OptionError("--format", form, ("csv", "ris"))
    if form not in FORMATS[tool]:
        raise InputError(f"{tool.title()} does not read {form.upper()} files; use --format {FORMATS[tool][0]}")
    if form == "ris":
        entry = {
            "asreview": asreview.entry,
            "rayyan": rayyan.entry,
            "covidence": covidence.entry,
            "zotero": zotero.entry,
        }
        return write_ris(entry[tool](citation) for citation in citations)
    module = asreview if tool == "asreview" else rayyan
    return write_csv(module.COLUMNS, [module.csv_row(citation) for citation in citations])
