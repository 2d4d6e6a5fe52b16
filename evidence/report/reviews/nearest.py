"""Our own syntheses of a published question, where its words are declared ones; nothing is guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..wording import analysis_words, effect_cell
from .rows import OwnResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...answers import Answer
    from ...protocol import Comparison, Outcome, Protocol

__all__ = ["own_results", "syntheses_of"]


def syntheses_of(outcome: str, comparison: str, protocol: Protocol) -> tuple[str, ...]:
    """Return the syntheses of the protocol that ask for a published outcome and comparison.

    Words match where they are, but for capitals and blanks, the id or the label that the protocol declares; of a
    comparison also its two arms, as ``drug + exercise vs drug``.

    Parameters
    ----------
    outcome, comparison : str
        As printed.
    protocol : Protocol
        The protocol.
    """
    outcomes = {name for name, entry in protocol.outcomes.items() if _same(outcome, _outcome_words(entry))}
    comparisons = {name for name, entry in protocol.comparisons.items() if _same(comparison, _comparison_words(entry))}
    return tuple(
        spec.id for spec in protocol.syntheses.values() if spec.outcome in outcomes and spec.comparison in comparisons
    )


def own_results(names: tuple[str, ...], answer: Callable[[str], Answer]) -> Iterator[OwnResult]:
    """Yield the result shown of each synthesis."""
    for name in names:
        result = answer(name).shown
        effect = effect_cell(result) if result.k else "no usable number"
        yield OwnResult(synthesis=name, label=result.label, effect=effect, analysis=analysis_words(result))


def _outcome_words(entry: Outcome) -> tuple[str, ...]:
    return entry.id, entry.label


def _comparison_words(entry: Comparison) -> tuple[str, ...]:
    arms = f"{entry.arm_1} vs {entry.arm_2}" if entry.arm_1 and entry.arm_2 else ""
    return entry.id, entry.label, arms


def _same(text: str, declared: tuple[str, ...]) -> bool:
    plain = " ".join(text.casefold().split())
    return bool(plain) and plain in {" ".join(words.casefold().split()) for words in declared}
