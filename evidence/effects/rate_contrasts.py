"""Ratios and differences of event rates between two independent groups, from events and person-time.

Each function takes events and person-time of group 1, then of group 2, as arrays of shape (k,), and returns
``(yi, vi)``, with NaN where no events leave no estimate. A person may have several events; counts are taken as
Poisson. Group 1 is the intervention.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs

__all__ = ["rate_difference", "rate_ratio", "root_rate_difference"]


def rate_ratio(events1: FloatArray, time1: FloatArray, events2: FloatArray, time2: FloatArray) -> EffectPair:
    r"""Return the log incidence rate ratio (IRR), :math:`\ln\frac{x_1/t_1}{x_2/t_2}`, variance :math:`1/x_1 + 1/x_2`.

    Parameters
    ----------
    events1, time1, events2, time2 : ndarray of shape (k,)
        Events and person-time, the latter in the same unit in both groups.

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
    >>> yi, vi = rate_ratio(*(np.array([x]) for x in (9.0, 413.0, 19.0, 398.0)))
    >>> yi.round(4), vi.round(4)
    (array([-0.7842]), array([0.1637]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        yi = np.log(events1 / time1) - np.log(events2 / time2)
        return finite_pairs(yi, 1 / events1 + 1 / events2)


def rate_difference(events1: FloatArray, time1: FloatArray, events2: FloatArray, time2: FloatArray) -> EffectPair:
    r"""Return the incidence rate difference (IRD), :math:`x_1/t_1 - x_2/t_2`, variance :math:`x_1/t_1^2 + x_2/t_2^2`.

    Parameters
    ----------
    events1, time1, events2, time2 : ndarray of shape (k,)
        Events and person-time.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Events per unit of person-time, and its square.

    References
    ----------
    Rothman KJ, Greenland S, Lash TL (2008), as above.

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = rate_difference(*(np.array([x]) for x in (9.0, 413.0, 19.0, 398.0)))
    >>> yi.round(4), vi.round(6)
    (array([-0.0259]), array([0.000173]))
    """
    return events1 / time1 - events2 / time2, events1 / time1**2 + events2 / time2**2


def root_rate_difference(events1: FloatArray, time1: FloatArray, events2: FloatArray, time2: FloatArray) -> EffectPair:
    r"""Return the difference of square-root rates (IRSD), :math:`\sqrt{x_1/t_1} - \sqrt{x_2/t_2}`.

    .. math:: v = \frac{1}{4 t_1} + \frac{1}{4 t_2}

    The root stabilises the variance, so that no events need no correction.

    Parameters
    ----------
    events1, time1, events2, time2 : ndarray of shape (k,)
        Events and person-time.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Root of events per unit of person-time, and its square.

    References
    ----------
    Bagos PG, Nikolopoulos GK (2009). Mixed-effects Poisson regression models for meta-analysis of follow-up studies
    with constant or varying durations. doi:10.2202/1557-4679.1168

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = root_rate_difference(*(np.array([x]) for x in (9.0, 413.0, 19.0, 398.0)))
    >>> yi.round(4), vi.round(6)
    (array([-0.0709]), array([0.001233]))
    """
    return np.sqrt(events1 / time1) - np.sqrt(events2 / time2), 1 / (4 * time1) + 1 / (4 * time2)
