"""Fail-safe numbers: that they do what they say, and edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from evidence.diagnose.small_study import fail_safe_n
from evidence.diagnose.small_study.data import read_data
from evidence.diagnose.small_study.file_drawer import FileDrawer
from evidence.errors import InputError, OptionError
from evidence.pool import pool

YI = np.array([0.40, 0.52, 0.28, 0.61, 0.12, 0.35])
VI = np.array([0.04, 0.03, 0.05, 0.09, 0.02, 0.03])


def test_rosenthal_brings_stouffers_sum_to_the_level() -> None:
    total, n = (YI / np.sqrt(VI)).sum(), fail_safe_n(YI, VI, type="Rosenthal").n
    assert norm.sf(total / math.sqrt(6 + n)) > 0.05 >= norm.sf(total / math.sqrt(6 + n - 1))


def test_rosenberg_brings_the_mean_to_the_level() -> None:
    w, n = 1 / VI, fail_safe_n(YI, VI, type="Rosenberg").n
    z = [(w * YI).sum() / math.sqrt(w.sum() + more * w.mean()) for more in (n - 1, n)]
    assert 2 * norm.sf(z[1]) > 0.05 >= 2 * norm.sf(z[0])


def test_orwin_brings_the_mean_to_the_target() -> None:
    assert fail_safe_n(YI, VI, type="Orwin").n == 6
    found = fail_safe_n(YI, VI, type="Orwin", target=-0.1, weighted=False)
    assert found.target == 0.1
    assert found.n == math.ceil(6 * (YI.mean() - 0.1) / 0.1)
    assert fail_safe_n(-YI, VI, type="Orwin", target=0.1, weighted=False).n == found.n
    assert fail_safe_n(YI, VI, type="Orwin", target=0.0).n == math.inf
    assert fail_safe_n(YI, VI, type="Orwin", target=5).n == 0
    assert fail_safe_n([-1, 1], [1, 1], type="Orwin").n == 0


@pytest.mark.parametrize("tau2", ["EE", "DL", "REML", 0.01])
@pytest.mark.parametrize("test", ["z", "hksj", "adhoc"])
@pytest.mark.parametrize("exact", [True, False])
def test_general_is_the_smallest_number_that_reaches_the_level(tau2: str | float, test: str, exact: bool) -> None:
    fit = pool(YI, VI, tau2=tau2, test=test)
    found = fail_safe_n(fit, exact=exact)
    drawer = FileDrawer.of(read_data(fit, what="test"), exact=exact)
    observed = drawer.observed()
    assert observed.pvalue == pytest.approx(fit.pvalue, rel=1e-9)
    assert drawer.exact is (exact or test != "z")
    assert found.pvalue_with == drawer.added(int(found.n), observed).pvalue
    assert found.pvalue_with >= 0.05 > drawer.added(int(found.n) - 1, observed).pvalue


def test_general_adds_studies_that_can_be_pooled() -> None:
    fit = pool(YI, VI, tau2="DL", test="z")
    found = fail_safe_n(fit, exact=True)
    n, variance = int(found.n), 1 / (1 / VI).mean()
    rng = np.random.default_rng(4)
    added = rng.normal(size=n)
    added = (added - added.mean()) / added.std(ddof=1) * math.sqrt(variance + fit.tau2)
    both = pool(np.r_[YI, added], np.r_[VI, np.full(n, variance)], tau2="DL", test="z")
    np.testing.assert_allclose(
        [found.estimate_with, found.tau2_with, found.pvalue_with], [both.estimate, both.tau2, both.pvalue], rtol=1e-9
    )


def test_general_with_a_target() -> None:
    fit = pool(YI, VI, tau2="DL", test="z")
    found = fail_safe_n(fit, target=0.1)
    assert abs(found.estimate_with) <= 0.1
    assert (found.target, math.isnan(found.alpha)) == (0.1, True)
    assert fail_safe_n(fit, target=1.0).n == 0
    nothing = fail_safe_n(fit, target=0.0)
    assert (nothing.n, nothing.estimate_with) == (math.inf, 0.0)


def test_sign_scale_and_order_do_not_matter() -> None:
    order = [3, 1, 5, 0, 2, 4]
    for kind in ("Rosenthal", "Orwin", "Rosenberg", "General"):
        one = fail_safe_n(YI, VI, type=kind, test="z")
        other = fail_safe_n(-1e4 * YI[order], 1e8 * VI[order], type=kind, test="z")
        assert one.n == other.n


def test_a_result_that_is_not_significant_needs_none() -> None:
    yi = np.array([0.1, -0.1, 0.05, -0.02])
    for kind in ("Rosenthal", "Rosenberg", "General"):
        assert fail_safe_n(yi, np.full(4, 0.1), type=kind).n == 0


def test_a_search_without_end_says_more_than() -> None:
    found = fail_safe_n(pool([1.0, 1.01, 0.99], [1e-9, 1e-9, 1e-9], tau2="EE", test="z"))
    assert (found.n, found.at_least) == (1e7, True)
    assert "more than" in found.summary()


def test_defaults_and_refusals() -> None:
    assert fail_safe_n(YI, VI).type == "Rosenthal"
    assert fail_safe_n(pool(YI, VI)).type == "General"
    assert "advises against" in fail_safe_n(YI, VI).cautions[-1]
    with pytest.raises(OptionError, match="did you mean 'Rosenthal'"):
        fail_safe_n(YI, VI, type="rosenthal")
    with pytest.raises(InputError, match="at least two"):
        fail_safe_n([0.1], [0.1])
    with pytest.raises(InputError, match="alpha"):
        fail_safe_n(YI, VI, alpha=5)
    with pytest.raises(InputError, match="target is for"):
        fail_safe_n(YI, VI, target=0.1)
    with pytest.raises(InputError, match="finite"):
        fail_safe_n(YI, VI, type="Orwin", target=math.nan)
    with pytest.raises(InputError, match="moderators"):
        fail_safe_n(pool(YI, VI, mods=np.arange(6.0)))
    with pytest.raises(InputError, match="equal weights"):
        fail_safe_n(pool(YI, VI, weights="equal"))
