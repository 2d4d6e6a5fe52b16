"""RevMan 5: all text to the left of the plot, a column for each number of each group, brackets around intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....number_style import number_style
from ....numbers import format_i2, format_number
from ...page.large import readable
from ..arms import separate_cells
from ..preset import Preset, Shape
from ..words import (
    house_words,
    model_heading,
    no_footnotes,
    plot_heading,
    revman_difference,
    revman_effect_test,
    study_heading,
    summary_with_level,
)

if TYPE_CHECKING:
    from ..data import ForestSummary

__all__ = ["REVMAN5", "three_decimals"]


def three_decimals(tau2: float) -> str:
    """Return τ² with its sign and three decimals, never as a zero that it is not.

    Examples
    --------
    >>> three_decimals(0.01234), three_decimals(0.0), three_decimals(0.0001)
    ('= 0.012', '= 0.000', '< 0.001')
    """
    return "< 0.001" if 0 < tau2 < 0.0005 else f"= {format_number(tau2, 3) if tau2 < 1000 else readable(tau2, 0)}"


def _words(summary: ForestSummary) -> tuple[str, ...]:
    facts = summary.facts
    if facts is None:
        return house_words(summary)
    parts = [] if facts.tau2 is None else [f"τ² {three_decimals(facts.tau2)}"]
    parts.append(f"χ² = {readable(facts.q)}, df = {facts.df:g} ({number_style('revman').p(facts.p)})")
    parts += [] if facts.i2 is None else [f"I² = {format_i2(facts.i2)}"]
    return (f"Heterogeneity: {'; '.join(parts)}", *revman_effect_test(facts))


REVMAN5 = Preset(
    name="revman5",
    shapes=(
        Shape(),
        Shape(effect_stacked=True),
        Shape(effect_stacked=True, bias_under=True),
        Shape(cells_under=True),
        Shape(cells_under=True, bias_under=True),
        Shape(cells_under=True, bias_under=True, effect_stacked=True, weight=False),
    ),
    cells=separate_cells,
    effect_heading=model_heading,
    words=_words,
    difference=revman_difference,
    footnotes=no_footnotes,
    summary_label=summary_with_level,
    label_heading=study_heading,
    plot_heading=plot_heading,
    weight_heading="Weight",
    weight_sign="%",
    effect_left=True,
    lettered=True,
)
