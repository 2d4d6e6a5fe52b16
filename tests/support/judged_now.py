"""Judgements of certainty that are about the evidence as it is: each row gets the fingerprint of what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import evidence as ev
from evidence.certainty import evidence_fingerprint
from evidence.tables.io import read_raw, write_bytes

if TYPE_CHECKING:
    from evidence.base import EvidenceBase
    from evidence.project import Project

__all__ = ["judged_now", "record_present"]


def judged_now(base: EvidenceBase) -> None:
    """Give every judgement of a base in memory that has no fingerprint the one of the evidence as it is."""
    table = base.tables["certainty"]
    for place, row in table.iterrows():
        known = row["synthesis"] in base.protocol.syntheses and row["analysis"] in base.protocol.analyses
        if known and not row["fingerprint"]:
            table.loc[place, "fingerprint"] = evidence_fingerprint(
                base.synthesis(row["synthesis"], analysis=row["analysis"])
            )


def record_present(project: Project) -> None:
    """Give every judgement of a project on disk the fingerprint of the evidence as it is."""
    path = project.processed / "certainty.csv"
    table, base = read_raw(path), ev.load(project.root)
    found = [
        evidence_fingerprint(base.synthesis(synthesis, analysis=analysis))
        for synthesis, analysis in zip(table["synthesis"], table["analysis"], strict=True)
    ]
    write_bytes(path, table.assign(fingerprint=found).to_csv(index=False, lineterminator="\n").encode())
