"""The numbers that presets word: those of the fit, and of R.

Reference numbers: R 4.2.2 with metafor 3.8-1, ``rma(yi, vi, method="REML", test="knha")`` with
``yi <- log(c(1.2, 1.9, 0.8, 2.6))`` and ``vi <- c(0.04, 0.09, 0.06, 0.2)``, and ``confint(fit)``; the test between
subgroups is ``rma(c(m1$b, m2$b), sei=c(m1$se, m2$se), method="FE")$QE`` of the fits to studies 1, 3 and 2, 4.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from evidence.plot import from_fit
from evidence.plot.forest_plot.data import ArmCell
from evidence.plot.forest_plot.heterogeneity import difference_facts, forest_facts
from evidence.pool import pool, subgroups

YI = [math.log(ratio) for ratio in (1.2, 1.9, 0.8, 2.6)]
VI = [0.04, 0.09, 0.06, 0.2]
TABLE = pd.DataFrame({"study": list("abcd"), "yi": YI, "vi": VI, "sex": ["men", "women", "men", "women"]})


def test_facts_are_those_of_the_reference() -> None:
    facts = from_fit(pool(YI, VI, measure="RR")).overall.facts
    assert (facts.q, facts.df, facts.p) == pytest.approx((7.990631097, 3, 0.04620573001), rel=1e-6)
    assert (facts.tau2, facts.tau2_low, facts.tau2_high) == pytest.approx(
        (0.142044704, 0, 3.601172884), rel=1e-4, abs=1e-5
    )
    assert (facts.i2, facts.i2_low, facts.i2_high) == pytest.approx((65.20772154, 0, 97.93880202), rel=1e-4, abs=1e-3)
    assert (facts.statistic, facts.statistic_df, facts.statistic_p) == pytest.approx(
        (1.25882349, 3, 0.2971386786), rel=1e-5
    )
    assert facts.method == "Random effects: REML, Hartung–Knapp–Sidik–Jonkman"


@pytest.mark.parametrize(("tau2", "test"), [("REML", "hksj"), ("DL", "z"), ("PM", "t"), ("EE", "z"), (0.2, "z")])
def test_facts_are_those_of_the_fit(tau2, test) -> None:
    fit = pool(YI, VI, tau2=tau2, test=test)
    facts = forest_facts(fit)
    assert (facts.q, facts.df, facts.p, facts.i2) == (fit.q, fit.q_df, fit.q_pvalue, fit.i2)
    assert (facts.statistic, facts.statistic_p) == (fit.statistic, fit.pvalue)
    assert facts.statistic_df == (None if test == "z" else 3.0)
    w = 1 / np.array(VI)
    q = float((w * (np.array(YI) - (w * YI).sum() / w.sum()) ** 2).sum())
    assert facts.q == pytest.approx(q)
    assert facts.p == pytest.approx(chi2.sf(q, 3))
    if tau2 == "EE":
        assert (facts.tau2, facts.tau2_low, facts.i2_low) == (None, None, None)
        assert facts.tau2_ci_method == ""
        assert facts.i2 == pytest.approx(100 * (q - 3) / q)
    elif tau2 == 0.2:
        assert (facts.tau2, facts.tau2_low, facts.tau2_high) == (0.2, None, None)
        assert facts.tau2_ci_method == ""
    else:
        assert (facts.tau2, facts.tau2_low, facts.tau2_high) == (fit.tau2, *fit.tau2_ci)
        assert (facts.i2_low, facts.i2_high) == fit.i2_ci
        assert facts.tau2_ci_method == "Q-profile"
        likelihood = pool(YI, VI, tau2="ML", tau2_ci_method="PL")
        assert forest_facts(likelihood).tau2_ci_method == "profile likelihood"


def test_proportions_have_no_test_of_no_effect() -> None:
    facts = from_fit(pool([-1.4, -1.1, -1.4], [0.3, 0.1, 0.2], measure="PLO")).overall.facts
    assert (facts.statistic, facts.statistic_df, facts.statistic_p) == (None, None, None)
    assert facts.q > 0


def test_the_difference_between_subgroups_is_that_of_the_reference() -> None:
    data = from_fit(subgroups(TABLE, "sex", measure="RR", test="z"))
    assert (data.difference.q, data.difference.df, data.difference.p) == pytest.approx(
        (5.266538631, 1, 0.02173919776), rel=1e-5
    )
    assert data.difference.i2 == pytest.approx(100 * (5.266538631 - 1) / 5.266538631, rel=1e-5)
    assert "Q = 5.27" in data.subgroup_difference
    for total in data.subtotals:
        (own,) = (
            group
            for name, group in subgroups(TABLE, "sex", measure="RR", test="z").groups.items()
            if name == total.subgroup
        )
        assert (total.facts.q, total.facts.tau2, total.facts.statistic) == (own.q, own.tau2, own.statistic)


def test_groups_more_alike_than_chance_have_no_share_beyond_it() -> None:
    table = TABLE.assign(yi=[0.2, 0.21, 0.2, 0.19])
    facts = difference_facts(subgroups(table, "sex", test="z"))
    assert facts.q < 1
    assert facts.i2 == 0.0


def test_an_f_test_is_not_given_as_a_q() -> None:
    found = subgroups(TABLE, "sex", measure="RR", tau2_common=True)
    assert math.isfinite(found.q_df2)
    data = from_fit(found)
    assert data.difference is None
    assert data.subgroup_difference.startswith("Test for subgroup differences: F(1, 2) = ")


def test_groups_are_added_up_where_all_are_known() -> None:
    counts = [(5, 20, 9, 22), (1, 10, 2, 11), (7, 30, 7, 29), (3, 12, 4, 12)]
    arms = [(ArmCell(events=a, n=b), ArmCell(events=c, n=d)) for a, b, c, d in counts]
    data = from_fit(pool(YI, VI, measure="RR"), arms=arms, arm_labels=("treated", "control"))
    assert data.overall.arms == (ArmCell(events=16.0, n=72.0), ArmCell(events=22.0, n=74.0))
    assert [row.arms for row in data.rows] == arms
    unknown = [*arms[:3], (ArmCell(n=12), ArmCell(events=4, n=12))]
    total = from_fit(pool(YI, VI, measure="RR"), arms=unknown).overall
    assert (total.arms[0].events, total.arms[0].n, total.arms[1].events) == (None, 72.0, 22.0)
    assert from_fit(pool(YI, VI), arms=[*arms[:3], ()]).overall.arms == ()


def test_sizes_are_groups_too() -> None:
    data = from_fit(pool(YI, VI, measure="RR"), n1=[5, 6, 7, 8], n2=[9, 8, None, 6])
    assert data.arm_labels == ("Group 1", "Group 2")
    assert data.rows[2].arms == (ArmCell(n=7), ArmCell(n=None))
    assert data.overall.arms == (ArmCell(n=26.0), ArmCell(n=None))


def test_rows_left_out_add_nothing_to_the_total() -> None:
    fit = pool([0.1, math.nan, 0.5], [0.1, 0.1, 0.1], labels=list("abc"), missing="drop")
    data = from_fit(fit, n1=[10, 100, 30], n2=[11, 100, 31])
    assert data.overall.arms == (ArmCell(n=40.0), ArmCell(n=42.0))
    assert data.rows[1].arms == (ArmCell(n=100), ArmCell(n=100))


def test_judgements_of_bias_go_with_their_rows() -> None:
    bias = [("low", "high"), (), ("", "some-concerns"), ("not-agreed", "")]
    shown = {"bias_tool": "RoB 2", "bias_domains": (("D1", "one"), ("All", "overall"))}
    data = from_fit(pool(YI, VI, labels=list("dcba")), bias=bias, sort="label", **shown)
    assert [row.bias for row in data.rows] == bias[::-1]
