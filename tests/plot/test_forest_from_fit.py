"""From a fit to a forest plot: what is shown is what the fit says, on the scale that people read.

Reference numbers: R 4.2.2 with metafor 3.8-1, ``rma(yi, vi, method="REML", test="knha")`` with
``yi <- log(c(1.2, 1.9, 0.8, 2.6))`` and ``vi <- c(0.04, 0.09, 0.06, 0.2)``, then ``predict(fit, transf=exp)``,
``weights(fit)``; and ``rma(measure="PLO", xi=c(4, 10, 7), ni=c(20, 40, 35), method="REML", test="knha")``.
"""

from __future__ import annotations

import math

import pandas as pd
import pytest

from evidence.errors import InputError
from evidence.plot import forest, from_fit
from evidence.pool import pool, subgroups

LABELS = ["Dhurat 2013", "Bao 2020", "Kumar 2018", "Yu 2020"]
YI = [math.log(ratio) for ratio in (1.2, 1.9, 0.8, 2.6)]
VI = [0.04, 0.09, 0.06, 0.2]


def ratios(**options):
    return pool(YI, VI, labels=LABELS, measure="RR", **options)


def test_ratios_stand_on_their_natural_scale_with_the_numbers_of_the_reference() -> None:
    data = from_fit(ratios())
    assert (data.measure, data.ratio, data.null, data.level) == ("Risk ratio", True, 1.0, 0.95)
    assert [row.label for row in data.rows] == LABELS
    assert [row.estimate for row in data.rows] == pytest.approx([1.2, 1.9, 0.8, 2.6])
    low = [0.810850777364, 1.055341795051, 0.494981585087, 1.082192314486]
    high = [1.77591246158, 3.42069272432, 1.29297739407, 6.24657919809]
    assert [row.ci_low for row in data.rows] == pytest.approx(low, rel=1e-8)
    assert [row.ci_high for row in data.rows] == pytest.approx(high, rel=1e-8)
    weights = [31.0774763413, 24.3810691425, 28.0011974603, 16.5402570559]
    assert [row.weight for row in data.rows] == pytest.approx(weights, rel=1e-5)
    total = data.overall
    assert (total.label, total.k, total.filled) == ("Total", 4, True)
    assert total.weight == pytest.approx(100)
    assert (total.estimate, total.ci_low, total.ci_high) == pytest.approx(
        (1.361671461918, 0.623911192049, 2.971815851086), rel=1e-6
    )
    assert (total.pi_low, total.pi_high) == pytest.approx((0.325535236835, 5.695694230304), rel=1e-5)
    assert "τ² = 0.14" in total.heterogeneity
    assert "I² = 65%" in total.heterogeneity
    assert "Q = 7.99, df = 3, p = 0.046. Random effects: REML, Hartung–Knapp–Sidik–Jonkman." in total.heterogeneity


def test_proportions_stand_as_proportions_without_a_null_line() -> None:
    yi, vi = [-1.38629436112, -1.09861228867, -1.38629436112], [0.3125, 0.133333333333, 0.178571428571]
    data = from_fit(pool(yi, vi, measure="PLO"))
    assert (data.measure, data.ratio, data.null) == ("Proportion", False, None)
    assert [row.estimate for row in data.rows] == pytest.approx([0.2, 0.25, 0.2])
    assert (data.overall.estimate, data.overall.ci_low, data.overall.ci_high) == pytest.approx(
        (0.222021388664, 0.155755029475, 0.306253725992), rel=1e-6
    )
    assert "null" not in {line.get_gid() for line in forest(data).lines}


def test_differences_and_unnamed_measures_stay_as_they_are() -> None:
    data = from_fit(pool([1.0, 2.0, 4.0], [0.5, 0.5, 0.5], measure="MD"), unit="hairs/cm²")
    assert (data.measure, data.unit, data.ratio, data.null) == ("Mean difference", "hairs/cm²", False, 0.0)
    data = from_fit(pool([1.0, 2.0, 4.0], [0.5, 0.5, 0.5]))
    assert (data.measure, data.ratio, data.null) == ("Effect", False, 0.0)
    assert [row.estimate for row in data.rows] == [1.0, 2.0, 4.0]


def test_a_double_arcsine_stays_on_its_scale_because_its_inverse_needs_the_sizes() -> None:
    data = from_fit(pool([0.5, 0.6], [0.01, 0.02], measure="PFT", test="z"))
    assert data.measure == "Double arcsine proportion"
    assert data.rows[0].estimate == 0.5


def test_equal_effects_have_no_prediction_interval() -> None:
    data = from_fit(ratios(tau2="EE", test="z"))
    assert data.overall.pi_low is None
    assert data.overall.heterogeneity == "Heterogeneity: Q = 7.99, df = 3, p = 0.046. Equal effects, normal interval."


def test_one_study_is_no_synthesis() -> None:
    data = from_fit(pool([0.4], [0.04], labels=["Dhurat 2013"], measure="SMD"))
    assert data.overall is None
    assert data.rows[0].weight is None
    assert data.notes == ("One study is shown as it is; there is nothing to pool it with.",)
    assert forest(data).get_size_inches()[1] > 0.5


def test_rows_that_were_left_out_say_why() -> None:
    data = from_fit(pool([0.1, math.nan, 0.5, 0.3], [0.04, 0.05, 0.06, math.nan], labels=LABELS, missing="drop"))
    reasons = {row.label: row.reason for row in data.rows}
    assert [label for label in LABELS if not reasons[label]] == ["Dhurat 2013", "Kumar 2018"]
    assert all(row.estimate is None for row in data.rows if row.reason)
    assert data.overall.k == 2


def test_a_meta_regression_has_no_total() -> None:
    data = from_fit(ratios(mods=[1.0, 2.0, 3.0, 4.0]))
    assert data.overall is None
    assert "no single pooled effect" in data.notes[0]
    assert sum(row.weight for row in data.rows) == pytest.approx(100)


def test_an_interval_that_cannot_be_estimated_is_not_drawn() -> None:
    fit = pool([0.5, 0.5], [0.04, 0.04], test="hksj")
    assert math.isnan(fit.ci_low)
    data = from_fit(fit)
    assert data.overall is None
    assert data.notes == ("The pooled estimate is 0.50; its interval cannot be estimated.",)


def test_groups_sizes_marks_and_words_are_carried_over() -> None:
    data = from_fit(
        ratios(level=0.9),
        n1=[50, 20, 30, 40],
        n2=[44, 20, 31, 40],
        marks=["", "†", "", ""],
        notes=("† Read off a figure.",),
        columns=("Needling\nn", "Control\nn"),
        left_label="Favours control",
        right_label="Favours needling",
        title="Response",
    )
    assert (data.overall.n1, data.overall.n2) == (140, 135)
    assert data.rows[1].mark == "†"
    assert data.level == 0.9
    words = " ".join(text.get_text() for text in forest(data).texts)
    for expected in (
        "140",
        "Bao 2020\u00a0†",
        "† Read off a figure.",
        "(90% CI)",
        "90% prediction interval",
        "Response",
    ):
        assert expected in words


def test_a_size_that_is_missing_leaves_the_total_without_one() -> None:
    data = from_fit(ratios(), n1=[50, None, 30, 40], n2=[44, 20, 31, 40])
    assert (data.overall.n1, data.overall.n2) == (None, 135)
    assert data.columns == ("Group 1\nn", "Group 2\nn")


def test_additions_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(InputError, match=r"n1 has 2 values for 4 rows"):
        from_fit(ratios(), n1=[1, 2], n2=[1, 2])


def test_subgroups_have_headings_subtotals_and_their_test() -> None:
    table = pd.DataFrame({"study": LABELS, "yi": YI, "vi": VI, "sex": ["men", "women", "men", "women"]})
    found = subgroups(table, "sex", measure="RR", test="z")
    data = from_fit(found)
    assert data.subgroups == ("men", "women")
    assert [(row.label, row.subgroup) for row in data.rows] == list(zip(LABELS, table["sex"], strict=True))
    assert [(total.subgroup, total.k, total.filled) for total in data.subtotals] == [
        ("men", 2, False),
        ("women", 2, False),
    ]
    assert data.subtotals[0].estimate == pytest.approx(math.exp(found.groups["men"].estimate))
    shares = [sum(row.weight for row in data.rows if row.subgroup == sex) for sex in data.subgroups]
    assert [total.weight for total in data.subtotals] == pytest.approx(shares)
    assert sum(shares) == pytest.approx(100)
    assert data.subgroup_difference.startswith("Test for subgroup differences: Q = ")
    assert "diamond-inside" in {patch.get_gid() for patch in forest(data).patches}


def test_a_group_of_one_study_has_no_subtotal() -> None:
    table = pd.DataFrame({"study": LABELS, "yi": YI, "vi": VI, "sex": ["men", "women", "men", "men"]})
    data = from_fit(subgroups(table, "sex", test="z"))
    assert [total.subgroup for total in data.subtotals] == ["men"]
    assert [row.weight is None for row in data.rows] == [False] * 4


def test_forest_takes_a_fit_or_anything_that_knows_its_forest_data() -> None:
    class Answer:
        def forest_data(self):
            return from_fit(ratios(), title="An answer")

    by_fit = [text.get_text() for text in forest(ratios()).texts]
    by_answer = [text.get_text() for text in forest(Answer(), width_mm=174).texts]
    assert by_answer == ["An answer", *by_fit]
    assert [text.get_text() for text in ratios().forest(width_mm=174).texts] == by_fit
