"""Keys by which reference managers and LaTeX know references: stable, ASCII, unique."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["key_of", "keys_of"]


def key_of(name: str) -> str:
    """Return the key of an id: the id itself where LaTeX takes it, else its plain letters with a mark of the whole.

    The key depends on the id alone, so that it is the same next year, whatever else is cited beside it.

    Examples
    --------
    >>> key_of("Smith2013-1"), key_of("Müller 2013")
    ('Smith2013-1', 'Muller2013-6ef6')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9:.\-_]", "", plain)
    if kept == name and kept:
        return kept
    return _marked(kept or "ref", name)


def keys_of(names: Iterable[str]) -> dict[str, str]:
    """Return the key of each id; ids that differ in letter case alone, which LaTeX takes for one, get a mark.

    Examples
    --------
    >>> sorted(keys_of(["Li2013-1", "LI2013-1"]).values())
    ['LI2013-1-2627', 'Li2013-1-3f27']
    """
    found = {name: key_of(name) for name in names}
    counts = Counter(key.casefold() for key in found.values())
    return {name: _marked(key, name) if counts[key.casefold()] > 1 else key for name, key in found.items()}


def _marked(key: str, name: str) -> str:
    return f"{key}-{hashlib.sha256(name.encode()).hexdigest()[:4]}"
