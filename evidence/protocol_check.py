"""Every fault of a protocol at once: unknown and missing keys, types, doubled and dangling ids, values not allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

from .errors import Problem
from .protocol_columns import check_columns
from .tables.definitions.results import POOLING, VALUE_TYPES
from .tables.definitions.shared import STATUSES
from .tables.definitions.trials import ELIGIBILITY, RANDOMISED, SEXES
from .tables.topic import COLUMN_TYPES, with_built_in
from .vocabulary import Derivation, SynthesisMeasure, SynthesisTau2, TestName, allowed

__all__ = ["check_protocol"]

_CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("outcomes", "kind"): ("binary", "continuous"),
    ("outcomes", "direction"): ("higher", "lower", "unclear"),
    ("comparisons", "kind"): ("difference", "bundle", "attribute", "single-arm"),
    ("comparisons", "admits"): ELIGIBILITY,
    ("populations", "sexes"): SEXES,
    ("designs", "like"): with_built_in("designs"),
    ("columns", "type"): COLUMN_TYPES,
    ("syntheses", "value_types"): VALUE_TYPES,
    ("analyses", "eligibility"): ELIGIBILITY,
    ("analyses", "randomised"): RANDOMISED,
    ("analyses", "statuses"): STATUSES,
    ("analyses", "n_statuses"): STATUSES,
    ("analyses", "pooling"): POOLING,
    ("syntheses", "measure"): allowed(SynthesisMeasure),
    ("syntheses", "tau2"): allowed(SynthesisTau2),
    ("syntheses", "test"): allowed(TestName),
    ("syntheses", "multi_arm"): ("combine", "split"),
    ("syntheses", "derivations"): allowed(Derivation),
    ("analyses", "derivations"): allowed(Derivation),
}
_REFERENCES = {
    ("syntheses", "comparison"): "comparisons",
    ("syntheses", "outcome"): "outcomes",
    ("syntheses", "alternatives"): "outcomes",
    ("syntheses", "population"): "populations",
    ("syntheses", "window"): "windows",
    ("claims", "syntheses"): "syntheses",
    ("populations", "conditions"): "conditions",
    ("outcomes", "unit"): "units",
    ("syntheses", "units"): "units",
    ("syntheses", "thresholds"): "thresholds",
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
        problems = [*_names(data), *_dangling(data), *_components(data), *_analyses(data), *_numbers(data)]
        problems += _screening(data["search"])
        problems += check_columns(data)
        problems += [] if problems else _alternatives(data)
    return problems


def _near(value: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(value, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _unknown_parts(data: Mapping[str, Any], shapes: Mapping[str, type]) -> Iterator[Problem]:
    for part in data:
        if part not in shapes:
            yield Problem(message=f"unknown part{_near(part, shapes)}", table=part, allowed=", ".join(shapes))


def _expected(annotation: str) -> tuple[type, ...]:
    """Return the types that TOML gives a field of this annotation."""
    if annotation.startswith("tuple"):
        return (list,)
    if annotation.startswith("float"):
        return (int, float)
    return {"bool": (bool,), "int": (int,), "str": (str,)}[annotation]


def _members(values: list[Any], *, numbers: bool) -> bool:
    """Whether every member of a list is a number, or every one a string."""
    kinds = (int, float) if numbers else (str,)
    return all(isinstance(member, kinds) and not isinstance(member, bool) for member in values)


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
        numbers = "float" in str(declared[key].type)
        if wrong or (isinstance(value, list) and not _members(value, numbers=numbers)):
            listed = f"a list of {'numbers' if numbers else 'strings'}"
            words = {list: listed, bool: "true or false", str: "a string", int: "a number"}[types[0]]
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


def _names(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield ids that could not stand in a list cell, in a file name or in a data package."""
    review = data["review"]["id"]
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", review):
        allowed_marks = "small letters, digits, points, hyphens and underscores"
        yield Problem(message="not a name", table="review", column="id", value=review, allowed=allowed_marks)
    for part, items in data.items():
        for item in items if isinstance(items, list) else []:
            name = item["id"]
            if any(mark.isspace() or mark == ";" for mark in name):
                message = "an id has no blanks and no semicolons"
                yield Problem(message=message, table=part, row=name, column="id", value=name)
            elif part == "syntheses" and not re.fullmatch(r"\w[\w.+-]*", name):
                message = "not a file name: figures are called by it"
                allowed_marks = "letters, digits, points, hyphens and underscores"
                yield Problem(message=message, table=part, row=name, column="id", value=name, allowed=allowed_marks)


def _ids(data: Mapping[str, Any], part: str) -> set[str]:
    return {item["id"] for item in data.get(part, [])} | set(with_built_in(part))


def _dangling(data: Mapping[str, Any]) -> Iterator[Problem]:
    for (part, key), target in _REFERENCES.items():
        known = _ids(data, target)
        for item in data.get(part, []):
            value = item.get(key, [])
            for member in value if isinstance(value, list) else [value]:
                if member and member not in known and (key, member) != ("units", "any"):
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


def _correlation(value: float, part: str, row: str, key: str) -> Iterator[Problem]:
    if not -1 < value < 1:
        yield Problem(
            message="not a correlation",
            table=part,
            row=row,
            column=key,
            value=str(value),
            allowed="between −1 and 1",
        )


def _alternatives(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield alternatives that cannot stand in for their synthesis's outcome."""
    outcomes = {item["id"]: item for item in data.get("outcomes", [])}
    single = {item["id"] for item in data.get("comparisons", []) if item.get("kind") == "single-arm"}
    for item in data.get("syntheses", []):
        first = outcomes[item["outcome"]]
        for name in item.get("alternatives", []):
            unlike = [f"has another {key}" for key in ("kind", "direction") if outcomes[name][key] != first[key]]
            unlike += ["is the synthesis's own outcome"] if name == item["outcome"] else []
            unlike += ["is of single arms, which have no alternatives"] if item["comparison"] in single else []
            if unlike:
                yield Problem(
                    message=f"{unlike[0]}: it cannot stand in for {item['outcome']}",
                    table="syntheses",
                    row=item["id"],
                    column="alternatives",
                    value=name,
                )


def _numbers(data: Mapping[str, Any]) -> Iterator[Problem]:
    for item in data.get("analyses", []):
        yield from _correlation(item.get("correlation", 0.5), "analyses", item["id"], "correlation")
    for r in data["review"].get("correlations", []):
        yield from _correlation(r, "review", "", "correlations")
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
        yield from _scale(item)
        if item.get("mid") is not None and not item.get("mid_source"):
            yield Problem(
                message="a minimal important difference needs its source",
                table="outcomes",
                row=item["id"],
                column="mid_source",
            )


def _screening(search: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what cannot be used of how records are screened."""
    seen: set[str] = set()
    for entry in search.get("terms", []):
        name, _, words = (part.strip() for part in entry.partition(":"))
        if not name or not any(word.strip(" *") for word in words.split(";")):
            message, form = "not a group of words", "name: word; two words; trunc*"
            yield Problem(message=message, table="search", column="terms", value=entry, allowed=form)
        elif name in seen:
            yield Problem(message="the group stands twice", table="search", column="terms", value=name)
        seen.add(name)
    for reason in search.get("exclusion_reasons", []):
        if not reason.strip():
            yield Problem(message="an empty reason", table="search", column="exclusion_reasons")
    reviewers = search.get("reviewers", 1)
    if reviewers not in (1, 2):
        message = "not a number of reviewers"
        yield Problem(message=message, table="search", column="reviewers", value=str(reviewers), allowed="1, 2")


def _scale(outcome: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what makes the values that an outcome can have impossible."""
    low, high, step = (outcome.get(name) for name in ("minimum", "maximum", "step"))
    if low is not None and high is not None and not low < high:
        yield Problem(
            message="minimum < maximum does not hold",
            table="outcomes",
            row=outcome["id"],
            column="maximum",
            value=str(high),
            allowed=f"above {low:g}",
        )
    if step is not None and not step > 0:
        yield Problem(
            message="not a distance",
            table="outcomes",
            row=outcome["id"],
            column="step",
            value=str(step),
            allowed="above 0",
        )
