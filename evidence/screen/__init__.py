"""Screening: a ranking that hides nothing, a ledger that forgets nothing, and exchange with other tools."""

from __future__ import annotations

__all__: list[str] = []
