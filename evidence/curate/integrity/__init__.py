"""Integrity checks: what is printed is computed again, and what does not follow is said, with the arithmetic."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .evidence_tables import EvidenceTables, Scale, decimals_of
from .finding import SEVERITIES, Check, Finding, Severity

if TYPE_CHECKING:
    from .catalogue import all_checks
    from .findings import answer_finding, contradictions, merge_findings, new_findings, open_findings
    from .runner import IntegrityReport, check_integrity, check_table

__all__ = [
    "SEVERITIES",
    "Check",
    "EvidenceTables",
    "Finding",
    "IntegrityReport",
    "Scale",
    "Severity",
    "all_checks",
    "answer_finding",
    "check_integrity",
    "check_table",
    "contradictions",
    "decimals_of",
    "merge_findings",
    "new_findings",
    "open_findings",
]

# What shows tables imports pandas; these names are imported when they are first used.
_HOMES = {
    "all_checks": "catalogue",
    "answer_finding": "findings",
    "contradictions": "findings",
    "merge_findings": "findings",
    "new_findings": "findings",
    "open_findings": "findings",
    "IntegrityReport": "runner",
    "check_integrity": "runner",
    "check_table": "runner",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault(name, getattr(import_module(f".{_HOMES[name]}", __name__), name))


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
