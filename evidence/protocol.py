"""The question as data: what a review asks, declared in one TOML file.

A protocol names the components that arms are made of, the outcomes, the populations, the comparisons (differences of
component sets), the syntheses (comparison × outcome × population, with a measure and a window of time), the analyses
(one primary set of rules, and the sensitivity analyses that widen it by name), and the popular claims with the
syntheses that test them. Another review needs another protocol and other tables, not other code.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import ProjectError, ProtocolError, UnknownIdError
from .protocol_check import check_protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "Analysis",
    "Claim",
    "Comparison",
    "Component",
    "Outcome",
    "Population",
    "Protocol",
    "Review",
    "Search",
    "Synthesis",
    "Window",
    "load_protocol",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the review is: its id, title and question, its headline synthesis, what must be said of all its numbers."""

    id: str
    title: str
    question: str
    headline: str = ""
    caveat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Where and how to search, and the PMIDs that a sound search must find."""

    database: str
    query: str
    known_items: tuple[str, ...] = ()
    unverified_items: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A thing that an arm may receive. `placebo` components are ignored in differences."""

    id: str
    label: str
    group: str
    placebo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is measured: which way is better, in which unit it is pooled, which difference matters."""

    id: str
    label: str
    kind: str
    direction: str
    unit: str = ""
    mid: float | None = None
    mid_source: str = ""
    harm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Who: conditions and sexes as in the studies table; an empty tuple asks for nothing."""

    id: str
    label: str
    conditions: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window of time, in weeks, both ends inclusive; of several read-outs the one nearest to `target` is taken."""

    id: str
    label: str
    low: float
    high: float
    target: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Which arms are compared, as a difference of component sets.

    Attributes
    ----------
    kind : str
        ``difference`` (arms differ by exactly `add` against `remove`), ``bundle`` (the needled arm adds at least two
        components), ``attribute`` (same components, another `attribute`) or ``single-arm``.
    add, remove : tuple of str
        Components that only the first, only the second arm has; ``group:NAME`` stands for one component of a group.
    background : tuple of str
        Components or groups that both arms must have.
    background_only : bool
        Nothing else may stand in the background; with an empty `background`, nothing at all.
    attribute : str
        The column of arms by which the arms differ (``depth_mm``, ``device``).
    excludes : tuple of str
        Components that neither difference may contain.
    control : tuple of str
        For a bundle: the only components or groups that the control arm may have.
    admits : tuple of str
        Values of `eligibility` that this comparison lets in beyond those of the analysis (single arms, for harms).
    """

    id: str
    label: str
    question: str
    kind: str = "difference"
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    background_only: bool = False
    attribute: str = ""
    excludes: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    arm_1: str = "intervention"
    arm_2: str = "control"
    admits: tuple[str, ...] = ()
    tests_needling: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The rules by which rows enter: the primary analysis, or a sensitivity analysis that widens it.

    Attributes
    ----------
    single_arm_label : str
        The label where single arms are counted, for which allocation plays no part.
    eligibility, randomised, statuses, n_statuses, pooling : tuple of str
        Values of the studies and outcomes tables that are let in.
    counts : tuple of str
        ``printed``, and ``implied`` for the only count that a printed percentage allows.
    dispersion : tuple of str
        ``sd``, ``se``, ``ci``, and ``presumed-sd`` for an unlabelled ± read as an SD.
    unstated_time : bool
        Whether a result whose time is not stated may enter a window.
    correlation : float
        The correlation between the sides of one scalp, where none is reported.
    """

    id: str
    label: str
    single_arm_label: str = ""
    primary: bool = False
    eligibility: tuple[str, ...] = ("included", "numbers-missing")
    randomised: tuple[str, ...] = ("yes",)
    statuses: tuple[str, ...] = ("verified",)
    n_statuses: tuple[str, ...] = ("verified",)
    pooling: tuple[str, ...] = ("yes", "caveat")
    counts: tuple[str, ...] = ("printed",)
    dispersion: tuple[str, ...] = ("sd", "se", "ci")
    unstated_time: bool = False
    correlation: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """One question that is answered with one number, or with the reason why not.

    Attributes
    ----------
    value_types : tuple of str
        Kinds of value that may enter, in order of preference; they are never mixed unless `mix_values`.
    thresholds : tuple of str
        For responders: thresholds that may enter, in order of preference; empty admits any.
    units : tuple of str
        Units that may enter as they are; others must convert to the outcome's unit. ``any`` for standardised measures.
    multi_arm : str
        What keeps a shared control from counting twice: ``combine`` the arms that match, or ``split`` the control.
    subgroup : str
        Column of the studies table by which the result is shown apart, or ``background`` for what both arms received.
    """

    id: str
    label: str
    comparison: str
    outcome: str
    population: str
    measure: str
    window: str = ""
    value_types: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    mix_values: bool = False
    tau2: str = "REML"
    test: str = "hksj"
    level: float = 0.95
    add: float = 0.5
    multi_arm: str = "combine"
    subgroup: str = ""
    exclude: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A popular claim, in our words, with the syntheses that test it.

    A claim that is not `measurable` is never supported or contradicted, whatever its syntheses say.
    """

    id: str
    claim: str
    syntheses: tuple[str, ...] = ()
    measurable: bool = True
    from_article: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A whole protocol. Every part is found by its id."""

    review: Review
    search: Search
    components: Mapping[str, Component] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    populations: Mapping[str, Population] = field(default_factory=dict)
    windows: Mapping[str, Window] = field(default_factory=dict)
    comparisons: Mapping[str, Comparison] = field(default_factory=dict)
    analyses: Mapping[str, Analysis] = field(default_factory=dict)
    syntheses: Mapping[str, Synthesis] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)

    @property
    def primary(self) -> Analysis:
        """The primary analysis."""
        return next(analysis for analysis in self.analyses.values() if analysis.primary)

    @property
    def vocabularies(self) -> dict[str, tuple[str, ...]]:
        """The ids that tables may use: components, outcomes, claims, syntheses, and what bias may be judged for."""
        return {
            "components": tuple(self.components),
            "outcomes": tuple(self.outcomes),
            "claims": tuple(self.claims),
            "syntheses": tuple(self.syntheses),
            "judged": ("all", *self.outcomes),
        }

    def synthesis(self, name: str) -> Synthesis:
        """Return the synthesis called `name`; raises UnknownIdError with near names."""
        try:
            return self.syntheses[name]
        except KeyError:
            raise UnknownIdError("synthesis", name, self.syntheses) from None

    def analysis(self, name: str) -> Analysis:
        """Return the analysis called `name`; raises UnknownIdError with near names."""
        try:
            return self.analyses[name]
        except KeyError:
            raise UnknownIdError("analysis", name, self.analyses) from None


_PARTS: dict[str, Any] = {
    "components": Component,
    "outcomes": Outcome,
    "populations": Population,
    "windows": Window,
    "comparisons": Comparison,
    "analyses": Analysis,
    "syntheses": Synthesis,
    "claims": Claim,
}


def load_protocol(path: Path) -> Protocol:
    """Read and check a protocol.

    Parameters
    ----------
    path : Path
        The ``protocol.toml`` of a project.

    Raises
    ------
    ProjectError
        If there is no such file.
    ProtocolError
        With every fault at once: unknown ids, doubled ids, unknown keys, missing keys, values that are not allowed.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ProjectError(f"there is no protocol {path}") from None
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(f"{path.name} is not readable as TOML: {error}") from None
    shapes = {"review": Review, "search": Search, **_PARTS}
    problems = check_protocol(data, shapes)
    if problems:
        raise ProtocolError(f"{path.name} has {len(problems)} fault{'s' * (len(problems) > 1)}:", problems)
    return Protocol(
        review=Review(**data["review"]),
        search=Search(**_frozen(data["search"])),
        **{part: {item["id"]: shape(**_frozen(item)) for item in data.get(part, [])} for part, shape in _PARTS.items()},
    )


def _frozen(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return `item` with its lists as tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}
