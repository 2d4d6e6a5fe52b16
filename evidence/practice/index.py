"""Finding records by a query's tree."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .fields import DATES, LISTS, NAMES, NUMBERS, TEXTS, days, normalised
from .query import Combined, Node, QueryError, Range, Term

if TYPE_CHECKING:
    from .store import Store
    from .synthetic import Synthetic

__all__ = ["Found", "Index"]

_BREAK = " \x00 "  # between entries, so that no phrase runs from one into the next


@dataclass(slots=True)
class Found:
    """What a query finds, how it was understood, and what was strange about it."""

    pmids: frozenset[str] = frozenset()
    translation: str = ""
    phrases_not_found: list[str] = field(default_factory=list)
    quoted_not_found: list[str] = field(default_factory=list)
    fields_not_found: list[str] = field(default_factory=list)


class Index:
    """The words of a store's records, made as they are needed and remade when the store changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._revision = -1
        self._records: tuple[Synthetic, ...] = ()
        self._texts: dict[str, dict[str, tuple[Synthetic, str]]] = {}
        self._terms: dict[Node, frozenset[str]] = {}

    def find(self, tree: Node) -> Found:
        """Return what a query's tree finds now."""
        with self._lock:
            revision, records = self._store.snapshot()
            if revision != self._revision:
                self._revision, self._records = revision, records
                self._terms.clear()
            found = Found()
            found.pmids = self._evaluate(tree, found)
            found.translation = _translation(tree)
            return found

    def _evaluate(self, node: Node, found: Found) -> frozenset[str]:
        if isinstance(node, Combined):
            left, right = self._evaluate(node.left, found), self._evaluate(node.right, found)
            return {"AND": left & right, "OR": left | right, "NOT": left - right}[node.operator]
        if node.field not in NAMES:
            found.fields_not_found.append(node.field)
            return frozenset()
        if node not in self._terms:
            self._terms[node] = self._range(node) if isinstance(node, Range) else self._term(node)
        hits = self._terms[node]
        if isinstance(node, Term) and not hits:
            (found.quoted_not_found if node.quoted else found.phrases_not_found).append(_translation(node, given=True))
        return hits

    def _range(self, node: Range) -> frozenset[str]:
        name = NAMES[node.field]
        try:
            if name in NUMBERS:
                low, high = int(node.low), int(node.high)
                return frozenset(record.pmid for record in self._records if low <= int(record.pmid) <= high)
            first, last = days(node.low)[0], days(node.high)[1]
            dates = DATES[name]
        except (KeyError, ValueError) as error:
            raise QueryError(f"{node.low}:{node.high}[{node.field}] is no range") from error
        return frozenset(
            record.pmid for record in self._records if any(day and first <= day <= last for day in dates(record))
        )

    def _term(self, node: Term) -> frozenset[str]:
        name = NAMES[node.field]
        if name in DATES:
            return self._range(Range(node.text, node.text, node.field))
        if name in NUMBERS:
            return frozenset(record.pmid for record in self._records if record.pmid == node.text)
        words = normalised(node.text)
        if name in LISTS:
            sought = f"\x00 {words}" if node.truncated else f"\x00 {words} \x00"
        else:
            sought = f" {words}" if node.truncated else f" {words} "
        texts = self._texts_of(name)
        return frozenset(record.pmid for record in self._records if sought in texts[record.pmid][1])

    def _texts_of(self, name: str) -> dict[str, tuple[Synthetic, str]]:
        """Return the words in a field, by PMID; those of a record that did not change are kept."""
        texts = self._texts.setdefault(name, {})
        entries = LISTS.get(name) or TEXTS[name]
        for record in self._records:
            known = texts.get(record.pmid)
            if known is None or known[0] is not record:
                words = _BREAK.join(normalised(entry) for entry in entries(record))
                texts[record.pmid] = (record, f"{_BREAK}{words}{_BREAK}")
        return texts


def _translation(node: Node, *, given: bool = False) -> str:
    """Return a tree as PubMed writes it back; `given` keeps the name of the field that the query has."""
    if isinstance(node, Combined):
        parts = [_inner(part, node.operator) for part in (node.left, node.right)]
        return f" {node.operator} ".join(parts)
    name = NAMES.get(node.field, node.field)
    if isinstance(node, Range):
        return f"{node.low}:{node.high}[{name}]"
    text = node.text + ("*" if node.truncated else "")
    if given:
        return f"{text}[{node.field}]" if node.field and not node.quoted else text if not node.quoted else f'"{text}"'
    return f'"{text}"[{name}]'


def _inner(node: Node, operator: str) -> str:
    same = isinstance(node, Combined) and node.operator == operator and operator != "NOT"
    return f"({_translation(node)})" if isinstance(node, Combined) and not same else _translation(node)
