"""How far two reviewers agree: in percent, and beyond chance by Cohen's kappa."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..numbers import format_interval, format_number, format_percent
from .standing import TITLE_ABSTRACT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .standing import Ledger

__all__ = ["Agreement", "agreement", "cohen_kappa"]

_DECISIONS = ("include", "exclude", "maybe")
_NO_SPREAD = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The agreement of two reviewers at one stage.

    Attributes
    ----------
    stage : str
        Where.
    reviewers : tuple of str
        The two.
    pairs, agreed : int
        Records on which both decided; on which they decided alike.
    percent : float
        The share of those, in percent.
    kappa, ci_low, ci_high : float or None
        Cohen's kappa with its interval. Kappa is None where both gave one and the same decision throughout, or there
        are fewer than two pairs; the interval also where the standard error for large samples is 0.
    level : float
        Of the interval.
    table : tuple of tuple of int
        Counts by the decision of the first reviewer (rows) and of the second (columns): include, exclude, maybe.
    only_one : int
        Records on which one of the two alone decided.
    """

    stage: str
    reviewers: tuple[str, str]
    pairs: int
    agreed: int
    percent: float
    kappa: float | None
    ci_low: float | None
    ci_high: float | None
    level: float
    table: tuple[tuple[int, ...], ...]
    only_one: int

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return asdict(self)

    def lines(self) -> tuple[str, ...]:
        """Return it in words."""
        one, other = self.reviewers
        head = f"{one} and {other} at {self.stage}: {self.agreed} of {self.pairs} decisions alike"
        said = [f"{head} ({format_percent(self.percent, 1)})"]
        if self.kappa is None:
            said.append("Cohen's kappa is not defined: too few pairs, or only one decision occurs.")
        elif self.ci_low is None or self.ci_high is None:
            said.append(f"Cohen's kappa {format_number(self.kappa)}; its interval cannot be computed.")
        else:
            interval = format_interval(self.ci_low, self.ci_high)
            said.append(f"Cohen's kappa {format_number(self.kappa)} ({100 * self.level:g}% CI {interval})")
        if self.only_one:
            said.append(f"{self.only_one} more decided by one of the two alone.")
        return tuple(said)


def agreement(
    ledger: Ledger, *, stage: str = TITLE_ABSTRACT, reviewers: Sequence[str] = (), level: float = 0.95
) -> Agreement:
    """Return how far two reviewers agree, by their own decisions that hold; a consensus plays no part.

    Parameters
    ----------
    ledger : Ledger
        Where records stand.
    stage : str
        At which stage.
    reviewers : sequence of str
        The two; by default the only two who decided at the stage.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        If it is not clear which two, or they decided on no record in common.
    """
    if not 0 < level < 1:
        raise InputError(f"level is {level!r}; it must lie between 0 and 1")
    own = [entry.own for (_, where), entry in ledger.standings.items() if where == stage]
    there = sorted({name for decisions in own for name in decisions})
    wanted = list(dict.fromkeys(reviewers)) or there
    if len(wanted) != len(("one", "other")) or not set(wanted) <= set(there):
        asked = ", ".join(wanted) or "nobody"
        raise InputError(
            f"agreement is between two reviewers; asked for {asked}; at {stage} decided: {', '.join(there) or 'nobody'}"
        )
    one, other = wanted
    both = [(found[one].decision, found[other].decision) for found in own if one in found and other in found]
    if not both:
        raise InputError(f"{one} and {other} have decided on no record in common at {stage}")
    counts = tuple(tuple(both.count((a, b)) for b in _DECISIONS) for a in _DECISIONS)
    kappa, low, high = cohen_kappa(counts, level=level)
    agreed = sum(a == b for a, b in both)
    return Agreement(
        stage=stage,
        reviewers=(one, other),
        pairs=len(both),
        agreed=agreed,
        percent=100 * agreed / len(both),
        kappa=kappa,
        ci_low=low,
        ci_high=high,
        level=level,
        table=counts,
        only_one=sum((one in found) != (other in found) for found in own),
    )


def cohen_kappa(
    counts: Sequence[Sequence[int]], *, level: float = 0.95
) -> tuple[float | None, float | None, float | None]:
    r"""Return Cohen's kappa with the limits of its large-sample interval, cut at −1 and 1.

    :math:`\kappa = (p_o - p_e)/(1 - p_e)`; the variance is

    .. math:: \frac{\sum_i p_{ii}\{(1-p_e)-(p_{i.}+p_{.i})(1-p_o)\}^2
       + (1-p_o)^2\sum_{i\ne j}p_{ij}(p_{.i}+p_{j.})^2 - (p_o p_e-2p_e+p_o)^2}{n(1-p_e)^4}

    Parameters
    ----------
    counts : square table of int
        Rows: what the first said; columns: what the second said of the same things.
    level : float
        Of the interval.

    Returns
    -------
    kappa, low, high : float or None
        None where it is not defined.

    References
    ----------
    Cohen J. Educ Psychol Meas 1960;20:37-46. https://doi.org/10.1177/001316446002000104. Fleiss JL, Cohen J, Everitt
    BS. Psychol Bull 1969;72:323-7. https://doi.org/10.1037/h0028106

    Examples
    --------
    >>> [round(value, 3) for value in cohen_kappa([[20, 5], [10, 15]])]
    [0.4, 0.151, 0.649]
    """
    n = sum(map(sum, counts))
    size = range(len(counts))
    if n < len(("one", "other")):
        return None, None, None
    p = [[count / n for count in row] for row in counts]
    first = [sum(p[i]) for i in size]
    second = [sum(p[i][j] for i in size) for j in size]
    observed = sum(p[i][i] for i in size)
    chance = sum(first[i] * second[i] for i in size)
    if 1 - chance < _NO_SPREAD:
        return None, None, None
    kappa = (observed - chance) / (1 - chance)
    on = sum(p[i][i] * ((1 - chance) - (first[i] + second[i]) * (1 - observed)) ** 2 for i in size)
    off = (1 - observed) ** 2 * sum(p[i][j] * (second[i] + first[j]) ** 2 for i in size for j in size if i != j)
    variance = (on + off - (observed * chance - 2 * chance + observed) ** 2) / (n * (1 - chance) ** 4)
    if not variance > _NO_SPREAD:
        return kappa, None, None
    half = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(variance)
    return kappa, max(-1.0, kappa - half), min(1.0, kappa + half)
