"""Scenes drawn with matplotlib, outside pyplot and whatever the user's rcParams are."""

from __future__ import annotations

import base64
import io
import warnings
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon as PolygonPatch
from matplotlib.text import Text as TextArtist
from matplotlib.transforms import Affine2D, Transform

from .embedding import placed_letters_only
from .scene import Curve, Item, Line, Panel, Scene, Text
from .typeface import clean, families

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DescribedFigure", "draw", "own_settings"]


@contextmanager
def own_settings() -> Iterator[None]:
    """Draw and write with fixed settings, whatever the user's are; they come back afterwards.

    A letter that no installed font has becomes a box, without a warning.
    """
    fixed: Any = {
        "figure.autolayout": False,
        "figure.constrained_layout.use": False,
        "lines.antialiased": True,
        "lines.scale_dashes": True,
        "patch.antialiased": True,
        "patch.force_edgecolor": False,
        "path.effects": [],
        "path.sketch": None,
        "path.snap": False,
        "pdf.compression": 6,
        "pdf.fonttype": 42,
        "pdf.inheritcolor": False,
        "pdf.use14corefonts": False,
        "savefig.bbox": None,
        "savefig.transparent": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "evidence",
        "text.antialiased": True,
        "text.hinting": "no_hinting",
        "text.usetex": False,
    }
    with rc_context(fixed), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        yield


class DescribedFigure(Figure):
    """A figure that knows its title and its alternative text, and shows itself in a notebook without pyplot."""

    heading: str = ""
    description: str = ""

    def savefig(self, fname: Any, **options: Any) -> None:
        """Write the figure as it was laid out: letters as wide as they were measured, whatever the user's settings."""
        kind = options.get("format") or Path(str(fname)).suffix[1:]
        with own_settings(), placed_letters_only() if str(kind).lower() == "pdf" else nullcontext():
            super().savefig(fname, **options)

    def _ipython_display_(self) -> None:
        """Show the picture in a notebook at its size, with its alternative text.

        A notebook that has drawn with pyplot knows a way of its own to show any figure, by the user's settings; only
        this method comes before it.
        """
        from IPython.display import display

        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=192, metadata={"Software": None})
        width, height = (round(96 * inches) for inches in self.get_size_inches())
        shown = {"width": width, "height": height, "alt": self.description}
        picture = base64.b64encode(buffer.getvalue()).decode("ascii")
        display({"image/png": picture, "text/plain": self.heading}, metadata={"image/png": shown}, raw=True)


def draw(scene: Scene) -> DescribedFigure:
    """Return `scene` as a figure; its size is the scene's, its artists carry the roles of the scene as their gid."""
    with own_settings():
        figure = DescribedFigure(
            figsize=(scene.width / 72, scene.height / 72),
            dpi=150,
            facecolor=scene.paper,
            edgecolor="none",
            frameon=True,
        )
        FigureCanvasAgg(figure)
        figure.heading, figure.description = clean(scene.title), clean(scene.description)
        # Points from the top left corner; the page is turned over here and nowhere else.
        to_page = Affine2D().scale(1 / 72, -1 / 72).translate(0, scene.height / 72) + figure.dpi_scale_trans
        for order, item in enumerate(scene.items):
            _add(figure, item, to_page, 1.0 + order / (len(scene.items) + 1))
    return figure


def _add(figure: Figure, item: Item, to_page: Transform, order: float) -> None:
    artist: TextArtist | Line2D | PolygonPatch
    if isinstance(item, Panel):
        _panel(figure, item, order)
        return
    if isinstance(item, Text):
        artist = _text(item)
        figure.texts.append(artist)
    elif isinstance(item, (Line, Curve)):
        points = (item.start, item.end) if isinstance(item, Line) else item.points
        artist = Line2D(
            [x for x, _ in points],
            [y for _, y in points],
            color=item.color,
            linewidth=item.width,
            linestyle=(0, (3.2, 2.4)) if item.dashed else "-",
            solid_capstyle="butt",
            solid_joinstyle="round",
            dash_capstyle="butt",
            dash_joinstyle="round",
            marker="",
        )
        figure.lines.append(artist)
    else:
        artist = PolygonPatch(
            item.points,
            closed=True,
            facecolor=item.fill,
            edgecolor="none",
            linewidth=0,
        )
        figure.patches.append(artist)
    artist.set_figure(figure)
    artist.set_transform(to_page)
    artist.set_zorder(order)
    artist.set_gid(item.role)


def _panel(figure: Figure, item: Panel, order: float) -> None:
    width, height = (72 * inches for inches in figure.get_size_inches())
    place = (item.left / width, 1 - item.bottom / height)
    axes = figure.add_axes((*place, (item.right - item.left) / width, (item.bottom - item.top) / height))
    axes.set_gid(item.role)
    axes.set_zorder(order)
    item.paint(axes)
    axes.set_axis_off()
    axes.set_xlim(*item.x_limits)
    axes.set_ylim(*item.y_limits)


def _text(item: Text) -> TextArtist:
    font = FontProperties(
        family=list(families(item.text)),
        size=item.size,
        weight="bold" if item.bold else "normal",
        style="italic" if item.italic else "normal",
    )
    return TextArtist(
        item.x,
        item.baseline,
        clean(item.text),
        color=item.color,
        fontproperties=font,
        horizontalalignment=item.align,
        verticalalignment="baseline",
        parse_math=False,
        usetex=False,
    )
