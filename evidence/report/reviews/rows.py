"""One published pooled result, with everything that stands beside it."""

from __future__ import annotations

from dataclasses import dataclass

from .printed import measure_name, number_as_printed

__all__ = ["TOLD_APART", "Disagreement", "OwnResult", "PublishedResult", "ReviewFinding"]

TOLD_APART = "reviews-disagree"  # the check whose findings are pairs of reviews that exclude each other


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFinding:
    """What an integrity check found in a published result.

    Attributes
    ----------
    id, check : str
        The finding and its check.
    severity, state : str
        As in the table ``findings``.
    response, note : str
        The answer to it; empty while it is open.
    text : str
        What does not follow from what.
    arithmetic : str
        The computation.
    """

    id: str
    check: str
    severity: str
    state: str
    response: str
    note: str
    text: str
    arithmetic: str

    @property
    def status(self) -> str:
        """Severity, and what became of it, in a few words."""
        answer = f", {self.response.replace('-', ' ')}" if self.response else ""
        return f"{self.severity}, {self.state}{answer}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Another review's result on the same question that does not agree.

    Attributes
    ----------
    result_id, review_id : str
        The other result.
    relation : str
        How they disagree, as `evidence.curate.integrity.disagreements` names it.
    z, pvalue : float
        The test of their difference, as if they were independent; NaN where there is none.
    answer : str
        What people answered to it; empty where nobody has.
    """

    result_id: str
    review_id: str
    relation: str
    z: float
    pvalue: float
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnResult:
    """A synthesis of this review on the same comparison and outcome.

    Attributes
    ----------
    synthesis, label : str
        Its id and label.
    effect : str
        The result shown, or that there is none.
    analysis : str
        The analysis in words.
    """

    synthesis: str
    label: str
    effect: str
    analysis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedResult:
    """One published pooled result.

    Attributes
    ----------
    result_id, review_id, plot : str
        The result, its review, and the plot in it.
    citation, link : str
        The review, and its PubMed number or DOI.
    outcome, comparison, subgroup : str
        What was asked, as printed.
    k, n : str
        Trials and people as printed; empty where they are not.
    k_number : int or None
        Trials, where they are one number.
    measure : str
        The measure as the review labels it, right or wrong.
    estimate, ci_low, ci_high, level : float or None
        The numbers; None where they are not printed.
    decimals : int
        With how many decimals they were printed.
    effect, p, model : str
        Estimate with interval, p-value and model as printed.
    p_untouched : str
        The p-value, or the words in its place, exactly as in the table.
    i2, tau2, z : float or None
        As printed.
    url, locator, notes : str
        Where it was seen, and what is to be said of it.
    findings : tuple of ReviewFinding
        What does not follow from what.
    disagrees : tuple of Disagreement
        Other reviews' results on the same question that do not agree.
    own : tuple of OwnResult
        This review's syntheses of the same comparison and outcome; empty where the words do not name declared ones.
    """

    result_id: str
    review_id: str
    plot: str = ""
    citation: str = ""
    link: str = ""
    outcome: str = ""
    comparison: str = ""
    subgroup: str = ""
    k: str = ""
    n: str = ""
    k_number: int | None = None
    measure: str = ""
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    level: float | None = None
    decimals: int = 2
    effect: str = ""
    p: str = ""
    p_untouched: str = ""
    model: str = ""
    i2: float | None = None
    tau2: float | None = None
    z: float | None = None
    url: str = ""
    locator: str = ""
    notes: str = ""
    findings: tuple[ReviewFinding, ...] = ()
    disagrees: tuple[Disagreement, ...] = ()
    own: tuple[OwnResult, ...] = ()

    @property
    def measure_short(self) -> str:
        """The measure without what stands in brackets behind it."""
        return measure_name(self.measure)

    @property
    def effect_text(self) -> str:
        """Measure, estimate and interval as printed, or that no number is."""
        if not self.effect:
            return f"{self.measure_short}: no number printed" if self.measure_short else "no number printed"
        return f"{self.measure_short} {self.effect}".strip()

    @property
    def own_findings(self) -> tuple[ReviewFinding, ...]:
        """The findings but those that `disagrees` tells already."""
        return tuple(entry for entry in self.findings if entry.check != TOLD_APART)

    @property
    def i2_text(self) -> str:
        """I² as printed, with its sign; empty where it is not."""
        return f"{number_as_printed(self.i2)}%" if self.i2 is not None else ""

    @property
    def question(self) -> str:
        """Outcome, comparison and subgroup as printed."""
        return " · ".join(part for part in (self.outcome, self.comparison, self.subgroup) if part)

    @property
    def disagrees_text(self) -> str:
        """With which results it disagrees, and how."""
        groups: dict[str, list[str]] = {}
        for entry in self.disagrees:
            said = f"{entry.relation}; answered: {entry.answer.rstrip('.')}" if entry.answer else entry.relation
            groups.setdefault(said, []).append(entry.result_id)
        return "; ".join(f"{', '.join(names)} ({said})" for said, names in groups.items())
