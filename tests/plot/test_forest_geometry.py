"""The geometry of forest plots over generated sets of studies, in every preset and width, as the renderer measures it.

Nothing here uses the layout's own measures: boxes come from the renderer, positions from the drawn artists, and the
scale of the axis is worked out anew from where the estimates were drawn. EVIDENCE_FOREST_SETS=20 draws twenty times as
many sets.
"""

from __future__ import annotations

import itertools
import math
import os
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from forest_sets import PRESETS, WIDTHS, Drawn, generated, measured, options

from evidence.numbers import format_effect, format_number
from evidence.plot.forest_plot.text import effect_digits

if TYPE_CHECKING:
    from evidence.plot import ForestData, ForestRow

SETS = 11 * int(os.environ.get("EVIDENCE_FOREST_SETS", "1"))
WAYS = tuple(itertools.product(PRESETS, WIDTHS))


@cache
def drawn(seed: int, preset: str, width_mm: float) -> Drawn:
    return measured(generated(seed), preset=preset, width_mm=width_mm, **options(seed))


# Every way of drawing meets its own sets: seeds run on through all of them.
CASES = [
    pytest.param(number * len(WAYS) + way, *WAYS[way], id=f"set{number * len(WAYS) + way}-{preset}-{width}mm")
    for number in range(SETS)
    for way, (preset, width) in enumerate(WAYS)
]
PAGES = pytest.mark.parametrize(("seed", "preset", "width"), CASES)


def _overlaps(a: np.ndarray, b: np.ndarray, slack: float) -> np.ndarray:
    """Return which boxes of `a` overlap which of `b` by more than `slack` points both ways."""
    across = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    down = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    return (across > slack) & (down > slack)


@PAGES
def test_no_two_texts_intersect(seed: int, preset: str, width: float) -> None:
    page = drawn(seed, preset, width)
    boxes = np.array([box for _, _, box, _ in page.texts])
    hit = np.triu(_overlaps(boxes, boxes, 0.05), 1)
    pairs = [(page.texts[i][1], page.texts[j][1]) for i, j in zip(*np.nonzero(hit), strict=True)]
    assert pairs == []


@PAGES
def test_no_mark_lies_under_a_text(seed: int, preset: str, width: float) -> None:
    page = drawn(seed, preset, width)
    boxes = np.array([box for _, _, box, _ in page.texts])
    marks = [points for role, group in page.polygons.items() if role != "ground" for points in group]
    marks += [points for role in ("interval", "prediction", "tick", "axis") for points in page.lines.get(role, [])]
    if not marks:
        assert all(row.estimate is None for row in page.data.rows)
        return
    ends = np.array([[*points.min(axis=0) - 0.2, *points.max(axis=0) + 0.2] for points in marks])
    struck = [page.texts[i][1] for i, _ in zip(*np.nonzero(_overlaps(boxes, ends, 0.1)), strict=True)]
    assert struck == []


@PAGES
def test_everything_is_on_a_page_of_the_exact_width(seed: int, preset: str, width: float) -> None:
    page = drawn(seed, preset, width)
    assert page.width == pytest.approx(width / 25.4 * 72, abs=1e-9)
    points = [np.array(box).reshape(2, 2) for _, _, box, _ in page.texts]
    points += [p for group in [*page.lines.values(), *page.polygons.values()] for p in group]
    everything = np.concatenate(points)
    assert everything.min() >= 0
    assert everything[:, 0].max() <= page.width
    assert everything[:, 1].max() <= page.height
    assert everything[:, 1].min() < 8  # no empty band at the bottom
    assert page.height - everything[:, 1].max() < 8  # nor at the top


@PAGES
def test_type_is_of_seven_to_eight_points_and_no_name_is_cut(seed: int, preset: str, width: float) -> None:
    page = drawn(seed, preset, width)
    assert {size for *_, size in page.texts} <= {7.0, 7.5, 8.0}
    shown = "".join(text for role, text, *_ in page.texts if role == "label")
    order = [row for group in page.data.subgroups for row in page.data.rows if row.subgroup == group]
    found = 0
    for row in order:
        name = re.sub(r"\s", "", row.label)
        found = re.sub(r"\s", "", shown).index(name, found) + len(name)


def _ordered(data: ForestData) -> list[ForestRow]:
    rows = [row for group in data.subgroups for row in data.rows if row.subgroup == group]
    return [row for row in rows if row.estimate is not None]


def _area(points: np.ndarray) -> float:
    x, y = points[:-1].T if np.allclose(points[0], points[-1]) else points.T
    return abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1))) / 2


@PAGES
def test_areas_of_squares_are_in_the_ratio_of_the_weights(seed: int, preset: str, width: float) -> None:
    page = drawn(seed, preset, width)
    weights = [row.weight for row in _ordered(page.data) if row.weight is not None]
    squares = page.polygons.get("square", [])
    assert len(squares) == len(weights)
    areas = np.array([_area(points) for points in squares])
    if weights:
        np.testing.assert_allclose(areas / areas.max(), np.array(weights) / max(weights), rtol=1e-5, atol=1e-9)


def _is_log(page: Drawn) -> bool:
    return page.data.ratio and not page.even


def _even(values, ratio: bool) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(np.asarray(values, float)) if ratio else np.asarray(values, float)


def _scale(page: Drawn) -> tuple[float, float] | None:
    """Work out the axis from where the estimates and the null line were drawn: x = a + b · value."""
    rows = _ordered(page.data)
    marks = [*page.polygons.get("square", []), *page.polygons.get("unweighted", [])]
    rows = [r for r in rows if r.weight is not None] + [r for r in rows if r.weight is None]
    values = [row.estimate for row in rows]
    x = [(points[:, 0].min() + points[:, 0].max()) / 2 for points in marks]
    x += [points[points[:, 1].argmax(), 0] for points in page.polygons.get("row-diamond", [])]
    assert len(values) == len(x)
    if page.data.null is not None and values:
        values.append(page.data.null)
        x.append(page.lines["null"][0][0, 0])
    even = _even(values, _is_log(page))
    if len(values) < 2 or np.ptp(even) == 0:
        return None
    slope, start = np.polyfit(even, x, 1)
    assert slope > 0
    np.testing.assert_allclose(start + slope * even, x, atol=0.02)
    return float(start), float(slope)


def _at(points_list, y: float):
    return [points for points in points_list if abs(points[:, 1].mean() - y) < 0.05]


def _middle(points: np.ndarray) -> float:
    return (points[:, 1].min() + points[:, 1].max()) / 2


def _check_interval(page: Drawn, role: str, y: float, low: float, high: float, scale: tuple[float, float]) -> None:
    """An end inside the plot has the line's end there; one outside has an arrow at the plot's edge."""
    left, right = sorted(page.lines["axis"][0][:, 0])
    start, slope = scale
    ends = start + slope * _even([low, high], _is_log(page))
    arrows = [p for p in page.polygons.get(f"{role}-arrow", []) if abs(_middle(p) - y) < 0.05]
    tips = {
        "low": [p for p in arrows if p[:, 0].min() < left + 1e-6],
        "high": [p for p in arrows if p[:, 0].max() > right - 1e-6],
    }
    (line,) = _at(page.lines[role], y)
    drawn_low, drawn_high = sorted(line[:, 0])
    if ends[0] < left - 0.02:
        assert len(tips["low"]) == 1
    elif ends[0] > left + 0.02:
        assert tips["low"] == []
        assert drawn_low == pytest.approx(ends[0], abs=0.05)
    if ends[1] > right + 0.02:
        assert len(tips["high"]) == 1
    elif ends[1] < right - 0.02:
        assert tips["high"] == []
        assert drawn_high == pytest.approx(ends[1], abs=0.05)
    assert left - 1e-6 <= drawn_low <= drawn_high <= right + 1e-6


@PAGES
def test_every_interval_ends_where_it_should_or_in_an_arrow(seed: int, preset: str, width: float) -> None:
    page = drawn(seed, preset, width)
    rows = _ordered(page.data)
    if not rows:
        assert "interval" not in page.lines
        return
    scale = _scale(page)
    weighted = iter(page.polygons.get("square", []))
    others = iter(page.polygons.get("unweighted", []))
    if scale is None:
        return
    if rows[0].summarises:
        for row, points in zip(rows, page.polygons["row-diamond"], strict=True):
            _check_diamond(page, points, row, scale, "row-diamond-arrow")
        return
    for row in rows:
        mark = next(weighted if row.weight is not None else others)
        _check_interval(page, "interval", _middle(mark), row.ci_low, row.ci_high, scale)
    lines = page.lines.get("prediction", [])
    summaries = [summary for summary in _summaries(page.data) if summary.pi_low is not None]
    assert len(lines) == len(summaries)
    for line, summary in zip(lines, summaries, strict=True):
        _check_interval(page, "prediction", _middle(line), summary.pi_low, summary.pi_high, scale)


def _summaries(data: ForestData) -> list:
    subtotals = [s for group in data.subgroups for s in data.subtotals if s.subgroup == group]
    return [*subtotals, *([data.overall] if data.overall else [])]


def _check_diamond(page: Drawn, points: np.ndarray, item, scale: tuple[float, float], role: str) -> None:
    left, right = sorted(page.lines["axis"][0][:, 0])
    ends = scale[0] + scale[1] * _even([item.ci_low, item.ci_high], _is_log(page))
    arrows = [p for p in page.polygons.get(role, []) if abs(_middle(p) - _middle(points)) < 0.05]
    clipped = int(ends[0] < left - 0.02) + int(ends[1] > right + 0.02)
    if min(abs(ends[0] - left), abs(ends[1] - right)) > 0.02:
        assert len(arrows) == clipped
    assert points[:, 0].min() >= left - 1e-6
    assert points[:, 0].max() <= right + 1e-6
    if not clipped and not arrows:
        np.testing.assert_allclose([points[:, 0].min(), points[:, 0].max()], ends, atol=0.05)


@PAGES
def test_every_diamond_ends_where_it_should_or_in_an_arrow(seed: int, preset: str, width: float) -> None:
    page = drawn(seed, preset, width)
    summaries, diamonds = _summaries(page.data), page.polygons.get("diamond", [])
    assert len(diamonds) == len(summaries)
    for points, summary in zip(diamonds, summaries, strict=True):
        _check_diamond(page, points, summary, _scale(page), "diamond-arrow")
    inside = sum(not summary.filled for summary in summaries)
    # JAMA's total has another ink inside than its outline.
    inside += sum(summary.filled for summary in summaries) if preset == "jama" else 0
    assert len(page.polygons.get("diamond-inside", [])) == inside


def _number(label: str) -> float:
    """Read a tick label as a person does."""
    text = label.replace("−", "-").replace("\u202f", "")
    match = re.fullmatch(r"(?:(-?[\d.]+)×)?10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", text)
    if not match:
        return float(text)
    digits = "".join("-" if c == "⁻" else str(unicodedata.digit(c)) for c in match[2])
    return float(match[1] or 1) * 10.0 ** int(digits)


@PAGES
def test_ticks_are_unique_inside_and_where_their_numbers_say(seed: int, preset: str, width: float) -> None:
    page = drawn(seed, preset, width)
    if not _ordered(page.data):
        assert "axis" not in page.lines
        return
    left, right = sorted(page.lines["axis"][0][:, 0])
    ticks = [points[0, 0] for points in page.lines["tick"]]
    labels = [text for role, text, *_ in page.texts if role == "tick-label"]
    assert len(ticks) == len(labels) == len(set(labels)) <= 7
    assert all(left - 1e-6 <= x <= right + 1e-6 for x in ticks)
    assert all(b - a > 4 for a, b in itertools.pairwise(ticks))
    scale = _scale(page)
    if scale:
        expected = scale[0] + scale[1] * _even([_number(label) for label in labels], _is_log(page))
        np.testing.assert_allclose(ticks, expected, atol=0.6)
    if page.data.null is not None and not page.even:
        assert page.data.null in [_number(label) for label in labels]


TOKEN = re.compile(r"n/e|[<>]?−?(?:∞|[\d\u202f]+(?:\.\d+)?(?:×10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?)")


def _reads_as(token: str, value: float, data: ForestData) -> bool:
    """Whether a number of the table is the formatter's, or the value to three figures where it has a power of ten."""
    if "×" in token:
        return not data.ratio and _number(token) == pytest.approx(value, rel=0.0051)
    digits = effect_digits(data)
    return token == format_effect(value, digits if value else min(digits, 4), ratio=data.ratio)


@PAGES
def test_numbers_of_the_table_are_those_of_the_data(seed: int, preset: str, width: float) -> None:
    page, data = drawn(seed, preset, width), generated(seed)
    shown = [token for role, text, *_ in page.texts if role == "effect" for token in TOKEN.findall(text)]
    expected: list[float] = []
    for group in data.subgroups:
        rows = [row for row in data.rows if row.subgroup == group and row.estimate is not None]
        expected += [value for row in rows for value in (row.estimate, row.ci_low, row.ci_high)]
        for subtotal in data.subtotals:
            expected += _values(subtotal) if subtotal.subgroup == group else []
    expected += _values(data.overall) if data.overall else []
    assert len(shown) == len(expected)
    wrong = [(token, value) for token, value in zip(shown, expected, strict=True) if not _reads_as(token, value, data)]
    assert wrong == []
    weights = [text for role, text, *_ in page.texts if role == "weight" and text != "–"]
    given = [row.weight for row in _ordered(data) if row.weight is not None]
    if weights and len(given) > 1:
        sign = "%" if preset in {"revman5", "cochrane"} else ""
        assert sorted(weights) == sorted(
            [f"{format_number(weight, 1)}{sign}" for weight in given] + [f"100.0{sign}"] * len(_summaries(data))
        )


def _values(summary) -> list[float]:
    values = [summary.estimate, summary.ci_low, summary.ci_high]
    return values + ([summary.pi_low, summary.pi_high] if summary.pi_low is not None else [])


@PAGES
def test_every_judgement_of_bias_has_its_symbol(seed: int, preset: str, width: float) -> None:
    page, data = drawn(seed, preset, width), generated(seed)
    asked = options(seed)["bias"]
    wanted = (preset == "cochrane" if asked is None else asked) and any(any(row.bias) for row in data.rows)
    roles = {role for role in page.polygons if role.startswith("bias-")} - {"bias-sign", "bias-ring"}
    if not wanted:
        assert roles == set()
        return
    counts: dict[str, int] = {}
    for row in data.rows:
        nobody = ("",) * 6 if row.estimate is not None and not row.summarises else ()
        for judgement in row.bias or nobody:
            counts[judgement or "not-assessed"] = counts.get(judgement or "not-assessed", 0) + 1
    pieces = {f"bias-{name}": 8 if name == "not-assessed" else 1 for name in counts}
    # One more of each stands in the legend.
    expected = {f"bias-{name}": (count + 1) * pieces[f"bias-{name}"] for name, count in counts.items()}
    assert {role: len(page.polygons[role]) for role in roles} == expected


def test_sets_cover_what_they_should() -> None:
    """The generator must not lose its hard cases."""
    cases = [case.values for case in CASES]
    sets = [generated(seed) for seed, _, _ in cases]
    pages = [drawn(*case) for case in cases]
    assert {len(data.rows) for data in sets} == {1, 2, 3, 5, 8, 20, 60}
    assert {len(data.subtotals) for data in sets} >= {0, 2, 3, 4, 5, 6}
    assert any(all(row.estimate is None for row in data.rows) for data in sets)
    assert any(data.null is None for data in sets)
    assert any(row.summarises for data in sets for row in data.rows)
    assert any(page.even and page.data.ratio for page in pages)
    assert sum(math.isinf(row.ci_high or 0.0) for data in sets for row in data.rows) > 20
    sizes = [abs(row.estimate) for data in sets if not data.ratio for row in data.rows if row.estimate]
    assert min(sizes) < 1e-8
    assert max(sizes) > 1e8
    for role, least in (("interval-arrow", 50), ("diamond-arrow", 20), ("prediction-arrow", 50), ("row-diamond", 10)):
        assert sum(len(page.polygons.get(role, [])) for page in pages) > least, role
    for preset in PRESETS:
        assert any("bias-low" in page.polygons for page in pages if page.preset == preset), preset
