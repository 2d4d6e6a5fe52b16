"""Effects from test statistics, and Wald-type results: round trips, preferences, signs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from evidence import reported as rp

NAN = float("nan")


@given(t=st.floats(-8, 8), n1=st.integers(3, 80), n2=st.integers(3, 80), vtype=st.sampled_from(["LS", "LS2", "UB"]))
def test_t_f_p_and_d_give_one_effect(t, n1, n2, vtype):
    assume(abs(t) > 0.01)
    df = n1 + n2 - 2
    p = 2 * stats.t.sf(abs(t), df)
    ways = {"t": t, "f": np.sign(t) * t**2, "p": np.sign(t) * p, "d": t * np.sqrt(1 / n1 + 1 / n2)}
    results = [rp.smd_from_statistic(n1, n2, vtype=vtype, **{name: value}) for name, value in ways.items()]
    for result in results:
        assert result.yi == pytest.approx(results[0].yi, rel=1e-7)
        assert result.vi == pytest.approx(results[0].vi, rel=1e-7)
        assert result.t == pytest.approx(t, rel=1e-7)
    assert abs(results[0].yi) < abs(results[0].d)


def test_without_the_correction_the_effect_is_d():
    plain = rp.smd_from_statistic(12, 15, t=2.2, correct=False)
    d = 2.2 * np.sqrt(1 / 12 + 1 / 15)
    assert plain.yi == pytest.approx(d)
    assert plain.vi == pytest.approx(1 / 12 + 1 / 15 + d**2 / 54)
    for vtype in ("LS2", "UB"):
        with_j, without = (rp.smd_from_statistic(12, 15, t=2.2, vtype=vtype, correct=c) for c in (True, False))
        assert with_j.vi / without.vi == pytest.approx((with_j.yi / without.yi) ** 2)


def test_the_unbiased_variance_is_unbiased():
    rng = np.random.default_rng(7)
    n, reps, true = 8, 40_000, 0.8
    x, y = rng.normal(true, 1, (reps, n)), rng.normal(0, 1, (reps, n))
    pooled = np.sqrt((x.var(axis=1, ddof=1) + y.var(axis=1, ddof=1)) / 2)
    t = (x.mean(axis=1) - y.mean(axis=1)) / (pooled * np.sqrt(2 / n))
    result = rp.smd_from_statistic(n, n, t=t, vtype="UB")
    assert result.yi.mean() == pytest.approx(true, abs=0.02)
    assert result.vi.mean() == pytest.approx(result.yi.var(), rel=0.03)


def test_the_first_statistic_that_a_row_has_is_used():
    result = rp.smd_from_statistic(
        20, 20, d=[0.5, NAN, NAN, NAN, NAN], t=[1, 2, NAN, NAN, NAN], f=[1, 1, 4, NAN, NAN], p=[0.1, 0.1, 0.1, 0.1, NAN]
    )
    assert result.d[0] == 0.5
    np.testing.assert_allclose(result.t[1:3], [2, 2])
    assert result.t[3] == pytest.approx(stats.t.isf(0.05, 38))
    assert np.isnan(result.yi[4])
    assert result.notes[4] == "none of d, t, f, p is there"
    unsigned = "the statistic has no direction of its own: the sign that was given is used"
    assert result.notes[:4] == ("", "", unsigned, unsigned)


def test_a_bound_gives_the_smallest_effect_that_agrees():
    bound = rp.smd_from_statistic(20, 20, p=0.001, operator="<")
    assert "the smallest effect that agrees with it" in bound.cautions[0]
    assert np.all(rp.smd_from_statistic(20, 20, p=[1e-4, 1e-6, 9e-4]).yi > bound.yi)


def test_an_effect_that_is_too_large_to_believe_is_cautioned():
    assert "|g| = 6.2 is implausibly large" in rp.smd_from_statistic(20, 20, t=20).cautions[0]


@given(t=st.floats(-8, 8), n=st.integers(3, 80), r=st.floats(-0.9, 0.95))
def test_paired_effects_differ_by_the_correlation_alone(t, n, r):
    change, raw = (rp.smd_from_paired_statistic(n, t=t, r=r, measure=m) for m in ("SMCC", "SMCR"))
    assert change.d == pytest.approx(t / np.sqrt(n))
    assert raw.yi == pytest.approx(change.yi * np.sqrt(2 * (1 - r)), abs=1e-12)
    base = 2 * (1 - r) / n
    assert raw.vi - base == pytest.approx(raw.yi**2 / (2 * n), abs=1e-12)
    signed_f = rp.smd_from_paired_statistic(n, f=np.copysign(t * t, t), r=r, measure="SMCR")
    assert signed_f.yi == pytest.approx(raw.yi, abs=1e-9)


@given(r=st.floats(-0.99, 0.99), n=st.integers(4, 500))
def test_correlations_come_back_from_their_test(r, n):
    assume(abs(r) > 1e-4)
    t = r * np.sqrt((n - 2) / (1 - r**2))
    p = 2 * stats.t.sf(abs(t), n - 2)
    assume(p > 1e-200)
    for name, value in {"t": t, "f": np.sign(t) * t**2, "p": np.sign(t) * p}.items():
        found = rp.r_from_statistic(n, measure="ZCOR", **{name: value})
        assert found.r == pytest.approx(r, rel=1e-6)
        assert found.yi == pytest.approx(np.arctanh(r), rel=1e-5)
        assert found.vi == pytest.approx(1 / (n - 3))
    phi = rp.r_from_statistic(n, chi2=np.sign(r) * n * r**2)
    assert phi.r == pytest.approx(r)
    assert "φ of a 2 × 2 table" in phi.cautions[0]


def test_a_perfect_correlation_is_withheld():
    result = rp.r_from_statistic(30, chi2=[30.0, -30.0, 29.0])
    np.testing.assert_array_equal(np.isnan(result.yi), [True, True, False])
    assert result.notes[0].endswith("a correlation of 1 or −1 has no sampling variance")


class TestWald:
    """What each study prints, in the order of preference, and what cannot be right."""

    def test_the_interval_goes_before_the_statistic_and_that_before_the_p_value(self):
        result = rp.wald_effect(
            1.0,
            ci_low=[0.0, NAN, NAN, 0.0],
            ci_high=[2.0, NAN, NAN, NAN],
            z=[4.0, 4.0, NAN, NAN],
            p=[0.5, 0.5, 0.5, 0.5],
            check=False,
        )
        half = stats.norm.ppf(0.975)
        np.testing.assert_allclose(result.sei, [1 / half, 0.25, 1 / stats.norm.isf(0.25), 1 / stats.norm.isf(0.25)])

    def test_known_values_are_kept(self):
        result = rp.wald_effect([1.0, 1.0], ci_low=0.0, ci_high=2.0, yi=[NAN, 0.7], vi=[0.5, NAN])
        np.testing.assert_allclose(result.yi, [1.0, 0.7])
        assert result.vi[0] == 0.5
        assert result.vi[1] == pytest.approx((1 / stats.norm.ppf(0.975)) ** 2)

    @pytest.mark.parametrize(
        ("transf", "printed"),
        [("none", lambda x: x), ("log", np.exp), ("logit", lambda x: 1 / (1 + np.exp(-x))), ("atanh", np.tanh)],
    )
    def test_every_transformation_leads_back(self, transf, printed):
        yi, sei = np.array([-0.4, 0.1, 0.9]), np.array([0.1, 0.3, 0.2])
        half = stats.norm.ppf(0.95) * sei
        result = rp.wald_effect(
            printed(yi), ci_low=printed(yi - half), ci_high=printed(yi + half), level=0.9, transf=transf
        )
        np.testing.assert_allclose(result.yi, yi, rtol=1e-9)
        np.testing.assert_allclose(result.sei, sei, rtol=1e-9)
        assert result.cautions == ()

    def test_a_function_does_as_well_as_its_name(self):
        named, function = (rp.wald_effect(1.4, ci_low=1.0, ci_high=1.9, transf=t) for t in ("log", np.log))
        assert named.vi == function.vi
        assert function.options["transf"] == "log"

    def test_intervals_and_tests_that_disagree_are_cautioned(self):
        result = rp.wald_effect(1.0, ci_low=0.5, ci_high=1.5, z=[3.9, 2.0])
        assert result.row_cautions[0] == ""
        assert "differ by more than 25%" in result.row_cautions[1]
        assert rp.wald_effect(1.0, ci_low=0.5, ci_high=1.5, z=2.0, check=False).cautions == ()

    def test_off_centre_and_opposite_signs_are_cautioned(self):
        result = rp.wald_effect([1.0, 1.0], ci_low=[0.9, NAN], ci_high=[3.0, NAN], z=[NAN, -2.0])
        assert "halfway" in result.row_cautions[0]
        assert result.row_cautions[1] == "z and the effect have opposite signs"

    def test_rows_without_a_variance_keep_their_effect_and_say_why(self):
        result = rp.wald_effect([0.5, 0.0, 0.5, NAN], z=[NAN, 0.0, 0.0, 1.0], n=[10, 20, 30, 40])
        np.testing.assert_array_equal(result.yi, [0.5, 0.0, 0.5, NAN])
        assert np.isnan(result.vi).all()
        assert result.notes == (
            "no interval, statistic or p-value: no variance",
            "no effect, or z = 0 (p = 1), says nothing of the variance",
            "no effect, or z = 0 (p = 1), says nothing of the variance",
            "no effect is there",
        )
        np.testing.assert_array_equal(result.n, [10, 20, 30, 40])

    @given(c=st.floats(1e-3, 1e3))
    def test_the_unit_of_measurement_does_not_matter(self, c):
        plain, scaled = (rp.wald_effect(2.0 * u, ci_low=1.0 * u, ci_high=3.1 * u) for u in (1.0, c))
        assert scaled.vi / c**2 == pytest.approx(plain.vi, rel=1e-9)
