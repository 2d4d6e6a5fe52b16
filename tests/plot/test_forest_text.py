"""What a forest plot says, word for word."""

from __future__ import annotations

import math
import re

import pytest

from evidence.plot import ForestData, ForestRow, ForestSummary, alt_text, forest
from evidence.plot.forest_plot.heterogeneity import heterogeneity_line
from evidence.plot.forest_plot.table import table_rows
from evidence.plot.forest_plot.text import at_point, effect_text


def texts(data: ForestData, role: str, width: float = 174) -> list[str]:
    return [text.get_text() for text in forest(data, width_mm=width).texts if text.get_gid() == role]


def differences(*values: tuple[float, float, float], **options) -> ForestData:
    rows = tuple(ForestRow(label=f"Study {i}", estimate=e, ci_low=a, ci_high=b) for i, (e, a, b) in enumerate(values))
    return ForestData(**{"rows": rows, "measure": "Mean difference", "ratio": False, "null": 0.0, **options})


def subgrouped() -> ForestData:
    def study(label: str, group: str, **values) -> ForestRow:
        return ForestRow(label=label, subgroup=group, **values)

    rows = (
        study("Bao 2020", "Men", estimate=12.0, ci_low=8.0, ci_high=16.0, weight=40.0, n1=20, n2=21),
        study("Kumar 2018", "Women", estimate=-4.0, ci_low=-9.5, ci_high=1.5, weight=35.0, n1=30, n2=31, mark="†"),
        study("Yu 2020", "Men", estimate=9.0, ci_low=1.0, ci_high=17.0, weight=25.0, n1=1200, n2=11),
        study("Lu 2016", "Women", reason="no SD reported", n1=15, n2=15),
    )
    men = ForestSummary(label="Subtotal", estimate=11.0, ci_low=7.4, ci_high=14.6, filled=False, subgroup="Men")
    total = ForestSummary(
        label="Total",
        estimate=6.0,
        ci_low=-4.0,
        ci_high=16.0,
        pi_low=-20.0,
        pi_high=32.0,
        weight=100.0,
        n1=1250,
        n2=63,
        heterogeneity="Heterogeneity: I² = 72%, p < 0.001",
    )
    return ForestData(
        rows=rows,
        subtotals=(men,),
        overall=total,
        measure="Mean difference",
        unit="hairs/cm²",
        ratio=False,
        null=0.0,
        columns=("Needling\nn", "Control\nn"),
        notes=("† Converted from hairs per square inch.",),
        subgroup_difference="Test for subgroup differences: p = 0.01",
    )


def test_rows_stand_under_their_subgroup_and_summaries_under_their_rows() -> None:
    found = [(row.kind, row.label) for row in table_rows(subgrouped())]
    assert found == [
        ("heading", "Men"),
        ("study", "Bao 2020"),
        ("study", "Yu 2020"),
        ("subtotal", "Subtotal"),
        ("heading", "Women"),
        ("study", "Kumar 2018\u00a0†"),
        ("study", "Lu 2016"),
        ("total", "Total"),
        ("prediction", "95% prediction interval"),
    ]


def test_numbers_have_true_minus_signs_and_the_word_to() -> None:
    data = subgrouped()
    assert texts(data, "effect")[-5:] == ["6.00", "(−4.00 to", "16.00)", "(−20.00 to", "32.00)"]
    assert texts(data, "weight") == ["40.0", "25.0", "35.0", "100.0"]
    assert texts(data, "cell") == ["20", "21", "1200", "11", "30", "31", "15", "15", "1250", "63"]
    everything = "".join(text.get_text() for text in forest(data).texts)
    assert "-" not in everything


def test_numbers_are_aligned_on_the_decimal_point() -> None:
    figure = forest(subgrouped())
    figure.set_dpi(300)
    renderer = figure.canvas.get_renderer()
    points: dict[str, list[float]] = {}
    for text in figure.texts:
        if text.get_gid() not in {"effect", "weight"}:
            continue
        words = text.get_text()
        kind = "low" if words.startswith("(") else "high" if words.endswith(")") else text.get_gid()
        box = text.get_window_extent(renderer)
        text.set_text(at_point(words)[0])
        head = text.get_window_extent(renderer).width
        points.setdefault(kind, []).append((box.x0 + head) * 72 / 300)
    assert sorted(points) == ["effect", "high", "low", "weight"]
    for kind, found in points.items():
        assert max(found) - min(found) < 0.35, kind


def test_reasons_marks_notes_and_lines_under_the_table_are_shown() -> None:
    data = subgrouped()
    assert texts(data, "reason") == ["no SD reported"]
    assert texts(data, "subgroup") == ["Men", "Women"]
    assert texts(data, "note") == ["† Converted from hairs per square inch."]
    assert texts(data, "heterogeneity") == [
        "Heterogeneity: I²\u00a0=\u00a072%, p\u00a0<\u00a00.001",
        "Test for subgroup differences: p\u00a0=\u00a00.01",
    ]


def test_narrow_figures_say_the_same_in_fewer_columns() -> None:
    cells = ("20 vs 21", "1200 vs 11", "30 vs 31", "15 vs 15", "1250 vs 63")
    assert "Study Needling vs Control (n)" in " ".join(texts(subgrouped(), "heading", 84))
    assert texts(subgrouped(), "detail", 84) == list(cells)
    assert texts(subgrouped(), "weight", 84) == []
    assert texts(subgrouped(), "effect", 84) == texts(subgrouped(), "effect", 174)


def test_one_study_has_no_total_and_no_weight() -> None:
    figure = forest(differences((0.62, -0.03, 1.27)))
    roles = {patch.get_gid() for patch in figure.patches}
    assert "unweighted" in roles
    assert "diamond" not in roles
    assert {text.get_gid() for text in figure.texts}.isdisjoint({"weight"})
    assert {line.get_gid() for line in figure.lines}.isdisjoint({"pooled", "prediction"})


def test_no_estimates_at_all_leave_a_table_of_reasons() -> None:
    rows = tuple(ForestRow(label=f"Study {i}", reason="no SD reported") for i in range(3))
    data = ForestData(rows=rows, measure="Mean difference", unit="µm", ratio=False, null=0.0, left_label="Favours x")
    assert texts(data, "heading") == ["Study", "Why there is no estimate"]
    assert texts(data, "heterogeneity") == [
        "No study gives an estimate of the mean difference in µm, so nothing was pooled."
    ]
    assert texts(data, "tick-label") == texts(data, "favours") == []


def test_open_and_filled_diamonds_and_squares() -> None:
    figure = forest(subgrouped())
    colors = {patch.get_gid(): mpl_hex(patch.get_facecolor()) for patch in figure.patches}
    assert colors["diamond"] == colors["square"]
    assert colors["diamond-inside"] == "#ffffff"
    inside = [patch for patch in figure.patches if patch.get_gid() == "diamond-inside"]
    assert len(inside) == 1
    red = [line.get_color() for line in figure.lines if line.get_gid() == "prediction"]
    assert len(red) == 1
    assert red[0] != colors["square"]


def mpl_hex(color) -> str:
    from matplotlib.colors import to_hex

    return to_hex(color)


def test_null_line_is_solid_and_the_line_of_the_total_dashed() -> None:
    styles = {line.get_gid(): line.get_linestyle() for line in forest(subgrouped()).lines}
    assert styles["null"] == "-"
    assert styles["pooled"] == "--"


@pytest.mark.parametrize(
    ("value", "digits", "ratio", "expected"),
    [
        (1.005, 1, False, "1.0"),
        (-2.346, 2, False, "−2.35"),
        (-0.001, 2, False, "0.00"),
        (0.004, 2, True, "<0.01"),
        (0.0, 2, True, "<0.01"),
        (0.0101, 2, True, "0.01"),
        (999_999.4, 0, False, "999\u202f999"),
        (-1_234_567.0, 2, False, "−1.23×10⁶"),
        (9.999e9, 2, True, ">1000"),
        (math.inf, 2, True, ">1000"),
    ],
)
def test_effects_as_text(value: float, digits: int, ratio: bool, expected: str) -> None:
    assert effect_text(value, digits, ratio=ratio) == expected


def test_decimals_follow_narrow_intervals_and_can_be_asked_for() -> None:
    narrow = ((0.0123, 0.0101, 0.0143), (0.0098, 0.0081, 0.0115))
    assert texts(differences(*narrow), "effect")[:3] == ["0.0123", "(0.0101 to", "0.0143)"]
    assert texts(differences(*narrow, digits=3), "effect")[:3] == ["0.012", "(0.010 to", "0.014)"]
    assert texts(differences((24.0, 18.0, 30.0)), "effect") == ["24.00", "(18.00 to", "30.00)"]


def test_alternative_text_holds_every_number_of_the_figure() -> None:
    assert alt_text(subgrouped()) == (
        "Forest plot of 4 studies: mean difference in hairs/cm² with 95% confidence interval. "
        "Subgroup Men. Bao 2020: 12.00 (8.00 to 16.00). Yu 2020: 9.00 (1.00 to 17.00). "
        "Subtotal: 11.00 (7.40 to 14.60). "
        "Subgroup Women. Kumar 2018†: −4.00 (−9.50 to 1.50). Lu 2016: no estimate, no SD reported. "
        "Total: 6.00 (−4.00 to 16.00), prediction interval −20.00 to 32.00. Heterogeneity: I² = 72%, p < 0.001. "
        "Test for subgroup differences: p = 0.01."
    )


def test_text_columns_without_an_entry_are_left_out() -> None:
    data = differences((1.0, 0.5, 1.5), columns=("Needling\nn", "Control\nn"))
    assert texts(data, "heading") == ["Study", "Mean difference", "(95% CI)"]


def test_no_studies_at_all_still_make_a_figure() -> None:
    data = ForestData(rows=(), measure="Risk ratio", ratio=True, null=1.0, title="Sham against nothing")
    assert texts(data, "heterogeneity") == ["No trial makes this comparison."]
    assert texts(data, "heading") == [], "there is nothing to head"
    assert alt_text(data) == (
        "Forest plot of 0 studies: risk ratio with 95% confidence interval. No trial makes this comparison. "
        "No pooled estimate."
    )


def test_intervals_of_no_events_are_not_clipped_for_beginning_at_their_estimate() -> None:
    values = ((0.0, 0.0, 8.8), (0.0, 0.0, 1.2), (0.0, 0.0, 16.8), (0.0, 0.0, 6.0))
    figure = forest(differences(*values, null=None, measure="Proportion"))
    assert "interval-arrow" not in {patch.get_gid() for patch in figure.patches}


def test_names_of_people_keep_their_capital() -> None:
    rows = (ForestRow(label="Ada 2020", reason="no SD reported"),)
    data = ForestData(rows=rows, measure="Hedges' g", ratio=False, null=0.0)
    assert alt_text(data).startswith("Forest plot of 1 study: Hedges' g with")
    assert texts(data, "heterogeneity") == ["No study gives an estimate of the Hedges' g, so nothing was pooled."]


def test_a_row_counts_for_the_studies_behind_it() -> None:
    rows = (
        ForestRow(label="Ada 2020 (A vs B)", reason="no SD", stands_for=1),
        ForestRow(label="Ada 2020 (C vs D)", reason="no SD", stands_for=0),
        ForestRow(label="75 trials", reason="no count", stands_for=75),
    )
    data = ForestData(rows=rows, measure="Risk ratio", ratio=True, null=1.0)
    assert alt_text(data).startswith("Forest plot of 76 studies:")


def test_a_huge_variance_is_not_spelt_out() -> None:
    from evidence.pool import pool

    line = heterogeneity_line(pool([0.0, 4e9, -3e9], [1.0, 1.0, 1.0]))
    assert re.search(r"τ² = \d\.\d\d × 10¹⁹", line)
    assert max(len(word) for word in re.findall(r"[\d\u202f.]+", line)) <= 7
    line = heterogeneity_line(pool([0.0, 140.25, -33.5], [1.0, 1.0, 1.0]))
    assert re.search(r"τ² = \d{4} \(", line), "no decimals of a variance above 1000"
