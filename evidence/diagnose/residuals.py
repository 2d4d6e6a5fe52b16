r"""Residuals of a fit, their standard errors, fitted values, leverages and covariance matrices.

With :math:`M = \mathrm{diag}(v_i + τ²)` and the hat matrix :math:`H = X (X'M^{-1}X)^{-1} X'M^{-1}` the residuals
:math:`(I - H) y` have covariance :math:`(I - H) M (I - H)'`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..card import Card, Carded, show_number
from ..pool.inference import column_units
from ..vocabulary import CovarianceType, HatType, ResidualType, StandardizedType, check_option
from .checks import check_fit, refuse_weights
from .deletions import decides_alone, delete_each, deleted_residuals
from .leverage import leverages
from .refit import model_data

if TYPE_CHECKING:
    from ..pool import PooledResult
    from ..pool.core import Array

__all__ = ["Residuals", "covariance", "fitted", "hatvalues", "residuals", "rstandard", "rstudent"]

_UNUSUAL = 1.96


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Residuals(Carded):
    """Residuals with their standard errors.

    Attributes
    ----------
    kind : str
        What kind they are.
    labels : Index, length k
        Names of the studies.
    resid, se, z : array, shape (k,)
        Residuals, their standard errors and their ratio. Where `reasons` says why, the ratio is NaN; the other two
        are NaN or 0.
    reasons : tuple of str
        Why a residual cannot be given or standardised; empty where it can.
    """

    kind: str
    labels: pd.Index
    resid: Array
    se: Array
    z: Array
    reasons: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study: study, resid, se, z, reason."""
        return pd.DataFrame(
            {"study": self.labels, "resid": self.resid, "se": self.se, "z": self.z, "reason": list(self.reasons)}
        )

    def _card(self) -> Card:
        known = self.z[np.isfinite(self.z)]
        facts = [("studies", str(len(self.z))), (f"beyond ±{_UNUSUAL}", str(int((np.abs(known) > _UNUSUAL).sum())))]
        if len(known):
            largest = int(np.nanargmax(np.abs(self.z)))
            facts.append(("largest", f"{self.labels[largest]}, z {show_number(float(self.z[largest]))}"))
        table = pd.DataFrame(
            {"resid": self.resid, "se": self.se, "z": self.z}, index=pd.Index(self.labels, name="study")
        )
        notes = tuple(f"{label}: {reason}." for label, reason in zip(self.labels, self.reasons, strict=True) if reason)
        return Card(title=self.kind, facts=tuple(facts), table=table, notes=notes)


def residuals(fit: PooledResult, *, type: str = "response") -> pd.Series[float]:  # noqa: A002
    r"""Return one residual per study.

    Parameters
    ----------
    fit : PooledResult
        Any fit of two or more studies.
    type : {"response", "rstandard", "rstudent", "pearson", "cholesky"}
        ``"response"`` :math:`y_i - x_i'\hat{β}`; ``"pearson"`` that over :math:`\sqrt{v_i + τ²}`; ``"cholesky"``
        multiplied by the Cholesky root of the inverse of :math:`M`, the same as ``"pearson"`` where, as here, M is
        diagonal; ``"rstandard"`` and ``"rstudent"`` as from the functions of these names.

    Returns
    -------
    Series
        By study.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> residuals(pool([0.1, 0.4, 0.9], [0.04, 0.09, 0.05], labels=["a", "b", "c"])).round(3).tolist()
    [-0.363, -0.063, 0.437]
    """
    kind = check_option("type", type, ResidualType)
    check_fit(fit, what="residuals()")
    if kind == "rstandard":
        values = rstandard(fit).z
    elif kind == "rstudent":
        values = rstudent(fit).z
    else:
        values = fit.yi - fit.design.matrix @ fit.inference.coef
        if kind in ("pearson", "cholesky"):
            values = values / np.sqrt(fit.vi + fit.tau2)
    return pd.Series(values, index=fit.labels, name=kind)


def rstandard(fit: PooledResult, *, type: str = "marginal") -> Residuals:  # noqa: A002
    r"""Return internally standardised residuals.

    Parameters
    ----------
    fit : PooledResult
        Any fit of two or more studies.
    type : {"marginal", "conditional"}
        ``"marginal"``: :math:`e_i = y_i - x_i'\hat{β}` with variance :math:`(v_i + τ²)(1 - h_i)`.
        ``"conditional"``: from the shrunken estimate of the study's own effect (`evidence.diagnose.blup`), with
        variance :math:`v_i² (1 - h_i)/(v_i + τ²)`. Neither takes up the scale of a Hartung–Knapp test.

    References
    ----------
    Hedges LV, Olkin I (1985). Statistical methods for meta-analysis. Academic Press.
    Viechtbauer W, Cheung MW-L (2010). Outlier and influence diagnostics. doi:10.1002/jrsm.11.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> rstandard(pool([0.1, 0.4, 0.9], [0.04, 0.09, 0.05], tau2="DL")).z.round(3).tolist()
    [-1.064, -0.156, 1.225]
    """
    kind = check_option("type", type, StandardizedType)
    check_fit(fit, what="rstandard()")
    total = fit.vi + fit.tau2
    resid = fit.yi - fit.design.matrix @ fit.inference.coef
    alone = decides_alone(fit.design.matrix / column_units(fit.design.matrix))
    resid = np.where(alone, 0.0, resid)
    se = np.where(alone, 0.0, np.sqrt(leverages(fit).residual_variance(total)))
    if kind == "conditional":
        refuse_weights(fit, what="conditional residuals")
        within = fit.vi / total
        resid, se = resid * within, se * within
    z = np.divide(resid, se, out=np.full_like(resid, np.nan), where=se > 0)
    reasons = tuple("" if spread > 0 else "the study alone decides its fitted value" for spread in se.tolist())
    return Residuals(
        kind=f"Internally standardised residuals ({kind})", labels=fit.labels, resid=resid, se=se, z=z, reasons=reasons
    )


def rstudent(fit: PooledResult) -> Residuals:
    r"""Return externally standardised (studentised deleted) residuals.

    Each study is compared with what the others predict: :math:`y_i - x_i'\hat{β}_{(i)}`, over the square root of
    :math:`s_{(i)} (v_i + τ²_{(i)}) + x_i' V_{(i)} x_i`; τ², coefficients and the scale s of the test are those of
    the fit without study i.

    Returns
    -------
    Residuals
        NaN where the model cannot be fitted without the study, with the reason.

    References
    ----------
    Viechtbauer W, Cheung MW-L (2010). Outlier and influence diagnostics. doi:10.1002/jrsm.11.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> rstudent(pool([0.1, 0.4, 0.9, 0.3], [0.04, 0.09, 0.05, 0.02], tau2="DL")).z.round(3).tolist()
    [-1.136, -0.03, 3.8, -0.367]
    """
    check_fit(fit, what="rstudent()")
    data = model_data(fit)
    found = delete_each(data)
    resid, se, z = deleted_residuals(data, found)
    return Residuals(
        kind="Externally standardised residuals, each study against the others",
        labels=fit.labels,
        resid=resid,
        se=se,
        z=z,
        reasons=found.reasons,
    )


def fitted(fit: PooledResult) -> pd.Series[float]:
    """Return the fitted values :math:`x_i'β`, by study.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> fitted(pool([0.1, 0.3], [0.1, 0.1], labels=["a", "b"])).round(6).to_dict()
    {'a': 0.2, 'b': 0.2}
    """
    check_fit(fit, what="fitted()")
    return pd.Series(fit.design.matrix @ fit.inference.coef, index=fit.labels, name="fitted")


def hatvalues(fit: PooledResult, *, type: str = "diagonal") -> pd.Series[float] | pd.DataFrame:  # noqa: A002
    """Return the leverages, or the hat matrix.

    Parameters
    ----------
    fit : PooledResult
        Any fit of two or more studies.
    type : {"diagonal", "matrix"}
        The leverages by study, or all of H, which takes k × k numbers.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> hatvalues(pool([0.1, 0.3, 0.2], [0.1, 0.1, 0.2], tau2="EE")).round(2).tolist()
    [0.4, 0.4, 0.2]
    """
    kind = check_option("type", type, HatType)
    check_fit(fit, what="hatvalues()")
    lever = leverages(fit)
    if kind == "diagonal":
        return pd.Series(lever.hat, index=fit.labels, name="hat")
    return pd.DataFrame(lever.matrix(), index=fit.labels, columns=fit.labels)


def covariance(fit: PooledResult, *, type: str = "fixed") -> pd.DataFrame:  # noqa: A002
    r"""Return a covariance matrix.

    Parameters
    ----------
    fit : PooledResult
        Any fit of two or more studies.
    type : {"fixed", "obs", "fitted", "resid"}
        Of the coefficients; of the observed effects, :math:`M`; of the fitted values, :math:`X V X'`; of the
        residuals, :math:`(I - H) M (I - H)'`. Those of coefficients and fitted values take up the scale of a
        Hartung–Knapp test; the others do not.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> covariance(pool([0.1, 0.3], [0.1, 0.1], tau2="EE"), type="resid").round(3).to_numpy().tolist()
    [[0.05, -0.05], [-0.05, 0.05]]
    """
    kind = check_option("type", type, CovarianceType)
    check_fit(fit, what="covariance()")
    if kind == "fixed":
        return fit.vcov
    total, x = fit.vi + fit.tau2, fit.design.matrix
    if kind == "fitted":
        values = x @ fit.inference.vcov @ x.T
    elif kind == "obs":
        values = np.diag(total)
    else:
        values = leverages(fit).residual_covariance(total)
    return pd.DataFrame(values, index=fit.labels, columns=fit.labels)
