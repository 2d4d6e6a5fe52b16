"""The model without each study in turn, and why it sometimes cannot be fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..pool.hat import one_less_leverage
from .refit import ModelData, Refits, deleted_batch, refit, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..pool.core import Array

__all__ = ["NOT_ENOUGH", "Deletions", "decides_alone", "delete_each", "deleted_residuals", "estimable_without"]

NOT_ENOUGH = "without it there are no more studies than coefficients"
_ALONE = "without it the coefficients cannot be told apart"
# as in the check of a design: columns of unit length, and a share of a study below this is none
_COLLINEAR = 1e-11


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deletions:
    """A model fitted to all studies, and without each.

    Attributes
    ----------
    full : Refits
        The fit to all studies; B = 1.
    without : Refits
        The fits without one study, for the studies in `which`.
    which : array of int, shape (m,)
        The studies whose deletion leaves something to fit.
    q : array, shape (m,)
        Cochran's Q without them.
    reasons : tuple of str
        For each study why there is no fit without it; empty where there is one.
    """

    full: Refits
    without: Refits
    which: NDArray[np.intp]
    q: Array
    reasons: tuple[str, ...]


def estimable_without(data: ModelData) -> tuple[str, ...]:
    """Return for each study why the model cannot be fitted without it; empty text where it can."""
    if data.k - 1 <= data.p:
        return (NOT_ENOUGH,) * data.k
    return tuple(_ALONE if alone else "" for alone in decides_alone(data.design).tolist())


def decides_alone(design: Array) -> NDArray[np.bool_]:
    """Return which studies decide their own fitted value, whatever the weights: some coefficient rests on them alone.

    Their residual is 0 but for rounding, so that nothing can be made of it.

    Parameters
    ----------
    design : array, shape (k, p)
        The design, of full rank.

    Returns
    -------
    array of bool, shape (k,)

    Examples
    --------
    >>> decides_alone(np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])).tolist()
    [False, False, True]
    """
    unit = design / np.sqrt((design * design).sum(axis=0))
    return np.asarray(one_less_leverage(np.linalg.qr(unit)[0]) <= _COLLINEAR)


def delete_each(data: ModelData) -> Deletions:
    """Fit the model to all studies and without each of them, in one batch.

    Parameters
    ----------
    data : ModelData
        The data of the fit.
    """
    reasons = estimable_without(data)
    which = np.array([study for study, reason in enumerate(reasons) if not reason], dtype=np.intp)
    left_out = np.zeros((1 + len(which), data.k), dtype=bool)
    left_out[1 + np.arange(len(which)), which] = True
    batch = deleted_batch(data, left_out)
    fits = refit(batch, data.choices, data.weights)
    return Deletions(
        full=_part(fits, slice(0, 1)),
        without=_part(fits, slice(1, None)),
        which=which,
        q=spread(batch)[0][1:],
        reasons=reasons,
    )


def deleted_residuals(data: ModelData, found: Deletions) -> tuple[Array, Array, Array]:
    """Return how far each study lies from what the others predict, the standard error of that, and their ratio.

    Each is an array of shape (k,), NaN where there is no fit without the study.
    """
    rows, part = data.design[found.which], found.without
    resid, se, z = (np.full(data.k, np.nan) for _ in range(3))
    resid[found.which] = data.y[found.which] - (rows * part.coef).sum(axis=1)
    lean = (rows[:, None, :] @ part.inverse())[:, 0, :]
    se[found.which] = np.sqrt(part.scale * (data.v[found.which] + part.tau2 + (lean * lean).sum(axis=1)))
    return resid, se, np.divide(resid, se, out=z, where=se > 0)


def _part(fits: Refits, rows: slice) -> Refits:
    return Refits(
        tau2=fits.tau2[rows],
        scale=fits.scale[rows],
        df=fits.df[rows],
        coef=fits.coef[rows],
        factor=fits.factor[rows],
    )
