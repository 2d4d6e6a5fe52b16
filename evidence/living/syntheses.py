"""Every synthesis then and now: what it answers, what of the conclusion moved, and which trials made it so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .changes import AnalysisChange, Effect, SynthesisChange, TrialMove
from .effects import State, differs, readable_pair, renamed_state, state_of
from .moves import Then, trial_moves
from .protocol_changes import bearing_on, change_words
from .published import published_states, shown_analysis
from .snapshot import FEEDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .changes import CellChange, ProtocolChange
    from .snapshot import Snapshot, Usable

__all__ = ["Basis", "Compared", "compare_syntheses"]

Basis = Literal["recomputed", "as-published", "not-compared"]
# Parts of the protocol that no number depends on.
_ABOUT = ("search", "claims")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The syntheses that changed, what was compared of them, how many there are now, and what a reader must know."""

    basis: Basis
    changes: tuple[SynthesisChange, ...]
    total: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """The answers of one base: synthesis → analysis → state, and which analysis is shown of each."""

    states: Mapping[str, Mapping[str, State]]
    shown: Mapping[str, str]

    def state(self, synthesis: str) -> State | None:
        return self.states[synthesis][self.shown[synthesis]] if synthesis in self.states else None


def compare_syntheses(
    before: Snapshot,
    after: Snapshot,
    *,
    protocol: tuple[ProtocolChange, ...],
    cells: tuple[CellChange, ...],
    renamed: Mapping[str, str],
    as_published: bool = False,
    everything: bool = False,
) -> Compared:
    """Return what changed in the answers.

    Parameters
    ----------
    before, after : Snapshot
        The two bases.
    protocol, cells : tuple
        What changed in protocol and tables, for the reasons.
    renamed : mapping of str to str
        Old → new id of each trial that was renamed.
    as_published : bool
        Whether to compare the result files of both instead of computing both with today's code.
    everything : bool
        Whether to compute also what cannot have changed.
    """
    total = len(after.parts.get("syntheses", {}))
    if before.same_as(after) and not as_published and not everything:
        return Compared(basis="recomputed", changes=(), total=total)
    basis, notes = _basis(before, after, as_published=as_published)
    if basis == "not-compared":
        return Compared(basis=basis, changes=(), total=total, notes=notes)
    if basis == "recomputed":
        names = None if everything else _may_differ(before, after, renamed)
        sides = (_computed(before, names), _computed(after, names))
    else:
        sides = (_published(before), _published(after))
        notes = (
            *notes,
            *(
                f"{side.label}: its results are older than its tables or the code; run evidence build"
                for side in (before, after)
                if side.stale
            ),
        )
    old = _Side(
        states={
            name: {analysis: renamed_state(state, renamed) for analysis, state in states.items()}
            for name, states in sides[0].states.items()
        },
        shown=sides[0].shown,
    )
    changes = []
    for name in dict.fromkeys([*sides[1].states, *old.states]):
        change = _change(name, old, sides[1], before, after, protocol, cells, basis)
        if change is not None:
            changes.append(change)
    return Compared(basis=basis, changes=tuple(changes), total=total, notes=notes)


def _basis(before: Snapshot, after: Snapshot, *, as_published: bool) -> tuple[Basis, tuple[str, ...]]:
    """Return what can be compared, and why not more."""
    sides = [side for side in (before, after) if side.kind != "nothing"]
    unusable = [side for side in sides if side.usable is None]
    if not as_published and not unusable:
        return "recomputed", ()
    notes = tuple(f"{side.label}: {reason}" for side in unusable for reason in side.obstacles)
    if unusable and not as_published:
        notes = (
            *notes,
            "today's code cannot compute both bases by their own rules, so the results that each published are "
            "compared; they may differ by what the code computed otherwise, too",
        )
    lacking = [side for side in sides if published_states(side) is None]
    if lacking:
        files = [f"{side.label} has no results/pooled.csv and results/not_pooled.csv" for side in lacking]
        return "not-compared", (*notes, *files, "effects were not compared")
    return "as-published", notes


def _may_differ(before: Snapshot, after: Snapshot, renamed: Mapping[str, str]) -> set[str]:
    """Return the syntheses whose answers could differ: other rules, other numbers let in, other reasons, certainty."""
    one, two = before.usable, after.usable
    if one is None or two is None:
        return set(after.parts.get("syntheses", {})) | set(before.parts.get("syntheses", {}))
    names = set(two.protocol.syntheses) ^ set(one.protocol.syntheses)
    shared = set(two.protocol.syntheses) & set(one.protocol.syntheses)
    names |= {name for name in shared if _judged(before, name) or _judged(after, name)}
    if not renamed and _same_inputs(before, after):
        return names
    rules = _rules(before) == _rules(after)
    return names | {
        name
        for name in shared - names
        if not (rules and before.parts["syntheses"][name] == after.parts["syntheses"][name])
        or _let_in(one, name) != _let_in(two, name)
    }


def _same_inputs(before: Snapshot, after: Snapshot) -> bool:
    tables = all(before.rows(name) == after.rows(name) for name in FEEDING)
    return tables and all(
        before.parts.get(part) == after.parts.get(part) for part in {*before.parts, *after.parts} if part not in _ABOUT
    )


def _rules(snapshot: Snapshot) -> dict[str, object]:
    """Return every part of the protocol that holds for several syntheses."""
    return {part: value for part, value in snapshot.parts.items() if part not in (*_ABOUT, "syntheses")}


def _judged(snapshot: Snapshot, name: str) -> list[dict[str, str]]:
    return [row for row in snapshot.rows("certainty").values() if row.get("synthesis") == name]


def _let_in(usable: Usable, name: str) -> str:
    """Return as text what a synthesis lets in under each analysis, and why it leaves out the trials in question."""
    from ..curate import select

    spec = usable.protocol.syntheses[name]
    found = []
    for analysis in usable.protocol.analyses.values():
        selection = select(usable.index, usable.protocol, spec, analysis)
        found.append((analysis.id, selection.contrasts, [entry for entry in selection.exclusions if entry.compared]))
    return repr(found)


def _computed(snapshot: Snapshot, names: set[str] | None) -> _Side:
    """Return the answers of a base by today's code; of all syntheses where none are named."""
    from ..answers import answer_all

    if snapshot.usable is None:
        return _Side(states={}, shown={})
    usable = snapshot.usable
    wanted = [name for name in usable.protocol.syntheses if names is None or name in names]
    answers = answer_all(usable.tables, usable.protocol, names=wanted, index=usable.index)
    states = {
        name: {
            analysis: state_of(result, snapshot, same_as=answer.same_as.get(analysis, ""))
            for analysis, result in answer.results.items()
            if analysis not in answer.automatic
        }
        for name, answer in answers.items()
    }
    return _Side(states=states, shown={name: answer.shown.analysis.id for name, answer in answers.items()})


def _published(snapshot: Snapshot) -> _Side:
    states = published_states(snapshot) or {}
    return _Side(states=states, shown={name: shown_analysis(found, snapshot) for name, found in states.items()})


def _change(
    name: str,
    old: _Side,
    new: _Side,
    before: Snapshot,
    after: Snapshot,
    protocol: tuple[ProtocolChange, ...],
    cells: tuple[CellChange, ...],
    basis: Basis,
) -> SynthesisChange | None:
    one, two = old.state(name), new.state(name)
    analyses = _analyses(old.states.get(name, {}), new.states.get(name, {}))
    what: Literal["added", "removed", "changed"] = "added" if one is None else "removed" if two is None else "changed"
    shown = (one.effect if one else None, two.effect if two else None)
    if shown[0] is not None and shown[1] is not None:
        if not analyses and shown[0].analysis == shown[1].analysis and not differs(shown[0], shown[1]):
            return None
        shown = readable_pair(shown[0], shown[1])
    rules = tuple(change_words(entry) for entry in bearing_on(name, protocol, before, after))
    moves: tuple[TrialMove, ...] = ()
    if one is not None and two is not None:
        then, now = old.states[name], new.states[name]
        moves = trial_moves(Then(then, one, before), Then(now, two, after), cells, rules=bool(rules), basis=basis)
    return SynthesisChange(
        what=what,
        synthesis=name,
        label=_label(name, after) or _label(name, before) or name,
        before=shown[0],
        after=shown[1],
        moved=_moved(*shown),
        trials=moves,
        rules=rules if what == "changed" else (),
        analyses=analyses,
    )


def _label(name: str, snapshot: Snapshot) -> str:
    return str(snapshot.parts.get("syntheses", {}).get(name, {}).get("label", ""))


def _analyses(old: Mapping[str, State], new: Mapping[str, State]) -> tuple[AnalysisChange, ...]:
    """Return the analyses that answer something else; those that repeat an earlier one both times are left out.

    Of a synthesis that both bases have, an analysis that only one protocol declares is left out, too: that the protocol
    changed is told elsewhere.
    """
    found = []
    for name in dict.fromkeys([*new, *old]):
        one, two = old.get(name), new.get(name)
        if one and two and not differs(one.effect, two.effect):
            continue
        if all(state is None or state.same_as for state in (one, two)):
            continue
        if old and new and (one is None or two is None):
            continue
        pair = (one.effect if one else None, two.effect if two else None)
        if pair[0] is not None and pair[1] is not None:
            pair = readable_pair(pair[0], pair[1])
        found.append(AnalysisChange(analysis=name, before=pair[0], after=pair[1]))
    return tuple(found)


def _moved(before: Effect | None, after: Effect | None) -> tuple[str, ...]:
    """Return what moved of the conclusion between the two results that are shown."""
    if before is None or after is None:
        return ()
    both = bool(before.k and after.k)
    numeric = both and bool(before.direction) and bool(after.direction)
    parts = {
        "answer": before.answer != after.answer,
        "analysis": both and before.analysis != after.analysis,
        "direction": numeric and before.direction != after.direction,
        "interval": numeric and before.interval != after.interval,
        "size": numeric and before.size != after.size,
        "certainty": before.certainty != after.certainty,
    }
    return tuple(name for name, has_moved in parts.items() if has_moved)
