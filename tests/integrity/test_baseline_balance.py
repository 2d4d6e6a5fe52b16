"""Balance before treatment: exact distributions against simulation, and the verdicts at both ends."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from evidence.curate.integrity.balance import FEWEST, Evenness, balance
from evidence.curate.integrity.balance import _exact_steps as steps_of
from evidence.curate.integrity.ranges import Range


def measured(p: float) -> Evenness:
    return Evenness(p=Range(p, p))


def test_measured_characteristics_are_combined_as_stouffer_does():
    p = [0.91, 0.8, 0.95, 0.99, 0.7]
    expected = stats.combine_pvalues([1 - value for value in p], method="stouffer").pvalue
    assert balance([measured(value) for value in p]).too_alike == pytest.approx(expected, rel=1e-9)
    assert balance([measured(value) for value in p]).too_unlike == pytest.approx(
        stats.combine_pvalues(p, method="stouffer").pvalue, rel=1e-9
    )


def test_rounding_is_read_in_favour_of_the_trial_at_both_ends():
    tight, loose = [measured(0.97)] * 5, [Evenness(p=Range(0.4, 0.97))] * 5
    assert balance(tight).verdict == "too alike"
    assert balance(loose).verdict == "as chance makes it"
    assert balance([measured(0.01)] * 5).verdict == "too unlike"
    assert balance([Evenness(p=Range(0.01, 0.5))] * 5).verdict == "as chance makes it"


@pytest.mark.parametrize("k", range(FEWEST))
def test_few_characteristics_cannot_tell(k):
    assert balance([measured(0.999999)] * k).verdict == "cannot tell"


def test_the_steps_of_a_count_are_its_exact_distribution():
    even = steps_of(6, 20, 5, 22)
    assert sum(chance for _, chance in even.steps) == pytest.approx(1)
    # the mid-p of a discrete test averages one half
    assert sum(p * chance for p, chance in even.steps) == pytest.approx(0.5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_and_measures_together_as_simulation_has_them(seed):
    rng = np.random.default_rng(seed)
    tables = [(8, 20, 11, 20), (3, 20, 5, 20), (12, 20, 10, 20)]
    characteristics = [steps_of(*table) for table in tables] + [measured(0.9), measured(0.85)]
    observed = sum(stats.norm.isf(1 - one.p.low) for one in characteristics)
    draws = rng.normal(size=(40_000, 2)).sum(axis=1)
    for even in characteristics[:3]:
        values = np.array([stats.norm.isf(1 - min(p, 1 - 1e-9)) for p, _ in even.steps])
        draws += rng.choice(values, size=len(draws), p=np.array([chance for _, chance in even.steps]))
    share = float((draws >= observed - 1e-9).mean())
    assert balance(characteristics).too_alike == pytest.approx(share, abs=0.02)


def test_honest_trials_are_seldom_flagged():
    rng = np.random.default_rng(20)
    flagged = 0
    for _ in range(400):
        characteristics = []
        for _ in range(5):
            first, second = rng.normal(0, 1, 25), rng.normal(0, 1, 30)
            characteristics.append(measured(float(stats.ttest_ind(first, second).pvalue)))
        characteristics += [
            steps_of(int(rng.binomial(25, share)), 25, int(rng.binomial(30, share)), 30) for share in (0.2, 0.5, 0.6)
        ]
        flagged += balance(characteristics).verdict != "as chance makes it"
    assert flagged / 400 <= 0.0125
