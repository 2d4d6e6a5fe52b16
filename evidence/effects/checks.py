"""Every value of every column, checked before anything is computed: one problem for each that cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import Problem, RowError
from ..vocabulary import (
    BinaryMeasure,
    CorrelationMeasure,
    MatchedMeasure,
    PrePostMeasure,
    ProportionMeasure,
    RegressionMeasure,
    ReliabilityMeasure,
    allowed,
)
from .formulas import FORMULAS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .arrays import BoolArray, FloatArray
    from .columns import Column

__all__ = ["CheckedNumbers", "Places", "check_numbers", "row_places"]

_TOLERANCE = 1e-9
_MISSING = "a value is missing"
_COUNTED = ("events", "nonevents", "pairs", "homozygous", "heterozygous", "n")


class CheckedNumbers(NamedTuple):
    """Numbers that the formulas can take.

    Attributes
    ----------
    numbers : dict of str to ndarray of shape (k,)
        The values of each role as floats, NaN where missing.
    fractional : ndarray of bool of shape (k,)
        Rows with a count that is not a whole number.
    """

    numbers: dict[str, FloatArray]
    fractional: BoolArray


class _Rule(NamedTuple):
    holds: Callable[[FloatArray], BoolArray]
    message: str
    allowed: str


_SD = _Rule(lambda x: x > 0, "a standard deviation must be above 0", "above 0")
_MEAN_SIZE = _Rule(lambda x: x >= 2, "a mean needs at least 2 people", "2 or more")
_COUNT_SIZE = _Rule(lambda x: x > 0, "nobody is in this group", "above 0")
_COUNT = _Rule(lambda x: x >= 0, "a count cannot be negative", "0 or more")
_CORRELATION = _Rule(lambda x: np.abs(x) < 1, "a correlation must lie between −1 and 1", "above −1, below 1")
_AUC = _Rule(lambda x: (x >= 0) & (x <= 1), "a probability must lie between 0 and 1", "0 to 1")
_PAIR_SIZE = _Rule(lambda x: x >= 2, "this needs at least 2 people", "2 or more")
_TIME = _Rule(lambda x: x > 0, "the person-time must be above 0", "above 0")
_ALPHA = _Rule(lambda x: x <= 1, "alpha cannot be above 1", "1 or less")
_ITEMS = _Rule(lambda x: x >= 2, "alpha needs at least 2 items", "2 or more")
_PREDICTORS = _Rule(lambda x: x >= 1, "a regression has at least 1 predictor", "1 or more")
_SHARE = _Rule(lambda x: (x >= 0) & (x <= 1), "R² must lie between 0 and 1", "0 to 1")
_SIGNED_P = _Rule(
    lambda x: (np.abs(x) > 0) & (np.abs(x) <= 1),
    "a p-value lies above 0 and up to 1 (with a minus for a negative effect); one printed as 0.000 is a bound",
    "above 0 to 1, or with a minus",
)
_P = _Rule(
    lambda x: (x > 0) & (x <= 1), "a p-value lies above 0 and up to 1; one printed as 0.000 is a bound", "above 0 to 1"
)
_F = _Rule(lambda x: x >= 0, "F cannot be negative", "0 or more")
_ANY = _Rule(lambda x: np.ones(x.shape, dtype=np.bool_), "", "")


_RULES = {"auc": _AUC, "d": _ANY, "alpha": _ALPHA, "r2": _SHARE, "t": _ANY, "f": _F}
_ONE_SAMPLE = frozenset({*allowed(CorrelationMeasure), *allowed(RegressionMeasure), *allowed(ReliabilityMeasure)})


@dataclass(frozen=True, slots=True)
class Places:
    """The rows' names, and their studies' where the table has them."""

    rows: tuple[str, ...]
    studies: tuple[str, ...]

    def problem(self, position: int, column: Column, message: str, value: str = "", allowed: str = "") -> Problem:
        """Return a problem with one value of one row."""
        return Problem(
            message=message,
            row=self.rows[position],
            column=column.name,
            study=self.studies[position],
            value=value,
            allowed=allowed,
        )


class _Read(NamedTuple):
    """A column as floats; `refused` marks the values that already are a problem, and NaN here."""

    column: Column
    floats: FloatArray
    refused: BoolArray


def check_numbers(
    table: pd.DataFrame,
    measure: str,
    columns: Mapping[str, Column],
    *,
    missing: str,
    may_miss: Sequence[str] = (),
) -> CheckedNumbers:
    """Return the columns as floats, or name every value that cannot be used.

    Parameters
    ----------
    table : DataFrame of k rows
        For the names of its rows, and of the studies if it has a column ``study``.
    measure : str
        The measure, for what it needs and the limits of its group sizes.
    columns : mapping of str to Column
        What :func:`~evidence.effects.columns.read_columns` returned.
    missing : {"raise", "keep"}
        Whether a missing value is a problem.
    may_miss : sequence of str
        Roles whose missing values are filled later.

    Raises
    ------
    RowError
        With a ``Problem`` for every text, missing, infinite, negative or otherwise impossible value.

    Examples
    --------
    >>> from evidence.effects.columns import read_columns
    >>> frame = pd.DataFrame({"events": [3, 30], "n": [10, 20]})
    >>> check_numbers(frame, "PR", read_columns(frame, "PR", {}), missing="raise")
    Traceback (most recent call last):
    ...
    evidence.errors.RowError: 1 value cannot be used for PR; nothing was computed
      row 1 · column events: more events than people; found '30'; allowed: 20 or fewer
    """
    places = row_places(table)
    problems: list[Problem] = []
    read: dict[str, _Read] = {}
    for role, column in columns.items():
        item, not_numbers = _read(column, places)
        read[role], out_of_range = _limit(item, _rule_for(role, measure), places)
        problems += not_numbers + out_of_range
    if missing == "raise":
        problems += _missing_problems(measure, read, places, may_miss)
    problems += _contradictions(read, places)
    if problems:
        raise RowError(_summary(measure, problems), problems)
    fractional = np.zeros(len(table), dtype=np.bool_)
    for role, (_, values, _) in read.items():
        if role.startswith(_COUNTED):
            fractional |= np.abs(values - np.round(values)) > _TOLERANCE
    return CheckedNumbers({role: item.floats for role, item in read.items()}, fractional)


def _summary(measure: str, problems: Sequence[Problem]) -> str:
    some = f"{len(problems)} value{'s' if len(problems) != 1 else ''} cannot be used for {measure}"
    hint = (
        '; missing="keep" would keep rows with missing values, without an effect'
        if any(problem.message == _MISSING for problem in problems)
        else ""
    )
    return f"{some}; nothing was computed{hint}"


def row_places(table: pd.DataFrame) -> Places:
    """Return what messages call the rows of a table."""
    rows = [str(label) for label in table.index]
    if not table.index.is_unique:
        rows = [f"{row} (position {position})" for position, row in enumerate(rows)]
    studies = table["study"] if "study" in table.columns else None
    named = [str(study) for study in studies] if isinstance(studies, pd.Series) else [""] * len(rows)
    return Places(tuple(rows), tuple(named))


def _where(rows: BoolArray) -> list[int]:
    return [int(position) for position in np.flatnonzero(rows)]


def _is_missing(value: object) -> bool:
    is_nan = isinstance(value, (float, np.floating)) and bool(np.isnan(value))
    return value is None or value is pd.NA or value is pd.NaT or is_nan


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or (isinstance(value, Decimal) and value.is_snan()):
        return False
    return isinstance(value, Real | Decimal)


def _read(column: Column, places: Places) -> tuple[_Read, list[Problem]]:
    """Read a column as floats; what is there but is no number becomes a problem."""
    raw = column.raw
    is_number = pd.api.types.is_numeric_dtype(raw) and not pd.api.types.is_bool_dtype(raw)
    if is_number and not pd.api.types.is_complex_dtype(raw):
        floats = raw.to_numpy(dtype=np.float64, na_value=np.nan)
        return _Read(column, floats, np.zeros(len(raw), dtype=np.bool_)), []
    floats = np.full(len(raw), np.nan)
    refused = np.zeros(len(raw), dtype=np.bool_)
    problems: list[Problem] = []
    for position, value in enumerate(raw):
        if _is_missing(value):
            continue
        if _is_number(value):
            floats[position] = _as_float(value)
            continue
        refused[position] = True
        kind = "text" if isinstance(value, str) else type(value).__name__
        problems.append(places.problem(position, column, f"{kind}, not a number", str(value), "a number"))
    return _Read(column, floats, refused), problems


def _as_float(value: Any) -> float:
    """Return a number as a float: infinite where it is a whole number that none can hold."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _rule_for(role: str, measure: str) -> _Rule:
    if role.startswith("sd"):
        return _SD
    if role == "r" or (role in {"r1", "r2"} and measure in allowed(PrePostMeasure)):
        return _CORRELATION
    if role == "n" and measure in _ONE_SAMPLE:
        return _PAIR_SIZE
    if role == "m":
        return _ITEMS if measure in allowed(ReliabilityMeasure) else _PREDICTORS
    if role == "pvalue":
        return _P if measure in {"R2", "ZR2"} else _SIGNED_P
    if role in _RULES:
        return _RULES[role]
    if role.startswith("time"):
        return _TIME
    if role in {"n", "n1", "n2"}:
        if measure in {"AUC", "CLES"}:
            return _PAIR_SIZE
        counts = {*allowed(BinaryMeasure), *allowed(ProportionMeasure), *allowed(MatchedMeasure)}
        return _COUNT_SIZE if measure in counts else _MEAN_SIZE
    return _ANY if role.startswith("mean") else _COUNT


def _limit(read: _Read, rule: _Rule, places: Places) -> tuple[_Read, list[Problem]]:
    """Blank the values that are infinite or break the rule, so that nothing else is said about them."""
    column, floats, refused = read
    infinite = np.isinf(floats)
    broken = np.isfinite(floats) & ~rule.holds(np.where(np.isfinite(floats), floats, 0.0))
    problems = [
        places.problem(p, column, "not a finite number", str(floats[p]), "a finite number") for p in _where(infinite)
    ]
    problems += [places.problem(p, column, rule.message, f"{floats[p]:g}", rule.allowed) for p in _where(broken)]
    bad = infinite | broken
    return _Read(column, np.where(bad, np.nan, floats), refused | bad), problems


def _missing_problems(
    measure: str, read: Mapping[str, _Read], places: Places, may_miss: Sequence[str]
) -> list[Problem]:
    """Name the rows where none of the columns that could serve has a value."""
    problems: list[Problem] = []
    for group in FORMULAS[measure].needs:
        offered = [read[role] for role in group if role in read]
        if not offered or set(group) & set(may_miss):
            continue
        missing = np.all([np.isnan(item.floats) & ~item.refused for item in offered], axis=0)
        problems += [places.problem(p, offered[0].column, _MISSING) for p in _where(missing)]
    return problems


def _contradictions(read: Mapping[str, _Read], places: Places) -> list[Problem]:
    """Find counts that contradict each other within a row."""
    problems: list[Problem] = []
    for suffix in ("", "1", "2"):
        if f"events{suffix}" in read:
            events, nonevents = read[f"events{suffix}"], read.get(f"nonevents{suffix}")
            problems += _count_contradictions(events, nonevents, read.get(f"n{suffix}"), places)
    pairs = [item for role, item in read.items() if role.startswith("pairs")]
    if pairs:
        empty = np.sum([item.floats for item in pairs], axis=0) == 0
        problems += [
            places.problem(p, pairs[0].column, "there are no pairs", "0 in all four cells") for p in _where(empty)
        ]
    return problems + _too_few_people(read, places)


def _too_few_people(read: Mapping[str, _Read], places: Places) -> list[Problem]:
    """Find regressions with as many coefficients as people, and genotypes of nobody."""
    problems: list[Problem] = []
    if "m" in read and "alpha" not in read:
        n, m = read["n"], read["m"]
        problems += [
            places.problem(
                p, m.column, "too many predictors for n", f"{m.floats[p]:g}", f"fewer than {n.floats[p] - 1:g}"
            )
            for p in _where(n.floats - m.floats - 1 <= 0)
        ]
    genotypes = [item for role, item in read.items() if role.startswith(("homozygous", "heterozygous"))]
    if genotypes:
        empty = np.sum([item.floats for item in genotypes], axis=0) == 0
        problems += [
            places.problem(p, genotypes[0].column, _COUNT_SIZE.message, "0 of each genotype") for p in _where(empty)
        ]
    return problems


def _count_contradictions(events: _Read, nonevents: _Read | None, n: _Read | None, places: Places) -> list[Problem]:
    x, column = events.floats, events.column
    problems: list[Problem] = []
    if n is not None:
        problems += [
            places.problem(p, column, "more events than people", f"{x[p]:g}", f"{n.floats[p]:g} or fewer")
            for p in _where(x > n.floats + _TOLERANCE)
        ]
    if nonevents is not None:
        total = x + nonevents.floats
        problems += [
            places.problem(p, column, _COUNT_SIZE.message, "0 events and 0 non-events") for p in _where(total == 0)
        ]
        if n is not None:
            off = (np.abs(total - n.floats) > _TOLERANCE * np.abs(total)) & (x <= n.floats) & (total > 0)
            problems += [
                places.problem(
                    p,
                    column,
                    "events and non-events do not add up to n",
                    f"{x[p]:g} + {nonevents.floats[p]:g}",
                    f"{n.floats[p]:g}",
                )
                for p in _where(off)
            ]
    return problems
