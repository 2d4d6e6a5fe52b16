"""A pair of entries that look like one publication or one trial, and groups of such pairs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from ...tables.io import natural_key

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FOUND_BY", "RELATIONS", "STRENGTHS", "FoundBy", "Pair", "Relation", "Strength", "groups_of"]

Relation = Literal["same-publication", "same-trial", "different"]
Strength = Literal["strong", "likely", "possible"]
FoundBy = Literal["pmid", "doi", "registration", "title", "near-title", "citation", "link"]

RELATIONS: tuple[Relation, ...] = ("same-publication", "same-trial", "different")
STRENGTHS: tuple[Strength, ...] = ("strong", "likely", "possible")
FOUND_BY: tuple[FoundBy, ...] = ("pmid", "doi", "registration", "title", "near-title", "citation", "link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two entries that look alike, what made them so, and what was decided on them.

    Attributes
    ----------
    pmid : str
        A record.
    other : str
        The other record as ``PMID:…``, or a report's id.
    suggests : str
        ``same-publication`` or ``same-trial``: what it looks like. A curator decides.
    strength : str
        ``strong``: an identifier, or the same title with the same author and year; ``likely``: much agrees and nothing
        contradicts; ``possible``: worth a look.
    found_by : tuple of str
        What is the same: ``pmid`` (PubMed merged them), ``doi``, ``registration``, ``title``, ``near-title``,
        ``citation`` (author, year, volume and pages), ``link`` (PubMed names one as a version of the other).
    because : tuple of str
        The same in words, and what speaks against it.
    titles : tuple of str
        Both titles as they stand.
    decided : str
        The relation that a curator decided on; empty while nobody did.
    decided_by, decided_at, notes : str
        Who, when, and why.
    """

    pmid: str
    other: str
    suggests: Relation
    strength: Strength
    found_by: tuple[FoundBy, ...]
    because: tuple[str, ...] = ()
    titles: tuple[str, str] = ("", "")
    decided: str = ""
    decided_by: str = ""
    decided_at: str = ""
    notes: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """Both entries by name, the record first."""
        return f"PMID:{self.pmid}", self.other

    def to_dict(self) -> dict[str, Any]:
        """Return every field as plain values."""
        return asdict(self)


def groups_of(pairs: Iterable[Pair]) -> tuple[tuple[Pair, ...], ...]:
    """Return the pairs in groups that hang together, each with its pairs from strong to possible.

    Examples
    --------
    >>> def pair(pmid, other):
    ...     return Pair(pmid=pmid, other=other, suggests="same-trial", strength="likely", found_by=("registration",))
    >>> [[one.names for one in group] for group in groups_of([pair("1", "PMID:2"), pair("5", "R1"), pair("2", "R9")])]
    [[('PMID:1', 'PMID:2'), ('PMID:2', 'R9')], [('PMID:5', 'R1')]]
    """
    root: dict[str, str] = {}

    def top(name: str) -> str:
        root.setdefault(name, name)
        while root[name] != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    pairs = tuple(pairs)
    for pair in pairs:
        first, second = (top(name) for name in pair.names)
        root[second] = first
    members: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        members[top(pair.names[0])].append(pair)
    ordered = [tuple(sorted(group, key=_rank)) for group in members.values()]
    return tuple(sorted(ordered, key=lambda group: _rank(group[0])))


def _rank(pair: Pair) -> tuple[int, int, Any]:
    return STRENGTHS.index(pair.strength), int(pair.pmid), natural_key(pair.other)
