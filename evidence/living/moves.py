"""The trials behind a changed answer: which entered, which left, which bring other numbers, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .changes import TrialMove
from .effects import trials_differ

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .changes import CellChange
    from .effects import State, Trial
    from .snapshot import Snapshot

__all__ = ["Then", "cell_words", "trial_moves"]

_SHOWN = 3


class Then(NamedTuple):
    """One of the two times: the answers by analysis, the one that is shown, and the base."""

    analyses: Mapping[str, State]
    shown: State
    base: Snapshot


def trial_moves(
    before: Then, after: Then, cells: tuple[CellChange, ...], *, rules: bool, basis: str
) -> tuple[TrialMove, ...]:
    """Return what the trials of the results shown did.

    Parameters
    ----------
    before, after : Then
        The two times.
    cells : tuple of CellChange
        Cells that changed, for the reasons.
    rules : bool
        Whether rules changed that bear on the synthesis.
    basis : str
        ``recomputed``, or ``as-published`` where the code of then and now may differ as well.
    """
    one, two = before.shown.trials, after.shown.trials
    moves = [
        TrialMove(
            what="left",
            study=study,
            label=trial.label,
            before=trial.text,
            after="",
            reason=_why_out(study, after.analyses.get(before.shown.effect.analysis), after.base),
        )
        for study, trial in one.items()
        if study not in two
    ]
    for study, trial in two.items():
        if study not in one:
            reason = _why_in(study, before.analyses.get(after.shown.effect.analysis), before.base)
            moves.append(
                TrialMove(what="entered", study=study, label=trial.label, before="", after=trial.text, reason=reason)
            )
        elif trials_differ(one[study], trial):
            moves.append(
                TrialMove(
                    what="changed",
                    study=study,
                    label=trial.label,
                    before=one[study].text,
                    after=trial.text,
                    reason=_why_changed(study, one[study], trial, cells, rules=rules, basis=basis),
                )
            )
    return tuple(moves)


def _why_in(study: str, then: State | None, before: Snapshot) -> str:
    """Return why a trial was not in before: it was not known, or what stood in its way under the rules shown now."""
    if study not in before.rows("studies"):
        return "new trial"
    if then is not None and study in then.trials:
        return "was in this analysis before; another analysis was shown"
    was = then.left.get(study, "") if then is not None else ""
    return f"was out: {was}" if was else ""


def _why_out(study: str, now: State | None, after: Snapshot) -> str:
    """Return why a trial is not in any more: it is gone, or what stands in its way under the rules shown before."""
    if study not in after.rows("studies"):
        return "no longer in the base"
    if now is not None and study in now.trials:
        return "still in that analysis; another analysis is shown"
    reason = now.left.get(study, "") if now is not None else ""
    return f"now out: {reason}" if reason else ""


def _why_changed(study: str, one: Trial, two: Trial, cells: tuple[CellChange, ...], *, rules: bool, basis: str) -> str:
    """Return the cells of the trial's rows that changed; else the rows taken instead; else the rules or the code."""
    rows = {*one.rows, *two.rows}
    own = [cell for cell in cells if cell.study == study and cell.kind != "words" and cell.column != "seen_at"]
    of_rows = [cell for cell in own if cell.row in rows]
    told = of_rows or [cell for cell in own if cell.table in ("studies", "arms")]
    if told:
        more = f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
        return "; ".join(cell_words(cell) for cell in told[:_SHOWN]) + more
    if set(one.rows) != set(two.rows):
        return f"from {', '.join(two.rows)} instead of {', '.join(one.rows)}"
    if rules:
        return "by the rules that changed"
    return "computed otherwise by the code of its time" if basis == "as-published" else ""


def cell_words(cell: CellChange) -> str:
    """Return a change of one cell in a line.

    Examples
    --------
    >>> from evidence.living.changes import CellChange
    >>> cell_words(
    ...     CellChange(
    ...         table="outcomes", row="R004", column="mean", study="Lee2013", kind="number", before="12.5", after="12.8"
    ...     )
    ... )
    'R004 mean 12.5 → 12.8'
    """
    return f"{cell.row} {cell.column} {cell.before or '(empty)'} → {cell.after or '(empty)'}"
