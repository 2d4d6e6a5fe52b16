"""What a check finds, and what a check is."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ...errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .evidence_tables import EvidenceTables

__all__ = ["SEVERITIES", "Check", "CheckGroup", "Finding", "Severity"]

Severity = Literal["impossible", "inconsistent", "unusual", "note"]
CheckGroup = Literal["within-trial", "published-synthesis", "between-sources"]
_Z, _SMALL_P = re.compile(r"(?<=\bz )−"), re.compile(r"(?<=\bp )([<=>≤≥] [\d.]+)e−(\d+)")
SEVERITIES: dict[Severity, str] = {
    "impossible": "No data could give these numbers as printed.",
    "inconsistent": "Two printed numbers do not follow from one another.",
    "unusual": "Possible, but rare enough to be looked at before use.",
    "note": "Worth knowing for use; nothing is wrong with the numbers.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check found. The wording accuses nobody: numbers do not follow from one another.

    Attributes
    ----------
    check : str
        The check's id.
    severity : {"impossible", "inconsistent", "unusual", "note"}
        How grave it is; see `SEVERITIES`.
    study : str
        The trial, or the published review, that it concerns.
    rows : tuple of str
        The rows that it rests on, as ``table:key`` (``outcomes:R038``), sorted.
    value : str
        What is printed.
    recomputed : str
        What the other numbers give.
    arithmetic : str
        The computation with its numbers, so that a reader can do it again.
    text : str
        One sentence for people: what does not follow from what.

    Examples
    --------
    >>> finding = Finding(
    ...     check="arms-sum", severity="inconsistent", study="Trial1", rows=("studies:Trial1",), value="60",
    ...     recomputed="100", arithmetic="40 + 30 + 30 = 100",
    ...     text="The total of 60 does not follow from arms of 40, 30 and 30.",
    ... )
    >>> len(finding.finding_id)
    10
    """

    check: str
    severity: Severity
    study: str
    rows: tuple[str, ...]
    value: str
    recomputed: str
    arithmetic: str
    text: str

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            raise InputError(f"severity is {self.severity!r}; allowed are {', '.join(SEVERITIES)}")
        if not self.rows:
            raise InputError(f"a finding of {self.check} names no row")
        for name in ("study", "value", "text"):
            if not getattr(self, name).strip():
                raise InputError(f"a finding of {self.check} on {', '.join(self.rows)} has no {name}")
        if any(mark.isspace() or mark == ";" for name in (self.study, *self.rows) for mark in name):
            raise InputError(
                f"a finding of {self.check} names {self.study!r}, {self.rows}: names have no blanks or ';'"
            )
        if not all(text.isprintable() for text in (self.value, self.recomputed, self.arithmetic, self.text)):
            raise InputError(f"a finding of {self.check} on {', '.join(self.rows)} has more than one line of text")

    @property
    def finding_id(self) -> str:
        """A short name that stays the same as long as check, study, rows and printed value do."""
        content = "\n".join([self.check, self.study, *sorted(self.rows), _as_named(self.value)])
        return hashlib.sha256(content.encode()).hexdigest()[:10]


def _as_named(value: str) -> str:
    """Return a printed value as names have it: answers keep their finding though minus signs are set properly now."""
    hyphened = _Z.sub("-", value)
    return _SMALL_P.sub(lambda found: f"{found.group(1)}e-{int(found.group(2)):02d}", hyphened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question that is asked of the tables.

    Attributes
    ----------
    id : str
        Its name (``grim``, ``arms-sum``).
    group : {"within-trial", "published-synthesis", "between-sources"}
        What it looks into.
    title : str
        What it asks, in a few words.
    method : str
        How it computes, with the formula and what it tolerates (rounding).
    source : str
        Where the method was published, with its DOI; empty for plain arithmetic.
    needs : tuple of str
        The columns without which it has nothing to look at, as ``table.column``.
    run : callable
        Takes the tables, yields findings.
    """

    id: str
    group: CheckGroup
    title: str
    method: str
    source: str
    needs: tuple[str, ...]
    run: Callable[[EvidenceTables], Iterable[Finding]]
