"""How each kind of figure is drawn; the module of a figure is imported when the first one is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ..errors import InputError, NotPooledError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .page.style import PresetName

__all__ = [
    "draw_baujat",
    "draw_bias_summary",
    "draw_bubble",
    "draw_changes",
    "draw_claims",
    "draw_cumulative",
    "draw_drapery",
    "draw_forest",
    "draw_funnel",
    "draw_gosh",
    "draw_labbe",
    "draw_leave_one_out",
    "draw_map",
    "draw_multiverse",
    "draw_prisma",
    "draw_radial",
    "draw_reviews",
    "draw_traffic_lights",
]

_SEED = 1  # of subsets drawn at random, so that the same data give the same picture


def _fit(source: Any) -> Any:
    """Return the pooled fit of an answer, or the fit itself."""
    if not hasattr(source, "contrasts"):
        return source
    if source.fit is None:
        raise NotPooledError(f"{source.id} ({source.analysis.id}) was not pooled: {source.reason}")
    return source.fit


def draw_forest(
    source: Any,
    *,
    sort: str | None = None,
    bias: Any = None,
    scale: Literal["natural", "log"] = "natural",
    axis: Literal["log", "linear"] = "log",
    width_mm: float,
    preset: PresetName,
    **options: Any,
) -> Figure:
    """Return the forest plot of an answer, a fit, or fits by group.

    `bias`, `scale` and `axis` are those of `forest`; of a fit, `bias` may be the judgements themselves.
    """
    from .forest_plot.plot import forest

    shown = bias if isinstance(bias, bool) else None
    if hasattr(source, "contrasts"):
        from .forest_plot.from_synthesis import from_synthesis

        data = from_synthesis(source, sort=sort, **options)
    else:
        from .forest_plot.fit import from_fit

        judged = () if bias is None or shown is not None else bias
        data = from_fit(source, sort=sort, bias=judged, **options)
    return forest(data, width_mm=width_mm, preset=preset, bias=shown, scale=scale, axis=axis)


def draw_cumulative(
    source: Any, *, by: str | None = None, width_mm: float, preset: PresetName, **options: Any
) -> Figure:
    """Return the cumulative forest plot of an answer or a fit, in the order `by`."""
    from .forest_plot.plot import forest
    from .forest_plot.variants import cumulative_data

    return forest(cumulative_data(source, order=by, **options), width_mm=width_mm, preset=preset)


def draw_leave_one_out(
    source: Any, *, sort: str | None = None, width_mm: float, preset: PresetName, **options: Any
) -> Figure:
    """Return the leave-one-out forest plot of an answer or a fit."""
    from .forest_plot.plot import forest
    from .forest_plot.variants import leave_one_out_data

    return forest(leave_one_out_data(source, sort=sort, **options), width_mm=width_mm, preset=preset)


def draw_funnel(source: Any, **options: Any) -> Figure:
    """Return the funnel plot of an answer or a fit."""
    from .fit_plots.funnel import funnel

    return funnel(source, **options)


def draw_radial(source: Any, **options: Any) -> Figure:
    """Return the radial plot of an answer or a fit."""
    from .fit_plots.radial import radial

    return radial(source, **options)


def draw_labbe(source: Any, **options: Any) -> Figure:
    """Return the L'Abbé plot of an answer."""
    from .fit_plots.labbe import labbe

    return labbe(source, **options)


def draw_baujat(source: Any, **options: Any) -> Figure:
    """Return the Baujat plot of an answer or a fit."""
    from .fit_plots.baujat import baujat_plot

    return baujat_plot(source, **options)


def draw_drapery(source: Any, **options: Any) -> Figure:
    """Return the drapery plot of an answer or a fit."""
    from .fit_plots.drapery import drapery

    return drapery(source, **options)


def draw_gosh(source: Any, *, by: str | None = None, seed: int = _SEED, **options: Any) -> Figure:
    """Return the GOSH plot of an answer or a fit; subsets that hold the trial `by` are told apart."""
    from ..diagnose import gosh
    from .fit_plots.answer_words import answer_words
    from .fit_plots.gosh import gosh_plot

    return gosh_plot(gosh(_fit(source), seed=seed), highlight=by, answer=answer_words(source), **options)


def draw_bubble(source: Any, *, by: str | None = None, **options: Any) -> Figure:
    """Return the bubble plot of a meta-regression, or of an answer regressed on `by`."""
    from .fit_plots.answer_words import answer_words
    from .fit_plots.bubble import bubble

    answer = answer_words(source)
    if hasattr(source, "contrasts"):
        from .fit_plots.moderators import moderator_names, regressed_on

        if by is None:
            raise InputError(
                f"by= names the moderator of a bubble plot: {', '.join(moderator_names(source)) or 'none'}"
            )
        source = regressed_on(source, by)
    return bubble(source, moderator=by, answer=answer, **options)


def draw_multiverse(source: Any, **options: Any) -> Figure:
    """Return the specification curve of a multiverse."""
    figure: Figure = source.plot(**options)
    return figure


def draw_traffic_lights(source: Any, **options: Any) -> Figure:
    """Return the traffic lights of judgements of bias."""
    from .review_plots.bias import traffic_lights

    return traffic_lights(source, **options)


def draw_bias_summary(source: Any, **options: Any) -> Figure:
    """Return the summary bars of judgements of bias."""
    from .review_plots.bias import bias_summary

    return bias_summary(source, **options)


def draw_prisma(source: Any, **options: Any) -> Figure:
    """Return the flow diagram of a review."""
    from .review_plots.prisma import prisma_flow

    return prisma_flow(source, **options)


def draw_map(source: Any, **options: Any) -> Figure:
    """Return the evidence map."""
    from .review_plots.map import evidence_map

    return evidence_map(source, **options)


def draw_changes(source: Any, **options: Any) -> Figure:
    """Return the figure of pooled effects before and after."""
    from .review_plots.change import change_plot

    return change_plot(source, **options)


def draw_claims(source: Any, **options: Any) -> Figure:
    """Return the figure of claims beside the evidence."""
    from .review_plots.claims import claims_figure

    return claims_figure(source, **options)


def draw_reviews(source: Any, **options: Any) -> Figure:
    """Return the forest plot of published results."""
    from .forest_plot.plot import forest

    return forest(source, **options)
