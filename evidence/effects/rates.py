"""The rate at which events happen in one group, per unit of person-time, as it is or transformed.

Each function takes events and the person-time at risk as arrays of shape (k,) and returns ``(yi, vi)``. NaN in gives
NaN out. With expected events in place of the time, they give standardised incidence ratios.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs

__all__ = ["freeman_tukey_rate", "log_rate", "raw_rate", "square_root_rate"]


def raw_rate(events: FloatArray, time: FloatArray) -> EffectPair:
    r"""Return the incidence rate as it is (IR), :math:`x/t`, with variance :math:`x/t^2`.

    Parameters
    ----------
    events, time : ndarray of shape (k,)
        Events, and the person-time in which they happened.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Events per unit of time, and its square.

    References
    ----------
    Rothman KJ, Greenland S, Lash TL (2008). Modern epidemiology, 3rd edition, chapter 14. ISBN 978-0-7817-5564-1

    Examples
    --------
    >>> import numpy as np
    >>> raw_rate(np.array([8.0]), np.array([200.0]))
    (array([0.04]), array([0.0002]))
    """
    return finite_pairs(events / time, events / time**2)


def log_rate(events: FloatArray, time: FloatArray) -> EffectPair:
    r"""Return the logarithm of the incidence rate (IRLN), :math:`\ln(x/t)`, with variance :math:`1/x`.

    No events have no logarithm and give NaN.

    Parameters
    ----------
    events, time : ndarray of shape (k,)
        Events, and the person-time in which they happened.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Rothman KJ, Greenland S, Lash TL (2008). Modern epidemiology, 3rd edition, chapter 14. ISBN 978-0-7817-5564-1

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = log_rate(np.array([8.0]), np.array([200.0]))
    >>> yi.round(4), vi
    (array([-3.2189]), array([0.125]))
    """
    with np.errstate(divide="ignore"):
        return finite_pairs(np.log(events / time), 1 / events)


def square_root_rate(events: FloatArray, time: FloatArray) -> EffectPair:
    r"""Return the square root of the incidence rate (IRS), :math:`\sqrt{x/t}`, with variance :math:`1/(4t)`.

    Parameters
    ----------
    events, time : ndarray of shape (k,)
        Events, and the person-time in which they happened.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the square-root scale.

    References
    ----------
    Anscombe FJ (1948). The transformation of Poisson, binomial and negative-binomial data.
    doi:10.1093/biomet/35.3-4.246

    Examples
    --------
    >>> import numpy as np
    >>> square_root_rate(np.array([8.0]), np.array([200.0]))
    (array([0.2]), array([0.00125]))
    """
    return np.sqrt(events / time), 1 / (4 * time)


def freeman_tukey_rate(events: FloatArray, time: FloatArray) -> EffectPair:
    r"""Return the Freeman–Tukey transformed incidence rate (IRFT).

    .. math:: y = \tfrac12\left(\sqrt{\tfrac{x}{t}} + \sqrt{\tfrac{x + 1}{t}}\right), \qquad v = \frac{1}{4t}

    Half of the sum in the original paper, so that it lies on the scale of the square root.

    Parameters
    ----------
    events, time : ndarray of shape (k,)
        Events, and the person-time in which they happened.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the square-root scale.

    References
    ----------
    Freeman MF, Tukey JW (1950). Transformations related to the angular and the square root.
    doi:10.1214/aoms/1177729756

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = freeman_tukey_rate(np.array([8.0]), np.array([200.0]))
    >>> yi.round(4), vi
    (array([0.2061]), array([0.00125]))
    """
    return (np.sqrt(events / time) + np.sqrt((events + 1) / time)) / 2, 1 / (4 * time)
