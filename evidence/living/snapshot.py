"""A base at one moment: its protocol and tables as text, and as today's code has them where it can use them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ..curate import Index
    from ..protocol import Protocol
    from ..tables import Table

__all__ = ["FEEDING", "Parts", "Rows", "Snapshot", "Usable", "protocol_parts"]

# The tables that effects are computed from; a fault elsewhere does not keep a base from being computed.
FEEDING = ("studies", "reports", "arms", "outcomes", "contrasts", "harms")

# Part of the protocol → id → key → value; review and search, of which there is one, have the id "".
Parts = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """One table as text.

    Attributes
    ----------
    table : Table
        The declaration.
    columns : tuple of str
        The columns that the file has, those that today's code does not know included.
    cells : dict
        Row → column → cell. A row is called by the cells of its key, joined by ``/``.
    """

    table: Table
    columns: tuple[str, ...]
    cells: dict[str, dict[str, str]]

    def type_of(self, column: str) -> str:
        """Return the declared type of a column; ``text`` for one that is not declared."""
        return next((entry.type for entry in self.table.columns if entry.name == column), "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usable:
    """What today's code computes with: the protocol, and the tables that effects come from."""

    protocol: Protocol
    tables: Mapping[str, pd.DataFrame]
    index: Index


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapshot:
    """A base at one moment.

    Attributes
    ----------
    kind, label : str
        What it was read from, and how that is called.
    commit, date : str
        The revision with its day; empty for a folder.
    version : str
        The version that the base says it has, in its change log or ``CITATION.cff``; empty if it says none.
    parts : dict
        The protocol: part → id → key → value.
    defaults : dict
        Part → key → the value that holds where the protocol does not give one.
    tables : dict
        Every declared table that is there, as text.
    usable : Usable or None
        None where today's code cannot compute with it; `obstacles` say why.
    obstacles : tuple of str
        Why today's code cannot compute with it.
    notes : tuple of str
        What it has that today's code does not know.
    unkeyed : dict of str to str
        Tables that lack a column by which rows are told apart, with that column; empty where they have no rows.
    published : dict
        The rows of the result files that were kept with it, by file; a file that is not there is absent.
    stale : bool
        Whether its result files are known to be older than its tables.
    fingerprint : str
        The same for two bases with the same bytes.
    """

    kind: str
    label: str
    commit: str = ""
    date: str = ""
    version: str = ""
    parts: Parts = field(default_factory=dict)
    defaults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tables: Mapping[str, Rows] = field(default_factory=dict)
    usable: Usable | None = None
    obstacles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unkeyed: Mapping[str, str] = field(default_factory=dict)
    published: Mapping[str, list[dict[str, str]]] = field(default_factory=lambda: MappingProxyType({}))
    stale: bool = False
    fingerprint: str = ""

    def rows(self, table: str) -> dict[str, dict[str, str]]:
        """Return the rows of a table by their names; none if the table is not there."""
        return self.tables[table].cells if table in self.tables else {}

    def same_as(self, other: Snapshot) -> bool:
        """Return whether two bases have the same bytes, so that nothing needs to be compared."""
        return bool(self.fingerprint) and self.fingerprint == other.fingerprint

    def label_of(self, study: str) -> str:
        """Return how a trial is called; its id if the base does not have it."""
        return self.rows("studies").get(study, {}).get("label", "") or study


def protocol_parts(protocol: Protocol) -> Parts:
    """Return a protocol as plain data, every default written out."""
    found: Parts = {}
    for part in fields(protocol):
        value = getattr(protocol, part.name)
        if is_dataclass(value):
            found[part.name] = {"": _plain(value)}
        else:
            found[part.name] = {name: _plain(item, without="id") for name, item in value.items()}
    return found


def _plain(item: Any, *, without: str = "") -> dict[str, Any]:
    return {entry.name: getattr(item, entry.name) for entry in fields(item) if entry.name != without}
