"""The forest plot: what it shows, its presets, its layout."""

from __future__ import annotations

__all__: list[str] = []
