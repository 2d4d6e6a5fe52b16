"""Likelihood-ratio tests between two fits to the same studies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from scipy.special import chdtrc

from ..card import Card, Carded, show_number
from ..errors import InputError
from ..numbers import format_p, format_percent
from .location_scale import LocationScaleResult
from .nesting import LikelihoodModel, as_ml, is_nested, kind_of_pair, read_model, same_data

if TYPE_CHECKING:
    from .likelihood import FitStatistics
    from .result import PooledResult

__all__ = ["LikelihoodRatioResult", "NestedModel", "likelihood_ratio_test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedModel:
    """One of the two models of a likelihood-ratio test.

    Attributes
    ----------
    terms : tuple of str
        Its location coefficients.
    method : str
        How τ² was estimated.
    parameters : int
        Number of parameters.
    statistics : FitStatistics
        Log-likelihood, deviance and criteria, of the kind that the test is made of.
    q : float
        Cochran's Q of the residuals.
    tau2 : float
        Between-study variance; NaN for a location–scale model.
    """

    terms: tuple[str, ...]
    method: str
    parameters: int
    statistics: FitStatistics
    q: float
    tau2: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LikelihoodRatioResult(Carded):
    """A likelihood-ratio test of a reduced model against a full one.

    Attributes
    ----------
    statistic, df, pvalue : float
        Twice the difference of the log-likelihoods, the difference of the numbers of parameters, and the chi-squared
        p-value.
    boundary_pvalue : float
        Where the reduced model sets τ² to 0, the edge of what it can be: the p-value of the mixture of chi-squared
        distributions that holds there (Self and Liang 1987). NaN elsewhere, and where the mixture is not known.
    kind : {"ML", "REML"}
        The likelihood.
    full, reduced : NestedModel
        The two models.
    r2 : float
        Share of the reduced model's τ² that the full model accounts for, in percent, not below 0; in equal-effects
        models that of its residual variance. NaN with location–scale models.
    refitted : bool
        Whether the models were fitted again by ML.
    k : int
        Number of studies.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    statistic: float
    df: float
    pvalue: float
    boundary_pvalue: float
    kind: str
    full: NestedModel
    reduced: NestedModel
    r2: float
    refitted: bool
    k: int
    cautions: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per model: parameters, loglik, deviance, aic, bic, aicc, q, tau2."""
        rows = []
        for model in (self.full, self.reduced):
            found = model.statistics
            rows.append(
                {
                    "parameters": model.parameters,
                    "loglik": found.loglik,
                    "deviance": found.deviance,
                    "aic": found.aic,
                    "bic": found.bic,
                    "aicc": found.aicc,
                    "q": model.q,
                    "tau2": model.tau2,
                }
            )
        return pd.DataFrame(rows, index=pd.Index(["full", "reduced"], name="model"))

    def _card(self) -> Card:
        facts = [
            ("test", f"chi-squared {show_number(self.statistic)} on {self.df:.0f}, {format_p(self.pvalue)}"),
            ("likelihood", f"{self.kind}{', both models refitted' if self.refitted else ''}"),
            ("full model", f"{', '.join(self.full.terms)} (τ²: {self.full.method})"),
            ("reduced model", f"{', '.join(self.reduced.terms)} (τ²: {self.reduced.method})"),
            ("studies", str(self.k)),
        ]
        if not math.isnan(self.boundary_pvalue):
            facts.insert(1, ("at the boundary", format_p(self.boundary_pvalue)))
        if not math.isnan(self.r2):
            facts.append(("R²", format_percent(self.r2, 1)))
        return Card(title="Likelihood-ratio test", facts=tuple(facts), table=self.to_frame(), cautions=self.cautions)


def likelihood_ratio_test(
    full: PooledResult | LocationScaleResult, reduced: PooledResult | LocationScaleResult, *, refit: bool = False
) -> LikelihoodRatioResult:
    r"""Compare two nested models of the same studies by their likelihoods.

    The statistic is :math:`2(ℓ_{full} - ℓ_{reduced})`. Where the models differ in their moderators both must be by ML,
    since restricted likelihoods then are of different data. The order of the two fits does not matter. It is metafor's
    ``anova(fit1, fit2)``, which does not check that the models are nested.

    Parameters
    ----------
    full, reduced : PooledResult or LocationScaleResult
        Fits to the same effects and variances in the same order; by ``"ML"``, ``"REML"``, ``"EE"``, or with τ² given.
    refit : bool
        Whether to fit both again by ML where they are not.

    Returns
    -------
    LikelihoodRatioResult

    Raises
    ------
    InputError
        Where the data differ, the models are not nested or have as many parameters, or their likelihoods cannot be
        compared; the message says why.

    References
    ----------
    Self SG, Liang K-Y (1987). Asymptotic properties of maximum likelihood estimators and likelihood ratio tests under
    nonstandard conditions. Journal of the American Statistical Association 82:605–610.
    doi:10.1080/01621459.1987.10478472.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> yi, vi = [0.1, 0.4, 0.9, 0.7, 0.2, 0.5], [0.04, 0.09, 0.05, 0.03, 0.02, 0.06]
    >>> found = likelihood_ratio_test(pool(yi, vi, mods=[1, 2, 4, 3, 1, 2], tau2="ML"), pool(yi, vi, tau2="ML"))
    >>> round(found.statistic, 3), found.df, round(found.pvalue, 4)
    (9.56, 1.0, 0.002)
    """
    one, other = read_model(full), read_model(reduced)
    _check_data(full, reduced)
    refitted = refit and {one.method, other.method} - {"EE", "ML"} != set()
    if refitted:
        one, other = as_ml(one), as_ml(other)
    large, small = (one, other) if one.parameters >= other.parameters else (other, one)
    if large.parameters == small.parameters:
        raise InputError(f"both models have {large.parameters} parameters; a likelihood-ratio test needs nested models")
    if not is_nested(small, large):
        raise InputError("the model with fewer parameters is not a special case of the other: they are not nested")
    kind = kind_of_pair(large, small)
    best, other_best = large.statistics(kind), small.statistics(kind)
    statistic = max(0.0, 2 * (best.loglik - other_best.loglik))
    df = large.parameters - small.parameters
    at_boundary = small.scale is None and large.scale is not None and small.tau2_given == 0
    boundary = _mixture(statistic, df, large) if at_boundary else math.nan
    return LikelihoodRatioResult(
        statistic=statistic,
        df=float(df),
        pvalue=float(chdtrc(df, statistic)),
        boundary_pvalue=boundary,
        kind=kind,
        full=_summary(large, kind),
        reduced=_summary(small, kind),
        r2=_r2(large, small),
        refitted=refitted,
        k=int(large.fit.k),
        cautions=_cautions(large, small, at_boundary=at_boundary),
    )


def _check_data(one: PooledResult | LocationScaleResult, other: PooledResult | LocationScaleResult) -> None:
    if same_data(one, other):
        return
    if one.k != other.k:
        raise InputError(
            f"the fits are to {one.k} and {other.k} studies; fit both to those that have all values, so that the "
            "likelihoods are of the same data"
        )
    shuffled = sorted(zip(one.yi.tolist(), one.vi.tolist(), strict=True)) == sorted(
        zip(other.yi.tolist(), other.vi.tolist(), strict=True)
    )
    hint = "; the same rows in another order must be sorted alike" if shuffled else ""
    raise InputError(f"the fits are to different effects or variances: their likelihoods cannot be compared{hint}")


def _mixture(statistic: float, df: int, large: LikelihoodModel) -> float:
    """Return the p-value where one variance is 0 under the hypothesis, and any other difference is inside."""
    if large.link:
        return math.nan
    below = 1.0 if df == 1 and statistic == 0 else 0.0 if df == 1 else float(chdtrc(df - 1, statistic))
    return 0.5 * below + 0.5 * float(chdtrc(df, statistic))


def _r2(large: LikelihoodModel, small: LikelihoodModel) -> float:
    """Return the share of τ², or of the residual variance, that the larger model accounts for, in percent."""
    if isinstance(large.fit, LocationScaleResult) or isinstance(small.fit, LocationScaleResult):
        return math.nan
    if large.fit.tau2_method in ("EE", "FE"):
        before, after = small.fit.inference.raw_scale, large.fit.inference.raw_scale
    else:
        before, after = small.fit.tau2, large.fit.tau2
    return 100 * max(0.0, (before - after) / before) if before > 0 else 0.0


def _summary(model: LikelihoodModel, kind: str) -> NestedModel:
    fit = model.fit
    is_scale = isinstance(fit, LocationScaleResult)
    return NestedModel(
        terms=fit.design.names,
        method=f"{fit.link} link of {', '.join(fit.scale_design.names)}" if is_scale else fit.tau2_method,
        parameters=model.parameters,
        statistics=model.statistics(kind),
        q=fit.q,
        tau2=math.nan if is_scale else fit.tau2,
    )


def _cautions(large: LikelihoodModel, small: LikelihoodModel, *, at_boundary: bool) -> tuple[str, ...]:
    found = []
    if at_boundary:
        found.append(
            "The reduced model sets τ² to 0, the edge of what it can be; there the chi-squared p-value is too large"
            + ("." if large.link else ", and boundary_pvalue is that of the mixture of chi-squared distributions.")
        )
    if any(isinstance(model.fit, LocationScaleResult) and model.fit.boundary for model in (large, small)):
        found.append("τ² of some studies is 0, on its boundary; the chi-squared distribution is a rough guide there.")
    return tuple(found)
