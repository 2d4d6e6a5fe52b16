"""``evidence multiverse``."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path  # noqa: TC003 (typer reads it when the command is made)
from typing import TYPE_CHECKING, Annotated

import typer

from .shared import JsonOption, ProjectOption, SynthesisArgument, error_console, open_base, print_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..sensitivity.multiverse_result import Multiverse

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence multiverse addon-minoxidil-response · evidence multiverse addon-prp-pull-test --out "
        "curve.svg · evidence multiverse addon-prp-pull-test --out specifications.csv"
    )
    def multiverse(
        synthesis: SynthesisArgument,
        out: Annotated[
            Path | None,
            typer.Option(
                "--out",
                "-o",
                help="Write the specification curve (.svg, .pdf, .png, .tiff), or every specification (.csv).",
                show_default=False,
            ),
        ] = None,
        width: Annotated[int, typer.Option("--width", "-w", help="Width of the figure in mm: 84, 120 or 174.")] = 174,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Answer a synthesis under every admissible combination of choices, and show what moves the estimate.

        Combined are the rules of the declared analyses, further derivations, correlations, what is done with several
        arms, backgrounds, estimators of τ² and intervals. A choice that changes nothing is not varied.
        """
        base = open_base(project)
        with _progress() as progress:
            found = base.multiverse(synthesis, progress=progress)
        if out is not None:
            _write(found, out, width)
            error_console().print(f"written: {out}", soft_wrap=True, markup=False)
        print_json(found.to_dict()) if as_json else typer.echo(found.summary())


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Give a callback that moves a bar on standard error, and nothing where that is not a terminal."""
    from rich.progress import Progress

    console = error_console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("selecting", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _write(found: Multiverse, out: Path, width: int) -> None:
    if out.suffix.lower() == ".csv":
        from ..report.tables import format_frame
        from ..tables.io import write_bytes

        write_bytes(out, format_frame(found.to_frame()))
        return
    from ..plot import save_figure

    save_figure(found.plot(width_mm=width), out)
