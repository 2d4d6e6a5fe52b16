"""Where in a journal something stands, and when it came out: what tables print, parted as far as it is certain."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Place", "parse_place", "year_of"]

_PAGES = r"(?P<pages>[A-Za-z]*\d+(?:\.[A-Za-z]?\d+)?(?:\s*[-–]\s*[A-Za-z]*\d+)?)"
_ISSUE = r"(?:\s*\((?P<issue>[^()]+)\))?"
_VOLUME = r"(?P<volume>\d+[A-Za-z]?(?:\s+Suppl(?:\.|ement)?(?:\s+\w+)?)?)"
_ARTICLE = r"(?:art(?:icle|\.)?\s*(?:no\.?|number)?\s*)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_VOLUME}{_ISSUE}\s*:\s*{_PAGES}",
        rf"{_VOLUME}{_ISSUE}[\s,:;]+{_ARTICLE}{_PAGES}",
        rf"{_VOLUME}\s*\((?P<issue>[^()]+)\)",
        rf"{_ARTICLE}{_PAGES}",
        r"(?P<pages>e\d+)",
    )
)
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")
# The year of the issue stands first, and what stands in brackets is the day on which it was online or in print.
_YEAR = re.compile(r"(1[89]\d\d|20\d\d)(?:\s*\((?:epub|online|print|published)\b[^()]*\))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Volume, issue and pages; `printed` is the whole text where it could not be told apart."""

    volume: str = ""
    issue: str = ""
    pages: str = ""
    printed: str = ""


def parse_place(text: str) -> Place:
    """Return volume, issue and pages of a cell such as ``5(1):6-11``. A shortened last page is written out.

    Examples
    --------
    >>> parse_place("36(5):618-22")
    Place(volume='36', issue='5', pages='618-622', printed='')
    >>> parse_place("11(2) article 8023").pages, parse_place("online 2017").printed
    ('8023', 'online 2017')
    """
    text = " ".join(text.split()).rstrip(".")
    if not text:
        return Place()
    for form in _FORMS:
        found = form.fullmatch(text)
        if found:
            parts = {name: value or "" for name, value in found.groupdict().items()}
            return Place(**{**parts, "pages": _whole(parts.get("pages", ""))})
    return Place(printed=text)


def _whole(pages: str) -> str:
    """Return a range of pages with its last page written out, and a plain hyphen."""
    found = _RANGE.fullmatch(pages)
    if not found:
        return re.sub(r"\s*[-–]\s*", "-", pages)
    first, last = found.groups()
    if len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return first if first == last else f"{first}-{last}"


def year_of(year: object, printed: str) -> int | None:
    """Return the year of publication: the number, or what the printed text says for certain.

    Examples
    --------
    >>> year_of(None, "2022 (Epub 27 Jul 2020)"), year_of(None, "2021 (as usually cited; not seen)")
    (2022, None)
    """
    if isinstance(year, int | float) and year == year:
        return int(year)
    if isinstance(year, str) and year.strip().isdigit():
        return int(year)
    found = _YEAR.fullmatch(printed.strip())
    return int(found[1]) if found else None
