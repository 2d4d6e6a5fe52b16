"""The tetrachoric correlation: a 2×2 table read as two normal variables, each cut in two.

The functions take the four cells as arrays of shape (k,) and return ``(yi, vi)``.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs
from .association import as_fisher_z

__all__ = ["bivariate_normal", "tetrachoric_correlation", "tetrachoric_correlation_z"]

# Each halving adds a binary digit; 60 use up those of a double.
_HALVINGS = 60


def bivariate_normal(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    r"""Return the probability that two standard normal variables of correlation `r` lie below `h` and below `k`.

    .. math:: \Phi_2(h, k; r) = \tfrac12\Phi(h) + \tfrac12\Phi(k) - T(h, a) - T(k, b) - \tfrac12 [h, k \text{ differ in
              sign}], \qquad a = \frac{k/h - r}{\sqrt{1-r^2}}, \quad b = \frac{h/k - r}{\sqrt{1-r^2}}

    with Owen's `T`.

    Parameters
    ----------
    h, k, r : ndarray of shape (n,)
        Finite limits; correlations strictly between −1 and 1.

    References
    ----------
    Owen DB (1956). Tables for computing bivariate normal probabilities. doi:10.1214/aoms/1177728074

    Examples
    --------
    >>> import numpy as np
    >>> zero = np.zeros(1)
    >>> bivariate_normal(zero, zero, np.array([0.5])).round(6)  # 1/4 + arcsin(1/2) / 2π
    array([0.333333])
    """
    from scipy.special import ndtr, owens_t

    root = np.sqrt((1 - r) * (1 + r))
    both = (h == 0) & (k == 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_h = np.where(both, 0.0, owens_t(h, np.where(both, 0.0, (k / h - r) / root)))
        of_k = np.where(both, 0.0, owens_t(k, np.where(both, 0.0, (h / k - r) / root)))
    apart = (h * k < 0) | ((h * k == 0) & (h + k < 0))
    value = (ndtr(h) + ndtr(k) - apart) / 2 - of_h - of_k
    return np.where(both, 0.25 + np.arcsin(r) / (2 * np.pi), value)


def tetrachoric_correlation(
    events1: FloatArray, nonevents1: FloatArray, events2: FloatArray, nonevents2: FloatArray
) -> EffectPair:
    r"""Return the tetrachoric correlation (RTET), the maximum-likelihood estimate.

    With :math:`h = \Phi^{-1}(p_{1+})` and :math:`k = \Phi^{-1}(p_{+1})` from the margins, `r` solves
    :math:`\Phi_2(h, k; r) = p_{11}`: a table of four cells fits exactly. The solution is bracketed by −1 and 1 and
    halved down to the last digit. The variance is that of `r` as a function of four multinomial proportions, by the
    delta method:

    .. math:: v = \frac{\sum_j g_j^2 p_j - (\sum_j g_j p_j)^2}{n}, \qquad
              g = \frac{(1 - A - B,\; -A,\; -B,\; 0)}{\varphi_2(h, k; r)}, \qquad
              A = \Phi\!\left(\tfrac{k - rh}{\sqrt{1-r^2}}\right), \quad
              B = \Phi\!\left(\tfrac{h - rk}{\sqrt{1-r^2}}\right)

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        From −1 to 1. One zero cell puts it at an end, without a variance (NaN); without any event, or without any
        non-event, there is none.

    References
    ----------
    Pearson K (1900). Mathematical contributions to the theory of evolution VII. doi:10.1098/rsta.1900.0022. Kirk DB
    (1973). On the numerical approximation of the bivariate normal (tetrachoric) correlation coefficient.
    doi:10.1007/BF02291118

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = tetrachoric_correlation(*(np.array([x]) for x in (30.0, 20.0, 15.0, 35.0)))
    >>> yi.round(4), vi.round(4)
    (array([0.4576]), array([0.0178]))
    """
    cells = np.array([events1, nonevents1, events2, nonevents2], dtype=np.float64)
    with np.errstate(invalid="ignore"):
        empty = (cells[0] + cells[1] == 0) | (cells[2] + cells[3] == 0)
        empty |= (cells[0] + cells[2] == 0) | (cells[1] + cells[3] == 0)
        lowest, highest = cells[0] * cells[3] == 0, cells[1] * cells[2] == 0
    inside = ~(empty | lowest | highest) & ~np.isnan(cells).any(axis=0)
    r, vi = _interior(np.where(inside, cells, 1.0))
    end = np.where(lowest & ~highest, -1.0, 1.0)
    at_end = (lowest ^ highest) & ~empty
    # Zeros in opposite corners of one kind only are an end; zeros of both kinds empty a margin.
    yi = np.where(inside, r, np.where(at_end, end, np.nan))
    return finite_pairs(yi, np.where(inside, vi, np.nan))


def _interior(cells: FloatArray) -> EffectPair:
    """Return correlation and variance of tables without a zero."""
    from scipy.special import ndtr, ndtri

    n = cells.sum(axis=0)
    p = cells / n
    # rows and columns turned so that the smaller margins, which keep their digits, come first
    turn_rows, turn_columns = p[0] + p[1] > p[2] + p[3], p[0] + p[2] > p[1] + p[3]
    p = np.where(turn_rows, p[[2, 3, 0, 1]], p)
    p = np.where(turn_columns, p[[1, 0, 3, 2]], p)
    h, k = ndtri(p[0] + p[1]), ndtri(p[0] + p[2])
    low, high = np.full(n.shape, -np.pi / 2), np.full(n.shape, np.pi / 2)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = bivariate_normal(h, k, np.sin(middle)) < p[0]
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    r = np.sin((low + high) / 2)
    root = np.sqrt((1 - r) * (1 + r))
    density = np.exp(-(h**2 - 2 * r * h * k + k**2) / (2 * root**2)) / (2 * np.pi * root)
    a, b = ndtr((k - r * h) / root), ndtr((h - r * k) / root)
    slopes = np.array([1 - a - b, -a, -b, np.zeros_like(a)]) / density
    centre = (slopes * p).sum(axis=0)
    return np.where(turn_rows ^ turn_columns, -r, r), ((slopes - centre) ** 2 * p).sum(axis=0) / n


def tetrachoric_correlation_z(
    events1: FloatArray, nonevents1: FloatArray, events2: FloatArray, nonevents2: FloatArray
) -> EffectPair:
    r"""Return Fisher's z of the tetrachoric correlation (ZTET), :math:`\mathrm{artanh}\,r`.

    The variance is that of the correlation over :math:`(1-r^2)^2`; the transformation does not stabilise it.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the scale of Fisher's z; NaN where the correlation is 1 or −1.

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = tetrachoric_correlation_z(*(np.array([x]) for x in (30.0, 20.0, 15.0, 35.0)))
    >>> yi.round(4), vi.round(4)
    (array([0.4943]), array([0.0285]))
    """
    return as_fisher_z(*tetrachoric_correlation(events1, nonevents1, events2, nonevents2))
