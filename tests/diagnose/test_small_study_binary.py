"""Tests for 2×2 tables: references by weighted least squares in R, zero cells, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nchypergeom_fisher

from evidence.diagnose.small_study import debray, deeks, egger, harbord, macaskill, peters, ruecker, schwarzer
from evidence.diagnose.small_study.sparse_tests import conditional_moments
from evidence.errors import ColumnError, InputError, OptionError, RowError

DATA = Path(__file__).parents[1] / "parity" / "data"
BCG = pd.read_csv(DATA / "effects_colditz1994.csv")
A, B, C, D = BCG[["events1", "nonevents1", "events2", "nonevents2"]].to_numpy(float).T
LOG_OR, VARIANCE = np.log(A * D / B / C), 1 / A + 1 / B + 1 / C + 1 / D
TESTS = [harbord, peters, macaskill, deeks, ruecker, schwarzer]

# slope, se, t, p, intercept and its se of summary(lm(y ~ x, weights=w)) in R 4.2.2, on the BCG trials of Colditz 1994
REFERENCES = {
    "macaskill FPV": (
        macaskill(BCG),
        [
            6.12987027417366e-06,
            1.29828980142248e-06,
            4.72149613087729,
            6.27925091964373e-04,
            -1.04892288901923,
            0.15160864408055,
        ],
    ),
    "macaskill FIV": (
        macaskill(BCG, weights="FIV"),
        [
            5.72378268663232e-06,
            1.21485727034077e-06,
            4.7114857245961,
            6.38170187086762e-04,
            -0.97780114394494,
            0.14831402972466,
        ],
    ),
    "peters": (
        peters(BCG),
        [
            -563.688203913343,
            413.723340020776,
            -1.362476199397,
            0.200291792284135,
            -0.429308425801974,
            0.171622830280521,
        ],
    ),
    "debray FIV": (
        debray(LOG_OR, VARIANCE, events=A + C),
        [
            -8.77567674938665,
            14.0540765014447,
            -0.624422155983323,
            0.545083551157165,
            -0.393958630629223,
            0.173647943641614,
        ],
    ),
    "debray FAV": (
        debray(LOG_OR, VARIANCE, events1=A, events2=C, weights="FAV"),
        [
            -8.44849564425052,
            14.2430765296666,
            -0.593165081059089,
            0.565066998286186,
            -0.414831271367648,
            0.17372970984189,
        ],
    ),
    "harbord RR": (
        harbord(BCG, measure="RR"),
        [
            -1.837177840674617,
            1.610959208476623,
            -1.140424804680135,
            0.278331459226673,
            -0.266338386612635,
            0.224394548265693,
        ],
    ),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_weighted_least_squares_in_r(name: str) -> None:
    found, reference = REFERENCES[name]
    ours = [found.estimate, found.se, found.statistic, found.pvalue, found.intercept, found.intercept_se]
    np.testing.assert_allclose(ours, reference, rtol=1e-11)
    assert (found.k, found.df, found.excluded) == (13, 11, ())


def test_macaskill_by_inverse_variance_is_a_regression_on_size() -> None:
    one, other = macaskill(BCG, weights="FIV"), egger(LOG_OR, VARIANCE, predictor="ni", ni=A + B + C + D)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-12)


@pytest.mark.parametrize("test", TESTS)
def test_order_and_names_of_columns_do_not_matter(test: object) -> None:
    renamed = BCG.rename(columns={"events1": "x", "events2": "y"})
    shuffled = renamed.sample(frac=1, random_state=1)
    one, other = test(BCG), test(shuffled, events1="x", events2="y")  # type: ignore[operator]
    assert one.pvalue == pytest.approx(other.pvalue, rel=1e-9)


@pytest.mark.parametrize("test", [harbord, peters, macaskill, deeks, schwarzer])
def test_exchanging_the_groups_turns_the_sign(test: object) -> None:
    swapped = pd.DataFrame({"events1": C, "nonevents1": D, "events2": A, "nonevents2": B})
    one, other = test(BCG), test(swapped)  # type: ignore[operator]
    assert one.statistic == pytest.approx(-other.statistic, rel=1e-9)


def test_studies_that_say_nothing_are_left_out_by_name() -> None:
    empty = pd.DataFrame({"events1": [0, 5], "nonevents1": [20, 0], "events2": [0, 9], "nonevents2": [22, 0]})
    table = pd.concat([BCG, empty], ignore_index=True).assign(study=lambda rows: [f"S{row}" for row in rows.index])
    for test in (harbord, peters, macaskill, deeks, schwarzer):
        found = test(table)
        assert found.excluded == ("S13", "S14")
        assert found.pvalue == test(BCG).pvalue
        assert any("S13, S14" in caution for caution in found.cautions)
    assert ruecker(table).k == 15


def test_zero_cells() -> None:
    table = BCG.assign(events1=[0, *BCG["events1"][1:]])
    assert peters(table).pvalue != peters(BCG).pvalue
    corrected = A.copy()
    corrected[0] = 0
    score = (corrected * (C + D) - C * (corrected + B)) / (corrected + B + C + D)
    assert np.isfinite(score).all()
    assert np.isfinite(harbord(table).pvalue)
    assert schwarzer(table).score_se == schwarzer(table, add=0).score_se


@pytest.mark.parametrize("margins", [(10, 10, 4, 1.0), (10, 25, 12, 3.5), (40, 5, 30, 0.2), (7, 3, 9, 8.0)])
def test_conditional_moments_agree_with_scipy(margins: tuple[int, int, int, float]) -> None:
    n1, n2, events, odds_ratio = margins
    reference = nchypergeom_fisher(n1 + n2, n1, events, odds_ratio)
    np.testing.assert_allclose(
        conditional_moments(n1, n2, events, odds_ratio), [reference.mean(), reference.var()], rtol=1e-9
    )


def test_what_cannot_be_used_is_refused() -> None:
    for test in TESTS:
        with pytest.raises(InputError, match="force=True"):
            test(BCG[:5])
        with pytest.raises(InputError, match="at least 3"):
            test(BCG[:2], force=True)
        with pytest.raises(InputError, match="DataFrame"):
            test([1, 2])  # type: ignore[arg-type]
        with pytest.raises(InputError, match="no rows"):
            test(BCG[:0])
        with pytest.raises(ColumnError, match="events1"):
            test(BCG.drop(columns="events1"))
        with pytest.raises(RowError, match="cannot be used"):
            test(BCG.assign(events2=-1))
        with pytest.raises(RowError, match="missing"):
            test(BCG.assign(events2=np.nan))
        assert "was forced" in test(BCG[:4], force=True).cautions[0]
    with pytest.raises(OptionError, match="measure"):
        harbord(BCG, measure="RD")
    with pytest.raises(OptionError, match="weights"):
        macaskill(BCG, weights="FAV")
    none = BCG.assign(events1=0, events2=0)
    with pytest.raises(InputError, match="nobody, or everybody"):
        peters(none)
    with pytest.raises(InputError, match="odds ratio is 0"):
        schwarzer(BCG.assign(events1=0), add=0)
    with pytest.raises(InputError, match="add="):
        schwarzer(BCG, add=-1)
    with pytest.raises(InputError, match="hardly varies"):
        ruecker(
            BCG.assign(nonevents1=100 - BCG["events1"] % 100, nonevents2=90, events1=BCG["events1"] % 100, events2=10)
        )


def test_debray_checks_the_events() -> None:
    with pytest.raises(InputError, match="give events="):
        debray(LOG_OR, VARIANCE)
    with pytest.raises(InputError, match="events of both groups"):
        debray(LOG_OR, VARIANCE, events=A + C, weights="FAV")
    with pytest.raises(InputError, match="not the sum"):
        debray(LOG_OR, VARIANCE, events=A, events1=A, events2=C)
    with pytest.raises(InputError, match="negative"):
        debray(LOG_OR, VARIANCE, events=-A)
    assert debray(LOG_OR, VARIANCE, events1=A, events2=C).pvalue == debray(LOG_OR, VARIANCE, events=A + C).pvalue
    none = np.where(np.arange(13) == 0, 0, A + C)
    one = np.where(np.arange(13) == 0, 1, A + C)
    assert debray(LOG_OR, VARIANCE, events=none).pvalue == debray(LOG_OR, VARIANCE, events=one).pvalue
