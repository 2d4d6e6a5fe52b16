"""Models of the counts themselves: no effect size per study stands between the data and the pooled result.

>>> found = mantel_haenszel(events1=[4, 6], n1=[123, 306], events2=[11, 29], n2=[139, 303])
>>> value, low, high = found.back_transformed
>>> f"OR {value:.2f} ({low:.2f} to {high:.2f})"
'OR 0.24 (0.12 to 0.49)'
"""

from __future__ import annotations

from .association import ChiSquaredTest
from .beta_binomial_api import beta_binomial
from .beta_binomial_result import BetaBinomialResult
from .glmm_api import glmm
from .glmm_result import GlmmResult
from .mantel_haenszel import mantel_haenszel
from .peto import peto
from .reading import read_counts, read_proportions, read_rates
from .result import CountsResult
from .tables import Counts, Proportions, Rates

__all__ = [
    "BetaBinomialResult",
    "ChiSquaredTest",
    "Counts",
    "CountsResult",
    "GlmmResult",
    "Proportions",
    "Rates",
    "beta_binomial",
    "glmm",
    "mantel_haenszel",
    "peto",
    "read_counts",
    "read_proportions",
    "read_rates",
]
