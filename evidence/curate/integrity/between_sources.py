"""Numbers of one trial in several sources: whether they print the same."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from .finding import Check, Finding
from .ordering import ordered_by_study, ordered_rows
from .published import people_of_inputs
from .ranges import decimals_among, rounded, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .evidence_tables import EvidenceTables, Row
    from .finding import CheckGroup, Severity

__all__ = ["CHECKS", "number_alone", "same_number"]

_NUMBER = re.compile(r"^[-−]?\d+(?:\.\d+)?$")
_RESULT = ("study_id", "arm_id", "outcome", "threshold", "value_type", "time_weeks")


def number_alone(text: str | None) -> float | None:
    """Return the number that a cell holds, if it holds nothing else.

    Examples
    --------
    >>> number_alone("12.82"), number_alone("−0.5"), number_alone("155.75 -> 199.65"), number_alone(None)
    (12.82, -0.5, None, None)
    """
    text = (text or "").strip()
    return float(text.replace("−", "-")) if _NUMBER.match(text) else None


def same_number(first: float, second: float) -> bool:
    """Return whether two numbers can be one, printed with different precision.

    Examples
    --------
    >>> same_number(12.52, 12.5), same_number(12.52, 12.82), same_number(25.0, 25)
    (True, False, True)
    """
    decimals = min(decimals_among([first]), decimals_among([second]))
    return rounded(first, decimals).overlaps(rounded(second, decimals)) and abs(first - second) <= 0.5 * 10.0**-decimals


def _told_apart(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield results of one arm that stand twice with different numbers."""
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in ordered_rows(tables, "outcomes"):
        if row["arm_id"] and (row["mean"] is not None or row["events"] is not None):
            groups[tuple(row[name] for name in _RESULT)].append(row)
    for rows in groups.values():
        for position, first in enumerate(rows):
            for second in rows[position + 1 :]:
                name = "mean" if first["mean"] is not None and second["mean"] is not None else "events"
                if first[name] is None or second[name] is None or same_number(first[name], second[name]):
                    continue
                if not _comparable(first, second):
                    continue
                keys = tuple(sorted(tables.key("outcomes", row) for row in (first, second)))
                yield Finding(
                    check="told-twice",
                    severity="inconsistent",
                    study=first["study_id"],
                    rows=keys,
                    value=f"{show(first[name], 6)} {first['unit']} and {show(second[name], 6)} {second['unit']}",
                    recomputed="one number",
                    arithmetic=f"{show(first[name], 6)} ({', '.join(first['seen_at'])}) against "
                    f"{show(second[name], 6)} "
                    f"({', '.join(second['seen_at'])})",
                    text=f"Sources print {first['outcome'].replace('-', ' ')} of arm {first['arm_id']} differently: "
                    f"{show(first[name], 6)} and {show(second[name], 6)}; at most one of them can be right.",
                )


def _comparable(first: Row, second: Row) -> bool:
    """Return whether two rows tell the same fact: one unit, or one of the two units not stated."""
    units = {first["unit"], second["unit"]}
    return len(units) == 1 or "not-stated" in units


def _inputs(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield means, spreads and sizes that a review prints otherwise than the trial."""
    outcomes = ordered_by_study(tables, "outcomes")
    for entry in ordered_rows(tables, "review_inputs"):
        if entry["level"] != "review-table" or not entry["study_id"]:
            continue
        means = [number_alone(entry[f"mean_{side}"]) for side in (1, 2)]
        own = [row for row in outcomes.get(entry["study_id"], []) if row["mean"] is not None and row["arm_id"]]
        for pair in _pairs(own):
            hits = [m is not None and same_number(m, row["mean"]) for m, row in zip(means, pair, strict=True)]
            if any(hits):
                yield from _differences(tables, entry, pair, means, hits)
                break


def _pairs(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Yield every ordered pair of arms of one result."""
    for first in rows:
        for second in rows:
            alike = all(first[name] == second[name] for name in ("outcome", "value_type", "unit", "time_weeks"))
            if alike and first["arm_id"] != second["arm_id"]:
                yield first, second


def _differences(
    tables: EvidenceTables, entry: Row, pair: tuple[Row, Row], means: Sequence[float | None], hits: Sequence[bool]
) -> Iterator[Finding]:
    keys = tuple(sorted([tables.key("review_inputs", entry), *(tables.key("outcomes", row) for row in pair)]))
    where = entry["review_id"] or "a summary"
    for side, row in enumerate(pair):
        shown = means[side]
        if shown is not None and not hits[side]:
            yield _finding(
                keys,
                entry,
                "inconsistent",
                f"{show(shown, 6)} in {where}",
                f"{show(row['mean'], 6)} {row['unit']}",
                f"{show(shown, 6)} against {show(row['mean'], 6)} in {', '.join(row['seen_at'])}; the other arm agrees",
                f"{where} prints a mean of {show(shown, 6)} where the trial prints {show(row['mean'], 6)}.",
            )
        spread = number_alone(entry[f"sd_{side + 1}"])
        given = [row[name] for name in ("sd", "plus_minus") if row[name] is not None]
        if spread is not None and given and hits[side] and not any(same_number(spread, value) for value in given):
            yield _finding(
                keys,
                entry,
                "inconsistent",
                f"SD {show(spread, 6)} in {where}",
                f"{show(given[0], 6)}",
                f"{show(spread, 6)} against {show(given[0], 6)}; the mean agrees",
                f"{where} prints an SD of {show(spread, 6)} where the trial prints {show(given[0], 6)}.",
            )
    people, own = people_of_inputs(entry), [row["n"] for row in pair]
    paired = _study(tables, entry["study_id"]).get("design") in tables.paired_designs
    if people and all(own) and not paired and people != sum(own):
        randomised = _study(tables, entry["study_id"]).get("n_randomised")
        everybody = ", the number randomised" if people == randomised else ""
        yield _finding(
            keys,
            entry,
            "note" if people == randomised else "inconsistent",
            f"{people} people in {where}",
            f"{own[0]} + {own[1]} = {sum(own)}",
            f"{own[0]} + {own[1]} = {sum(own)}, not {people}",
            f"{where} counts {people} people{everybody}, behind a result that stands for {own[0]} and {own[1]} in "
            "the trial.",
        )


def _sizes(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield numbers of people in reviews that are neither the trial's nor that of any two of its arms."""
    arms = ordered_by_study(tables, "arms")
    baselines = ordered_by_study(tables, "baselines")
    for entry in ordered_rows(tables, "review_inputs"):
        study = _study(tables, entry["study_id"])
        people = people_of_inputs(entry)
        if not study or not people or study["design"] in tables.paired_designs:
            continue
        own = arms.get(study["study_id"], [])
        totals = _totals(study, own)
        if not totals or people in totals:
            continue
        keys = {tables.key("review_inputs", entry), tables.key("studies", study)}
        keys |= {tables.key("arms", arm) for arm in own if arm["n_randomised"] or arm["n_analysed"]}
        elsewhere = [
            row for row in baselines.get(study["study_id"], []) if row["total"] == people and not row["arm_id"]
        ]
        keys |= {tables.key("baselines", row) for row in elsewhere}
        where = entry["review_id"] or "a summary"
        yield _finding(
            tuple(sorted(keys)),
            entry,
            "inconsistent",
            f"{people} people in {where}",
            " or ".join(str(total) for total in sorted(totals)),
            f"{people} is none of {', '.join(str(total) for total in sorted(totals))} (all people, all arms, two arms)",
            f"{where} counts {people} people in a trial for which other sources give {max(totals)}.",
            check="sizes-between-sources",
        )


def _totals(study: Row, arms: Sequence[Row]) -> set[int]:
    """Return every number of people that a review may take from a trial: all, those analysed, any of its arms."""
    totals = {study["n_randomised"]} if study["n_randomised"] else set()
    for name in ("n_randomised", "n_analysed"):
        sizes = [arm[name] for arm in arms if arm[name]]
        totals |= {sum(sizes)} if len(sizes) == len(arms) and sizes else set()
        if study["n_randomised"] or len(arms) > 2:
            totals |= {a + b for i, a in enumerate(sizes) for b in sizes[i + 1 :]} | set(sizes)
    return totals


def _study(tables: EvidenceTables, study_id: str | None) -> Row:
    return next((row for row in tables.rows("studies") if row["study_id"] == study_id), {}) if study_id else {}


def _finding(
    rows: tuple[str, ...],
    entry: Row,
    severity: Severity,
    value: str,
    recomputed: str,
    arithmetic: str,
    text: str,
    check: str = "review-against-trial",
) -> Finding:
    return Finding(
        check=check,
        severity=severity,
        study=entry["study_id"],
        rows=rows,
        value=value,
        recomputed=recomputed,
        arithmetic=arithmetic,
        text=text,
    )


_GROUP: CheckGroup = "between-sources"

CHECKS: tuple[Check, ...] = (
    Check(
        id="review-against-trial",
        group=_GROUP,
        title="Does a review print the trial's own means, spreads and sizes?",
        method="A review's two means are laid beside every result of the trial; one mean that agrees finds the "
        "result, and the "
        "other mean, the SDs and the people must agree with it too, as far as both are printed. `note` where the "
        "review "
        "takes everybody who was randomised.",
        source="Gøtzsche PC et al. (2007). doi:10.1001/jama.298.4.430",
        needs=("review_inputs.mean_1", "outcomes.mean"),
        run=_inputs,
    ),
    Check(
        id="sizes-between-sources",
        group=_GROUP,
        title="Do sources agree on how many people a trial has?",
        method="The people that a review prints for a trial against all people, those analysed, all arms and any two "
        "arms.",
        source="",
        needs=("review_inputs.n_1", "studies.n_randomised"),
        run=_sizes,
    ),
    Check(
        id="told-twice",
        group=_GROUP,
        title="Does one result of an arm stand twice with different numbers?",
        method="Rows of one arm, outcome, threshold, kind of value and time, in one unit or with a unit not stated; "
        "numbers of "
        "different precision are compared at the coarser one.",
        source="",
        needs=("outcomes.mean",),
        run=_told_apart,
    ),
)
