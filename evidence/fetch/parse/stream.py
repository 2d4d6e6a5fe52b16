"""The parts of a record set one after the other, in constant memory, from bytes, a file or a stream.

The parser is the standard library's, which asks neither the disk nor the network for what a document names: an external
entity is an error, a document type is not looked at. A document that declares entities of its own is refused before it
is read, since PubMed declares none; expat of 2.4 and later would stop their multiplication as well.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from ...errors import AnswerError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RECORD_TAGS", "SET_TAGS", "read_parts"]

SET_TAGS = frozenset({"PubmedArticleSet", "PubmedBookArticleSet"})
RECORD_TAGS = frozenset({"PubmedArticle", "PubmedBookArticle"})
_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS


def read_parts(source: bytes | Path | BinaryIO) -> Iterator[Element]:
    """Yield the children of a record set, each whole, in their order; each is forgotten afterwards.

    A single record without a set around it is yielded as it is.

    Parameters
    ----------
    source : bytes, Path or binary stream
        A record set, plain or compressed by gzip.

    Raises
    ------
    AnswerError
        If it is no record set, or not a whole one; the message says where it breaks off. Most parts before that place
        have been yielded by then.
    """
    builder = TreeBuilder()
    parser = XMLParser(target=builder)  # noqa: S314 - what makes it unsafe elsewhere is refused, see above
    root: Element | None = None
    count = 0
    for chunk in _plain(_chunks(source)):
        if root is None:
            _check_beginning(chunk)
        try:
            parser.feed(chunk)
        except (ParseError, LookupError, ValueError) as error:
            raise _broken(error, builder.close(), count) from None
        # the tree as it has grown so far; events for every element would cost a third of the time of reading
        root = builder.close()
        # all children but the last one are whole
        if root is not None and root.tag in SET_TAGS and len(root) > 1:
            whole = root[:-1]
            del root[:-1]
            count += len(whole)
            yield from whole
        elif root is not None:
            _check_root(root)
    try:
        parser.close()
    except ParseError as error:
        raise _broken(error, root, count) from None
    if root is not None:
        _check_root(root)
        yield from (root,) if root.tag in RECORD_TAGS else root


def _chunks(source: bytes | Path | BinaryIO) -> Iterator[bytes]:
    if isinstance(source, bytes):
        for start in range(0, len(source), _CHUNK):
            yield source[start : start + _CHUNK]
    elif isinstance(source, Path):
        with source.open("rb") as stream:
            yield from _chunks(stream)
    else:
        while chunk := source.read(_CHUNK):
            yield chunk


def _plain(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield chunks as they are, or inflated if they are those of gzip files."""
    first = next(chunks, b"")
    while len(first) < len(_GZIP) and (more := next(chunks, b"")):
        first += more
    rest = _joined(first, chunks)
    return _inflated(rest) if first.startswith(_GZIP) else rest


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    inflater, begun = zlib.decompressobj(_WITH_GZIP_HEADER), False
    try:
        for chunk in chunks:
            waiting = chunk
            while waiting:
                yield inflater.decompress(waiting, _CHUNK)
                begun = True
                waiting = inflater.unconsumed_tail
                if inflater.eof:
                    # another file may follow, or zeros that fill a block
                    waiting = inflater.unused_data.lstrip(b"\0")
                    inflater, begun = zlib.decompressobj(_WITH_GZIP_HEADER), False
    except zlib.error as error:
        raise AnswerError(f"the compressed record set is damaged: {error}; fetch it again") from None
    if begun:
        raise AnswerError("the compressed record set ends early; fetch it again")


def _check_beginning(chunk: bytes) -> None:
    if b"<!ENTITY" in chunk.partition(b"<Pubmed")[0]:
        raise AnswerError("the answer declares entities of its own, which PubMed never does; it was not read")


def _check_root(root: Element) -> None:
    if root.tag not in SET_TAGS and root.tag not in RECORD_TAGS:
        raise AnswerError(f"the answer is no set of PubMed records: it is a document of the kind <{root.tag[:40]}>")


def _broken(error: Exception, root: Element | None, count: int) -> AnswerError:
    """Return the error that tells where reading stopped; the parser's own message ends with line and column."""
    if root is None:
        return AnswerError(f"the answer is no XML: {error}")
    try:
        _check_root(root)
    except AnswerError as wrong_kind:
        return wrong_kind
    after = count + max(0, len(root) - 1)
    return AnswerError(f"the record set is damaged or ends early, after {after} whole records: {error}; fetch it again")
