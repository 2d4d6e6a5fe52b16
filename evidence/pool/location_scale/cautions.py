"""What a reader of a location–scale model must know before quoting it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...numbers import format_number
from ..prediction import critical_value

if TYPE_CHECKING:
    from .result import LocationScaleResult

__all__ = ["list_cautions"]

_STUDIES_PER_COEFFICIENT = 10
_VARIANCE_RATIO = 1e7


def list_cautions(found: LocationScaleResult) -> tuple[str, ...]:
    """Return the cautions of one fit, each a sentence; none if there is nothing to say."""
    cautions = []
    variables = sum(len(design.names) - (design.intercept >= 0) for design in (found.design, found.scale_design))
    if found.k < _STUDIES_PER_COEFFICIENT * variables:
        cautions.append(
            f"{found.k} studies are few for {variables} location and scale variable(s); ten for each are commonly "
            "advised."
        )
    if found.studies.reasons:
        rows = len(found.studies.reasons)
        cautions.append(f"{rows} row{'s' if rows > 1 else ''} left out because a value is missing.")
    if found.vi.max() / found.vi.min() >= _VARIANCE_RATIO:
        cautions.append("The largest sampling variance is over ten million times the smallest; check both.")
    if found.boundary:
        cautions.append(
            f"τ² is 0, on its boundary, in {len(found.boundary)} of {found.k} studies: the scale coefficients have no "
            "standard errors, tests or intervals."
        )
    others = found.certificate.maxima[1:]
    if others:
        below = ", ".join(format_number(-height, 3) for height in others)
        cautions.append(
            f"The likelihood has {len(others) + 1} maxima; the highest was taken, the other(s) are lower by {below}."
        )
    scale, df = found.inference.scale, found.inference.df
    if scale == 0:
        cautions.append("The effects fit the model exactly, so the Hartung–Knapp variance is 0 and gives no interval.")
    elif found.test == "hksj" and critical_value(df, found.level) * math.sqrt(scale) < critical_value(
        math.inf, found.level
    ):
        cautions.append(
            f"The Hartung–Knapp interval is narrower than the normal one (its scale is {format_number(scale)}); "
            "test='adhoc' does not let the scale fall below 1."
        )
    return tuple(cautions)
