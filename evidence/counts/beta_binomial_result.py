"""What a beta-binomial analysis returns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..card import Card, json_ready, show_number
from ..effects import is_ratio
from ..numbers import format_p
from ..pool.digits import decimals, show, show_interval
from .display import readable
from .wald_effect import WaldEffect, shown_coefficients

if TYPE_CHECKING:
    from ..pool.likelihood import FitStatistics
    from .glmm_data import CountStudies
    from .glmm_inference import WaldInference

__all__ = ["BetaBinomialResult"]

_MEASURES = {
    "PLO": "proportion",
    "PLN": "proportion",
    "PR": "proportion",
    "OR": "odds ratio",
    "RR": "risk ratio",
    "RD": "risk difference",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class BetaBinomialResult(WaldEffect):
    """A beta-binomial analysis, with every choice that made it.

    Attributes
    ----------
    studies : CountStudies
        Counts, labels and moderators; rows that were left out among them.
    measure : str
        The effect measure.
    level : float
        Confidence level.
    inference : WaldInference
        The effect, or with moderators the coefficients on the logit scale.
    risks : tuple of float
        The mean risk; with two groups that of group 1, then of group 2. NaN with moderators.
    rho, rho_se : float
        The correlation of two people of one arm, 0 for the binomial, and its standard error.
    rho_lrt, rho_pvalue : float
        Likelihood-ratio test of ρ = 0, its p-value half that of chi-squared on one degree of freedom, as 0 is the
        least that ρ can be (Self and Liang 1987, doi:10.1080/01621459.1987.10478472).
    statistics : FitStatistics
        The log-likelihood and its criteria; an arm is an observation. The deviance is against the binomial model of
        each arm by itself.
    parameters : int
        Coefficients and ρ.
    distance : float
        The length of the next Newton step, in standard errors: 0 but for rounding.
    iterations : int
        Newton steps taken, the scan for several maxima included.
    modes, logliks : tuple of float
        ρ at every maximum of the likelihood that was found, the highest first, and the log-likelihood there less
        that at the highest.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    studies: CountStudies
    measure: str
    level: float
    inference: WaldInference
    risks: tuple[float, ...]
    rho: float
    rho_se: float
    rho_lrt: float
    rho_pvalue: float
    statistics: FitStatistics
    parameters: int
    distance: float
    iterations: int
    modes: tuple[float, ...]
    logliks: tuple[float, ...]
    cautions: tuple[str, ...]

    @property
    def loglik(self) -> float:
        """The log-likelihood, all constants included."""
        return self.statistics.loglik

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return self.statistics.aic

    @property
    def bic(self) -> float:
        """The Bayesian criterion."""
        return self.statistics.bic

    def to_dict(self) -> dict[str, Any]:
        """Return every number and every choice, ready for JSON: what cannot be estimated is None."""
        names = ("measure", "level", "k", "risks", "rho", "rho_se", "rho_lrt", "rho_pvalue", "statistics")
        more = ("parameters", "qm", "qm_pvalue", "distance", "iterations", "modes", "logliks", "cautions")
        values = {name: getattr(self, name) for name in (*names, *more)}
        values["coefficients"] = self.coefficients.reset_index()
        values["formula"] = self.studies.design.formula or None
        values["left_out"] = len(self.studies.reasons)
        return {name: json_ready(value) for name, value in values.items()}

    @property
    def _names(self) -> tuple[str, ...]:
        return self.studies.design.names if self.has_moderators else (self.measure,)

    def _card(self) -> Card:
        facts = [("studies", str(self.k))]
        if self.has_moderators:
            facts.append(("test of moderators", f"χ² = {show(self.qm, 2)}, {format_p(self.qm_pvalue)}"))
        else:
            facts += self._effect_facts()
        spread = f"{show_number(self.rho)} (test of 0: χ² = {show(self.rho_lrt, 2)}, {format_p(self.rho_pvalue)})"
        facts.append(("overdispersion ρ", spread))
        facts.append(("log-likelihood", f"{show_number(self.loglik, 6)} (AIC {show_number(self.aic, 5)})"))
        return Card(
            title=f"Beta-binomial model: {_MEASURES[self.measure]}",
            facts=tuple(facts),
            table=shown_coefficients(self) if self.has_moderators else None,
            cautions=self.cautions,
        )

    def _effect_facts(self) -> list[tuple[str, str]]:
        ratio = is_ratio(self.measure)
        value = self.back_transformed[0]
        effect, interval = readable(*self.back_transformed, ratio=ratio, se=self.se, usual=2 if ratio else 3)
        shown = f"{effect} ({100 * self.level:g}% CI {interval})"
        # of a single group there is no null that anyone would test
        facts = [(_MEASURES[self.measure], f"{shown}, {format_p(self.pvalue)}" if len(self.risks) == 2 else shown)]
        if ratio or not math.isclose(value, self.estimate):
            scale = decimals(self.se, usual=4)
            facts.append(("estimate", f"{show(self.estimate, scale)} ({show_interval(*self.ci, scale)})"))
        if len(self.risks) == 2:
            facts.append(("mean risks", f"{show_number(self.risks[0])} and {show_number(self.risks[1])}"))
        return facts
