"""What a standardised mean difference says in other words, and back.

All take two normal distributions of one spread, :math:`d` standard deviations apart. Each function takes a number or
an array and returns the same; NaN in gives NaN out. Where the words do not tell which group is ahead (U1, overlap), the
way back gives the size of `d` without its sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .elementwise import Number, as_given, to_floats, within
from .two_group_correlations import d_to_rpb, rpb_to_d

if TYPE_CHECKING:
    import numpy.typing as npt

    from .arrays import FloatArray

__all__ = [
    "besd_to_d",
    "cles_to_d",
    "cliffs_delta_to_d",
    "d_to_besd",
    "d_to_cles",
    "d_to_cliffs_delta",
    "d_to_md",
    "d_to_overlap",
    "d_to_u1",
    "d_to_u2",
    "d_to_u3",
    "md_to_d",
    "overlap_to_d",
    "u1_to_d",
    "u2_to_d",
    "u3_to_d",
]


def d_to_u1(d: npt.ArrayLike) -> Number:
    r"""Return Cohen's U1, the share of both distributions together that does not overlap.

    :math:`U_1 = (2U_2 - 1)/U_2` with :math:`U_2 = \Phi(|d|/2)`. Cohen J (1988), chapter 2,
    doi:10.4324/9780203771587. Inverse: :func:`u1_to_d`.

    Examples
    --------
    >>> float(d_to_u1(0.5).round(3))
    0.33
    """
    u2 = _phi(np.abs(to_floats(d, "d")) / 2)
    return as_given((2 * u2 - 1) / u2)


def u1_to_d(u1: npt.ArrayLike) -> Number:
    r"""Return the size of the d that has this U1, :math:`2\Phi^{-1}\{1/(2 - U_1)\}`. See :func:`d_to_u1`.

    Examples
    --------
    >>> float(u1_to_d(d_to_u1(0.5)).round(6))
    0.5
    """
    return as_given(2 * _quantile(1 / (2 - within(u1, "U1", 0, 1))))


def d_to_u2(d: npt.ArrayLike) -> Number:
    r"""Return Cohen's U2, :math:`\Phi(d/2)`: the share of group 1 that exceeds the same share of group 2.

    Cohen J (1988), chapter 2, doi:10.4324/9780203771587. Inverse: :func:`u2_to_d`.

    Examples
    --------
    >>> float(d_to_u2(0.5).round(3))
    0.599
    """
    return as_given(_phi(to_floats(d, "d") / 2))


def u2_to_d(u2: npt.ArrayLike) -> Number:
    r"""Return the d that has this U2, :math:`2\Phi^{-1}(U_2)`. See :func:`d_to_u2`.

    Examples
    --------
    >>> float(u2_to_d(d_to_u2(-0.5)).round(6))
    -0.5
    """
    return as_given(2 * _quantile(within(u2, "U2", 0, 1)))


def d_to_u3(d: npt.ArrayLike) -> Number:
    r"""Return Cohen's U3, :math:`\Phi(d)`: the share of group 2 that lies below the mean of group 1.

    Cohen J (1988), chapter 2, doi:10.4324/9780203771587. Inverse: :func:`u3_to_d`.

    Examples
    --------
    >>> float(d_to_u3(0.5).round(3))
    0.691
    """
    return as_given(_phi(to_floats(d, "d")))


def u3_to_d(u3: npt.ArrayLike) -> Number:
    r"""Return the d that has this U3, :math:`\Phi^{-1}(U_3)`. See :func:`d_to_u3`.

    Examples
    --------
    >>> float(u3_to_d(d_to_u3(-0.5)).round(6))
    -0.5
    """
    return as_given(_quantile(within(u3, "U3", 0, 1)))


def d_to_overlap(d: npt.ArrayLike) -> Number:
    r"""Return the overlapping coefficient, :math:`2\Phi(-|d|/2)`: the area under both densities.

    Inman HF, Bradley EL (1989), doi:10.1080/03610928908830127. Inverse: :func:`overlap_to_d`.

    Examples
    --------
    >>> float(d_to_overlap(0.5).round(3))
    0.803
    """
    return as_given(2 * _phi(-np.abs(to_floats(d, "d")) / 2))


def overlap_to_d(overlap: npt.ArrayLike) -> Number:
    r"""Return the size of the d that has this overlap, :math:`-2\Phi^{-1}(o/2)`. See :func:`d_to_overlap`.

    Examples
    --------
    >>> float(overlap_to_d(d_to_overlap(0.5)).round(6))
    0.5
    """
    # adding 0 turns the negative zero of full overlap into 0
    return as_given(-2 * _quantile(within(overlap, "the overlap", 0, 1) / 2) + 0.0)


def d_to_cles(d: npt.ArrayLike) -> Number:
    r"""Return the common-language effect size, :math:`\Phi(d/\sqrt2)`.

    The probability that one of group 1 exceeds one of group 2; also the area under the ROC curve. McGraw KO, Wong SP
    (1992), doi:10.1037/0033-2909.111.2.361. Inverse: :func:`cles_to_d`.

    Examples
    --------
    >>> float(d_to_cles(0.5).round(3))
    0.638
    """
    return as_given(_phi(to_floats(d, "d") / np.sqrt(2)))


def cles_to_d(cles: npt.ArrayLike) -> Number:
    r"""Return the d that has this common-language effect size, :math:`\sqrt2\,\Phi^{-1}(c)`. See :func:`d_to_cles`.

    Examples
    --------
    >>> float(cles_to_d(0.638).round(2))
    0.5
    """
    return as_given(np.sqrt(2) * _quantile(within(cles, "the common-language effect size", 0, 1)))


def d_to_cliffs_delta(d: npt.ArrayLike) -> Number:
    r"""Return Cliff's delta, :math:`2\Phi(d/\sqrt2) - 1`: how much more often group 1 is ahead than group 2.

    Cliff N (1993), doi:10.1037/0033-2909.114.3.494. Inverse: :func:`cliffs_delta_to_d`.

    Examples
    --------
    >>> float(d_to_cliffs_delta(0.5).round(3))
    0.276
    """
    from scipy.special import erf

    return as_given(erf(to_floats(d, "d") / 2))


def cliffs_delta_to_d(delta: npt.ArrayLike) -> Number:
    r"""Return the d that has this Cliff's delta, :math:`\sqrt2\,\Phi^{-1}\{(1+\delta)/2\}`.

    Inverse: :func:`d_to_cliffs_delta`.

    Examples
    --------
    >>> float(cliffs_delta_to_d(d_to_cliffs_delta(-0.5)).round(6))
    -0.5
    """
    from scipy.special import erfinv

    return as_given(2 * erfinv(within(delta, "Cliff's delta", -1, 1)))


def d_to_besd(d: npt.ArrayLike) -> Number:
    r"""Return the success rate of group 1 in the binomial effect size display, :math:`\frac12 + \frac{r}{2}`.

    `r` is the point-biserial correlation of two groups of one size. Rosenthal R, Rubin DB (1982),
    doi:10.1037/0022-0663.74.2.166. Inverse: :func:`besd_to_d`.

    Examples
    --------
    >>> float(d_to_besd(0.5).round(3))
    0.621
    """
    return as_given(0.5 + np.asarray(d_to_rpb(d)) / 2)


def besd_to_d(rate: npt.ArrayLike) -> Number:
    """Return the d whose binomial effect size display has this success rate in group 1. See :func:`d_to_besd`.

    Examples
    --------
    >>> float(besd_to_d(d_to_besd(-0.5)).round(6))
    -0.5
    """
    return rpb_to_d(2 * within(rate, "the success rate", 0, 1) - 1)


def d_to_md(d: npt.ArrayLike, sd: npt.ArrayLike) -> Number:
    r"""Return the difference in the unit whose standard deviation is given, :math:`d \cdot s`.

    The standard deviation should be that of the people who are spoken of. Schünemann HJ and others, Cochrane Handbook,
    chapter 15, doi:10.1002/9781119536604.ch15. Inverse: :func:`md_to_d`.

    Examples
    --------
    >>> float(d_to_md(0.5, 14.0))
    7.0
    """
    return as_given(to_floats(d, "d") * within(sd, "sd", 0, np.inf, open_low=True))


def md_to_d(md: npt.ArrayLike, sd: npt.ArrayLike) -> Number:
    """Return a difference in standard deviations. See :func:`d_to_md`.

    Examples
    --------
    >>> float(md_to_d(7.0, 14.0))
    0.5
    """
    return as_given(to_floats(md, "md") / within(sd, "sd", 0, np.inf, open_low=True))


def _phi(x: FloatArray) -> FloatArray:
    from scipy.special import ndtr

    return np.asarray(ndtr(x), dtype=np.float64)


def _quantile(p: FloatArray) -> FloatArray:
    from scipy.special import ndtri

    return np.asarray(ndtri(p), dtype=np.float64)
