"""Dates of issues in every form that PubMed has, and of the days that it writes in parts."""

from __future__ import annotations

import pytest

from evidence.fetch.parse import parse_set
from evidence.fetch.parse.dates import calendar_date, free_date

MEDLINE_DATES = {
    "1979 Jan-Feb": "1979-01",
    "2020 Dec-2021 Jan": "2020-12",
    "1998 Nov-1999 May": "1998-11",
    "1998 Winter": "1998-01",
    "2000 Spring": "2000-04",
    "2000 Spring-Summer": "2000-04",
    "1979 Fall-Winter": "1979-10",
    "2004 Autumn": "2004-10",
    "Fall 2004": "2004-10",
    "1979-1980": "1979",
    "1979-80": "1979",
    "1979/1980": "1979",
    "1979-1980 Fall": "1979",
    "1979-1980 Fall-Winter": "1979",
    "1978-79 Winter": "1978",
    "1979 Apr 12-19": "1979-04",
    "1979 Aug 28-Sep 4": "1979-08",
    "1979 Apr-Jun 12": "1979-04",
    "1979 3rd Quarter": "1979-07",
    "1979 2d Quart": "1979-04",
    "1979 1st Half": "1979",
    "2015 Sept": "2015-09",
    "2015 september": "2015-09",
    "15 Dec 2000": "2000-12",
    "2003 May/Jun": "2003-05",
    "2003 Marginal": "2003",
    "2003": "2003",
    "12003": "",
    "in press": "",
    "": "",
}


@pytest.mark.parametrize(("printed", "date"), MEDLINE_DATES.items())
def test_first_year_and_month_of_a_date_in_words(printed: str, date: str) -> None:
    assert free_date(printed) == date


@pytest.mark.parametrize(
    ("parts", "date"),
    [
        (("2013", "1", "9"), "2013-01-09"),
        (("2013", "01", "09"), "2013-01-09"),
        (("2013", "Jan", "9"), "2013-01-09"),
        (("2013", "JANUARY", "31"), "2013-01-31"),
        (("2013", "Dec.", ""), "2013-12"),
        (("2013", "", "9"), "2013"),
        (("2013", "13", "9"), "2013"),
        (("2013", "0", "9"), "2013"),
        (("2013", "Feb", "29"), "2013-02"),
        (("2012", "Feb", "29"), "2012-02-29"),
        (("2013", "Feb", "x"), "2013-02"),
        (("2013", "Feb", "0"), "2013-02"),
        (("2013", "Feb", "²"), "2013-02"),
        (("13", "Feb", "1"), ""),
        (("", "Feb", "1"), ""),
    ],
)
def test_a_date_is_given_as_far_as_it_is_possible(parts: tuple[str, str, str], date: str) -> None:
    assert calendar_date(*parts) == date


def _record(issue: str, *, article: str = "", citation: str = "", data: str = "") -> bytes:
    return (
        "<PubmedArticleSet><PubmedArticle><MedlineCitation Status='MEDLINE'><PMID Version='1'>90000001</PMID>"
        f"{citation}<Article PubModel='Print'><Journal><JournalIssue CitedMedium='Print'><PubDate>{issue}</PubDate>"
        f"</JournalIssue></Journal><ArticleTitle>A comb.</ArticleTitle>{article}</Article></MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle></PubmedArticleSet>"
    ).encode()


def test_what_is_printed_stays_beside_what_is_made_of_it() -> None:
    season = parse_set(_record("<Year>2013</Year><Season>Winter</Season>")).records[0]
    words = parse_set(_record("<MedlineDate>2020 Dec-2021 Jan</MedlineDate>")).records[0]
    plain = parse_set(_record("<Year>2013</Year><Month>Jan</Month><Day>9</Day>")).records[0]
    assert (season.date, season.date_as_printed, season.year) == ("2013-01", "2013 Winter", 2013)
    assert (words.date, words.date_as_printed, words.year) == ("2020-12", "2020 Dec-2021 Jan", 2020)
    assert (plain.date, plain.date_as_printed, plain.year) == ("2013-01-09", "", 2013)


def test_each_day_is_read_from_its_own_element() -> None:
    def day(tag: str, year: int, attributes: str = "") -> str:
        return f"<{tag} {attributes}><Year>{year}</Year><Month>2</Month><Day>3</Day></{tag}>"

    stages = ("received", "accepted", "pubmed", "medline", "entrez", "retracted")
    history = "".join(day("PubMedPubDate", 2001 + n, f'PubStatus="{stage}"') for n, stage in enumerate(stages))
    body = _record(
        "",
        article=day("ArticleDate", 2010, 'DateType="Electronic"'),
        citation=day("DateCompleted", 2011) + day("DateRevised", 2012),
        data=f"<History>{history}</History><PublicationStatus>epublish</PublicationStatus>",
    )
    record = parse_set(body).records[0]
    assert (record.date, record.date_online, record.year) == ("", "2010-02-03", 2010)
    assert (record.completed, record.revised, record.added) == ("2011-02-03", "2012-02-03", "2005-02-03")
    assert record.publication_status == "epublish"


def test_without_any_date_there_is_no_year() -> None:
    record = parse_set(_record("")).records[0]
    assert (record.date, record.date_online, record.year, record.added) == ("", "", None, "")
