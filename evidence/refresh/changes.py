"""What differs between a record as it was and as it is: the fields, and the words before."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from ..fetch.record import Record
from .rows import FROM_RECORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["SUBSTANCE", "changed_cells", "changed_fields", "is_substantial", "words_before"]

SUBSTANCE = frozenset(
    {
        "abstract",
        "authors",
        "doi",
        "links",
        "notice",
        "publication_types",
        "registrations",
        "retraction_links",
        "title",
    }
)
"""The fields and columns whose change may change a decision, or what was extracted."""

_DERIVED = frozenset({"title_markup", "year"})  # named only where what they come from is not
_NEVER_NAMED = "record_hash"

_TOLD = ("title", "doi", "registrations", "journal", "volume_pages", "year")
_FIELDS = tuple(field.name for field in fields(Record) if field.name != "pmid")


def changed_fields(old: Record, new: Record) -> tuple[str, ...]:
    """Return the fields of a record that differ, in alphabetical order.

    Examples
    --------
    >>> changed_fields(Record(pmid="1", title="A", year=2020), Record(pmid="1", title="B", year=2020))
    ('title',)
    """
    return _named(name for name in _FIELDS if getattr(old, name) != getattr(new, name))


def changed_cells(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns of two rows of one record that differ, in alphabetical order.

    For where the old record itself is not at hand. An abstract is in no column: a change of it alone leaves this empty,
    though the hashes differ.
    """
    return _named(name for name in FROM_RECORD if old[name] != new[name])


def is_substantial(names: Iterable[str]) -> bool:
    """Return whether a change of these fields may change a decision; of unknown ones it may.

    Examples
    --------
    >>> is_substantial(["indexing", "mesh"]), is_substantial(["mesh", "title"]), is_substantial([])
    (False, True, True)
    """
    found = set(names)
    return not found or bool(found & SUBSTANCE)


def words_before(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """Return what short cells said before, where they say something else now.

    Examples
    --------
    >>> row = dict.fromkeys(FROM_RECORD, "")
    >>> words_before({**row, "title": "A tral.", "year": "2020"}, {**row, "title": "A trial.", "year": "2020"})
    'title before: A tral.'
    """
    told = (f"{name} before: {old[name] or 'none'}" for name in _TOLD if old[name] != new[name])
    return "; ".join(told)


def _named(names: Iterable[str]) -> tuple[str, ...]:
    found = set(names) - {_NEVER_NAMED}
    return tuple(sorted(found - _DERIVED or found))
