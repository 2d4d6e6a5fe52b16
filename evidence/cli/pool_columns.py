"""Which columns a measure wants, which a file has, and what the file would do for."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from ..errors import ColumnError, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["checked_columns", "checked_measure"]

_COMMON = ("OR", "RR", "RD", "MD", "SMD", "ROM", "IRR", "PR", "IR", "MN", "ZCOR")


def checked_measure(name: str) -> str:
    """Return a measure by its name, or say what it is called here.

    Examples
    --------
    >>> checked_measure("odds ratio")
    Traceback (most recent call last):
    ...
    evidence.errors.InputError: no measure is called 'odds ratio'; did you mean OR (odds ratio)? Common ones: OR, ...
    """
    from ..effects.measures import MEASURES

    if name in MEASURES:
        return name
    by_word = {key.lower(): key for key in MEASURES} | _by_label()
    near = by_word.get(name.lower()) or next(
        (by_word[word] for word in difflib.get_close_matches(name.lower(), by_word, n=1, cutoff=0.7)), None
    )
    hint = f"; did you mean {near} ({MEASURES[near].label})?" if near else "."
    raise InputError(
        f"no measure is called {name!r}{hint} Common ones: {', '.join(_COMMON)}; all are in docs/statistics.md"
    )


def _by_label() -> dict[str, str]:
    """Return measure by its name in words, the plainest measure for each."""
    from ..effects.measures import MEASURES

    words: dict[str, str] = {}
    for key in (*_COMMON, *MEASURES):
        words.setdefault(MEASURES[key].label.lower(), key)
    return words | {
        "hedges": "SMD",
        "hedges' g": "SMD",
        "cohen's d": "SMD",
        "relative risk": "RR",
        "d": "SMD",
        "g": "SMD",
    }


def checked_columns(
    path: Path, measure: str | None, columns: Mapping[str, str], *, decimal: str
) -> tuple[dict[str, Any], list[str]]:
    """Return the mapping for `effect_sizes`, and the file's own columns that must hold numbers.

    Parameters
    ----------
    path : Path
        The file.
    measure : str or None
        The measure; None where the file has yi and vi.
    columns : mapping of str to str
        Wanted column → the file's own.
    decimal : str
        The decimal sign.

    Raises
    ------
    ColumnError
        If the file lacks a column that the measure needs: it names those, what is there, and the measures for which
        that would do.
    """
    from ..effects.formulas import FORMULAS
    from .table_file import read_table_file

    table = read_table_file(path, decimal=decimal).table
    there = [str(name) for name in table.columns]
    unknown = sorted(set(columns.values()) - set(there))
    if unknown:
        raise ColumnError(f"{path} has no column {unknown[0]!r}; it has: {', '.join(there)}")
    needs = FORMULAS[measure].needs if measure is not None else (("yi",), ("vi",))
    roles = [role for group in needs for role in group]
    strange = sorted(set(columns) - {*roles, "study", "r"})
    if strange:
        raise ColumnError(f"--column {strange[0]}=…: {measure or 'a table without --measure'} uses no {strange[0]}")
    have = {*there, *columns}
    missing = [group for group in needs if not set(group) & have]
    if missing:
        raise ColumnError(_lacking(path, measure, needs, missing, there))
    return dict(columns), [columns.get(role, role) for role in (*roles, "r")]


def _lacking(
    path: Path, measure: str | None, needs: Sequence[Sequence[str]], missing: Sequence[Sequence[str]], there: list[str]
) -> str:
    lacks = ", ".join(" or ".join(group) for group in missing)
    wants = " ".join(_usual(group) for group in needs)
    lines = [
        f"{measure} wants the columns {wants}; {path} lacks {lacks}"
        if measure is not None
        else f"without --measure a file has the columns yi and vi; {path} lacks {lacks}",
        f"  it has: {', '.join(there)}",
    ]
    fits = [name for name in _COMMON if name != measure and _fits(name, there)]
    if fits:
        lines.append(f"  these columns would do for: {', '.join(f'--measure {name}' for name in fits)}")
    near = _near(missing, there)
    if near:
        lines.append(f"  if a column has another name: {' '.join(f'--column {role}={own}' for role, own in near)}")
    elif not fits:
        first = missing[0][0]
        lines.append(f"  if a column has another name: --column {first}=YOURS")
    return "\n".join(lines)


def _usual(group: Sequence[str]) -> str:
    """Return the column of a group that tables mostly have: totals rather than non-events."""
    return next((role for role in group if role.startswith("n") and not role.startswith("non")), group[0])


def _fits(measure: str, there: Sequence[str]) -> bool:
    from ..effects.formulas import FORMULAS

    return all(set(group) & set(there) for group in FORMULAS[measure].needs)


def _near(missing: Sequence[Sequence[str]], there: Sequence[str]) -> list[tuple[str, str]]:
    """Return wanted columns with those of the file that look like them, each used once."""
    left = {name.lower(): name for name in there}
    found = []
    for group in missing:
        role = _usual(group)
        match = difflib.get_close_matches(role, left, n=1, cutoff=0.75)
        if match:
            found.append((role, left.pop(match[0])))
    return found
