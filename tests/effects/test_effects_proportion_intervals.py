"""Intervals of proportions against SciPy and statsmodels, their symmetry and their coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from evidence.effects import proportion_interval
from evidence.errors import InputError, OptionError
from evidence.vocabulary import IntervalMethod, allowed

METHODS = allowed(IntervalMethod)
STATSMODELS = {"exact": "beta", "wilson": "wilson", "agresti-coull": "agresti_coull", "wald": "normal"}
SCIPY = {"exact": "exact", "wilson": "wilson", "wilson-cc": "wilsoncc"}


@pytest.mark.parametrize("n", [1, 2, 13, 40, 700])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
def test_they_are_those_of_scipy_and_statsmodels(n, level):
    events = sorted({0, 1, n // 3, n // 2, n - 1, n})
    for x in events:
        for method, name in SCIPY.items():
            expected = stats.binomtest(x, n).proportion_ci(level, method=name)
            np.testing.assert_allclose(
                proportion_interval(x, n, level=level, method=method), expected, rtol=1e-9, atol=1e-12
            )
        for method, name in STATSMODELS.items():
            expected = proportion_confint(x, n, alpha=1 - level, method=name)
            found = np.array(proportion_interval(x, n, level=level, method=method))
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_the_corrected_wald_interval():
    low, high = proportion_interval(6, 30, method="wald-cc")
    half = 1.959963984540054 * np.sqrt(0.2 * 0.8 / 30) + 1 / 60
    assert (float(low), float(high)) == pytest.approx((0.2 - half, 0.2 + half))


@pytest.mark.parametrize("method", METHODS)
def test_what_holds_for_all(method):
    n = 23
    x = np.arange(n + 1)
    low, high = proportion_interval(x, n, method=method)
    mirrored_low, mirrored_high = proportion_interval(n - x, n, method=method)
    np.testing.assert_allclose(low, 1 - mirrored_high, atol=1e-12)
    np.testing.assert_allclose(high, 1 - mirrored_low, atol=1e-12)
    assert np.all((low >= 0) & (high <= 1) & (low <= x / n + 1e-12) & (high >= x / n - 1e-12))
    wider = proportion_interval(x, n, method=method, level=0.99)
    assert np.all(wider[0] <= low + 1e-12)
    assert np.all(wider[1] >= high - 1e-12)


def test_only_the_exact_interval_never_covers_too_little():
    n, p = 20, np.linspace(0.01, 0.99, 197)[:, None]
    x = np.arange(n + 1)
    chance = stats.binom.pmf(x, n, p)
    coverage = {}
    for method in METHODS:
        low, high = proportion_interval(x, n, method=method)
        coverage[method] = (chance * ((low <= p) & (p <= high))).sum(axis=1).min()
    assert coverage["exact"] >= 0.95
    assert coverage["wald"] < 0.5
    assert 0.8 < coverage["wilson"] < 0.95


def test_missing_counts_and_shapes():
    low, high = proportion_interval([3, np.nan], [10, 20])
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [False, True]
    assert np.ndim(proportion_interval(3, 10)[0]) == 0
    with pytest.raises(InputError, match="shape"):
        proportion_interval([1, 2], [10, 10, 10])


@pytest.mark.parametrize(("events", "n"), [(-1, 10), (11, 10), (0, 0), (1, np.inf), (np.inf, 10), ("a", 10)])
def test_what_is_no_proportion(events, n):
    with pytest.raises(InputError):
        proportion_interval(events, n)


def test_options():
    with pytest.raises(OptionError, match="agresti-coull"):
        proportion_interval(1, 10, method="agresti")
    for level in (0, 1, 95):
        with pytest.raises(InputError, match="level"):
            proportion_interval(1, 10, level=level)


@pytest.mark.parametrize("level", ["95", True, None, float("nan")])
def test_a_level_is_a_number(level):
    with pytest.raises(InputError, match="level"):
        proportion_interval(3, 10, level=level)
