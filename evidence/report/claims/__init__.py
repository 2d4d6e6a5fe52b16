"""Popular claims beside the evidence: a verdict each, by a fixed rule that never says more than the data allow.

`decide` is the rule, on plain facts; `DOUBTS` is what can stand against a number; `judge_claims` applies both to an
evidence base; `claims_view` gives the result as rows, text, Markdown, HTML and CSV. ``docs/claims.md`` tells the rule
in words.
"""

from __future__ import annotations

from .doubts import DOUBTS, Doubt
from .facts import side
from .figure import claims_data
from .met import MetClaim
from .rule import REASONS, VERDICTS, Facts, Ruling, Verdict, decide
from .shown import ClaimTest
from .verdict import ClaimVerdict, judge_claims
from .view import ClaimsView, ClaimView, claims_view

__all__ = [
    "DOUBTS",
    "REASONS",
    "VERDICTS",
    "ClaimTest",
    "ClaimVerdict",
    "ClaimView",
    "ClaimsView",
    "Doubt",
    "Facts",
    "MetClaim",
    "Ruling",
    "Verdict",
    "claims_data",
    "claims_view",
    "decide",
    "judge_claims",
    "side",
]
