"""Dates of PubMed: from the year alone to a range over two years, as far as they are given.

What stands in the record is kept beside what is made of it, so that nothing here decides for good.
"""

from __future__ import annotations

import calendar
import re

__all__ = ["calendar_date", "free_date", "issue_date"]

# Not from `calendar`, whose names are those of the locale.
_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTHS = {written: n for n, name in enumerate(_NAMES, 1) for written in (name, name[:3], str(n), f"{n:02}")}
_MONTHS["sept"] = 9
# The months by which PubMed sorts issues that have a season.
_SEASONS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10, "autumn": 10}
_QUARTERS = {"1": 1, "2": 4, "3": 7, "4": 10}
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_WORD = re.compile(r"[A-Za-z]+")
_QUARTER = re.compile(r"\b([1-4])(?:st|nd|rd|d|th)?[ -]?quart", re.IGNORECASE)


def calendar_date(year: str, month: str = "", day: str = "") -> str:
    """Return a date as far as it is given and possible: ``2013``, ``2013-01`` or ``2013-01-09``.

    Parameters
    ----------
    year : str
        Four digits; without them there is no date.
    month : str
        A number, or an English name or its abbreviation.
    day : str
        A number; one that the month does not have is left out.

    Examples
    --------
    >>> calendar_date("2013", "Jan", "9"), calendar_date("2013", "2", "30"), calendar_date("2013", "Spring")
    ('2013-01-09', '2013-02', '2013')
    """
    if not _YEAR.fullmatch(year):
        return ""
    number = _MONTHS.get(month.rstrip(".").lower())
    if number is None:
        return year
    if day.isascii() and day.isdigit() and 1 <= int(day) <= calendar.monthrange(int(year), number)[1]:
        return f"{year}-{number:02}-{int(day):02}"
    return f"{year}-{number:02}"


def free_date(text: str) -> str:
    """Return the first year, and its first month, of a date in words; empty if there is no year.

    A season counts from the month by which PubMed sorts it: winter January, spring April, summer July, autumn October.
    A quarter counts from its first month. A season of two years (``1979-1980 Winter``) has no month.

    Examples
    --------
    >>> [free_date(text) for text in ("2020 Dec-2021 Jan", "1998 Winter", "2000 Spring-Summer", "1979-1980")]
    ['2020-12', '1998-01', '2000-04', '1979']
    >>> [free_date(text) for text in ("1976 3rd Quarter", "Fall 2004", "2003 Aug 28-Sep 4", "1978-79 Winter")]
    ['1976-07', '2004-10', '2003-08', '1978']
    """
    years = list(_YEAR.finditer(text))
    if not years:
        return ""
    year = years[0].group()
    if re.match(r"\s*[-/–]\s*\d\d(?!\d)", text[years[0].end() :]):
        return year
    first = text[: years[1].start()] if len(years) > 1 else text
    if quarter := _QUARTER.search(first):
        return f"{year}-{_QUARTERS[quarter.group(1)]:02}"
    for word in _WORD.findall(first.lower()):
        month = _MONTHS.get(word) or _SEASONS.get(word)
        if month is not None:
            return f"{year}-{month:02}"
    return year


def issue_date(parts: dict[str, str]) -> tuple[str, str]:
    """Return the date of an issue, and how it is printed where that is more than a date.

    Parameters
    ----------
    parts : dict of str to str
        What stands in ``PubDate``: Year, Month, Day, Season, MedlineDate.

    Examples
    --------
    >>> issue_date({"Year": "2013", "Month": "Jan"})
    ('2013-01', '')
    >>> issue_date({"Year": "2013", "Season": "Winter"}), issue_date({"MedlineDate": "2020 Dec-2021 Jan"})
    (('2013-01', '2013 Winter'), ('2020-12', '2020 Dec-2021 Jan'))
    """
    year, season = parts.get("Year", ""), parts.get("Season", "")
    if year and season:
        printed = f"{year} {season}"
        return free_date(printed), printed
    if year:
        return calendar_date(year, parts.get("Month", ""), parts.get("Day", "")), ""
    printed = parts.get("MedlineDate", "")
    return free_date(printed), printed
