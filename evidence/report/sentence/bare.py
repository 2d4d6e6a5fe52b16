"""The sentence on a fit that knows no review: of a reader's own trials."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ...number_style import number_style
from ...numbers import format_i2
from ...plot.forest_plot.heterogeneity import variance_text
from ...plot.page.large import readable
from ...plot.page.scale import Scale, Values, scale_for
from ...vocabulary import NO_RANDOM_EFFECT, Measure, allowed
from ..wording import against_null, hidden_by_rounding, interval_reading
from .compared import spread
from .parts import TWO, details, model, narrow
from .writer import Writer

if TYPE_CHECKING:
    from ...number_style import NumberStyle
    from ...pool import PooledResult

__all__ = ["fitted"]


def fitted(fit: PooledResult, style: str, *, full: bool) -> str:
    """Return the sentence on a fit."""
    if fit.has_moderators:
        return _regression(fit, number_style(style))
    scale, shown = _bare(fit)
    writer = Writer(style=number_style(style), scale=scale, level=f"{100 * fit.level:g}%")
    effect, interval = writer.measured(shown.estimate), writer.ci(shown.ci_low, shown.ci_high)
    verdict = "" if scale.null is None else f": {_verdict(shown, scale)}"
    entered = _as_entered(fit.measure)
    if fit.k == 1:
        numbers = "; ".join([interval, *entered])
        return f"One study ({fit.labels[0]}): {effect} ({numbers}){verdict}; a single study, not a synthesis."
    parts = [interval, *entered, *spread(fit, shown.pi_low, shown.pi_high, writer), "certainty: not assessed"]
    caution = f" {TWO.replace('trials', 'studies')}." if fit.k == 2 else ""
    text = f"In {writer.count(fit.k)} studies, the pooled effect was {effect} ({'; '.join(parts)}){verdict}.{caution}"
    text += narrow(fit)
    tau2 = [] if fit.tau2_method in NO_RANDOM_EFFECT else [writer.tau2(fit.tau2)]
    return text + (details([*tau2, model(fit)]) if full else "")


def _verdict(shown: Values, scale: Scale) -> str:
    side = against_null(shown, 0.0 if scale.null is None else scale.null)
    return interval_reading(side, hidden=hidden_by_rounding(shown, scale))


def _as_entered(measure: str) -> list[str]:
    """Return that nothing was turned back where a measure is not known: a log hazard ratio is no ``HR 0.11``."""
    if not measure or measure in allowed(Measure):
        return []
    return [f"on the scale on which “{measure}” was entered, not transformed back"]


def _bare(fit: PooledResult) -> tuple[Scale, Values]:
    """Return the scale and the values of a fit; a measure that is not known, or not turned back, keeps its scale."""
    from ...effects import back_transform, measure_label, needs_sizes

    values = [fit.estimate, fit.ci_low, fit.ci_high, fit.pi_low, fit.pi_high]
    widths = [fit.ci_high - fit.ci_low]
    known = fit.measure in allowed(Measure)
    if known and not needs_sizes(fit.measure):
        scale = scale_for(fit.measure, widths=widths)
        values = [float(back_transform(value, fit.measure)) for value in values]
    else:
        name = measure_label(fit.measure, back_transformed=False) if known else ""
        scale = replace(scale_for("MD", widths=widths), symbol=name, name=name, null=None)
    names = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
    return scale, Values(**dict(zip(names, values, strict=True)))


def _regression(fit: PooledResult, style: NumberStyle) -> str:
    first, second = fit.qm_df
    test = f"F({first:g}, {second:g})" if math.isfinite(second) else f"χ²({first:g})"
    names = [name for place, name in enumerate(fit.design.names) if place != fit.design.intercept]
    residual = f"{style.equals('I²', format_i2(fit.i2))}; residual {style.equals('τ²', variance_text(fit.tau2))}"
    return (
        f"In a meta-regression of {fit.k} studies on {', '.join(names)} ({model(fit)}), the joint test of the "
        f"moderators was {style.equals(test, style.grouped(readable(fit.qm)))}, {style.p(fit.qm_pvalue)} "
        f"(residual {residual}); it compares studies, not people."
    )
