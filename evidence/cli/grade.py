"""``evidence grade``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, UnknownIdError
from .shared import (
    AnalysisOption,
    JsonOption,
    ProjectOption,
    console,
    counted,
    error_console,
    open_base,
    print_json,
)
from .values import synthesis_ids

if TYPE_CHECKING:
    from ..base import EvidenceBase
    from ..certainty import CertaintyProposal
    from ..synthesis import SynthesisResult

__all__ = ["register", "show_overview"]

_FormOption = Annotated[
    Path | None, typer.Option("--form", help="Write a form for people to fill in.", show_default=False)
]
_RecordOption = Annotated[
    Path | None, typer.Option("--record", help="Bring a filled-in form into the table.", show_default=False)
]
_NARROW = 76  # columns below which the table would break names
_OUTDATED = "out of date"
_HEADINGS = ("RoB", "inc", "ind", "imp", "pub")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence grade"
        " · evidence grade addon-minoxidil-response-women -a implied"
        " · evidence grade addon-minoxidil-response-women --form grade.csv"
        " · evidence grade --record grade.csv"
    )
    def grade(
        target: Annotated[
            str | None,
            typer.Argument(
                help="A synthesis; without it, all that have a number.", metavar="ID", autocompletion=synthesis_ids
            ),
        ] = None,
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
        if as_json and (form is not None or record is not None):
            raise InputError("--json prints proposals; --form and --record deal with a file. Take one of them")
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

        result = base.answer(target).shown if analysis is None else base.synthesis(target, analysis=analysis)
        proposal = propose(result)
        if form is not None:
            _write_form(result, proposal, form)
        elif as_json:
            print_json(proposal.to_dict())
        else:
            typer.echo(proposal.summary())


def _all(base: EvidenceBase, analysis: str | None) -> list[CertaintyProposal]:
    from ..certainty import propose

    answers = base.answers()
    known = {name for answer in answers.values() for name in answer.results}
    if analysis is not None and analysis not in known:
        raise UnknownIdError("analysis", analysis, known)
    # an automatic analysis is run for some syntheses only
    shown = [
        answer.shown if analysis is None else answer.results[analysis]
        for answer in answers.values()
        if analysis is None or analysis in answer.results
    ]
    proposals = [propose(result) for result in shown if result.k]
    listed = {(entry.synthesis, entry.analysis) for entry in proposals}
    judged = dict.fromkeys(zip(base["certainty"]["synthesis"], base["certainty"]["analysis"], strict=True))
    others = (
        propose(answers[name].results[rules])
        for name, rules in judged
        if (name, rules) not in listed and analysis in (None, rules)
    )
    proposals += [entry for entry in others if entry.outdated]
    return sorted(proposals, key=lambda entry: not entry.outdated)


def show_overview(base: EvidenceBase, proposals: list[CertaintyProposal]) -> None:
    """Print the proposals as a table, domain by domain."""
    from rich.table import Table

    narrow = console().width < _NARROW
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", expand=not narrow)
    table.add_column("synthesis (analysis)", overflow="fold", ratio=1)
    for name in (*_HEADINGS, "proposed", "decided"):
        table.add_column(name, no_wrap=True)
    for entry in proposals:
        levels = [found.shown if found.levels is not None else "?" for found in entry.domains]
        proposed = entry.shown.removeprefix("not assessed (").removesuffix(")")
        decided = _OUTDATED if entry.outdated else entry.decided
        name = f"{entry.synthesis} ({entry.analysis})"
        if narrow:
            console().print(name, markup=False)
            marks = "  ".join(f"{heading} {level}" for heading, level in zip(_HEADINGS, levels, strict=True))
            console().print(f"    {marks}\n    proposed {proposed}; decided: {decided}", markup=False)
        table.add_row(name, *levels, proposed, decided)
    if not narrow:
        console().print(table)
    without = len(base.protocol.syntheses) - len({entry.synthesis for entry in proposals if entry.at_most})
    for entry in proposals:
        if entry.outdated:
            error_console().print(
                f"{entry.synthesis} ({entry.analysis}): {entry.decided}. It no longer counts; to judge again:\n"
                f"    {entry.again}",
                markup=False,
            )
    error_console().print(
        f"RoB risk of bias, inc inconsistency, ind indirectness, imp imprecision, pub publication bias.\n"
        f"{counted(without, 'synthesis has', 'syntheses have')} no number. ? is a domain that the numbers cannot tell; "
        "`evidence grade SYNTHESIS` says why.",
        markup=False,
    )


def _write_form(result: SynthesisResult, proposal: CertaintyProposal, path: Path) -> None:
    from ..certainty import evidence_fingerprint
    from ..certainty.form import form_bytes
    from ..errors import ProjectError
    from ..tables.io import write_bytes

    if path.exists():
        raise ProjectError(f"{path} is there already; name another file")
    write_bytes(path, form_bytes(proposal, fingerprint=evidence_fingerprint(result)))
    error_console().print(f"wrote {path}; fill it in, then: evidence grade --record {path}", markup=False)


def _record(base: EvidenceBase, path: Path) -> None:
    from ..certainty import evidence_fingerprint
    from ..certainty.form import record_form

    def present(synthesis: str, analysis: str) -> str:
        return evidence_fingerprint(base.synthesis(synthesis, analysis=analysis))

    count = record_form(path, base.project.processed, vocabularies=base.protocol.vocabularies, present=present)
    error_console().print(f"recorded {counted(count, 'row')} in certainty.csv", markup=False)
