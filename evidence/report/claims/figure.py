"""What the figure of claims shows: one result a claim, chosen by a rule that knows no direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plot.page.scale import pooled_values, scale_of, trial_values
from ...plot.review_plots.claims_data import ClaimInterval, ClaimLine, ClaimsData
from ..wording import capital

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...base import EvidenceBase
    from ...synthesis import SynthesisResult
    from .shown import ClaimTest
    from .verdict import ClaimVerdict

__all__ = ["claims_data", "most_behind"]


def claims_data(base: EvidenceBase, verdicts: Sequence[ClaimVerdict]) -> ClaimsData:
    """Return what the figure of claims shows.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base that was judged.
    verdicts : sequence of ClaimVerdict
        What `judge_claims` returned, or some of it.

    Examples
    --------
    >>> import evidence as ev
    >>> from evidence.report.claims import judge_claims
    >>> base = ev.load()
    >>> data = claims_data(base, judge_claims(base, base.answers()))
    >>> len(data.lines) == len(base.protocol.claims)
    True
    """
    return ClaimsData(
        lines=tuple(map(_line, verdicts)), title=f"Popular claims beside the evidence: {base.protocol.review.title}"
    )


def most_behind(tests: Sequence[ClaimTest]) -> int | None:
    """Return the place of the result with the most behind it; None where none has a number.

    Comparisons come before counts, what the primary analysis pools before what a wider one pools, that before single
    trials; then the primary analysis before others, more trials, more people, and the order of the protocol. What a
    result says plays no part.
    """

    def behind(place: int) -> tuple[object, ...]:
        entry = tests[place]
        pooled = entry.kind == "pooled"
        return (
            entry.role == "compares",
            pooled and entry.primary,
            pooled,
            entry.primary,
            entry.trials,
            entry.people,
            -place,
        )

    places = [place for place, entry in enumerate(tests) if entry.kind != "none" and entry.role != "beside"]
    return max(places, key=behind, default=None)


def _line(verdict: ClaimVerdict) -> ClaimLine:
    place = None if verdict.ruling.reason == "not-measurable" else most_behind(verdict.tests)
    return ClaimLine(
        claim=verdict.claim.claim,
        verdict=verdict.verdict,
        from_article=verdict.from_article,
        said=_nothing(verdict) if place is None else _said(verdict.tests, place),
        interval=None if place is None else _interval(verdict.syntheses[place], verdict.tests[place]),
    )


def _nothing(verdict: ClaimVerdict) -> str:
    """Return what is said where nothing could decide the claim, or no synthesis that tests it has a number."""
    if verdict.ruling.reason == "not-measurable":
        return "No measurement could decide it"
    if not verdict.tests:
        return "No synthesis tests it"
    known = max(verdict.tests, key=lambda entry: entry.known)
    return capital(known.effect) if known.role != "beside" else "No trial of it found"


def _said(tests: Sequence[ClaimTest], place: int) -> str:
    entry = tests[place]
    kind = {"pooled": "pooled, ", "count": "counted, "}.get(entry.kind, "")
    rules = "" if entry.primary else " (sensitivity analysis)"
    more = sum(other.kind != "none" for other in tests) - 1
    others = "" if not more else f"; {more} more result{'s' if more > 1 else ''} not drawn"
    of = "" if entry.role == "compares" else f"{capital(entry.outcome)}: "
    return f"{of}{entry.effect}; {kind}{entry.rests_on}{rules}; certainty: {entry.certainty}{others}"


def _interval(result: SynthesisResult, entry: ClaimTest) -> ClaimInterval | None:
    scale = scale_of(result)
    values = (pooled_values(result),) if result.pooled else trial_values(result)
    if entry.role != "compares" or scale.null is None or len(values) != 1:
        return None
    outcome = result.protocol.outcomes[result.synthesis.outcome]
    name = scale.symbol if scale.symbol != "MD" else "Mean difference"
    return ClaimInterval(
        measure=f"{name}, {scale.unit}" if scale.unit else capital(scale.name) if scale.ratio else name,
        ratio=scale.ratio,
        null=scale.null,
        estimate=values[0].estimate,
        ci_low=values[0].ci_low,
        ci_high=values[0].ci_high,
        higher_is_for=outcome.direction == "higher",
        kind="single" if not result.pooled else "pooled" if entry.primary else "wider",
    )
