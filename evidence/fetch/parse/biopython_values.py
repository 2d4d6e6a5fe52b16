"""Values of `Bio.Entrez.read` with ``escape=True``: text whose tags stand as they are, each other ``<`` escaped."""

from __future__ import annotations

import html
import re
from typing import Any

from .markup import escaped, qualified_name, squeezed

__all__ = ["attribute", "each", "markup", "plain", "repeated", "strings"]

_MATHML = "http://www.w3.org/1998/Math/MathML"
# Values of attributes stand unescaped between double quotes: a quote ends one if the next attribute or the end follows.
_TAG = re.compile(r'<(/?)([^\s<>/]+)((?: [^="<>]+=".*?"(?= [^="<>]+="|>))*)>', re.DOTALL)
_ATTRIBUTE = re.compile(r' ([^="<>]+)="(.*?)"(?= [^="<>]+="|$)', re.DOTALL)


def plain(value: Any) -> str:
    """Return plain text: tags taken away, the rest unescaped.

    Examples
    --------
    >>> plain("p &lt; 0.05 <i>in  vitro</i>"), plain(None)
    ('p < 0.05 in vitro', '')
    """
    return squeezed(html.unescape(_TAG.sub("", value))) if value else ""


def markup(value: Any) -> str:
    """Return the text as XML in the form of `markup.inner_xml`.

    Examples
    --------
    >>> markup('<math xmlns="http://www.w3.org/1998/Math/MathML"><mo open="<">+</mo></math> &lt; 1')
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mo open="&lt;">+</mo></math> &lt; 1'
    """
    return squeezed(_TAG.sub(_written, value)) if value else ""


def attribute(value: Any, name: str, default: str = "") -> str:
    """Return an attribute of a value; the default where there is no such value or attribute."""
    return str(getattr(value, "attributes", {}).get(name, default))


def each(value: Any) -> list[Any]:
    """Return a list's members; none where there is no list."""
    return list(value) if value else []


def repeated(value: Any) -> list[Any]:
    """Return all elements of one name in a parent, whether the document type allows several of them or one."""
    if value is None:
        return []
    return value if type(value) is list else [value]


def strings(value: Any) -> dict[str, str]:
    """Return the texts of a dictionary as plain text."""
    return {str(name): plain(text) for name, text in (value or {}).items() if isinstance(text, str)}


def _written(match: re.Match[str]) -> str:
    closing, name, attributes = match.group(1), match.group(2), match.group(3)
    if closing:
        return f"</{name}>"
    found = [(key.rpartition(" "), value) for key, value in _ATTRIBUTE.findall(attributes)]
    named = {qualified_name(uri, local): value for (uri, _, local), value in found}
    if name == "math":
        named = {"xmlns": _MATHML} | named
    return f"<{name}" + "".join(f' {key}="{_quoted(value)}"' for key, value in named.items()) + ">"


def _quoted(value: str) -> str:
    return escaped(value).replace('"', "&quot;")
