"""Permutation tests of a pooled effect and of moderators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..numbers import format_number
from ..pool.core import make_batch
from ..vocabulary import Alternative, PermutationStatistic, PValueDefinition, check_option
from .arrangements import all_deals, all_flips, count_deals, draw_deals, draw_flips, row_groups
from .checks import check_count, check_fit, check_seed, show_count
from .permutation_result import PermutationTest
from .progress import parts
from .refit import ModelData, Refits, model_data, refit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..pool import PooledResult
    from ..pool.core import Array

__all__ = ["permutation_test"]

_EXACT_MOST = 1 << 17
_FORCED_MOST = 1 << 23
_SAMPLE = 10_000
# statistics this close count as ties
_TIE = float(np.sqrt(np.finfo(float).eps))
# numbers held at once by a batch of arrangements
_ELEMENTS = 100_000
# arrangements that take more than a moment
_LONG = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Statistics:
    """Test statistics (N, p), coefficients (N, p) and joint tests (N,) of some arrangements."""

    z: Array
    coef: Array
    qm: Array

    def row(self, row: int) -> _Statistics:
        """Return those of one arrangement."""
        part = slice(row, row + 1)
        return _Statistics(z=self.z[part], coef=self.coef[part], qm=self.qm[part])


def permutation_test(
    fit: PooledResult,
    *,
    iterations: int | None = None,
    exact: bool | None = None,
    alternative: str = "two.sided",
    p2defn: str = "abs",
    stat: str = "test",
    seed: int | None = None,
    progress: bool | None = None,
) -> PermutationTest:
    r"""Test coefficients by rearranging the data instead of trusting a distribution.

    Without moderators the signs of the effects are flipped: if the true mean is 0 and the effects are distributed
    symmetrically, each of the :math:`2^k` choices of signs is as likely as the other. With moderators the rows of the
    design are dealt out anew among the studies. The model is fitted to each arrangement, τ² included. Statistics
    within 1.5e-8 of the observed one count as ties with it.

    Parameters
    ----------
    fit : PooledResult
        A fit of two or more studies, with or without moderators, by any estimator and test.
    iterations : int, optional
        How many arrangements to use. Where there are no more distinct ones, all are used and the test is exact;
        otherwise the observed one and a sample. By default all up to 131,072, else 10,000.
    exact : bool, optional
        True asks for all arrangements whatever their number, so that `iterations` does not go with it; False for a
        sample even where there are few.
    alternative : {"two.sided", "less", "greater"}
        Side of the test.
    p2defn : {"abs", "px2"}
        Two-sided p-values: the share of statistics at least as large in absolute value, or twice the share at
        least as far out on the observed side of their median.
    stat : {"test", "coef"}
        What is compared: test statistics or coefficients.
    seed : int, optional
        Seed of a sample; a fresh one by default, recorded in the result.
    progress : bool, optional
        Whether to show a progress bar on stderr; by default where it is a terminal and the work is long.

    Returns
    -------
    PermutationTest

    Raises
    ------
    OptionError
        Where an option has a value that is not allowed.
    InputError
        Where there is a single study, no test statistic, or there are too many arrangements for ``exact=True``.
    ConvergenceError
        Where τ² of an arrangement was not found.

    References
    ----------
    Follmann DA, Proschan MA (1999). Valid inference in random effects meta-analysis.
    doi:10.1111/j.0006-341X.1999.00732.x.
    Higgins JPT, Thompson SG (2004). Controlling the risk of spurious findings from meta-regression.
    doi:10.1002/sim.1752.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> found = permutation_test(pool([0.1, 0.3, 0.2, 0.4, 0.5, 0.3], [0.02, 0.03, 0.02, 0.03, 0.02, 0.01]))
    >>> found.pvalue.tolist(), found.iterations, found.exact
    ([0.03125], 64, True)
    """
    check_fit(fit, what="permutation_test()")
    check_option("alternative", alternative, Alternative)
    check_option("p2defn", p2defn, PValueDefinition)
    check_option("stat", stat, PermutationStatistic)
    data = model_data(fit)
    groups = None if data.x is None else row_groups(data.x)
    possible = 1 << data.k if groups is None else count_deals(groups)
    count, everything = _how_many(iterations, exact, possible)
    drawn = None if everything else check_seed(seed)
    if drawn is None:
        found, observed = _all(data, groups, progress=progress)
    else:
        found = _sample(data, count, seed=drawn, progress=progress)
        observed = found.row(0)
    if np.isnan(observed.z).any():
        raise InputError("the fit has no test statistic: its effects and their standard error are 0")
    pvalue = _pvalues(found, observed, alternative=alternative, p2defn=p2defn, stat=stat)
    joint = float(np.mean(found.qm >= observed.qm[0] - _tie(observed.qm)[0]))
    used = len(found.qm)
    inference = fit.inference
    return PermutationTest(
        terms=fit.design.names,
        estimate=inference.coef,
        se=inference.se,
        statistic=inference.statistic,
        pvalue=pvalue,
        mc_error=_mc_error(pvalue, used, exact=drawn is None),
        model_pvalue=inference.pvalue,
        ci_low=inference.ci_low,
        ci_high=inference.ci_high,
        qm=float(observed.qm[0]),
        qm_pvalue=joint,
        qm_mc_error=float(_mc_error(np.array([joint]), used, exact=drawn is None)[0]),
        iterations=used,
        possible=possible,
        exact=drawn is None,
        seed=drawn,
        alternative=alternative,
        p2defn=p2defn,
        stat=stat,
        statistics=found.z,
        coefficients=found.coef,
        qms=found.qm,
        cautions=(
            *_cautions(data, possible, used if drawn is not None else None, alternative=alternative),
            *_no_statistic(fit),
        ),
    )


def _how_many(iterations: int | None, exact: bool | None, possible: int) -> tuple[int, bool]:
    """Return how many arrangements to use, and whether that is all of them."""
    if exact is not None and not isinstance(exact, bool):
        raise InputError(f"exact={exact!r} must be True, False or None")
    asked = None if iterations is None else check_count("iterations", iterations)
    if exact and asked is not None:
        raise InputError(
            f"exact=True takes all arrangements, so that iterations={asked} has no meaning; leave out one of the two"
        )
    if exact:
        if possible > _FORCED_MOST:
            raise InputError(
                f"an exact test would take {show_count(possible)} arrangements, more than {_FORCED_MOST}; "
                "leave out exact and give iterations="
            )
        return possible, True
    if exact is None and possible <= (_EXACT_MOST if asked is None else asked):
        return possible, True
    return asked or _SAMPLE, False


def _all(data: ModelData, groups: NDArray[np.intp] | None, *, progress: bool | None) -> tuple[_Statistics, _Statistics]:
    """Return the statistics of all arrangements, and of the observed one."""
    if groups is None or data.x is None:
        half = _in_parts(data, None, all_flips(data.k), progress=progress)
        # with all signs turned the coefficient turns too, and the squared statistic stays
        both = _Statistics(
            z=np.concatenate([half.z, -half.z]),
            coef=np.concatenate([half.coef, -half.coef]),
            qm=np.concatenate([half.qm, half.qm]),
        )
        return both, half.row(0)
    ordered = data.x[np.argsort(groups, kind="stable")]
    return _in_parts(data, ordered, all_deals(groups), progress=progress), _dealt(data, data.x, np.arange(data.k)[None])


def _sample(data: ModelData, count: int, *, seed: int, progress: bool | None) -> _Statistics:
    """Return the statistics of the observed arrangement and of a sample of others."""
    if data.x is None:
        signs = np.vstack([np.ones(data.k), draw_flips(data.k, count - 1, seed=seed)])
        return _in_parts(data, None, signs, progress=progress)
    orders = np.vstack([np.arange(data.k), draw_deals(data.k, count - 1, seed=seed)])
    return _in_parts(data, data.x, orders, progress=progress)


def _in_parts(data: ModelData, x: Array | None, arrangements: NDArray[Any], *, progress: bool | None) -> _Statistics:
    """Return the statistics of arrangements: signs where `x` is None, else orders of the studies for this design."""
    n = len(arrangements)
    size = max(1, _ELEMENTS // (data.k * data.p))
    found = [
        _flipped(data, arrangements[part]) if x is None else _dealt(data, x, arrangements[part])
        for part in parts(n, size, name="Fitting arrangements", progress=progress, long=n > _LONG)
    ]
    return _Statistics(
        z=np.concatenate([part.z for part in found]),
        coef=np.concatenate([part.coef for part in found]),
        qm=np.concatenate([part.qm for part in found]),
    )


def _flipped(data: ModelData, signs: Array) -> _Statistics:
    """Fit a mean to effects with these signs."""
    y = signs * (data.y + data.center)
    fits = refit(make_batch(y, np.broadcast_to(data.v, y.shape)), data.choices, data.weights)
    return _statistics(data, fits, fits.coef)


def _dealt(data: ModelData, x: Array, orders: NDArray[np.intp]) -> _Statistics:
    """Fit the design to the effects in these orders."""
    batch = make_batch(data.y[orders], data.v[orders], x)
    weights = None if data.weights is None else data.weights[orders]
    fits = refit(batch, data.choices, weights)
    return _statistics(data, fits, data.original(fits.coef))


def _statistics(data: ModelData, fits: Refits, coef: Array) -> _Statistics:
    """Return test statistics, infinite where a standard error is 0, coefficients and joint tests."""
    inverse = fits.inverse() / data.units[:, None]
    se = np.sqrt(fits.scale[:, None] * (inverse * inverse).sum(axis=-1))
    beyond = np.where(coef == 0, np.nan, np.copysign(np.inf, coef))
    z = np.divide(coef, se, out=beyond, where=se > 0)
    tested = [column for column in range(data.p) if data.x is None or column != data.intercept]
    if len(tested) == 1:
        return _Statistics(z=z, coef=coef, qm=z[:, tested[0]] ** 2)
    part = inverse[:, tested, :]
    # the inverse of V for these coefficients from a QR of its root: V = s A A', so A' = QR gives V⁻¹ = (R'R)⁻¹/s
    root = np.linalg.qr(np.swapaxes(part, -1, -2), mode="r")
    turned = np.linalg.solve(np.swapaxes(root, -1, -2), coef[:, tested, None])[..., 0]
    top = (turned * turned).sum(axis=-1)
    divisor = fits.scale * (1 if data.choices.test == "z" else len(tested))
    qm = np.divide(top, divisor, out=np.where(top > 0, np.inf, np.nan), where=divisor > 0)
    return _Statistics(z=z, coef=coef, qm=qm)


def _pvalues(found: _Statistics, observed: _Statistics, *, alternative: str, p2defn: str, stat: str) -> Array:
    """Return the share of arrangements at least as extreme as the observed one, for each coefficient."""
    if stat == "test":
        all_of_them, mine = found.z, observed.z[0]
        tie = _tie(mine)
    else:
        all_of_them, mine = found.coef, observed.coef[0]
        tie = _TIE * np.abs(mine)
    upper = np.asarray((all_of_them >= mine - tie).mean(axis=0))
    lower = np.asarray((all_of_them <= mine + tie).mean(axis=0))
    if alternative == "greater":
        return upper
    if alternative == "less":
        return lower
    if p2defn == "abs":
        return np.asarray((np.abs(all_of_them) >= np.abs(mine) - tie).mean(axis=0))
    above = mine > np.nanmedian(all_of_them, axis=0)
    return np.asarray(np.minimum(1.0, 2 * np.where(above, upper, lower)))


def _tie(statistic: Array) -> Array:
    """Return how close to a statistic counts as a tie with it."""
    return np.asarray(_TIE * np.maximum(1.0, np.where(np.isfinite(statistic), np.abs(statistic), 1.0)))


def _mc_error(pvalue: Array, iterations: int, *, exact: bool) -> Array:
    return np.zeros(len(pvalue)) if exact else np.sqrt(pvalue * (1 - pvalue) / iterations)


def _no_statistic(fit: PooledResult) -> tuple[str, ...]:
    """Say what the p-values rest on where the fit has coefficients without a test statistic."""
    without = [
        name for name, value in zip(fit.design.names, fit.inference.statistic, strict=True) if not np.isfinite(value)
    ]
    if not without:
        return ()
    return (
        f"The fit has no test statistic for {', '.join(without)}: its standard error is 0, as the effects lie exactly "
        "on the model. The p-value counts the arrangements that fit as exactly; quote it with that.",
    )


def _cautions(data: ModelData, possible: int, drawn: int | None, *, alternative: str) -> tuple[str, ...]:
    """Say that no p-value can be small enough, where arrangements, or those `drawn` of them, are too few."""
    smallest = (2 if data.x is None and alternative == "two.sided" else 1) / possible
    alpha = 1 - data.choices.level
    if drawn is not None and 1 / drawn > max(smallest, alpha * (1 + 1e-9)):
        return (
            f"With {drawn} arrangements no p-value can be below {format_number(1 / drawn, 3)}, so the test cannot "
            f"reach the {format_number(alpha, 2)} level; take more.",
        )
    if smallest <= alpha * (1 + 1e-9):
        return ()
    return (
        f"There are only {possible} distinct arrangements: no p-value can be below {format_number(smallest, 3)}, so "
        f"the test cannot reach the {format_number(alpha, 2)} level.",
    )
