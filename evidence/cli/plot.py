"""``evidence plot``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .shared import AnalysisOption, ProjectOption, error_console, open_base

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(epilog="Example: evidence plot forest addon-minoxidil-response --out figure.pdf --width 174")
    def plot(
        kind: Annotated[str, typer.Argument(help="The kind of figure: forest or funnel.")],
        synthesis: Annotated[str, typer.Argument(help="A synthesis; `evidence list` names them.")],
        analysis: AnalysisOption = None,
        out: Annotated[Path, typer.Option("--out", "-o", help="A .svg, .pdf, .png or .tiff file.")] = Path(
            "forest.svg"
        ),
        width: Annotated[int, typer.Option("--width", "-w", help="Width in mm: 84, 120 or 174.")] = 174,
        project: ProjectOption = None,
    ) -> None:
        """Draw a figure of a synthesis, at an exact journal width."""
        from ..plot import save_figure
        from ..vocabulary import check_option

        check_option("kind", kind, ("forest", "funnel"))
        result = open_base(project).synthesis(synthesis, analysis=analysis)
        figure = result.forest(width_mm=width) if kind == "forest" else result.funnel(width_mm=width)
        save_figure(figure, out)
        error_console().print(f"written: {out}", soft_wrap=True)
