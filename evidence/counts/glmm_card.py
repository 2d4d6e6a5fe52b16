"""A generalised linear mixed model as people read it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..card import Card, show_number
from ..effects import back_transform, is_ratio
from ..numbers import format_i2, format_p
from ..pool.digits import decimals, show, show_interval
from .display import readable
from .wald_effect import shown_coefficients

if TYPE_CHECKING:
    from .glmm_result import GlmmResult

__all__ = ["glmm_card"]

_MEASURES = {"OR": "odds ratio", "IRR": "rate ratio", "PLO": "proportion", "IRLN": "rate"}
_MODELS = {
    "UM.FS": "unconditional, fixed study effects",
    "UM.RS": "unconditional, random study effects",
    "CM.EL": "conditional, exact likelihood",
    "CM.AL": "conditional, approximate likelihood",
}


def glmm_card(fit: GlmmResult) -> Card:
    """Return the title, facts, table and cautions of a fit."""
    kind = f" ({_MODELS[fit.model]}, {fit.model})" if fit.model else ""
    effect = "one effect for all studies" if fit.choices.tau2 == "EE" else "effects vary between studies"
    if fit.k == 1:
        effect = "a single study"
    title = f"Generalised linear mixed model of counts{kind}: {_MEASURES[fit.measure]}, {effect}"
    facts = [("studies", str(fit.k)), *_effect_facts(fit), *_heterogeneity_facts(fit)]
    points = fit.convergence.points
    nodes = f", {points} quadrature points" if points > 1 else ", Laplace" if fit.choices.nagq == 1 else ""
    facts.append(("log-likelihood", f"{show_number(fit.loglik, 6)} (AIC {show_number(fit.aic, 5)}{nodes})"))
    notes = [f"I² = {fit.i2_definition}."] if not math.isnan(fit.i2) else []
    table = shown_coefficients(fit) if fit.has_moderators else None
    return Card(title=title, facts=tuple(facts), table=table, notes=tuple(notes), cautions=fit.cautions)


def _effect_facts(fit: GlmmResult) -> list[tuple[str, str]]:
    if fit.has_moderators:
        name = f"F({fit.qm_df[0]:g}, {fit.qm_df[1]:g})" if fit.choices.test == "t" else f"χ²({fit.qm_df[0]:g})"
        return [("test of moderators", f"{name} = {show(fit.qm, 2)}, {format_p(fit.qm_pvalue)}")]
    ratio = is_ratio(fit.measure)
    se, usual = fit.se, {"PLO": 3, "IRLN": 4}.get(fit.measure, 2)
    effect, interval = readable(*fit.back_transformed, ratio=ratio, se=se, usual=usual)
    unit = "logit scale" if fit.measure == "PLO" else "log scale"
    shown = f"{effect} ({100 * fit.level:g}% CI {interval})"
    # of a single group there is no null that anyone would test
    facts = [(_MEASURES[fit.measure], f"{shown}, {format_p(fit.pvalue)}" if ratio and fit.measure != "IRLN" else shown)]
    scale = decimals(se, usual=4)
    facts.append(("estimate", f"{show(fit.estimate, scale)} ({show_interval(*fit.ci, scale)}), {unit}"))
    if not math.isnan(fit.pi_low):
        low, high = np.asarray(back_transform(np.array(fit.pi), fit.measure), float).tolist()
        expected = readable(fit.back_transformed[0], low, high, ratio=ratio, se=se, usual=usual)[1]
        facts.append(("prediction interval", expected))
    return facts


def _heterogeneity_facts(fit: GlmmResult) -> list[tuple[str, str]]:
    found = fit.homogeneity
    facts = []
    if fit.choices.tau2 == "ML" and not math.isnan(fit.tau2):
        facts.append(("τ²", f"{show_number(fit.tau2)} (I² {format_i2(fit.i2, 1)})"))
    if not math.isnan(fit.sigma2):
        facts.append(("σ² of study levels", show_number(fit.sigma2)))
    if not math.isnan(fit.rho):
        facts.append(("correlation ρ", show_number(fit.rho)))
    for name, value, p in (
        ("homogeneity, Wald", found.wald, found.wald_pvalue),
        ("homogeneity, LRT", found.lrt, found.lrt_pvalue),
    ):
        if not math.isnan(p):
            facts.append((name, f"Q({found.df:g}) = {show(value, 2)}, {format_p(p)}"))
    return facts
