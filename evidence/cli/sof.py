"""``evidence sof``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import InputError
from .shared import ProjectOption, console, counted, error_console, open_base
from .values import analysis_ids, comparison_ids, one_of, synthesis_ids

__all__ = ["register"]

_WIDEST = 100
_SUFFIXES = {
    ".txt": "text",
    ".md": "markdown",
    ".html": "html",
    ".htm": "html",
    ".tex": "latex",
    ".docx": "docx",
    ".csv": "csv",
    ".json": "json",
}
_Comparison = Annotated[
    str | None,
    typer.Option(
        "--comparison",
        help="All syntheses of a comparison; by default the headline's.",
        show_default=False,
        autocompletion=comparison_ids,
    ),
]
_Analysis = Annotated[
    str | None,
    typer.Option(
        "--analysis",
        "-a",
        help="The analysis shown; by default what the report shows.",
        show_default=False,
        autocompletion=analysis_ids,
    ),
]
_Risk = Annotated[
    list[str] | None,
    typer.Option(
        "--baseline-risk",
        help="A risk without the intervention, as 0.12 or OUTCOME=0.12; may be given several times.",
        show_default=False,
    ),
]
_Sd = Annotated[
    list[str] | None,
    typer.Option("--sd", help="The SD for standardised differences, as 10 or OUTCOME=10.", show_default=False),
]
_ThresholdsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--thresholds",
        help="From where on differences are small, moderate and large, as OUTCOME=10,20,30 (per 1000, or in its unit).",
        show_default=False,
    ),
]
_Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        help="text, markdown, html, latex, docx, csv or json; by default what the file's name says, else text.",
        show_default=False,
        autocompletion=one_of("text", "markdown", "html", "latex", "docx", "csv", "json"),
    ),
]
_Out = Annotated[
    Path | None, typer.Option("--out", "-o", help="The file; by default standard output.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence sof"
        " · evidence sof addon-minoxidil-response --baseline-risk 0.3"
        " · evidence sof --comparison addon-prp --out sof.docx"
    )
    def sof(
        syntheses: Annotated[
            list[str] | None,
            typer.Argument(
                help="Syntheses, in the order of their rows; `evidence list` names them.",
                metavar="ID",
                autocompletion=synthesis_ids,
            ),
        ] = None,
        comparison: _Comparison = None,
        analysis: _Analysis = None,
        baseline_risk: _Risk = None,
        sd: _Sd = None,
        thresholds: _ThresholdsOption = None,
        form: _Format = None,
        out: _Out = None,
        project: ProjectOption = None,
    ) -> None:
        """Show the summary of findings (GRADE): effects, what they mean for 1000 people, certainty, a plain sentence.

        Comparison risks come from the trials' control arms unless given. Certainty is what people judged, or not
        assessed. Without --analysis each row shows what the report shows, and says where that is not the primary one.
        """
        from ..report.sof import FORMATS, summary_of_findings
        from ..tables.io import write_bytes
        from ..vocabulary import check_option

        form = form or (_SUFFIXES.get(out.suffix.lower(), "text") if out else "text")
        check_option("format", form, FORMATS)
        if form == "docx" and out is None:
            raise InputError("a Word document needs a file: evidence sof --format docx --out FILE.docx")
        table = summary_of_findings(
            open_base(project),
            ids=syntheses,
            comparison=comparison,
            analysis=analysis,
            baseline_risk=_numbers(baseline_risk, "--baseline-risk"),
            sd=_one_each(_numbers(sd, "--sd")),
            thresholds=_thresholds(thresholds),
        )
        width = min(console().width, _WIDEST)
        content = table.to_text(width=width) if form == "text" else table.render(form)
        if out is None:
            typer.echo(content, nl=False)
            return
        write_bytes(out, content if isinstance(content, bytes) else content.encode())
        error_console().print(f"{out}: {counted(len(table.rows), 'row')}", markup=False, soft_wrap=True)


def _numbers(values: list[str] | None, option: str) -> list[float] | dict[str, list[float]] | None:
    """Return numbers, or numbers by name, from what was typed."""
    if not values:
        return None
    named = [value.rpartition("=") for value in values]
    if all(not sign for _, sign, _ in named):
        return [_number(value, option) for value in values]
    found: dict[str, list[float]] = {}
    for name, sign, members in named:
        if not sign or not name:
            raise InputError(f"{option} takes values with an outcome's name, as NAME=VALUE, or one without, not both")
        found.setdefault(name, []).extend(_number(member, option) for member in members.split(","))
    return found


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{option} takes numbers; got {text!r}") from None


def _one_each(values: list[float] | dict[str, list[float]] | None) -> float | dict[str, float] | None:
    if values is None:
        return None
    each = values if isinstance(values, dict) else {"": values}
    if any(len(members) != 1 for members in each.values()):
        raise InputError("--sd takes one value for each outcome")
    return {name: members[0] for name, members in each.items()} if isinstance(values, dict) else values[0]


def _thresholds(values: list[str] | None) -> dict[str, list[float]] | None:
    found = _numbers(values, "--thresholds")
    if isinstance(found, list):
        raise InputError("--thresholds needs the outcome: --thresholds OUTCOME=10,20,30")
    return found
