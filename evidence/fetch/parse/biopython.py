"""The same records by Biopython's `Entrez.read`: slower, and another way to the same facts, to check one by the other.

`Entrez.read` needs a document type, takes it from https only, and fetches from the web what it does not know. Nothing
is fetched here: each document is given, in memory, the document type that it names if Biopython brings that one along,
and otherwise the newest one that it brings. Reading the document type takes some twenty milliseconds a call, and a
whole file of the baseline takes two gigabytes: so sets are read in batches.
"""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import AnswerError
from .biopython_article import article_of
from .biopython_book import book_of
from .layout import find_layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..record import Record
    from .layout import Layout

__all__ = ["read_with_biopython"]

_BATCH = 200
_DTD = re.compile(r"pubmed_(\d{6})\.dtd")
_BUILDERS = {"PubmedArticle": article_of, "PubmedBookArticle": book_of}
# Biopython keeps the folder of its cache, and the function that fetches, in module variables.
_CHANGED = threading.Lock()


def read_with_biopython(body: bytes) -> tuple[Record, ...]:
    """Return the records of a set as `parse_set` does, read by `Bio.Entrez.read`.

    Text is asked for with ``<`` and ``&`` escaped, since tags and less-than signs could not be told apart otherwise;
    then tags are taken away and the rest is unescaped. The document type is replaced in memory by one that Biopython
    brings along: nothing is fetched, and its cache is a temporary folder. Nothing of Biopython stays changed.

    Parameters
    ----------
    body : bytes
        A set of PubMed records in XML, whatever document type it names, or none.

    Raises
    ------
    AnswerError
        If it is no whole set of records, or if Biopython cannot read it: unlike `parse_set`, it stops at elements that
        it knows where it does not expect them.

    Notes
    -----
    Biopython loses the attributes of the outermost element of MathML (``display``); the two readings differ there, and
    nowhere else.
    """
    layout = find_layout(body)
    head, tail = _head(layout), f"</{layout.root}>".encode()
    records: list[Record] = []
    for start in range(0, len(layout.parts), _BATCH):
        parts = layout.parts[start : start + _BATCH]
        found = _read(head + b"".join(body[begin:end] for _, begin, end in parts) + tail)
        # articles and books come in two lists, or in one, after the document type
        waiting = {tag: iter(_of_kind(found, tag)) for tag in _BUILDERS}
        for tag, _, _ in parts:
            one = next(waiting[tag], None)
            if one is None:
                raise AnswerError("Biopython reads fewer records than there are in the set")
            records.append(_BUILDERS[tag](one))
    return tuple(records)


def _head(layout: Layout) -> bytes:
    """Return what stands before the records, with a document type that Biopython has."""
    place = f"https://dtd.nlm.nih.gov/ncbi/pubmed/out/{_bundled(layout.document_type)}"
    declared = f'<?xml version="1.0" encoding="{layout.encoding}"?>\n<!DOCTYPE {layout.root} SYSTEM "{place}">\n'
    return declared.encode() + layout.begin


def _bundled(wanted: str) -> str:
    """Return the document type wanted if Biopython brings it along, else the newest one that it brings."""
    from Bio import Entrez

    found = {path.name for path in (Path(Entrez.__file__).parent / "DTDs").glob("pubmed_*.dtd")}
    # two digits of the year: 97 is before 03
    dated = sorted(name for name in found if (match := _DTD.fullmatch(name)) and match.group(1) < "90")
    if not dated:
        raise AnswerError("this Biopython brings no document type of PubMed along; install another version")
    return wanted if wanted in dated else dated[-1]


def _read(document: bytes) -> Any:
    from Bio import Entrez

    with _nothing_fetched():
        try:
            return Entrez.read(io.BytesIO(document), validate=False, escape=True)
        except (ValueError, RuntimeError, AssertionError, LookupError, AttributeError) as error:
            raise AnswerError(f"Biopython cannot read the record set: {error}") from None


@contextlib.contextmanager
def _nothing_fetched() -> Iterator[None]:
    """Keep Biopython from the web and from the home folder for a while; one thread at a time."""
    from Bio import Entrez

    with _CHANGED, tempfile.TemporaryDirectory() as folder:
        cache = Entrez.local_cache
        # importing the parser makes folders in the cache
        Entrez.local_cache = folder
        try:
            from Bio.Entrez import Parser
        finally:
            Entrez.local_cache = cache
        handler, fetch = Parser.DataHandler, Parser.urlopen
        names = ("_directory", "local_dtd_dir", "local_xsd_dir")
        before = {name: getattr(handler, name, None) for name in names}
        if before["_directory"] == folder:
            before = dict.fromkeys(names)
        handler.directory, Parser.urlopen = folder, _refuse
        try:
            yield
        finally:
            Parser.urlopen = fetch
            for name, value in before.items():
                setattr(handler, name, value)


def _refuse(*_: object, **__: object) -> None:
    raise OSError("nothing is fetched while a record set is read")


def _of_kind(read: Any, tag: str) -> list[Any]:
    if isinstance(read, dict):
        return list(read.get(tag, ()))
    return [record for record in read if record.tag == tag]
