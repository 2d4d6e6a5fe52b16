"""A comparison as rows of the change log, with what reporting guidance for living reviews asks of each version.

PRISMA-LSR asks a version to give its number, cite the one before, say what occasioned it, how searching and selecting
went on, and what changed in methods, results and conclusions (Akl and others 2024, doi:10.1136/bmj-2024-079183).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .moves import cell_words
from .protocol_changes import change_words
from .sections import clean
from .weighing import counted, moved_words, study_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .changes import Effect, SynthesisChange
    from .diff import BaseDiff

__all__ = ["log_rows"]


_RULES = 2
_SEARCHING = ("searches", "records", "screening")


def log_rows(diff: BaseDiff, *, version: str, date: str, trigger: str = "") -> list[dict[str, str]]:
    """Return the rows that a comparison adds to the change log.

    Every trial, every answer, every corrected number or fact has a row; texts, and rows that were added or taken away,
    are counted by table.

    Parameters
    ----------
    diff : BaseDiff
        What changed since the preceding version.
    version, date : str
        The new version and its day, as ``2026-12-01``.
    trigger : str
        What occasioned it, in words.
    """
    found = [_row("version", _compared(diff), before=diff.proposal.current, after=version, reason=_weight(diff))]
    if trigger:
        found.append(_row("trigger", trigger))
    found += [*_searches(diff), *_screening(diff), *_studies(diff), *_answers(diff), *_rest(diff)]
    width = max(2, len(str(len(found))))
    return [
        {"change_id": f"{version}-{number:0{width}}", "version": version, "released_on": date}
        | {name: clean(cell).strip() for name, cell in row.items()}
        for number, row in enumerate(found, start=1)
    ]


def _row(
    kind: str, what: str, *, subject: str = "", before: str = "", after: str = "", reason: str = ""
) -> dict[str, str]:
    return {"kind": kind, "subject": subject, "what": what, "before": before, "after": after, "reason": reason}


def _compared(diff: BaseDiff) -> str:
    how = "" if diff.basis == "recomputed" else f"; effects {diff.basis}"
    start = "first version" if diff.before.kind == "nothing" else f"compared with {diff.before.label}"
    return f"{start}{how}"


def _weight(diff: BaseDiff) -> str:
    reasons = "; ".join(diff.proposal.reasons[:3])
    more = f"; and {len(diff.proposal.reasons) - 3} more" if len(diff.proposal.reasons) > 3 else ""
    return f"{diff.proposal.level}: {reasons}{more}" if reasons else ""


def _searches(diff: BaseDiff) -> Iterator[dict[str, str]]:
    runs = [row for row in diff.rows if row.table == "searches" and row.what == "added"]
    if not runs:
        yield _row("search", "no search was recorded since the preceding version")
    for run in runs:
        yield _row("search", f"searched {run.text} records", subject=run.row)


def _screening(diff: BaseDiff) -> Iterator[dict[str, str]]:
    records = sum(row.table == "records" and row.what == "added" for row in diff.rows)
    if records:
        yield _row("screening", counted(records, "new record"))
    decided = Counter(row.text for row in diff.rows if row.table == "screening" and row.what == "added")
    for text, count in sorted(decided.items()):
        stage, _, decision = text.partition(", ")
        yield _row("screening", f"{stage}: {count} × {decision}")


def _studies(diff: BaseDiff) -> Iterator[dict[str, str]]:
    if diff.before.kind == "nothing":
        judged = Counter(change.after for change in diff.studies)
        for state, count in sorted(judged.items(), key=lambda item: (-item[1], item[0])):
            yield _row("study", f"{counted(count, 'trial')}: {state}")
        return
    for change in diff.studies:
        before, after = (change.was, change.study) if change.was else (change.before, change.after)
        yield _row("study", study_words(change), subject=change.study, before=before, after=after, reason=change.reason)
    for notice in diff.notices:
        what = "notice" if notice.what == "new" else "notice taken back"
        yield _row("notice", f"{what}: {notice.text}", subject=f"PMID {notice.pmid}", reason=", ".join(notice.studies))


def _answers(diff: BaseDiff) -> Iterator[dict[str, str]]:
    changed = [entry for entry in diff.syntheses if diff.before.kind != "nothing" or (entry.after and entry.after.k)]
    for change in sorted(changed, key=lambda entry: not entry.concludes):
        if change.what == "changed":
            what = f"{change.label}: {moved_words(change) or 'other numbers'}"
        else:
            what = f"{change.label}: synthesis {change.what}"
        moves = [f"{move.label} {move.what}{f' ({move.reason})' if move.reason else ''}" for move in change.trials]
        yield _row(
            "conclusion" if change.concludes else "result",
            what,
            subject=change.synthesis,
            before=_effect(change, change.before),
            after=_effect(change, change.after),
            reason="; ".join([*moves, *_rules(change)]),
        )


def _rules(change: SynthesisChange) -> list[str]:
    """Return the first rules that bear on a change; all of them stand in the log as methods."""
    more = [f"and {len(change.rules) - _RULES} more rules"] if len(change.rules) > _RULES else []
    return [*(f"rule: {rule}" for rule in change.rules[:_RULES]), *more]


def _effect(change: SynthesisChange, effect: Effect | None) -> str:
    if effect is None:
        return ""
    if not effect.k:
        return "no trial"
    other = change.after if effect is change.before else change.before
    named = not effect.primary or (other is not None and other.analysis != effect.analysis)
    one = "one trial: " if effect.answer == "single" else ""
    return f"{one}{effect.text}; k = {effect.trials}, n = {effect.n}{f' [{effect.analysis}]' if named else ''}"


def _rest(diff: BaseDiff) -> Iterator[dict[str, str]]:
    for change in diff.protocol:
        if change.weight != "wording":
            yield _row("method", change_words(change), subject=f"{change.part} {change.id}".strip())
    for cell in diff.cells:
        if cell.kind != "words":
            yield _row(
                "correction",
                f"{cell.table}: {cell_words(cell)}",
                subject=f"{cell.table}:{cell.row}",
                before=cell.before,
                after=cell.after,
                reason=cell.reason,
            )
    for finding in diff.findings:
        text = " ".join(part for part in (finding.what, finding.check, finding.study) if part)
        yield _row(
            "finding", text, subject=finding.finding, before=finding.before, after=finding.after, reason=finding.note
        )
    texts = Counter((cell.table, cell.column) for cell in diff.cells if cell.kind == "words")
    for (table, column), count in texts.items():
        yield _row("other", f"{counted(count, 'text changed')} in {table}.{column}")
    rows = Counter((row.table, row.what) for row in diff.rows if row.table not in _SEARCHING)
    for (table, what), count in rows.items():
        yield _row("other", f"{counted(count, 'row ' + what)} in {table}")
    words = sum(change.weight == "wording" for change in diff.protocol)
    if words:
        yield _row("other", f"{counted(words, 'wording changed')} in the protocol")
