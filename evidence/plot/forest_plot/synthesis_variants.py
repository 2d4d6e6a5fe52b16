"""Cumulative and leave-one-out forest plots of a synthesis: trials come in and go out whole, with all their rows."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...diagnose import cumulative, leave_one_out
from ...errors import InputError, NotPooledError
from ...synthesis.reason import can_pool
from ...vocabulary import check_option
from ..page.scale import Scale, scale_of
from .data import ForestData, ForestRow
from .found_on import found_on
from .from_synthesis import MARK, about_trials, derived_note, favours, forest_title, steps_of, undated_note
from .order import SORTS, label_key, order_of
from .synthesis_summaries import overall_of
from .trials import noun, study_years, trial_labels
from .variants import NO_INTERVAL, REPEATED_LOOKS, share_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...diagnose import PooledRows
    from ...pool import PooledResult
    from ...synthesis import SynthesisResult

__all__ = ["CUMULATIVE_ORDERS", "cumulative_of", "leave_one_out_of"]

CUMULATIVE_ORDERS = (*SORTS, "refresh")
_MOST_NAMES = 3
_WORDS = {
    "given": "in the order of the tables",
    "year": "by year of the primary report",
    "label": "by name",
    "estimate": "from the smallest effect to the largest",
    "weight": "from the heaviest to the lightest",
    "precision": "from the most precise to the least",
    "refresh": "by the day of the search that found it",
}


def cumulative_of(result: SynthesisResult, *, order: str, **shown: Any) -> ForestData:
    """Return what the cumulative forest plot of a synthesis shows.

    Each row pools the trials that it names with all above it, by the model of the synthesis. Trials come in whole: a
    row of one trial with several comparisons has no estimate, since a trial is not a synthesis. Subgroups are not kept
    apart.

    Parameters
    ----------
    result : SynthesisResult
        A pooled answer.
    order : {"given", "year", "label", "estimate", "weight", "precision", "refresh"}
        The order in which trials come in; those of one day of refresh together.
    **shown
        Anything else of `ForestData`.

    Raises
    ------
    OptionError
        If there is no such order.
    NotPooledError
        If nothing was pooled.
    InputError
        If a trial with several rows has no single effect to be ordered by.
    RowError
        For ``"refresh"``, listing the trials of which no table knows when they were found.
    """
    fit = _fit_of(result)
    check_option("order", order, CUMULATIVE_ORDERS)
    steps = _steps(result, order)
    place = {study: position for position, (_, studies) in enumerate(steps) for study in studies}
    ranks = [place[contrast.study_id] for contrast in result.contrasts]
    found = cumulative(fit, order=ranks, collapse=True).rows
    heading = {"year": "Year", "refresh": "Found on"}.get(order, "")
    labels, what = trial_labels(result), noun(result)
    rows = []
    for position, (value, studies) in enumerate(steps):
        inside = [row for row, rank in enumerate(ranks) if rank <= position]
        new = [row for row, rank in enumerate(ranks) if rank == position]
        name = _names([labels[study] for study in studies], what)
        trials = sum(len(own) for _, own in steps[: position + 1])
        rows.append(
            ForestRow(
                label=f"+ {name}" if position else name,
                **_values(result, found, position, inside),
                cells=(*((value,) if heading else ()), str(trials), share_text(found, position)),
                mark=MARK if any(steps_of(result, row) for row in new) else "",
                stands_for=len(studies),
                summarises=trials > 1,
            )
        )
    notes = [
        f"Each row pools its {what} with all above it, {_WORDS[order]}, by the model of all {what}s.",
        *([_alone(result, what)] if rows[0].stands_for == 1 and rows[0].estimate is not None else []),
        REPEATED_LOOKS,
        *derived_note(result),
        *(undated_note(result, study_years(result)) if order == "year" else ()),
    ]
    return _data(result, rows, heading, f"Cumulative, {_WORDS[order]}", notes, shown)


def leave_one_out_of(result: SynthesisResult, *, sort: str | None = None, **shown: Any) -> ForestData:
    """Return what the leave-one-out forest plot of a synthesis shows: the pooled effect without each trial.

    A trial is left out with all its rows. Subgroups are not kept apart.

    Parameters
    ----------
    result : SynthesisResult
        A pooled answer.
    sort : {"given", "year", "label", "estimate", "weight", "precision"}, optional
        The order of the rows: by the trial left out, its weight among all, or the estimate and its precision without
        it.
    **shown
        Anything else of `ForestData`.

    Raises
    ------
    OptionError
        If there is no such order.
    NotPooledError
        If nothing was pooled.
    InputError
        If there are fewer than three trials.
    """
    fit = _fit_of(result)
    what, labels = noun(result), trial_labels(result)
    if len(labels) < 3:
        raise InputError(
            f"a leave-one-out plot needs at least three {what}s, and {result.id} has {len(labels)}: "
            "without one of them, no synthesis is left"
        )
    studies = [contrast.study_id for contrast in result.contrasts]
    found = leave_one_out(fit, cluster=studies).rows
    rows = [
        ForestRow(
            label=f"Without {label}",
            **_values(result, found, position, [row for row, other in enumerate(studies) if other != study]),
            cells=(str(len(labels) - 1), share_text(found, position)),
            summarises=True,
        )
        for position, (study, label) in enumerate(labels.items())
    ]
    notes = [f"Each row is the pooled effect without the {what} that it names, by the model of all {what}s."]
    if sort is not None and check_option("sort", sort, SORTS) != "given":
        years = study_years(result)
        shares = result.effects.groupby("study_id")["weight"].sum()
        places = order_of(
            sort,
            labels=list(labels.values()),
            estimates=[row.estimate for row in rows],
            weights=[float(shares[study]) for study in labels],
            errors=[se if math.isfinite(se) else None for se in found.se.tolist()],
            years=[years.get(study) for study in labels],
        )
        rows = [rows[place] for place in places]
        notes += undated_note(result, years) if sort == "year" else []
    return _data(result, rows, "", "Leave-one-out analysis", notes, shown)


def _fit_of(result: SynthesisResult) -> PooledResult:
    if result.fit is None:
        raise NotPooledError(f"{result.id} ({result.analysis.id}) was not pooled: {result.reason}")
    return result.fit


def _steps(result: SynthesisResult, order: str) -> list[tuple[str, list[str]]]:
    """Return the trials in the order in which they come in: a value of the order, and who comes in with it."""
    labels = trial_labels(result)
    studies = list(labels)
    if order == "given":
        return [("", [study]) for study in studies]
    if order == "refresh":
        days = found_on(result.tables, studies)
        ordered = sorted(studies, key=lambda study: (days[study], label_key(labels[study])))
        return [(day, [study for study in ordered if days[study] == day]) for day in sorted(set(days.values()))]
    several = [study for study, rows in Counter(c.study_id for c in result.contrasts).items() if rows > 1]
    if order in {"estimate", "precision"} and several:
        names = ", ".join(labels[study] for study in several)
        raise InputError(f"order={order!r}: {names} has several rows, and no single effect to be ordered by")
    years, effects = study_years(result), result.effects.groupby("study_id")
    places = order_of(
        order,
        labels=[labels[study] for study in studies],
        estimates=[float(effects["yi"].first()[study]) for study in studies],
        weights=[float(effects["weight"].sum()[study]) for study in studies],
        errors=[math.sqrt(float(effects["vi"].first()[study])) for study in studies],
        years=[years.get(study) for study in studies],
    )
    return [(str(years.get(studies[place], "–")), [studies[place]]) for place in places]


def _alone(result: SynthesisResult, what: str) -> str:
    exact = scale_of(result).unit == "%"
    return f"The first row is one {what} alone{', with its exact (Clopper–Pearson) interval' if exact else ''}."


def _names(labels: Sequence[str], what: str) -> str:
    """Return who comes in with one row: all names, or the first and how many more."""
    if len(labels) <= _MOST_NAMES:
        return ", ".join(labels)
    return f"{labels[0]} and {len(labels) - 1} more {what}s"


def _values(result: SynthesisResult, rows: PooledRows, place: int, inside: Sequence[int]) -> dict[str, Any]:
    """Return estimate and interval of a row on the scale that people read, or why there are none."""
    scale, part = scale_of(result), result.effects.iloc[list(inside)]
    what, trials = noun(result), part["study_id"].nunique()
    if len(inside) == 1:
        return _scaled(result.trial_display(inside[0]), scale)
    if trials == 1:
        return {"reason": f"one {what} with {len(inside)} comparisons: not pooled"}
    if not can_pool(part, result.synthesis):
        return {"reason": "no event: zeros are not pooled"}
    limits = (float(rows.ci_low[place]), float(rows.ci_high[place]))
    if any(math.isnan(limit) for limit in limits):
        return {"reason": NO_INTERVAL}
    return _scaled(replace(result, effects=part).display(float(rows.estimate[place]), *limits), scale)


def _scaled(values: Sequence[float], scale: Scale) -> dict[str, Any]:
    estimate, low, high = (value * scale.factor for value in values)
    return {"estimate": estimate, "ci_low": low, "ci_high": high}


def _data(
    result: SynthesisResult,
    rows: Sequence[ForestRow],
    heading: str,
    title: str,
    notes: Sequence[str],
    shown: dict[str, Any],
) -> ForestData:
    scale, total, what = scale_of(result), overall_of(result, scale_of(result)), noun(result)
    columns = (*((heading,) if heading else ()), f"{what.capitalize()}s", "I²")
    left, right = favours(result)
    apart = ["Subgroups are not kept apart."] if result.subgroups is not None else []
    options: dict[str, Any] = {
        "measure": scale.symbol if scale.symbol.startswith("Hedges") else scale.name[:1].upper() + scale.name[1:],
        "ratio": scale.ratio,
        "null": scale.null,
        "unit": scale.unit,
        "left_label": left,
        "right_label": right,
        "title": f"{forest_title(result)}\n{title}",
        "digits": scale.digits,
        **shown,
    }
    options["notes"] = (*notes, *apart, *about_trials(result), *shown.get("notes", ()))
    whole = replace(total, label=f"All {what}s", cells=("",) * len(columns), weight=None, arms=()) if total else None
    return ForestData(rows=tuple(rows), overall=whole, columns=columns, level=result.synthesis.level, **options)
