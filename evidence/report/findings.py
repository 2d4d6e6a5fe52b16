"""What is shown of findings: the gravest first, new ones marked, answered ones folded."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from ..curate.integrity import SEVERITIES, all_checks
from ..tables.io import records, split_list

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd
    from rich.console import RenderableType

__all__ = [
    "SEVERITY_NAMES",
    "answer_text",
    "check_page",
    "findings_console",
    "findings_headline",
    "findings_rows",
]

SEVERITY_NAMES = {
    "impossible": ("impossible", "impossible"),
    "inconsistent": ("inconsistent", "inconsistent"),
    "unusual": ("unusual", "unusual"),
    "note": ("note", "notes"),
}
_STYLES = {"impossible": "bold red", "inconsistent": "bold yellow", "unusual": "bold cyan", "note": "bold"}
_Row = dict[str, Any]


def findings_rows(
    table: pd.DataFrame,
    *,
    new: Collection[str] = (),
    severity: Collection[str] = (),
    study: str = "",
    check: str = "",
) -> list[_Row]:
    """Return the rows of the table ``findings``, the gravest first and within a severity new ones first.

    Parameters
    ----------
    table : DataFrame
        The table.
    new : collection of str
        The ids of those that were not known before; they get ``new`` = True.
    severity, study, check : str
        What to keep; nothing given keeps all.
    """
    order = list(SEVERITIES)
    rows = [
        {
            **{name: str(value) for name, value in row.items()},
            "rows": split_list(row["rows"]),
            "new": row["finding_id"] in new,
        }
        for row in records(table)
    ]
    kept = [
        row
        for row in rows
        if (not severity or row["severity"] in severity) and study in ("", row["study"]) and check in ("", row["check"])
    ]
    states = ("open", "answered", "gone")
    return sorted(
        kept,
        key=lambda row: (
            order.index(row["severity"]),
            not row["new"],
            states.index(row["state"]),
            row["study"],
            row["check"],
            row["finding_id"],
        ),
    )


def findings_headline(rows: Sequence[_Row]) -> str:
    """Return the counts in one line: by severity, how many are new, open and answered.

    Examples
    --------
    >>> findings_headline([{"severity": "impossible", "state": "open", "new": True}])
    '1 impossible; 1 new, 1 open, 0 answered'
    >>> findings_headline([])
    'no finding'
    """
    here = [row for row in rows if row["state"] != "gone"]
    if not here:
        return "no finding"
    counts = {name: sum(row["severity"] == name for row in here) for name in SEVERITIES}
    by_severity = ", ".join(f"{count} {SEVERITY_NAMES[name][count != 1]}" for name, count in counts.items() if count)
    states = {name: sum(row["state"] == name for row in here) for name in ("open", "answered")}
    fresh = sum(bool(row["new"]) for row in here)
    return f"{by_severity}; {fresh} new, {states['open']} open, {states['answered']} answered"


def findings_console(rows: Sequence[_Row], *, everything: bool = False) -> list[RenderableType]:
    """Return what `evidence check` prints of findings.

    Open findings are shown with their arithmetic; answered ones fold to a line. Notes, on which nothing is wrong, are
    counted only, unless everything is asked for or there is nothing else.
    """
    from rich.text import Text

    shown: list[RenderableType] = [Text(findings_headline(rows), style="bold")]
    grave = any(row["severity"] != "note" for row in rows)
    for severity, meaning in SEVERITIES.items():
        here = [row for row in rows if row["severity"] == severity]
        if not here:
            continue
        shown += [
            Text(),
            Text.assemble((SEVERITY_NAMES[severity][1].upper(), _STYLES[severity]), (f"  {meaning}", "dim")),
        ]
        if severity == "note" and grave and not everything:
            shown.append(Text(f"  {len(here)} of them; --all or --severity note shows them"))
            continue
        for row in here:
            shown += _full(row) if everything or row["state"] == "open" else _folded(row)
    if not everything and any(row["state"] != "open" for row in rows):
        shown += [Text(), Text("answered findings in full: --all, or --study NAME", style="dim")]
    if any(row["state"] == "open" for row in rows):
        shown += [Text(), Text("answer one: evidence respond ID --as … --note … --by …", style="dim")]
    return shown


def _full(row: _Row) -> list[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    head = Text.assemble(
        ("NEW  ", "bold magenta") if row["new"] else "", (row["study"], "bold"), f" · {row['check']}  "
    )
    head.append(row["finding_id"], style="dim")
    parts: list[RenderableType] = [Padding(head, (0, 0, 0, 2)), Padding(Text(row["text"]), (0, 0, 0, 4))]
    if row["arithmetic"]:
        parts.append(Padding(Text(row["arithmetic"], style="dim"), (0, 0, 0, 4)))
    if row["response"]:
        parts.append(Padding(Text(answer_text(row), style="green"), (0, 0, 0, 4)))
    return parts


def _folded(row: _Row) -> list[RenderableType]:
    from rich.text import Text

    answer = f"{row['study']} · {row['check']} · {row['response']}"
    return [Text.assemble("  ", (row["finding_id"], "dim"), "  ", (f"{row['state']}: ", "green"), answer)]


def answer_text(row: _Row) -> str:
    """Return what was answered to a finding, by whom and when."""
    return f"{row['state']} ({row['response']}): {row['response_note']} — {row['responded_by']}, {row['responded_on']}"


def check_page(name: str) -> str:
    """Return what a check asks, how it computes, where that was published, and what it needs."""
    check = all_checks()[name]
    paragraphs = [
        f"{check.id} ({check.group.replace('-', ' ')})",
        check.title,
        f"How: {check.method}",
        f"Source: {check.source or 'plain arithmetic'}",
        f"Looks at: {', '.join(check.needs)}",
    ]
    return "\n\n".join(textwrap.fill(text, 80, break_long_words=False) for text in paragraphs)
