"""Declared syntheses, answered and explained."""

from __future__ import annotations

from .compute import synthesise
from .result import SynthesisResult

__all__ = ["SynthesisResult", "synthesise"]
