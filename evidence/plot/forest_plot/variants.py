"""Forest plots whose rows are pooled effects themselves: as studies come in, and without each of them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...diagnose import Cumulative, LeaveOneOut, cumulative, leave_one_out
from ...errors import InputError
from ...numbers import format_i2, format_number
from ...vocabulary import check_option
from .data import ForestData, ForestRow, ForestSummary
from .fit import from_fit, natural, shown_scale
from .heterogeneity import model_words
from .order import SORTS, order_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...diagnose import PooledRows
    from ...pool import PooledResult

__all__ = ["NO_INTERVAL", "REPEATED_LOOKS", "cumulative_data", "leave_one_out_data", "share_text"]

NO_INTERVAL = "its interval cannot be estimated"
REPEATED_LOOKS = "Repeated looks at growing data are not independent: together they do not have their nominal level."
_FIT_ORDERS = tuple(sort for sort in SORTS if sort != "year")


def cumulative_data(source: Any, *, order: Any = None, heading: str = "", **shown: Any) -> ForestData:
    """Return what a cumulative forest plot shows: each row pools its study with all above it.

    A first row of one study is that study's own result and is drawn as such. Ratios stand on their natural scale.

    Parameters
    ----------
    source : PooledResult, SynthesisResult or Cumulative
        What is to be pooled step by step, or what `evidence.diagnose.cumulative` made of it.
    order : str or array-like, optional
        For a synthesis ``"given"``, ``"year"`` of the primary report (the default), ``"label"``, ``"estimate"``,
        ``"weight"``, ``"precision"``, or ``"refresh"``: the day on which a search first found a report of the trial;
        trials of one day come in together. For a fit one of these but year and refresh, or a value for each study,
        such as its year; the order of the fit by default.
    heading : str
        Over the values of `order`, as ``Year``; by default the name of a Series, else ``Order``.
    **shown
        Anything else of `ForestData`: ``title``, ``unit``, ``left_label``, ``right_label``, ``notes``, ``digits``.

    Raises
    ------
    InputError
        Where the fit has moderators, a single study, or groups; or the order cannot be had of the source.
    NotPooledError
        Where the synthesis was not pooled.
    RowError
        For ``"refresh"``, listing the trials of which no table knows when they were found.

    References
    ----------
    Lau J and others (1992). Cumulative meta-analysis of therapeutic trials for myocardial infarction.
    doi:10.1056/NEJM199207233270406.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> fit = pool([0.10, 0.30, 0.35], [0.03, 0.03, 0.05], tau2="DL", test="z", measure="RR", labels=list("abc"))
    >>> for row in cumulative_data(fit, order=[2003, 1999, 2007], heading="Year").rows:
    ...     print(row.label, row.cells, round(row.estimate, 2), row.summarises)
    b ('1999', '1', '–') 1.35 False
    + a ('2003', '2', '0%') 1.22 True
    + c ('2007', '3', '0%') 1.26 True
    """
    if hasattr(source, "contrasts"):
        from .synthesis_variants import cumulative_of

        return cumulative_of(source, order="year" if order is None else order, **shown)
    if isinstance(source, Cumulative):
        if order is not None:
            raise InputError("the steps are in an order already; give order= to evidence.cumulative()")
        return _cumulative(source, heading or "Order", None, shown)
    _refuse_groups(source, "a cumulative plot")
    if order is None or isinstance(order, str):
        return _cumulative(cumulative(source, order=_ranks(source, order or "given")), "", source, shown)
    name = heading or str(getattr(order, "name", None) or "Order")
    return _cumulative(cumulative(source, order=order), name, source, shown)


def leave_one_out_data(source: Any, *, sort: str | None = None, **shown: Any) -> ForestData:
    """Return what a leave-one-out forest plot shows: each row is the pooled effect without the study that it names.

    Parameters
    ----------
    source : PooledResult, SynthesisResult or LeaveOneOut
        The fit, or what `evidence.diagnose.leave_one_out` made of it. Of a synthesis every row leaves out a trial,
        with all its comparisons.
    sort : {"given", "year", "label", "estimate", "weight", "precision"}, optional
        The order of the rows: by what is left out, its weight among all, or the estimate and its precision without it.
        Years are known of syntheses alone, weights not of a LeaveOneOut.
    **shown
        Anything else of `ForestData`.

    Raises
    ------
    InputError
        Where the fit has moderators or groups, or fewer than three studies: one study is no synthesis.
    NotPooledError
        Where the synthesis was not pooled.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> fit = pool([0.10, 0.30, 0.35], [0.03, 0.03, 0.05], tau2="DL", test="z", measure="RR", labels=list("abc"))
    >>> [(row.label, round(row.estimate, 2)) for row in leave_one_out_data(fit).rows]
    [('Without a', 1.38), ('Without b', 1.21), ('Without c', 1.22)]
    """
    if hasattr(source, "contrasts"):
        from .synthesis_variants import leave_one_out_of

        return leave_one_out_of(source, sort=sort, **shown)
    if isinstance(source, LeaveOneOut):
        return _leave_one_out(source, None, sort, shown)
    _refuse_groups(source, "a leave-one-out plot")
    found = leave_one_out(source)
    if source.k < 3:
        raise InputError("a leave-one-out plot needs at least three studies: without one of two, no synthesis is left")
    return _leave_one_out(found, source, sort, shown)


def share_text(rows: PooledRows, place: int) -> str:
    """Return I² of one row; a dash where it is not estimable."""
    value = float(rows.i2[place])
    return format_i2(value) if math.isfinite(value) else "–"


def _refuse_groups(source: Any, what: str) -> None:
    if hasattr(source, "groups"):
        raise InputError(
            f"{what} is made of one fit, and this is a fit for each group: give .overall or one of .groups"
        )


def _ranks(fit: Any, order: str) -> list[int] | None:
    """Return the place of each study of a fit in a named order; None for the order of the fit."""
    check_option("order", order, _FIT_ORDERS)
    if order == "given":
        return None
    places = order_of(
        order,
        labels=[str(label) for label in fit.labels],
        estimates=fit.yi.tolist(),
        weights=fit.weights.tolist(),
        errors=[math.sqrt(vi) for vi in fit.vi.tolist()],
    )
    ranks = [0] * len(places)
    for rank, place in enumerate(places):
        ranks[place] = rank
    return ranks


def _cumulative(found: Cumulative, heading: str, fit: PooledResult | None, shown: dict[str, Any]) -> ForestData:
    sizes = [0, *found.rows.k.tolist()]
    rows = []
    for place, name in enumerate(found.added):
        new = sizes[place + 1] - sizes[place]
        label = str(name) if new == 1 else f"{name} and {new - 1} more"
        order = (_order_text(found.order[place]),) if heading and found.order else ()
        rows.append(
            ForestRow(
                label=f"+ {label}" if place else label,
                **_values(found.rows, place, found.measure, found.reasons[place]),
                cells=(*order, str(sizes[place + 1]), share_text(found.rows, place)),
                stands_for=new,
                summarises=sizes[place + 1] > 1,
            )
        )
    notes = [f"Each row pools its study with all above it, by the model of all studies{_model(found, fit)}."]
    notes.append(REPEATED_LOOKS)
    if sizes[1] == 1:
        notes.insert(1, "The first row is one study alone.")
    heads = ((heading,) if heading and found.order else ()) + ("Studies", "I²")
    last = len(found.added) - 1
    whole = _whole(fit, len(heads)) if fit is not None else _last_row(found, last, len(heads))
    return _data(found, rows, whole, heads, "Cumulative meta-analysis", notes, shown)


def _leave_one_out(found: LeaveOneOut, fit: PooledResult | None, sort: str | None, shown: dict[str, Any]) -> ForestData:
    rows = [
        ForestRow(
            label=f"Without {name}",
            **_values(found.rows, place, found.measure, found.reasons[place]),
            cells=(str(found.rows.k[place]), share_text(found.rows, place)),
            summarises=True,
        )
        for place, name in enumerate(found.left_out)
    ]
    orders = _FIT_ORDERS if fit is not None else tuple(name for name in _FIT_ORDERS if name != "weight")
    if sort is not None and check_option("sort", sort, orders) != "given":
        places = order_of(
            sort,
            labels=[row.label for row in rows],
            estimates=[row.estimate for row in rows],
            weights=fit.weights.tolist() if fit is not None else (),
            errors=[se if math.isfinite(se) else None for se in found.rows.se.tolist()],
        )
        rows = [rows[place] for place in places]
    whole = _whole(fit, 2) if fit is not None else _all_of(found)
    notes = [
        f"Each row is the pooled effect without the study that it names, by the model of all studies"
        f"{_model(found, fit)}."
    ]
    return _data(found, rows, whole, ("Studies", "I²"), "Leave-one-out analysis", notes, shown)


def _model(found: Cumulative | LeaveOneOut, fit: PooledResult | None) -> str:
    """Return the model where no line on heterogeneity names it."""
    return "" if fit is not None else f" ({model_words(found)})"


def _values(rows: PooledRows, place: int, measure: str, reason: str) -> dict[str, Any]:
    """Return estimate and interval of a row as people read them, or why there are none."""
    limits = (float(rows.ci_low[place]), float(rows.ci_high[place]))
    if any(math.isnan(limit) for limit in limits):
        return {"reason": reason or NO_INTERVAL}
    estimate, low, high = natural(measure, float(rows.estimate[place]), *limits)
    return {"estimate": estimate, "ci_low": low, "ci_high": high}


def _whole(fit: PooledResult, columns: int) -> ForestSummary | None:
    """Return the pooled effect of all studies as the forest plot of the fit has it, under other columns."""
    total = from_fit(fit).overall
    return replace(total, label="All studies", cells=("",) * columns, weight=None) if total else None


def _last_row(found: Cumulative, last: int, columns: int) -> ForestSummary | None:
    values = _values(found.rows, last, found.measure, "")
    if "reason" in values or found.rows.k[last] < 2:
        return None
    k = int(found.rows.k[last])
    return ForestSummary(label="All studies", **values, level=found.level, k=k, cells=("",) * columns)


def _all_of(found: LeaveOneOut) -> ForestSummary | None:
    estimate, low, high = natural(found.measure, found.full, *found.full_ci)
    if math.isnan(low):
        return None
    return ForestSummary(label="All studies", estimate=estimate, ci_low=low, ci_high=high, level=found.level)


def _data(
    found: Cumulative | LeaveOneOut,
    rows: Sequence[ForestRow],
    whole: ForestSummary | None,
    columns: tuple[str, ...],
    title: str,
    notes: Sequence[str],
    shown: dict[str, Any],
) -> ForestData:
    options = {**shown_scale(found.measure), "title": title, **shown, "notes": (*notes, *shown.get("notes", ()))}
    return ForestData(rows=tuple(rows), overall=whole, columns=columns, level=found.level, **options)


def _order_text(value: Any) -> str:
    """Return a value of the order as text: a year without a separator of thousands."""
    if isinstance(value, float) and not value.is_integer():
        return format_number(value, 2)
    return str(int(value)) if isinstance(value, float) else str(value)
