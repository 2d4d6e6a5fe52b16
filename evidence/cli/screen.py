"""``evidence screen``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path  # noqa: TC003 -- typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .shared import JsonOption, ProjectOption, console, counted, error_console, print_json
from .values import one_of, record_ids

if TYPE_CHECKING:
    from ..project import Project
    from ..screen.desk import Desk
    from ..screen.loop import Reader

__all__ = ["register"]

_EXAMPLES = (
    'Examples: evidence screen --reviewer "A. Reader" · evidence screen --list · evidence screen --why 12345678 · '
    "evidence screen --decisions decided.csv --dry-run · evidence screen --settle --stage full-text"
)
_INTERRUPTED = 130


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(epilog=_EXAMPLES)
    def screen(
        reviewer: Annotated[
            str | None,
            typer.Option("--reviewer", help="Who reads; else EVIDENCE_REVIEWER, else the configuration file."),
        ] = None,
        stage: Annotated[
            str,
            typer.Option(
                "--stage",
                help="title-abstract or full-text.",
                autocompletion=one_of("title-abstract", "full-text"),
            ),
        ] = "title-abstract",
        order: Annotated[
            str,
            typer.Option(
                "--order",
                help="score, date (added last first) or pmid; reopened records come first.",
                autocompletion=one_of("score", "date", "pmid"),
            ),
        ] = "score",
        maybes: Annotated[bool, typer.Option("--maybes", help="Show again what was left at maybe.")] = False,
        listed: Annotated[bool, typer.Option("--list", help="List what waits, with scores, and stop.")] = False,
        as_csv: Annotated[bool, typer.Option("--csv", help="The list as CSV.")] = False,
        why: Annotated[
            str,
            typer.Option(
                "--why",
                help="A PMID: say why it stands where it does.",
                show_default=False,
                autocompletion=record_ids,
            ),
        ] = "",
        status: Annotated[bool, typer.Option("--status", help="Count what came of the records, by stage.")] = False,
        conflicts: Annotated[
            bool, typer.Option("--conflicts", help="List the records on which people differ.")
        ] = False,
        settle: Annotated[bool, typer.Option("--settle", help="Go through the conflicts and settle each.")] = False,
        agreement: Annotated[bool, typer.Option("--agreement", help="Cohen's kappa of two reviewers.")] = False,
        between: Annotated[
            list[str] | None, typer.Option("--between", help="For --agreement: a reviewer; give two.")
        ] = None,
        decisions: Annotated[
            Path | None, typer.Option("--decisions", help="Record the decisions in a CSV or RIS file.")
        ] = None,
        tool: Annotated[
            str | None,
            typer.Option("--tool", help="For --decisions: the tool that wrote the file; by default it is recognised."),
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="For --decisions: only say what would be.")] = False,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Read the records of the search one by one, and decide by a key: i include, e exclude, m maybe, u undo.

        The records that look most like trials of the question come first; none is left out. Each decision is written
        at once to data/processed/screening.csv, which only grows, so that a session can end at any moment. What a
        later search finds of a decided record, such as a retraction, brings it back to the top.
        """
        from ..errors import InputError
        from ..project import find_project
        from ..screen.desk import open_desk
        from ..screen.loop import Reader
        from ..screen.reviewer import reviewer_name
        from . import screen_tables as tables

        asked = [
            name for name, on in _modes(listed or as_csv, why, status, conflicts, settle, agreement, decisions) if on
        ]
        if len(asked) > 1:
            raise InputError(f"{' and '.join(asked)} cannot go together; ask for one at a time")
        _check_choices(stage, order)
        if decisions is None and (dry_run or tool is not None):
            raise InputError("--dry-run and --tool belong to --decisions FILE; a session at the terminal writes")
        if as_json and (as_csv or settle):
            raise InputError("--json cannot go together with --csv or --settle")
        found = find_project(project)
        if decisions is not None:
            name = reviewer_name(reviewer, required=False)
            _record(found, decisions, tool=tool, reviewer=name, stage=stage, dry_run=dry_run, as_json=as_json)
            return
        desk = open_desk(found, ranked=not (status or agreement))
        for note in desk.notes:
            error_console().print(note, markup=False, style="yellow")
        if status:
            tables.print_status(desk, as_json=as_json)
        elif agreement:
            tables.print_agreement(desk, stage=stage, between=between or (), as_json=as_json)
        elif conflicts:
            tables.print_conflicts(desk, stage=stage, as_json=as_json)
        elif why:
            tables.print_why(desk, why.strip(), as_json=as_json)
        elif listed or as_csv or as_json:
            name = reviewer_name(reviewer, required=False)
            queue = Reader(name=name, stage=stage, order=order, maybes=maybes).queue(desk)
            tables.print_queue(desk, queue, as_csv=as_csv, as_json=as_json)
        else:
            role = "consensus" if settle else "reviewer"
            reader = Reader(name=reviewer_name(reviewer), stage=stage, order=order, maybes=maybes, role=role)
            _read(desk, reader)


def _modes(
    listed: bool, why: str, status: bool, conflicts: bool, settle: bool, agreement: bool, decisions: Path | None
) -> tuple[tuple[str, bool], ...]:
    return (
        ("--list", listed),
        ("--why", bool(why)),
        ("--status", status),
        ("--conflicts", conflicts),
        ("--settle", settle),
        ("--agreement", agreement),
        ("--decisions", decisions is not None),
    )


def _check_choices(stage: str, order: str) -> None:
    from ..screen.queue import Order
    from ..screen.standing import STAGES
    from ..vocabulary import check_option

    check_option("--stage", stage, STAGES)
    check_option("--order", order, Order)


def _read(desk: Desk, reader: Reader) -> None:
    """Let somebody read at the terminal, or a script at its stand-in."""
    from ..screen.aside import set_aside
    from ..screen.ledger import check_reviewer
    from ..screen.loop import read_records
    from ..screen.page import page
    from .keys import is_terminal, next_keys

    check_reviewer(reader.name, desk.decisions)
    out, screen = console(), is_terminal()

    def show(view: Any) -> None:
        if screen:
            out.clear()
        out.print(page(view))

    try:
        session = read_records(desk, reader, read=next_keys, show=show, now=lambda: dt.datetime.now(dt.UTC))
    except KeyboardInterrupt:
        error_console().print("\nStopped. Every decision is in screening.csv; the next session goes on from here.")
        raise typer.Exit(_INTERRUPTED) from None
    left = len(session.queue) + len(session.skipped)
    said = f"{session.decided} decided, {left} left to read at {reader.stage}."
    error_console().print(said, markup=False)
    after = desk.reread()
    for line in set_aside(after, reader.queue(after)).lines():
        error_console().print(line, markup=False)


def _record(
    project: Project, path: Path, *, tool: str | None, reviewer: str, stage: str, dry_run: bool, as_json: bool
) -> None:
    """Bring the decisions of a file into the ledger, all of them or none."""
    from ..screen.given import is_own_form, read_given, time_of_reading
    from ..screen.ledger import load_decisions, record_decisions
    from ..screen.rows import read_rows

    now = time_of_reading(dt.datetime.now(dt.UTC), read_rows(project, "searches"))
    if tool is None and is_own_form(path):
        given = read_given(path, stage=stage, reviewer=reviewer, now=now)
    else:
        from ..screen.exchange import read_decisions

        tables = {"records": read_rows(project, "records")}
        known = load_decisions(project)
        given = read_decisions(path, tables=tables, now=now, tool=tool, reviewer=reviewer, stage=stage, known=known)
    added = record_decisions(project, given, dry_run=dry_run)
    counts = {kind: sum(one.decision == kind for one in added) for kind in dict.fromkeys(x.decision for x in added)}
    if as_json:
        print_json({"recorded": 0 if dry_run else len(added), "would_record": len(added), "decisions": counts})
        return
    listed = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    verb = "would be recorded" if dry_run else "recorded in screening.csv"
    there = len(given) - len(added)
    rest = f"; {there} stood there already" if there else ""
    console().print(f"{counted(len(added), 'decision')} {verb}{f' ({listed})' if listed else ''}{rest}", markup=False)
