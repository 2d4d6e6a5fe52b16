"""What a citation processor prints that is wrong or not known, put right while free text is still stand-ins.

- An article without authors begins with its title, and the processor prints the title again in its usual place.
- An article without a volume is said to be published online, although only the volume was not seen.
- Separators stay where the part between them is missing, and between two authors who have no initials.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .model import Reference

__all__ = ["ET_AL", "mended", "without_number"]

ET_AL = "\ue0ff"  # stands for the authors who are not named

_ASSERTED = re.compile(r"Published online (?=\d)|Published online\.?|Published Online First: ?|\(Publication\) ?")
_PAIR = re.compile(r",( (?:&amp;|&)) ")  # APA has a comma between two authors only where initials stand before it
_TIDY = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"\. ;"), ". "),  # no year stands between
    (re.compile(r"\.((?:</i>)?)\."), r".\1"),
    (re.compile(r" (?=[.,;:])"), ""),
    (re.compile(rf",? (?:&amp;|&) (?={ET_AL})"), ", "),
)


def without_number(text: str, style: str) -> str:
    """Return a set reference without the number before it, which the list gives."""
    return text if style == "apa" else re.sub(r"^\s*1(?:\.\s*|\s+|$)", "", text)


def mended(text: str, style: str, item: Mapping[str, Any], reference: Reference) -> str:
    """Return a set reference without what is printed twice or asserted without being known.

    Parameters
    ----------
    text : str
        As the processor sets it, in its HTML.
    style : str
        The style.
    item : mapping
        The CSL item.
    reference : Reference
        What it was made of.
    """
    title = item.get("title", "")
    if not reference.authors and title and text.count(title) > 1:
        text = _once(text, re.escape(title), style)
    text = _ASSERTED.sub("", text)
    if style == "apa" and len(reference.authors) == 2 and not any(author.given for author in reference.authors):
        text = _PAIR.sub(r"\1 ", text, count=1)
    for pattern, instead in _TIDY:
        text = pattern.sub(instead, text)
    return text.strip()


def _once(text: str, title: str, style: str) -> str:
    """Return a reference with its title once: at the beginning in APA, where it takes the authors' place."""
    marked = rf"(?:<i>)?{title}(?:</i>)?"
    if style == "apa":
        return re.sub(
            rf"^(?P<first>{marked}.*?\(\S+\)\. ){marked}(?: \([^)]*\))?(?: \[[^\]]*\])?\.? ?",
            r"\g<first>",
            text,
            count=1,
        )
    return re.sub(rf"^{marked}\. ?(?={marked})", "", text, count=1)
