"""From the scale on which effects are pooled back to the one that people read."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from . import scales
from .elementwise import to_floats
from .measures import effect_scale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .arrays import FloatArray

__all__ = ["back_transform", "harmonic_mean_n"]


def harmonic_mean_n(n: npt.ArrayLike) -> float:
    r"""Return the harmonic mean of sizes, :math:`k / \sum 1/n_i`, for a pooled Freeman–Tukey transform.

    Parameters
    ----------
    n : array_like
        Sample sizes, or person-times, each above 0.

    Raises
    ------
    InputError
        If there are none, or one is missing, infinite or not above 0.

    Examples
    --------
    >>> harmonic_mean_n([10, 40])
    16.0
    """
    sizes = to_floats(n, "n")
    _check_sizes(sizes, "n", "sample sizes")
    least = sizes.min()
    return float(least * (sizes.size / np.sum(least / sizes)))


def back_transform(
    y: npt.ArrayLike, measure: str, *, n: npt.ArrayLike | None = None, time: npt.ArrayLike | None = None
) -> FloatArray | np.float64:
    r"""Return effects, or the ends of their intervals, on the scale that readers know.

    ============================================= =============================================================
    pooled                                        read
    ============================================= =============================================================
    a logarithm (RR, OR, PLN, IRLN, MNLN, …)      :math:`e^y`
    a logit (PLO), a probit (PRZ)                 :math:`1/(1+e^{-y})`, :math:`\Phi(y)`
    an arcsine (PAS)                              :math:`\sin^2 y`
    a double arcsine (PFT)                        Miller's inverse, below
    a square root (IRS)                           :math:`y^2`
    a Freeman–Tukey rate (IRFT)                   :math:`(y - 1/(4ty))^2`
    Fisher's z (ZCOR, ZPCOR, ZSPCOR, ZPB, …)      :math:`\tanh y`
    Fisher's z of R (ZR2)                         :math:`\tanh^2 y`
    alpha by a cube root (AHW), a logarithm (ABT) :math:`1-(1-y)^3`, :math:`1-e^{-y}`
    ============================================= =============================================================

    .. math:: p = \tfrac12\left\{1 - \mathrm{sgn}(\cos 2y)
              \sqrt{1 - \left[\sin 2y + \frac{\sin 2y - 1/\sin 2y}{n}\right]^2}\right\}

    All other measures are returned as they are. What lies beyond the end of a scale, as the end of an interval can,
    becomes that end: a proportion stays in [0, 1], a rate and an R² do not fall below 0, nor does an alpha that was
    transformed.

    Parameters
    ----------
    y : array_like
        Values on the scale of ``yi``.
    measure : str
        The measure that they are of.
    n : array_like, optional
        For ``"PFT"`` only: the people behind each value, one number or one per value. For a study that is its own
        n. A pooled value belongs to no study; by Miller's proposal it takes :func:`harmonic_mean_n` of the studies,
        which is one convention among several and can mislead when sizes differ a lot.
    time : array_like, optional
        For ``"IRFT"`` only: the person-time behind each value, likewise.

    Returns
    -------
    ndarray, or a number if `y` is one
        The same shape as `y`.

    Raises
    ------
    OptionError
        If there is no such measure.
    InputError
        If ``"PFT"`` comes without `n` or ``"IRFT"`` without `time`, or with sizes that do not fit `y`.

    References
    ----------
    Miller JJ (1978). The inverse of the Freeman–Tukey double arcsine transformation.
    doi:10.1080/00031305.1978.10479283. On its limits: Schwarzer G and others (2019), doi:10.1002/jrsm.1348

    Examples
    --------
    >>> back_transform([-0.6931471805599453, 0.0], "RR")
    array([0.5, 1. ])
    >>> float(back_transform(1.0901, "PFT", n=20).round(3))
    0.8
    >>> float(back_transform(0.3541, "ZCOR").round(2))
    0.34
    """
    scale = effect_scale(measure)
    values = to_floats(y, "y")
    result: FloatArray | np.float64
    if scale == "freeman-tukey":
        result = scales.inverse_double_arcsine(values, _sizes_for(values, n, "n", *_PEOPLE))
    elif scale == "freeman-tukey-rate":
        result = scales.inverse_freeman_tukey_rate(values, _sizes_for(values, time, "time", *_TIMES))
    elif scale == "none":
        result = values.copy()
    else:
        result = _INVERSES[scale](values)
    return np.asarray(result)[()]


_INVERSES: Mapping[str, Callable[[npt.ArrayLike], FloatArray | np.float64]] = MappingProxyType(
    {
        "exp": scales.inverse_log,
        "logit": scales.inverse_logit,
        "probit": scales.inverse_probit,
        "arcsine": scales.inverse_arcsine,
        "square-root": scales.inverse_square_root,
        "fisher-z": scales.z_to_r,
        "fisher-z-squared": scales.z_to_r2,
        "hakstian-whalen": scales.inverse_hakstian_whalen,
        "bonett": scales.inverse_bonett,
    }
)
_PEOPLE = ("a double arcsine proportion (PFT)", "n of the studies", "sample sizes")
_TIMES = ("a Freeman–Tukey incidence rate (IRFT)", "times of the studies", "person-times")


def _check_sizes(sizes: FloatArray, name: str, kind: str) -> None:
    if sizes.size == 0 or not np.all(np.isfinite(sizes) & (sizes > 0)):
        raise InputError(f"{name} must be one or more finite {kind} above 0")


def _sizes_for(
    values: FloatArray, given: npt.ArrayLike | None, name: str, what: str, of_studies: str, kind: str
) -> FloatArray:
    if given is None:
        raise InputError(
            f"{what} needs {name} to be turned back: each study's own, or harmonic_mean_n({of_studies}) for a pooled "
            "value"
        )
    sizes = to_floats(given, name)
    _check_sizes(sizes, name, kind)
    if sizes.size != 1 and sizes.shape != values.shape:
        raise InputError(
            f"{name} has shape {sizes.shape}, y has {values.shape}: give one {name} per value, or one for all; "
            f"for a pooled value that is harmonic_mean_n({name})"
        )
    return sizes if sizes.size != 1 else sizes.reshape(())
