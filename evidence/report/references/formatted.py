"""References as journals print them: AMA, APA, BMJ and Vancouver, by their CSL styles.

The processor sees stand-ins where free text will be. So it changes no letter of a title, no text can end a tag or
carry markup, and what it prints twice or asserts without knowing can be found and mended (`mending`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import partial
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from ...vocabulary import check_option
from .csl_json import csl_items
from .markup import Markup, rendered
from .mending import ET_AL, mended, without_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .model import Author, Reference

__all__ = ["REFERENCE_STYLES", "ReferenceStyle", "formatted", "in_order"]

ReferenceStyle = Literal["ama", "apa", "bmj", "vancouver"]
REFERENCE_STYLES: Mapping[str, str] = MappingProxyType(
    {
        "ama": "american-medical-association",
        "apa": "apa",
        "bmj": "bmj",
        "vancouver": "nlm-citation-sequence",
    }
)
_PRIVATE = 0xE000  # first of the code points that no text has a use for
_PLAIN_PAGES = re.compile(r"\d+(?:-\d+)?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?)+")
_TEXTS = ("title", "container-title", "publisher", "volume", "issue", "version", "DOI", "PMID", "URL")
_UNTITLED = "title not recorded"


def formatted(references: Iterable[Reference], style: str = "vancouver", *, markup: Markup = "text") -> tuple[str, ...]:
    """Return references as a journal prints them, one text each, without numbers.

    Numbered styles keep the order given, APA has the alphabet's. A journal's name stays as the tables have it. What
    is not known is left out; a title that is not known is said not to be recorded.

    Parameters
    ----------
    references : iterable of Reference
        The references.
    style : {"ama", "apa", "bmj", "vancouver"}
        AMA 11th edition, APA 7th edition, BMJ, or NLM's Citing Medicine, which is Vancouver.
    markup : {"text", "markdown", "html"}
        Italics are lost in text. HTML is escaped and may stand in a page as it is.

    Raises
    ------
    OptionError
        If there is no such style or markup.

    Examples
    --------
    >>> from evidence.report.references import Author, Reference
    >>> known = Reference(key="Li2013-1", kind="article", label="Li 2013", title="Does zinc help?", year=2013,
    ...     authors=(Author(family="Li", given="G. H."),), journal="J Ex", volume="5", pages="618-622")
    >>> for style in ("ama", "apa", "bmj", "vancouver"):
    ...     print(*formatted([known], style))
    Li GH. Does zinc help? J Ex. 2013;5:618-622.
    Li, G. H. (2013). Does zinc help? J Ex, 5, 618–622.
    Li GH. Does zinc help? J Ex. 2013;5:618–22.
    Li GH. Does zinc help? J Ex. 2013;5:618–22.
    """
    check_option("style", style, ReferenceStyle)
    check_option("markup", markup, Markup)
    processor = _processor(style)
    return tuple(_printed(reference, style, markup, processor) for reference in in_order(references, style))


def in_order(references: Iterable[Reference], style: str) -> tuple[Reference, ...]:
    """Return references in the order of a style's list: the alphabet's for APA, else as they are."""
    found = tuple(references)
    return tuple(sorted(found, key=_alphabet)) if style == "apa" else found


def _alphabet(reference: Reference) -> tuple[str, int, str, str]:
    names = " ".join(author.inverted for author in reference.authors)
    year = reference.year if reference.year is not None else 0
    return _folded(names or reference.title or reference.label), year, _folded(reference.title), reference.key


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum() or c == " ").strip()


def _processor(style: str) -> Callable[[dict[str, Any]], str]:
    """Return a function that sets one CSL item in a style."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    source = files(__package__) / "styles" / f"{REFERENCE_STYLES[style]}.csl"
    with source.open("rb") as file:
        known = CitationStylesStyle(file, validate=False)

    def set_one(item: dict[str, Any]) -> str:
        bibliography = CitationStylesBibliography(known, CiteProcJSON([item]), formatter.html)
        bibliography.register(Citation([CitationItem(item["id"])]))
        return str(bibliography.bibliography()[0])

    return set_one


def _printed(reference: Reference, style: str, markup: Markup, processor: Callable[[dict[str, Any]], str]) -> str:
    if reference.citation:
        stand_ins: dict[str, str] = {}
        text = ""
    else:
        item, stand_ins = _item(reference, style)
        text = mended(without_number(processor(item), style), style, item, reference)
    ends = _endings(reference, text, stand_ins, style)
    return rendered(text, stand_ins, ends, markup)


def _item(reference: Reference, style: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the CSL item with stand-ins for its texts, and stand-in → text."""
    label = f"{reference.label}; " if not reference.authors else ""
    known = reference if reference.title else replace(reference, title=f"[{label}{_UNTITLED}]")
    (item,) = csl_items([known])
    stand_ins: dict[str, str] = {}
    stand = partial(_stand_in, stand_ins)
    for name in _TEXTS:
        if name in item:
            item[name] = stand(item[name])
    if "page" in item and not _PLAIN_PAGES.fullmatch(item["page"]):
        item["page"] = stand(item["page"].replace("-", "-" if style == "ama" else "–"))
    if "author" in item:
        item["author"] = [_name(author, stand) for author in reference.authors]
        item["author"] += [{"literal": ET_AL}] * reference.others
        stand_ins[ET_AL] = "et al"
    for unused in ("note", "PMCID"):
        item.pop(unused, None)
    return {**item, "id": "one", **_for_style(reference, style)}, stand_ins


def _for_style(reference: Reference, style: str) -> dict[str, Any]:
    """Return what styles print of some kinds only under another type, or only with a genre."""
    return {
        "registration": {"type": "report"},
        "thesis": {"genre": "Thesis" if style == "ama" else "thesis"},
        "preprint": {"genre": "preprint"},
    }.get(reference.kind, {})


def _stand_in(stand_ins: dict[str, str], text: str) -> str:
    mark = chr(_PRIVATE + len(stand_ins))
    stand_ins[mark] = text
    return mark


def _name(author: Author, stand: Callable[[str], str]) -> dict[str, str]:
    if author.group:
        return {"literal": stand(author.group)}
    name = {"family": stand(author.family)}
    if author.given:
        name["given"] = author.given if _INITIALS.fullmatch(author.given) else stand(author.given)
    if author.suffix:
        name["suffix"] = stand(author.suffix)
    return name


def _endings(reference: Reference, text: str, stand_ins: Mapping[str, str], style: str) -> Sequence[str]:
    """Return what must stand at the end: what the style left out of where to find the work, and notices."""
    printed = {value for mark, value in stand_ins.items() if mark in text}
    ends = [f"{reference.citation}."] if reference.citation else []
    ends += [f"{value}." for value in (reference.publisher, reference.journal) if value and value not in printed]
    if reference.version and reference.version not in printed:
        ends.append(f"Version {reference.version}.")
    if reference.doi and reference.doi not in printed:
        before = {"apa": "https://doi.org/", "bmj": "doi: "}.get(style, "doi:")
        ends.append(f"{before}{reference.doi}")
    if reference.pmid and not reference.doi and reference.pmid not in printed:
        ends.append(f"PMID: {reference.pmid}.")
    if reference.registration and (reference.kind == "registration" or not (reference.doi or reference.journal)):
        ends.append(f"Registration: {reference.registration}.")
    if reference.notice in _NOTICES:
        ends.append(_NOTICES[reference.notice])
    return ends


_NOTICES = {
    "retracted": "[Retracted]",
    "concern": "[Under an expression of concern]",
    "republished": "[Withdrawn and published again]",
}
