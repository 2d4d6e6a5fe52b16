"""What one number concludes, and what moves between two of them: a fixed rule, the same for every synthesis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = ["Conclusion", "conclude", "mid_of", "moved"]

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What a number says, in the three parts in which conclusions are compared.

    Attributes
    ----------
    direction : {"above", "below", "none"}
        Where the estimate lies; ``none`` is exactly no effect.
    interval : {"above", "below", "across", "none"}
        Where the interval lies. One that ends at the null holds it (``across``); ``none`` is an interval that cannot
        be given.
    size : {"beyond", "within", ""}
        Whether the estimate is at least the minimal important difference away from no effect; empty without one.
    """

    direction: str
    interval: str
    size: str = ""


def conclude(
    estimate: float, ci_low: float, ci_high: float, *, null: float = 0.0, mid: float | None = None
) -> Conclusion:
    """Return what an estimate with its interval concludes.

    Parameters
    ----------
    estimate, ci_low, ci_high : float
        On one scale; a limit that cannot be given is NaN.
    null : float
        No effect on that scale.
    mid : float, optional
        The minimal important difference on that scale, above 0.

    Notes
    -----
    A value that is nearer to the null than 10⁻¹² of the interval's width lies at it: a sum of effects that cancel out
    leaves a remainder of rounding, which is on no side.

    Examples
    --------
    >>> conclude(0.6, 0.1, 1.1)
    Conclusion(direction='above', interval='above', size='')
    >>> conclude(-4.0, -9.0, 0.0, mid=5.0)
    Conclusion(direction='below', interval='across', size='within')
    """
    known = not (math.isnan(ci_low) or math.isnan(ci_high))
    width = ci_high - ci_low
    rounding = _ROUNDING * width if known and math.isfinite(width) else 0.0
    direction = "none" if abs(estimate - null) <= rounding else "above" if estimate > null else "below"
    if not known:
        interval = "none"
    elif ci_low <= null + rounding and ci_high >= null - rounding:
        interval = "across"
    else:
        interval = "above" if ci_low > null else "below"
    size = "" if mid is None else "beyond" if abs(estimate - null) >= mid - rounding else "within"
    return Conclusion(direction=direction, interval=interval, size=size)


def moved(reference: Conclusion, other: Conclusion) -> tuple[str, ...]:
    """Return which parts of a conclusion differ: ``direction``, ``interval`` and ``size``, in this order.

    An interval moves if it excludes the null in one and not in the other, or cannot be given in one of them. Two
    intervals that exclude the null on opposite sides differ in direction; that is not counted a second time. A size is
    compared where both have one: values in another unit are neither beyond nor within a difference in this one.

    Examples
    --------
    >>> moved(conclude(0.6, 0.1, 1.1), conclude(0.5, -0.2, 1.2))
    ('interval',)
    >>> moved(conclude(0.6, 0.1, 1.1), conclude(-0.6, -1.1, -0.1))
    ('direction',)
    """
    parts = {
        "direction": reference.direction != other.direction,
        "interval": _excludes(reference) != _excludes(other),
        "size": bool(reference.size and other.size) and reference.size != other.size,
    }
    return tuple(name for name, differs in parts.items() if differs)


def _excludes(conclusion: Conclusion) -> str:
    return "excludes" if conclusion.interval in ("above", "below") else conclusion.interval


def mid_of(result: SynthesisResult) -> float | None:
    """Return the outcome's minimal important difference where it applies; None where it does not.

    It is stated in the outcome's unit, so it applies to mean differences in that unit and to nothing else.
    """
    outcome = result.protocol.outcomes[result.synthesis.outcome]
    if outcome.mid is None or result.synthesis.measure != "MD":
        return None
    return outcome.mid if set(result.effects["unit"]) <= {outcome.unit} else None
