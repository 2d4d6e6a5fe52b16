"""The funnel plot: where its points, wedges and shades lie."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import evidence as ev
from evidence.errors import NotPooledError
from evidence.plot import funnel
from evidence.plot.axis import Axis
from evidence.plot.canvas import own_settings
from evidence.plot.funnel_plot import FEWEST_STUDIES, _Plane
from evidence.plot.save import figure_bytes


def fit(k: int, *, measure: str | None = None, scale: float = 1.0):
    """Return a fit of k made-up studies."""
    rng = np.random.default_rng(k)
    v = rng.uniform(0.01, 0.2, k) * scale**2
    return ev.pool(rng.normal(-0.4 * scale, np.sqrt(v)), v, measure=measure)


def centres(figure, role: str) -> list[tuple[float, float]]:
    """Return the middle of each drawn mark with a role, in pixels."""
    marks = [artist for artist in figure.get_children() if artist.get_gid() == role]
    boxes = [mark.get_window_extent(figure.canvas.get_renderer()) for mark in marks]
    return [((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in boxes]


@pytest.mark.parametrize("measure", [None, "RR", "SMD", "PLO"])
@pytest.mark.parametrize("k", [2, 9, 10, 60])
def test_points_lie_at_effect_and_standard_error(k, measure) -> None:
    result = fit(k, measure=measure)
    points = centres(funnel(result), "study")
    assert len(points) == k
    table = result.to_frame()
    xs, ys = (np.array(column) for column in zip(*points, strict=True))
    # Straight lines: across with the effect, down with the standard error.
    across = np.polyfit(table["yi"], xs, 1)
    down = np.polyfit(np.sqrt(table["vi"]), ys, 1)
    assert across[0] > 0
    assert down[0] < 0
    np.testing.assert_allclose(np.polyval(across, table["yi"]), xs, atol=0.1)
    np.testing.assert_allclose(np.polyval(down, np.sqrt(table["vi"])), ys, atol=0.1)


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_everything_is_inside_the_figure(scale) -> None:
    figure = funnel(fit(12, scale=scale), width_mm=84)
    width, height = figure.canvas.get_width_height()
    with own_settings():
        boxes = [a.get_window_extent(figure.canvas.get_renderer()) for a in figure.get_children() if a.get_gid()]
    for box in boxes:
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= width + 1
        assert box.y1 <= height + 1


def test_wedges_open_with_the_standard_error_and_stop_at_the_sides() -> None:
    axis = Axis(low=-1.0, high=1.0, ratio=False, ticks=(0.0,), labels=("0",))
    plane = _Plane(axis, left=0.0, right=200.0, top=0.0, bottom=100.0, deepest=1.0)
    left, right = plane.wedge(0.0, 0.5)
    assert left == [(100.0, 0.0), (50.0, 100.0)]
    assert right == [(100.0, 0.0), (150.0, 100.0)]
    cut, _ = plane.wedge(0.0, 2.0)
    assert cut == [(100.0, 0.0), (0.0, 50.0), (0.0, 100.0)]


def test_few_studies_are_said_to_be_few_and_many_are_not() -> None:
    few = figure_bytes(funnel(fit(FEWEST_STUDIES - 1)), "svg").decode()
    many = figure_bytes(funnel(fit(FEWEST_STUDIES)), "svg").decode()
    assert "too few to judge asymmetry" in few
    assert "too few to judge asymmetry" not in many


def test_a_proportion_has_no_contours_against_no_effect() -> None:
    svg = figure_bytes(funnel(fit(12, measure="PLO")), "svg").decode()
    assert "against no effect" not in svg


def test_ratios_have_natural_ticks_and_the_picture_has_words() -> None:
    root = ET.fromstring(figure_bytes(funnel(fit(12, measure="RR")), "svg"))
    texts = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"1", "Risk ratio", "Standard error"} <= texts
    description = root.find("{http://www.w3.org/2000/svg}desc").text
    assert description.count("standard error") == 12


def test_the_same_fit_gives_the_same_bytes() -> None:
    assert figure_bytes(funnel(fit(12)), "svg") == figure_bytes(funnel(fit(12)), "svg")


def test_the_triangle_follows_the_level() -> None:
    wide, narrow = (ev.pool([0.1, 0.3, 0.2], [0.02, 0.05, 0.03], level=level).funnel() for level in (0.99, 0.5))
    spans = []
    for figure in (wide, narrow):
        ends = [artist.get_window_extent().width for artist in figure.get_children() if artist.get_gid() == "triangle"]
        spans.append(sum(ends))
    assert spans[0] > spans[1]
    assert all(math.isfinite(span) for span in spans)


def test_a_regression_has_no_common_effect_to_show() -> None:
    with pytest.raises(NotPooledError):
        ev.pool([0.1, 0.3, 0.2, 0.5], [0.02, 0.05, 0.03, 0.04], mods=np.array([1.0, 2.0, 3.0, 5.0])).funnel()
