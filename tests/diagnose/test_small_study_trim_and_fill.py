"""Trim and fill: what it does to funnels of known shape, invariance, and when it refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evidence.diagnose.small_study import trim_and_fill
from evidence.errors import ConvergenceError, InputError, OptionError
from evidence.pool import pool

# a funnel around 0.5 of which the lowest of the small studies are missing
YI = np.array([0.50, 0.45, 0.56, 0.41, 0.60, 0.34, 0.67, 0.24, 0.75, 0.90, 1.00, 1.10])
VI = np.array([0.001, 0.004, 0.004, 0.009, 0.009, 0.02, 0.02, 0.04, 0.04, 0.08, 0.12, 0.16])


# side, k0, its standard error, estimate and standard error of trimfill(rma(y, v, method="DL")) in metafor 3.8-1
@pytest.mark.parametrize(
    ("estimator", "reference"),
    [
        ("L0", [2, 2.3927650236315081, 0.5101078153484029, 0.0383862483566016]),
        ("R0", [2, 2.4494897427831779, 0.5101078153484029, 0.0383862483566016]),
        ("Q0", [3, 3.3574410197666156, 0.5030418177416409, 0.0393874362903801]),
    ],
)
def test_the_missing_side_of_a_funnel_is_filled(estimator: str, reference: list[float]) -> None:
    fit = pool(YI, VI, tau2="DL", test="z")
    found = trim_and_fill(fit, estimator=estimator)
    assert (found.side, found.side_given) == ("left", False)
    np.testing.assert_allclose([found.k0, found.k0_se, found.estimate, found.se], reference, rtol=1e-12)
    rows = found.to_frame()
    filled = rows[rows["filled"]]
    assert filled["study"].tolist() == [f"Filled {number}" for number in range(1, found.k0 + 1)]
    np.testing.assert_array_equal(rows.loc[~rows["filled"], "yi"], YI)
    centre = (filled["yi"].to_numpy() + np.sort(YI)[-found.k0 :]) / 2
    np.testing.assert_allclose(centre, centre[0], rtol=1e-12)
    assert found.history[-1] == found.history[-2] == found.k0
    assert found.iterations == len(found.history) - 1
    refit = pool(rows["yi"], rows["vi"], tau2="DL", test="z")
    assert (found.estimate, found.ci, found.filled.tau2) == (refit.estimate, refit.ci, refit.tau2)


def test_ties_are_broken_by_order_not_by_rounding() -> None:
    yi = np.array([0.50, 0.45, 0.55, 0.40, 0.60, 0.33, 0.67, 0.25, 0.75, 0.90, 1.00, 1.10])
    fits = [pool(factor * yi, factor**2 * VI, tau2="DL") for factor in (1.0, 1.1, 0.3, 7.7, 1e-3)]
    for estimator in ("L0", "R0", "Q0"):
        assert len({trim_and_fill(fit, estimator=estimator).history for fit in fits}) == 1


@pytest.mark.parametrize("tau2", ["EE", "FE", "DL", "PM", "ML", "REML", "HE", "SJ", 0.02])
@pytest.mark.parametrize("estimator", ["L0", "R0"])
def test_the_result_is_mirrored_scaled_and_reordered_with_the_data(tau2: str | float, estimator: str) -> None:
    order = np.random.default_rng(2).permutation(12)
    one = trim_and_fill(pool(YI, VI, tau2=tau2), estimator=estimator)
    scaled = tau2 if isinstance(tau2, str) else tau2 * 1e6
    other = trim_and_fill(pool(7 - 1000 * YI[order], 1e6 * VI[order], tau2=scaled), estimator=estimator)
    assert (one.side, other.side) == ("left", "right")
    assert one.k0 == other.k0
    np.testing.assert_allclose(other.estimate, 7 - 1000 * one.estimate, rtol=1e-9)
    np.testing.assert_allclose(other.se, 1000 * one.se, rtol=1e-6)
    assert (one.k0_se, one.history) == (other.k0_se, other.history)


def test_a_symmetric_funnel_is_left_alone() -> None:
    yi = np.array([0.5, 0.4, 0.6, 0.3, 0.7, 0.1, 0.9])
    fit = pool(yi, [0.01, 0.02, 0.02, 0.05, 0.05, 0.1, 0.1])
    found = trim_and_fill(fit, side="left")
    assert found.k0 == 0
    assert found.filled is fit
    assert not found.to_frame()["filled"].any()
    r0 = trim_and_fill(fit, side="left", estimator="R0")
    assert (r0.k0, r0.k0_pvalue, r0.k0_se) == (0, 0.5, math.sqrt(2))
    assert math.isnan(found.k0_pvalue)


def test_names_and_rows_that_were_left_out_stay() -> None:
    labels = [f"Trial {letter}" for letter in "ABCDEFGHIJKLM"]
    fit = pool([np.nan, *YI], [0.1, *VI], labels=labels, missing="drop", tau2="DL")
    rows = trim_and_fill(fit).to_frame()
    assert rows["study"].tolist() == [*labels, "Filled 1", "Filled 2"]
    assert rows["included"].tolist() == [False] + [True] * 14
    assert rows["reason"][0] == "yi missing"
    assert trim_and_fill(fit).estimate == trim_and_fill(pool(YI, VI, tau2="DL")).estimate


def test_what_it_is_not_made_for_is_refused() -> None:
    with pytest.raises(InputError, match="takes a fit"):
        trim_and_fill(YI)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="moderators"):
        trim_and_fill(pool(YI, VI, mods=np.arange(12.0)))
    for k in (1, 2):
        with pytest.raises(InputError, match="at least three"):
            trim_and_fill(pool(YI[:k], VI[:k]))
    with pytest.raises(InputError, match="give side="):
        trim_and_fill(pool(YI, np.full(12, 0.1)))
    assert trim_and_fill(pool(YI, np.full(12, 0.1)), side="left").side_given
    with pytest.raises(OptionError, match="estimator"):
        trim_and_fill(pool(YI, VI), estimator="L1")
    with pytest.raises(OptionError, match="side"):
        trim_and_fill(pool(YI, VI), side="both")
    for steps in (0, True, 2.5):
        with pytest.raises(InputError, match="max_iterations"):
            trim_and_fill(pool(YI, VI), max_iterations=steps)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="equal weights"):
        trim_and_fill(pool(YI, VI, weights="equal"))


def test_it_ends_or_says_why() -> None:
    with pytest.raises(ConvergenceError, match="did not settle in 1 steps"):
        trim_and_fill(pool(YI, VI, tau2="DL"), max_iterations=1)
    rng = np.random.default_rng(11)
    settled = raised = 0
    for _ in range(60):
        k = int(rng.integers(3, 9))
        vi = rng.uniform(0.01, 3, k) ** 2
        fit = pool(rng.normal(size=k) + 2 * np.sqrt(vi), vi, tau2="DL")
        for estimator in ("L0", "R0", "Q0"):
            try:
                found = trim_and_fill(fit, side="left", estimator=estimator)
            except ConvergenceError:
                raised += 1
            else:
                assert found.history[-1] == found.history[-2] == found.k0 < k
                settled += 1
    assert settled > 100
    assert raised > 0


def test_a_count_that_runs_in_a_circle_is_refused() -> None:
    yi = [-2.017, -1.913, 0.036, 0.126, 0.289, 5.278, 23.843]
    vi = [3.8302, 7.342, 0.6148, 0.2504, 0.0578, 15.4545, 83.5695]
    with pytest.raises(ConvergenceError, match=r"circle \(0, 1, 0\)"):
        trim_and_fill(pool(yi, vi, tau2="DL"), side="left")
