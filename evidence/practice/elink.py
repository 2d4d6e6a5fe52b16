"""ELink: references, citing records and full texts of records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .documents import document
from .markup import element, wrapped
from .reply import Reply, error_reply, json_reply, xml_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from .store import Store
    from .synthetic import Synthetic

    Targets: TypeAlias = Callable[[Synthetic, Store], list[str]]

__all__ = ["LINKS", "elink"]


def _references(record: Synthetic, _: Store) -> list[str]:
    return [reference.pmid for reference in record.references if reference.pmid]


def _citing(record: Synthetic, store: Store) -> list[str]:
    return [
        other.pmid
        for other in store.snapshot()[1]
        if any(reference.pmid == record.pmid for reference in other.references)
    ]


def _full_text(record: Synthetic, _: Store) -> list[str]:
    return [record.pmcid.removeprefix("PMC")] if record.pmcid else []


LINKS: dict[str, tuple[str, Targets]] = {
    "pubmed_pubmed_refs": ("pubmed", _references),
    "pubmed_pubmed_citedin": ("pubmed", _citing),
    "pubmed_pmc": ("pmc", _full_text),
}
"""Links by name: the database that they lead to, and how they are found."""


def elink(groups: Sequence[str], params: dict[str, str], store: Store) -> Reply:
    """Answer with one link set for each ``id=`` of the request, about all the PMIDs in it.

    Parameters
    ----------
    groups : sequence of str
        The value of every ``id`` parameter: repeated for one-to-one, joined by commas for links of all together.
    params : dict
        The other parameters.
    store : Store
        The records.
    """
    name = params.get("linkname", "pubmed_pubmed_refs")
    if name not in LINKS:
        return error_reply("elink", f"Unknown linkname: {name}")
    sets = [[pmid.strip() for pmid in group.split(",") if pmid.strip()] for group in groups]
    if not any(sets):
        return error_reply("elink", "Empty id list - nothing todo", 400)
    target, find = LINKS[name]
    linked = [(pmids, _linked(pmids, store, find)) for pmids in sets if pmids]
    if params.get("retmode") == "json":
        return json_reply({"header": {"type": "elink", "version": "0.3"}, "linksets": _json(linked, name, target)})
    return xml_reply(document("eLinkResult", "".join(_xml(pmids, found, name, target) for pmids, found in linked)))


def _linked(pmids: list[str], store: Store, find: Targets) -> list[str]:
    records = filter(None, (store.answer(pmid) for pmid in pmids))
    return list(dict.fromkeys(found for record in records for found in find(record, store)))


def _xml(pmids: list[str], found: list[str], name: str, target: str) -> str:
    links = [wrapped("Link", element("Id", pmid)) for pmid in found]
    links_to = wrapped("LinkSetDb", [element("DbTo", target), element("LinkName", name), *links]) if found else ""
    ids = wrapped("IdList", [element("Id", pmid) for pmid in pmids])
    return "\n" + wrapped("LinkSet", [element("DbFrom", "pubmed"), ids, links_to])


def _json(linked: list[tuple[list[str], list[str]]], name: str, target: str) -> list[dict[str, object]]:
    return [
        {"dbfrom": "pubmed", "ids": pmids}
        | ({"linksetdbs": [{"dbto": target, "linkname": name, "links": found}]} if found else {})
        for pmids, found in linked
    ]
