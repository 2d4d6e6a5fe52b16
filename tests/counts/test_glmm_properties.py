"""What must hold for any data: symmetry, units, limits, nested models, and a certificate."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import expit, gammaln

from evidence.counts import glmm
from evidence.errors import NotPooledError
from evidence.pool import pool

MODELS = ("UM.FS", "UM.RS", "CM.EL", "CM.AL")
TRIALS = pd.DataFrame(
    {
        "events1": [4, 6, 3, 0, 12, 33, 0, 7],
        "n1": [123, 306, 231, 60, 88, 240, 45, 30],
        "events2": [11, 29, 11, 5, 10, 47, 2, 3],
        "n2": [139, 303, 220, 66, 91, 225, 41, 33],
        "year": [1, 2, 3, 4, 5, 6, 7, 8],
    }
)
RATES = pd.DataFrame(
    {
        "events1": [9, 8, 3, 6, 15, 0],
        "time1": [413.0, 263.0, 487.0, 237.0, 710.0, 55.0],
        "events2": [19, 19, 9, 8, 18, 4],
        "time2": [398.0, 245.0, 462.0, 182.0, 640.0, 60.0],
    }
)


def swapped(table):
    names = {name: name[:-1] + ("2" if name.endswith("1") else "1") for name in table if name[-1] in "12"}
    return table.rename(columns=names)


@pytest.mark.parametrize("model", ["UM.FS", "CM.EL"])
def test_swapping_the_groups_turns_the_sign(model):
    one, other = glmm(TRIALS, model=model), glmm(swapped(TRIALS), model=model)
    assert other.estimate == pytest.approx(-one.estimate, rel=1e-8)
    for name in ("se", "tau2", "loglik", "q_wald", "q_lrt", "i2"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-7)


@pytest.mark.parametrize("model", MODELS)
def test_the_order_of_studies_does_not_matter(model):
    one, other = glmm(TRIALS, model=model), glmm(TRIALS.iloc[[5, 2, 7, 0, 3, 1, 6, 4]], model=model)
    for name in ("estimate", "se", "tau2", "loglik", "q_wald", "q_lrt", "i2"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-7)


@pytest.mark.parametrize("model", ["UM.FS", "UM.RS", "CM.EL"])
def test_the_unit_of_time_cancels_from_rate_ratios(model):
    one = glmm(RATES, "IRR", model=model)
    scaled = RATES.assign(time1=RATES.time1 * 1e6, time2=RATES.time2 * 1e6)
    other = glmm(scaled, "IRR", model=model)
    for name in ("estimate", "se", "tau2", "loglik", "q_wald"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-7, abs=1e-12)


def test_the_unit_of_time_shifts_log_rates():
    columns = {"events": "events1", "time": "time1"}
    one = glmm(RATES, "IRLN", **columns)
    other = glmm(RATES.assign(time1=RATES.time1 / 1000), "IRLN", **columns)
    assert other.estimate == pytest.approx(one.estimate + math.log(1000), rel=1e-9)
    assert (other.se, other.tau2) == pytest.approx((one.se, one.tau2), rel=1e-8)


def test_events_and_non_events_mirror_each_other():
    one = glmm(TRIALS, "PLO", events="events2", n="n2")
    other = glmm(TRIALS, "PLO", events=TRIALS.n2 - TRIALS.events2, n="n2")
    assert other.estimate == pytest.approx(-one.estimate, rel=1e-9)
    assert other.loglik == pytest.approx(one.loglik, rel=1e-10)


@pytest.mark.parametrize("model", ["UM.FS", "UM.RS", "CM.AL"])
def test_with_many_people_it_is_the_normal_model(model):
    risk1, risk2, people = np.array([0.10, 0.20, 0.15, 0.30]), np.array([0.2, 0.25, 0.14, 0.4]), 1e9
    found = glmm(events1=risk1 * people, n1=people, events2=risk2 * people, n2=people, model=model)
    if model == "CM.AL":
        yi = np.log(risk1 / risk2)
        vi = 1 / (risk1 * people) + 1 / (risk2 * people)
    else:
        yi = np.log(risk1 / (1 - risk1)) - np.log(risk2 / (1 - risk2))
        vi = sum(1 / (risk * (1 - risk) * people) for risk in (risk1, risk2))
    expected = pool(yi, vi, tau2="ML", test="z")
    assert found.estimate == pytest.approx(expected.estimate, rel=1e-5)
    assert found.tau2 == pytest.approx(expected.tau2, rel=1e-4)
    assert found.se == pytest.approx(expected.se, rel=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_models_are_nested(model):
    equal = glmm(TRIALS, model=model, tau2="EE")
    random = glmm(TRIALS, model=model)
    regression = glmm(TRIALS, model=model, mods="~ year")
    assert equal.tau2 == 0
    assert equal.loglik <= random.loglik + 1e-9 <= regression.loglik + 2e-9
    assert random.loglik <= 0.5 * random.deviance + random.loglik
    assert equal.q_lrt == pytest.approx(equal.deviance, rel=1e-9)
    assert random.q_lrt == pytest.approx(equal.q_lrt, rel=1e-9)


def test_correlation_can_only_raise_the_likelihood():
    free = glmm(TRIALS, model="UM.RS", cor=True)
    none = glmm(TRIALS, model="UM.RS")
    assert free.loglik >= none.loglik
    assert -1 <= free.rho <= 1
    assert free.parameters == none.parameters + 1


@pytest.mark.parametrize("model", MODELS)
def test_the_certificate(model):
    found = glmm(TRIALS, model=model)
    assert found.convergence.distance < 1e-10
    assert found.convergence.quadrature_error < 1e-6
    assert found.convergence.logliks[0] == 0
    assert found.convergence.modes[0] == pytest.approx(found.tau2, abs=1e-6)
    assert max(found.convergence.logliks) == 0


def laplace_by_hand(parameters, table):
    """The log-likelihood of UM.RS by Laplace's approximation, each study's mode found by a general optimiser."""
    effect, mean, sd_study, sd_effect = parameters
    total = 0.0
    for row in table.itertuples():
        x, n = np.array([row.events1, row.events2]), np.array([row.n1, row.n2])
        load = np.array([[sd_study, 0.5 * sd_effect], [sd_study, -0.5 * sd_effect]])
        base = np.array([mean + effect, mean])

        def minus(z, x=x, n=n, load=load, base=base):
            eta = base + load @ z
            return -(x @ eta - n @ np.logaddexp(0, eta)) + 0.5 * z @ z

        z = minimize(minus, np.zeros(2), method="BFGS", options={"gtol": 1e-10}).x
        p = expit(base + load @ z)
        curvature = np.eye(2) + load.T @ np.diag(n * p * (1 - p)) @ load
        constant = (gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)).sum()
        total += constant - minus(z) - 0.5 * np.log(np.linalg.det(curvature))
    return total


def test_standard_errors_are_the_inverse_of_the_whole_information():
    table = TRIALS.iloc[[0, 1, 4, 5, 7]]
    found = glmm(table, model="UM.RS", nagq=1)
    at = np.array([found.estimate, np.nan, math.sqrt(found.sigma2), math.sqrt(found.tau2)])
    at[1] = minimize(lambda m: -laplace_by_hand([at[0], m[0], *at[2:]], table), [-2.0], method="Nelder-Mead").x[0]
    assert laplace_by_hand(at, table) == pytest.approx(found.loglik, abs=1e-6)
    step = 2e-3
    hessian = np.empty((4, 4))
    for i in range(4):
        for j in range(4):
            e, f = step * np.eye(4)[i], step * np.eye(4)[j]
            values = [laplace_by_hand(at + s * e + t * f, table) for s, t in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
            hessian[i, j] = (values[0] - values[1] - values[2] + values[3]) / (4 * step**2)
    assert found.se == pytest.approx(math.sqrt(np.linalg.inv(-hessian)[0, 0]), rel=3e-3)


def test_no_point_nearby_is_higher():
    rng = np.random.default_rng(20260101)
    found = glmm(TRIALS, "PLO", events="events2", n="n2")
    x, n = TRIALS.events2.to_numpy(float), TRIALS.n2.to_numpy(float)
    z = np.linspace(-9, 9, 2001)
    density = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    constant = (gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)).sum()

    def loglik(mean, sd):
        eta = mean + sd * z[:, None]
        return float(np.log(density @ np.exp(x * eta - n * np.logaddexp(0, eta))).sum() + constant)

    best = loglik(found.estimate, found.tau)
    assert best == pytest.approx(found.loglik, abs=1e-8)
    for _ in range(200):
        mean, sd = found.estimate + 0.3 * rng.normal(), abs(found.tau + 0.3 * rng.normal())
        assert loglik(mean, sd) <= best + 1e-10


def test_intervals_and_prediction():
    found = glmm(TRIALS, test="t", level=0.9)
    assert found.df == 7
    row = found.predict().iloc[0]
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(found.ci, rel=1e-12)
    half = (row["pi_high"] - row["pi_low"]) / 2
    critical = (found.ci_high - found.estimate) / found.se
    assert half == pytest.approx(critical * math.sqrt(found.tau2 + found.se**2), rel=1e-10)
    shown = found.predict(back_transform=True).iloc[0]
    assert shown["estimate"] == pytest.approx(math.exp(found.estimate))
    assert math.isnan(glmm(TRIALS, tau2="EE").pi_low)


def test_a_regression_predicts_and_has_no_single_effect():
    found = glmm(TRIALS, mods="~ year")
    assert found.predict({"year": [2.0]})["estimate"].item() == pytest.approx(
        found.inference.coef @ np.array([1.0, 2.0]), rel=1e-12
    )
    assert found.qm == pytest.approx(float(found.coefficients["statistic"]["year"]) ** 2, rel=1e-10)
    with pytest.raises(NotPooledError, match="year"):
        _ = found.estimate


def test_moderators_as_values_are_the_same_as_by_formula():
    by_formula = glmm(TRIALS, mods="~ year")
    by_values = glmm(TRIALS, mods=TRIALS["year"].to_numpy())
    np.testing.assert_allclose(by_values.inference.coef, by_formula.inference.coef, rtol=1e-10)


@pytest.mark.parametrize("coding", [0.5, 1, 0])
def test_coding_changes_the_random_part_alone(coding):
    equal = glmm(TRIALS, tau2="EE", coding=coding)
    assert equal.estimate == pytest.approx(glmm(TRIALS, tau2="EE").estimate, rel=1e-10)
    assert glmm(TRIALS, coding=coding).loglik >= equal.loglik - 1e-9


def test_everything_can_be_shown():
    found = glmm(TRIALS, model="UM.RS", cor=True, labels="year")
    assert all(len(line) <= 80 for line in found.summary().splitlines())
    assert "odds ratio" in found.summary()
    record = found.to_dict()
    assert record["choices"]["model"] == "UM.RS"
    assert record["tau2"] == found.tau2
    assert len(found.to_frame()) == len(TRIALS)
    assert "UM.RS" in found._repr_html_()
