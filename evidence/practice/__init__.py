"""PubMed for practice: invented records behind the E-utilities, on this machine alone.

It answers the real client, keeps PubMed's limits, and can be told to go wrong in every way that a client should
survive: over HTTP on loopback, or within the process that asks, as in a browser.

>>> from evidence import practice
>>> store = practice.story(week=1)
>>> client = practice.in_process(store)
>>> b"<Count>19</Count>" in client.search("comb*[tiab] AND elbow*[tiab]").body
True

Records never state a fact: treatments, authors, journals and results are invented, and PMIDs begin at 90000001.

- `story`: sixty records about an invented question, and three weeks in which things happen to them.
- `Store`: records by PMID, which can be added, changed, corrected, retracted, merged and deleted; `make_records` and
  `Synthetic` invent more.
- `Server`: the E-utilities over a store, on loopback; `in_process`: a client that needs no server.
- `Fault`: what goes wrong, and when; `FAULTS` names all that can.
- `structural_cases`: a record for each form that real records take.
"""

from __future__ import annotations

from .asked import Seen
from .cases import DELETED, structural_cases, structural_set
from .damage import EXTRA, MERGED_INTO
from .documents import record_set
from .faults import FAULTS, Fault
from .invent import QUERY, TREATMENTS, make_records
from .pieces import Book, DataBank, Heading, Link, OtherAbstract, Person, Reference, Section
from .query import QueryError
from .server import Server
from .store import Store
from .story import WEEKS, Week, story
from .synthetic import Synthetic
from .within import InProcess, in_process

__all__ = [
    "DELETED",
    "EXTRA",
    "FAULTS",
    "MERGED_INTO",
    "QUERY",
    "TREATMENTS",
    "WEEKS",
    "Book",
    "DataBank",
    "Fault",
    "Heading",
    "InProcess",
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
    "Week",
    "in_process",
    "make_records",
    "record_set",
    "story",
    "structural_cases",
    "structural_set",
]
