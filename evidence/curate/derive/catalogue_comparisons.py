"""The entries of the catalogue for pairs of arms, for printed comparisons and for sides of the same people."""

from __future__ import annotations

from typing import Any

__all__ = ["COMPARISON_ENTRIES"]

_HANDBOOK = (
    "Higgins JPT, Li T, Deeks JJ, Cochrane Handbook for Systematic Reviews of Interventions, chapter 6 (2019), "
    "doi:10.1002/9781119536604.ch6"
)
_ALTMAN_BLAND = "Altman DG, Bland JM, BMJ 2011;343:d2090, doi:10.1136/bmj.d2090"
_CROSSOVER = "Elbourne DR and others, International Journal of Epidemiology 2002;31:140–149, doi:10.1093/ije/31.1.140"
_T_TEST = "the p-value is that of an unpaired, unadjusted, two-sided t-test of these two arms with equal SDs"
_NO_TEST = (
    "the arms' rows print different p-values, the p-value may compare more than two arms, or changes where the values "
    "are final ones with a baseline, an arm has an SD of its own, the means are equal, or p is 0 or 1"
)
_WALD = "estimate ± critical value × SE on this scale"
_OTHER_MEASURE = (
    "the printed measure is not that of the synthesis, the unit cannot be converted, or the arms are not named"
)

COMPARISON_ENTRIES: tuple[dict[str, Any], ...] = (
    {
        "id": "statistic-to-sd",
        "title": "SD from a test statistic",
        "level": "pair",
        "formula": "SD = |difference| / (|t| √(1/n1 + 1/n2)); |t| = √F; or SD = SE of the difference / √(1/n1 + 1/n2)",
        "assumption": "t, F or SE is of an unpaired, unadjusted comparison of these two arms with equal SDs",
        "refuses": (
            "the means are equal, the statistic is 0, an arm has an SD of its own, the unit of the SE is not stated or "
            "cannot be converted, or the test may be that of changes where the values are final ones with a baseline"
        ),
        "source": f"{_HANDBOOK}, section 6.5.2.3",
        "computed_by": ("sd-from-test", "sd-of-change-from-test", "smd-from-paired-statistic"),
    },
    {
        "id": "p-to-sd",
        "title": "SD from a p-value",
        "level": "pair",
        "formula": (
            "SD = |difference| / (|t| √(1/n1 + 1/n2)), t from p on n1 + n2 − 2 degrees of freedom; for sides of the "
            "same people SE = |difference| / |t|, on n − 1"
        ),
        "assumption": _T_TEST,
        "refuses": f"{_NO_TEST}; “not significant” and p > 0.05 are not numbers",
        "source": f"{_HANDBOOK}, section 6.5.2.3",
        "computed_by": ("sd-from-test", "sd-of-change-from-test", "smd-from-paired-statistic"),
    },
    {
        "id": "p-bound-to-sd",
        "title": "SD at the bound of a p-value",
        "level": "pair",
        "formula": "as from an exact p, with p at its bound: the largest SD that agrees with it",
        "assumption": f"{_T_TEST}; the true SD is smaller, so that the trial counts for less than it should",
        "refuses": f"{_NO_TEST}; or p is only known to lie above something",
        "source": f"{_HANDBOOK}, section 6.5.2.3",
        "computed_by": ("sd-from-test", "sd-of-change-from-test", "smd-from-paired-statistic"),
    },
    {
        "id": "contrast-se",
        "title": "printed effect and SE",
        "level": "contrast",
        "formula": "vi = SE²",
        "assumption": "the SE is on the scale of the analysis (of the logarithm for ratios)",
        "refuses": _OTHER_MEASURE,
        "source": f"{_HANDBOOK}, section 6.3.2",
    },
    {
        "id": "contrast-ci",
        "title": "printed effect and confidence interval",
        "level": "contrast",
        "formula": "SE = (upper − lower) / (2 × critical value), on logarithms for ratios",
        "assumption": f"the interval is {_WALD}",
        "refuses": f"{_OTHER_MEASURE}, the level is not stated, or the estimate lies outside its interval",
        "source": f"{_HANDBOOK}, section 6.3.2",
        "computed_by": ("effect-from-ci",),
    },
    {
        "id": "contrast-statistic",
        "title": "printed effect and test statistic",
        "level": "contrast",
        "formula": "SE = |effect| / |z|; t, √F or √χ² in the place of z",
        "assumption": "the statistic tests this effect against no effect, by the effect over its SE",
        "refuses": f"{_OTHER_MEASURE}, the effect or the statistic is 0, or the statistic is a rank statistic",
        "source": f"{_HANDBOOK}, section 6.3.2",
        "computed_by": ("effect-from-z",),
    },
    {
        "id": "contrast-p",
        "title": "printed effect and p-value",
        "level": "contrast",
        "formula": (
            "SE = |effect| / z(p); for mean differences of n people t on n − 2 degrees of freedom, of sides of the "
            "same people on n − 1"
        ),
        "assumption": "the p-value is two-sided and tests this effect against no effect, by the effect over its SE",
        "refuses": f"{_OTHER_MEASURE}, there is no effect, or p is 0 or 1; “not significant” is not a number",
        "source": _ALTMAN_BLAND,
        "computed_by": ("effect-from-p",),
    },
    {
        "id": "contrast-p-bound",
        "title": "printed effect and bound of a p-value",
        "level": "contrast",
        "formula": "as from an exact p, with p at its bound: the largest SE that agrees with it",
        "assumption": (
            "the p-value is two-sided and tests this effect; the true SE is smaller, so that the trial counts for less "
            "than it should"
        ),
        "refuses": f"{_OTHER_MEASURE}, there is no effect, or p is only known to lie above something",
        "source": _ALTMAN_BLAND,
        "computed_by": ("effect-from-p",),
    },
    {
        "id": "paired",
        "title": "paired",
        "level": "design",
        "formula": "variance of the difference = (SD1² + SD2² − 2 r SD1 SD2) / n",
        "assumption": "the sides of the same people correlate by r (stated and varied)",
        "refuses": (
            "the sides have different n, a trial has several comparisons of sides of the same people (each would count "
            "them again), the outcome is binary without a table of pairs, or the measure has no paired form"
        ),
        "source": _CROSSOVER,
    },
    {
        "id": "paired-r",
        "title": "correlation from a paired test",
        "level": "design",
        "formula": "SD of the difference = √n |difference| / |t| = √n SE; r = (SD1² + SD2² − SD²) / (2 SD1 SD2)",
        "assumption": "the p-value, t, F or SE is that of the paired t-test of these two means, two-sided",
        "refuses": (
            "p is no exact number, the test may be that of changes where the values are final ones with a baseline, "
            "the means are equal, the SE is in another unit, or the three SDs contradict each other; then r is as "
            "stated"
        ),
        "source": f"{_CROSSOVER}; {_HANDBOOK}, section 6.5.2.8",
        "computed_by": ("sd-of-change-from-test", "r-from-sds"),
    },
)
