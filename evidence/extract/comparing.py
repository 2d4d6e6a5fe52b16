"""Two extractions of one record beside each other, field by field."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InputError, TableError
from ..protocol import load_protocol
from .draft import drafts_of, find_draft
from .files import DraftRow, read_draft

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..project import Project
    from .draft import Draft

__all__ = ["Comparison", "Disagreement", "compare_drafts"]

# What makes two rows speak of the same thing; names of rows are each extractor's own.
_SAME = {
    "sources": ("source_id",),
    "studies": (),
    "reports": ("pmid", "doi", "title"),
    "arms": ("components",),
    "baselines": ("arm_id", "characteristic", "kind"),
    "outcomes": ("arm_id", "outcome", "threshold", "value_type", "time_weeks"),
    "contrasts": ("arm_id_1", "arm_id_2", "outcome", "threshold", "value_type", "time_weeks"),
    "harms": ("arm_id", "event", "severity"),
    "conflicts": ("what",),
}
_OWN_NAMES = ("study_id", "arm_id", "arm_id_1", "arm_id_2", "report_id", "row_id", "baseline_id", "contrast_id")
_NOT_COMPARED = frozenset((*_OWN_NAMES, "harm_id", "conflict_id", "conflicts_with", "rows", "label", "studies"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A field that two extractors filled differently, or a row that only one of them has.

    Attributes
    ----------
    table, row, column : str
        Where; the column is empty where a whole row is missing.
    first, second : str
        What each of them has; of a row that only one has, its name there.
    """

    table: str
    row: str
    column: str
    first: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What two extractors of a record have differently.

    Attributes
    ----------
    pmid, first, second : str
        The record, and the two people.
    disagreements : tuple of Disagreement
        In the order of tables and rows.
    fields : int
        How many fields were compared: those of matched rows that at least one of the two filled.
    """

    pmid: str
    first: str
    second: str
    disagreements: tuple[Disagreement, ...]
    fields: int


def compare_drafts(project: Project, pmid: str, *, first: str = "", second: str = "") -> Comparison:
    """Compare two drafts of a record.

    Arms are matched by what they received, results by arm, outcome, threshold, kind of value and time; the names that
    each extractor gave to rows and arms do not matter. Cells are compared as typed, so that 12.5 and 12.50 differ.

    Parameters
    ----------
    project : Project
        Where the drafts are.
    pmid : str
        The record.
    first, second : str
        Whose drafts; needed where there are not exactly two.

    Raises
    ------
    InputError
        If there are no two drafts.
    TableError
        If a file of a draft cannot be read.
    """
    one, other = _two(project, pmid, first, second)
    declared = load_protocol(project.protocol).tables
    read = []
    for draft in (one, other):
        rows, problems = read_draft(draft.folder, declared)
        if problems:
            raise TableError(f"the draft by {draft.opening.extractor} cannot be compared:", problems)
        read.append(rows)
    arms = _arms(read[0]["arms"], read[1]["arms"])
    found: list[Disagreement] = []
    fields = 0
    for name, same in _SAME.items():
        pairs, only_first, only_second = _matched(read[0][name], read[1][name], same, arms)
        for a, b in pairs:
            for column in declared[name].names:
                if column in _NOT_COMPARED or not (a[column] or b[column]):
                    continue
                fields += 1
                if a[column] != b[column]:
                    row = _label(a, declared[name].key)
                    found.append(Disagreement(table=name, row=row, column=column, first=a[column], second=b[column]))
        for lonely, mine in ((only_first, True), (only_second, False)):
            for entry in lonely:
                told = _told(entry, same)
                ours, theirs = (told, "") if mine else ("", told)
                label = _label(entry, declared[name].key)
                found.append(Disagreement(table=name, row=label, column="", first=ours, second=theirs))
    return Comparison(
        pmid=pmid,
        first=one.opening.extractor,
        second=other.opening.extractor,
        disagreements=tuple(found),
        fields=fields,
    )


def _two(project: Project, pmid: str, first: str, second: str) -> tuple[Draft, Draft]:
    if first and second:
        return find_draft(project, pmid, first), find_draft(project, pmid, second)
    drafts = drafts_of(project, pmid)
    if len(drafts) != 2:
        names = ", ".join(draft.opening.extractor for draft in drafts) or "nobody"
        raise InputError(
            f"two drafts of PMID {pmid} are compared; there are {len(drafts)} (by {names})"
            + ("; say which with --by and --with" if len(drafts) > 2 else "")
        )
    return drafts[0], drafts[1]


def _arms(first: Sequence[DraftRow], second: Sequence[DraftRow]) -> dict[str, str]:
    """Return the second extractor's name of an arm → the first one's, by what the arms received."""

    def by_content(rows: Sequence[DraftRow]) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            found[row["components"]].append(row["arm_id"])
        return found

    one, other = by_content(first), by_content(second)
    return {
        theirs: ours
        for content, names in other.items()
        if len(names) == len(one.get(content, ()))
        for theirs, ours in zip(sorted(names), sorted(one[content]), strict=True)
    }


def _matched(
    first: Sequence[DraftRow], second: Sequence[DraftRow], same: tuple[str, ...], arms: Mapping[str, str]
) -> tuple[list[tuple[DraftRow, DraftRow]], list[DraftRow], list[DraftRow]]:
    """Return rows of two drafts that speak of the same thing, and those that only one of them has."""

    def about(row: DraftRow, *, translated: bool) -> tuple[str, ...]:
        return tuple(
            arms.get(row[name], row[name]) if translated and name.startswith("arm_id") else row[name] for name in same
        )

    waiting: dict[tuple[str, ...], list[DraftRow]] = defaultdict(list)
    for row in second:
        waiting[about(row, translated=True)].append(row)
    pairs, only_first = [], []
    for row in first:
        there = waiting[about(row, translated=False)]
        if there:
            pairs.append((row, there.pop(0)))
        else:
            only_first.append(row)
    return pairs, only_first, [row for rows in waiting.values() for row in rows]


def _label(row: DraftRow, key: tuple[str, ...]) -> str:
    return "/".join(row[name] for name in key) or f"line {row.line}"


def _told(row: DraftRow, same: tuple[str, ...]) -> str:
    return ", ".join(row[name] for name in same if row[name]) or "a row"
