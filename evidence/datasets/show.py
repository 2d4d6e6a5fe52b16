"""A data set as a card: text of at most 80 columns, and HTML."""

from __future__ import annotations

import html
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .declaration import Column, Dataset

__all__ = ["as_html", "as_text", "facts", "meaning"]

_WIDTH = 80
_NAME = 10
_INDENT = "    "


def facts(dataset: Dataset) -> tuple[tuple[str, str], ...]:
    """Return what a card says about a data set: names and values.

    Examples
    --------
    >>> from evidence.datasets import describe
    >>> dict(facts(describe("bcg")))["Rows"]
    '13; a row is one trial'
    """
    named = {
        "Question": dataset.question,
        "To learn": dataset.teaches,
        "Rows": f"{dataset.rows}; a row is {dataset.row}",
        "Measure": dataset.measure,
        "Source": dataset.source,
        "DOI": dataset.doi,
        "Also": dataset.also,
        "Origin": dataset.origin,
    }
    return tuple((name, value) for name, value in named.items() if value)


def as_text(dataset: Dataset) -> str:
    """Return the card as text.

    Examples
    --------
    >>> from evidence.datasets import describe
    >>> print(as_text(describe("bcg")).splitlines()[0])
    bcg · BCG vaccine against tuberculosis
    """
    rule = "=" * _WIDTH
    lines = [*textwrap.wrap(_headline(dataset), _WIDTH), rule]
    lines += [line for name, value in facts(dataset) for line in _named(f"{name}:", value, _NAME)]
    lines += ["-" * _WIDTH, "Columns"]
    width = max(len(column.name) for column in dataset.columns) + 2
    for column in dataset.columns:
        lines += [_INDENT + line for line in _named(column.name, meaning(column), width, _WIDTH - len(_INDENT))]
    lines += ["-" * _WIDTH, "Example", *_block(dataset.example), "It prints", *_block(dataset.output)]
    lines += [*textwrap.wrap(dataset.published, _WIDTH), rule]
    return "\n".join(lines)


def as_html(dataset: Dataset) -> str:
    """Return the card as HTML.

    Examples
    --------
    >>> from evidence.datasets import describe
    >>> as_html(describe("bcg")).startswith("<div><h4>bcg · BCG vaccine against tuberculosis</h4>")
    True
    """
    named = "".join(f"<tr>{_cell(name, 'th')}{_cell(value)}</tr>" for name, value in facts(dataset))
    header = "".join(_cell(name, "th") for name in ("column", "kind", "meaning"))
    columns = "".join(
        f"<tr>{_cell(column.name)}{_cell(column.kind)}{_cell(meaning(column))}</tr>" for column in dataset.columns
    )
    return (
        f"<div><h4>{html.escape(_headline(dataset))}</h4><table>{named}</table>"
        f"<table><thead><tr>{header}</tr></thead><tbody>{columns}</tbody></table>"
        f"<pre>{html.escape(dataset.example)}</pre><p>It prints</p><pre>{html.escape(dataset.output)}</pre>"
        f"<p>{html.escape(dataset.published)}</p></div>"
    )


def meaning(column: Column) -> str:
    """Return what a column says, its unit, and whether values are missing.

    Examples
    --------
    >>> from evidence.datasets import describe
    >>> [meaning(column) for column in describe("linde2005").columns if column.name in ("duration", "dosage")]
    ['length of treatment, in weeks', 'extract a day, or the middle of a range that is printed, in mg (has gaps)']
    """
    unit = f", in {column.unit}" if column.unit else ""
    return f"{column.meaning}{unit}{' (has gaps)' if column.gaps else ''}"


def _headline(dataset: Dataset) -> str:
    return f"{dataset.name} · {dataset.title}"


def _named(name: str, value: str, room: int, width: int = _WIDTH) -> list[str]:
    """Return a name and its value beside it, on several lines where it is long."""
    wrapped = textwrap.wrap(value, width - room - 1, break_on_hyphens=False, break_long_words=False) or [""]
    return [f"{name if number == 0 else '':<{room}} {line}".rstrip() for number, line in enumerate(wrapped)]


def _block(text: str) -> list[str]:
    return [f"{_INDENT}{line}".rstrip() for line in text.strip("\n").splitlines()]


def _cell(text: str, tag: str = "td") -> str:
    return f'<{tag} style="text-align:left;vertical-align:top">{html.escape(text)}</{tag}>'
