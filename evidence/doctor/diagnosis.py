"""Everything that was looked at, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .observation import STATES

if TYPE_CHECKING:
    from .observation import Observation, State, Step

__all__ = ["Diagnosis"]

_MOST_STEPS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """How things stand.

    Attributes
    ----------
    observations : tuple of Observation
        What was seen, in the order in which it is told.
    """

    observations: tuple[Observation, ...]

    @property
    def state(self) -> State:
        """The worst state of any observation."""
        return max((seen.state for seen in self.observations), key=STATES.index, default="ok")

    @property
    def broken(self) -> bool:
        """Whether something has to be mended before anything works."""
        return self.state == "broken"

    @property
    def steps(self) -> tuple[Step, ...]:
        """What to do next, the first thing first; only mending while something is broken."""
        seen = [entry for entry in self.observations if not self.broken or entry.state == "broken"]
        ordered = sorted((step for entry in seen for step in entry.steps), key=lambda step: step.rank)
        first: dict[str, Step] = {}
        for step in ordered:  # one command may answer several needs; the most pressing says where it stands and why
            first.setdefault(step.command, step)
        return tuple(first.values())[:_MOST_STEPS]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values; docs/evidence-doctor.schema.json says which."""
        return {
            "state": self.state,
            "observations": [seen.to_dict() for seen in self.observations],
            "next": [step.to_dict() for step in self.steps],
        }
