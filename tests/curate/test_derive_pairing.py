"""The correlation of two sides, recovered from the paired test of real pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from evidence.curate.arms import ArmData
from evidence.curate.derive.between import BetweenTest
from evidence.curate.derive.pairing import paired_step, recovered_r


def side(name, values):
    return ArmData(arm_id=name, label=name, rows=(name,), n=len(values), mean=values.mean(), sd=values.std(ddof=1))


@given(seed=st.integers(0, 2**16), n=st.integers(5, 80), link=st.floats(0.0, 3.0))
def test_the_r_of_real_pairs_comes_back_from_their_test(seed, n, link) -> None:
    rng = np.random.default_rng(seed)
    people = rng.normal(0, 1, n)
    one, two = (link * people + rng.normal(shift, 1, n) for shift in (0.8, 0.0))
    test = stats.ttest_rel(one, two)
    assume(1e-10 < test.pvalue < 0.9)
    true = float(np.corrcoef(one, two)[0, 1])
    for kind, value in (("p", test.pvalue), ("t", test.statistic), ("f", test.statistic**2)):
        r, step = recovered_r(side("A", one), side("B", two), BetweenTest(kind=kind, value=float(value)))
        assert r == pytest.approx(true, abs=1e-6)
        assert step.method == "paired-r"
        assert bool(step.caution) == (r < 0)


@given(seed=st.integers(0, 2**16), n=st.integers(5, 80), link=st.floats(0.0, 3.0))
def test_the_r_of_real_pairs_comes_back_from_the_se_of_their_difference(seed, n, link) -> None:
    rng = np.random.default_rng(seed)
    people = rng.normal(0, 1, n)
    one, two = (link * people + rng.normal(0, 1, n) for _ in range(2))
    se = float((one - two).std(ddof=1) / np.sqrt(n))
    r, step = recovered_r(side("A", one), side("B", two), BetweenTest(kind="se", value=se))
    assert r == pytest.approx(float(np.corrcoef(one, two)[0, 1]), abs=1e-9)
    assert step.assumption.startswith("the SE is that of the paired")
    elsewhere = recovered_r(side("A", one), side("B", two), BetweenTest(kind="se", value=se, unit="mm"))
    assert "gives no r: it is in mm" in elsewhere
    assert "gives no r" in recovered_r(side("A", one), side("B", two), BetweenTest(kind="se", value=0.0))


def test_three_sds_that_contradict_each_other_give_no_r() -> None:
    one = ArmData(arm_id="A", label="A", rows=("A",), n=20, mean=10.0, sd=1.0)
    two = ArmData(arm_id="B", label="B", rows=("B",), n=20, mean=0.0, sd=1.0)
    found = recovered_r(one, two, BetweenTest(kind="p", value=0.5))
    assert isinstance(found, str)
    assert "contradict each other" in found
    assert "gives no r" in recovered_r(one, two, BetweenTest(kind="p", value=0.05, operator="<"))


def test_a_stated_r_is_an_assumption() -> None:
    assert paired_step(0.7).assumption == "the sides correlate by 0.7 (not reported)"
