"""Sets of records as bytes, files and streams: whole, damaged, hostile; and how much memory they take."""

from __future__ import annotations

import gzip
import io
import random
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from evidence import practice
from evidence.errors import AnswerError
from evidence.fetch.parse import newest, parse_records, parse_set, read_with_biopython
from evidence.fetch.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


XML = b'<?xml version="1.0" encoding="utf-8"?>\n'
RECORD = (
    b'<PubmedArticle><MedlineCitation Status="Publisher"><PMID Version="%d">%d</PMID><Article><ArticleTitle>%s'
    b"</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
)
DTD = b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "%s">\n'
HOME = b"https://dtd.nlm.nih.gov/ncbi/pubmed/out/"
MARKED = "Å comb of 5 µm – “β₂”".encode()


def one(pmid: int = 90000001, *, version: int = 1, title: bytes = MARKED) -> bytes:
    return RECORD % (version, pmid, title)


def wrapped(*records: bytes, before: bytes = XML) -> bytes:
    return before + b"<PubmedArticleSet>\n" + b"\n".join(records) + b"\n</PubmedArticleSet>\n"


DOCTYPES = {
    "newest": XML + DTD % (HOME + b"pubmed_250101.dtd"),
    "old": XML + DTD % (HOME + b"pubmed_190101.dtd"),
    "plain http": XML + DTD % (HOME.replace(b"https", b"http") + b"pubmed_190101.dtd"),
    "unknown": XML + DTD % (HOME + b"pubmed_990101.dtd"),
    "not yet made": XML + DTD % (HOME + b"pubmed_310101.dtd"),
    "other host": XML + DTD % b"https://example.org/pubmed_250101.dtd",
    "file": XML + DTD % b"file:///etc/hostname",
    "other name": XML + b"<!DOCTYPE Other SYSTEM 'other.dtd'>",
    "none": XML,
    "no declaration": b"",
    "byte order mark": b"\xef\xbb\xbf" + XML,
    "comments": XML + b"<!-- <PubmedArticle> --><?style sheet?>\n",
    "internal subset": XML + b"<!DOCTYPE PubmedArticleSet [<!ELEMENT PubmedArticleSet ANY>]>\n",
}


@pytest.mark.parametrize("before", DOCTYPES.values(), ids=DOCTYPES)
@pytest.mark.parametrize("read", [lambda body: parse_set(body).records, read_with_biopython], ids=["fast", "biopython"])
def test_any_document_type_is_read(before: bytes, read: Callable[[bytes], tuple[Record, ...]]) -> None:
    records = read(wrapped(one(), one(90000002), before=before))
    assert [(record.pmid, record.title) for record in records] == [
        ("90000001", MARKED.decode()),
        ("90000002", MARKED.decode()),
    ]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "us-ascii", "windows-1252", "UTF-8"])
def test_the_declared_encoding_counts(encoding: str) -> None:
    title = "Ein Kamm für Größe" if encoding != "us-ascii" else "A comb"
    before = f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode()
    body = wrapped(one(title=title.encode(encoding)), before=before)
    assert parse_set(body).records[0].title == title
    assert read_with_biopython(body)[0].title == title


@pytest.mark.parametrize("body", [one(), XML + one()], ids=["bare", "declared"])
def test_a_record_without_a_set_is_read(body: bytes) -> None:
    assert [record.pmid for record in parse_records(body)] == ["90000001"]
    assert read_with_biopython(body) == tuple(parse_records(body))


@pytest.mark.parametrize(
    "body",
    [wrapped(), XML + b"<PubmedArticleSet/>", XML + b"<PubmedArticleSet></PubmedArticleSet>"],
    ids=["blanks", "empty element", "nothing"],
)
def test_an_empty_set_is_whole(body: bytes) -> None:
    assert parse_set(body).records == ()
    assert read_with_biopython(body) == ()


def test_bytes_files_and_streams_give_the_same(tmp_path: Path) -> None:
    body = practice.record_set(practice.make_records(300, seed=5))
    records = parse_set(body).records
    plain, packed, twice = tmp_path / "set.xml", tmp_path / "set.xml.gz", tmp_path / "twice.gz"
    plain.write_bytes(body)
    packed.write_bytes(gzip.compress(body))
    # two members one after the other, with zeros behind them
    twice.write_bytes(gzip.compress(body[:70001]) + gzip.compress(body[70001:]) + b"\0" * 512)
    assert len(records) == 300
    for source in (body, plain, packed, twice, io.BytesIO(body), gzip.compress(body)):
        assert tuple(parse_records(source)) == records


class _Slow(io.RawIOBase):
    """A stream that gives a few bytes at a time."""

    def __init__(self, body: bytes, seed: int) -> None:
        super().__init__()
        self.rest, self.rng = body, random.Random(seed)

    def read(self, size: int = -1) -> bytes:
        size = self.rng.choice((1, 2, 3, 7, 64, 1000))
        found, self.rest = self.rest[:size], self.rest[size:]
        return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_where_a_stream_is_cut_into_pieces_does_not_matter(seed: int, pack: Callable[[bytes], bytes]) -> None:
    body = practice.structural_set()
    assert tuple(parse_records(_Slow(pack(body), seed))) == parse_set(body).records  # type: ignore[arg-type]


def test_a_set_that_breaks_off_anywhere_is_refused() -> None:
    body = wrapped(one(), one(90000002), one(90000003)).rstrip()
    for end in range(len(body)):
        with pytest.raises(AnswerError):
            parse_set(body[:end])
    assert len(parse_set(body).records) == 3


def test_a_set_that_breaks_off_between_records_is_refused_and_the_message_says_where() -> None:
    body = wrapped(*(one(90000001 + n) for n in range(5)))
    cut = body[: body.index(b"90000004") - 70].rpartition(b"</PubmedArticle>")
    with pytest.raises(AnswerError, match=r"ends early, after 2 whole records.*line 5, column \d+; fetch it again"):
        parse_set(cut[0] + cut[1])


@pytest.mark.parametrize("cut", [1, 20, 400])
def test_a_compressed_set_that_breaks_off_is_refused(cut: int) -> None:
    packed = gzip.compress(practice.record_set(practice.make_records(20, seed=1)))
    with pytest.raises(AnswerError, match=r"ends early|damaged"):
        parse_set(packed[:-cut])
    with pytest.raises(AnswerError, match="damaged"):
        parse_set(packed[:200] + bytes(50) + packed[250:])


NOT_RECORDS = {
    "empty": (b"", "no XML"),
    "blanks": (b" \n ", "no XML"),
    "text": (b"Service unavailable", "no XML"),
    "json": (b'{"error":"API rate limit exceeded"}', "no XML"),
    "html": (b"<!DOCTYPE html><html><head><title>Blocked</title></head><body>No.</body></html>", "<html>"),
    "broken html": (b"<html><body><p>No<br></body></html>", "<html>"),
    "error": (XML + b"<eFetchResult><ERROR>Cannot retrieve</ERROR></eFetchResult>", "<eFetchResult>"),
    "error alone": (XML + b"<ERROR>Search Backend failed</ERROR>", "<ERROR>"),
    "search": (XML + b"<eSearchResult><Count>1</Count></eSearchResult>", "<eSearchResult>"),
    "zero byte": (wrapped(one(title=b"a\0b")), "damaged"),
    "latin-1 as utf-8": (wrapped(one(title="Größe".encode("latin-1"))), "damaged"),
    "bare less-than": (wrapped(one(title=b"p < 0.05")), "damaged"),
    "two roots": (wrapped(one()) + wrapped(one()), "damaged"),
    "unknown entity": (wrapped(one(title=b"&beta;-test")), "damaged"),
    "no citation": (wrapped(b"<PubmedArticle/>"), "MedlineCitation"),
    "no pmid": (wrapped(b"<PubmedArticle><MedlineCitation/></PubmedArticle>"), "no valid PMID"),
    "pmid of words": (wrapped(one().replace(b"90000001", b"abc")), "no valid PMID: 'abc'"),
    "pmid zero": (wrapped(one().replace(b"90000001", b"0")), "no valid PMID"),
    "pmid in other digits": (wrapped(one().replace(b"90000001", "٣٤".encode())), "no valid PMID"),
    "version of words": (wrapped(one().replace(b'Version="1"', b'Version="x"')), "no valid version"),
    "book without document": (wrapped(b"<PubmedBookArticle/>"), "BookDocument"),
    "deletion of words": (wrapped(b"<DeleteCitation><PMID>x</PMID></DeleteCitation>"), "no valid PMID"),
}


@pytest.mark.parametrize(("body", "words"), NOT_RECORDS.values(), ids=NOT_RECORDS)
def test_what_is_no_whole_set_of_records_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(AnswerError, match=words):
        parse_set(body)
    if "DeleteCitation" not in str(body):
        with pytest.raises(AnswerError, match=words):
            list(parse_records(body))


@pytest.mark.parametrize("name", [name for name in NOT_RECORDS if not name.startswith("deletion")])
def test_the_second_reading_refuses_it_as_well(name: str) -> None:
    with pytest.raises(AnswerError):
        read_with_biopython(NOT_RECORDS[name][0])


def _bomb(levels: int, pad: int = 0) -> bytes:
    declared = b'<!ENTITY a0 "0123456789">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(levels)
    )
    filler = b"<!-- " + b"x" * pad + b" <PubmedArticleSet> -->"
    return (
        XML
        + filler
        + b"<!DOCTYPE PubmedArticleSet ["
        + declared
        + b"]>"
        + wrapped(one(title=b"&a%d;" % levels), before=b"")
    )


@pytest.mark.parametrize("body", [_bomb(9), _bomb(9, pad=1 << 17)], ids=["at once", "behind a long comment"])
def test_entities_that_multiply_are_stopped(body: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(AnswerError, match=r"entities|amplification"):
            parse_set(body)
        with pytest.raises(AnswerError, match="entities"):
            read_with_biopython(body)
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()


def test_nothing_is_read_from_disk_for_a_document(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("ALOUD")
    for declared in (f'<!ENTITY x SYSTEM "{secret.as_uri()}">', f'<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;'):
        for pad in (0, 1 << 17):
            filler = f"<!-- {'x' * pad} <PubmedArticleSet> -->"
            text = f"{filler}<!DOCTYPE PubmedArticleSet [{declared}]><PubmedArticleSet>"
            body = text.encode() + one(title=b"&x;") + b"</PubmedArticleSet>"
            for read in (parse_set, read_with_biopython):
                with pytest.raises(AnswerError) as caught:
                    read(body)  # type: ignore[operator]
                assert "ALOUD" not in str(caught.value)


def test_what_is_not_known_is_left_out() -> None:
    known = one(title=b"A comb")
    strange = known.replace(b"<Article>", b"<New><PMID>5</PMID></New><Article><Newer a='1'>x</Newer>")
    strange = strange.replace(b"<PubmedArticle>", b"<PubmedArticle><Other><MedlineCitation/></Other>")
    body = wrapped(b"<Remark>x</Remark>", strange, b"<Remark><PubmedArticle/></Remark>")
    assert parse_set(body).records == parse_set(wrapped(known)).records
    assert read_with_biopython(wrapped(strange)) == parse_set(wrapped(known)).records


def test_of_one_pmid_the_highest_version_counts_then_the_latest_revision_then_the_last() -> None:
    body = wrapped(one(version=1, title=b"a"), one(version=2, title=b"b"), one(version=1, title=b"c"), one(90000002))
    found = parse_set(body)
    assert [record.title for record in found.records[:3]] == ["a", "b", "c"]
    assert found.latest["90000001"].title == "b"
    assert list(found.latest) == ["90000001", "90000002"]
    assert found.repeated == ("90000001",)
    same = parse_set(wrapped(one(title=b"a"), one(title=b"b")))
    assert newest(same.records)["90000001"].title == "b"
    later = Record(pmid="1", title="later", revised="2024-05-01")
    assert newest((later, Record(pmid="1", title="earlier", revised="2024-04-30")))["1"] is later


def test_deletions_are_told() -> None:
    body = wrapped(one(), b"<DeleteCitation><PMID Version='1'>12</PMID>\n<PMID>34</PMID></DeleteCitation>")
    assert parse_set(body).deleted == ("12", "34")
    assert [record.pmid for record in parse_records(body)] == ["90000001"]


def _stream(n: int) -> io.BufferedReader:
    """Return a set of n records that is made while it is read."""
    template = one(title=b"A <i>comb</i> and a lamp" + b", in words and some more of them" * 30)

    class _Made(io.RawIOBase):
        def __init__(self) -> None:
            super().__init__()
            self.parts = iter((b"<PubmedArticleSet>", *(range(n)), b"</PubmedArticleSet>"))
            self.rest = b""

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            while len(self.rest) < len(buffer) and (part := next(self.parts, None)) is not None:
                made = part if isinstance(part, bytes) else template.replace(b"90000001", b"%d" % (90000001 + part))
                self.rest += made
            found, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
            buffer[: len(found)] = found
            return len(found)

    return io.BufferedReader(_Made())


def _peak(n: int) -> float:
    tracemalloc.start()
    try:
        assert sum(1 for _ in parse_records(_stream(n))) == n
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_records() -> None:
    few, many = _peak(500), _peak(20_000)
    assert many < 4e6
    assert many < few * 1.2 + 0.9e6  # a tuple of 20,000 numbers is the test's own
