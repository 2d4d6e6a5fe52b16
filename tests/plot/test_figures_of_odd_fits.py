"""Figures of fits that are hard to draw: effects all alike, vast or tiny numbers, other tests, other measures."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_figures import assert_laid_out, drawn

import evidence as ev
from evidence.plot import drapery, funnel, radial
from evidence.plot.fit_plots.baujat import baujat_plot
from evidence.plot.fit_plots.p_value_curves import p_values

FITS = {
    "all alike": ev.pool([0.5, 0.5, 0.5], [0.01, 0.02, 0.03]),
    "all at no effect": ev.pool([0.0, 0.0, 0.0], [0.01, 0.02, 0.03], measure="RR"),
    "the very same study": ev.pool([0.5] * 3, [0.01] * 3, test="z"),
    "ratios beyond numbers": ev.pool([-100.0, 100.0], [1.0, 2.0], measure="OR"),
    "one ratio beyond numbers": ev.pool([0.1, 0.2, 250.0], [0.01, 0.01, 1.0], measure="RR"),
    "huge": ev.pool([1e12, 3e12, -2e12], [1e22, 2e23, 5e22]),
    "tiny": ev.pool([1e-9, 3e-9, -2e-9], [1e-18, 2e-19, 5e-18]),
    "one vast error": ev.pool([0.1, 0.2, 0.3, 0.4], [0.01, 0.01, 0.01, 1e6]),
    "one study": ev.pool([0.3], [0.04], measure="RR"),
    "two studies far apart": ev.pool([-0.3, 5.0], [0.04, 0.04], measure="RR"),
    "one half is no effect": ev.pool([0.6, 0.7, 0.9], [0.01, 0.02, 0.01], measure="AUC"),
    "a proportion": ev.pool([0.6, 0.7, 0.9], [0.01, 0.02, 0.01], measure="PFT"),
    "a row left out": ev.pool([0.6, np.nan, 0.9, 0.7], [0.01, 0.02, 0.01, 0.03], missing="drop"),
    "given weights": ev.pool([0.6, 0.7, 0.9], [0.01, 0.02, 0.01], weights=[1, 2, 3]),
}
FIGURES = {
    "funnel": funnel,
    "inverse funnel": lambda fit, **options: funnel(fit, yaxis="inverse-se", **options),
    "radial": radial,
    "drapery": drapery,
    "drapery of p": lambda fit, **options: drapery(fit, yscale="p", **options),
}


@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("name", FITS)
def test_it_is_laid_out_and_says_only_numbers(name, kind) -> None:
    figure = FIGURES[kind](FITS[name], width_mm=84)
    page = assert_laid_out(figure, 84)
    if "drapery" not in kind:
        assert len(page.middles("study")) == FITS[name].k
    assert not any(word in figure.description for word in ("nan", "inf "))


def test_a_ratio_that_no_number_holds_is_shown_as_a_bound() -> None:
    description = funnel(FITS["ratios beyond numbers"]).description
    assert "(95% CI <0.01 to >1000)" in description


def test_effects_all_alike_have_no_pooled_curve() -> None:
    page = drawn(drapery(FITS["all alike"]))
    assert "pooled" not in page.lines
    assert "The pooled estimate has no standard error, and so no curve." in page.words("note")


@pytest.mark.parametrize("test", ["z", "t", "hksj", "adhoc", "adhoc-ci", "adhoc-iqwig6", "kr"])
@pytest.mark.parametrize("effects", [[0.6, 0.7, 0.9], [0.6, 0.61, 0.62], [0.1, 0.9, 2.0]], ids=str)
def test_the_curve_crosses_one_less_the_level_at_the_limits(test, effects) -> None:
    fit = ev.pool(effects, [0.01, 0.02, 0.01], test=test, level=0.9)
    np.testing.assert_allclose(p_values(fit).pooled(fit.ci), 0.1, rtol=1e-9)
    np.testing.assert_allclose(p_values(fit).pooled([0.0]), fit.pvalue, rtol=1e-9)
    for prediction in ("normal", "tau", "k-p", "k-p-1"):
        other = ev.pool(effects, [0.01, 0.02, 0.01], test="hksj", prediction=prediction, level=0.9)
        if np.ptp(other.pi) > 0:
            np.testing.assert_allclose(p_values(other).prediction(other.pi), 0.1, rtol=1e-9)


def test_two_studies_have_no_baujat_plot() -> None:
    with pytest.raises(ev.InputError, match="no study's influence can be told"):
        baujat_plot(FITS["two studies far apart"])
