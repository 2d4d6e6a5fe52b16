"""``evidence check``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003 -- typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .shared import JsonOption, ProjectOption, console, counted, error_console, print_json
from .table_file import column_mapping, read_table_file
from .values import one_of, study_ids, table_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..base import EvidenceBase
    from ..curate.integrity import IntegrityReport, Scale
    from ..errors import Problem

__all__ = ["register"]

_STRICT = ("impossible", "inconsistent")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence check"
        " · evidence check --study Dhurat2013 --all"
        " · evidence check --explain grim"
        " · evidence check mine.csv --like outcomes --column mean=m_trt"
    )
    def check(
        file: Annotated[
            Path | None,
            typer.Argument(help="A CSV file to check instead of the project's tables.", show_default=False),
        ] = None,
        like: Annotated[
            str, typer.Option("--like", help="For a file: the table that it is like.", autocompletion=table_names)
        ] = "outcomes",
        column: Annotated[
            list[str] | None,
            typer.Option("--column", help="For a file: DECLARED=YOURS, where a column has another name; repeatable."),
        ] = None,
        scale: Annotated[
            str,
            typer.Option(
                "--scale",
                help="For a file: MIN:MAX:STEP of the values of one person, as 0:30:1.",
                show_default=False,
            ),
        ] = "",
        severity: Annotated[
            list[str] | None,
            typer.Option(
                "--severity",
                help="Only impossible, inconsistent, unusual or note; repeatable.",
                autocompletion=one_of("impossible", "inconsistent", "unusual", "note"),
            ),
        ] = None,
        study: Annotated[
            str,
            typer.Option(
                "--study",
                help="Only the findings of a trial or review.",
                show_default=False,
                autocompletion=study_ids,
            ),
        ] = "",
        name: Annotated[str, typer.Option("--check", help="Only this check.", show_default=False)] = "",
        everything: Annotated[
            bool, typer.Option("--all", help="Everything in full; also where only a part is asked for.")
        ] = False,
        explain: Annotated[
            str, typer.Option("--explain", help="Say what a check asks, and how.", show_default=False)
        ] = "",
        strict: Annotated[
            bool,
            typer.Option(
                "--strict", help="Exit code 2 if an impossible or inconsistent finding that is asked for is open."
            ),
        ] = False,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Check protocol and tables for faults, then what the reports print for contradictions; nothing is written.

        A fault is damage of the tables (exit code 1). A finding is a printed number that does not follow from the
        others; `evidence respond` records an answer to it.
        """
        from ..curate.integrity.catalogue import checks_named
        from ..report.findings import check_page, findings_rows

        if explain:
            (wanted,) = checks_named([explain])
            print_json(_described(wanted)) if as_json else typer.echo(check_page(explain))
            return
        only = [name] if name else None
        checks_named(only)
        kept: dict[str, Any] = {"severity": _severities(severity), "study": study, "check": name}
        if file is not None:
            table, report = _check_file(file, like, column_mapping(column), _scale(scale), only)
            fresh: set[str] = set()
            said = f"{counted(len(table), 'finding')} in {file.name}, read as {like}"
        else:
            base = _base_or_faults(project, as_json=as_json)
            _check_study(base, study)
            table, report, fresh = _check_reports(base, only)
            count = counted(len(base.protocol.syntheses), "synthesis", "syntheses")
            said = f"no fault in {len(base.tables)} tables and a protocol of {count}"
        _print_findings(table, report, fresh, kept, said=said, everything=everything, as_json=as_json)
        asked = findings_rows(table, new=fresh, **kept)
        bad = any(row["severity"] in _STRICT and row["state"] == "open" for row in asked)
        raise typer.Exit(2 if strict and bad else 0)


def _check_study(base: EvidenceBase, study: str) -> None:
    """Refuse a trial or review that the base does not have; an empty name asks for all."""
    from ..errors import UnknownIdError

    known = {*base.tables["studies"]["study_id"], *base.tables["review_reports"]["review_id"]}
    if study and study not in known:
        raise UnknownIdError("trial or review", study, known)


def _severities(given: list[str] | None) -> tuple[str, ...]:
    from ..curate.integrity import SEVERITIES
    from ..errors import OptionError

    for severity in given or ():
        if severity not in SEVERITIES:
            raise OptionError("--severity", severity, SEVERITIES)
    return tuple(given or ())


def _scale(text: str) -> Scale | None:
    """Return the scale that MIN:MAX:STEP names; a part left empty is not known."""
    from ..curate.integrity import Scale
    from ..errors import InputError

    if not text:
        return None
    try:
        low, high, step = (float(part) if part.strip() else None for part in text.split(":"))
    except ValueError:
        raise InputError(f"--scale {text!r}: write MIN:MAX:STEP, as in --scale 0:30:1 or --scale 0::1") from None
    return Scale(minimum=low, maximum=high, step=step)


def _check_file(
    file: Path, like: str, columns: dict[str, str], scale: Scale | None, only: list[str] | None
) -> tuple[pd.DataFrame, IntegrityReport]:
    import pandas as pd

    from ..curate.integrity import check_table, merge_findings
    from ..tables import TABLES

    frame = read_table_file(file).table
    report = check_table(frame, like, columns=columns, scales=scale, only=only)
    return merge_findings(pd.DataFrame(columns=list(TABLES["findings"].names)), report), report


def _base_or_faults(project: Path | None, *, as_json: bool) -> EvidenceBase:
    """Return the base; where its tables have faults, print all of them and stop."""
    from ..base import load
    from ..errors import TableError
    from ..project import find_project

    try:
        return load(find_project(project).root)
    except TableError as error:
        _print_problems(error.problems, as_json=as_json)
        raise typer.Exit(1) from None


def _check_reports(base: EvidenceBase, only: list[str] | None) -> tuple[pd.DataFrame, IntegrityReport, set[str]]:
    """Return the findings as a build would write them, and which of them the project does not know yet."""
    from ..curate.integrity import merge_findings, new_findings

    report = base.integrity(only=only)
    old = base.tables["findings"]
    fresh = {finding.finding_id for finding in new_findings(old, report)}
    table = merge_findings(old, report)
    return table if only is None else table[table["check"].isin(only)], report, fresh


def _print_problems(problems: Sequence[Problem], *, as_json: bool) -> None:
    if as_json:
        print_json({"ok": False, "problems": [asdict(problem) for problem in problems]})
        return
    err = error_console()
    tables = {problem.table for problem in problems}
    err.print(f"{counted(len(problems), 'fault')} in {counted(len(tables), 'table')}:")
    for problem in problems:
        err.print(f"  {problem}", markup=False, soft_wrap=True)


def _print_findings(
    table: pd.DataFrame,
    report: IntegrityReport,
    fresh: set[str],
    kept: dict[str, Any],
    *,
    said: str,
    everything: bool,
    as_json: bool,
) -> None:
    from ..report.findings import findings_console, findings_rows

    rows = findings_rows(table, new=fresh, **kept)
    if as_json:
        skipped = [{"check": check, "missing": missing} for check, missing in report.skipped]
        print_json({"ok": True, "problems": [], "findings": rows, "ran": report.ran, "skipped": skipped})
        return
    out = console()
    out.print(said, style="green")
    out.print()
    for part in findings_console(rows, everything=everything or any(kept.values())):
        out.print(part)


def _described(check: Any) -> dict[str, Any]:
    return {name: getattr(check, name) for name in ("id", "group", "title", "method", "source", "needs")}
