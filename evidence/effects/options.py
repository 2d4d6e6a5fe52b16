"""The options of an effect size, checked once, and which of them apply to which measure."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np

from ..errors import InputError
from ..vocabulary import (
    BinaryMeasure,
    CorrectionTarget,
    MatchedMeasure,
    Measure,
    MissingPolicy,
    PairedMeasure,
    PersonTimeMeasure,
    PrePostMeasure,
    ProportionMeasure,
    RateMeasure,
    SmallSampleFactor,
    ZeroCellPolicy,
    allowed,
    check_flag,
    check_option,
)
from .formulas import FORMULAS
from .measures import null_value

__all__ = ["COUNT_MEASURES", "TREATMENT_ARM", "checked_options", "has_pairs"]

TREATMENT_ARM = "TACC"

COUNT_MEASURES = frozenset(
    {
        *allowed(BinaryMeasure),
        *allowed(ProportionMeasure),
        *allowed(MatchedMeasure),
        *allowed(RateMeasure),
        *allowed(PersonTimeMeasure),
    }
)
# Defined at 0 and at n events, so that "only where a zero needs it" is nowhere.
_NEED_NO_CORRECTION = frozenset({"PAS", "PFT", "IRS", "IRFT", "AS", "PHI", "ZPHI", "RTET", "ZTET", "IRSD"})
_TWO_ARMS = frozenset({*allowed(BinaryMeasure), *allowed(PersonTimeMeasure)})
_PAIRS = frozenset({*allowed(PairedMeasure), *allowed(PrePostMeasure), "MPORM"})
_MOST_ADDED = 1e10
_EVENTS_ALONE = frozenset({"RR", "RD", "PR"})


def has_pairs(measure: str) -> bool:
    """Return whether the measure takes a correlation within people, which may be assumed.

    Examples
    --------
    >>> has_pairs("MC"), has_pairs("COR")
    (True, False)
    """
    return measure in _PAIRS


def checked_options(
    measure: str,
    *,
    add: float | str,
    to: str | None,
    drop00: bool,
    correction: str,
    correct: bool,
    factor: str,
    correlation: float | None,
    flip: bool,
    missing: str,
) -> dict[str, Any]:
    """Return the options as they apply to the measure: None where they do not.

    Raises
    ------
    OptionError, InputError
        If the measure does not exist, an option has no such value, or it asks of the measure what cannot be.

    Examples
    --------
    >>> rest = dict(add=0.5, to=None, drop00=False, correction="cells", correct=True, factor="exact")
    >>> found = checked_options("AS", correlation=None, flip=False, missing="raise", **rest)
    >>> found["to"], found["add"]
    ('none', None)
    """
    check_option("measure", measure, Measure)
    check_option("correction", correction, CorrectionTarget)
    check_option("factor", factor, SmallSampleFactor)
    check_option("missing", missing, MissingPolicy)
    policy = "none" if measure in _NEED_NO_CORRECTION else "only0"
    policy = policy if to is None else check_option("to", to, ZeroCellPolicy)
    _check_addition(measure, add)
    if correlation is not None and not (_is_real(correlation) and -1 < correlation < 1):
        raise InputError(f"correlation={correlation!r} must be a number between −1 and 1, both excluded")
    if correlation is not None and measure not in _PAIRS:
        raise InputError(
            f"correlation={correlation!r} is that within people or pairs; {measure} takes none; leave it out"
        )
    drop00, correct, flip = (
        check_flag("drop00", drop00),
        check_flag("correct", correct),
        check_flag("flip", flip),
    )
    if flip and null_value(measure) is None:
        raise InputError(f"flip=True swaps the groups of a comparison; {measure} describes one group")
    counts = measure in COUNT_MEASURES
    adds = counts and policy != "none"
    formula = FORMULAS[measure]
    return {
        "add": add if adds else None,
        "to": policy if counts else None,
        "drop00": drop00 if measure in _TWO_ARMS else None,
        "correction": correction if adds and measure in _EVENTS_ALONE else None,
        "correct": correct if formula.corrects else None,
        "factor": factor if formula.standardises else None,
        "correlation": correlation if measure in _PAIRS else None,
        "flip": flip if null_value(measure) is not None else None,
        "missing": missing,
    }


def _check_addition(measure: str, add: object) -> None:
    if isinstance(add, str) and add == TREATMENT_ARM:
        if measure in COUNT_MEASURES and measure not in allowed(BinaryMeasure):
            raise InputError(f"add={TREATMENT_ARM!r} shares 1 out between two groups; {measure} has none of that kind")
        return
    if not (isinstance(add, (int, float, np.number)) and _is_real(add) and 0 <= add < math.inf):
        raise InputError(f"add={add!r} must be a finite number, 0 or more, or {TREATMENT_ARM!r}")
    if add > _MOST_ADDED:
        raise InputError(f"add is above {_MOST_ADDED:g}, and would drown the counts; 0.5 is usual")


def _is_real(value: object) -> bool:
    """Whether it is a number; True and False are answers, not numbers."""
    return isinstance(value, Real) and not isinstance(value, bool)
