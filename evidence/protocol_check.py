"""Every fault of a protocol at once: unknown and missing keys, types, doubled and dangling ids, values not allowed."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

from .errors import Problem
from .vocabulary import SynthesisMeasure, SynthesisTau2, TestName, allowed

__all__ = ["check_protocol"]

_CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("outcomes", "kind"): ("binary", "continuous"),
    ("outcomes", "direction"): ("higher", "lower", "unclear"),
    ("comparisons", "kind"): ("difference", "bundle", "attribute", "single-arm"),
    ("syntheses", "measure"): allowed(SynthesisMeasure),
    ("syntheses", "tau2"): allowed(SynthesisTau2),
    ("syntheses", "test"): allowed(TestName),
    ("syntheses", "multi_arm"): ("combine", "split"),
    ("analyses", "counts"): ("printed", "implied"),
    ("analyses", "dispersion"): ("sd", "se", "ci", "presumed-sd"),
}
_REFERENCES = {
    ("syntheses", "comparison"): "comparisons",
    ("syntheses", "outcome"): "outcomes",
    ("syntheses", "population"): "populations",
    ("syntheses", "window"): "windows",
    ("claims", "syntheses"): "syntheses",
}
_COMPONENT_KEYS = ("add", "remove", "background", "excludes", "control")


def check_protocol(data: Mapping[str, Any], shapes: Mapping[str, type]) -> list[Problem]:
    """Return every fault of the parsed protocol `data`; `shapes` maps each part to the class that it becomes."""
    problems = [*_unknown_parts(data, shapes)]
    for part, shape in shapes.items():
        single = part in ("review", "search")
        items = [data.get(part, {})] if single else data.get(part, [])
        if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
            problems.append(Problem(message=f"`{part}` must be a list of tables ([[{part}]])", table=part))
            continue
        for position, item in enumerate(items, start=1):
            problems += _check_item(part, item, shape, name="" if single else str(item.get("id", f"number {position}")))
        if not single:
            problems += _doubled(part, items)
    if not problems:
        problems = [*_dangling(data), *_components(data), *_analyses(data), *_numbers(data)]
    return problems


def _near(value: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(value, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _unknown_parts(data: Mapping[str, Any], shapes: Mapping[str, type]) -> Iterator[Problem]:
    for part in data:
        if part not in shapes:
            yield Problem(message=f"unknown part{_near(part, shapes)}", table=part, allowed=", ".join(shapes))


def _expected(annotation: str) -> tuple[type, ...]:
    if annotation.startswith("tuple"):
        return (list,)
    if annotation.startswith("float"):
        return (int, float)
    return {"bool": (bool,), "str": (str,)}[annotation]


def _check_item(part: str, item: Mapping[str, Any], shape: type, *, name: str) -> Iterator[Problem]:
    declared = {declared.name: declared for declared in fields(shape)}
    for key, value in item.items():
        if key not in declared:
            yield Problem(
                message=f"unknown key{_near(key, declared)}",
                table=part,
                row=name,
                column=key,
                allowed=", ".join(declared),
            )
            continue
        types = _expected(str(declared[key].type))
        wrong = not isinstance(value, types) or (isinstance(value, bool) and bool not in types)
        if wrong or (isinstance(value, list) and not all(isinstance(member, str) for member in value)):
            words = {list: "a list of strings", bool: "true or false", str: "a string", int: "a number"}[types[0]]
            yield Problem(message="wrong type", table=part, row=name, column=key, value=repr(value), allowed=words)
            continue
        choices = _CHOICES.get((part, key))
        for member in value if isinstance(value, list) else [value]:
            if choices and member not in choices:
                yield Problem(
                    message=f"not allowed{_near(member, choices)}",
                    table=part,
                    row=name,
                    column=key,
                    value=member,
                    allowed=", ".join(choices),
                )
    for key, entry in declared.items():
        if (
            entry.default is MISSING
            and entry.default_factory is MISSING
            and not item.get(key, False)
            and item.get(key) != 0
        ):
            yield Problem(message="missing", table=part, row=name, column=key)


def _doubled(part: str, items: list[Mapping[str, Any]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in items:
        name = str(item.get("id", ""))
        if name in seen:
            yield Problem(message="the id stands twice", table=part, row=name, column="id", value=name)
        seen.add(name)


def _ids(data: Mapping[str, Any], part: str) -> set[str]:
    return {item["id"] for item in data.get(part, [])}


def _dangling(data: Mapping[str, Any]) -> Iterator[Problem]:
    for (part, key), target in _REFERENCES.items():
        known = _ids(data, target)
        for item in data.get(part, []):
            value = item.get(key, [])
            for member in value if isinstance(value, list) else [value]:
                if member and member not in known:
                    yield Problem(
                        message=f"no such id among {target}{_near(member, known)}",
                        table=part,
                        row=item["id"],
                        column=key,
                        value=member,
                    )
    headline = data["review"].get("headline", "")
    if headline and headline not in _ids(data, "syntheses"):
        yield Problem(
            message=f"no such synthesis{_near(headline, _ids(data, 'syntheses'))}",
            table="review",
            column="headline",
            value=headline,
        )


def _components(data: Mapping[str, Any]) -> Iterator[Problem]:
    known = _ids(data, "components") | {f"group:{item['group']}" for item in data.get("components", [])}
    for item in data.get("comparisons", []):
        for key in _COMPONENT_KEYS:
            for member in item.get(key, []):
                if member not in known:
                    yield Problem(
                        message=f"no such component or group{_near(member, known)}",
                        table="comparisons",
                        row=item["id"],
                        column=key,
                        value=member,
                    )
        if item.get("kind") == "attribute" and not item.get("attribute"):
            yield Problem(message="missing", table="comparisons", row=item["id"], column="attribute")


def _analyses(data: Mapping[str, Any]) -> Iterator[Problem]:
    primaries = [item["id"] for item in data.get("analyses", []) if item.get("primary")]
    if len(primaries) != 1:
        found = ", ".join(primaries) or "none"
        yield Problem(message="exactly one analysis must be primary", table="analyses", column="primary", value=found)


def _numbers(data: Mapping[str, Any]) -> Iterator[Problem]:
    for item in data.get("analyses", []):
        r = item.get("correlation", 0.5)
        if not -1 < r < 1:
            yield Problem(
                message="not a correlation",
                table="analyses",
                row=item["id"],
                column="correlation",
                value=str(r),
                allowed="between −1 and 1",
            )
    for item in data.get("syntheses", []):
        level = item.get("level", 0.95)
        if not 0 < level < 1:
            yield Problem(
                message="not a level",
                table="syntheses",
                row=item["id"],
                column="level",
                value=str(level),
                allowed="between 0 and 1",
            )
    for item in data.get("windows", []):
        if not item["low"] <= item["target"] <= item["high"]:
            yield Problem(message="low ≤ target ≤ high does not hold", table="windows", row=item["id"], column="target")
    for item in data.get("outcomes", []):
        if item.get("mid") is not None and not item.get("mid_source"):
            yield Problem(
                message="a minimal important difference needs its source",
                table="outcomes",
                row=item["id"],
                column="mid_source",
            )
