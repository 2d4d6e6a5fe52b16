"""Addresses in text become links: PubMed and DOI numbers, trial registrations, web pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["linked"]

# A bracket belongs to an address if it is closed inside it, as in 10.1016/s0033-0620(85)80003-7.
_PATH = r"(?:[^\s;,<>\"()]|\([^\s;,<>\"()]*\))+(?<!\.)"
_ADDRESS = re.compile(
    rf"(?P<page>https?://{_PATH})"
    r"|(?P<pmid>PMID:?\s?(?P<number>\d{5,9}))"
    rf"|(?P<doi>(?:DOI:?\s?)?(?P<suffix>10\.\d{{4,9}}/{_PATH}))"
    r"|(?P<trial>NCT\d{8})",
    re.IGNORECASE,
)


def linked(text: str) -> Markup:
    """Return text as safe HTML with its addresses as links.

    Examples
    --------
    >>> print(linked("source PMID:23960389 <b>"))
    source <a href="https://pubmed.ncbi.nlm.nih.gov/23960389/">PMID:23960389</a> &lt;b&gt;
    >>> print(linked("doi 10.1000/a.b."))
    <a href="https://doi.org/10.1000/a.b">doi 10.1000/a.b</a>.
    >>> print(linked("(DOI:10.1000/s1(85)2)"))
    (<a href="https://doi.org/10.1000/s1(85)2">DOI:10.1000/s1(85)2</a>)
    """
    from markupsafe import Markup, escape

    parts, end = [], 0
    for match in _ADDRESS.finditer(text):
        parts.append(escape(text[end : match.start()]))
        parts.append(Markup('<a href="{}">{}</a>').format(_target(match), match.group()))
        end = match.end()
    return Markup().join([*parts, escape(text[end:])])


def _target(match: re.Match[str]) -> str:
    if match["page"]:
        return match["page"]
    if match["pmid"]:
        return f"https://pubmed.ncbi.nlm.nih.gov/{match['number']}/"
    if match["doi"]:
        return f"https://doi.org/{match['suffix']}"
    return f"https://clinicaltrials.gov/study/{match['trial'].upper()}"
