"""Fits, single or by subgroup, as a line, as text and as HTML."""

from __future__ import annotations

import html
import math
import textwrap
from typing import TYPE_CHECKING

import numpy as np

from ..numbers import MINUS, format_effect, format_i2, format_interval, format_p, format_percent
from ..vocabulary import Measure, allowed
from .choices import FIXED
from .confint import INTERVAL_NAMES
from .digits import decimals, show, show_interval, show_variance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .result import PooledResult
    from .subgroup import SubgroupResult

__all__ = [
    "as_html",
    "as_line",
    "as_text",
    "between_line",
    "subgroups_as_html",
    "subgroups_as_text",
]

_WIDTH = 78
_MOST = 80
_COLUMNS = (10, 9, 8, 8, 10, 10)
_LEFT = 40
_NAME_LEAST = 8
_TESTS = {
    "z": "normal",
    "t": "Student's t",
    "hksj": "Hartung–Knapp",
    "adhoc": "ad hoc Hartung–Knapp",
    "adhoc-ci": "Hartung–Knapp or wider",
    "adhoc-iqwig6": "ad hoc HK, IQWiG 6",
    "kr": "Kenward–Roger",
}
_ESTIMATORS = {
    "EE": "equal effects (τ² = 0)",
    "FE": "fixed effects (τ² = 0)",
    "DL": "DL (DerSimonian–Laird)",
    "HE": "HE (Hedges)",
    "HS": "HS (Hunter–Schmidt)",
    "HSk": "HSk (Hunter–Schmidt)",
    "SJ": "SJ (Sidik–Jonkman)",
    "PM": "PM (Paule–Mandel)",
    "PMM": "PMM (median-unbiased)",
    "EB": "EB (empirical Bayes)",
    "GENQ": "GENQ (generalised Q)",
    "GENQM": "GENQM (median-unb.)",
    "DLIT": "DLIT (iterated DL)",
    "SJIT": "SJIT (iterated SJ)",
    "ML": "ML",
    "REML": "REML",
    FIXED: "given",
}
_WEIGHTS = {"equal": "All studies have the same weight.", "given": "The weights were given, not inverse variances."}


def as_line(fit: PooledResult) -> str:
    """Return the fit in one line."""
    parts = [f"k = {fit.k}"]
    if fit.has_moderators:
        names = [name for place, name in enumerate(fit.design.names) if place != fit.design.intercept]
        parts.append(f"moderators: {', '.join(names)}")
    else:
        value, interval = _estimate_and_interval(fit)
        parts.append(f"{fit.measure or 'estimate'} {value} ({_level(fit)} CI {interval})")
    parts += [f"τ² {show_variance(fit.tau2)}", f"{fit.tau2_method}, {fit.test}"]
    return f"<PooledResult: {'; '.join(parts)}>"


def as_text(fit: PooledResult) -> str:
    """Return the fit as text, at most 80 columns wide."""
    lines = [_title(fit).center(_WIDTH).rstrip(), "=" * _WIDTH]
    if fit.measure:
        lines += textwrap.wrap(f"Measure: {_pooled_label(fit)}", _WIDTH, subsequent_indent="    ")
    lines += _two_columns(_panel(fit))
    lines += ["=" * _WIDTH, *_coefficient_lines(fit), "-" * _WIDTH]
    lines += [line for text in _closing(fit) for line in textwrap.wrap(text, _WIDTH, subsequent_indent="    ")]
    lines.append("=" * _WIDTH)
    lines += _cautions(fit.cautions)
    return "\n".join(lines)


def as_html(fit: PooledResult) -> str:
    """Return the fit as an HTML fragment."""
    panel = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>" for name, value in _panel(fit)
    )
    header, *rows = _coefficient_cells(fit)
    measure = f"<p>Measure: {html.escape(_pooled_label(fit))}</p>" if fit.measure else ""
    return (
        f"<div><h4>{html.escape(_title(fit))}</h4>{measure}<table>{panel}</table>"
        f"{_html_table(header, rows)}{_html_paragraphs(_closing(fit))}{_html_cautions(fit.cautions)}</div>"
    )


def between_line(result: SubgroupResult) -> str:
    """Return the test between subgroups."""
    if math.isnan(result.q_between):
        return "no test between groups"
    if math.isinf(result.q_df2):
        return f"Q = {show(result.q_between, 2)}, df = {result.q_df:g}, {format_p(result.q_pvalue)}"
    return f"F({result.q_df:g}, {result.q_df2:g}) = {show(result.q_between, 2)}, {format_p(result.q_pvalue)}"


def subgroups_as_text(result: SubgroupResult) -> str:
    """Return a subgroup comparison as text, at most 80 columns wide."""
    header, *rows = _subgroup_cells(result)
    lines = [f"Subgroups by {result.by}".center(_WIDTH).rstrip(), "=" * _WIDTH, _align(header)]
    lines += ["-" * _WIDTH, *(_align(row) for row in rows[:-1]), "-" * _WIDTH, _align(rows[-1]), "=" * _WIDTH]
    lines += [_between_sentence(result), *_cautions(result.cautions)]
    return "\n".join(lines)


def subgroups_as_html(result: SubgroupResult) -> str:
    """Return a subgroup comparison as an HTML fragment."""
    header, *rows = _subgroup_cells(result)
    return (
        f"<div><h4>{html.escape(f'Subgroups by {result.by}')}</h4>{_html_table(header, rows)}"
        f"{_html_paragraphs([_between_sentence(result)])}{_html_cautions(result.cautions)}</div>"
    )


def _estimate_and_interval(fit: PooledResult) -> tuple[str, str]:
    """Return the estimate and its interval; those of a ratio as the ratio that the measure's name stands for."""
    if fit.measure in allowed(Measure):
        from ..effects import back_transform, is_ratio

        if is_ratio(fit.measure):
            value, low, high = np.asarray(back_transform(np.array([fit.estimate, *fit.ci]), fit.measure), float)
            return format_effect(value, ratio=True), format_interval(low, high, ratio=True)
    digits = decimals(fit.inference.se, usual=2)
    return show(fit.estimate, digits), show_interval(*fit.ci, digits)


def _title(fit: PooledResult) -> str:
    if fit.k == 1:
        return "One study, not a synthesis"
    if fit.has_moderators:
        return "Meta-regression"
    kind = {"EE": "Equal", "FE": "Fixed"}.get(fit.tau2_method, "Random")
    return f"{kind}-effects meta-analysis"


def _panel(fit: PooledResult) -> list[tuple[str, str]]:
    """Return names and values for the upper part, the choices first."""
    found = fit.heterogeneity
    df = "" if math.isinf(fit.df) else f", {_freedom(fit.df)} df"
    left_out = len(fit.studies.reasons)
    choices = [
        ("Studies (k)", f"{fit.k}" + (f", {left_out} left out" if left_out else "")),
        ("τ² estimator", _ESTIMATORS[fit.tau2_method]),
        ("Test", _TESTS[fit.test] + df),
        ("Level", _level(fit)),
        ("Log-lik.", f"{show(fit.loglik, 3)} ({'REML' if fit.tau2_method == 'REML' else 'ML'})"),
        ("AICc", show(fit.aicc, 2)),
    ]
    numbers = [
        ("τ²", _with_interval(show_variance(found.tau2), tuple(map(show_variance, found.tau2_ci)))),
        ("I²", _with_interval(format_i2(found.i2, 1), tuple(format_i2(limit, 1) for limit in found.i2_ci))),
        ("H²", _with_interval(show(found.h2, 2), tuple(show(limit, 2) for limit in found.h2_ci))),
        ("Q", f"{show(found.q, 2)} on {found.q_df:g} df"),
        ("p of Q", format_p(found.q_pvalue).removeprefix("p ").removeprefix("= ")),
        ("R²", format_percent(fit.r2, 1)) if fit.has_moderators else ("τ", show_variance(fit.tau)),
    ]
    return [pair for both in zip(choices, numbers, strict=True) for pair in both]


def _two_columns(pairs: Sequence[tuple[str, str]]) -> list[str]:
    lines = []
    for (name1, value1), (name2, value2) in zip(pairs[::2], pairs[1::2], strict=True):
        left = f"{name1 + ':':<14}{value1}"
        left = left if len(left) <= _LEFT else f"{left[: _LEFT - 1]}…"
        right = [f"{name2 + ':':<8}{value2}"]
        if len(right[0]) > _MOST - _LEFT - 1:
            # the limits go below
            value, _, limits = value2.partition(" (")
            right = [f"{name2 + ':':<8}{value}", f"{'':<8}({limits}"]
        lines += [f"{text:<{_LEFT}} {part}".rstrip() for text, part in zip([left, ""], right, strict=False)]
    return lines


def _with_interval(value: str, limits: Sequence[str]) -> str:
    return value if "n/e" in limits[0] else f"{value} ({limits[0]} to {limits[1]})"


def _coefficient_cells(fit: PooledResult) -> list[list[str]]:
    """Return the table of the coefficients, with fewer decimals where it would be too wide."""
    rows = _coefficient_rows(fit, decimals(fit.inference.se, usual=4))
    if min(_room(row) for row in rows) >= _NAME_LEAST:
        return rows
    fewer = _coefficient_rows(fit, decimals(fit.inference.se, usual=2))
    return [[row[0], *(cell.replace("\u202f", "") for cell in row[1:])] for row in fewer]


def _coefficient_rows(fit: PooledResult, digits: int) -> list[list[str]]:
    found = fit.inference
    statistic = "z" if math.isinf(fit.df) else "t"
    rows = [["", "estimate", "se", statistic, "p", "low", "high"]]
    names = fit.design.names if fit.has_moderators else ("pooled" if fit.k > 1 else "study",)
    for row, name in enumerate(names):
        rows.append(
            [
                name,
                show(found.coef[row], digits),
                show(found.se[row], digits),
                show(found.statistic[row], 2),
                format_p(float(found.pvalue[row])).removeprefix("p ").removeprefix("= "),
                show(found.ci_low[row], digits),
                show(found.ci_high[row], digits),
            ]
        )
    return rows


def _coefficient_lines(fit: PooledResult) -> list[str]:
    header, *rows = _coefficient_cells(fit)
    return [_align(header), "-" * _WIDTH, *(_align(row) for row in rows)]


def _align(cells: Sequence[str]) -> str:
    """Return cells in one line: the first to the left, shortened if need be, the others to the right."""
    others = "".join(f"{cell:>{width}}" for cell, width in zip(cells[1:], _widths(cells), strict=True))
    room = max(_NAME_LEAST, _room(cells))
    name = cells[0] if len(cells[0]) <= room else cells[0][: room - 1] + "…"
    return f"{name:<{room}}{others}"


def _widths(cells: Sequence[str]) -> list[int]:
    return [max(width, len(cell) + 1) for cell, width in zip(cells[1:], _COLUMNS, strict=True)]


def _room(cells: Sequence[str]) -> int:
    """Return how wide the first cell of a line can be."""
    return _WIDTH - sum(_widths(cells))


def _closing(fit: PooledResult) -> list[str]:
    """Return the sentences below the coefficients."""
    lines = []
    if fit.has_moderators:
        name = f"F({fit.qm_df[0]:g}, {fit.qm_df[1]:g})" if math.isfinite(fit.qm_df[1]) else f"χ²({fit.qm_df[0]:g})"
        lines.append("Q is that of the residuals.")
        lines.append(f"Test of moderators: {name} = {show(fit.qm, 2)}, {format_p(fit.qm_pvalue)}")
    else:
        lines += _prediction_and_display(fit)
    if fit.k > 1:
        lines.append(f"I² = {fit.heterogeneity.i2_definition}.")
    if not math.isnan(fit.heterogeneity.tau2_ci[0]):
        lines.append(f"Intervals of τ², I² and H²: {INTERVAL_NAMES[fit.heterogeneity.tau2_ci_method]}.")
    if fit.choices.weights in _WEIGHTS:
        lines.append(_WEIGHTS[fit.choices.weights])
    return lines


def _prediction_and_display(fit: PooledResult) -> list[str]:
    digits = decimals(fit.inference.se, usual=4)
    low, high = fit.pi
    lines = []
    if not math.isnan(low):
        kind = "normal" if math.isinf(fit.prediction.df) else f"t, {_freedom(fit.prediction.df)} df"
        kind += ", from τ² alone" if fit.prediction.method == "tau" else ""
        lines.append(f"Prediction interval: {show_interval(low, high, digits)} ({kind})")
    if not _can_back_transform(fit.measure):
        return lines
    from ..effects import back_transform, is_ratio, measure_label

    shown = np.asarray(back_transform(np.array([fit.estimate, *fit.ci, low, high]), fit.measure), float)
    ratio = is_ratio(fit.measure)
    value = format_effect(shown[0], ratio=ratio)
    text = f"As {measure_label(fit.measure)}: {value} ({format_interval(shown[1], shown[2], ratio=ratio)})"
    lines.append(text if math.isnan(low) else f"{text}, prediction {format_interval(shown[3], shown[4], ratio=ratio)}")
    return lines


def _can_back_transform(measure: str) -> bool:
    """Whether the measure has another scale for readers, and no group sizes are needed to reach it."""
    if measure not in allowed(Measure):
        return False
    from ..effects import measure_label, needs_sizes

    return not needs_sizes(measure) and measure_label(measure) != measure_label(measure, back_transformed=False)


def _pooled_label(fit: PooledResult) -> str:
    if fit.measure not in allowed(Measure):
        return fit.measure
    from ..effects import measure_label

    return measure_label(fit.measure, back_transformed=False)


def _subgroup_cells(result: SubgroupResult) -> list[list[str]]:
    from .subgroup import ALL_STUDIES

    fits = [*result.groups.items(), (ALL_STUDIES, result.overall)]
    digits = decimals([fit.se for _, fit in fits], usual=2)
    rows = [["", "estimate", "low", "high", "k", "τ²", "I²"]]
    for name, fit in fits:
        rows.append(
            [
                name,
                show(fit.estimate, digits),
                show(fit.ci_low, digits),
                show(fit.ci_high, digits),
                str(fit.k),
                show_variance(fit.tau2),
                format_i2(fit.i2, 1),
            ]
        )
    return rows


def _between_sentence(result: SubgroupResult) -> str:
    shared = "one τ² for all groups" if result.tau2_common else "a τ² for each group"
    return f"Between groups ({shared}): {between_line(result)}"


def _cautions(cautions: Sequence[str]) -> list[str]:
    return [
        line
        for caution in cautions
        for line in textwrap.wrap(caution, _WIDTH, initial_indent="Caution: ", subsequent_indent="    ")
    ]


def _html_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{html.escape(cell)}</th>" for cell in header)
    body = "".join(
        f"<tr><th>{html.escape(row[0])}</th>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row[1:])}</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _html_paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{html.escape(text)}</p>" for text in texts)


def _html_cautions(cautions: Sequence[str]) -> str:
    return "".join(f"<p><strong>Caution:</strong> {html.escape(caution)}</p>" for caution in cautions)


def _freedom(df: float) -> str:
    return f"{df:.4g}" if df >= 1 else f"{df:.3g}".replace("-", MINUS)


def _level(fit: PooledResult) -> str:
    return f"{100 * fit.level:g}%"
