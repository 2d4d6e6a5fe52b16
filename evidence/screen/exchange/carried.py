"""What travels with a record through another tool and comes back: its PMID and the decisions that went out.

It is one line of JSON behind a mark, in a column of its own or among the notes. Tools keep columns and notes that they
do not know, so that what was decided here is told from what was decided there.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..standing import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .citation import Citation

__all__ = ["MARK", "Carried", "carry", "find_carried", "without_carried"]

MARK = "EVIDENCE-SCREENING: "
_MARK = re.compile(r"EVIDENCE-SCREENING:\s*(?=\{)")
_PARAGRAPH = re.compile(r"</?(?:p|div|br|span)\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What came back of what went out: the record, and the decisions on it then; `fault` says if it is damaged."""

    pmid: str = ""
    decisions: tuple[Decision, ...] = ()
    fault: str = ""


def carry(citation: Citation) -> str:
    """Return the line that travels with a record."""
    decisions = [{name: value for name, value in asdict(decision).items() if value} for decision in citation.decisions]
    text = json.dumps({"pmid": citation.pmid, "decisions": decisions}, ensure_ascii=False)
    # tools that keep notes as HTML would take these for markup
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return MARK + text


def find_carried(texts: Iterable[str]) -> Carried | None:
    """Return what travelled with a record, from the last text that has it; nothing where none has."""
    found = None
    for text in texts:
        plain = _plain(text)
        if (mark := _MARK.search(plain)) is not None:
            found = _read(plain[mark.end() :])
    return found


def without_carried(text: str) -> str:
    """Return a note without what travelled in it, and without the paragraphs that a tool put around it."""
    plain = _plain(text)
    mark = _MARK.search(plain)
    if mark is None:
        return plain.strip()
    try:
        _, end = json.JSONDecoder().raw_decode(plain, mark.end())
    except ValueError:
        end = len(plain)
    return f"{plain[: mark.start()]} {plain[end:]}".strip()


def _plain(text: str) -> str:
    return html.unescape(_PARAGRAPH.sub("", text)) if "<" in text or "&" in text else text


def _read(text: str) -> Carried:
    try:
        data: Any = json.JSONDecoder().raw_decode(text)[0]
        pmid = data["pmid"]
        decisions = tuple(Decision(**{name: str(value) for name, value in one.items()}) for one in data["decisions"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return Carried(fault="the line that travelled with the record is damaged")
    if not isinstance(pmid, str):
        return Carried(fault="the line that travelled with the record is damaged")
    return Carried(pmid=pmid, decisions=decisions)
