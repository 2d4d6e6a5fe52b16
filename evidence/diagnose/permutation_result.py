"""What a permutation test returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..card import Card, Carded, json_ready, show_number
from ..numbers import format_p
from .checks import json_count, show_count

if TYPE_CHECKING:
    from ..pool.core import Array

__all__ = ["PermutationTest"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PermutationTest(Carded):
    """P-values of the coefficients of a fit by rearrangement of its data.

    Attributes
    ----------
    terms : tuple of str
        Names of the p coefficients.
    estimate, se, statistic : array, shape (p,)
        Those of the fit.
    pvalue, mc_error : array, shape (p,)
        P-values by permutation, and their Monte Carlo standard errors; 0 for an exact test.
    model_pvalue, ci_low, ci_high : array, shape (p,)
        P-values and limits of the fit, which rest on its model.
    qm, qm_pvalue, qm_mc_error : float
        The joint test of the moderators, or without them the squared statistic of the mean.
    iterations : int
        Arrangements used, the observed one among them.
    possible : int
        How many distinct arrangements there are.
    exact : bool
        Whether all were used.
    seed : int or None
        Seed of the sample; None for an exact test.
    alternative, p2defn, stat : str
        As asked for.
    statistics, coefficients : array, shape (iterations, p)
        Test statistics and coefficients of the arrangements; of a sample the first is the observed one.
    qms : array, shape (iterations,)
        Their joint tests.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    terms: tuple[str, ...]
    estimate: Array
    se: Array
    statistic: Array
    pvalue: Array
    mc_error: Array
    model_pvalue: Array
    ci_low: Array
    ci_high: Array
    qm: float
    qm_pvalue: float
    qm_mc_error: float
    iterations: int
    possible: int
    exact: bool
    seed: int | None
    alternative: str
    p2defn: str
    stat: str
    statistics: Array
    coefficients: Array
    qms: Array
    cautions: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per coefficient."""
        return pd.DataFrame(
            {
                "estimate": self.estimate,
                "se": self.se,
                "statistic": self.statistic,
                "pvalue": self.pvalue,
                "mc_error": self.mc_error,
                "model_pvalue": self.model_pvalue,
                "ci_low": self.ci_low,
                "ci_high": self.ci_high,
            },
            index=pd.Index(self.terms, name="term"),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return numbers and choices, ready for JSON; the arrangements' own statistics are left out."""
        names = (
            *("qm", "qm_pvalue", "qm_mc_error", "iterations", "possible", "exact", "seed"),
            *("alternative", "p2defn", "stat", "cautions"),
        )
        found = {name: json_ready(getattr(self, name)) for name in names}
        found["possible"] = json_count(self.possible)
        return {"coefficients": json_ready(self.to_frame().reset_index()), **found}

    def _card(self) -> Card:
        used = "all distinct arrangements" if self.exact else f"a sample, seed {self.seed}"
        facts = [("arrangements", f"{show_count(self.iterations)} ({used})")]
        if len(self.terms) > 1:
            facts.append(("moderators together", f"{show_number(self.qm)}, {format_p(self.qm_pvalue)}"))
        facts.append(("alternative", self.alternative))
        return Card(
            title="Permutation test",
            facts=tuple(facts),
            table=self.to_frame().drop(columns=[] if not self.exact else ["mc_error"]),
            notes=("The intervals are those of the fit and rest on its model.",),
            cautions=self.cautions,
        )
