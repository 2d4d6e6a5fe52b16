"""What a curator types into a draft: the numbers of the invented record."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from extraction import PMID

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ARMS", "PAIN", "STUDY", "edit", "fill"]

STUDY = {
    "eligibility": "included",
    "design": "parallel",
    "sex": "not-stated",
    "setting_type": "not-stated",
    "n_randomised": "80",
}
ARMS = (("A1", "exercise and usual care", "usual-care;exercise"), ("A2", "usual care", "usual-care"))
PAIN = {"A1": ("-21.90", "18.20"), "A2": ("-10.3", "17.5")}


def edit(folder: Path, table: str, *rows: dict[str, str], cells: dict[str, str] | None = None) -> None:
    """Do what a curator does: change cells of the rows that are there, add rows."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        there = list(csv.reader(file))
    names, body = there[0], [dict(zip(there[0], row, strict=True)) for row in there[1:]]
    body = [{**row, **(cells or {})} for row in body]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([[row.get(name, "") for name in names] for row in (*body, *rows)])


def fill(folder: Path, study: str = "Sahin2026") -> None:
    """Fill a draft with the results of the invented record."""
    edit(folder, "studies", cells=STUDY)
    seen = {"study_id": study, "status": "verified", "seen_at": f"PMID{PMID}"}
    arms = [
        {**seen, "arm_id": arm, "label": label, "components": parts, "n_randomised": "40"} for arm, label, parts in ARMS
    ]
    edit(folder, "arms", *arms)
    common = {**seen, "outcome": "pain", "value_type": "change", "unit": "mm", "time_weeks": "12", "pooling": "yes"}
    edit(
        folder,
        "outcomes",
        *(
            {**common, "row_id": f"{study}-R{number}", "arm_id": arm, "n": "40", "n_status": "verified"}
            | {"mean": mean, "sd": sd, "source": f"PMID:{PMID}", "locator": "sentence 3"}
            for number, (arm, (mean, sd)) in enumerate(PAIN.items(), start=1)
        ),
    )
