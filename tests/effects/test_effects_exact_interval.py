"""The exact interval of a proportion against statsmodels, which takes its quantiles from scipy.stats.beta."""

from __future__ import annotations

import pytest
from statsmodels.stats.proportion import proportion_confint

from evidence.effects.exact import exact_interval
from evidence.errors import InputError


@pytest.mark.parametrize("n", [1, 2, 17, 40, 300])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_it_is_that_of_statsmodels(n: int, level: float) -> None:
    for events in sorted({0, 1, n // 2, n - 1, n}):
        expected = proportion_confint(events, n, alpha=1 - level, method="beta")
        assert exact_interval(events, n, level=level) == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_sides_are_mirrored() -> None:
    low, high = exact_interval(3, 20)
    mirrored = exact_interval(17, 20)
    assert mirrored == pytest.approx((1 - high, 1 - low), rel=1e-12)


@pytest.mark.parametrize(("events", "n"), [(-1, 10), (11, 10), (0, 0), (float("nan"), 10)])
def test_what_is_no_proportion_is_refused(events: float, n: float) -> None:
    with pytest.raises(InputError, match="not a proportion"):
        exact_interval(events, n)
