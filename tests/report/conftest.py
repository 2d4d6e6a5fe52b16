"""A small made-up evidence base whose results can be worked out by hand, and the real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from judged_now import judged_now

import evidence as ev
from evidence.base import EvidenceBase
from evidence.curate import make_index
from evidence.project import Project
from evidence.protocol import (
    Analysis,
    Claim,
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
from evidence.tables.topic import ExtraColumn, Unit

if TYPE_CHECKING:
    from evidence.answers import Answer

Row = dict[str, str]
MakeBase = Callable[..., EvidenceBase]


def _named(*items: Any) -> dict[str, Any]:
    return {item.id: item for item in items}


PROTOCOL = Protocol(
    review=Review(
        id="made-up",
        title="Needles & <hair>",
        question="Does it help?",
        headline="response",
        caveat="All of this is made up.",
    ),
    search=Search(database="PubMed", query="needle"),
    units=_named(Unit(id="hairs/cm2", label="hairs/cm²", pint="1 / centimeter ** 2")),
    columns=_named(ExtraColumn(id="arms.depth_mm", type="number", meaning="Depth.", after="device", unit="mm")),
    components=_named(
        Component(id="needle", label="needling", group="needling"), Component(id="drug", label="the drug", group="drug")
    ),
    outcomes=_named(
        Outcome(id="response", label="response", kind="binary", direction="higher"),
        Outcome(id="density", label="hair density", kind="continuous", direction="higher", unit="hairs/cm2"),
        Outcome(id="score", label="severity score", kind="continuous", direction="lower", unit="points"),
        Outcome(id="pain", label="pain", kind="binary", direction="lower", harm=True),
        Outcome(id="scar", label="scarring", kind="binary", direction="lower", harm=True),
    ),
    populations=_named(Population(id="all", label="people with hair loss")),
    windows=_named(Window(id="short", label="12 weeks (8 to 16)", low=8, high=16, target=12)),
    comparisons=_named(
        Comparison(
            id="addon",
            label="needling added to the drug",
            question="What does needling add?",
            add=("needle",),
            background=("drug",),
            arm_1="needling + drug",
            arm_2="drug",
            note="A note on the comparison.",
        ),
        Comparison(
            id="needled",
            label="any arm with needling",
            question="How often?",
            kind="single-arm",
            add=("needle",),
            arm_1="needled",
            arm_2="",
        ),
        Comparison(
            id="depth",
            label="deeper against shallower",
            question="Does depth matter?",
            kind="attribute",
            attribute="depth_mm",
            background=("needle",),
            arm_1="deeper",
            arm_2="shallower",
        ),
    ),
    analyses=_named(
        Analysis(id="primary", label="verified rows", primary=True),
        Analysis(
            id="wide", label="with implied counts", statuses=("verified", "implied"), derivations=("percent-to-events",)
        ),
        Analysis(
            id="wider", label="with everything", statuses=("verified", "implied"), derivations=("percent-to-events",)
        ),
    ),
    syntheses=_named(
        Synthesis(
            id="response",
            label="Needling added: response",
            comparison="addon",
            outcome="response",
            population="all",
            measure="RR",
            window="short",
            subgroup="sex",
        ),
        Synthesis(
            id="density",
            label="Needling added: density",
            comparison="addon",
            outcome="density",
            population="all",
            measure="MD",
            window="short",
        ),
        Synthesis(
            id="score",
            label="Needling added: score",
            comparison="addon",
            outcome="score",
            population="all",
            measure="MD",
        ),
        Synthesis(
            id="pain", label="Needled arms: pain", comparison="needled", outcome="pain", population="all", measure="PFT"
        ),
        Synthesis(
            id="scar",
            label="Needled arms: scarring",
            comparison="needled",
            outcome="scar",
            population="all",
            measure="PFT",
        ),
        Synthesis(
            id="depth", label="Deeper: density", comparison="depth", outcome="density", population="all", measure="MD"
        ),
    ),
    claims=_named(
        Claim(id="works", claim="It works.", syntheses=("response",)),
        Claim(id="safe", claim="It is safe.", syntheses=("pain", "scar")),
        Claim(id="depth-matters", claim="Depth matters.", syntheses=("depth",)),
        Claim(id="glows", claim="It glows.", note="Nobody looked."),
    ),
)

# Trial → sex, needled events / n, control events / n, status. Bose has a zero cell; Cori prints percentages only.
RESPONSE: dict[str, tuple[str, int, int, int, int, str]] = {
    "Ada": ("men", 17, 20, 9, 20, "verified"),
    "Bose": ("men", 6, 30, 0, 30, "verified"),
    "Cori": ("women", 15, 25, 10, 25, "implied"),
}


def study(name: str, **cells: str) -> Row:
    """Return a row of the studies table."""
    return {
        "study_id": name,
        "label": f"{name} 2020",
        "eligibility": "included",
        "design": "parallel",
        "randomised": "yes",
        "condition": "androgenetic-alopecia",
        "sex": "men",
        "seen_at": "S1",
        "n_randomised": "40",
        **cells,
    }


def arms(name: str) -> list[Row]:
    """Return the two arms of a trial of needling added to the drug."""
    shared = {"study_id": name, "status": "verified", "seen_at": "S1"}
    return [
        {**shared, "arm_id": "A", "label": "N+D", "components": "drug;needle"},
        {**shared, "arm_id": "B", "label": "D", "components": "drug"},
    ]


def outcome(row: str, name: str, arm: str, **cells: str) -> Row:
    """Return a row of the outcomes table."""
    return {
        "row_id": row,
        "study_id": name,
        "arm_id": arm,
        "outcome": "response",
        "value_type": "responder",
        "unit": "patients",
        "time_weeks": "12",
        "n_status": "verified",
        "pooling": "yes",
        "source": "PMID:12345678",
        "seen_at": "S1",
        "status": "verified",
        "location": "abstract",
        **cells,
    }


def harm(row: str, name: str, event: str, events: int, n: int) -> Row:
    """Return a row of the harms table for the needled arm."""
    return {
        "harm_id": row,
        "study_id": name,
        "arm_id": "A",
        "event": event,
        "events": str(events),
        "n": str(n),
        "n_status": "verified",
        "counting": "patients",
        "pooling": "yes",
        "source": "10.1000/made.up",
        "seen_at": "S1",
        "status": "verified",
    }


def _responses(counts: Mapping[str, tuple[str, int, int, int, int, str]]) -> list[Row]:
    rows = []
    for number, (name, (_, e1, n1, e2, n2, status)) in enumerate(counts.items()):
        for arm, events, n in (("A", e1, n1), ("B", e2, n2)):
            cells = {"events": str(events), "total": str(n)}
            if status == "implied":
                percent = f"{100 * events / n:g}"
                cells = {"events_implied": str(events), "total_implied": str(n), "percent": percent}
            rows.append(outcome(f"R{number}{arm}", name, arm, status=status, **cells))
    return rows


def rows_of(counts: Mapping[str, tuple[str, int, int, int, int, str]]) -> dict[str, list[Row]]:
    """Return the rows of the tables for trials with these responses, and some more that tell other stories."""
    means = {"outcome": "density", "value_type": "change", "unit": "hairs/cm2", "n": "20"}
    scores = {"outcome": "score", "value_type": "final", "unit": "points", "n": "20"}
    return {
        "studies": [
            *(study(name, sex=sex) for name, (sex, *_) in counts.items()),
            study("Dahl", sex="women"),
            study("Eddo", design="single-arm", eligibility="included"),
        ],
        "reports": [
            {"report_id": "Dahl-1", "study_id": "Dahl", "role": "primary", "doi": "10.1000/dahl", "seen_at": "S1"}
        ],
        "arms": [row for name in (*counts, "Dahl") for row in arms(name)]
        + [{**arms("Eddo")[0], "components": "needle", "label": "N"}],
        "outcomes": [
            *_responses(counts),
            outcome("M1", "Dahl", "A", mean="12.5", sd="4.0", **means),
            outcome("M2", "Dahl", "B", mean="7.5", sd="3.0", **means),
            outcome("M3", "Ada", "A", mean="10", **means),
            outcome("M4", "Ada", "B", mean="8", **means),
            outcome("S1", "Dahl", "A", mean="3.0", sd="1.0", **scores),
            outcome("S2", "Dahl", "B", mean="5.0", sd="1.0", **scores),
        ],
        "harms": [
            harm("H1", "Ada", "pain", 3, 20),
            harm("H2", "Bose", "pain", 1, 30),
            harm("H3", "Eddo", "pain", 0, 20),
            harm("H4", "Ada", "scar", 0, 20),
            harm("H5", "Eddo", "scar", 0, 40),
        ],
        "sources": [{"source_id": "S1", "url": "https://example.org/page"}],
        "risk_of_bias": [
            {
                "study_id": "Ada",
                "outcome": "all",
                "tool": "RoB2",
                "variant": "parallel",
                "domain": "D1",
                "assessor": "AB",
                "judgement": "low",
                "override_reason": "judged without the form",
                "support": "lots drawn",
            },
            {
                "study_id": "Ada",
                "outcome": "all",
                "tool": "RoB2",
                "variant": "parallel",
                "domain": "overall",
                "assessor": "AB",
                "judgement": "no-information",
            },
            {
                "study_id": "Dahl",
                "outcome": "score",
                "tool": "RoB2",
                "variant": "parallel",
                "domain": "D4",
                "assessor": "AB",
                "judgement": "high",
                "override_reason": "judged without the form",
            },
        ],
        "conflicts": [
            {
                "conflict_id": "X1",
                "study_id": "Ada",
                "what": "n",
                "version_1": "20",
                "version_2": "21",
                "handling": "20 kept",
            }
        ],
        "review_reports": [{"review_id": "V1", "citation": "Review 2020", "pmid": "22222222"}],
        "reviews": [
            {
                "result_id": "V1-1",
                "review_id": "V1",
                "outcome": "count",
                "measure": "SMD",
                "estimate": "-1.3",
                "i2": "88",
            }
        ],
        "claims": [{"claim_id": "C1", "claim": "works", "claim_as_met": "it <works>", "evidence_seen": "two trials"}],
        "certainty": [
            {
                "synthesis": "density",
                "analysis": "primary",
                "domain": "overall",
                "certainty": "very-low",
                "reason": "one trial",
                "judged_by": "AB",
            }
        ],
    }


def frames(rows: Mapping[str, list[Row]]) -> dict[str, pd.DataFrame]:
    """Return typed tables from rows of strings; cells that are not named are empty."""
    found = {}
    for name, table in PROTOCOL.tables.items():
        raw = [[row.get(column, "") for column in table.names] for row in rows.get(name, [])]
        found[name] = typed(pd.DataFrame(raw, columns=list(table.names), dtype=object), table)
    return found


@pytest.fixture(scope="session")
def make_base() -> MakeBase:
    """Return a function that makes a base: of other responses, of more rows, with another protocol."""

    def make(
        counts: Mapping[str, tuple[str, int, int, int, int, str]] = RESPONSE,
        *,
        more: Mapping[str, list[Row]] | None = None,
        **changes: Any,
    ) -> EvidenceBase:
        rows = rows_of(counts)
        for name, extra in (more or {}).items():
            rows[name] = [*rows.get(name, []), *extra]
        tables = frames(rows)
        base = EvidenceBase(
            project=Project(root=Path("made-up")),
            protocol=replace(PROTOCOL, **changes),
            tables=tables,
            index=make_index(tables),
        )
        judged_now(base)
        return base

    return make


@pytest.fixture(scope="session")
def small(make_base: MakeBase) -> EvidenceBase:
    """Return the made-up base."""
    return make_base()


@pytest.fixture(scope="session")
def answers(small: EvidenceBase) -> dict[str, Answer]:
    """Return the made-up base's answers."""
    return small.answers()


@pytest.fixture(scope="session")
def real() -> EvidenceBase:
    """Return the base of this repository."""
    return ev.load(__file__)


@pytest.fixture(scope="session")
def real_answers(real: EvidenceBase) -> dict[str, Answer]:
    """Return its answers."""
    return real.answers()
