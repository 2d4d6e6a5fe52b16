"""Cumulative and leave-one-out forest plots of fits, against R and against fits made one by one.

Reference numbers: R 4.2.2 with metafor 3.8-1, on ``escalc(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg,
data=dat.bcg)``: ``cumul(fit, order=dat$year, transf=exp)`` and ``leave1out(fit, transf=exp)`` of
``rma(yi, vi, method="REML", test="knha")`` and of ``rma(yi, vi, method="DL", test="z")``.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from evidence.diagnose import cumulative, leave_one_out
from evidence.errors import InputError, OptionError
from evidence.plot import alt_text, forest, from_fit
from evidence.plot.forest_plot.variants import cumulative_data, leave_one_out_data
from evidence.pool import pool, subgroups

# year, events and people without it in the vaccinated, and in the others (Colditz 1994)
BCG = [
    (1948, 4, 119, 11, 128), (1949, 6, 300, 29, 274), (1960, 3, 228, 11, 209), (1977, 62, 13536, 248, 12619),
    (1973, 33, 5036, 47, 5761), (1953, 180, 1361, 372, 1079), (1973, 8, 2537, 10, 619), (1980, 505, 87886, 499, 87892),
    (1968, 29, 7470, 45, 7232), (1961, 17, 1699, 65, 1600), (1974, 186, 50448, 141, 27197), (1969, 5, 2493, 3, 2338),
    (1976, 27, 16886, 29, 17825),
]  # fmt: skip
YEARS = [row[0] for row in BCG]
YI = [math.log((a / (a + b)) / (c / (c + d))) for _, a, b, c, d in BCG]
VI = [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for _, a, b, c, d in BCG]
ORDER = [1, 2, 6, 3, 10, 9, 12, 5, 7, 11, 13, 4, 8]
GROWING = {
    ("REML", "hksj"): (
        [0.4109386548, 0.2658020441, 0.3782955321, 0.367477313, 0.3323975622, 0.377772213, 0.4060611819, 0.4544962723,
         0.4207958534, 0.4560236787, 0.4925268724, 0.4516861897, 0.4894209368],
        [0.1343015708, 0.003680492669, 0.1421037026, 0.2035485785, 0.2126308375, 0.2412483537, 0.2458225842,
         0.2797031247, 0.263294393, 0.2985228074, 0.3257314634, 0.3024024774, 0.3300722454],
        [1.257398383, 19.19599712, 1.007063905, 0.663426768, 0.5196242494, 0.5915557256, 0.6707507529, 0.7385218231,
         0.6725139424, 0.6966221355, 0.7447322328, 0.6746651538, 0.7256982576],
    ),
    ("DL", "z"): (
        [0.4109386548, 0.2658020441, 0.3823054732, 0.3858159863, 0.3330967512, 0.3851993676, 0.4074922496, 0.4575191902,
         0.4260777591, 0.465584692, 0.5025183783, 0.4538054941, 0.4896241505],
        [0.1343015708, 0.1341215411, 0.2419101759, 0.2686741468, 0.2260386674, 0.2773213171, 0.2873006381, 0.325344529,
         0.3040601099, 0.3441327807, 0.3747994963, 0.329649069, 0.3449191352],
        [1.257398383, 0.5267664395, 0.6041807637, 0.5540316291, 0.4908604661, 0.5350420024, 0.5779657665, 0.6433912075,
         0.5970604197, 0.6298996131, 0.6737594983, 0.6247232157, 0.6950377182],
    ),
}  # fmt: skip
WITHOUT = {
    ("REML", "hksj"): (
        [0.4930800287, 0.5199455417, 0.5038108304, 0.5334396114, 0.4657202742, 0.4912134283, 0.5193134648, 0.4516861897,
         0.4765430092, 0.5204648493, 0.4686689491, 0.467754311, 0.4595368333],
        [0.3217176637, 0.3487945638, 0.3325815802, 0.3574175795, 0.3052449456, 0.3164734137, 0.3488236922, 0.3024024774,
         0.3089370809, 0.3450958697, 0.3048054906, 0.3155105512, 0.3054685542],
        [0.7557182652, 0.7750790705, 0.7631972662, 0.7961494772, 0.7105617208, 0.7624357107, 0.7731311855, 0.6746651538,
         0.7350792562, 0.7849519023, 0.7206254172, 0.6934604711, 0.6913120787],
    ),
    ("DL", "z"): (
        [0.4940467165, 0.5196935983, 0.5041700088, 0.5386459057, 0.4657828681, 0.4903051451, 0.5190817211, 0.4538054941,
         0.4774655079, 0.5206979246, 0.4673418977, 0.4676604324, 0.4588996409],
        [0.3442976635, 0.3633878963, 0.3523774237, 0.3905207465, 0.320075935, 0.3278313657, 0.3630921556, 0.329649069,
         0.3281247712, 0.3635780215, 0.3119270011, 0.3271020249, 0.3168909419],
        [0.7089277214, 0.7432317885, 0.7213498388, 0.7429551806, 0.6778194062, 0.7333012044, 0.7420866275, 0.6247232157,
         0.6947762899, 0.7457170475, 0.7001909056, 0.6686179337, 0.6645468601],
    ),
}  # fmt: skip
LABELS = [f"T{place}" for place in range(1, 14)]


def bcg(tau2="REML", test="hksj"):
    return pool(YI, VI, labels=LABELS, measure="RR", tau2=tau2, test=test)


def columns(data):
    return tuple([getattr(row, name) for row in data.rows] for name in ("estimate", "ci_low", "ci_high"))


@pytest.mark.parametrize(("tau2", "test"), list(GROWING))
def test_the_rows_are_those_of_the_reference(tau2, test) -> None:
    close = {"rel": 2e-5 if tau2 == "REML" else 1e-9}  # the reference stops its iterations early
    growing = cumulative_data(bcg(tau2, test), order=YEARS)
    assert [row.label for row in growing.rows] == ["T1", *(f"+ T{place}" for place in ORDER[1:])]
    for found, expected in zip(columns(growing), GROWING[tau2, test], strict=True):
        assert found == pytest.approx(expected, **close)
    without = leave_one_out_data(bcg(tau2, test))
    assert [row.label for row in without.rows] == [f"Without {label}" for label in LABELS]
    for found, expected in zip(columns(without), WITHOUT[tau2, test], strict=True):
        assert found == pytest.approx(expected, **close)


@pytest.mark.parametrize(("tau2", "test"), [("REML", "hksj"), ("PM", "z"), ("EE", "z"), ("DL", "adhoc")])
@pytest.mark.parametrize("measure", ["OR", "SMD", "PLO", "ZCOR", ""])
def test_the_rows_are_fits_made_one_by_one(tau2, test, measure) -> None:
    rng = np.random.default_rng(5)
    y, v = rng.normal(0.3, 0.4, 6), rng.uniform(0.02, 0.2, 6)
    options = {"tau2": tau2, "test": test, "level": 0.9, "measure": measure}
    fit = pool(y, v, labels=list("abcdef"), **options)
    order = [5, 2, 4, 1, 6, 3]
    growing, without = cumulative_data(fit, order=order), leave_one_out_data(fit)
    places = np.argsort(order)
    for step in range(1, 6):
        kept = places[: step + 1]
        same(growing.rows[step], pool(y[kept], v[kept], **options), str(step + 1))
    for study in range(6):
        kept = np.arange(6) != study
        same(without.rows[study], pool(y[kept], v[kept], **options), "5")
    assert growing.level == without.level == 0.9
    single = from_fit(fit).rows[places[0]]
    first = growing.rows[0]
    assert (first.estimate, first.ci_low, first.ci_high) == pytest.approx(
        (single.estimate, single.ci_low, single.ci_high)
    )
    assert (first.summarises, first.label) == (False, single.label)
    assert all(row.summarises for row in growing.rows[1:] + without.rows)
    assert growing.columns == ("Order", "Studies", "I²")
    assert [row.cells[:2] for row in growing.rows] == [(str(step), str(step)) for step in range(1, 7)]


def same(row, fit, k) -> None:
    """Compare a row with the forest plot of the fit that it should be."""
    total = from_fit(fit).overall
    assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx(
        (total.estimate, total.ci_low, total.ci_high), rel=1e-6
    )
    assert row.cells[-2:] == (k, f"{fit.i2:.0f}%")


def test_the_total_is_that_of_the_forest_plot() -> None:
    total = from_fit(bcg()).overall
    for data in (cumulative_data(bcg(), order=YEARS), leave_one_out_data(bcg())):
        assert (data.overall.estimate, data.overall.ci_low, data.overall.pi_low) == (
            total.estimate, total.ci_low, total.pi_low,
        )  # fmt: skip
        assert data.overall.heterogeneity == total.heterogeneity
        assert (data.ratio, data.null, data.measure) == (True, 1.0, "Risk ratio")
        assert all(row.weight is None for row in data.rows)
    last = cumulative_data(bcg(), order=YEARS).rows[-1]
    assert (last.estimate, last.ci_high) == pytest.approx((total.estimate, total.ci_high))


def test_the_figure_says_what_a_row_is() -> None:
    growing = cumulative_data(bcg(), order=pd.Series(YEARS, name="Published"))
    assert growing.columns == ("Published", "Studies", "I²")
    assert growing.rows[0].cells == ("1948", "1", "–")
    assert growing.rows[-1].cells == ("1980", "13", "92%")
    assert growing.notes[0] == "Each row pools its study with all above it, by the model of all studies."
    assert growing.notes[1] == "The first row is one study alone."
    assert "not independent" in growing.notes[2]
    assert cumulative_data(bcg(), order=YEARS, heading="Year").columns[0] == "Year"
    assert cumulative_data(bcg()).columns == ("Studies", "I²")
    without = leave_one_out_data(bcg(), title="Mine", notes=("And this.",))
    assert without.title == "Mine"
    assert without.notes == (
        "Each row is the pooled effect without the study that it names, by the model of all studies.", "And this.",
    )  # fmt: skip
    words = alt_text(without)
    assert words.startswith("Forest plot of 13 studies: risk ratio")
    assert "Without T8: 0.45 (0.30 to 0.67)." in words
    assert "All studies: 0.49 (0.33 to 0.73)" in words


@pytest.mark.parametrize("order", ["given", "label", "estimate", "weight", "precision"])
def test_named_orders_are_those_of_the_forest_plot(order) -> None:
    rows = cumulative_data(bcg(), order=order).rows
    names = [row.label.removeprefix("+ ") for row in rows]
    assert names == [row.label for row in from_fit(bcg(), sort=order).rows]


def test_rows_of_a_leave_one_out_plot_can_be_sorted() -> None:
    data = leave_one_out_data(bcg(), sort="estimate")
    found = [row.estimate for row in data.rows]
    assert found == sorted(found)
    assert data.rows[0].label == "Without T8"
    weights = dict(zip(LABELS, bcg().weights, strict=True))
    heaviest = leave_one_out_data(bcg(), sort="weight").rows
    assert [row.label for row in heaviest] == [
        f"Without {name}" for name in sorted(weights, key=lambda name: -weights[name])
    ]
    widths = [math.log(row.ci_high / row.ci_low) for row in leave_one_out_data(bcg(), sort="precision").rows]
    assert widths == sorted(widths)


def test_studies_of_one_year_come_in_together_where_asked_for() -> None:
    found = cumulative(bcg(), order=YEARS, collapse=True)
    data = cumulative_data(found, heading="Year")
    row = next(row for row in data.rows if row.cells[0] == "1973")
    assert (row.label, row.stands_for, row.cells[1]) == ("+ T7 and 1 more", 2, "9")
    assert sum(row.stands_for for row in data.rows) == 13
    assert row.estimate == pytest.approx(GROWING["REML", "hksj"][0][8], rel=2e-5)


def test_results_of_diagnostics_draw_themselves() -> None:
    growing, without = cumulative(bcg(), order=YEARS), leave_one_out(bcg())
    figure = growing.plot(width_mm=120, heading="Year", title="By year")
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(120)
    assert figure.heading == "By year"
    assert "+ T8: 0.49 (0.33 to 0.73)" in figure.description
    words = without.plot(width_mm=84).description
    assert "Without T8: 0.45 (0.30 to 0.67)." in words
    assert "All studies: 0.49 (0.33 to 0.73)." in words, "the result knows the whole"
    assert "(Random effects: REML, Hartung–Knapp–Sidik–Jonkman)" in cumulative_data(growing).notes[0]
    assert without.full_ci == bcg().ci


def test_every_row_can_be_drawn_at_every_width() -> None:
    for data in (cumulative_data(bcg(), order=YEARS), leave_one_out_data(bcg())):
        for width in (84, 120, 174):
            assert forest(data, width_mm=width).get_size_inches()[0] * 25.4 == pytest.approx(width)


def test_an_interval_that_cannot_be_estimated_is_said() -> None:
    fit = pool([0.5, 0.5, 0.9], [0.04, 0.04, 0.05], labels=list("abc"))
    second = cumulative_data(fit).rows[1]
    assert (second.estimate, second.reason) == (None, "its interval cannot be estimated")


def test_what_has_no_such_plot_is_refused() -> None:
    two, by_sex = pool([0.1, 0.2], [0.1, 0.1]), pd.DataFrame({"yi": YI, "vi": VI, "half": ["a", "b"] * 6 + ["a"]})
    with pytest.raises(InputError, match="at least three studies: without one of two"):
        leave_one_out_data(two)
    assert len(cumulative_data(two).rows) == 2
    with pytest.raises(InputError, match="at least two studies"):
        cumulative_data(pool([0.1], [0.1]))
    groups = subgroups(by_sex, "half")
    for make in (cumulative_data, leave_one_out_data):
        with pytest.raises(InputError, match=r"give \.overall or one of \.groups"):
            make(groups)
        with pytest.raises(InputError, match="moderators"):
            make(pool(YI, VI, mods=YEARS))
    assert len(leave_one_out_data(groups.overall).rows) == 13
    with pytest.raises(OptionError, match="'given', 'label', 'estimate', 'weight', 'precision'"):
        cumulative_data(bcg(), order="year")
    with pytest.raises(InputError, match="in an order already"):
        cumulative_data(cumulative(bcg()), order=YEARS)
    with pytest.raises(OptionError):
        leave_one_out_data(leave_one_out(bcg()), sort="weight")
