"""From a fit to what its forest plot shows.

A fit is anything with the attributes that are read here, under the field's names.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from numbers import Real
from typing import TYPE_CHECKING, Any

from ...effects import back_transform, is_ratio, measure_label, needs_sizes, null_value
from ...errors import InputError
from ...numbers import format_number
from ...vocabulary import Measure, allowed
from .data import ArmCell, ForestData, ForestRow, ForestSummary
from .heterogeneity import difference_facts, forest_facts, heterogeneity_line
from .order import sorted_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["from_fit", "natural", "shown_scale"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Extras:
    """What the caller adds to each row of the fit's table; empty where nothing is added."""

    n1: Sequence[int | None]
    n2: Sequence[int | None]
    cells: Sequence[tuple[str, ...]]
    marks: Sequence[str]
    arms: Sequence[tuple[ArmCell, ...]]
    bias: Sequence[tuple[str, ...]]
    years: Sequence[int | None]


def from_fit(
    fit: Any,
    *,
    n1: Sequence[int | None] = (),
    n2: Sequence[int | None] = (),
    cells: Sequence[tuple[str, ...]] = (),
    marks: Sequence[str] = (),
    arms: Sequence[tuple[ArmCell, ...]] = (),
    bias: Sequence[tuple[str, ...]] = (),
    years: Sequence[int | None] = (),
    sort: str | None = None,
    **shown: Any,
) -> ForestData:
    r"""Return what the forest plot of a fit shows.

    Effects are turned back to the scale that people read: ratios, proportions. A fit of one study has no total, and
    neither has a meta-regression; rows that were left out of the fit stand there with their reason.

    Parameters
    ----------
    fit : PooledResult or SubgroupResult
        A fit, or fits by group with their overall fit.
    n1, n2 : sequence of int or None
        Participants in the two groups, one for each row of the fit's table (``fit.to_frame()``); columns are then
        ``("Group 1\\nn", "Group 2\\nn")`` unless given.
    cells : sequence of tuple of str
        What stands in the text columns instead.
    marks : sequence of str
        Signs of derived or imputed rows, such as ``†``; explain each in `notes`.
    arms : sequence of tuple of ArmCell
        The numbers of the groups, for presets that make columns of them; by default those of `n1` and `n2`.
    bias : sequence of tuple of str
        Judgements of bias; give ``bias_tool`` and ``bias_domains`` too.
    years : sequence of int or None
        Years of publication, for ``sort="year"``.
    sort : {"given", "year", "label", "estimate", "weight", "precision"}, optional
        The order of the rows within their groups; `evidence.plot.forest_plot.order.sorted_rows` has the particulars.
    **shown
        Anything else of `ForestData`: ``measure``, ``unit``, ``columns``, ``left_label``, ``right_label``, ``title``,
        ``notes``, ``digits``, ``arm_labels``, ``bias_tool``, ``bias_domains``.

    Raises
    ------
    InputError
        If what is given for the rows has another length than the fit's table, or `sort` needs years and there are none.
    OptionError
        If there is no such order.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> data = from_fit(pool([0.1, 0.5, 0.9], [0.04, 0.05, 0.06], measure="RR"))
    >>> data.measure, data.null, round(data.overall.estimate, 2), data.overall.k
    ('Risk ratio', 1.0, 1.62, 3)
    """
    by_group = hasattr(fit, "groups")
    overall = fit.overall if by_group else fit
    if not hasattr(overall, "has_moderators"):
        raise InputError(f"a forest plot is made of ForestData or a pooled fit, and this is {_kind(fit)}")
    frame = overall.to_frame()
    n1, n2 = _counts("n1", n1), _counts("n2", n2)
    cells, marks, arms, bias = (_listed(given) for given in (cells, marks, arms, bias))
    given = arms or ([(ArmCell(n=one), ArmCell(n=two)) for one, two in zip(n1, n2, strict=False)])
    dated = _counts("years", years)
    extras = _Extras(n1=n1, n2=n2, cells=cells, marks=marks, arms=given, bias=bias, years=dated)
    _check_lengths(extras, len(frame), sort)
    groups = _memberships(fit, frame) if by_group else [""] * len(frame)
    rows = tuple(_row(record, group, overall, extras) for record, group in zip(_records(frame), groups, strict=True))
    rows = sorted_rows(rows, sort, errors=[_error(sei) for sei in frame["sei"]], years=dated)
    summary = _summary(overall, rows, label="Total")
    options: dict[str, Any] = {
        **shown_scale(overall.measure),
        "columns": ("Group 1\nn", "Group 2\nn") if n1 and n2 and not cells else (),
        "arm_labels": ("Group 1", "Group 2") if given and len(given[0]) == 2 else (),
    }
    notes = (*_notes(overall), *_undated(frame, extras, sort), *shown.pop("notes", ()))
    if by_group:
        options["subtotals"] = tuple(_subtotals(fit, rows))
        options["subgroup_difference"] = _difference_line(fit)
        options["difference"] = difference_facts(fit)
    return ForestData(rows=rows, overall=summary, level=overall.level, notes=notes, **{**options, **shown})


def _check_lengths(extras: _Extras, rows: int, sort: str | None) -> None:
    for field in fields(extras):
        given = getattr(extras, field.name)
        if len(given) not in {0, rows}:
            raise InputError(
                f"{field.name} has {len(given)} values for {rows} rows; give one for each row of fit.to_frame()"
            )
    if bool(extras.n1) != bool(extras.n2):
        raise InputError("n1 and n2 are given together; of studies of one group give cells= with columns=, or arms=")
    if sort == "year" and not extras.years:
        raise InputError("sort='year' needs years=, the year of each row of fit.to_frame(): a fit does not know them")


def _kind(given: Any) -> str:
    return "None" if given is None else f"a {type(given).__name__}"


def _listed(given: Any) -> list[Any]:
    """Return what is given for the rows as a list, be it a column of a table or an array."""
    return list(given.tolist() if hasattr(given, "tolist") else given)


def _counts(name: str, given: Any) -> list[int | None]:
    """Return whole numbers, as of participants or years; None for any sign of a missing one."""
    import pandas as pd

    found: list[int | None] = []
    for place, value in enumerate(_listed(given), start=1):
        number = int(value) if isinstance(value, str) and value.strip().isdecimal() else value
        missing = pd.isna(number) is True
        if not missing and (not isinstance(number, Real) or number != number // 1):
            raise InputError(f"{name} holds {value!r} for row {place}; give a whole number, or None where not known")
        found.append(None if missing else int(number))
    return found


def _error(sei: float) -> float | None:
    return float(sei) if math.isfinite(sei) else None


def _undated(frame: pd.DataFrame, extras: _Extras, sort: str | None) -> list[str]:
    """Say which studies stand last because nobody knows their year."""
    if sort != "year":
        return []
    unknown = [str(study) for study, year in zip(frame["study"], extras.years, strict=True) if year is None]
    return [f"Year not known, therefore last: {', '.join(unknown)}."] if unknown else []


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {"position": position, **{str(name): value for name, value in record.items()}}
        for position, record in enumerate(frame.to_dict(orient="records"))
    ]


def _memberships(fit: Any, frame: pd.DataFrame) -> list[str]:
    """Return the group of each row: groups keep the table's order, so equal rows are taken in turn."""
    waiting: dict[tuple[str, str, str], list[str]] = {}
    for name, group in fit.groups.items():
        for record in group.to_frame().to_dict(orient="records"):
            waiting.setdefault(_key(record), []).append(name)
    # A row that was left out of every fit because its group has nothing to pool belongs to none of them.
    return [(waiting.get(_key(record)) or ["Others"]).pop(0) for record in frame.to_dict(orient="records")]


def _key(record: dict[Any, Any]) -> tuple[str, str, str]:
    return str(record["study"]), repr(record["yi"]), repr(record["vi"])


def _row(record: dict[str, Any], group: str, fit: Any, extras: _Extras) -> ForestRow:
    at = record["position"]
    common: dict[str, Any] = {
        "label": str(record["study"]),
        "subgroup": group,
        "n1": extras.n1[at] if extras.n1 else None,
        "n2": extras.n2[at] if extras.n2 else None,
        "cells": tuple(extras.cells[at]) if extras.cells else (),
        "mark": extras.marks[at] if extras.marks else "",
        "arms": tuple(extras.arms[at]) if extras.arms else (),
        "bias": tuple(extras.bias[at]) if extras.bias else (),
    }
    if not record["included"]:
        return ForestRow(reason=str(record["reason"]) or "left out", **common)
    estimate, low, high = natural(fit.measure, record["yi"], record["ci_low"], record["ci_high"])
    weight = float(record["weight"]) if fit.k > 1 else None
    return ForestRow(estimate=estimate, ci_low=low, ci_high=high, weight=weight, **common)


def _summary(fit: Any, rows: Sequence[ForestRow], *, label: str, group: str = "") -> ForestSummary | None:
    """Return the summary of a fit; None for one study, a meta-regression, or where there is no interval."""
    if fit.k < 2 or fit.has_moderators or any(math.isnan(limit) for limit in fit.ci):
        return None
    estimate, low, high = natural(fit.measure, fit.estimate, *fit.ci)
    predicted = None if any(math.isnan(limit) for limit in fit.pi) else natural(fit.measure, *fit.pi)
    pooled = [row for row in rows if row.weight is not None]
    return ForestSummary(
        label=label,
        estimate=estimate,
        ci_low=low,
        ci_high=high,
        pi_low=predicted[0] if predicted else None,
        pi_high=predicted[1] if predicted else None,
        level=fit.level,
        k=fit.k,
        n1=_sum(row.n1 for row in pooled),
        n2=_sum(row.n2 for row in pooled),
        cells=("",) * len(rows[0].cells),
        weight=math.fsum(row.weight for row in pooled if row.weight is not None),
        heterogeneity=heterogeneity_line(fit),
        filled=not group,
        subgroup=group,
        facts=forest_facts(fit),
        arms=_totals(pooled),
    )


def _totals(pooled: Sequence[ForestRow]) -> tuple[ArmCell, ...]:
    """Return people and events of all studies by group; None, or no groups, where a study's are not known."""
    if len({len(row.arms) for row in pooled}) != 1:
        return ()
    return tuple(
        ArmCell(n=_sum(arm.n for arm in arms), events=_sum(arm.events for arm in arms))
        for arms in zip(*(row.arms for row in pooled), strict=True)
    )


def _subtotals(fit: Any, rows: Sequence[ForestRow]) -> list[ForestSummary]:
    found = (
        _summary(group, [row for row in rows if row.subgroup == name], label="Subtotal", group=name)
        for name, group in fit.groups.items()
    )
    return [summary for summary in found if summary is not None]


def _difference_line(fit: Any) -> str:
    from ...pool.summary import between_line

    return "" if math.isnan(fit.q_between) else f"Test for subgroup differences: {between_line(fit)}"


def _notes(fit: Any) -> list[str]:
    """Say why there is no total where there is none."""
    if fit.has_moderators:
        return ["A meta-regression has no single pooled effect, so there is no total."]
    if fit.k == 1:
        return ["One study is shown as it is; there is nothing to pool it with."]
    if any(math.isnan(limit) for limit in fit.ci):
        (estimate,) = natural(fit.measure, fit.estimate)
        return [f"The pooled estimate is {format_number(estimate)}; its interval cannot be estimated."]
    return []


def _sum(numbers: Any) -> Any:
    """Add up; None if any of them is missing."""
    found = list(numbers)
    return None if not found or any(n is None for n in found) else sum(found)


def _known(measure: str) -> bool:
    """Whether a measure has a scale for readers that needs nothing but the effect itself."""
    return measure in allowed(Measure) and not needs_sizes(measure)


def natural(measure: str, *values: float) -> tuple[float, ...]:
    """Turn effects to the scale that people read; a double arcsine stays, since its inverse needs the sizes."""
    if not _known(measure):
        return tuple(float(value) for value in values)
    return tuple(float(back_transform(value, measure)) for value in values)


def shown_scale(measure: str) -> dict[str, Any]:
    """Return what `ForestData` says of a measure: its name in words, whether it is a ratio, and its value of no effect.

    Where the measure was not said no effect is 0, as for every ``yi`` of two groups.

    Examples
    --------
    >>> shown_scale("OR")
    {'measure': 'Odds ratio', 'ratio': True, 'null': 1.0}
    """
    known = measure in allowed(Measure)
    return {
        "measure": _measure_name(measure),
        "ratio": known and is_ratio(measure),
        "null": null_value(measure) if known else 0.0,
    }


def _measure_name(measure: str) -> str:
    if measure not in allowed(Measure):
        return measure or "Effect"
    name = measure_label(measure, back_transformed=_known(measure))
    return name[0].upper() + name[1:]
