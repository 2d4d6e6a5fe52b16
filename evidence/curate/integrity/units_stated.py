"""Units: areas that are not stated, units that differ within an outcome, numbers printed with another unit."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from .evidence_tables import decimals_of
from .finding import Check, Finding
from .grouping import grouped, in_order
from .ranges import show
from .rounding import joined, limits, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "MeasuredUnit", "area_in", "conversion", "read_unit", "unit_that_fits"]

# How many square centimetres, and how many micrometres: what printed areas and lengths are.
_AREAS = {"cm2": 1.0, "mm2": 0.01, "m2": 10_000.0, "inch2": 6.4516, "in2": 6.4516}
_LENGTHS = {"nm": 0.001, "um": 1.0, "mm": 1000.0, "cm": 10_000.0, "m": 1_000_000.0, "inch": 25_400.0}
_WORDS = (
    ("inch2", re.compile(r"inch\^?[2²]|\bin[2²]|square inch|sq\.? ?in", re.IGNORECASE)),
    ("cm2", re.compile(r"\bcm\^?[2²]|square centimet|sq\.? ?cm", re.IGNORECASE)),
    ("mm2", re.compile(r"\bmm\^?[2²]|square millimet|sq\.? ?mm", re.IGNORECASE)),
)
_OTHERS = 3
_FACTOR = 1.8


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredUnit:
    """A unit with a size.

    Attributes
    ----------
    kind : str
        ``per area`` or ``length``.
    of : str
        What is counted per area; empty for a length.
    size : float
        The area in cm², or the length in µm.
    """

    kind: str
    of: str
    size: float


def read_unit(unit: str) -> MeasuredUnit | None:
    """Return what a unit measures; None where it has no size, or the area behind it is not stated.

    Examples
    --------
    >>> read_unit("hairs/inch2")
    MeasuredUnit(kind='per area', of='hairs', size=6.4516)
    >>> read_unit("hairs/field") is None
    True
    """
    if unit in _LENGTHS:
        return MeasuredUnit(kind="length", of="", size=_LENGTHS[unit])
    of, stroke, area = unit.partition("/")
    return MeasuredUnit(kind="per area", of=of, size=_AREAS[area]) if stroke and area in _AREAS else None


def conversion(unit: str, target: str) -> float | None:
    """Return what a value in `unit` is multiplied by to be in `target`; None where the two do not measure the same.

    Examples
    --------
    >>> round(12.52 * conversion("hairs/inch2", "hairs/cm2"), 2), conversion("mm", "um")
    (1.94, 1000.0)
    """
    first, second = read_unit(unit), read_unit(target)
    if first is None or second is None or (first.kind, first.of) != (second.kind, second.of):
        return None
    return second.size / first.size if first.kind == "per area" else first.size / second.size


def area_in(text: str | None) -> str:
    """Return the area that a text names, as units write it; empty where it names none.

    Examples
    --------
    >>> area_in("per square inch"), area_in("hair/cm2"), area_in("none in table")
    ('inch2', 'cm2', '')
    """
    return next((area for area, words in _WORDS if words.search(text or "")), "")


def unit_that_fits(value: float, unit: str, others: list[float]) -> str:
    """Return the unit of the same kind in which a value would lie among others, where in its own it lies far from them.

    Parameters
    ----------
    value : float
        A mean level, in `unit`.
    unit : str
        The unit that is printed.
    others : list of float
        Mean levels of other trials, in `unit`; fewer than three say nothing.

    Returns
    -------
    str
        Empty where the value is within a factor of 1.8 of the range of the others, or no unit would bring it there.

    Examples
    --------
    >>> unit_that_fits(903.0, "hairs/cm2", [120.0, 140.0, 155.0, 180.0])
    'hairs/inch2'
    >>> unit_that_fits(260.0, "hairs/cm2", [120.0, 140.0, 155.0, 180.0])
    ''
    """
    own = read_unit(unit)
    if own is None or len(others) < _OTHERS or min(others) <= 0 or value <= 0:
        return ""
    low, high = min(others), max(others)
    if low / _FACTOR <= value <= high * _FACTOR:
        return ""
    sizes = [f"{own.of}/{area}" for area in ("cm2", "inch2", "mm2")] if own.of else list(_LENGTHS)
    middle = median(others)
    fits = {}
    for other in sizes:
        factor = conversion(other, unit)
        if factor is not None and factor != 1 and low / _FACTOR <= value * factor <= high * _FACTOR:
            fits[other] = max(value * factor / middle, middle / (value * factor))
    return min(fits, key=lambda name: fits[name]) if fits else ""


def _unstated(tables: EvidenceTables) -> Iterator[Finding]:
    for rows in grouped([row for row in tables.rows("outcomes") if _measured(row)], ("study_id", "outcome", "unit")):
        unit = rows[0]["unit"]
        if read_unit(unit) is not None or not (unit == "not-stated" or "/" in unit):
            continue
        words = joined(dict.fromkeys(row["unit_as_reported"] for row in rows if row["unit_as_reported"])) or unit
        what = "No unit is stated" if unit == "not-stated" else "The area behind the count is not stated"
        yield Finding(
            check="unit-unstated",
            severity="note",
            study=rows[0]["study_id"],
            rows=tuple(sorted(tables.key("outcomes", row) for row in rows)),
            value=unit,
            recomputed="no conversion",
            arithmetic=f"{joined(shown(row['mean']) for row in rows)} ({words})",
            text=f"{what}, so {rows[0]['outcome']} cannot be set beside values of other trials.",
        )


def _mixed(tables: EvidenceTables) -> Iterator[Finding]:
    for rows in grouped([row for row in tables.rows("outcomes") if _measured(row)], ("outcome",)):
        trials = Counter(unit for unit, _ in {(row["unit"], row["study_id"]) for row in rows if read_unit(row["unit"])})
        if len(trials) < 2:
            continue
        usual = min(trials, key=lambda unit: (-trials[unit], unit))
        for odd in grouped(rows, ("study_id", "unit")):
            factor = conversion(odd[0]["unit"], usual) if odd[0]["unit"] != usual else None
            if factor is None:
                continue
            values = [row["mean"] for row in odd]
            given = joined(show(value * factor) for value in values)
            yield Finding(
                check="units-mixed",
                severity="note",
                study=odd[0]["study_id"],
                rows=tuple(sorted(tables.key("outcomes", row) for row in odd)),
                value=f"{joined(shown(value) for value in values)} {odd[0]['unit']}",
                recomputed=f"{given} {usual}",
                arithmetic=f"{joined(shown(value) for value in values)} × {show(factor, 4)} = {given}",
                text=f"Printed in {odd[0]['unit']}; {trials[usual]} trials print {usual}: convert before comparing.",
            )


def _dropped(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield numbers of a trial that a review prints in another area, or in none beside trials of the usual one."""
    rows = in_order(row for row in tables.rows("outcomes") if _measured(row) and read_unit(row["unit"]))
    usual: dict[str, str] = {}
    for alike in grouped(rows, ("outcome",)):
        trials = Counter(unit for unit, _ in {(row["unit"], row["study_id"]) for row in alike})
        usual[alike[0]["outcome"]] = min(trials, key=lambda unit: (-trials[unit], unit))
    for given in tables.rows("review_inputs"):
        if given["level"] != "review-table":
            continue
        area = area_in(given["unit"])
        found: dict[str, list[tuple[Row, str]]] = defaultdict(list)
        for row in rows:
            unit = read_unit(row["unit"])
            if row["study_id"] != given["study_id"] or unit is None or not unit.of:
                continue
            own = row["unit"].partition("/")[2]
            if (area and area == own) or (not area and row["unit"] == usual[row["outcome"]]):
                continue
            for name in ("mean_1", "mean_2"):
                if given[name] and _same(given[name], row["mean"]):
                    found[row["outcome"]].append((row, given[name]))
        for hits in found.values():
            printed = f"{given['unit'] or 'no unit'}"
            unit_name = hits[0][0]["unit"]
            factor = conversion(unit_name, usual[hits[0][0]["outcome"]]) or 1.0
            values = joined(text for _, text in hits)
            converted = joined(show(float(text) * factor) for _, text in hits)
            yield Finding(
                check="unit-dropped",
                severity="inconsistent",
                study=given["study_id"],
                rows=tuple(
                    sorted({tables.key("review_inputs", given), *(tables.key("outcomes", row) for row, _ in hits)})
                ),
                value=f"{values} ({printed})",
                recomputed=f"{converted} {usual[hits[0][0]['outcome']]}",
                arithmetic=f"{values} {unit_name} × {show(factor, 4)} = {converted} {usual[hits[0][0]['outcome']]}",
                text=f"The review prints {values} ({printed}); the trial prints the same number in {unit_name}.",
            )


def _implausible(tables: EvidenceTables) -> Iterator[Finding]:
    levels: dict[tuple[str, str], dict[str, list[tuple[Row, float]]]] = defaultdict(lambda: defaultdict(list))
    for row in in_order(tables.rows("outcomes")):
        if read_unit(row["unit"] or "") is not None:
            final = row["mean"] if row["value_type"] == "final" else None
            for value in (final, row["baseline_mean"]):
                if value is not None:
                    levels[row["outcome"], row["unit"]][row["study_id"]].append((row, value))
    for (_, unit), trials in levels.items():
        centres = {study: median(value for _, value in values) for study, values in trials.items()}
        for study, values in trials.items():
            others = [centre for other, centre in centres.items() if other != study]
            fits = unit_that_fits(centres[study], unit, others)
            if not fits:
                continue
            factor = conversion(fits, unit) or 1.0
            yield Finding(
                check="unit-implausible",
                severity="unusual",
                study=study,
                rows=tuple(sorted({tables.key("outcomes", row) for row, _ in values})),
                value=f"{joined(shown(value) for _, value in values)} {unit}",
                recomputed=f"{joined(show(value * factor) for _, value in values)} {unit}, if printed in {fits}",
                arithmetic=f"{show(centres[study], 4)} × {show(factor, 4)} = {show(centres[study] * factor, 4)}; "
                f"{len(others)} other trials: {show(min(others), 4)} to {show(max(others), 4)}",
                text=f"The level lies far from that of {len(others)} other trials in {unit}; in {fits} it would lie "
                "among them.",
            )


def _measured(row: Row) -> bool:
    return row["mean"] is not None and bool(row["unit"]) and row["value_type"] != "percent-change"


def _same(text: str, mean: float) -> bool:
    """Whether a printed text is a number that agrees with another one within the coarser rounding of the two."""
    try:
        value = float(text)
    except ValueError:
        return False
    decimals = min(decimals_of(value), decimals_of(mean))
    low, high = limits(value, decimals)
    return low <= mean <= high


CHECKS: tuple[Check, ...] = (
    Check(
        id="unit-dropped",
        group="within-trial",
        title="Does a review print a trial's number in another unit?",
        method="A number in a review's table that agrees with the trial's own (within rounding), where the review "
        "names another area, or none though other trials of the outcome are per another area than this one.",
        source="",
        needs=("review_inputs.mean_1", "outcomes.unit"),
        run=_dropped,
    ),
    Check(
        id="unit-implausible",
        group="within-trial",
        title="Would a level lie among the others in another unit?",
        method="The median of a trial's levels (final, before treatment) is beyond 1.8 times the range of at least "
        "three other trials in the same unit, but within it if it were in another area or length.",
        source="",
        needs=("outcomes.mean", "outcomes.unit"),
        run=_implausible,
    ),
    Check(
        id="unit-unstated",
        group="within-trial",
        title="Is the unit, or the area behind a count, not stated?",
        method="A mean whose unit is not stated or has no size (per field): nothing converts into it.",
        source="",
        needs=("outcomes.mean", "outcomes.unit"),
        run=_unstated,
    ),
    Check(
        id="units-mixed",
        group="within-trial",
        title="Do trials print one outcome in different units?",
        method="Units of the same kind within one outcome; the one that most trials use is the measure of the others. "
        "1 in² = 6.4516 cm².",
        source="",
        needs=("outcomes.mean", "outcomes.unit"),
        run=_mixed,
    ),
)
