"""What else was tried, and who judged risk of bias and certainty, or that nobody did."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ...plot.forest_plot.trials import noun
from ..wording import plural
from .literature import cited

if TYPE_CHECKING:
    from ...sensitivity import Sensitivity
    from ...synthesis import SynthesisResult

__all__ = ["bias_judged", "certainty_judged", "sensitivity_run"]

_TOOLS = {"RoB2": ("RoB 2", "Sterne2019"), "ROBINS-I": ("ROBINS-I", "Sterne2016")}
_NO_JUDGEMENT = "no-information"
_NO_OTHER = ("reference", "same-numbers")
_KINDS = {
    "declared": "declared in the protocol",
    "derivation": "with one more derivation admitted",
    "correlation": "with another correlation",
    "model": "by another model",
    "left-out": "without one trial",
}


def sensitivity_run(found: Sensitivity | None) -> str:
    """Return which other analyses gave a number of their own; empty where none was asked for, or there is no number."""
    if found is None or not found.numbers.known:
        return ""
    others = (entry for entry in found.variations if entry.numbers.known and entry.verdict not in _NO_OTHER)
    counts = Counter(entry.kind for entry in others)
    if not counts:
        return "No other analysis gave another number."
    parts = [f"{counts[kind]} {words}" for kind, words in _KINDS.items() if counts[kind]]
    number = "1 other" if sum(counts.values()) == 1 else f"{sum(counts.values())} others"
    return f"Beside the analysis “{found.reference}”, {number} gave a number: {', '.join(parts)}."


def bias_judged(result: SynthesisResult) -> str:
    """Return with which tool, by whom and for how many of the trials that entered risk of bias was judged."""
    from ...tables.io import records

    entered = dict.fromkeys(result.effects["study_id"])
    if not entered:
        return ""
    outcome = result.synthesis.outcome
    rows = [
        row
        for row in records(result.tables["risk_of_bias"])
        if row["study_id"] in entered and row["outcome"] in (outcome, "all")
    ]
    trials: dict[str, set[str]] = defaultdict(set)
    people: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["domain"] == "overall" and row["judgement"] != _NO_JUDGEMENT:
            trials[row["tool"]].add(row["study_id"])
            people[row["tool"]].add(row["assessor"])
    what = noun(result)
    total = plural(len(entered), what)
    if not trials:
        noted = any(row["support"] for row in rows)
        return f"Nobody judged the overall risk of bias of the {what}s{'; facts that bear on it are recorded' * noted}."
    parts = []
    for tool, judged_trials in trials.items():
        name, source = _TOOLS.get(tool, (tool, ""))
        by = ", ".join(sorted(people[tool]))
        parts.append(f"with {name}{cited(source) if source else ''} by {by} for {len(judged_trials)} of {total}")
    return f"Overall risk of bias was judged {'; '.join(parts)}."


def certainty_judged(result: SynthesisResult) -> str:
    """Return who judged the certainty of this number, or that nobody did."""
    from ...certainty import last_judged

    if not result.k:
        return ""
    found = last_judged(result)
    if found is None:
        return "Nobody has assessed the certainty of this evidence."
    if not found.current:
        return f"Nobody has assessed the certainty of this evidence as it is now; it was {found.text}."
    when = f" ({found.judged_on})" if found.judged_on else ""
    return f"Certainty was judged with GRADE{cited('Guyatt2008')} by {found.judged_by}{when}."
