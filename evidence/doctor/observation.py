"""What is seen when things are looked at: one observation each, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["GROUPS", "STATES", "Observation", "State", "Step", "looked_at"]

State = Literal["ok", "note", "todo", "broken"]

STATES: tuple[State, ...] = ("ok", "note", "todo", "broken")
"""From nothing to say to what has to be mended before anything works."""

GROUPS = ("installation", "surroundings", "review", "work")
"""In the order in which they are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to do.

    Attributes
    ----------
    command : str
        What to type.
    why : str
        Why, in a few words.
    rank : int
        Lower ones first.
    """

    command: str
    why: str
    rank: int

    def to_dict(self) -> dict[str, str]:
        """Return it as plain values."""
        return {"command": self.command, "why": self.why}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was seen of one thing.

    Attributes
    ----------
    id, group : str
        Which thing, and one of `GROUPS`.
    title : str
        Its name, one or two words.
    state : {"ok", "note", "todo", "broken"}
        Whether it is well; whether one should know something; whether something waits for a person; whether it is
        broken.
    text : str
        What was seen, without a full stop.
    details : tuple of str
        More of it, a line each.
    facts : mapping of str to plain values
        The same for programs.
    steps : tuple of Step
        What to do about it.
    """

    id: str
    group: str
    title: str
    state: State
    text: str
    details: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, without the steps."""
        return {
            "id": self.id,
            "group": self.group,
            "state": self.state,
            "text": self.text,
            "details": list(self.details),
            "facts": dict(self.facts),
        }


def looked_at(name: str, group: str, title: str, look: Callable[[], Observation]) -> Observation:
    """Return what a look gives; where it fails, that it failed, and how.

    Parameters
    ----------
    name, group, title : str
        As in `Observation`.
    look : callable
        The look.

    Examples
    --------
    >>> looked_at("disk", "surroundings", "disk", lambda: 1 / 0).text
    'could not be looked at: ZeroDivisionError: division by zero'
    """
    try:
        return look()
    except Exception as error:  # one look that fails must not hide the others
        lines = str(error).splitlines() or [""]
        said = f"{type(error).__name__}: {lines[0]}".rstrip(": ")
        return Observation(
            id=name,
            group=group,
            title=title,
            state="broken",
            text=f"could not be looked at: {said}",
            details=tuple(line.strip() for line in lines[1:6]),
        )
