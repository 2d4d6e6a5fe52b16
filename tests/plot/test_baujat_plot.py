"""The Baujat plot: its points are metafor's, its names stand clear.

Coordinates from metafor 3.8-1 under R 4.2.2::

    dat <- escalc(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg)
    baujat(rma(yi, vi, data=dat)); baujat(rma(yi, vi, data=dat, method="EE"))
"""

from __future__ import annotations

import numpy as np
import pytest
from drawn_figures import assert_laid_out, bcg_fit, drawn, made_up_fit
from pictures import assert_picture

import evidence as ev
from evidence.errors import InputError
from evidence.plot.fit_plots.baujat import baujat_plot
from evidence.plot.page.save import figure_bytes

RE_X = [0.04781833207, 1.49341118679, 0.55087527458, 1.58604972349, 0.67771092190, 0.01600554983, 1.53190284780]
RE_X += [1.66384562230, 0.16252330761, 1.11684754527, 0.43222102148, 1.59223843441, 1.26378797140]
RE_Y = [0.0015375019406, 0.1121070955457, 0.0243490373683, 0.2377733200506, 0.0669858181318, 0.0003332715365]
RE_Y += [0.1079095079666, 0.1989646142425, 0.0183816132308, 0.1113895717589, 0.0489706257786, 0.0618345435430]
RE_Y += [0.1153128505582]
EE_X = [0.64715873603, 6.85710962717, 2.02792428639, 51.10731362551, 0.88375780171, 18.33511222005, 6.35627725632]
EE_X += [49.36768627046, 0.02713516104, 12.12729542775, 0.66608571790, 1.44171924284, 2.38843270922]
EE_Y = [3.276599239e-03, 5.829078499e-02, 8.039338026e-03, 4.563099485, 2.924134954e-02, 5.711231179, 4.709268099e-02]
EE_Y += [34.87951031, 8.122359062e-04, 2.786393378e-01, 1.014178565e-01, 4.454298389e-03, 5.615154772e-02]


@pytest.mark.parametrize(("tau2", "xs", "ys"), [("REML", RE_X, RE_Y), ("EE", EE_X, EE_Y)])
def test_points_are_those_of_metafor(tau2, xs, ys) -> None:
    page = drawn(baujat_plot(bcg_fit(tau2=tau2)))
    points = page.middles("study")
    for values, places in ((xs, points[:, 0]), (ys, points[:, 1])):
        slope, start = np.polyfit(values, places, 1)
        assert slope > 0
        np.testing.assert_allclose(start + slope * np.array(values), places, atol=0.05)
        # 0 is a tick, where the scale says.
        ticks = [box for _, text, box in page.texts if text == "0"]
        middles = [((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in ticks]
        assert any(abs(x - start) < 0.6 or abs(y - start) < 1.5 for x, y in middles)


def test_titles_say_what_the_model_makes_of_it() -> None:
    titles = {tau2: " ".join(drawn(baujat_plot(bcg_fit(tau2=tau2))).words("axis-label")) for tau2 in ("EE", "REML")}
    assert "Contribution to Q" in titles["EE"]
    assert "Contribution to heterogeneity (squared Pearson residual)" in titles["REML"]
    regression = bcg_fit(mods=np.arange(13.0))
    assert "Influence on the fitted value" in drawn(baujat_plot(regression)).words("axis-label")
    # Contributions to Q add up to it.
    fit = bcg_fit(tau2="EE")
    found = ev.baujat(fit)
    assert found.terms_of_q
    assert found.x.sum() == pytest.approx(fit.q, rel=1e-10)
    assert not ev.baujat(bcg_fit()).terms_of_q


def test_result_and_fit_give_the_same_figure_and_its_words() -> None:
    fit = bcg_fit(tau2="EE")
    figure = ev.baujat(fit).plot(width_mm=84)
    assert figure_bytes(figure) == figure_bytes(baujat_plot(fit, width_mm=84))
    assert figure.heading == "Baujat plot: 13 studies"
    assert "Hart & Sutherland 1977: 51.11, 4.56" in figure.description
    assert "Most of the first: Hart & Sutherland 1977; of the second: TPT Madras 1980." in figure.description


def test_few_studies_and_a_study_without_influence_are_said() -> None:
    # Without the first study, the moderator does not vary any more.
    fit = ev.pool([0.1, 0.4, 0.3, 0.9], [0.02, 0.03, 0.02, 0.03], labels=list("abcd"), mods=[1, 0, 0, 0])
    page = drawn(baujat_plot(fit))
    assert len(page.middles("study")) == 3
    assert any(text.startswith("a has no place: ") for text in page.words("note"))
    assert any("easily one by chance" in text for text in page.words("warning"))
    with pytest.raises(InputError, match="at least two"):
        baujat_plot(ev.pool([0.1], [0.02]))


def test_the_farthest_are_named_first() -> None:
    fit = bcg_fit(tau2="EE")
    names = drawn(baujat_plot(fit, width_mm=84)).words("name")
    assert {"Hart & Sutherland 1977", "TPT Madras 1980", "Stein & Aronson 1953"} <= set(names)
    assert drawn(baujat_plot(fit, names="none")).words("name") == []


@pytest.mark.parametrize("width", [84, 120, 174])
@pytest.mark.parametrize("seed", [seed for seed in range(21) if seed % 7 > 1])
def test_layout(seed, width) -> None:
    preset = ("house", "revman5", "jama", "bmj", "cochrane")[seed % 5]
    fit = made_up_fit(seed, tau2=("REML", "EE")[seed % 2])
    page = assert_laid_out(baujat_plot(fit, width_mm=width, preset=preset), width)
    assert len(page.middles("study")) == fit.k


def test_effects_that_are_all_alike() -> None:
    alike = {"yi": [0.5, 0.5, 0.5], "vi": [0.01, 0.02, 0.03]}
    page = assert_laid_out(baujat_plot(ev.pool(**alike, test="z")), 120)
    assert len(page.middles("study")) == 3
    with pytest.raises(InputError, match="no study's influence can be told"):
        baujat_plot(ev.pool(**alike, test="hksj"))


def test_pictures() -> None:
    assert_picture(baujat_plot(bcg_fit(tau2="EE")), "baujat-equal-effects")
    assert_picture(baujat_plot(bcg_fit(), width_mm=84, preset="bmj"), "baujat-narrow")
