"""The look of this package itself: what each group was in one column, plot, weight, and effect with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arms import given_cells
from ..preset import Preset, Shape
from ..text import level_text
from ..words import house_difference, house_words, measure_words, no_footnotes, plain_label

if TYPE_CHECKING:
    from ..data import ForestData

__all__ = ["HOUSE", "plain_heading"]


def plain_heading(data: ForestData) -> str:
    """Return the measure and, in brackets, the level of the intervals."""
    return f"{measure_words(data)}\n({level_text(data.level)} CI)"


def _study(data: ForestData) -> str:
    return data.of.capitalize()


HOUSE = Preset(
    name="house",
    shapes=(
        Shape(),
        Shape(bias_under=True),
        Shape(cells_under=True),
        Shape(cells_under=True, bias_under=True),
        Shape(cells_under=True, bias_under=True, weight=False),
        Shape(cells_under=True, bias_under=True, weight=False, effect_stacked=True),
    ),
    cells=given_cells,
    effect_heading=plain_heading,
    words=house_words,
    difference=house_difference,
    footnotes=no_footnotes,
    summary_label=plain_label,
    label_heading=_study,
)
