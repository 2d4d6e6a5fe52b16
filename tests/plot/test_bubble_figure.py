"""The bubble plot: predictions where metafor has them, areas by weight, labels clear of bubbles.

Predictions of the BCG trials (Colditz 1994) from metafor 3.8-1 under R 4.2.2::

    dat <- escalc(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg)
    tight <- list(threshold=1e-13, maxiter=10000)
    fit <- rma(yi, vi, mods = ~ ablat, data=dat, test="knha", control=tight)
    predict(fit, newmods=c(13, 34, 55)); weights(fit)
    fit <- rma(yi, vi, mods = ~ ablat + year, data=dat, test="z", control=tight)
    predict(fit, newmods=cbind(c(13, 34, 55), mean(dat$year)))
    fit <- rma(yi, vi, mods = ~ factor(alloc), data=dat, test="z", control=tight)
    predict(fit, newmods=rbind(c(0,0), c(1,0), c(0,1)))
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawn_figures import NAMES, area, assert_laid_out, bcg, drawn
from pictures import assert_picture

import evidence as ev
from evidence.errors import InputError
from evidence.plot import bubble
from evidence.plot.fit_plots.bubble_data import bubble_data
from evidence.plot.page.save import figure_bytes

COLUMNS = ["estimate", "ci_low", "ci_high", "pi_low", "pi_high"]
BY_LATITUDE = [
    [-0.126854215144, -0.55166340345, 0.297954973161, -0.868688436494, 0.614980006206],
    [-0.737990440389, -1.00964269347, -0.466338187310, -1.404061091371, -0.071919789406],
    [-1.349126665633, -1.85362938910, -0.844623942163, -2.139302698861, -0.558950632406],
]
AT_MEAN_YEAR = [
    [-0.158953555108, -0.634837484610, 0.316930374395, -0.966443719535, 0.6485366093198],
    [-0.747191473436, -0.990119039277, -0.504263907595, -1.443315495097, -0.0510674517744],
    [-1.335429391764, -1.831833424558, -0.839025358970, -2.155180460725, -0.5156783228026],
]
BY_ALLOCATION = {
    "alternate": [-0.517955777155, -1.38268102969, 0.346769475382, -1.97961620366, 0.943704649348],
    "random": [-0.965774178546, -1.48956297799, -0.441985379097, -2.25536952068, 0.323821163590],
    "systematic": [-0.428917560924, -1.10499805810, 0.247162936256, -1.78751473400, 0.929679612155],
}
WEIGHTS = [2.82286880187, 4.18782412951, 2.30743665879, 11.77487504729, 8.89479413464, 13.62828274975, 3.79003076289]
WEIGHTS += [14.12787714972, 8.54484697210, 7.59578506483, 12.78279728061, 1.86350704220, 7.67907420581]
LATITUDE = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33]
YEAR = [1948, 1949, 1960, 1977, 1973, 1953, 1973, 1980, 1968, 1961, 1974, 1969, 1976]
ALLOCATION = ["random"] * 4 + ["alternate"] * 2 + ["random"] * 3 + ["systematic"] * 4


def table() -> pd.DataFrame:
    return bcg().assign(ablat=LATITUDE, year=YEAR, alloc=ALLOCATION)


def fitted(formula: str, **options):
    return ev.pool(data=table(), yi="yi", vi="vi", mods=formula, labels="study", measure="RR", **options)


def made_up(seed: int, formula: str = "~ dose"):
    """Return a meta-regression of made-up studies; consecutive seeds go through sizes and scales."""
    rng = np.random.default_rng(seed)
    k = (5, 9, 14, 40, 60)[seed % 5]
    ratio = bool(seed % 2)
    dose = 10.0 ** rng.uniform(-3, 5) * rng.uniform(0, 1, k) + rng.choice([0.0, 1900.0])
    spread = rng.choice([0.05, 0.5, 4.0]) if ratio else 10.0 ** rng.uniform(-3, 5)
    data = pd.DataFrame(
        {
            "yi": spread * (rng.normal(0, 1, k) + np.linspace(-1, 1, k)[np.argsort(np.argsort(dose))]),
            "vi": (spread * rng.lognormal(-1, 1, k)) ** 2,
            "dose": dose,
            "arm": rng.choice(["once", "twice daily with food", "Ελληνικά", "随机"], k),
            "study": [f"{NAMES[int(rng.integers(len(NAMES)))]} {place}" for place in range(k)],
        }
    )
    data.loc[:3, "arm"] = ["once", "twice daily with food", "Ελληνικά", "随机"]
    return ev.pool(data=data, yi="yi", vi="vi", mods=formula, labels="study", measure="RR" if ratio else "MD")


@pytest.mark.parametrize(
    ("formula", "options", "expected"),
    [("~ ablat", {"test": "hksj"}, BY_LATITUDE), ("~ ablat + year", {"test": "z"}, AT_MEAN_YEAR)],
)
def test_predictions_along_a_number_are_those_of_metafor(formula, options, expected) -> None:
    fit = fitted(formula, **options)
    data = bubble_data(fit, "ablat")
    assert data.grid[[0, -1]].tolist() == [13.0, 55.0]
    assert data.grid[40] == pytest.approx(34.0)
    found = np.array([getattr(data, name) for name in COLUMNS]).T[[0, 40, -1]]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-10)
    assert data.x.tolist() == LATITUDE
    if "year" in formula:
        assert data.held == (("year", pytest.approx(1966.23076923)),)


def test_levels_of_a_factor_are_those_of_metafor() -> None:
    data = bubble_data(fitted("~ alloc", test="z"))
    assert data.levels == tuple(BY_ALLOCATION)
    found = np.array([getattr(data, name) for name in COLUMNS]).T
    np.testing.assert_allclose(found, list(BY_ALLOCATION.values()), rtol=1e-8)
    assert [data.levels[int(place)] for place in data.x] == ALLOCATION


def test_a_factor_beside_a_number_is_held_at_its_mix() -> None:
    fit = fitted("~ year + C(alloc)", test="z")
    data = bubble_data(fit, "year")
    share = np.mean([name == "random" for name in ALLOCATION])
    assert dict(data.held)["C(alloc)[T.random]"] == pytest.approx(share)
    # By hand: the row of means with the year put in its place, times the coefficients.
    row = fit.design.matrix.mean(axis=0)
    row[fit.design.names.index("year")] = data.grid[0]
    beta, cov = fit.coefficients["estimate"].to_numpy(), fit.vcov.to_numpy()
    assert data.estimate[0] == pytest.approx(row @ beta, rel=1e-9)
    assert data.estimate[0] - data.ci_low[0] == pytest.approx(1.959963984540054 * np.sqrt(row @ cov @ row), rel=1e-6)
    turned = bubble_data(fit, "alloc")
    assert turned.levels == ("alternate", "random", "systematic")
    assert dict(turned.held) == {"year": pytest.approx(np.mean(YEAR))}


def test_a_curve_comes_from_its_formula() -> None:
    fit = fitted("~ ablat + I(ablat**2)", test="z")
    data = bubble_data(fit, "ablat")
    a, b, c = fit.coefficients["estimate"]
    np.testing.assert_allclose(data.estimate, a + b * data.grid + c * data.grid**2, rtol=1e-7)
    assert (data.held, data.slope) == ((), ())


def test_what_cannot_be_one_line_is_refused() -> None:
    with pytest.raises(InputError, match="no moderators"):
        bubble(ev.pool([0.1, 0.3, 0.4], [0.1, 0.1, 0.2]))
    with pytest.raises(InputError, match="several moderators; say which one to draw: ablat, year"):
        bubble(fitted("~ ablat + year"))
    with pytest.raises(InputError, match="moderator='dose' is not in the model; there are ablat, year"):
        bubble(fitted("~ ablat + year"), moderator="dose")
    with pytest.raises(InputError, match="ablat also enters through ablat:year"):
        bubble(fitted("~ ablat * year"), moderator="ablat")


def _scales(page, data):
    """Return how x and y lie on the page, from the bubbles: the heaviest is drawn first."""
    order = sorted(range(len(data.yi)), key=lambda place: (-data.weights[place], place))
    points = page.middles("bubble")
    up = np.polyfit(data.yi[order], points[:, 1], 1)
    np.testing.assert_allclose(np.polyval(up, data.yi[order]), points[:, 1], atol=0.02)
    across = np.polyfit(data.x[order], points[:, 0], 1)
    if not data.levels:
        np.testing.assert_allclose(np.polyval(across, data.x[order]), points[:, 0], atol=0.02)
    return order, across, up


@pytest.mark.parametrize("formula", ["~ ablat", "~ alloc"])
def test_what_is_drawn_is_what_the_model_predicts(formula: str) -> None:
    fit = fitted(formula, test="hksj")
    data = bubble_data(fit)
    page = drawn(bubble(fit))
    order, across, up = _scales(page, data)
    areas = np.array([area(shape) for shape in page.shapes["bubble"]])
    np.testing.assert_allclose(areas / areas.sum(), np.array(data.weights)[order] / 100, rtol=1e-3)
    if formula == "~ ablat":
        np.testing.assert_allclose(areas / areas.sum(), np.array(WEIGHTS)[order] / 100, rtol=1e-3)
        (line,) = page.lines["prediction"]
        np.testing.assert_allclose((line[:, 1] - up[1]) / up[0], data.estimate, atol=0.005)
        np.testing.assert_allclose((line[:, 0] - across[1]) / across[0], data.grid, atol=0.1)
        upper, lower = page.lines["confidence-band-edge"]
        np.testing.assert_allclose((upper[:, 1] - up[1]) / up[0], data.ci_high, atol=0.005)
        np.testing.assert_allclose((lower[:, 1] - up[1]) / up[0], data.ci_low, atol=0.005)
        upper, lower = page.lines["prediction-band-edge"]
        np.testing.assert_allclose((upper[:, 1] - up[1]) / up[0], data.pi_high, atol=0.005)
    else:
        heights = [(line[0, 1] - up[1]) / up[0] for line in page.lines["prediction"]]
        np.testing.assert_allclose(heights, data.estimate, atol=0.005)
    (null,) = page.lines["null"]
    assert (null[0, 1] - up[1]) / up[0] == pytest.approx(0.0, abs=0.005)


@pytest.mark.parametrize("width", [84, 120, 174])
@pytest.mark.parametrize("seed", range(12))
def test_layout_of_bubble_plots(seed: int, width: float) -> None:
    fit = made_up(seed, "~ arm" if seed % 3 == 2 and seed % 5 else "~ dose")
    data = bubble_data(fit)
    page = assert_laid_out(bubble(fit, width_mm=width), width)
    assert len(page.shapes["bubble"]) == fit.k
    areas = np.array([area(shape) for shape in page.shapes["bubble"]])
    np.testing.assert_allclose(areas / areas.sum(), np.sort(data.weights)[::-1] / 100, rtol=2e-3)
    text = " ".join(page.words("note"))
    named, unnamed = len(page.words("name")), fit.k - len(page.words("name"))
    assert named + unnamed == fit.k
    assert ("have no room for a name" in text or "has no room for a name" in text) is (unnamed > 0)


def test_few_studies_are_said_first() -> None:
    figure = bubble(ev.pool([0.1, 0.4, 0.9, 0.7], [0.04, 0.09, 0.05, 0.03], mods=[1, 2, 4, 3]))
    assert drawn(figure).words("warning")[0].startswith("4 studies are few for a meta-regression; 10 are the least")
    assert "few for a meta-regression" not in bubble(fitted("~ ablat")).description


def test_the_words_have_the_numbers_of_the_model() -> None:
    description = bubble(fitted("~ ablat", test="hksj")).description
    assert description.startswith(
        "Bubble plot: risk ratio by ablat, 13 studies. Aronson 1948: ablat 44, risk ratio 0.41;"
    )
    # exp(-0.12686), exp(-0.55167), exp(0.29796), exp(-0.86872), exp(0.61500)
    assert "At 13 the model gives 0.88 (95% CI 0.58 to 1.35), prediction interval 0.42 to 1.85;" in description
    # exp(-0.0291017), exp(-0.0471531), exp(-0.0110502)
    assert "For each unit of ablat: times 0.971 (95% CI 0.954 to 0.989; p = 0.005)." in description


def test_a_vast_band_is_cut_off_and_said() -> None:
    fit = ev.pool([0.1, 0.2, 0.15, 0.3], [4.0, 5.0, 4.5, 5.0], mods=[1, 2, 3, 4], test="z")
    page = assert_laid_out(bubble(fit), 120)
    assert "A band reaches beyond the axis and is cut off there." in page.words("note")
    axis = page.lines["axis"][1]
    for shape in [*page.shapes["confidence-band"], *page.shapes["prediction-band"]]:
        assert shape[:, 1].max() <= axis[:, 1].max() + 1e-6
        assert shape[:, 1].min() >= axis[:, 1].min() - 1e-6


def test_equal_effects_have_no_prediction_band() -> None:
    page = drawn(bubble(fitted("~ ablat", tau2="EE", test="z")))
    assert "prediction-band" not in page.shapes
    assert "prediction interval" not in " ".join(page.words("note"))


def test_the_same_fit_gives_the_same_bytes() -> None:
    first, second = (figure_bytes(bubble(fitted("~ ablat")), "svg") for _ in range(2))
    assert first == second
    assert b"url(#" not in first


def test_pictures_of_bubble_plots() -> None:
    assert_picture(bubble(fitted("~ ablat + year"), moderator="ablat"), "bubble-number")
    assert_picture(bubble(fitted("~ alloc"), width_mm=84), "bubble-levels")
