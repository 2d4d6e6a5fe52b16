"""Effects, variances and the two designs of a location–scale model, on the rows that have all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...errors import InputError
from ...vocabulary import check_flag
from ..design import Moderators, build_design, formula_columns, mean_design
from ..inference import column_units
from ..inputs import read_studies

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from ..design import Design
    from ..inputs import Studies

__all__ = ["LocationScaleData", "read_location_scale"]


# the word, but not a column of that name
_MODERATORS = re.compile(r"(?<!['\"])\bmods\b(?!['\"])")
_EXTREME = 1e140


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LocationScaleData:
    """What a location–scale model is fitted to.

    Attributes
    ----------
    studies : Studies
        Effects, variances and labels; rows that lack a value of either part are left out.
    location, scale : Design
        One row per included study.
    """

    studies: Studies
    location: Design
    scale: Design


def read_location_scale(
    *, mods: Any, scale: Any, intercept: bool, scale_intercept: bool, **given: Any
) -> LocationScaleData:
    """Check what was given and make the two designs.

    Parameters are those of `evidence.pool.location_scale.location_scale`.

    Raises
    ------
    InputError, ColumnError, RowError
        As `evidence.pool.inputs.read_studies` and `evidence.pool.design.build_design`.
    """
    if scale is None:
        raise InputError("scale= says on what τ² depends, such as scale='~ year'; with one τ² for all use pool()")
    check_flag("intercept", intercept)
    check_flag("scale_intercept", scale_intercept)
    one = read_studies(mods=mods, **given)
    other = _read_scale(scale, given)
    both = one.included & other.included
    if not both.any():
        raise InputError("there is no study to pool: every row lacks a value")
    both.setflags(write=False)
    reasons = _joined(one.reasons, other.reasons)
    studies = replace(_only(one, both), reasons=reasons, included=both)
    scaled = _only(other, both)
    return LocationScaleData(
        studies=studies,
        location=_design(studies, len(studies.yi), "mods", intercept=intercept),
        scale=_design(scaled, len(studies.yi), "scale", intercept=scale_intercept),
    )


def _read_scale(scale: Any, given: Mapping[str, Any]) -> Studies:
    """Read the scale variables as moderators, and call them by their own name where they cannot be read."""
    try:
        return read_studies(mods=scale, **given)
    except InputError as error:
        if type(error) is not InputError:
            raise
        raise InputError(_MODERATORS.sub("scale", str(error))) from error


def _joined(one: dict[int, str], other: dict[int, str]) -> dict[int, str]:
    """Return why rows are left out, where either part leaves them out; each reason once."""
    joined: dict[int, str] = {}
    for row in sorted({*one, *other}):
        names: dict[str, None] = {}
        for reason in (one.get(row, ""), other.get(row, "")):
            names.update(dict.fromkeys(name for name in reason.removesuffix(" missing").split(", ") if name))
        joined[row] = f"{', '.join(names)} missing"
    return joined


def _only(studies: Studies, both: np.ndarray) -> Studies:
    """Return the studies with moderators and table cut down to some of the included rows."""
    kept = both[studies.included]
    moderators: Moderators | None = studies.moderators
    if moderators is not None and not isinstance(moderators, str):
        moderators = moderators[kept]
    data: pd.DataFrame | None = None if studies.data is None else studies.data[kept]
    return replace(studies, moderators=moderators, data=data)


def _design(studies: Studies, k: int, name: str, *, intercept: bool) -> Design:
    if studies.moderators is None:
        if not intercept:
            raise InputError("without an intercept and without moderators there is nothing to estimate")
        return mean_design(k)
    if isinstance(studies.moderators, str) and studies.data is not None:
        _refuse_one_level(studies.moderators, studies.data, name)
    try:
        design = build_design(studies.moderators, studies.data, intercept=intercept, labels=studies.labels)
    except InputError as error:
        if name == "scale" and type(error) is InputError:
            raise InputError(f"the scale model: {_MODERATORS.sub('scale', str(error))}") from error
        raise
    if name == "scale":
        _refuse_magnitude(design)
    return design


def _refuse_one_level(formula: str, data: pd.DataFrame, name: str) -> None:
    """Refuse a factor with a single level, which a formula drops without a word."""
    for column in formula_columns(formula, data):
        is_factor = not pd.api.types.is_numeric_dtype(data[column]) or re.search(
            rf"\bC\(\s*`?{re.escape(column)}\b", formula
        )
        levels = data[column].dropna().unique()
        if is_factor and len(levels) == 1:
            raise InputError(
                f"{name}={formula!r}: {column!r} is {str(levels[0])!r} in all {len(data)} studies, so that nothing can "
                "depend on it; leave it out"
            )


def _refuse_magnitude(design: Design) -> None:
    """Refuse scale variables whose coefficients have no square."""
    for name, unit in zip(design.names, column_units(design.matrix), strict=True):
        if not 1 / _EXTREME <= unit <= _EXTREME:
            raise InputError(
                f"the scale model: the values of {name!r} are about {unit:.0e}, too {'large' if unit > 1 else 'small'} "
                "to compute with; give them in another unit"
            )
