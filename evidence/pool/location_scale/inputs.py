"""Effects, variances and the two designs of a location–scale model, on the rows that have all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ..design import Moderators, build_design, mean_design
from ..inputs import read_studies

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ..design import Design
    from ..inputs import Studies

__all__ = ["LocationScaleData", "read_location_scale"]


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
    one = read_studies(mods=mods, **given)
    other = read_studies(mods=scale, **given)
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
    try:
        return build_design(studies.moderators, studies.data, intercept=intercept, labels=studies.labels)
    except InputError as error:
        if name == "scale" and type(error) is InputError:
            raise InputError(f"the scale model: {error}") from error
        raise
