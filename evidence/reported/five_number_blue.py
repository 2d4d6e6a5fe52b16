"""Best linear unbiased estimates of mean and SD from some of a sample's order statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .five_number_formulas import Summary
    from .values import FloatArray

__all__ = ["best_linear", "normal_order_moments"]


def best_linear(s: Summary) -> tuple[FloatArray, FloatArray]:
    r"""Return mean and SD by generalised least squares on expected normal order statistics.

    .. math:: q = \mu 1 + \sigma \alpha + e,\quad \mathrm{Var}(e) = \sigma^2 B

    The minimum is order statistic 1, the quartiles and median are :math:`\lfloor n/4 \rfloor + 1`,
    :math:`\lfloor n/2 \rfloor + 1` and :math:`\lfloor 3n/4 \rfloor + 1`, the maximum is `n`.

    Parameters
    ----------
    s : Summary
        The summaries.

    References
    ----------
    Yang X, Hutson AD, Wang D (2022). doi:10.1080/02664763.2021.1967890
    """
    found = np.full((2, len(s.n)), np.nan)
    for row in np.flatnonzero((s.scenario > 0) & ~np.isnan(s.median)):
        n = s.n[row]
        outer, inner = [1.0, n], [np.floor(n / 4) + 1, np.floor(3 * n / 4) + 1]
        middle = [np.floor(n / 2) + 1]
        ranks = {1: outer + middle, 2: inner + middle}.get(int(s.scenario[row]), outer + inner + middle)
        alpha, b = normal_order_moments(np.array(sorted(ranks)), float(n))
        design = np.column_stack([np.ones(len(alpha)), alpha])
        root = np.linalg.cholesky(b)
        found[:, row] = np.linalg.lstsq(
            np.linalg.solve(root, design), np.linalg.solve(root, s.numbers(int(row))), rcond=None
        )[0]
    return found[0], found[1]


def normal_order_moments(ranks: FloatArray, n: float) -> tuple[FloatArray, FloatArray]:
    r"""Return means and covariances of some order statistics of `n` standard normal numbers, by their series.

    With :math:`p_r = r/(n + 1)` and the derivatives of the normal quantile function there
    (:math:`Q' = 1/\varphi`, :math:`Q'' = z/\varphi^2`, :math:`Q''' = (1 + 2 z^2)/\varphi^3`,
    :math:`Q'''' = z (7 + 6 z^2)/\varphi^4`), the series of David and Johnson to order :math:`(n + 2)^{-2}`.

    Parameters
    ----------
    ranks : array, shape (m,)
        Ranks, ascending.
    n : float
        Sample size.

    Returns
    -------
    alpha : array, shape (m,)
    b : array, shape (m, m)

    References
    ----------
    David FN, Johnson NL (1954). Statistical treatment of censored data. doi:10.1093/biomet/41.1-2.228

    Examples
    --------
    >>> alpha, b = normal_order_moments(np.array([1.0, 11.0, 20.0]), 20.0)
    >>> alpha.round(3), b.diagonal().round(3)
    (array([-1.87 ,  0.062,  1.87 ]), array([0.269, 0.077, 0.269]))
    """
    from scipy.special import ndtri

    p = ranks / (n + 1)
    q = 1 - p
    z = np.asarray(ndtri(p), dtype=np.float64)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    d1, d2 = 1 / density, z / density**2
    d3, d4 = (1 + 2 * z**2) / density**3, z * (7 + 6 * z**2) / density**4
    m = n + 2
    alpha = z + p * q * d2 / (2 * m) + p * q / m**2 * ((q - p) * d3 / 3 + p * q * d4 / 8)
    lower = np.minimum.outer(np.arange(len(p)), np.arange(len(p)))
    upper = np.maximum.outer(np.arange(len(p)), np.arange(len(p)))
    pr, qs = p[lower], q[upper]
    first = pr * qs * d1[lower] * d1[upper] / m
    skew = (q - p)[lower] * d2[lower] * d1[upper] + (q - p)[upper] * d1[lower] * d2[upper]
    third = (p * q * d3)[lower] * d1[upper] / 2 + (p * q * d3)[upper] * d1[lower] / 2
    return alpha, first + pr * qs / m**2 * (skew + third + pr * qs * d2[lower] * d2[upper] / 2)
