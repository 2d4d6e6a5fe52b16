"""The entries of the catalogue for log hazard ratios from reported statistics."""

from __future__ import annotations

__all__ = ["SURVIVAL_ENTRIES"]

_PARMAR = (
    "Parmar MKB, Torri V, Stewart L, Statistics in Medicine 1998;17:2815–2834, "
    "doi:10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8"
)
_TIERNEY = "Tierney JF and others, Trials 2007;8:16, doi:10.1186/1745-6215-8-16"
_BOTH = f"{_PARMAR}; {_TIERNEY}"
_HAZARDS = "The hazards are proportional."
_APPROXIMATE = "The variance is approximated from the numbers of events."
_LOG_RANK = "The p-value is that of an unadjusted log-rank test."

SURVIVAL_ENTRIES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "hr-oe-v": (
        "log hazard ratio from observed minus expected events and its variance",
        "log HR = (O − E)/V; variance 1/V",
        _BOTH,
        (_HAZARDS, "O − E is of the research arm; V is the log-rank (hypergeometric) variance."),
    ),
    "hr-observed-expected": (
        "log hazard ratio from observed and log-rank expected events of both arms",
        "log HR = log((O1/E1)/(O2/E2)); variance 1/E1 + 1/E2",
        _BOTH,
        (_HAZARDS, "Expected events are those of the log-rank test."),
    ),
    "hr-ci": (
        "log hazard ratio from a hazard ratio with its confidence interval",
        "SE = (log upper − log lower)/(2 z)",
        _BOTH,
        (_HAZARDS, "The interval is symmetric on the log scale."),
    ),
    "hr-se": (
        "log hazard ratio from a Cox coefficient or hazard ratio with its standard error",
        "variance = SE², of the log hazard ratio",
        _PARMAR,
        (_HAZARDS, "The standard error is that of the log hazard ratio."),
    ),
    "hr-p": (
        "log hazard ratio from a hazard ratio and its p-value",
        "SE = |log HR| / z(p)",
        _PARMAR,
        (_HAZARDS, "The p-value is that of this hazard ratio, two-sided unless said."),
    ),
    "hr-events": (
        "log hazard ratio from a hazard ratio and numbers of events",
        "variance = 1/V; V = O1 O2/(O1 + O2), O n1 n2/(n1 + n2)² or O/4",
        _BOTH,
        (_HAZARDS, _APPROXIMATE),
    ),
    "hr-logrank-p": (
        "log hazard ratio from a log-rank p-value and numbers of events",
        "O − E = z √V; log HR = z/√V; V = O1 O2/(O1 + O2), O n1 n2/(n1 + n2)² or O/4",
        _BOTH,
        (_HAZARDS, _LOG_RANK, _APPROXIMATE),
    ),
}
