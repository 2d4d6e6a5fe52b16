"""The comparison of pictures: it sees a moved mark, a changed colour or word, and no other drawing of the letters."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from pictures import _png, assert_picture, differences, rendered, text_boxes, texts
from PIL import Image

from evidence.plot.page.canvas import draw, own_settings
from evidence.plot.page.scene import Curve, Line, Polygon, Scene, Text

RED, BLUE, SHADE = "#c02f2b", "#2468ad", "#dfe5ec"


def scene(**changes) -> Scene:
    """Return a small figure; a change moves, paints or renames one of its parts."""
    look = {"x": 60.0, "y": 40.0, "dot": BLUE, "line": BLUE, "shade": SHADE, "word": "Dhurat 2013", "at": 12.0}
    look |= {"radius": 2.3, "label": "#1b1f24", "light": 150.0} | changes
    circle = [
        (look["x"] + look["radius"] * math.cos(t / 4), look["y"] + look["radius"] * math.sin(t / 4)) for t in range(25)
    ]
    items = (
        Polygon(points=((100, 10), (200, 10), (200, 90), (100, 90)), fill=look["shade"], role="shade"),
        Line(start=(10, 70), end=(230, 70), color=look["line"], width=0.7, role="line"),
        Curve(points=((10, 80), (100, 95), (look["light"], 80)), color="#5a636e", width=0.8, role="faint", dashed=True),
        Polygon(points=tuple(circle), fill=look["dot"], role="dot"),
        Text(x=look["at"], baseline=24, text=look["word"], size=7, color=look["label"], role="label"),
        Text(x=120, baseline=50, text="−0.41 (−0.63 to −0.19)", size=7, color="#1b1f24", role="label"),
    )
    return Scene(width=240, height=96, title="t", description="d", paper="#ffffff", items=items)


@pytest.fixture
def kept(tmp_path):
    """Return a folder with the picture of the unchanged figure."""
    figure = draw(scene())
    (tmp_path / "it.png").write_bytes(_png(rendered(figure), texts(figure)))
    return tmp_path


def test_the_same_figure_passes(kept) -> None:
    assert_picture(draw(scene()), "it", folder=kept)


@pytest.mark.parametrize(
    "change",
    [
        {"x": 63.0},
        {"x": 57.0},
        {"y": 43.0},
        {"y": 38.5},
        {"dot": RED},
        {"dot": "#5a636e"},
        {"line": RED},
        {"shade": "#d2d9e2"},
        {"radius": 3.4},
        {"light": 156.0},
        {"word": "Bao 2020"},
        {"word": "Dhurat 2018"},
        {"word": ""},
        {"at": 15.0},
        {"label": RED},
    ],
    ids=str,
)
def test_a_change_is_seen(kept, change) -> None:
    with pytest.raises(AssertionError, match="looks otherwise"):
        assert_picture(draw(scene(**change)), "it", folder=kept)


@pytest.mark.parametrize("shift", [(0.25, 0.0), (-0.25, 0.2), (0.0, -0.3)])
def test_letters_a_third_of_a_point_away_pass(kept, shift) -> None:
    figure = draw(scene())
    for text in figure.texts:
        text.set_position((text.get_position()[0] + shift[0], text.get_position()[1] + shift[1]))
    assert_picture(figure, "it", folder=kept)


@pytest.mark.parametrize("size", [0.99, 1.0, 1.01])
def test_letters_of_another_rasteriser_pass(size) -> None:
    """Letters drawn four times finer, then reduced, and texts a hundredth longer or shorter."""
    figure, buffer = draw(scene()), io.BytesIO()
    kept, boxes = rendered(figure), text_boxes(figure)
    for text in figure.texts:
        text.set_fontsize(size * text.get_fontsize())
    with own_settings():
        figure.savefig(buffer, format="png", dpi=240)
    fine = np.asarray(Image.open(buffer).convert("RGB"), dtype=float)
    image = fine.reshape(80, 4, 200, 4, 3).mean(axis=(1, 3)).astype(np.uint8)
    assert (image != kept).mean() > 0.02
    faults, _ = differences(image, kept, boxes)
    assert faults == []


@pytest.mark.parametrize("place", range(2))
def test_one_digit_for_another_is_seen(kept, place) -> None:
    figure = draw(scene())
    text = figure.texts[place]
    said = text.get_text()
    text.set_text(said.replace("1", "4", 1))
    with pytest.raises(AssertionError, match="its texts changed") as caught:
        assert_picture(figure, "it", folder=kept)
    assert f"-{said} | +{text.get_text()}" in str(caught.value)


def test_a_missing_picture_and_another_size_are_said(tmp_path, kept) -> None:
    with pytest.raises(AssertionError, match="no picture that"):
        assert_picture(draw(scene()), "that", folder=tmp_path)
    wider = Scene(width=250, height=96, title="t", description="d", paper="#ffffff", items=scene().items)
    with pytest.raises(AssertionError, match="size is 208×80 pixels and was 200×80"):
        assert_picture(draw(wider), "it", folder=kept)


def test_pictures_are_written_anew_on_request(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("EVIDENCE_WRITE_PICTURES", "1")
    assert_picture(draw(scene()), "fresh", folder=tmp_path)
    assert 0 < (tmp_path / "fresh.png").stat().st_size < 4000
    monkeypatch.delenv("EVIDENCE_WRITE_PICTURES")
    assert_picture(draw(scene()), "fresh", folder=tmp_path)
