"""How consistently the items of a scale measure the same thing: Cronbach's alpha, as it is or transformed.

Each function takes alpha, the number of items and the number of people as arrays of shape (k,) and returns
``(yi, vi)``. NaN in gives NaN out.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs

__all__ = ["bonett_alpha", "hakstian_whalen_alpha", "raw_alpha"]


def raw_alpha(alpha: FloatArray, m: FloatArray, n: FloatArray) -> EffectPair:
    r"""Return Cronbach's alpha as it is (ARAW), with variance :math:`\frac{2m(1-\alpha)^2}{(m-1)(n-2)}`.

    Parameters
    ----------
    alpha, m, n : ndarray of shape (k,)
        Alphas, numbers of items (2 or more) and of people.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        At most 1; no variance for 2 people.

    References
    ----------
    Bonett DG (2010). Varying coefficient meta-analytic methods for alpha reliability. doi:10.1037/a0020142

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = raw_alpha(np.array([0.93]), np.array([20.0]), np.array([103.0]))
    >>> yi, vi.round(6)
    (array([0.93]), array([0.000102]))
    """
    return alpha.copy(), (1 - alpha) ** 2 * _relative_variance(m, n)


def hakstian_whalen_alpha(alpha: FloatArray, m: FloatArray, n: FloatArray) -> EffectPair:
    r"""Return alpha transformed by a cube root (AHW), :math:`1 - (1-\alpha)^{1/3}`.

    .. math:: v = \frac{18 m (n-1)}{(m-1)(9n-11)^2} (1-\alpha)^{2/3}

    One minus the original transformation, so that it rises with alpha.

    Parameters
    ----------
    alpha, m, n : ndarray of shape (k,)
        Alphas, numbers of items (2 or more) and of people.

    Returns
    -------
    yi, vi : ndarray of shape (k,)

    References
    ----------
    Hakstian AR, Whalen TE (1976). A k-sample significance test for independent alpha coefficients.
    doi:10.1007/BF02291840

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = hakstian_whalen_alpha(np.array([0.93]), np.array([20.0]), np.array([103.0]))
    >>> yi.round(4), vi.round(6)
    (array([0.5879]), array([0.000391]))
    """
    root = np.cbrt(1 - alpha)
    return 1 - root, 18 * m * (n - 1) * root**2 / ((m - 1) * (9 * n - 11) ** 2)


def bonett_alpha(alpha: FloatArray, m: FloatArray, n: FloatArray) -> EffectPair:
    r"""Return alpha transformed by a logarithm (ABT), :math:`-\ln(1-\alpha)`.

    The variance is :math:`\frac{2m}{(m-1)(n-2)}`. Minus the original transformation, so that it rises with alpha. An
    alpha of 1 has no value and gives NaN.

    Parameters
    ----------
    alpha, m, n : ndarray of shape (k,)
        Alphas, numbers of items (2 or more) and of people.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        No variance for 2 people.

    References
    ----------
    Bonett DG (2002). Sample size requirements for testing and estimating coefficient alpha.
    doi:10.3102/10769986027004335

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = bonett_alpha(np.array([0.93]), np.array([20.0]), np.array([103.0]))
    >>> yi.round(4), vi.round(4)
    (array([2.6593]), array([0.0208]))
    """
    with np.errstate(divide="ignore"):
        return finite_pairs(-np.log1p(-alpha), _relative_variance(m, n) + 0 * alpha)


def _relative_variance(m: FloatArray, n: FloatArray) -> FloatArray:
    enough = n > 2
    return np.where(enough, 2 * m / ((m - 1) * np.where(enough, n - 2, 1.0)), np.nan)
