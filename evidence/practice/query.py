"""A small part of PubMed's query language, read into a tree.

Words, ``"quoted phrases"``, truncation (``comb*``), fields (``[tiab]``), ranges (``2024/01/01:3000[crdt]``,
``1:500[uid]``), parentheses, and AND, OR, NOT in capitals, which bind equally and are read from left to right. Words
before one field are a phrase; words without a field must all occur. Where PubMed guesses what a broken query might
mean, this raises an error instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Combined", "Node", "QueryError", "Range", "Term", "parse"]

OPERATORS = ("AND", "OR", "NOT")
_TOKEN = re.compile(
    r'\s*(?:(?P<mark>[():])|"(?P<quoted>[^"]*)"|\[(?P<field>[^\]]*)\]|(?P<word>[^\s()\[\]":]+)|(?P<bad>\S))'
)


class QueryError(ValueError):
    """A query that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words in a field. `quoted` is a phrase in quotation marks; `truncated` one whose last word is a beginning."""

    text: str
    field: str = ""
    quoted: bool = False
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both included."""

    low: str
    high: str
    field: str


@dataclass(frozen=True, slots=True)
class Combined:
    """Two parts and the operator between them."""

    operator: str
    left: Node
    right: Node


Node: TypeAlias = "Term | Range | Combined"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse(query: str) -> Node:
    """Return the tree of a query.

    Raises
    ------
    QueryError
        Nothing stands where a term should be, or a parenthesis, quotation mark or bracket is not closed.

    Examples
    --------
    >>> parse('comb*[tiab] NOT "copper lamp"[ti]').operator
    'NOT'
    >>> parse("2024/01:3000[crdt]")
    Range(low='2024/01', high='3000', field='crdt')
    """
    reader = _Reader(_tokens(query))
    tree = reader.expression()
    if reader.here:
        raise QueryError(f"a closing parenthesis has no opening one: {query!r}")
    return tree


def _tokens(query: str) -> list[_Token]:
    tokens, end = [], 0
    text = query.strip()
    while end < len(text):
        match = _TOKEN.match(text, end)
        if match is None or match.lastgroup == "bad":
            raise QueryError(f"not closed: {text[end:].strip()!r}")
        kind = str(match.lastgroup)
        value = match[kind]
        if kind == "mark":
            kind = value
        elif kind == "word" and value in OPERATORS:
            kind = "operator"
        tokens.append(_Token(kind, value))
        end = match.end()
    return tokens


class _Reader:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def here(self) -> str:
        """The kind of the token that comes next; empty at the end."""
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1].text

    def expression(self) -> Node:
        tree = self._operand()
        while self.here and self.here != ")":
            operator = self._take() if self.here == "operator" else "AND"
            tree = Combined(operator, tree, self._operand())
        return tree

    def _operand(self) -> Node:
        if self.here == "(":
            self._take()
            tree = self.expression()
            if self.here != ")":
                raise QueryError("an opening parenthesis has no closing one")
            self._take()
            return tree
        if self.here == "quoted":
            return self._after(self._take(), quoted=True)
        if self.here == "word":
            return self._words()
        raise QueryError(f"a term is missing before {self._take()!r}" if self.here else "a term is missing at the end")

    def _words(self) -> Node:
        words = [self._take()]
        while self.here == "word":
            words.append(self._take())
        if self.here in ("field", ":"):
            return self._after(" ".join(words), quoted=False)
        tree: Node = _term(words[0], "")
        for word in words[1:]:
            tree = Combined("AND", tree, _term(word, ""))
        return tree

    def _after(self, text: str, *, quoted: bool) -> Node:
        """Return the term or range that begins with `text`."""
        field = self._field()
        if self.here != ":":
            return _term(text, field, quoted=quoted)
        self._take()
        if self.here not in ("word", "quoted"):
            raise QueryError(f"the range from {text!r} has no end")
        high = self._take()
        return Range(text, high, self._field() or field)

    def _field(self) -> str:
        return self._take().strip().lower() if self.here == "field" else ""


def _term(text: str, field: str, *, quoted: bool = False) -> Term:
    if not text.strip(" *"):
        raise QueryError("a term is empty")
    return Term(text.removesuffix("*"), field, quoted, text.endswith("*"))
