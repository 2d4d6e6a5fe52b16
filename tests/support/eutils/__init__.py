"""A small PubMed of invented records behind the E-utilities, on this machine alone.

It speaks real HTTP to the real clients, keeps PubMed's limits, and can be told to go wrong in every way that a
client should survive::

    import eutils

    store = eutils.Store(eutils.make_records(50, seed=1))
    with eutils.Server(store, faults=[eutils.Fault("truncated", tool="efetch", nth=2)]) as server:
        ...                                       # EVIDENCE_EUTILS_URL = server.url
        server.seen                               # every request: when, how, with what, and the status

Records never state a fact: treatments, authors, journals and results are invented, and PMIDs begin at 90000001.

    Store(records=(), today=None)
        .add(record) .remove(pmid) .merge(pmid, into) .change(pmid, revised=, **fields) .retract(pmid, notice_pmid, on=)
        .concern(…) .erratum(…) .republish(…) .answer(pmid) .pmids .today; store[pmid], pmid in store, len(store)
    Synthetic(pmid=, title=, abstract=, …)        .xml() -> bytes, .but(**fields) -> Synthetic
    make_records(n, seed=1, *, first=90000001, since=, until=, minimal=False) -> tuple[Synthetic, ...]
    structural_cases() -> dict[str, Synthetic]    one record per form that real records take
    structural_set() -> bytes                     all of them in one document, one PMID twice, DELETED at its end
    record_set(records, deleted=()) -> bytes      the document that efetch sends
    Server(store, faults=(), *, per_second=3, per_second_with_key=10, cap=9999, …)
        .url .seen .strayed .script(*faults) .start() .close()
    Fault(name, tool=None, nth=1, times=1, **options); FAULTS: every name and what it does
    EXTRA, MERGED_INTO                            the records with which the faults of those names answer
    QUERY, TREATMENTS                             a query that finds every record of make_records
"""

from __future__ import annotations

from .cases import DELETED, structural_cases, structural_set
from .damage import EXTRA, MERGED_INTO
from .documents import record_set
from .faults import FAULTS, Fault
from .invent import QUERY, TREATMENTS, make_records
from .pieces import Book, DataBank, Heading, Link, OtherAbstract, Person, Reference, Section
from .query import QueryError
from .server import Seen, Server
from .store import Store
from .synthetic import Synthetic

__all__ = [
    "DELETED",
    "EXTRA",
    "FAULTS",
    "MERGED_INTO",
    "QUERY",
    "TREATMENTS",
    "Book",
    "DataBank",
    "Fault",
    "Heading",
    "Link",
    "OtherAbstract",
    "Person",
    "QueryError",
    "Reference",
    "Section",
    "Seen",
    "Server",
    "Store",
    "Synthetic",
    "make_records",
    "record_set",
    "structural_cases",
    "structural_set",
]
