"""docs/reference/protocol.md: every part and key of a protocol, with type, meaning, default and what is allowed."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from .page import attributes_of, markdown, note, paragraphs, table

if TYPE_CHECKING:
    from dataclasses import Field

__all__ = ["protocol_page", "shapes"]

_HEAD = """# The protocol

`protocol.toml` is the question as data. `[review]` and `[search]` stand once; every other part may stand as often as
there are things of its kind, as `[[outcomes]]`. `evidence check` names every fault, with what would be allowed.
[A review of your own](../new-review.md) says how to write one.
"""

# A vocabulary with more values than these is shown once, at the foot of the page.
_LONG = 12
_EXPLAINED = {
    "derivations": "[Derivations](../derivations.md) says what each does.",
    "tau2": "[The statistical core](../statistics.md) says what each is.",
}


def shapes() -> dict[str, type]:
    """Return the class that each part of the protocol becomes."""
    from evidence.protocol import _PARTS, Review, Search

    return {"review": Review, "search": Search, **_PARTS}


def protocol_page() -> str:
    """Return the page."""
    from evidence.protocol_check import _CHOICES, _REFERENCES

    parts = shapes()
    lines = [note("`evidence/protocol.py`, `protocol_parts.py` and `tables/topic.py`"), "", _HEAD]
    lines += table(
        ("part", ""), ((f"[`{_heading(part)}`](#{part})", markdown(_first(shape))) for part, shape in parts.items())
    )
    long: dict[tuple[str, ...], str] = {}
    for part, shape in parts.items():
        lines += [f"## {part}", "", *(line for text in paragraphs(shape.__doc__) for line in (markdown(text), ""))]
        described = attributes_of(shape)
        rows = []
        for entry in fields(shape):
            key = (part, entry.name)
            choices, target = _CHOICES.get(key, ()), _REFERENCES.get(key, "")
            if len(choices) > _LONG:
                long.setdefault(choices, entry.name)
            allowed = f"One of [these](#values-of-{long[choices]})." if choices in long else _allowed(choices, target)
            meaning = markdown(described.get(entry.name, ("", ""))[1])
            rows.append((f"`{entry.name}`", _type(entry), f"{meaning} {allowed}".strip(), _default(entry)))
        lines += table(("key", "type", "meaning", "default"), rows)
    for values, name in long.items():
        where = f" {_EXPLAINED[name]}" if name in _EXPLAINED else ""
        lines += [f"## Values of `{name}`", "", ", ".join(f"`{value}`" for value in values) + f".{where}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _heading(part: str) -> str:
    return f"[{part}]" if part in ("review", "search") else f"[[{part}]]"


def _first(shape: type) -> str:
    return paragraphs(shape.__doc__)[0]


def _allowed(choices: tuple[str, ...], target: str) -> str:
    if target:
        return f"An id of [`[[{target}]]`](#{target})."
    return f"Allowed: {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""


def _type(entry: Field[Any]) -> str:
    annotation = str(entry.type)
    inner = "numbers" if "float" in annotation else "strings"
    if annotation.startswith("tuple"):
        return f"list of {inner}"
    return {"str": "string", "bool": "true or false", "int": "whole number"}.get(annotation.split(" ")[0], "number")


def _default(entry: Field[Any]) -> str:
    if entry.default is MISSING and entry.default_factory is MISSING:
        return "needed"
    value = entry.default
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`[{', '.join(_toml(member) for member in value)}]`"
    return f"`{_toml(value)}`"


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else re.sub(r"\.0$", "", str(value))
