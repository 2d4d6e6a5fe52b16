"""A review whose every text tries to become something else: markup, a script, an address, a formula."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.base import EvidenceBase
from evidence.curate import make_index
from evidence.project import Project

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HOSTILE", "hostile_base", "hostile_protocol"]

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'><svg/onload=alert(3)>",
    "</script></style></title></textarea><iframe src=javascript:alert(4)>",
    "javascript:alert(5)",
    "data:text/html,<script>alert(6)</script>",
    'https://example.org/"onmouseover="alert(7)',
    "https://example.org/<b>bold</b>",
    "PMID:12345678<script>alert(8)</script>",
    "{{ 7 * 7 }}{% raw %}${alert(9)}",
    "]]>--><!--&lt;b&gt;&amp;",
    "\u202eright to left\u202c\u2066\u05d0\u05d1\u2069",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1)",
)
_ALL = " ".join(HOSTILE)
_PARSED = {"version"}  # refused when it is read, if it is no version
# What the program takes apart or looks up keeps its meaning; every other text of the protocol is words for people.
_MEANT = {
    "id", "kind", "direction", "unit", "comparison", "outcome", "population", "window", "measure", "group", "headline",
    "licence", "attribute", "type", "pint", "after", "test", "tau2", "subgroup", "database", "correlations",
}  # fmt: skip


def hostile_protocol(item: Any) -> Any:
    """Return a protocol, or a part of it, whose texts for people begin with what they were and end in attacks."""
    if is_dataclass(item) and not isinstance(item, type):
        changes = {field.name: _part(field.name, getattr(item, field.name)) for field in fields(item) if field.init}
        return replace(item, **changes)
    if isinstance(item, dict):
        return {key: hostile_protocol(value) for key, value in item.items()}
    return item


def _part(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return value if name in _MEANT else f"{value} {_ALL}"
    return hostile_protocol(value)


def hostile_base(made_up: Any) -> EvidenceBase:
    """Return the made-up review with attacks in every text column of every table, and in the ids of trials.

    Parameters
    ----------
    made_up : module
        The ``conftest`` of the tests of the report.
    """
    protocol = hostile_protocol(made_up.PROTOCOL)
    rows = made_up.rows_of(made_up.RESPONSE)
    rows["changes"] = [_version(), {**_version(), "change_id": "2", "kind": "result"}]
    rows["findings"] = [_finding()]
    tables = made_up.frames(rows)
    spoilt = {name: _spoilt(table, made_up.PROTOCOL.tables[name]) for name, table in tables.items()}
    return EvidenceBase(
        project=Project(root=Path("made-up")), protocol=protocol, tables=spoilt, index=make_index(spoilt)
    )


def _version() -> dict[str, str]:
    return {"change_id": "1", "version": "0.1.1", "released_on": "2026-01-01", "kind": "version", "subject": "s"}


def _finding() -> dict[str, str]:
    return {"finding_id": "F1", "check": "arms-sum", "severity": "impossible", "study": "Ada", "rows": "outcomes:R0A",
            "state": "answered", "response": "explained", "responded_on": "2026-01-01"}  # fmt: skip


def _spoilt(table: pd.DataFrame, declared: Any) -> pd.DataFrame:
    """Return a table whose free texts and ids of trials are attacks; a cell that was empty is one too."""
    changes = {}
    for column in declared.columns:
        if column.name in ("study_id", "study"):
            changes[column.name] = [f'{name}"><i/onfocus=alert(10)>' for name in table[column.name]]
        elif column.type == "text" and column.name not in _PARSED:
            changes[column.name] = [
                f"{'' if text is None or text != text else text} {_ALL}".strip() for text in table[column.name]
            ]
    return table.assign(**changes) if len(table) else table
