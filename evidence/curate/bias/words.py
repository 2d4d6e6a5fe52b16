"""Judgements as people read them: a word, a letter, a symbol. What nobody judged is never shown as low."""

from __future__ import annotations

from ...numbers import MINUS

__all__ = ["NOT_AGREED", "NOT_ASSESSED", "mark_of", "shown", "symbol_of", "told"]

NOT_ASSESSED = "not assessed"
NOT_AGREED = "not-agreed"
_LETTERS = {
    "low": "L",
    "some-concerns": "S",
    "moderate": "M",
    "high": "H",
    "serious": "S",
    "critical": "C",
}
_SYMBOLS = {
    "low": "+",
    "some-concerns": "~",
    "moderate": "~",
    "high": MINUS,
    "serious": MINUS,
    "critical": "!",
    "no-information": "?",
    NOT_AGREED: "/",
}


def shown(judgement: str | None) -> str:
    """Return a judgement in words.

    Examples
    --------
    >>> shown("some-concerns"), shown("no-information"), shown(None)
    ('some concerns', 'no information', 'not assessed')
    """
    return judgement.replace("-", " ") if judgement else NOT_ASSESSED


def told(judgement: str | None, tool: str) -> str:
    """Return a judgement in words, as the tool has it: RoB 2 knows no `no information`, that is not assessed.

    Examples
    --------
    >>> told("no-information", "RoB2"), told("no-information", "ROBINS-I")
    ('not assessed', 'no information')
    """
    return NOT_ASSESSED if judgement == "no-information" and tool == "RoB2" else shown(judgement)


def symbol_of(judgement: str | None) -> str:
    """Return the sign of a judgement (``+``, ``~``, ``−``, ``!``, ``?``); ``·`` where it was not assessed."""
    return _SYMBOLS.get(judgement or "", "·")


def mark_of(judgement: str | None) -> str:
    """Return sign and first letter of a judgement.

    Examples
    --------
    >>> mark_of("low"), mark_of("no-information"), mark_of(None)
    ('+ L', '?', '·')
    """
    return f"{symbol_of(judgement)} {_LETTERS.get(judgement or '', '')}".strip()
