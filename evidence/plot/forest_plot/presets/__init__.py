"""The presets of the forest plot: one module for each journal's look."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ....vocabulary import check_option
from .bmj import BMJ
from .cochrane import COCHRANE
from .house import HOUSE
from .jama import JAMA
from .revman5 import REVMAN5

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..preset import Preset

__all__ = ["PRESETS", "preset_for"]

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {preset.name: preset for preset in (HOUSE, REVMAN5, JAMA, BMJ, COCHRANE)}
)


def preset_for(name: str) -> Preset:
    """Return the preset called `name`.

    Raises
    ------
    OptionError
        If there is none.

    Examples
    --------
    >>> preset_for("jama").favours_on_top
    True
    """
    check_option("preset", name, tuple(PRESETS))
    return PRESETS[name]
