"""Decisions that come in a file of our own form: one row a decision."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING

from ..errors import Problem, ProjectError, TableError
from ..tables.definitions import TABLES
from ..tables.rows import did_you_mean
from .standing import TITLE_ABSTRACT, Decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["is_own_form", "read_given", "time_of_reading"]

_NAMES = TABLES["screening"].names
_NEEDED = ("pmid", "decision")
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_CLOCKS_DIFFER = dt.timedelta(minutes=10)


def time_of_reading(now: dt.datetime, searches: Iterable[Mapping[str, str]]) -> str:
    """Return the time of decisions that tell none: now, and later than every search, whose findings they know.

    A clock that is slow, or a decision in the very second in which a search ended, would else leave a reopened record
    open.

    Parameters
    ----------
    now : datetime
        The time of day in UTC.
    searches : iterable of mapping
        Rows of the table ``searches``.

    Examples
    --------
    >>> search = {"run_at": "2026-11-22T10:15:00Z", "ended_at": "2026-11-22T10:15:40Z"}
    >>> time_of_reading(dt.datetime(2026, 11, 22, 10, 15, 40), [search])
    '2026-11-22T10:15:41Z'
    """
    ended = max((row["ended_at"] or row["run_at"] for row in searches), default="")
    at = now.strftime(_TIME)
    if at > ended:
        return at
    return (dt.datetime.strptime(ended, _TIME) + dt.timedelta(seconds=1)).strftime(_TIME)


def is_own_form(path: Path) -> bool:
    """Whether a file is a CSV file with our columns, and not one that another tool wrote.

    Raises
    ------
    ProjectError
        If it cannot be read.
    """
    if path.suffix.casefold() != ".csv":
        return False
    header = next(iter(_lines(path)), [])
    return set(_NEEDED) <= {name.strip().casefold() for name in header}


def read_given(path: Path, *, stage: str = TITLE_ABSTRACT, reviewer: str = "", now: str) -> tuple[Decision, ...]:
    """Read decisions from a CSV file.

    Columns are those of ``screening.csv``, of which ``pmid`` and ``decision`` are needed. What a row leaves empty is
    filled: stage and reviewer as given here, the time by `now`. A file without the column ``tool`` is named there.

    Parameters
    ----------
    path : Path
        The file.
    stage, reviewer : str
        For rows that do not say.
    now : str
        The time for rows that do not say.

    Raises
    ------
    ProjectError
        If the file cannot be read.
    TableError
        With every fault of its columns and rows.
    """
    lines = _lines(path)
    header = [name.strip().casefold() for name in lines[0]] if lines else []
    problems = [
        Problem(message=f"no such column{did_you_mean(name, _NAMES)}", table=path.name, column=name or "(no name)")
        for name in dict.fromkeys(header)
        if name not in _NAMES
    ]
    problems += [
        Problem(message="the column is missing", table=path.name, column=name) for name in _NEEDED if name not in header
    ]
    problems += [
        Problem(message="the column stands twice", table=path.name, column=name)
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    problems += [
        Problem(message=f"{len(row)} cells under {len(header)} columns", table=path.name, row=f"line {number}")
        for number, row in enumerate(lines[1:], start=2)
        if row and len(row) != len(header)
    ]
    if problems:
        raise TableError("nothing was recorded; the file has faults:", problems)
    usual = {"stage": stage, "reviewer": reviewer, "decided_at": now, "role": "reviewer"}
    if "tool" not in header:
        usual["tool"] = f"file {path.name}"
    rows = (dict(zip(header, (cell.strip() for cell in row), strict=True)) for row in lines[1:] if any(row))
    given = tuple(_decision({name: row.get(name) or usual.get(name, "") for name in _NAMES}) for row in rows)
    if future := _future(given, now):
        raise TableError("nothing was recorded; these decisions have faults:", future)
    return given


def _future(given: tuple[Decision, ...], now: str) -> list[Problem]:
    """Return the decisions that nobody can have made yet; they would hold over all that come until then."""
    latest = (dt.datetime.strptime(now, _TIME) + _CLOCKS_DIFFER).strftime(_TIME)
    return [
        Problem(
            message="the time lies in the future",
            table="screening",
            row=f"PMID {one.pmid} {one.stage} {one.reviewer}",
            column="decided_at",
            value=one.decided_at,
            allowed=f"a time in UTC, until now ({now})",
        )
        for one in given
        if one.decided_at > latest and _STAMP.fullmatch(one.decided_at)
    ]


def _decision(cells: dict[str, str]) -> Decision:
    pmid = cells["pmid"].casefold().removeprefix("pmid:").strip()
    return Decision(**{**cells, "pmid": pmid, "decision": cells["decision"].casefold()})


def _lines(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ProjectError(f"there is no file {path}") from None
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8 and try again") from None
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror}") from None
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ProjectError(f"{path} is not CSV: {error}") from None
