"""A comparison as sections of plain text cells, which Markdown and the terminal each set in their own way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .protocol_changes import change_words
from .weighing import moved_words, study_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .changes import CellChange, Effect, RowChange, SynthesisChange
    from .diff import BaseDiff

__all__ = ["Section", "clean", "headline", "sections"]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NAMED = 8
_RULES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of what is shown: a title, a table (empty header: a list of lines), and a sentence before it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    intro: str = ""


def clean(text: str) -> str:
    r"""Return text without characters that steer a terminal or turn its direction, on one line.

    Examples
    --------
    >>> clean("a\x1b[31mb\nc")
    'a�[31mb c'
    """
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", " ".join(re.split(r"[\t\n\r\v\f\x85\u2028\u2029]+", text)))


def headline(diff: BaseDiff) -> tuple[str, ...]:
    """Return what is compared, how, and what it comes to, a sentence each."""
    lines = [f"From {clean(diff.before.label)} to {clean(diff.after.label)}."]
    if diff.empty:
        return (*lines, "Nothing changed.")
    concluded = sum(change.concludes for change in diff.syntheses)
    how = {
        "recomputed": "both computed by today's code",
        "as-published": "as each base published them",
        "not-compared": "effects not compared",
    }[diff.basis]
    lines.append(
        f"{len(diff.syntheses)} of {diff.total} syntheses give another answer, {concluded} of them another conclusion "
        f"({how})."
        if diff.basis != "not-compared"
        else "Effects were not compared."
    )
    sentence = clean(diff.proposal.sentence())
    lines.append(sentence[:1].upper() + sentence[1:] + ".")
    return tuple(lines)


def sections(diff: BaseDiff) -> tuple[Section, ...]:
    """Return every part of a comparison that has something in it."""
    found = (
        _syntheses("Conclusions that moved", [change for change in diff.syntheses if change.concludes]),
        _syntheses("Other answers that changed", [change for change in diff.syntheses if not change.concludes]),
        Section(
            title="Trials",
            header=("Trial", "What happened", "Reason"),
            rows=tuple(
                (change.label, study_words(change).removeprefix(change.label).strip(" :"), change.reason)
                for change in diff.studies
            ),
        ),
        Section(
            title="Retractions, concerns, corrections",
            header=("PMID", "Trial", "Notice"),
            rows=tuple(
                (change.pmid, ", ".join(change.studies), f"{change.text}{' (taken back)' * (change.what == 'gone')}")
                for change in diff.notices
            ),
        ),
        _cells("Numbers", [cell for cell in diff.cells if cell.kind == "number"]),
        _cells("Facts", [cell for cell in diff.cells if cell.kind == "fact"]),
        _words([cell for cell in diff.cells if cell.kind == "words"]),
        _rows(diff.rows),
        Section(
            title="Findings of the integrity checks",
            header=("Finding", "What happened", "What it says"),
            rows=tuple(
                (
                    f"{change.check} ({change.finding})",
                    " ".join(part for part in (change.what, _arrow(change.before, change.after)) if part),
                    "; ".join(part for part in (change.study, change.text, change.note) if part),
                )
                for change in diff.findings
            ),
        ),
        Section(
            title="Protocol",
            header=("What changed", "Weight"),
            rows=tuple((change_words(change), change.weight) for change in diff.protocol),
        ),
        Section(title="Not compared", header=(), rows=tuple((note,) for note in diff.notes)),
    )
    return tuple(_cleaned(section) for section in found if section.rows)


def _cleaned(section: Section) -> Section:
    return Section(
        title=section.title,
        header=section.header,
        intro=section.intro,
        rows=tuple(tuple(clean(cell) for cell in row) for row in section.rows),
    )


def _arrow(before: str, after: str) -> str:
    return f"({before or 'no answer'} → {after or 'no answer'})" if before or after else ""


def _syntheses(title: str, changes: Sequence[SynthesisChange]) -> Section:
    return Section(
        title=title,
        header=("Question", "Before", "After", "What moved, and why"),
        rows=tuple(
            (
                change.label,
                _effect(change.before, change.after),
                _effect(change.after, change.before),
                "; ".join(part for part in (_what(change), *_why(change)) if part),
            )
            for change in changes
        ),
    )


def _what(change: SynthesisChange) -> str:
    if change.what != "changed":
        return f"synthesis {change.what}"
    other = [entry.analysis for entry in change.analyses]
    return moved_words(change) or ("" if change.trials else f"changed under {', '.join(other)}" if other else "")


def _why(change: SynthesisChange) -> list[str]:
    lines = [f"{move.label} {move.what}{f' ({move.reason})' if move.reason else ''}" for move in change.trials]
    more = [f"and {len(change.rules) - _RULES} more rules"] if len(change.rules) > _RULES else []
    return [*lines, *(f"rule: {rule}" for rule in change.rules[:_RULES]), *more]


def _effect(effect: Effect | None, other: Effect | None) -> str:
    """Return an effect as a cell; the analysis is named where it is not the primary one, or another stands beside."""
    if effect is None:
        return "–"
    named = not effect.primary or (other is not None and other.analysis != effect.analysis)
    analysis = f" [{effect.analysis}]" if named and effect.k else ""
    if not effect.k:
        return "no trial"
    certainty = f"; certainty {effect.certainty}" if other is not None and other.certainty != effect.certainty else ""
    one = "one trial: " if effect.answer == "single" else ""
    count = f"k = {effect.trials}, n = {effect.n}"
    return f"{one}{effect.text}; {count}{analysis}{certainty}".strip("; ")


def _cells(title: str, cells: Sequence[CellChange]) -> Section:
    return Section(
        title=title,
        header=("Where", "Before", "After", "Reason"),
        rows=tuple(
            (
                f"{cell.table} {cell.row} {cell.column}" + (f" ({cell.study})" if cell.study not in cell.row else ""),
                cell.before or "(empty)",
                cell.after or "(empty)",
                cell.reason or "not recorded",
            )
            for cell in cells
        ),
    )


def _words(cells: Sequence[CellChange]) -> Section:
    """Return the texts that changed, by table and column: which rows, not what they say."""
    groups: dict[tuple[str, str], list[str]] = {}
    for cell in cells:
        groups.setdefault((cell.table, cell.column), []).append(cell.row)
    return Section(
        title="Texts",
        header=("Column", "Rows"),
        rows=tuple((f"{table} {column}", _named(rows)) for (table, column), rows in groups.items()),
    )


def _rows(changes: Sequence[RowChange]) -> Section:
    groups: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        name = f"{change.was} → {change.row}" if change.what == "renamed" else change.row
        groups.setdefault((change.table, change.what), []).append(name)
    return Section(
        title="Rows",
        header=("Table", "What happened", "Rows"),
        rows=tuple((table, f"{len(rows)} {what}", _named(rows)) for (table, what), rows in groups.items()),
    )


def _named(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else ""
    return ", ".join(listed[:_NAMED]) + more
