"""Which choice moves the estimates most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

__all__ = ["variance_share"]


def variance_share(estimates: ArrayLike, levels: Sequence[object]) -> float:
    r"""Return the share of the variance of estimates that lies between the levels of one choice.

    .. math:: \eta^2 = \frac{\sum_l n_l (\bar y_l - \bar y)^2}{\sum_i (y_i - \bar y)^2}

    Parameters
    ----------
    estimates : array-like, shape (m,)
        The estimate of each specification.
    levels : sequence, length m
        The level of the choice in each.

    Returns
    -------
    float
        Between 0 and 1; NaN where the estimates do not differ.

    Notes
    -----
    It is the main effect of one choice, taken alone. Shares of several choices add up to 1 only where these act apart
    from one another and every combination has an estimate.

    References
    ----------
    Liu XS (2022). Bias correction for eta squared in one-way ANOVA. doi:10.5964/meth.7745 (the definition)

    Examples
    --------
    >>> variance_share([1.0, 1.0, 3.0, 3.0], ["a", "a", "b", "b"])
    1.0
    >>> variance_share([1.0, 3.0, 1.0, 3.0], ["a", "a", "b", "b"])
    0.0
    """
    y = np.asarray(estimates, dtype=float)
    if len(y) < 2:
        return float("nan")
    y = y - y.mean()
    size = float(np.abs(y).max())
    # Differences of rounding are no differences: what was computed twice may differ in the last bits.
    if size <= 1e-12 * max(1.0, float(np.abs(np.asarray(estimates, dtype=float)).max())):
        return float("nan")
    y = y / size
    names = [repr(level) for level in levels]
    between = sum(
        float(chosen.sum()) * float(y[chosen].mean()) ** 2
        for chosen in (np.array([name == level for name in names]) for level in dict.fromkeys(names))
    )
    return min(1.0, between / float(y @ y))
