"""``evidence pool``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .figure_file import checked_figure_file, write_figure
from .pool_forest import forest_of_table
from .shared import AnalysisOption, JsonOption, ProjectOption, error_console, open_base, print_json
from .table_file import column_mapping, is_table_file
from .values import one_of, synthesis_ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from ..synthesis import SynthesisResult

__all__ = ["register"]

_COMMON = ("OR", "RR", "RD", "PETO", "MD", "SMD", "ROM", "IRR", "PR", "PFT", "ZCOR", "MN", "SMCC", "SMCR")
_TAU2 = ("REML", "DL", "PM", "ML", "SJ", "HE", "HS", "EB", "EE", "FE")

_Target = Annotated[
    str,
    typer.Argument(
        help="A synthesis (`evidence list` names them), or a CSV file with one row per trial.",
        autocompletion=synthesis_ids,
    ),
]
_Measure = Annotated[
    str | None,
    typer.Option(
        "--measure",
        "-m",
        help="For a file: the effect size, as OR, RR, RD, MD or SMD; without it the columns yi and vi.",
        show_default=False,
        autocompletion=one_of(*_COMMON),
    ),
]
_Tau2 = Annotated[
    str | None,
    typer.Option(
        "--tau2",
        help="For a file: the estimator of τ², as REML (the default), DL or PM.",
        show_default=False,
        autocompletion=one_of(*_TAU2),
    ),
]
_Test = Annotated[
    str | None,
    typer.Option(
        "--test",
        help="For a file: z, t, hksj (the default) or adhoc.",
        show_default=False,
        autocompletion=one_of("z", "t", "hksj", "adhoc"),
    ),
]
_Mods = Annotated[
    str | None, typer.Option("--mods", help="For a file: a formula of moderators, as '~ year'.", show_default=False)
]
_Column = Annotated[
    list[str] | None,
    typer.Option(
        "--column", help="For a file: DECLARED=YOURS, where a column has another name; repeatable.", show_default=False
    ),
]
_Forest = Annotated[
    Path | None,
    typer.Option(
        "--forest", help="Also draw the forest plot into this file: .svg, .pdf, .png or .tiff.", show_default=False
    ),
]
_Preset = Annotated[
    str | None,
    typer.Option(
        "--preset",
        help="With --forest: the layout, house (the default), revman5, jama, bmj or cochrane.",
        show_default=False,
        autocompletion=one_of("house", "revman5", "jama", "bmj", "cochrane"),
    ),
]
_Decimal = Annotated[
    str | None,
    typer.Option("--decimal", help="For a file: its decimal sign, a point or a comma.", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence pool addon-prp-pull-test -a allocation-not-stated · evidence pool trials.csv "
        "--measure OR --tau2 DL · evidence pool trials.csv -m RR --column events1=treated"
        " · evidence pool trials.csv -m OR --forest trials.svg --preset bmj"
    )
    def pool(
        target: _Target,
        analysis: AnalysisOption = None,
        measure: _Measure = None,
        tau2: _Tau2 = None,
        test: _Test = None,
        mods: _Mods = None,
        column: _Column = None,
        decimal: _Decimal = None,
        forest: _Forest = None,
        preset: _Preset = None,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Pool a declared synthesis, or any table of trials.

        A file has the columns that the measure needs (`mean1 sd1 n1 mean2 sd2 n2`, `events1 n1 events2 n2`, …) or `yi`
        and `vi`; a column `study` names the trials. What was done to a trial's numbers is told on standard error.
        """
        _check_forest(forest, preset)
        of_files = {
            "--measure": measure,
            "--tau2": tau2,
            "--test": test,
            "--mods": mods,
            "--column": column,
            "--decimal": decimal,
        }
        if not is_table_file(target):
            _refuse(of_files, f"is for a file; {target} is taken for a synthesis, whose protocol says how it is pooled")
            result = open_base(project).synthesis(target, analysis=analysis)
            print_json(_data(result)) if as_json else typer.echo(result.summary())
            _draw(forest, lambda layout: result.forest(preset=layout), preset)
            return
        _refuse({"--analysis": analysis}, f"is for a synthesis of the protocol; {target} is a file")
        fit, drawn = _pool_file(
            Path(target),
            measure=measure,
            tau2=tau2 or "REML",
            test=test or "hksj",
            mods=mods,
            columns=column_mapping(column),
            decimal=decimal or ".",
        )
        print_json(fit.to_dict()) if as_json else typer.echo(fit.summary())
        _draw(forest, drawn, preset)


def _check_forest(forest: Path | None, preset: str | None) -> None:
    """Refuse what could not be drawn before anything is computed."""
    from ..plot.page.style import PresetName
    from ..vocabulary import allowed, check_option

    if forest is not None:
        checked_figure_file(forest)
    else:
        _refuse({"--preset": preset}, "is the layout of a figure: name its file with --forest")
    check_option("preset", preset or "house", allowed(PresetName))


def _draw(forest: Path | None, drawn: Callable[[Any], Figure], preset: str | None) -> None:
    if forest is not None:
        write_figure(drawn(preset or "house"), forest)
        error_console().print(f"written: {forest}", markup=False, soft_wrap=True)


def _refuse(options: dict[str, Any], why: str) -> None:
    """Refuse options that would change nothing."""
    from ..errors import InputError

    for option, value in options.items():
        if value:
            raise InputError(f"{option} {why}")


def _pool_file(
    path: Path, *, measure: str | None, tau2: Any, test: Any, mods: str | None, columns: dict[str, str], decimal: str
) -> tuple[Any, Callable[[Any], Figure]]:
    """Return the fit of a file, and what draws its forest plot in a layout."""
    from ..effects import effect_sizes
    from ..pool import pool as run
    from .pool_columns import checked_columns, checked_measure
    from .table_file import read_table_file

    if measure is not None:
        measure = checked_measure(measure)
    wanted, own = checked_columns(path, measure, columns, decimal=decimal)
    file = read_table_file(path, decimal=decimal, numbers=own)
    table = file.table
    if named := wanted.pop("study", None):
        table = table.drop(columns="study", errors="ignore").rename(columns={named: "study"})
    if file.parted != "commas":
        _say(f"{path}: read with {file.parted} between its columns")
    with file.by_line():
        if measure is None:
            sized = table.rename(columns={name: role for role, name in wanted.items()})
        else:
            sized = effect_sizes(table, measure, **wanted)
            _tell_notes(sized, file.lines)
        fit = run(sized, tau2=tau2, test=test, mods=mods, measure=measure)
    return fit, lambda layout: forest_of_table(fit, table, wanted, preset=layout)


def _tell_notes(sized: Any, lines: tuple[int, ...]) -> None:
    """Say what was done to which trial, and what looks wrong in it, once for each."""
    names = sized["study"] if "study" in sized.columns else [f"line {line}" for line in lines]
    notes: dict[str, list[str]] = {}
    for name, note in zip(names, sized["effect_note"], strict=True):
        if note:
            notes.setdefault(note, []).append(str(name))
    for note, trials in notes.items():
        _say(f"{', '.join(trials)}: {note}")


def _say(text: str) -> None:
    error_console().print(text, markup=False, soft_wrap=True, style="yellow")


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
