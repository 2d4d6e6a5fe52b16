"""Simulated performance against theory, and the same numbers however the work is shared."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from evidence.errors import InputError, OptionError
from evidence.simulation import Scenario, simulate

EQUAL = [0.1] * 8


def test_with_equal_variances_hartung_knapp_is_the_t_test() -> None:
    """Then the estimate is the plain mean, so that coverage is exact and power that of the noncentral t."""
    found = simulate(8, effect=[0.0, 0.4], tau2=0.05, vi=EQUAL, estimators="REML", tests="hksj", replications=40_000)
    null, other = found.table.to_dict("records")
    assert abs(null["coverage"] - 0.95) < 4 * null["coverage_mcse"]
    assert abs(null["rejected"] - 0.05) < 4 * null["rejected_mcse"]
    critical = stats.t.ppf(0.975, 7)
    shift = 0.4 / math.sqrt((0.1 + 0.05) / 8)
    power = stats.nct.sf(critical, 7, shift) + stats.nct.cdf(-critical, 7, shift)
    assert abs(other["rejected"] - power) < 4 * other["rejected_mcse"]
    assert abs(other["bias"]) < 4 * other["bias_mcse"]


def test_the_equal_effects_model_has_its_nominal_coverage_and_power() -> None:
    v = np.array([0.02, 0.1, 0.4, 1.0])
    found = simulate(4, effect=0.3, vi=v, estimators="EE", tests="z", replications=40_000, seed=3)
    row = found.table.iloc[0]
    se = math.sqrt(1 / (1 / v).sum())
    power = stats.norm.sf(1.959964 - 0.3 / se) + stats.norm.cdf(-1.959964 - 0.3 / se)
    assert abs(row["coverage"] - 0.95) < 4 * row["coverage_mcse"]
    assert abs(row["rejected"] - power) < 4 * row["rejected_mcse"]
    assert row["width"] == pytest.approx(2 * 1.959964 * se, rel=1e-6)
    assert row["se"] == pytest.approx(se, rel=1e-12)
    assert row["rmse"] == pytest.approx(se, rel=0.02)


def test_the_default_variances_lie_where_brockwell_and_gordon_put_them() -> None:
    seen = []

    def spy(rng: np.random.Generator, size: int, scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
        from evidence.simulation import _Normal

        y, v = _Normal(vi=None)(rng, size, scenario)
        seen.append(v)
        return y, v

    simulate(6, replications=5000, data=spy, estimators="DL", tests="z")
    v = np.concatenate(seen)
    assert v.min() >= 0.009
    assert v.max() <= 0.6
    low, high = stats.chi2.cdf([0.036, 2.4], 1)
    expected = stats.chi2.expect(lambda x: x / 4, (1,), lb=0.036, ub=2.4) / (high - low)
    assert v.mean() == pytest.approx(expected, rel=0.02)


def test_two_by_two_tables_have_the_risks_asked_for() -> None:
    found = simulate(
        12, effect=math.log(2), data="binary", n=400, risk=0.3, estimators="REML", tests="hksj", replications=2000
    )
    row = found.table.iloc[0]
    assert abs(row["bias"]) < 0.01
    assert abs(row["coverage"] - 0.95) < 0.02


def test_the_numbers_do_not_depend_on_how_the_work_is_shared() -> None:
    arguments = {"tau2": [0.0, 0.2], "replications": 12_000, "seed": 5}
    alone = simulate(4, jobs=1, **arguments)
    shared = simulate(4, jobs=2, **arguments)
    assert alone.table.equals(shared.table)
    assert not alone.table.equals(simulate(4, jobs=1, **{**arguments, "seed": 6}).table)


@pytest.mark.filterwarnings("ignore:Couldn't detect a suitable IP address")
def test_the_same_call_runs_on_a_dask_client() -> None:
    import joblib
    from distributed import Client, LocalCluster

    arguments = {"tau2": 0.1, "replications": 6000, "seed": 5}
    alone = simulate(4, **arguments)
    with (
        LocalCluster(
            protocol="inproc://", processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None
        ) as cluster,
        Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        found = simulate(4, **arguments)
    assert found.table.equals(alone.table)


def test_machine_code_gives_the_same_performance() -> None:
    arguments = {"tau2": 0.1, "replications": 3000, "estimators": ["REML", "ML"]}
    slow, fast = (simulate(7, engine=engine, **arguments).table for engine in ("numpy", "numba"))
    numbers = slow.select_dtypes("number").columns
    np.testing.assert_allclose(fast[numbers], slow[numbers], rtol=1e-9)


def test_what_is_shown_fits_a_terminal() -> None:
    found = simulate([3, 5], replications=100)
    assert max(map(len, found.summary().splitlines())) <= 80
    assert "Seed" in found.summary()
    assert found.to_dict()["table"][0]["k"] == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"k": 1}, "at least 2 studies"),
        ({"k": 2.5}, "whole number"),
        ({"tau2": -1.0}, "at least 0"),
        ({"tau2": math.nan}, "at least 0"),
        ({"effect": math.inf}, "finite"),
        ({"vi": [0.1, 0.2]}, "one for each of the k studies"),
        ({"vi": [0.1, 0.0, 0.1, 0.1]}, "positive"),
        ({"replications": 1}, "at least 2"),
        ({"level": 95}, "did you mean 0.95"),
        ({"n": (10, 5)}, "range"),
        ({"risk": 1.2}, "between 0 and 1"),
        ({"n": (1, 2, 3), "data": "binary"}, "range"),
        ({"vi": [0.1] * 4, "data": "binary"}, "goes with data='normal'"),
        ({"effect": "a"}, "finite number"),
        ({"seed": -1}, "whole number"),
        ({"seed": 1.5}, "whole number"),
        ({"estimators": []}, "nothing to simulate"),
        ({"estimators": "GENQ"}, "made of weights"),
    ],
)
def test_bad_arguments_are_named(arguments: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        simulate(**{"k": 4, "replications": 10, **arguments})


@pytest.mark.parametrize(
    "arguments", [{"data": "counts"}, {"estimators": "REM"}, {"tests": "wald"}, {"engine": "rust"}]
)
def test_unknown_options_list_what_is_allowed(arguments: dict) -> None:
    with pytest.raises(OptionError, match="Allowed"):
        simulate(4, replications=10, **arguments)


def test_numbers_of_numpy_are_numbers() -> None:
    plain = simulate(5, data="binary", n=50, tau2=0.1, replications=50, tests="z").table
    other = simulate(np.int64(5), data="binary", n=np.int64(50), tau2=np.float64(0.1), replications=50, tests="z").table
    assert plain.equals(other)


def test_a_test_has_one_name_in_the_table() -> None:
    found = simulate(4, replications=20, tests="knha", estimators="DL")
    assert found.table["test"].tolist() == ["hksj"]
    assert all(line.startswith(("method", "DL, hksj")) for line in found.summary().splitlines() if "hksj" in line)


def test_effects_beyond_any_risk_do_not_overflow() -> None:
    found = simulate(3, effect=800.0, data="binary", replications=20, tests="z", estimators="DL")
    assert np.isfinite(found.table["bias"]).all()
