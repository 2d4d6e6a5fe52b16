"""From the answer to a synthesis to the rows, summaries and notes of its forest plot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...synthesis.mixtures import doubtful
from ..page.scale import Scale, scale_of, steps_in_words, trial_values
from .data import ForestData, ForestRow
from .order import sorted_rows
from .synthesis_bias import JudgedBias, judged_bias
from .synthesis_cells import arm_cells, arm_names, cell_decimals, cell_texts, group_name, headings
from .synthesis_summaries import overall_of, subgroup_difference, subtotals_of
from .trials import noun, only_sex, row_labels, study_years, untimed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...curate import Exclusion
    from ...synthesis import SynthesisResult

__all__ = [
    "MARK",
    "about_trials",
    "derived_note",
    "favours",
    "forest_title",
    "from_synthesis",
    "steps_of",
    "undated_note",
]

MARK = "†"
_LONGEST_REASON = 60
_MOST_EXCLUDED = 12


def from_synthesis(result: SynthesisResult, *, sort: str | None = None, bias: bool = True) -> ForestData:
    """Return what the forest plot of a synthesis shows.

    The trials that entered come first, then those that make the comparison but do not enter, with the reason. Ratios
    stand on their natural scale. Proportions are in percent, each trial's turned back with its own n and given the
    exact (Clopper–Pearson) interval. A single trial gets no total.

    Parameters
    ----------
    result : SynthesisResult
        The answer, under any analysis.
    sort : {"given", "year", "label", "estimate", "weight", "precision"}, optional
        The order of the trials within their subgroups, as `evidence.plot.forest_plot.order.sorted_rows` has it.
        The year is that of the primary report; trials without one come last, and a note says so.
    bias : bool
        Whether the rows carry the judgements of bias that count for the outcome, for presets that show them.

    Raises
    ------
    OptionError
        If there is no such order.

    Notes
    -----
    Reasons are cut to what a figure can hold. Where more than twelve trials are left out, those whose reasons read
    the same stand in one row.
    """
    scale = scale_of(result)
    judged = judged_bias(result) if bias else JudgedBias(tool="", domains=(), by_study={})
    years = study_years(result)
    entered = _entered(result, scale, judged)
    left = _left_out(result, _group_names(result))
    studies = [*(contrast.study_id for contrast in result.contrasts), *(study for study, _ in left)]
    rows = sorted_rows(
        [*entered, *(row for _, row in left)],
        sort,
        errors=[*(math.sqrt(vi) for vi in result.effects["vi"].tolist()), *[None] * len(left)],
        years=[years.get(study) for study in studies],
    )
    difference, facts = subgroup_difference(result)
    return ForestData(
        rows=rows,
        measure=scale.symbol if scale.symbol.startswith("Hedges") else _capital(scale.name),
        ratio=scale.ratio,
        null=scale.null,
        overall=overall_of(result, scale),
        subtotals=subtotals_of(result, scale),
        unit=scale.unit,
        columns=headings(result),
        left_label=favours(result)[0],
        right_label=favours(result)[1],
        title=forest_title(result),
        subgroup_difference=difference,
        notes=(*_notes(result, scale, rows), *(undated_note(result, years) if sort == "year" else ())),
        level=result.synthesis.level,
        digits=scale.digits,
        arm_labels=arm_names(result),
        bias_tool=judged.tool,
        bias_domains=judged.domains,
        difference=facts,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def forest_title(result: SynthesisResult) -> str:
    """Return the heading of a figure of a synthesis, with the analysis where it is not the primary one."""
    if result.analysis.primary:
        return result.label
    return f"{result.label}\nSensitivity analysis: {result.analysis_label}"


def favours(result: SynthesisResult) -> tuple[str, str]:
    """Return what stands under the left and the right end of the axis."""
    comparison = result.protocol.comparisons[result.synthesis.comparison]
    direction = result.protocol.outcomes[result.synthesis.outcome].direction
    if comparison.kind == "single-arm":
        return "", ""
    if direction == "unclear":
        return f"Lower with {comparison.arm_1}", f"Higher with {comparison.arm_1}"
    better, worse = f"Favours {comparison.arm_1}", f"Favours {comparison.arm_2}"
    return (worse, better) if direction == "higher" else (better, worse)


def _group_names(result: SynthesisResult) -> Mapping[str, str]:
    """Return trial → subgroup; empty without subgroups. Trials left out stand apart if only contrasts have one."""
    if result.subgroups is None:
        return {}
    studies = result.tables["studies"]
    if result.synthesis.subgroup not in studies.columns:
        return dict.fromkeys(studies["study_id"], "Left out")
    column = studies[result.synthesis.subgroup].astype(str)
    return {study: group_name(name) for study, name in zip(studies["study_id"], column, strict=True)}


# ---------------------------------------------------------------- trials that entered


def _entered(result: SynthesisResult, scale: Scale, judged: JudgedBias) -> list[ForestRow]:
    decimals, labels = cell_decimals(result.contrasts), row_labels(result)
    rows: list[ForestRow] = []
    seen: set[str] = set()
    for position, (contrast, shown) in enumerate(zip(result.contrasts, trial_values(result), strict=True)):
        weight = float(result.effects["weight"].iloc[position])
        rows.append(
            ForestRow(
                label=labels[position],
                estimate=shown.estimate * scale.factor,
                ci_low=shown.ci_low * scale.factor,
                ci_high=shown.ci_high * scale.factor,
                weight=weight if math.isfinite(weight) else None,
                cells=cell_texts(contrast, decimals),
                mark=MARK if steps_of(result, position) else "",
                subgroup=group_name(contrast.subgroup) if result.subgroups is not None else "",
                stands_for=0 if contrast.study_id in seen else 1,
                arms=arm_cells(contrast),
                bias=judged.by_study.get(contrast.study_id, ()),
            )
        )
        seen.add(contrast.study_id)
    return rows


def steps_of(result: SynthesisResult, position: int) -> list[str]:
    """Return what was done to the numbers of one row before they entered, in words."""
    return steps_in_words(result.contrasts[position], str(result.effects["effect_note"].iloc[position]))


# ---------------------------------------------------------------- trials that did not enter


def _left_out(result: SynthesisResult, groups: Mapping[str, str]) -> list[tuple[str, ForestRow]]:
    """Return the rows of the trials left out, each with its trial; no trial where the row stands for several."""
    left = [entry for entry in result.exclusions if entry.compared]
    if len(left) <= _MOST_EXCLUDED:
        return [(entry.study_id, _reason_row([entry], groups, noun(result))) for entry in left]
    shared: dict[tuple[str, str], list[Exclusion]] = {}
    for entry in left:
        shared.setdefault((groups.get(entry.study_id, ""), _short(entry.reason)), []).append(entry)
    return [
        (entries[0].study_id if len(entries) == 1 else "", _reason_row(entries, groups, noun(result)))
        for entries in shared.values()
    ]


def _reason_row(entries: Sequence[Exclusion], groups: Mapping[str, str], what: str) -> ForestRow:
    first = entries[0]
    label = first.study_label if len(entries) == 1 else f"{len(entries)} {what}s"
    group = groups.get(first.study_id, "")
    return ForestRow(label=label, reason=_short(first.reason), subgroup=group, stands_for=len(entries))


def _short(reason: str) -> str:
    """Return the first of several reasons, cut at a word; an ellipsis stands for the rest."""
    first, *more = reason.split("; ")
    if len(first) > _LONGEST_REASON:
        return f"{first[:_LONGEST_REASON].rsplit(' ', 1)[0].rstrip(',:')} …"
    return f"{first} …" if more else first


# ---------------------------------------------------------------- notes


def _notes(result: SynthesisResult, scale: Scale, rows: Sequence[ForestRow]) -> list[str]:
    notes = derived_note(result)
    if scale.unit == "%" and result.k:
        notes.append(f"The intervals of {noun(result)}s are exact (Clopper–Pearson).")
    notes += about_trials(result)
    if result.fit is not None and not math.isfinite(result.fit.ci_low):
        notes.append("No total is drawn, because it has no interval.")
    if any(row.reason.endswith("…") for row in rows):
        notes.append("… Reasons are shortened; the report has them in full.")
    return notes


def derived_note(result: SynthesisResult) -> list[str]:
    """Return the note on rows that were not entered as printed, if there are any; it begins with their mark."""
    marked = [
        f"{label}: {', '.join(steps)}"
        for position, label in enumerate(row_labels(result))
        if (steps := steps_of(result, position))
    ]
    return [f"{MARK} Not entered as printed. {'; '.join(marked)}."] if marked else []


def undated_note(result: SynthesisResult, years: Mapping[str, int]) -> list[str]:
    """Say which of the trials that entered stand last because nobody knows their year."""
    unknown = {contrast.study_label: None for contrast in result.contrasts if contrast.study_id not in years}
    return [f"Year of the primary report not known, therefore last: {', '.join(unknown)}."] if unknown else []


def about_trials(result: SynthesisResult) -> list[str]:
    """Return what to know of the trials that entered: how many, how unlike, of which sex, at what time."""
    if not result.k:
        return []
    notes = []
    if result.trials == 1:
        several = "" if result.k == 1 else f" with {result.k} comparisons"
        notes += [f"One {noun(result)}{several}: shown, not pooled.", *doubtful(result.contrasts)]
    else:
        notes += [f"{_capital(result.reason)}."] if result.fit is None else []
        notes += result.cautions
    if untimed(result):
        notes.append(f"Time not stated in {', '.join(untimed(result))}.")
    sex = only_sex(result)
    if sex and not result.protocol.populations[result.synthesis.population].sexes:
        notes.append(f"What entered is of {sex} only.")
    return notes
