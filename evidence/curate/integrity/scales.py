"""What values an outcome can have in one person: told, read off the unit, or not known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .evidence_tables import Scale
from .units_stated import read_unit

if TYPE_CHECKING:
    from .evidence_tables import EvidenceTables, Row

__all__ = ["KnownScale", "scale_of"]

_RANGE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|−|to)\s*(\d+(?:\.\d+)?)(?![\d.]*\s*%)\b")
_CHANGES = ("change", "percent-change", "change-or-final")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownScale:
    """A scale, and whether it was told or read off the words of the unit.

    Attributes
    ----------
    scale : Scale
        The values that one person can have.
    told : bool
        Whether it is known for certain.
    """

    scale: Scale
    told: bool


def scale_of(tables: EvidenceTables, row: Row) -> KnownScale | None:
    """Return the scale of a row's values before and after treatment; of changes, the scale of the difference.

    A scale is told in `EvidenceTables.scales`; else points with a printed range (``0-30``) have that range, in whole
    points where both ends are whole; a share of something lies between 0 and 100; and what is counted per area or
    measured as a length is not negative. Of anything else nothing is known.
    """
    known = _levels(tables, row)
    if known is None or row["value_type"] not in _CHANGES:
        return known
    low, high = known.scale.minimum, known.scale.maximum
    if row["value_type"] != "change" or low is None or high is None:
        return None
    width = high - low
    return KnownScale(scale=Scale(minimum=-width, maximum=width, step=known.scale.step), told=known.told)


def _levels(tables: EvidenceTables, row: Row) -> KnownScale | None:
    if row["outcome"] in tables.scales:
        return KnownScale(scale=tables.scales[row["outcome"]], told=True)
    unit = row["unit"] or ""
    if unit == "points" and (match := _RANGE.match(row["unit_as_reported"] or "")):
        low, high = float(match[1]), float(match[2])
        whole = low == int(low) and high == int(high)
        return KnownScale(scale=Scale(minimum=low, maximum=high, step=1.0 if whole else None), told=False)
    if unit.startswith("percent-of-") and unit != "percent-of-baseline":
        return KnownScale(scale=Scale(minimum=0.0, maximum=100.0), told=True)
    if read_unit(unit) is not None:
        return KnownScale(scale=Scale(minimum=0.0), told=True)
    return None
