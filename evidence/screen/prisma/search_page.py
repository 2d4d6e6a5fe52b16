"""The sixteen items of PRISMA-S as Markdown, CSV or plain values."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ...tables.io import csv_bytes
from ..exchange.spreadsheet import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .search_report import Item

__all__ = ["items_csv", "items_markdown", "items_plain"]

_PARTS = {1: "Information sources and methods", 8: "Search strategies", 14: "Peer review", 15: "Managing records"}


def items_markdown(items: Sequence[Item], *, title: str) -> str:
    """Return the items as a page of Markdown, under the four headings of the checklist."""
    told = sum(item.reported for item in items)
    lines = [f"# How the literature was searched: {title}", ""]
    lines += [f"PRISMA-S (doi 10.1186/s13643-020-01542-z), {told} of {len(items)} items reported here.", ""]
    for item in items:
        if item.number in _PARTS:
            lines += [f"## {_PARTS[item.number]}", ""]
        lines += [f"### {item.number}. {item.name}", "", *_spaced(item.text), ""]
    return "\n".join(lines).rstrip() + "\n"


def _spaced(text: str) -> list[str]:
    """Return the lines with blank ones around code and lists, as Markdown wants them."""
    spaced: list[str] = []
    inside = False
    for line in text.split("\n"):
        begins = not inside and line.startswith(("```", "- "))
        follows = not inside and bool(spaced) and spaced[-1].startswith(("```", "- "))
        one_list = follows and spaced[-1].startswith("- ") and line.startswith("- ")
        if spaced and spaced[-1] and line and (begins or follows) and not one_list:
            spaced.append("")
        spaced.append(line)
        inside = inside != line.startswith("```")
    return spaced


def items_csv(items: Sequence[Item]) -> bytes:
    """Return the items as a CSV file: number, item, text."""
    return csv_bytes(("number", "item", "reported", "text"), [_cells(item) for item in items])


def _cells(item: Item) -> list[str]:
    return [str(item.number), item.name, "yes" if item.reported else "no", guarded(item.text)]


def items_plain(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Return the items as plain values."""
    return [{**asdict(item), "reported": item.reported} for item in items]
