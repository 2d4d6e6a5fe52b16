"""Fonts inside PDF files: the letters that were drawn, and nothing for setting other text with them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["placed_letters_only"]

_FOR_SETTING_TYPE = ("BASE", "GDEF", "GPOS", "GSUB", "MATH")


@contextmanager
def placed_letters_only() -> Iterator[None]:
    """Embed fonts without their rules for ligatures, accents, kerning and formulas.

    In a PDF every letter has its place already, so that no reader looks at these rules; to cut them down to the letters
    of one figure takes most of the time that writing it takes. They are left out where fontTools, which embeds fonts
    for matplotlib, lists what it leaves out anyway; a release that keeps no such list embeds them as before.
    """
    from fontTools.subset import Options  # type: ignore[import-untyped]

    name = "_drop_tables_default"
    before: list[str] | None = getattr(Options, name, None)
    if before is None:
        yield
        return
    setattr(Options, name, [*before, *(table for table in _FOR_SETTING_TYPE if table not in before)])
    try:
        yield
    finally:
        setattr(Options, name, before)
