"""Comparisons that are printed without values by arm: which of them enters, or how the outcome is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .arms import ArmData
from .derive.cells import number
from .derive.printed_effect import contrast_methods, measure_of, printed_effect
from .fitness import PVALUE_ONLY, row_obstacles
from .pick import Picked, selection_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..protocol import Analysis, Protocol, Synthesis
    from .index import Row
    from .pairs import ArmPair

__all__ = ["pick_printed", "reported_otherwise", "rows_of_pair"]


def rows_of_pair(rows: Sequence[Row], pair: ArmPair) -> tuple[Row, ...]:
    """Return the rows of the contrasts table that compare the two arms of a pair, whichever comes first."""
    return tuple(row for row in rows if {row["arm_id_1"], row["arm_id_2"]} == pair.ids)


def pick_printed(
    rows: Sequence[Row],
    pair: ArmPair,
    *,
    synthesis: Synthesis,
    protocol: Protocol,
    analysis: Analysis,
    unit: str,
    paired: bool,
) -> Picked | None:
    """Return the best printed comparison of a pair of arms with what stands in its way; None if there is none.

    Of those that can enter, the order is that of values by arm: see `selection_order`.

    Parameters
    ----------
    rows : sequence of Row
        The trial's rows of the contrasts table for the outcome.
    analysis : Analysis
        With the derivations that the synthesis admits under it.
    unit : str
        The unit that mean differences are brought to.
    paired : bool
        Whether the arms are sides of the same people.
    """
    window = protocol.windows[synthesis.window] if synthesis.window else None
    found = [
        _picked(row, pair, synthesis, protocol, analysis, unit, paired=paired)
        for row in rows_of_pair(rows, pair)
        if contrast_methods(row)
    ]
    return min(found, key=lambda entry: selection_order(entry, synthesis, window)) if found else None


def _picked(
    row: Row,
    pair: ArmPair,
    synthesis: Synthesis,
    protocol: Protocol,
    analysis: Analysis,
    unit: str,
    *,
    paired: bool,
) -> Picked:
    window = protocol.windows[synthesis.window] if synthesis.window else None
    effect = printed_effect(
        row,
        measure=synthesis.measure,
        admitted=analysis.derivations,
        unit=unit,
        units=synthesis.units,
        defined=protocol.pint_units,
        reverse=row["arm_id_1"] != pair.one["arm_id"],
        paired=paired,
    )
    by_p = any(step.method in ("contrast-p", "contrast-p-bound") for step in effect.steps)
    unfit = [
        reason
        for reason in row_obstacles(row, row["value_type"], synthesis, window, analysis)
        if not (by_p and reason == PVALUE_ONLY)
    ]
    arms = [
        ArmData(arm_id=arm["arm_id"], label=arm["label"], rows=(), unit=effect.unit) for arm in (pair.one, pair.two)
    ]
    return Picked(
        arm_1=arms[0],
        arm_2=arms[1],
        value_type=row["value_type"],
        threshold=row["threshold"],
        time_weeks=row["time_weeks"],
        status=row["status"],
        obstacles=tuple(dict.fromkeys([*effect.obstacles, *unfit])),
        background=pair.background,
        yi=effect.yi,
        vi=effect.vi,
        people=number(row, "n"),
        printed=(row["contrast_id"],),
        steps=effect.steps,
    )


def reported_otherwise(rows: list[Row], pairs: list[ArmPair]) -> str:
    """Return how a trial reports an outcome for which it prints no values by arm; empty if it does not at all.

    Parameters
    ----------
    rows : list of Row
        The trial's rows of the contrasts table for this outcome.
    pairs : list of ArmPair
        The pairs in question; a printed result of other arms says nothing of them.
    """
    wanted = {pair.ids for pair in pairs}
    texts = []
    for row in rows:
        arms = frozenset(name for name in (row["arm_id_1"], row["arm_id_2"]) if name)
        if not arms or any(arms <= pair for pair in wanted):
            texts.append(_how(row))
    return "; ".join(dict.fromkeys(texts))


def _how(row: Mapping[str, Any]) -> str:
    if contrast_methods(row):
        name = measure_of(row) or row["estimate_measure"] or "an estimate"
        return f"only a comparison is printed ({name} {number(row, 'estimate'):g})"
    if row["p_value"] == row["p_value"]:
        return f"only a p-value is printed (p {row['p_operator']} {row['p_value']:g})"
    if row["direction"] == "no-difference":
        return "only said to show no difference"
    return "only the direction is reported"
