"""The groups of words in a PubMed query: what stands between its outermost ANDs."""

from __future__ import annotations

import re

__all__ = ["query_groups"]

_TEXT_FIELDS = frozenset(
    {"", "tiab", "ti", "ab", "tw", "ot", "all", "title/abstract", "title", "text word", "all fields"}
)
_HEADING_FIELDS = frozenset({"mh", "mesh", "mesh terms", "majr", "mh:noexp", "mesh:noexp", "majr:noexp"})
_PIECE = re.compile(r'\(|\)|\b(?:AND|OR|NOT)\b|"[^"]*"(?:\s*\[[^\]]*\])?|[^\s()"\[\]]+(?:\s*\[[^\]]*\])?')
_FIELD = re.compile(r"\s*\[([^\]]*)\]$")
_OPERATORS = frozenset({"AND", "OR", "NOT"})


def query_groups(query: str) -> dict[str, tuple[str, ...]]:
    """Return the groups of words and headings that a query joins by AND, each named by its first word.

    Words of publication types, dates and languages are left out, and so is all that NOT takes away. An unquoted
    phrase is joined again. Headings end in ``[mesh]``.

    Examples
    --------
    >>> query_groups('("Knee"[Mesh] OR knee pain[tiab]) AND walk*[tiab] AND trial[pt] NOT (animals[mh] NOT humans[mh])')
    {'knee pain': ('knee pain', 'Knee[mesh]'), 'walk*': ('walk*',)}
    >>> query_groups("knee pain AND (walking OR running) NOT mice")
    {'knee pain': ('knee pain',), 'walking': ('walking', 'running')}
    """
    groups: dict[str, tuple[str, ...]] = {}
    for part in _conjuncts(_PIECE.findall(query)):
        texts, headings = _terms(part)
        if texts or headings:
            name = texts[0] if texts else headings[0].removesuffix("[mesh]")
            groups.setdefault(name, tuple(dict.fromkeys((*texts, *headings))))
    return groups


def _conjuncts(pieces: list[str]) -> list[list[str]]:
    """Return the operands of the outermost ANDs; what follows an outermost NOT is left out."""
    pieces = _without_brackets(pieces)
    parts: list[list[str]] = [[]]
    depth, taken_away = 0, False
    for piece in pieces:
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if depth == 0 and piece in ("AND", "OR", "NOT"):
            taken_away = piece == "NOT"
            if piece == "AND":
                parts.append([])
            elif piece == "OR":
                parts[-1].append(piece)
        elif not taken_away:
            parts[-1].append(piece)
    if len(parts) == 1:
        return parts
    return [inner for part in parts for inner in _conjuncts(part)]


def _without_brackets(pieces: list[str]) -> list[str]:
    """Return the pieces without brackets around the whole."""
    while len(pieces) > 1 and pieces[0] == "(" and _closes_last(pieces):
        pieces = pieces[1:-1]
    return pieces


def _closes_last(pieces: list[str]) -> bool:
    depth = 0
    for position, piece in enumerate(pieces):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if depth == 0:
            return position == len(pieces) - 1
    return False


def _terms(pieces: list[str]) -> tuple[list[str], list[str]]:
    """Return the words and the headings of one group."""
    texts: list[str] = []
    headings: list[str] = []
    open_words: list[str] = []
    for piece in [*pieces, ")"]:
        if piece in _OPERATORS or piece in "()":
            texts += [" ".join(open_words)] if open_words else []
            open_words = []
            continue
        tag = _FIELD.search(piece)
        field = tag.group(1).strip().casefold() if tag else ""
        word = _FIELD.sub("", piece).strip().strip('"').strip()
        if tag is None and not piece.startswith('"'):
            open_words.append(word)
            continue
        whole = " ".join([*open_words, word])
        open_words = []
        if field in _TEXT_FIELDS:
            texts.append(whole)
        elif field in _HEADING_FIELDS:
            headings.append(f"{whole}[mesh]")
    return texts, headings
