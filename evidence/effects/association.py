"""How strongly two yes-or-no variables go together: phi and Yule's coefficients of a 2×2 table.

Each function takes the four cells as arrays of shape (k,): events and non-events of group 1, then of group 2. They
return ``(yi, vi)`` with NaN where a zero cell leaves no estimate.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs

__all__ = ["as_fisher_z", "phi_coefficient", "phi_coefficient_z", "yule_q", "yule_y"]


def as_fisher_z(r: FloatArray, vi: FloatArray) -> EffectPair:
    r"""Return Fisher's z of correlations of any kind, with the variance of the delta method, :math:`v/(1-r^2)^2`.

    Parameters
    ----------
    r, vi : ndarray of shape (k,)
        Correlations and their sampling variances; a correlation of ±1 or beyond has no z and gives NaN.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the scale of z. For all but the plain correlation the transformation does not stabilise the variance.

    References
    ----------
    Fisher RA (1921). On the "probable error" of a coefficient of correlation deduced from a small sample. Metron
    1:3–32.

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = as_fisher_z(np.array([0.5]), np.array([0.01]))
    >>> yi.round(4), vi.round(4)
    (array([0.5493]), array([0.0178]))
    """
    inside = np.where(np.abs(r) < 1, r, np.nan)
    return finite_pairs(np.arctanh(inside), vi / (1 - inside**2) ** 2)


def phi_coefficient(
    events1: FloatArray,
    nonevents1: FloatArray,
    events2: FloatArray,
    nonevents2: FloatArray,
    *,
    vtype: str = "LS",
) -> EffectPair:
    r"""Return the phi coefficient (PHI), :math:`(ad - bc)/\sqrt{n_1 n_2 m_1 m_2}`.

    `m` are the people with and without the event. ST: the group sizes were fixed; the delta method for two independent
    risks. LS and CS: only the total was, Yule's formula for one sample.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.
    vtype : {"LS", "ST", "CS"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Between −1 and 1.

    References
    ----------
    Yule GU (1912). On the methods of measuring association between two attributes. doi:10.2307/2340126, page 603.

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = phi_coefficient(*(np.array([x]) for x in (5.0, 95.0, 10.0, 90.0)))
    >>> yi.round(4), vi.round(4)
    (array([-0.0949]), array([0.0046]))
    """
    n1, n2 = events1 + nonevents1, events2 + nonevents2
    n, with_event, without = n1 + n2, events1 + events2, nonevents1 + nonevents2
    with np.errstate(divide="ignore", invalid="ignore"):
        r = (events1 * nonevents2 - nonevents1 * events2) / np.sqrt(n1 * n2) / np.sqrt(with_event * without)
        if vtype == "ST":
            risk1, risk2 = events1 / n1, events2 / n2
            spread = with_event * without
            # what a person more with the event does to the denominator
            shift = (risk1 - risk2) * (without - with_event) / (2 * spread)
            slope1, slope2 = 1 - shift * n1, 1 + shift * n2
            parts = slope1**2 * risk1 * (1 - risk1) / n1 + slope2**2 * risk2 * (1 - risk2) / n2
            vi = n1 * n2 / spread * parts
        else:
            rows, columns = (n1 - n2) / np.sqrt(n1 * n2), (with_event - without) / np.sqrt(with_event * without)
            vi = (1 - r**2 + r * (1 + r**2 / 2) * rows * columns - 0.75 * r**2 * (rows**2 + columns**2)) / n
    # at ±1 the variance is 0, which rounding may leave below 0
    return finite_pairs(r, np.where(np.abs(r) > 1 - 1e-12, np.maximum(vi, 0.0), vi))


def phi_coefficient_z(
    events1: FloatArray,
    nonevents1: FloatArray,
    events2: FloatArray,
    nonevents2: FloatArray,
    *,
    vtype: str = "LS",
) -> EffectPair:
    r"""Return Fisher's z of the phi coefficient (ZPHI), with variance :math:`v/(1 - r^2)^2`.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.
    vtype : {"LS", "ST", "CS"}
        Formula of `v`, as for :func:`phi_coefficient`.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the scale of z.

    References
    ----------
    Yule GU (1912), as above. doi:10.2307/2340126

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = phi_coefficient_z(*(np.array([x]) for x in (5.0, 95.0, 10.0, 90.0)))
    >>> yi.round(4), vi.round(4)
    (array([-0.0952]), array([0.0047]))
    """
    return as_fisher_z(*phi_coefficient(events1, nonevents1, events2, nonevents2, vtype=vtype))


def yule_q(events1: FloatArray, nonevents1: FloatArray, events2: FloatArray, nonevents2: FloatArray) -> EffectPair:
    r"""Return Yule's coefficient of association (YUQ), :math:`Q = (\theta - 1)/(\theta + 1)` of the odds ratio θ.

    :math:`v = \frac14 (1 - Q^2)^2 (1/a + 1/b + 1/c + 1/d)`.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Between −1 and 1.

    References
    ----------
    Yule GU (1912), as above. doi:10.2307/2340126

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = yule_q(*(np.array([x]) for x in (5.0, 95.0, 10.0, 90.0)))
    >>> yi.round(4), vi.round(4)
    (array([-0.3571]), array([0.0612]))
    """
    return _from_log_odds(events1, nonevents1, events2, nonevents2, 2.0)


def yule_y(events1: FloatArray, nonevents1: FloatArray, events2: FloatArray, nonevents2: FloatArray) -> EffectPair:
    r"""Return Yule's coefficient of colligation (YUY), :math:`Y = (\sqrt\theta - 1)/(\sqrt\theta + 1)`.

    :math:`v = \frac1{16} (1 - Y^2)^2 (1/a + 1/b + 1/c + 1/d)`.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Between −1 and 1.

    References
    ----------
    Yule GU (1912), as above. doi:10.2307/2340126

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = yule_y(*(np.array([x]) for x in (5.0, 95.0, 10.0, 90.0)))
    >>> yi.round(4), vi.round(4)
    (array([-0.1847]), array([0.0188]))
    """
    return _from_log_odds(events1, nonevents1, events2, nonevents2, 4.0)


def _from_log_odds(
    events1: FloatArray, nonevents1: FloatArray, events2: FloatArray, nonevents2: FloatArray, divisor: float
) -> EffectPair:
    """Return tanh(ln θ / divisor), which is Q for 2 and Y for 4, with the variance of the delta method."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log_odds = np.log(events1 / nonevents1) - np.log(events2 / nonevents2)
        variance = 1 / events1 + 1 / nonevents1 + 1 / events2 + 1 / nonevents2
        yi = np.tanh(log_odds / divisor)
        # at ±1, where a zero cell puts it, it has no variance and is no estimate
        yi = np.where(np.isfinite(log_odds), yi, np.nan)
        # 1 − tanh², in the form that keeps its digits near ±1
        return finite_pairs(yi, (np.cosh(log_odds / divisor) ** -2 / divisor) ** 2 * variance)
