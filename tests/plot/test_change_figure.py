"""The change plot: both effects where they belong, arrows where cut, and what changed in a real comparison of bases."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from drawn_figures import NAMES, assert_laid_out, drawn
from pictures import assert_picture

import evidence as ev
from evidence.errors import InputError
from evidence.living import compare_bases
from evidence.plot import ChangeData, ChangePanel, ChangePoint, ChangeRow
from evidence.plot.page.save import figure_bytes
from evidence.plot.review_plots.change import change_plot
from evidence.report.figures import change_data


def point(rng, kind: str) -> ChangePoint:
    value, half = rng.normal(0.3, 0.8), rng.lognormal(-0.5, 0.8) * (60 if rng.random() < 0.07 else 1)
    low, high = value - half, value + rng.uniform(0.7, 1.3) * half
    if kind == "ratio":
        value, low, high = (math.exp(min(max(one, -300), 300)) for one in (value, low, high))
    if kind == "proportion":
        value, low, high = (1 / (1 + math.exp(-one)) for one in (value - 2, low - 2, high - 2))
    if kind == "large":
        value, low, high = 1e7 * value, 1e7 * low, 1e7 * high
    return ChangePoint(estimate=value, ci_low=low, ci_high=high, trials=int(rng.integers(1, 12)))


def made_up(seed: int) -> ChangeData:
    """Return changes; consecutive seeds go through sizes and scales."""
    rng = np.random.default_rng(seed)
    panels = []
    for kind in (("ratio",), ("difference", "ratio"), ("proportion", "difference"), ("large",))[seed % 4]:
        rows = []
        for number in range((1, 3, 9)[seed % 3]):
            which = int(rng.integers(4))
            rows.append(
                ChangeRow(
                    label=f"{NAMES[int(rng.integers(len(NAMES)))]} {number}",
                    before=None if which == 0 else point(rng, kind),
                    after=None if which == 1 else point(rng, kind),
                    moved=tuple(rng.permutation(("direction", "interval", "size"))[: which // 2]),
                )
            )
        panels.append(
            ChangePanel(
                measure={"ratio": "Risk ratio", "proportion": "Proportion"}.get(kind, "Mean difference"),
                unit={"difference": "hairs/cm²", "proportion": "%"}.get(kind, ""),
                ratio=kind == "ratio",
                null={"ratio": 1.0, "proportion": None}.get(kind, 0.0),
                factor=100.0 if kind == "proportion" else 1.0,
                digits=1 if kind == "proportion" else 2,
                rows=tuple(rows),
            )
        )
    return ChangeData(panels=tuple(panels), before="v1.2.0", after="the working tree", notes=("A note. " * 9,))


@pytest.mark.parametrize("width", [84, 120, 174])
@pytest.mark.parametrize("seed", range(12))
def test_layout_of_change_plots(seed: int, width: float) -> None:
    data = made_up(seed)
    try:
        page = assert_laid_out(change_plot(data, width_mm=width), width)
    except InputError as error:
        # Numbers of a size that leave no room on a narrow page: the message says which page has room.
        assert seed % 4 in (0, 3)
        least = int(str(error).split()[-1])
        assert width < least < 174
        page = assert_laid_out(change_plot(data, width_mm=least), least)
    befores = sum(row.before is not None for row in data.rows)
    afters = sum(row.after is not None for row in data.rows)
    assert (len(page.shapes.get("before", [])), len(page.shapes.get("after", []))) == (befores, afters)
    both = sum(row.before is not None and row.after is not None for row in data.rows)
    assert len(page.lines.get("dumbbell", [])) == both
    assert len(page.shapes.get("moved", [])) == sum(bool(row.moved) for row in data.rows)


def test_effects_lie_on_an_even_scale_and_cut_intervals_end_in_arrows() -> None:
    points = [
        ChangePoint(estimate=0.5, ci_low=0.3, ci_high=0.9, trials=4),
        ChangePoint(estimate=1.2, ci_low=0.8, ci_high=1.8, trials=3),
        ChangePoint(estimate=2.5, ci_low=1.5, ci_high=4.0, trials=1),
        ChangePoint(estimate=1.0, ci_low=1e-9, ci_high=math.inf, trials=2),
    ]
    rows = (
        ChangeRow(label="A", before=points[0], after=points[1]),
        ChangeRow(label="B", before=points[2], after=points[3]),
    )
    data = ChangeData(
        panels=(ChangePanel(measure="Risk ratio", ratio=True, null=1.0, rows=rows),), before="v1", after="v2"
    )
    page = drawn(change_plot(data))
    at = [*page.middles("before")[:, 0], *page.middles("after")[:, 0]]
    logs = [math.log(one.estimate) for one in (points[0], points[2], points[1], points[3])]
    slope, start = np.polyfit(logs, at, 1)
    np.testing.assert_allclose(start + slope * np.array(logs), at, atol=0.01)
    assert page.lines["null"][0][0, 0] == pytest.approx(start, abs=0.01)
    left, right = page.lines["axis"][0][:, 0]
    spans = [line[:, 0] for line in page.lines["interval"]]
    for one, (low, high) in zip(points[:3], spans, strict=False):
        assert low == pytest.approx(start + slope * math.log(one.ci_low), abs=0.01)
        assert high == pytest.approx(start + slope * math.log(one.ci_high), abs=0.01)
    tips = sorted(shape[0, 0] for shape in page.shapes["interval-arrow"])
    np.testing.assert_allclose(tips, [left, right], atol=1e-6)
    # A single trial is a square: four corners, and the closing one.
    assert sorted(len(shape) for shape in page.shapes["before"]) == [5, 29]
    assert "Squares: a single trial, which is no synthesis." in page.words("note")


def test_effects_that_would_read_alike_get_more_decimals() -> None:
    one = ChangePoint(estimate=1.2, ci_low=0.6, ci_high=2.4, trials=3)
    two = replace(one, estimate=1.2004)
    panel = ChangePanel(measure="Risk ratio", ratio=True, rows=(ChangeRow(label="A", before=one, after=two),))
    assert panel.texts(panel.rows[0]) == ("1.2000 (0.6000 to 2.4000)", "1.2004 (0.6000 to 2.4000)")
    same = ChangeRow(label="A", before=one, after=one)
    assert panel.texts(same) == ("1.20 (0.60 to 2.40)",) * 2
    assert panel.texts(panel.rows[0], "ama") == ("1.2000 (0.6000-2.4000)", "1.2004 (0.6000-2.4000)")
    part = ChangePoint(estimate=0.125, ci_low=0.05, ci_high=0.2, trials=2)
    panel = ChangePanel(measure="Proportion", factor=100.0, digits=1, rows=(ChangeRow(label="A", after=part),))
    assert panel.texts(panel.rows[0]) == ("", "12.5% (5.0% to 20.0%)")


def test_faults_of_the_data_are_named() -> None:
    def made(row: ChangeRow, **panel) -> ChangeData:
        return ChangeData(panels=(ChangePanel(measure="M", rows=(row,), **panel),), before="v1", after="v2")

    with pytest.raises(InputError, match="A: has neither an effect before nor one after"):
        made(ChangeRow(label="A"))
    bad = ChangePoint(estimate=0.0, ci_low=-1, ci_high=1, trials=2)
    with pytest.raises(InputError, match="is not above 0"):
        made(ChangeRow(label="A", after=bad), ratio=True)
    with pytest.raises(InputError, match="does not hold 3"):
        made(ChangeRow(label="A", after=replace(bad, estimate=3.0)))
    with pytest.raises(InputError, match="not a finite number"):
        made(ChangeRow(label="A", after=replace(bad, estimate=math.nan)))


def test_nothing_to_show_is_said() -> None:
    base = ev.load(__file__)
    data = change_data(compare_bases(base, base))
    assert data.rows == ()
    figure = change_plot(data, width_mm=84)
    assert next(text.get_text() for text in figure.texts) == "No answer changed."
    assert figure.description.endswith("no effect. No answer changed.")


def test_the_words_tell_before_and_after() -> None:
    row = ChangeRow(
        label="Pain",
        before=ChangePoint(estimate=1.2, ci_low=0.8, ci_high=1.8, trials=3),
        after=ChangePoint(estimate=1.4, ci_low=1.1, ci_high=1.8, trials=5),
        moved=("interval",),
    )
    new = ChangeRow(label="Harm", after=ChangePoint(estimate=0.5, ci_low=0.2, ci_high=1.3, trials=1))
    data = ChangeData(
        panels=(ChangePanel(measure="Risk ratio", ratio=True, null=1.0, rows=(row, new)),), before="v1", after="v2"
    )
    assert change_plot(data).description == (
        "What changed between v1 and v2: 2 effects. Pain, Risk ratio: before 1.20 (0.80 to 1.80) from 3 trials, after "
        "1.40 (1.10 to 1.80) from 5 trials; conclusion moved: interval. Harm, Risk ratio: before none, after 0.50 "
        "(0.20 to 1.30) from 1 trial; new. Open: v1; filled: v2; lines: 95% confidence intervals. Squares: a single "
        "trial, which is no synthesis. Triangles: the conclusion moved."
    )


@cache
def bases_and_diff():
    """Return the shipped base with one event less, the base as it is, and what changed between them."""
    after = ev.load(__file__)
    table = after["outcomes"]
    first = after.answer("addon-minoxidil-response").shown.contrasts[0]
    place = table.index[table["row_id"] == first.rows[0]][0]
    table.loc[place, "events"] = table.loc[place, "events"] - 1
    from evidence.curate import make_index

    tables = {**after.tables, "outcomes": table}
    before = replace(after, tables=tables, index=make_index(tables))
    return before, after, compare_bases(before, after)


def test_intervals_are_called_by_their_own_level() -> None:
    _, _, diff = bases_and_diff()
    assert change_data(diff).level == 0.95
    one = next(change for change in diff.syntheses if change.synthesis == "addon-minoxidil-response")
    assert one.before is not None
    assert one.after is not None
    at_90 = replace(one, before=replace(one.before, level=0.9), after=replace(one.after, level=0.9))
    assert "lines: 90% confidence intervals" in change_plot(change_data(replace(diff, syntheses=(at_90,)))).description
    # Two levels in one figure, or one that result files do not tell, are not called by a number.
    for level in (0.95, None):
        mixed = replace(at_90, after=replace(one.after, level=level))
        told = change_plot(change_data(replace(diff, syntheses=(mixed,)))).description
        assert "lines: confidence intervals" in told


def test_a_real_comparison_shows_the_effects_of_both_bases() -> None:
    before, after, diff = bases_and_diff()
    data = change_data(diff)
    label = after.protocol.synthesis("addon-minoxidil-response").label
    row = next(row for row in data.rows if row.label == label)
    for state, base in ((row.before, before), (row.after, after)):
        result = base.answer("addon-minoxidil-response").shown
        assert state is not None
        assert (state.estimate, state.ci_low, state.ci_high) == pytest.approx(
            result.display(result.estimate, *result.ci)
        )
        assert state.trials == result.trials
    panel = next(panel for panel in data.panels if row in panel.rows)
    assert (panel.ratio, panel.null, panel.measure) == (True, 1.0, "Risk ratio")
    numeric = sum(
        any(effect is not None and math.isfinite(effect.estimate) for effect in (change.before, change.after))
        for change in diff.syntheses
    )
    assert len(data.rows) == numeric
    assert_laid_out(change_plot(data), 174)
    assert_laid_out(change_plot(data, width_mm=84), 84)


def test_the_same_data_give_the_same_bytes() -> None:
    assert figure_bytes(change_plot(made_up(5)), "svg") == figure_bytes(change_plot(made_up(5)), "svg")


def test_pictures_of_change_plots() -> None:
    rng = np.random.default_rng(4)
    rows = tuple(
        ChangeRow(
            label=f"Question {number} of the review",
            before=None if number == 2 else point(rng, "ratio"),
            after=None if number == 3 else point(rng, "ratio"),
            moved=("direction",) if number == 1 else (),
        )
        for number in range(4)
    )
    data = ChangeData(
        panels=(ChangePanel(measure="Risk ratio", ratio=True, null=1.0, rows=rows),), before="v1", after="v2"
    )
    assert_picture(change_plot(data, width_mm=120), "change-wide")
    assert_picture(change_plot(data, width_mm=84), "change-narrow")
