"""Units: what converts into what, by how much. An unstated area is not a unit, and converts into nothing."""

from __future__ import annotations

from functools import cache

__all__ = ["conversion_factor"]

_DIMENSIONS = {
    "hairs/cm2": "1 / centimeter ** 2",
    "hairs/inch2": "1 / inch ** 2",
    "um": "micrometer",
    "mm": "millimeter",
}


@cache
def conversion_factor(unit: str, target: str) -> float | None:
    """Return what a value in `unit` is multiplied by to be in `target`; None where they cannot be brought together.

    Parameters
    ----------
    unit, target : str
        Units as in the outcomes table.

    Examples
    --------
    >>> round(12.52 * conversion_factor("hairs/inch2", "hairs/cm2"), 2)
    1.94
    >>> conversion_factor("mm", "um")
    1000.0
    >>> conversion_factor("hairs/field", "hairs/cm2") is None
    True
    """
    if unit == target:
        return 1.0
    if unit not in _DIMENSIONS or target not in _DIMENSIONS:
        return None
    from pint import DimensionalityError, UnitRegistry

    registry = UnitRegistry()
    try:
        factor = registry.Quantity(1.0, _DIMENSIONS[unit]).to(_DIMENSIONS[target]).magnitude
    except DimensionalityError:
        return None
    return float(f"{factor:.15g}")
