r"""Tests of heterogeneity: whether there is any.

The hypothesis :math:`τ² = 0` lies on the boundary of what τ² can be: the likelihood-ratio statistic is then 0 with
probability one half and chi-squared with one degree of freedom otherwise, and the Wald and score tests are one-sided
(Viechtbauer 2007, doi:10.1348/000711005X64042).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr

from ..card import Card, Carded, show_number
from ..errors import InputError
from ..numbers import format_p
from .checks import check_fit
from .core import make_batch, project, trace_p, trace_pp
from .inference import column_units
from .likelihood import profile_log_likelihood
from .tau2 import estimate_tau2, tau2_standard_error

if TYPE_CHECKING:
    from .result import PooledResult

__all__ = ["HeterogeneityTests", "heterogeneity_tests"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HeterogeneityTests(Carded):
    """Tests of the hypothesis that τ² is 0.

    Attributes
    ----------
    q, q_df, q_pvalue : float
        Cochran's Q.
    lrt, lrt_pvalue : float
        The likelihood ratio, by the likelihood in `kind`.
    wald, wald_pvalue : float
        The estimate over its standard error.
    score, score_pvalue : float
        The derivative of the log-likelihood at 0 over its standard deviation.
    kind : {"ML", "REML"}
        The likelihood.
    tau2 : float
        Its estimate.
    k : int
        Studies.
    """

    q: float
    q_df: float
    q_pvalue: float
    lrt: float
    lrt_pvalue: float
    wald: float
    wald_pvalue: float
    score: float
    score_pvalue: float
    kind: str
    tau2: float
    k: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each test: statistic and pvalue."""
        return pd.DataFrame(
            [
                (self.q, self.q_pvalue),
                (self.lrt, self.lrt_pvalue),
                (self.wald, self.wald_pvalue),
                (self.score, self.score_pvalue),
            ],
            index=pd.Index(["Q", "likelihood ratio", "Wald", "score"], name="test"),
            columns=["statistic", "pvalue"],
        )

    def _card(self) -> Card:
        facts = (
            ("k", str(self.k)),
            ("τ²", f"{show_number(self.tau2)} ({self.kind})"),
            ("Q", f"{show_number(self.q)} on {self.q_df:g} df, {format_p(self.q_pvalue)}"),
        )
        notes = ("The p-values of the last three allow for τ² not being negative.",)
        return Card(title="Tests of τ² = 0", facts=facts, table=self.to_frame(), notes=notes)


def heterogeneity_tests(fit: PooledResult) -> HeterogeneityTests:
    """Test whether τ² is 0, given the moderators if there are any.

    The likelihood is that of ML for an ML fit and that of REML for all others.

    Parameters
    ----------
    fit : PooledResult
        A fit of at least two studies.

    Raises
    ------
    InputError
        With one study.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> found = heterogeneity_tests(pool([0.10, 0.30, 0.35, 0.65], [0.03, 0.03, 0.05, 0.01]))
    >>> found.to_frame().round(3)
                      statistic  pvalue
    test
    Q                     9.024   0.029
    likelihood ratio      3.597   0.029
    Wald                  0.749   0.227
    score                 4.031   0.000
    """
    check_fit(fit, "heterogeneity_tests()")
    if fit.k < 2:
        raise InputError("tests of heterogeneity need at least two studies; there is one")
    kind = "ML" if fit.tau2_method == "ML" else "REML"
    matrix = fit.design.matrix
    batch = make_batch(fit.yi, fit.vi, matrix / column_units(matrix))
    tau2 = estimate_tau2(batch, kind).tau2
    zero = np.zeros(1)
    likelihoods = [
        float(profile_log_likelihood(batch.y, batch.v, batch.x, t, kind="ML" if kind == "ML" else "REML")[0])
        for t in (zero, tau2 / batch.unit)
    ]
    lrt = max(0.0, 2 * (likelihoods[1] - likelihoods[0]))
    wald = float((tau2 / tau2_standard_error(batch, tau2, kind))[0])
    null = project(batch.y, batch.v, batch.x, zero)
    expected, information = (null.total, (null.w**2).sum(axis=1)) if kind == "ML" else (trace_p(null), trace_pp(null))
    score = float(((null.u2 - expected) / np.sqrt(2 * information))[0])
    return HeterogeneityTests(
        q=fit.q,
        q_df=fit.q_df,
        q_pvalue=fit.q_pvalue,
        lrt=lrt,
        lrt_pvalue=0.5 * float(chdtrc(1, lrt)) if lrt > 0 else 1.0,
        wald=wald,
        wald_pvalue=float(ndtr(-wald)),
        score=score,
        score_pvalue=float(ndtr(-score)),
        kind=kind,
        tau2=float(tau2[0]),
        k=fit.k,
    )
