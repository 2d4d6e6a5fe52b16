"""Ranges of p against R, brute force over what rounding hides, and people simulated with the summaries."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.curate.integrity import EvidenceTables
from evidence.curate.integrity.count_tests import group_count_p_values, paired_count_p_range, two_by_two_p_values
from evidence.curate.integrity.implied_spread import odd_spread
from evidence.curate.integrity.mean_tests import (
    anova_p_range,
    implied_sd,
    paired_p_range,
    rank_p_range,
    smallest_rank_p,
    t_test_p_ranges,
)
from evidence.curate.integrity.one_set_of_people import balanced_pairs, pairs_of_shares
from evidence.curate.integrity.p_values import CHECKS
from evidence.curate.integrity.ranges import Range, p_range, parse_p, rounded

A = np.array([3.1, 4.5, 2.2, 6.0, 5.1])
B = np.array([7.0, 6.2, 8.8, 5.9])
C = np.array([4.4, 9.1, 6.6, 7.3])


def exact(value):
    return Range(value, value)


def summary(values):
    return exact(values.mean()), exact(values.std(ddof=1)), len(values)


def test_t_tests_of_people_as_r_computes_them():
    found = t_test_p_ranges(*summary(A), *summary(B))
    assert found["t"].low == pytest.approx(0.0229398506446, rel=1e-9)
    assert found["Welch t"].high == pytest.approx(0.0213120513016, rel=1e-9)


def test_analysis_of_variance_as_r_computes_it():
    means, sds, sizes = zip(*(summary(group) for group in (A, B, C)), strict=True)
    found = anova_p_range(means, sds, sizes)
    assert found.low == pytest.approx(0.0411523694678, rel=1e-9)
    assert found.high == pytest.approx(0.0411523694678, rel=1e-9)


def test_tests_of_counts_as_r_computes_them():
    found = two_by_two_p_values(9, 17, 3, 17)
    expected = {
        "χ²": 0.0313012599981,
        "Yates χ²": 0.0727570978261,
        "Fisher": 0.0707291515533,
        "G": 0.0285131989524,
        "log odds ratio": 0.03832396977,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-9)


def test_n_minus_one_is_the_pearson_statistic_scaled():
    table = [[9, 8], [3, 14]]
    statistic = stats.chi2_contingency(table, correction=False).statistic * 33 / 34
    assert two_by_two_p_values(9, 17, 3, 17)["N − 1 χ²"] == pytest.approx(stats.chi2.sf(statistic, 1), rel=1e-12)


def test_several_groups_as_scipy_computes_them():
    found = group_count_p_values([15, 20, 27], [31, 31, 31])
    assert found["χ²"] == pytest.approx(stats.chi2_contingency([[15, 20, 27], [16, 11, 4]]).pvalue, rel=1e-12)


@pytest.mark.parametrize("p", [0.0577795711236, 0.113846298007, 0.109375])
def test_mcnemar_of_r_lies_within_the_bounds(p):
    # 8 gained and 2 lost of 20: 13 against 7
    assert p in paired_count_p_range(13, 7, 20)


@settings(max_examples=60, deadline=None)
@given(n=st.integers(2, 14), data=st.data())
def test_paired_bounds_are_those_of_every_table_with_these_margins(n, data):
    first, second = data.draw(st.integers(0, n)), data.draw(st.integers(0, n))
    found = paired_count_p_range(first, second, n)
    for both in range(max(0, first + second - n), min(first, second) + 1):
        gained, lost = first - both, second - both
        if gained + lost:
            assert stats.binomtest(gained, gained + lost).pvalue in found


@settings(max_examples=60, deadline=None)
@given(
    means=st.tuples(st.floats(0, 50), st.floats(0, 50)),
    sds=st.tuples(st.floats(0.5, 20), st.floats(0.5, 20)),
    sizes=st.tuples(st.integers(2, 60), st.integers(2, 60)),
    decimals=st.integers(0, 2),
)
def test_no_unrounded_summary_leaves_the_range(means, sds, sizes, decimals):
    printed = [[round(value, decimals) for value in pair] for pair in (means, sds)]
    given_ = [
        (rounded(m, decimals), Range(max(rounded(s, decimals).low, 0.0), rounded(s, decimals).high), n)
        for m, s, n in zip(*printed, sizes, strict=True)
    ]
    found = t_test_p_ranges(*given_[0], *given_[1])
    true = [
        stats.ttest_ind_from_stats(means[0], sds[0], sizes[0], means[1], sds[1], sizes[1], equal_var=equal).pvalue
        for equal in (True, False)
    ]
    slack = 1e-9
    assert found["t"].low - slack <= true[0] <= found["t"].high + slack
    # between corners Welch's degrees of freedom may bend the p a little
    assert found["Welch t"].low - 0.02 <= true[1] <= found["Welch t"].high + 0.02


@settings(max_examples=40, deadline=None)
@given(
    means=st.lists(st.floats(0, 30), min_size=3, max_size=3),
    sds=st.lists(st.floats(1, 10), min_size=3, max_size=3),
    sizes=st.lists(st.integers(3, 40), min_size=3, max_size=3),
)
def test_no_unrounded_summary_leaves_the_range_of_the_analysis_of_variance(means, sds, sizes):
    ranges = [[rounded(round(value, 1), 1) for value in values] for values in (means, sds)]
    found = anova_p_range(*ranges, sizes)
    centre = sum(n * m for n, m in zip(sizes, means, strict=True)) / sum(sizes)
    between = sum(n * (m - centre) ** 2 for n, m in zip(sizes, means, strict=True)) / 2
    within = sum((n - 1) * s**2 for n, s in zip(sizes, sds, strict=True)) / (sum(sizes) - 3)
    assert found.low - 1e-9 <= stats.f.sf(between / within, 2, sum(sizes) - 3) <= found.high + 1e-9


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(3, 40), r=st.floats(-0.95, 0.95))
def test_paired_people_lie_within_the_bounds_whatever_their_correlation(seed, n, r):
    rng = np.random.default_rng(seed)
    sides = rng.multivariate_normal([10, 12], [[9, r * 6], [r * 6, 4]], n)
    (m1, s1, _), (m2, s2, _) = summary(sides[:, 0]), summary(sides[:, 1])
    assert stats.ttest_rel(sides[:, 0], sides[:, 1]).pvalue in paired_p_range(m1, s1, m2, s2, n)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), sizes=st.tuples(st.integers(4, 60), st.integers(4, 60)), gap=st.floats(-8, 8))
def test_rank_tests_of_people_lie_within_the_bounds_of_their_quartiles(seed, sizes, gap):
    rng = np.random.default_rng(seed)
    groups = [np.round(rng.normal(place, 4, n)) for place, n in zip((0, gap), sizes, strict=True)]
    quartiles = [np.percentile(group, [0, 25, 50, 75, 100]) for group in groups]
    found = rank_p_range(quartiles[0], sizes[0], quartiles[1], sizes[1])
    for method in ("asymptotic",):
        p = stats.mannwhitneyu(*groups, method=method, use_continuity=False).pvalue
        assert found.low - 1e-9 <= p <= found.high + 1e-9


def test_the_smallest_rank_p_is_that_of_separated_groups():
    # wilcox.test(1:4, 11:15) in R
    assert smallest_rank_p(4, 5) == pytest.approx(0.015873015873, rel=1e-9)


@pytest.mark.parametrize(("n1", "n2", "sd", "g"), [(50, 44, 159.9, 0.429), (50, 50, 165.4, 0.415)])
def test_the_spread_and_effect_that_a_p_implies(n1, n2, sd, g):
    found = implied_sd(91.4 - 22.2, 0.039, n1, n2)
    assert (round(found[0], 1), round(found[1], 3)) == (sd, g)


@settings(max_examples=50, deadline=None)
@given(gap=st.floats(0.5, 40), sd=st.floats(1, 60), sizes=st.tuples(st.integers(4, 80), st.integers(4, 80)))
def test_the_implied_spread_is_the_one_that_made_the_p(gap, sd, sizes):
    p = stats.ttest_ind_from_stats(gap, sd, sizes[0], 0, sd, sizes[1]).pvalue
    if 1e-12 < p < 1:
        assert implied_sd(gap, p, *sizes)[0] == pytest.approx(sd, rel=1e-5)


def test_an_implied_spread_is_judged_by_siblings_before_the_mean():
    assert odd_spread(30, [8, 10, 12], [20, 5]) == ""
    assert "less than a third" in odd_spread(2, [8, 10, 12], [20, 5])
    assert "fiftieth" in odd_spread(0.1, [], [20, 5])


def test_pairs_of_sizes_by_brute_force():
    shares = (82.1, 51.9)
    hits = set()
    for a, b in itertools.product(range(2, 59), repeat=2):
        if a + b <= 60 and max(a, b) <= 1.5 * min(a, b):
            fits = [
                any(abs(100 * e / n - s) <= 0.05 + 1e-9 for e in range(n + 1))
                for n, s in zip((a, b), shares, strict=True)
            ]
            hits |= {(a, b)} if all(fits) else set()
    assert pairs_of_shares("82.1", "51.9", 60) == frozenset(hits) == {(28, 27)}
    assert all(a + b <= 20 for a, b in balanced_pairs(20))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<0.00001", ("<", 1e-05, 5)),
        (".002", ("=", 0.002, 3)),
        ("0.14", ("=", 0.14, 2)),
        ("p = 0.03", ("=", 0.03, 2)),
        (">0.05", (">", 0.05, 2)),
        ("not significant", ("not-significant", None, 0)),
        ("no significant subgroup effect", None),
        ("", None),
        ("1.7e-05", ("=", 1.7e-05, 6)),
    ],
)
def test_printed_p_values_are_read(text, expected):
    assert parse_p(text) == expected


def test_a_printed_p_may_be_rounded_or_cut_off():
    allowed = p_range("=", 0.04)
    assert 0.0351 in allowed
    assert 0.0499 in allowed
    assert 0.034 not in allowed
    assert 0.0501 not in allowed
    assert 1.62e-5 not in p_range("=", 1.7e-5)


STUDIES = pd.DataFrame({"study_id": ["T"], "design": ["parallel"], "n_randomised": [60]})
ARM = {"study_id": "T", "outcome": "o", "value_type": "change", "unit": "points", "p_scope": "between-arms"}


def outcomes(*rows, **shared):
    return pd.DataFrame([ARM | shared | {"row_id": f"R{i}", "arm_id": f"A{i}"} | row for i, row in enumerate(rows, 1)])


def findings(check, frame, design="parallel"):
    frames = {"studies": STUDIES.assign(design=design), "outcomes": frame}
    (found,) = [found for found in CHECKS if found.id == check]
    return list(found.run(EvidenceTables(frames)))


@pytest.mark.parametrize(
    ("p", "severity"), [(0.78, None), (0.72, "unusual"), (0.09, "inconsistent"), (0.001, "inconsistent")]
)
def test_a_rank_test_may_make_a_small_difference_to_the_p_of_means(p, severity):
    arms = ({"mean": 32.6, "sd": 9.7, "n": 20}, {"mean": 33.5, "sd": 10.4, "n": 20})
    found = findings("p-means", outcomes(*arms, p_operator="=", p_value=p))
    assert [finding.severity for finding in found] == ([severity] if severity else [])


def test_an_unnamed_spread_is_read_as_sd_and_as_se():
    arms = ({"mean": 18.2, "plus_minus": 3.4, "n": 13}, {"mean": 9.4, "plus_minus": 2.8, "n": 13})
    for p in (0.06, 0.0000002):  # as SE, and as SD
        assert findings("p-means", outcomes(*arms, p_operator="=", p_value=p)) == []
    assert len(findings("p-means", outcomes(*arms, p_operator="=", p_value=0.002))) == 1


def test_a_p_within_an_arm_is_not_compared():
    arms = ({"mean": 18.2, "sd": 3.4, "n": 13}, {"mean": 9.4, "sd": 2.8, "n": 13})
    assert findings("p-means", outcomes(*arms, p_operator="=", p_value=0.9, p_scope="within-arm")) == []


def test_sides_of_one_scalp_are_compared_at_any_correlation():
    arms = ({"mean": 10.0, "sd": 4.0, "n": 16}, {"mean": 8.0, "sd": 4.0, "n": 16})
    assert findings("p-means", outcomes(*arms, p_operator="=", p_value=0.001), "within-person") == []
    assert len(findings("p-means", outcomes(*arms, p_operator="=", p_value=0.8), "within-person")) == 1


def test_several_arms_may_be_compared_in_pairs_or_together():
    arms = ({"mean": 10.0, "sd": 4.0, "n": 16}, {"mean": 8.0, "sd": 4.0, "n": 16}, {"mean": 4.0, "sd": 4.0, "n": 16})
    pairwise = stats.ttest_ind_from_stats(10, 4, 16, 8, 4, 16).pvalue
    assert findings("p-means", outcomes(*arms, p_operator="=", p_value=round(pairwise, 3))) == []
    assert len(findings("p-means", outcomes(*arms, p_operator="=", p_value=0.6))) == 1


def test_nothing_is_said_without_sizes_or_spreads():
    frame = outcomes({"mean": 10.0}, {"mean": 9.0}, p_operator="=", p_value=0.001)
    assert findings("p-means", frame) == []
    assert findings("p-counts", frame) == []
    assert findings("p-ranks", frame) == []


def test_medians_far_apart_do_not_go_with_no_difference():
    low = {"minimum": 0, "q1": 1, "median": 2, "q3": 3, "maximum": 5, "n": 20}
    high = {"minimum": 20, "q1": 21, "median": 22, "q3": 23, "maximum": 25, "n": 20}
    assert len(findings("p-ranks", outcomes(low, high, p_operator="not-significant"))) == 1
    assert findings("p-ranks", outcomes(low, high, p_operator="<", p_value=0.001)) == []


def test_few_people_cannot_reach_a_small_rank_p():
    arm = {"median": 5, "q1": 1, "q3": 9, "n": 3}
    assert len(findings("p-ranks", outcomes(arm, arm | {"median": 8}, p_operator="<", p_value=0.01))) == 1
    assert math.isclose(smallest_rank_p(3, 3), 0.1)
