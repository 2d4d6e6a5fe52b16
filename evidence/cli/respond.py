"""``evidence respond``."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from .shared import JsonOption, ProjectOption, console, print_json
from .values import finding_ids, one_of

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(epilog='Example: evidence respond 44aea3a5ef --as explained --note "sides" --by "A. Reader"')
    def respond(
        finding: Annotated[
            str,
            typer.Argument(
                help="The finding's name, or its beginning; `evidence check` shows it.",
                metavar="FINDING",
                autocompletion=finding_ids,
            ),
        ],
        response: Annotated[
            str,
            typer.Option(
                "--as",
                help="author-confirmed, author-corrected, explained, kept-out-of-primary, used-as-printed, corrected "
                "or false-alarm.",
                autocompletion=one_of(
                    "author-confirmed",
                    "author-corrected",
                    "explained",
                    "kept-out-of-primary",
                    "used-as-printed",
                    "corrected",
                    "false-alarm",
                ),
            ),
        ],
        note: Annotated[str, typer.Option("--note", help="Why, in one line.")],
        by: Annotated[str, typer.Option("--by", help="Who says so.")],
        on: Annotated[str | None, typer.Option("--on", help="The day, as 2026-11-22; by default today.")] = None,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Record an answer to a finding of `evidence check`; it lasts as long as what it answers.

        The table of findings is brought up to date and written whole or not at all.
        """
        from ..base import load
        from ..curate.integrity import answer_finding, merge_findings
        from ..project import find_project
        from ..report.findings import findings_rows
        from ..tables.io import write_table

        found = find_project(project)
        base = load(found.root)
        before = merge_findings(base.tables["findings"], base.integrity())
        after = answer_finding(before, finding, response=response, note=note, by=by, on=_day(on))
        write_table(found.processed / "findings.csv", after, "findings")
        (row,) = [row for row in findings_rows(after) if row["finding_id"].startswith(finding)]
        if as_json:
            print_json(row)
        else:
            console().print(f"{row['study']} · {row['check']} · {row['finding_id']}: {response}", markup=False)


def _day(text: str | None) -> dt.date:
    from ..errors import InputError

    if text is None:
        return dt.datetime.now().astimezone().date()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--on {text!r} is not a date; write it as 2026-11-22") from None
