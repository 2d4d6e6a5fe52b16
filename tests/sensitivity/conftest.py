"""A small made-up review in which every choice changes something, small enough to work out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import evidence as ev
from evidence.base import EvidenceBase
from evidence.curate import make_index
from evidence.project import Project
from evidence.protocol import (
    Analysis,
    Comparison,
    Component,
    Outcome,
    Population,
    Protocol,
    Review,
    Search,
    Synthesis,
    Window,
)
from evidence.tables.io import typed

if TYPE_CHECKING:
    from collections.abc import Callable

USUAL = Analysis(id="x", label="x").derivations


def _named(*items: Any) -> dict[str, Any]:
    return {item.id: item for item in items}


PROTOCOL = Protocol(
    review=Review(id="made-up", title="Made up", question="Does it help?", correlations=(0.3, 0.7)),
    search=Search(database="PubMed", query="x"),
    components=_named(
        Component(id="extra", label="extra", group="extra"),
        Component(id="alpha", label="alpha", group="drug"),
        Component(id="beta", label="beta", group="drug"),
    ),
    outcomes=_named(
        Outcome(id="score", label="score", kind="continuous", direction="higher", unit="points", mid=3.0),
        Outcome(id="event", label="event", kind="binary", direction="lower"),
        Outcome(id="pain", label="pain", kind="binary", direction="lower", harm=True),
    ),
    populations=_named(Population(id="all", label="people")),
    windows=_named(Window(id="12w", label="12 weeks", low=8, high=16, target=12)),
    comparisons=_named(
        Comparison(
            id="addon", label="extra added", question="?", add=("extra",), arm_1="extra", arm_2="background alone"
        ),
        Comparison(id="any-extra", label="any arm with extra", question="?", kind="single-arm", add=("extra",)),
    ),
    analyses=_named(
        Analysis(id="primary", label="verified rows", primary=True),
        Analysis(
            id="wide",
            label="also secondary sources",
            statuses=("verified", "secondary"),
            derivations=(*USUAL, "plus-minus-as-sd"),
        ),
        Analysis(id="apart", label="not randomised, apart", randomised=("no",)),
    ),
    syntheses=_named(
        Synthesis(
            id="score",
            label="Extra: score",
            comparison="addon",
            outcome="score",
            population="all",
            measure="MD",
            window="12w",
            units=("points",),
        ),
        Synthesis(
            id="event",
            label="Extra: event",
            comparison="addon",
            outcome="event",
            population="all",
            measure="RR",
            window="12w",
        ),
        Synthesis(
            id="pain",
            label="Extra: pain",
            comparison="any-extra",
            outcome="pain",
            population="all",
            measure="PFT",
        ),
    ),
)

# trial → background, status, design, randomised, and the arms: (mean, spread, kind of spread, n)
TRIALS: dict[str, tuple[str, str, str, str, tuple[tuple[float, float, str, int], ...]]] = {
    "Ada": ("alpha", "verified", "parallel", "yes", ((12.0, 4.0, "sd", 20), (8.0, 5.0, "sd", 22))),
    "Bose": ("beta", "verified", "parallel", "yes", ((9.0, 0.8, "se", 25), (7.5, 0.9, "se", 25))),
    "Cori": ("alpha", "verified", "parallel", "yes", ((10.0, 2.5, "plus_minus", 16), (9.5, 2.0, "plus_minus", 16))),
    "Dahl": ("alpha", "verified", "within-person", "yes", ((6.0, 3.0, "sd", 18), (4.0, 3.5, "sd", 18))),
    "Eddo": (
        "alpha",
        "verified",
        "parallel",
        "yes",
        ((11.0, 4.5, "sd", 15), (13.0, 4.0, "sd", 17), (9.0, 4.2, "sd", 30)),
    ),
    "Funk": ("beta", "secondary", "parallel", "yes", ((5.0, 3.0, "sd", 40), (6.0, 3.2, "sd", 41))),
    "Gold": ("alpha", "verified", "parallel", "no", ((15.0, 2.0, "sd", 30), (5.0, 2.0, "sd", 30))),
}
# trial → status, events and n of both arms; Hahn prints percentages only
EVENTS: dict[str, tuple[str, int, int, int, int]] = {
    "Hahn": ("implied", 5, 25, 10, 25),
    "Iver": ("verified", 4, 40, 9, 41),
}
# trial → status, events and n of the arm with extra
HARMS: dict[str, tuple[str, int, int]] = {
    "Ada": ("verified", 3, 20),
    "Bose": ("verified", 1, 25),
    "Funk": ("secondary", 9, 40),
}


def rows_of(trials: dict[str, Any], events: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Return the rows of the tables as text."""
    rows: dict[str, list[dict[str, str]]] = {"studies": [], "arms": [], "outcomes": [], "harms": [], "sources": []}
    rows["sources"].append({"source_id": "S1", "url": "https://example.org/page"})
    everything = {name: entry[:4] for name, entry in trials.items()}
    everything |= {name: ("alpha", entry[0], "parallel", "yes") for name, entry in events.items()}
    for name, (background, _, design, randomised) in everything.items():
        rows["studies"].append(
            {"study_id": name, "label": f"{name} 2020", "eligibility": "included", "design": design, "sex": "both"}
            | {"randomised": randomised, "condition": "any", "seen_at": "S1"}
        )
        arms = len(trials[name][4]) if name in trials else 2
        for place in range(arms):
            own = f"extra;{background}" if place < arms - 1 else background
            rows["arms"].append(
                {"study_id": name, "arm_id": "ABC"[place], "label": f"arm {'ABC'[place]}", "components": own}
            )
    shared = {"time_weeks": "12", "n_status": "verified", "pooling": "yes", "source": "S1", "seen_at": "S1"}
    for name, (_, status, _, _, arms) in trials.items():
        for place, (mean, spread, kind, n) in enumerate(arms):
            cells = {"mean": str(mean), kind: str(spread), "n": str(n), "unit": "points", "value_type": "final"}
            where = {"row_id": f"{name}-{place}", "study_id": name, "arm_id": "ABC"[place], "outcome": "score"}
            rows["outcomes"].append(shared | where | cells | {"status": status})
    for name, (status, e1, n1, e2, n2) in events.items():
        for arm, e, n in (("A", e1, n1), ("B", e2, n2)):
            where = {"row_id": f"{name}-{arm}", "study_id": name, "arm_id": arm, "outcome": "event"}
            cells = {"events": str(e), "total": str(n)}
            if status == "implied":
                cells = {"events_implied": str(e), "total_implied": str(n), "percent": f"{100 * e / n:g}"}
            cells |= {"value_type": "responder", "unit": "patients"}
            rows["outcomes"].append(shared | where | cells | {"status": "verified"})
    for name, (status, events_, n) in HARMS.items():
        if name in trials:
            cells = {"harm_id": f"H-{name}", "study_id": name, "arm_id": "A", "event": "pain", "status": status}
            cells |= {"events": str(events_), "n": str(n), "n_status": "verified", "counting": "patients"}
            rows["harms"].append(cells | {"pooling": "yes", "source": "S1", "seen_at": "S1"})
    return rows


@pytest.fixture(scope="session")
def make() -> Callable[..., EvidenceBase]:
    """Return a function that makes a base of other trials, in another order, under another protocol."""

    def made(
        trials: dict[str, Any] = TRIALS,
        events: dict[str, Any] = EVENTS,
        *,
        protocol: Protocol = PROTOCOL,
        **changes: Any,
    ) -> EvidenceBase:
        rows = rows_of(trials, events)
        protocol = replace(protocol, **changes)
        tables = {}
        for name, table in protocol.tables.items():
            raw = [[row.get(column, "") for column in table.names] for row in rows.get(name, [])]
            tables[name] = typed(pd.DataFrame(raw, columns=list(table.names), dtype=object), table)
        return EvidenceBase(
            project=Project(root=Path("made-up")), protocol=protocol, tables=tables, index=make_index(tables)
        )

    return made


@pytest.fixture(scope="session")
def base(make: Callable[..., EvidenceBase]) -> EvidenceBase:
    """Return the made-up base."""
    return make()


@pytest.fixture(scope="session")
def trials() -> dict[str, Any]:
    """Return the made-up trials of the score."""
    return TRIALS


@pytest.fixture(scope="session")
def events() -> dict[str, Any]:
    """Return the made-up trials of the event."""
    return EVENTS


@pytest.fixture(scope="session")
def real() -> EvidenceBase:
    """Return the base of this repository."""
    return ev.load(__file__)
