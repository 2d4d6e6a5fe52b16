"""Claims as they are met in print: the rows of the table ``claims``, for readers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...tables.io import records

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MetClaim", "met_claims"]

_NEXT = re.compile(r"\s+;\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetClaim:
    """A claim as it is met, and what was seen in print for and against it. Nothing of it enters a verdict.

    Attributes
    ----------
    id : str
        Its row in the table ``claims``.
    as_met : str
        The claim as it is met.
    hypothesis, tested_by : str
        What would have to be true, and the outcome that would test it.
    seen, numbers : str
        What was seen in print.
    directness, gap : str
        How direct that is, and what is missing.
    popular_sources, evidence_sources : tuple of str
        Where the claim is met, and where the evidence was seen: addresses, or what stands for them.
    """

    id: str
    as_met: str
    hypothesis: str
    tested_by: str
    seen: str
    numbers: str
    directness: str
    gap: str
    popular_sources: tuple[str, ...]
    evidence_sources: tuple[str, ...]


def met_claims(table: pd.DataFrame) -> dict[str, tuple[MetClaim, ...]]:
    """Return the rows of the table ``claims`` by the claim of the protocol that they belong to."""
    found: dict[str, tuple[MetClaim, ...]] = {}
    for row in records(table):
        found[row["claim"]] = (*found.get(row["claim"], ()), _met(row))
    return found


def _met(row: dict[str, Any]) -> MetClaim:
    names = ("hypothesis", "tested_by", "numbers", "directness", "gap")
    return MetClaim(
        id=_text(row["claim_id"]),
        as_met=_text(row["claim_as_met"]),
        seen=_text(row["evidence_seen"]),
        popular_sources=_parts(row["popular_source"]),
        evidence_sources=_parts(row["evidence_url"]),
        **{name: _text(row[name]) for name in names},
    )


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def _parts(value: Any) -> tuple[str, ...]:
    return tuple(part for part in _NEXT.split(_text(value).strip()) if part)
