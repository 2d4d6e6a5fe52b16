"""Rows in one order, whatever the order of the table: what is found must not depend on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...tables.io import natural_key

if TYPE_CHECKING:
    from .evidence_tables import EvidenceTables, Row

__all__ = ["ordered_by_study", "ordered_rows"]


def ordered_rows(tables: EvidenceTables, table: str) -> list[Row]:
    """Return the rows of a table in the order of their keys.

    Examples
    --------
    >>> import pandas as pd
    >>> from evidence.curate.integrity import EvidenceTables
    >>> arms = pd.DataFrame({"study_id": ["B", "A"], "arm_id": ["A1", "A1"]})
    >>> [row["study_id"] for row in ordered_rows(EvidenceTables(frames={"arms": arms}), "arms")]
    ['A', 'B']
    """
    if table not in tables.ordered:
        found = sorted(tables.rows(table), key=lambda row: natural_key(tables.key(table, row)))
        tables.ordered[table] = tuple(found)
    return list(tables.ordered[table])


def ordered_by_study(tables: EvidenceTables, table: str) -> dict[str, list[Row]]:
    """Return the rows of a table by trial, each in the order of their keys."""
    groups: dict[str, list[Row]] = {}
    for row in ordered_rows(tables, table):
        groups.setdefault(row["study_id"], []).append(row)
    return groups
