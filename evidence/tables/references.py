"""References between tables, and ids that must come from the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .io import split_list
from .rows import Base, Row, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ..errors import Problem
    from .schema import Column

__all__ = ["reference_problems", "vocabulary_problems"]

_LISTED = 12


def reference_problems(base: Base, table: str) -> Iterator[Problem]:
    """Yield every reference of a table that leads nowhere; of a list, every member that does.

    Where the table referred to could not be read at all, that alone is reported, elsewhere.
    """
    file = base.files[table]
    for column in file.table.columns:
        reference = column.reference
        if reference is None or column.name not in file.columns or reference.table not in base.files:
            continue
        target = base.files[reference.table]
        if not set(target.table.key) <= set(target.columns):
            continue
        keys = {row.key for row in (*target.rows, *target.torn)}
        for row in file.rows:
            study = (row.text("study_id"),) if reference.with_study else ()
            for member in _members(row, column):
                if (*study, member) not in keys:
                    near = [key[-1] for key in keys if key[:-1] == study]
                    of_study = f" of {study[0]}" if study else ""
                    message = f"{member!r} is not in {reference.table}{of_study}{did_you_mean(member, near)}"
                    yield row.problem(column.name, message, allowed=_allowed(near, reference.table))


def vocabulary_problems(base: Base, table: str, vocabularies: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """Yield every id of a table that the protocol does not have."""
    file = base.files[table]
    for column in file.table.columns:
        told_already = column.type == "category" and column.allowed
        if told_already or column.vocabulary not in vocabularies or column.name not in file.columns:
            continue
        known = vocabularies[column.vocabulary]
        for row in file.rows:
            for member in _members(row, column):
                if member not in known:
                    message = f"{member!r} is not among the protocol's {column.vocabulary}{did_you_mean(member, known)}"
                    yield row.problem(column.name, message, allowed=_allowed(known, "the protocol"))


def _members(row: Row, column: Column) -> tuple[str, ...]:
    if column.type == "list":
        return split_list(row.text(column.name))
    return (row.text(column.name),) if row.text(column.name) else ()


def _allowed(options: Collection[str], place: str) -> str:
    if 0 < len(options) <= _LISTED:
        return ", ".join(sorted(options))
    return f"one of the {len(options)} in {place}" if options else ""
