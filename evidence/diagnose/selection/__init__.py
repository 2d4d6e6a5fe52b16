"""Selection models: the effect without selection for significance, and how strong the selection was.

>>> from evidence.pool import pool
>>> yi = [0.62, 0.55, 0.21, 0.71, 0.33, 0.29, 0.25, 0.21, 0.12, 0.08, 0.45, 0.05, -0.1, 0.3]
>>> vi = [0.09, 0.07, 0.05, 0.11, 0.02, 0.02, 0.01, 0.01, 0.01, 0.02, 0.06, 0.01, 0.05, 0.03]
>>> selection_model(pool(yi, vi), "3PSM")
<SelectionModel: ...>
"""

from __future__ import annotations

from .api import selection_model
from .p_uniform import PUniform, p_uniform
from .p_uniform_star import PUniformStar, p_uniform_star
from .result import SelectionConvergence, SelectionModel

__all__ = [
    "PUniform",
    "PUniformStar",
    "SelectionConvergence",
    "SelectionModel",
    "p_uniform",
    "p_uniform_star",
    "selection_model",
]
