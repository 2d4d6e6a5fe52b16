"""A first look at an XML answer: is it whole, what is it, does it tell of errors? Nothing is expanded or looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

__all__ = ["Seen", "examine"]

# Expat's codes for a document that ends too early.
_CUT = {
    expat.errors.codes[name]
    for name in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_UNDEFINED = expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z_:][\w.:-]*;")
_LIST = ["ErrorList"]
_WARNINGS = ("PhraseNotFound",)


@dataclass(slots=True, kw_only=True)
class Seen:
    """What a document shows at first sight.

    Attributes
    ----------
    root : str
        Name of the outermost element.
    parts : set of str
        Names of the elements directly below it.
    errors : list of str
        What the server says in ``ERROR`` elements, and in an ``ErrorList`` apart from phrases not found.
    fault : str
        Why the document is not whole; empty if it is.
    forbidden : str
        A declaration or entity for which reading was stopped at once; empty if there is none.
    """

    root: str = ""
    parts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    fault: str = ""
    forbidden: str = ""


class _StopError(Exception):
    """Reading ends here."""


def examine(body: bytes) -> Seen:
    """Read a document from end to end without building anything of it.

    A declaration inside the document (entities, of which bombs and look-ups are made) ends the reading before it takes
    effect. The DTD that a document names is never opened.

    Examples
    --------
    >>> examine(b"<eSearchResult><ERROR>Search Backend failed</ERROR></eSearchResult>").errors
    ['Search Backend failed']
    >>> examine(b"<PubmedArticleSet><PubmedArticle>").fault
    'the XML broke off at line 1'
    >>> examine(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>').forbidden
    'declarations of its own (a DTD inside the document)'
    """
    seen = Seen()
    parser = _parser(seen)
    try:
        parser.Parse(body, True)
    except _StopError:
        pass
    except expat.ExpatError as error:
        if error.code == _UNDEFINED:
            seen.forbidden = f"an entity that nothing defines, at line {error.lineno}"
        elif error.code in _CUT:
            seen.fault = f"the XML broke off at line {error.lineno}"
        else:
            seen.fault = f"the XML is damaged at line {error.lineno}, column {error.offset}"
    else:
        # In an attribute the parser leaves out an entity that the unread DTD may define, and says nothing.
        unknown = _ENTITY.search(body)
        if unknown:
            line = body.count(b"\n", 0, unknown.start()) + 1
            seen.forbidden = f"an entity that nothing defines, at line {line}"
    return seen


def _parser(seen: Seen) -> Any:
    """Return a parser that notes what it sees."""
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    path: list[str] = []
    words: list[str] = []
    telling: list[str] = []  # the path of the element whose words are being kept

    def doctype(name: str, system: str | None, public: str | None, internal: bool) -> None:
        if internal:
            seen.forbidden = "declarations of its own (a DTD inside the document)"
            raise _StopError

    def skipped(name: str, parameter: bool) -> None:
        if not parameter:
            seen.forbidden = f"an entity that nothing defines, at line {parser.CurrentLineNumber}"
            raise _StopError

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(path) < 2:
            if path:
                seen.parts.add(name)
            else:
                seen.root = name
        path.append(name)
        if name == "ERROR" or (path[-2:-1] == _LIST and name not in _WARNINGS):
            words.clear()
            telling[:] = path
            parser.CharacterDataHandler = words.append
            parser.EndElementHandler = told

    def end(name: str) -> None:
        path.pop()

    def told(name: str) -> None:
        within = path != telling
        path.pop()
        if within:
            return
        parser.CharacterDataHandler, parser.EndElementHandler = None, end
        label = "" if name == "ERROR" else f"{name}: "
        seen.errors.append(f"{label}{''.join(words).strip() or 'an error without words'}")

    parser.StartDoctypeDeclHandler = doctype
    parser.SkippedEntityHandler = skipped
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    return parser
