"""Fail-safe numbers: how many unseen studies without an effect would undo the result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from ...card import Card, Carded, show_number
from ...errors import InputError
from ...numbers import format_number, format_p
from ...pool import PooledResult
from ...vocabulary import FailSafeType, check_flag, check_option
from .data import check_refit, read_data
from .file_drawer import DrawerSearch, FileDrawer, search_file_drawer

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from .data import StudyData

__all__ = ["FailSafeN", "fail_safe_n"]

_CANNOT_TELL = (
    "A fail-safe number supposes unseen studies without any effect on average; unseen studies of the opposite "
    "direction undo a result far sooner. The Cochrane Handbook advises against it. It is no evidence that bias is "
    "absent."
)
# a count this close to a whole number is that number
_ROUNDING = math.sqrt(np.finfo(float).eps)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FailSafeN(Carded):
    """A fail-safe number.

    Attributes
    ----------
    type : {"Rosenthal", "Orwin", "Rosenberg", "General"}
        How it was found.
    n : float
        The number of studies, rounded up; infinite where no number would do.
    at_least : bool
        Whether the search ended before the number was found, so that it is larger than `n`.
    k : int
        Number of studies.
    alpha : float
        The level that significance is to be brought to; NaN where a target effect decides.
    target : float
        The effect that the mean is to be brought to; NaN where significance decides.
    estimate, tau2, pvalue : float
        What was observed: the mean and its between-study variance and p-value; NaN where the method has none. For
        Rosenthal the p-value is one-sided, of Stouffer's sum of z.
    estimate_with, tau2_with, pvalue_with : float
        For General, the same with the `n` studies.
    exact : bool
        For General, whether the model was fitted to the studies with those added.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    type: str
    n: float
    at_least: bool
    k: int
    alpha: float
    target: float
    estimate: float
    tau2: float
    pvalue: float
    estimate_with: float
    tau2_with: float
    pvalue_with: float
    exact: bool
    cautions: tuple[str, ...]

    def _card(self) -> Card:
        bound = "more than " if self.at_least else ""
        sides = "one-sided" if self.type == "Rosenthal" else "two-sided"
        goal = (
            f"{sides} p = {format_number(self.alpha, 3)}"
            if math.isnan(self.target)
            else f"a mean effect of {show_number(self.target)}"
        )
        facts = [("fail-safe N", f"{bound}{format_number(self.n, 0)}"), ("k", str(self.k)), ("to reach", goal)]
        for name, value in (("mean effect", self.estimate), ("τ²", self.tau2)):
            if math.isfinite(value):
                facts.append((name, show_number(value)))
        if math.isfinite(self.pvalue):
            facts.append(("observed", format_p(self.pvalue)))
        if math.isfinite(self.pvalue_with):
            facts.append(("with the studies", f"{show_number(self.estimate_with)}, {format_p(self.pvalue_with)}"))
        return Card(title=f"Fail-safe N ({self.type})", facts=tuple(facts), cautions=self.cautions)


def fail_safe_n(
    fit: PooledResult | pd.DataFrame | ArrayLike,
    vi: ArrayLike | None = None,
    *,
    type: str | None = None,  # noqa: A002
    alpha: float = 0.05,
    target: float | None = None,
    weighted: bool = True,
    exact: bool = False,
    tau2: str | float | None = None,
    test: str | None = None,
) -> FailSafeN:
    r"""Return the number of unseen studies averaging no effect that would undo the result.

    Rosenthal: :math:`(\sum z_i)^2/z_{1-α}^2 - k` brings Stouffer's sum to one-sided p = `alpha`. Orwin:
    :math:`k(\bar y - t)/t` brings the mean to `target`. Rosenberg:
    :math:`k[(\sum w_i y_i)^2/z_{1-α/2}^2 - \sum w_i]/\sum w_i` brings the equal-effects mean to two-sided
    p = `alpha`. General: as many studies of mean 0, variance :math:`\tilde v + τ²` and sampling variance
    :math:`\tilde v` (the harmonic mean) as bring the model of the fit to p ≥ `alpha`, or to `target`.

    Parameters
    ----------
    fit : PooledResult, array-like of shape (k,) or DataFrame
        A fit without moderators; or effects; or a table with columns ``yi`` and ``vi``.
    vi : array-like, shape (k,), optional
        Sampling variances, where effects were given.
    type : {"Rosenthal", "Orwin", "Rosenberg", "General"}, optional
        The method; General for a fit by default, Rosenthal for arrays.
    alpha : float
        The level: one-sided for Rosenthal, two-sided otherwise.
    target : float, optional
        For Orwin and General, the effect to reach. For Orwin half the mean by default. It takes the sign of the mean,
        with a caution where that is another.
    weighted : bool
        For Orwin, whether the mean is weighted by inverse variances.
    exact : bool
        For General, whether the model is fitted anew with the studies added, up to 5000 of them; else τ² is
        approximated by the variance of the mixture. A test other than ``"z"`` is always exact.
    tau2, test : optional
        For General, instead of those of the fit; as for `evidence.pool.pool`.

    Returns
    -------
    FailSafeN

    Raises
    ------
    InputError
        With one study, moderators, a level not between 0 and 1, options that do not belong to the method, or, for
        General without a target, a fit without a p-value.

    Notes
    -----
    metafor's ``fsn()`` from version 4 on, where Orwin's mean is weighted if variances are given; ``weighted=False`` is
    Orwin's mean in version 3.

    References
    ----------
    Rosenthal R (1979). The file drawer problem and tolerance for null results. doi:10.1037/0033-2909.86.3.638.
    Orwin RG (1983). A fail-safe N for effect size in meta-analysis. doi:10.3102/10769986008002157.
    Rosenberg MS (2005). The file-drawer problem revisited. doi:10.1111/j.0014-3820.2005.tb01004.x.

    Examples
    --------
    >>> found = fail_safe_n([0.4, 0.5, 0.3, 0.6], [0.04, 0.03, 0.05, 0.09], type="Rosenthal")
    >>> found.n, round(found.pvalue, 6)
    (22.0, 1.9e-05)
    """
    given_fit = isinstance(fit, PooledResult)
    kind = check_option("type", ("General" if given_fit else "Rosenthal") if type is None else type, FailSafeType)
    data = read_data(fit, vi, what="fail_safe_n()", tau2=tau2, test=test, moderators=False)
    if data.k < 2:
        raise InputError("fail_safe_n() needs at least two studies; there is one")
    if isinstance(alpha, bool) or not isinstance(alpha, (int, float)) or not 0 < alpha < 0.5:
        raise InputError(f"alpha={alpha!r} must lie between 0 and 0.5, such as 0.05")
    if target is not None and kind not in ("Orwin", "General"):
        raise InputError(f"target is for Orwin and General; type={kind!r} brings significance to alpha")
    _check_target(target)
    check_flag("weighted", weighted)
    check_flag("exact", exact)
    match kind:
        case "Rosenthal":
            return _rosenthal(data, alpha)
        case "Orwin":
            return _orwin(data, target, weighted=weighted)
        case "Rosenberg":
            return _rosenberg(data, alpha)
        case _:
            return _general(data, alpha, target, exact=exact)


def _check_target(target: object) -> None:
    if target is None:
        return
    if isinstance(target, bool) or not isinstance(target, (int, float, np.number)) or not math.isfinite(target):
        raise InputError(f"target={target!r} must be a finite number, the effect to reach, such as 0.1")


def _turned(target: float | None, goal: float) -> tuple[str, ...]:
    """Say that a target was taken with the sign of the mean, where it has the other."""
    if target is None or target == 0 or (target > 0) == (goal > 0):
        return ()
    return (
        f"The mean lies on the other side of 0 than target={show_number(target)}: "
        f"{show_number(goal)} was taken as the effect to reach.",
    )


def _rosenthal(data: StudyData, alpha: float) -> FailSafeN:
    total, critical = abs(float((data.yi / data.sei).sum())), float(-ndtri(alpha))
    return _result(
        data,
        "Rosenthal",
        max(0.0, (total / critical) ** 2 - data.k),
        alpha=alpha,
        pvalue=float(ndtr(-total / math.sqrt(data.k))),
    )


def _orwin(data: StudyData, target: float | None, *, weighted: bool) -> FailSafeN:
    w = data.vi.min() / data.vi if weighted else np.ones(data.k)
    mean = float((w * data.yi).sum() / w.sum())
    goal = mean / 2 if target is None else math.copysign(target, mean)
    n = 0.0 if mean == 0 else math.inf if goal == 0 else max(0.0, data.k * (mean - goal) / goal)
    return _result(data, "Orwin", n, target=goal, estimate=mean, cautions=_turned(target, goal))


def _rosenberg(data: StudyData, alpha: float) -> FailSafeN:
    unit = float(data.vi.min())
    w = unit / data.vi
    mean = float((w * data.yi).sum() / w.sum())
    z = mean * math.sqrt(float(w.sum()) / unit)
    critical = float(-ndtri(alpha / 2))
    n = max(0.0, data.k * ((z / critical) ** 2 - 1))
    return _result(data, "Rosenberg", n, alpha=alpha, estimate=mean, pvalue=2 * float(ndtr(-abs(z))))


def _general(data: StudyData, alpha: float, target: float | None, *, exact: bool) -> FailSafeN:
    check_refit(data.choices, what="fail_safe_n(type='General')")
    drawer = FileDrawer.of(data, exact=exact)
    if target is None and math.isnan(drawer.observed().pvalue):
        raise InputError(
            f"there is no p-value to bring to alpha: the effects are all alike, so that with test={drawer.test!r} the "
            "standard error is 0. Give test='z', or type='Rosenberg', or a target"
        )
    goal = math.nan
    found: DrawerSearch = search_file_drawer(drawer, alpha=alpha, target=target)
    cautions = (
        ("With more than 5000 studies added τ² was approximated, not fitted.",)
        if drawer.exact and found.n > drawer.exact_most
        else ()
    )
    if target is not None:
        goal = math.copysign(target, found.before.estimate)
        cautions = (*cautions, *_turned(target, goal))
    return _result(
        data,
        "General",
        found.n,
        alpha=alpha if target is None else math.nan,
        target=goal,
        estimate=found.before.estimate,
        tau2=found.before.tau2,
        pvalue=found.before.pvalue,
        estimate_with=found.after.estimate,
        tau2_with=found.after.tau2,
        pvalue_with=found.after.pvalue,
        exact=drawer.exact,
        at_least=found.at_least,
        cautions=cautions,
    )


def _result(
    data: StudyData,
    type: str,  # noqa: A002
    n: float,
    *,
    alpha: float = math.nan,
    target: float = math.nan,
    estimate: float = math.nan,
    tau2: float = math.nan,
    pvalue: float = math.nan,
    estimate_with: float = math.nan,
    tau2_with: float = math.nan,
    pvalue_with: float = math.nan,
    exact: bool = False,
    at_least: bool = False,
    cautions: tuple[str, ...] = (),
) -> FailSafeN:
    near = math.isfinite(n) and abs(n - round(n)) < _ROUNDING
    return FailSafeN(
        type=type,
        n=float(round(n)) if near else float(math.ceil(n)) if math.isfinite(n) else n,
        at_least=at_least,
        k=data.k,
        alpha=alpha,
        target=target,
        estimate=estimate,
        tau2=tau2,
        pvalue=pvalue,
        estimate_with=estimate_with,
        tau2_with=tau2_with,
        pvalue_with=pvalue_with,
        exact=exact,
        cautions=(*cautions, _CANNOT_TELL),
    )
