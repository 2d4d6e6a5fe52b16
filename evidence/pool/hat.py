r"""The hat matrix of a weighted regression, :math:`H = QQ'`, where one study may hold nearly all the weight.

Then its leverage is nearly 1, and what is wanted, :math:`1 - h`, is lost to cancellation if it is computed so. At most
p studies can be in that position; for them the elements of H outside the diagonal, which are computed without
subtraction, say the same: H is idempotent, so :math:`h_i (1 - h_i) = \sum_{j \ne i} h_{ij}^2`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["off_diagonal", "one_less_leverage"]

_HIGH = 0.9


def one_less_leverage(basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return :math:`1 - h_i` for each study.

    Parameters
    ----------
    basis : array, shape (..., k, p)
        Orthonormal columns Q.
    """
    leverage = _leverage(basis)
    rest = np.asarray(1 - leverage)
    if (leverage < _HIGH).all():
        return rest
    top, others = _top_rows(basis, leverage)
    highest = np.take_along_axis(leverage, top, axis=-1)
    exact = (others * others).sum(axis=-1) / np.where(highest > 0, highest, 1.0)
    np.put_along_axis(rest, top, np.where(highest >= _HIGH, exact, 1 - highest), axis=-1)
    return rest


def off_diagonal(w: NDArray[np.float64], basis: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Return :math:`\sum_{i \ne j} w_i w_j h_{ij}^2`.

    Parameters
    ----------
    w : array, shape (..., k)
        Weights.
    basis : array, shape (..., k, p)
        Orthonormal columns Q.
    """
    leverage = _leverage(basis)
    if (leverage < _HIGH).all():
        return _pairs(w, basis, leverage)
    top, others = _top_rows(basis, leverage)
    own = np.take_along_axis(w, top, axis=-1)
    rest = w.copy()
    np.put_along_axis(rest, top, 0.0, axis=-1)
    # pairs with a top study come once from its row of H with all, once more with those below the top
    with_top = ((others * others) * (w + rest)[..., None, :]).sum(axis=-1)
    return np.asarray((own * with_top).sum(axis=-1) + _pairs(rest, basis, leverage))


def _pairs(w: NDArray[np.float64], basis: NDArray[np.float64], leverage: NDArray[np.float64]) -> NDArray[np.float64]:
    inner = np.swapaxes(basis, -1, -2) @ (w[..., None] * basis)
    return np.asarray((inner * inner).sum(axis=(-2, -1)) - np.square(w * leverage).sum(axis=-1))


def _leverage(basis: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.einsum("...ij,...ij->...i", basis, basis))


def _top_rows(
    basis: NDArray[np.float64], leverage: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the p studies of highest leverage, shape (..., p), and their rows of H without the diagonal."""
    p = basis.shape[-1]
    top = np.argpartition(-leverage, p - 1, axis=-1)[..., :p]
    others = np.take_along_axis(basis, top[..., None], axis=-2) @ np.swapaxes(basis, -1, -2)
    np.put_along_axis(others, top[..., None], 0.0, axis=-1)
    return top, others
