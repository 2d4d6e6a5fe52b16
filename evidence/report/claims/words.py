"""What a verdict rests on and what would change it, in sentences; each says no more than the ruling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..wording import capital, plural
from .doubts import DOUBTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...protocol import Protocol
    from .rule import Facts, Ruling
    from .shown import ClaimTest

__all__ = ["basis_of", "needed_for"]

_MOST = 3
_TWO_TRIALS = "at least two trials that the primary rules admit, in one of its syntheses"
_NEEDED = {
    "nothing-listed": "a synthesis in the protocol that tests it",
    "beside": "a synthesis of a comparison that tests the intervention itself",
    "nothing-usable": "a trial of a listed comparison whose report gives numbers that can be used",
    "not-measurable": "a wording that a measurement could decide",
    "both-sides": "trials that tell why one result lies for it and another against it",
    "across": "more trials or people, until an interval leaves no effect to one side",
    "wider": _TWO_TRIALS,
    "single": _TWO_TRIALS,
    "instead": "a comparison in which both groups have the same treatment beside it",
    "no-side": "a comparison with a better and a worse side, declared in the protocol",
    "how-often": "a comparison with people who were not given it; counts alone, be they zero, show no safety",
}


def basis_of(ruling: Ruling, facts: Sequence[Facts], tests: Sequence[ClaimTest], protocol: Protocol | None) -> str:
    """Return what the verdict rests on.

    Parameters
    ----------
    ruling : Ruling
        What the rule said.
    facts : sequence of Facts
        What it knew.
    tests : sequence of ClaimTest
        What each synthesis shows.
    protocol : Protocol or None
        Where populations and outcomes have their labels; None for a claim without syntheses.
    """
    total = len(facts)
    where = "against" if any(entry.decides("bad") for entry in facts) else "for"
    plain = {
        "nothing-listed": "No synthesis of this review tests it.",
        "beside": "None of its syntheses tests the intervention itself.",
        "nothing-usable": f"No trial can be used in {'its one synthesis' if total == 1 else _any_of(facts)}.",
        "not-measurable": "No measurement could decide it; its syntheses show what it would rest on.",
        "across": f"Trials are pooled in the primary analysis of {_of(_pooled(facts), total)}, and no interval decides "
        "it.",
        "wider": f"No primary analysis pools trials; sensitivity analyses do in {_of(_wider(facts), total)}.",
        "single": f"There is no more than a single usable trial, in {_of(_usable(facts, 'compares'), total)}.",
        "instead": f"Trials can be used only against another treatment, in {_of(_usable(facts, 'instead'), total)}; to "
        "be better or worse than that tells neither that it works nor that it does not.",
        "no-side": "Its comparisons set one form of the intervention beside another and name no better side.",
    }
    if ruling.reason in plain:
        return plain[ruling.reason]
    if ruling.reason == "how-often":
        return _counts(facts, tests)
    if ruling.reason == "both-sides":
        return f"Results of {_of(len(ruling.good), total)} lie for it, and of {_of(len(ruling.bad), total)} against it."
    lying = [entry for entry in facts if entry.decides("good") or entry.decides("bad")]
    start = f"The primary analysis of {_of(len(lying), total)} pools at least two trials with an interval that lies"
    if ruling.reason == "doubted":
        return f"{start} {where} it, but {_list([DOUBTS[doubt].said for doubt in ruling.doubts])}."
    sound = f"{start} {where} it; nothing stands against {_it(len(ruling.sound), len(lying))}"
    if ruling.reason == "partly":
        return f"{sound}, but there is no such number for {_list(_labels(ruling, protocol))}."
    return f"{sound}, and none lies on the other side."


def needed_for(ruling: Ruling, tests: Sequence[ClaimTest], protocol: Protocol | None) -> tuple[str, ...]:
    """Return what would be needed for a verdict that decides, as sentences; nothing where there is one."""
    if ruling.reason == "sound":
        return ()
    if ruling.reason == "doubted":
        return tuple(f"{capital(DOUBTS[doubt].needed)}." for doubt in ruling.doubts)
    if ruling.reason == "partly":
        return (f"The same for {_list(_labels(ruling, protocol))}.",)
    text = f"{capital(_NEEDED[ruling.reason])}."
    known = [entry.known for entry in tests if entry.role != "beside"]
    if ruling.reason == "nothing-usable" and max(known):
        least = "" if len(known) == 1 else "at least "
        makes = "makes" if max(known) == 1 else "make"
        text = (
            f"{text[:-1]}: {least}{plural(max(known), 'trial')} {makes} one, and none gives a number that answers it."
        )
    return (text,)


def _list(parts: Sequence[str]) -> str:
    from ...sensitivity.words import listed

    return listed(parts)


def _of(count: int, total: int) -> str:
    return "its one synthesis" if total == 1 else f"{count} of its {total} syntheses"


def _any_of(facts: Sequence[Facts]) -> str:
    testing = sum(entry.role != "beside" for entry in facts)
    return f"any of the {testing} that test it" if testing < len(facts) else f"any of its {testing} syntheses"


def _it(sound: int, lying: int) -> str:
    return "it" if lying == 1 else "them" if sound == lying else f"{sound} of them"


def _pooled(facts: Sequence[Facts]) -> int:
    return sum(entry.pooled for entry in facts if entry.role == "compares")


def _wider(facts: Sequence[Facts]) -> int:
    return sum(entry.wider for entry in facts if entry.role == "compares")


def _usable(facts: Sequence[Facts], role: str) -> int:
    return sum(entry.usable for entry in facts if entry.role == role)


def _counts(facts: Sequence[Facts], tests: Sequence[ClaimTest]) -> str:
    """Return what counts without a comparison leave possible: upper limits, not how often it was seen."""
    counting = _usable(facts, "how-often")
    text = f"Trials count how often in {_of(counting, len(facts))}; without a comparison that decides nothing."
    counted = sorted((entry for entry in tests if entry.possible), key=lambda entry: -entry.at_most)
    told = [
        f"{entry.outcome} {entry.possible}{'' if entry.primary else ' (sensitivity analysis)'}" for entry in counted
    ]
    if not told:
        return text
    more = len(told) - _MOST
    some = told if more < 1 else [*told[:_MOST], f"{more} more"]
    return f"{text} The counts leave possible up to: {_list(some)}."


def _labels(ruling: Ruling, protocol: Protocol | None) -> list[str]:
    if protocol is None:
        return [name for _, name in ruling.uncovered]
    parts = {"population": protocol.populations, "outcome": protocol.outcomes}
    return [getattr(parts.get(kind, {}).get(name), "label", name) for kind, name in ruling.uncovered]
