"""ESearch: the PMIDs that a query finds, newest first, as far as the window of PubMed reaches."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from .documents import document
from .fields import NAMES
from .markup import element, wrapped
from .query import Combined, Node, QueryError, Range, parse
from .reply import Reply, error_reply, json_reply, xml_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .history import History
    from .index import Found, Index
    from .store import Store

__all__ = ["esearch"]

DEFAULT_RETMAX = 20


def esearch(params: Mapping[str, str], store: Store, index: Index, history: History, cap: int) -> Reply:
    """Answer a search; `cap` is how many PMIDs of one query can be reached."""
    if not params.get("term", "").strip():
        return error_reply("esearch", "Empty term and query_key - nothing todo")
    start, size = _number(params, "retstart", 0), _number(params, "retmax", DEFAULT_RETMAX)
    if start is None or size is None:
        return error_reply("esearch", "Invalid retstart or retmax")
    try:
        found = index.find(_limited(parse(params["term"]), params, store.day))
    except QueryError as error:
        return error_reply("esearch", f"Search Backend failed: {error}")
    pmids = _newest_first(found, store)
    if start >= cap:
        return error_reply(
            "esearch", f"Search Backend failed: Exception:\nPosition {start} is out of acceptable range [0,{cap - 1}]"
        )
    page = pmids[start : min(start + size, cap)] if params.get("rettype") != "count" else ()
    messages = []
    if len(pmids) > start + len(page) and start + size > cap:
        messages.append(f"Restrictions achieved. start and count adjusted to {start}, {cap - start}")
    if not pmids:
        messages.append("No items found.")
    keys = history.keep(pmids[:cap], params.get("WebEnv", "")) if params.get("usehistory") == "y" else None
    if params.get("retmode") == "json":
        return json_reply(_json(found, pmids, page, start, keys, messages))
    if params.get("rettype") == "count":
        return xml_reply(document("eSearchResult", f"\n\t{element('Count', len(pmids))}\n"))
    return xml_reply(document("eSearchResult", _xml(found, pmids, page, start, keys, messages)))


def _number(params: Mapping[str, str], name: str, default: int) -> int | None:
    text = params.get(name, "") or str(default)
    return int(text) if text.isdecimal() else None


def _limited(tree: Node, params: Mapping[str, str], today: dt.date) -> Node:
    """Return the tree with the limits on a date that stand in parameters: both ends, or ``reldate``."""
    name = params.get("datetype", "pdat").lower()
    if not NAMES.get(name, "").startswith("Date"):
        raise QueryError(f"datetype {name} is none")
    if params.get("mindate") and params.get("maxdate"):
        return Combined("AND", tree, Range(params["mindate"], params["maxdate"], name))
    if params.get("reldate", "").isdecimal():
        first = today - dt.timedelta(days=int(params["reldate"]))
        return Combined("AND", tree, Range(f"{first:%Y/%m/%d}", f"{today:%Y/%m/%d}", name))
    return tree


def _newest_first(found: Found, store: Store) -> tuple[str, ...]:
    records = [record for record in store.snapshot()[1] if record.pmid in found.pmids]
    return tuple(record.pmid for record in sorted(records, key=lambda r: (r.added, int(r.pmid)), reverse=True))


def _xml(
    found: Found,
    pmids: tuple[str, ...],
    page: tuple[str, ...],
    start: int,
    keys: tuple[str, str] | None,
    messages: list[str],
) -> str:
    errors = [element("PhraseNotFound", phrase) for phrase in found.phrases_not_found]
    errors += [element("FieldNotFound", name) for name in found.fields_not_found]
    warnings = [element("QuotedPhraseNotFound", phrase) for phrase in found.quoted_not_found]
    warnings += [element("OutputMessage", message) for message in messages]
    parts = [
        element("Count", len(pmids)),
        element("RetMax", len(page)),
        element("RetStart", start),
        *([element("QueryKey", keys[1]), element("WebEnv", keys[0])] if keys else []),
        wrapped("IdList", "\n".join(element("Id", pmid) for pmid in page)) or "<IdList/>",
        "<TranslationSet/>",
        element("QueryTranslation", found.translation),
        wrapped("ErrorList", errors),
        wrapped("WarningList", warnings),
    ]
    return "".join(parts)


def _json(
    found: Found,
    pmids: tuple[str, ...],
    page: tuple[str, ...],
    start: int,
    keys: tuple[str, str] | None,
    messages: list[str],
) -> dict[str, object]:
    result: dict[str, object] = {"count": str(len(pmids)), "retmax": str(len(page)), "retstart": str(start)}
    if keys:
        result |= {"querykey": keys[1], "webenv": keys[0]}
    result |= {"idlist": list(page), "translationset": [], "querytranslation": found.translation}
    if found.phrases_not_found or found.fields_not_found:
        result["errorlist"] = {
            "phrasesnotfound": found.phrases_not_found,
            "fieldsnotfound": found.fields_not_found,
        }
    if found.quoted_not_found or messages:
        result["warninglist"] = {
            "phrasesignored": [],
            "quotedphrasesnotfound": found.quoted_not_found,
            "outputmessages": messages,
        }
    return {"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result}
