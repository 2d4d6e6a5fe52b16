r"""Logarithms of the weight functions, and their derivatives in the selection parameters.

Every weight is used through its logarithm :math:`\ell(p; θ)`. Step functions, the beta weight and three of the four of
Preston and others are linear in their working parameters θ (for steps the logarithms of δ): they need no more than an
offset and a basis. The logistic weight and the negative exponential of a power are curved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...pool.core import Array

__all__ = ["Curved", "Linear", "Terms", "curve", "slopes", "terms_at"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linear:
    """A log-weight that is linear in its working parameters.

    Attributes
    ----------
    offset : array, shape (1, P) or (k, P)
        What does not depend on them; −∞ for a weight of 0.
    basis : array, shape (1, P, m) or (k, P, m)
        The factors of the parameters.
    """

    offset: Array
    basis: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curved:
    """A log-weight that is not.

    Attributes
    ----------
    kind : {"logistic", "negexppow"}
        The weight function.
    log_p : array, shape (1, P) or (k, P)
        Logarithms of p, not below that of the threshold.
    log_alpha : float
        The logarithm of the threshold up to which the weight is 1; −∞ for none.
    prec : array, shape (1, 1) or (k, 1)
        The measure of imprecision.
    fixed : array, shape (parameters,)
        Working parameters; NaN where they are free.
    """

    kind: str
    log_p: Array
    log_alpha: float
    prec: Array
    fixed: Array


Terms = Linear | Curved


def terms_at(terms: Terms, theta: Array, rows: slice) -> tuple[Array, Array, Array | None]:
    """Return log-weights and their first and second derivatives.

    Parameters
    ----------
    terms : Linear or Curved
        The weight function at some points.
    theta : array, shape (S, m)
        Free working parameters.
    rows : slice
        The studies.

    Returns
    -------
    value : array, shape (S, 1 or k, P)
    first : array, shape (1 or S, 1 or k, P, m)
    second : array, shape (S, 1 or k, P, m, m), or None where it is 0
    """
    if isinstance(terms, Linear):
        offset, basis = _rows(terms.offset, rows), _rows(terms.basis, rows)
        value = offset + (basis @ theta[:, None, :, None])[..., 0]
        return value, basis[None], None
    free = np.isnan(terms.fixed)
    full = np.repeat(terms.fixed[None], len(theta), axis=0)
    full[:, free] = theta
    log_p, prec = _rows(terms.log_p, rows), _rows(terms.prec, rows)
    value, first, second = curve(terms.kind, log_p, prec, full)
    if terms.log_alpha > -math.inf:
        below = curve(terms.kind, np.full((1, 1), terms.log_alpha), prec, full)
        value, first, second = value - below[0], first - below[1], second - below[2]
    return value, first[..., free], second[..., free, :][..., free]


def _rows(values: Array, rows: slice) -> Array:
    return values if len(values) == 1 else values[rows]


def slopes(kind: str, log_p: Array, log_rest: Array) -> Array:
    r"""Return what multiplies the parameters of a linear weight, stacked on the last axis.

    ``halfnorm`` :math:`-p^2`, ``negexp`` :math:`-p`, ``power`` :math:`\log(1 - p)`, ``beta`` :math:`\log p` and
    :math:`\log(1-p)`.
    """
    match kind:
        case "halfnorm":
            return -np.exp(2 * log_p)[..., None]
        case "negexp":
            return -np.exp(log_p)[..., None]
        case "power":
            return log_rest[..., None]
    return np.stack([log_p, log_rest], axis=-1)


def curve(kind: str, log_p: Array, prec: Array, theta: Array) -> tuple[Array, Array, Array]:
    r"""Return a curved log-weight and its derivatives in all its parameters.

    ``logistic`` is :math:`\log 2 - \log(1 + e^{δ c p})`; ``negexppow`` is :math:`-δ_1 c\,p^{1/δ_2}` with the working
    parameters :math:`\log δ_1` and :math:`\log δ_2`; c is the measure of imprecision.

    Parameters
    ----------
    kind : {"logistic", "negexppow"}
        The weight function.
    log_p : array, shape (1 or k, P)
        Logarithms of p.
    prec : array, shape (1 or k, 1)
        c.
    theta : array, shape (S, 1) or (S, 2)
        Working parameters.
    """
    if kind == "logistic":
        size = prec * np.exp(log_p)
        x = theta[:, 0, None, None] * size
        share = 1 / (1 + np.exp(-x))
        value = math.log(2) - np.logaddexp(0, x)
        return value, (-size * share)[..., None], (-(size**2) * share * (1 - share))[..., None, None]
    strength, log_power = np.exp(theta[:, 0, None, None]), theta[:, 1, None, None]
    with np.errstate(over="ignore"):
        a = log_p * np.exp(-log_power)
    value = -strength * prec * np.exp(a)
    # p = 0 to the power: its products with the logarithm are 0
    a = np.where(np.isfinite(a), a, 0.0)
    slope = -value * a
    first = np.stack([value, slope], axis=-1)
    second = np.stack([np.stack([value, slope], -1), np.stack([slope, value * a * (a + 1)], -1)], -2)
    return value, first, second
