"""``evidence export escalc|revman|robvis|package|workbook``: the base for other programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .shared import AnalysisOption, ProjectOption, SynthesisArgument, error_console, open_base
from .values import one_of, synthesis_ids

if TYPE_CHECKING:
    from ..base import EvidenceBase

__all__ = ["add_data_exports"]

_OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="The file; by default standard output.", show_default=False)
]


def add_data_exports(group: typer.Typer) -> None:
    """Add the commands to `evidence export`."""
    group.command("escalc", epilog="Example: evidence export escalc addon-any-response -a secondary -o effects.csv")(
        _escalc
    )
    group.command("revman", epilog="Example: evidence export revman --out analyses.csv")(_revman)
    group.command("robvis", epilog="Example: evidence export robvis --tool ROBINS-I --out robvis.csv")(_robvis)
    group.command("package", epilog="Example: evidence export package --out evidence-base.zip")(_package)
    group.command("workbook", epilog="Example: evidence export workbook --out evidence-base.xlsx")(_workbook)


def _escalc(
    synthesis: SynthesisArgument,
    analysis: AnalysisOption = None,
    out: _OutOption = None,
    project: ProjectOption = None,
) -> None:
    """Write yi and vi of every trial that entered, with the numbers behind them, as R metafor names them."""
    from ..export import escalc_csv

    _write(escalc_csv(open_base(project).synthesis(synthesis, analysis=analysis)), out)


def _revman(
    syntheses: Annotated[
        list[str] | None,
        typer.Argument(
            help="Syntheses; by default all that have a trial.",
            metavar="ID",
            show_default=False,
            autocompletion=synthesis_ids,
        ),
    ] = None,
    analysis: AnalysisOption = None,
    out: _OutOption = None,
    project: ProjectOption = None,
) -> None:
    """Write analyses in the layout of RevMan 5's analysis data, which read.rm5 of the R package meta reads.

    Without --analysis each synthesis stands under the one that the report shows, which its name tells.
    """
    from ..errors import NotPooledError
    from ..export import fits_revman, revman_csv

    base = open_base(project)
    names = syntheses or list(base.protocol.syntheses)
    results = [base.synthesis(name, analysis=analysis) if analysis else base.answer(name).shown for name in names]
    fit = [result for result in results if fits_revman(result)]
    if not fit:
        raise NotPooledError(f"no trial with two groups entered {', '.join(names[:5])}{' …' if len(names) > 5 else ''}")
    _write(revman_csv(fit), out)
    left = len(results) - len(fit)
    if left:
        words = "1 synthesis is" if left == 1 else f"{left} syntheses are"
        error_console().print(f"{words} left out: no trial entered, or it has one group only")


def _robvis(
    synthesis: Annotated[
        str | None,
        typer.Option(
            "--synthesis",
            help="Only its trials, with their weights.",
            show_default=False,
            autocompletion=synthesis_ids,
        ),
    ] = None,
    analysis: AnalysisOption = None,
    tool: Annotated[
        str, typer.Option("--tool", help="RoB2 or ROBINS-I.", autocompletion=one_of("RoB2", "ROBINS-I"))
    ] = "RoB2",
    variant: Annotated[
        str, typer.Option("--variant", help="The form, as parallel; by default the one used most.", show_default=False)
    ] = "",
    outcome: Annotated[str, typer.Option("--outcome", help="Judgements of this outcome.", show_default=False)] = "",
    out: _OutOption = None,
    project: ProjectOption = None,
) -> None:
    """Write judgements of bias as robvis reads them; what nobody judged is NA, never low."""
    from ..export import robvis_csv

    base = open_base(project)
    result = base.synthesis(synthesis, analysis=analysis) if synthesis else None
    _write(robvis_csv(base, tool=tool, variant=variant, outcome=outcome, result=result), out)


def _package(
    out: Annotated[Path, typer.Option("--out", "-o", help="The .zip file to write.")],
    project: ProjectOption = None,
) -> None:
    """Write the base as one archive: tables, protocol, results, Frictionless descriptor, checksums, CITATION.cff."""
    from ..export import package_bytes

    _write(package_bytes(_suffixed(out, ".zip", project)), out)


def _workbook(
    out: Annotated[Path, typer.Option("--out", "-o", help="The .xlsx file to write.")],
    project: ProjectOption = None,
) -> None:
    """Write the base as an Excel workbook: results, tables, data dictionary; no cell can start a formula."""
    from ..export import workbook_bytes

    _write(workbook_bytes(_suffixed(out, ".xlsx", project)), out)


def _suffixed(out: Path, suffix: str, project: Path | None) -> EvidenceBase:
    """Return the base, once the name of the file says what it will be."""
    from ..errors import InputError

    if out.suffix.lower() != suffix:
        raise InputError(f"--out {out}: the file's name must end in {suffix}")
    return open_base(project)


def _write(content: bytes, out: Path | None) -> None:
    from ..tables.io import write_bytes

    if out is None:
        sys.stdout.write(content.decode())
        return
    write_bytes(out, content)
    error_console().print(f"written to {out}", markup=False, soft_wrap=True)
