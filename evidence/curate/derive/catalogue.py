"""The catalogue of derivations: what each does to a reported value, by which formula, assuming what, from where.

The ids are those of `evidence.vocabulary.Derivation`, by which a protocol's analyses admit them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from .catalogue_arms import ARM_ENTRIES
from .catalogue_comparisons import COMPARISON_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DERIVATIONS", "DerivationLevel", "DerivationMethod"]

DerivationLevel = Literal["arm", "pair", "contrast", "design"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationMethod:
    """One derivation, for documentation, explanations and the text of methods.

    Attributes
    ----------
    id : str
        Its name in protocols.
    title : str
        A few words, as in the notes of a figure.
    level : {"arm", "pair", "contrast", "design"}
        What it is done to: one arm's values, a pair of arms, a printed comparison, or the arms as the design has them.
    formula : str
        In plain characters.
    assumption : str
        What must be true for it to be right; empty if nothing beyond arithmetic.
    refuses : str
        When it gives no number.
    source : str
        Where it was published, with its DOI.
    computed_by : tuple of str
        The entries of `evidence.reported.METHODS` that do the arithmetic; empty where there is none of them.

    Examples
    --------
    >>> DERIVATIONS["se-to-sd"].formula
    'SD = SE × √n'
    """

    id: str
    title: str
    level: DerivationLevel
    formula: str
    assumption: str
    refuses: str
    source: str
    computed_by: tuple[str, ...] = ()


DERIVATIONS: Mapping[str, DerivationMethod] = MappingProxyType(
    {entry["id"]: DerivationMethod(**entry) for entry in (*ARM_ENTRIES, *COMPARISON_ENTRIES)}
)
