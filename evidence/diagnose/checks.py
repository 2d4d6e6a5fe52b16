"""What every diagnostic asks of the fit that it is given."""

from __future__ import annotations

import math

import numpy as np

from ..errors import InputError
from ..numbers import format_number
from ..pool import PooledResult

__all__ = ["check_count", "check_fit", "check_seed", "json_count", "refuse_weights", "show_count"]


def check_fit(fit: object, *, what: str, moderators: bool = True) -> PooledResult:
    """Return the fit, if the diagnostic can be made from it.

    Parameters
    ----------
    fit : PooledResult
        From `evidence.pool.pool`.
    what : str
        The diagnostic, for the message.
    moderators : bool
        Whether it exists for models with moderators.

    Raises
    ------
    InputError
        Where it is no such fit, has a single study, or has moderators that the diagnostic cannot take.
    """
    if not isinstance(fit, PooledResult):
        raise InputError(f"{what} takes a fit, such as pool(yi, vi); it was given {type(fit).__name__}")
    if fit.k < 2:
        raise InputError(f"{what} needs at least two studies; this fit has one")
    if fit.has_moderators and not moderators:
        raise InputError(
            f"{what} is made for a pooled mean; this fit has moderators ({', '.join(fit.design.names)}). "
            "influence(fit) shows what each study does to the coefficients"
        )
    return fit


def refuse_weights(fit: PooledResult, *, what: str) -> None:
    """Refuse a fit with weights of its own, for what is defined by the weights 1/(v + τ²).

    Raises
    ------
    InputError
        Where the fit has other weights.
    """
    if fit.choices.weights != "inverse-variance":
        raise InputError(f"{what} are defined for the weights 1/(v + τ²); this fit has other weights")


def check_count(name: str, value: object, *, least: int = 2) -> int:
    """Return a whole number of at least `least`.

    Raises
    ------
    InputError
        Where it is anything else.

    Examples
    --------
    >>> check_count("iterations", 1000.5)
    Traceback (most recent call last):
    ...
    evidence.errors.InputError: iterations=1000.5 must be a whole number of at least 2
    """
    number = value if isinstance(value, (int, np.integer)) and not isinstance(value, bool) else None
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        number = int(value)
    if number is None or number < least:
        raise InputError(f"{name}={value!r} must be a whole number of at least {least}")
    return int(number)


def check_seed(seed: object) -> int:
    """Return the seed of a random generator; a fresh one for None, so that it can be told and used again.

    Raises
    ------
    InputError
        Where it is not a whole number of at least 0.
    """
    if seed is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    return check_count("seed", seed, least=0)


def show_count(count: int) -> str:
    """Return a count as text; of one beyond a milliard only the power of ten.

    Examples
    --------
    >>> show_count(8191), show_count(2**100)
    ('8191', 'about 10^30')
    """
    return format_number(count, 0) if count < 10**9 else f"about 10^{round(math.log10(count))}"


def json_count(count: int) -> int | float | None:
    """Return a count that any reader of JSON can hold: exact up to 2**53, then a float, None beyond all floats."""
    if count <= 1 << 53:
        return count
    return float(count) if count.bit_length() < 1024 else None
