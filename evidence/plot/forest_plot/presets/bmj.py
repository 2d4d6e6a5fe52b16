"""BMJ: each group in one column, plot, weight, and effect with its interval; no spaces around equality signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....number_style import number_style
from ....numbers import format_i2
from ...page.large import readable
from ..arms import merged_cells
from ..heterogeneity import variance_text
from ..preset import Preset
from ..words import house_words, no_footnotes, study_heading, summary_with_level
from .house import HOUSE, plain_heading

if TYPE_CHECKING:
    from ..data import ForestData, ForestFacts, ForestSummary

__all__ = ["BMJ"]


def _chi_square(facts: ForestFacts) -> str:
    return f"χ²={readable(facts.q)}, df={facts.df:g}, {number_style('bmj').p(facts.p)}"


def _i2(facts: ForestFacts) -> str:
    return "" if facts.i2 is None else f", I²={format_i2(facts.i2)}"


def _words(summary: ForestSummary) -> tuple[str, ...]:
    facts = summary.facts
    if facts is None:
        return house_words(summary)
    tau2 = "" if facts.tau2 is None else f"τ²={variance_text(facts.tau2)}, "
    lines = [f"Test for heterogeneity: {tau2}{_chi_square(facts)}{_i2(facts)}"]
    if facts.statistic is not None and facts.statistic_p is not None:
        letter, df = ("z", "") if facts.statistic_df is None else ("t", f", df={facts.statistic_df:g}")
        p = number_style("bmj").p(facts.statistic_p)
        lines.append(f"Test for overall effect: {letter}={readable(facts.statistic)}{df}, {p}")
    return tuple(lines)


def _difference(data: ForestData) -> str:
    facts = data.difference
    if facts is None:
        return data.subgroup_difference
    return f"Test for subgroup differences: {_chi_square(facts)}{_i2(facts)}"


BMJ = Preset(
    name="bmj",
    shapes=HOUSE.shapes,
    cells=merged_cells,
    effect_heading=plain_heading,
    words=_words,
    difference=_difference,
    footnotes=no_footnotes,
    summary_label=summary_with_level,
    label_heading=study_heading,
)
