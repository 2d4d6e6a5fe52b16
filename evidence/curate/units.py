"""Units: what converts into what, by how much. What a review does not define converts into nothing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ..errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["conversion_factor"]


def conversion_factor(unit: str, target: str, defined: Mapping[str, str]) -> float | None:
    """Return what a value in `unit` is multiplied by to be in `target`; None where they cannot be brought together.

    Parameters
    ----------
    unit, target : str
        Units as in the outcomes table.
    defined : mapping of str to str
        Unit → what it is in terms that pint knows (`Protocol.pint_units`). An unstated area, a score and whatever else
        is not in it are no units to convert.

    Raises
    ------
    ProtocolError
        If a definition is nothing that pint knows.

    Examples
    --------
    >>> defined = {"hairs/cm2": "1 / centimeter ** 2", "hairs/inch2": "1 / inch ** 2", "mm": "mm", "um": "um"}
    >>> round(12.52 * conversion_factor("hairs/inch2", "hairs/cm2", defined), 2)
    1.94
    >>> conversion_factor("mm", "um", defined)
    1000.0
    >>> conversion_factor("hairs/field", "hairs/cm2", defined) is None
    True
    """
    if unit == target:
        return 1.0
    if unit not in defined or target not in defined:
        return None
    return _factor(defined[unit], defined[target])


@cache
def _factor(expression: str, target: str) -> float | None:
    from pint import DimensionalityError

    one, other = _quantity(expression), _quantity(target)
    try:
        factor = one.to(other.units).magnitude / other.magnitude
        zero = _registry().Quantity(0.0, one.units).to(other.units).magnitude
    except DimensionalityError:
        return None
    # degrees Celsius and decibels have another zero or no linear scale: no factor turns them into something else
    return float(f"{factor:.15g}") if zero == 0 else None


@cache
def _registry() -> Any:
    from pint import UnitRegistry

    return UnitRegistry()


def _quantity(expression: str) -> Any:
    from pint.errors import PintError

    try:
        found = _registry().Quantity(_registry().parse_expression(expression))
        return _registry().Quantity(float(found.magnitude), found.units)
    except (PintError, ArithmeticError, AssertionError, AttributeError, TypeError, ValueError) as error:
        raise ProtocolError(
            f"{expression!r} is not a unit that pint knows ({error or 'not readable'}); mend `pint` in [[units]] of "
            "protocol.toml, or leave it out if nothing converts into the unit"
        ) from None
