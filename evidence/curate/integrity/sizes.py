"""Sizes of a trial: arms against the total, losses, sexes, and categories that should add up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...tables.topic import BUILT_IN
from .finding import Check, Finding
from .grouping import grouped, in_order
from .rounding import joined, leading_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "categories_gap", "count_of_sexes", "other_people", "printed_total", "same_people", "sum_differs"]

_MEN = re.compile(r"\b(\d+)\s*(?:M|men|males?)\b")
_WOMEN = re.compile(r"\b(\d+)\s*(?:F|women|females?)\b")
_NUMBER = re.compile(r"\d+")
_NEAR = 0.1


def same_people(tables: EvidenceTables, study: Row) -> bool:
    """Whether the arms of a trial are known to be the same people, so that their sizes do not add up."""
    return study["design"] in (*tables.paired_designs, "crossover")


def other_people(tables: EvidenceTables, study: Row) -> bool:
    """Whether the arms of a trial are known to be different people.

    A design under a name that only its review knows, and that is not told to be paired, may be either: then neither
    this nor `same_people` holds, and nothing is said.
    """
    general = study["design"] is None or study["design"] in {entry.id for entry in BUILT_IN["designs"]}
    return general and not same_people(tables, study)


def printed_total(study: Row) -> int | None:
    """Return how many people were allocated: the number of the table, else the one that opens the report's words.

    Examples
    --------
    >>> printed_total({"n_randomised": None, "n_randomised_as_reported": "60 in all, arms of 40+30+30"})
    60
    """
    known: int | None = study["n_randomised"]
    return known if known is not None else leading_count(study["n_randomised_as_reported"])


def sum_differs(parts: Sequence[int], total: int) -> tuple[int, str] | None:
    """Return the sum of the parts and the addition in figures, if it is not the total.

    Counts are not rounded, so nothing is tolerated.

    Examples
    --------
    >>> sum_differs([40, 30, 30], 60)
    (100, '40 + 30 + 30 = 100, not 60')
    >>> sum_differs([20, 20], 40) is None
    True
    """
    found = sum(parts)
    if found == total:
        return None
    return found, f"{' + '.join(str(part) for part in parts)} = {found}, not {total}"


def count_of_sexes(text: str | None) -> tuple[int, int] | None:
    """Return how many men and women a text counts; None unless it counts both, once each, and prints no share.

    Examples
    --------
    >>> count_of_sexes("36 women, 14 men"), count_of_sexes("28.57% M, 71.43% F")
    ((14, 36), None)
    """
    men, women = _MEN.findall(text or ""), _WOMEN.findall(text or "")
    if "%" in (text or "") or len(men) != 1 or len(women) != 1:
        return None
    return int(men[0]), int(women[0])


def categories_gap(counts: Sequence[int], total: int, *, partition: bool) -> int | None:
    """Return by how much counts of categories differ from all people, where that is worth saying.

    Parameters
    ----------
    counts : sequence of int
        People in each category; fewer than three say nothing.
    total : int
        All people.
    partition : bool
        Whether everybody must be in exactly one category. Otherwise categories may overlap or be a selection, and only
        a near miss counts: at most two people, or a tenth of them, in none.

    Examples
    --------
    >>> categories_gap([3, 7, 6], 17, partition=False), categories_gap([3, 7], 17, partition=False)
    (-1, None)
    """
    gap = sum(counts) - total
    if len(counts) < 3 or gap == 0:
        return None
    if partition:
        return gap
    return gap if -max(2, _NEAR * total) <= gap < 0 else None


def _arms_sum(tables: EvidenceTables) -> Iterator[Finding]:
    arms_of = tables.by_study("arms")
    for study in tables.rows("studies"):
        arms = in_order(arms_of.get(study["study_id"], []))
        if not other_people(tables, study) or not arms:
            continue
        analysed = leading_count(study["n_analysed_as_reported"])
        for column, total, verb in (
            ("n_randomised", printed_total(study), "allocated"),
            ("n_analysed", analysed, "analysed"),
        ):
            sizes = [arm[column] for arm in arms if arm[column] is not None]
            if total is None or not sizes or (len(sizes) < len(arms) and sum(sizes) <= total):
                continue
            if differs := sum_differs(sizes, total):
                yield Finding(
                    check="arms-sum",
                    severity="inconsistent",
                    study=study["study_id"],
                    rows=_rows(tables, study, arms),
                    value=f"{total} {verb}",
                    recomputed=str(differs[0]),
                    arithmetic=differs[1],
                    text=f"The total of {total} people {verb} does not follow from arms of {joined(sizes)}.",
                )


def _losses_sum(tables: EvidenceTables) -> Iterator[Finding]:
    arms_of = tables.by_study("arms")
    for study in tables.rows("studies"):
        total, lost = printed_total(study), leading_count(study["dropouts_as_reported"])
        arms = in_order(arms_of.get(study["study_id"], []))
        kept = leading_count(study["n_analysed_as_reported"])
        if kept is None and arms and other_people(tables, study) and all(arm["n_analysed"] for arm in arms):
            kept = sum(arm["n_analysed"] for arm in arms)
        if total is None or lost is None or kept is None or total - lost == kept:
            continue
        yield Finding(
            check="losses-sum",
            severity="inconsistent",
            study=study["study_id"],
            rows=(tables.key("studies", study),),
            value=f"{kept} analysed",
            recomputed=str(total - lost),
            arithmetic=f"{total} − {lost} = {total - lost}, not {kept}",
            text=f"{kept} people analysed do not follow from {total} allocated and {lost} lost.",
        )


def _sexes_sum(tables: EvidenceTables) -> Iterator[Finding]:
    for study in tables.rows("studies"):
        counted, total = count_of_sexes(study["sex_as_reported"]), printed_total(study)
        if counted is None or total is None or sum(counted) == total:
            continue
        words = f"{study['n_randomised_as_reported'] or ''} {study['n_analysed_as_reported'] or ''}"
        # another total that the report names is another matter: the two totals differ, not the sexes
        if str(sum(counted)) in _NUMBER.findall(words):
            continue
        men, women = counted
        yield Finding(
            check="sexes-sum",
            severity="inconsistent",
            study=study["study_id"],
            rows=(tables.key("studies", study),),
            value=f"{men} men, {women} women",
            recomputed=str(men + women),
            arithmetic=f"{men} + {women} = {men + women}, not {total}",
            text=f"{men} men and {women} women do not add up to {total} people.",
        )


def _categories_sum(tables: EvidenceTables) -> Iterator[Finding]:
    counted = [
        row
        for row in tables.rows("outcomes")
        if row["value_type"] in ("category-count", "responder") and row["events"] is not None and row["arm_id"]
    ]
    for rows in grouped(counted, ("study_id", "arm_id", "outcome", "value_type", "time_weeks", "source")):
        thresholds = {row["threshold"] for row in rows}
        totals = {row["total"] or row["n"] for row in rows}
        if len(thresholds) < len(rows) or len(totals) != 1 or None in totals:
            continue
        (total,) = totals
        counts = [row["events"] for row in rows]
        partition = rows[0]["value_type"] == "category-count"
        gap = categories_gap(counts, total, partition=partition)
        if gap is None:
            continue
        sums = f"{' + '.join(str(count) for count in counts)} = {total + gap}, not {total}"
        people = "person" if abs(gap) == 1 else "people"
        yield Finding(
            check="categories-sum",
            severity="inconsistent" if partition else "unusual",
            study=rows[0]["study_id"],
            rows=tuple(sorted(tables.key("outcomes", row) for row in rows)),
            value=joined(counts),
            recomputed=str(total + gap),
            arithmetic=sums,
            text=f"The categories hold {total + gap} of {total} people: {abs(gap)} {people} "
            + ("in none." if gap < 0 else "too many."),
        )


def _rows(tables: EvidenceTables, study: Row, arms: Sequence[Row]) -> tuple[str, ...]:
    return tuple(sorted([tables.key("studies", study), *(tables.key("arms", arm) for arm in arms)]))


CHECKS: tuple[Check, ...] = (
    Check(
        id="arms-sum",
        group="within-trial",
        title="Do the arms add up to the total?",
        method="Σ n(arm) = n(trial), for people allocated and for people analysed, where all arms have a size; some "
        "arms alone may not exceed the total. Counts are exact. Left out: designs whose arms are the same people.",
        source="",
        needs=("studies.n_randomised", "arms.n_randomised"),
        run=_arms_sum,
    ),
    Check(
        id="categories-sum",
        group="within-trial",
        title="Do the categories hold everybody?",
        method="Σ n(category) = n, for three categories or more of one arm, outcome and time. Where a row does not say "
        "that it is one of a full set, only a near miss counts: at most two people, or a tenth of all, in none.",
        source="",
        needs=("outcomes.events", "outcomes.total"),
        run=_categories_sum,
    ),
    Check(
        id="losses-sum",
        group="within-trial",
        title="Do allocated, lost and analysed people agree?",
        method="n(allocated) − n(lost) = n(analysed), where all three are printed. Counts are exact.",
        source="",
        needs=("studies.n_randomised", "studies.dropouts_as_reported", "studies.n_analysed_as_reported"),
        run=_losses_sum,
    ),
    Check(
        id="sexes-sum",
        group="within-trial",
        title="Do men and women add up to the total?",
        method="n(men) + n(women) = n(allocated), where both are counted. Counts are exact.",
        source="",
        needs=("studies.sex_as_reported", "studies.n_randomised"),
        run=_sexes_sum,
    ),
)
