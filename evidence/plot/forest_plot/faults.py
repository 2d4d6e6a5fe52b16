"""What makes the data of a forest plot impossible to draw, or contradict themselves."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any

from ...curate.bias.words import NOT_AGREED
from ...errors import InputError, Problem, RowError
from ...instruments import FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .data import ArmCell, ForestData, ForestFacts, ForestRow, ForestSummary

__all__ = ["check_forest"]

_LONGEST_SIGN = 3
_LARGEST = 1e300
# What a domain can be judged to be, by any form; empty where nobody judged it.
_JUDGEMENTS = (*dict.fromkeys(word for form in FORMS.values() for word in form.judgements), NOT_AGREED)


def check_forest(data: ForestData) -> None:
    """Refuse data that contradict themselves.

    Parameters
    ----------
    data : ForestData
        What is to be drawn.

    Raises
    ------
    RowError
        Listing every row at fault.
    InputError
        With the first fault of the summaries, or of the figure as a whole.
    """
    items: tuple[ForestRow | ForestSummary, ...] = (*data.rows, *data.summaries)
    arms = next((len(item.arms) for item in items if item.arms), 0)
    problems = [
        Problem(message=message, row=str(position), study=str(row.label))
        for position, row in enumerate(data.rows, start=1)
        for message in (*_row_faults(row, data), *_arm_faults(row, data, arms), *_bias_faults(row, data))
    ]
    if problems:
        count = len({problem.row for problem in problems})
        rows = "1 row" if count == 1 else f"{count} rows"
        raise RowError(f"{rows} of the forest plot cannot be drawn", problems)
    for fault in _faults(data, arms):
        raise InputError(f"the forest plot cannot be drawn: {fault}")


def _interval_faults(
    name: str, inside: float, low: float | None, high: float | None, data: ForestData
) -> Iterator[str]:
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        yield f"its {name} interval lacks a limit"
    elif not low <= inside <= high:
        yield f"its {name} interval, {low:g} to {high:g}, does not hold its estimate, {inside:g}"
    elif data.ratio and low < 0:
        yield f"its {name} interval goes below 0, which no ratio does; give ratios on their natural scale"


def _value_faults(estimate: float, low: float | None, high: float | None, data: ForestData) -> Iterator[str]:
    if not math.isfinite(estimate):
        yield "its estimate is not a finite number; give None and the reason"
    elif data.ratio and estimate <= 0:
        yield f"its estimate, {estimate:g}, is not above 0; give ratios on their natural scale"
    else:
        yield from _interval_faults("confidence", estimate, low, high, data)


def _weight_faults(weight: float | None) -> Iterator[str]:
    if weight is not None and not 0 <= weight <= 100 + 1e-6:
        yield f"its weight, {weight:g}, is not a percentage"


def _cell_faults(item: ForestRow | ForestSummary, data: ForestData) -> Iterator[str]:
    if item.cells and len(item.cells) != len(data.columns):
        yield f"it has {len(item.cells)} cells under {len(data.columns)} column headings"
    elif not item.cells and (item.n1, item.n2) != (None, None) and len(data.columns) not in {0, 2}:
        yield f"n1 and n2 need two column headings or none, and there are {len(data.columns)}"


def _number_faults(row: ForestRow, data: ForestData) -> Iterator[str]:
    """Yield what is no number at all, or too large a one for an axis with equal steps."""
    for name in ("estimate", "ci_low", "ci_high", "weight", "n1", "n2"):
        value: Any = getattr(row, name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, Real)):
            yield f"its {name}, {value!r}, is not a number"
        elif value is not None and not data.ratio and _LARGEST < abs(float(value)) < math.inf:
            yield f"its {name}, {value:g}, is too large to be drawn"
    label: Any = row.label
    if not isinstance(label, str):
        yield f"its label, {row.label!r}, is not text"


def _row_faults(row: ForestRow, data: ForestData) -> Iterator[str]:
    if unfit := list(_number_faults(row, data)):
        yield from unfit
        return
    if row.estimate is None:
        if not row.reason:
            yield "has neither an estimate nor a reason for having none"
        if (row.ci_low, row.ci_high, row.weight) != (None, None, None):
            yield "has an interval or a weight but no estimate"
    else:
        yield from _value_faults(row.estimate, row.ci_low, row.ci_high, data)
        yield from _weight_faults(row.weight)
    yield from _cell_faults(row, data)
    if row.stands_for < 0:
        yield f"it stands for {row.stands_for} studies"
    if bool(row.subgroup) != any(other.subgroup for other in data.rows):
        yield "has no subgroup although others have"
    if row.mark and not any(note.startswith(row.mark) for note in data.notes):
        yield f"its mark {row.mark!r} is explained by no note; add one that begins with it"


def _arm_faults(item: ForestRow | ForestSummary, data: ForestData, usual: int) -> Iterator[str]:
    """Yield what is wrong with the groups of a study; `usual` is how many the others have."""
    count = len(item.arms)
    if count not in {0, 1, 2}:
        yield f"it has {count} arms; give two, or one where there is no comparison"
    elif count and data.arm_labels and count != len(data.arm_labels):
        yield f"it has {_counted(count, 'arm')} under {_counted(len(data.arm_labels), 'arm label')}"
    elif not count and usual == 1 and (item.n1, item.n2) != (None, None):
        yield "it has n1 and n2, as of two arms, where others have 1 arm"
    elif count not in {0, usual}:
        yield f"it has {_counted(count, 'arm')} where others have {usual}"
    for place, arm in enumerate(item.arms, start=1):
        for fault in _cell_of_arm_faults(arm):
            yield f"arm {place}: {fault}"


def _cell_of_arm_faults(arm: ArmCell) -> Iterator[str]:
    numbers = (("n", arm.n), ("events", arm.events), ("mean", arm.mean), ("sd", arm.sd))
    for name, value in numbers:
        if value is not None and not math.isfinite(value):
            yield f"its {name} is not a finite number; give None where it is not known"
        elif value is not None and value < 0 and name != "mean":
            yield f"its {name}, {value:g}, is below 0"
    if arm.n is not None and arm.events is not None and arm.events > arm.n:
        yield f"it has {arm.events:g} people with the event among {arm.n:g}"


def _bias_faults(row: ForestRow, data: ForestData) -> Iterator[str]:
    if row.bias and len(row.bias) != len(data.bias_domains):
        judgements = _counted(len(row.bias), "judgement")
        yield f"it has {judgements} of bias for {_counted(len(data.bias_domains), 'domain')}"
    for word in row.bias:
        if word and word not in _JUDGEMENTS:
            yield f"its judgement of bias {word!r} is none; allowed: {', '.join(_JUDGEMENTS)}, and empty text"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _facts_faults(facts: ForestFacts) -> Iterator[str]:
    shares = (("p", facts.p, 1.0), ("statistic_p", facts.statistic_p, 1.0))
    percents = tuple((name, getattr(facts, name), 100.0) for name in ("i2", "i2_low", "i2_high"))
    sizes = tuple((name, getattr(facts, name), math.inf) for name in ("q", "df", "tau2", "tau2_low", "tau2_high"))
    for name, value, most in (*shares, *percents, *sizes):
        if value is not None and not 0 <= value <= most + 1e-9:
            yield f"{name}={value:g} is not {'0 or more' if most == math.inf else f'between 0 and {most:g}'}"
    for name, low, high in (("I²", facts.i2_low, facts.i2_high), ("τ²", facts.tau2_low, facts.tau2_high)):
        if (low is None) != (high is None):
            yield f"the interval of {name} lacks a limit"
        elif low is not None and high is not None and low > high:
            yield f"the interval of {name}, {low:g} to {high:g}, is upside down"


def _legend_faults(data: ForestData) -> Iterator[str]:
    """Yield what is wrong with the names of the groups, of the columns, of the notes, and of the domains of bias."""
    for name in ("columns", "notes", "arm_labels"):
        if isinstance(getattr(data, name), str):
            yield f"{name}={getattr(data, name)!r} is one text; give a tuple of texts"
    if len(data.arm_labels) > 2:
        yield f"it has {len(data.arm_labels)} arm labels; give two, or one where there is no comparison"
    signs = [sign for sign, _ in data.bias_domains]
    for sign in signs:
        if not 1 <= len(sign) <= _LONGEST_SIGN:
            yield f"the sign of a domain of bias, {sign!r}, has not one to three letters"
    if len(set(signs)) < len(signs):
        yield f"two domains of bias have the same sign, among {', '.join(signs)}"
    if signs and not data.bias_tool:
        yield "there are domains of bias, and bias_tool does not say of which form"


def _faults(data: ForestData, arms: int) -> Iterator[str]:
    """Yield what is wrong with the summaries and the figure as a whole."""
    for summary in data.summaries:
        faults = [
            *_value_faults(summary.estimate, summary.ci_low, summary.ci_high, data),
            *_weight_faults(summary.weight),
            *_cell_faults(summary, data),
            *_arm_faults(summary, data, arms),
            *(_facts_faults(summary.facts) if summary.facts else ()),
        ]
        if (summary.pi_low, summary.pi_high) != (None, None) and not faults:
            faults += _interval_faults("prediction", summary.estimate, summary.pi_low, summary.pi_high, data)
        if summary.level != data.level:
            faults.append(f"its level is {summary.level:g} and the studies' is {data.level:g}")
        for fault in faults:
            yield f"{summary.label}: {fault}"
    if data.difference is not None:
        yield from (f"test between subgroups: {fault}" for fault in _facts_faults(data.difference))
    yield from _legend_faults(data)
    groups = [summary.subgroup for summary in data.subtotals]
    for group in groups:
        if not group or group not in data.subgroups:
            yield f"a subtotal belongs to the subgroup {group!r}, and no row does"
    if len(set(groups)) < len(groups):
        yield "a subgroup has two subtotals"
    if not 0 < data.level < 1:
        yield f"level={data.level:g} is not between 0 and 1"
    if data.null is not None and not (math.isfinite(data.null) and (data.null > 0 or not data.ratio)):
        yield f"null={data.null:g} is not a value that the measure can take"
    if data.digits is not None and not 0 <= data.digits <= 8:
        yield f"digits={data.digits} is not between 0 and 8"
