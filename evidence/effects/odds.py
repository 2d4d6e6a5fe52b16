"""From a log odds ratio to a standardised mean difference, a risk ratio or a risk difference, and back.

Each function takes a number or an array and returns the same; NaN in gives NaN out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .elementwise import Number, as_given, require, to_floats, within

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = [
    "d_to_lnor_logistic",
    "d_to_lnor_normal",
    "lnor_to_d_logistic",
    "lnor_to_d_normal",
    "lnor_to_rd",
    "lnor_to_rr",
    "rd_to_lnor",
    "rr_to_lnor",
]

_COX = 1.65
_LOGISTIC_SD = np.pi / np.sqrt(3)


def d_to_lnor_logistic(d: npt.ArrayLike) -> Number:
    r"""Return the log odds ratio of a standardised mean difference, :math:`d\,\pi/\sqrt3`.

    For measurements with a logistic distribution, cut into yes and no anywhere. Hasselblad V, Hedges LV (1995),
    doi:10.1037/0033-2909.117.1.167. Inverse: :func:`lnor_to_d_logistic`.

    Examples
    --------
    >>> float(d_to_lnor_logistic(0.5).round(4))
    0.9069
    """
    return as_given(to_floats(d, "d") * _LOGISTIC_SD)


def lnor_to_d_logistic(lnor: npt.ArrayLike) -> Number:
    r"""Return the standardised mean difference of a log odds ratio, :math:`\sqrt3/\pi` times it.

    Hasselblad V, Hedges LV (1995), doi:10.1037/0033-2909.117.1.167; Chinn S (2000),
    doi:10.1002/1097-0258(20001130)19:22<3127::aid-sim784>3.0.co;2-m. Inverse: :func:`d_to_lnor_logistic`.

    Examples
    --------
    >>> float(lnor_to_d_logistic(0.9069).round(4))
    0.5
    """
    return as_given(to_floats(lnor, "the log odds ratio") / _LOGISTIC_SD)


def d_to_lnor_normal(d: npt.ArrayLike) -> Number:
    """Return the log odds ratio of a standardised mean difference, 1.65 times it.

    For measurements with a normal distribution, cut near the middle: Cox's approximation. Sánchez-Meca J and others
    (2003), doi:10.1037/1082-989X.8.4.448. Inverse: :func:`lnor_to_d_normal`.

    Examples
    --------
    >>> float(d_to_lnor_normal(0.5))
    0.825
    """
    return as_given(to_floats(d, "d") * _COX)


def lnor_to_d_normal(lnor: npt.ArrayLike) -> Number:
    """Return the standardised mean difference of a log odds ratio, divided by 1.65. See :func:`d_to_lnor_normal`.

    Examples
    --------
    >>> float(lnor_to_d_normal(0.825))
    0.5
    """
    return as_given(to_floats(lnor, "the log odds ratio") / _COX)


def lnor_to_rr(lnor: npt.ArrayLike, control_risk: npt.ArrayLike) -> Number:
    r"""Return the risk ratio of a log odds ratio where the risk of the control group is :math:`p_0`.

    .. math:: \frac{e^y}{1 - p_0 + p_0 e^y}

    Not its logarithm. Zhang J, Yu KF (1998), doi:10.1001/jama.280.19.1690. Inverse: :func:`rr_to_lnor`.

    Examples
    --------
    >>> float(lnor_to_rr(0.6931, 0.5).round(4))
    1.3333
    """
    y, p0 = to_floats(lnor, "the log odds ratio"), within(control_risk, "the control risk", 0, 1)
    # the smaller of the two exponentials, so that neither overflows
    rise = np.exp(-np.abs(y))
    with np.errstate(over="ignore"):
        falling = np.exp(np.minimum(y, 0)) / (1 - p0 + p0 * rise)
        rising = np.where(p0 == 0, np.exp(np.maximum(y, 0)), 1 / np.where(p0 == 0, 1.0, (1 - p0) * rise + p0))
    return as_given(np.where(y > 0, rising, falling))


def rr_to_lnor(rr: npt.ArrayLike, control_risk: npt.ArrayLike) -> Number:
    r"""Return the log odds ratio of a risk ratio where the risk of the control group is :math:`p_0`.

    .. math:: \ln\frac{R (1 - p_0)}{1 - R p_0}

    Inverse: :func:`lnor_to_rr`.

    Raises
    ------
    InputError
        If the risk ratio is not above 0, or implies a risk of 1 or more.

    Examples
    --------
    >>> float(rr_to_lnor(4 / 3, 0.5).round(4))
    0.6931
    """
    ratio = within(rr, "the risk ratio", 0, np.inf, open_low=True)
    p0 = within(control_risk, "the control risk", 0, 1, open_high=True)
    risk = ratio * p0
    require(~(risk >= 1), risk, "the risk ratio times the control risk must be below 1")
    return as_given(np.log(ratio) + np.log1p(-p0) - np.log1p(-risk))


def lnor_to_rd(lnor: npt.ArrayLike, control_risk: npt.ArrayLike) -> Number:
    r"""Return the risk difference of a log odds ratio where the risk of the control group is :math:`p_0`.

    .. math:: \frac{p_0 e^y}{1 - p_0 + p_0 e^y} - p_0

    As a fraction. Grant RL (2014), doi:10.1136/bmj.f7450. Inverse: :func:`rd_to_lnor`.

    Examples
    --------
    >>> float(lnor_to_rd(0.6931, 0.5).round(4))
    0.1667
    """
    y, p0 = to_floats(lnor, "the log odds ratio"), within(control_risk, "the control risk", 0, 1)
    # p0(1 − p0)(eʸ − 1) over 1 − p0 + p0eʸ, both divided by the larger exponential
    rise = np.exp(-np.abs(y))
    numerator = np.sign(y) * -np.expm1(-np.abs(y))
    denominator = np.where(y > 0, (1 - p0) * rise + p0, 1 - p0 + p0 * rise)
    share = p0 * (1 - p0)
    return as_given(np.where(share == 0, 0 * y, share * numerator / np.where(share == 0, 1.0, denominator)))


def rd_to_lnor(rd: npt.ArrayLike, control_risk: npt.ArrayLike) -> Number:
    r"""Return the log odds ratio of a risk difference where the risk of the control group is :math:`p_0`.

    Inverse: :func:`lnor_to_rd`.

    Raises
    ------
    InputError
        If the control risk, or the risk that it and the difference imply, is not between 0 and 1.

    Examples
    --------
    >>> float(rd_to_lnor(1 / 6, 0.5).round(4))
    0.6931
    """
    p0 = within(control_risk, "the control risk", 0, 1, open_low=True, open_high=True)
    p1 = p0 + to_floats(rd, "the risk difference")
    require(~((p1 <= 0) | (p1 >= 1)), p1, "the control risk plus the difference must lie between 0 and 1")
    return as_given(np.log(p1) - np.log1p(-p1) - np.log(p0) + np.log1p(-p0))
