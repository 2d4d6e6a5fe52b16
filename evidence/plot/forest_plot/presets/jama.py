"""JAMA: source and effect to the left, no weights, what either side favours over the plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....number_style import number_style
from ....numbers import format_i2
from ...page.large import readable
from ..arms import no_cells
from ..preset import Preset, Shape
from ..words import house_words, no_footnotes, plain_label
from .house import plain_heading

if TYPE_CHECKING:
    from ..data import ForestData, ForestFacts, ForestSummary

__all__ = ["JAMA"]

_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _source(_data: ForestData) -> str:
    return "Source"


def _chi_square(facts: ForestFacts) -> str:
    """Return χ² with its degrees of freedom as a subscript, as the journal sets it."""
    p = number_style("ama").p(facts.p)
    if facts.df == int(facts.df):
        return f"χ²{str(int(facts.df)).translate(_SUBSCRIPT)} = {readable(facts.q)} ({p})"
    return f"χ² = {readable(facts.q)}, df = {facts.df:g} ({p})"


def _words(summary: ForestSummary) -> tuple[str, ...]:
    facts = summary.facts
    if facts is None:
        return house_words(summary)
    i2 = "" if facts.i2 is None else f"; I² = {format_i2(facts.i2)}"
    return (f"Heterogeneity: {_chi_square(facts)}{i2}",)


def _difference(data: ForestData) -> str:
    if data.difference is None:
        return data.subgroup_difference
    return f"Test for subgroup differences: {_chi_square(data.difference)}"


JAMA = Preset(
    name="jama",
    shapes=(
        Shape(weight=False),
        Shape(weight=False, bias_under=True),
        Shape(weight=False, bias_under=True, effect_stacked=True),
    ),
    cells=no_cells,
    effect_heading=plain_heading,
    words=_words,
    difference=_difference,
    footnotes=no_footnotes,
    summary_label=plain_label,
    label_heading=_source,
    effect_left=True,
    favours_on_top=True,
)
