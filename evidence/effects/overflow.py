"""The formulas, where a number is so large or so small that its powers leave the range of floating-point numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import Problem, RowError
from .checks import row_places
from .formulas import apply_formula

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from .arrays import EffectPair, FloatArray

__all__ = ["compute_rows"]

# the formulas take powers up to the sixth
_LARGE, _SMALL = 1e50, 1e-50


def compute_rows(
    table: pd.DataFrame,
    measure: str,
    numbers: Mapping[str, FloatArray],
    *,
    names: Mapping[str, str],
    vtype: str,
    correct: bool,
    factor: str = "exact",
) -> EffectPair:
    """Return effects and variances, or name the rows whose numbers cannot be squared.

    Parameters
    ----------
    table : DataFrame of k rows
        For the names of its rows.
    names : mapping of str to str
        What messages call the roles that are columns.
    measure, numbers, vtype, correct, factor
        As for :func:`~evidence.effects.formulas.apply_formula`.

    Raises
    ------
    RowError
        With a ``Problem`` for every value that is too large or too small, if the arithmetic fails.

    Examples
    --------
    >>> import pandas as pd
    >>> numbers = {"mean1": 1.0, "sd1": 1e200, "n1": 9.0, "mean2": 0.0, "sd2": 1.0, "n2": 9.0}
    >>> columns = {role: np.array([value]) for role, value in numbers.items()}
    >>> compute_rows(pd.DataFrame(index=["Ahn"]), "MD", columns, names={}, vtype="LS", correct=True)
    Traceback (most recent call last):
    ...
    evidence.errors.RowError: 1 value cannot be used for MD; nothing was computed. Correct it, or change the unit
      row Ahn · column sd1: too large to square; found '1e+200'
    """
    extreme = {role: np.abs(values) > _LARGE for role, values in numbers.items()}
    tiny = {role: (values != 0) & (np.abs(values) < _SMALL) for role, values in numbers.items()}
    rows = np.any([*extreme.values(), *tiny.values()], axis=0)
    if not (rows.any() and _fails(measure, numbers, vtype=vtype, correct=correct)):
        return apply_formula(measure, numbers, vtype=vtype, correct=correct, factor=factor)
    guilty = [
        position
        for position in map(int, np.flatnonzero(rows))
        if _fails(measure, {role: values[[position]] for role, values in numbers.items()}, vtype=vtype, correct=correct)
    ]
    places = row_places(table)
    problems = [
        Problem(
            message=f"too {'large' if extreme[role][position] else 'small'} to square",
            row=places.rows[position],
            study=places.studies[position],
            column=names.get(role, role),
            value=f"{values[position]:g}",
        )
        for position in guilty or map(int, np.flatnonzero(rows))
        for role, values in numbers.items()
        if extreme[role][position] or tiny[role][position]
    ]
    some = f"{len(problems)} value{'s' if len(problems) != 1 else ''}"
    advice = f"Correct {'them' if len(problems) != 1 else 'it'}, or change the unit"
    raise RowError(f"{some} cannot be used for {measure}; nothing was computed. {advice}", problems)


def _fails(measure: str, numbers: Mapping[str, FloatArray], *, vtype: str, correct: bool) -> bool:
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            apply_formula(measure, numbers, vtype=vtype, correct=correct)
    except FloatingPointError:
        return True
    return False
