"""The rule for claims: from plain facts on the syntheses that a claim lists to one of four verdicts.

The rule knows no tables and no numbers, so that every way through it can be tried. It is written out for readers in
``docs/claims.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["REASONS", "VERDICTS", "Facts", "Role", "Ruling", "Verdict", "decide"]

Verdict = Literal["supported", "contradicted", "uncertain", "untested"]
Role = Literal["compares", "instead", "how-often", "no-side", "beside"]
_SIDED = ("compares", "instead")
VERDICTS: dict[Verdict, str] = {
    "supported": "At least one listed synthesis pools two trials or more in its primary analysis with an interval on "
    "the good side of no effect, and nothing stands against that number; no result of the others lies on the bad side; "
    "every population and every outcome that the claim's syntheses ask about has such a synthesis; and the protocol "
    "names no part of the claim that none of them tests.",
    "contradicted": "At least one listed synthesis pools two trials or more in its primary analysis with an interval "
    "on the bad side of no effect, and nothing stands against that number; no result of the others lies on the good "
    "side.",
    "uncertain": "There is a number, and it allows neither.",
    "untested": "No analysis of any synthesis that tests the claim has a trial that can be used. That does not make it "
    "false.",
}
# Why a verdict is what it is: the first that holds.
REASONS = {
    "nothing-listed": "no synthesis of the review tests it",
    "beside": "its syntheses test something that is given beside the intervention, and no listed one the intervention",
    "nothing-usable": "no trial can be used in any of its syntheses",
    "not-measurable": "the protocol says that no measurement could decide it",
    "both-sides": "one result lies for it and another against it",
    "doubted": "a pooled interval lies on one side, and something stands against that number",
    "partly": "a sound number lies for it, but not for every population or outcome that the claim is tested in, or the "
    "protocol names a part of it that nothing tests",
    "sound": "a sound number lies on one side, and none on the other",
    "across": "trials are pooled, and no interval decides",
    "wider": "only a sensitivity analysis pools trials",
    "single": "there is no more than one usable trial in a comparison",
    "instead": "what can be used sets it against another treatment, which tells neither that it works nor that it does "
    "not",
    "no-side": "its comparisons name no better side",
    "how-often": "trials count how often, without a comparison",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rule has to know of one synthesis that a claim lists.

    Attributes
    ----------
    synthesis : str
        Its id.
    role : {"compares", "instead", "how-often", "no-side", "beside"}
        What it can say of the claim: a comparison with a good and a bad side; one that takes another treatment away;
        a count without a comparison; a comparison that names no better side; or one that tests something given beside
        the intervention.
    population, outcome : str
        What it asks about.
    usable : bool
        Whether any analysis has a trial that can be used.
    pooled : bool
        Whether the primary analysis pools two trials or more.
    wider : bool
        Whether any other analysis does.
    side : {"good", "bad", ""}
        On which side of no effect the pooled interval of the primary analysis lies.
    shown : tuple of str
        The sides on which the intervals of the result shown lie, be it of a sensitivity analysis or of one trial.
    elsewhere : tuple of str
        The sides on which those of its other analyses lie.
    doubts : tuple of str
        What stands against the number; see `evidence.report.claims.DOUBTS`.
    """

    synthesis: str
    role: Role = "compares"
    population: str = ""
    outcome: str = ""
    usable: bool = True
    pooled: bool = False
    wider: bool = False
    side: str = ""
    shown: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def lies(self, side: str) -> bool:
        """Whether any of its results lies on that side."""
        return self.usable and self.role in _SIDED and side in (self.side, *self.shown, *self.elsewhere)

    def decides(self, side: str) -> bool:
        """Whether its primary analysis pools trials with an interval on that side."""
        return self.role == "compares" and self.usable and self.pooled and self.side == side


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A verdict with what led to it.

    Attributes
    ----------
    verdict : {"supported", "contradicted", "uncertain", "untested"}
        See `VERDICTS`.
    reason : str
        See `REASONS`.
    good, bad : tuple of str
        Syntheses of which a result lies for the claim, and against it.
    sound : tuple of str
        Syntheses whose primary interval lies on the side of the verdict with nothing against it.
    doubts : tuple of str
        What stands against the others that lie there.
    uncovered : tuple of (str, str)
        What has no sound number: ``("population", id)``, ``("outcome", id)``, or ``("part", words)`` for a part of the
        claim that the protocol calls untested.
    """

    verdict: Verdict
    reason: str
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    sound: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    uncovered: tuple[tuple[str, str], ...] = ()


def decide(facts: Sequence[Facts], *, measurable: bool = True, untested: str = "") -> Ruling:
    """Return the verdict on a claim.

    A doubt can only take a verdict away: it turns ``supported`` and ``contradicted`` into ``uncertain`` and nothing
    into either. A result against a claim bars ``supported`` however doubtful it is, and the other way round.

    Parameters
    ----------
    facts : sequence of Facts
        One for each synthesis that the claim lists.
    measurable : bool
        Whether a measurement could decide the claim at all.
    untested : str
        What of the claim none of its syntheses tests; with it, the claim is not supported.

    Examples
    --------
    >>> sound = Facts(synthesis="pain", pooled=True, side="good", shown=("good",))
    >>> decide([sound]).verdict
    'supported'
    >>> decide([sound, Facts(synthesis="sleep", shown=("bad",))]).reason
    'both-sides'
    """
    testing = [entry for entry in facts if entry.role != "beside"]
    good = tuple(entry.synthesis for entry in testing if entry.lies("good"))
    bad = tuple(entry.synthesis for entry in testing if entry.lies("bad"))
    if not any(entry.usable for entry in testing):
        return Ruling(verdict="untested", reason=_untested(facts, testing))
    if not measurable:
        return Ruling(verdict="uncertain", reason="not-measurable", good=good, bad=bad)
    deciding = [side for side in ("good", "bad") if any(entry.decides(side) for entry in testing)]
    if not deciding:
        return Ruling(verdict="uncertain", reason=_undecided(testing), good=good, bad=bad)
    if good and bad:
        return Ruling(verdict="uncertain", reason="both-sides", good=good, bad=bad)
    return _one_side(testing, deciding[0], good=good, bad=bad, untested=untested)


def _untested(facts: Sequence[Facts], testing: Sequence[Facts]) -> str:
    if not facts:
        return "nothing-listed"
    return "nothing-usable" if testing else "beside"


def _one_side(
    testing: Sequence[Facts], side: str, *, good: tuple[str, ...], bad: tuple[str, ...], untested: str
) -> Ruling:
    """Return the verdict where results lie on one side only and the primary analysis of one pools trials."""
    lying = [entry for entry in testing if entry.decides(side)]
    sound = [entry for entry in lying if not entry.doubts]
    doubts = tuple(dict.fromkeys(doubt for entry in lying for doubt in entry.doubts))
    names = tuple(entry.synthesis for entry in sound)
    if not sound:
        return Ruling(verdict="uncertain", reason="doubted", good=good, bad=bad, doubts=doubts)
    if side == "bad":
        return Ruling(verdict="contradicted", reason="sound", good=good, bad=bad, sound=names, doubts=doubts)
    uncovered = (*_uncovered(testing, sound), *([("part", untested)] if untested else []))
    verdict: Verdict = "uncertain" if uncovered else "supported"
    reason = "partly" if uncovered else "sound"
    return Ruling(verdict=verdict, reason=reason, good=good, bad=bad, sound=names, doubts=doubts, uncovered=uncovered)


def _uncovered(testing: Sequence[Facts], sound: Sequence[Facts]) -> Iterable[tuple[str, str]]:
    for kind in ("population", "outcome"):
        asked = dict.fromkeys(getattr(entry, kind) for entry in testing)
        held = {getattr(entry, kind) for entry in sound}
        yield from ((kind, name) for name in asked if name not in held)


def _undecided(testing: Sequence[Facts]) -> str:
    """Return the nearest that the syntheses come to deciding."""
    comparing = [entry for entry in testing if entry.role == "compares" and entry.usable]
    if any(entry.pooled for entry in comparing):
        return "across"
    if comparing:
        return "wider" if any(entry.wider for entry in comparing) else "single"
    if any(entry.role == "instead" and entry.usable for entry in testing):
        return "instead"
    return "no-side" if any(entry.role == "no-side" and entry.usable for entry in testing) else "how-often"
