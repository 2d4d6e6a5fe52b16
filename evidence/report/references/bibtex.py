"""References as BibTeX: UTF-8, with every sign escaped that LaTeX reads, and capitals kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Author, Reference

__all__ = ["as_bibtex"]

_ENTRIES = {
    "article": "article",
    "thesis": "phdthesis",
    "preprint": "misc",
    "conference": "inproceedings",
    "registration": "misc",
    "dataset": "misc",
    "software": "misc",
    "text": "misc",
}
# Where the kind of the work takes what stands as journal or publisher.
_JOURNALS = {"article": "journal", "conference": "booktitle"}
_PUBLISHERS = {"thesis": "school", "conference": "publisher"}
# BibTeX counts braces even behind a backslash, so a single one in a title would swallow the entries that follow.
_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_ENCODED = {"\\": "%5C", "{": "%7B", "}": "%7D"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")


def as_bibtex(references: Iterable[Reference]) -> str:
    r"""Return references as a BibTeX file.

    A thesis is a ``phdthesis``, whatever its degree, since tables do not tell it. Authors who are not named are
    ``and others``. DOI and address stand as they are, which is what biblatex and managers expect. Words of a title
    that have a capital stand in braces, so that no style makes them small.

    Examples
    --------
    >>> from evidence.report.references import Author, Reference
    >>> print(as_bibtex([Reference(key="Li2013-1", kind="article", label="Li 2013", title="Zinc & DNA: 5% of it",
    ...     authors=(Author(family="Li", given="G."),), others=True, journal="J Ex", year=2013)]))
    @article{Li2013-1,
      author = {Li, G. and others},
      title = {Zinc \& {DNA}: 5\% of it},
      journal = {J Ex},
      year = {2013},
      note = {Li 2013: not recorded: further authors, volume or pages.}
    }
    <BLANKLINE>
    """
    return "\n".join(_entry(reference) for reference in references)


def _entry(reference: Reference) -> str:
    fields = [f"  {name} = {{{value}}}" for name, value in _fields(reference).items() if value]
    return f"@{_ENTRIES[reference.kind]}{{{reference.key},\n" + ",\n".join(fields) + "\n}\n"


def _fields(reference: Reference) -> dict[str, str]:
    kind = reference.kind
    names = [_name(author) for author in reference.authors] + ["others"] * bool(reference.authors and reference.others)
    return {
        "author": " and ".join(names),
        "title": _title(reference.title),
        _JOURNALS.get(kind, "howpublished"): _escaped(reference.journal),
        "volume": _escaped(reference.volume),
        "number": _escaped(reference.issue),
        "pages": _escaped(reference.pages).replace("-", "--"),
        _PUBLISHERS.get(kind, "publisher"): _escaped(reference.publisher),
        "year": "" if reference.year is None else str(reference.year),
        "version": _escaped(reference.version),
        "doi": _verbatim(reference.doi),
        "pmid": _escaped(reference.pmid),
        "pmcid": _escaped(reference.pmcid),
        "url": _verbatim(reference.url),
        "note": _escaped(" ".join(reference.notes)),
    }


def _name(author: Author) -> str:
    """Return a name for BibTeX; a group stands in braces of its own, lest its ``and`` make two of it."""
    if author.group:
        return f"{{{_escaped(author.group)}}}"
    family = _escaped(author.family)
    if " " in family and not author.given:
        family = f"{{{family}}}"
    return ", ".join(part for part in (family, _escaped(author.suffix), _escaped(author.given)) if part)


def _title(title: str) -> str:
    """Return a title with the words in braces whose capitals must stay; one at its very beginning stays anyway."""
    words = enumerate(title.split(" "))
    return " ".join(_braced(word) if _has_capital(word, first=not place) else _escaped(word) for place, word in words)


def _has_capital(word: str, *, first: bool) -> bool:
    rest = word[1:] if first else word
    return any(letter.isupper() for letter in rest)


def _braced(word: str) -> str:
    """Return a word in braces, its marks outside them."""
    found = re.fullmatch(r"([^\w]*)(.*?)([^\w]*)", word, re.DOTALL)
    before, core, after = found.groups() if found else ("", word, "")
    return f"{_escaped(before)}{{{_escaped(core)}}}{_escaped(after)}"


def _escaped(text: str) -> str:
    """Return text as LaTeX prints it: signs escaped; line breaks, control and direction marks as blanks."""
    return "".join(_SIGNS.get(sign, sign) for sign in _CONTROL.sub(" ", text)).strip()


def _verbatim(text: str) -> str:
    """Return an address as LaTeX takes it letter by letter; what could end the field is percent-encoded."""
    bare = "".join(_CONTROL.sub(" ", text).split(" "))
    return "".join(_ENCODED.get(sign, sign) for sign in bare)
