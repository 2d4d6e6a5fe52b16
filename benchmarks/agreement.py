"""Whether two contenders found the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TOLERANCE", "Agreement", "compare_numbers"]

TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The outcome of a comparison.

    Attributes
    ----------
    worst : float
        The largest difference, relative to the largest of its numbers here.
    where : str
        What it was found in.
    compared, absent : int
        How many numbers were compared, and how many the other did not find.
    """

    worst: float
    where: str
    compared: int
    absent: int

    @property
    def same(self) -> bool:
        """Whether there was something to compare, and it agreed."""
        return self.compared > 0 and self.worst <= TOLERANCE


def compare_numbers(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Agreement:
    """Compare what both have by the same name, over as many entries as both have."""
    worst, where, compared, absent = 0.0, "", 0, 0
    for name in ours.keys() & theirs.keys():
        one, other = _flat(ours[name]), _flat(theirs[name])
        count = min(len(one), len(other))
        one, other = one[:count], other[:count]
        found = np.isfinite(other)
        absent += int((~found).sum())
        compared += int(found.sum())
        if not found.any():
            continue
        size = np.abs(one[found]).max()
        gap = np.abs(one[found] - other[found]).max()
        relative = float(gap / size) if size > 0 else float(gap)
        if not relative <= worst:
            worst, where = relative, name
    return Agreement(worst=worst, where=where, compared=compared, absent=absent)


def _flat(values: Any) -> np.ndarray:
    numbers = np.ravel(np.array(values, dtype=object))
    return np.array([np.nan if value is None else float(value) for value in numbers])
