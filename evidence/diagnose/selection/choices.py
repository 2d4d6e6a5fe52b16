"""Which selection model is asked for: its parameters, their bounds and starts, checked and recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import InputError
from ...vocabulary import Alternative, SelectionKind, SelectionPrecision, check_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

__all__ = ["NULLS", "PRESTON", "SelectionChoices", "check_selection"]

# values of the parameters that mean no selection; of the cutpoint, which has none, NaN
NULLS = {
    "beta": (1.0, 1.0),
    "halfnorm": (0.0,),
    "negexp": (0.0,),
    "logistic": (0.0,),
    "power": (0.0,),
    "negexppow": (0.0, 0.0),
    "trunc": (1.0,),
    "truncest": (1.0, math.nan),
}
PRESTON = frozenset({"halfnorm", "negexp", "logistic", "power", "negexppow"})
_NAMED_STEPS = {"3PSM": (0.025,), "4PSM": (0.025, 0.5)}
_LARGEST = 100.0
_LEAST_BETA = 1e-5
_LEAST_POWER = 1e-2
_CENSORED = {"beta": 1e-5, "power": 1e-5}


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionChoices:
    """What was asked for.

    Attributes
    ----------
    kind : str
        The weight function; ``"3PSM"`` and ``"4PSM"`` are ``"stepfun"`` here.
    alternative : {"greater", "less", "two.sided"}
        The direction of the p-values.
    steps : tuple of float
        Upper ends of the intervals of p, the last 1; for the smooth weights the threshold up to which the weight is
        1; for ``"trunc"`` the cutpoint. Empty where there are none.
    delta : tuple of float
        Given values of the selection parameters; NaN where they are estimated.
    low, high : tuple of float
        Bounds of the parameters.
    null : tuple of float
        Their values without selection.
    decreasing : bool
        Whether steps may only go down.
    prec : str or None
        The measure of imprecision.
    scale_prec : bool
        Whether it is divided by its maximum.
    pval_min : float
        p-values are kept this far from 0 and 1.
    """

    kind: str
    alternative: str
    steps: tuple[float, ...]
    delta: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    null: tuple[float, ...]
    decreasing: bool
    prec: str | None
    scale_prec: bool
    pval_min: float

    @property
    def two_sided(self) -> bool:
        """Whether p-values are two-sided."""
        return self.alternative == "two.sided"

    @property
    def free(self) -> tuple[bool, ...]:
        """Which parameters are estimated."""
        return tuple(math.isnan(value) for value in self.delta)


def check_selection(
    kind: str,
    *,
    steps: float | Sequence[float] | None,
    alternative: str,
    prec: str | None,
    scale_prec: bool,
    delta: ArrayLike | None,
    decreasing: bool,
    delta_min: ArrayLike | None,
    delta_max: ArrayLike | None,
    pval_min: float | None,
) -> SelectionChoices:
    """Check the options of `evidence.diagnose.selection.selection_model`, which its parameters are.

    Raises
    ------
    OptionError
        Where an option has a value that is not allowed.
    InputError
        Where values are out of range, or options do not go together.
    """
    asked = check_option("kind", kind, SelectionKind)
    check_option("alternative", alternative, Alternative)
    if prec is not None:
        check_option("prec", prec, SelectionPrecision)
    kind = "stepfun" if asked in _NAMED_STEPS else asked
    _check_together(asked, kind, steps, alternative, prec, decreasing)
    ends = _steps(kind, _NAMED_STEPS.get(asked, steps))
    null = NULLS[kind] if kind != "stepfun" else (1.0,) * len(ends)
    given = _given(kind, delta, len(null))
    least = _pval_min(kind, pval_min)
    low, high = _bounds(kind, given, delta_min, delta_max, decreasing=decreasing)
    return SelectionChoices(
        kind=kind,
        alternative=alternative,
        steps=ends,
        delta=given,
        low=low,
        high=high,
        null=null,
        decreasing=bool(decreasing),
        prec=prec,
        scale_prec=bool(scale_prec),
        pval_min=least,
    )


def _check_together(asked: str, kind: str, steps: object, alternative: str, prec: str | None, decreasing: bool) -> None:
    """Refuse options that do not go together."""
    if asked in _NAMED_STEPS:
        if steps is not None:
            raise InputError(f"kind={asked!r} has its own steps, {_NAMED_STEPS[asked]}; for others use kind='stepfun'")
        if alternative == "two.sided":
            raise InputError(
                f"kind={asked!r} is defined for one-sided p-values; for two-sided ones use kind='stepfun' with steps, "
                "such as steps=(0.05,)"
            )
    if kind == "stepfun" and asked == kind and steps is None:
        raise InputError("kind='stepfun' needs steps, such as steps=(0.025, 0.5)")
    if kind in ("beta", "truncest") and steps is not None:
        raise InputError(f"kind={kind!r} takes no steps")
    if kind in ("trunc", "truncest") and alternative == "two.sided":
        raise InputError(f"kind={kind!r} has a cutpoint on one side: alternative is 'greater' or 'less'")
    if prec is not None and kind not in PRESTON:
        raise InputError(f"prec is for {', '.join(sorted(PRESTON))}; kind={kind!r} does not depend on precision")
    if decreasing and kind != "stepfun":
        raise InputError("decreasing=True is for step functions")


def _steps(kind: str, steps: Any) -> tuple[float, ...]:
    """Return the upper ends of the intervals, the threshold, or the cutpoint."""
    if kind in ("beta", "truncest"):
        return ()
    if kind == "trunc":
        return (_number("steps", 0.0 if steps is None else steps, "one cutpoint, in the unit of the effects"),)
    if steps is None:
        return ()
    ends = _numbers("steps", steps)
    if not len(ends) or not np.all((ends > 0) & (ends <= 1)):
        raise InputError(f"steps={steps!r} must be p-values above 0 and at most 1")
    ordered = [*np.unique(ends[ends < 1]).tolist()]
    if not ordered:
        raise InputError(f"steps={steps!r} leaves one interval: give at least one p-value below 1")
    if kind != "stepfun":
        if len(ordered) != 1:
            raise InputError(f"kind={kind!r} takes one threshold as steps; it was given {len(ordered)}")
        return (ordered[0],)
    return (*ordered, 1.0)


def _given(kind: str, delta: ArrayLike | None, count: int) -> tuple[float, ...]:
    """Return the given parameters, NaN for those to estimate."""
    values = np.full(count, np.nan)
    if delta is not None:
        try:
            asked = np.atleast_1d(np.asarray(delta, dtype=float))
        except (TypeError, ValueError):
            raise InputError(f"delta={delta!r} must be numbers; NaN for those to estimate") from None
        if asked.shape not in ((1,), (count,)):
            raise InputError(f"delta has {asked.size} value(s); this model has {count} parameter(s)")
        values[:] = asked
    if kind == "stepfun" and math.isnan(values[0]):
        values[0] = 1.0
    if kind == "truncest" and not math.isnan(values[1]):
        raise InputError("kind='truncest' estimates its cutpoint; for a given one use kind='trunc' with steps")
    for place, value in enumerate(values.tolist()):
        if math.isnan(value):
            continue
        strictly = kind == "beta" or (kind == "negexppow" and place == 1)
        if not math.isfinite(value) or value < 0 or (strictly and value == 0):
            raise InputError(
                f"delta[{place}]={value!r} must be {'above' if strictly else 'at least'} 0 and finite; NaN estimates it"
            )
    if kind == "stepfun" and values[0] == 0:
        raise InputError("the weight of the first interval, to which the others are relative, must be above 0")
    return tuple(values.tolist())


def _bounds(
    kind: str, given: tuple[float, ...], low: ArrayLike | None, high: ArrayLike | None, *, decreasing: bool
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the bounds of the parameters; of a cutpoint they follow from the data and are infinite here."""
    count = len(given)
    lowest, highest = np.zeros(count), np.full(count, 1.0 if decreasing else _LARGEST)
    if kind == "beta":
        lowest[:] = _LEAST_BETA
    if kind == "negexppow":
        lowest[1] = _LEAST_POWER
    floor = lowest.copy() if kind in ("beta", "negexppow") else np.zeros(count)
    if kind == "truncest":
        lowest[1], highest[1] = -math.inf, math.inf
    if decreasing and (low is not None or high is not None or any(not math.isnan(value) for value in given[1:])):
        raise InputError("decreasing=True has bounds of its own: leave out delta, delta_min and delta_max")
    for name, values, bound in (("delta_min", low, lowest), ("delta_max", high, highest)):
        if values is None:
            continue
        asked = _numbers(name, values, infinite=True)
        if len(asked) not in (1, count) or (asked < 0).any():
            raise InputError(f"{name}={values!r} must be one number of at least 0, or {count} of them")
        bound[: 1 if kind == "truncest" else count] = asked[: 1 if kind == "truncest" else count]
    lowest = np.maximum(lowest, floor)
    if not (lowest < highest).all():
        raise InputError(f"delta_min={lowest.tolist()} must lie below delta_max={highest.tolist()}")
    return tuple(lowest.tolist()), tuple(highest.tolist())


def _pval_min(kind: str, pval_min: float | None) -> float:
    if pval_min is None:
        return _CENSORED.get(kind, 0.0)
    value = _number("pval_min", pval_min, "a number from 0 to below 0.5")
    if not 0 <= value < 0.5 or (kind == "beta" and value == 0):
        raise InputError(f"pval_min={pval_min!r} must be {'above' if kind == 'beta' else 'at least'} 0 and below 0.5")
    return value


def _number(name: str, value: object, what: str) -> float:
    numbers = _numbers(name, value)
    if len(numbers) != 1:
        raise InputError(f"{name}={value!r} must be {what}")
    return float(numbers[0])


def _numbers(name: str, values: Any, *, infinite: bool = False) -> np.ndarray[Any, np.dtype[np.float64]]:
    try:
        numbers = np.atleast_1d(np.asarray(values, dtype=float))
    except (TypeError, ValueError):
        raise InputError(f"{name}={values!r} must be numbers") from None
    fine = ~np.isnan(numbers) if infinite else np.isfinite(numbers)
    if numbers.ndim != 1 or not fine.all() or isinstance(values, (str, bytes, bool)):
        raise InputError(f"{name}={values!r} must be {'numbers' if infinite else 'finite numbers'}")
    return numbers
