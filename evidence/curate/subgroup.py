"""The subgroup that a trial belongs to, by a column of the studies table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..numbers import file_number
from .index import present

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["subgroup_of"]


def subgroup_of(study: Mapping[str, Any], column: str) -> str:
    """Return the subgroup of a trial; an empty cell is a subgroup of its own, ``not-stated``.

    Parameters
    ----------
    study : mapping
        A row of the studies table.
    column : str
        One of its columns; without one there are no subgroups.

    Examples
    --------
    >>> subgroup_of({"latitude": 44.0}, "latitude"), subgroup_of({"sex": "men"}, "sex"), subgroup_of({"sex": ""}, "sex")
    ('44', 'men', 'not-stated')
    """
    if not column:
        return ""
    value = study[column]
    if not present(value):
        return "not-stated"
    return file_number(value) if isinstance(value, float) else str(value)
