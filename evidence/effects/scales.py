"""The scales on which proportions, rates, correlations and alphas are pooled, there and back.

Each function takes a number or an array and returns the same; NaN in gives NaN out. The ways there refuse what has no
place on the scale. The ways back take any number, because the end of an interval may lie beyond the end of the scale:
it then becomes that end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .elementwise import Number, as_given, to_floats, within

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = [
    "arcsine",
    "bonett",
    "double_arcsine",
    "freeman_tukey",
    "hakstian_whalen",
    "inverse_arcsine",
    "inverse_bonett",
    "inverse_double_arcsine",
    "inverse_freeman_tukey_rate",
    "inverse_hakstian_whalen",
    "inverse_log",
    "inverse_logit",
    "inverse_probit",
    "inverse_square_root",
    "logit",
    "probit",
    "r2_to_z",
    "r_to_z",
    "z_to_r",
    "z_to_r2",
]


def r_to_z(r: npt.ArrayLike) -> Number:
    r"""Return Fisher's z of a correlation, :math:`\operatorname{artanh} r`; infinite at ±1.

    Fisher RA (1921), Metron 1:3–32. Inverse: :func:`z_to_r`.

    Examples
    --------
    >>> float(r_to_z(0.5).round(4))
    0.5493
    """
    with np.errstate(divide="ignore"):
        return as_given(np.arctanh(within(r, "r", -1, 1)))


def z_to_r(z: npt.ArrayLike) -> Number:
    r"""Return the correlation of a Fisher's z, :math:`\tanh z`.

    Fisher RA (1921), Metron 1:3–32. Inverse: :func:`r_to_z`.

    Examples
    --------
    >>> float(z_to_r(0.5493).round(4))
    0.5
    """
    return as_given(np.tanh(to_floats(z, "z")))


def r2_to_z(r2: npt.ArrayLike) -> Number:
    r"""Return Fisher's z of a multiple correlation from its R², :math:`\operatorname{artanh}\sqrt{R^2}`.

    Olkin I, Finn JD (1995), doi:10.1037/0033-2909.118.1.155. Inverse: :func:`z_to_r2`.

    Examples
    --------
    >>> float(r2_to_z(0.25).round(4))
    0.5493
    """
    with np.errstate(divide="ignore"):
        return as_given(np.arctanh(np.sqrt(within(r2, "R²", 0, 1))))


def z_to_r2(z: npt.ArrayLike) -> Number:
    r"""Return the R² of a Fisher's z, :math:`\tanh^2 z`; 0 for a z below 0.

    Olkin I, Finn JD (1995), doi:10.1037/0033-2909.118.1.155. Inverse: :func:`r2_to_z`.

    Examples
    --------
    >>> float(z_to_r2(0.5493).round(4))
    0.25
    """
    return as_given(np.tanh(np.maximum(to_floats(z, "z"), 0)) ** 2)


def inverse_log(y: npt.ArrayLike) -> Number:
    r"""Return what a natural logarithm is of, :math:`e^y`; infinite where that is too large to hold.

    Examples
    --------
    >>> float(inverse_log(0.0))
    1.0
    """
    with np.errstate(over="ignore"):
        return as_given(np.exp(to_floats(y, "y")))


def logit(p: npt.ArrayLike) -> Number:
    r"""Return the log odds of a proportion, :math:`\ln\frac{p}{1-p}`; infinite at 0 and 1. See :func:`inverse_logit`.

    Examples
    --------
    >>> float(logit(0.8).round(4))
    1.3863
    """
    share = within(p, "p", 0, 1)
    with np.errstate(divide="ignore"):
        return as_given(np.log(share) - np.log1p(-share))


def inverse_logit(y: npt.ArrayLike) -> Number:
    r"""Return the proportion of a logit, :math:`1/(1+e^{-y})`. See :func:`logit`.

    Examples
    --------
    >>> float(inverse_logit(1.3863).round(4))
    0.8
    """
    with np.errstate(over="ignore"):
        return as_given(1 / (1 + np.exp(-to_floats(y, "y"))))


def probit(p: npt.ArrayLike) -> Number:
    r"""Return the standard normal quantile of a proportion, :math:`\Phi^{-1}(p)`; infinite at 0 and 1.

    Inverse: :func:`inverse_probit`.

    Examples
    --------
    >>> float(probit(0.975).round(4))
    1.96
    """
    from scipy.special import ndtri

    return as_given(ndtri(within(p, "p", 0, 1)))


def inverse_probit(y: npt.ArrayLike) -> Number:
    r"""Return the proportion of a probit, :math:`\Phi(y)`. See :func:`probit`.

    Examples
    --------
    >>> float(inverse_probit(1.96).round(4))
    0.975
    """
    from scipy.special import ndtr

    return as_given(ndtr(to_floats(y, "y")))


def arcsine(p: npt.ArrayLike) -> Number:
    r"""Return the arcsine of the square root of a proportion, :math:`\arcsin\sqrt p`, in radians.

    Rücker G and others (2009), doi:10.1002/sim.3511. Inverse: :func:`inverse_arcsine`.

    Examples
    --------
    >>> float(arcsine(0.5).round(4))
    0.7854
    """
    return as_given(np.arcsin(np.sqrt(within(p, "p", 0, 1))))


def inverse_arcsine(y: npt.ArrayLike) -> Number:
    r"""Return the proportion of an arcsine, :math:`\sin^2 y`; 0 below 0 and 1 above π/2. See :func:`arcsine`.

    Examples
    --------
    >>> float(inverse_arcsine(0.7854).round(4))
    0.5
    """
    return as_given(np.sin(np.clip(to_floats(y, "y"), 0, np.pi / 2)) ** 2)


def double_arcsine(p: npt.ArrayLike, n: npt.ArrayLike) -> Number:
    r"""Return the Freeman–Tukey double arcsine of a proportion of `n` people.

    .. math:: \tfrac12\left(\arcsin\sqrt{\tfrac{np}{n+1}} + \arcsin\sqrt{\tfrac{np+1}{n+1}}\right)

    Freeman MF, Tukey JW (1950), doi:10.1214/aoms/1177729756. Inverse: :func:`inverse_double_arcsine`.

    Examples
    --------
    >>> float(double_arcsine(0.8, 20).round(4))
    1.0901
    """
    share, size = within(p, "p", 0, 1), within(n, "n", 0, np.inf, open_low=True)
    x = share * size
    # rounding may carry np a little above n
    first, second = (np.arcsin(np.sqrt(np.minimum(count / (size + 1), 1))) for count in (x, x + 1))
    return as_given((first + second) / 2)


def inverse_double_arcsine(y: npt.ArrayLike, n: npt.ArrayLike) -> Number:
    r"""Return the proportion of a Freeman–Tukey double arcsine for `n` people, by Miller's inverse.

    .. math:: p = \tfrac12\left\{1 - \mathrm{sgn}(\cos 2y)
              \sqrt{1 - \left[\sin 2y + \frac{\sin 2y - 1/\sin 2y}{n}\right]^2}\right\}

    0 below the double arcsine of no events, 1 above that of `n` events. Miller JJ (1978),
    doi:10.1080/00031305.1978.10479283. Inverse: :func:`double_arcsine`.

    Examples
    --------
    >>> float(inverse_double_arcsine(1.0901, 20).round(3))
    0.8
    """
    values, size = to_floats(y, "y"), within(n, "n", 0, np.inf, open_low=True)
    lowest = np.arcsin(np.sqrt(1 / (size + 1))) / 2
    highest = np.pi / 2 - lowest
    inside = (values > lowest) & (values < highest)
    sine = np.sin(2 * np.where(inside, values, np.pi / 4))
    # Rounding can push the bracket past 1 near the middle and the ends; there the root is 0, not NaN.
    root = np.sqrt(np.clip(1 - (sine + (sine - 1 / sine) / size) ** 2, 0, 1))
    middle = (1 - np.sign(np.cos(2 * np.where(inside, values, np.pi / 4))) * root) / 2
    result = np.where(inside, middle, np.where(values <= lowest, 0.0, 1.0))
    return as_given(np.where(np.isnan(values), np.nan, result))


def inverse_square_root(y: npt.ArrayLike) -> Number:
    r"""Return what a square root is of, :math:`y^2`; 0 for a `y` below 0, the end of an interval.

    Examples
    --------
    >>> inverse_square_root([0.2, -0.1]).round(4)
    array([0.04, 0.  ])
    """
    with np.errstate(over="ignore"):
        return as_given(np.maximum(to_floats(y, "y"), 0) ** 2)


def freeman_tukey(rate: npt.ArrayLike, time: npt.ArrayLike) -> Number:
    r"""Return the Freeman–Tukey transform of a rate over a person-time `t`.

    .. math:: \tfrac12\left(\sqrt{x} + \sqrt{x + 1/t}\right)

    Freeman MF, Tukey JW (1950), doi:10.1214/aoms/1177729756. Inverse: :func:`inverse_freeman_tukey_rate`.

    Examples
    --------
    >>> float(freeman_tukey(0.04, 200).round(4))
    0.2061
    """
    x, span = within(rate, "rate", 0, np.inf), within(time, "time", 0, np.inf, open_low=True)
    return as_given((np.sqrt(x) + np.sqrt(x + 1 / span)) / 2)


def inverse_freeman_tukey_rate(y: npt.ArrayLike, time: npt.ArrayLike) -> Number:
    r"""Return the rate of a Freeman–Tukey transform over a person-time `t`, :math:`(y - \frac{1}{4ty})^2`.

    0 below the transform of no events, :math:`1/(2\sqrt t)`. It solves the equation of :func:`freeman_tukey`, since
    the difference of its two roots is :math:`1/(2ty)`.

    Examples
    --------
    >>> float(inverse_freeman_tukey_rate(0.2061, 200).round(4))
    0.04
    """
    values, span = to_floats(y, "y"), within(time, "time", 0, np.inf, open_low=True)
    lowest = 1 / (2 * np.sqrt(span))
    inside = np.maximum(values, lowest)
    with np.errstate(over="ignore"):
        return as_given(np.where(values <= lowest, 0.0, (inside - 1 / (4 * span * inside)) ** 2))


def hakstian_whalen(alpha: npt.ArrayLike) -> Number:
    r"""Return Cronbach's alpha transformed by a cube root, :math:`1 - (1-\alpha)^{1/3}`.

    Hakstian AR, Whalen TE (1976), doi:10.1007/BF02291840. Inverse: :func:`inverse_hakstian_whalen`.

    Examples
    --------
    >>> float(hakstian_whalen(0.875))
    0.5
    """
    return as_given(1 - np.cbrt(1 - within(alpha, "alpha", -np.inf, 1)))


def inverse_hakstian_whalen(y: npt.ArrayLike) -> Number:
    r"""Return the alpha of a Hakstian–Whalen transform, :math:`1 - (1-y)^3`, kept between 0 and 1.

    Inverse: :func:`hakstian_whalen`.

    Examples
    --------
    >>> float(inverse_hakstian_whalen(0.5))
    0.875
    """
    return as_given(1 - (1 - np.clip(to_floats(y, "y"), 0, 1)) ** 3)


def bonett(alpha: npt.ArrayLike) -> Number:
    r"""Return Cronbach's alpha transformed by a logarithm, :math:`-\ln(1-\alpha)`; infinite at 1.

    Bonett DG (2002), doi:10.3102/10769986027004335. Inverse: :func:`inverse_bonett`.

    Examples
    --------
    >>> float(bonett(0.93).round(4))
    2.6593
    """
    with np.errstate(divide="ignore"):
        return as_given(-np.log1p(-within(alpha, "alpha", -np.inf, 1)))


def inverse_bonett(y: npt.ArrayLike) -> Number:
    r"""Return the alpha of a Bonett transform, :math:`1 - e^{-y}`; 0 for a `y` below 0. See :func:`bonett`.

    Examples
    --------
    >>> float(inverse_bonett(2.6593).round(4))
    0.93
    """
    return as_given(-np.expm1(-np.maximum(to_floats(y, "y"), 0)))
