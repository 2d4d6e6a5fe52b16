"""The clauses of a methods paragraph, each read off what was done, with the sources of the methods."""

from __future__ import annotations

__all__: list[str] = []
