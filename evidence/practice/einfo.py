"""EInfo: what the database is, and when it was last updated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .documents import document
from .elink import LINKS
from .fields import DATES, LISTS, NAMES, NUMBERS
from .markup import element, wrapped
from .reply import Reply, json_reply, xml_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .store import Store

__all__ = ["einfo"]


def einfo(params: Mapping[str, str], store: Store) -> Reply:
    """Answer with the databases, or with the facts of PubMed."""
    if "db" not in params:
        return xml_reply(document("eInfoResult", wrapped("DbList", element("DbName", "pubmed"))))
    build = f"Build{store.day:%y%m%d}-0215.1"
    updated = f"{store.day:%Y/%m/%d} 04:15"
    if params.get("retmode") == "json":
        info = {"dbname": "pubmed", "menuname": "PubMed", "dbbuild": build, "count": str(len(store))}
        facts = info | {"lastupdate": updated}
        return json_reply({"header": {"type": "einfo", "version": "0.3"}, "einforesult": {"dbinfo": [facts]}})
    parts = [
        element("DbName", "pubmed"),
        element("MenuName", "PubMed"),
        element("Description", "PubMed bibliographic record"),
        element("DbBuild", build),
        element("Count", len(store)),
        element("LastUpdate", updated),
        wrapped("FieldList", [_field(short, name, len(store)) for short, name in _short_names().items()]),
        wrapped("LinkList", [_link(name, target) for name, (target, _) in LINKS.items()]),
    ]
    return xml_reply(document("eInfoResult", wrapped("DbInfo", parts)))


def _short_names() -> dict[str, str]:
    first: dict[str, str] = {}
    for alias, name in NAMES.items():
        if alias and name not in first.values():
            first[alias] = name
    return first


def _field(short: str, name: str, count: int) -> str:
    def yes(condition: bool) -> str:
        return "Y" if condition else "N"

    parts = [
        element("Name", short.upper()),
        element("FullName", name),
        element("Description", f"Search by {name}"),
        element("TermCount", count),
        element("IsDate", yes(name in DATES)),
        element("IsNumerical", yes(name in NUMBERS)),
        element("SingleToken", yes(name in LISTS or name in DATES or name in NUMBERS)),
        element("Hierarchy", "N"),
        element("IsHidden", "N"),
        element("IsRangable", yes(name in DATES or name in NUMBERS)),
        element("IsTruncatable", yes(name not in DATES and name not in NUMBERS)),
    ]
    return wrapped("Field", parts)


def _link(name: str, target: str) -> str:
    parts = [element("Name", name), element("Menu", name), element("Description", name), element("DbTo", target)]
    return wrapped("Link", parts)
