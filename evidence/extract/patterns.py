"""The rules by which numbers are recognised, in the order in which they are tried."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .numerals import COUNT, DASH, NUMBER, WORDS

__all__ = ["TEXT_PARTS", "Rule", "rules"]

TEXT_PARTS = ("operator", "statistic", "measure", "unit", "of", "spread_is", "range_is")
"""Named parts of a match that are words or signs; all others are numbers."""

_PM = r"(?:±|\+\s?/\s?[-−–]|\+[-−])"
_SD = r"(?:SDs?|S\.D\.|SEMs?|S\.E\.M\.|SEs?|S\.E\.|standard deviations?|standard errors?(?: of the mean)?)"
_PEOPLE = (
    r"(?:patients?|pts|participants?|subjects?|people|persons?(?![\s-](?:years?|months?|days?)\b)|individuals?|volunteers?|adults?|children|adolescents?|"
    r"infants?|men|women|males?|females?|boys?|girls?|cases|controls?|eyes?|sides?|sites?|lesions?|teeth|knees?|limbs?|"
    r"completers?|responders?|nonresponders?|non-responders?)(?:\s(?:patients|participants|subjects|volunteers))?"
)
_TIME = r"(?:weeks?|wks?|months?|mos?|days?|hours?|hrs?|h|minutes?|mins?|min|seconds?|years?|yrs?)"
_DOSE = (
    r"(?:mg|µg|μg|mcg|ng|kg|g|mL|ml|µL|μL|L|l|IU|units?|mmol|mM|µM|μM|mol|ppm|mW|W|J|Gy|Hz|kHz|MHz|mbar|kDa|nm)"
    r"(?:\s?/\s?(?:kg|g|mL|ml|L|l|dL|day|d|week|h|min|m\s?[2²]|cm\s?[2²]|cm\s?[3³])){0,2}"
)
_AREA = r"(?:cm|mm|m|inch|in|centimet(?:er|re)|millimet(?:er|re))s?"
_PER_AREA = rf"(?:[A-Za-zµμ]+\s?)?(?:/|\bper\s)\s?(?:(?:square|sq\.?)\s{_AREA}|{_AREA}\s?(?:\^?2|²|[-−]2)?)(?![\w])"
_LENGTH = r"(?:(?:[cmnkµμ]m|m|inch(?:es)?|dB|mV|mmHg|mm Hg|kg/m\s?[2²]|[cm]m\s?(?:\^?[23]|[²³])|points?|°C)(?!\w))"
_NOT_IN_WORD = r"(?<![\w-])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way in which a kind of number is printed.

    Attributes
    ----------
    kind : str
        What a match is, as in `KINDS`.
    pattern : re.Pattern
        How it is printed; named groups are its parts.
    note : str
        What to know of each match.
    each : bool
        Whether every number of the group ``list`` is a match of its own.
    """

    kind: str
    pattern: re.Pattern[str]
    note: str = ""
    each: bool = False


def _rule(kind: str, pattern: str, note: str = "", *, flags: int = re.IGNORECASE, each: bool = False) -> Rule:
    return Rule(kind=kind, pattern=re.compile(pattern, flags), note=note, each=each)


def _names() -> list[Rule]:
    """Return the rules for digits that are not results, and must not be taken for any."""
    return [
        _rule("other", r"https?://\S+|www\.\S+|\b10\.\d{4,9}/\S+|\S+@\S+\.\w+", "an address"),
        _rule(
            "other",
            r"\b(?:NCT|ISRCTN|ChiCTR|CTRI|IRCT|ACTRN|EudraCT|DRKS|UMIN|JPRN|NTR|PACTR|TCTR|KCT|RBR|CRD|SLCTR|LBCTR)"
            r"[\w:/ .-]{0,14}?\d[\w/.-]*\d",
            "a registration",
        ),
        _rule("other", r"\b\d{4}-\d{6}-\d{2}\b|\b\d+(?:\.\d+){2,}\b|\b\d{4}-\d{2}-\d{2}\b", "a number in parts"),
        _rule(
            "other",
            r"\b(?:(?:\d{1,2}\s?[-–]\s?)?\d{1,2}\s)?(?:January|February|March|April|May|June|July|August|September|October|November|December|"
            r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?(?:\s\d{1,2}(?:st|nd|rd|th)?)?,?\s(?:19|20)\d\d\b",
            "a date",
            flags=0,
        ),
    ]


def _inference() -> list[Rule]:
    """Return the rules for p-values, intervals, statistics and effects."""
    sign = r"(?P<operator><\s?=|>\s?=|=\s?<|[=<>≤≥≈~＜＞＝≦≧])"
    limits = rf"(?P<low>{NUMBER})\s?%?\s?(?:{DASH}|,\s?|;\s?|\sand\s)(?P<high>{NUMBER})"
    level = r"(?P<level>\d{2}(?:\.\d+)?)\s?%"
    interval = r"(?:(?<!\w)(?:CIs?|ICs?|CrIs?)|(?:confidence|credible|prediction)\sintervals?)"
    between = r"(?:\s?[\[(](?:CIs?|CrIs?)[\])])?\s?[:=,]?\s?(?:of|was|from|between|,|=)?\s?[\[(]?\s?"
    named = r"(?P<statistic>t|F|z|Z|U|H|Q|r|R2|R²|I2|I²|χ\s?2|χ²|[Cc]hi-?\s?squared?|[Cc]hi2|κ|kappa)"
    ratio = (
        r"(?P<measure>(?-i:a?HRs?|a?ORs?|a?RRs?|IRR|SMD|WMD|MD|RD|NNT|NNH|ARR|Δ)|"
        r"(?:hazard|odds|risk|rate|prevalence|incidence)\sratios?|relative\srisks?|"
        r"(?:mean|risk|treatment|between[\s-](?:group|arm|treatment))\sdifferences?|"
        r"effect\ssizes?|Cohen['’]?s?\sd|Hedges['’]?\sg)"
    )
    ends = rf"(?:\s?[\[(]\s?(?P<low>{NUMBER})(?:{DASH}|\s?[,;]\s?)(?P<high>{NUMBER})\s?[\])])?"
    of = r"(?:\s(?:for|of|in)\s[^.;:,=()\d]{1,60}?)??"
    return [
        _rule(
            "p-value",
            rf"(?<![\w-])p\s?(?:[-–_ ]?(?:values?|trend|interaction|adjusted|adj|overall))*\s?(?:\([^()]{{1,30}}\))?\s?"
            rf"(?:{sign}|(?:was|of|is|:|were)\s){{1,2}}\s?(?P<p>0?[.·]\s\d+|10\^?[-−–⁻][\d⁰¹²³⁴⁵⁶⁷⁸⁹]+|{NUMBER})",
        ),
        _rule("p-value", r"(?<![\w-])p\s?(?:values?)?\s?[=:]\s?(?P<of>n\.?s\.?)(?!\w)", "not significant; no value"),
        _rule("interval", rf"{level}\s?{interval}{between}{limits}", flags=re.IGNORECASE),
        _rule("interval", rf"{interval}\s?{level}{between}{limits}"),
        _rule("interval", rf"{interval}\s?[:=]?\s?[\[(]?\s?{limits}", "the level is not said here"),
        _rule(
            "interval", rf"(?P<level>\d{{2}}(?:\.\d+)?)\s?%\s?{interval}", "only the level; limits, if any, stand apart"
        ),
        _rule(
            "test statistic",
            rf"(?<![\w-]){named}\s?(?:[\[(]\s?(?:df\s?=\s?)?(?P<df>{NUMBER})(?:\s?,\s?(?P<df2>{NUMBER}))?[^()\[\]]{{0,12}}[\])])?"
            rf"\s?=\s?(?P<value>{NUMBER})",
            flags=0,
        ),
        _rule(
            "effect",
            rf"(?<![\w-]){ratio}{of}\s?(?:\([A-Za-z]{{1,6}}\))?\s?(?:[=:,]|\sof|\swas|of|was)\s?(?P<estimate>{NUMBER}){ends}",
        ),
        _rule(
            "effect",
            rf"(?<![\w-])(?P<measure>a?HR|a?OR|a?RR|IRR|SMD|WMD|MD|[Mm]ean difference|"
            rf"(?:[Rr]isk|[Oo]dds|[Hh]azard|[Rr]ate|[Pp]revalence) ratio)"
            rf"\s(?P<estimate>{NUMBER}){ends}",
            flags=0,
        ),
    ]


def _results() -> list[Rule]:
    """Return the rules for means with spreads, counts and shares."""
    unit = rf"(?:\s?(?P<unit>%|{_PER_AREA}|{_LENGTH}|{_DOSE}(?!\w)))?"
    few = r"(?:\s[A-Za-z-]+){0,3}"
    return [
        _rule(
            "mean ± spread",
            rf"(?P<mean>{NUMBER})(?:\s?(?:%|years?|{_LENGTH}))?\s?{_PM}\s?(?P<spread>{NUMBER}){unit}"
            rf"(?:\s?[\[(](?P<spread_is>{_SD})[\])])?",
        ),
        _rule(
            "mean ± spread",
            rf"(?P<mean>{NUMBER}){unit}\s?[\[(,]\s?(?P<spread_is>{_SD})\s?[,:=]?\s?{_PM}?\s?(?P<spread>{NUMBER})\s?[\])]?",
        ),
        _rule("mean ± spread", rf"(?P<mean>{NUMBER}){unit}\s?[\[(]\s?{_PM}\s?(?P<spread>{NUMBER})\s?[\])]"),
        _rule(
            "count of total",
            rf"(?P<percent>{NUMBER})\s?%\s?[\[(]\s?(?:n\s?=\s?)?(?P<events>{COUNT})"
            rf"\s?(?:/|out of|of)\s?(?P<total>{COUNT}){few}\s?[\])]",
        ),
        _rule(
            "count of total",
            rf"(?P<events>{COUNT})(?:\s?/\s?|\s(?:out\s)?of\s(?:the\s|all\s)?)(?P<total>{COUNT})(?!\s?%)"
            rf"(?:{few}\s?[\[(,;]\s?(?P<percent>{NUMBER})\s?%\s?[\])]?)?",
        ),
        _rule("count (percent)", rf"(?P<percent>{NUMBER})\s?%\s?[\[(]\s?n\s?[=:]\s?(?P<events>{COUNT})\s?[\])]"),
        _rule("people", rf"{_NOT_IN_WORD}n\s?[=:]\s?(?P<n>{COUNT})"),
        _rule(
            "count (percent)",
            rf"(?<![\w.,·/-])(?<!of\s)(?<!of the\s)(?P<events>{COUNT})(?P<of>{few})"
            rf"\s?[\[(]\s?(?P<percent>{NUMBER})\s?%\s?[\])]",
        ),
        _rule(
            "count of total",
            rf"{_NOT_IN_WORD}(?P<events_words>{WORDS})\s(?:out\s)?of\s(?:the\s|all\s)?"
            rf"(?:(?P<total>{COUNT})|(?P<total_words>{WORDS}))"
            rf"(?:{few}\s?[\[(]\s?(?P<percent>{NUMBER})\s?%\s?[\])]|{few}?\s{_PEOPLE}(?!\w))",
            "in words",
        ),
        _rule(
            "count (percent)",
            rf"{_NOT_IN_WORD}(?<!of\s)(?<!of the\s)(?P<events_words>{WORDS})(?P<of>{few})"
            rf"\s?[\[(]\s?(?P<percent>{NUMBER})\s?%\s?[\])]",
            "in words",
        ),
        _rule("other", rf"{_NOT_IN_WORD}\d+(?:\s?:\s?{COUNT})+(?!\w)", "a ratio, as of allocation"),
    ]


def _in_brackets() -> list[Rule]:
    """Return the rules for a number that has one or two others in brackets, as means and medians often have."""
    apart = r"(?<![\w.,·/-])"
    value = rf"(?P<value>{NUMBER})(?:\s?(?P<unit>%|{_PER_AREA}|{_LENGTH}|{_TIME}(?!\w)|{_DOSE}(?!\w)))?\s?[\[(]\s?"
    said = r"(?P<range_is>IQRs?|inter-?quartile\sranges?|range[ds]?|min(?:imum)?[-–]max(?:imum)?|Q1\s?[-–,]\s?Q3)"
    ends = rf"(?P<low>{NUMBER})(?:{DASH}|\s?[,;]\s?)(?P<high>{NUMBER})\s?[\])]"
    point = r"(?=[-−–+]?\d+[.·,]\d|[^\[(]{1,20}[\[(]\s?\d+[.·,]\d)"
    return [
        _rule("number (range)", rf"{apart}{value}{said}\s?[,:=]?\s?(?:from\s|of\s)?{ends}"),
        _rule("number (range)", rf"{apart}{value}{ends}", "what the two ends are is not said here"),
        _rule(
            "number (number)",
            rf"{apart}{point}{value}(?P<in_brackets>{NUMBER})\s?[\])]",
            "spread, error, change or count: not said here",
        ),
    ]


def _circumstances() -> list[Rule]:
    """Return the rules for ages, times, people, repetitions, doses, labels and units."""
    ends = rf"(?P<low>{NUMBER})(?:{DASH}(?P<high>{NUMBER}))?"
    items = rf"(?P<list>{NUMBER}(?:(?:\s?,\s?(?:and\s|or\s)?|\sand\s|\sor\s|\s?&\s?|{DASH}){NUMBER}){{0,9}})"
    words = r"(?:\s(?!(?:of|in|with|and|or|to|vs|the|for|on|than|were|was)\s)[A-Za-z-]+){0,2}?"
    return [
        _rule(
            "other",
            r"\b(?:groups?|arms?|stages?|phases?|types?|grades?|class(?:es)?|levels?|figures?|fig\.|tables?|versions?|"
            r"cohorts?|part|aim|analys[ie]s|criteri(?:on|a))\s\d+(?:[A-Za-z]|\.\d+)?(?!\w)(?:\s?(?:,|and|or|[-–]|to)\s?\d+[A-Za-z]?(?!\w))*",
            "a label",
        ),
        _rule(
            "age",
            rf"(?:aged?|ages)(?:\s|:\s)(?:(?:of|was|were|between|from|range[ds]?|over|under|above|below|≥|>|<|≤)\s?){{0,3}}{ends}"
            rf"(?:\sand\s(?P<to>{NUMBER}))?(?:[\s-]?(?:years?|yrs?|y|months?)(?:\sold)?(?!\w))?",
        ),
        _rule("age", rf"{_NOT_IN_WORD}{ends}[\s-]?(?:years?|yrs?|y|months?)[\s-](?:old|of\sage)"),
        *_in_brackets(),
        _rule(
            "repetitions",
            rf"{_NOT_IN_WORD}(?P<times>{COUNT}){words}\s(?:sessions?|treatments|cycles?|times|visits|injections)(?!\w)",
        ),
        _rule(
            "time", rf"{_NOT_IN_WORD}(?P<unit>weeks?|wks?|months?|days?|years?|hours?)[\s-]{items}(?![\w%])", each=True
        ),
        _rule("other", r"(?<!\w)\d+(?:st|nd|rd|th)(?!\w)(?!\s(?:week|month|day|year))", "an ordinal"),
        _rule(
            "time",
            rf"{_NOT_IN_WORD}{items}(?:st|nd|rd|th)?[\s-]?(?:(?:consecutive|successive|additional|further|more)\s)?(?P<unit>{_TIME})(?!\w)",
            each=True,
        ),
        _rule("people", rf"{_NOT_IN_WORD}(?P<n>{COUNT}){words}\s(?P<of>{_PEOPLE})(?!\w)"),
        _rule("people", rf"{_NOT_IN_WORD}(?P<words>{WORDS}){words}\s(?P<of>{_PEOPLE})(?!\w)", "in words"),
        _rule(
            "people",
            rf"{_NOT_IN_WORD}(?P<n>{COUNT})\s(?P<of>(?:in|per|for)\s(?:each\s|every\s|both\s)?(?:[a-z]+\s)?(?:group|arm|side)s?)(?!\w)",
        ),
        _rule("measure", rf"{_NOT_IN_WORD}{ends}\s?(?P<unit>{_PER_AREA})"),
        _rule("dose", rf"{_NOT_IN_WORD}{ends}[\s-]?(?P<unit>{_DOSE})(?![\w])", flags=0),
        _rule("measure", rf"{_NOT_IN_WORD}{ends}[\s-]?(?P<unit>{_LENGTH})", flags=0),
        _rule("percent", rf"(?P<low>{NUMBER})\s?%?{DASH}(?P<high>{NUMBER})\s?(?:%|per\s?cent)"),
        _rule("percent", rf"(?P<percent>{NUMBER})\s?(?:%|per\s?cent(?!ile))"),
        _rule("measure", rf"(?P<value>{NUMBER})[\s-]?(?P<unit>folds?|times)(?!\w)"),
        _rule("other", r"(?<![\w.,-])(?:19|20)\d\d(?!\w|[.,]\d)", "a calendar year"),
        _rule("range", rf"(?<![\w.,-])(?P<low>{NUMBER}){DASH}(?P<high>{NUMBER})(?![\w])"),
        _rule("other", r"(?:[cmkµμ]?m|inch|in)\s?\^?[23](?!\w)", "part of a unit"),
        _rule(
            "other", r"[^\W\d_][\w+]*[-−–/]?\d[\w+]*(?:\.\d+)*|(?<![\d.,·])\d+[-−–]?[^\W\d_][\w-]*", "part of a name"
        ),
        _rule("number", rf"(?P<value>{NUMBER})"),
    ]


def rules() -> tuple[Rule, ...]:
    """Return every rule; a stretch of text belongs to the first that matches it."""
    return (*_names(), *_inference(), *_results(), *_circumstances())
