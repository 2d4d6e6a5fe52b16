"""How far the genotypes of one group are from the Hardy–Weinberg equilibrium."""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs

__all__ = ["relative_excess_heterozygosity"]


def relative_excess_heterozygosity(
    homozygous1: FloatArray, heterozygous: FloatArray, homozygous2: FloatArray
) -> EffectPair:
    r"""Return the log relative excess heterozygosity (REH), :math:`\ln\frac{p_1}{2\sqrt{p_0 p_2}}`.

    .. math:: v = \frac1n \left(\frac{1 - p_1}{4 p_0 p_2} + \frac1{p_1}\right)

    with the shares of heterozygous people, :math:`p_1`, and of both kinds of homozygous people. 0 in equilibrium. A
    genotype that nobody has gives NaN.

    Parameters
    ----------
    homozygous1, heterozygous, homozygous2 : ndarray of shape (k,)
        People with each genotype.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Ziegler A, Steen KV, Wellek S (2011). Investigating Hardy–Weinberg equilibrium in case–control or cohort studies
    or meta-analysis. doi:10.1007/s10549-010-1295-z

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = relative_excess_heterozygosity(np.array([298.0]), np.array([535.0]), np.array([221.0]))
    >>> yi.round(4), vi.round(4)
    (array([0.0415]), array([0.0038]))
    """
    n = homozygous1 + heterozygous + homozygous2
    p0, p1, p2 = homozygous1 / n, heterozygous / n, homozygous2 / n
    with np.errstate(divide="ignore", invalid="ignore"):
        yi = np.log(p1) - np.log(2 * np.sqrt(p0 * p2))
        return finite_pairs(yi, ((1 - p1) / (4 * p0 * p2) + 1 / p1) / n)
