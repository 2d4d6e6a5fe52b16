"""Two protocols compared, part by part and key by key, and what of it changes how an answer is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from .changes import ProtocolChange

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .snapshot import Snapshot

__all__ = ["bearing_on", "change_words", "protocol_changes", "value_words"]

# Keys that name and explain. In other parts a `question` explains too; the review's own is what is asked.
_WORDS = frozenset(
    {
        "arm_1",
        "arm_2",
        "caveat",
        "claim",
        "example",
        "exclusion_reasons",
        "from_article",
        "headline",
        "known_items",
        "label",
        "licence",
        "meaning",
        "mid_source",
        "note",
        "single_arm_label",
        "terms",
        "title",
        "unverified_items",
    }
)
_OF_EACH = ("syntheses",)
_NAMED_BY = {"comparisons": "comparison", "outcomes": "outcome", "populations": "population", "windows": "window"}
_OF_ALL = ("analyses", "components", "units", "designs")
_LONG = 70


def protocol_changes(before: Snapshot, after: Snapshot) -> Iterator[ProtocolChange]:
    """Yield what changed in the protocol.

    A key that is given its default is not changed. Entries are the same if they have the same id.
    """
    if not before.parts:
        return
    parts = dict.fromkeys([*after.parts, *before.parts])
    for part in parts:
        old, now = before.parts.get(part, {}), after.parts.get(part, {})
        defaults = {**before.defaults.get(part, {}), **after.defaults.get(part, {})}
        for name in dict.fromkeys([*now, *old]):
            if name not in old:
                yield _entry("added", part, name)
            elif name not in now:
                yield _entry("removed", part, name)
            else:
                yield from _keys(part, name, old[name], now[name], defaults)


def _entry(what: Literal["added", "removed"], part: str, name: str) -> ProtocolChange:
    return ProtocolChange(what=what, part=part, id=name, key="", weight="addition" if what == "added" else "rule")


def _keys(
    part: str, name: str, old: Mapping[str, Any], now: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Iterator[ProtocolChange]:
    for key in dict.fromkeys([*now, *old]):
        one, two = old.get(key, defaults.get(key)), now.get(key, defaults.get(key))
        if one != two:
            words = key in _WORDS or (key == "question" and part != "review")
            yield ProtocolChange(
                what="changed",
                part=part,
                id=name,
                key=key,
                weight="wording" if words else "rule",
                before=one,
                after=two,
            )


def bearing_on(
    synthesis: str, changes: tuple[ProtocolChange, ...], before: Snapshot, after: Snapshot
) -> tuple[ProtocolChange, ...]:
    """Return the changes of rules that bear on a synthesis: on itself, on what it names, and on what holds for all."""
    specs = [parts.get("syntheses", {}).get(synthesis, {}) for parts in (before.parts, after.parts)]
    named = {(part, str(spec.get(key, ""))) for part, key in _NAMED_BY.items() for spec in specs}
    return tuple(
        change
        for change in changes
        if change.weight != "wording"
        and (
            (change.part in _OF_ALL and (change.weight == "rule" or change.part == "analyses"))
            or (change.part in _OF_EACH and change.id == synthesis)
            or (change.part, change.id) in named
            or (change.part == "review" and change.key == "correlations")
        )
    )


def change_words(change: ProtocolChange) -> str:
    """Return a change of the protocol in one line.

    Examples
    --------
    >>> change_words(
    ...     ProtocolChange(
    ...         what="changed", part="syntheses", id="pain", key="tau2", weight="rule", before="DL", after="REML"
    ...     )
    ... )
    'syntheses pain: tau2 DL → REML'
    """
    place = f"{change.part} {change.id}".strip()
    if change.what != "changed":
        return f"{place} {change.what}"
    if isinstance(change.before, tuple) and isinstance(change.after, tuple):
        return f"{place}: {change.key} {_list_words(change.before, change.after)}"
    return f"{place}: {change.key} {value_words(change.before)} → {value_words(change.after)}"


def _list_words(before: tuple[Any, ...], after: tuple[Any, ...]) -> str:
    """Return what a list gained and lost; both lists where only their order changed."""
    gained = [member for member in after if member not in before]
    lost = [member for member in before if member not in after]
    if not gained and not lost:
        return f"{value_words(before)} → {value_words(after)}"
    parts = (("gained", gained), ("lost", lost))
    return ", ".join(f"{verb} {value_words(tuple(members))}" for verb, members in parts if members)


def value_words(value: Any) -> str:
    """Return a value of the protocol as text; long ones are cut."""
    if value is None or value in ("", ()):
        return "(nothing)"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ", ".join(str(member) for member in value) if isinstance(value, tuple) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
