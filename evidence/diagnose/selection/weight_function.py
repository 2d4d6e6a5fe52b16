"""The weight function of a model, for figures and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...errors import InputError
from .choices import PRESTON
from .model import interval_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ...pool.core import Array
    from .choices import SelectionChoices

__all__ = ["weight_at"]


def weight_at(choices: SelectionChoices, delta: Array, at: ArrayLike, prec: float = 1.0) -> Array:
    r"""Return the weights of p-values; for truncations, of effects.

    The weights are δ of the interval for steps; :math:`p^{δ_1 - 1}(1-p)^{δ_2 - 1}`; :math:`e^{-δ c p^2}`;
    :math:`e^{-δ c p}`; :math:`2/(1 + e^{δ c p})`; :math:`(1-p)^{δ c}`; :math:`e^{-δ_1 c\,p^{1/δ_2}}`. With a threshold
    the weight is 1 up to it, and relative to the weight there beyond; c is `prec`.

    Parameters
    ----------
    choices : SelectionChoices
        The model.
    delta : array, shape (m,)
        Its parameters.
    at : array-like
        p-values or effects.
    prec : float
        The measure of imprecision.

    Raises
    ------
    InputError
        Where p-values are not between 0 and 1, values are not numbers, or `prec` is not a positive number.

    Examples
    --------
    >>> from .choices import check_selection
    >>> none = dict.fromkeys(("prec", "delta", "delta_min", "delta_max", "pval_min", "steps"))
    >>> asked = check_selection("3PSM", alternative="greater", scale_prec=True, decreasing=False, **none)
    >>> weight_at(asked, np.array([1.0, 0.3]), [0.01, 0.025, 0.5]).tolist()
    [1.0, 1.0, 0.3]
    """
    values = np.asarray(at, dtype=float)
    if choices.kind in ("trunc", "truncest"):
        cut = choices.steps[0] if choices.kind == "trunc" else float(delta[1])
        near = values > cut if choices.alternative == "greater" else values < cut
        return np.where(np.isnan(values), np.nan, np.where(near, 1.0, delta[0]))
    if not ((values >= 0) & (values <= 1)).all():
        raise InputError("p-values must lie between 0 and 1")
    if not (np.isfinite(prec) and prec > 0):
        raise InputError(f"prec={prec!r} must be a positive number")
    if choices.kind == "stepfun":
        return np.asarray(delta[interval_of(values, choices.steps)])
    p = np.clip(values, choices.pval_min, 1 - choices.pval_min)
    if choices.kind in PRESTON and choices.steps:
        alpha = np.array(choices.steps[0])
        return np.asarray(np.exp(_log(choices, delta, np.maximum(p, alpha), prec) - _log(choices, delta, alpha, prec)))
    return np.asarray(np.exp(_log(choices, delta, p, prec)))


def _log(choices: SelectionChoices, delta: Array, p: Array, prec: float) -> Array:
    """Return the logarithm of a smooth weight."""
    strength = float(delta[0]) * prec
    with np.errstate(divide="ignore"):
        match choices.kind:
            case "beta":
                return np.asarray((delta[0] - 1) * np.log(p) + (delta[1] - 1) * np.log1p(-p))
            case "halfnorm":
                return np.asarray(-strength * p**2)
            case "negexp":
                return np.asarray(-strength * p)
            case "logistic":
                return np.asarray(np.log(2) - np.logaddexp(0, strength * p))
            case "power":
                return np.asarray(strength * np.log1p(-p)) if strength > 0 else np.zeros_like(p)
    return np.asarray(-strength * p ** (1 / float(delta[1])))
