"""``evidence reviews``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from .deliver import FORMATS, FormatOption, deliver, deliver_json
from .shared import JsonOption, ProjectOption, error_console, open_base, refuse_together
from .values import review_ids

if TYPE_CHECKING:
    from ..report.reviews import ReviewTable

__all__ = ["register"]

_FIGURES = (".svg", ".pdf", ".png", ".tif", ".tiff")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence reviews --review Xu2024"
        ' · evidence reviews --outcome "hair count" --json'
        ' · evidence reviews --outcome "hair count" --measure SMD -o reviews.svg'
    )
    def reviews(
        outcome: Annotated[
            str, typer.Option("--outcome", help="Words of the outcome, as printed.", show_default=False)
        ] = "",
        review: Annotated[
            str,
            typer.Option("--review", help="One review, by its id.", show_default=False, autocompletion=review_ids),
        ] = "",
        form: FormatOption = None,
        measure: Annotated[
            str, typer.Option("--measure", help="For a figure: the measure as printed, as SMD.", show_default=False)
        ] = "",
        comparison: Annotated[
            str, typer.Option("--comparison", help="For a figure: the comparison as printed.", show_default=False)
        ] = "",
        width: Annotated[int, typer.Option("--width", "-w", help="For a figure: 84, 120 or 174 mm.")] = 174,
        out: Annotated[
            Path | None,
            typer.Option(
                "--out",
                "-o",
                help="A file; with .svg, .pdf, .png or .tiff the forest plot of one outcome.",
                show_default=False,
            ),
        ] = None,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Show published pooled results as printed, what does not add up in them, and where reviews disagree.

        Nothing is pooled: the reviews share trials. See docs/reviews.md.
        """
        from ..errors import InputError
        from ..report.reviews import review_table
        from ..vocabulary import check_option

        refuse_together({"--json": as_json, f"--format {form}": form is not None})
        drawn = out is not None and out.suffix.lower() in _FIGURES
        if drawn and form is not None:
            raise InputError(f"--format {form} and a figure ({out}) cannot go together; take one of them")
        form = check_option("format", form or "text", FORMATS)
        if (measure or comparison) and not drawn:
            raise InputError("--measure and --comparison choose what a figure shows; name its file, as --out pain.svg")
        if as_json and drawn:
            raise InputError(f"--json writes no figure; leave it out, or name another file than {out}")
        whole = review_table(open_base(project))
        if out is not None and drawn:
            rows = whole.select(review=review) if review else whole
            _draw(rows, out, outcome=outcome, measure=measure, comparison=comparison, width=width)
            return
        table = whole.select(outcome=outcome, review=review)
        if as_json:
            deliver_json(table.to_dict(), out)
            return
        deliver(table, form, out)


def _draw(table: ReviewTable, out: Path, *, outcome: str, measure: str, comparison: str, width: int) -> None:
    from ..errors import InputError
    from ..plot import forest, save_figure

    if not outcome:
        raise InputError("a forest plot of published results has one outcome; name it, as --outcome pain")
    data = table.forest_data(outcome=outcome, measure=measure, comparison=comparison)
    save_figure(forest(data, width_mm=width), out)
    error_console().print(f"written: {out}", soft_wrap=True, markup=False)
