"""Small-study effects: tests of funnel plot asymmetry, and what the mean would be without it.

>>> from evidence.pool import pool
>>> fit = pool([0.9, 0.6, 0.5, 0.3, 0.2], [0.20, 0.12, 0.07, 0.03, 0.02])
>>> egger(fit, force=True)
<RegressionTest: test t(3) = 13.71, p < 0.001; slope 2.167 [1.664, 2.671]; ...>
"""

from __future__ import annotations

from .binary_tests import debray, deeks, harbord, macaskill, peters
from .excess_significance import ExcessSignificance, excess_significance
from .fail_safe import FailSafeN, fail_safe_n
from .limit import LimitResult, limit_meta_analysis
from .pet_peese import PetPeese, PrecisionEffect, peese, pet, pet_peese
from .rank_test import RankTest, begg
from .regression_tests import RegressionTest, egger
from .sparse_tests import ruecker, schwarzer
from .trim_and_fill import TrimAndFill, trim_and_fill

__all__ = [
    "ExcessSignificance",
    "FailSafeN",
    "LimitResult",
    "PetPeese",
    "PrecisionEffect",
    "RankTest",
    "RegressionTest",
    "TrimAndFill",
    "begg",
    "debray",
    "deeks",
    "egger",
    "excess_significance",
    "fail_safe_n",
    "harbord",
    "limit_meta_analysis",
    "macaskill",
    "peese",
    "pet",
    "pet_peese",
    "peters",
    "ruecker",
    "schwarzer",
    "trim_and_fill",
]
