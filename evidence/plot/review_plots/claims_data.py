"""What the figure of claims shows, as plain data, and the same in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from ...errors import InputError
from ...vocabulary import check_option

__all__ = ["CLAIM_VERDICTS", "ClaimInterval", "ClaimLine", "ClaimsData", "claims_headline", "claims_text"]

CLAIM_VERDICTS = ("supported", "contradicted", "uncertain", "untested")
_KINDS = ("pooled", "wider", "single")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimInterval:
    """An effect with its interval, on the natural scale, and which way is for the claim.

    Attributes
    ----------
    measure : str
        The measure with its unit, as the axis names it; results with one measure share an axis.
    ratio : bool
        Whether values are ratios, drawn on a logarithmic axis.
    null : float
        No effect.
    estimate, ci_low, ci_high : float
        The effect and its interval; limits may be infinite, or NaN where none can be given.
    higher_is_for : bool
        Whether larger values speak for the claim.
    kind : {"pooled", "wider", "single"}
        Pooled by the primary analysis, pooled by a sensitivity analysis only, or one trial.

    Raises
    ------
    InputError
        If the estimate cannot be drawn, or the interval does not hold it.
    """

    measure: str
    ratio: bool
    null: float
    estimate: float
    ci_low: float
    ci_high: float
    higher_is_for: bool = True
    kind: Literal["pooled", "wider", "single"] = "pooled"

    def __post_init__(self) -> None:
        check_option("kind", self.kind, _KINDS)
        if not math.isfinite(self.estimate) or (self.ratio and (self.estimate <= 0 or self.null <= 0)):
            raise InputError(f"{self.measure}: an estimate of {self.estimate:g} cannot be drawn")
        if self.ci_low > self.estimate or self.ci_high < self.estimate:
            raise InputError(
                f"{self.measure}: the interval {self.ci_low:g} to {self.ci_high:g} does not hold {self.estimate:g}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """One claim.

    Attributes
    ----------
    claim : str
        The claim.
    verdict : {"supported", "contradicted", "uncertain", "untested"}
        The verdict.
    said : str
        The result in words and numbers, or that there is none.
    interval : ClaimInterval or None
        The result as it is drawn; None where nothing can be.
    from_article : bool
        Whether it is a claim of the article from which the review starts.
    """

    claim: str
    verdict: str
    said: str
    interval: ClaimInterval | None = None
    from_article: bool = False

    def __post_init__(self) -> None:
        check_option("verdict", self.verdict, CLAIM_VERDICTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsData:
    """Everything that the figure of claims shows.

    Attributes
    ----------
    lines : tuple of ClaimLine
        The claims, in the order in which they stand.
    title : str
        A heading; empty where the caption of the paper carries it.
    notes : tuple of str
        Footnotes.
    """

    lines: tuple[ClaimLine, ...]
    title: str = ""
    notes: tuple[str, ...] = ()


def claims_headline(data: ClaimsData) -> str:
    """Return a title for the figure in one line.

    Examples
    --------
    >>> claims_headline(ClaimsData(lines=()))
    'Popular claims beside the evidence: 0 claims'
    """
    return " ".join(data.title.split()) or f"Popular claims beside the evidence: {_count(data)}"


def claims_text(data: ClaimsData) -> str:
    """Return the alternative text: the counts, then every claim with its verdict and its numbers.

    Examples
    --------
    >>> line = ClaimLine(claim="It helps.", verdict="untested", said="No trial found", from_article=True)
    >>> claims_text(ClaimsData(lines=(line,)))
    '1 claim: 0 supported, 0 contradicted, 0 uncertain, 1 untested. It helps. Untested. No trial found.'
    """
    counts = [f"{sum(line.verdict == name for line in data.lines)} {name}" for name in CLAIM_VERDICTS]
    parts = [f"{_count(data)}: {', '.join(counts)}."]
    for line in data.lines:
        parts += [_sentence(line.claim), f"{line.verdict.capitalize()}.", _sentence(line.said)]
    return " ".join(parts)


def _count(data: ClaimsData) -> str:
    return f"{len(data.lines)} claim{'' if len(data.lines) == 1 else 's'}"


def _sentence(text: str) -> str:
    plain = " ".join(text.split())
    return plain if plain.endswith((".", "!", "?")) else f"{plain}."
