"""p-values as papers print them: exact, or as a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..vocabulary import PValueOperator
from .values import read_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .values import BoolArray, Given

__all__ = ["bound_rows"]


def bound_rows(operator: str | Sequence[str], given: Given, column: str = "p") -> BoolArray:
    """Return the rows whose p-value is a bound (``p < 0.001``), not a value.

    A p-value that is only said to be *above* something bounds the statistic from above; no derivation here can use
    it, and it is no option.

    Parameters
    ----------
    operator : {"=", "<", "<="} or sequence of them
        The sign that stands before each p-value.
    given : Given
        The inputs, for the number of rows and where there is a p-value.
    column : str
        The input that holds the p-values.

    Raises
    ------
    OptionError
        Where the sign is another one.
    """
    signs = read_options("operator", operator, PValueOperator, len(given.labels))
    return np.array([sign != "=" for sign in signs], dtype=np.bool_) & given.has(column)
