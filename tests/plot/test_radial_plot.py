"""The radial plot: its points are metafor's, its line, band and arc agree with them.

Coordinates from metafor 3.8-1 under R 4.2.2::

    dat <- escalc(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg)
    radial(rma(yi, vi, data=dat)); radial(rma(yi, vi, data=dat, method="EE"))
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from drawn_figures import assert_laid_out, bcg_fit, drawn, made_up_fit
from pictures import assert_picture
from scipy.stats import norm

import evidence as ev
from evidence.errors import InputError, NotPooledError
from evidence.plot import radial
from evidence.plot.page.save import figure_bytes

RE_X = [1.251146016, 1.403276323, 1.171526323, 1.732258627, 1.656452316, 1.767355692, 1.365564021, 1.775538332]
RE_X += [1.644706729, 1.608998234, 1.752349644, 1.087374664, 1.612383216]
RE_Z = [-1.11265833286, -2.22473836611, -1.57930317920, -2.49713948558, -0.36035676573, -1.38934585498, -2.21344029626]
RE_Z += [0.02122182633, -0.77205436571, -2.20649136637, -0.59467532201, 0.48487493403, -0.02791671951]
EE_X = [1.752540095, 2.266990233, 1.551613324, 7.069295072, 4.418978434, 12.033686977, 2.117535862, 15.887875328]
EE_X += [4.209483129, 3.700537682, 8.975845596, 1.370369898, 3.742283831]
EE_Z = [-1.55855376937, -3.59406060124, -2.09168825909, -10.19075072395, -0.96133692512, -9.45986888713]
EE_Z += [-3.43231011767, 0.18989718490, -1.97600567279, -5.07471311991, -3.04603244471, 0.61106630147, -0.06479370846]


def axes(page, xs, ys):
    """Return the two scales of a figure, worked out from where the studies were drawn."""
    points = page.middles("study")
    across, up = np.polyfit(xs, points[:, 0], 1), np.polyfit(ys, points[:, 1], 1)
    np.testing.assert_allclose(np.polyval(across, xs), points[:, 0], atol=0.01)
    np.testing.assert_allclose(np.polyval(up, ys), points[:, 1], atol=0.01)
    return across, up


@pytest.mark.parametrize(("tau2", "xs", "zs"), [("REML", RE_X, RE_Z), ("EE", EE_X, EE_Z)])
def test_points_are_those_of_metafor(tau2, xs, zs) -> None:
    result = bcg_fit(tau2=tau2)
    figure = radial(result)
    page = drawn(figure)
    across, up = axes(page, xs, zs)
    # The vertical axis stands at precision 0.
    assert min(line[:, 0].min() for line in page.lines["axis"]) == pytest.approx(across[1], abs=0.01)
    assert up[0] > 0
    own = ev.radial(result)
    np.testing.assert_allclose(own.x, xs, rtol=1e-5)
    np.testing.assert_allclose(own.y, zs, rtol=2e-4, atol=1e-6)
    assert f"z {zs[3]:.2f} at precision {xs[3]:.2f}".replace("-", "−") in figure.description


@pytest.mark.parametrize("tau2", ["REML", "EE"])
def test_line_band_and_arc_agree_with_the_fit(tau2) -> None:
    result = bcg_fit(tau2=tau2)
    xs, zs = (RE_X, RE_Z) if tau2 == "REML" else (EE_X, EE_Z)
    page = drawn(radial(result))
    across, up = axes(page, xs, zs)

    def values(points):
        return (points[:, 0] - across[1]) / across[0], (points[:, 1] - up[1]) / up[0]

    (line,) = page.lines["pooled"]
    x, z = values(line)
    np.testing.assert_allclose(z[0], 0.0, atol=0.01)
    assert z[-1] / x[-1] == pytest.approx(result.estimate, abs=2e-3)
    (band,) = page.shapes["band"]
    x, z = values(band)
    away = abs(z - result.estimate * x)
    assert away.max() == pytest.approx(norm.ppf(0.975), abs=0.01)
    # Every tick of the arc lies on the ray whose slope is the effect that its text says, all at one distance.
    labels = [(text, box) for role, text, box in page.texts if role == "arc-label"]
    assert len(labels) == len(page.lines["arc-tick"]) >= 2
    centre = np.array([across[1], up[1]])
    for (text, _), tick in zip(labels, page.lines["arc-tick"], strict=True):
        x, z = values(tick)
        np.testing.assert_allclose(z / x, math.log(float(text)), atol=0.01 if text != "0.67" else 0.02)
    ends = np.array([tick[0] for tick in page.lines["arc-tick"]])
    distances = np.hypot(*(ends - centre).T)
    assert np.ptp(distances) < 0.01
    # No study lies beyond the arc.
    assert np.hypot(*(page.middles("study") - centre).T).max() < distances[0] - 5
    # The thick part of the arc ends at the confidence limits, where they are in sight.
    (thick,) = page.lines["arc-interval"]
    x, z = values(thick)
    np.testing.assert_allclose(sorted([z[0] / x[0], z[-1] / x[-1]]), result.ci, atol=5e-3)


def test_studies_outside_the_band_are_named() -> None:
    result = bcg_fit(tau2="EE")
    outside = abs(np.array(EE_Z) - result.estimate * np.array(EE_X)) > norm.ppf(0.975)
    figure = radial(result, width_mm=174)
    assert set(drawn(figure).words("name")) <= set(result.labels[outside])
    assert f"Outside the band lie {outside.sum()} of 13" in figure.description
    assert set(drawn(radial(result, names="all", width_mm=174)).words("name")) > set(result.labels[outside])


def test_words_and_levels() -> None:
    result = bcg_fit(level=0.9)
    figure = radial(result)
    assert figure.heading == "Radial plot: risk ratio, 13 studies"
    words = " ".join(drawn(figure).words("legend"))
    assert "Within 1.64 of the line (90%)" in words
    low, high = np.exp(result.ci)
    assert f"Pooled estimate 0.49 (90% CI {low:.2f} to {high:.2f})" in words
    assert "z: effect / √(v + τ²)" in drawn(figure).words("axis-label")
    assert "z: effect / standard error" in drawn(radial(bcg_fit(tau2="EE"))).words("axis-label")


def test_one_study_has_no_line_and_a_regression_no_plot() -> None:
    page = drawn(radial(ev.pool([0.4], [0.1])))
    assert "pooled" not in page.lines
    assert "band" not in page.shapes
    assert "One study: nothing is pooled." in page.words("note")
    with pytest.raises(NotPooledError):
        radial(ev.pool([0.1, 0.3, 0.2, 0.5], [0.02, 0.05, 0.03, 0.04], mods=np.array([1.0, 2.0, 3.0, 5.0])))
    with pytest.raises(InputError, match="takes a fit"):
        radial("a fit")


@pytest.mark.parametrize("width", [84, 120, 174])
@pytest.mark.parametrize("seed", range(21))
def test_layout(seed, width) -> None:
    result = made_up_fit(seed, tau2=("REML", "EE", "DL")[seed % 3])
    preset = ("house", "revman5", "jama", "bmj", "cochrane")[seed % 5]
    figure = radial(result, width_mm=width, preset=preset, names=("outside", "all")[seed % 2])
    page = assert_laid_out(figure, width)
    assert len(page.middles("study")) == result.k
    for role in ("arc", "arc-interval"):
        for arc in page.lines.get(role, []):
            assert np.ptp(arc, axis=0).max() > 0


def test_the_same_fit_gives_the_same_bytes() -> None:
    assert figure_bytes(radial(bcg_fit())) == figure_bytes(radial(bcg_fit()))


def test_pictures() -> None:
    assert_picture(radial(bcg_fit(tau2="EE")), "radial-equal-effects")
    assert_picture(radial(made_up_fit(3, k=4, measure="MD"), width_mm=84, preset="bmj"), "radial-narrow")
