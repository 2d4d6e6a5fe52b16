"""Effect sizes and their sampling variances, and the way back to the scale that people read.

>>> import pandas as pd
>>> trials = pd.DataFrame({"mean1": [103], "sd1": [5.5], "n1": [50], "mean2": [100], "sd2": [4.5], "n2": [50]})
>>> effect_sizes(trials, "SMD")[["yi", "vi"]].round(4)
       yi      vi
0  0.5924  0.0418
"""

from __future__ import annotations

from .api import effect_sizes
from .backtransform import back_transform, harmonic_mean_n
from .measures import effect_scale, is_ratio, measure_label, null_value
from .standardised import hedges_j

__all__ = [
    "back_transform",
    "effect_scale",
    "effect_sizes",
    "harmonic_mean_n",
    "hedges_j",
    "is_ratio",
    "measure_label",
    "null_value",
]
