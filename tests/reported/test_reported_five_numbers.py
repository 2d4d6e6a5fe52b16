"""Means and SDs from five-number summaries: invariance, published constants, optimality, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from evidence.reported import mean_sd_from_five_numbers
from evidence.reported.five_number_fits import box_cox_moments

NAN = float("nan")
NAMES = ("minimum", "q1", "median", "q3", "maximum")
SCENARIOS = (("minimum", "median", "maximum"), ("q1", "median", "q3"), NAMES)
CLOSED = ("luo/wan/shi", "hozo2005", "wan2014", "bland2015", "walter2007", "blue")
METHODS = (*CLOSED, "qe", "bc")
FIVE = st.lists(st.floats(0.1, 100), min_size=5, max_size=5, unique=True).map(sorted)


def derive(numbers, n, names=NAMES, **options):
    options = {"skewed": "keep", **options}
    return mean_sd_from_five_numbers(
        n=n, **{k: v for k, v in zip(NAMES, numbers, strict=True) if k in names}, **options
    )


@pytest.mark.parametrize("names", SCENARIOS)
@pytest.mark.parametrize("method", CLOSED)
@given(numbers=FIVE, n=st.integers(5, 400), shift=st.floats(-1e3, 1e3), scale=st.floats(1e-3, 1e3))
@settings(max_examples=20)
def test_unit_and_origin_do_not_matter(names, method, numbers, n, shift, scale):
    assume(min(np.diff(numbers)) > 1e-3)
    plain = derive(numbers, n, names, method=method)
    moved = derive([shift + scale * x for x in numbers], n, names, method=method)
    np.testing.assert_allclose(moved.mean, shift + scale * plain.mean, rtol=1e-6, atol=1e-6 * abs(shift))
    np.testing.assert_allclose(moved.sd, scale * plain.sd, rtol=1e-6, atol=1e-9 * abs(shift))
    np.testing.assert_allclose(moved.skewness, plain.skewness, rtol=1e-5, atol=1e-9 * abs(shift) / scale)


@pytest.mark.parametrize("names", SCENARIOS)
@pytest.mark.parametrize("method", ["qe", "bc"])
def test_the_unit_does_not_matter_to_fitted_distributions(names, method):
    numbers = np.array([1.7, 5.4, 7.3, 9.8, 24.7])
    plain = derive(numbers, 177, names, method=method)
    for scale in (1e-3, 40.0, 1e4):
        scaled = derive(scale * numbers, 177, names, method=method)
        assert scaled.mean == pytest.approx(scale * plain.mean, rel=1e-6)
        assert scaled.sd == pytest.approx(scale * plain.sd, rel=1e-6)


@pytest.mark.parametrize("names", SCENARIOS)
@pytest.mark.parametrize("method", METHODS)
def test_symmetric_numbers_have_their_median_as_mean(names, method):
    # with 61 people the ranks of median and quartiles are symmetric too
    result = derive([30.0, 43.0, 50.0, 57.0, 70.0], 61, names, method=method)
    applies = {"hozo2005": (0,), "walter2007": (0,), "bland2015": (2,)}.get(method, (0, 1, 2))
    if SCENARIOS.index(names) in applies:
        assert result.mean == pytest.approx(50.0, rel=2e-3)
        assert 8 < result.sd < 13
        assert result.skewness == pytest.approx(0)
    else:
        assert np.isnan([result.mean, result.sd]).all()
        assert f"{method} needs" in result.notes[0]


def test_expected_ranges_are_the_constants_of_control_charts():
    # d2 for samples of 5, 10 and 25: 2.326, 3.078, 3.931
    result = mean_sd_from_five_numbers(
        minimum=0, median=[1, 1, 1], maximum=[2.326, 3.078, 3.931], n=[5, 10, 25], method="walter2007", skewed="keep"
    )
    np.testing.assert_allclose(result.sd, 1, atol=3e-4)


@pytest.mark.parametrize("n", [5, 100, 10**4, 10**7])
def test_expected_ranges_against_integration(n):
    expected, _ = integrate.quad(
        lambda x: -np.expm1(n * stats.norm.logsf(x)) - np.exp(n * stats.norm.logcdf(x)),
        -40,
        40,
        points=[-6, -3, 0, 3, 6],
        epsrel=1e-12,
        limit=400,
    )
    sd = mean_sd_from_five_numbers(minimum=0, median=1, maximum=2, n=n, method="walter2007", skewed="keep").sd
    assert sd == pytest.approx(2 / expected, rel=1e-10)


@pytest.mark.parametrize("names", SCENARIOS)
@pytest.mark.parametrize("method", ["luo/wan/shi", "blue", "wan2014"])
def test_normal_data_are_estimated_without_bias(names, method):
    rng = np.random.default_rng(3)
    draws = rng.normal(50, 10, (4000, 101))
    numbers = dict(zip(NAMES, np.quantile(draws, [0, 0.25, 0.5, 0.75, 1], axis=1), strict=True))
    result = mean_sd_from_five_numbers(n=101, **{k: numbers[k] for k in names}, method=method, skewed="keep")
    assert result.mean.mean() == pytest.approx(50, abs=0.15)
    assert result.sd.mean() == pytest.approx(10, rel=0.03)


@pytest.mark.parametrize("names", SCENARIOS)
def test_log_normal_data_are_estimated_without_bias(names):
    rng = np.random.default_rng(4)
    draws = rng.lognormal(2, 0.5, (4000, 101))
    numbers = dict(zip(NAMES, np.quantile(draws, [0, 0.25, 0.5, 0.75, 1], axis=1), strict=True))
    result = mean_sd_from_five_numbers(n=101, **{k: numbers[k] for k in names}, dist="lnorm", skewed="keep")
    true = stats.lognorm(0.5, scale=np.exp(2))
    assert result.mean.mean() == pytest.approx(true.mean(), rel=0.01)
    assert result.sd.mean() == pytest.approx(true.std(), rel=0.03)
    logs = mean_sd_from_five_numbers(n=101, **{k: numbers[k] for k in names}, dist="lnorm", transf=False, skewed="keep")
    assert logs.mean.mean() == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("names", SCENARIOS)
def test_the_test_for_skewness_keeps_its_level(names):
    rng = np.random.default_rng(5)
    draws = rng.normal(0, 1, (20_000, 80))
    numbers = dict(zip(NAMES, np.quantile(draws, [0, 0.25, 0.5, 0.75, 1], axis=1), strict=True))
    result = mean_sd_from_five_numbers(n=80, **{k: numbers[k] for k in names})
    assert np.isnan(result.mean).mean() == pytest.approx(0.05, abs=0.012)


DISTRIBUTIONS = {
    "normal": stats.norm(50, 10),
    "log-normal": stats.lognorm(0.6, scale=8),
    "gamma": stats.gamma(2.5, scale=3),
    "Weibull": stats.weibull_min(1.4, scale=9),
    "beta": stats.beta(2.0, 5.0),
}


@pytest.mark.parametrize("names", SCENARIOS)
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_distribution_is_recognised_from_its_own_quantiles(name, names):
    true, n = DISTRIBUTIONS[name], 80
    result = derive(true.ppf([1 / n, 0.25, 0.5, 0.75, 1 - 1 / n]), n, names, method="qe")
    assert result.mean == pytest.approx(true.mean(), rel=1e-4)
    assert result.sd == pytest.approx(true.std(), rel=1e-4)
    assert result.notes == (f"fitted: {name}",)


@pytest.mark.parametrize("numbers", [(26.2, 44.4, 51.75, 57.1, 74.1), (1.6, 5.7, 7.8, 10.5, 34.9), (2, 4, 6, 10, 14)])
def test_no_distribution_fits_better_than_the_chosen_one(numbers):
    n, q = 60, np.array(numbers)
    p = np.array([1 / n, 0.25, 0.5, 0.75, 1 - 1 / n])
    families = {
        "normal": lambda a, b: stats.norm.ppf(p, a, np.exp(b)),
        "log-normal": lambda a, b: stats.lognorm.ppf(p, np.exp(b), scale=np.exp(a)),
        "gamma": lambda a, b: stats.gamma.ppf(p, np.exp(a), scale=np.exp(b)),
        "Weibull": lambda a, b: stats.weibull_min.ppf(p, np.exp(a), scale=np.exp(b)),
    }
    starts = {"normal": (q.mean(), 2), "log-normal": (np.log(q[2]), -1), "gamma": (1, 1), "Weibull": (0.7, 2)}
    moments = {
        "normal": lambda a, b: stats.norm(a, np.exp(b)),
        "log-normal": lambda a, b: stats.lognorm(np.exp(b), scale=np.exp(a)),
        "gamma": lambda a, b: stats.gamma(np.exp(a), scale=np.exp(b)),
        "Weibull": lambda a, b: stats.weibull_min(np.exp(a), scale=np.exp(b)),
    }
    fits = {
        name: optimize.least_squares(lambda x, f=f: f(*x) - q, starts[name], xtol=1e-14, ftol=1e-14, gtol=1e-14)
        for name, f in families.items()
    }
    best = min(fits, key=lambda name: fits[name].cost)
    result = derive(q, n, method="qe")
    assert result.notes == (f"fitted: {best}",)
    assert result.mean == pytest.approx(moments[best](*fits[best].x).mean(), rel=1e-6)
    assert result.sd == pytest.approx(moments[best](*fits[best].x).std(), rel=1e-5)


@pytest.mark.parametrize(
    ("location", "scale", "power"), [(1.0, 0.5, 0.3), (3.0, 2.0, 0.9), (0.2, 0.4, 2.5), (4.0, 1.0, 0.01)]
)
def test_the_way_back_from_box_cox_against_integration(location, scale, power):
    reach = min(location + 1 / power, 14 * scale)
    density = stats.norm(location, scale).pdf
    edges = (location - reach, location + reach)

    def moment(f):
        return integrate.quad(
            lambda x: density(x) * f(max(1 + power * x, 0.0) ** (1 / power)),
            *edges,
            epsrel=1e-11,
            limit=400,
            points=[location],
        )[0]

    mass = moment(lambda x: 1.0)
    mean = moment(lambda x: x) / mass
    sd = np.sqrt(moment(lambda x: (x - mean) ** 2) / mass)
    assert box_cox_moments(location, scale, power) == (pytest.approx(mean, rel=1e-8), pytest.approx(sd, rel=1e-7))


def test_the_way_back_is_continuous_at_the_logarithm():
    limit, near = (np.array(box_cox_moments(0.3, 0.4, power)) for power in (0.0, 1e-6))
    np.testing.assert_allclose(near, limit, rtol=1e-5)


def test_log_normal_numbers_lead_box_cox_to_the_logarithm():
    n = 80
    numbers = stats.lognorm(0.6, scale=8).ppf([1 / n, 0.25, 0.5, 0.75, 1 - 1 / n])
    result = derive(numbers, n, method="bc")
    assert result.notes == ("fitted: λ = 0.000",)
    assert result.mean == pytest.approx(8 * np.exp(0.18), rel=0.05)


class TestSkewed:
    """Significantly skewed data are withheld, refused or kept with a caution, as asked."""

    numbers = (2, 4, 6, 14, 20)

    def test_withheld_with_the_reason(self):
        result = derive(self.numbers, 20, skewed="withhold")
        assert np.isnan([result.mean, result.sd]).all()
        assert result.notes == ("the data are skewed: Shi's statistic is 0.818, the critical value 0.666",)
        assert result.skewness == pytest.approx(0.818, abs=5e-4)

    def test_kept_with_a_caution(self):
        result = derive(self.numbers, 20, skewed="keep")
        assert np.isfinite([result.mean, result.sd]).all()
        assert result.cautions == ("the data are skewed: Shi's statistic is 0.818, the critical value 0.666",)

    def test_their_logarithms_are_not_skewed(self):
        assert np.isfinite(derive(self.numbers, 20, dist="lnorm", skewed="raise").sd)

    def test_fitted_distributions_need_no_test_unless_a_number_is_negative(self):
        assert np.isfinite(derive(self.numbers, 20, method="qe", skewed="raise").sd)
        assert np.isfinite(derive(self.numbers, 20, method="bc", skewed="raise").sd)
        below = [x - 4 for x in self.numbers]
        assert np.isnan(derive(below, 20, method="qe", skewed="withhold").sd)


def test_rows_of_every_scenario_at_once():
    table = np.array(
        [[2, NAN, 6, NAN, 14], [NAN, 4, 6, 10, NAN], [2, 4, 6, 10, 14], [2, 4, 6, 10, NAN], [NAN, NAN, 6, NAN, NAN]]
    )
    columns = dict(zip(NAMES, table.T, strict=True))
    result = mean_sd_from_five_numbers(n=[20, 20, 20, 20, 20], **columns)
    alone = [mean_sd_from_five_numbers(n=20, **{k: v[row] for k, v in columns.items()}) for row in range(5)]
    np.testing.assert_array_equal(result.mean, [one.mean for one in alone])
    np.testing.assert_array_equal(np.isnan(result.sd), [False, False, False, True, True])
    assert result.notes[3] == "it takes both ends of the range, or both quartiles, or all four"


def test_without_a_median_there_is_an_sd_alone():
    result = mean_sd_from_five_numbers(minimum=[2, 2], maximum=[14, 14], median=[NAN, 6], n=20)
    assert np.isnan(result.mean[0])
    assert result.sd[0] == result.sd[1]
    assert result.notes[0] == "no median: no mean, and no test for skewness"
    for method in ("blue", "qe", "bc"):
        none = mean_sd_from_five_numbers(q1=4, q3=10, n=20, method=method)
        assert np.isnan(none.sd)
        assert f"{method} needs a median" in none.notes[0]


def test_too_few_people_and_missing_sizes_are_withheld():
    result = mean_sd_from_five_numbers(q1=4, median=6, q3=10, n=[4, NAN, 5])
    np.testing.assert_array_equal(np.isnan(result.sd), [True, True, False])
    assert result.notes[:2] == ("fewer than 5 people", "n is missing")


def test_numbers_without_spread_are_withheld():
    for names in SCENARIOS:
        for method in ("default", "blue", "qe", "bc", "wan2014"):
            result = mean_sd_from_five_numbers(n=20, method=method, **dict.fromkeys(names, 6))
            assert np.isnan(result.sd)
            assert result.notes == ("there is no spread between the numbers",)


@pytest.mark.parametrize("method", METHODS)
def test_ties_give_a_number_or_a_reason(method):
    result = derive([2, 6, 6, 10, 14], 20, method=method)
    assert np.isfinite(result.sd) or result.notes[0]


def test_two_formulas_may_be_named():
    both = derive([2, 4, 6, 10, 14], 20, method=("luo2016", "wan2014"))
    assert both.mean == derive([2, 4, 6, 10, 14], 20).mean
    assert both.sd == derive([2, 4, 6, 10, 14], 20, method="wan2014").sd
    mixed = derive([2, 4, 6, 10, 14], 20, SCENARIOS[1], method=("luo2016", "shi2020"))
    assert np.isfinite(mixed.mean)
    assert np.isnan(mixed.sd)
    assert mixed.notes == ("no SD: shi2020 does not apply",)


def test_the_sd_grows_with_the_spread_and_shrinks_with_the_people():
    n = [5, 20, 80, 320]
    assert np.all(np.diff(mean_sd_from_five_numbers(minimum=2, median=8, maximum=14, n=n).sd) < 0)
    wider = mean_sd_from_five_numbers(q1=[5, 4, 3], median=6, q3=[7, 8, 9], n=20).sd
    assert np.all(np.diff(wider) > 0)


def test_a_median_of_0_is_not_fitted_by_distributions_above_0():
    # made to, a gamma distribution has a mean beyond any bound
    result = derive([0, 0, 0, 2, 9], 20, SCENARIOS[1], method="qe")
    assert 0 < result.mean < 2
    assert result.notes == ("fitted: normal",)
    assert np.isnan(derive([0, 0, 0, 2, 9], 20, SCENARIOS[1], method="qe", skewed="withhold").mean)


@pytest.mark.parametrize("options", [{"method": "qe"}, {"method": "bc"}, {"dist": "lnorm"}])
@given(numbers=st.lists(st.floats(-9, 9), min_size=5, max_size=5, unique=True).map(sorted), n=st.integers(5, 300))
@settings(max_examples=25, deadline=None)
def test_no_sample_has_a_mean_beyond_its_range_or_a_larger_sd(options, numbers, n):
    numbers = np.exp(numbers)
    assume(min(np.diff(numbers)) > 1e-6)
    result = derive(numbers, n, **options)
    if np.isnan(result.mean):
        assert result.notes[0]
    else:
        assert numbers[0] <= result.mean <= numbers[-1]
        # half of the people at either end
        assert result.sd <= (numbers[-1] - numbers[0]) / 2 * np.sqrt(n / (n - 1)) * (1 + 1e-8)


def test_what_the_range_contradicts_is_withheld_and_a_mean_outside_the_quartiles_cautioned():
    result = derive([4776, 152658, 5545346, 5869892, 2083711703], 6, dist="lnorm")
    assert np.isnan(result.mean)
    assert result.notes[0].startswith("no data with this minimum and maximum have the mean or SD")
    skewed = derive([0.9, 1.0, 1.1, 10.0, 11.0], 6, SCENARIOS[1], method="qe")
    assert skewed.mean > 10
    assert any("outside the quartiles" in text for text in skewed.cautions)
    logs = derive([4776, 152658, 5545346, 5869892, 2083711703], 6, dist="lnorm", transf=False)
    assert np.log(4776) < logs.mean < np.log(2083711703)
