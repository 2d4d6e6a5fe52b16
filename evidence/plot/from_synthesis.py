"""From the answer to a synthesis to the rows, summaries and notes of its forest plot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..numbers import format_number
from ..synthesis.mixtures import doubtful
from .forest_data import ForestData, ForestRow, ForestSummary
from .heterogeneity import heterogeneity_line
from .scale import Scale, Values, pooled_values, scale_of, steps_in_words, trial_values
from .trials import noun, only_sex, row_labels, untimed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..curate import ArmData, Contrast, Exclusion
    from ..pool import PooledResult
    from ..synthesis import SynthesisResult

__all__ = ["from_synthesis"]

_MARK = "†"
_NOT_BY_ARM = "–"
_LONGEST_REASON = 60
_MOST_EXCLUDED = 12


def from_synthesis(result: SynthesisResult) -> ForestData:
    """Return what the forest plot of a synthesis shows.

    The trials that entered come first, then those that make the comparison but do not enter, with the reason. Ratios
    stand on their natural scale. Proportions are in percent, each trial's turned back with its own n and given the
    exact (Clopper–Pearson) interval. A single trial gets no total.

    Parameters
    ----------
    result : SynthesisResult
        The answer, under any analysis.

    Notes
    -----
    Reasons are cut to what a figure can hold. Where more than twelve trials are left out, those whose reasons read
    the same stand in one row.
    """
    scale = scale_of(result)
    groups = _group_names(result)
    rows = [*_entered(result, scale), *_left_out(result, groups)]
    return ForestData(
        rows=tuple(rows),
        measure=scale.symbol if scale.symbol.startswith("Hedges") else _capital(scale.name),
        ratio=scale.ratio,
        null=scale.null,
        overall=_overall(result, scale),
        subtotals=_subtotals(result, scale),
        unit=scale.unit,
        columns=_columns(result),
        left_label=_favours(result)[0],
        right_label=_favours(result)[1],
        title=_title(result),
        subgroup_difference=_difference(result),
        notes=tuple(_notes(result, scale, rows)),
        level=result.synthesis.level,
        digits=scale.digits,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _title(result: SynthesisResult) -> str:
    if result.analysis.primary:
        return result.label
    return f"{result.label}\nSensitivity analysis: {result.analysis_label}"


def _favours(result: SynthesisResult) -> tuple[str, str]:
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
    return {study: _group(name) for study, name in zip(studies["study_id"], column, strict=True)}


def _group(name: str) -> str:
    return _capital(name.replace("-", " "))


# ---------------------------------------------------------------- trials that entered


def _entered(result: SynthesisResult, scale: Scale) -> list[ForestRow]:
    decimals, labels = _cell_decimals(result), row_labels(result)
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
                cells=tuple(_cell(arm, decimals) for arm in (contrast.arm_1, contrast.arm_2) if arm),
                mark=_MARK if _steps(result, position) else "",
                subgroup=_group(contrast.subgroup) if result.subgroups is not None else "",
                stands_for=0 if contrast.study_id in seen else 1,
            )
        )
        seen.add(contrast.study_id)
    return rows


def _columns(result: SynthesisResult) -> tuple[str, ...]:
    comparison = result.protocol.comparisons[result.synthesis.comparison]
    binary = result.protocol.outcomes[result.synthesis.outcome].kind == "binary"
    what = "n/N" if binary else "mean (SD), n"
    names = (comparison.arm_1,) if comparison.kind == "single-arm" else (comparison.arm_1, comparison.arm_2)
    return tuple(f"{_capital(name)}\n{what}" for name in names)


def _cell_decimals(result: SynthesisResult) -> tuple[int, int]:
    """Return the decimals of means and SDs: as many as were reported, at most two."""
    arms = [arm for contrast in result.contrasts for arm in (contrast.arm_1, contrast.arm_2) if arm]
    return _fewest([arm.mean for arm in arms]), _fewest([arm.sd for arm in arms])


def _fewest(values: Sequence[float], *, most: int = 2) -> int:
    known = [value for value in values if math.isfinite(value)]
    fits = (digits for digits in range(most) if all(abs(round(value, digits) - value) < 1e-9 for value in known))
    return next(fits, most)


def _cell(arm: ArmData, decimals: tuple[int, int]) -> str:
    if math.isfinite(arm.events):
        return f"{_count(arm.events)}/{_count(arm.n)}"
    if not math.isfinite(arm.mean):
        return _NOT_BY_ARM
    if not math.isfinite(arm.sd):
        return f"{format_number(arm.mean, decimals[0])} ({_NOT_BY_ARM}), {_count(arm.n)}"
    return f"{format_number(arm.mean, decimals[0])} ({format_number(arm.sd, decimals[1])}), {_count(arm.n)}"


def _count(people: float) -> str:
    """Return a number of people as text; half of a divided arm may be no whole number."""
    return format_number(people, _fewest([people], most=1))


def _steps(result: SynthesisResult, position: int) -> list[str]:
    return steps_in_words(result.contrasts[position], str(result.effects["effect_note"].iloc[position]))


# ---------------------------------------------------------------- trials that did not enter


def _left_out(result: SynthesisResult, groups: Mapping[str, str]) -> list[ForestRow]:
    left = [entry for entry in result.exclusions if entry.compared]
    if len(left) <= _MOST_EXCLUDED:
        return [_reason_row([entry], groups, noun(result)) for entry in left]
    shared: dict[tuple[str, str], list[Exclusion]] = {}
    for entry in left:
        shared.setdefault((groups.get(entry.study_id, ""), _short(entry.reason)), []).append(entry)
    return [_reason_row(entries, groups, noun(result)) for entries in shared.values()]


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


# ---------------------------------------------------------------- summaries


def _overall(result: SynthesisResult, scale: Scale) -> ForestSummary | None:
    fit = result.fit
    if fit is None or not math.isfinite(fit.ci_low):
        return None
    return _summary(
        pooled_values(result),
        scale,
        label="Total",
        fit=fit,
        cells=_totals(result.contrasts),
        weight=100.0,
        heterogeneity=heterogeneity_line(fit),
    )


def _summary(
    shown: Values,
    scale: Scale,
    *,
    label: str,
    fit: PooledResult,
    cells: tuple[str, ...],
    weight: float,
    heterogeneity: str,
    subgroup: str = "",
) -> ForestSummary:
    predicted = math.isfinite(fit.pi_low)
    return ForestSummary(
        label=label,
        estimate=shown.estimate * scale.factor,
        ci_low=shown.ci_low * scale.factor,
        ci_high=shown.ci_high * scale.factor,
        pi_low=shown.pi_low * scale.factor if predicted else None,
        pi_high=shown.pi_high * scale.factor if predicted else None,
        level=fit.level,
        k=fit.k,
        cells=cells,
        weight=weight,
        heterogeneity=heterogeneity,
        filled=not subgroup,
        subgroup=subgroup,
    )


def _totals(contrasts: Sequence[Contrast]) -> tuple[str, ...]:
    """Return the events and people of all trials, or the people; a paired trial has the same people on both sides."""
    sides = [[contrast.arm_1 for contrast in contrasts]]
    if all(contrast.arm_2 for contrast in contrasts):
        sides.append([contrast.arm_2 for contrast in contrasts if contrast.arm_2])
    cells = []
    for arms in sides:
        people = _count(sum(arm.n for arm in arms)) if all(math.isfinite(arm.n) for arm in arms) else _NOT_BY_ARM
        events = sum(arm.events for arm in arms)
        cells.append(f"{_count(events)}/{people}" if math.isfinite(events) else people)
    return tuple(cells)


def _subtotals(result: SynthesisResult, scale: Scale) -> tuple[ForestSummary, ...]:
    """Return the subtotal of each subgroup with at least two trials: a single trial is not a synthesis."""
    if result.subgroups is None:
        return ()
    found = []
    for name, fit in result.subgroups.groups.items():
        inside = [contrast for contrast in result.contrasts if contrast.subgroup == name]
        if _trials(inside) < 2 or not math.isfinite(fit.ci_low):
            continue
        estimate, low, high, pi_low, pi_high = result.display(fit.estimate, *fit.ci, *fit.pi)
        shown = Values(estimate=estimate, ci_low=low, ci_high=high, pi_low=pi_low, pi_high=pi_high)
        weights = result.effects["weight"][result.effects["subgroup"] == name]
        summary = _summary(
            shown,
            scale,
            label="Subtotal",
            fit=fit,
            cells=_totals(inside),
            weight=float(weights.sum()),
            heterogeneity=heterogeneity_line(fit),
            subgroup=_group(name),
        )
        found.append(summary)
    return tuple(found)


def _trials(contrasts: Sequence[Contrast]) -> int:
    return len({contrast.study_id for contrast in contrasts})


def _difference(result: SynthesisResult) -> str:
    """Return the line on the test between subgroups, which a group of one trial does not allow."""
    if result.subgroups is None:
        return ""
    alone = [
        _group(name)
        for name in result.subgroups.groups
        if _trials([contrast for contrast in result.contrasts if contrast.subgroup == name]) < 2
    ]
    if alone:
        return f"No test between subgroups: one trial only in {', '.join(alone)}."
    from ..pool.summary import between_line

    return f"Test for subgroup differences: {between_line(result.subgroups)}."


# ---------------------------------------------------------------- notes


def _notes(result: SynthesisResult, scale: Scale, rows: Sequence[ForestRow]) -> list[str]:
    notes = []
    marked = [
        f"{label}: {', '.join(steps)}"
        for position, label in enumerate(row_labels(result))
        if (steps := _steps(result, position))
    ]
    if marked:
        notes.append(f"{_MARK} Not entered as printed. {'; '.join(marked)}.")
    if scale.unit == "%" and result.k:
        notes.append(f"The intervals of {noun(result)}s are exact (Clopper–Pearson).")
    notes += _about_trials(result)
    if result.fit is not None and not math.isfinite(result.fit.ci_low):
        notes.append("No total is drawn, because it has no interval.")
    if any(row.reason.endswith("…") for row in rows):
        notes.append("… Reasons are shortened; the report has them in full.")
    return notes


def _about_trials(result: SynthesisResult) -> list[str]:
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
