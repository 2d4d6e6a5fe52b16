"""What was asked, how it was searched and screened, and which rows could enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...number_style import number_style
from ...plot.forest_plot.trials import noun
from ..sentence.searched import last_searches, unscreened
from ..wording import plural, question, where_and_when

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ...synthesis import SynthesisResult

__all__ = ["asked", "screened", "searched", "selected"]

_HOUSE = number_style("house")
_RANDOMISED = {
    "yes": "that say they are randomised",
    "no": "that are not randomised",
    "not-stated": "that do not state whether they are randomised",
}


def asked(result: SynthesisResult) -> str:
    """Return the question with its comparison, people, outcome and time."""
    comparison = result.protocol.comparisons[result.synthesis.comparison]
    return f"The question was: {comparison.question} ({question(result)}; {where_and_when(result)})."


def searched(tables: Mapping[str, pd.DataFrame]) -> str:
    """Return where and when was searched and what was found, or that no search is recorded."""
    dates = last_searches(tables)
    if not dates:
        return "No search is recorded: how the reports were found, and what was missed, cannot be said."
    from ...tables.io import records

    rows = sorted(records(tables["searches"]), key=lambda row: str(row["run_at"]))
    parts = []
    for database, date in dates.items():
        runs = [row for row in rows if row["database"] == database]
        times = f", in {len(runs)} runs since {_HOUSE.day(str(runs[0]['run_at']))}" if len(runs) > 1 else ""
        platform = f" (through {runs[-1]['platform']})" if runs[-1]["platform"] else ""
        found = plural(int(runs[-1]["count"]), "record")
        parts.append(f"{database}{platform} was searched to {_HOUSE.day(date)}{times}; the query finds {found}")
    return f"{'; '.join(parts)}."


def screened(tables: Mapping[str, pd.DataFrame]) -> str:
    """Return how many records people decided on, and how many wait; empty where nothing was searched."""
    if not last_searches(tables):
        return ""
    from ...tables.io import records

    rows = records(tables["screening"]) if "screening" in tables else []
    people = {row["reviewer"] for row in rows if row["reviewer"]}
    decided = {row["pmid"] for row in rows}
    waiting = unscreened(tables)
    done = f"{plural(len(decided), 'record')} {'was' if len(decided) == 1 else 'were'} screened"
    by = f" by {plural(len(people), 'person').replace('persons', 'people')}" if people else ""
    left = f"; {plural(waiting, 'record')} found {'is' if waiting == 1 else 'are'} not screened yet" if waiting else ""
    return f"{done}{by}{left}."


def selected(result: SynthesisResult) -> str:
    """Return the rules by which rows entered, and how many trials did."""
    analysis, synthesis = result.analysis, result.synthesis
    single = result.protocol.comparisons[synthesis.comparison].kind == "single-arm"
    sizes = set(analysis.n_statuses) != set(analysis.statuses)
    with_sizes = f", with group sizes of the status {_listed(analysis.n_statuses)}" if sizes else ""
    trials = "" if single else f", from trials {_either(analysis.randomised)}"
    rules = [f"values with the status {_listed(analysis.statuses)} could enter{with_sizes}{trials}"]
    if synthesis.window:
        rules.append(
            f"results that state no time could {'' if analysis.unstated_time else 'not '}enter".replace("  ", " ")
        )
    for name, values in (("kinds of value", synthesis.value_types), ("thresholds", synthesis.thresholds)):
        if values:
            rules.append(f"{name}{', in order of preference' if len(values) > 1 else ''}: {', '.join(_plain(values))}")
    left = sum(entry.compared for entry in result.exclusions)
    what = noun(result)
    entered = (
        f"{plural(result.trials, what).capitalize()} with {plural(result.n, 'participant')} entered"
        if result.k
        else f"No {what} entered"
    )
    asks = "that had such arms" if single else "that made this comparison"
    more = f"; {plural(left, f'other {what}' if not result.k else f'more {what}')} {asks} could not" if left else ""
    kind = "Primary" if analysis.primary else "Sensitivity"
    return f"{kind} analysis ({result.analysis_label}): {'; '.join(rules)}. {entered}{more}."


def _listed(values: tuple[str, ...]) -> str:
    shown = [f"“{value}”" for value in _plain(values)]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _either(values: tuple[str, ...]) -> str:
    return ", or ".join(_RANDOMISED.get(value, value) for value in values)


def _plain(values: tuple[str, ...]) -> list[str]:
    return [value.replace("-", " ") for value in values]
