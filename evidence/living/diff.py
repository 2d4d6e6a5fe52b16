"""Two bases compared: everything that changed between them, and the version that the changes ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..card import Card, Carded, json_ready
from .cells import cell_changes, row_changes
from .frames import diff_frame
from .protocol_changes import protocol_changes
from .reading import snapshot_of
from .reasons import with_reasons
from .renames import renamed_studies, with_new_names
from .snapshot import Snapshot
from .studies import finding_changes, notice_changes, study_changes
from .syntheses import Basis, compare_syntheses
from .weighing import weigh

if TYPE_CHECKING:
    import pandas as pd

    from ..base import EvidenceBase
    from .changes import (
        CellChange,
        FindingChange,
        NoticeChange,
        ProtocolChange,
        RowChange,
        StudyChange,
        SynthesisChange,
    )
    from .version import VersionProposal

__all__ = ["BaseDiff", "Side", "compare_bases"]

# Tables whose changes are told in a form of their own.
_APART = ("findings",)
# Tables that commands keep: cells change there with every refresh and every draft, and are no facts of trials. Notices
# on records are told in a form of their own.
_KEPT_BY_COMMANDS = ("records", "extractions")
# Columns of studies that are told as changes of the trial.
_TOLD_ELSEWHERE = ("eligibility", "eligibility_reason")
_FORMAT = "evidence-diff/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two bases: what it was read from, how it is called, its revision with its day, its version."""

    kind: str
    label: str
    commit: str
    date: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class BaseDiff(Carded):
    """Everything that changed between two bases.

    Attributes
    ----------
    before, after : Side
        The two bases.
    studies : tuple of StudyChange
        Trials in and out, renamed, judged otherwise.
    rows : tuple of RowChange
        Rows that came, went or were renamed, of all tables but ``studies`` and ``findings``.
    cells : tuple of CellChange
        Cells that say something else, with the reason where the tables give one.
    findings : tuple of FindingChange
        Findings of the integrity checks: new, gone, answered.
    notices : tuple of NoticeChange
        Retractions, concerns and corrections that records link to.
    protocol : tuple of ProtocolChange
        Rules and words of the protocol.
    syntheses : tuple of SynthesisChange
        Answers that changed: effects old and new, what moved of the conclusion, which trials made it so.
    total : int
        How many syntheses there are now.
    basis : {"recomputed", "as-published", "not-compared"}
        Whether effects come from both bases by today's code, or from the result files of each.
    notes : tuple of str
        What could not be compared, and why.
    proposal : VersionProposal
        The version that the changes ask for.
    """

    before: Side
    after: Side
    studies: tuple[StudyChange, ...]
    rows: tuple[RowChange, ...]
    cells: tuple[CellChange, ...]
    findings: tuple[FindingChange, ...]
    notices: tuple[NoticeChange, ...]
    protocol: tuple[ProtocolChange, ...]
    syntheses: tuple[SynthesisChange, ...]
    total: int
    basis: Basis
    notes: tuple[str, ...]
    proposal: VersionProposal

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        return not any(
            (self.studies, self.rows, self.cells, self.findings, self.notices, self.protocol, self.syntheses)
        )

    @property
    def corrected(self) -> tuple[CellChange, ...]:
        """The cells in which one number became another."""
        return tuple(cell for cell in self.cells if cell.kind == "number" and cell.before and cell.after)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per change: kind, what, place, study, before, after, reason."""
        return diff_frame(self)

    def to_markdown(self) -> str:
        """Return the comparison as Markdown, for a pull request, a release or a change log."""
        from .markdown import markdown

        return markdown(self)

    def to_dict(self) -> dict[str, Any]:
        """Return every change, ready for JSON; its form is described in ``docs/evidence-diff.schema.json``."""
        names = ("studies", "rows", "cells", "findings", "notices", "protocol", "syntheses")
        found: dict[str, Any] = {
            "format": _FORMAT,
            "before": json_ready(self.before),
            "after": json_ready(self.after),
            "empty": self.empty,
            "basis": self.basis,
        }
        found |= {name: [json_ready(entry) for entry in getattr(self, name)] for name in names}
        for plain, change in zip(found["syntheses"], self.syntheses, strict=True):
            plain["concludes"] = change.concludes
        proposal = json_ready(self.proposal) | {"sentence": self.proposal.sentence()}
        return found | {"total": self.total, "notes": list(self.notes), "proposal": proposal}

    def _card(self) -> Card:
        moved = sum(change.concludes for change in self.syntheses)
        facts = (
            ("Before", self.before.label),
            ("After", self.after.label),
            ("Studies", f"{len(self.studies)} changed"),
            ("Rows", f"{len(self.rows)} came, went or were renamed"),
            ("Cells", f"{len(self.cells)} changed, {len(self.corrected)} of them corrected numbers"),
            ("Protocol", f"{len(self.protocol)} changed"),
            ("Syntheses", f"{len(self.syntheses)} of {self.total} changed, {moved} with their conclusion"),
            ("Version", self.proposal.sentence()),
        )
        return Card(title="What changed in the evidence", facts=facts, notes=self.notes)


def compare_bases(
    before: EvidenceBase | Snapshot, after: EvidenceBase | Snapshot, *, as_published: bool = False
) -> BaseDiff:
    """Return everything that changed between two bases.

    Rows are matched by their keys, so their order does not matter; cells are compared by what they say, so ``1.50`` is
    ``1.5``. A trial that has another id and is the same trial is renamed, neither gone nor new. Tables and columns that
    only one base has are not compared, and are named in ``notes``.

    Parameters
    ----------
    before, after : EvidenceBase or Snapshot
        The two bases, as `evidence.load` or `read_source` returned them.
    as_published : bool
        Whether to compare the result files that were kept with each base, instead of computing both by today's code.
        Where today's code cannot compute one of them by its own rules, this is done anyway, and said.

    Examples
    --------
    >>> import evidence as ev
    >>> from evidence.living import compare_bases
    >>> base = ev.load()
    >>> compare_bases(base, base).empty
    True
    """
    old = before if isinstance(before, Snapshot) else snapshot_of(before, "before")
    new = after if isinstance(after, Snapshot) else snapshot_of(after, "after")
    names = renamed_studies(old, new)
    moved = with_new_names(old, names)
    protocol = tuple(protocol_changes(old, new))
    rows, changed = _tables(moved, new)
    cells = tuple(with_reasons(changed, moved, new))
    return _diff(moved, new, protocol, rows, cells, names, as_published=as_published)


def _diff(
    old: Snapshot,
    new: Snapshot,
    protocol: tuple[ProtocolChange, ...],
    rows: tuple[RowChange, ...],
    cells: tuple[CellChange, ...],
    names: dict[str, str],
    *,
    as_published: bool,
) -> BaseDiff:
    compared = compare_syntheses(old, new, protocol=protocol, cells=cells, renamed=names, as_published=as_published)
    studies = tuple(study_changes(old, new, names))
    findings, notices = tuple(finding_changes(old, new)), tuple(notice_changes(old, new))
    kept = tuple(cell for cell in cells if not (cell.table == "studies" and cell.column in _TOLD_ELSEWHERE))
    return BaseDiff(
        before=_side(old),
        after=_side(new),
        studies=studies,
        rows=rows,
        cells=kept,
        findings=findings,
        notices=notices,
        protocol=protocol,
        syntheses=compared.changes,
        total=compared.total,
        basis=compared.basis,
        notes=(*_schema_notes(old, new), *compared.notes),
        proposal=weigh(
            "" if old.kind == "nothing" else old.version or new.version,
            studies=studies,
            rows=rows,
            cells=kept,
            findings=findings,
            notices=notices,
            protocol=protocol,
            syntheses=compared.changes,
        ),
    )


def _side(snapshot: Snapshot) -> Side:
    return Side(
        kind=snapshot.kind,
        label=snapshot.label,
        commit=snapshot.commit,
        date=snapshot.date,
        version=snapshot.version,
    )


def _tables(old: Snapshot, new: Snapshot) -> tuple[tuple[RowChange, ...], list[CellChange]]:
    """Return the rows and cells that changed in every table that both bases have, or that had nothing to begin with."""
    rows: list[RowChange] = []
    cells: list[CellChange] = []
    for name, table in new.tables.items():
        then = replace(table, cells={}) if old.kind == "nothing" else old.tables.get(name)
        if name in _APART or then is None:
            continue
        if name != "studies":
            rows += row_changes(then, table)
        if name not in _KEPT_BY_COMMANDS:
            cells += cell_changes(then, table)
    return tuple(rows), cells


def _schema_notes(old: Snapshot, new: Snapshot) -> tuple[str, ...]:
    """Return what the two bases do not both have, where one of them has something in it."""
    if old.same_as(new):
        return ()
    notes = [f"{side.label} {note}" for side in (old, new) for note in side.notes]
    for side in (old, new):
        for name, column in side.unkeyed.items():
            if column or any(other.rows(name) for other in (old, new)):
                missing = column or "its key"
                notes.append(
                    f"table {name} of {side.label} has no column {missing}, which names its rows: not compared"
                )
    if old.kind == "nothing":
        return tuple(notes)
    for side, other in ((old, new), (new, old)):
        for name, table in side.tables.items():
            if name in other.tables:
                notes += _only_columns(name, side, other)
            elif table.cells and name not in other.unkeyed:
                notes.append(f"table {name} is only in {side.label} ({len(table.cells)} rows): not compared")
    return tuple(notes)


def _only_columns(name: str, side: Snapshot, other: Snapshot) -> list[str]:
    """Return a note on the columns of a table that only one base has, where there is something in them."""
    table, shared = side.tables[name], other.tables[name].columns
    only = [column for column in table.columns if column not in shared]
    filled = [column for column in only if any(row.get(column) for row in table.cells.values())]
    return [f"columns of {name} only in {side.label}: not compared: {', '.join(filled)}"] if filled else []
