"""Rules for studies, their arms and the comparison of arms."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ..definitions.results import VALUE_TYPES
from ..io import split_list
from .counts import PEOPLE_UNITS
from .rule import Rule, base_rule, row_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ...errors import Problem
    from ..rows import Base, Row

__all__ = ["TRIAL_RULES"]

_ONE_PLACE_EACH = ("parallel", "cohort", "single-arm")
_ONE_PERSON_AN_ARM = (*_ONE_PLACE_EACH, "crossover", "split-body")


@row_rule("studies", needs=("design", "randomised"))
def randomised_design(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a cohort, a single arm and what is not a trial are not randomised.

    No exception: what a report calls itself stands in `randomised_as_reported`.
    """
    if row.text("randomised") == "yes" and base.design(row) in ("cohort", "single-arm", "not-a-trial"):
        yield row.problem(
            "randomised", f"the design {row.text('design')!r} is not randomised", allowed="no, not-stated"
        )


@base_rule("studies.design", "studies.study_id", "arms.study_id")
def single_arm_has_one(base: Base) -> Iterator[Problem]:
    """Require that a study of the design `single-arm` has one arm at most. No exception."""
    arms = _by_study(base.rows("arms"))
    for row in base.rows("studies"):
        count = len(arms[row.text("study_id")])
        if base.design(row) == "single-arm" and count > 1:
            yield row.problem("design", f"a single-arm study with {count} arms", allowed="one arm, or another design")


@row_rule("studies", needs=("eligibility", "eligibility_reason"))
def reason_unless_included(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a study that is not simply included says why. No exception."""
    eligibility = row.text("eligibility")
    if eligibility and eligibility != "included" and not row.text("eligibility_reason"):
        yield row.problem("eligibility_reason", f"no reason is given for {eligibility!r}", allowed="a reason")


@row_rule("arms", needs=("n_randomised", "n_analysed", "status"))
def analysed_within_randomised(row: Row, base: Base) -> Iterator[Problem]:
    """Require that no more people are analysed in an arm than were allocated to it, unless the arm is in conflict."""
    randomised, analysed = row.count("n_randomised"), row.count("n_analysed")
    if randomised is not None and analysed is not None and analysed > randomised and row.text("status") != "conflict":
        message = f"more analysed than allocated: {analysed} of {randomised}"
        yield row.problem("n_analysed", message, allowed=f"at most n_randomised = {randomised}")


@base_rule("studies.design", "studies.n_randomised", "arms.study_id", "arms.n_randomised", "conflicts.study_id")
def arms_within_study(base: Base) -> Iterator[Problem]:
    """Require that neither one arm nor all arms together have more people than the study allocated.

    Sums are compared where each person is in one arm, not for patches or lesions within people. Let through
    where `conflicts` has an entry for the study.
    """
    for study, arms in _by_study(base.rows("arms")).items():
        row = base.studies.get(study)
        people = row.count("n_randomised") if row else None
        if row is None or people is None or study in base.conflict_studies:
            continue
        counts = [count for arm in arms if (count := arm.count("n_randomised")) is not None]
        if base.design(row) in _ONE_PLACE_EACH and sum(counts) > people:
            listed = " + ".join(str(count) for count in counts)
            message = f"the arms have more people than the study: {listed} = {sum(counts)}"
            yield row.problem("n_randomised", message, allowed=f"at least {sum(counts)}, or an entry in conflicts")
        elif base.design(row) in _ONE_PERSON_AN_ARM:
            for arm in arms:
                if (count := arm.count("n_randomised")) is not None and count > people:
                    message = f"the arm has more people than the study, {people}"
                    yield arm.problem("n_randomised", message, allowed=f"at most {people}, or an entry in conflicts")


@row_rule(
    "outcomes",
    "harms",
    needs=("arm_id", "n", "n_status", "status"),
    also=("arms.n_randomised", "arms.status"),
)
def n_within_arm(row: Row, base: Base) -> Iterator[Problem]:
    """Require that no more people stand behind a value than were allocated to its arm.

    Let through where the row, its `n` or the arm is in conflict.
    """
    arm = base.arms.get((row.text("study_id"), row.text("arm_id")))
    n, randomised = row.count("n"), arm.count("n_randomised") if arm else None
    if arm is None or n is None or randomised is None or n <= randomised:
        return
    if "conflict" not in (row.text("n_status"), arm.text("status")) and not row.in_conflict:
        message = f"n = {n} is more than the arm's n_randomised = {randomised}"
        yield row.problem("n", message, allowed=f"at most {randomised}")


@row_rule("outcomes", "contrasts", "harms", needs=("n", "status"), also=("studies.n_randomised", "studies.design"))
def n_within_study(row: Row, base: Base) -> Iterator[Problem]:
    """Require that no more people stand behind a value than the study allocated.

    Not compared for patches or lesions within people. Let through where the row or its `n` is in conflict.
    """
    study = base.studies.get(row.text("study_id"))
    n, people = row.count("n"), study.count("n_randomised") if study else None
    if study is None or n is None or people is None or n <= people:
        return
    if base.design(study) in _ONE_PERSON_AN_ARM and row.text("n_status") != "conflict" and not row.in_conflict:
        yield row.problem("n", f"n = {n} is more than the study's n_randomised = {people}", allowed=f"at most {people}")


@row_rule("outcomes", needs=("conflicts_with", "study_id"), also=("outcomes.row_id",))
def conflict_within_study(row: Row, base: Base) -> Iterator[Problem]:
    """Require that rows that conflict are different rows of one study, and each names the other.

    No exception.
    """
    rows = {other.text("row_id"): other for other in base.rows("outcomes")}
    name = row.text("row_id")
    for member in split_list(row.text("conflicts_with")):
        other = rows.get(member)
        if member == name:
            yield row.problem("conflicts_with", "the row conflicts with itself", allowed="another row of the study")
        elif other is not None and other.text("study_id") != row.text("study_id"):
            message = f"{member} is a row of another study, {other.text('study_id')}"
            yield row.problem("conflicts_with", message, allowed="another row of the study")
        elif other is not None and name not in split_list(other.text("conflicts_with")):
            yield row.problem(
                "conflicts_with", f"{member} does not name this row in turn", allowed="rows that name each other"
            )


@row_rule(
    "outcomes", "contrasts", "harms", "arms", "baselines", needs=("status", "study_id"), also=("conflicts.study_id",)
)
def conflict_is_told(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a row with the status `conflict` names the rows that it contradicts.

    An entry in `conflicts` for its study will do as well.
    """
    told = row.text("study_id") in base.conflict_studies or row.text("conflicts_with")
    if row.text("status") == "conflict" and not told:
        message = "the status is 'conflict' but nothing says with what"
        yield row.problem("status", message, allowed="an entry in conflicts for the study, or conflicts_with")


@row_rule("conflicts", needs=("rows", "study_id"), also=("outcomes.row_id", "contrasts.contrast_id", "harms.harm_id"))
def conflict_rows_exist(row: Row, base: Base) -> Iterator[Problem]:
    """Require that the rows that an entry in `conflicts` names are rows of its study.

    Words with a blank or a slash in them are not looked up.
    """
    rows = {other.key[-1]: other for table in ("outcomes", "contrasts", "harms") for other in base.rows(table)}
    for member in split_list(row.text("rows")):
        other = rows.get(member)
        if " " in member or "/" in member:
            continue
        if other is None:
            yield row.problem("rows", f"{member!r} is not a row of outcomes, contrasts or harms", allowed="ids of rows")
        elif other.text("study_id") != row.text("study_id"):
            message = f"{member} is a row of another study, {other.text('study_id')}"
            yield row.problem("rows", message, allowed=f"rows of {row.text('study_id')}")


@base_rule(
    *(f"outcomes.{name}" for name in ("study_id", "arm_id", "outcome", "threshold", "value_type", "time_weeks", "unit"))
)
def arms_share_unit(base: Base) -> Iterator[Problem]:
    """Require that the arms of one comparison (study, outcome, threshold, value type, time) share a unit.

    `not-stated` agrees with any, and counts and percentages of people are one unit here. No exception: a value
    in another unit is no version of the same one.
    """
    names = ("study_id", "outcome", "threshold", "value_type", "time_weeks")
    same = dict.fromkeys(PEOPLE_UNITS, "people") | {"not-stated": ""}

    def read(row: Row) -> str:
        unit = row.text("unit")
        return same.get(unit, unit) if base.known("outcomes", "unit", unit) else ""

    yield from _disagreeing(base, names, "unit", read)


@base_rule(*(f"outcomes.{name}" for name in ("study_id", "arm_id", "outcome", "threshold", "value_type", "time_weeks")))
def arms_share_value_type(base: Base) -> Iterator[Problem]:
    """Require that the arms of one comparison (study, outcome, threshold, time) share a value type.

    A change in one arm and a final value in another is damage. No exception.
    """
    names = ("study_id", "outcome", "threshold", "time_weeks")
    yield from _disagreeing(
        base, names, "value_type", lambda row: row.text("value_type") if row.text("value_type") in VALUE_TYPES else ""
    )


@base_rule("outcomes.row_id", "outcomes.study_id", "outcomes.arm_id", "outcomes.outcome")
def no_row_twice(base: Base) -> Iterator[Problem]:
    """Require that no result stands twice under two ids.

    At least one cell other than the id and the notes is different. No exception.
    """
    first: dict[tuple[tuple[str, str], ...], str] = {}
    for row in base.rows("outcomes"):
        facts = tuple((name, cell) for name, cell in sorted(row.cells.items()) if name not in ("row_id", "notes"))
        if facts in first:
            yield row.problem("row_id", f"the same result as {first[facts]} under another id", allowed="once")
        first.setdefault(facts, row.text("row_id"))


@row_rule("contrasts", needs=("arm_id_1", "arm_id_2"))
def two_arms(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a contrast is between two different arms. No exception."""
    if row.text("arm_id_1") and row.text("arm_id_1") == row.text("arm_id_2"):
        yield row.problem("arm_id_2", "an arm is compared with itself", allowed="another arm")


def _disagreeing(base: Base, names: tuple[str, ...], column: str, read: Callable[[Row], str]) -> Iterator[Problem]:
    """Yield the rows of comparisons (rows alike in `names`) whose arms have no value of `column` in common.

    Where most arms agree the others are named; where none has a majority, all are.
    """
    groups: dict[tuple[str, ...], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in base.rows("outcomes"):
        if row.text("arm_id") and read(row):
            groups[tuple(row.text(name) for name in names)][row.text("arm_id")].append(row)
    for arms in groups.values():
        holders = Counter(value for rows in arms.values() for value in {read(row) for row in rows})
        usual, most = holders.most_common(1)[0]
        if most == len(arms):
            continue
        for arm, rows in arms.items():
            if 2 * most > len(arms) and usual in {read(row) for row in rows}:
                continue
            others = [row for other, those in arms.items() if other != arm for row in those]
            stated = ", ".join(sorted({row.text(column) for row in others}))
            where = ", ".join(row.text("row_id") for row in others)
            for row in rows:
                message = f"the other arms of the comparison have {stated} ({where})"
                yield row.problem(column, message, allowed=stated)


def _by_study(rows: tuple[Row, ...]) -> Mapping[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.text("study_id")].append(row)
    return grouped


TRIAL_RULES: tuple[Rule, ...] = (
    randomised_design,
    single_arm_has_one,
    reason_unless_included,
    analysed_within_randomised,
    arms_within_study,
    n_within_arm,
    n_within_study,
    conflict_within_study,
    conflict_is_told,
    conflict_rows_exist,
    arms_share_unit,
    arms_share_value_type,
    no_row_twice,
    two_arms,
)
