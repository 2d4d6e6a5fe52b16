"""ESummary: a few facts of each record, as the first version's XML or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .documents import document
from .fields import plain_title
from .markup import element, wrapped
from .medline import printed_date
from .reply import Reply, error_reply, json_reply, xml_reply
from .selection import select

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .history import History
    from .pieces import Person
    from .store import Store
    from .synthetic import Synthetic

__all__ = ["esummary"]

_UNKNOWN = "cannot get document summary"


def esummary(params: Mapping[str, str], store: Store, history: History, cap: int) -> Reply:
    """Answer with summaries in the order of the request; an unknown PMID is an error in its place."""
    chosen = select(params, history, cap)
    if chosen.error:
        return error_reply("esummary", chosen.error, chosen.status)
    records = {pmid: store.answer(pmid) for pmid in chosen.pmids}
    if params.get("retmode") == "json":
        result: dict[str, object] = {"uids": list(records)}
        result |= {pmid: _json(pmid, record) for pmid, record in records.items()}
        return json_reply({"header": {"type": "esummary", "version": "0.3"}, "result": result})
    each = [
        _xml(record) if record else "\n\t" + element("ERROR", f"UID={pmid}: {_UNKNOWN}")
        for pmid, record in records.items()
    ]
    return xml_reply(document("eSummaryResult", "".join(each)))


def _name(person: Person) -> str:
    return person.collective or " ".join(filter(None, (person.last, person.initials, person.suffix)))


def _xml(record: Synthetic) -> str:
    ids = element("Item", record.pmid, Name="pubmed", Type="String")
    ids += element("Item", record.doi, Name="doi", Type="String")
    kinds = [element("Item", kind, Name="PubType", Type="String") for kind in record.publication_types]
    authors = [element("Item", _name(person), Name="Author", Type="String") for person in record.authors]
    items = [
        element("Item", printed_date(record), Name="PubDate", Type="Date"),
        element("Item", f"{record.date_online:%Y %b %d}" if record.date_online else "", Name="EPubDate", Type="Date"),
        element("Item", record.journal, Name="Source", Type="String"),
        wrapped("Item", authors, Name="AuthorList", Type="List"),
        element("Item", plain_title(record), Name="Title", Type="String"),
        element("Item", record.volume, Name="Volume", Type="String"),
        element("Item", record.issue, Name="Issue", Type="String"),
        element("Item", record.pages, Name="Pages", Type="String"),
        element("Item", record.doi, Name="DOI", Type="String"),
        wrapped("Item", kinds, Name="PubTypeList", Type="List"),
        element("Item", record.status, Name="RecordStatus", Type="String"),
        element("Item", record.publication_status, Name="PubStatus", Type="String"),
        wrapped("Item", ids, Name="ArticleIds", Type="List"),
        element("Item", record.journal_title, Name="FullJournalName", Type="String"),
    ]
    return "\n" + wrapped("DocSum", [element("Id", record.pmid), *items])


def _json(pmid: str, record: Synthetic | None) -> dict[str, object]:
    if record is None:
        return {"uid": pmid, "error": _UNKNOWN}
    return {
        "uid": record.pmid,
        "pubdate": printed_date(record),
        "epubdate": f"{record.date_online:%Y %b %d}" if record.date_online else "",
        "source": record.journal,
        "authors": [{"name": _name(person), "authtype": "Author", "clusterid": ""} for person in record.authors],
        "title": plain_title(record),
        "volume": record.volume,
        "issue": record.issue,
        "pages": record.pages,
        "lang": list(record.languages),
        "pubtype": list(record.publication_types),
        "recordstatus": record.status,
        "articleids": [
            {"idtype": kind, "idtypen": number, "value": value}
            for kind, number, value in (("pubmed", 1, record.pmid), ("doi", 3, record.doi), ("pmc", 8, record.pmcid))
            if value
        ],
        "fulljournalname": record.journal_title,
        "sortpubdate": f"{record.edat:%Y/%m/%d} 00:00",
    }
