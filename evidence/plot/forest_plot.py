"""The forest plot: the results of the studies of a synthesis, and what they amount to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .forest_data import ForestData
from .style import style_for

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["forest"]


def forest(data: ForestData | Any, *, width_mm: float = 174.0, preset: str = "house") -> Figure:
    """Return a forest plot, ready for a paper.

    Squares have areas in the ratio of the weights. An interval that is wider than the axis ends in an arrowhead. The
    prediction interval has a row of its own. Long names are wrapped, the width is exact, the height follows from the
    content. The figure is not registered with pyplot and no setting of matplotlib is changed.

    Parameters
    ----------
    data : ForestData, a pooled fit, or fits by subgroup
        What to show; a fit is turned into `ForestData` by `from_fit`, anything else by its own ``forest_data()``.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm. Where the full table does not fit, the text columns
        go under the study's name, then the weight is dropped, then the interval goes under the estimate.
    preset : {"house"}
        The look.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; `save_figure` writes it.

    Raises
    ------
    OptionError
        If there is no such preset.
    InputError
        If the width is under 80 mm.

    Examples
    --------
    >>> from evidence.plot import ForestRow
    >>> rows = (ForestRow(label="Dhurat 2013", estimate=2.0, ci_low=1.1, ci_high=3.6, n1=50, n2=44),)
    >>> figure = forest(ForestData(rows=rows, measure="Risk ratio", ratio=True, null=1.0), width_mm=84)
    >>> round(float(figure.get_size_inches()[0]) * 25.4, 6)
    84.0
    """
    from .canvas import draw
    from .forest_layout import forest_scene

    style = style_for(preset, width_mm)
    if not isinstance(data, ForestData):
        from .forest_fit import from_fit

        data = data.forest_data() if hasattr(data, "forest_data") else from_fit(data)
    return draw(forest_scene(data, style))
