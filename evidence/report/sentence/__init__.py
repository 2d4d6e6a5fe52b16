"""The parts of a citable sentence, one kind of answer a module."""

from __future__ import annotations

__all__: list[str] = []
