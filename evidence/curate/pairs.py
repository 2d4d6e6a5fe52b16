"""The pairs of arms of a trial that make a comparison, the intervention first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .compare import active, matches
from .index import present

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..protocol import Comparison, Component
    from .index import Row

__all__ = ["ArmPair", "arm_pairs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPair:
    """Two arms of one trial, as rows of the arms table, and what both of them received."""

    one: Row
    two: Row
    background: str

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the two arms."""
        return frozenset((self.one["arm_id"], self.two["arm_id"]))


def arm_pairs(arms: list[Row], comparison: Comparison, known: Mapping[str, Component]) -> list[ArmPair]:
    """Return the pairs of arms that make the comparison.

    Parameters
    ----------
    arms : list of Row
        The arms of one trial, components as tuples.
    comparison : Comparison
        Of any kind but ``single-arm``.
    known : mapping
        The protocol's components by id.
    """
    if comparison.kind == "attribute":
        arms = _extremes(arms, comparison.attribute)
    return [
        ArmPair(one=one, two=two, background=_background(one, two, known))
        for one in arms
        for two in arms
        if one["arm_id"] != two["arm_id"]
        and matches(one["components"], two["components"], comparison, known)
        and _differ(one, two, comparison.attribute)
    ]


def _background(one: Row, two: Row, known: Mapping[str, Component]) -> str:
    """Return what both arms received, in words."""
    shared = active(one["components"], known) & active(two["components"], known)
    return " + ".join(sorted(known[name].label for name in shared)) or "nothing"


def _extremes(arms: list[Row], attribute: str) -> list[Row]:
    """Return the arms with the largest and the smallest value of an attribute, for each set of components.

    Of three depths the deepest is compared with the shallowest; the one between would count its neighbours twice.
    """
    kept: list[Row] = []
    known = [arm for arm in arms if present(arm[attribute])]
    for components in dict.fromkeys(tuple(sorted(arm["components"])) for arm in known):
        alike = [arm for arm in known if tuple(sorted(arm["components"])) == components]
        ends = (max(arm[attribute] for arm in alike), min(arm[attribute] for arm in alike))
        kept += [arm for arm in alike if arm[attribute] in ends]
    return kept


def _differ(one: Mapping[str, Any], two: Mapping[str, Any], attribute: str) -> bool:
    """Whether arms differ in `attribute`, the larger (or later in the alphabet) coming first."""
    if not attribute:
        return True
    first, second = one[attribute], two[attribute]
    return present(first) and present(second) and bool(first > second)
