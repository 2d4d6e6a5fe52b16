"""Coefficients of a 2×2 table and what a continuous outcome behind it would give, against independent arithmetic."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, optimize, stats

from evidence.effects import effect_sizes
from evidence.effects.tetrachoric import bivariate_normal, tetrachoric_correlation

TABLES = [(30, 20, 15, 35), (19, 1, 3, 17), (4, 119, 11, 128), (1, 999, 2, 1500), (7, 7, 7, 7)]


def frame(*rows: tuple[float, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["events1", "nonevents1", "events2", "nonevents2"])


def below(h: float, k: float, r: float) -> float:
    """Return Φ₂ by integrating its density over the correlation."""

    def density(t: float) -> float:
        return np.exp(-(h * h - 2 * t * h * k + k * k) / (2 * (1 - t * t))) / (2 * np.pi * np.sqrt(1 - t * t))

    area, _ = integrate.quad(density, 0, r, epsabs=1e-14, epsrel=1e-13, limit=400)
    return float(stats.norm.cdf(h) * stats.norm.cdf(k) + area)


@pytest.mark.parametrize("h", [-3.1, -0.4, 0.0, 1.7])
@pytest.mark.parametrize("k", [-2.0, 0.0, 0.9])
@pytest.mark.parametrize("r", [-0.97, -0.3, 0.0, 0.5, 0.9])
def test_the_bivariate_normal_against_integration(h, k, r):
    found = bivariate_normal(np.array([h]), np.array([k]), np.array([r]))
    assert found.item() == pytest.approx(below(h, k, r), abs=2e-13)


@pytest.mark.parametrize("cells", TABLES)
def test_the_tetrachoric_correlation_is_the_root_and_its_variance_the_inverse_information(cells):
    n = sum(cells)
    p = np.array(cells) / n
    h, k = stats.norm.ppf(p[0] + p[1]), stats.norm.ppf(p[0] + p[2])
    root = optimize.brentq(lambda r: below(h, k, r) - p[0], -0.9999, 0.9999, xtol=1e-14)
    yi, vi = tetrachoric_correlation(*(np.array([float(cell)]) for cell in cells))
    assert yi.item() == pytest.approx(root, abs=1e-10)

    def probabilities(theta: np.ndarray) -> np.ndarray:
        both = below(*theta)
        one, two = stats.norm.cdf(theta[0]), stats.norm.cdf(theta[1])
        return np.array([both, one - both, two - both, 1 - one - two + both])

    step = 1e-5
    theta = np.array([h, k, root])
    slopes = np.array([(probabilities(theta + e) - probabilities(theta - e)) / (2 * step) for e in step * np.eye(3)])
    information = n * (slopes / p) @ slopes.T
    assert vi.item() == pytest.approx(np.linalg.inv(information)[2, 2], rel=1e-5)


def test_a_zero_puts_the_tetrachoric_correlation_at_an_end_without_a_variance():
    found = effect_sizes(frame((0, 10, 5, 9), (6, 0, 2, 9), (0, 9, 6, 0), (0, 10, 0, 9), (5, 0, 7, 0)), "RTET")
    assert found["yi"].tolist() == pytest.approx([-1, 1, -1, np.nan, np.nan], nan_ok=True)
    assert found["vi"].isna().all()
    assert found["effect_note"].iloc[0] == "a zero cell: at the end of its range, where it has no variance"
    assert found["effect_note"].iloc[3] == "no events in either arm: not estimable"
    assert effect_sizes(frame((0, 10, 5, 9)), "ZTET")["yi"].isna().all()
    added = effect_sizes(frame((0, 10, 5, 9)), "RTET", to="only0")
    assert -1 < added["yi"].item() < 0 < added["vi"].item()


def test_the_phi_coefficient_is_the_correlation_of_zeros_and_ones():
    for cells in TABLES:
        a, b, c, d = cells
        x = np.repeat([1, 1, 0, 0], cells)
        y = np.repeat([1, 0, 1, 0], cells)
        found = effect_sizes(frame((a, b, c, d)), "PHI")
        assert found["yi"].item() == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-12)
    assert effect_sizes(frame((9, 0, 0, 9)), "PHI")["yi"].item() == pytest.approx(1)


@pytest.mark.parametrize("vtype", ["ST", "CS"])
def test_the_variance_of_phi_is_the_delta_method_with_what_sampling_fixes(vtype):
    cells = np.array([30.0, 20.0, 15.0, 45.0])

    def phi(table: np.ndarray) -> float:
        a, b, c, d = table
        return (a * d - b * c) / np.sqrt((a + b) * (c + d) * (a + c) * (b + d))

    step = 1e-5
    slope = np.array([(phi(cells + e) - phi(cells - e)) / (2 * step) for e in step * np.eye(4)])
    n = cells.sum()
    if vtype == "CS":
        covariance = np.diag(cells) - np.outer(cells, cells) / n
    else:
        covariance = np.zeros((4, 4))
        for rows in (slice(0, 2), slice(2, 4)):
            part = cells[rows]
            covariance[rows, rows] = np.diag(part) - np.outer(part, part) / part.sum()
    found = effect_sizes(frame(tuple(cells)), "PHI", vtype=vtype)
    assert found["vi"].item() == pytest.approx(slope @ covariance @ slope, rel=1e-6)
    as_z = effect_sizes(frame(tuple(cells)), "ZPHI", vtype=vtype)
    assert as_z["vi"].item() == pytest.approx(found["vi"].item() / (1 - found["yi"].item() ** 2) ** 2)


def test_yules_coefficients_are_functions_of_the_odds_ratio():
    log_odds = effect_sizes(frame(*TABLES), "OR")
    for measure, divisor in (("YUQ", 2), ("YUY", 4)):
        found = effect_sizes(frame(*TABLES), measure)
        np.testing.assert_allclose(found["yi"], np.tanh(log_odds["yi"] / divisor), rtol=1e-12, atol=1e-15)
    bare = effect_sizes(frame((0, 10, 5, 9)), "YUQ", to="none").iloc[0]
    assert np.isnan(bare["yi"])
    assert bare["effect_note"] == "a zero cell: not estimable without a correction"


def test_a_cut_through_two_normal_groups_gives_back_their_difference():
    delta, n = 0.6, 1e9
    risks = [stats.norm.sf(1 - delta), stats.norm.sf(1)]
    table = frame((risks[0] * n, (1 - risks[0]) * n, risks[1] * n, (1 - risks[1]) * n))
    assert effect_sizes(table, "PBIT")["yi"].item() == pytest.approx(delta, abs=1e-6)
    logistic = [stats.logistic.sf(1 - delta * np.pi / np.sqrt(3)), stats.logistic.sf(1)]
    table = frame((logistic[0] * n, (1 - logistic[0]) * n, logistic[1] * n, (1 - logistic[1]) * n))
    for measure in ("OR2DL", "OR2D"):
        assert effect_sizes(table, measure)["yi"].item() == pytest.approx(delta, abs=1e-6)
    assert effect_sizes(table, "OR2DN")["yi"].item() == pytest.approx(delta * np.pi / np.sqrt(3) / 1.65, abs=1e-6)


def test_a_difference_of_arcsines_is_half_of_cohens_h():
    table = frame((5, 95, 10, 90), (0, 12, 12, 0))
    h = [2 * np.arcsin(np.sqrt(p1)) - 2 * np.arcsin(np.sqrt(p2)) for p1, p2 in ((0.05, 0.1), (0, 1))]
    found = effect_sizes(table, "AS")
    assert found["yi"].tolist() == pytest.approx([value / 2 for value in h])
    assert found["effect_note"].tolist() == ["", ""]


def test_large_tables_do_not_overflow():
    found = effect_sizes(frame((3e7, 9e7, 4e7, 9e7)), "PHI")
    assert -1 < found["yi"].item() < 0
    huge = effect_sizes(frame((3e9, 9e9, 4e9, 9e9)), "RTET")
    assert huge["vi"].item() > 0


def test_perfect_association_has_a_phi_of_1_without_variance():
    # rounding may carry the variance a hair below 0
    found = effect_sizes(frame((185, 0, 0, 133), (129, 0, 0, 6), (0, 7, 9, 0)), "PHI")
    np.testing.assert_allclose(found["yi"], [1, 1, -1], rtol=1e-12)
    np.testing.assert_allclose(found["vi"], 0, atol=1e-15)


def test_strong_association_keeps_the_digits_of_the_variance():
    table = (9000.0, 1.0, 2.0, 7000.0)
    odds = 9000 * 7000 / 2
    inverse = sum(1 / cell for cell in table)
    # 1 − Q² = 4θ/(θ + 1)², without a difference
    expected = (4 * odds / (odds + 1) ** 2) ** 2 / 4 * inverse
    found = effect_sizes(frame(table), "YUQ")
    assert found["vi"].item() == pytest.approx(expected, rel=1e-13)
