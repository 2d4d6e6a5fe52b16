"""Forest plots of every preset as files: the same bytes every time, text that can be copied, exact sizes, pictures."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from forest_example import events, means
from pictures import assert_picture
from PIL import Image
from pypdf import PdfReader

from evidence.plot import ForestData, ForestRow, forest
from evidence.plot.page.save import figure_bytes

PRESETS = ("house", "revman5", "jama", "bmj", "cochrane")
WIDTHS = (84, 120, 174)
SETTINGS = {"PYTHONHASHSEED": "13", "SOURCE_DATE_EPOCH": "86400", "TZ": "Asia/Tokyo", "PATH": ""}
ELSEWHERE = """
import hashlib, sys
sys.path.insert(0, {folder!r})
from forest_example import events
from evidence.plot import forest
from evidence.plot.page.save import figure_bytes
for name, presets in {formats!r}.items():
    for preset in presets:
        print(hashlib.sha256(figure_bytes(forest(events(), preset=preset, bias=True), name, dpi=100)).hexdigest())
"""


def test_two_processes_write_the_same_bytes_in_every_preset_and_format() -> None:
    formats = {"svg": PRESETS, "pdf": ("cochrane",), "png": ("bmj",), "tiff": ("jama",)}
    here = [
        hashlib.sha256(figure_bytes(forest(events(), preset=preset, bias=True), name, dpi=100)).hexdigest()
        for name, presets in formats.items()
        for preset in presets
    ]
    folder = str(Path(__file__).parents[1] / "support")
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", ELSEWHERE.format(folder=folder, formats=formats)],
        check=True,
        capture_output=True,
        text=True,
        env={**SETTINGS, "HOME": str(Path.home())},
    )
    assert found.stdout.split() == here


@pytest.mark.parametrize("preset", ["revman5", "jama"])
def test_pdf_has_type_42_fonts_alone_and_text_to_copy(preset: str) -> None:
    page = PdfReader(io.BytesIO(figure_bytes(forest(means(), preset=preset), "pdf"))).pages[0]
    kinds = set()
    for font in page["/Resources"]["/Font"].values():
        font = font.get_object()
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        kinds.add(inner["/Subtype"])
        assert "/FontFile2" in inner["/FontDescriptor"], "TrueType outlines are embedded"
        assert "/ToUnicode" in font
    assert kinds <= {"/TrueType", "/CIDFontType2"}
    words = re.sub(r"\s+", " ", page.extract_text())
    for word in ("Aaron 1999", "Şahin 2022", "Иванова 2020", "张卫 2021", "5.50", "−4.44", "†"):
        assert word in words, word
    assert float(page.mediabox.width) == pytest.approx(174 / 25.4 * 72, abs=1e-3)


@pytest.mark.parametrize("width", WIDTHS)
def test_tiff_has_six_hundred_dots_per_inch_lzw_and_the_width_asked_for(width: int) -> None:
    figure = forest(events(), preset="jama", width_mm=width)
    with Image.open(io.BytesIO(figure_bytes(figure, "tiff"))) as image:
        assert image.info["compression"] == "tiff_lzw"
        assert image.tag_v2[259] == 5
        assert [float(image.tag_v2[tag]) for tag in (282, 283)] == pytest.approx([600, 600])
        assert image.tag_v2[296] == 2, "per inch"
        assert abs(image.width - width / 25.4 * 600) < 1


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("width", WIDTHS)
def test_svg_has_the_width_asked_for_and_says_what_it_shows(preset: str, width: int) -> None:
    svg = figure_bytes(forest(means(), preset=preset, width_mm=width), "svg").decode()
    assert float(re.search(r'<svg[^>]* width="([\d.]+)pt"', svg)[1]) == pytest.approx(width / 25.4 * 72, abs=1e-5)
    assert "Forest plot of 6 studies: mean difference in points" in svg
    assert "Total: 4.65 (1.32 to 7.98), prediction interval −2.51 to 11.81" in svg


@pytest.mark.parametrize("preset", PRESETS)
def test_pictures(preset: str) -> None:
    data = means() if preset in {"house", "revman5"} else events()
    assert_picture(forest(data, preset=preset, width_mm=174), f"forest-{preset}")


def test_picture_of_a_narrow_figure() -> None:
    assert_picture(forest(events(), preset="revman5", width_mm=84, bias=True), "forest-revman5-narrow")


def test_picture_of_a_cumulative_figure_with_clipped_rows() -> None:
    ends = ((0.5, 40.0), (0.9, 4.1), (1.1, 3.0), (1.2, 2.6))
    rows = tuple(
        ForestRow(label=f"+ Study {2016 + place}", estimate=1.8, ci_low=low, ci_high=high, summarises=True)
        for place, (low, high) in enumerate(ends)
    )
    labels = {"left_label": "Favours control", "right_label": "Favours treatment"}
    data = ForestData(rows=rows, measure="Risk ratio", ratio=True, null=1.0, **labels)
    assert_picture(forest(data, width_mm=120), "forest-cumulative")
