"""A small made-up review, built row by row, so that each rule can be seen alone."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest

from evidence.curate import Index, select
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
from evidence.tables.topic import Design, Unit

NAN = math.nan
OUTCOME_ROW: dict[str, Any] = {
    "arm_id": "", "outcome": "count", "value_type": "final", "unit": "hairs/cm2", "threshold": "", "time_weeks": 12.0,
    "time_weeks_max": NAN, "n": None, "n_status": "verified", "n_basis": "", "mean": NAN, "sd": NAN, "se": NAN,
    "plus_minus": NAN, "ci_low": NAN, "ci_high": NAN, "ci_level": NAN, "events": None, "total": None, "percent": NAN,
    "percent_as_printed": "", "events_implied": None, "total_implied": None, "implied_basis": "", "pooling": "yes",
    "status": "verified", "median": NAN, "q1": NAN, "q3": NAN, "minimum": NAN, "maximum": NAN, "baseline_mean": NAN,
    "baseline_sd": NAN, "baseline_plus_minus": NAN, "baseline_unit": "", "p_operator": "", "p_value": NAN,
    "p_scope": "",
}  # fmt: skip
CONTRAST_ROW: dict[str, Any] = {
    "arm_id_1": "A", "arm_id_2": "B", "outcome": "count", "threshold": "", "value_type": "", "unit": "",
    "time_weeks": 12.0, "time_weeks_max": NAN, "n": None, "estimate": NAN, "estimate_measure": "", "se": NAN,
    "ci_low": NAN, "ci_high": NAN, "ci_level": NAN, "p_operator": "", "p_value": NAN, "p_scope": "between-arms",
    "statistic": "", "statistic_value": NAN, "direction": "favours-1", "pooling": "yes", "status": "verified",
}  # fmt: skip


class SmallBase:
    """Builds an index and a protocol, and selects from them."""

    def __init__(self) -> None:
        self.studies: list[dict[str, Any]] = []
        self.arms: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.outcomes: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.contrasts: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.harms: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.overlaps: dict[str, set[str]] = defaultdict(set)
        self.spreads: dict[str, dict[str, tuple[float, ...]]] = {}
        self.comparison = Comparison(id="addon", label="", question="", add=("needling",), background=("group:drug",))
        self.synthesis = Synthesis(
            id="s", label="S", comparison="addon", outcome="count", population="all", measure="MD", window="12w"
        )
        self.analysis = Analysis(id="primary", label="", primary=True)

    def study(self, name: str, **changes: Any) -> SmallBase:
        row = {
            "study_id": name, "label": name, "eligibility": "included", "eligibility_reason": "", "randomised": "yes",
            "design": "parallel", "condition": "aga", "sex": "men",
        }  # fmt: skip
        self.studies.append(row | changes)
        return self

    def arm(self, study: str, arm: str, components: str, **changes: Any) -> SmallBase:
        row = {"study_id": study, "arm_id": arm, "label": f"arm {arm}", "components": tuple(components.split())}
        self.arms[study].append(row | {"depth_mm": NAN, "device": ""} | changes)
        return self

    def value(self, study: str, arm: str, **changes: Any) -> SmallBase:
        row = OUTCOME_ROW | {"study_id": study, "arm_id": arm} | changes
        rows = self.outcomes[(study, row["outcome"])]
        rows.append(row | {"row_id": f"{study}-{arm}-{len(rows)}"})
        return self

    def printed(self, study: str, **changes: Any) -> SmallBase:
        """Add a comparison that is printed without values by arm."""
        row = CONTRAST_ROW | {"study_id": study} | changes
        rows = self.contrasts[(study, row["outcome"])]
        rows.append(row | {"contrast_id": f"C-{study}-{len(rows)}"})
        return self

    def trial(self, name: str, one: dict[str, Any], two: dict[str, Any], **changes: Any) -> SmallBase:
        """Add a trial of needling and drug against drug, with one row for each arm."""
        self.study(name, **changes).arm(name, "A", "needling drug-5").arm(name, "B", "drug-5")
        return self.value(name, "A", **one).value(name, "B", **two)

    def harm(self, study: str, arm: str, **changes: Any) -> SmallBase:
        row = {
            "study_id": study, "arm_id": arm, "event": "pain", "events": 0, "n": 20, "n_status": "verified",
            "events_implied": None, "percent": NAN, "counting": "patients", "status": "verified", "pooling": "yes",
        }  # fmt: skip
        row |= changes
        rows = self.harms[(study, row["event"])]
        rows.append(row | {"harm_id": f"H-{study}-{arm}-{len(rows)}"})
        return self

    @property
    def protocol(self) -> Protocol:
        components = (
            Component(id="needling", label="needling", group="needling"),
            Component(id="drug-5", label="drug 5%", group="drug"),
            Component(id="drug-2", label="drug 2%", group="drug"),
            Component(id="prp", label="PRP", group="platelets"),
            Component(id="saline", label="saline", group="vehicle", placebo=True),
        )
        outcomes = (
            Outcome(id="count", label="count", kind="continuous", direction="higher", unit="hairs/cm2"),
            Outcome(id="thickness", label="thickness", kind="continuous", direction="higher", unit="mm"),
            Outcome(id="response", label="response", kind="binary", direction="higher"),
            Outcome(id="pain", label="pain", kind="binary", direction="lower", harm=True),
        )
        return Protocol(
            review=Review(id="r", title="R", question="?"),
            search=Search(database="PubMed", query="x"),
            units={
                name: Unit(id=name, pint=pint)
                for name, pint in {
                    "hairs/cm2": "1 / centimeter ** 2",
                    "hairs/inch2": "1 / inch ** 2",
                    "hairs/field": "",
                    "mm": "millimeter",
                    "um": "micrometer",
                }.items()
            },
            designs={"split-scalp": Design(id="split-scalp", like="split-body")},
            components={item.id: item for item in components},
            outcomes={item.id: item for item in outcomes},
            populations={
                "all": Population(id="all", label="all"),
                "men": Population(id="men", label="men", sexes=("men",)),
            },
            windows={"12w": Window(id="12w", label="12 weeks", low=8, high=16, target=12)},
            comparisons={"addon": self.comparison},
            analyses={"primary": self.analysis},
            syntheses={"s": self.synthesis},
        )

    def rules(self, **changes: Any) -> SmallBase:
        self.analysis = replace(self.analysis, **changes)
        return self

    def asks(self, **changes: Any) -> SmallBase:
        self.synthesis = replace(self.synthesis, **changes)
        return self

    def compares(self, **changes: Any) -> SmallBase:
        self.comparison = replace(self.comparison, **changes)
        return self

    def select(self) -> Any:
        index = Index(
            studies=tuple(self.studies),
            arms=dict(self.arms),
            outcomes=dict(self.outcomes),
            contrasts=dict(self.contrasts),
            harms=dict(self.harms),
            overlaps=dict(self.overlaps),
            spreads=self.spreads,
        )
        return select(index, self.protocol, self.synthesis, self.analysis)

    def reason(self, study: str) -> str:
        """Return why a trial does not enter."""
        return next(entry.reason for entry in self.select().exclusions if entry.study_id == study)


@pytest.fixture
def base() -> SmallBase:
    """Return an empty review about needling added to a drug."""
    return SmallBase()
