"""What takes part in a benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Contender", "watched"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to do a job.

    Attributes
    ----------
    call : callable
        Does the job once.
    numbers : callable
        Does it and returns the numbers that all contenders must agree on; names are shared, not all need be there.
    scale : float
        Seconds of one call times this is what is reported: 1/10,000 for a call that makes 10,000 fits and is reported
        per fit; 2²⁰/2000 where 2000 subsets stand for all.
    note : str
        What it leaves out, or does more, or how it was scaled.
    """

    call: Callable[[], object]
    numbers: Callable[[], Mapping[str, Any]]
    scale: float = 1.0
    note: str = ""


def watched(
    call: Callable[[], Any], read: Callable[[Any], Mapping[str, Any]], *, scale: float = 1.0, note: str = ""
) -> Contender:
    """Return a contender whose numbers are read from what its timed call returns."""
    return Contender(call=call, numbers=lambda: read(call()), scale=scale, note=note)
