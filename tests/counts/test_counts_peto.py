"""Peto's odds ratio against the hypergeometric distribution, its symmetries and its edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from evidence.counts import CountsResult, peto
from evidence.errors import InputError

NAMES = ("events1", "nonevents1", "events2", "nonevents2")

tables = st.lists(st.tuples(*[st.integers(0, 60)] * 4), min_size=2, max_size=8).map(
    lambda rows: np.array(rows, float) + np.array([0, 1, 0, 1])
)


def of(rows: np.ndarray, **options: Any) -> CountsResult:
    return peto(**dict(zip(NAMES, rows.T, strict=True)), **options)


def close(ours: Any, expected: Any, rtol: float = 1e-8, atol: float = 1e-10) -> None:
    np.testing.assert_allclose(np.asarray(ours, float), np.asarray(expected, float), rtol=rtol, atol=atol)


def moments(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of the events of group 1, given the margins, from the probabilities of every table."""
    found = []
    for a, b, c, d in rows:
        events = np.arange(max(0, a - d), min(a + b, a + c) + 1)
        law = stats.hypergeom.pmf(events, a + b + c + d, a + c, a + b)
        mean = (events * law).sum()
        found.append((mean, ((events - mean) ** 2 * law).sum()))
    return tuple(np.array(found).T)


@given(tables)
def test_estimate_and_q_are_those_of_the_hypergeometric_distribution(rows: np.ndarray) -> None:
    mean, variance = moments(rows)
    assume(variance.max() > 1e-9)
    difference, informs = rows[:, 0] - mean, variance > 1e-9
    found = of(rows)
    close([found.estimate, found.se], [difference.sum() / variance.sum(), variance.sum() ** -0.5])
    if informs.sum() > 1:
        q = (difference[informs] ** 2 / variance[informs]).sum() - difference.sum() ** 2 / variance.sum()
        close(found.q, q, rtol=1e-6, atol=1e-8)
        assert found.q_df == informs.sum() - 1


@given(tables)
def test_swapping_groups_or_outcomes_turns_the_sign(rows: np.ndarray) -> None:
    assume((rows[:, 0] + rows[:, 2] > 0).any())
    found = of(rows)
    for columns in ([2, 3, 0, 1], [1, 0, 3, 2]):
        other = of(rows[:, columns])
        close([other.estimate, other.se, other.q], [-found.estimate, found.se, found.q], rtol=1e-7, atol=1e-8)


@given(tables)
def test_deletions_and_accumulations_are_refits(rows: np.ndarray) -> None:
    assume((rows[:, 0] + rows[:, 2] > 0).sum() > 1)
    whole = of(rows)
    without, growing = whole.leave_one_out(), whole.cumulative()
    names = ["estimate", "se", "q", "q_df", "i2"]
    close(growing[names].iloc[-1], [getattr(whole, name) for name in names])
    for row in range(len(rows)):
        refit = of(np.delete(rows, row, axis=0))
        close(without[names].iloc[row], [getattr(refit, name) for name in names], rtol=1e-7, atol=1e-8)


def test_zero_in_one_group_needs_no_correction_and_zero_in_both_adds_nothing() -> None:
    rows = np.array([[0, 10, 3, 7], [2, 18, 5, 15]], float)
    found = of(rows)
    assert np.isfinite([found.estimate, found.se]).all()
    more = of(np.vstack([rows, [0, 30, 0, 31]]))
    close([more.estimate, more.se, more.q, more.q_df], [found.estimate, found.se, found.q, found.q_df])
    assert (more.k, more.k_effects) == (3, 2)
    assert "carries no weight" in more.remarks[2]


def test_no_events_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="no study has an event"):
        of(np.array([[0, 10, 0, 7], [0, 18, 0, 15]], float))


def test_one_study_and_one_event() -> None:
    found = of(np.array([[1, 0, 0, 1]], float))
    close([found.estimate, found.se], [2.0, 2.0])
    assert (found.k, found.q, found.q_pvalue) == (1, 0.0, 1.0)
    assert "one study, not a synthesis" in found.summary()


def test_large_effects_and_unequal_groups_are_cautioned() -> None:
    large = " ".join(of(np.array([[30, 70, 10, 90], [28, 72, 9, 91]], float)).cautions)
    assert "Peto's one-step estimate is biased there" in large
    unequal = " ".join(of(np.array([[10, 290, 4, 96], [9, 91, 10, 90]], float)).cautions)
    assert "more than twofold in size in 1 study" in unequal
    balanced = of(np.array([[10, 90, 12, 88], [9, 91, 10, 90], [11, 89, 12, 88]], float)).cautions
    assert balanced == ()
