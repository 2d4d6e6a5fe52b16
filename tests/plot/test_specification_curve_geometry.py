"""The geometry of specification curves over generated data, as matplotlib's renderer measures it."""

from __future__ import annotations

import math
import re
import warnings
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from evidence.plot import ChoiceGroup, Specification, SpecificationData, save_figure, specification_curve
from evidence.plot.page.save import figure_bytes

WIDTHS = (84, 120, 174)
COUNTS = (1, 2, 7, 40, 130, 500, 1300)
SETS = 28
DPI = 300
LEVELS = (
    "primary",
    "also with secondary sources, and with trials that do not state how people were allocated",
    "r = 0.5",
    "unlabelled ± read as an SE",
    "张卫 2021(微针联合米诺地尔)",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk",
    "$a$ & <b>",
)


@dataclass(frozen=True)
class Drawn:
    """The artists of a figure by role, with everything in points from the bottom left corner."""

    data: SpecificationData
    width: float
    height: float
    texts: list
    lines: dict
    polygons: dict


def generated(seed: int) -> SpecificationData:
    """Return a curve; consecutive seeds go through sizes and scales."""
    rng = np.random.default_rng(seed)
    count = COUNTS[seed % len(COUNTS)]
    kind = ("difference", "ratio", "proportion", "difference")[seed // len(COUNTS)]
    groups = tuple(
        ChoiceGroup(title=title, levels=tuple(rng.permutation(LEVELS)[: int(rng.integers(1, 6))]))
        for title in ("What enters (declared analysis)", "Estimator of τ²", "Size")[: int(rng.integers(1, 4))]
    )
    primary = int(rng.integers(count)) if seed % 3 else -1
    points = [_point(rng, kind, groups, place == primary) for place in range(count)]
    return SpecificationData(
        specifications=tuple(points),
        groups=groups,
        measure={"difference": "Mean difference", "ratio": "Risk ratio", "proportion": "Proportion"}[kind],
        unit={"difference": "hairs/cm²", "proportion": "%"}.get(kind, ""),
        ratio=kind == "ratio",
        null={"difference": 0.0, "ratio": 1.0}.get(kind),
        factor=100.0 if kind == "proportion" else 1.0,
        title="" if seed % 2 else "Change in density at 12 to 24 weeks in adults with pattern hair loss, all trials",
        above="in favour of needling with minoxidil 5%, twice daily" if seed % 4 else "",
        notes=("A note. " * 20,),
    )


def _point(rng, kind, groups, primary) -> Specification:
    value, half = rng.normal(0.4, 0.6), rng.lognormal(0, 0.8) * (40 if rng.random() < 0.05 else 1)
    low, high = value - half, value + half
    if kind == "ratio":
        value, low, high = math.exp(value), math.exp(low), math.exp(min(high, 300.0))
        low = 0.0 if rng.random() < 0.02 else low
    if kind == "proportion":
        value, low, high = (1 / (1 + math.exp(-v)) for v in (value - 3, low - 3, high - 3))
    null = {"difference": 0.0, "ratio": 1.0}.get(kind)
    if rng.random() < 0.05:
        low = high = math.nan
    excludes = null is not None and not math.isnan(low) and not low <= null <= high
    marks = tuple(
        tuple(sorted(rng.permutation(len(group.levels))[: int(rng.integers(1, len(group.levels) + 1))].tolist()))
        for group in groups
    )
    return Specification(estimate=value, ci_low=low, ci_high=high, marks=marks, excludes=excludes, primary=primary)


@cache
def drawn(seed: int, width_mm: float) -> Drawn:
    data = generated(seed)
    figure = specification_curve(data, width_mm=width_mm)
    figure.set_dpi(DPI)
    renderer, scale = figure.canvas.get_renderer(), 72 / DPI
    texts = []
    for text in figure.texts:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
            box = text.get_window_extent(renderer)
        texts.append((text.get_gid(), text.get_text(), np.array(box.extents) * scale, text.get_fontsize()))
    lines: dict = {}
    for line in figure.lines:
        lines.setdefault(line.get_gid(), []).append(line.get_transform().transform(line.get_xydata()) * scale)
    polygons: dict = {}
    for patch in figure.patches:
        polygons.setdefault(patch.get_gid(), []).append(patch.get_transform().transform(patch.get_xy()) * scale)
    width, height = figure.get_size_inches() * 72
    return Drawn(data=data, width=width, height=height, texts=texts, lines=lines, polygons=polygons)


CASES = [pytest.param(seed, width, id=f"set{seed}-{width}mm") for seed in range(SETS) for width in WIDTHS]


def _overlaps(a: np.ndarray, b: np.ndarray, slack: float) -> np.ndarray:
    across = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    down = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    return (across > slack) & (down > slack)


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_no_two_texts_of_a_curve_intersect(seed: int, width: float) -> None:
    page = drawn(seed, width)
    boxes = np.array([box for _, _, box, _ in page.texts])
    hit = np.triu(_overlaps(boxes, boxes, 0.05), 1)
    assert [(page.texts[i][1], page.texts[j][1]) for i, j in zip(*np.nonzero(hit), strict=True)] == []


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_no_mark_of_a_curve_lies_under_a_text(seed: int, width: float) -> None:
    page = drawn(seed, width)
    boxes = np.array([box for _, _, box, _ in page.texts])
    marks = [points for group in page.polygons.values() for points in group]
    marks += [points for group in page.lines.values() for points in group]
    ends = np.array([[*points.min(axis=0) - 0.1, *points.max(axis=0) + 0.1] for points in marks])
    assert [page.texts[i][1] for i, _ in zip(*np.nonzero(_overlaps(boxes, ends, 0.1)), strict=True)] == []


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_a_curve_is_on_a_page_of_the_exact_width(seed: int, width: float) -> None:
    page = drawn(seed, width)
    assert page.width == pytest.approx(width / 25.4 * 72, abs=1e-9)
    points = [np.array(box).reshape(2, 2) for _, _, box, _ in page.texts]
    points += [p for group in [*page.lines.values(), *page.polygons.values()] for p in group]
    everything = np.concatenate(points)
    assert everything.min() >= 0
    assert everything[:, 0].max() <= page.width
    assert everything[:, 1].max() <= page.height
    assert {size for *_, size in page.texts} <= {7.0, 7.5, 8.0}


def _even(values, ratio: bool) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(np.asarray(values, float)) if ratio else np.asarray(values, float)


def _columns(page: Drawn) -> list[tuple[float, float]]:
    """Return the centre of each estimate's mark, from left to right."""
    marks = [*page.polygons.get("estimate", []), *page.polygons.get("primary", [])]
    centres = [((p[:, 0].min() + p[:, 0].max()) / 2, (p[:, 1].min() + p[:, 1].max()) / 2) for p in marks]
    return sorted(centres)


def _shown(page: Drawn) -> list[Specification]:
    """Return the specifications that were drawn, by matching the number of columns."""
    ordered = sorted(page.data.specifications, key=lambda entry: entry.estimate)
    count = len(_columns(page))
    if count == len(ordered):
        return ordered
    text = " ".join(text for role, text, *_ in page.texts if role == "note")
    assert f"{count} of {len(ordered)} specifications are drawn" in text
    return []


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_estimates_rise_from_left_to_right_on_an_even_scale(seed: int, width: float) -> None:
    page = drawn(seed, width)
    centres = _columns(page)
    assert len(centres) == min(500, len(page.data.specifications))
    x, y = np.array(centres).T
    assert np.all(np.diff(y) >= -1e-6)
    if len(x) > 2:
        np.testing.assert_allclose(np.diff(x), np.diff(x)[0], atol=1e-6)
    entries = _shown(page)
    if len(entries) < 3:
        return
    values = _even([entry.estimate for entry in entries], page.data.ratio)
    slope, start = np.polyfit(values, y, 1)
    assert slope > 0
    np.testing.assert_allclose(start + slope * values, y, atol=0.02)
    if page.data.null is not None:
        null = page.lines["null"][0][0, 1]
        assert null == pytest.approx(start + slope * float(_even([page.data.null], page.data.ratio)[0]), abs=0.02)


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_every_interval_of_a_curve_ends_where_it_should_or_in_an_arrow(seed: int, width: float) -> None:
    page = drawn(seed, width)
    entries = _shown(page)
    if len(entries) < 3:
        return
    centres = _columns(page)
    bottom, top = sorted(page.lines["axis"][0][:, 1])
    values = _even([entry.estimate for entry in entries], page.data.ratio)
    slope, start = np.polyfit(values, [y for _, y in centres], 1)
    arrows = page.polygons.get("interval-arrow", [])
    tips = [(float(p[:, 0].mean()), "high" if p[:, 1].max() > top - 1e-6 else "low") for p in arrows]
    lines = page.lines.get("interval", [])
    for entry, (x, _) in zip(entries, centres, strict=True):
        own = [line for line in lines if abs(line[0, 0] - x) < 1e-6]
        if math.isnan(entry.ci_low):
            assert own == []
            continue
        low, high = start + slope * _even([entry.ci_low, entry.ci_high], page.data.ratio)
        here = {side for at, side in tips if abs(at - x) < 1e-6}
        (line,) = own
        ends = sorted(line[:, 1])
        assert bottom - 1e-6 <= ends[0] <= ends[1] <= top + 1e-6
        for side, end, is_cut, at in (
            ("low", low, low < bottom - 0.02, ends[0]),
            ("high", high, high > top + 0.02, ends[1]),
        ):
            if is_cut:
                assert side in here
            elif bottom + 0.02 < end < top - 0.02:
                assert side not in here
                assert at == pytest.approx(end, abs=0.05)


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_marks_stand_under_the_columns_that_have_them(seed: int, width: float) -> None:
    page = drawn(seed, width)
    entries = _shown(page)
    if not entries:
        return
    centres = [x for x, _ in _columns(page)]
    rows = sorted({round(float(line[0, 1]), 3) for line in page.lines["row"]}, reverse=True)
    levels = [(place, level) for place, group in enumerate(page.data.groups) for level in range(len(group.levels))]
    assert len(rows) == len(levels)
    marks = [(p[:, 0].min(), p[:, 0].max(), (p[:, 1].min() + p[:, 1].max()) / 2) for p in page.polygons["mark"]]
    for y, (place, level) in zip(rows, levels, strict=True):
        own = [(left, right) for left, right, at in marks if abs(at - y) < 0.01]
        found = [any(left - 1e-6 <= x <= right + 1e-6 for left, right in own) for x in centres]
        assert found == [level in entry.marks[place] for entry in entries]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_primary_one_is_marked_once_also_among_those_left_out(width: float) -> None:
    for seed in range(SETS):
        page = drawn(seed, width)
        known = any(entry.primary for entry in page.data.specifications)
        assert len(page.polygons.get("primary", [])) == known
        assert len(page.lines.get("primary-trace", [])) == known
        said = " ".join(text for role, text, *_ in page.texts if role == "note")
        assert ("The primary analysis gives no estimate." in said) is not known


def test_the_same_data_give_the_same_bytes_in_any_order() -> None:
    for seed in (2, 9, 16):
        data = generated(seed)
        turned = replace(data, specifications=tuple(reversed(data.specifications)))
        first, second = (figure_bytes(specification_curve(one), "svg") for one in (data, turned))
        assert first == second
        assert b"<title>" in first


def test_rounding_does_not_change_the_order() -> None:
    near = [
        Specification(estimate=0.3, ci_low=0.2, ci_high=0.4),
        Specification(estimate=0.1 + 0.2, ci_low=0.1, ci_high=0.5),
    ]
    orders = [SpecificationData(specifications=tuple(one)).ordered for one in (near, near[::-1])]
    assert [entry.ci_low for entry in orders[0]] == [entry.ci_low for entry in orders[1]] == [0.1, 0.2]


def test_nothing_to_draw_is_said(tmp_path) -> None:
    data = SpecificationData(specifications=(), title="A question", message="None of 14 specifications can be pooled.")
    figure = specification_curve(data, width_mm=84)
    assert [text.get_text() for text in figure.texts] == ["A question", "None of 14 specifications can be pooled."]
    assert figure.description == "A question. None of 14 specifications can be pooled."
    for suffix in ("svg", "pdf", "png"):
        assert save_figure(figure, tmp_path / f"curve.{suffix}", dpi=72).stat().st_size > 500


def test_the_words_tell_what_the_picture_shows() -> None:
    groups = (ChoiceGroup(title="estimator", levels=("REML", "EE")),)
    points = (
        Specification(estimate=2.0, ci_low=1.2, ci_high=3.3, marks=((0,),), excludes=True, primary=True),
        Specification(estimate=1.5, ci_low=0.9, ci_high=2.5, marks=((1,),)),
        Specification(estimate=1.7, ci_low=math.nan, ci_high=math.nan, marks=((0, 1),)),
    )
    data = SpecificationData(specifications=points, groups=groups, measure="Risk ratio", ratio=True, null=1.0)
    assert specification_curve(data).description == (
        "Specification curve: risk ratio, 3 specifications. 3 estimates, from 1.50 to 2.00. 1 of 3 95% intervals "
        "exclude the null. The primary analysis gives 2.00 (1.20 to 3.30). "
        "By estimator: REML 1.70 to 2.00; EE 1.50 to 1.70."
    )


def test_a_real_multiverse_is_drawn() -> None:
    import evidence as ev

    found = ev.load(__file__).multiverse("addon-minoxidil-response")
    figure = found.plot()
    texts = " ".join(text.get_text() for text in figure.texts)
    assert len([patch for patch in figure.patches if patch.get_gid() == "estimate"]) == len(found.distinct)
    for expected in ("Estimator of τ²", "REML", "2 trials, 134 people", "Hartung–Knapp", "specifications come to 7"):
        assert expected in texts
    assert re.search(r"from 2\.14 to 8\.93", figure.description)
    assert figure_bytes(figure, "svg") == figure_bytes(found.plot(), "svg")


def test_sizes_fall_into_ranges_where_there_are_many() -> None:
    import pandas as pd

    from evidence.plot.specification.from_multiverse import _sizes

    few = pd.DataFrame({"trials": [2, 3, 2], "n": [50, 80, 50]})
    assert _sizes(few)[0].levels == ("2 trials, 50 people", "3 trials, 80 people")
    some = pd.DataFrame({"trials": [2, 3] * 6, "n": range(100, 112)})
    assert _sizes(some)[0].levels == ("2 trials", "3 trials")
    many = pd.DataFrame({"trials": range(2, 22), "n": range(100, 120)})
    group, marks = _sizes(many)
    assert group.levels[0] == "100 to 102 people"
    assert len(group.levels) <= 8
    assert [mark[0] for mark in marks] == sorted(mark[0] for mark in marks)
