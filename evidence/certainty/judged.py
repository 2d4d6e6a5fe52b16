"""What people decided: the rows of the table of certainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..tables.io import records

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = ["CERTAINTIES", "Judged", "certainty_text", "judged", "words"]

CERTAINTIES = ("high", "moderate", "low", "very-low")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The certainty that people gave a synthesis.

    Attributes
    ----------
    certainty : str
        ``high``, ``moderate``, ``low`` or ``very-low``.
    reasons : dict of str to (str, str)
        Domain → levels as text and reason.
    judged_by, judged_on : str
        Who decided, and when.
    """

    certainty: str
    reasons: dict[str, tuple[str, str]]
    judged_by: str
    judged_on: str


def judged(result: SynthesisResult) -> Judged | None:
    """Return what people decided for a synthesis; None where nobody has.

    The judgement is about the analysis that the table names; a number from other rules is not assessed.
    """
    rows = [
        row
        for row in records(result.tables["certainty"])
        if row["synthesis"] == result.id and row["analysis"] == result.analysis.id
    ]
    overall = next((row for row in rows if row["domain"] == "overall"), None)
    if overall is None:
        return None
    return Judged(
        certainty=str(overall["certainty"]),
        reasons={str(row["domain"]): (str(row["levels"]), str(row["reason"])) for row in rows if row is not overall},
        judged_by=str(overall["judged_by"]),
        judged_on=str(overall["judged_on"]),
    )


def certainty_text(found: Judged | None) -> str:
    """Return a judgement as sentences quote it: ``very low``, or ``not assessed``."""
    return "not assessed" if found is None else words(found.certainty)


def words(certainty: str) -> str:
    """Return a certainty as people write it."""
    return certainty.replace("-", " ")
