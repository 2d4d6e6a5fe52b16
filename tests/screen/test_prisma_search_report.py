"""PRISMA-S: sixteen items in their order, filled by what is known, and honest where nothing is."""

from __future__ import annotations

import csv
import dataclasses
import io
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from screened_records import record_row, search_row

import evidence as ev
from evidence.screen.exchange.spreadsheet import unguarded
from evidence.screen.prisma import items_csv, items_markdown, items_plain, search_report

if TYPE_CHECKING:
    from evidence.protocol import Protocol

# The items of table 1 of Rethlefsen et al. 2021, doi 10.1186/s13643-020-01542-z.
NAMES = [
    "Database name",
    "Multi-database searching",
    "Study registries",
    "Online resources and browsing",
    "Citation searching",
    "Contacts",
    "Other methods",
    "Full search strategies",
    "Limits and restrictions",
    "Search filters",
    "Prior work",
    "Updates",
    "Dates of searches",
    "Peer review",
    "Total records",
    "Deduplication",
]
FIRST = search_row(
    database_updated="2026/10/31 04:15", query_translated="knee AND exercise", warnings="phrase not found"
)
LATER = search_row(
    search_id="later",
    scope="update",
    window_from="2026-10-25",
    run_at="2026-11-20T09:00:00Z",
    query="knee[tiab]\nNOT (animals[mh] NOT humans[mh])",
    count="23",
    n_new="3",
)
TABLES = {"searches": [LATER, FIRST], "records": [record_row(number) for number in range(1, 24)]}


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return ev.load().protocol


def noted(protocol: Protocol, note: str, **fields: str) -> Protocol:
    return dataclasses.replace(protocol, search=dataclasses.replace(protocol.search, note=note, **fields))


def texts(tables: dict[str, list[dict[str, str]]], protocol: Protocol) -> dict[int, str]:
    return {item.number: item.text for item in search_report(tables, protocol)}


def test_sixteen_items_in_their_order(protocol: Protocol) -> None:
    items = search_report(TABLES, protocol)
    assert [item.name for item in items] == NAMES
    assert [item.number for item in items] == list(range(1, 17))
    assert all(item.text for item in items)


def test_what_the_searches_tell(protocol: Protocol) -> None:
    told = texts(TABLES, protocol)
    assert told[1] == "PubMed through NCBI E-utilities."
    assert "```\nknee[tiab]\nNOT (animals[mh] NOT humans[mh])\n```" in told[8]
    assert "exactly as run on 2026-11-20" in told[8]
    assert "It leaves out records indexed for animals and not for humans" in told[9]
    assert "2 runs, 1 of them for new and changed records alone" in told[12]
    assert told[13].splitlines() == [
        "- PubMed: 2026-11-01 09:00:00 UTC (full); the database was last updated 2026/10/31 04:15",
        "- PubMed: 2026-11-20 09:00:00 UTC (update, window from 2026-10-25)",
    ]
    assert "- PubMed, 2026-11-20: 23 found, 3 of them new" in told[15]
    assert told[15].endswith("Records identified by all runs together: 23.")


def test_limits_in_the_strategy_are_named(protocol: Protocol) -> None:
    limited = {"searches": [search_row(query="knee AND eng[la] AND 2010:2020[dp] AND trial[pt]")]}
    assert (
        "may limit what it finds: dates of publication or entry, language, publication type"
        in texts(limited, protocol)[9]
    )


def test_filters_of_the_side_bar_are_limits(protocol: Protocol) -> None:
    limited = {"searches": [search_row(query='knee AND (english[Filter]) AND "free full text"[sb]')]}
    told = texts(limited, protocol)[9]
    assert "PubMed's filter english[Filter], PubMed's filter \"free full text\"[sb]" in told
    assert "No limit" not in told


def test_the_trial_filter_is_cited_where_it_stands(protocol: Protocol) -> None:
    query = (
        "knee AND (randomized controlled trial[pt] OR controlled clinical trial[pt] OR randomized[tiab] OR "
        "placebo[tiab] OR drug therapy[sh] OR randomly[tiab] OR trial[tiab] OR groups[tiab])"
    )
    assert "Cochrane highly sensitive search strategy" in texts({"searches": [search_row(query=query)]}, protocol)[10]
    assert "does not stand in the strategy" in texts(TABLES, protocol)[10]
    other_form = query.replace("drug therapy[sh] OR ", "")
    assert "does not stand in" in texts({"searches": [search_row(query=other_form)]}, protocol)[10]


def test_what_is_not_known_says_so_and_what_would_fill_it(protocol: Protocol) -> None:
    silent = noted(protocol, "")
    told = texts({}, silent)
    missing = [number for number, text in told.items() if text.startswith("Not reported here.")]
    assert missing == [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15]
    assert silent.search.query.strip() in told[8]
    for number in (3, 4, 5, 6, 7, 11, 14):
        assert f"`{NAMES[number - 1]}:`" in told[number]


def test_the_protocols_note_fills_items_by_name(protocol: Protocol) -> None:
    note = "Strategy after Smith 2020.\nContacts: three authors answered.\npeer review: by a librarian (PRESS)."
    told = texts(TABLES, noted(protocol, note))
    assert told[6] == "three authors answered."
    assert told[14] == "by a librarian (PRESS)."
    assert told[11].endswith("Strategy after Smith 2020.")


def test_markdown_csv_and_plain_values(protocol: Protocol) -> None:
    items = search_report(TABLES, protocol)
    page = items_markdown(items, title="Knees")
    lines = page.splitlines()
    assert lines[0] == "# How the literature was searched: Knees"
    assert [line for line in lines if line.startswith("### ")] == [
        f"### {number}. {name}" for number, name in enumerate(NAMES, start=1)
    ]
    assert page.count("```") % 2 == 0
    inside = False
    for above, line in pairwise(lines):
        if line.startswith("```"):
            assert inside or above == ""
            inside = not inside
    rows = list(csv.DictReader(io.StringIO(items_csv(items).decode())))
    assert [row["item"] for row in rows] == NAMES
    assert [unguarded(row["text"]) for row in rows] == [item.text for item in items]
    # a list of runs begins with a hyphen, which a spreadsheet would take for a formula
    assert rows[12]["text"].startswith("'- PubMed")
    assert [item["reported"] for item in items_plain(items)] == [row["reported"] == "yes" for row in rows]
