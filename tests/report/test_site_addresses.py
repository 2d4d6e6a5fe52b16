"""Where the files of the site are, and which words of a text are links."""

from __future__ import annotations

import unicodedata

import pytest
from html_pages import Page

from evidence.errors import InputError
from evidence.report.site.addresses import linked
from evidence.report.site.paths import Paths, file_name

SUFFIXES = (".svg", "-narrow.svg")


@pytest.mark.parametrize(
    ("one", "other"),
    [("a", "a-narrow"), ("Drug", "drug"), ("../x", "x-d6b96a97d147"), ("\u00e9", "e\u0301"), ("a" * 300, "a" * 301)],
)
def test_two_ids_never_share_a_file_on_any_system(one: str, other: str) -> None:
    files = [
        {unicodedata.normalize("NFC", f"{file_name(name)}{end}".casefold()) for end in SUFFIXES}
        for name in (one, other)
    ]
    assert not files[0] & files[1]
    assert all(len(name.encode()) < 200 for found in files for name in found)


@pytest.mark.parametrize("name", ["nul", "com1", "aux.x"])
def test_no_file_is_called_as_a_device_of_windows(name: str) -> None:
    assert file_name(name).partition(".")[0] != name.partition(".")[0]


def test_a_link_to_a_page_that_is_not_made_is_a_fault() -> None:
    with pytest.raises(InputError, match="no page 'changes'; it has index"):
        Paths(root="", pages=frozenset({"index"})).page("changes")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("doi:10.1016/s0033-0620(85)80003-7.", "https://doi.org/10.1016/s0033-0620(85)80003-7"),
        ("(10.1002/sim.1206)", "https://doi.org/10.1002/sim.1206"),
        ("see https://doi.org/10.1016/s0033-0620(85)80003-7, p. 3", "https://doi.org/10.1016/s0033-0620(85)80003-7"),
        ("(PMID: 12345678)", "https://pubmed.ncbi.nlm.nih.gov/12345678/"),
        ("nct01234567", "https://clinicaltrials.gov/study/NCT01234567"),
        ("javascript:alert(1)", ""),
    ],
)
def test_an_address_ends_where_it_ends(text: str, address: str) -> None:
    links = [link["href"] for link in Page(str(linked(text))).all("a")]
    assert links == ([address] if address else [])
