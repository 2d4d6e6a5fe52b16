"""Which arms are compared: a comparison is a difference of component sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ..protocol import Comparison, Component

__all__ = ["active", "holds", "matches"]


def active(components: Collection[str], known: Mapping[str, Component]) -> frozenset[str]:
    """Return the components without placebos, which are ignored in differences."""
    return frozenset(name for name in components if not known[name].placebo)


def _fits(name: str, pattern: str, known: Mapping[str, Component]) -> bool:
    """Whether the component `name` is the one, or of the group, that `pattern` names."""
    return known[name].group == pattern.removeprefix("group:") if pattern.startswith("group:") else name == pattern


def _exactly(names: frozenset[str], patterns: Collection[str], known: Mapping[str, Component]) -> bool:
    """Whether `names` and `patterns` pair off one to one; plain names are paired before groups."""
    left = set(names)
    for pattern in sorted(patterns, key=lambda entry: entry.startswith("group:")):
        found = next((name for name in sorted(left) if _fits(name, pattern, known)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _only(names: frozenset[str], patterns: Collection[str], known: Mapping[str, Component]) -> bool:
    return all(any(_fits(name, pattern, known) for pattern in patterns) for name in names)


def _background_holds(shared: frozenset[str], comparison: Comparison, known: Mapping[str, Component]) -> bool:
    wanted = all(any(_fits(name, pattern, known) for name in shared) for pattern in comparison.background)
    return wanted and (not comparison.background_only or _only(shared, comparison.background, known))


def matches(
    first: Collection[str],
    second: Collection[str],
    comparison: Comparison,
    known: Mapping[str, Component],
) -> bool:
    """Whether two arms differ as the comparison asks, the first being the intervention.

    Parameters
    ----------
    first, second : collection of str
        The arms' components.
    comparison : Comparison
        Of kind ``difference``, ``bundle`` or ``attribute``; for ``attribute`` only equality of the sets is judged.
    known : mapping
        The protocol's components by id.

    Examples
    --------
    >>> from evidence.protocol import Comparison, Component
    >>> known = {name: Component(id=name, label=name, group=name) for name in ("exercise", "drug", "massage")}
    >>> addon = Comparison(
    ...     id="a", label="", question="", add=("exercise",), background=("drug",), background_only=True
    ... )
    >>> matches({"exercise", "drug"}, {"drug"}, addon, known)
    True
    >>> matches({"exercise", "massage", "drug"}, {"drug"}, addon, known)
    False
    """
    one, two = active(first, known), active(second, known)
    added, removed, shared = one - two, two - one, one & two
    if any(_fits(name, pattern, known) for name in added | removed for pattern in comparison.excludes):
        return False
    if comparison.kind == "attribute":
        return one == two and all(any(_fits(name, pattern, known) for name in one) for pattern in comparison.background)
    if comparison.kind == "bundle":
        has_all = all(any(_fits(name, pattern, known) for name in added) for pattern in comparison.add)
        return has_all and len(added) >= 2 and bool(two) and _only(two, comparison.control, known)
    return (
        _exactly(added, comparison.add, known)
        and _exactly(removed, comparison.remove, known)
        and _background_holds(shared, comparison, known)
    )


def holds(components: Collection[str], comparison: Comparison, known: Mapping[str, Component]) -> bool:
    """Whether a single arm has everything that a ``single-arm`` comparison asks for."""
    return all(any(_fits(name, pattern, known) for name in components) for pattern in comparison.add)
