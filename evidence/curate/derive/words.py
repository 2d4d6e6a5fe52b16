"""Derivations in words: the text of methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .catalogue import DERIVATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["describe_derivations"]


def describe_derivations(methods: Iterable[str]) -> tuple[str, ...]:
    """Return a sentence for each derivation, in the order of the catalogue: formula, assumption, source.

    Parameters
    ----------
    methods : iterable of str
        Ids of derivations; each is described once.

    Raises
    ------
    KeyError
        Where there is no such derivation.

    Examples
    --------
    >>> print(describe_derivations(["se-to-sd"])[0][:36])
    SD from an SE: SD = SE × √n. Source:
    """
    asked = set(methods)
    unknown = asked - set(DERIVATIONS)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    sentences = []
    for name, entry in DERIVATIONS.items():
        if name in asked:
            assumed = f" Assumes that {entry.assumption}." if entry.assumption else ""
            sentences.append(f"{entry.title}: {entry.formula}.{assumed} Source: {entry.source}.")
    return tuple(sentences)
