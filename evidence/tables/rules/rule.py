"""What a rule is: a named function over one row, or over all tables, that returns problems."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ...errors import Problem
    from ..rows import Base, Row

__all__ = ["Rule", "base_rule", "row_rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule that the columns of a row, or the rows of several tables, must obey.

    Attributes
    ----------
    name : str
        The function's name.
    meaning : str
        Its docstring on one line: what is damage, and what a report may contradict.
    tables : tuple of str
        The tables that it looks at.
    problems : callable
        Base to problems.
    """

    name: str
    meaning: str
    tables: tuple[str, ...]
    problems: Callable[[Base], Iterator[Problem]]


def row_rule(
    *tables: str, needs: Iterable[str], also: Iterable[str] = ()
) -> Callable[[Callable[[Row, Base], Iterator[Problem]]], Rule]:
    """Make a rule of a function over one row.

    Parameters
    ----------
    tables : str
        The tables to whose rows it applies.
    needs : iterable of str
        The columns without which it cannot judge; where one is missing, that alone is reported.
    also : iterable of str
        Columns of other tables, as ``table.column``, that it needs as well.
    """
    columns, others = tuple(needs), tuple(also)

    def decorate(function: Callable[[Row, Base], Iterator[Problem]]) -> Rule:
        def problems(base: Base) -> Iterator[Problem]:
            if not _there(base, others):
                return
            for table in tables:
                if base.has(table, columns):
                    for row in base.rows(table):
                        yield from function(row, base)

        return Rule(name=function.__name__, meaning=_meaning(function), tables=tables, problems=problems)

    return decorate


def base_rule(*needs: str) -> Callable[[Callable[[Base], Iterator[Problem]]], Rule]:
    """Make a rule of a function over the whole base, which needs these columns (``table.column``)."""

    def decorate(function: Callable[[Base], Iterator[Problem]]) -> Rule:
        def problems(base: Base) -> Iterator[Problem]:
            if _there(base, needs):
                yield from function(base)

        tables = tuple(dict.fromkeys(need.partition(".")[0] for need in needs))
        return Rule(name=function.__name__, meaning=_meaning(function), tables=tables, problems=problems)

    return decorate


def _there(base: Base, needs: Iterable[str]) -> bool:
    return all(base.has(table, (column,)) for table, _, column in (need.partition(".") for need in needs))


def _meaning(function: Callable[..., object]) -> str:
    text = " ".join((inspect.getdoc(function) or "").split()).removeprefix("Require that ")
    return text[:1].upper() + text[1:]
