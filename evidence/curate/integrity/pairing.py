"""The same people twice: sides and patches that are counted as people, or as parallel arms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .finding import Check, Finding, Severity
from .grouping import grouped, in_order
from .ranges import show
from .rounding import joined, leading_count
from .sizes import other_people, same_people

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "people_and_parts"]

_HANDBOOK = "Cochrane Handbook, chapter 23, sections 23.1.1 and 23.2. doi:10.1002/9781119536604.ch23"
_PEOPLE = r"(?:patients|people|persons|participants|subjects|men|women|children|volunteers)"
_PARTS = r"(?:patches|lesions|plaques|sides|halves|areas|sites|eyes|ears|limbs|legs|arms|hands|feet|teeth|knees|hips)"
_BOTH = re.compile(rf"\b(\d+)\s+{_PEOPLE}\b\D*?\b(\d+)\s+({_PARTS})\b", re.IGNORECASE)


def people_and_parts(text: str | None) -> tuple[int, int, str] | None:
    """Return how many people, and how many parts of them, a text counts; None unless there are more parts than people.

    Examples
    --------
    >>> people_and_parts("20 patients / 100 patches")
    (20, 100, 'patches')
    >>> people_and_parts("30 patients") is None
    True
    """
    match = _BOTH.search(text or "")
    if match is None or int(match[2]) <= int(match[1]):
        return None
    return int(match[1]), int(match[2]), match[3].lower()


def _sizes_differ(tables: EvidenceTables) -> Iterator[Finding]:
    arms_of = tables.by_study("arms")
    for study in tables.rows("studies"):
        if not same_people(tables, study):
            continue
        arms = in_order(arms_of.get(study["study_id"], []))
        for column in ("n_randomised", "n_analysed"):
            sized = [arm for arm in arms if arm[column] is not None]
            yield from _differ(tables, "arms", sized, column)
        names = ("outcome", "threshold", "value_type", "unit", "time_weeks", "source")
        for rows in grouped(tables.by_study("outcomes").get(study["study_id"], []), names):
            yield from _differ(tables, "outcomes", [row for row in rows if row["n"] is not None and row["arm_id"]], "n")


def _differ(tables: EvidenceTables, table: str, rows: Sequence[Row], column: str) -> Iterator[Finding]:
    sizes = [row[column] for row in rows]
    if len(set(sizes)) < 2:
        return
    yield Finding(
        check="paired-sizes",
        severity="inconsistent",
        study=rows[0]["study_id"],
        rows=tuple(sorted(tables.key(table, row) for row in rows)),
        value=joined(sizes),
        recomputed="equal sizes",
        arithmetic=" ≠ ".join(str(size) for size in dict.fromkeys(sizes)),
        text=f"The arms are the same people, but have sizes of {joined(sizes)}.",
    )


def _parts_as_people(tables: EvidenceTables) -> Iterator[Finding]:
    arms_of = tables.by_study("arms")
    for study in tables.rows("studies"):
        people, arms = study["n_randomised"], in_order(arms_of.get(study["study_id"], []))
        sizes = [arm["n_randomised"] for arm in arms]
        if not same_people(tables, study):
            if other_people(tables, study) and people and len(arms) > 1 and all(size == people for size in sizes):
                yield _told(
                    tables,
                    [("studies", study), *(("arms", arm) for arm in arms)],
                    "inconsistent",
                    f"{people} in all, arms of {joined(sizes)}",
                    f"{' + '.join(str(size) for size in sizes)} = {sum(sizes)}, not {people}",
                    f"Each arm is as large as the trial: the same {people} people stand in all arms, or the total is "
                    "another one.",
                )
            continue
        if people and len(arms) > 1 and None not in sizes and sum(sizes) == people:
            yield _told(
                tables,
                [("studies", study), *(("arms", arm) for arm in arms)],
                "inconsistent",
                f"{people} people, arms of {joined(sizes)}",
                f"{' + '.join(str(size) for size in sizes)} = {people}, but the arms are the same {max(sizes)} people",
                f"The total of {people} counts the people once for each arm; they are {max(sizes)}.",
            )
        for table, column in (("arms", "n_randomised"), ("arms", "n_analysed"), ("outcomes", "n"), ("contrasts", "n")):
            rows = [
                row
                for row in tables.by_study(table).get(study["study_id"], [])
                if people and row[column] is not None and row[column] > people
            ]
            if rows:
                most = max(row[column] for row in rows)
                yield _told(
                    tables,
                    [("studies", study), *((table, row) for row in rows)],
                    "inconsistent",
                    f"n = {most}",
                    f"{most} > {people}",
                    f"{most} stand behind the result of {people} people: sides or patches are counted.",
                )
        yield from _in_reviews(tables, study)


def _in_reviews(tables: EvidenceTables, study: Row) -> Iterator[Finding]:
    """Yield rows of reviews that list the same people as two groups."""
    people = study["n_randomised"]
    for row in tables.rows("review_inputs"):
        sizes = leading_count(row["n_1"]), leading_count(row["n_2"])
        if row["study_id"] != study["study_id"] or not people or sizes[0] is None or sizes[1] is None:
            continue
        total = sizes[0] + sizes[1]
        if total > people:
            yield _told(
                tables,
                [("review_inputs", row), ("studies", study)],
                "note",
                f"groups of {sizes[0]} and {sizes[1]}",
                f"{sizes[0]} + {sizes[1]} = {total}, but {people} people",
                f"Listed as groups of {sizes[0]} and {sizes[1]}, these are the same {people} people: as parallel "
                f"groups they would count as {total}.",
            )


def _told(
    tables: EvidenceTables,
    rows: Sequence[tuple[str, Row]],
    severity: Severity,
    value: str,
    arithmetic: str,
    text: str,
) -> Finding:
    study = rows[0][1]["study_id"]
    return Finding(
        check="sides-as-people",
        severity=severity,
        study=study,
        rows=tuple(sorted({tables.key(table, row) for table, row in rows})),
        value=value,
        recomputed="the same people",
        arithmetic=arithmetic,
        text=text,
    )


def _many_parts(tables: EvidenceTables) -> Iterator[Finding]:
    arms_of = tables.by_study("arms")
    for study in tables.rows("studies"):
        counted = people_and_parts(study["n_randomised_as_reported"])
        if counted is None:
            continue
        people, parts, name = counted
        # where the table counts people and knows that they are the same in all arms, it is only worth knowing
        known = study["n_randomised"] in (None, people) and same_people(tables, study)
        sized = [arm for arm in in_order(arms_of.get(study["study_id"], [])) if arm["n_randomised"] is not None]
        total = sum(arm["n_randomised"] for arm in sized)
        sizes = joined(arm["n_randomised"] for arm in sized) or "no printed size"
        yield Finding(
            check="parts-of-people",
            severity="note" if known else "inconsistent",
            study=study["study_id"],
            rows=tuple(sorted([tables.key("studies", study), *(tables.key("arms", arm) for arm in sized)])),
            value=f"{people} people, {parts} {name}; arms of {sizes}",
            recomputed=f"{people} people",
            arithmetic=f"{parts} / {people} = {show(parts / people)} {name} a person; arms add up to {total}",
            text=f"The arms count {name}: {parts} {name} belong to {people} people and are not independent.",
        )


CHECKS: tuple[Check, ...] = (
    Check(
        id="paired-sizes",
        group="within-trial",
        title="Have the arms of a paired design the same size?",
        method="All arms have the same people, so the same n: allocated, analysed, and in each result.",
        source=_HANDBOOK,
        needs=("studies.design", "arms.n_randomised"),
        run=_sizes_differ,
    ),
    Check(
        id="parts-of-people",
        group="within-trial",
        title="Are patches, lesions or sides counted where people should be?",
        method="The report counts more parts (patches, lesions, sides …) than people; the sizes of the arms are then "
        "those of parts.",
        source=_HANDBOOK,
        needs=("studies.n_randomised_as_reported", "arms.n_randomised"),
        run=_many_parts,
    ),
    Check(
        id="sides-as-people",
        group="within-trial",
        title="Are the same people counted once for each arm?",
        method="In a paired design n(arm) ≤ n(people) and Σ n(arm) ≠ n(people); in a parallel one not every arm is as "
        "large as the trial. A review that lists two groups of a paired trial, more than its people, is a note.",
        source=_HANDBOOK,
        needs=("studies.design", "studies.n_randomised", "arms.n_randomised"),
        run=_parts_as_people,
    ),
)
