"""Set references as text, Markdown or HTML, with their texts in the place of stand-ins."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Markup", "escaped", "rendered"]

Markup = Literal["text", "markdown", "html"]

_TAG = re.compile(r"(</?[a-z]+[^<>]*>)")
# Beside line breaks and private signs: marks that turn the order of the text around them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ue000-\uf8ff]+")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_MARK = re.compile(r"(?P<mark>[\ue000-\uf8ff])(?P<tag>(?:</i>|\*)?)(?P<point>\.?)")
_ENDS = (".", "?", "!", "…")


def rendered(text: str, stand_ins: Mapping[str, str], ends: Sequence[str], markup: Markup) -> str:
    """Return a set reference in a markup.

    Parameters
    ----------
    text : str
        As the processor sets it, in its HTML, with stand-ins.
    stand_ins : mapping
        Stand-in → text.
    ends : sequence of str
        Plain texts that follow.
    markup : {"text", "markdown", "html"}
        The markup.
    """
    parts = []
    for part in _TAG.split(text):
        if _TAG.fullmatch(part):
            parts.append(_tag(part, markup))
        else:
            parts.append(_marked_up(html.unescape(part), markup))
    whole = _MARK.sub(lambda found: _placed(found, stand_ins[found["mark"]], markup), "".join(parts)).strip()
    closed = "" if not whole or whole.endswith(_ENDS) or not ends else "."
    return " ".join(part for part in (whole + closed, *(escaped(end, markup) for end in ends)) if part)


def _placed(found: re.Match[str], value: str, markup: Markup) -> str:
    """Return a text in its place; after a question mark no point follows."""
    after = "" if value.endswith(_ENDS) else found["point"]
    return f"{escaped(value, markup)}{found['tag']}{after}"


def _tag(tag: str, markup: Markup) -> str:
    """Return the processor's own markup: italics, and nothing else."""
    name = tag.strip("</>").split(" ")[0]
    if name != "i":
        return ""
    return {"text": "", "markdown": "*", "html": tag}[markup]


def escaped(text: str, markup: Markup) -> str:
    r"""Return plain text so that it stays plain text in a markup, in one line.

    Examples
    --------
    >>> escaped("<b>5*3</b>", "html"), escaped("5*3", "markdown")
    ('&lt;b&gt;5*3&lt;/b&gt;', '5\\*3')
    """
    return _marked_up(_CONTROL.sub(" ", text), markup)


def _marked_up(text: str, markup: Markup) -> str:
    if markup == "html":
        return html.escape(text)
    return _MARKDOWN.sub(r"\\\1", text) if markup == "markdown" else text
