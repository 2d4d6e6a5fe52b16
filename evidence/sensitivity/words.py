"""What the verdicts say: what moves, per analysis and in one sentence per synthesis."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .conclusion import Conclusion
    from .variation import Variation

__all__ = ["conclusion_words", "listed", "overall_words", "variation_words"]

_KINDS = {
    "declared": ("rules for what enters", "other set of rules", "other sets of rules"),
    "derivation": ("derivations admitted", "further derivation", "further derivations"),
    "correlation": ("correlation assumed", "other correlation", "other correlations"),
    "model": ("model", "other model", "other models"),
    "left-out": ("single trials", "trial left out", "trials left out in turn"),
}
_MOST = 3


def variation_words(variation: Variation, reference: Conclusion | None) -> str:
    """Return what one verdict says in a few words."""
    plain = {
        "reference": "the reference: the result shown",
        "same-numbers": f"the very same numbers as {variation.same_as}",
        "no-number": "no single number to compare",
        "not-judged": "not judged: there is no null value, or nothing to compare with",
        "agrees": "same conclusion",
    }
    if variation.verdict in plain:
        return plain[variation.verdict]
    if variation.conclusion is None or reference is None:
        return ""
    said = _moves(variation.moved, variation.conclusion)
    if variation.verdict == "one-trial":
        return f"not counted: one trial, not a synthesis; its {_interval(variation.conclusion)}"
    if variation.verdict == "apart":
        other = f"there {said}" if said else "with the same conclusion"
        return f"other trials altogether, {other}; not a variation of this result"
    return said


def conclusion_words(conclusion: Conclusion) -> str:
    """Return what a number concludes, in a few words.

    Examples
    --------
    >>> from evidence.sensitivity import conclude
    >>> conclusion_words(conclude(0.6, -0.1, 1.3))
    'the estimate lies above the null and its interval includes the null'
    """
    side = "at" if conclusion.direction == "none" else conclusion.direction
    size = {
        "beyond": " by the minimal important difference or more",
        "within": " by less than the minimal important difference",
    }
    how_far = "" if conclusion.direction == "none" else size.get(conclusion.size, "")
    return f"the estimate lies {side} the null{how_far} and its {_interval(conclusion)}"


def _interval(conclusion: Conclusion) -> str:
    words = {"across": "includes the null", "none": "cannot be given"}
    return f"interval {words.get(conclusion.interval, 'excludes the null')}"


def _moves(parts: Sequence[str], now: Conclusion) -> str:
    """Return what moved; a change of the interval alone is said to be one."""
    said = []
    if "direction" in parts:
        side = {"none": "comes to lie at the null", "above": "changes sides, to above the null"}
        said.append(f"the estimate {side.get(now.direction, 'changes sides, to below the null')}")
    if "interval" in parts:
        words = {"across": "comes to include the null", "none": "cannot be given"}
        said.append(f"the interval {words.get(now.interval, 'comes to exclude the null')}")
    if "size" in parts:
        verb = "reaches" if now.size == "beyond" else "falls short of"
        said.append(f"the estimate {verb} the minimal important difference")
    if parts == ("interval",):
        said[0] += ", the estimate keeps its side"
    return " and ".join(said)


def overall_words(variations: Sequence[Variation]) -> str:
    """Return what the conclusion is robust to and what it depends on, in one sentence without a head.

    Parameters
    ----------
    variations : sequence of Variation
        Those that count: with a number of their own, of trials that the reference shares.
    """
    changing = [entry for entry in variations if entry.verdict == "moves"]
    steady = [entry for entry in variations if entry.verdict == "agrees"]
    if not changing:
        return f"robust to {_counted(steady)}"
    depends = "; ".join(_dependence(kind, changing, variations) for kind in _KINDS if _of(kind, changing))
    text = f"depends on {depends}"
    return f"{text}; robust to {_counted(steady)}" if steady else text


def _of(kind: str, entries: Iterable[Variation]) -> list[Variation]:
    return [entry for entry in entries if entry.kind == kind]


def _counted(entries: Sequence[Variation]) -> str:
    parts = []
    for kind, (_, one, many) in _KINDS.items():
        count = len(_of(kind, entries))
        if count:
            parts.append(f"{count} {one if count == 1 else many}")
    return listed(parts)


def _dependence(kind: str, changing: Sequence[Variation], everything: Sequence[Variation]) -> str:
    """Return a kind of choice with the analyses that move the conclusion, grouped by what moves."""
    groups: dict[str, list[str]] = {}
    for entry in _of(kind, changing):
        if entry.conclusion is not None:
            groups.setdefault(_moves(entry.moved, entry.conclusion), []).append(entry.id)
    told = "; ".join(f"{_some(names)}: {what}" for what, names in groups.items())
    total, moving = len(_of(kind, everything)), len(_of(kind, changing))
    share = f", {moving} of {total}" if total > 1 else ""
    return f"the {_KINDS[kind][0]}{share} ({told})"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST
    return listed(names) if more < 1 else f"{', '.join(names[:_MOST])} and {more} more"


def listed(parts: Sequence[str]) -> str:
    """Return parts as a list in a sentence.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
