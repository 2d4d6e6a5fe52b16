"""The fields of the query language: their names, and what of a record stands in each."""

from __future__ import annotations

import html
import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from .pieces import Person
    from .synthetic import Synthetic

__all__ = ["DATES", "LISTS", "NAMES", "NUMBERS", "TEXTS", "days", "normalised", "plain_sections", "plain_title"]

_ALIASES = {
    "All Fields": ("", "all", "all fields"),
    "Title/Abstract": ("tiab", "title/abstract"),
    "Title": ("ti", "title"),
    "Abstract": ("ab",),
    "Text Word": ("tw", "text word", "text words"),
    "Other Term": ("ot", "other term"),
    "Author": ("au", "author"),
    "Journal": ("ta", "journal"),
    "Publication Type": ("pt", "publication type"),
    "MeSH Terms": ("mh", "mesh", "mesh terms", "mh:noexp", "mesh:noexp", "mesh terms:noexp"),
    "MeSH Subheading": ("sh", "mesh subheading", "subheading"),
    "Language": ("la", "language"),
    "Secondary Source ID": ("si", "secondary source id"),
    "UID": ("uid", "pmid"),
    "Date - Create": ("crdt", "date - create"),
    "Date - Entry": ("edat", "date - entry", "date - entrez"),
    "Date - Modification": ("mdat", "date - modification"),
    "Date - Last Revised": ("lr", "date - last revised"),
    "Date - Publication": ("pdat", "dp", "date - publication"),
}
NAMES: Mapping[str, str] = MappingProxyType({alias: name for name, aliases in _ALIASES.items() for alias in aliases})
"""The full name of a field by each of the names that a query may give it."""

_TAG = re.compile(r"<[^>]*>")
_NO_WORD = re.compile(r"[\W_]+")


def normalised(text: str) -> str:
    """Return words in small letters, without accents and marks, one blank between them.

    Examples
    --------
    >>> normalised("Micro-combs, Højlund & Ibáñez")
    'micro combs højlund ibanez'
    """
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _NO_WORD.sub(" ", text.casefold()).strip()


def plain_title(record: Synthetic) -> str:
    """Return the title without markup."""
    return html.unescape(_TAG.sub("", record.title_markup)) if record.title_markup else record.title


def plain_sections(record: Synthetic) -> tuple[tuple[str, str], ...]:
    """Return label and text of each section of the abstract, without markup."""
    if isinstance(record.abstract, str):
        return (("", record.abstract),) if record.abstract else ()
    return tuple(
        (part.label, html.unescape(_TAG.sub("", part.markup)) if part.markup else part.text) for part in record.abstract
    )


def _abstract(record: Synthetic) -> list[str]:
    return [f"{label} {text}" if label else text for label, text in plain_sections(record)]


def _title_abstract(record: Synthetic) -> list[str]:
    return [plain_title(record), *_abstract(record), *record.keywords]


def _people(record: Synthetic) -> Iterable[str]:
    def name(person: Person) -> str:
        return person.collective or f"{person.last} {person.initials}"

    return [name(person) for person in record.authors]


def _text_words(record: Synthetic) -> list[str]:
    mesh = [heading.descriptor for heading in record.mesh]
    return [*_title_abstract(record), *mesh, *record.publication_types, *record.chemicals, *_accessions(record)]


def _accessions(record: Synthetic) -> list[str]:
    return [number for bank in record.databanks for number in bank.numbers]


def _everything(record: Synthetic) -> list[str]:
    ids = [record.pmid, record.doi, record.pmcid, record.journal, record.journal_title]
    return [*_text_words(record), *_people(record), *ids, *record.nlm_keywords, record.vernacular_title]


TEXTS: Mapping[str, Callable[[Synthetic], Iterable[str]]] = MappingProxyType(
    {
        "All Fields": _everything,
        "Text Word": _text_words,
        "Title/Abstract": _title_abstract,
        "Title": lambda record: [plain_title(record)],
        "Abstract": _abstract,
        "Other Term": lambda record: record.keywords,
        "Author": _people,
        "Journal": lambda record: [record.journal, record.journal_title],
    }
)
"""Fields in which words and phrases are looked for."""

LISTS: Mapping[str, Callable[[Synthetic], Iterable[str]]] = MappingProxyType(
    {
        "Publication Type": lambda record: record.publication_types,
        "MeSH Terms": lambda record: [heading.descriptor for heading in record.mesh],
        "MeSH Subheading": lambda record: [name for heading in record.mesh for name, _ in heading.qualifiers],
        "Language": lambda record: record.languages,
        "Secondary Source ID": _accessions,
    }
)
"""Fields whose entries are matched as a whole. Narrower terms are not looked up: a heading finds itself alone."""

NUMBERS = ("UID",)
"""Fields of whole numbers."""


def _published(record: Synthetic) -> Iterable[dt.date | None]:
    return (record.date_online, days(record.date.replace("-", "/"))[0] if not record.medline_date else None)


DATES: Mapping[str, Callable[[Synthetic], Iterable[dt.date | None]]] = MappingProxyType(
    {
        "Date - Create": lambda record: (record.added,),
        "Date - Entry": lambda record: (record.edat,),
        "Date - Modification": lambda record: (record.mdat,),
        "Date - Last Revised": lambda record: (record.lr,),
        "Date - Publication": _published,
    }
)
"""Fields of dates; a record matches by any of its dates."""


def days(text: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that a date names: ``2024``, ``2024/03`` or ``2024/03/05``.

    Raises
    ------
    ValueError
        It names none.

    Examples
    --------
    >>> days("2024/02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    """
    import calendar
    import datetime as dt

    year, month, day = (*(int(part) for part in text.split("/")), None, None)[:3]
    if year is None:
        raise ValueError(text)
    first = dt.date(year, month or 1, day or 1)
    last_month = month or 12
    return first, dt.date(year, last_month, day or calendar.monthrange(year, last_month)[1])
