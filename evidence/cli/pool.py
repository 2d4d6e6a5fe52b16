"""``evidence pool``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .shared import AnalysisOption, JsonOption, ProjectOption, open_base, print_json

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence pool addon-minoxidil-response · evidence pool trials.csv --measure SMD --tau2 DL"
    )
    def pool(
        target: Annotated[str, typer.Argument(help="A synthesis, or a CSV file with one row per trial.")],
        analysis: AnalysisOption = None,
        measure: Annotated[
            str | None, typer.Option("--measure", "-m", help="For a CSV file: the effect size; without it, yi and vi.")
        ] = None,
        tau2: Annotated[str, typer.Option("--tau2", help="For a CSV file: the estimator of τ².")] = "REML",
        test: Annotated[str, typer.Option("--test", help="For a CSV file: z, t, hksj or adhoc.")] = "hksj",
        mods: Annotated[str | None, typer.Option("--mods", help="For a CSV file: a formula, as '~ year'.")] = None,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Pool a declared synthesis, or any table of trials.

        A CSV file has the columns that the measure needs (`mean1 sd1 n1 mean2 sd2 n2`, `events1 n1 events2 n2`, …) or
        `yi` and `vi`.
        """
        if target.endswith(".csv"):
            fit = _pool_file(Path(target), measure=measure, tau2=tau2, test=test, mods=mods)
            print_json(fit.to_dict()) if as_json else typer.echo(fit.summary())
            return
        result = open_base(project).synthesis(target, analysis=analysis)
        print_json(_data(result)) if as_json else typer.echo(result.summary())


def _pool_file(path: Path, *, measure: str | None, tau2: Any, test: Any, mods: str | None) -> Any:
    import pandas as pd

    from ..effects import effect_sizes
    from ..errors import ProjectError
    from ..pool import pool as run

    if not path.is_file():
        raise ProjectError(f"there is no file {path}")
    table = pd.read_csv(path)
    sized = effect_sizes(table, measure) if measure else table
    return run(sized, tau2=tau2, test=test, mods=mods, measure=measure)


def _data(result: SynthesisResult) -> dict[str, Any]:
    frame = result.effects
    return {
        "synthesis": result.id,
        "analysis": result.analysis.id,
        "k": result.k,
        "n": result.n,
        "reason": result.reason,
        "fit": result.fit.to_dict() if result.fit else None,
        "trials": frame.to_dict("records"),
        "left_out": [
            {"study": entry.study_id, "reason": entry.reason} for entry in result.exclusions if entry.compared
        ],
        "notices": [str(notice) for notice in result.notices],
        "sentence": result.cite(),
    }
