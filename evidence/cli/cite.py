"""``evidence cite``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .deliver import deliver_json
from .shared import (
    AnalysisOption,
    JsonOption,
    ProjectOption,
    SynthesesArgument,
    error_console,
    open_base,
    refuse_together,
)
from .values import one_of

if TYPE_CHECKING:
    from ..report.citation import Citation

__all__ = ["CitationFormat", "register"]

CitationFormat = Literal["text", "markdown", "html", "bibtex", "ris", "csl-json"]
_OF_REFERENCES = ("bibtex", "ris", "csl-json")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence cite addon-prp-pull-test -a allocation-not-stated --style ama"
        " · evidence cite addon-prp-pull-test --what references --format bibtex"
        " · evidence cite addon-any-response -a secondary -f ris -o trials.ris"
    )
    def cite(
        syntheses: SynthesesArgument,
        what: Annotated[
            str | None,
            typer.Option(
                "--what",
                help="sentence, references, methods or all; by default the sentence.",
                show_default=False,
                autocompletion=one_of("sentence", "references", "methods", "all"),
            ),
        ] = None,
        style: Annotated[
            str,
            typer.Option(
                "--style",
                "-s",
                help="house, ama, apa, bmj, revman or vancouver.",
                autocompletion=one_of("house", "ama", "apa", "bmj", "revman", "vancouver"),
            ),
        ] = "house",
        file_format: Annotated[
            str | None,
            typer.Option(
                "--format",
                "-f",
                help="text (the default), markdown, html, bibtex, ris or csl-json.",
                show_default=False,
                autocompletion=one_of("text", "markdown", "html", "bibtex", "ris", "csl-json"),
            ),
        ] = None,
        form: Annotated[
            str,
            typer.Option(
                "--form", help="short, or full with model, τ² and derivations.", autocompletion=one_of("short", "full")
            ),
        ] = "short",
        analysis: AnalysisOption = None,
        all_reports: Annotated[
            bool, typer.Option("--all-reports", help="Cite every report of a trial, not the primary one alone.")
        ] = False,
        left_out: Annotated[
            bool, typer.Option("--left-out", help="Cite also trials that make the comparison but cannot enter.")
        ] = False,
        reviews: Annotated[
            bool, typer.Option("--reviews", help="Cite also the published reviews that the base knows.")
        ] = False,
        out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to this file.", show_default=False)] = None,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Print what may be cited: a sentence with the pooled numbers, or that there are none and why.

        Also the references of the trials behind it, for LaTeX and reference managers, and a methods paragraph that
        follows from what was done. What a reference lacks, and of which release a sentence is, is told on standard
        error; nothing is invented.
        """
        from ..report.citation import citation_of
        from ..report.citation_text import release_text
        from ..vocabulary import check_option

        refuse_together({"--json": as_json, f"--format {file_format}": file_format is not None})
        file_format = check_option("format", file_format or "text", CitationFormat)
        part = what or ("references" if file_format in _OF_REFERENCES else "sentence")
        _refuse(part, file_format)
        base = open_base(project)
        results = [base.synthesis(name, analysis=analysis) for name in dict.fromkeys(syntheses)]
        found = citation_of(
            base,
            results,
            part=part,
            style=style,
            form=form,  # type: ignore[arg-type]  # checked there
            all_reports=all_reports,
            left_out=left_out,
            reviews=reviews,
        )
        _tell_missing(found)
        if part == "sentence" and not as_json:
            error_console().print(f"release {release_text(found)}", soft_wrap=True, markup=False, highlight=False)
        if as_json:
            deliver_json(found.to_dict(), out)
        elif out is None:
            typer.echo(_as_text(found, file_format), nl=False)
        else:
            out.write_text(_as_text(found, file_format), encoding="utf-8", newline="")
            error_console().print(f"written: {out}", soft_wrap=True, markup=False)


def _refuse(part: str, file_format: str) -> None:
    from ..errors import InputError

    if file_format in _OF_REFERENCES and part not in ("references", "all"):
        raise InputError(f"--format {file_format} holds references: take --what references or all, not {part}")


def _as_text(found: Citation, file_format: str) -> str:
    from ..report.citation_text import citation_text
    from ..report.references import as_bibtex, as_csl_json, as_ris

    if file_format == "bibtex":
        return as_bibtex(found.references)
    if file_format == "ris":
        return as_ris(found.references)
    if file_format == "csl-json":
        return as_csl_json(found.references)
    return citation_text(found, file_format)  # type: ignore[arg-type]  # one of the three that are left


def _tell_missing(found: Citation) -> None:
    """Say on standard error what the references of trials lack."""
    from ..report.references import missing_words

    for line in missing_words(found.trials):
        error_console().print(line, soft_wrap=True, markup=False, highlight=False)
