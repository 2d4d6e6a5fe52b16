"""``evidence extract``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .shared import JsonOption, ProjectOption, console, counted, error_console, print_json
from .values import record_ids, study_ids

if TYPE_CHECKING:
    from pathlib import Path

    from ..extract import Comparison, DraftCheck, Opened, Standing
    from ..project import Project

__all__ = ["register"]

_Pmid = Annotated[
    str | None,
    typer.Argument(help="The record, by its PMID.", metavar="PMID", show_default=False, autocompletion=record_ids),
]
_By = Annotated[str, typer.Option("--by", help="Who extracts, verifies, or began the draft.", show_default=False)]
_Study = Annotated[
    str,
    typer.Option(
        "--study", help="The trial, if not the one that is proposed.", show_default=False, autocompletion=study_ids
    ),
]
_Check = Annotated[bool, typer.Option("--check", help="Say what is wrong with the draft; nothing is written.")]
_Save = Annotated[bool, typer.Option("--save", help="Bring the draft into the tables, all of it or nothing.")]
_Replace = Annotated[bool, typer.Option("--replace", help="With --save: rows of the trial may get other values.")]
_Verify = Annotated[bool, typer.Option("--verify", help="Record that you compared what was saved with the source.")]
_Of = Annotated[str, typer.Option("--of", help="With --verify: who extracted.", show_default=False)]
_Compare = Annotated[bool, typer.Option("--compare", help="Show where two drafts of the record differ.")]
_With = Annotated[str, typer.Option("--with", help="With --compare: the other extractor.", show_default=False)]
_Discard = Annotated[bool, typer.Option("--discard", help="Move the draft away; what was saved stays.")]
_Yes = Annotated[bool, typer.Option("--yes", help="With --discard: do not ask.")]
_Status = Annotated[bool, typer.Option("--status", help="List all extractions, and included records without one.")]
_EXAMPLES = (
    'evidence extract 90000001 --by "A. Reader" · evidence extract 90000001 --check · '
    'evidence extract 90000001 --save --by "A. Reader" · evidence extract --status'
)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(epilog=f"Examples: {_EXAMPLES}")
    def extract(
        pmid: _Pmid = None,
        by: _By = "",
        study: _Study = "",
        check: _Check = False,
        save: _Save = False,
        replace: _Replace = False,
        verify: _Verify = False,
        of: _Of = "",
        compare: _Compare = False,
        other: _With = "",
        discard: _Discard = False,
        yes: _Yes = False,
        status: _Status = False,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Take a record's numbers into the tables, through a draft.

        Without an option the draft is opened: data/extraction/PMID/ with a file for each table and guide.md. Numbers
        found in the abstract are listed there and never entered. Drafts are not committed.
        """
        from ..project import find_project

        found = find_project(project)
        asked = {"check": check, "save": save, "verify": verify, "compare": compare, "discard": discard}
        action = _action({**asked, "status": status}, {"replace": replace, "of": of, "with": other, "yes": yes})
        if action == "status":
            if pmid:
                _refuse("--status lists all records; leave the PMID away")
            _status(found, as_json=as_json)
            return
        record = _pmid(pmid)
        if action == "open":
            _open(found, record, by=by, study=study, as_json=as_json)
        elif action == "check":
            _check_draft(found, record, by=by, as_json=as_json)
        elif action == "save":
            _save_draft(found, record, by=by, replace=replace, as_json=as_json)
        elif action == "verify":
            _verify_saved(found, record, by=by, of=of, as_json=as_json)
        elif action == "compare":
            _compare_drafts(found, record, by=by, other=other, as_json=as_json)
        else:
            _discard_draft(found, record, by=by, yes=yes, as_json=as_json)


_BELONGS = {"replace": "save", "of": "verify", "with": "compare", "yes": "discard"}


def _action(asked: dict[str, bool], beside: dict[str, Any]) -> str:
    """Return what is asked for; one thing at a time."""
    wanted = [name for name, on in asked.items() if on]
    if len(wanted) > 1:
        _refuse(" and ".join(f"--{name}" for name in wanted) + ": one at a time")
    action = wanted[0] if wanted else "open"
    for name, given in beside.items():
        if given and _BELONGS[name] != action:
            _refuse(f"--{name} goes with --{_BELONGS[name]}")
    return action


def _refuse(message: str) -> None:
    from ..errors import InputError

    raise InputError(message)


def _pmid(pmid: str | None) -> str:
    from ..extract.draft import check_pmid

    if not pmid:
        _refuse("which record? name its PMID, or list extractions with --status")
    return check_pmid(pmid or "")


def _now() -> Any:
    import datetime as dt

    return dt.datetime.now(dt.UTC)


def _place(project: Project, folder: Path) -> str:
    return folder.relative_to(project.root).as_posix()


def _say(text: str, style: str = "") -> None:
    console().print(text, markup=False, soft_wrap=True, style=style or None)


def _open(project: Project, pmid: str, *, by: str, study: str, as_json: bool) -> None:
    from ..extract import open_extraction

    if not by:
        _refuse('who extracts? name yourself with --by "A. Reader"')
    opened = open_extraction(project, pmid, by=by, study=study, clock=_now)
    if as_json:
        print_json(_opened_data(project, opened))
        return
    place = _place(project, opened.draft.folder)
    reading = opened.reading
    if reading is None:
        _say(f"{place} is open already; nothing was changed")
        return
    _say(f"PMID {pmid}: {reading.record['title']}", "bold")
    _say(f"{place}{'' if opened.fresh else ' was open already; its guide is new'}", "green")
    for caution in reading.cautions:
        _say(caution, "yellow")
    known = "; ".join(reading.linked.reasons) if reading.linked else "new; rename it if you like"
    _say(f"trial       {reading.study_id} ({known})")
    plain = ", ".join(f"{name} = {value}" for name, value in reading.plain.items())
    _say(f"hints       {plain or 'none that is plain'}; {len(reading.hints)} in guide.md")
    shown = [found for found in reading.candidates if found.kind != "other"]
    sentences = counted(len(reading.sentences), "sentence")
    _say(f"candidates  {counted(len(shown), 'number')} in {sentences}; none is entered")
    _say(f"Next: read {place}/guide.md, fill the CSV files, then")
    _say(f"    evidence extract {pmid} --check")


def _opened_data(project: Project, opened: Opened) -> dict[str, Any]:
    opening = opened.draft.opening
    data: dict[str, Any] = {
        "pmid": opening.pmid,
        "extractor": opening.extractor,
        "study_id": opening.study_id,
        "folder": _place(project, opened.draft.folder),
        "fresh": opened.fresh,
    }
    reading = opened.reading
    if reading is not None:
        data |= {
            "linked": asdict(reading.linked) if reading.linked else None,
            "cautions": reading.cautions,
            "plain": reading.plain,
            "hints": [asdict(hint) for hint in reading.hints],
            "components": [asdict(mention) for mention in reading.components],
            "outcomes": [asdict(mention) for mention in reading.outcomes],
            "candidates": [{**asdict(found), "values": dict(found.values)} for found in reading.candidates],
        }
    return data


def _check_draft(project: Project, pmid: str, *, by: str, as_json: bool) -> None:
    from ..extract import check_draft, find_draft

    draft = find_draft(project, pmid, by)
    found = check_draft(project, draft)
    if as_json:
        print_json(_check_data(found))
    else:
        _print_check(found)
        if not found.problems:
            replace = " --replace" if found.differences else ""
            _say(f'Next: evidence extract {pmid} --save{replace} --by "{draft.opening.extractor}"')
    raise typer.Exit(1 if found.problems else 0)


def _check_data(found: DraftCheck) -> dict[str, Any]:
    return {
        "ok": not found.problems,
        "study_id": found.study_id,
        "problems": [asdict(problem) for problem in found.problems],
        "differences": [asdict(entry) for entry in found.differences],
        "added": dict(found.added),
        "same": dict(found.same),
        "findings": [{"finding_id": finding.finding_id, **asdict(finding)} for finding in found.findings],
        "notes": found.notes,
    }


def _print_check(found: DraftCheck) -> None:
    err = error_console()
    if found.problems:
        err.print(f"{counted(len(found.problems), 'fault')} in the draft; nothing can be saved:")
        for problem in found.problems:
            err.print(f"  {problem}", markup=False, soft_wrap=True)
    else:
        rows = ", ".join(f"{table} {count}" for table, count in found.added.items() if count)
        same = sum(found.same.values())
        known = f"; {counted(same, 'row')} in the base already" if same else ""
        _say(f"no fault; {found.study_id}: new rows: {rows or 'none'}{known}", "green")
    for entry in found.differences:
        _say(
            f"  {entry.table} {entry.row} {entry.column}: {entry.old or '(empty)'} → {entry.new or '(empty)'}", "yellow"
        )
    for finding in found.findings:
        _say(f"  {finding.severity} · {finding.check}: {finding.text}", "yellow")
    for note in found.notes:
        _say(f"  note: {note}")


def _save_draft(project: Project, pmid: str, *, by: str, replace: bool, as_json: bool) -> None:
    from ..extract import save_draft

    if not by:
        _refuse('who saves? name yourself with --by "A. Reader"')
    saved = save_draft(project, pmid, by=by, replace_rows=replace, clock=_now)
    if as_json:
        print_json({**_check_data(saved.check), "written": saved.written, "extraction": saved.row})
        return
    _print_check(saved.check)
    tables = ", ".join(f"{name}.csv" for name in saved.written)
    _say(f"written: {tables}" if tables else "nothing to write: the tables say so already")
    if saved.row["status"] != "verified":
        _say(f"Next: somebody else compares with the source: evidence extract {pmid} --verify --by NAME")
    _say("Then: evidence build")


def _verify_saved(project: Project, pmid: str, *, by: str, of: str, as_json: bool) -> None:
    from ..extract import verify_extraction

    if not by:
        _refuse('who compared it with the source? name yourself with --by "B. Reader"')
    found = verify_extraction(project, pmid, by=by, of=of, clock=_now)
    row = found.row
    if as_json:
        print_json({**row, "cautions": found.cautions})
    else:
        for caution in found.cautions:
            _say(f"caution: {caution}", "yellow")
        _say(f"PMID {pmid}, extracted by {row['extractor']}: verified by {row['verified_by']}", "green")


def _compare_drafts(project: Project, pmid: str, *, by: str, other: str, as_json: bool) -> None:
    from ..extract import compare_drafts

    found = compare_drafts(project, pmid, first=by, second=other)
    if as_json:
        print_json(asdict(found))
    else:
        _print_comparison(found)


def _print_comparison(found: Comparison) -> None:
    from rich.table import Table
    from rich.text import Text

    apart = sum(bool(entry.column) for entry in found.disagreements)
    alone = len(found.disagreements) - apart
    _say(
        f"PMID {found.pmid}: {found.first} and {found.second} differ in {apart} of {counted(found.fields, 'field')}; "
        f"{counted(alone, 'row')} with one of them only"
    )
    if not found.disagreements:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name in ("table", "row", "column", found.first, found.second):
        table.add_column(Text(name), overflow="fold")
    for entry in found.disagreements:
        column = entry.column or "(whole row)"
        cells = (entry.table, entry.row, column, entry.first or "–", entry.second or "–")
        table.add_row(*(Text(cell) for cell in cells))
    console().print(table)


def _discard_draft(project: Project, pmid: str, *, by: str, yes: bool, as_json: bool) -> None:
    from ..extract import discard_draft, find_draft

    draft = find_draft(project, pmid, by)
    place = _place(project, draft.folder)
    if not yes:
        typer.confirm(f"Move {place} away?", abort=True, err=True)
    target = _place(project, discard_draft(project, pmid, by=draft.opening.extractor))
    if as_json:
        print_json({"pmid": pmid, "extractor": draft.opening.extractor, "folder": target})
    else:
        _say(f"moved to {target}")


def _status(project: Project, *, as_json: bool) -> None:
    from ..extract import extraction_status

    found = extraction_status(project)
    if as_json:
        print_json([asdict(entry) for entry in found])
        return
    if not found:
        _say("no extraction, and no included record that waits for one")
        return
    _print_status(found)


def _print_status(found: tuple[Standing, ...]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", expand=True)
    for name in ("PMID", "state", "by", "trial"):
        table.add_column(name, overflow="fold")
    table.add_column("record", ratio=1, overflow="fold")
    for entry in found:
        told = Text(_short(entry.title))
        for remark in entry.remarks:
            told.append(f"\n{remark}", style="yellow")
        table.add_row(
            Text(entry.pmid), Text(entry.state), Text(entry.extractor or "–"), Text(entry.study_id or "–"), told
        )
    console().print(table)
    counts: dict[str, int] = {}
    for entry in found:
        counts[entry.state] = counts.get(entry.state, 0) + 1
    _say(", ".join(f"{count} {state}" for state, count in counts.items()))


def _short(title: str, width: int = 90) -> str:
    return title if len(title) <= width else title[: width - 1].rstrip() + "…"
