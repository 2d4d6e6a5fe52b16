"""The statistical choices behind one fit, checked and recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError, OptionError
from ..vocabulary import BatchTest, PredictionMethod, Tau2IntervalMethod, Tau2Method, allowed, check_option

__all__ = ["FIXED", "Choices", "check_choices", "check_level"]

FIXED = "fixed"

# names by which other software knows a test
_SAME_TEST = {"knha": "hksj", "hk": "hksj", "HK": "hksj"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was asked for.

    Attributes
    ----------
    tau2_method : str
        An estimator of τ², or ``"fixed"`` where its value was given.
    tau2_given : float
        That value; NaN where τ² is estimated.
    test : {"z", "t", "hksj", "adhoc", "adhoc-ci", "adhoc-iqwig6", "kr"}
        The test and interval of the coefficients.
    level : float
        Confidence level of every interval.
    prediction : {"k-p", "k-p-1", "normal", "tau", "kr", "kr-1"} or None
        The prediction interval; None for the one that goes with the test.
    measure : str
        The effect measure, for labels and displays; empty if not said.
    missing : {"raise", "drop"}
        What becomes of rows that lack a value.
    weights : {"inverse-variance", "equal", "given"}
        The weights of the estimate.
    tau2_ci_method : {"QP", "GENQ", "BJ", "J", "PL", "Wald", "HT"} or None
        The interval of τ²; None for the one that goes with the estimator.
    """

    tau2_method: str
    tau2_given: float
    test: str
    level: float
    prediction: str | None
    measure: str
    missing: str
    weights: str = "inverse-variance"
    tau2_ci_method: str | None = None


def check_choices(
    *,
    tau2: object,
    test: str,
    level: object,
    prediction: str | None,
    measure: str | None,
    missing: str,
    weights: str = "inverse-variance",
    tau2_ci_method: str | None = None,
    tests: Any = BatchTest,
) -> Choices:
    """Check the options of `evidence.pool.pool`, which its parameters are but for the last.

    Parameters
    ----------
    tests : Literal
        The tests that the caller knows how to make; by default those that all rows of a batch can have.

    Raises
    ------
    OptionError
        Where an option has a value that is not allowed.
    InputError
        Where the level is not between 0 and 1, or a given τ² is negative or not finite.
    """
    method, given = _tau2(tau2)
    if measure is not None and not isinstance(measure, str):
        raise InputError(f"measure={measure!r} must be the name of an effect measure, such as 'RR', or None")
    test = check_option("test", _SAME_TEST.get(test, test) if isinstance(test, str) else test, tests)
    if prediction is not None:
        check_option("prediction", prediction, PredictionMethod)
    if tau2_ci_method is not None:
        check_option("tau2_ci_method", tau2_ci_method, Tau2IntervalMethod)
    return Choices(
        tau2_method=method,
        tau2_given=given,
        test=test,
        level=check_level(level),
        prediction=prediction,
        measure=measure or "",
        missing=missing,
        weights=weights,
        tau2_ci_method=tau2_ci_method,
    )


def check_level(level: object) -> float:
    """Return a confidence level.

    Raises
    ------
    InputError
        Where it is not a number between 0 and 1.

    Examples
    --------
    >>> check_level(95)
    Traceback (most recent call last):
    ...
    evidence.errors.InputError: level=95 must lie between 0 and 1; did you mean 0.95?
    """
    number = level if isinstance(level, (int, float, np.integer, np.floating)) else math.nan
    if not 0 < number < 1:
        hint = f"; did you mean {number / 100:g}?" if 50 <= number <= 99.99 else ", such as 0.95"
        raise InputError(f"level={level!r} must lie between 0 and 1{hint}")
    return float(number)


def _tau2(tau2: object) -> tuple[str, float]:
    if isinstance(tau2, str):
        return check_option("tau2", tau2, Tau2Method), math.nan
    if isinstance(tau2, bool) or not isinstance(tau2, (int, float, np.integer, np.floating)):
        raise OptionError("tau2", tau2, (*allowed(Tau2Method), "a number of at least 0"))
    try:
        value = float(tau2)
    except OverflowError:
        value = math.inf
    if not (math.isfinite(value) and value >= 0):
        raise InputError(f"tau2={tau2!r} must be a finite number of at least 0, or the name of an estimator")
    return FIXED, value
