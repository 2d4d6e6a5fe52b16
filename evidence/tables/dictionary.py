"""The data dictionary: every table and column in Markdown, from the declarations that validation uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .definitions import TABLES
from .io import write_bytes
from .rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from .schema import Column, Table

__all__ = ["data_dictionary", "write_dictionary"]

_INTRODUCTION = """\
# Data dictionary

Every table of the evidence base, column by column. This page is made from the declarations in `evidence.tables`, which
also drive validation, so it cannot fall behind them.

The tables are CSV files: UTF-8, line feeds, rows sorted by key, columns in the order given here. An empty cell is a
missing value. Values stand as reported; conversions are code and never overwrite them. Types:

- `text`: anything on one line.
- `id`: a short name without blanks.
- `category`: one of the allowed values.
- `integer`, `number`: a plain number with a point as its decimal mark; printed decimals are kept.
- `list`: names parted by `;`, sorted, each once.
- `date`, `datetime`: `2026-11-22`, `2026-11-22T10:15:00Z`.
- `boolean`: `true` or `false`.
"""
_WORDS = """\
## The review's own words

What this review's protocol adds to the values that every review has.
"""
_RULES = """\
## Rules between columns, rows and tables

`evidence check` applies these beside the types, allowed values and references above. A row is *in conflict* when its
status is `conflict`: reports contradict themselves, and the base holds what they print.
"""


def data_dictionary(
    tables: Mapping[str, Table] = TABLES, words: Mapping[str, Iterable[tuple[str, str]]] | None = None
) -> str:
    """Return the data dictionary in Markdown.

    Parameters
    ----------
    tables : mapping of str to Table
        The tables of a review (`Protocol.tables`), or the declared ones.
    words : mapping of str to iterable of (str, str), optional
        The review's own words by part of its protocol: each id with its label.

    Examples
    --------
    >>> print(data_dictionary().splitlines()[0])
    # Data dictionary
    """
    contents = "\n".join(f"- [`{table.name}`](#{table.name}): one row per {table.row}" for table in tables.values())
    sections = [_INTRODUCTION, contents + "\n", *(_section(table) for table in tables.values()), _rules(tables)]
    sections += [_words(words)] if words and any(words.values()) else []
    return "\n".join(sections)


def write_dictionary(path: Path, *args: Any, **options: Any) -> None:
    """Write the data dictionary, the same bytes each time; the other arguments are those of `data_dictionary`."""
    write_bytes(path, data_dictionary(*args, **options).encode())


def _section(table: Table) -> str:
    head = f"## {table.name}\n\n{table.meaning}\n\nOne row per {table.row}. Key: {_names(table.key)}.\n"
    lines = ["| column | type | unit | required | allowed | meaning | example |", "|---|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(_cells(column)) + " |" for column in table.columns]
    return head + "\n" + "\n".join(lines) + "\n"


def _cells(column: Column) -> Iterator[str]:
    yield f"`{column.name}`"
    yield column.type
    yield column.unit
    yield "yes" if column.required else ""
    yield _allowed(column)
    yield column.meaning.replace("|", "\\|")
    yield f"`{column.example}`" if column.example else ""


def _allowed(column: Column) -> str:
    parts = [_names(column.allowed) if column.allowed else column.bounds()]
    each = "each " if column.type == "list" else ""
    if column.reference:
        target = column.reference.table
        key = "study_id + arm_id" if column.reference.with_study else TABLES[target].key[0]
        parts.append(f"{each}in [{target}](#{target}) ({key})")
    if column.vocabulary:
        parts.append(f"{each}{'from' if column.allowed else 'among'} the protocol's {column.vocabulary}")
    return "; ".join(part for part in parts if part)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _words(words: Mapping[str, Iterable[tuple[str, str]]]) -> str:
    sections = [_WORDS]
    for part, entries in words.items():
        lines = [f"- `{name}`: {label}" for name, label in entries]
        sections += [f"### {part}\n\n" + "\n".join(lines) + "\n"] if lines else []
    return "\n".join(sections)


def _rules(tables: Mapping[str, Table]) -> str:
    lines = [
        f"- `{rule.name}` ({', '.join(rule.tables)}): {rule.meaning}"
        for rule in RULES
        if set(rule.tables) & set(tables)
    ]
    return _RULES + "\n" + "\n".join(lines) + "\n"
