"""The parts of selection models against independent computation: integrals, derivatives, moments, distributions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from evidence.diagnose.selection.ascent import ascend
from evidence.diagnose.selection.choices import check_selection
from evidence.diagnose.selection.irwin_hall import irwin_hall_cdf, irwin_hall_quantile
from evidence.diagnose.selection.likelihood import Evaluation, evaluate, interval_moments
from evidence.diagnose.selection.model import SelectionData, build_likelihood, working_of
from evidence.diagnose.selection.partition import log_probabilities, step_partition
from evidence.diagnose.selection.uniformity import conditional_log_p
from evidence.diagnose.selection.weight_function import weight_at
from evidence.errors import InputError

Y = np.array([0.62, 0.55, -0.3, 0.12, 0.02])
V = np.array([0.09, 0.05, 0.04, 0.002, 0.3])
PREC = np.sqrt(V) / np.sqrt(V).max()

WEIGHTS: list[tuple[str, tuple[float, ...], dict[str, Any]]] = [
    ("stepfun", (1.0, 0.4, 0.2), {"steps": (0.025, 0.5)}),
    ("stepfun", (1.0, 0.4, 2.0), {"steps": (0.05, 0.5), "alternative": "two.sided"}),
    ("beta", (0.3, 5.0), {}),
    ("beta", (0.6, 0.5), {"alternative": "two.sided"}),
    ("halfnorm", (20.0,), {"steps": 0.05}),
    ("halfnorm", (5.0,), {"prec": "sei", "alternative": "two.sided"}),
    ("negexp", (80.0,), {}),
    ("logistic", (6.0,), {"prec": "sei"}),
    ("logistic", (40.0,), {"steps": 0.1}),
    ("power", (0.4,), {"alternative": "two.sided"}),
    ("power", (7.0,), {}),
    ("negexppow", (3.0, 2.0), {}),
    ("negexppow", (5.0, 0.2), {"prec": "sei", "steps": 0.05, "alternative": "two.sided"}),
    ("trunc", (0.3,), {"steps": 0.1}),
]
NAMES = [f"{kind}-{'-'.join(str(value) for value in options.values())}" for kind, _, options in WEIGHTS]


def choices_of(kind: str, delta: Any, options: dict[str, Any]) -> Any:
    given = {
        "steps": None,
        "alternative": "greater",
        "prec": None,
        "scale_prec": True,
        "decreasing": False,
        "delta_min": None,
        "delta_max": None,
        "pval_min": None,
        **options,
    }
    return check_selection(kind, delta=delta, **given)


def model_of(choices: Any) -> Any:
    prec = PREC if choices.prec else np.ones(5)
    data = SelectionData(y=Y, v=V, x=np.ones((5, 1)), prec=prec, selected=np.ones(5, dtype=bool), sign=1)
    return build_likelihood(
        data, choices, working_of(choices), cut=choices.steps[0] if choices.kind == "trunc" else 0.0
    )


def p_value(z: np.ndarray, choices: Any) -> np.ndarray:
    return 2 * norm.sf(abs(z)) if choices.two_sided else norm.sf(z)


def by_quadrature(choices: Any, delta: tuple[float, ...], mean: float, tau2: float) -> float:
    """Return the log-likelihood with integrals on short panels that end wherever a weight may have a kink."""
    total = 0.0
    probabilities = [*(choices.steps if choices.kind != "trunc" else ()), choices.pval_min, 1 - choices.pval_min]
    kinks = [norm.isf(p / 2 if choices.two_sided else p) for p in probabilities if 0 < p < 1]
    points, weights = np.polynomial.legendre.leggauss(40)
    near_zero = [side * 2.0**-power for power in range(2, 40) for side in (1, -1)]
    for y, v, c in zip(Y, V, PREC if choices.prec else np.ones(5), strict=True):
        sei, sd = math.sqrt(v), math.sqrt(v + tau2)
        breaks = np.array([0.0, *near_zero, *kinks, *(-kink for kink in kinks), *np.arange(-30, 30.1, 0.2)]) * sei
        breaks = np.concatenate([breaks, mean + sd * np.arange(-30, 30.1, 0.25), [0.1]])
        ends = np.unique(breaks[np.abs(breaks - mean) <= 30 * sd])
        half = np.diff(ends)[:, None] / 2
        effects = ends[:-1, None] + half * (1 + points)
        at = effects if choices.kind == "trunc" else p_value(effects / sei, choices)
        own = y if choices.kind == "trunc" else p_value(np.array(y / sei), choices)
        seen = weight_at(choices, np.array(delta), at, c)
        mass = (half * weights * seen * norm.pdf(effects, mean, sd)).sum()
        total += (
            norm.logpdf(y, mean, sd) + math.log(float(weight_at(choices, np.array(delta), own, c))) - math.log(mass)
        )
    return total


@pytest.mark.parametrize(("kind", "delta", "options"), WEIGHTS, ids=NAMES)
def test_the_likelihood_is_the_integral(kind: str, delta: tuple[float, ...], options: dict[str, Any]) -> None:
    choices = choices_of(kind, delta, options)
    model = model_of(choices)
    for mean, tau2 in ((0.2, 0.03), (-0.3, 0.0)):
        ours = evaluate(model, np.array([[mean, tau2]])).loglik[0]
        assert ours == pytest.approx(by_quadrature(choices, delta, mean, tau2), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize(("kind", "delta", "options"), WEIGHTS, ids=NAMES)
def test_derivatives_are_those_of_the_likelihood(kind: str, delta: tuple[float, ...], options: dict[str, Any]) -> None:
    choices = choices_of(kind, None, options)
    model, working = model_of(choices), working_of(choices)
    theta = working.climbing(np.array(delta)[working.free])
    place = np.array([0.15, 0.04, *theta])
    step = 1e-5 * np.eye(len(place))
    around = evaluate(model, np.vstack([place + step, place - step]))
    half = len(place)
    slope = (around.loglik[:half] - around.loglik[half:]) / 2e-5
    bend = (around.gradient[:half] - around.gradient[half:]) / 2e-5
    here = evaluate(model, place[None])
    np.testing.assert_allclose(here.gradient[0], slope, rtol=1e-6, atol=1e-7 * np.abs(slope).max())
    np.testing.assert_allclose(here.hessian[0], bend, rtol=1e-6, atol=1e-7 * np.abs(bend).max())


def test_studies_taken_in_parts_give_the_same_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(choices_of("logistic", None, {"prec": "sei"}))
    place = np.array([[0.1, 0.02, 3.0], [0.4, 0.0, 1.0]])
    whole = evaluate(model, place)
    monkeypatch.setattr("evidence.diagnose.selection.likelihood._ELEMENTS", 1)
    parts = evaluate(model, place)
    np.testing.assert_allclose(parts.loglik, whole.loglik, rtol=1e-13)
    np.testing.assert_allclose(parts.hessian, whole.hessian, rtol=1e-10)


def test_a_place_beyond_the_range_of_numbers_is_refused_whole() -> None:
    found = evaluate(model_of(choices_of("stepfun", (1.0, 0.0), {"steps": 0.025})), np.array([[-1e9, 0.0]]))
    assert found.loglik[0] == -np.inf
    assert not found.gradient.any()


@given(st.floats(-6, 6), st.floats(0.01, 8))
def test_interval_moments_are_integrals(low: float, width: float) -> None:
    points, weights = np.polynomial.legendre.leggauss(60)
    u = low + width * (1 + points) / 2
    found = interval_moments(np.array(low), np.array(low + width))
    for power, moment in enumerate(found):
        exact = float((weights * u**power * norm.pdf(u)).sum()) * width / 2
        assert float(moment) == pytest.approx(exact, rel=1e-9, abs=1e-13)


@given(st.floats(-30, 30))
def test_the_two_probabilities_sum_to_one(z: float) -> None:
    for two_sided in (False, True):
        log_p, log_rest = log_probabilities(np.array(z), two_sided=two_sided)
        assert math.exp(log_p) + math.exp(log_rest) == pytest.approx(1.0, rel=1e-12)


def test_two_sided_steps_cover_the_line_once() -> None:
    cells, interval = step_partition((0.05, 0.5, 1.0), two_sided=True)
    order = np.argsort(cells.low[0])
    np.testing.assert_array_equal(cells.high[0][order][:-1], cells.low[0][order][1:])
    assert interval[order].tolist() == [0, 1, 2, 1, 0]


def test_an_ascent_stays_between_its_bounds_and_finds_the_constrained_maximum() -> None:
    centre, bend = np.array([2.0, -1.0]), np.array([[2.0, 1.2], [1.2, 1.0]])

    def hill(x: np.ndarray) -> Evaluation:
        away = x - centre
        return Evaluation(
            loglik=-0.5 * np.einsum("si,ij,sj->s", away, bend, away),
            gradient=-away @ bend,
            hessian=np.repeat(-bend[None], len(x), axis=0),
        )

    low, high = np.array([[-5.0, 0.0]] * 3), np.array([[1.0, 5.0]] * 3)
    start = np.array([[0.0, 4.0], [-5.0, 0.0], [1.0, 0.0]])
    found = ascend(hill, start, low, high, lambda x: np.full_like(x, 10.0))
    assert found.ended.all()
    grid = np.stack(np.meshgrid(np.linspace(-5, 1, 601), np.linspace(0, 5, 501)), axis=-1).reshape(-1, 2)
    assert (found.loglik >= hill(grid).loglik.max() - 1e-9).all()


def test_an_ascent_without_a_top_says_so() -> None:
    def slope(x: np.ndarray) -> Evaluation:
        return Evaluation(loglik=x[:, 0], gradient=np.ones_like(x), hessian=np.zeros((len(x), 1, 1)))

    found = ascend(slope, np.zeros((1, 1)), np.full((1, 1), -np.inf), np.full((1, 1), np.inf), np.ones_like)
    assert not found.ended.any()


@pytest.mark.parametrize("n", [1, 2, 3, 7, 14])
def test_irwin_hall_is_the_alternating_sum_of_the_textbooks(n: int) -> None:
    for x in np.linspace(0.05, n - 0.05, 7):
        exact = sum((-1) ** j * math.comb(n, j) * (x - j) ** n for j in range(math.floor(x) + 1)) / math.factorial(n)
        assert irwin_hall_cdf(float(x), n) == pytest.approx(exact, abs=1e-9)


def test_irwin_hall_quantiles_are_the_published_ones() -> None:
    # critical values that puniform carries, computed there with Mathematica
    known = {1: 0.025, 2: 0.2236068, 3: 0.5313293, 7: 2.0123298, 14: 4.8894743, 50: 21.0026248, 100: 44.3444582}
    for n, quantile in known.items():
        assert irwin_hall_quantile(0.025, n) == pytest.approx(quantile, abs=2e-7)
        assert irwin_hall_quantile(0.975, n) == pytest.approx(n - quantile, abs=2e-7)


def test_irwin_hall_needs_a_variable() -> None:
    with pytest.raises(InputError, match="at least 1"):
        irwin_hall_cdf(0.5, 0)


@settings(max_examples=40)
@given(st.floats(-300, 5), st.floats(0.01, 3))
def test_conditional_p_values_keep_their_digits(mean: float, beyond: float) -> None:
    """The logarithm of a ratio of tail probabilities is an integral of the hazard."""
    cut = 1.96 - mean
    points, weights = np.polynomial.legendre.leggauss(40)
    places = cut + beyond * (1 + points) / 2
    hazards = [math.exp(norm.logpdf(t) - norm.logsf(t)) if t < 20 else _hazard(t) for t in places]
    exact = -float(weights @ hazards) * beyond / 2
    ours = conditional_log_p(mean, np.array([1.96 + beyond]), np.array([1.0]), 1.96)[0]
    assert ours == pytest.approx(exact, rel=1e-9, abs=1e-12)


def _hazard(t: float) -> float:
    """Return the hazard of the normal distribution far out, by its continued fraction."""
    fraction = t
    for level in range(60, 0, -1):
        fraction = t + level / fraction
    return fraction
