"""References to the evidence base itself, to the program, and to the reviews that the base knows."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .keys import key_of, keys_of
from .model import Author, Reference
from .names import parse_author

if TYPE_CHECKING:
    from ...base import EvidenceBase

__all__ = ["base_reference", "own_references", "review_references", "software_reference"]

_FILE, _PACKAGE = "CITATION.cff", Path(__file__).resolve().parents[2]
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
    found = Reference(
        key=key_of(base.protocol.review.id),
        kind="dataset",
        label="the evidence base",
        title=base.protocol.review.title,
        version=version,
    )
    return _as_told(found, base.project.root)


def software_reference(version: str) -> Reference:
    """Return the reference to this program: what its ``CITATION.cff`` says, else its name.

    Parameters
    ----------
    version : str
        Its version.

    Examples
    --------
    >>> found = software_reference("1.2.0")
    >>> found.version, bool(found.title)
    ('1.2.0', True)
    """
    found = Reference(key="evidence-program", kind="software", label="the program", title="evidence", version=version)
    roots = (_PACKAGE / "shipped", _PACKAGE.parent)
    return _as_told(found, next((root for root in roots if (root / _FILE).is_file()), _PACKAGE))


def own_references(base: EvidenceBase, *, version: str, program: str) -> tuple[Reference, ...]:
    """Return the references to a base and to the program; one for both where they are published as one.

    Parameters
    ----------
    base : EvidenceBase
        The base.
    version, program : str
        The versions of the base and of the program.
    """
    own, software = base_reference(base, version=version), software_reference(program)
    if replace(own, key=software.key, kind=software.kind, label=software.label) == software:
        return (replace(own, label="the evidence base and the program"),)
    return own, software


def _as_told(found: Reference, folder: Path) -> Reference:
    """Return a reference with what the citation file of a folder says; as it is where there is no such file."""
    path = folder / _FILE
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    year = _field(text, "date-released")[:4]
    return replace(
        found,
        title=_field(text, "title") or found.title,
        authors=_authors(text),
        year=int(year) if year.isdigit() else None,
        doi=_field(text, "doi"),
        url=_field(text, "url"),
    )


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
