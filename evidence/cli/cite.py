"""``evidence cite``."""

from __future__ import annotations

from typing import Annotated

import typer

from .shared import AnalysisOption, JsonOption, ProjectOption, open_base, print_json

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(epilog="Example: evidence cite addon-minoxidil-response --analysis secondary")
    def cite(
        synthesis: Annotated[str, typer.Argument(help="A synthesis; `evidence list` names them.")],
        analysis: AnalysisOption = None,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Print one sentence that may be cited: the pooled numbers, or that there are none and why."""
        result = open_base(project).synthesis(synthesis, analysis=analysis)
        if as_json:
            notices = [str(notice) for notice in result.notices]
            sentence = {"synthesis": result.id, "analysis": result.analysis.id, "sentence": result.cite()}
            print_json(sentence | {"notices": notices})
        else:
            typer.echo(result.cite())
