"""Effect sizes and their sampling variances, and the way back to the scale that people read.

>>> import pandas as pd
>>> trials = pd.DataFrame({"mean1": [103], "sd1": [5.5], "n1": [50], "mean2": [100], "sd2": [4.5], "n2": [50]})
>>> effect_sizes(trials, "SMD")[["yi", "vi"]].round(4)
       yi      vi
0  0.5924  0.0418
"""

from __future__ import annotations

# Many small functions, which one calls by way of this package: `ev.effects.transformations.d_to_cles(0.5)`.
from . import transformations as transformations
from .api import effect_sizes
from .backtransform import back_transform, harmonic_mean_n
from .convert import transform_effects
from .delta import DeltaResult, delta_method
from .measures import effect_scale, is_ratio, measure_label, needs_sizes, null_value
from .proportion_intervals import proportion_interval
from .standardised import hedges_j

__all__ = [
    "DeltaResult",
    "back_transform",
    "delta_method",
    "effect_scale",
    "effect_sizes",
    "harmonic_mean_n",
    "hedges_j",
    "is_ratio",
    "measure_label",
    "needs_sizes",
    "null_value",
    "proportion_interval",
    "transform_effects",
]
