"""A bibliographic reference as far as it is known: what is not known is empty, and is listed as missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Author", "Kind", "Reference"]

Kind = Literal["article", "thesis", "preprint", "conference", "registration", "dataset", "software", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person, or a group.

    Attributes
    ----------
    family, given, suffix : str
        A person's names; `given` as initials with points, ``A. B.``.
    group : str
        The name of a group as it is printed; a person has none.
    """

    family: str = ""
    given: str = ""
    suffix: str = ""
    group: str = ""

    @property
    def name(self) -> str:
        """The name as medical journals print it.

        Examples
        --------
        >>> Author(family="Smith", given="A. B.", suffix="Jr").name
        'Smith AB Jr'
        """
        if self.group:
            return self.group
        initials = self.given.replace(". ", "").replace(".", "")
        return " ".join(part for part in (self.family, initials, self.suffix) if part)

    @property
    def inverted(self) -> str:
        """The name as reference managers read it, family name first."""
        if self.group:
            return self.group
        return ", ".join(part for part in (self.family, self.suffix, self.given) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One reference. Text cells are empty where nothing is known.

    Attributes
    ----------
    key : str
        A key of ASCII letters, digits, points, colons, hyphens and underscores, unique among references.
    kind : str
        What it is.
    label : str
        How the base calls the trial, review or thing; for messages, and where nothing else is known.
    role : str
        What it is to its trial, as the table of reports has it; empty for others.
    study_id : str
        Its trial; empty for others.
    authors : tuple of Author
        In their order.
    others : bool
        Whether there are further authors who are not named.
    title, journal, publisher : str
        Title; journal or other series; publisher, university, repository or registry.
    year : int or None
        Year of publication.
    year_printed : str
        What is known of the year where it is not one number.
    volume, issue, pages : str
        Place in the journal. `pages` is a page, a range with a hyphen, or the number of the article.
    place_printed : str
        What is printed of the place and could not be told apart.
    doi, pmid, pmcid, registration, url : str
        Identifiers.
    version : str
        Of software and data sets.
    citation : str
        The whole citation as printed, where only that is known.
    notice : str
        ``retracted``, ``concern``, ``republished`` or ``corrected``, as PubMed says of the record.
    """

    key: str
    kind: Kind
    label: str
    role: str = ""
    study_id: str = ""
    authors: tuple[Author, ...] = ()
    others: bool = False
    title: str = ""
    journal: str = ""
    publisher: str = ""
    year: int | None = None
    year_printed: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    place_printed: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    registration: str = ""
    url: str = ""
    version: str = ""
    citation: str = ""
    notice: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What a reader of the reference will look for and not find.

        Examples
        --------
        >>> Reference(key="x", kind="article", label="Smith 2013", title="On knees", year=2013).missing
        ('authors', 'journal', 'volume or pages')
        """
        if self.citation:
            return ()
        found = []
        if not self.authors and self.kind != "registration":
            found.append("authors")
        elif self.others:
            found.append("further authors")
        if not self.title:
            found.append("title")
        if not (self.journal or self.publisher) and self.kind not in ("registration", "software", "dataset"):
            found.append("university" if self.kind == "thesis" else "journal")
        if self.year is None and self.kind != "registration":
            found.append("year")
        if self.kind == "article" and not (self.volume or self.pages):
            found.append("volume or pages")
        return tuple(found)

    @property
    def notes(self) -> tuple[str, ...]:
        """What has no field of its own in reference managers, as sentences."""
        said = []
        if self.notice:
            said.append(_NOTICES[self.notice])
        if self.registration:
            said.append(f"Registration: {self.registration}.")
        if self.citation:
            said.append(f"As printed: {self.citation}.")
        if self.year_printed and self.year is None:
            said.append(f"Year as known: {self.year_printed}.")
        if self.place_printed:
            said.append(f"Volume and pages as printed: {self.place_printed}.")
        if self.missing:
            said.append(f"{self.label}: not recorded: {', '.join(self.missing)}.")
        return tuple(said)


_NOTICES = {
    "retracted": "Retracted.",
    "concern": "Under an expression of concern.",
    "republished": "Withdrawn and published again.",
    "corrected": "Has a correction.",
}
