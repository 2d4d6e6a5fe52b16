"""A search is complete or an error: beyond the cap, while records come and go, and with answers that do not fit."""

from __future__ import annotations

import hashlib
import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import AnswerError, FetchError, InputError, RequestError, UnavailableError
from evidence.fetch.answer import Answer
from evidence.fetch.search import find_ids, hash_ids
from evidence.fetch.search_answer import read_search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_RANGE = re.compile(r"\((?P<term>.*)\) AND (?P<low>[0-9]+):(?P<high>[0-9]+)\[uid\]")


def page(
    ids: Iterable[str], count: int, *, start: int = 0, most: int = 9999, translation: str = "", remarks: str = ""
) -> bytes:
    listed = "".join(f"<Id>{pmid}</Id>" for pmid in ids)
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
        '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n<eSearchResult>'
        f"<Count>{count}</Count><RetMax>{most}</RetMax><RetStart>{start}</RetStart><IdList>{listed}</IdList>"
        f"<TranslationSet/><QueryTranslation>{escape(translation)}</QueryTranslation>{remarks}</eSearchResult>"
    ).encode()


@dataclass
class Database:
    """Answers searches from a set of PMIDs, newest first, `most` at a time; `between` may change it meanwhile."""

    ids: set[int]
    most: int = 9999
    between: Callable[[Database, int], None] | None = None
    asked: list[tuple[str, int, int]] = field(default_factory=list)

    def search(self, term: str, retstart: int = 0, retmax: int = 9999) -> Answer:
        if self.between is not None:
            self.between(self, len(self.asked))
        self.asked.append((term, retstart, retmax))
        found = sorted(self.ids, reverse=True)
        if match := _RANGE.fullmatch(term):
            found = [pmid for pmid in found if int(match["low"]) <= pmid <= int(match["high"])]
        listed = found[retstart : retstart + min(retmax, self.most)]
        body = page(map(str, listed), len(found), start=retstart, most=min(retmax, self.most), translation=f"<{term}>")
        return Answer(tool="esearch", body=body, request={"term": term})


class Script:
    """Answers with given bodies, one after the other, again and again."""

    def __init__(self, *bodies: bytes) -> None:
        self.bodies, self.asked = list(bodies), 0

    def search(self, term: str, retstart: int = 0, retmax: int = 9999) -> Answer:
        body = self.bodies[self.asked % len(self.bodies)]
        self.asked += 1
        return Answer(tool="esearch", body=body)


def texts(ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(str(pmid) for pmid in sorted(ids))


def test_one_page() -> None:
    database = Database({9, 10, 100})
    found = find_ids(database, "comb[tiab]\n\tOR   lamp[tiab]\n")
    assert found.ids == ("9", "10", "100")
    assert (found.count, found.term) == (3, "comb[tiab] OR lamp[tiab]")
    assert found.translation == "<comb[tiab] OR lamp[tiab]>"
    assert len(database.asked) == len(found.answers) == 1
    assert database.asked == [("comb[tiab] OR lamp[tiab]", 0, 9999)]


def test_the_hash_is_what_the_shell_gives() -> None:
    ids = ["100", "9", "10", "9"]
    shell = subprocess.run("sort -nu | sha256sum", shell=True, input="100\n9\n10\n9\n", capture_output=True, text=True)
    assert hash_ids(ids) == shell.stdout.split()[0]
    assert find_ids(Database({9, 10, 100}), "comb").ids_hash == hash_ids(ids)
    assert hash_ids([]) == hashlib.sha256(b"").hexdigest()


def test_nothing_found_is_an_answer() -> None:
    nothing = "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>"
    found = find_ids(Script(page([], 0, remarks=nothing)), "comb")
    assert (found.count, found.ids, found.warnings) == (0, (), ())


def test_pages_of_a_server_that_lists_fewer_than_asked() -> None:
    database = Database(set(range(1, 26)), most=10)
    assert find_ids(database, "comb").ids == texts(range(1, 26))
    assert [start for _, start, _ in database.asked] == [0, 9, 18]


@pytest.mark.parametrize("most", [9999, 10, 7, 3])
@pytest.mark.parametrize(
    "ids",
    [
        set(range(1, 101)),
        set(range(90_000_001, 90_000_101)),
        {1, 999_999_999, *range(500, 595)},
        {7**k for k in range(1, 10)} | set(range(40_000_000, 40_000_040)),
    ],
    ids=["low", "high", "both ends", "spread"],
)
def test_beyond_the_cap(ids: set[int], most: int) -> None:
    database = Database(ids, most=most)
    found = find_ids(database, "comb OR lamp", cap=10)
    assert found.ids == texts(ids)
    assert found.count == len(ids)
    assert found.answers[0].request["term"] == "comb OR lamp"
    assert len(found.answers) == len(database.asked)
    assert {retmax for _, _, retmax in database.asked} == {10}
    assert all(start < 10 for _, start, _ in database.asked)


def test_a_search_of_pubmed_s_size_takes_few_questions() -> None:
    ids = set(range(90_000_001, 90_025_001))
    database = Database(ids)
    assert find_ids(database, "comb").ids == texts(ids)
    assert len(database.asked) <= 12


@given(
    ids=st.sets(st.integers(1, 999_999_999), max_size=60) | st.sets(st.integers(500, 600), max_size=60),
    cap=st.integers(1, 9),
    most=st.integers(2, 12),  # of a server that lists one at a time, nothing can be compared
)
def test_any_set_any_cap(ids: set[int], cap: int, most: int) -> None:
    assert find_ids(Database(ids, most=most), "comb", cap=cap).ids == texts(ids)


def test_progress_ends_with_all() -> None:
    told: list[tuple[str, int, int]] = []
    find_ids(Database(set(range(1, 31))), "comb", cap=10, progress=lambda *args: told.append(args))
    assert {what for what, _, _ in told} == {"search"}
    assert told[-1] == ("search", 30, 30)


def at(request: int, change: Callable[[set[int]], object]) -> Callable[[Database, int], None]:
    return lambda database, asked: change(database.ids) if asked == request else None


@pytest.mark.parametrize("request_number", range(1, 8))
@pytest.mark.parametrize("change", [lambda ids: ids.add(77), lambda ids: ids.discard(3)], ids=["arrives", "leaves"])
@pytest.mark.parametrize(("cap", "most"), [(100, 5), (10, 10)], ids=["pages", "parts"])
def test_a_record_comes_or_goes_meanwhile(request_number: int, change: Callable, cap: int, most: int) -> None:
    before = set(range(1, 24))
    after = set(before)
    change(after)
    database = Database(set(before), most=most, between=at(request_number, change))
    found = find_ids(database, "comb", cap=cap)
    assert found.ids in (texts(before), texts(after))
    assert found.ids == texts(after) or len(database.asked) <= request_number + 4
    assert f"<Count>{found.count}</Count>".encode() in found.answers[0].body
    assert len(found.answers) == len(database.asked)


@pytest.mark.parametrize(("cap", "most"), [(1000, 5), (10, 10)], ids=["pages", "parts"])
def test_records_that_keep_coming_end_in_an_error(cap: int, most: int) -> None:
    database = Database(
        set(range(1, 24)), most=most, between=lambda database, asked: database.ids.add(1_000_000 + asked)
    )
    with pytest.raises(UnavailableError, match="could not be read completely"):
        find_ids(database, "comb", cap=cap)


def test_pages_that_overlap_are_read_again() -> None:
    first, moved, second = (page("12", 4), page("345", 4, start=1), page("234", 4, start=1))
    found = find_ids(Script(first, moved, first, second), "comb")
    assert found.ids == ("1", "2", "3", "4")
    assert len(found.answers) == 4
    assert found.answers[0].body == first
    assert [answer.body for answer in found.answers[2:]] == [first, moved]


@pytest.mark.parametrize("request_number", range(1, 5))
def test_one_goes_and_one_comes_so_that_the_count_stays(request_number: int) -> None:
    def swap(ids: set[int]) -> None:
        ids.discard(33)  # listed already: all behind it move up by one
        ids.add(1)  # and this one is still to be listed

    before = set(range(10, 34))
    database = Database(set(before), most=5, between=at(request_number, swap))
    found = find_ids(database, "comb", cap=100)
    assert set(found.ids) >= set(texts(range(10, 33)))


def test_a_server_that_lists_one_at_a_time_is_not_trusted() -> None:
    with pytest.raises(UnavailableError, match="counts 3 records and lists 1"):
        find_ids(Database({1, 2, 3}, most=1), "comb")


@pytest.mark.parametrize(
    ("bodies", "error", "words"),
    [
        ([page("112", 3)], AnswerError, "more than once"),
        ([page("12", 4), page("213", 4, start=1)], AnswerError, "more than once"),
        ([page("12", 4), page("", 4, start=1)], UnavailableError, "counts 4 records and lists 2"),
        ([page("123", 2)], UnavailableError, "counts 2 records and lists 3"),
        ([page("12", 4), page("234", 5, start=1)], UnavailableError, "first counted 4 records, then 5"),
        ([page("12", 4), page("34", 4, start=0)], AnswerError, "from 1 on, the database gave those from 0 on"),
        ([page(["0"], 1)], AnswerError, "'0' where a PMID"),
        ([page(["12a"], 1)], AnswerError, "'12a' where a PMID"),
        ([page(["1234567890"], 1)], AnswerError, "where a PMID"),
        ([page(["007"], 1)], AnswerError, "where a PMID"),
        ([page(["１２"], 1)], AnswerError, "where a PMID"),
        ([page([], "many")], AnswerError, "'many' as its Count"),
        ([page([], -1)], AnswerError, "as its Count"),
        ([page("123456", 50)], AnswerError, "as well"),
    ],
)
def test_answers_that_do_not_fit(bodies: list[bytes], error: type[FetchError], words: str) -> None:
    with pytest.raises(error, match=words):
        find_ids(Script(*bodies), "comb", cap=5)


def test_a_database_that_counts_the_same_in_every_range() -> None:
    class Stubborn:
        asked = 0

        def search(self, term: str, retstart: int = 0, retmax: int = 9999) -> Answer:
            self.asked += 1
            return Answer(tool="esearch", body=page([], 20_000))

    stubborn = Stubborn()
    with pytest.raises(UnavailableError, match="counts 20000 records in a part and lists none"):
        find_ids(stubborn, "comb")
    assert stubborn.asked == 6


@pytest.mark.parametrize(
    "term", ["", "  \n\t ", '"open', "(comb", "comb)", ")comb(", "(comb OR (lamp)", "comb[tiab", "comb]tiab["]
)
def test_queries_that_cannot_be_sent(term: str) -> None:
    database = Database({1})
    with pytest.raises(InputError):
        find_ids(database, term)
    assert database.asked == []


def test_parentheses_in_quotation_marks_do_not_count() -> None:
    assert find_ids(Database({1}), '"comb (" AND (lamp)').ids == ("1",)


def test_a_cap_below_one_is_refused() -> None:
    with pytest.raises(InputError, match="cap=0"):
        find_ids(Database({1}), "comb", cap=0)


def remarks(errors: str = "", warnings: str = "") -> str:
    return f"<ErrorList>{errors}</ErrorList><WarningList>{warnings}</WarningList>"


def read(body: bytes) -> Sequence[str]:
    return read_search(Answer(tool="esearch", body=body)).warnings


def test_remarks_on_phrases_are_warnings() -> None:
    said = remarks(
        "<PhraseNotFound>combe[tiab]</PhraseNotFound>",
        "<PhraseIgnored>and</PhraseIgnored><QuotedPhraseNotFound>&quot;blue  lamp&quot;</QuotedPhraseNotFound>"
        "<PhraseIgnored>and</PhraseIgnored>",
    )
    assert read(page("1", 1, remarks=said)) == (
        "phrase not found: combe[tiab]",
        "phrase ignored: and",
        'quoted phrase not found: "blue lamp"',
    )


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (remarks("<FieldNotFound>tiba</FieldNotFound>"), RequestError),
        (remarks("", "<OutputMessage>Search was cut short</OutputMessage>"), AnswerError),
        (remarks("", "<OutputMessage>No items found.</OutputMessage>"), AnswerError),  # but one was counted
        (remarks("<Unheard>of</Unheard>"), AnswerError),
    ],
)
def test_other_remarks_are_errors(said: str, error: type[FetchError]) -> None:
    with pytest.raises(error):
        read(page("1", 1, remarks=said))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no whole XML"),
        (page("1", 1)[:-9], "no whole XML"),
        (page("1", 1).replace(b"eSearchResult>", b"eFetchResult>"), "instead of <eSearchResult>"),
        (b"<eSearchResult><ERROR>Search Backend\n failed</ERROR></eSearchResult>", "error: Search Backend failed"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><eSearchResult/>", "declares entities"),
        (b"<eSearchResult/>", "as its Count"),
        (b'<?xml version="1.0" encoding="utf-99"?><eSearchResult/>', "encoding|no whole XML"),
        (page("1", 1).replace(b"<Id>1", b"<Id>\xe9"), "no whole XML"),
    ],
)
def test_bodies_that_are_no_answer_to_a_search(body: bytes, words: str) -> None:
    with pytest.raises(AnswerError, match=words):
        read(body)
