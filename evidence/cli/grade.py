"""``evidence grade``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError
from .shared import AnalysisOption, JsonOption, ProjectOption, console, error_console, open_base, print_json

if TYPE_CHECKING:
    from ..base import EvidenceBase
    from ..certainty import CertaintyProposal

__all__ = ["register", "show_overview"]

_FormOption = Annotated[
    Path | None, typer.Option("--form", help="Write a form for people to fill in.", show_default=False)
]
_RecordOption = Annotated[
    Path | None, typer.Option("--record", help="Bring a filled-in form into the table.", show_default=False)
]
_HEADINGS = ("RoB", "inc", "ind", "imp", "pub")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence grade · evidence grade addon-minoxidil-response-women --analysis implied · "
        "evidence grade addon-minoxidil-response-women --form grade.csv · evidence grade --record grade.csv"
    )
    def grade(
        target: Annotated[str | None, typer.Argument(help="A synthesis; without it, all that have a number.")] = None,
        analysis: AnalysisOption = None,
        form: _FormOption = None,
        record: _RecordOption = None,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Propose the certainty of evidence (GRADE), domain by domain; people decide.

        What the numbers cannot tell is not assessed. Decisions stand in the table of certainty and nowhere else.
        """
        if record is not None and (target is not None or form is not None or analysis is not None):
            raise InputError("--record takes the form alone: it says itself which synthesis and analysis it is about")
        if form is not None and target is None:
            raise InputError("--form needs a synthesis: evidence grade SYNTHESIS --form FILE")
        base = open_base(project)
        if record is not None:
            _record(base, record)
            return
        if target is None:
            proposals = _all(base, analysis)
            print_json([entry.to_dict() for entry in proposals]) if as_json else show_overview(base, proposals)
            return
        from ..certainty import propose

        proposal = propose(base.answer(target).shown if analysis is None else base.synthesis(target, analysis=analysis))
        if form is not None:
            _write_form(proposal, form)
        elif as_json:
            print_json(proposal.to_dict())
        else:
            typer.echo(proposal.summary())


def _all(base: EvidenceBase, analysis: str | None) -> list[CertaintyProposal]:
    from ..certainty import propose

    answers = base.answers()
    shown = [answer.shown if analysis is None else answer.results[analysis] for answer in answers.values()]
    return [propose(result) for result in shown if result.k]


def show_overview(base: EvidenceBase, proposals: list[CertaintyProposal]) -> None:
    """Print the proposals as a table, domain by domain."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", expand=True)
    table.add_column("synthesis (analysis)", overflow="fold", ratio=1)
    for name in (*_HEADINGS, "proposed", "decided"):
        table.add_column(name, no_wrap=True)
    for entry in proposals:
        levels = [found.shown if found.levels is not None else "?" for found in entry.domains]
        proposed = entry.shown.removeprefix("not assessed (").removesuffix(")")
        table.add_row(f"{entry.synthesis} ({entry.analysis})", *levels, proposed, entry.decided)
    console().print(table)
    without = len(base.protocol.syntheses) - len(proposals)
    error_console().print(
        f"RoB risk of bias, inc inconsistency, ind indirectness, imp imprecision, pub publication bias.\n"
        f"{without} syntheses have no number. ? is a domain that the numbers cannot tell; "
        "`evidence grade SYNTHESIS` says why.",
        markup=False,
    )


def _write_form(proposal: CertaintyProposal, path: Path) -> None:
    from ..certainty.form import form_bytes
    from ..errors import ProjectError
    from ..tables.io import write_bytes

    if path.exists():
        raise ProjectError(f"{path} is there already; name another file")
    write_bytes(path, form_bytes(proposal))
    error_console().print(f"wrote {path}; fill it in, then: evidence grade --record {path}", markup=False)


def _record(base: EvidenceBase, path: Path) -> None:
    from ..certainty.form import record_form

    count = record_form(path, base.project.processed, vocabularies=base.protocol.vocabularies)
    error_console().print(f"recorded {count} rows in certainty.csv", markup=False)
