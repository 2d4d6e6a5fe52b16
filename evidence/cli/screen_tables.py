"""What ``evidence screen`` prints without asking: the list, the reasons of a place in it, counts, conflicts, kappa."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from .shared import console, error_console, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..screen.desk import Desk
    from ..screen.queue import Queue
    from ..screen.rank import Ranked

__all__ = ["print_agreement", "print_conflicts", "print_queue", "print_status", "print_why"]

_COLUMNS = ("place", "pmid", "score", "reopened", "stands_for", "year", "added", "title", "parts")
_NARROW = 80  # columns that the table of all stages needs
_FORMULA = ("=", "+", "-", "@")


def print_queue(desk: Desk, queue: Queue, *, as_csv: bool, as_json: bool) -> None:
    """Print what waits, in its order, with scores and all their parts.

    Parameters
    ----------
    desk : Desk
        The tables and texts.
    queue : Queue
        What waits.
    as_csv, as_json : bool
        As data instead of a table for people.
    """
    from ..screen.aside import set_aside

    rows = _rows(desk, queue)
    if as_json:
        away = [{"pmid": pmid, "stands_for_it": keeper} for pmid, keeper in sorted(queue.led_away.items())]
        aside = set_aside(desk, queue).to_dict()
        print_json({"stage": queue.stage, "total": queue.total, "waiting": rows, "led_away": away, "aside": aside})
        return
    if as_csv:
        from ..tables.io import csv_bytes

        typer.echo(
            csv_bytes(_COLUMNS, ([_csv_cell(row, name) for name in _COLUMNS] for row in rows)).decode(), nl=False
        )
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", expand=True)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("PMID", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("year", no_wrap=True)
    table.add_column("title", ratio=1, overflow="fold")
    for row in rows:
        again = Text("AGAIN ", style="bold reverse") if row["reopened"] else Text("")
        title = again.append_text(Text(str(row["title"]) or "(without a title)"))
        table.add_row(str(row["place"]), str(row["pmid"]), _number(row["score"]), str(row["year"] or ""), title)
    if rows:
        console().print(table)
    for pmid, keeper in sorted(queue.led_away.items(), key=lambda pair: int(pair[0])):
        error_console().print(f"PMID {pmid} is read as PMID {keeper}: the same publication", markup=False)
    said = f"{len(rows)} of {queue.total} wait at {queue.stage}; {queue.included} included"
    error_console().print(said + (" · --why PMID says why" if rows else ""), markup=False)
    for line in set_aside(desk, queue).lines():
        error_console().print(line, markup=False)


def _rows(desk: Desk, queue: Queue) -> list[dict[str, Any]]:
    from ..screen.highlight import readable

    rows = []
    for place, item in enumerate(queue.items, start=1):
        row = desk.records[item.pmid]
        rows.append(
            {
                "place": place,
                "pmid": item.pmid,
                "score": item.ranked.score if item.ranked else None,
                "reopened": list(item.reopened),
                "stands_for": list(item.also),
                "year": int(row["year"]) if row["year"] else None,
                "added": row["added"],
                "title": readable(row["title"]),
                "parts": _parts(item.ranked) if item.ranked else [],
            }
        )
    return rows


def _parts(ranked: Ranked) -> list[dict[str, Any]]:
    return [{"name": part.name, "points": part.points, "because": part.because} for part in ranked.parts]


def _csv_cell(row: dict[str, Any], name: str) -> str:
    """Return a cell; text that a spreadsheet would take for a formula gets an apostrophe."""
    value = row[name]
    if name == "score":
        return "" if value is None else f"{value:g}"
    if name == "parts":
        text = "; ".join(f"{part['name']} {part['points']:+g} ({part['because']})" for part in value)
    elif isinstance(value, list):
        text = "; ".join(value)
    else:
        text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _number(score: float | None) -> str:
    from ..numbers import format_number

    return "" if score is None else format_number(score, 1)


def print_why(desk: Desk, pmid: str, *, as_json: bool) -> None:
    """Print every part of a record's score.

    Parameters
    ----------
    desk : Desk
        The tables and texts.
    pmid : str
        The record.
    as_json : bool
        As data.
    """
    from rich.text import Text

    from ..errors import UnknownIdError
    from ..screen.highlight import readable
    from ..screen.page import why_lines

    pmid = desk.stands_for.get(pmid, pmid)
    places = {entry.pmid: (place, entry) for place, entry in enumerate(desk.ranking, start=1)}
    if pmid not in places:
        raise UnknownIdError("record that is screened", pmid, places)
    place, ranked = places[pmid]
    if as_json:
        print_json({"pmid": pmid, "place": place, "of": len(places), "score": ranked.score, "parts": _parts(ranked)})
        return
    title = readable(desk.records[pmid]["title"]) or "(without a title)"
    console().print(Text(title, style="bold"))
    console().print(f"PMID {pmid}: place {place} of {len(places)} by score", markup=False)
    console().print(*why_lines(ranked))


def print_status(desk: Desk, *, as_json: bool) -> None:
    """Print what came of the records, by stage.

    Parameters
    ----------
    desk : Desk
        The tables and the ledger.
    as_json : bool
        As data.
    """
    from ..screen.status import screening_status

    found = screening_status(desk)
    if as_json:
        away = len(desk.stands_for.keys() & desk.records.keys())
        print_json(
            {"reviewers": desk.protocol.search.reviewers, "led_away": away, "stages": [x.to_dict() for x in found]}
        )
        return
    from rich.table import Table
    from rich.text import Text

    names = ("records", "waiting", "included", "excluded", "maybe", "conflict", "reopened")
    head = ("stage", *names)
    rows = [(entry.stage, *(str(getattr(entry, name)) for name in names)) for entry in found]
    if console().width < _NARROW:  # the stages beside each other instead
        (head, *rows) = zip(head, *rows, strict=True)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, name in enumerate(head):
        table.add_column(name, justify="right" if place else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console().print(table)
    for entry in found:
        people = ", ".join(f"{name} ({count})" for name, count in entry.by_reviewer.items())
        if people:
            console().print(Text(f"{entry.stage}, decided by: {people}"))
        reasons = "; ".join(f"{reason or 'no reason given'} ({count})" for reason, count in entry.reasons.items())
        if reasons:
            console().print(Text(f"{entry.stage}, excluded for: {reasons}"))
    if not found[0].records:
        error_console().print("There are no records yet: `evidence refresh` runs the search.", markup=False)


def print_conflicts(desk: Desk, *, stage: str, as_json: bool) -> None:
    """Print the records on which people differ, and who said what.

    Parameters
    ----------
    desk : Desk
        The tables and the ledger.
    stage : str
        At which stage.
    as_json : bool
        As data.
    """
    from rich.text import Text

    from ..screen.highlight import readable

    rows: list[dict[str, Any]] = [
        {
            "pmid": entry.pmid,
            "title": readable(desk.records[entry.pmid]["title"]),
            "decisions": [
                {"reviewer": one.reviewer, "decision": one.decision, "reason": one.reason, "decided_at": one.decided_at}
                for one in entry.counted
            ],
        }
        for entry in desk.ledger.conflicts(stage)
        if entry.pmid in desk.records
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        console().print(Text(f"PMID {row['pmid']}  {row['title']}", style="bold"))
        for one in row["decisions"]:
            because = f" ({one['reason']})" if one["reason"] else ""
            console().print(Text(f"  {one['reviewer']}: {one['decision']}{because}, {one['decided_at'][:10]}"))
    settle = f" · evidence screen --settle --stage {stage}" if rows else ""
    noun = "conflict" if len(rows) == 1 else "conflicts"
    error_console().print(f"{len(rows)} {noun} at {stage}{settle}", markup=False)


def print_agreement(desk: Desk, *, stage: str, between: Sequence[str], as_json: bool) -> None:
    """Print how far two reviewers agree.

    Parameters
    ----------
    desk : Desk
        The ledger.
    stage : str
        At which stage.
    between : sequence of str
        Which two; by default the only two.
    as_json : bool
        As data.
    """
    from ..screen.agreement import agreement

    found = agreement(desk.ledger, stage=stage, reviewers=between)
    if as_json:
        print_json(found.to_dict())
        return
    for line in found.lines():
        console().print(line, markup=False)
