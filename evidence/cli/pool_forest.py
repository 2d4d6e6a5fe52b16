"""The forest plot of a table of trials, with what each group was counted or measured to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from ..plot import ArmCell
    from ..plot.page.canvas import DescribedFigure
    from ..plot.page.style import PresetName

__all__ = ["forest_of_table"]

_PARTS = ("events", "n", "mean", "sd")


def forest_of_table(fit: Any, table: pd.DataFrame, columns: dict[str, str], *, preset: PresetName) -> DescribedFigure:
    """Return the forest plot of a fit, with the numbers of the two groups where the table has them.

    Parameters
    ----------
    fit : PooledResult
        The fit of `table`, row by row.
    table : DataFrame
        One row per trial.
    columns : dict of str to str
        The role of a column → its name in `table`, where they differ.
    preset : str
        The layout.
    """
    from ..plot import forest, from_fit

    arms = _arms(table, columns)
    if not arms:
        return forest(fit, preset=preset)
    counted = "events1" in columns or "events1" in table.columns
    shown = [tuple(_cell(arm, counted=counted) for arm in pair) for pair in arms]
    heading = "n/N" if counted else "n"
    data = from_fit(fit, arms=arms, cells=shown, columns=(f"Group 1\n{heading}", f"Group 2\n{heading}"))
    return forest(data, preset=preset)


def _arms(table: pd.DataFrame, columns: dict[str, str]) -> list[tuple[ArmCell, ArmCell]]:
    """Return the two groups of each row; nothing where the table does not have the sizes of both."""
    from ..plot import ArmCell

    roles = {f"{part}{group}" for part in (*_PARTS, "nonevents") for group in (1, 2)}
    has = {role: table[name] for role in roles if (name := columns.get(role, role)) in table.columns}
    for group in (1, 2):
        if {f"events{group}", f"nonevents{group}"} <= set(has):
            has.setdefault(f"n{group}", has[f"events{group}"] + has[f"nonevents{group}"])
    if not {"n1", "n2"} <= set(has):
        return []

    def arm(row: int, group: int) -> ArmCell:
        return ArmCell(**{part: _known(has[role].iloc[row]) for part in _PARTS if (role := f"{part}{group}") in has})

    return [(arm(row, 1), arm(row, 2)) for row in range(len(table))]


def _known(value: float) -> float | None:
    return None if value != value else float(value)


def _cell(arm: ArmCell, *, counted: bool) -> str:
    from ..plot.forest_plot.synthesis_cells import count_text

    people, events = ("–" if number is None else count_text(number) for number in (arm.n, arm.events))
    return f"{events}/{people}" if counted else people
