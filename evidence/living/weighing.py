"""Which kind of version each change asks for, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .protocol_changes import change_words
from .version import VersionProposal, propose_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .changes import (
        CellChange,
        Effect,
        FindingChange,
        NoticeChange,
        ProtocolChange,
        RowChange,
        StudyChange,
        SynthesisChange,
    )

__all__ = ["counted", "moved_words", "study_words", "weigh"]

_WHAT = {
    "new": "is new",
    "gone": "is gone",
    "included": "is included now",
    "excluded": "is excluded now",
    "reclassified": "is judged otherwise",
}


def weigh(
    current: str,
    *,
    studies: tuple[StudyChange, ...],
    rows: tuple[RowChange, ...],
    cells: tuple[CellChange, ...],
    findings: tuple[FindingChange, ...],
    notices: tuple[NoticeChange, ...],
    protocol: tuple[ProtocolChange, ...],
    syntheses: tuple[SynthesisChange, ...],
) -> VersionProposal:
    """Return the version that the changes ask for after `current`.

    MAJOR: the conclusion of a synthesis moved, or a rule of the protocol changed or was taken away, the search strategy
    included. MINOR: a trial came, went or crossed the line of eligibility, entered or left a result that is shown; the
    protocol gained something; a retraction or concern was linked or taken back; certainty was judged for the first
    time. PATCH: everything else.
    """
    major = [f"{change.label}: {moved_words(change)}" for change in syntheses if change.concludes]
    major += [f"method: {change_words(change)}" for change in protocol if change.weight == "rule"]
    minor = [study_words(change) for change in studies if change.what != "renamed"]
    minor += [f"protocol: {change_words(change)}" for change in protocol if change.weight == "addition"]
    minor += [f"notice on PMID {change.pmid}: {change.text}" for change in notices]
    minor += list(_small_moves(syntheses))
    corrections = _corrections(studies, rows, cells, findings, protocol)
    patch = [counted(len(group), name) for name, group in corrections if group]
    patch += [f"{change.label}: other numbers, the same conclusion" for change in syntheses]
    return propose_version(current, major=major, minor=minor, patch=patch)


def _small_moves(syntheses: tuple[SynthesisChange, ...]) -> Iterator[str]:
    """Yield what a synthesis that keeps its conclusion gained or lost."""
    for change in syntheses:
        entered = [f"{move.label} {move.what}" for move in change.trials if move.what in ("entered", "left")]
        if entered:
            yield f"{change.label}: {', '.join(entered)}"
        elif change.moved and not change.concludes:
            yield f"{change.label}: {moved_words(change)}"


def _corrections(
    studies: tuple[StudyChange, ...],
    rows: tuple[RowChange, ...],
    cells: tuple[CellChange, ...],
    findings: tuple[FindingChange, ...],
    protocol: tuple[ProtocolChange, ...],
) -> Iterator[tuple[str, list[object]]]:
    yield "number corrected", [cell for cell in cells if cell.kind == "number"]
    yield "other fact changed", [cell for cell in cells if cell.kind == "fact"]
    yield "text changed", [cell for cell in cells if cell.kind == "words"]
    yield "row added, removed or renamed", list(rows)
    yield "trial renamed", [change for change in studies if change.what == "renamed"]
    yield "finding new, gone or answered", list(findings)
    yield "wording of the protocol changed", [change for change in protocol if change.weight == "wording"]


def counted(count: int, what: str) -> str:
    """Return a count with what is counted; its noun, the first word but ``new`` and ``other``, is set in the plural.

    Examples
    --------
    >>> counted(1, "number corrected"), counted(3, "other fact changed")
    ('1 number corrected', '3 other facts changed')
    """
    words = what.split(" ")
    noun = 1 if words[0] in ("new", "other") else 0
    if count != 1:
        words[noun] += "s"
    return f"{count} {' '.join(words)}"


def study_words(change: StudyChange) -> str:
    """Return a change of a trial in a few words."""
    if change.what == "renamed":
        return f"{change.label}: {change.was} is called {change.study} now"
    state = change.after if change.what == "new" else change.before if change.what == "gone" else ""
    moved = f" ({state})" if state else f" ({change.before} → {change.after})" if change.before else ""
    return f"{change.label} {_WHAT[change.what]}{moved}"


def moved_words(change: SynthesisChange) -> str:
    """Return in words what moved of a conclusion; empty if nothing did."""
    before, after = change.before, change.after
    if before is None or after is None:
        return ""
    words = {
        "answer": f"{_answer(before)} before, {_answer(after)} now",
        "analysis": f"the analysis shown is {after.analysis} instead of {before.analysis}",
        "direction": _direction(after),
        "interval": _interval(after),
        "size": f"the estimate is {after.size or 'not to be compared with'} the minimal important difference now",
        "certainty": f"certainty {before.certainty} → {after.certainty}",
    }
    return "; ".join(words[name] for name in change.moved)


def _answer(effect: Effect) -> str:
    return {
        "pooled": "pooled",
        "counted": "counted without any event",
        "single": "one trial",
        "none": "no trial",
    }[effect.answer]


def _direction(effect: Effect) -> str:
    sides = {"above": "above", "below": "below", "none": "at"}
    return f"the estimate lies {sides.get(effect.direction, 'elsewhere than')} the null now"


def _interval(effect: Effect) -> str:
    words = {
        "across": "the interval includes the null now",
        "above": "the interval lies above the null now",
        "below": "the interval lies below the null now",
    }
    return words.get(effect.interval, "no interval can be given now")
