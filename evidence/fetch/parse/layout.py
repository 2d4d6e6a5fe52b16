"""Where the records of a document begin and end, in bytes, so that a large set can be read in batches."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from ...errors import AnswerError
from .stream import RECORD_TAGS, SET_TAGS

__all__ = ["Layout", "find_layout"]

_END_TAG = re.compile(rb"</Pubmed(?:Book)?Article\s*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A document's root, what it declares, and its records.

    Attributes
    ----------
    root : str
        The set's name; of a record without a set ``PubmedArticleSet``.
    begin : bytes
        What stands from the root's tag up to the first thing in it.
    encoding : str
        As declared; UTF-8 otherwise.
    document_type : str
        The file name of the document type that it names; empty without one.
    parts : tuple of (str, int, int)
        Kind, begin and end of each record.
    """

    root: str
    begin: bytes
    encoding: str
    document_type: str
    parts: tuple[tuple[str, int, int], ...]


def find_layout(body: bytes) -> Layout:
    """Return where the records of a document are.

    Raises
    ------
    AnswerError
        If it is no whole set of records, or declares entities of its own.

    Examples
    --------
    >>> find_layout(b"<PubmedArticleSet><PubmedArticle/></PubmedArticleSet>").parts
    (('PubmedArticle', 18, 34),)
    """
    finder = _Finder(body)
    try:
        finder.parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise AnswerError(f"the record set is damaged or ends early: {error}; fetch it again") from None
    if finder.root not in SET_TAGS | RECORD_TAGS:
        raise AnswerError(f"the answer is no set of PubMed records: it is a document of the kind <{finder.root[:40]}>")
    alone = finder.root in RECORD_TAGS
    return Layout(
        root="PubmedArticleSet" if alone else finder.root,
        begin=b"<PubmedArticleSet>" if alone else body[finder.begin : finder.inside],
        encoding=finder.encoding,
        document_type=finder.document_type,
        parts=tuple(finder.parts),
    )


@dataclass(slots=True)
class _Finder:
    """What expat calls while it goes through a document."""

    body: bytes
    parser: expat.XMLParserType = field(default_factory=expat.ParserCreate)
    root: str = ""
    encoding: str = "utf-8"
    document_type: str = ""
    depth: int = 0
    begin: int = 0
    inside: int | None = None
    parts: list[tuple[str, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parser.XmlDeclHandler = self.declared
        self.parser.StartDoctypeDeclHandler = self.typed
        self.parser.EntityDeclHandler = self.entity
        self.parser.StartElementHandler = self.started
        self.parser.EndElementHandler = self.ended

    def declared(self, version: str, encoding: str | None, standalone: int) -> None:
        self.encoding = encoding or self.encoding

    def typed(self, name: str, system: str | None, public: str | None, has_internal: int) -> None:
        self.document_type = (system or "").rpartition("/")[2]

    def entity(self, *_: object) -> None:
        raise AnswerError("the answer declares entities of its own, which PubMed never does; it was not read")

    def started(self, tag: str, attributes: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex
        if self.depth == 0:
            self.root, self.begin = tag, at
        elif self.depth == 1 and self.inside is None:
            self.inside = at
        if self.depth < 2 and self.is_record(tag):
            self.parts.append((tag, at, at))
        self.depth += 1

    def ended(self, tag: str) -> None:
        self.depth -= 1
        if self.depth < 2 and self.is_record(tag):
            # expat is at the end tag, or behind an element that has none
            at = self.parser.CurrentByteIndex
            written = _END_TAG.match(self.body, at)
            self.parts[-1] = (tag, self.parts[-1][1], written.end() if written else at)

    def is_record(self, tag: str) -> bool:
        return tag in RECORD_TAGS and self.depth == (1 if self.root in SET_TAGS else 0)
