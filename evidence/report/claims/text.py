"""Claims beside the evidence as plain text for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .shown import ClaimTest
    from .view import ClaimsView, ClaimView

__all__ = ["claims_text"]

_INDENT = "  "
_NARROWEST = 40


def claims_text(view: ClaimsView, width: int) -> str:
    """Return claims, verdicts, results and what would be needed as text; lines are no longer than `width`."""
    blocks = ["\n".join(_claim(row, max(width, _NARROWEST))) for row in view.rows]
    return "\n\n".join([*blocks, "\n".join(textwrap.wrap(view.summary, max(width, _NARROWEST)))])


def _claim(row: ClaimView, width: int) -> Iterator[str]:
    yield from _filled(f"{row.sign} {row.verdict.upper()} · {row.claim} [{row.id}]", width, "", hanging=_INDENT)
    yield from _filled(f"{row.origin[:1].upper()}{row.origin[1:]}.{_as_met(row)}", width)
    yield from _filled(" ".join(part for part in (row.basis, row.note) if part), width)
    for entry in row.with_number:
        yield from _filled(f"- {_number(entry)}", width, hanging=2 * _INDENT)
    for said, entries in row.without_number.items():
        yield from _filled(f"- {said}: {', '.join(entry.synthesis for entry in entries)}", width, hanging=2 * _INDENT)
    if row.needed:
        yield from _filled(f"Needed: {' '.join(row.needed)}", width)
    for met in row.met:
        if met.gap:
            yield from _filled(f"Missing in print: {met.gap}", width)


def _as_met(row: ClaimView) -> str:
    told = [f"“{met.as_met}” (in print: {met.directness})" if met.directness else f"“{met.as_met}”" for met in row.met]
    return f" Met as {'; '.join(told)}." if told else ""


def _number(entry: ClaimTest) -> str:
    """Return a result with what it rests on, what it says of the claim and how certain it is."""
    rules = "" if entry.primary else f"; {entry.rules}"
    return (
        f"{entry.synthesis}: {entry.effect} ({_kind(entry)}{entry.rests_on}{rules}): {entry.side}; "
        f"certainty {entry.certainty}"
    )


def _kind(entry: ClaimTest) -> str:
    return {"pooled": "pooled: ", "count": "counted: "}.get(entry.kind, "")


def _filled(text: str, width: int, indent: str = _INDENT, *, hanging: str = _INDENT) -> list[str]:
    return textwrap.wrap(
        text,
        width=width,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_on_hyphens=False,
    )
