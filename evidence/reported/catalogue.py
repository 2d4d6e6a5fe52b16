"""The catalogue of derivations: what each does, its formula, its source and what it assumes."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from .catalogue_five_numbers import FIVE_NUMBER_ENTRIES
from .catalogue_survival import SURVIVAL_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["METHODS", "Method"]

_HANDBOOK = (
    "Higgins JPT, Li T, Deeks JJ, Cochrane Handbook for Systematic Reviews of Interventions, chapter 6 (2019), "
    "doi:10.1002/9781119536604.ch6"
)
_VARIANTS = (
    "Higgins JPT, Eldridge S, Li T, Cochrane Handbook for Systematic Reviews of Interventions, chapter 23 (2019), "
    "doi:10.1002/9781119536604.ch23"
)
_ALTMAN_BLAND = "Altman DG, Bland JM, BMJ 2011;343:d2090, doi:10.1136/bmj.d2090"
_HEDGES = "Hedges LV, Journal of Educational Statistics 1981;6:107–128, doi:10.3102/10769986006002107"
_ROSNOW = "Rosnow RL, Rosenthal R, Psychological Methods 1996;1:331–340, doi:10.1037/1082-989X.1.4.331"

_BOTH_GROUPS = "Both groups have the same standard deviation."
_WALD = "The interval or test is of Wald type: estimate ± critical value × standard error, on this scale."
_T_TEST = "The test is the unpaired t-test with equal variances, unadjusted and two-sided."


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One derivation, for documentation and provenance.

    Attributes
    ----------
    description : str
        What is derived from what.
    formula : str
        In plain characters.
    source : str
        Where it was published, with its DOI.
    assumptions : tuple of str
        What must hold for the numbers to mean what their names say.
    """

    description: str
    formula: str
    source: str
    assumptions: tuple[str, ...]


_ENTRIES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "sd-from-se": (
        "standard deviation from the standard error of a mean",
        "SD = SE × √n",
        f"{_HANDBOOK}, section 6.5.2.2",
        ("The standard error is that of one group's mean, not of a difference between groups.",),
    ),
    "sd-from-ci": (
        "standard deviation from the confidence interval of a mean",
        "SD = √n × (upper − lower) / (2 × critical value); t on n − 1 degrees of freedom, or normal",
        f"{_HANDBOOK}, section 6.5.2.2",
        (
            "The interval is that of one group's mean, computed on the raw scale.",
            "It was computed from the distribution that is named: t or normal.",
        ),
    ),
    "sd-of-change": (
        "standard deviation of a change from those before and after",
        "SD = √(SD_baseline² + SD_final² − 2 r SD_baseline SD_final)",
        f"{_HANDBOOK}, section 6.5.2.8",
        (
            "r is the correlation of the two measurements within people; it is given, not estimated here.",
            "The same people are in both standard deviations.",
        ),
    ),
    "r-from-sds": (
        "correlation of before and after from three standard deviations",
        "r = (SD_baseline² + SD_final² − SD_change²) / (2 SD_baseline SD_final)",
        f"{_HANDBOOK}, section 6.5.2.8",
        ("The same people are in all three standard deviations.",),
    ),
    "sd-of-change-from-test": (
        "standard deviation of a change from its mean and a paired test",
        "SD = √n × |mean change| / |t|; t from p on n − 1 degrees of freedom",
        f"{_HANDBOOK}, section 6.5.2.8",
        ("The test is the paired t-test of the change within this group, two-sided.",),
    ),
    "sd-from-test": (
        "standard deviation within groups from a difference in means and its test",
        "SE = |difference| / |t|; SD = SE / √(1/n1 + 1/n2); |t| = √F, or from p on n1 + n2 − 2 degrees of freedom",
        f"{_HANDBOOK}, section 6.5.2.3",
        (_T_TEST, _BOTH_GROUPS),
    ),
    "effect-from-ci": (
        "effect and sampling variance from a confidence interval",
        "SE = (upper − lower) / (2 × critical value), after taking logarithms where the scale is log",
        f"{_HANDBOOK}, section 6.3.2",
        (_WALD,),
    ),
    "effect-from-p": (
        "sampling variance from an effect and its p-value",
        "SE = |effect| / z(p); t instead of z where degrees of freedom are given",
        _ALTMAN_BLAND,
        (_WALD, "The p-value is two-sided and tests this effect against no effect."),
    ),
    "effect-from-z": (
        "sampling variance from an effect and its test statistic",
        "SE = |effect| / |z|",
        f"{_HANDBOOK}, section 6.3.2",
        (_WALD,),
    ),
    "wald": (
        "effects and sampling variances from Wald-type intervals, statistics and p-values",
        "vi = ((upper − lower) / (2 z))² from an interval, else (effect / z)²",
        f"{_HANDBOOK}, section 6.3",
        (_WALD, "p-values are two-sided and exact."),
    ),
    "combine-groups": (
        "mean and standard deviation of several groups taken as one",
        "mean = Σ n m / Σ n; SD² = (Σ (n − 1) SD² + Σ n (m − mean)²) / (Σ n − 1)",
        f"{_HANDBOOK}, section 6.5.2.10",
        ("No person is in two of the groups.",),
    ),
    "pooled-sd": (
        "standard deviation within groups",
        "SD² = Σ (n − 1) SD² / Σ (n − 1)",
        f"{_HANDBOOK}, section 6.5.1.2",
        (_BOTH_GROUPS,),
    ),
    "split-group": (
        "one group shared out among several comparisons",
        "n / parts people and events / parts events in each comparison; mean and SD as they are",
        f"{_VARIANTS}, section 23.3.4",
        (
            "Sharing out avoids counting people twice, but the comparisons remain correlated.",
            "The covariance of comparisons that share a group is the better remedy where it can be used.",
        ),
    ),
    "smd-from-statistic": (
        "standardised mean difference from t, F, p or d",
        "d = t √(1/n1 + 1/n2); g = J(n1 + n2 − 2) d; vi = 1/n1 + 1/n2 + g²/(2 (n1 + n2)) and variants",
        f"{_ROSNOW}; {_HEDGES}",
        (_T_TEST, _BOTH_GROUPS),
    ),
    "smd-from-paired-statistic": (
        "standardised mean change from a paired t, F or p",
        "SMCC: d = t/√n, vi = 1/n + g²/(2n); SMCR: d = t √(2 (1 − r)/n), vi = 2 (1 − r)/n + g²/(2n); g = J(n − 1) d",
        "Dunlap WP and others, Psychological Methods 1996;1:170–177, doi:10.1037/1082-989X.1.2.170; "
        "Becker BJ, British Journal of Mathematical and Statistical Psychology 1988;41:257–278, "
        "doi:10.1111/j.2044-8317.1988.tb00901.x",
        (
            "The test is the paired t-test, two-sided.",
            "SMCR: both measurements have the same standard deviation, and r is their correlation.",
        ),
    ),
    "r-from-statistic": (
        "correlation from t, F, p or χ² with one degree of freedom",
        "r = t / √(t² + n − 2); |t| = √F; φ = √(χ²/n); COR: vi = (1 − r²)²/(n − 1); ZCOR: atanh r, vi = 1/(n − 3)",
        f"{_ROSNOW}; Fisher RA, Biometrika 1915;10:507–521, doi:10.1093/biomet/10.4.507",
        (
            "t, F and p test the correlation, or the difference of two groups, on n − 2 degrees of freedom.",
            "χ² is Pearson's for a 2 × 2 table, without continuity correction.",
        ),
    ),
    "log-or-from-chi2": (
        "log odds ratio from the χ² of a 2 × 2 table and its margins",
        "the table from φ = √(χ²/n) and the margins; yi = log(ad/(bc)), vi = 1/a + 1/b + 1/c + 1/d",
        "Yates F, Supplement to the Journal of the Royal Statistical Society 1934;1:217–235, doi:10.2307/2983604",
        ("χ² is Pearson's, with or without Yates's correction as said.", "The margins are known."),
    ),
    "table-from-margins": (
        "cells of a 2 × 2 table from its margins and one measure of association",
        "OR: (OR − 1) p² − (1 + (OR − 1)(p1 + p2)) p + OR p1 p2 = 0; φ: p = p1 p2 + φ √(p1 q1 p2 q2); RR: "
        "p = RR p1 p2 / (q1 + RR p1)",
        "Bonett DG, American Psychologist 2007;62:254–255, doi:10.1037/0003-066x.62.3.254",
        ("The margins are known, not guessed.", "The measure was printed with enough digits to settle the cells."),
    ),
    "counts-from-percent": (
        "events from a percentage and its denominator",
        "all whole numbers k with 100 k/n equal to the percentage at its printed decimals",
        "Brown NJL, Heathers JAJ, Social Psychological and Personality Science 2017;8:363–369, "
        "doi:10.1177/1948550616673876",
        ("The percentage is of this denominator.", "It was rounded to the nearest, ties either way."),
    ),
    **FIVE_NUMBER_ENTRIES,
    **SURVIVAL_ENTRIES,
}

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        name: Method(description=description, formula=formula, source=source, assumptions=assumptions)
        for name, (description, formula, source, assumptions) in sorted(_ENTRIES.items())
    }
)
