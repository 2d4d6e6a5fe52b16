"""References to the evidence base itself, to the program, and to the reviews that the base knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .keys import key_of, keys_of
from .model import Author, Reference
from .names import parse_author

if TYPE_CHECKING:
    from ...base import EvidenceBase

__all__ = ["base_reference", "review_references", "software_reference"]

_FIELD = r"^{name}: *(?P<quote>[\"']?)(?P<value>.*?)(?P=quote) *(?:#.*)?$"


def base_reference(base: EvidenceBase, *, version: str = "") -> Reference:
    """Return the reference to a base: what its ``CITATION.cff`` says, else the title of the review.

    Parameters
    ----------
    base : EvidenceBase
        The base.
    version : str
        Its version.
    """
    path = base.project.root / "CITATION.cff"
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    year = _field(text, "date-released")[:4]
    return Reference(
        key=key_of(base.protocol.review.id),
        kind="dataset",
        label="the evidence base",
        title=_field(text, "title") or base.protocol.review.title,
        authors=_authors(text),
        year=int(year) if year.isdigit() else None,
        doi=_field(text, "doi"),
        url=_field(text, "url"),
        version=version,
    )


def software_reference(version: str) -> Reference:
    """Return the reference to this program."""
    return Reference(key="evidence-program", kind="software", label="the program", title="evidence", version=version)


def review_references(base: EvidenceBase) -> tuple[Reference, ...]:
    """Return the published reviews that the base knows, cited as they are printed there."""
    from ...tables.io import records

    rows = records(base.tables["review_reports"])
    keys = keys_of(row["review_id"] for row in rows)
    return tuple(
        Reference(
            key=f"review-{keys[row['review_id']]}",
            kind="text",
            label=row["review_id"],
            citation=row["citation"].rstrip("."),
            doi=row["doi"],
            pmid=row["pmid"],
            registration=row["registration"],
        )
        for row in rows
    )


def _field(text: str, name: str) -> str:
    found = re.search(_FIELD.format(name=re.escape(name)), text, re.MULTILINE)
    return found["value"].strip() if found else ""


def _authors(text: str) -> tuple[Author, ...]:
    """Return the authors of a citation file, people and groups."""
    block = re.search(r"^authors:\n((?:[ \t]*-.*\n|[ \t]+.*\n?)*)", text + "\n", re.MULTILINE)
    found = []
    for entry in re.split(r"^[ \t]*- ", block[1] if block else "", flags=re.MULTILINE)[1:]:
        lines = "\n".join(line.strip() for line in entry.splitlines())
        family, given, group = (_field(lines, name) for name in ("family-names", "given-names", "name"))
        if family:
            initials = parse_author(f"{family} {''.join(part[:1].upper() for part in re.split(r'[ .-]+', given))}")
            found.append(initials if initials is not None and given else Author(family=family))
        elif group:
            found.append(Author(group=group))
    return tuple(found)
