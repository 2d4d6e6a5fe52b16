"""The last step of every derivation: from arrays and remarks to a `Derived`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ..errors import Problem, RowError
from .catalogue import METHODS
from .result import Derived

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .values import BoolArray, FloatArray, Given

__all__ = ["Remark", "finish", "join_remarks", "refuse_extremes"]

Remark: TypeAlias = "tuple[BoolArray, str | Sequence[str]]"

# their squares are still normal numbers
_LARGEST, _SMALLEST = 1e154, 1.5e-154
_OUT_OF_RANGE = "the numbers are too large or too small to compute with"


def join_remarks(k: int, remarks: Iterable[Remark]) -> tuple[str, ...]:
    """Return one text per row: the remarks that apply to it, each once, in order, parted by semicolons.

    Parameters
    ----------
    k : int
        Number of rows.
    remarks : iterable of (array of bool, text or k texts)
        Where a remark applies, and what it says, the same for all or one per row.

    Examples
    --------
    >>> join_remarks(2, [(np.array([True, False]), "n is missing"), (np.array([True, True]), ["a", "b"])])
    ('n is missing; a', 'b')
    """
    parts: list[dict[str, None]] = [{} for _ in range(k)]
    for where, text in remarks:
        for row in np.flatnonzero(where):
            parts[row][text if isinstance(text, str) else text[int(row)]] = None
    return tuple("; ".join(part) for part in parts)


def finish(
    method: str,
    given: Given,
    value: Mapping[str, FloatArray],
    *,
    withheld: Sequence[Remark] = (),
    notes: Sequence[Remark] = (),
    cautions: Sequence[Remark] = (),
    options: Mapping[str, str] | None = None,
    optional: Sequence[str] = (),
    alternatives: tuple[tuple[int, ...], ...] = (),
) -> Derived:
    """Return derived numbers with everything that is known about them.

    Rows that are `withheld` become NaN, and so do rows in which a number is not finite; each has its reason.

    Parameters
    ----------
    method : str
        A key of `METHODS`.
    given : Given
        The inputs.
    value : mapping of str to array, shape (k,)
        The derived numbers.
    withheld : sequence of remarks
        Rows that have no value, and why.
    notes, cautions : sequence of remarks
        What is to be said about rows that have one.
    options : mapping of str to str, optional
        Choices to record.
    optional : sequence of str
        Fields that may be NaN in a row that has a value.
    alternatives : tuple of tuple of int
        See `Derived`.
    """
    k = len(given.labels)
    blank = np.zeros(k, dtype=np.bool_)
    for where, _ in withheld:
        blank = blank | where
    required = [numbers for name, numbers in value.items() if name not in optional]
    lost = ~np.all(np.isfinite(required), axis=0) & ~blank
    blank = blank | lost
    frozen = {}
    for name, numbers in value.items():
        kept = np.where(blank & (name not in optional) | ~np.isfinite(numbers), np.nan, numbers)
        frozen[name] = _frozen(kept, given.shape)
    kept_rows = [(where & ~blank, text) for where, text in notes]
    described = METHODS[method]
    return Derived(
        value=frozen,
        method=method,
        description=described.description,
        formula=described.formula,
        source=described.source,
        assumptions=described.assumptions,
        inputs={name: _frozen(given[name].copy(), given.shape) for name in given.named},
        options=dict(options or {}),
        notes=join_remarks(k, [*withheld, (lost, _OUT_OF_RANGE), *kept_rows]),
        row_cautions=join_remarks(k, [(where & ~blank, text) for where, text in cautions]),
        labels=given.labels,
        alternatives=alternatives,
    )


def refuse_extremes(given: Given, spread: FloatArray, *, where: BoolArray) -> None:
    """Refuse rows whose standard error or SD is so large or so small that its square leaves the range of numbers.

    Parameters
    ----------
    given : Given
        The inputs, for the one that is to be named: the furthest from 1 in the row.
    spread : array, shape (k,)
        Standard errors or SDs.
    where : array of bool, shape (k,)
        Rows in which they ought to be above 0.

    Raises
    ------
    RowError
        With one problem for each row.
    """
    rows = np.flatnonzero(where & ((spread > _LARGEST) | (spread < _SMALLEST)))
    problems = []
    for row in map(int, rows):
        sizes = {name: abs(given[name][row]) for name in given.named if given.has(name)[row] and given[name][row] != 0}
        name = max(sizes, key=lambda one: abs(np.log10(sizes[one])))
        message = f"with it the spread is too {'large' if spread[row] > 1 else 'small'} to square"
        problems.append(Problem(message=message, row=given.labels[row], column=name, value=f"{given[name][row]:g}"))
    if problems:
        count = f"{len(problems)} value{'s' if len(problems) != 1 else ''}"
        raise RowError(
            f"{count} cannot be used; nothing was derived (rows count from 0). Correct them, or change the unit",
            problems,
        )


def _frozen(values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    shaped = values.reshape(shape)
    shaped.setflags(write=False)
    # a scalar becomes a plain float; an array remains itself
    scalar_or_array: FloatArray = shaped[()]
    return scalar_or_array
