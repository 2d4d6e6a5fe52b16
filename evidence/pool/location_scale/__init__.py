"""Location–scale models: meta-regressions in which the between-study variance depends on moderators too."""

from __future__ import annotations

from .api import location_scale
from .result import LocationScaleChoices, LocationScaleResult

__all__ = ["LocationScaleChoices", "LocationScaleResult", "location_scale"]
