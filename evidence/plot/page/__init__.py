"""The page: what figures are composed of, how text is measured, how scenes become files."""

from __future__ import annotations

__all__: list[str] = []
