"""The specification curve of a multiverse."""

from __future__ import annotations

__all__: list[str] = []
