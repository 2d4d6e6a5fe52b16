"""What people decided: the rows of the table of certainty, and whether they were about the evidence as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..tables.io import records
from .standing import evidence_fingerprint

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = ["CERTAINTIES", "Judged", "certainty_text", "judged", "last_judged", "words"]

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
    standing : {"current", "changed", "unknown"}
        Whether it was about the evidence as it is now; ``changed`` where that is other evidence, ``unknown`` where
        nothing tells what it was about. Only a current judgement counts.
    """

    certainty: str
    reasons: dict[str, tuple[str, str]]
    judged_by: str
    judged_on: str
    standing: Literal["current", "changed", "unknown"] = "current"

    @property
    def current(self) -> bool:
        """Whether it is about the evidence as it is now."""
        return self.standing == "current"

    @property
    def text(self) -> str:
        """The certainty as sentences quote it: ``very low``, or that the evidence is no longer what was judged.

        Examples
        --------
        >>> old = Judged(certainty="low", reasons={}, judged_by="AB", judged_on="2026-11-22", standing="changed")
        >>> old.text
        'judged before the evidence changed, on 2026-11-22'
        """
        day = f", on {self.judged_on}" if self.judged_on else ""
        if self.standing == "changed":
            return f"judged before the evidence changed{day}"
        return words(self.certainty) if self.current else f"judged of evidence that was not recorded{day}"


def judged(result: SynthesisResult) -> Judged | None:
    """Return what people decided for a synthesis as it is now; None where nobody has.

    The judgement is about the analysis that the table names; a number from other rules is not assessed. Neither is
    evidence that came or changed after the judgement; `last_judged` returns that judgement nevertheless.
    """
    found = last_judged(result)
    return found if found is not None and found.current else None


def last_judged(result: SynthesisResult) -> Judged | None:
    """Return what people decided last, whether or not the evidence has changed since; None where nobody did."""
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
        standing=_standing({str(row["fingerprint"] or "") for row in rows}, result),
    )


def _standing(found: set[str], result: SynthesisResult) -> Literal["current", "changed", "unknown"]:
    """Return how the rows of a judgement stand to the evidence; each of them must be about it as it is now."""
    if "" in found:
        return "unknown"
    return "current" if found == {evidence_fingerprint(result)} else "changed"


def certainty_text(found: Judged | None) -> str:
    """Return a judgement as sentences quote it: ``very low``, or ``not assessed``, or that it is out of date."""
    return "not assessed" if found is None else found.text


def words(certainty: str) -> str:
    """Return a certainty as people write it."""
    return certainty.replace("-", " ")
