"""References as RIS, which EndNote, Zotero, Mendeley and the screening tools read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...screen.exchange.ris import write_ris

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Reference

__all__ = ["as_ris"]

_TYPES = {
    "article": "JOUR",
    "thesis": "THES",
    "preprint": "UNPB",
    "conference": "CPAPER",
    "registration": "GEN",
    "dataset": "DATA",
    "software": "COMP",
    "text": "GEN",
}
_ET_AL = "et al."


def as_ris(references: Iterable[Reference]) -> str:
    """Return references as a RIS file; every text stands in one line, so that none can look like a tag.

    RIS knows no "and others": where authors are not named, ``et al.`` is the last author, and the note says so.

    Examples
    --------
    >>> from evidence.report.references import Author, Reference
    >>> print(as_ris([Reference(key="Li2013-1", kind="article", label="Li 2013", title="On zinc", pages="6-11",
    ...     authors=(Author(family="Li", given="G."),), journal="J Ex", year=2013, volume="5")]))
    TY  - JOUR
    ID  - Li2013-1
    AU  - Li, G.
    TI  - On zinc
    T2  - J Ex
    PY  - 2013
    VL  - 5
    SP  - 6
    EP  - 11
    ER  -
    <BLANKLINE>
    """
    return write_ris(_entry(reference) for reference in references).decode()


def _entry(reference: Reference) -> dict[str, object]:
    first, _, last = reference.pages.partition("-")
    authors = [author.inverted for author in reference.authors]
    entry: dict[str, object] = {
        "type_of_reference": _TYPES[reference.kind],
        "id": reference.key,
        "authors": authors + [_ET_AL] * bool(authors and reference.others),
        "title": reference.title,
        "secondary_title": reference.journal,
        "publisher": reference.publisher,
        "year": "" if reference.year is None else str(reference.year),
        "volume": reference.volume,
        "number": reference.issue,
        "start_page": first,
        "end_page": last,
        "doi": reference.doi,
        "accession_number": reference.pmid,
        "custom2": reference.pmcid,
        "edition": reference.version,
        "urls": [reference.url] if reference.url else [],
        "notes": list(reference.notes),
    }
    return {name: value for name, value in entry.items() if value}
