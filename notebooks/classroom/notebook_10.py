"""The invented review of notebook 10, your own review, and its exercises."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from scipy import stats

import evidence as ev
from evidence.curate.compare import matches
from evidence.protocol import load_protocol

from .exercise import Exercise, Mistake

if TYPE_CHECKING:
    from evidence.protocol import Protocol

__all__ = ["EXERCISES", "FOURTH", "PAIRS", "PROTOCOL", "TRIALS", "outcome_rows"]

PROTOCOL = """\
[review]
id = "hiccups"
title = "Humming against hiccups (invented)"
question = "In people with hiccups, does humming added to a glass of water stop them within ten minutes?"
headline = "humming-relief"
caveat = "The treatment, the trials and all numbers are invented."

[search]
database = "none"
query = "none: the trials are invented"

[[components]]
id = "humming"
label = "humming"
group = "voice"

[[components]]
id = "water"
label = "a glass of water"
group = "background"

[[components]]
id = "sugar"
label = "a spoon of sugar"
group = "background"

[[conditions]]
id = "hiccups"
label = "hiccups"

[[outcomes]]
id = "relief"
label = "relief within ten minutes"
kind = "binary"
direction = "higher"

[[populations]]
id = "anyone"
label = "people with hiccups"
conditions = ["hiccups"]

[[windows]]
id = "same-day"
label = "the same day"
low = 0
high = 1
target = 0

[[comparisons]]
id = "humming-added"
label = "humming added to water"
question = "What does humming add to a glass of water?"
add = ["humming"]
background = ["water"]
arm_1 = "humming + water"
arm_2 = "water"

[[analyses]]
id = "primary"
label = "verified rows of randomised trials"
primary = true

[[syntheses]]
id = "humming-relief"
label = "Humming added to water: relief"
comparison = "humming-added"
outcome = "relief"
population = "anyone"
measure = "RR"
window = "same-day"
value_types = ["event"]

[[claims]]
id = "humming-helps"
claim = "Humming stops hiccups."
syntheses = ["humming-relief"]
"""

# Three invented trials as somebody typed them: one count is mistyped, and one p-value does not follow from its counts.
TRIALS: tuple[dict[str, Any], ...] = (
    {"study_id": "Alder2019", "label": "Alder 2019", "year": 2019, "n1": 40, "n2": 40, "events1": 34, "events2": 22},
    {
        "study_id": "Birch2020",
        "label": "Birch 2020",
        "year": 2020,
        "n1": 30,
        "n2": 30,
        "events1": 28,
        "events2": 18,
        "percent1": 83,
    },
    {
        "study_id": "Cedar2021",
        "label": "Cedar 2021",
        "year": 2021,
        "n1": 60,
        "n2": 58,
        "events1": 41,
        "events2": 30,
        "p": 0.004,
    },
)
FOURTH: dict[str, Any] = {
    "study_id": "Damson2024",
    "label": "Damson 2024",
    "year": 2024,
    "n1": 90,
    "n2": 92,
    "events1": 52,
    "events2": 55,
}

# Pairs of arms, as sets of components.
PAIRS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "a": (frozenset({"humming", "water"}), frozenset({"water"})),
    "b": (frozenset({"humming", "sugar", "water"}), frozenset({"water"})),
    "c": (frozenset({"humming", "sugar", "water"}), frozenset({"sugar", "water"})),
    "d": (frozenset({"humming"}), frozenset({"water"})),
    "e": (frozenset({"humming", "water"}), frozenset({"sugar", "water"})),
}


def outcome_rows(trial: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the two rows of a trial in the table of outcomes."""
    return [
        {
            "row_id": f"{trial['study_id'][0]}{arm}",
            "study_id": trial["study_id"],
            "arm_id": f"A{arm}",
            "outcome": "relief",
            "value_type": "event",
            "unit": "patients",
            "time_weeks": 0,
            "events": trial[f"events{arm}"],
            "total": trial[f"n{arm}"],
            "percent": trial.get(f"percent{arm}"),
            "p_operator": "=" if "p" in trial else None,
            "p_value": trial.get("p"),
            "p_scope": "between-arms" if "p" in trial else None,
            "p_as_printed": f"p = {trial['p']}" if "p" in trial else None,
            "pooling": "yes",
            "source": "invented",
            "seen_at": "P1",
            "locator": "table 2",
            "status": "verified",
        }
        for arm in (1, 2)
    ]


@cache
def _protocol() -> Protocol:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "protocol.toml"
        path.write_text(PROTOCOL, encoding="utf-8")
        return load_protocol(path)


def _asks(one: frozenset[str], other: frozenset[str]) -> bool:
    """Ask the toolkit itself whether two arms make the comparison."""
    return matches(one, other, _protocol().comparisons["humming-added"], _protocol().components)


def _pairs(letters: str) -> set[str]:
    return set(letters)


def _cedar() -> list[list[int]]:
    cedar = next(trial for trial in TRIALS if "p" in trial)
    return [[cedar[f"events{arm}"], cedar[f"n{arm}"] - cedar[f"events{arm}"]] for arm in (1, 2)]


def _fit(trials: tuple[dict[str, Any], ...], *, birch: int = 25) -> float:
    """Return the pooled log risk ratio, with a count of one's own for the mistyped one."""
    counts = [{**trial, "events1": birch if "percent1" in trial else trial["events1"]} for trial in trials]
    table = pd.DataFrame(counts)[["events1", "n1", "events2", "n2"]]
    return float(ev.pool(ev.effect_sizes(table, "RR"), measure="RR").estimate)


def _ratio(trials: tuple[dict[str, Any], ...], *, birch: int = 25) -> float:
    return float(ev.back_transform(_fit(trials, birch=birch), "RR"))


_FOUR = (*TRIALS, FOURTH)

EXERCISES: dict[str, Exercise] = {
    "10.1": Exercise(
        question="Which pairs of arms ask what humming adds to a glass of water? Give their letters as a set.",
        answer=lambda: {letter for letter, (one, other) in PAIRS.items() if _asks(one, other)},
        because=(
            "In *a* and *c* the arms differ by exactly humming, and both have the water. Sugar in both arms of *c* does no harm: it is "
            "the same on either side."
        ),
        hint="Take the second set away from the first. What is left must be humming alone, and nothing may be left the other way round.",
        mistakes=(
            Mistake(
                answer=lambda: _pairs("a"),
                because="One is missing. A background may hold more than water, as long as both arms have it.",
            ),
            Mistake(
                answer=lambda: _pairs("abc"),
                because="*b* is a bundle: humming and sugar against neither. If it works, nobody can say which of the two did.",
            ),
            Mistake(
                answer=lambda: _pairs("acd"),
                because="In *d* the hummers get no water. That sets humming *against* water, and is another question.",
            ),
            Mistake(
                answer=lambda: _pairs("ace"),
                because="In *e* the other arm has sugar, and the first has none. The arms differ in two things.",
            ),
        ),
    ),
    "10.2": Exercise(
        question="Compute the two-sided p of Fisher's exact test for 41 of 60 against 30 of 58.",
        answer=lambda: float(stats.fisher_exact(_cedar()).pvalue),
        because="0.09, and no other test in use comes near 0.004 either. A zero too many, perhaps; only the authors know.",
        hint="`stats.fisher_exact` wants the table of those with and without relief: [[41, 60 − 41], [30, 58 − 30]].",
        mistakes=(
            Mistake(
                answer=lambda: float(stats.fisher_exact([[41, 60], [30, 58]]).pvalue),
                because="The second column must be those *without* relief: 19 and 28. You gave everybody, and counted people twice.",
            ),
            Mistake(
                answer=lambda: float(stats.fisher_exact(_cedar(), alternative="greater").pvalue),
                because="That is one-sided, as if nobody had thought that humming could do harm. Asked is the two-sided p.",
            ),
            Mistake(
                answer=lambda: float(stats.chi2_contingency(_cedar(), correction=False).pvalue),
                because="That is the chi-squared test without correction. It is fair as well; asked is Fisher's.",
            ),
            Mistake(
                answer=lambda: 0.004, because="That is what is printed. The question is whether the counts give it."
            ),
        ),
        rel=0.01,
    ),
    "10.3": Exercise(
        question="Pool the four trials: what is the risk ratio now?",
        answer=lambda: _ratio(_FOUR),
        because="The fourth trial is the largest and found nothing. The estimate falls, and the interval now holds 1.",
        hint='Append 52, 90, 55, 92 to the counts of the three, then `ev.effect_sizes(…, "RR")`, `ev.pool`, and back from the logarithm.',
        mistakes=(
            Mistake(
                answer=lambda: _ratio(TRIALS), because="That is the ratio of the three. The fourth is not in it yet."
            ),
            Mistake(
                answer=lambda: _fit(_FOUR),
                because='That is the logarithm on which trials are pooled. `ev.back_transform(…, "RR")` gives the ratio.',
            ),
            Mistake(
                answer=lambda: _ratio(_FOUR, birch=28),
                because="So it would be with the mistyped 28 of Birch 2020. The report says 25: a slip moves the pooled number too.",
            ),
            Mistake(
                answer=lambda: 1 / _ratio(_FOUR),
                because="That is relief without humming against relief with it. The arms are exchanged.",
            ),
        ),
    ),
}
