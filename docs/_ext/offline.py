"""The site fetches nothing from elsewhere: a page that would is a warning, and the build fails on warnings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["resources_elsewhere", "setup"]

logger = logging.getLogger(__name__)

_FAR = r"""(?:https?:)?//[^\s"'<>)]+"""
_PATTERNS = (
    # Whatever has a source fetches it: scripts, pictures, frames, films. A link of the head fetches styles and icons.
    re.compile(rf"""<\w[^>]*?\s(?:src|poster|data)=["']?({_FAR})""", re.IGNORECASE),
    re.compile(rf"""<\w[^>]*?\ssrcset=["'][^"']*?({_FAR})""", re.IGNORECASE),
    re.compile(
        rf"""<link\b(?![^>]*rel=["']?(?:canonical|prev|next|author|license)\b)[^>]*?href=["']?({_FAR})""", re.IGNORECASE
    ),
    re.compile(rf"""(?:url\(\s*["']?|@import\s+["'])({_FAR})""", re.IGNORECASE),
)


def resources_elsewhere(text: str) -> list[str]:
    """Return the addresses that a page or a style sheet would fetch without being asked."""
    return [address for pattern in _PATTERNS for address in pattern.findall(text)]


def _check(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    for path in sorted(Path(app.outdir).rglob("*")):
        if path.suffix in (".html", ".css"):
            for address in resources_elsewhere(path.read_text(encoding="utf-8")):
                logger.warning("%s fetches %s", path.relative_to(app.outdir), address, type="offline")


def setup(app: Sphinx) -> dict[str, Any]:
    """Look at the pages when all are written."""
    app.connect("build-finished", _check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
