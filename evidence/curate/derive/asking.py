"""One number at a time from `evidence.reported`: the arithmetic of every derivation is done there and nowhere else."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ...errors import InputError, RowError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Found", "ask"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a function of `evidence.reported` found for one row.

    Attributes
    ----------
    value : mapping of str to float
        The numbers; empty where the input was refused.
    why_not : str
        Why a number is NaN, or why the input was refused; may be empty where all are there.
    caution : str
        What a reader must know of the numbers.
    alternatives : tuple of int
        All counts that agree with a percentage.
    """

    value: Mapping[str, float] = field(default_factory=dict)
    why_not: str = ""
    caution: str = ""
    alternatives: tuple[int, ...] = ()

    def __getitem__(self, name: str) -> float:
        """Return a number; NaN where there is none."""
        return self.value.get(name, math.nan)


# A selection reads the same rows under every analysis; one call costs as much as a thousand look-ups.
@lru_cache(maxsize=20_000)
def ask(function: str, **numbers: Any) -> Found:
    """Return what `evidence.reported` makes of one row's numbers; a refusal is a reason, not an error.

    Parameters
    ----------
    function : str
        Its name there.
    **numbers
        Its arguments, as scalars or text; NaN is missing.

    Examples
    --------
    >>> ask("sd_from_se", se=0.9, n=25.0)["sd"]
    4.5
    >>> ask("sd_from_se", se=0.9, n=1.0).why_not
    'n 1: a spread needs a whole number of at least 2 people'
    """
    reported = import_module("...reported", __package__)
    try:
        derived = getattr(reported, function)(**numbers)
    except RowError as error:
        problem = error.problems[0]
        return Found(why_not=f"{problem.column} {problem.value.removesuffix('.0')}: {problem.message}".strip())
    except InputError as error:
        return Found(why_not=str(error))
    return Found(
        value={name: float(value) for name, value in derived.value.items()},
        why_not=derived.notes[0],
        caution=derived.row_cautions[0],
        alternatives=derived.alternatives[0] if derived.alternatives else (),
    )
