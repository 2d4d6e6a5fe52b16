"""Reading the answer to a search: how many records, which, and what the database remarked on the query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ..errors import AnswerError, RequestError

if TYPE_CHECKING:
    from .answer import Answer

__all__ = ["SearchAnswer", "read_search"]

_PMID = re.compile(r"[1-9][0-9]{0,8}")
_REMARKS = {
    "PhraseNotFound": "phrase not found",
    "QuotedPhraseNotFound": "quoted phrase not found",
    "PhraseIgnored": "phrase ignored",
}
_NOTHING_FOUND = "no items found"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """One page of what a search finds.

    Attributes
    ----------
    count : int
        Records that the query finds in all.
    start : int
        The position at which the page begins, from 0.
    ids : tuple of str
        The page's PMIDs, in the server's order.
    translation : str
        The query as the database understood it.
    warnings : tuple of str
        What it remarked on the query, each once.
    """

    count: int
    start: int
    ids: tuple[str, ...]
    translation: str = ""
    warnings: tuple[str, ...] = ()


def read_search(answer: Answer) -> SearchAnswer:
    r"""Read the XML answer of eSearch.

    A phrase that the database does not know is a warning. A field that it does not know, and any other message, is
    an error: the database then searched for something else than was asked.

    Parameters
    ----------
    answer : Answer
        The whole answer.

    Raises
    ------
    AnswerError
        If it is no answer of eSearch, gives an error of the database, or names something that is no PMID.
    RequestError
        If the query names a field that the database does not know.

    Examples
    --------
    >>> from evidence.fetch.answer import Answer
    >>> body = b"<eSearchResult><Count>1</Count><RetMax>1</RetMax><RetStart>0</RetStart><IdList><Id>7</Id></IdList>"
    >>> read_search(Answer(tool="esearch", body=body + b"</eSearchResult>")).ids
    ('7',)
    """
    root = _root(answer.body)
    if (error := root.findtext("ERROR")) is not None:
        raise AnswerError(f"the search was answered with an error: {_short(error)}")
    ids = tuple((element.text or "").strip() for element in root.iterfind("IdList/Id"))
    if wrong := [text for text in ids if not _PMID.fullmatch(text)]:
        raise AnswerError(f"the search was answered with {_short(wrong[0])!r} where a PMID was expected")
    count = _number(root, "Count")
    return SearchAnswer(
        count=count,
        start=_number(root, "RetStart"),
        ids=ids,
        translation=" ".join((root.findtext("QueryTranslation") or "").split()),
        warnings=_remarks(root, count),
    )


def _root(body: bytes) -> ET.Element:
    if b"<!ENTITY" in body:
        raise AnswerError("the search was answered with XML that declares entities, which eSearch never does")
    try:
        root = ET.fromstring(body)  # noqa: S314 - without entity declarations there is nothing to expand
    except ET.ParseError as error:
        line, column = error.position
        raise AnswerError(f"the answer to the search is no whole XML (line {line}, column {column})") from None
    except (LookupError, ValueError):
        raise AnswerError("the answer to the search is in an encoding that cannot be read") from None
    if root.tag != "eSearchResult":
        raise AnswerError(f"the search was answered with <{_short(root.tag)}> instead of <eSearchResult>")
    return root


def _number(root: ET.Element, name: str) -> int:
    text = (root.findtext(name) or "").strip()
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise AnswerError(f"the answer to the search has {_short(text)!r} as its {name}, which is no number")
    return int(text)


def _remarks(root: ET.Element, count: int) -> tuple[str, ...]:
    """Return the remarks that leave the search as it was meant; raises on the others."""
    found: dict[str, None] = {}
    for element in (*root.iterfind("ErrorList/*"), *root.iterfind("WarningList/*")):
        text = _short(element.text or "")
        if element.tag in _REMARKS:
            found[f"{_REMARKS[element.tag]}: {text}"] = None
        elif element.tag == "FieldNotFound":
            raise RequestError(
                f"PubMed knows no field {text!r} and would search for something else; correct the protocol's query"
            )
        elif not (count == 0 and text.rstrip(".").casefold() == _NOTHING_FOUND):
            raise AnswerError(f"PubMed remarked on the search: {text} ({element.tag}); what it found may not be all")
    return tuple(found)


def _short(text: str) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= 200 else joined[:199] + "…"
