"""From yes or no to standard deviations and back: effects that assume a continuous outcome behind a 2×2 table.

An odds ratio, a probit difference and a standardised mean difference can estimate the same thing if the event is a
cut through a continuous outcome of the same shape in both groups. The functions take arrays of shape (k,) and return
``(yi, vi)``.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs
from .binary import odds_ratio
from .means import standardised_mean_difference

__all__ = [
    "difference_to_log_odds_logistic",
    "difference_to_log_odds_normal",
    "odds_ratio_to_difference_logistic",
    "odds_ratio_to_difference_normal",
    "probit_difference",
]

# standard deviation of the standard logistic distribution; Cox's factor for the normal one
_LOGISTIC = np.pi / np.sqrt(3)
_COX = 1.65


def probit_difference(
    events1: FloatArray, nonevents1: FloatArray, events2: FloatArray, nonevents2: FloatArray
) -> EffectPair:
    r"""Return the difference of probits (PBIT), :math:`\Phi^{-1}(p_1) - \Phi^{-1}(p_2)`.

    .. math:: v = \sum_j \frac{p_j (1-p_j)}{n_j\, \varphi(z_j)^2}, \qquad z_j = \Phi^{-1}(p_j)

    It estimates the standardised mean difference of a normal outcome behind the event.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In standard deviations, and their square.

    References
    ----------
    Sánchez-Meca J, Marín-Martínez F, Chacón-Moscoso S (2003). Effect-size indices for dichotomized outcomes in
    meta-analysis. doi:10.1037/1082-989X.8.4.448

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = probit_difference(*(np.array([x]) for x in (30.0, 20.0, 15.0, 35.0)))
    >>> yi.round(4), vi.round(4)
    (array([0.7777]), array([0.0669]))
    """
    from scipy.special import ndtri

    yi, vi = np.zeros(np.shape(events1)), np.zeros(np.shape(events1))
    for sign, events, nonevents in ((1, events1, nonevents1), (-1, events2, nonevents2)):
        n = events + nonevents
        with np.errstate(divide="ignore", invalid="ignore"):
            z = ndtri(events / n)
            yi = yi + sign * z
            vi = vi + 2 * np.pi * np.exp(z**2) * events * nonevents / n**3
    return finite_pairs(yi, vi)


def _scaled(pair: EffectPair, factor: float) -> EffectPair:
    yi, vi = pair
    return yi * factor, vi * factor**2


def odds_ratio_to_difference_logistic(
    events1: FloatArray, nonevents1: FloatArray, events2: FloatArray, nonevents2: FloatArray
) -> EffectPair:
    r"""Return the log odds ratio as a standardised mean difference of logistic outcomes (OR2DL, OR2D).

    The log odds ratio times :math:`\sqrt3/\pi`, its variance times :math:`3/\pi^2`.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In standard deviations, and their square.

    References
    ----------
    Hasselblad V, Hedges LV (1995). Meta-analysis of screening and diagnostic tests. doi:10.1037/0033-2909.117.1.167.
    Chinn S (2000), doi:10.1002/1097-0258(20001130)19:22<3127::AID-SIM784>3.0.CO;2-M

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = odds_ratio_to_difference_logistic(*(np.array([x]) for x in (30.0, 20.0, 15.0, 35.0)))
    >>> yi.round(4), vi.round(4)
    (array([0.6907]), array([0.0543]))
    """
    return _scaled(odds_ratio(events1, nonevents1, events2, nonevents2), 1 / _LOGISTIC)


def odds_ratio_to_difference_normal(
    events1: FloatArray, nonevents1: FloatArray, events2: FloatArray, nonevents2: FloatArray
) -> EffectPair:
    r"""Return the log odds ratio as a standardised mean difference of normal outcomes (OR2DN).

    The log odds ratio over Cox's 1.65, its variance over :math:`1.65^2`.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In standard deviations, and their square.

    References
    ----------
    Cox DR, Snell EJ (1989). Analysis of binary data, 2nd edition. ISBN 978-0-412-30620-4. Sánchez-Meca J and others
    (2003), doi:10.1037/1082-989X.8.4.448

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = odds_ratio_to_difference_normal(*(np.array([x]) for x in (30.0, 20.0, 15.0, 35.0)))
    >>> yi.round(4), vi.round(4)
    (array([0.7593]), array([0.0656]))
    """
    return _scaled(odds_ratio(events1, nonevents1, events2, nonevents2), 1 / _COX)


def difference_to_log_odds_logistic(
    mean1: FloatArray, sd1: FloatArray, n1: FloatArray, mean2: FloatArray, sd2: FloatArray, n2: FloatArray
) -> EffectPair:
    r"""Return a standardised mean difference as the log odds ratio of cut logistic outcomes (D2ORL, D2OR).

    Cohen's `d`, without the small-sample factor, times :math:`\pi/\sqrt3`; its large-sample variance times
    :math:`\pi^2/3`.

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Means, standard deviations and sizes of the groups.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Hasselblad V, Hedges LV (1995). doi:10.1037/0033-2909.117.1.167

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = difference_to_log_odds_logistic(*(np.array([x]) for x in (103.0, 5.5, 50, 100.0, 4.5, 50)))
    >>> yi.round(4), vi.round(4)
    (array([1.0829]), array([0.1375]))
    """
    pair = standardised_mean_difference(mean1, sd1, n1, mean2, sd2, n2, correct=False)
    return _scaled(pair, _LOGISTIC)


def difference_to_log_odds_normal(
    mean1: FloatArray, sd1: FloatArray, n1: FloatArray, mean2: FloatArray, sd2: FloatArray, n2: FloatArray
) -> EffectPair:
    r"""Return a standardised mean difference as the log odds ratio of cut normal outcomes (D2ORN).

    Cohen's `d`, without the small-sample factor, times Cox's 1.65; its large-sample variance times :math:`1.65^2`.

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Means, standard deviations and sizes of the groups.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Cox DR, Snell EJ (1989). Analysis of binary data, 2nd edition. ISBN 978-0-412-30620-4

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = difference_to_log_odds_normal(*(np.array([x]) for x in (103.0, 5.5, 50, 100.0, 4.5, 50)))
    >>> yi.round(4), vi.round(4)
    (array([0.9851]), array([0.1138]))
    """
    pair = standardised_mean_difference(mean1, sd1, n1, mean2, sd2, n2, correct=False)
    return _scaled(pair, _COX)
