"""A row of another tool's file: what it says of the record, and what it says was decided."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..duplicates.normal import plain_doi, plain_title, surname
from .carried import find_carried

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .carried import Carried

__all__ = ["Row", "Said"]

# Columns of CSV files in lower case, and tags of RIS files, that hold the same thing.
_TITLE = ("title", "primary_title", "article title", "TI", "T1")
_AUTHORS = ("authors", "author", "author names", "first_authors", "AU", "A1")
_YEAR = ("year", "publication year", "published year", "PY", "Y1", "DA")
_DOI = ("doi", "DO")
_PMID = ("pmid", "pubmed_id", "pubmed id", "evidence_pmid")
_NUMBER = ("accession number", "ref", "archive location", "AN")
_FREE = ("extra", "url", "urls", "UR", "M1", "M2", "C1", "DO", "notes", "N1")
_NOTES = ("notes", "note", "evidence_screening", "N1", "RN", "extra", "abstract note")
_DIGITS = re.compile(r"[1-9]\d{0,8}")
# As tables of numbers write a whole number; 9.0E+07 has lost its digits and says nothing.
_DECIMALS = re.compile(r"(?<=\d)\.0+$")
_IN_TEXT = re.compile(
    r"\bPMID:?\s*([1-9]\d{0,8})\b|pubmed\.ncbi\.nlm\.nih\.gov/([1-9]\d{0,8})\b|/pubmed/([1-9]\d{0,8})\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A decision as another tool's file has it; what it does not tell is empty.

    Attributes
    ----------
    decision : str
        ``include``, ``exclude`` or ``maybe``.
    reason, reviewer, decided_at, notes : str
        As the file tells them.
    reasons : tuple of str
        The reasons one by one, where the file does not tell whose each is.
    surely : bool
        Whether the file tells the reviewer of this very decision, and not only of one that went out.
    """

    decision: str
    reason: str = ""
    reviewer: str = ""
    decided_at: str = ""
    notes: str = ""
    reasons: tuple[str, ...] = ()
    surely: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a CSV file or an entry of a RIS file.

    Attributes
    ----------
    line : int
        Where it begins in the file.
    columns : frozenset of str
        The file's columns in lower case; empty for RIS.
    cells : mapping of str to tuple of str
        What stands in each column, or under each tag; only what is not empty.
    fault : str
        What is wrong with its form; empty if nothing is.
    """

    line: int
    columns: frozenset[str] = frozenset()
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fault: str = ""

    def first(self, *names: str) -> str:
        """Return what stands under the first of several names that holds anything."""
        return next((self.cells[name][0] for name in names if name in self.cells), "")

    @property
    def notes(self) -> tuple[str, ...]:
        """Everything that may hold notes."""
        return tuple(text for name in _NOTES for text in self.cells.get(name, ()))

    @property
    def carried(self) -> Carried | None:
        """What travelled with the record, if it came back."""
        return find_carried(self.notes)

    @property
    def title(self) -> str:
        """The title, normalised."""
        return plain_title(self.first(*_TITLE))

    @property
    def author(self) -> str:
        """The first author's family name, normalised."""
        return surname(self.first(*_AUTHORS))

    @property
    def year(self) -> str:
        """The year of publication."""
        found = re.search(r"(?:1[89]|20|21)\d\d", self.first(*_YEAR))
        return found.group() if found else ""

    @property
    def doi(self) -> str:
        """The DOI, normalised."""
        return plain_doi(self.first(*_DOI))

    @property
    def own_pmids(self) -> tuple[str, ...]:
        """The PMIDs in the columns that are made for them."""
        texts = (_DECIMALS.sub("", text) for name in _PMID for text in self.cells.get(name, ()))
        return tuple(dict.fromkeys(text for text in texts if _DIGITS.fullmatch(text)))

    @property
    def pmids(self) -> tuple[str, ...]:
        """The PMIDs that the row names as such, each once."""
        found = list(self.own_pmids)
        for name in _FREE:
            for text in self.cells.get(name, ()):
                found += ["".join(groups) for groups in _IN_TEXT.findall(text)]
        return tuple(dict.fromkeys(found))

    @property
    def numbers(self) -> tuple[str, ...]:
        """Numbers that may be PMIDs, or those of another database."""
        texts = (text for name in _NUMBER for text in self.cells.get(name, ()))
        return tuple(dict.fromkeys(text for text in texts if _DIGITS.fullmatch(text)))

    @property
    def shown(self) -> str:
        """The row for a message: its title, cut short."""
        title = " ".join(self.first(*_TITLE).split())
        return title if len(title) <= 60 else f"{title[:59]}…"
