"""To which trial of the base a record belongs, as identifiers and curators' decisions say; or a name for a new one."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..screen.duplicates import decided_pairs
from ..screen.duplicates.normal import plain_registration

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["Linked", "linked_studies", "propose_study_id"]

Row = dict[str, str]
_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe"}
)
_PERSON = re.compile(r"(?P<last>\S.*?)\s+[A-Z][A-Z-]{0,4}(?:\s(?:Jr|Sr|2nd|3rd|4th|II|III|IV))?")
_MOST_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A trial of the base to which a record belongs.

    Attributes
    ----------
    study_id : str
        The trial.
    reasons : tuple of str
        Why.
    report_id : str
        The report of the base that is this very record; empty if there is none yet.
    """

    study_id: str
    reasons: tuple[str, ...]
    report_id: str = ""


def linked_studies(pmid: str, record: Row, tables: Mapping[str, Sequence[Row]]) -> tuple[Linked, ...]:
    """Return the trials of the base to which a record belongs; more than one where the base contradicts itself.

    A report with the same PMID, DOI or PMCID, a registration in common, a curator's decision that two entries are the
    same publication or trial, an earlier extraction: each is a reason. A decision that two are different takes the
    reasons of DOI and registration away.

    Parameters
    ----------
    pmid : str
        The record.
    record : dict
        Its row in records.
    tables : mapping of str to rows
        ``studies``, ``reports``, ``duplicates`` and ``extractions``, their cells as text.
    """
    same, different = _decided(pmid, tables)
    reasons: dict[str, list[str]] = defaultdict(list)
    reports: dict[str, str] = {}
    registered = set(plain_registration(record["registrations"]))
    unlike: set[str] = set()
    for report in tables["reports"]:
        study, name = report["study_id"], report["report_id"]
        names = {name, f"PMID:{report['pmid']}"}
        if report["pmid"] == pmid:
            reasons[study].append(f"its report {name} has this PMID")
            reports.setdefault(study, name)
        elif names & same:
            reasons[study].append(f"a decision in duplicates on {name}")
        elif names & different:
            unlike.add(study)
        else:
            reasons[study] += [
                f"its report {name} has the same {column.upper()}"
                for column in ("doi", "pmcid")
                if record[column] and record[column].casefold() == report[column].casefold()
            ]
            reasons[study] += [
                f"its report {name} has the registration {number}"
                for number in registered.intersection(plain_registration(report["registration"]))
            ]
    for study_row in tables["studies"]:
        if study_row["study_id"] not in unlike:
            reasons[study_row["study_id"]] += [
                f"it has the registration {number}"
                for number in registered.intersection(plain_registration(study_row["registration"]))
            ]
    for row in tables["extractions"]:
        if row["study_id"] and (row["pmid"] == pmid or f"PMID:{row['pmid']}" in same):
            reasons[row["study_id"]].append(f"the extraction of PMID {row['pmid']} by {row['extractor']}")
    return tuple(
        Linked(study_id=study, reasons=tuple(dict.fromkeys(why)), report_id=reports.get(study, ""))
        for study, why in sorted(reasons.items())
        if why
    )


def propose_study_id(authors: str, year: str, pmid: str, known: Collection[str]) -> str:
    """Return a name for a new trial: first author and year, with a letter behind it where that is taken.

    Examples
    --------
    >>> propose_study_id("Şahin AB; Smith C", "2024", "90000001", {"Sahin2024"})
    'Sahin2024b'
    >>> propose_study_id("", "", "90000001", set())
    'PMID90000001'
    """
    first = authors.split(";")[0].strip()
    person = _PERSON.fullmatch(first)
    words = _plain(person.group("last") if person else " ".join(first.split()[:_MOST_WORDS]))
    base = f"{words}{year}" if len(words) > 1 else f"PMID{pmid}"
    taken = {name.casefold() for name in known}
    if base.casefold() not in taken:
        return base
    letters = (f"{base}{chr(code)}" for code in range(ord("b"), ord("z") + 1))
    return next((name for name in letters if name.casefold() not in taken), f"{base}-{pmid}")


def _plain(words: str) -> str:
    """Return words as one, in Latin letters without marks; others fall away."""
    folded = unicodedata.normalize("NFKD", words.translate(_LETTERS)).encode("ascii", "ignore").decode()
    return "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z]+", folded))


def _decided(pmid: str, tables: Mapping[str, Sequence[Row]]) -> tuple[set[str], set[str]]:
    """Return the entries that curators' decisions make the same trial as a record, and those decided to be another."""
    near: dict[str, set[str]] = defaultdict(set)
    different: set[str] = set()
    own = f"PMID:{pmid}"
    for (one, other), row in decided_pairs(tables).items():
        if row["relation"] == "different":
            different |= {one, other} if own in (one, other) else set()
        else:
            near[one].add(other)
            near[other].add(one)
    same, waiting = {own}, [own]
    while waiting:
        fresh = near[waiting.pop()] - same
        same |= fresh
        waiting += fresh
    return same - {own}, different - {own} - same
