"""The exact interval of one proportion."""

from __future__ import annotations

from ..errors import InputError
from .proportion_intervals import proportion_interval

__all__ = ["exact_interval"]


def exact_interval(events: float, n: float, *, level: float = 0.95) -> tuple[float, float]:
    r"""Return the exact (Clopper–Pearson) interval of a proportion, from beta quantiles.

    The limits are the :math:`α/2` quantile of :math:`\mathrm{Beta}(x, n-x+1)` and the :math:`1-α/2` quantile of
    :math:`\mathrm{Beta}(x+1, n-x)`, with :math:`α = 1 -` `level`; 0 and 1 at the ends.

    Parameters
    ----------
    events, n : float
        People with the event, of how many.
    level : float
        Confidence level.

    Raises
    ------
    InputError
        If the events are not between 0 and `n`, or `n` is not above 0.

    References
    ----------
    Clopper CJ, Pearson ES (1934). The use of confidence or fiducial limits illustrated in the case of the binomial.
    doi:10.1093/biomet/26.4.404

    Examples
    --------
    >>> tuple(round(limit, 4) for limit in exact_interval(0, 20))
    (0.0, 0.1684)
    """
    if not (n > 0 and 0 <= events <= n):
        raise InputError(f"{events:g} events in {n:g} people are not a proportion")
    low, high = proportion_interval(events, n, level=level, method="exact")
    return float(low), float(high)
