"""Every transformation: there and back, beyond the ends, and against independent integrals."""

from __future__ import annotations

import inspect
import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from evidence.effects import transformations as tr
from evidence.errors import InputError

FEW = settings(max_examples=60, deadline=None)
D = st.floats(-4, 4)
SHARE = st.floats(0.001, 0.999)

OF_D = {
    "d_to_u2": "u2_to_d",
    "d_to_u3": "u3_to_d",
    "d_to_cles": "cles_to_d",
    "d_to_cliffs_delta": "cliffs_delta_to_d",
    "d_to_besd": "besd_to_d",
    "d_to_rpb": "rpb_to_d",
    "d_to_rbis": "rbis_to_d",
    "d_to_lnor_normal": "lnor_to_d_normal",
    "d_to_lnor_logistic": "lnor_to_d_logistic",
}
OF_SIZE = {"d_to_u1": "u1_to_d", "d_to_overlap": "overlap_to_d"}
OF_SHARES = {
    "logit": "inverse_logit",
    "probit": "inverse_probit",
    "arcsine": "inverse_arcsine",
    "r2_to_z": "z_to_r2",
    "r_to_z": "z_to_r",
    "hakstian_whalen": "inverse_hakstian_whalen",
    "bonett": "inverse_bonett",
}


@FEW
@given(D)
def test_from_d_and_back(d):
    for there, back in OF_D.items():
        assert getattr(tr, back)(getattr(tr, there)(d)) == pytest.approx(d, rel=1e-9, abs=1e-9)
    for there, back in OF_SIZE.items():
        assert getattr(tr, back)(getattr(tr, there)(d)) == pytest.approx(abs(d), rel=1e-9, abs=1e-9)
    assert tr.md_to_d(tr.d_to_md(d, 3.5), 3.5) == pytest.approx(d)


@FEW
@given(SHARE)
def test_from_a_share_and_back(p):
    for there, back in OF_SHARES.items():
        assert getattr(tr, back)(getattr(tr, there)(p)) == pytest.approx(p, rel=1e-11)


@FEW
@given(SHARE, st.floats(1, 1e5))
def test_freeman_tukey_there_and_back(p, n):
    assert tr.inverse_double_arcsine(tr.double_arcsine(p, n), n) == pytest.approx(p, rel=1e-6, abs=1e-9)
    assert tr.inverse_freeman_tukey_rate(tr.freeman_tukey(p, n), n) == pytest.approx(p, rel=1e-9)


@FEW
@given(D, st.floats(0.01, 0.99))
def test_odds_ratios_there_and_back(lnor, risk):
    assert tr.rr_to_lnor(tr.lnor_to_rr(lnor, risk), risk) == pytest.approx(lnor, rel=1e-9, abs=1e-11)
    assert tr.rd_to_lnor(tr.lnor_to_rd(lnor, risk), risk) == pytest.approx(lnor, rel=1e-7, abs=1e-9)
    odds = risk / (1 - risk) * math.exp(lnor)
    other = odds / (1 + odds)
    assert tr.lnor_to_rr(lnor, risk) == pytest.approx(other / risk, rel=1e-12)
    assert tr.lnor_to_rd(lnor, risk) == pytest.approx(other - risk, abs=1e-14)


@FEW
@given(D, st.integers(2, 300), st.integers(2, 300))
def test_group_sizes_there_and_back(d, n1, n2):
    sizes = {"n1": n1, "n2": n2}
    r = tr.d_to_rpb(d, **sizes)
    assert tr.rpb_to_d(r, **sizes) == pytest.approx(d, rel=1e-9)
    assert tr.rbis_to_rpb(tr.rpb_to_rbis(r, **sizes), **sizes) == pytest.approx(r, rel=1e-12)
    # t of the two groups gives the same correlation
    t = d / math.sqrt(1 / n1 + 1 / n2)
    assert r == pytest.approx(t / math.sqrt(t**2 + n1 + n2 - 2), rel=1e-12)


def test_what_the_words_mean():
    d = 0.7
    x = np.linspace(-12, 12, 200_001)
    lower, upper = stats.norm.pdf(x), stats.norm.pdf(x, d)
    overlap = integrate.trapezoid(np.minimum(lower, upper), x)
    assert tr.d_to_overlap(d) == pytest.approx(overlap, rel=1e-8)
    assert tr.d_to_u1(d) == pytest.approx(1 - overlap / (2 - overlap), rel=1e-8)
    ahead = integrate.trapezoid(upper * stats.norm.cdf(x), x)
    assert tr.d_to_cles(d) == pytest.approx(ahead, rel=1e-8)
    assert tr.d_to_cliffs_delta(d) == pytest.approx(2 * ahead - 1, rel=1e-8)


@pytest.mark.parametrize("tau2", [0.0, 1e-8, 0.04, 0.9999, 1.0, 1.0001, 4.0, 400.0, 1e6])
@pytest.mark.parametrize("mu", [-9.0, -1.5, 0.0, 0.3, 4.0])
def test_means_on_the_readers_scale_are_the_integrals(mu, tau2):
    tau = math.sqrt(tau2)
    cases = (
        (tr.inverse_logit_mean, lambda y: 1 / (1 + math.exp(-y)) if y > -700 else 0.0),
        (tr.z_to_r_mean, math.tanh),
    )
    for function, transform in cases:
        if tau == 0:
            expected = transform(mu)
        else:
            kink = -mu / tau
            points = [kink] if abs(kink) < 12 else None
            expected = integrate.quad(
                lambda z, g=transform: g(mu + tau * z) * stats.norm.pdf(z),
                -12,
                12,
                points=points,
                limit=500,
                epsabs=1e-13,
            )[0]
        assert float(function(mu, tau2)) == pytest.approx(expected, rel=1e-8, abs=1e-9)
    assert float(tr.exp_mean(mu, tau2)) == pytest.approx(math.exp(min(mu + tau2 / 2, 709)), rel=1e-12) or tau2 > 1000


def test_the_mean_of_a_transform_has_the_shape_of_its_arguments():
    assert tr.inverse_logit_mean([0.1, 0.2, 0.3], 0.5).shape == (3,)
    assert tr.z_to_r_mean(0.1, [0.0, 0.5]).shape == (2,)
    assert np.ndim(tr.exp_mode(0.1, 0.2)) == 0


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("r_to_z", (1.01,)),
        ("r2_to_z", (-0.01,)),
        ("logit", (1.5,)),
        ("probit", (-0.1,)),
        ("arcsine", (2,)),
        ("bonett", (1.1,)),
        ("double_arcsine", (0.5, 0)),
        ("freeman_tukey", (-1, 3)),
        ("inverse_double_arcsine", (0.5, -3)),
        ("cles_to_d", (1.2,)),
        ("u1_to_d", (-0.1,)),
        ("cliffs_delta_to_d", (-1.2,)),
        ("rpb_to_d", (1.2,)),
        ("rbis_to_rpb", (1.6,)),
        ("d_to_md", (0.3, 0)),
        ("lnor_to_rr", (0.3, 1.1)),
        ("rr_to_lnor", (3.0, 0.5)),
        ("rd_to_lnor", (0.6, 0.5)),
        ("exp_mean", (0.1, -0.1)),
    ],
)
def test_what_has_no_place_on_a_scale_is_refused(function, arguments):
    with pytest.raises(InputError):
        getattr(tr, function)(*arguments)


def test_the_message_names_the_value_and_where():
    with pytest.raises(InputError, match=r"r must lie between −1 and 1; found 1\.2 at position 2"):
        tr.r_to_z([0.1, 0.2, 1.2])
    with pytest.raises(InputError, match="d must be a number"):
        tr.d_to_cles("0.5")
    with pytest.raises(InputError, match="both n1 and n2"):
        tr.d_to_rpb(0.5, n1=10)


@pytest.mark.parametrize(
    "name", [name for name in tr.__all__ if len(inspect.signature(getattr(tr, name)).parameters) == 1]
)
def test_missing_stays_missing_and_numbers_stay_numbers(name):
    function = getattr(tr, name)
    assert np.isnan(function(np.nan))
    assert np.ndim(function(0.5)) == 0
    assert function([[0.5, np.nan]]).shape == (1, 2)


def test_the_ends():
    assert tr.logit([0.0, 1.0]).tolist() == [-math.inf, math.inf]
    assert tr.r_to_z([-1.0, 1.0]).tolist() == [-math.inf, math.inf]
    assert tr.inverse_logit([-1000.0, 1000.0]).tolist() == [0.0, 1.0]
    assert tr.inverse_log(1000.0) == math.inf
    assert tr.z_to_r2([-0.5, 0.0]).tolist() == [0.0, 0.0]
    assert tr.lnor_to_rr([-1000.0, 1000.0], 0.25).tolist() == [0.0, 4.0]
    assert tr.lnor_to_rd([-1000.0, 1000.0], 0.25).tolist() == [-0.25, 0.75]
    assert tr.lnor_to_rd(2.0, [0.0, 1.0]).tolist() == [0.0, 0.0]
    assert tr.lnor_to_rr(2.0, 0.0) == pytest.approx(math.exp(2.0))


def test_every_transformation_says_where_it_comes_from():
    own = {"inverse_log", "inverse_square_root"}
    for name in set(tr.__all__) - own:
        text = inspect.getdoc(getattr(tr, name)) or ""
        assert any(mark in text for mark in ("doi:", "Fisher RA", ":func:", "Aitchison")), name


def test_they_come_with_the_package():
    """In a process of its own: here they are imported already, which would bind the name."""
    code = "import evidence as ev; print(ev.effects.transformations.d_to_cles(0.0))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0.5"
