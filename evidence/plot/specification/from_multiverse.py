"""A multiverse as a specification curve: its distinct results, and every choice that comes to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...numbers import format_number
from ..page.scale import scale_for, unit_label
from .specification_data import ChoiceGroup, Specification, SpecificationData

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ...sensitivity.multiverse_result import Multiverse

__all__ = ["from_multiverse"]

_TITLES = {
    "rules": "What enters (declared analysis)",
    "r": "Correlation within people",
    "multi_arm": "Several arms",
    "background": "Background",
    "tau2": "Estimator of τ²",
    "test": "Interval",
}
_TESTS = {"hksj": "Hartung–Knapp", "z": "normal", "t": "t", "adhoc": "Hartung–Knapp, never narrower"}
_MOST_SIZES = 8


def from_multiverse(result: Multiverse) -> SpecificationData:
    """Return what the specification curve of a multiverse shows.

    One column stands for each different computation (the numbers that enter, the estimator, the test). Where several
    combinations of choices come to it, each of their levels has a mark.

    Parameters
    ----------
    result : Multiverse
        As `evidence.multiverse` returns it.
    """
    spec = result.synthesis
    once, everything = result.distinct, result.estimable
    groups, marks = _groups(result, once, everything)
    shown = once[["display_estimate", "display_ci_low", "display_ci_high", "interval", "primary"]]
    points = [
        Specification(
            estimate=float(row[0]),
            ci_low=float(row[1]),
            ci_high=float(row[2]),
            excludes=row[3] in ("above", "below"),
            primary=bool(row[4]),
            marks=tuple(group[place] for group in marks),
        )
        for place, row in enumerate(shown.itertuples(index=False, name=None))
    ]
    scale = scale_for(spec.measure, unit=unit_label(result.unit, result.protocol) if spec.measure == "MD" else "")
    return SpecificationData(
        specifications=tuple(points),
        groups=tuple(groups),
        measure=scale.name[:1].upper() + scale.name[1:],
        unit=scale.unit,
        ratio=scale.ratio,
        null=scale.null,
        factor=scale.factor,
        level=spec.level,
        title=spec.label,
        message="" if points else result.sentence,
        above=_above(result) if scale.null is not None else "",
        notes=_notes(result, points),
    )


def _notes(result: Multiverse, points: Sequence[Specification]) -> tuple[str, ...]:
    if not points:
        # The message has said already what each specification lacks.
        return tuple(note for note in result.notes if "no estimate" not in note and "not admissible" not in note)
    said = f"{len(result.estimable)} specifications come to {len(points)} different results."
    return (said, *result.notes)


def _above(result: Multiverse) -> str:
    """Return what an effect above no effect means."""
    comparison = result.protocol.comparisons[result.synthesis.comparison]
    direction = result.protocol.outcomes[result.synthesis.outcome].direction
    if direction == "unclear":
        return f"higher with {comparison.arm_1}"
    name = comparison.arm_1 if direction == "higher" else comparison.arm_2
    return f"in favour of {'the arm ' if name.startswith(('with ', 'without ')) else ''}{name}"


def _groups(
    result: Multiverse, once: pd.DataFrame, everything: pd.DataFrame
) -> tuple[list[ChoiceGroup], list[list[tuple[int, ...]]]]:
    """Return the choices that are varied, and for each the levels that come to each result."""
    groups: list[ChoiceGroup] = []
    marks: list[list[tuple[int, ...]]] = []
    keys = list(once[["data", "tau2", "test"]].itertuples(index=False, name=None))
    columns: dict[str, list[Any]] = {_TITLES["rules"]: everything["rules"].tolist()}
    if result.choices.derivations:
        columns["Derivations admitted"] = [names.split(";") for names in everything["derivations"]]
    columns |= {_TITLES[name]: everything[name].tolist() for name in list(_TITLES)[1:]}
    for title, values in columns.items():
        found: dict[Any, set[Any]] = {}
        for key, value in zip(
            everything[["data", "tau2", "test"]].itertuples(index=False, name=None), values, strict=True
        ):
            found.setdefault(key, set()).update(value if isinstance(value, list) else [value])
        levels = _levels(result, title, {level for own in found.values() for level in own})
        if len(levels) < 2 and title != _TITLES["rules"]:
            continue
        groups.append(ChoiceGroup(title=title, levels=tuple(levels.values())))
        order = {level: place for place, level in enumerate(levels)}
        marks.append([tuple(sorted(order[level] for level in found[key])) for key in keys])
    sizes, size_marks = _sizes(once)
    return [*groups, sizes], [*marks, size_marks]


def _levels(result: Multiverse, title: str, present: set[Any]) -> dict[Any, str]:
    """Return the levels of a choice that occur, in order, with their names."""
    choices = result.choices
    if title == _TITLES["rules"]:
        return {rules.id: rules.id for rules in choices.rules if rules.id in present}
    if title == "Derivations admitted":
        from ...sensitivity.automatic import derivation_title

        names = {name: derivation_title(name) for name in choices.derivations if name in present}
        return {"": "none of these", **names} if "" in present else names
    if title == _TITLES["r"]:
        return {r: f"r = {r:g}" for r in sorted(present)}
    if title == _TITLES["multi_arm"]:
        return {name: {"combine": "combined", "split": "shared arm divided"}[name] for name in sorted(present)}
    if title == _TITLES["background"]:
        return {name: name for name in sorted(present, key=lambda name: (name != "all", name))}
    order = choices.tau2 if title == _TITLES["tau2"] else choices.test
    return {name: _TESTS.get(name, name) for name in order if name in present}


def _sizes(once: pd.DataFrame) -> tuple[ChoiceGroup, list[tuple[int, ...]]]:
    """Return the sizes as rows: each where there are few, else the number of trials, else ranges of people."""
    pairs = list(once[["trials", "n"]].astype(int).itertuples(index=False, name=None))
    if len(set(pairs)) <= _MOST_SIZES:
        levels = sorted(set(pairs))
        names = tuple(f"{trials} trials, {format_number(n, 0)} people" for trials, n in levels)
        return ChoiceGroup(title="Size", levels=names), [(levels.index(pair),) for pair in pairs]
    counts = sorted({trials for trials, _ in pairs})
    if len(counts) <= _MOST_SIZES:
        names = tuple(f"{trials} trials" for trials in counts)
        return ChoiceGroup(title="Size", levels=names), [(counts.index(trials),) for trials, _ in pairs]
    people = sorted({n for _, n in pairs})
    step = -(-len(people) // _MOST_SIZES)
    bins = [people[start : start + step] for start in range(0, len(people), step)]
    names = tuple(f"{format_number(own[0], 0)} to {format_number(own[-1], 0)} people" for own in bins)
    place = {n: number for number, own in enumerate(bins) for n in own}
    return ChoiceGroup(title="Size", levels=names), [(place[n],) for _, n in pairs]
