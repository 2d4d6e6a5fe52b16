"""``evidence check``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003 -- typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .shared import JsonOption, ProjectOption, console, error_console, print_json

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
        epilog="Examples: evidence check · evidence check --study Dhurat2013 --all · evidence check --explain grim · "
        "evidence check mine.csv --like outcomes --column mean=m_trt"
    )
    def check(
        file: Annotated[
            Path | None,
            typer.Argument(help="A CSV file to check instead of the project's tables.", show_default=False),
        ] = None,
        like: Annotated[str, typer.Option("--like", help="For a file: the table that it is like.")] = "outcomes",
        column: Annotated[
            list[str] | None,
            typer.Option("--column", help="For a file: DECLARED=YOURS, where a column has another name; repeatable."),
        ] = None,
        scale: Annotated[
            str, typer.Option("--scale", help="For a file: MIN:MAX:STEP of the values of one person, as 0:30:1.")
        ] = "",
        severity: Annotated[
            list[str] | None,
            typer.Option("--severity", help="Only impossible, inconsistent, unusual or note; repeatable."),
        ] = None,
        study: Annotated[str, typer.Option("--study", help="Only the findings of a trial or review.")] = "",
        name: Annotated[str, typer.Option("--check", help="Only this check.")] = "",
        everything: Annotated[
            bool, typer.Option("--all", help="Everything in full; also where only a part is asked for.")
        ] = False,
        explain: Annotated[str, typer.Option("--explain", help="Say what a check asks, and how.")] = "",
        strict: Annotated[
            bool, typer.Option("--strict", help="Exit code 2 if an impossible or inconsistent finding is open.")
        ] = False,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Check protocol and tables for faults, then what the reports print for contradictions; nothing is written.

        A fault is damage of the tables (exit code 1). A finding is a printed number that does not follow from the
        others; `evidence respond` records an answer to it.
        """
        from ..curate.integrity.catalogue import checks_named
        from ..report.findings import check_page

        if explain:
            (wanted,) = checks_named([explain])
            print_json(_described(wanted)) if as_json else typer.echo(check_page(explain))
            return
        only = [name] if name else None
        checks_named(only)
        kept = {"severity": _severities(severity), "study": study, "check": name}
        if file is not None:
            table, report = _check_file(file, like, _columns(column), _scale(scale), only)
            fresh: set[str] = set()
            said = f"{len(table)} finding{'s' * (len(table) != 1)} in {file.name}, read as {like}"
        else:
            base = _base_or_faults(project, as_json=as_json)
            _check_study(base, study)
            table, report, fresh = _check_reports(base, only)
            count = len(base.protocol.syntheses)
            noun = "synthesis" if count == 1 else "syntheses"
            said = f"no fault in {len(base.tables)} tables and a protocol of {count} {noun}"
        _print_findings(table, report, fresh, kept, said=said, everything=everything, as_json=as_json)
        bad = table[table["severity"].isin(_STRICT) & (table["state"] == "open")]
        raise typer.Exit(2 if strict and len(bad) else 0)


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


def _columns(given: list[str] | None) -> dict[str, str]:
    from ..errors import InputError

    columns = {}
    for text in given or ():
        declared, sign, own = text.partition("=")
        if not (sign and declared and own):
            raise InputError(f"--column {text!r}: write DECLARED=YOURS, as in --column mean=m_trt")
        columns[declared] = own
    return columns


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
    from ..errors import ProjectError
    from ..tables import TABLES

    if not file.is_file():
        raise ProjectError(f"there is no file {file}")
    try:
        frame = pd.read_csv(file)
    except (UnicodeError, pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        raise ProjectError(f"{file} cannot be read as a CSV file in UTF-8: {str(error).strip()}") from None
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
    err.print(f"{len(problems)} fault{'s' * (len(problems) > 1)} in {len(tables)} table{'s' * (len(tables) > 1)}:")
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
