"""Rows in groups: what belongs together, always in the same order."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .evidence_tables import Row

__all__ = ["grouped", "in_order"]

_IDS = ("row_id", "harm_id", "baseline_id", "contrast_id", "input_id", "study_id", "arm_id")


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Return rows sorted by their names, so that the order of a table changes no finding.

    Examples
    --------
    >>> [row["row_id"] for row in in_order([{"row_id": "R2"}, {"row_id": "R1"}])]
    ['R1', 'R2']
    """
    return sorted(rows, key=lambda row: tuple(str(row.get(name) or "") for name in _IDS))


def grouped(rows: Iterable[Row], names: Sequence[str]) -> list[list[Row]]:
    """Return rows in groups that agree in some columns, each sorted by name.

    Examples
    --------
    >>> rows = [{"row_id": "R2", "n": 5}, {"row_id": "R1", "n": 5}, {"row_id": "R3", "n": 6}]
    >>> [[row["row_id"] for row in group] for group in grouped(rows, ["n"])]
    [['R1', 'R2'], ['R3']]
    """
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in in_order(rows):
        groups[tuple(row[name] for name in names)].append(row)
    return list(groups.values())
