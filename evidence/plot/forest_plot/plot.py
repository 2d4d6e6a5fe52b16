"""The forest plot: the results of the studies of a synthesis, and what they amount to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ...vocabulary import check_option
from ..page.style import PresetName, style_for
from .data import ForestData

if TYPE_CHECKING:
    from ..page.canvas import DescribedFigure

__all__ = ["forest"]


def forest(
    data: ForestData | Any,
    *,
    width_mm: float = 174.0,
    preset: PresetName = "house",
    bias: bool | None = None,
    scale: Literal["natural", "log"] = "natural",
    axis: Literal["log", "linear"] = "log",
) -> DescribedFigure:
    """Return a forest plot, ready for a paper.

    Squares have areas in the ratio of the weights. An interval that is wider than the axis ends in an arrowhead. The
    prediction interval has a row of its own. Long names are wrapped, the width is exact, the height follows from the
    content. The figure is not registered with pyplot and no setting of matplotlib is changed.

    Parameters
    ----------
    data : ForestData, a pooled fit, or fits by subgroup
        What to show; a fit is turned into `ForestData` by `from_fit`, anything else by its own ``forest_data()``.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm. Where the full table does not fit, the fullest of the
        preset's narrower ways is taken: text columns or judgements of bias go under the study's name, the interval
        goes under the estimate, weights are dropped. Type is never shrunk.
    preset : {"house", "revman5", "jama", "bmj", "cochrane"}
        Whose columns, words, numbers and inks.
    bias : bool or None
        Whether the judgements of bias stand beside the studies; None for the preset's habit, which is yes for
        ``cochrane`` alone. There are none where nobody judged.
    scale : {"natural", "log"}
        Whether ratios are printed and drawn as ratios, or as their natural logarithms; nothing changes for others.
    axis : {"log", "linear"}
        Whether ratios stand on a logarithmic axis or on one with equal steps.

    Returns
    -------
    DescribedFigure
        A matplotlib figure with ``.heading`` and ``.description``; `save_figure` writes it.

    Raises
    ------
    OptionError
        If there is no such preset, scale or axis.
    InputError
        If the width is under 80 mm or over 2 m, or the numbers are so long that they leave no room for the plot.

    Examples
    --------
    >>> from evidence.plot import ForestRow
    >>> rows = (ForestRow(label="Dhurat 2013", estimate=2.0, ci_low=1.1, ci_high=3.6, n1=50, n2=44),)
    >>> figure = forest(ForestData(rows=rows, measure="Risk ratio", ratio=True, null=1.0), width_mm=84)
    >>> round(float(figure.get_size_inches()[0]) * 25.4, 6)
    84.0
    """
    from ..page.canvas import draw
    from .layout import forest_scene
    from .logarithm import on_log_scale

    style = style_for(preset, width_mm)
    check_option("scale", scale, ("natural", "log"))
    check_option("axis", axis, ("log", "linear"))
    if not isinstance(data, ForestData):
        from .fit import from_fit

        data = data.forest_data() if hasattr(data, "forest_data") else from_fit(data)
    shown = on_log_scale(data) if scale == "log" else data
    return draw(forest_scene(shown, style, bias=bias, even=axis == "linear"))
