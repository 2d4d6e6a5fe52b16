"""What a journal's forest plot has of its own, as data: columns, headings, words and habits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..page.scene import Align
    from ..page.style import PresetName
    from .data import ForestData, ForestRow, ForestSummary

    Texts = Callable[[ForestRow | ForestSummary], tuple[str, ...]]

__all__ = ["CellColumn", "Cells", "Preset", "Shape"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One way to set a table; of a preset's list, the first that fits into the figure's width is taken.

    Attributes
    ----------
    cells_under : bool
        Whether the text columns go under the study's name.
    bias_under : bool
        Whether the judgements of bias go under the study's name.
    weight : bool
        Whether weights are printed; the area of the square shows them in any case.
    effect_stacked : bool
        Whether the interval goes under the estimate.
    """

    cells_under: bool = False
    bias_under: bool = False
    weight: bool = True
    effect_stacked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CellColumn:
    """One text column.

    Attributes
    ----------
    heading : str
        Its heading; a line feed ends a line.
    arm : int or None
        Under which of the headings over several columns it stands.
    align : {"left", "right"}
        Which end its texts share.
    gap : float or None
        Its distance from the column before, in ems; None for the ordinary one.
    """

    heading: str = ""
    arm: int | None = None
    align: Align = "right"
    gap: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The text columns between the study's name and the rest.

    Attributes
    ----------
    columns : tuple of CellColumn
        The columns.
    spans : tuple of str
        The headings over several columns, as the names of the groups.
    under_heading : str
        The heading where the columns stand under the study's name, as one line of text.
    texts : callable
        Called with a row or a summary; returns a text for each column.
    under : callable
        Called with the same; returns the line for under the study's name.
    events : callable or None
        Called with a summary; returns the texts of a further row on all events; None where there is no such row.
    """

    columns: tuple[CellColumn, ...] = ()
    spans: tuple[str, ...] = ()
    under_heading: str = ""
    texts: Texts
    under: Callable[[ForestRow | ForestSummary], str]
    events: Texts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A journal's forest plot.

    Attributes
    ----------
    name : str
        As `style_for` takes it.
    shapes : tuple of Shape
        How it may be set, the fullest first.
    cells : callable
        Its text columns for some data.
    effect_heading : callable
        The heading of the effects for some data.
    words : callable
        The lines on heterogeneity and the test of no effect for a summary.
    difference : callable
        The line on the test between subgroups for some data.
    footnotes : callable
        Notes of its own for some data, before those of the data.
    summary_label : callable
        The label of a summary.
    label_heading : callable
        The heading of the studies for some data.
    plot_heading : callable or None
        The heading of the plot for some data; None for none.
    weight_heading, weight_sign : str
        The heading of the weights, and what stands behind each.
    effect_left : bool
        Whether weights and effects stand to the left of the plot.
    favours_on_top : bool
        Whether what either side favours stands over the plot, and the measure under its axis.
    bias : bool
        Whether it shows judgements of bias without being asked.
    lettered : bool
        Whether the domains of bias are called A, B, C, whatever their signs are.
    """

    name: PresetName
    shapes: tuple[Shape, ...]
    cells: Callable[[ForestData], Cells]
    effect_heading: Callable[[ForestData], str]
    words: Callable[[ForestSummary], tuple[str, ...]]
    difference: Callable[[ForestData], str]
    footnotes: Callable[[ForestData], tuple[str, ...]]
    summary_label: Callable[[ForestSummary], str]
    label_heading: Callable[[ForestData], str]
    plot_heading: Callable[[ForestData], str] | None = None
    weight_heading: str = "Weight\n(%)"
    weight_sign: str = ""
    effect_left: bool = False
    favours_on_top: bool = False
    bias: bool = False
    lettered: bool = False
