"""References as CSL-JSON, which Zotero, pandoc and every citation processor read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Author, Kind, Reference

__all__ = ["CSL_TYPES", "as_csl_json", "csl_items"]

CSL_TYPES: dict[Kind, str] = {
    "article": "article-journal",
    "thesis": "thesis",
    "preprint": "article",
    "conference": "paper-conference",
    "registration": "document",
    "dataset": "dataset",
    "software": "software",
    "text": "document",
}
_ET_AL = {"literal": "et al."}


def as_csl_json(references: Iterable[Reference]) -> str:
    """Return references as CSL-JSON text; see `csl_items`."""
    return json.dumps(csl_items(references), ensure_ascii=False, indent=2) + "\n"


def csl_items(references: Iterable[Reference]) -> list[dict[str, Any]]:
    """Return references as the items of CSL-JSON 1.0, as plain data. What is not known has no field.

    CSL knows no "and others": where authors are not named, ``et al.`` is the last one, and the note says so.

    Examples
    --------
    >>> from evidence.report.references import Author, Reference
    >>> csl_items([Reference(key="Li2013-1", kind="article", label="Li 2013", title="On zinc", year=2013,
    ...     authors=(Author(family="Li", given="G."),), journal="J Ex", volume="5", pages="6-11")])[0]["issued"]
    {'date-parts': [[2013]]}
    """
    return [_item(reference) for reference in references]


def _item(reference: Reference) -> dict[str, Any]:
    authors = [_name(author) for author in reference.authors]
    item: dict[str, Any] = {
        "id": reference.key,
        "type": CSL_TYPES[reference.kind],
        "title": reference.title,
        "author": authors + [_ET_AL] * bool(authors and reference.others),
        "container-title": reference.journal,
        "publisher": reference.publisher,
        "issued": {"date-parts": [[reference.year]]} if reference.year is not None else {},
        "volume": reference.volume,
        "issue": reference.issue,
        "page": reference.pages,
        "version": reference.version,
        "DOI": reference.doi,
        "PMID": reference.pmid,
        "PMCID": reference.pmcid,
        "URL": reference.url,
        "note": " ".join(reference.notes),
    }
    return {name: value for name, value in item.items() if value}


def _name(author: Author) -> dict[str, str]:
    if author.group:
        return {"literal": author.group}
    parts = {"family": author.family, "given": author.given, "suffix": author.suffix}
    return {name: value for name, value in parts.items() if value}
