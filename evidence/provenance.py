"""The way back: from any number to the reports that it rests on, as a tree.

A `Node` is a sentence with its children. Pooled number → contrasts → steps → reported values, each with source, page
and place; and beside them the trials left out, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .numbers import MINUS, file_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Node", "NodeKind", "describe_row", "reported_node"]

NodeKind = Literal["result", "choice", "contrast", "step", "reported", "source", "note", "left-out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One sentence of an explanation, with what it rests on.

    Attributes
    ----------
    text : str
        The sentence.
    kind : NodeKind
        What it tells of.
    data : dict
        The same as numbers and ids, for programs.
    children : tuple of Node
        What it rests on.

    Examples
    --------
    >>> tree = Node(text="RR 1.89", kind="result", children=(Node(text="17/20 against 9/20", kind="contrast"),))
    >>> print(tree.render())
    RR 1.89
    └─ 17/20 against 9/20
    """

    text: str
    kind: NodeKind
    data: dict[str, Any] = field(default_factory=dict)
    children: tuple[Node, ...] = ()

    def render(self) -> str:
        """Return the tree as text, one node a line."""
        return "\n".join([self.text, *self._branches("")])

    def _branches(self, prefix: str) -> Iterator[str]:
        for position, child in enumerate(self.children, start=1):
            last = position == len(self.children)
            yield f"{prefix}{'└─' if last else '├─'} {child.text}"
            yield from child._branches(prefix + ("   " if last else "│  "))

    def to_dict(self) -> dict[str, Any]:
        """Return the tree as nested dictionaries."""
        return {
            "kind": self.kind,
            "text": self.text,
            **({"data": self.data} if self.data else {}),
            **({"children": [child.to_dict() for child in self.children]} if self.children else {}),
        }

    def walk(self) -> Iterator[Node]:
        """Yield this node and every node below it, from the top."""
        yield self
        for child in self.children:
            yield from child.walk()

    def __str__(self) -> str:
        """Return the tree as text."""
        return self.render()


def _value(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    missing = value is None or value != value or str(value) in ("", "<NA>")
    if missing:
        return ""
    return file_number(value).replace("-", MINUS) if isinstance(value, float) else str(value)


def describe_row(row: Mapping[str, Any]) -> str:
    """Return what a row of outcomes, harms or contrasts reports, in the order in which a reader would say it."""
    parts: list[str] = []
    if _value(row, "estimate"):
        spread = f" (SE {_value(row, 'se')})" if _value(row, "se") else ""
        parts.append(f"{_value(row, 'estimate_measure') or 'estimate'} {_value(row, 'estimate')}{spread}")
    if _value(row, "statistic_value"):
        parts.append(f"{_value(row, 'statistic')} = {_value(row, 'statistic_value')}")
    events, total, n = _value(row, "events"), _value(row, "total"), _value(row, "n")
    if events:
        parts.append(f"{events} of {total}" if total else f"{events} (no denominator printed)")
    if _value(row, "percent"):
        parts.append(f"{_value(row, 'percent')}%")
    if _value(row, "mean"):
        spread = next(
            (
                f"{sign} {_value(row, name)}"
                for name, sign in (("sd", "SD"), ("se", "SE"), ("plus_minus", "±"))
                if _value(row, name)
            ),
            "no SD",
        )
        kind = f"({_value(row, 'value_type')})" if _value(row, "value_type") else ""
        parts.append(" ".join(filter(None, (f"mean {_value(row, 'mean')}", spread, _value(row, "unit"), kind))))
    if _value(row, "median"):
        parts.append(f"median {_value(row, 'median')}")
    parts += [
        f"{words} {_value(row, low)} to {_value(row, high)}"
        for low, high, words in (
            ("q1", "q3", "quartiles"),
            ("minimum", "maximum", "range"),
            ("ci_low", "ci_high", "CI"),
        )
        if _value(row, low) and _value(row, high)
    ]
    if _value(row, "baseline_mean"):
        parts.append(f"mean {_value(row, 'baseline_mean')} at baseline{_baseline_spread(row)}")
    if n:
        parts.append(
            f"n {n}" + (f", {_value(row, 'n_status')}" if _value(row, "n_status") not in ("", "verified") else "")
        )
    if _value(row, "p_as_printed"):
        parts.append(f"p as printed: {_value(row, 'p_as_printed')}")
    return "; ".join(parts) or "nothing in numbers"


def _baseline_spread(row: Mapping[str, Any]) -> str:
    named = (("baseline_sd", "SD"), ("baseline_plus_minus", "±"))
    return next((f" {sign} {_value(row, name)}" for name, sign in named if _value(row, name)), "")


def reported_node(row: Mapping[str, Any], *, key: str, table: str, pages: Mapping[str, str]) -> Node:
    """Return the node of one reported value: what it says, then its source, the page and place, and its notes.

    Parameters
    ----------
    row : mapping
        The row as read.
    key : str
        The row's id.
    table : str
        The table that it stands in.
    pages : mapping
        Page ids to addresses.
    """
    seen = [name for name in _value(row, "seen_at").split(";") if name]
    place = ", ".join(part for part in (_value(row, "location"), _value(row, "locator")) if part)
    children = [
        Node(
            text=f"source {_value(row, 'source')}" + (f", {place}" if place else ""),
            kind="source",
            data={
                "source": _value(row, "source"),
                "location": _value(row, "location"),
                "locator": _value(row, "locator"),
            },
        ),
        *(Node(text=f"seen at {name}: {pages.get(name, '')}", kind="source", data={"page": name}) for name in seen),
    ]
    if _value(row, "notes"):
        children.append(Node(text=f"note: {_value(row, 'notes')}", kind="note"))
    arm = f" {_value(row, 'arm_id')}" if _value(row, "arm_id") else ""
    return Node(
        text=f"{table} {key}{arm}: {describe_row(row)} [{_value(row, 'status')}]",
        kind="reported",
        data={"table": table, "row": key, "status": _value(row, "status")},
        children=tuple(children),
    )
