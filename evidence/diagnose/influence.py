r"""What each study does to the fit: the deletion diagnostics of Viechtbauer and Cheung (2010).

Everything with subscript (i) comes from the model fitted without study i, τ² included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import chdtr

from ..card import Card, Carded
from .checks import check_fit
from .deletions import Deletions, delete_each, deleted_residuals
from .leverage import Leverages, leverages
from .refit import ModelData, Refits, model_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..pool import PooledResult
    from ..pool.core import Array

__all__ = ["Influence", "influence"]

_EXACT = "without it the others lie exactly on the model: the standard errors are 0, and nothing can be standardised"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Influence(Carded):
    r"""Deletion diagnostics, one value per study.

    Where the model cannot be fitted without a study, or fits the others exactly, values are NaN and `reasons` says
    why; hat and weight are always given.

    Attributes
    ----------
    labels : Index, length k
        Names of the studies.
    terms : tuple of str
        Names of the p coefficients.
    rstudent : array, shape (k,)
        Externally standardised residual (`evidence.diagnose.rstudent`).
    dffits : array, shape (k,)
        Change of the fitted value: :math:`x_i'(β - β_{(i)})/\sqrt{s_{(i)} h_i (τ²_{(i)} + v_i)}`.
    cook_d : array, shape (k,)
        Cook's distance :math:`(β - β_{(i)})' V^{-1} (β - β_{(i)})`.
    cov_r : array, shape (k,)
        Ratio of generalised variances :math:`|V_{(i)}|/|V|`; below 1 the study costs precision.
    tau2_del, q_del : array, shape (k,)
        τ² and Cochran's Q without the study.
    hat : array, shape (k,)
        Leverage :math:`h_i`.
    weight : array, shape (k,)
        Weight in percent.
    dfbetas : array, shape (k, p)
        Change of each coefficient over its standard error at :math:`τ²_{(i)}`:
        :math:`(β_j - β_{(i)j})/\sqrt{s_{(i)} [(X'W_{(i)}X)^{-1}]_{jj}}`.
    influential : array of bool, shape (k,)
        Whether any holds: :math:`|\mathrm{dffits}| > 3\sqrt{p/(k-p)}`; Cook's distance beyond the median of
        χ² on p degrees of freedom; :math:`h_i > 3p/k`; any :math:`|\mathrm{dfbetas}| > 1`; with a
        Hartung–Knapp test, the others lie exactly on the model and the study does not.
    reasons : tuple of str
        Why deletion diagnostics of a study are NaN; empty where they are not.
    tau2, q : float
        τ² and Q of all studies.
    """

    labels: pd.Index
    terms: tuple[str, ...]
    rstudent: Array
    dffits: Array
    cook_d: Array
    cov_r: Array
    tau2_del: Array
    q_del: Array
    hat: Array
    weight: Array
    dfbetas: Array
    influential: NDArray[np.bool_]
    reasons: tuple[str, ...]
    tau2: float
    q: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study; a model with moderators has a column of dfbetas for each coefficient."""
        table = self._table()
        table.insert(0, "study", self.labels)
        table["reason"] = list(self.reasons)
        return table

    def _table(self) -> pd.DataFrame:
        names = ("rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "q_del", "hat", "weight")
        table = pd.DataFrame({name: getattr(self, name) for name in names})
        alone = len(self.terms) == 1
        for column, term in enumerate(self.terms):
            table["dfbetas" if alone else f"dfbetas[{term}]"] = self.dfbetas[:, column]
        table["influential"] = self.influential
        return table

    def _card(self) -> Card:
        flagged = [str(label) for label, flag in zip(self.labels, self.influential, strict=True) if flag]
        notes = ["The marks are rules of thumb: a marked study is one to look at, not one to leave out."]
        notes += [f"{label}: {reason}." for label, reason in zip(self.labels, self.reasons, strict=True) if reason]
        return Card(
            title="Influence of each study (deletion diagnostics)",
            facts=(("studies", str(len(self.labels))), ("influential", ", ".join(flagged) or "none marked")),
            table=self._table().set_axis(pd.Index(self.labels, name="study")),
            notes=tuple(notes),
        )


def influence(fit: PooledResult) -> Influence:
    r"""Return what leaving out each study does to the fit.

    All k deletions are refitted in one batch, τ² by the fit's own estimator.

    Parameters
    ----------
    fit : PooledResult
        A fit of two or more studies, with or without moderators, by any estimator and test.

    Returns
    -------
    Influence

    Raises
    ------
    InputError
        Where there is a single study.
    ConvergenceError
        Where τ² was not found without some study.

    References
    ----------
    Viechtbauer W, Cheung MW-L (2010). Outlier and influence diagnostics for meta-analysis. Research Synthesis
    Methods 1, 112–125. doi:10.1002/jrsm.11.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> found = influence(pool([0.1, 0.3, 0.2, 1.9], [0.02, 0.03, 0.02, 0.03], tau2="DL"))
    >>> found.rstudent.round(2).tolist(), found.influential.tolist()
    ([-0.64, -0.37, -0.5, 13.87], [False, False, False, True])
    """
    check_fit(fit, what="influence()")
    data = model_data(fit)
    found = delete_each(data)
    lever = leverages(fit)
    hat = lever.hat
    dffits, cook_d, cov_r, dfbetas = _changes(data, found, lever)
    tau2_del, q_del = np.full(data.k, np.nan), np.full(data.k, np.nan)
    tau2_del[found.which], q_del[found.which] = found.without.tau2, found.q
    k, p = data.k, data.p
    influential = (hat > 3 * p / k) | (np.abs(dfbetas) > 1).any(axis=1) | (np.abs(dffits) > 3 * np.sqrt(p / (k - p)))
    known = np.isfinite(cook_d)
    influential[known] |= chdtr(p, cook_d[known]) > 0.5
    exact = _exact_without(data, found)
    influential |= exact & (found.full.scale[0] > 0)
    return Influence(
        labels=fit.labels,
        terms=fit.design.names,
        rstudent=deleted_residuals(data, found)[2],
        dffits=dffits,
        cook_d=cook_d,
        cov_r=cov_r,
        tau2_del=tau2_del,
        q_del=q_del,
        hat=hat,
        weight=100 * lever.weights / lever.weights.sum(),
        dfbetas=dfbetas,
        influential=influential,
        reasons=tuple(
            _EXACT if alike and not reason else reason for alike, reason in zip(exact, found.reasons, strict=True)
        ),
        tau2=fit.tau2,
        q=fit.q,
    )


def _changes(data: ModelData, found: Deletions, lever: Leverages) -> tuple[Array, Array, Array, Array]:
    """Return dffits, Cook's distances, covariance ratios and dfbetas, NaN where there is no fit."""
    full, without, which = found.full, found.without, found.which
    dffits, cook_d, cov_r = (np.full(data.k, np.nan) for _ in range(3))
    dfbetas = np.full((data.k, data.p), np.nan)
    change = full.coef - without.coef
    moved = (data.design[which] * change).sum(axis=1)
    dffits[which] = _over(moved, np.sqrt(without.scale * lever.fitted_variance(data, which, without.tau2)))
    turned = (full.factor @ change[..., None])[..., 0]
    cook_d[which] = _over((turned * turned).sum(axis=1), np.broadcast_to(full.scale, which.shape))
    if full.scale[0] > 0:
        cov_r[which] = np.exp(2 * (_log_size(full) - _log_size(without))) * (without.scale / full.scale) ** data.p
    dfbetas[which] = _over(change, np.sqrt(without.scale[:, None] * lever.coefficient_variance(data, without.tau2)))
    return dffits, cook_d, cov_r, dfbetas


def _exact_without(data: ModelData, found: Deletions) -> NDArray[np.bool_]:
    """Return the studies without which the others lie exactly on the model, so that their standard errors are 0."""
    exact = np.zeros(data.k, dtype=bool)
    exact[found.which] = found.without.scale == 0
    return exact


def _over(top: Array, bottom: Array) -> Array:
    """Divide, NaN where there is nothing to divide by."""
    return np.asarray(np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0))


def _log_size(fits: Refits) -> Array:
    """Return the logarithm of the determinant of each factor."""
    return np.asarray(np.linalg.slogdet(fits.factor)[1])
