"""What references lack, as messages: nothing is invented to fill them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Reference

__all__ = ["missing_parts", "missing_words"]

_MOST_NAMED = 3


def missing_parts(references: Sequence[Reference]) -> dict[str, tuple[str, ...]]:
    """Return part → the labels of the references that lack it, in the order of the references.

    Examples
    --------
    >>> from evidence.report.references import Reference
    >>> missing_parts([Reference(key="a", kind="registration", label="NCT1")])
    {'title': ('NCT1',)}
    """
    parts: dict[str, list[str]] = {}
    for reference in references:
        for part in reference.missing:
            parts.setdefault(part, []).append(reference.label)
    return {part: tuple(dict.fromkeys(labels)) for part, labels in parts.items()}


def missing_words(references: Sequence[Reference]) -> tuple[str, ...]:
    """Return a line for each part that references lack: how many, and which.

    Examples
    --------
    >>> from evidence.report.references import Reference
    >>> missing_words([Reference(key="a", kind="registration", label="NCT1")])
    ('1 of 1 reference lacks title: NCT1',)
    """
    lines = []
    for part, labels in missing_parts(references).items():
        count = sum(part in reference.missing for reference in references)
        shown = ", ".join(labels[:_MOST_NAMED])
        more = f", and {len(labels) - _MOST_NAMED} more" if len(labels) > _MOST_NAMED else ""
        noun, verb = ("reference" if len(references) == 1 else "references"), ("lacks" if count == 1 else "lack")
        lines.append(f"{count} of {len(references)} {noun} {verb} {part}: {shown}{more}")
    return tuple(lines)
