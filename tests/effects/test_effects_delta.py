"""The delta method against closed forms and simulation, and what it refuses."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.effects import delta_method, transform_effects
from evidence.errors import ConvergenceError, InputError

FEW = settings(max_examples=40, deadline=None)
V = np.array([[0.04, 0.01], [0.01, 0.09]])


def test_linear_functions_are_exact():
    weights = np.array([[2.0, -1.0], [0.5, 3.0]])
    found = delta_method(lambda a, b: weights @ np.array([a, b]), [1.5, -4.0], V)
    np.testing.assert_allclose(found.vcov, weights @ V @ weights.T, rtol=1e-11)
    np.testing.assert_allclose(found.estimate, weights @ [1.5, -4.0])
    second = delta_method(lambda a, b: weights @ np.array([a, b]), [1.5, -4.0], V, order=2)
    np.testing.assert_allclose(second.vcov, found.vcov, rtol=1e-9)


@FEW
@given(st.floats(0.5, 20), st.floats(0.5, 20), st.floats(1e-4, 1), st.floats(1e-4, 1), st.floats(1e-6, 1e6))
def test_a_ratio_and_its_unit(a, b, va, vb, unit):
    variance = va / b**2 + vb * a**2 / b**4
    found = delta_method(lambda x, y: x / y, [a, b], [va, vb])
    assert found.se.item() ** 2 == pytest.approx(variance, rel=1e-7)
    scaled = delta_method(lambda x, y: x / y, [a * unit, b], [va * unit**2, vb])
    assert scaled.se.item() == pytest.approx(found.se.item() * unit, rel=1e-7)


def test_second_order_is_the_variance_of_a_quadratic_form():
    # x'Ax of a normal x with mean 0 has the variance 2 tr(AVAV); its first order is 0
    found = delta_method(lambda a, b: a**2 + a * b - 3 * b**2, [0.0, 0.0], V, order=2)
    matrix = np.array([[1.0, 0.5], [0.5, -3.0]])
    assert found.vcov.item() == pytest.approx(2 * np.trace(matrix @ V @ matrix @ V), rel=1e-6)
    rng = np.random.default_rng(1)
    a, b = rng.multivariate_normal([0.0, 0.0], V, 400_000).T
    assert np.var(a**2 + a * b - 3 * b**2) == pytest.approx(found.vcov.item(), rel=0.02)


def test_a_product_at_second_order_is_exact():
    # independent: Var(ab) = a²v_b + b²v_a + v_a v_b
    found = delta_method(lambda a, b: a * b, [2.0, 3.0], [0.5, 0.7], order=2)
    assert found.vcov.item() == pytest.approx(4 * 0.7 + 9 * 0.5 + 0.35, rel=1e-9)


def test_given_derivatives_and_numerical_ones_agree():
    given_ = delta_method(
        lambda a, b: a * math.exp(b), [1.2, 0.4], V, gradient=lambda a, b: [math.exp(b), a * math.exp(b)]
    )
    found = delta_method(lambda a, b: a * math.exp(b), [1.2, 0.4], V)
    np.testing.assert_allclose(found.se, given_.se, rtol=1e-9)
    assert (given_.derivatives, found.derivatives) == ("given", "numerical")


def test_a_function_of_one_array():
    one = delta_method(lambda x: [x[0] * x[1], x.sum()], [2.0, 3.0], V)
    each = delta_method(lambda a, b: [a * b, a + b], [2.0, 3.0], V)
    np.testing.assert_allclose(one.vcov, each.vcov, rtol=1e-10)


def test_test_and_interval():
    found = delta_method(math.log, 2.0, 0.01, null=math.log(1.5), level=0.9, names=["log mean"])
    assert found.se.item() == pytest.approx(0.05, rel=1e-10)
    assert found.statistic.item() == pytest.approx((math.log(2) - math.log(1.5)) / 0.05, rel=1e-9)
    assert found.ci_high.item() - found.estimate.item() == pytest.approx(1.6448536269514722 * 0.05, rel=1e-9)
    frame = found.to_frame()
    assert list(frame.index) == ["log mean"]
    assert json.loads(json.dumps(found.to_dict()))["level"] == 0.9
    assert "Delta method" in found.summary()
    assert max(len(line) for line in found.summary().splitlines()) <= 80
    assert repr(found).startswith("<DeltaResult")


def test_no_uncertainty_gives_none():
    found = delta_method(lambda a: a**2, 3.0, 0.0)
    assert (found.estimate.item(), found.se.item()) == (9.0, 0.0)
    assert np.isnan(found.statistic.item())
    assert np.isnan(found.pvalue.item())


def test_a_corner_is_not_passed_over():
    with pytest.raises(ConvergenceError, match="corner"):
        delta_method(lambda a: np.abs(a - 0.3001) * 5, 0.3, 0.01)
    with pytest.raises(ConvergenceError, match="corner"):
        transform_effects([0.3001], [0.01], lambda y: np.where(y > 0.3, 1.0, 0.0))


@pytest.mark.parametrize(
    ("estimates", "vcov", "options"),
    [
        ([1.0, np.nan], V, {}),
        ([1.0, 2.0], V[:1], {}),
        ([1.0, 2.0], [0.1, 0.2, 0.3], {}),
        ([1.0, 2.0], [-0.1, 0.2], {}),
        ([1.0, 2.0], [[1.0, 0.5], [0.1, 1.0]], {}),
        ([1.0, 2.0], V, {"order": 3}),
        ([1.0, 2.0], V, {"level": 95}),
        ([1.0, 2.0], V, {"null": np.inf}),
        ([1.0, 2.0], V, {"names": ["a", "b"]}),
        ([1.0, 2.0], V, {"gradient": lambda a, b: [1.0, 2.0, 3.0]}),
        (["x", "y"], V, {}),
    ],
)
def test_bad_input_is_refused(estimates, vcov, options):
    with pytest.raises(InputError):
        delta_method(lambda a, b: a + b, estimates, vcov, **options)


def test_a_function_that_fails_or_is_not_finite():
    with pytest.raises(InputError, match="not finite"):
        delta_method(lambda a: np.log(a), -1.0, 0.1)
    with pytest.raises(InputError, match="value by value"):
        transform_effects([0.1, 0.2], [0.1, 0.1], np.sum)
    with pytest.raises(InputError, match="failed"):
        transform_effects([0.1, 0.2], [0.1, 0.1], lambda y: y["x"])
    with pytest.raises(InputError, match="one variance per effect"):
        transform_effects([0.1, 0.2], [0.1], np.exp)


def test_effects_keep_their_gaps():
    yi, vi = transform_effects([0.1, np.nan, 0.3], [0.01, 0.02, np.nan], np.exp)
    assert np.isnan(yi).tolist() == [False, True, False]
    assert np.isnan(vi).tolist() == [False, True, True]
    assert vi[0] == pytest.approx(math.exp(0.2) * 0.01, rel=1e-10)
    exact = transform_effects([0.1], [0.01], np.exp, derivative=np.exp)[1]
    assert exact.item() == pytest.approx(math.exp(0.2) * 0.01, rel=1e-15)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_steps_follow_the_scale_of_the_effects(scale):
    yi, vi = transform_effects(
        np.array([0.2, -0.4]) * scale, np.array([0.01, 0.3]) * scale**2, lambda y: (y / scale) ** 3
    )
    np.testing.assert_allclose(yi, [0.008, -0.064])
    np.testing.assert_allclose(vi, np.array([3 * 0.04, 3 * 0.16]) ** 2 * [0.01, 0.3], rtol=1e-7)


@pytest.mark.parametrize("at", [0.0, 0.3, -2.0])
@pytest.mark.parametrize("se", [0.0, 1e-6, 1.0])
def test_a_corner_at_the_estimate_is_not_a_flat_place(at, se):
    # central differences are 0 there, and agree with each other
    with pytest.raises(ConvergenceError, match="corner"):
        delta_method(lambda a: np.abs(a - at), at, se**2)
    with pytest.raises(ConvergenceError, match="corner"):
        transform_effects([at], [se**2], lambda y: np.maximum(y, at))
    assert delta_method(lambda a: (a - at) ** 2, at, se**2).se.item() == pytest.approx(0, abs=1e-12)
    assert delta_method(lambda a: np.cos(a - at), at, se**2).se.item() == pytest.approx(0, abs=1e-9)


def test_a_matrix_that_gives_a_negative_variance_is_refused():
    # the variance of a − b would be 1 + 1 − 4
    with pytest.raises(InputError, match="no covariance matrix"):
        delta_method(lambda a, b: a - b, [12.0, 10.0], [[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(InputError, match="no covariance matrix"):
        delta_method(lambda a, b: a - b, [12.0, 10.0], [[1e-16, 2e-8], [2e-8, 1.0]])
    same = delta_method(lambda a, b: a - b, [12.0, 10.0], [[1.0, 1.0], [1.0, 1.0]])
    assert same.se.item() == pytest.approx(0, abs=1e-7)


def test_functions_that_fail_say_how_they_were_called():
    with pytest.raises(InputError, match="failed when it was called with 2 numbers: division"):
        delta_method(lambda a, b: 1 / 0, [12.0, 10.0], V)
    with pytest.raises(InputError, match="failed when it was called with one array"):
        delta_method(lambda x: x["a"], [12.0, 10.0], V)
    with pytest.raises(InputError, match="gradient failed when it was called with 1 number"):
        delta_method(lambda a: a, 2.0, 0.1, gradient=lambda a: a[0])
    for options in ({"level": "95"}, {"order": True}, {"null": "0"}):
        with pytest.raises(InputError):
            delta_method(lambda a: a, 2.0, 0.1, **options)
