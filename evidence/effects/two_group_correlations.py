"""From a standardised mean difference to a correlation, and between the kinds of correlation with two groups.

`n1` and `n2` are the sizes of the groups; without them the groups count as equal and large. Each function takes a
number or an array and returns the same; NaN in gives NaN out.

Jacobs P, Viechtbauer W (2017). Estimation of the biserial correlation and its sampling variance for use in
meta-analysis. doi:10.1002/jrsm.1218
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from .elementwise import Number, as_given, require, to_floats, within

if TYPE_CHECKING:
    import numpy.typing as npt

    from .arrays import FloatArray

__all__ = ["d_to_rbis", "d_to_rpb", "rbis_to_d", "rbis_to_rpb", "rpb_to_d", "rpb_to_rbis"]


def d_to_rpb(d: npt.ArrayLike, *, n1: npt.ArrayLike | None = None, n2: npt.ArrayLike | None = None) -> Number:
    r"""Return the point-biserial correlation of a standardised mean difference, :math:`d/\sqrt{d^2 + h}`.

    :math:`h = m/n_1 + m/n_2` with :math:`m = n_1 + n_2 - 2`, or 4 without sizes. `d` is not corrected for its bias.
    Inverse: :func:`rpb_to_d`.

    Raises
    ------
    InputError
        If only one size is given, or a size is not above 0.

    Examples
    --------
    >>> float(d_to_rpb(0.5).round(4)), float(d_to_rpb(0.5, n1=20, n2=60).round(4))
    (0.2425, 0.2142)
    """
    values = to_floats(d, "d")
    return as_given(values / np.hypot(values, np.sqrt(_h(n1, n2))))


def rpb_to_d(r: npt.ArrayLike, *, n1: npt.ArrayLike | None = None, n2: npt.ArrayLike | None = None) -> Number:
    r"""Return the standardised mean difference of a point-biserial correlation, :math:`\sqrt h\, r/\sqrt{1 - r^2}`.

    `h` as for :func:`d_to_rpb`, the inverse; infinite at ±1.

    Examples
    --------
    >>> float(rpb_to_d(0.2425).round(2))
    0.5
    """
    values = within(r, "r", -1, 1)
    with np.errstate(divide="ignore"):
        return as_given(np.sqrt(_h(n1, n2)) * values / np.sqrt((1 - values) * (1 + values)))


def rpb_to_rbis(r: npt.ArrayLike, *, n1: npt.ArrayLike | None = None, n2: npt.ArrayLike | None = None) -> Number:
    r"""Return the biserial correlation of a point-biserial one, :math:`r\sqrt{pq}/\varphi(z)`.

    `p` and `q` are the shares of the groups and :math:`\varphi(z)` the normal density where they are cut; 1.2533 times
    `r` for equal groups. The result can lie beyond ±1. Inverse: :func:`rbis_to_rpb`.

    Examples
    --------
    >>> float(rpb_to_rbis(0.3).round(4))
    0.376
    """
    return as_given(within(r, "r", -1, 1) * _inflation(n1, n2))


def rbis_to_rpb(r: npt.ArrayLike, *, n1: npt.ArrayLike | None = None, n2: npt.ArrayLike | None = None) -> Number:
    r"""Return the point-biserial correlation of a biserial one: what is left of `r` once one variable is cut in two.

    :math:`r\,\varphi(z)/\sqrt{pq}`; 0.7979 times `r` for equal groups. Inverse: :func:`rpb_to_rbis`.

    Raises
    ------
    InputError
        If `r` is so far beyond ±1 that the point-biserial correlation would be too.

    Examples
    --------
    >>> float(rbis_to_rpb(0.376).round(3))
    0.3
    """
    values = to_floats(r, "r")
    found = values / _inflation(n1, n2)
    # a round trip may end a rounding error beyond 1
    require(~(np.abs(found) > 1 + 1e-12), found, "the point-biserial correlation must lie between −1 and 1")
    return as_given(np.clip(found, -1, 1))


def d_to_rbis(d: npt.ArrayLike, *, n1: npt.ArrayLike | None = None, n2: npt.ArrayLike | None = None) -> Number:
    """Return the correlation of two measurements, one of which was cut into the two groups that `d` compares.

    By way of the point-biserial correlation. Inverse: :func:`rbis_to_d`.

    Examples
    --------
    >>> float(d_to_rbis(0.4).round(4))
    0.2458
    """
    return rpb_to_rbis(d_to_rpb(d, n1=n1, n2=n2), n1=n1, n2=n2)


def rbis_to_d(r: npt.ArrayLike, *, n1: npt.ArrayLike | None = None, n2: npt.ArrayLike | None = None) -> Number:
    """Return the standardised mean difference between the groups into which one of two measurements is cut.

    `r` is the correlation of the two measurements. Inverse: :func:`d_to_rbis`.

    Examples
    --------
    >>> float(rbis_to_d(0.3).round(4))
    0.4931
    """
    return rpb_to_d(rbis_to_rpb(r, n1=n1, n2=n2), n1=n1, n2=n2)


def _sizes(n1: npt.ArrayLike | None, n2: npt.ArrayLike | None) -> tuple[FloatArray, FloatArray] | None:
    if n1 is None and n2 is None:
        return None
    if n1 is None or n2 is None:
        raise InputError("give both n1 and n2, or neither for two groups of one size")
    return within(n1, "n1", 0, np.inf, open_low=True), within(n2, "n2", 0, np.inf, open_low=True)


def _h(n1: npt.ArrayLike | None, n2: npt.ArrayLike | None) -> FloatArray:
    sizes = _sizes(n1, n2)
    if sizes is None:
        return np.asarray(4.0)
    m = sizes[0] + sizes[1] - 2
    require(m > 0, m, "n1 + n2 − 2 must be above 0")
    return m / sizes[0] + m / sizes[1]


def _inflation(n1: npt.ArrayLike | None, n2: npt.ArrayLike | None) -> FloatArray:
    from scipy.special import ndtri

    sizes = _sizes(n1, n2)
    p = np.asarray(0.5) if sizes is None else sizes[0] / (sizes[0] + sizes[1])
    density = np.exp(-(ndtri(p) ** 2) / 2) / np.sqrt(2 * np.pi)
    return np.asarray(np.sqrt(p * (1 - p)) / density)
