"""Likelihood-ratio tests and comparisons: when there is a test, and when it is said why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from evidence.counts import mantel_haenszel
from evidence.errors import InputError
from evidence.pool import pool
from evidence.pool.comparison import compare
from evidence.pool.likelihood_ratio import likelihood_ratio_test
from evidence.pool.location_scale import location_scale


def data(seed: int = 3, k: int = 20) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 5, k)
    vi = rng.uniform(0.02, 0.2, k)
    return pd.DataFrame(
        {
            "study": [f"study {place}" for place in range(k)],
            "yi": 0.2 * x + rng.normal(size=k) * np.sqrt(vi + 0.1),
            "vi": vi,
            "x": x,
            "z": rng.normal(size=k),
        }
    )


def test_the_statistic_is_twice_the_difference() -> None:
    table = data()
    full, reduced = pool(table, mods="~ x + z", tau2="ML"), pool(table, tau2="ML")
    found = likelihood_ratio_test(full, reduced)
    np.testing.assert_allclose(found.statistic, 2 * (full.loglik - reduced.loglik), rtol=1e-12)
    np.testing.assert_allclose(found.pvalue, chi2.sf(found.statistic, 2), rtol=1e-12)
    assert (found.kind, found.df, found.k) == ("ML", 2.0, 20)
    assert math.isnan(found.boundary_pvalue)
    swapped = likelihood_ratio_test(reduced, full)
    assert (swapped.statistic, swapped.full.parameters) == (found.statistic, 4)


def test_the_same_models_in_other_words_are_nested() -> None:
    table = data().assign(w=lambda t: 3 * t["x"] - 2)
    found = likelihood_ratio_test(pool(table, mods="~ w + z", tau2="ML"), pool(table, mods="~ x", tau2="ML"))
    same = likelihood_ratio_test(pool(table, mods="~ x + z", tau2="ML"), pool(table, mods="~ x", tau2="ML"))
    np.testing.assert_allclose(found.statistic, same.statistic, rtol=1e-8)


@settings(max_examples=20)
@given(st.floats(1e-5, 1e5), st.integers(0, 30))
def test_it_does_not_change_with_the_unit_or_the_order(unit: float, seed: int) -> None:
    table = data(seed)
    moved = table.assign(yi=unit * table["yi"], vi=unit**2 * table["vi"]).iloc[::-1]
    one = likelihood_ratio_test(pool(table, mods="~ x", tau2="ML"), pool(table, tau2="ML"))
    other = likelihood_ratio_test(pool(moved, mods="~ x", tau2="ML"), pool(moved, tau2="ML"))
    np.testing.assert_allclose(one.statistic, other.statistic, rtol=1e-7, atol=1e-9)


def test_tau2_at_its_boundary_has_a_mixture() -> None:
    table = data()
    found = likelihood_ratio_test(pool(table), pool(table, tau2="EE"))
    assert (found.kind, found.df) == ("REML", 1.0)
    np.testing.assert_allclose(found.boundary_pvalue, found.pvalue / 2, rtol=1e-12)
    both = likelihood_ratio_test(pool(table, mods="~ x", tau2="ML"), pool(table, tau2="EE"))
    expected = 0.5 * chi2.sf(both.statistic, 1) + 0.5 * chi2.sf(both.statistic, 2)
    np.testing.assert_allclose(both.boundary_pvalue, expected, rtol=1e-12)
    assert "edge" in both.cautions[0]


def test_no_heterogeneity_at_all() -> None:
    alike = pool([0.2, 0.2, 0.2], [0.1, 0.2, 0.1])
    found = likelihood_ratio_test(alike, pool([0.2, 0.2, 0.2], [0.1, 0.2, 0.1], tau2="EE"))
    assert (found.statistic, found.pvalue, found.boundary_pvalue) == (0.0, 1.0, 1.0)


def test_reml_with_different_moderators_is_refitted_only_when_asked() -> None:
    table = data()
    full, reduced = pool(table, mods="~ x"), pool(table)
    with pytest.raises(InputError, match="refit=True"):
        likelihood_ratio_test(full, reduced)
    found = likelihood_ratio_test(full, reduced, refit=True)
    by_hand = likelihood_ratio_test(pool(table, mods="~ x", tau2="ML"), pool(table, tau2="ML"))
    assert found.refitted
    assert found.statistic == by_hand.statistic
    assert likelihood_ratio_test(pool(table, tau2="DL"), pool(table, tau2="EE"), refit=True).kind == "ML"


def test_a_given_tau2_is_a_smaller_model() -> None:
    table = data()
    found = likelihood_ratio_test(pool(table, tau2="ML"), pool(table, tau2=0.3))
    assert found.df == 1
    assert math.isnan(found.boundary_pvalue)


def test_one_tau2_is_nested_in_a_scale_model() -> None:
    table = data(4, 40)
    scale = location_scale(table, scale="~ x")
    found = likelihood_ratio_test(scale, pool(table))
    np.testing.assert_allclose(found.statistic, 2 * (scale.reml.loglik - pool(table).reml.loglik), rtol=1e-10)
    assert math.isnan(found.r2)
    refitted = likelihood_ratio_test(location_scale(table, mods="~ x", scale="~ x"), pool(table), refit=True)
    assert (refitted.kind, refitted.df) == ("ML", 2.0)
    with pytest.raises(InputError, match="not nested"):
        likelihood_ratio_test(location_scale(table, scale="~ x + z", link="identity"), scale)


def _shuffled(table: pd.DataFrame) -> pd.DataFrame:
    return table.iloc[::-1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda t: (pool(t, mods="~ x", tau2="ML"), pool(t, mods="~ z", tau2="ML")), "both models have 3"),
        (lambda t: (pool(t, mods="~ x + z", tau2="ML"), pool(t, mods="~ I(x**2)", tau2="ML")), "not nested"),
        (lambda t: (pool(t, mods="~ x", tau2="EE"), pool(t, tau2="ML")), "both models have 2"),
        (lambda t: (pool(t, mods="~ x + z", tau2="EE"), pool(t, tau2="ML")), "not nested"),
        (lambda t: (pool(t, mods="~ x", tau2="ML"), pool(t)), "one fit is by ML"),
        (lambda t: (pool(t, tau2="DL"), pool(t, tau2="EE")), "DL does not maximise"),
        (lambda t: (pool(t, tau2="ML"), pool(t[1:], tau2="EE")), "20 and 19 studies"),
        (lambda t: (pool(t, tau2="ML"), pool(_shuffled(t), tau2="EE")), "another order"),
        (lambda t: (pool(t, tau2="ML"), pool(t.assign(yi=t["yi"] + 1), tau2="EE")), "different effects"),
        (lambda t: (pool(t, tau2="ML", weights="equal"), pool(t, tau2="EE")), "given weights"),
        (lambda t: (pool(t[:1]), pool(t[:1], tau2="EE")), "single study"),
        (lambda t: (pool(t), 3), "not int"),
    ],
)
def test_what_cannot_be_compared_by_likelihood_is_refused(make: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        likelihood_ratio_test(*make(data()))


def test_disjoint_studies_have_a_z_test_of_the_difference() -> None:
    table = data()
    one, other = pool(table[:8], measure="SMD"), pool(table[8:], measure="SMD")
    pair = compare(one, other, level=0.9).pairs[0]
    se = math.hypot(one.se, other.se)
    assert pair.studies == "disjoint"
    np.testing.assert_allclose([pair.difference, pair.se], [one.estimate - other.estimate, se], rtol=1e-12)
    np.testing.assert_allclose(pair.pvalue, 2 * norm.sf(abs(pair.statistic)), rtol=1e-10)
    np.testing.assert_allclose(pair.ci_high - pair.ci_low, 2 * norm.ppf(0.95) * se, rtol=1e-10)
    assert pair.likelihood_ratio is None


def test_overlapping_or_unnamed_studies_have_none() -> None:
    table = data()
    overlap = compare(pool(table[:10]), pool(table[5:])).pairs[0]
    assert overlap.studies == "overlapping"
    assert math.isnan(overlap.pvalue)
    assert "depends on the other" in overlap.note
    unnamed = [
        pool(table["yi"].tolist()[:9], table["vi"].tolist()[:9]),
        pool(table["yi"].tolist()[9:], table["vi"].tolist()[9:]),
    ]
    pair = compare(*unnamed).pairs[0]
    assert pair.studies == "unknown"
    assert "independent=True" in pair.note
    assert compare(*unnamed, independent=True).pairs[0].pvalue > 0
    with pytest.raises(InputError, match="overlap"):
        compare(pool(table[:10]), pool(table[5:]), independent=True)


def test_the_same_data_have_a_likelihood_ratio_test_or_a_reason() -> None:
    table = data()
    found = compare(
        {"ML": pool(table, tau2="ML"), "ML on x": pool(table, mods="~ x", tau2="ML"), "DL": pool(table, tau2="DL")}
    )
    ratio = found.pairs[0].likelihood_ratio
    assert ratio is not None
    assert ratio.df == 1
    assert found.pairs[1].likelihood_ratio is None
    assert "both models have 2 parameters" in found.pairs[1].note
    assert found.criteria_kind == ""
    assert "DL does not maximise a likelihood" in found.notes[0]
    assert found.differing["tau2_method"] == ("ML", "ML", "DL")
    assert found.differing["moderators"] == ("Intercept", "Intercept, x", "Intercept")
    assert math.isnan(found.to_frame().loc["ML on x", "estimate"])


def test_criteria_are_of_one_kind() -> None:
    table = data()
    ml = compare(pool(table, mods="~ x", tau2="ML"), pool(table, tau2="EE"))
    assert ml.criteria_kind == "ML"
    reml = compare(pool(table), pool(table, tau2="EE"), location_scale(data(3), scale="~ x"))
    assert reml.criteria_kind == "REML"
    np.testing.assert_allclose(reml.fits[1].aic, pool(table, tau2="EE").reml.aic, rtol=1e-12)
    assert compare(pool(table, mods="~ x"), pool(table)).criteria_kind == ""


def test_other_scales_and_other_numbers_of_the_same_studies() -> None:
    table = data()
    scales = compare(pool(table[:8], measure="RR"), pool(table[8:], measure="OR"))
    assert "differ (RR and OR)" in scales.pairs[0].note
    assert "different scales" in scales.cautions[0]
    same = compare(pool(table), pool(table.assign(yi=2 * table["yi"])))
    assert same.pairs[0].studies == "same studies"
    assert math.isnan(same.pairs[0].difference)


def test_studies_that_look_alike_under_other_names_are_a_caution() -> None:
    table = data()
    twin = table[:6].assign(study=[f"report {place}" for place in range(6)])
    found = compare(pool(table[4:]), pool(twin))
    assert found.pairs[0].studies == "disjoint"
    assert "2 effect(s) with the same variance" in found.cautions[0]


def test_counts_and_other_results_join_in() -> None:
    counts = mantel_haenszel(events1=[4, 6, 3], n1=[123, 306, 231], events2=[11, 29, 11], n2=[139, 303, 220])
    found = compare(counts, pool(data(), measure="RR"), labels=["MH", "REML"])
    assert found.to_frame().loc["MH", "k"] == 3
    assert found.fits[0].tau2_method == "MH"

    @dataclass(frozen=True)
    class Corrected:
        k: int = 20
        estimate: float = 0.1
        se: float = 0.2
        ci: tuple[float, float] = (-0.3, 0.5)

    other = compare(pool(data()), Corrected())
    assert other.fits[1].ci_high == 0.5
    assert other.pairs[0].studies == "unknown"


def test_what_is_no_comparison_is_refused() -> None:
    fit = pool(data())
    with pytest.raises(InputError, match="at least two"):
        compare(fit)
    with pytest.raises(InputError, match="one label for each"):
        compare(fit, fit, labels=["a"])
    with pytest.raises(InputError, match="no two alike"):
        compare(fit, fit, labels=["a", "a"])
    with pytest.raises(InputError, match="no estimate"):
        compare(fit, "REML")
    with pytest.raises(InputError, match="leave labels"):
        compare({"a": fit, "b": fit}, labels=["a", "b"])
    with pytest.raises(InputError, match="did you mean"):
        compare(fit, fit, level=95)


def test_they_show_themselves() -> None:
    table = data()
    found = compare(pool(table), pool(table, tau2="EE", level=0.9), pool(table[:3]), labels=["REML", "EE", "three"])
    assert all(len(line) <= 80 for line in found.summary().splitlines())
    assert "different levels" in found.summary()
    assert len(found.pairs_frame()) == 3
    assert found.to_dict()["pairs"][0]["one"] == "REML"
    assert "<table>" in found._repr_html_()
    ratio = likelihood_ratio_test(pool(table), pool(table, tau2="EE"))
    assert all(len(line) <= 80 for line in ratio.summary().splitlines())
    assert ratio.to_frame().loc["full", "parameters"] == 2
    assert ratio.to_dict()["kind"] == "REML"
