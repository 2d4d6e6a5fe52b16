"""Text of XML elements: plain, and as XML in one fixed form.

Titles and abstracts of PubMed hold ``<b>``, ``<i>``, ``<sup>``, ``<sub>``, ``<u>`` and MathML. Plain text has the words
without the tags; the fixed form keeps the tags, so that nothing is lost: names without prefix, attributes in double
quotes, an empty element with an end tag, ``<``, ``>`` and ``&`` of the text escaped. A change of indentation changes
neither: runs of blanks, tabs and line breaks become one blank. Other kinds of blanks (thin, no-break) are characters of
the text and stay.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

__all__ = ["escaped", "inner_xml", "plain_text", "qualified_name", "squeezed", "text_and_markup"]

_BLANKS = " \t\r\n"
_RUN = re.compile(r"[ \t\r\n]+")
_KNOWN_PREFIXES = {"http://www.w3.org/1999/xlink": "xlink:", "http://www.w3.org/XML/1998/namespace": "xml:"}


def squeezed(text: str | None) -> str:
    r"""Return a text without blanks at its ends, and with one blank for each run of blanks and line breaks.

    Examples
    --------
    >>> squeezed("\n   one  two\n three ")
    'one two three'
    """
    if not text:
        return ""
    if "  " in text or "\n" in text or "\t" in text or "\r" in text:
        text = _RUN.sub(" ", text)
    return text.strip(_BLANKS)


def escaped(text: str) -> str:
    """Return a text with ``&``, ``<`` and ``>`` as XML writes them."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    return text.replace(">", "&gt;") if ">" in text else text


def qualified_name(uri: str, local: str) -> str:
    """Return an attribute's name as it is written: with the usual prefix of its namespace, if that is a known one."""
    return _KNOWN_PREFIXES.get(uri, "") + local


def plain_text(element: Element | None) -> str:
    """Return the text of an element and of all in it, without tags; empty if there is no element.

    Examples
    --------
    >>> from xml.etree.ElementTree import XML
    >>> plain_text(XML("<t>CO<sub>2</sub> at p &lt; <i>0.05</i></t>"))
    'CO2 at p < 0.05'
    """
    if element is None:
        return ""
    return squeezed("".join(element.itertext()) if len(element) else element.text)


def inner_xml(element: Element) -> str:
    """Return what is in an element as XML in the fixed form of this module.

    Examples
    --------
    >>> from xml.etree.ElementTree import XML
    >>> inner_xml(XML("<t>CO<sub>2</sub> at p &lt; <i>0.05</i></t>"))
    'CO<sub>2</sub> at p &lt; <i>0.05</i>'
    """
    return squeezed("".join(_pieces(element, "")))


def text_and_markup(element: Element | None) -> tuple[str, str]:
    """Return an element's plain text, and the same as XML."""
    if element is None:
        return "", ""
    text = plain_text(element)
    return text, inner_xml(element) if len(element) else escaped(text)


def _pieces(element: Element, uri: str) -> Iterator[str]:
    yield escaped(element.text or "")
    for child in element:
        own, name = _split(child.tag)
        # a namespace is declared where it begins, and not again within
        declared = f' xmlns="{own}"' if own != uri else ""
        yield f"<{name}{declared}{_attributes(child)}>"
        yield from _pieces(child, own)
        yield f"</{name}>"
        yield escaped(child.tail or "")


def _attributes(element: Element) -> str:
    named = ((qualified_name(*_split(key)), value) for key, value in element.attrib.items())
    return "".join(f' {name}="{escaped(value).replace(chr(34), "&quot;")}"' for name, value in named)


def _split(tag: str) -> tuple[str, str]:
    uri, brace, local = tag.rpartition("}")
    return (uri[1:], local) if brace else ("", tag)
