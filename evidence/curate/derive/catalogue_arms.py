"""The entries of the catalogue for one arm's values."""

from __future__ import annotations

from typing import Any

__all__ = ["ARM_ENTRIES"]

_HANDBOOK = (
    "Higgins JPT, Li T, Deeks JJ, Cochrane Handbook for Systematic Reviews of Interventions, chapter 6 (2019), "
    "doi:10.1002/9781119536604.ch6"
)
_FIVE_NUMBERS = (
    "Luo D and others, Statistical Methods in Medical Research 2018;27:1785–1805, doi:10.1177/0962280216669183; "
    "Wan X and others, BMC Medical Research Methodology 2014;14:135, doi:10.1186/1471-2288-14-135; "
    "Shi J and others, Research Synthesis Methods 2020;11:641–654, doi:10.1002/jrsm.1429; test of skewness: "
    "Shi J and others, Statistical Methods in Medical Research 2023, doi:10.1177/09622802231172043"
)

ARM_ENTRIES: tuple[dict[str, Any], ...] = (
    {
        "id": "se-to-sd",
        "title": "SD from an SE",
        "level": "arm",
        "formula": "SD = SE × √n",
        "assumption": "",
        "refuses": "n is not stated, or is below 2",
        "source": f"{_HANDBOOK}, section 6.5.2.2",
        "computed_by": ("sd-from-se",),
    },
    {
        "id": "ci-to-sd",
        "title": "SD from a confidence interval",
        "level": "arm",
        "formula": "SD = √n × (upper − lower) / (2 t), t on n − 1 degrees of freedom",
        "assumption": "the interval is a t interval of one arm's mean, on the raw scale",
        "refuses": "n or the level of the interval is not stated, or the mean lies outside the interval",
        "source": f"{_HANDBOOK}, section 6.5.2.2",
        "computed_by": ("sd-from-ci",),
    },
    {
        "id": "five-numbers",
        "title": "mean and SD from a median with quartiles or range",
        "level": "arm",
        "formula": (
            "mean: weights of Luo for median, quartiles and range; SD: Wan, and Shi for all five numbers; a printed SD "
            "stays"
        ),
        "assumption": "the values are normally distributed",
        "refuses": (
            "the test of skewness is significant at 0.05, there are fewer than 5 people, only one end of the range or "
            "one quartile is printed, or no sample with that range could have the mean or SD"
        ),
        "source": _FIVE_NUMBERS,
        "computed_by": ("five-number-luo-wan-shi",),
    },
    {
        "id": "plus-minus-as-sd",
        "title": "unlabelled ± read as an SD",
        "level": "arm",
        "formula": "SD = the figure after ±",
        "assumption": "the unlabelled ± is an SD, not an SE",
        "refuses": "the figure is 0",
        "source": f"{_HANDBOOK}, section 6.5.2.2, on telling one from the other",
    },
    {
        "id": "plus-minus-as-se",
        "title": "unlabelled ± read as an SE",
        "level": "arm",
        "formula": "SD = the figure after ± × √n",
        "assumption": "the unlabelled ± is an SE, not an SD",
        "refuses": (
            "n is not stated, or is below 2; where both readings are admitted, this one is taken, being the wider"
        ),
        "source": f"{_HANDBOOK}, section 6.5.2.2, on telling one from the other",
        "computed_by": ("sd-from-se",),
    },
    {
        "id": "percent-to-events",
        "title": "count implied by a percentage",
        "level": "arm",
        "formula": "the only whole number k with 100 k / n equal to the percentage at its printed decimals",
        "assumption": "the percentage is of this denominator",
        "refuses": (
            "no whole number of the denominator gives the percentage, several do (they are listed), what is printed is "
            "no single percentage (as <5%), or a count that was noted as implied does not agree with the percentage"
        ),
        "source": (
            "Brown NJL, Heathers JAJ, Social Psychological and Personality Science 2017;8:363–369, "
            "doi:10.1177/1948550616673876"
        ),
        "computed_by": ("counts-from-percent",),
    },
    {
        "id": "n-from-elsewhere",
        "title": "n not printed with the count",
        "level": "arm",
        "formula": "n = the size of the arm as another place gives it",
        "assumption": "everyone counted in n was assessed",
        "refuses": "no n is known, or it is less sure than the analysis asks",
        "source": f"{_HANDBOOK}, section 6.4.1",
    },
    {
        "id": "unit",
        "title": "unit converted",
        "level": "arm",
        "formula": "value × factor; for areas the square of that for lengths (1 inch = 2.54 cm)",
        "assumption": "",
        "refuses": "the unit is not stated or measures something else; an unstated area is not a unit",
        "source": "Bureau International des Poids et Mesures, The International System of Units, 9th edition (2019)",
    },
    {
        "id": "change-from-final",
        "title": "change from baseline and final values",
        "level": "arm",
        "formula": "change = final − baseline; SD = √(SD_baseline² + SD_final² − 2 r SD_baseline SD_final)",
        "assumption": "baseline and final values correlate by r (stated and varied), and are of the same people",
        "refuses": "the mean or the SD of the baseline is not known",
        "source": f"{_HANDBOOK}, section 6.5.2.8",
        "computed_by": ("sd-of-change",),
    },
    {
        "id": "percent-change-to-change",
        "title": "change from a percent change and the baseline mean",
        "level": "arm",
        "formula": "change = percent / 100 × baseline mean; SD likewise",
        "assumption": (
            "people's percent changes do not depend on their baseline, whose spread adds none to that of the change"
        ),
        "refuses": "the baseline mean or its unit is not printed, or the mean is not above 0",
        "source": (
            "Vickers AJ, BMC Medical Research Methodology 2001;1:6, doi:10.1186/1471-2288-1-6, on what is lost with "
            "percent changes"
        ),
    },
    {
        "id": "other-measure",
        "title": "another measure of the same thing",
        "level": "design",
        "formula": "the first of the synthesis's alternatives for which the trial has usable values",
        "assumption": "the alternative measures what the synthesis asks for",
        "refuses": "the trial has usable values of an outcome that comes before it in the protocol's order",
        "source": (
            "McKenzie JE and others, Cochrane Handbook for Systematic Reviews of Interventions, chapter 3 (2019), "
            "doi:10.1002/9781119536604.ch3"
        ),
    },
    {
        "id": "combine-arms",
        "title": "arms taken together",
        "level": "design",
        "formula": "counts added; mean = Σ n m / Σ n; SD² = (Σ (n − 1) SD² + Σ n (m − mean)²) / (Σ n − 1)",
        "assumption": "",
        "refuses": "an arm lacks one of the numbers",
        "source": f"{_HANDBOOK}, section 6.5.2.10",
        "computed_by": ("combine-groups",),
    },
    {
        "id": "split-control",
        "title": "shared arm divided",
        "level": "design",
        "formula": "n / parts people and events / parts events in each comparison; mean and SD as they are",
        "assumption": "the parts are independent, which they are only nearly",
        "refuses": "there are fewer people than parts or, for means, fewer than two in a part",
        "source": (
            "Higgins JPT, Eldridge S, Li T, Cochrane Handbook for Systematic Reviews of Interventions, chapter 23 "
            "(2019), doi:10.1002/9781119536604.ch23, section 23.3.4"
        ),
        "computed_by": ("split-group",),
    },
)
