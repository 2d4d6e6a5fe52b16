"""The proportion of one group with an event, as it is or transformed.

Each function takes events and non-events as arrays of shape (k,) and returns ``(yi, vi)``. NaN in gives NaN out.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs, weighted_mean

__all__ = [
    "arcsine_proportion",
    "double_arcsine_proportion",
    "log_proportion",
    "logit_proportion",
    "probit_proportion",
    "raw_proportion",
]


def raw_proportion(events: FloatArray, nonevents: FloatArray, *, vtype: str = "LS") -> EffectPair:
    r"""Return the proportion as it is (PR), :math:`p = x/n`.

    LS: :math:`p(1-p)/n`. UB: :math:`p(1-p)/(n-1)`, unbiased. AV: as LS with the proportion of all rows together.

    Parameters
    ----------
    events, nonevents : ndarray of shape (k,)
        People with and without the event.
    vtype : {"LS", "UB", "AV"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        As a fraction, not percent, and its square.

    Examples
    --------
    >>> import numpy as np
    >>> raw_proportion(np.array([16.0]), np.array([4.0]))
    (array([0.8]), array([0.008]))
    """
    n = events + nonevents
    yi = events / n
    p = np.full_like(yi, weighted_mean(yi, n)) if vtype == "AV" else yi
    with np.errstate(divide="ignore", invalid="ignore"):
        vi = p * (1 - p) / (n - 1 if vtype == "UB" else n)
    return finite_pairs(yi, vi)


def logit_proportion(events: FloatArray, nonevents: FloatArray, *, vtype: str = "LS") -> EffectPair:
    r"""Return the logit of the proportion (PLO), :math:`\ln\frac{p}{1-p}`.

    LS: :math:`1/x + 1/(n-x)`. AV: :math:`1/(\bar p(1-\bar p) n)` with the proportion of all rows together. A
    proportion of 0 or 1 has no logit and gives NaN.

    Parameters
    ----------
    events, nonevents : ndarray of shape (k,)
        People with and without the event.
    vtype : {"LS", "AV"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the logit scale.

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = logit_proportion(np.array([16.0]), np.array([4.0]))
    >>> yi.round(4), vi.round(4)
    (array([1.3863]), array([0.3125]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        yi = np.log(events / nonevents)
        if vtype == "AV":
            n = events + nonevents
            mean = weighted_mean(events / n, n)
            vi = np.divide(1, mean * (1 - mean) * n)
        else:
            vi = 1 / events + 1 / nonevents
    return finite_pairs(yi, vi)


def log_proportion(events: FloatArray, nonevents: FloatArray, *, vtype: str = "LS") -> EffectPair:
    r"""Return the logarithm of the proportion (PLN), :math:`\ln p`.

    LS: :math:`1/x - 1/n`. AV: :math:`(1-\bar p)/(\bar p n)` with the proportion of all rows together. A proportion of
    0 has no logarithm and gives NaN.

    Parameters
    ----------
    events, nonevents : ndarray of shape (k,)
        People with and without the event.
    vtype : {"LS", "AV"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Viechtbauer W (2010). Conducting meta-analyses in R with the metafor package. doi:10.18637/jss.v036.i03

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = log_proportion(np.array([16.0]), np.array([4.0]))
    >>> yi.round(4), vi.round(4)
    (array([-0.2231]), array([0.0125]))
    """
    n = events + nonevents
    p = events / n
    with np.errstate(divide="ignore", invalid="ignore"):
        if vtype == "AV":
            mean = weighted_mean(p, n)
            vi = np.divide(1 - mean, mean * n)
        else:
            vi = nonevents / (events * n)
        return finite_pairs(np.log(p), vi)


def probit_proportion(events: FloatArray, nonevents: FloatArray) -> EffectPair:
    r"""Return the probit of the proportion (PRZ), the normal quantile :math:`\Phi^{-1}(p)`.

    The variance is that of `p` by the delta method: :math:`v = 2\pi p(1-p) e^{y^2}/n`. A proportion of 0 or 1 has no
    probit and gives NaN.

    Parameters
    ----------
    events, nonevents : ndarray of shape (k,)
        People with and without the event.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In standard deviations of a normal distribution.

    References
    ----------
    Viechtbauer W (2010). Conducting meta-analyses in R with the metafor package. doi:10.18637/jss.v036.i03

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = probit_proportion(np.array([16.0]), np.array([4.0]))
    >>> yi.round(4), vi.round(4)
    (array([0.8416]), array([0.1021]))
    """
    from scipy.special import ndtri

    n = events + nonevents
    p = events / n
    yi = ndtri(p)
    with np.errstate(over="ignore", invalid="ignore"):
        return finite_pairs(yi, 2 * np.pi * p * (1 - p) * np.exp(yi**2) / n)


def arcsine_proportion(events: FloatArray, nonevents: FloatArray) -> EffectPair:
    r"""Return the arcsine of the square root of the proportion (PAS), :math:`\arcsin\sqrt p`, variance :math:`1/(4n)`.

    Parameters
    ----------
    events, nonevents : ndarray of shape (k,)
        People with and without the event.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In radians, from 0 to π/2.

    References
    ----------
    Rücker G, Schwarzer G, Carpenter J, Olkin I (2009). Why add anything to nothing? doi:10.1002/sim.3511

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = arcsine_proportion(np.array([16.0]), np.array([4.0]))
    >>> yi.round(4), vi.round(4)
    (array([1.1071]), array([0.0125]))
    """
    n = events + nonevents
    return np.arcsin(np.sqrt(events / n)), 1 / (4 * n)


def double_arcsine_proportion(events: FloatArray, nonevents: FloatArray) -> EffectPair:
    r"""Return the Freeman–Tukey double arcsine of the proportion (PFT).

    .. math:: y = \tfrac12\left(\arcsin\sqrt{\tfrac{x}{n+1}} + \arcsin\sqrt{\tfrac{x+1}{n+1}}\right),
              \qquad v = \frac{1}{4n + 2}

    Half of the sum in the original paper, so that it lies on the scale of the arcsine.

    Parameters
    ----------
    events, nonevents : ndarray of shape (k,)
        People with and without the event.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In radians, strictly between 0 and π/2.

    References
    ----------
    Freeman MF, Tukey JW (1950). Transformations related to the angular and the square root.
    doi:10.1214/aoms/1177729756

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = double_arcsine_proportion(np.array([16.0]), np.array([4.0]))
    >>> yi.round(4), vi.round(4)
    (array([1.0901]), array([0.0122]))
    """
    n = events + nonevents
    yi = (np.arcsin(np.sqrt(events / (n + 1))) + np.arcsin(np.sqrt((events + 1) / (n + 1)))) / 2
    return yi, 1 / (4 * n + 2)
