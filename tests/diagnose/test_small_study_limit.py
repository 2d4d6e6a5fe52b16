"""Limit meta-analysis: adjustments by hand, invariance, edges; and the forms that results are shown in."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evidence.diagnose import small_study
from evidence.diagnose.small_study import limit_meta_analysis
from evidence.errors import InputError, OptionError
from evidence.pool import pool

DATA = Path(__file__).parents[1] / "parity" / "data"
BCG = pool(pd.read_csv(DATA / "pool_colditz1994.csv"), tau2="DL", measure="RR")


# coefficients and standard errors by lm() and sums in R 4.2.2 on the BCG trials of Colditz 1994
@pytest.mark.parametrize(
    ("method", "estimate", "se"),
    [
        ("betalim", -0.222580560406347, 0.064224183912304),
        ("mulim", -0.411920523885341, 0.040498751710864),
    ],
)
def test_the_other_adjustments(method: str, estimate: float, se: float) -> None:
    found = limit_meta_analysis(BCG, method=method)
    np.testing.assert_allclose([found.estimate, found.se], [estimate, se], rtol=1e-12)


@pytest.mark.parametrize("method", ["beta0", "betalim", "mulim"])
def test_the_adjusted_effect_moves_with_the_data(method: str) -> None:
    order = np.random.default_rng(3).permutation(13)
    one = limit_meta_analysis(BCG, method=method)
    other = limit_meta_analysis(pool(4 - 1e3 * BCG.yi[order], 1e6 * BCG.vi[order], tau2="DL"), method=method)
    np.testing.assert_allclose(other.estimate, 4 - 1e3 * one.estimate, rtol=1e-9)
    np.testing.assert_allclose([other.se, other.q_small], [1e3 * one.se, one.q_small], rtol=1e-9)
    np.testing.assert_allclose(other.limit, (4 - 1e3 * one.limit)[order], rtol=1e-9)
    assert one.q_small + one.q_resid == pytest.approx(one.q, rel=1e-12)


def test_g2_is_that_of_a_radial_plot_with_its_intercept() -> None:
    found = limit_meta_analysis(BCG)
    x, y = 1 / np.sqrt(BCG.vi), found.limit / np.sqrt(BCG.vi)
    assert found.g2 == pytest.approx(1 - np.corrcoef(x, y)[0, 1] ** 2, rel=1e-9)


def test_without_heterogeneity_every_limit_is_the_same() -> None:
    vi = np.array([0.1, 0.2, 0.3, 0.15, 0.4, 0.5])
    fit = pool([0.2, 0.21, 0.3, 0.25, 0.33, 0.31], vi, tau2="DL")
    assert fit.tau2 == 0
    found = limit_meta_analysis(fit)
    np.testing.assert_allclose(found.limit, found.beta, rtol=1e-12)
    assert found.estimate == found.beta
    assert any("τ² = 0" in caution for caution in found.cautions)
    assert any("too few" in caution for caution in found.cautions)


def test_what_it_is_not_made_for_is_refused() -> None:
    with pytest.raises(InputError, match="takes a fit"):
        limit_meta_analysis([0.1, 0.2])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="at least three"):
        limit_meta_analysis(pool([0.1, 0.2], [0.1, 0.2]))
    with pytest.raises(InputError, match="moderators"):
        limit_meta_analysis(pool(BCG.yi, BCG.vi, mods=np.arange(13.0)))
    with pytest.raises(InputError, match="hardly varies"):
        limit_meta_analysis(pool([0.1, 0.4, 0.2], [0.1, 0.1, 0.1]))
    with pytest.raises(OptionError, match="method"):
        limit_meta_analysis(BCG, method="beta")
    with pytest.raises(InputError, match=r"did you mean 0\.95"):
        limit_meta_analysis(BCG, level=95)


TABLE = pd.read_csv(DATA / "effects_colditz1994.csv")
RESULTS = {
    "egger": small_study.egger(BCG),
    "egger rma": small_study.egger(BCG, model="rma", predictor="ninv", ni=TABLE.sum(axis=1)),
    "begg": small_study.begg(BCG),
    "harbord": small_study.harbord(TABLE),
    "ruecker": small_study.ruecker(TABLE),
    "schwarzer": small_study.schwarzer(TABLE),
    "trim and fill": small_study.trim_and_fill(BCG),
    "pet": small_study.pet(BCG),
    "pet_peese": small_study.pet_peese(BCG),
    "limit": limit_meta_analysis(BCG),
    "fail safe": small_study.fail_safe_n(BCG),
    "fail safe, Orwin": small_study.fail_safe_n(BCG.yi, BCG.vi, type="Orwin"),
    "excess": small_study.excess_significance(BCG),
}


@pytest.mark.parametrize("name", RESULTS)
def test_every_result_can_be_shown_and_stored(name: str) -> None:
    result = RESULTS[name]
    text = result.summary()
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "Caution: " in text
    assert result.cautions[-1].endswith(".")
    assert repr(result).startswith(f"<{type(result).__name__}: ")
    assert "<table>" in result._repr_html_()
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["cautions"] == list(result.cautions)
    with pytest.raises(AttributeError):
        result.cautions = ()


def test_the_package_says_all_that_it_offers() -> None:
    assert sorted(small_study.__all__) == small_study.__all__
    assert all(hasattr(small_study, name) for name in small_study.__all__)
