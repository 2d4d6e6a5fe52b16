"""A body is what was asked for, or its fault is named: before anybody parses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import practice
from evidence.errors import AnswerError, OptionError, RequestError
from evidence.fetch.payload import expect, find_trouble, quoted
from evidence.fetch.redact import Secret
from evidence.fetch.transport import Reply

if TYPE_CHECKING:
    from evidence.fetch.retry import Trouble

KEY = Secret("f00dfeedf00dfeedf00dfeedf00dfeed1234")
EMAIL = Secret("ann.reader@example.org")
RECORDS = practice.record_set(practice.make_records(3, seed=1))
SEARCH = b"<eSearchResult><Count>1</Count><RetMax>1</RetMax><IdList><Id>90000001</Id></IdList>%s</eSearchResult>"
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'
SET = b"<PubmedArticleSet>%s</PubmedArticleSet>"


def _trouble(body: bytes, tool: str = "efetch", rettype: str | None = None, status: int = 200) -> Trouble | None:
    retmode = "text" if rettype else "xml"
    return find_trouble(Reply(status=status, body=body), expect(tool, rettype, retmode), (KEY, EMAIL))


def _certain(body: bytes, tool: str = "efetch", rettype: str | None = None, status: int = 200) -> Trouble:
    trouble = _trouble(body, tool, rettype, status)
    assert trouble is not None
    return trouble


@pytest.mark.parametrize(
    ("tool", "body"),
    [
        ("efetch", RECORDS),
        ("efetch", practice.structural_set()),
        ("efetch", practice.record_set(())),
        ("efetch", b"\xef\xbb\xbf" + RECORDS),
        ("efetch", b"\n" + SET % b"caf\xc3\xa9 <NewTag/>"),
        ("efetch", SET % b"a doctype html and <i>html</i> in a title, [], {}"),
        ("efetch", HEAD + b"<PubmedBookArticleSet><PubmedBookArticle/></PubmedBookArticleSet>"),
        ("efetch", b'<?xml version="1.0" encoding="us-ascii"?>' + SET % b""),
        ("esearch", SEARCH % b""),
        ("esearch", SEARCH % b"<ErrorList><PhraseNotFound>comb</PhraseNotFound></ErrorList>"),
        ("esearch", SEARCH % b"<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>"),
        ("epost", b"<ePostResult><QueryKey>1</QueryKey><WebEnv>M</WebEnv></ePostResult>"),
        ("esummary", b"<eSummaryResult/>"),
        ("elink", b"<eLinkResult/>"),
        ("einfo", b"<eInfoResult><DbInfo/></eInfoResult>"),
    ],
)
def test_what_was_asked_for_passes(tool: str, body: bytes) -> None:
    assert _trouble(body, tool) is None


@pytest.mark.parametrize("name", sorted(practice.structural_cases()))
def test_every_form_that_records_take_passes(name: str) -> None:
    assert _trouble(practice.record_set([practice.structural_cases()[name]])) is None


@pytest.mark.parametrize("old", ['"https://dtd.nlm.nih.gov', "pubmed_250101"])
def test_other_document_types_pass(old: str) -> None:
    new = {'"https://dtd.nlm.nih.gov': '"http://dtd.nlm.nih.gov', "pubmed_250101": "pubmed_270101"}[old]
    body = RECORDS.replace(old.encode(), new.encode())
    assert body != RECORDS
    assert _trouble(body) is None


MAY_PASS = [
    (b"", "the answer is empty"),
    (b" \n\t", "the answer is empty"),
    (b"<!DOCTYPE html><html><body>Service Unavailable</body></html>", "a web page"),
    (b"\n<HTML><HEAD>", "a web page"),
    (HEAD + b"<!-- x --><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN' 'x'><html/>", "a web page"),
    (b"Service temporarily unavailable", "plain text, not XML"),
    (
        b'{"error":"API rate limit exceeded","api-key":"198.51.100.7","count":"4","limit":"3"}',
        "API rate limit exceeded",
    ),
    (b'{"header":{"type":"esearch"},"esearchresult":{"ERROR":"Search Backend failed"}}', "Search Backend failed"),
    (b'{"result": []}', "is JSON"),
    (b"[1, 2]", "is JSON"),
    (b"{", "is JSON"),
    (HEAD + b"<eFetchResult><ERROR>Search Backend failed: read failed</ERROR></eFetchResult>", "Search Backend failed"),
    (HEAD + b"<ERROR>Database is not supported: pubmed</ERROR>", "Database is not supported: pubmed"),
    (SET % b"<PubmedArticle/><ERROR>Timeout</ERROR>", "Timeout"),
    (SET % b"<ERROR/>", "an error without words"),
    (SET % b"<ERROR>read <b>failed</b> at <i/>noon</ERROR><PubmedArticle>x</PubmedArticle>", "“read failed at noon”"),
    (b"<eSearchResult><Count>1</Count></eSearchResult>", "'eSearchResult', not PubmedArticleSet or"),
    (RECORDS[:-22], "broke off at line"),
    (RECORDS[: len(RECORDS) // 2], "broke off at line"),
    (HEAD, "broke off at line 1"),
    (b"<PubmedArticleSet", "broke off at line 1"),
    (b"<PubmedArticleSet><![CDATA[x", "broke off at line 1"),
    (b"<PubmedArticleSet>caf\xc3", "broke off inside a character"),
    (b"<PubmedArticleSet><a></PubmedArticleSet>", "damaged at line 1, column"),
    (RECORDS + RECORDS, "damaged at line"),
    (SET % b"a < b", "damaged at line 1"),
    (SET % b"\x07", "damaged at line 1"),
]


@pytest.mark.parametrize(("body", "says"), MAY_PASS)
def test_what_may_pass_is_asked_for_again(body: bytes, says: str) -> None:
    trouble = _certain(body)
    assert says in trouble.what
    assert trouble.retryable


BOMB = HEAD + (b'<!DOCTYPE PubmedArticleSet [<!ENTITY a "comb"><!ENTITY b "&a;&a;&a;&a;">]>' + SET % b"&b;")
EXTERNAL = b'<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "file:///etc/hosts">]>' + SET % b"&x;"
PARAMETER = b'<!DOCTYPE PubmedArticleSet [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>' + SET % b""
DOCTYPE = (
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">'
)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (RECORDS[:-30] + b"\0" + RECORDS[-30:], f"a NUL byte at position {len(RECORDS) - 30}"),
        ("<PubmedArticleSet/>".encode("utf-16"), "a NUL byte at position"),
        (SET % b"caf\xe9 au lait", "no UTF-8 at position 21"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + SET % b"caf\xe9", "another encoding than UTF-8"),
        (BOMB, "declarations of its own"),
        (EXTERNAL, "declarations of its own"),
        (PARAMETER, "declarations of its own"),
        (b"<!DOCTYPE PubmedArticleSet []>" + SET % b"", "declarations of its own"),
        (SET % b"&beta;-carotene", "an entity that nothing defines, at line 1"),
        (DOCTYPE + b"\n" + SET % b"&beta;-carotene", "an entity that nothing defines, at line 2"),
        (DOCTYPE + b"\n" + SET % b"<a b='&beta;'/>", "an entity that nothing defines, at line 2"),
    ],
)
def test_what_cannot_be_read_without_guessing_is_refused(body: bytes, says: str) -> None:
    trouble = _certain(body)
    assert says in trouble.what
    assert (trouble.retryable, trouble.error) == (False, AnswerError)


@pytest.mark.parametrize(
    ("tool", "body"),
    [
        ("esearch", SEARCH % b"<ErrorList><FieldNotFound>tiabb</FieldNotFound></ErrorList>"),
        (
            "esearch",
            b"<eSearchResult><ERROR>Search Backend failed: Exception:\nPosition 10000 is out of acceptable "
            b"range [0,9998]</ERROR></eSearchResult>",
        ),
        ("esearch", b"<eSearchResult><ERROR>Empty term and query_key - nothing todo</ERROR></eSearchResult>"),
        ("epost", b"<ePostResult><ERROR>Wrong UID 9x</ERROR></ePostResult>"),
        ("efetch", b"<eFetchResult><ERROR>Cannot process ID list</ERROR></eFetchResult>"),
        ("efetch", b'{"error":"API key invalid","api-key":"x"}'),
    ],
)
def test_what_the_request_is_to_blame_for_is_not_repeated(tool: str, body: bytes) -> None:
    trouble = _certain(body, tool)
    assert trouble.what.startswith("the server says “")
    assert (trouble.retryable, trouble.error) == (False, RequestError)


@pytest.mark.parametrize("tool", ["esearch", "epost", "einfo"])
def test_an_answer_without_its_main_parts_is_none(tool: str) -> None:
    root = expect(tool).roots[0]
    assert _certain(f"<{root}><Other/></{root}>".encode(), tool).what.startswith("the answer lacks ")


@pytest.mark.parametrize(
    ("status", "body", "retryable", "says"),
    [
        (400, b'{"error":"API key invalid"}', False, "HTTP 400 Bad Request, saying “API key invalid”"),
        (400, b"<eSearchResult><ERROR>Invalid db</ERROR></eSearchResult>", False, "saying “Invalid db”"),
        (403, b"<html>blocked</html>", False, "HTTP 403 Forbidden"),
        (404, b"", False, "HTTP 404"),
        (414, b"", False, "HTTP 414"),
        (418, b"\0<x", False, "HTTP 418"),
        (304, b"", False, "HTTP 304"),
        (204, b"", True, "HTTP 204"),
        (206, RECORDS, True, "HTTP 206"),
        (408, b"", True, "HTTP 408"),
        (429, b'{"error":"API rate limit exceeded"}', True, "saying “API rate limit exceeded”"),
        (500, b"<html/>", True, "HTTP 500"),
        (502, b"{", True, "HTTP 502"),
        (503, RECORDS, True, "HTTP 503"),
        (599, b"", True, "HTTP 599"),
    ],
)
def test_no_status_but_200_passes(status: int, body: bytes, retryable: bool, says: str) -> None:
    trouble = _certain(body, status=status)
    assert says in trouble.what
    assert trouble.retryable is retryable
    assert trouble.slow_down is (status == 429)


MEDLINE = b"\nPMID- 90000001\nTI  - A comb.\nSO  - J Comb. 2020.\n\nPMID- 90000002\nSO  - J Comb. 2021;\n      2:3.\n"


def test_medline_text_passes_when_every_record_has_its_end() -> None:
    assert _trouble(MEDLINE, rettype="medline") is None
    assert _trouble(MEDLINE.replace(b"\n", b"\r\n"), rettype="medline") is None
    for end in range(len(MEDLINE)):
        cut = _trouble(MEDLINE[:end], rettype="medline")
        whole_records = MEDLINE[:end].endswith(b"2020.\n") or MEDLINE[:end].endswith((b"2020.\n\n", b"2021;\n"))
        assert (cut is None) is whole_records, MEDLINE[:end]


@pytest.mark.parametrize(
    ("rettype", "body"),
    [
        ("medline", b"id: 1 Error occurred: not available\n"),
        ("medline", b"words\nPMID- 1\nSO  - x\n"),
        ("medline", RECORDS),
        ("medline", b""),
        ("medline", b"<html>\n"),
        ("uilist", b"90000001\n9000"),
        ("uilist", b"90000001\nerror\n"),
        ("uilist", b"0123\n"),
        ("uilist", b'{"error":"API rate limit exceeded"}\n'),
    ],
)
def test_other_texts_do_not_pass(rettype: str, body: bytes) -> None:
    assert _certain(body, rettype=rettype).retryable


def test_lists_of_pmids_pass() -> None:
    assert _trouble(b"90000001\n90000002\n", rettype="uilist") is None


@pytest.mark.parametrize(
    ("rettype", "retmode"),
    [("abstract", "text"), ("medline", "xml"), (None, "text"), (None, "json"), ("uilist", "xml")],
)
def test_kinds_that_could_not_be_checked_are_not_asked_for(rettype: str | None, retmode: str) -> None:
    with pytest.raises(OptionError):
        expect("efetch", rettype, retmode)


def test_an_answer_that_repeats_the_key_is_not_let_in() -> None:
    trouble = _certain(SET % KEY.reveal().encode())
    assert (trouble.retryable, trouble.error) == (False, AnswerError)
    assert _trouble(SET % EMAIL.reveal().encode()) is None  # an author's address may well be the reader's


def test_what_is_quoted_has_no_secrets_no_addresses_and_no_length() -> None:
    words = (
        f"key {KEY.reveal().upper()} of ann.reader%40example.org at HTTPS://evil.example.org/?k=1 \x1b[31m" + "x" * 500
    )
    text = quoted(words, (KEY, EMAIL))
    assert text.startswith("key [hidden] of [hidden] at [address] [31mxxx")
    assert len(text) == 160


@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_the_judgement(body: bytes) -> None:
    for rettype in (None, "medline", "uilist"):
        trouble = _trouble(body, rettype=rettype)
        assert trouble is None or trouble.what


@given(st.integers(0, len(RECORDS) - 2))
def test_no_cut_passes(end: int) -> None:
    assert _trouble(RECORDS[:end]) is not None


BEGIN = RECORDS.index(b"<PubmedArticleSet>") + 1


@given(st.integers(BEGIN, len(RECORDS)), st.sampled_from([b"<", b"&", b"\0", b"\xff", b"&beta;", b"</a>", b"<ERROR/>"]))
def test_no_foreign_byte_passes(place: int, foreign: bytes) -> None:
    assert _trouble(RECORDS[:place] + foreign + RECORDS[place:]) is not None


@pytest.mark.parametrize("written", ["abc%2bdef%2526gh", "abc+def&amp;gh", "ABC&#43;DEF&#x26;GH"])
def test_an_answer_that_repeats_the_key_in_another_writing_is_not_let_in(written: str) -> None:
    body = f"<eInfoResult><DbInfo>{written}</DbInfo></eInfoResult>".encode()
    reply, expected = Reply(status=200, body=body), expect("einfo")
    assert find_trouble(reply, expected, [Secret("another")]) is None
    trouble = find_trouble(reply, expected, [Secret("abc+def&gh")])
    assert trouble is not None
    assert "repeats the API key" in trouble.what


def test_many_comments_are_looked_through_once() -> None:
    body = b"<!--a-->" * 400 + b"<eInfoResult><DbInfo/></eInfoResult>"
    assert find_trouble(Reply(status=200, body=body), expect("einfo"), []) is None
