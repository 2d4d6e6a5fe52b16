"""The vertical axis of a funnel plot: how far down a study stands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from .fit_points import studies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .fit_points import FitPoints

__all__ = ["Depth", "participants"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """The vertical axis: how far down a study stands.

    Attributes
    ----------
    kind : {"se", "variance", "inverse-se", "n"}
        What it measures.
    sizes : tuple of float
        Participants of the studies, where it measures them.
    """

    kind: str
    sizes: tuple[float, ...] = ()

    @property
    def title(self) -> str:
        """Its title."""
        return {
            "se": "Standard error",
            "variance": "Variance",
            "inverse-se": "Inverse of the standard error",
            "n": "Participants",
        }[self.kind]

    def of(self, errors: Sequence[float]) -> list[float]:
        """Return the values of studies with these standard errors."""
        if self.kind == "n":
            return list(self.sizes)
        power = {"se": 1, "variance": 2, "inverse-se": -1}[self.kind]
        return [error**power for error in errors]

    def error(self, value: float) -> float:
        """Return the standard error at a value of the axis."""
        return {"se": value, "variance": math.sqrt(value), "inverse-se": 1 / value if value else math.inf}[self.kind]

    def ends(self, values: Sequence[float]) -> tuple[float, float]:
        """Return the values at the bottom and at the top."""
        least, most = min(values), max(values)
        if self.kind in ("se", "variance"):
            return 1.08 * most, 0.0
        return (0.0 if self.kind == "n" else 0.8 * least), 1.06 * most


def participants(fit: Any, points: FitPoints, given: Sequence[float] | None) -> tuple[float, ...]:
    """Return the participants of each study: those given, or those that a synthesis knows.

    Raises
    ------
    InputError
        If they are not known, or do not fit.
    """
    effects = getattr(fit, "effects", None)
    values = given if given is not None else effects["people"].tolist() if effects is not None else None
    if values is None:
        raise InputError("yaxis='n' needs the participants of each study; give them as n=")
    sizes = tuple(float(value) for value in values)
    if len(sizes) != points.k:
        raise InputError(f"n has {len(sizes)} values for {studies(points.k)}; give one for each study pooled")
    if not all(math.isfinite(size) and size > 0 for size in sizes):
        raise InputError("n must hold numbers above 0; a study without a known number of participants has no place")
    return sizes
