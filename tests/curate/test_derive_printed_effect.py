"""Effects from printed comparisons: SE, interval, z and p there and back, and only for the same measure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from evidence.curate.derive.printed_effect import contrast_methods, measure_of, printed_effect

EVERY = ("contrast-se", "contrast-ci", "contrast-statistic", "contrast-p", "contrast-p-bound")
effects = st.floats(-3, 3).filter(lambda value: abs(value) > 1e-3)
errors = st.floats(0.01, 2)


def effect(row, measure="RR", admitted=EVERY, **options):
    return printed_effect({"estimate_measure": measure} | row, measure=measure, admitted=admitted, **options)


@given(y=effects, se=errors, level=st.sampled_from([0.9, 0.95, 0.99]))
def test_a_ratio_goes_to_se_interval_z_and_p_and_back(y, se, level) -> None:
    z = stats.norm.ppf((1 + level) / 2)
    p = 2 * stats.norm.sf(abs(y) / se)
    assume(1e-200 < p < 0.99)
    ways = {
        "contrast-se": {"se": se},
        "contrast-ci": {"ci_low": math.exp(y - z * se), "ci_high": math.exp(y + z * se), "ci_level": level},
        "contrast-statistic": {"statistic": "z", "statistic_value": y / se},
        "contrast-p": {"p_operator": "=", "p_value": p, "p_scope": "between-arms"},
    }
    for method, row in ways.items():
        found = effect({"estimate": math.exp(y)} | row)
        assert [step.method for step in found.steps] == [method]
        assert found.yi == pytest.approx(y, rel=1e-9)
        assert math.sqrt(found.vi) == pytest.approx(se, rel=1e-6)


@given(y=effects, se=errors, n=st.integers(6, 500))
def test_a_mean_difference_has_a_t_interval_of_n_people(y, se, n) -> None:
    low, high = stats.t.interval(0.95, n - 2, loc=y, scale=se)
    row = {"estimate": y, "ci_low": low, "ci_high": high, "ci_level": 0.95, "n": n, "unit": "mm"}
    found = effect(row, "MD", unit="mm", units=())
    assert math.sqrt(found.vi) == pytest.approx(se, rel=1e-6)
    p = 2 * stats.t.sf(abs(y) / se, n - 2)
    assume(1e-200 < p < 0.99)
    row = {"estimate": y, "p_operator": "=", "p_value": p, "p_scope": "between-arms", "n": n, "unit": "mm"}
    assert math.sqrt(effect(row, "MD", unit="mm").vi) == pytest.approx(se, rel=1e-6)


@given(y=effects, bound=st.floats(1e-6, 0.2), share=st.floats(0.01, 0.999))
def test_a_bound_gives_at_least_the_se_of_any_p_below_it(y, bound, share) -> None:
    row = {"estimate": math.exp(y), "p_scope": "between-arms"}
    at_bound = effect(row | {"p_operator": "<", "p_value": bound})
    below = effect(row | {"p_operator": "=", "p_value": bound * share})
    assert at_bound.vi >= below.vi
    assert at_bound.steps[0].method == "contrast-p-bound"
    assert "conservative" in at_bound.steps[0].caution


@given(y=effects, se=errors)
def test_the_other_way_round_only_the_sign_changes(y, se) -> None:
    row = {"estimate": math.exp(y), "se": se}
    there, back = effect(row), effect(row, reverse=True)
    assert (back.yi, back.vi) == (-there.yi, there.vi)


def test_other_statistics() -> None:
    found = effect({"estimate": 2.0, "statistic": "chi2", "statistic_value": 6.25})
    assert math.sqrt(found.vi) == pytest.approx(math.log(2) / 2.5, rel=1e-12)
    assert contrast_methods({"estimate": 2.0, "statistic": "U", "statistic_value": 6.25}) == ()
    assert "negative" in effect({"estimate": 2.0, "statistic": "F", "statistic_value": -1.0}).obstacles[0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"estimate": 2.0}, "no estimate is printed with an SE, interval, statistic or p-value"),
        ({"estimate": 2.0, "se": 0.1, "estimate_measure": "odds ratio"}, "printed as odds ratio, not as RR"),
        ({"estimate": 2.0, "se": 0.1, "estimate_measure": ""}, "an estimate of an unknown measure, not as RR"),
        ({"estimate": -2.0, "se": 0.1}, "a ratio of −2"),
        ({"estimate": 2.0, "se": 0.0}, "an SE of 0"),
        ({"estimate": 1.0, "p_operator": "=", "p_value": 1.0, "p_scope": "between-arms"}, "says nothing"),
        ({"estimate": 5.0, "ci_low": 1.0, "ci_high": 2.0, "ci_level": 0.95}, "gives no variance"),
        ({"estimate": 1.5, "ci_low": 1.0, "ci_high": 2.0}, "level is missing"),
        ({"estimate": 2.0, "p_operator": "not-significant", "p_scope": "between-arms"}, "no estimate is printed"),
    ],
)
def test_what_gives_no_effect_is_said(row, reason) -> None:
    found = effect(row)
    assert reason in "; ".join(found.obstacles)
    assert math.isnan(found.yi)


def test_an_interval_on_the_wrong_scale_is_cautioned() -> None:
    found = effect({"estimate": 1.16, "ci_low": 0.20, "ci_high": 1.42, "ci_level": 0.95})
    assert "not halfway" in found.steps[0].caution


@pytest.mark.parametrize(
    ("numbers", "doubtful"),
    [
        ((1.5, 1.0, 2.0), True),
        ((1.23, 1.01, 1.45), True),
        ((2.0, 0.5, 3.5), True),
        ((1.2, 1.0, 1.4), False),  # one decimal cannot tell the scales apart
        ((1.1, 1.05, 1.15), False),
        ((2.5, 1.3, 4.9), False),
    ],
)
def test_limits_of_a_ratio_around_its_raw_value_are_cautioned(numbers, doubtful) -> None:
    row = dict(zip(("estimate", "ci_low", "ci_high"), numbers, strict=True)) | {"ci_level": 0.95}
    assert ("do not fit a ratio" in effect(row).steps[0].caution) == doubtful
    assert "do not fit" not in effect(row | {"unit": "mm"}, "MD", unit="mm").steps[0].caution


@pytest.mark.parametrize(("decimals", "found"), [(1, 0.5), (2, 0.9), (3, 0.99)])
def test_rounding_alone_hardly_ever_looks_like_the_wrong_scale(decimals, found) -> None:
    rng = np.random.default_rng(5)
    cautioned: dict[str, list[bool]] = {"log": [], "raw": []}
    for y, se in zip(rng.uniform(-1.5, 1.5, 400), rng.uniform(0.05, 0.5, 400), strict=True):
        limits = {
            "log": [math.exp(y + sign * 1.96 * se) for sign in (0, -1, 1)],
            "raw": [math.exp(y) * (1 + sign * 1.96 * se) for sign in (0, -1, 1)],
        }
        for scale, values in limits.items():
            estimate, low, high = (round(value, decimals) for value in values)
            if 0 < low < estimate < high:
                row = {"estimate": estimate, "ci_low": low, "ci_high": high, "ci_level": 0.95}
                cautioned[scale].append("do not fit a ratio" in effect(row).steps[0].caution)
    assert np.mean(cautioned["log"]) < 0.02
    assert np.mean(cautioned["raw"]) > found


def test_units_of_mean_differences() -> None:
    row = {"estimate": 12.0, "se": 3.0, "unit": "mm"}
    defined = {"mm": "millimeter", "um": "micrometer"}
    found = effect(row, "MD", admitted=("contrast-se", "unit"), unit="um", defined=defined)
    assert (found.yi, found.vi, found.unit) == (12000.0, pytest.approx(9e6), "um")
    assert effect(row, "MD", unit="um", defined=defined).obstacles == ("in mm, not in um",)
    assert "unit not-stated cannot" in effect(row | {"unit": ""}, "MD", unit="um").obstacles[0]


def test_the_most_direct_way_that_is_admitted_is_taken() -> None:
    row = {"estimate": 2.0, "se": 0.3, "p_operator": "=", "p_value": 0.04, "p_scope": "between-arms"}
    assert effect(row).steps[0].method == "contrast-se"
    assert effect(row, admitted=("contrast-p",)).steps[0].method == "contrast-p"
    assert effect(row, admitted=()).obstacles == ("only printed as a comparison",)


def test_measures_are_known_by_code_and_by_name() -> None:
    names = ("MD", "mean difference", "Risk ratio", "hedges' g", "something else")
    assert [measure_of({"estimate_measure": name}) for name in names] == ["MD", "MD", "RR", "SMD", ""]
