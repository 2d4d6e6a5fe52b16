"""What the rule for claims asks of an answer: what it can say, where its numbers lie, what stands against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plot.page.scale import Values, pooled_values, scale_of, trial_values
from ..wording import against_null
from .doubts import doubts_of
from .rule import Facts, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...answers import Answer
    from ...synthesis import SynthesisResult

__all__ = ["facts_of", "role_of", "side", "sides_shown"]


def facts_of(answers: Sequence[Answer]) -> tuple[Facts, ...]:
    """Return the facts on the syntheses of one claim, in their order.

    A comparison that does not test the intervention itself is set aside unless the claim lists nothing else: then the
    claim is about what that comparison tests. In the same way one that takes another treatment away decides nothing
    beside one that does not: to be no better than a drug is not to do nothing.
    """
    roles = [role_of(answer.primary) for answer in answers]
    tests = [_tests_intervention(answer.primary) for answer in answers]
    if any(tests):
        roles = [role if itself else "beside" for role, itself in zip(roles, tests, strict=True)]
    against = [_takes_away(answer.primary) for answer in answers]
    if any(role == "compares" and not other for role, other in zip(roles, against, strict=True)):
        pairs = zip(roles, against, strict=True)
        roles = ["instead" if role == "compares" and other else role for role, other in pairs]
    return tuple(_facts(answer, role) for answer, role in zip(answers, roles, strict=True))


def _tests_intervention(result: SynthesisResult) -> bool:
    return result.protocol.comparisons[result.synthesis.comparison].tests_intervention


def _takes_away(result: SynthesisResult) -> bool:
    return bool(result.protocol.comparisons[result.synthesis.comparison].remove)


def role_of(result: SynthesisResult) -> Role:
    """Return what a synthesis can say of a claim, whatever its comparison tests.

    A bundle differs from its control in several things at once, so that nothing is told of any one of them.
    """
    comparison = result.protocol.comparisons[result.synthesis.comparison]
    direction = result.protocol.outcomes[result.synthesis.outcome].direction
    if comparison.kind == "bundle":
        return "beside"
    if comparison.kind == "single-arm" or scale_of(result).null is None:
        return "how-often"
    return "no-side" if comparison.kind == "attribute" or direction == "unclear" else "compares"


def _facts(answer: Answer, role: Role) -> Facts:
    primary = answer.primary
    sided = role in ("compares", "instead")
    lying = side(primary) if sided else ""
    others = [result for result in answer.results.values() if result is not answer.shown] if sided else []
    return Facts(
        synthesis=answer.synthesis.id,
        role=role,
        population=answer.synthesis.population,
        outcome=answer.synthesis.outcome,
        usable=any(result.k for result in answer.results.values()),
        pooled=primary.pooled,
        wider=any(result.pooled for result in answer.results.values() if not result.analysis.primary),
        side=lying,
        shown=sides_shown(answer.shown) if sided else (),
        elsewhere=tuple(dict.fromkeys(found for result in others for found in sides_shown(result))),
        doubts=doubts_of(answer) if lying else (),
    )


def side(result: SynthesisResult) -> str:
    """Return on which side of no effect a pooled interval lies: ``good``, ``bad``, or empty if on neither."""
    return _side(result, pooled_values(result)) if result.pooled and role_of(result) == "compares" else ""


def sides_shown(result: SynthesisResult) -> tuple[str, ...]:
    """Return on which sides the intervals of a result lie, pooled or of each comparison of one trial."""
    if role_of(result) != "compares" or not result.k:
        return ()
    shown = (pooled_values(result),) if result.pooled else trial_values(result)
    return tuple(dict.fromkeys(found for values in shown if (found := _side(result, values))))


def _side(result: SynthesisResult, shown: Values) -> str:
    null = scale_of(result).null
    found = "none" if null is None else against_null(shown, null)
    if found not in ("above", "below"):
        return ""
    higher = result.protocol.outcomes[result.synthesis.outcome].direction == "higher"
    return "good" if (found == "above") == higher else "bad"
