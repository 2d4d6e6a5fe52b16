"""The five presets of the forest plot: which column stands where, what is written in whose words, in which ink."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from forest_example import DOMAINS, FACTS, HOUSE_LINE, events, means
from forest_sets import measured
from matplotlib.colors import to_hex

from evidence.errors import OptionError
from evidence.plot import ForestData, ForestRow, ForestSummary, forest
from evidence.plot.forest_plot.data import ArmCell, ForestFacts

WIDE = {"width_mm": 174}


def texts(data: ForestData, preset: str, role: str, width: float = 174, **how) -> list[str]:
    figure = forest(data, preset=preset, width_mm=width, **how)
    return [text.get_text().replace("\u00a0", " ") for text in figure.texts if text.get_gid() == role]


def joined(data: ForestData, preset: str, role: str, width: float = 174, **how) -> str:
    return " ".join(texts(data, preset, role, width, **how))


def order(data: ForestData, preset: str, **how) -> list[str]:
    """Return the columns from left to right, as the row of the first study has them."""
    page = measured(data, preset=preset, **WIDE, **how)
    top = max(box[3] for role, _, box, _ in page.texts if role == "label")
    line = [(box[0], role) for role, _, box, _ in page.texts if abs(box[3] - top) < 4 and role != "subgroup"]
    squares = sorted(page.polygons["square"], key=lambda points: -points[:, 1].max())
    line.append((squares[0][:, 0].min(), "plot"))
    discs = [p for role, group in page.polygons.items() if role == "bias-low" for p in group]
    line += [(points[:, 0].min(), "bias") for points in discs if abs(points[:, 1].max() - top) < 4]
    roles = [role for _, role in sorted(line)]
    return [role for place, role in enumerate(roles) if not place or role != roles[place - 1]]


@pytest.mark.parametrize(
    ("preset", "columns"),
    [
        ("house", ["label", "cell", "plot", "weight", "effect"]),
        ("revman5", ["label", "cell", "weight", "effect", "plot"]),
        ("jama", ["label", "effect", "plot"]),
        ("bmj", ["label", "cell", "plot", "weight", "effect"]),
        ("cochrane", ["label", "cell", "weight", "effect", "plot", "bias"]),
    ],
)
def test_columns_stand_in_the_order_of_the_journal(preset: str, columns: list[str]) -> None:
    data = replace(events(), columns=("Treatment\nn", "Control\nn"))
    rows = tuple(replace(row, n1=40, n2=41) for row in data.rows)
    assert order(replace(data, rows=rows), preset) == columns


@pytest.mark.parametrize(
    ("preset", "first_row"),
    [
        ("revman5", ["24.1", "9.00", "40", "20.1", "8.50", "41"]),
        ("cochrane", ["24.1", "9.00", "40", "20.1", "8.50", "41"]),
        ("bmj", ["24.1", "(9.00)", "/ 40", "20.1", "(8.50)", "/ 41"]),
        ("jama", []),
    ],
)
def test_what_each_group_was(preset: str, first_row: list[str]) -> None:
    cells = texts(means(), preset, "cell")
    assert cells[:6] == first_row
    assert cells[-2:] == (["257", "251"] if first_row else [])


def test_events_and_their_totals() -> None:
    assert texts(events(), "revman5", "cell")[:4] == ["12", "40", "6", "41"]
    assert texts(events(), "revman5", "cell")[-4:] == ["257", "251", "92", "47"]
    labels = texts(events(), "revman5", "label")
    assert labels[-3:] == ["Total (95% CI)", "Total events", "95% prediction interval"]
    assert texts(events(), "bmj", "cell")[:4] == ["12/", "40", "6/", "41"]
    assert texts(events(), "bmj", "cell")[-4:] == ["92/", "257", "47/", "251"]
    assert "92/257 vs 47/251" in texts(events(), "revman5", "detail", 84)


def test_sds_have_no_more_decimals_than_were_reported() -> None:
    arms = (ArmCell(mean=12.0, sd=9.0, n=20), ArmCell(mean=10.0, sd=8.0, n=20.5))
    row = ForestRow(label="Ada 2020", estimate=2.0, ci_low=-1.0, ci_high=5.0, arms=arms)
    data = ForestData(rows=(row,), measure="Mean difference", ratio=False, null=0.0)
    assert texts(data, "revman5", "cell") == ["12", "9", "20", "10", "8", "20.5"]
    tiny = tuple(replace(arm, mean=3.2e-9, sd=1.5e-9) for arm in arms)
    data = replace(data, rows=(replace(row, arms=tiny),))
    assert texts(data, "revman5", "cell")[:2] == ["3.20×10⁻⁹", "1.50×10⁻⁹"]


@pytest.mark.parametrize(
    ("preset", "headings"),
    [
        ("revman5", ["Study or subgroup", "Treatment", "Control", "Mean", "SD", "Total", "Weight"]),
        ("jama", ["Source", "Mean difference, points", "(95% CI)"]),
        ("bmj", ["Study or subgroup", "Treatment", "mean (SD) / total", "Weight", "(%)", "(95% CI)"]),
        ("cochrane", ["Mean difference", "IV, Random, 95% CI", "Risk of bias", "A", "B", "C", "All"]),
        ("house", ["Study", "Treatment vs Control (mean (SD),", "n)", "Weight", "(%)", "(95% CI)"]),
    ],
)
def test_headings(preset: str, headings: list[str]) -> None:
    found = texts(means(), preset, "heading")
    missing = [heading for heading in headings if heading not in found]
    assert missing == [] or preset == "cochrane"
    if preset == "cochrane":
        assert set(missing) <= {"Risk of bias"}, "the judgements may stand under the names"
    assert ("Weight" in found) == (preset != "jama")


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("house", ["4.00", "(0.19 to", "7.81)"]),
        ("revman5", ["4.00", "[0.19,", "7.81]"]),
        ("jama", ["4.00", "(0.19 to", "7.81)"]),
        ("bmj", ["4.00", "(0.19 to", "7.81)"]),
        ("cochrane", ["4.00", "[0.19,", "7.81]"]),
    ],
)
def test_intervals_are_written_as_the_journal_does(preset: str, expected: list[str]) -> None:
    assert texts(means(), preset, "effect")[:3] == expected


def test_a_hyphen_only_where_no_limit_has_a_sign() -> None:
    assert texts(events(), "jama", "effect")[:2] == ["2.05", "(0.85-4.93)"]
    vast = replace(events().rows[0], ci_high=1e6)
    data = replace(events(), rows=(vast, *events().rows[1:]))
    assert texts(data, "jama", "effect")[:6] == ["2.05", "(0.85 to", ">1000)", "1.79", "(1.14 to", "2.81)"]


@pytest.mark.parametrize(
    ("preset", "lines"),
    [
        (
            "house",
            [
                HOUSE_LINE,
                "Adults: Heterogeneity: Q = 2.00, df = 1, p = 0.157.",
                "Test for subgroup differences: Q = 1.21, df = 1, p = 0.272.",
            ],
        ),
        (
            "revman5",
            [
                "Heterogeneity: τ² = 0.041; χ² = 10.51, df = 4 (P = 0.033); I² = 62%",
                "Test for overall effect: t = 3.87, df = 4 (P = 0.018)",
                "Test for subgroup differences: χ² = 1.21, df = 1 (P = 0.271), I² = 17%",
            ],
        ),
        (
            "jama",
            [
                "Heterogeneity: χ²₄ = 10.51 (P = .03); I² = 62%",
                "Test for subgroup differences: χ²₁ = 1.21 (P = .27)",
            ],
        ),
        (
            "bmj",
            [
                "Test for heterogeneity: τ²=0.041, χ²=10.51, df=4, P=0.03, I²=62%",
                "Test for overall effect: t=3.87, df=4, P=0.02",
                "Test for subgroup differences: χ²=1.21, df=1, P=0.27, I²=17%",
            ],
        ),
        (
            "cochrane",
            [
                "Heterogeneity: τ² (REMLᵇ, 95% CI) = 0.041 [0.001, 0.610]; χ² = 10.51, df = 4 (P = 0.033); I² = 62%",
                "Test for overall effect: t = 3.87, df = 4 (P = 0.018)",
                "Test for subgroup differences: χ² = 1.21, df = 1 (P = 0.271), I² = 17%",
            ],
        ),
    ],
)
def test_what_stands_under_the_table(preset: str, lines: list[str]) -> None:
    assert joined(means(), preset, "heterogeneity") == " ".join(lines)


def test_subgroups_have_their_own_lines() -> None:
    found = joined(means(), "revman5", "detail")
    assert "χ² = 2.00, df = 1 (P = 0.157); I² = 50%" in found
    assert "Test for overall effect: Z = 2.58 (P = 0.010)" in found
    assert "Heterogeneity: χ²₁ = 2.00 (P = .16); I² = 50%" in joined(means(), "jama", "detail")
    narrow = joined(means(), "bmj", "heterogeneity", 84)
    assert "Adults: Test for heterogeneity: τ²=0.00, χ²=2.00, df=1, P=0.16, I²=50%. Test for overall" in narrow


def test_small_p_values_in_each_style() -> None:
    total = replace(means().overall, facts=replace(FACTS, p=0.00004, statistic_p=0.0412))
    data = replace(means(), overall=total)
    assert "(P < .001)" in joined(data, "jama", "heterogeneity")
    assert "P<0.001" in joined(data, "bmj", "heterogeneity")
    assert "(P < 0.001)" in joined(data, "revman5", "heterogeneity")
    assert "(P = 0.041)" in joined(data, "revman5", "heterogeneity")
    assert "P=0.04" in joined(data, "bmj", "heterogeneity")


def test_tau2_is_no_zero_that_it_is_not() -> None:
    total = replace(means().overall, facts=replace(FACTS, tau2=0.00004, tau2_low=0.0, tau2_high=0.00061))
    data = replace(means(), overall=total)
    assert "τ² < 0.001;" in joined(data, "revman5", "heterogeneity")
    assert "= 0.000040 [0.000000, 0.000610]" in joined(data, "cochrane", "heterogeneity")


def test_cochrane_says_by_which_methods() -> None:
    notes = texts(means(), "cochrane", "note")
    assert notes[:2] == [
        "ᵃ Confidence interval: Hartung–Knapp–Sidik–Jonkman; normal interval.",
        "ᵇ τ² estimated by restricted maximum likelihood (REML), its interval by Q-profile.",
    ]
    assert "Total (95% CI)ᵃ" in texts(means(), "cochrane", "label")
    assert texts(means(), "revman5", "note") == ["† SD from the standard error."]


def test_cochrane_does_not_name_methods_that_nobody_named() -> None:
    total = replace(means().overall, facts=replace(FACTS, method=""))
    data = replace(means(), overall=total, subtotals=())
    assert texts(data, "cochrane", "note") == ["† SD from the standard error."]
    assert "Total (95% CI)" in texts(data, "cochrane", "label")
    assert "τ² (95% CI) = 0.041 [0.001, 0.610]" in joined(data, "cochrane", "heterogeneity")
    assert "95% CI" in texts(data, "cochrane", "heading")
    given = replace(FACTS, method="Random effects: τ² given, normal interval", tau2_low=None, tau2_high=None)
    data = replace(data, overall=replace(total, facts=given))
    assert "τ² (given) = 0.041; χ²" in joined(data, "cochrane", "heterogeneity")
    assert not [note for note in texts(data, "cochrane", "note") if note.startswith("ᵇ")]
    weights = replace(FACTS, method="Random effects: REML, t interval, equal weights")
    data = replace(data, overall=replace(total, facts=weights))
    assert "Random, 95% CI" in texts(data, "cochrane", "heading"), "equal weights are no inverse variances"


@pytest.mark.parametrize("preset", ["revman5", "jama", "bmj", "cochrane"])
def test_without_facts_the_line_of_the_data_stands(preset: str) -> None:
    found = joined(means(facts=False), preset, "heterogeneity")
    assert found == f"{HOUSE_LINE} Test for subgroup differences: Q = 1.21, df = 1, p = 0.272."


@pytest.mark.parametrize("preset", ["revman5", "bmj", "cochrane"])
def test_without_arms_the_columns_of_the_data_stand_or_none(preset: str) -> None:
    assert "24.1 (9.0), 40" in texts(means(arms=False), preset, "cell")
    data = means(arms=False)
    rows = tuple(replace(row, cells=()) for row in data.rows)
    bare = replace(data, columns=(), subtotals=(), rows=rows, overall=replace(data.overall, cells=()))
    assert texts(bare, preset, "cell") == []
    assert "Mean" not in texts(bare, preset, "heading")


@pytest.mark.parametrize("preset", ["house", "revman5", "jama", "bmj", "cochrane"])
def test_without_judgements_there_are_no_columns_of_them(preset: str) -> None:
    for width in (84, 174):
        figure = forest(means(bias=False), preset=preset, width_mm=width, bias=True)
        assert not [patch for patch in figure.patches if patch.get_gid().startswith("bias")]
        assert "bias" not in figure.description


def test_judgements_where_they_are_asked_for() -> None:
    assert texts(means(), "house", "bias-legend") == []
    legend = joined(means(), "house", "bias-legend", bias=True)
    assert legend.startswith("low some concerns high not assessed Risk of bias (RoB 2): D1: randomisation process;")
    assert joined(means(), "cochrane", "bias-legend").endswith("C: missing outcome data; All: overall.")
    assert texts(means(), "cochrane", "bias-legend", bias=False) == []


def test_the_description_holds_the_judgements_that_are_shown() -> None:
    description = forest(means(), preset="cochrane").description
    assert "Bao 2020†: 5.50 (3.69 to 7.31). Risk of bias: A high, B low, C low, All high." in description
    assert "Şahin 2022: 0.50 (−4.44 to 5.44). Risk of bias: not assessed." in description
    assert "Risk of bias: A low, B not assessed, C low, All low." in description
    assert "Risk of bias" not in forest(means()).description
    assert len(DOMAINS) == 4


def inks(data: ForestData, preset: str) -> dict[str, str]:
    figure = forest(data, preset=preset)
    found = {patch.get_gid(): to_hex(patch.get_facecolor()) for patch in figure.patches}
    return found | {line.get_gid(): to_hex(line.get_color()) for line in figure.lines}


def test_inks() -> None:
    assert inks(means(), "revman5")["square"] == "#2c8a3c", "green for means"
    assert inks(events(), "revman5")["square"] == "#1f45c8", "blue for events"
    assert inks(events(), "revman5")["diamond"] == "#000000"
    jama = inks(events(), "jama")
    assert (jama["square"], jama["diamond-inside"]) == ("#1c2f6b", "#a9cdee")
    bmj = inks(events(), "bmj")
    assert (bmj["square"], bmj["square-edge"], bmj["interval-inside"]) == ("#6b58a6", "#ffffff", "#ffffff")
    house = inks(events(), "house")
    assert house["prediction"] not in {house["square"], house["interval"]}


def test_what_jama_favours_stands_over_the_plot_and_the_measure_under_it() -> None:
    for preset in ("house", "revman5", "jama", "bmj", "cochrane"):
        page = measured(events(), preset=preset, **WIDE)
        rule = page.lines["header-rule"][0][0, 1]
        heights = [box[1] for role, _, box, _ in page.texts if role == "favours"]
        assert len(heights) >= 2
        assert all(height > rule for height in heights) == (preset == "jama")
    assert texts(means(), "jama", "axis-title") == ["Mean difference, points"]
    assert texts(means(), "bmj", "axis-title") == []


def test_narrow_figures_drop_weights_and_set_groups_under_names() -> None:
    for preset in ("revman5", "cochrane"):
        assert texts(means(), preset, "weight", 84) == []
        assert texts(means(), preset, "cell", 84) == []
        assert "24.1 (9.00), 40 vs 20.1 (8.50), 41" in joined(means(), preset, "detail", 84)
        heading = joined(means(), preset, "heading", 84)
        assert "Treatment vs control: mean (SD), total" in heading
        assert "4.00 [0.19, 7.81]" in joined(means(), preset, "effect", 84)


def test_ratios_as_logarithms() -> None:
    data = events()
    found = texts(data, "house", "effect", scale="log")
    assert found[:3] == ["0.72", "(−0.16 to", "1.60)"]
    assert "Log risk ratio" in texts(data, "house", "heading", scale="log")
    page = measured(data, preset="house", **WIDE, scale="log")
    ticks = [text for role, text, *_ in page.texts if role == "tick-label"]
    assert "0" in ticks
    assert any(text.startswith("−") for text in ticks)
    assert forest(means(), scale="log").description == forest(means()).description


def test_ratios_on_an_axis_with_equal_steps() -> None:
    page = measured(events(), preset="house", **WIDE, axis="linear")
    labels = [text for role, text, *_ in page.texts if role == "tick-label"]
    values = [float(label) for label in labels]
    assert values[0] == 0.0
    steps = [b - a for a, b in itertools.pairwise(values)]
    assert max(steps) == pytest.approx(min(steps))
    assert texts(events(), "house", "effect", axis="linear") == texts(events(), "house", "effect")


def test_rows_that_are_pooled_themselves_are_small_diamonds() -> None:
    rows = tuple(
        ForestRow(label=f"+ Study {i}", estimate=2.0, ci_low=1.0, ci_high=4.0, summarises=True) for i in range(3)
    )
    total = ForestSummary(label="Total", estimate=2.0, ci_low=1.0, ci_high=4.0)
    data = ForestData(rows=rows, overall=total, measure="Risk ratio", ratio=True, null=1.0)
    for preset in ("house", "revman5", "jama", "bmj", "cochrane"):
        page = measured(data, preset=preset, **WIDE)
        assert len(page.polygons["row-diamond"]) == 3
        assert {"square", "unweighted"}.isdisjoint(page.polygons)
        assert "interval" not in page.lines
        heights = [float(np.ptp(page.polygons[role][0][:, 1])) for role in ("row-diamond", "diamond")]
        assert heights[0] < heights[1]
        heading = joined(data, preset, "heading")
        assert "Pooled risk ratio" in heading
        assert "Weight" not in heading


@pytest.mark.parametrize(("option", "value"), [("preset", "lancet"), ("scale", "log10"), ("axis", "sqrt")])
def test_unknown_options_are_refused(option: str, value: str) -> None:
    with pytest.raises(OptionError, match=value):
        forest(means(), **{option: value})


def test_a_test_that_was_not_done_is_not_worded() -> None:
    facts = ForestFacts(q=1.0, df=2.5, p=0.5)
    data = replace(means(), overall=replace(means().overall, facts=facts))
    assert joined(data, "revman5", "heterogeneity").startswith(
        "Heterogeneity: χ² = 1.00, df = 2.5 (P = 0.500) Test for sub"
    )
    assert joined(data, "bmj", "heterogeneity").startswith(
        "Test for heterogeneity: χ²=1.00, df=2.5, P=0.50 Test for sub"
    )
    assert joined(data, "jama", "heterogeneity").startswith("Heterogeneity: χ² = 1.00, df = 2.5 (P = .50) Test for sub")
