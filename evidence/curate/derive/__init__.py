"""What was reported, turned into what a synthesis needs: each step named, with formula, assumption and source.

`DERIVATIONS` describes them all, `derive_arms` applies those for single arms to any table, and selections apply them to
the evidence base as far as an analysis admits them. The arithmetic is that of `evidence.reported`.

>>> DERIVATIONS["p-to-sd"].title
'SD from a p-value'
"""

from __future__ import annotations

from .catalogue import DERIVATIONS, DerivationMethod
from .frame import ADMITTED, derive_arms
from .words import describe_derivations

__all__ = ["ADMITTED", "DERIVATIONS", "DerivationMethod", "derive_arms", "describe_derivations"]
