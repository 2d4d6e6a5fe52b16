"""Persons and groups: authors and investigators, with affiliations and ORCID."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ..record import Author
from .markup import plain_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["bare_orcid", "read_people", "with_address"]

_ORCID = re.compile(r"(?<!\d)(\d{4})[\s-]?(\d{4})[\s-]?(\d{4})[\s-]?(\d{3}[\dXx])(?!\d)")


def bare_orcid(text: str) -> str:
    """Return an ORCID without address, with its hyphens; empty if there is none.

    Examples
    --------
    >>> bare_orcid("http://orcid.org/0000-0002-1825-009x"), bare_orcid("0000000218250097")
    ('0000-0002-1825-009X', '0000-0002-1825-0097')
    """
    found = _ORCID.search(text)
    return "-".join(found.groups()).upper() if found else ""


def read_people(people: Element | None) -> tuple[Author, ...]:
    """Return the persons and groups of a list, in its order.

    Names that PubMed marks as wrong (``ValidYN="N"``) are left out: the right ones stand beside them.

    Parameters
    ----------
    people : Element, optional
        An ``AuthorList`` or ``InvestigatorList``.
    """
    if people is None:
        return ()
    read = (_read_person(person) for person in people if person.get("ValidYN") != "N")
    return tuple(person for person in read if person is not None)


def with_address(people: tuple[Author, ...], address: str) -> tuple[Author, ...]:
    """Return authors, the first one with the article's address if nobody has an affiliation.

    Until 2013 PubMed gave an article one address, that of its first author.

    Examples
    --------
    >>> [author.affiliations for author in with_address((Author(last="A"), Author(last="B")), "Harrowdale.")]
    [('Harrowdale.',), ()]
    """
    if not address or not people or any(person.affiliations for person in people):
        return people
    return (replace(people[0], affiliations=(address,)), *people[1:])


def _read_person(person: Element) -> Author | None:
    if person.tag not in ("Author", "Investigator"):
        return None
    names: dict[str, str] = {}
    affiliations: list[str] = []
    orcid = ""
    for child in person:
        tag = child.tag
        if tag == "AffiliationInfo":
            affiliations += [plain_text(part) for part in child if part.tag == "Affiliation"]
        elif tag == "Affiliation":
            affiliations.append(plain_text(child))
        elif tag == "Identifier":
            if not orcid and child.get("Source", "").upper() == "ORCID":
                orcid = bare_orcid(plain_text(child))
        else:
            names[tag] = plain_text(child)
    read = Author(
        last=names.get("LastName", ""),
        fore=names.get("ForeName", ""),
        initials=names.get("Initials", ""),
        suffix=names.get("Suffix", ""),
        collective=names.get("CollectiveName", ""),
        orcid=orcid,
        affiliations=tuple(text for text in affiliations if text),
    )
    return read if read.last or read.fore or read.collective else None
