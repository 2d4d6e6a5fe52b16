"""Forest plots as files: the same bytes every time, text as text, words for those who cannot see, no side effects."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path
from unittest.mock import ANY
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.figure import Figure
from PIL import Image

from evidence.errors import OptionError
from evidence.plot import ForestData, ForestRow, ForestSummary, alt_text, forest, save_figure
from evidence.plot.page.save import figure_bytes

FORMATS = ("svg", "pdf", "png", "tiff")
SAVED_ELSEWHERE = """
import hashlib, sys
sys.path.insert(0, {folder!r})
from test_forest_files import example
from evidence.plot import forest
from evidence.plot.page.save import figure_bytes
for name in {formats!r}:
    print(hashlib.sha256(figure_bytes(forest(example()), name, dpi=150)).hexdigest())
"""


def example() -> ForestData:
    rows = (
        ForestRow(
            label="Dhurat 2013", estimate=71.6, ci_low=4.54, ci_high=1128.6, weight=41.3, cells=("40/50", "0/44")
        ),
        ForestRow(label="Zhang <& 张卫> 2021", estimate=1.89, ci_low=1.12, ci_high=3.19, weight=58.7, mark="†"),
        ForestRow(label="Sohng 2014", reason="no SD reported", cells=("–/20", "–/20")),
    )
    total = ForestSummary(
        label="Total", estimate=8.47, ci_low=1e-9, ci_high=4e10, pi_low=0.0, pi_high=float("inf"), weight=100.0
    )
    return ForestData(
        rows=rows,
        overall=total,
        measure="Risk ratio",
        ratio=True,
        null=1.0,
        columns=("Needling\nn/N", "Control\nn/N"),
        left_label="Favours control",
        right_label="Favours needling",
        notes=("† Read off a figure.",),
    )


@cache
def example_bytes(name: str) -> bytes:
    """Return the example in a format, drawn once: what is drawn anew is compared with it."""
    return figure_bytes(forest(example()), name, dpi=150)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    first = example_bytes(name)
    assert figure_bytes(forest(example()), name, dpi=150) == first
    again = forest(example())
    figure_bytes(again, "png", dpi=72)
    assert figure_bytes(again, name, dpi=150) == first, "saving once must not change what is saved next"


def test_another_process_gives_the_same_bytes() -> None:
    import hashlib
    from pathlib import Path

    here = [hashlib.sha256(example_bytes(name)).hexdigest() for name in FORMATS]
    code = SAVED_ELSEWHERE.format(folder=str(Path(__file__).parent), formats=FORMATS)
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONHASHSEED": "77", "SOURCE_DATE_EPOCH": "86400", "PATH": "", "HOME": str(Path.home())},
    )
    assert found.stdout.split() == here


@pytest.mark.parametrize("name", FORMATS)
def test_settings_of_the_user_change_nothing_and_are_kept(name: str) -> None:
    expected = example_bytes(name)
    own = {
        "font.family": "serif",
        "font.size": 20.0,
        "lines.linewidth": 9.0,
        "lines.marker": "o",
        "path.sketch": (3, 100, 2),
        "patch.force_edgecolor": True,
        "pdf.fonttype": 3,
        "savefig.bbox": "tight",
        "savefig.dpi": 50,
        "savefig.transparent": True,
        "svg.fonttype": "path",
        "svg.hashsalt": "mine",
        "text.color": "red",
    }
    with mpl.rc_context(own):
        before = dict(mpl.rcParams)
        assert figure_bytes(forest(example()), name, dpi=150) == expected
        assert dict(mpl.rcParams) == before


def test_no_dates_and_no_names_of_programs() -> None:
    figure = forest(example())
    for name in ("svg", "pdf", "png"):
        content = figure_bytes(figure, name, dpi=72)
        assert b"CreationDate" not in content
        assert b"dc:date" not in content
        assert b"atplotlib" not in content


def test_svg_has_text_as_text_title_description_and_no_identifiers() -> None:
    data = example()
    svg = figure_bytes(forest(data), "svg").decode()
    root = ET.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    texts = [element.text for element in root.iter(f"{space}text")]
    assert {"Dhurat 2013", "40/50", "71.60", "(4.54 to", ">1000)", "no SD reported", "Weight"} <= set(texts)
    assert any("张卫" in (text or "") for text in texts)
    assert root.find(f"{space}title").text == "Forest plot: risk ratio, 3 studies"
    assert root.find(f"{space}desc").text == alt_text(data)
    assert root.get("role") == "img"
    assert not [element for element in root.iter() if element.get("id")]
    assert "<style" not in svg
    assert root.get("width") == "493.228346pt"
    classes = {element.get("class") for element in root.iter()}
    assert {"square", "interval", "diamond", "diamond-arrow", "prediction-arrow", "null", "pooled"} <= classes


def test_a_letter_outside_dejavu_names_its_fallback_in_the_svg() -> None:
    svg = figure_bytes(forest(example()), "svg").decode()
    root = re.search(r"<svg[^>]*>", svg)[0]
    assert "DejaVu Sans" in root
    assert "sans-serif" in root


def test_pdf_embeds_truetype_and_carries_title_and_description() -> None:
    content = figure_bytes(forest(example()), "pdf")
    assert b"/FontFile2" in content
    assert b"/CIDFontType2" in content
    assert b"/Type3" not in content
    title = "Forest plot: risk ratio, 3 studies".encode("utf-16-be")
    assert title in content or b"Forest plot: risk ratio, 3 studies" in content
    assert b"/Subject" in content


def test_png_and_tiff_are_six_hundred_dots_per_inch_and_exactly_as_wide_as_asked(tmp_path) -> None:
    figure = forest(example(), width_mm=84)
    for suffix in (".png", ".tif"):
        path = save_figure(figure, tmp_path / f"forest{suffix}")
        with Image.open(path) as image:
            assert image.width == int(84 / 25.4 * 600)
            assert float(image.info["dpi"][0]) == pytest.approx(600, abs=0.1)


@pytest.mark.parametrize("suffix", [".svg", ".PDF", ".png", ".tiff"])
def test_save_figure_writes_what_the_suffix_says(tmp_path, suffix: str) -> None:
    path = tmp_path / f"forest{suffix}"
    assert save_figure(forest(example()), str(path), dpi=72) == path
    assert path.read_bytes() == figure_bytes(forest(example()), suffix[1:].lower(), dpi=72)


def test_an_unknown_suffix_is_an_error_and_writes_nothing(tmp_path) -> None:
    with pytest.raises(OptionError, match=r"'\.svg'"):
        save_figure(forest(example()), tmp_path / "forest.jpg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FORMATS)
def test_letters_that_no_font_has_are_saved_without_a_warning(name: str, monkeypatch) -> None:
    from evidence.plot.page import typeface

    monkeypatch.setattr(typeface, "_FALLBACKS", ())
    for cached in (typeface._family_of, typeface._advance, typeface.text_width, typeface.families, typeface.wrap):
        cached.cache_clear()
    rows = tuple(ForestRow(label=label, reason="no SD reported") for label in ("한국 피부과 연구", "🙂 2020", "𐎠𐎼"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = forest(ForestData(rows=rows, measure="Risk ratio", ratio=True, null=1.0))
        assert len(figure_bytes(figure, name, dpi=72)) > 1000
    for cached in (typeface._family_of, typeface._advance, typeface.text_width, typeface.families, typeface.wrap):
        cached.cache_clear()


def test_the_figure_is_drawn_outside_pyplot() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from test_forest_files import example; "
        "from evidence.plot import forest; forest(example()); print('matplotlib.pyplot' in sys.modules)"
    )
    run = [sys.executable, "-W", "error", "-c", code, str(Path(__file__).parent)]
    assert subprocess.run(run, check=True, capture_output=True, text=True).stdout.strip() == "False"


def test_a_notebook_shows_our_picture_even_where_pyplot_has_its_own_way(monkeypatch) -> None:
    shown: list[tuple[dict[str, str], dict[str, dict[str, object]]]] = []
    monkeypatch.setattr(
        "IPython.display.display", lambda data, *, metadata, raw: shown.append((data, metadata)) if raw else None
    )
    formatter = DisplayFormatter()
    formatter.formatters["image/png"].for_type(Figure, lambda _: b"drawn by the settings of the user")
    figure = forest(example())
    assert formatter.format(Figure())[0]["image/png"] == b"drawn by the settings of the user"
    assert formatter.format(figure) == ({}, {})
    ((data, about),) = shown
    pictures = (base64.b64decode(data["image/png"]), figure_bytes(figure, "png", dpi=192))
    ours, written = (np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")) for picture in pictures)
    assert np.array_equal(ours, written)
    assert about["image/png"] == {"width": 658, "height": ANY, "alt": figure.description}


def test_importing_the_package_is_light() -> None:
    code = (
        "import sys, evidence.plot as plot; plot.ForestData, plot.ForestRow; "
        "print(sorted({'matplotlib', 'numpy', 'pandas', 'scipy'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"


def test_public_names_are_sorted_complete_and_there() -> None:
    import evidence.plot as plot

    assert plot.__all__ == sorted(plot.__all__)
    assert dir(plot) == plot.__all__
    for name in plot.__all__:
        assert getattr(plot, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'funnels'"):
        plot.funnels  # noqa: B018


def test_ground_hides_reference_lines_under_a_reason() -> None:
    """The null line may not strike a reason through: without its letters its place is white."""
    figure = forest(example())
    figure.set_dpi(300)
    renderer = figure.canvas.get_renderer()
    (reason,) = [text for text in figure.texts if text.get_gid() == "reason"]
    left, bottom, right, top = (int(edge) for edge in reason.get_window_extent(renderer).extents)
    reason.set_visible(False)
    figure.draw(renderer)
    pixels = np.asarray(renderer.buffer_rgba())[::-1, :, :3]
    assert (pixels[bottom:top, left:right] == 255).all()
    assert (pixels[bottom - 30 : top + 30, left:right] < 255).any(), "the line stands above and below"
