"""The choices that a multiverse combines: which levels each has, and which of them can change anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from ..curate import select
from ..vocabulary import NO_RANDOM_EFFECT, Derivation, allowed
from .automatic import RIVALS
from .narrowing import narrowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..curate import Index, Selection
    from ..protocol import Analysis, Protocol, Synthesis

__all__ = ["Choices", "Question", "derivation_sets", "model_obstacle", "relevant_derivations", "rule_ladder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What is combined with what.

    Attributes
    ----------
    rules : tuple of Analysis
        The declared analyses, of which only what they let in counts here: statuses, grades, eligibility, allocation.
    derivations : tuple of str
        The derivations beyond the primary ones that can change what enters.
    sets : tuple of tuple of str
        The sets of them that are tried.
    limited : bool
        Whether some sets are not tried because there would be too many.
    correlations : tuple of float
        Values of r.
    multi_arm, tau2, test : tuple of str
        What is done with several arms; estimators of τ²; tests. The synthesis's own come first.
    """

    rules: tuple[Analysis, ...]
    derivations: tuple[str, ...]
    sets: tuple[tuple[str, ...], ...]
    limited: bool
    correlations: tuple[float, ...]
    multi_arm: tuple[str, ...]
    tau2: tuple[str, ...]
    test: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A synthesis with the part of the evidence base that it can concern, ready for many selections."""

    index: Index
    protocol: Protocol
    synthesis: Synthesis

    @classmethod
    def of(cls, index: Index, protocol: Protocol, synthesis: Synthesis) -> Question:
        """Return the question; contrasts carry what both arms received as their subgroup."""
        single = protocol.comparisons[synthesis.comparison].kind == "single-arm"
        asked = replace(synthesis, subgroup="" if single else "background")
        selection = select(index, protocol, asked, protocol.primary)
        near = narrowed(index, selection.contrasts, selection.exclusions)
        return cls(index=near, protocol=protocol, synthesis=asked)

    @property
    def usual(self) -> tuple[str, ...]:
        """The derivations that the primary analysis of this synthesis admits."""
        return self.synthesis.admitted(self.protocol.primary)

    def rules(self, rules: Analysis, extra: Iterable[str], r: float, multi_arm: str) -> tuple[Synthesis, Analysis]:
        """Return synthesis and analysis for one combination: the usual derivations with `extra`, and no others."""
        added = tuple(extra)
        taken = {rival for name in added for rival in RIVALS.get(name, ()) if rival not in added}
        admitted = (*(name for name in self.usual if name not in taken), *added)
        analysis = replace(rules, primary=False, derivations=admitted, correlation=r)
        return replace(self.synthesis, derivations=(), multi_arm=multi_arm), analysis

    def select(self, rules: Analysis, extra: Iterable[str], r: float, multi_arm: str) -> Selection:
        """Return what enters under one combination."""
        synthesis, analysis = self.rules(rules, extra, r, multi_arm)
        return select(self.index, self.protocol, synthesis, analysis)


def rule_ladder(protocol: Protocol) -> tuple[tuple[Analysis, ...], tuple[str, ...]]:
    """Return the declared analyses that share an allocation with the primary one, and the ids of the others.

    Rules that let in none of the trials that the primary rules may let in are another body of evidence.
    """
    primary = protocol.primary
    ordered = sorted(protocol.analyses.values(), key=lambda entry: not entry.primary)
    near = [entry for entry in ordered if not set(entry.randomised).isdisjoint(primary.randomised)]
    return tuple(near), tuple(entry.id for entry in ordered if entry not in near)


def relevant_derivations(question: Question, rules: Sequence[Analysis]) -> tuple[str, ...]:
    """Return the derivations beyond the usual ones that change what enters, under any of the rules.

    Each is tried alone and by taking it away from all others; so one that needs another to come before it is found too.
    """
    wanted = [name for name in allowed(Derivation) if name not in question.usual]
    found = []
    for name in wanted:
        rivals = RIVALS.get(name, ())
        others = _without_rivals([other for other in wanted if other != name and other not in rivals])
        for entry in rules:
            pairs = (((), (name,)), (others, (*others, name)))
            if any(_differ(question, entry, before, after) for before, after in pairs):
                found.append(name)
                break
    return tuple(found)


def _without_rivals(names: Sequence[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for name in names:
        if not any(rival in kept for rival in RIVALS.get(name, ())):
            kept.append(name)
    return tuple(kept)


def _differ(question: Question, rules: Analysis, before: Sequence[str], after: Sequence[str]) -> bool:
    r, arms = rules.correlation, question.synthesis.multi_arm
    first, second = (question.select(rules, extra, r, arms).contrasts for extra in (before, after))
    return repr(first) != repr(second)


def derivation_sets(
    relevant: Sequence[str], declared: Iterable[Sequence[str]], *, most: int
) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Return the sets of derivations to try, and how many there would be without the limit.

    Sets that admit two readings of one value at once are not sets that anybody could mean, and are left out. Where more
    than `most` remain: none, each alone, all, all but each, and those of the declared analyses.

    Parameters
    ----------
    relevant : sequence of str
        The derivations that can change something.
    declared : iterable of sequence of str
        What the declared analyses admit of them.
    most : int
        The most sets to try in full.

    Examples
    --------
    >>> derivation_sets(["a", "b"], [], most=4)
    (((), ('a',), ('b',), ('a', 'b')), 4)
    >>> sets, possible = derivation_sets(list("abcdef"), [("a", "b")], most=32)
    >>> len(sets), possible
    (15, 64)
    """
    possible = 2 ** len(relevant)
    if possible > most:
        everything = _without_rivals(relevant)
        chosen: list[tuple[str, ...]] = [(), *((name,) for name in relevant), everything]
        chosen += [tuple(name for name in everything if name != left_out) for left_out in everything]
        chosen += [tuple(name for name in relevant if name in own) for own in declared]
    else:
        chosen = [found for size in range(len(relevant) + 1) for found in combinations(relevant, size)]
    sane = [names for names in dict.fromkeys(chosen) if not _contradicts(names)]
    return tuple(sorted(sane, key=lambda names: (len(names), [relevant.index(name) for name in names]))), possible


def _contradicts(names: Sequence[str]) -> bool:
    return any(rival in names for name in names for rival in RIVALS.get(name, ()))


def model_obstacle(tau2: str, test: str) -> str:
    """Return why an estimator and a test do not belong together; empty if they do.

    Examples
    --------
    >>> model_obstacle("EE", "hksj")
    'the hksj interval allows for the error of τ², which EE does not estimate'
    >>> model_obstacle("REML", "hksj"), model_obstacle("EE", "z")
    ('', '')
    """
    if tau2 in NO_RANDOM_EFFECT and test != "z":
        return f"the {test} interval allows for the error of τ², which {tau2} does not estimate"
    return ""
