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
from .protocol_parts import Claim, Component, Outcome, Population, Review, Search, Window
from .tables.topic import (
    BUILT_IN,
    PAIRED_DESIGNS,
    Condition,
    Design,
    ExtraColumn,
    Threshold,
    Unit,
    review_tables,
    with_built_in,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from .tables.schema import Table

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

# What an analysis admits where it does not say: arithmetic, and the variances of designs that need no further reading.
_USUAL = ("combine-arms", "split-control", "paired", "unit", "n-from-elsewhere", "se-to-sd", "ci-to-sd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Which arms are compared, as a difference of component sets.

    Attributes
    ----------
    id : str
        The name by which a synthesis asks for it.
    label : str
        As people write it.
    question : str
        What it asks, as a whole sentence.
    kind : str
        ``difference`` (arms differ by exactly `add` against `remove`), ``bundle`` (the first arm adds at least two
        components), ``attribute`` (same components, another `attribute`) or ``single-arm``.
    add : tuple of str
        Components that only the first arm has; ``group:NAME`` stands for one component of a group.
    remove : tuple of str
        Components that only the second arm has; ``group:NAME`` stands for one component of a group.
    background : tuple of str
        Components or groups that both arms must have.
    background_only : bool
        Nothing else may stand in the background; with an empty `background`, nothing at all.
    attribute : str
        The column of arms by which the arms differ (``sessions``, ``device``, or one of the review's own).
    excludes : tuple of str
        Components that neither difference may contain.
    control : tuple of str
        For a bundle: the only components or groups that the control arm may have.
    arm_1 : str
        What the first arm is called in figures and tables.
    arm_2 : str
        What the second arm is called there.
    admits : tuple of str
        Values of `eligibility` that this comparison lets in beyond those of the analysis (single arms, for harms).
    tests_intervention : bool
        Whether it tests the review's intervention itself, and not something given beside it.
    note : str
        What a reader must know of it.
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
    tests_intervention: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The rules by which rows enter: the primary analysis, or a sensitivity analysis that widens it.

    Attributes
    ----------
    id : str
        The name by which commands ask for it, as ``--analysis NAME``.
    label : str
        Its rules in words, as results say them.
    primary : bool
        Whether it is the analysis that is reported first; exactly one is.
    single_arm_label : str
        The label where single arms are counted, for which allocation plays no part.
    eligibility : tuple of str
        Which trials are let in, by the column ``eligibility`` of the studies.
    randomised : tuple of str
        Which trials are let in, by the column ``randomised`` of the studies.
    statuses : tuple of str
        Which reported values are let in, by the column ``status`` of the outcomes.
    n_statuses : tuple of str
        Which numbers of people are let in, by the column ``n_status`` of the outcomes.
    pooling : tuple of str
        Which rows are let in, by the extractor's judgement in the column ``pooling``.
    derivations : tuple of str
        What may be done to a reported value before it enters (`evidence.vocabulary.Derivation`); a printed count, mean
        or SD needs none.
    unstated_time : bool
        Whether a result whose time is not stated may enter a window.
    correlation : float
        The correlation between the sides of the same people, and between baseline and final values, where none is
        reported.
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
    derivations: tuple[str, ...] = _USUAL
    unstated_time: bool = False
    correlation: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """One question that is answered with one number, or with the reason why not.

    Attributes
    ----------
    id : str
        Its name in commands, results and files: letters, digits, points, hyphens and underscores.
    label : str
        As people write it.
    comparison : str
        Which arms are compared.
    outcome : str
        What is measured.
    population : str
        In whom.
    window : str
        When; empty admits any time.
    measure : str
        The effect size.
    value_types : tuple of str
        Kinds of value that may enter, in order of preference; they are never mixed unless `mix_values`.
    thresholds : tuple of str
        For responders: thresholds that may enter, in order of preference; empty admits any.
    units : tuple of str
        Units that may enter as they are; others must convert to the outcome's unit. ``any`` for standardised measures.
    mix_values : bool
        Whether values of several kinds may be pooled with one another.
    tau2 : str
        The estimator of τ², the variance between the trials.
    test : str
        How the pooled effect is tested, and its interval made.
    level : float
        The level of the interval.
    add : float
        What is added to each cell of a two-by-two table that has a zero among its cells.
    exclude : tuple of str
        Trials that are left out by name; results say so.
    derivations : tuple of str
        Where set, the derivations that this synthesis's primary analysis admits instead of its usual ones.
    alternatives : tuple of str
        Further outcomes, in order of preference, each used for a trial only where it lacks those before it, and only if
        the derivation ``other-measure`` is admitted.
    multi_arm : str
        What keeps a shared control from counting twice: ``combine`` the arms that match, or ``split`` the control.
    subgroup : str
        Column of the studies table by which the result is shown apart, or ``background`` for what both arms received.
    note : str
        What a reader must know of it; the report shows it.
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
    derivations: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    note: str = ""

    def admitted(self, analysis: Analysis) -> tuple[str, ...]:
        """Return the derivations that this synthesis admits under an analysis.

        The synthesis's own list, where it has one, replaces that of the primary analysis and is added to that of the
        others, lest a wider analysis know less than the primary one.
        """
        if analysis.primary:
            return self.derivations or analysis.derivations
        return tuple(dict.fromkeys((*analysis.derivations, *self.derivations)))


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
    units: Mapping[str, Unit] = field(default_factory=dict)
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    designs: Mapping[str, Design] = field(default_factory=dict)
    columns: Mapping[str, ExtraColumn] = field(default_factory=dict)

    @property
    def primary(self) -> Analysis:
        """The primary analysis."""
        return next(analysis for analysis in self.analyses.values() if analysis.primary)

    @property
    def vocabularies(self) -> dict[str, Collection[str]]:
        """The ids that tables may use, by part, with those that every review has.

        ``judged`` is what bias may be judged for; ``designs`` maps each design to the general one that it is like, and
        ``columns`` each column of the review's own to its declaration.
        """
        return {
            "components": tuple(self.components),
            "outcomes": tuple(self.outcomes),
            "claims": tuple(self.claims),
            "syntheses": tuple(self.syntheses),
            "analyses": tuple(self.analyses),
            "judged": ("all", *self.outcomes),
            "units": with_built_in("units", self.units),
            "thresholds": with_built_in("thresholds", self.thresholds),
            "conditions": with_built_in("conditions", self.conditions),
            "designs": {name: name for name in with_built_in("designs")}
            | {name: entry.like for name, entry in self.designs.items()},
            "columns": dict(self.columns),
        }

    @property
    def tables(self) -> dict[str, Table]:
        """The tables of this review: the declared ones with its vocabularies and its own columns."""
        return review_tables(self.vocabularies)

    @property
    def paired_designs(self) -> tuple[str, ...]:
        """The designs in which the arms are the same people."""
        own = (name for name, entry in self.designs.items() if entry.like in PAIRED_DESIGNS)
        return (*PAIRED_DESIGNS, *own)

    @property
    def pint_units(self) -> dict[str, str]:
        """Unit → what it is in terms that pint knows, for the units that can be converted."""
        return {name: unit.pint for name, unit in self.units.items() if unit.pint}

    @property
    def words(self) -> dict[str, list[tuple[str, str]]]:
        """The review's own units, thresholds, conditions and designs: each id with its label."""
        return {part: [(name, self.label_of(part, name)) for name in getattr(self, part)] for part in BUILT_IN}

    def label_of(self, part: str, name: str) -> str:
        """Return a unit, threshold, condition or design as people write it; a name that is not declared as it is.

        Examples
        --------
        >>> protocol = Protocol(
        ...     review=Review(id="r", title="R", question="?"),
        ...     search=Search(database="PubMed", query="x"),
        ...     units={"um": Unit(id="um", label="µm")},
        ... )
        >>> protocol.label_of("units", "um"), protocol.label_of("units", "percent-of-baseline")
        ('µm', '% of baseline')
        """
        declared = getattr(self, part)
        entry = declared.get(name) or next((known for known in BUILT_IN[part] if known.id == name), None)
        return (entry.label if entry else "") or name

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
    "units": Unit,
    "thresholds": Threshold,
    "conditions": Condition,
    "designs": Design,
    "columns": ExtraColumn,
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
        review=Review(**_frozen(data["review"])),
        search=Search(**_frozen(data["search"])),
        **{part: {item["id"]: shape(**_frozen(item)) for item in data.get(part, [])} for part, shape in _PARTS.items()},
    )


def _frozen(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return `item` with its lists as tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}
