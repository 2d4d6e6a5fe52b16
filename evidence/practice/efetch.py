"""EFetch: whole records by PMID, in the server's own order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .documents import record_set
from .medline import medline
from .reply import Reply, error_reply, text_reply, xml_reply
from .selection import select

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .history import History
    from .store import Store
    from .synthetic import Synthetic

__all__ = ["efetch"]


def efetch(params: Mapping[str, str], store: Store, history: History, cap: int) -> Reply:
    """Answer with records: as XML, as MEDLINE text, or as a list of PMIDs.

    What PubMed does not know is left out without a word; a merged PMID brings the record into which it was merged; a
    record comes once however often it was named; and the order is the server's.
    """
    chosen = select(params, history, cap)
    if chosen.error:
        return error_reply("efetch", chosen.error, chosen.status)
    records = _ordered(filter(None, (store.answer(pmid) for pmid in chosen.pmids)))
    rettype = params.get("rettype", "")
    if rettype == "uilist":
        return text_reply("".join(f"{record.pmid}\n" for record in records))
    if rettype == "medline" or params.get("retmode") == "text":
        return text_reply("\n" + "\n".join(medline(record) for record in records))
    reply = xml_reply(record_set(records))
    return reply.but(records=records, asked=chosen.pmids)


def _ordered(records: Iterable[Synthetic]) -> tuple[Synthetic, ...]:
    """Return each record once, newest first."""
    each = {record.pmid: record for record in records}
    return tuple(sorted(each.values(), key=lambda record: int(record.pmid), reverse=True))
