"""Where a record stands: what reviewers decided, what a consensus settled, and what follows from both.

The ledger only grows. Of each reviewer the latest decision on a record at a stage holds, ``undone`` takes the latest
one back, and a consensus holds over all decisions before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from ..errors import OptionError
from ..tables.definitions import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "CONSENSUS",
    "FULL_TEXT",
    "STAGES",
    "TITLE_ABSTRACT",
    "Decision",
    "Ledger",
    "Outcome",
    "Standing",
    "as_one",
    "current",
    "extended",
]

STAGES = TABLES["screening"].column("stage").allowed
TITLE_ABSTRACT, FULL_TEXT = STAGES
CONSENSUS = "consensus"
_UNDONE = "undone"
_MOST_REVIEWERS = 2

Outcome = Literal["included", "excluded", "maybe", "conflict", "waiting"]
_OUTCOMES: dict[str, Outcome] = {"include": "included", "exclude": "excluded", "maybe": "maybe"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One row of the ledger.

    Attributes
    ----------
    pmid : str
        The record.
    stage : str
        ``title-abstract`` or ``full-text``.
    reviewer : str
        Who decided.
    decision : str
        ``include``, ``exclude``, ``maybe``, or ``undone``, which takes the reviewer's latest one back.
    reason : str
        Why; never empty for an exclusion at full text.
    decided_at : str
        When, in UTC, as ``2026-11-22T10:15:00Z``.
    role : str
        ``reviewer``, or ``consensus`` for the decision that settles a conflict.
    tool, notes : str
        With what it was decided; anything else.
    """

    pmid: str
    stage: str = TITLE_ABSTRACT
    reviewer: str
    decision: str
    reason: str = ""
    decided_at: str
    role: str = "reviewer"
    tool: str = ""
    notes: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names the row: record, stage, reviewer, time."""
        return self.pmid, self.stage, self.reviewer, self.decided_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one record stands at one stage.

    Attributes
    ----------
    pmid, stage : str
        Which record, and where.
    outcome : str
        ``included``, ``excluded``, ``maybe``; ``conflict`` where people differ; ``waiting`` where too few have decided.
    reason : str
        Of the exclusion, where all who excluded gave the same; else empty.
    own : mapping of str to Decision
        Each reviewer's own decision that holds, by name.
    consensus : Decision or None
        The latest consensus.
    counted : tuple of Decision
        From which decisions the outcome follows, in order of time.
    """

    pmid: str
    stage: str
    outcome: Outcome = "waiting"
    reason: str = ""
    own: Mapping[str, Decision] = field(default_factory=dict)
    consensus: Decision | None = None
    counted: tuple[Decision, ...] = ()

    @property
    def decided_at(self) -> str:
        """When the first of the decisions that count was made; empty where there is none."""
        return min((decision.decided_at for decision in self.counted), default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All decisions, and where each record stands by them.

    Attributes
    ----------
    decisions : tuple of Decision
        All of them in order of time, those taken back among them.
    reviewers : int
        How many people decide on each record: 1 or 2.
    standings : mapping of (pmid, stage) to Standing
        Of every record on which anybody decided.
    """

    decisions: tuple[Decision, ...]
    reviewers: int
    standings: Mapping[tuple[str, str], Standing]

    def standing(self, pmid: str, stage: str = TITLE_ABSTRACT) -> Standing:
        """Return where a record stands; one on which nobody decided is waiting."""
        return self.standings.get((pmid, stage)) or Standing(pmid=pmid, stage=stage)

    def outcome_of(self, pmid: str, stage: str = TITLE_ABSTRACT) -> Outcome:
        """Return what came of a record at a stage: included, excluded, maybe, conflict or waiting."""
        return self.standing(pmid, stage).outcome

    def conflicts(self, stage: str = TITLE_ABSTRACT) -> tuple[Standing, ...]:
        """Return the records at a stage on which people differ, by PMID."""
        found = [entry for (_, where), entry in self.standings.items() if where == stage]
        return tuple(sorted((x for x in found if x.outcome == "conflict"), key=lambda x: int(x.pmid)))

    def people(self) -> tuple[str, ...]:
        """Return everybody who decided anything, by name."""
        return tuple(sorted({decision.reviewer for decision in self.decisions}))


def current(decisions: Iterable[Decision], *, reviewers: int = 1) -> Ledger:
    """Return where every record stands after all decisions.

    Decisions of the latest consensus on count. If as many people as the review asks for decided, and alike, that is
    the outcome. Decisions that differ are a conflict; so are exclusions at full text for different reasons, since a
    record is counted under one. After a consensus, people who decide otherwise make a new conflict until enough of
    them agree.

    Parameters
    ----------
    decisions : iterable of Decision
        In any order.
    reviewers : int
        How many people decide on each record: 1 or 2.

    Raises
    ------
    OptionError
        If `reviewers` is neither.

    Examples
    --------
    >>> def said(reviewer, decision, minute, role="reviewer"):
    ...     at = f"2026-11-22T10:{minute:02}:00Z"
    ...     return Decision(pmid="7", reviewer=reviewer, decision=decision, decided_at=at, role=role)
    >>> one, other = said("A. Reader", "include", 1), said("B. Reader", "exclude", 2)
    >>> current([one]).outcome_of("7"), current([one], reviewers=2).outcome_of("7")
    ('included', 'waiting')
    >>> current([one, other], reviewers=2).outcome_of("7")
    'conflict'
    >>> current([one, other, said("B. Reader", "undone", 3)], reviewers=2).outcome_of("7")
    'waiting'
    >>> current([one, other, said("A. Reader", "include", 4, role="consensus")], reviewers=2).outcome_of("7")
    'included'
    """
    if reviewers not in range(1, _MOST_REVIEWERS + 1) or isinstance(reviewers, bool):
        raise OptionError("reviewers", reviewers, ("1", "2"))
    ordered = tuple(sorted(decisions, key=_order))
    places: dict[tuple[str, str], list[Decision]] = {}
    for decision in ordered:
        places.setdefault((decision.pmid, decision.stage), []).append(decision)
    standings = {place: _standing(*place, found, reviewers) for place, found in places.items()}
    return Ledger(decisions=ordered, reviewers=reviewers, standings=standings)


def extended(ledger: Ledger, added: Iterable[Decision]) -> Ledger:
    """Return where every record stands after further decisions; only their records are looked at.

    Parameters
    ----------
    ledger : Ledger
        As `current` returned it.
    added : iterable of Decision
        What came to it.
    """
    fresh = tuple(added)
    places = {(one.pmid, one.stage) for one in fresh}
    ordered = tuple(sorted((*ledger.decisions, *fresh), key=_order))
    found: dict[tuple[str, str], list[Decision]] = {place: [] for place in places}
    for one in ordered:
        if (one.pmid, one.stage) in found:
            found[one.pmid, one.stage].append(one)
    standings = {place: _standing(*place, decisions, ledger.reviewers) for place, decisions in found.items()}
    return replace(ledger, decisions=ordered, standings={**ledger.standings, **standings})


def as_one(decisions: Iterable[Decision], stands_for: Mapping[str, str]) -> tuple[Decision, ...]:
    """Return the decisions as those on the records that stand for others of the same publication.

    Parameters
    ----------
    decisions : iterable of Decision
        Of the ledger.
    stands_for : mapping of str to str
        PMID → the PMID that stands for it.
    """
    return tuple(replace(one, pmid=stands_for[one.pmid]) if one.pmid in stands_for else one for one in decisions)


def _order(decision: Decision) -> tuple[str, bool, str]:
    """Return a sort key: by time; in the same second a consensus follows what it settles."""
    return decision.decided_at, decision.role == CONSENSUS, decision.reviewer


def _standing(pmid: str, stage: str, decisions: list[Decision], reviewers: int) -> Standing:
    held: dict[tuple[str, str], list[Decision]] = {}
    for decision in decisions:
        stack = held.setdefault((decision.reviewer, decision.role), [])
        if decision.decision != _UNDONE:
            stack.append(decision)
        elif stack:
            stack.pop()
    latest = sorted((stack[-1] for stack in held.values() if stack), key=_order)
    own = {decision.reviewer: decision for decision in latest if decision.role != CONSENSUS}
    consensus = next((decision for decision in reversed(latest) if decision.role == CONSENSUS), None)
    since = [one for one in own.values() if consensus is None or _order(one) > _order(consensus)]
    outcome, counted = _outcome(since, consensus, reviewers)
    reasons = {one.reason for one in counted if one.decision == "exclude"}
    return Standing(
        pmid=pmid,
        stage=stage,
        outcome=outcome,
        reason=reasons.pop() if outcome == "excluded" and len(reasons) == 1 else "",
        own=own,
        consensus=consensus,
        counted=tuple(counted),
    )


def _outcome(since: list[Decision], consensus: Decision | None, reviewers: int) -> tuple[Outcome, list[Decision]]:
    """Return the outcome, and the decisions from which it follows."""
    enough = len(since) >= reviewers
    if consensus is not None and not enough:
        since = [consensus, *since]
        enough = True
    if not since:
        return "waiting", []
    said = {decision.decision for decision in since}
    why = {decision.reason.casefold() for decision in since if decision.stage == FULL_TEXT}
    if len(said) > 1 or (said == {"exclude"} and len(why) > 1):
        return "conflict", since
    return (_OUTCOMES[said.pop()] if enough else "waiting"), since
