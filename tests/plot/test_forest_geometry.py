"""The geometry of forest plots over generated sets of studies, as matplotlib's renderer measures it.

Nothing here uses the layout's own measures: boxes come from the renderer, positions from the drawn artists, and the
scale of the axis is worked out anew from where the estimates were drawn.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from evidence.plot import ForestData, ForestRow, ForestSummary, forest

WIDTHS = (84, 120, 174)
SETS = 54
DPI = 300
NAMES = (
    "Dhurat 2013",
    "Bao 2020",
    "Fakhraei Lahiji 2021 (female pattern hair loss)",
    "Chandrashekar, Yepuri & Mysore 2018: combination of fractional radiofrequency and 5% minoxidil, 24 weeks",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft 1996",
    "张卫 2021(微针联合米诺地尔治疗雄激素性脱发)",
    "Şahin Çağlar-Öztürk 2022",
    "Πολυχρονοπούλου 2019",
    "Иванова и соавт. 2020",
    "שטרן 2020",
    "دراسة الشعر 2019",
    "한국 피부과 연구 2017",
    "e\u0301tude NCT01234567_v2/2019-A",
    "X",
    "Trial with $a$ and $b$ & <tags> 🙂",
)
MARKS = ("", "", "", "†", "‡")


@dataclass(frozen=True)
class Drawn:
    """The artists of a figure by role, with everything in points from the bottom left corner."""

    data: ForestData
    width: float
    height: float
    texts: list
    lines: dict
    polygons: dict


def generated(seed: int) -> ForestData:
    """Return a set of studies; consecutive seeds go through sizes, scales and layouts."""
    rng = np.random.default_rng(seed)
    k = [1, 2, 3, 8, 20, 60][seed % 6]
    ratio = bool(seed % 2)
    groups = int(rng.integers(0, 7)) if seed % 3 else 0
    columns = [(), ("Microneedling + minoxidil\nn/N", "Minoxidil\nn/N"), ("Needling\nn", "Control\nn")][seed % 3]
    if seed % 7 == 3:
        columns = ("Mean\n(SD)", "n", "Mean\n(SD)", "n")
    spread, center = 10.0 ** rng.uniform(-3, 5.5), rng.normal(0, 2)
    if ratio:
        spread, center = rng.choice([0.02, 0.4, 1.2, 4.0]), rng.normal(0, 1)
    rows = [_row(rng, ratio, columns, groups, center, spread) for _ in range(k)]
    if seed % 5 == 4:
        rows = [ForestRow(label=r.label, reason="no SD reported", cells=r.cells, subgroup=r.subgroup) for r in rows]
    rows = _weighted(rng, rows)
    pooled = [row for row in rows if row.weight is not None]
    names = list(dict.fromkeys(row.subgroup for row in rows if row.subgroup))
    summaries = [_summary(rng, ratio, center, spread, columns, name) for name in names]
    return ForestData(
        rows=tuple(rows),
        overall=_summary(rng, ratio, center, spread, columns, "") if len(pooled) > 1 else None,
        subtotals=tuple(summaries) if len(pooled) > 1 else (),
        measure="Risk ratio" if ratio else "Standardised mean difference",
        unit="" if ratio else "hairs/cm²",
        ratio=ratio,
        null=None if seed % 11 == 10 else (1.0 if ratio else 0.0),
        columns=columns,
        left_label=("", "Favours control", "Favours minoxidil 5% alone, twice daily")[seed % 3],
        right_label=("Favours needling", "Favours microneedling with minoxidil 5%, twice daily")[seed % 2],
        title=None
        if seed % 2
        else "Change in hair density at 12 to 24 weeks in adults with pattern hair loss, all trials",
        subgroup_difference="Test for subgroup differences: Q = 1.2, df = 2, p = 0.55" if groups else "",
        notes=("† Standard deviation derived from the p-value.", "‡ " + "Read off a figure. " * 12),
    )


def _row(rng, ratio, columns, groups, center, spread) -> ForestRow:
    label = NAMES[int(rng.integers(len(NAMES)))]
    group = f"Subgroup {int(rng.integers(groups))}, women and men of any age" if groups else ""
    cells = {0: (), 2: ("40/50", "0/44"), 4: ("−12.25 (103.75)", "50", "4.5 (0.8)", "")}[len(columns)]
    common = {"label": label, "cells": cells, "subgroup": group}
    if rng.random() < 0.2:
        return ForestRow(reason="percentages only, which imply other denominators than reported", **common)
    value, half = center + spread * rng.normal(), spread * rng.lognormal(0, 1.2)
    low, high = value - 1.96 * half, value + 1.96 * half
    if rng.random() < 0.05:
        high = math.inf
    if ratio:
        value, low, high = math.exp(value), math.exp(low), math.exp(high)
    mark = MARKS[int(rng.integers(len(MARKS)))]
    return ForestRow(estimate=value, ci_low=low, ci_high=high, mark=mark, **common)


def _weighted(rng, rows: list[ForestRow]) -> list[ForestRow]:
    from dataclasses import replace

    raw = [0.0 if row.estimate is None or rng.random() < 0.1 else rng.lognormal(0, 2) for row in rows]
    if np.count_nonzero(raw) < 2:
        return rows
    return [replace(row, weight=100 * w / sum(raw)) if w else row for row, w in zip(rows, raw, strict=True)]


def _summary(rng, ratio, center, spread, columns, group) -> ForestSummary:
    half, wide = spread * rng.lognormal(0, 2), spread * rng.lognormal(2, 2)
    values = [center, center - half, center + half, center - wide, center + wide]
    if ratio:
        values = [math.exp(min(value, 600.0)) for value in values]
    return ForestSummary(
        label="Subtotal" if group else "Total",
        estimate=values[0],
        ci_low=values[1],
        ci_high=values[2],
        pi_low=values[3],
        pi_high=values[4],
        k=3,
        cells=("1024",) * len(columns),
        weight=100.0,
        heterogeneity="Heterogeneity: τ² = 18.32 (95% CI 2.11 to 110.43; REML), I² = 72%, Q = 25.1, df = 8, p < 0.001",
        filled=not group,
        subgroup=group,
    )


@cache
def drawn(seed: int, width_mm: float) -> Drawn:
    data = generated(seed)
    figure = forest(data, width_mm=width_mm)
    figure.set_dpi(DPI)
    renderer, scale = figure.canvas.get_renderer(), 72 / DPI
    texts = []
    for text in figure.texts:
        with warnings.catch_warnings():
            # Letters that no installed font has are boxes; saving says nothing about them, measuring here does.
            warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
            box = text.get_window_extent(renderer)
        texts.append((text.get_gid(), text.get_text(), np.array(box.extents) * scale, text.get_fontsize()))
    lines: dict = {}
    for line in figure.lines:
        points = line.get_transform().transform(line.get_xydata()) * scale
        lines.setdefault(line.get_gid(), []).append(points)
    polygons: dict = {}
    for patch in figure.patches:
        points = patch.get_transform().transform(patch.get_xy()) * scale
        polygons.setdefault(patch.get_gid(), []).append(points)
    width, height = figure.get_size_inches() * 72
    return Drawn(data=data, width=width, height=height, texts=texts, lines=lines, polygons=polygons)


CASES = [pytest.param(seed, width, id=f"set{seed}-{width}mm") for seed in range(SETS) for width in WIDTHS]


def _overlaps(a: np.ndarray, b: np.ndarray, slack: float) -> np.ndarray:
    """Return which boxes of `a` overlap which of `b` by more than `slack` points both ways."""
    across = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    down = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    return (across > slack) & (down > slack)


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_no_two_texts_intersect(seed: int, width: float) -> None:
    page = drawn(seed, width)
    boxes = np.array([box for _, _, box, _ in page.texts])
    hit = np.triu(_overlaps(boxes, boxes, 0.05), 1)
    pairs = [(page.texts[i][1], page.texts[j][1]) for i, j in zip(*np.nonzero(hit), strict=True)]
    assert pairs == []


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_no_mark_lies_under_a_text(seed: int, width: float) -> None:
    page = drawn(seed, width)
    boxes = np.array([box for _, _, box, _ in page.texts])
    marks = [points for role, group in page.polygons.items() if role != "ground" for points in group]
    marks += [points for role in ("interval", "prediction", "tick", "axis") for points in page.lines.get(role, [])]
    if not marks:
        assert all(row.estimate is None for row in page.data.rows)
        return
    ends = np.array([[*points.min(axis=0) - 0.2, *points.max(axis=0) + 0.2] for points in marks])
    struck = [page.texts[i][1] for i, _ in zip(*np.nonzero(_overlaps(boxes, ends, 0.1)), strict=True)]
    assert struck == []


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_everything_is_on_a_page_of_the_exact_width(seed: int, width: float) -> None:
    page = drawn(seed, width)
    assert page.width == pytest.approx(width / 25.4 * 72, abs=1e-9)
    points = [np.array(box).reshape(2, 2) for _, _, box, _ in page.texts]
    points += [p for group in [*page.lines.values(), *page.polygons.values()] for p in group]
    everything = np.concatenate(points)
    assert everything.min() >= 0
    assert everything[:, 0].max() <= page.width
    assert everything[:, 1].max() <= page.height
    assert everything[:, 1].min() < 8  # no empty band at the bottom
    assert page.height - everything[:, 1].max() < 8  # nor at the top


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_type_is_of_seven_to_eight_points_and_no_name_is_cut(seed: int, width: float) -> None:
    page = drawn(seed, width)
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


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_areas_of_squares_are_in_the_ratio_of_the_weights(seed: int, width: float) -> None:
    page = drawn(seed, width)
    weights = [row.weight for row in _ordered(page.data) if row.weight is not None]
    squares = page.polygons.get("square", [])
    assert len(squares) == len(weights)
    areas = np.array([_area(points) for points in squares])
    if weights:
        np.testing.assert_allclose(areas / areas.max(), np.array(weights) / max(weights), rtol=1e-5, atol=1e-9)


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
    assert len(values) == len(x)
    if page.data.null is not None and values:
        values.append(page.data.null)
        x.append(page.lines["null"][0][0, 0])
    even = _even(values, page.data.ratio)
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
    ends = start + slope * _even([low, high], page.data.ratio)
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


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_every_interval_ends_where_it_should_or_in_an_arrow(seed: int, width: float) -> None:
    page = drawn(seed, width)
    rows = _ordered(page.data)
    if not rows:
        assert "interval" not in page.lines
        return
    scale = _scale(page)
    weighted = iter(page.polygons.get("square", []))
    others = iter(page.polygons.get("unweighted", []))
    if scale is None:
        return
    for row in rows:
        mark = next(weighted if row.weight is not None else others)
        _check_interval(page, "interval", _middle(mark), row.ci_low, row.ci_high, scale)
    lines = page.lines.get("prediction", [])
    summaries = [s for group in page.data.subgroups for s in page.data.subtotals if s.subgroup == group]
    summaries += [page.data.overall] if page.data.overall else []
    assert len(lines) == len(summaries)
    for line, summary in zip(lines, summaries, strict=True):
        _check_interval(page, "prediction", _middle(line), summary.pi_low, summary.pi_high, scale)


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_every_diamond_ends_where_it_should_or_in_an_arrow(seed: int, width: float) -> None:
    page = drawn(seed, width)
    summaries = [s for group in page.data.subgroups for s in page.data.subtotals if s.subgroup == group]
    summaries += [page.data.overall] if page.data.overall else []
    diamonds = page.polygons.get("diamond", [])
    assert len(diamonds) == len(summaries)
    if not summaries:
        return
    left, right = sorted(page.lines["axis"][0][:, 0])
    start, slope = _scale(page)
    for points, summary in zip(diamonds, summaries, strict=True):
        ends = start + slope * _even([summary.ci_low, summary.ci_high], page.data.ratio)
        arrows = [p for p in page.polygons.get("diamond-arrow", []) if abs(_middle(p) - _middle(points)) < 0.05]
        clipped = int(ends[0] < left - 0.02) + int(ends[1] > right + 0.02)
        assert len(arrows) == clipped
        assert points[:, 0].min() >= left - 1e-6
        assert points[:, 0].max() <= right + 1e-6
        if not clipped:
            np.testing.assert_allclose([points[:, 0].min(), points[:, 0].max()], ends, atol=0.05)


def _number(label: str) -> float:
    """Read a tick label as a person does."""
    text = label.replace("−", "-").replace("\u202f", "")
    match = re.fullmatch(r"(?:(-?[\d.]+)×)?10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", text)
    if not match:
        return float(text)
    digits = "".join("-" if c == "⁻" else str(unicodedata.digit(c)) for c in match[2])
    return float(match[1] or 1) * 10.0 ** int(digits)


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_ticks_are_unique_inside_and_where_their_numbers_say(seed: int, width: float) -> None:
    page = drawn(seed, width)
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
        expected = scale[0] + scale[1] * _even([_number(label) for label in labels], page.data.ratio)
        np.testing.assert_allclose(ticks, expected, atol=0.6)
    if page.data.null is not None:
        assert page.data.null in [_number(label) for label in labels]


def test_sets_cover_what_they_should() -> None:
    """The generator must not lose its hard cases."""
    sets = [generated(seed) for seed in range(SETS)]
    pages = [drawn(seed, width) for seed in range(SETS) for width in WIDTHS]
    assert {len(data.rows) for data in sets} == {1, 2, 3, 8, 20, 60}
    assert {len(data.subtotals) for data in sets} >= {0, 2, 3, 4, 5, 6}
    assert any(all(row.estimate is None for row in data.rows) for data in sets)
    assert any(data.null is None for data in sets)
    assert sum(len(page.polygons.get("interval-arrow", [])) for page in pages) > 50
    assert sum(len(page.polygons.get("diamond-arrow", [])) for page in pages) > 20
    assert sum(len(page.polygons.get("prediction-arrow", [])) for page in pages) > 50
