"""Claims beside the evidence as readers meet them: plain rows, and the same as text, Markdown, HTML and CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..wording import plural
from .rule import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...base import EvidenceBase
    from .met import MetClaim
    from .shown import ClaimTest
    from .verdict import ClaimVerdict

__all__ = ["SIGNS", "ClaimView", "ClaimsView", "claims_view"]

SIGNS = {"supported": "▲", "contradicted": "▼", "uncertain": "◐", "untested": "○"}
_ORIGIN = {True: "claim that the review began with", False: "taken up later"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """One claim beside the evidence.

    Attributes
    ----------
    id, claim : str
        The claim, in our words.
    verdict, sign : str
        The verdict, and a sign that goes with it; the word always stands beside it.
    from_article : bool
        Whether it is a claim of the article from which the review starts.
    origin : str
        The same in words.
    basis : str
        What the verdict rests on.
    needed : tuple of str
        What would be needed for a verdict that decides.
    note : str
        The protocol's note.
    tests : tuple of ClaimTest
        What each listed synthesis shows.
    met : tuple of MetClaim
        The claim as it is met in print.
    """

    id: str
    claim: str
    verdict: str
    sign: str
    from_article: bool
    origin: str
    basis: str
    needed: tuple[str, ...]
    note: str
    tests: tuple[ClaimTest, ...]
    met: tuple[MetClaim, ...]

    @property
    def with_number(self) -> tuple[ClaimTest, ...]:
        """The syntheses that show a number."""
        return tuple(entry for entry in self.tests if entry.kind != "none")

    @property
    def without_number(self) -> dict[str, tuple[ClaimTest, ...]]:
        """The syntheses that show none, by what is said of them."""
        found: dict[str, tuple[ClaimTest, ...]] = {}
        for entry in self.tests:
            if entry.kind == "none":
                found[entry.effect] = (*found.get(entry.effect, ()), entry)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsView:
    """All claims beside the evidence.

    Attributes
    ----------
    title : str
        The review's title.
    rows : tuple of ClaimView
        The claims, in the order of the protocol.
    """

    title: str
    rows: tuple[ClaimView, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many claims have each verdict."""
        return {verdict: sum(row.verdict == verdict for row in self.rows) for verdict in VERDICTS}

    @property
    def summary(self) -> str:
        """The counts in a sentence.

        Examples
        --------
        >>> ClaimsView(title="R", rows=()).summary
        '0 claims: 0 supported, 0 contradicted, 0 uncertain and 0 untested.'
        """
        parts = [f"{count} {verdict}" for verdict, count in self.counts.items()]
        return f"{plural(len(self.rows), 'claim')}: {', '.join(parts[:-1])} and {parts[-1]}."

    def to_text(self, width: int = 100) -> str:
        """Return everything as text, `width` columns wide."""
        from .text import claims_text

        return claims_text(self, width)

    def to_markdown(self) -> str:
        """Return a table of claims, verdicts, results and what would be needed, in Markdown."""
        from .forms import claims_markdown

        return claims_markdown(self)

    def to_html(self) -> str:
        """Return the same table as a part of an HTML page; whatever the tables hold is escaped."""
        from .forms import claims_html

        return claims_html(self)

    def to_csv(self) -> str:
        """Return one row for each claim and synthesis, as CSV."""
        from .forms import claims_csv

        return claims_csv(self)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, ready for JSON."""
        from ...card import json_ready

        return {"title": self.title, "counts": self.counts, "claims": [json_ready(row) for row in self.rows]}


def claims_view(base: EvidenceBase, verdicts: Sequence[ClaimVerdict]) -> ClaimsView:
    """Return verdicts as plain rows for tables and pages.

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
    >>> view = claims_view(base, judge_claims(base, base.answers()))
    >>> len(view.rows) == len(base.protocol.claims) == sum(view.counts.values())
    True
    """
    return ClaimsView(title=base.protocol.review.title, rows=tuple(map(_row, verdicts)))


def _row(verdict: ClaimVerdict) -> ClaimView:
    return ClaimView(
        id=verdict.claim.id,
        claim=verdict.claim.claim,
        verdict=verdict.verdict,
        sign=SIGNS[verdict.verdict],
        from_article=verdict.from_article,
        origin=_ORIGIN[verdict.from_article],
        basis=verdict.basis,
        needed=verdict.needed,
        note=verdict.claim.note,
        tests=verdict.tests,
        met=verdict.met,
    )
