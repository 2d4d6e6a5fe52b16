"""``evidence plot``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .figure_file import checked_figure_file, write_figure
from .shared import AnalysisOption, JsonOption, ProjectOption, console, error_console, open_base, print_json
from .values import figure_kinds, one_of, plot_subjects, synthesis_ids

if TYPE_CHECKING:
    from ..base import EvidenceBase

__all__ = ["register"]

_MANY = 8  # syntheses that an error lists


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence plot forest addon-minoxidil-response --preset bmj -o forest.pdf"
        " · evidence plot cumulative addon-minoxidil-response -a secondary --by year"
        " · evidence plot prisma -o flow.svg"
        " · evidence plot --list"
    )
    def plot(
        kind: Annotated[
            str,
            typer.Argument(
                help="The kind of figure; --list names them.",
                metavar="KIND",
                show_default=False,
                autocompletion=figure_kinds,
            ),
        ] = "",
        name: Annotated[
            str | None,
            typer.Argument(
                help="The synthesis, where the figure is about one (`evidence list` names them); for changes the two "
                "bases, as `evidence diff` takes them; for reviews the outcome as they call it.",
                metavar="ID",
                show_default=False,
                autocompletion=plot_subjects,
            ),
        ] = None,
        analysis: AnalysisOption = None,
        preset: Annotated[
            str,
            typer.Option(
                "--preset",
                help="house, revman5, jama, bmj or cochrane.",
                autocompletion=one_of("house", "revman5", "jama", "bmj", "cochrane"),
            ),
        ] = "house",
        width: Annotated[
            float, typer.Option("--width", "-w", help="Width in mm; journals ask for 84, 120 or 174.")
        ] = 174,
        sort: Annotated[
            str | None,
            typer.Option(
                "--sort",
                help="Order of the rows: given, year, label, estimate, weight or precision.",
                show_default=False,
                autocompletion=one_of("given", "year", "label", "estimate", "weight", "precision"),
            ),
        ] = None,
        by: Annotated[
            str | None,
            typer.Option(
                "--by",
                help="cumulative: the order, as year or refresh; bubble: the moderator; gosh: a trial to tell apart; "
                "reviews: the measure.",
                show_default=False,
            ),
        ] = None,
        page: Annotated[
            int | None, typer.Option("--page", help="traffic-lights: which page.", show_default=False)
        ] = None,
        out: Annotated[
            Path | None,
            typer.Option(
                "--out",
                "-o",
                help="A .svg, .pdf, .png or .tiff file; by default KIND-ID.svg.",
                show_default=False,
            ),
        ] = None,
        dpi: Annotated[float, typer.Option("--dpi", help="Resolution of .png and .tiff.")] = 600,
        alt: Annotated[
            bool, typer.Option("--alt", help="Print the alternative text; no file is written unless --out names one.")
        ] = False,
        listing: Annotated[bool, typer.Option("--list", help="List the kinds of figures and stop.")] = False,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Draw a figure of a synthesis or of the whole base, at an exact journal width.

        The suffix of --out says the format. The same data give the same file, byte for byte.
        """
        if listing:
            _list(as_json=as_json)
            return
        target = _target(kind, name, out, dpi)
        options = {"sort": sort, "by": by, "page": page, "preset": preset, "width_mm": width}
        base = open_base(project)
        _check_subject(kind, name, base)
        figure = base.plot(kind, name, analysis=analysis, **options)
        if not alt or out is not None:
            write_figure(figure, target, dpi=dpi)
        _tell(figure, kind, name, target if not alt or out is not None else None, alt=alt, as_json=as_json)


def _list(*, as_json: bool) -> None:
    """Print every kind with a line on what it shows."""
    from ..plot.kinds import KINDS

    if as_json:
        rows = [
            {
                "kind": kind.name,
                "about": kind.about,
                "subject": kind.subject,
                "argument": kind.argument,
                "options": dict(kind.options),
                "fewest": kind.fewest,
            }
            for kind in KINDS.values()
        ]
        print_json(rows)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for kind in KINDS.values():
        about = Text(kind.about)
        for option, meaning in kind.options.items():
            about.append(f"\n--{option}: {meaning}", style="dim")
        table.add_row(Text(f"{kind.name} {kind.argument}"), about)
    console().print(table)


def _target(kind: str, name: str | None, out: Path | None, dpi: float) -> Path:
    """Return the file to write; refuse what could not be written before anything is drawn."""
    from ..errors import InputError
    from ..plot.kinds import KINDS
    from ..plot.page.save import check_dpi
    from ..vocabulary import check_option

    if not kind:
        raise InputError(f"name a kind of figure: {', '.join(KINDS)}; --list says what each shows")
    if kind not in KINDS and (name in KINDS or kind in synthesis_ids("")):
        raise InputError(f"the kind of figure comes first: evidence plot {name if name in KINDS else 'forest'} {kind}")
    check_option("kind", kind, KINDS)
    check_dpi(dpi, name="--dpi ")
    if out is None:
        return Path(f"{'-'.join(part for part in (kind, _plain(name)) if part)}.svg")
    return checked_figure_file(out)


def _check_subject(kind: str, name: str | None, base: EvidenceBase) -> None:
    """Ask for a synthesis where one is needed; where there are many, without naming all of them."""
    from ..errors import InputError
    from ..plot.kinds import KINDS

    if name is None and KINDS[kind].subject == "synthesis" and len(base.protocol.syntheses) > _MANY:
        raise InputError(
            f"the figure {kind!r} is about one synthesis: evidence plot {kind} ID; `evidence list` names them"
        )


def _plain(name: str | None) -> str:
    """Return a name as part of a file's name: a revision may hold slashes."""
    return re.sub(r"[^\w.-]+", "-", name or "").strip(".-")


def _tell(figure: Any, kind: str, name: str | None, target: Path | None, *, alt: bool, as_json: bool) -> None:
    """Print what was drawn: data to standard output, messages to standard error."""
    if as_json:
        print_json(
            {
                "kind": kind,
                "name": name,
                "written": str(target) if target is not None else None,
                "heading": figure.heading,
                "alternative_text": figure.description,
            }
        )
    elif alt:
        typer.echo(figure.description)
    if target is not None and not as_json:
        error_console().print(f"written: {target}", markup=False, soft_wrap=True)
