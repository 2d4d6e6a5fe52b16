"""Many points as a cloud: counted in small cells, so that a million points make a small picture, and painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ...pool.core import Array

__all__ = ["CELLS", "Cloud", "count_cells", "marginal_painter", "painter"]

CELLS = (150, 100)
_BARS = (60, 40)
_FAINTEST = 0.16  # how dark a cell with a single point is, of 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cloud:
    """Points counted in the cells of a grid.

    Attributes
    ----------
    without, inside : array, shape (rows, columns)
        Points of the two groups in each cell, the lowest row first; of all points, where there are no groups, in
        `without`.
    limits : tuple of float
        Left, right, bottom and top of the grid.
    across, upward : tuple of array
        Counts along each axis in wider bins, for the two groups.
    """

    without: Array
    inside: Array
    limits: tuple[float, float, float, float]
    across: tuple[Array, Array]
    upward: tuple[Array, Array]


def count_cells(x: Array, y: Array, group: NDArray[np.bool_], limits: tuple[float, float, float, float]) -> Cloud:
    """Return how many points lie in each cell.

    Parameters
    ----------
    x, y : array, shape (n,)
        The points; all within `limits`.
    group : array of bool, shape (n,)
        Which points are in the group that is told apart.
    limits : tuple of float
        Left, right, bottom and top.

    Examples
    --------
    >>> one = count_cells(np.array([0.5, 0.5]), np.array([5.0, 9.0]), np.array([True, False]), (0.0, 1.0, 0.0, 10.0))
    >>> int(one.inside.sum()), int(one.without.sum()), int(one.across[0].sum())
    (1, 1, 1)
    """
    left, right, bottom, top = limits
    cells = [np.histogram2d(y[part], x[part], bins=CELLS[::-1], range=((bottom, top), (left, right)))[0]
             for part in (~group, group)]  # fmt: skip
    sides = [
        tuple(np.histogram(values[part], bins=bins, range=ends)[0] for part in (~group, group))
        for values, bins, ends in ((x, _BARS[0], (left, right)), (y, _BARS[1], (bottom, top)))
    ]
    return Cloud(
        without=cells[0],
        inside=cells[1],
        limits=limits,
        across=(sides[0][0], sides[0][1]),
        upward=(sides[1][0], sides[1][1]),
    )


def painter(cloud: Cloud, inks: tuple[str, str]) -> Callable[[Axes], None]:
    """Return what paints the cloud: the darker, the more points, by their logarithm; a cell of both groups is mixed.

    Parameters
    ----------
    cloud : Cloud
        What to paint.
    inks : tuple of str
        Colours of the points without and within the group.
    """

    def paint(axes: Axes) -> None:
        from matplotlib.colors import to_rgb

        total = cloud.without + cloud.inside
        share = np.divide(cloud.inside, total, out=np.zeros_like(total), where=total > 0)[..., None]
        ink = (1 - share) * np.array(to_rgb(inks[0])) + share * np.array(to_rgb(inks[1]))
        most = max(float(total.max()), 1.0)
        depth = np.log1p(total) / np.log1p(most)
        depth = np.where(total > 0, _FAINTEST + (1 - _FAINTEST) * depth, 0.0)
        image = np.dstack([1 - depth[..., None] * (1 - ink)])
        picture = axes.imshow(
            np.clip(np.round(255 * image), 0, 255).astype(np.uint8),
            extent=cloud.limits,
            origin="lower",
            aspect="auto",
            interpolation="nearest",
        )
        # The picture ends where the panel does; a clip would put references by id into an SVG.
        picture.set_clip_on(False)

    return paint


def marginal_painter(
    counts: tuple[Array, Array], ends: tuple[float, float], inks: tuple[str, str], *, upright: bool
) -> Callable[[Axes], None]:
    """Return what paints a distribution along an axis: bars for the points without, an outline for those within.

    Parameters
    ----------
    counts : tuple of array
        Points in each bin, without and within the group.
    ends : tuple of float
        The ends of the axis.
    inks : tuple of str
        Colours of the two groups.
    upright : bool
        Whether the axis runs upwards.
    """

    def paint(axes: Axes) -> None:
        import seaborn as sns

        edges = np.linspace(*ends, len(counts[0]) + 1)
        centres = (edges[:-1] + edges[1:]) / 2
        along = "y" if upright else "x"
        for place, values in enumerate(counts):
            if not values.sum():
                continue
            looks = (
                {"element": "bars", "color": inks[0], "alpha": 1.0, "linewidth": 0}
                if place == 0
                else {"element": "step", "fill": False, "color": inks[1], "linewidth": 1.0}
            )
            sns.histplot(ax=axes, weights=values, bins=edges.tolist(), **{along: centres}, **looks)
        for artist in (*axes.patches, *axes.lines):
            artist.set_clip_on(False)

    return paint
