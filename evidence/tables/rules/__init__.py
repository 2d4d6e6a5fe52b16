"""Rules between the cells of a row, the rows of a study, and tables.

They part damage of the tables, which is always reported, from contradictions in the reports, which the base must be
able to hold. A contradiction in a report is let through where the base says that it is one: the row has the status
``conflict``, which in turn must be explained in ``conflicts``. Each rule's docstring says which of the two it is.
"""

from __future__ import annotations

from .baselines import BASELINE_RULES
from .bias import BIAS_RULES
from .certainty import CERTAINTY_RULES
from .counts import COUNT_RULES
from .findings import FINDING_RULES
from .literature import LITERATURE_RULES
from .rule import Rule
from .trials import TRIAL_RULES
from .values import VALUE_RULES

__all__ = ["RULES", "Rule"]

RULES: tuple[Rule, ...] = (
    *TRIAL_RULES,
    *COUNT_RULES,
    *VALUE_RULES,
    *BASELINE_RULES,
    *LITERATURE_RULES,
    *BIAS_RULES,
    *CERTAINTY_RULES,
    *FINDING_RULES,
)
