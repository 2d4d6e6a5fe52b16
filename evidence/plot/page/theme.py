"""The look of the figures for plots of one's own: a seaborn theme with the inks of a preset, set for a while."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .style import style_for
from .typeface import FAMILY

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["theme"]


@contextmanager
def theme(preset: str = "house", *, width_mm: float = 120.0) -> Iterator[Any]:
    """Draw plots of one's own in the look of the figures; the user's settings come back afterwards.

    seaborn's ticks style at paper size, with the preset's typeface, type sizes and inks. The palette begins with the
    inks of studies and of prediction intervals and goes on with seaborn's colour-blind safe colours.

    Parameters
    ----------
    preset : {"house", "revman5", "jama", "bmj", "cochrane"}
        Whose inks.
    width_mm : float
        The width that the plot will have in print, by which the type sizes are chosen.

    Yields
    ------
    seaborn palette
        The colours, of which new lines take the first that is free.

    Examples
    --------
    >>> with theme("bmj", width_mm=84) as colours:
    ...     len(colours) >= 8
    True
    """
    import seaborn as sns
    from cycler import cycler
    from matplotlib import rc_context

    style = style_for(preset, width_mm)
    inks = dict.fromkeys(sns.color_palette([style.study, style.prediction]).as_hex())
    palette = sns.color_palette([*inks, *sns.color_palette("colorblind").as_hex()])
    own: Any = {
        "font.family": [FAMILY],
        "font.size": style.size,
        "axes.edgecolor": style.ink,
        "axes.labelcolor": style.ink,
        "axes.labelsize": style.size,
        "axes.prop_cycle": cycler(color=palette),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlesize": style.size + 0.5,
        "figure.facecolor": style.paper,
        "figure.figsize": (style.width / 72, 0.62 * style.width / 72),
        "legend.fontsize": style.small,
        "text.color": style.ink,
        "xtick.color": style.ink,
        "xtick.labelsize": style.small,
        "ytick.color": style.ink,
        "ytick.labelsize": style.small,
    }
    with rc_context({**sns.plotting_context("paper"), **sns.axes_style("ticks"), **own}):
        yield palette
