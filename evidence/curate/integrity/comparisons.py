"""The comparisons of a trial's arms that carry a printed p-value, with everything a recomputation needs."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...tables.rules.percent import counts_of_percent
from .ordering import ordered_by_study, ordered_rows
from .ranges import Range, decimals_among, p_range, rounded, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .evidence_tables import EvidenceTables, Row

__all__ = ["ArmValue", "Comparison", "baseline_comparisons", "outcome_comparisons"]

_ONE_RESULT = ("study_id", "outcome", "threshold", "value_type", "unit", "time_weeks", "time_weeks_max")
_SIGNS = ("=", "<", "≤", ">", "≥")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmValue:
    """What is printed for one arm.

    Attributes
    ----------
    key : str
        The row, as findings name it.
    arm : str
        The arm's id.
    n : int, optional
        People; half of the trial's people where the report does not say how many the arm has.
    n_printed : bool
        Whether the report says so, or a printed share implies it.
    printed_mean : float, optional
        The mean as printed.
    mean : Range, optional
        What it may have been.
    spreads : mapping of str to Range
        The standard deviation under each reading of what is printed: ``SD``, ``± as SD``, ``± as SE``, ``SE``, ``CI``.
    five_numbers : tuple of float, optional
        Minimum, quartiles and maximum, infinite where not printed; None without a median.
    counts : tuple of int
        The events that the printed count or share allows; empty where it is no count.
    """

    key: str
    arm: str
    n: int | None
    n_printed: bool
    printed_mean: float | None
    mean: Range | None
    spreads: dict[str, Range]
    five_numbers: tuple[float, ...] | None
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Arms with a p-value between them.

    Attributes
    ----------
    study : str
        The trial.
    what : str
        The outcome or the characteristic.
    unit : str
        Its unit.
    arms : tuple of ArmValue
        At least two.
    printed : str
        The p-value as printed.
    allowed : Range
        The p-values that may be printed so.
    p_value : float, optional
        The number, where the sign before it is ``=``.
    paired : bool
        Whether the arms are the same people.
    tied : bool
        Whether the p can only belong to these numbers; a p beside final values may test the changes.
    of_changes : bool
        Whether the values are changes, which can be negative.
    """

    study: str
    what: str
    unit: str
    arms: tuple[ArmValue, ...]
    printed: str
    allowed: Range
    p_value: float | None
    paired: bool
    tied: bool
    of_changes: bool = False

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows on which it rests."""
        return tuple(sorted(arm.key for arm in self.arms))

    @property
    def n_printed(self) -> bool:
        """Whether the size of every arm is printed or implied."""
        return all(arm.n_printed for arm in self.arms)


def outcome_comparisons(tables: EvidenceTables) -> Iterator[Comparison]:
    """Yield every comparison of arms within an outcome that has a p-value between arms."""
    studies = {row["study_id"]: row for row in tables.rows("studies")}
    arms = ordered_by_study(tables, "arms")
    for rows in _grouped(ordered_rows(tables, "outcomes"), _ONE_RESULT):
        study = rows[0]["study_id"]
        design = (studies.get(study) or {}).get("design")
        values = _values(tables, "outcomes", rows, _assumed_size(studies.get(study), arms.get(study, [])))
        final = rows[0]["value_type"] in ("final", "change-or-final")
        tied = not (final and any(row["baseline_mean"] is not None for row in rows))
        yield from _comparisons(rows, values, rows[0]["outcome"], design in tables.paired_designs, tied=tied)


def baseline_comparisons(tables: EvidenceTables, *, with_p: bool = True) -> Iterator[Comparison]:
    """Yield every comparison of arms before treatment; with `with_p` false also those without a p-value."""
    studies = {row["study_id"]: row for row in tables.rows("studies")}
    arms = ordered_by_study(tables, "arms")
    for rows in _grouped(ordered_rows(tables, "baselines"), ("study_id", "characteristic")):
        study = rows[0]["study_id"]
        design = (studies.get(study) or {}).get("design")
        if design in tables.paired_designs:
            continue
        values = _values(tables, "baselines", rows, _assumed_size(studies.get(study), arms.get(study, [])))
        found = list(_comparisons(rows, values, rows[0]["characteristic"], paired=False, tied=True))
        yield from found
        if not found and not with_p:
            yield _comparison(rows[0], values, rows[0]["characteristic"], ("", None), paired=False, tied=True)


def _grouped(rows: Sequence[Row], names: Sequence[str]) -> Iterator[list[Row]]:
    """Yield the rows of one result, one for each of at least two arms."""
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["arm_id"]:
            groups[tuple(row[name] for name in names)].append(row)
    for group in groups.values():
        if len({row["arm_id"] for row in group}) == len(group) > 1:
            yield group


def _comparisons(
    rows: Sequence[Row], values: Sequence[ArmValue], what: str, paired: bool, *, tied: bool
) -> Iterator[Comparison]:
    """Yield one comparison per p-value; a p that stands with one arm alone is read as one of all arms."""
    places: dict[tuple[str, float | None], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row["p_operator"] and row["p_scope"] == "between-arms":
            places[row["p_operator"], row["p_value"]].append(place)
    for printed, found in places.items():
        chosen = [values[place] for place in found] if len(found) > 1 else list(values)
        yield _comparison(rows[0], chosen, what, printed, paired=paired, tied=tied)


def _comparison(
    row: Row,
    values: Sequence[ArmValue],
    what: str,
    printed: tuple[str, float | None],
    *,
    paired: bool,
    tied: bool,
) -> Comparison:
    operator, number = printed
    told = f"called {operator.replace('-', ' ')}"
    if operator in _SIGNS and number is not None:
        told = f"p {operator} {show(number, 6)}"
    return Comparison(
        study=row["study_id"],
        what=what,
        unit=row["unit"] or "",
        arms=tuple(values),
        printed=told,
        allowed=p_range(operator, number) or Range(0.0, 1.0),
        p_value=number if operator == "=" else None,
        paired=paired,
        tied=tied,
        of_changes=row.get("value_type") in ("change", "percent-change", "change-or-final"),
    )


def _assumed_size(study: Row | None, arms: Sequence[Row]) -> int | None:
    """Return half of a trial's people, where it has two arms of unknown size that are different people."""
    if study is None or study["design"] != "parallel" or study["n_randomised"] is None or len(arms) != 2:
        return None
    if any(arm["n_randomised"] is not None or arm["n_analysed"] is not None for arm in arms):
        return None
    return int(study["n_randomised"]) // 2


def _values(tables: EvidenceTables, table: str, rows: Sequence[Row], assumed: int | None) -> list[ArmValue]:
    """Return the arms' values; rows that stand together were printed with the same number of decimals."""
    shares = [row for row in rows if row["percent"] is not None]
    stated = max((row.get("decimals") or 0 for row in rows), default=0)
    places = {
        "mean": decimals_among((row["mean"] for row in rows), stated),
        "percent": decimals_among((row["percent"] for row in shares), stated),
        "spread": decimals_among(
            (row.get(name) for row in rows for name in ("sd", "se", "plus_minus", "ci_low", "ci_high")), stated
        ),
    }
    values = []
    for row in rows:
        n = row["n"] or row["total"] or row.get("total_implied")
        known = n is not None and row["n_status"] != "assumed"
        known = known and (row["n"] is not None or row["total"] is not None)
        n = n or assumed
        values.append(
            ArmValue(
                key=tables.key(table, row),
                arm=row["arm_id"],
                n=n,
                n_printed=known,
                printed_mean=row["mean"],
                mean=None if row["mean"] is None else rounded(row["mean"], places["mean"]),
                spreads=_spreads(row, n, places["spread"]),
                five_numbers=_five_numbers(row),
                counts=_counts(row, n, places["percent"]),
            )
        )
    return values


def _spreads(row: Row, n: int | None, decimals: int) -> dict[str, Range]:
    """Return the standard deviation under each reading of the printed spread."""
    found: dict[str, Range] = {}
    if row["sd"] is not None:
        found["SD"] = _positive(rounded(row["sd"], decimals), 1.0)
    root = math.sqrt(n) if n else None
    if row["plus_minus"] is not None:
        found["± as SD"] = _positive(rounded(row["plus_minus"], decimals), 1.0)
        if root:
            found["± as SE"] = _positive(rounded(row["plus_minus"], decimals), root)
    if row.get("se") is not None and root:
        found["SE"] = _positive(rounded(row["se"], decimals), root)
    if n and n > 1 and row.get("ci_low") is not None and row.get("ci_high") is not None:
        from scipy import stats

        quantile = float(stats.t.ppf(0.5 + (row["ci_level"] or 0.95) / 2, n - 1))
        half = (row["ci_high"] - row["ci_low"]) / 2
        error = 0.5 * 10.0**-decimals
        found["CI"] = _positive(Range(half - error, half + error), math.sqrt(n) / quantile)
    return found


def _positive(values: Range, factor: float) -> Range:
    return Range(max(values.low, 0.0) * factor, values.high * factor)


def _five_numbers(row: Row) -> tuple[float, ...] | None:
    if row.get("median") is None:
        return None
    names = ("minimum", "q1", "median", "q3", "maximum")
    found = [row[name] for name in names]
    low = [value if value is not None else -math.inf for value in found[:2]]
    high = [value if value is not None else math.inf for value in found[3:]]
    return (*low, found[2], *high)


def _counts(row: Row, n: int | None, decimals: int) -> tuple[int, ...]:
    """Return the events that the printed count or share allows among the arm's people."""
    if row.get("unit") not in (None, "", "patients", "percent-of-patients") or row["mean"] is not None:
        return ()
    events = row["events"] if row["events"] is not None else row.get("events_implied")
    total = row["total"] or row.get("total_implied") or n
    if events is not None:
        return (events,) if total and events <= total and total == n else ()
    if row["percent"] is None or not n:
        return ()
    return counts_of_percent(f"{row['percent']:.{decimals}f}", n)
