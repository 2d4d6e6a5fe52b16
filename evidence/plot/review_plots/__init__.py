"""Figures on a review: risk of bias, flow, map of the evidence, claims, changes."""

from __future__ import annotations

__all__: list[str] = []
