"""Figures on one fit: funnel, radial, L'Abbé, Baujat, drapery, GOSH, bubble."""

from __future__ import annotations

__all__: list[str] = []
