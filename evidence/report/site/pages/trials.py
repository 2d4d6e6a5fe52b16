"""Every trial that was found: a table to sort and filter, and below it everything that the base holds on each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..page import Entry, Page
from ..trial_record import trial_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..paths import Paths
    from ..site import Site

__all__ = ["PAGE"]

_Trial = dict[str, Any]
_CHOICES = {
    "eligibility": "Decision",
    "design": "Design",
    "randomised": "Randomised",
    "condition": "Condition",
    "given": "Given in an arm",
}


def _view(site: Site) -> dict[str, Any]:
    trials = trial_records(site)
    return {"trials": trials, "choices": _choices(trials, site)}


def _choices(trials: Sequence[_Trial], site: Site) -> list[dict[str, Any]]:
    """Return the lists to choose from, each value with the number of trials that have it."""
    found = []
    for name, label in _CHOICES.items():
        counts: dict[str, int] = {}
        for trial in trials:
            for value in trial["keys"][name].split(" "):
                counts[value] = counts.get(value, 0) + 1
        options = [(value, _words(value, site), count) for value, count in counts.items() if value]
        found.append({"name": name, "label": label, "options": sorted(options, key=lambda option: option[1])})
    told = [("any", "any but notes"), ("open", "open"), ("none", "none")]
    found.append(_counted("findings", "Findings", told, trials))
    found.append(_counted("enters", "Enters a result", [("yes", "yes"), ("no", "no")], trials))
    return found


def _counted(name: str, label: str, options: Sequence[tuple[str, str]], trials: Sequence[_Trial]) -> dict[str, Any]:
    counts = [(value, words, sum(value in trial["keys"][name].split(" ") for trial in trials))
              for value, words in options]  # fmt: skip
    return {"name": name, "label": label, "options": [option for option in counts if option[2]]}


def _words(value: str, site: Site) -> str:
    component = site.protocol.components.get(value)
    return component.label if component else value.replace("-", " ")


def _entries(site: Site, to: Paths) -> Iterator[Entry]:
    for row in trial_records(site):
        links = "; ".join(report["ids"] for report in row["reports"] if report["ids"])
        told = "; ".join(text for text in (row["eligibility"], row["design"], row["given"], links) if text)
        yield Entry(kind="Trial", title=row["label"], text=told, address=to.trial(row["id"]))


PAGE = Page(name="trials", label="Trials", title="Trials found", view=_view, entries=_entries)
