"""The drapery plot: p-values at points are those of R.

From metafor 3.8-1 under R 4.2.2, where the p-value of an effect x is that of the model after x is subtracted from every
study, and the one at a prediction limit is one less its level::

    dat <- escalc(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg)
    for (x in c(-2, -1.2, -0.5, 0, 0.3)) rma(yi - x, vi, data=dat, test="knha")$pval  # and without test=
    for (L in c(50, 80, 95, 99)) predict(rma(yi, vi, data=dat, test="knha"), level=L)  # and without test=
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from drawn_figures import assert_laid_out, bcg_fit, drawn, made_up_fit
from pictures import assert_picture
from scipy.stats import norm

import evidence as ev
from evidence.errors import InputError, NotPooledError, OptionError
from evidence.plot import drapery
from evidence.plot.fit_plots.p_value_curves import p_values
from evidence.plot.page.save import figure_bytes

AT = [-2.0, -1.2, -0.5, 0.0, 0.3]
POOLED = {
    "hksj": [1.230149434e-05, 0.01984406845, 0.2583364967, 0.001920015085, 0.0001140155013],
    "z": [8.667353036e-13, 0.00692728274, 0.2327539789, 7.054267349e-05, 1.669764855e-08],
}
LIMITS = {
    "hksj": {
        0.5: (-1.123585656, -0.3054790407),
        0.8: (-1.512201441, 0.08313674438),
        0.95: (-1.996016967, 0.5669522703),
        0.99: (-2.511082032, 1.082017336),
    },
    "z": {
        0.5: (-1.111029486, -0.3180352109),
        0.8: (-1.467889278, 0.03882458123),
        0.95: (-1.866692347, 0.4376276499),
        0.99: (-2.228727257, 0.7996625599),
    },
}


@pytest.mark.parametrize("test", ["hksj", "z"])
def test_p_values_of_the_pooled_effect_and_of_a_new_study_are_those_of_r(test) -> None:
    values = p_values(bcg_fit(test=test))
    # Rounding of τ² at the two programs' tolerances is what differs.
    np.testing.assert_allclose(values.pooled(AT), POOLED[test], rtol=2e-4)
    for level, limits in LIMITS[test].items():
        np.testing.assert_allclose(values.prediction(limits), 1 - level, rtol=1e-4)


def test_p_values_of_studies_are_those_of_z_tests() -> None:
    fit = bcg_fit()
    values = p_values(fit)
    for place in range(fit.k):
        wanted = 2 * norm.sf(abs(np.array(AT) - fit.yi[place]) / math.sqrt(fit.vi[place]))
        np.testing.assert_allclose(values.study(place, AT), wanted, rtol=1e-9)


@pytest.mark.parametrize("yscale", ["statistic", "p"])
def test_curves_are_drawn_where_the_numbers_are(yscale) -> None:
    fit = bcg_fit(test="hksj")
    figure = drapery(fit, yscale=yscale)
    page = drawn(figure)
    values = p_values(fit)
    # The axes, from their ticks: effects below, p-values at the left.
    floor = min(line[:, 1].min() for line in page.lines["axis"])
    left = min(line[:, 0].min() for line in page.lines["axis"])
    below = [(math.log(float(t)), (b[0] + b[2]) / 2) for r, t, b in page.texts if r == "tick" and b[3] < floor]
    beside = {float(t): (b[1] + b[3]) / 2 for r, t, b in page.texts if r == "tick" and b[2] < left}
    slope, start = np.polyfit(*zip(*below, strict=True), 1)

    def height(p):
        return norm.ppf(np.asarray(p) / 2) if yscale == "statistic" else np.asarray(p)

    up = np.polyfit(height(list(beside)), list(beside.values()), 1)
    np.testing.assert_allclose(np.polyval(up, height(list(beside))), list(beside.values()), atol=0.5)
    curve = np.concatenate(page.lines["pooled"])
    effects = (curve[:, 0] - start) / slope
    # Texts stand a little above their ticks, all by the same.
    shift = np.polyval(up, height(1.0)) - curve[:, 1].max()
    drawn_at = curve[:, 1] + shift
    np.testing.assert_allclose(drawn_at, np.polyval(up, height(values.pooled(effects))), atol=1.5)
    assert len(page.lines["study"]) >= fit.k
    for line in page.lines["p-line"]:
        assert np.ptp(line[:, 1]) == 0
    heights = sorted(line[0, 1] + shift for line in page.lines["p-line"])
    np.testing.assert_allclose(heights, np.polyval(up, height([0.01, 0.05, 0.1])), atol=0.6)


def test_the_region_is_that_of_a_random_effect() -> None:
    random, equal = (drawn(drapery(bcg_fit(tau2=tau2))) for tau2 in ("REML", "EE"))
    assert "prediction" in random.shapes
    assert "prediction" not in equal.shapes
    assert not any("rediction" in text for text in equal.words("legend"))


def test_words_numbers_and_warnings() -> None:
    fit = bcg_fit(test="hksj")
    figure = drapery(fit)
    page = drawn(figure)
    assert figure.heading == "Drapery plot: risk ratio, 13 studies"
    assert "Pooled estimate 0.49 (95% CI 0.33 to 0.73), p = 0.002 against 1." in figure.description
    assert "95% prediction interval 0.14 to 1.76" in figure.description
    assert "Aronson 1948: 0.41, p = 0.119 against 1" in figure.description
    assert sorted(page.words("number"), key=int) == [str(place) for place in range(1, 14)]
    assert "13\u00a0Comstock 1976" in " ".join(page.words("note"))
    assert page.words("warning") == []
    # Each number stands above the tip of its curve.
    tips = [box for role, _, box in page.texts if role == "number"]
    order = sorted(range(13), key=lambda place: fit.yi[place])
    centres = {text: (box[0] + box[2]) / 2 for (role, text, box) in page.texts if role == "number"}
    across = [centres[str(place + 1)] for place in order]
    assert across == sorted(across)
    assert min(box[1] for box in tips) > max(line[:, 1].max() for line in page.lines["axis"])
    few = drawn(drapery(ev.pool([0.1, 0.3], [0.02, 0.05])))
    assert any("2 studies the variance between them is uncertain" in text for text in few.words("warning"))
    single = drapery(ev.pool([0.4], [0.1]))
    assert "pooled" not in drawn(single).lines
    assert "Pooled" not in single.description
    assert drawn(drapery(fit, numbers=False)).words("number") == []


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(OptionError):
        drapery(bcg_fit(), yscale="surprisal")
    with pytest.raises(NotPooledError):
        drapery(bcg_fit(mods=np.arange(13.0)))
    with pytest.raises(InputError, match="takes a fit"):
        drapery(None)


@pytest.mark.parametrize("width", [84, 120, 174])
@pytest.mark.parametrize("seed", range(21))
def test_layout(seed, width) -> None:
    fit = made_up_fit(seed, test=("hksj", "z")[seed % 2])
    preset = ("house", "revman5", "jama", "bmj", "cochrane")[seed % 5]
    figure = drapery(fit, width_mm=width, preset=preset, yscale=("statistic", "p")[seed % 3 == 0])
    page = assert_laid_out(figure, width)
    assert len(page.lines["study"]) >= fit.k * 0.9


def test_the_same_fit_gives_the_same_bytes() -> None:
    assert figure_bytes(drapery(bcg_fit())) == figure_bytes(drapery(bcg_fit()))


def test_pictures() -> None:
    assert_picture(drapery(bcg_fit(test="hksj"), width_mm=84), "drapery-statistic")
    assert_picture(drapery(bcg_fit(), yscale="p", width_mm=84, preset="bmj"), "drapery-p")
