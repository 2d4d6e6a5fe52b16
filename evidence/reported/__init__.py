"""Reported, not raw: from what papers print to what a synthesis needs.

Every function takes numbers, lists, arrays or Series, and returns a `Derived`: the numbers by name, the formula with
its source, what it assumes, what was given, and for each row what was done to it or why it has no value. Nothing is
guessed: a row that cannot be derived has NaN and a reason, and a value that must be read with care has a caution.

- one group: `sd_from_se`, `sd_from_ci`, `sd_of_change`, `sd_of_change_from_test`, `r_from_sds`,
  `mean_sd_from_five_numbers`
- two groups: `sd_from_test`, `pooled_sd`, `combine_groups`, `split_group`
- effects: `effect_from_ci`, `effect_from_p`, `effect_from_z`, `wald_effect`, `smd_from_statistic`,
  `smd_from_paired_statistic`, `r_from_statistic`, `log_or_from_chi2`
- counts: `table_from_margins`, `counts_from_percent`
- survival: `log_hr_from_oe`, `log_hr_from_observed_expected`, `log_hr_from_ci`, `log_hr_from_se`,
  `log_hr_from_hr_p`, `log_hr_from_events`, `log_hr_from_logrank_p`

`METHODS` describes them all.

>>> sd_from_se([0.9, 1.2], [25, 36]).sd
array([4.5, 7.2])
>>> METHODS["sd-from-se"].formula
'SD = SE × √n'
"""

from __future__ import annotations

from .catalogue import METHODS, Method
from .differences import sd_from_test
from .effect_errors import effect_from_ci, effect_from_p, effect_from_z
from .five_numbers import mean_sd_from_five_numbers
from .groups import combine_groups, pooled_sd, split_group
from .percent import counts_from_percent
from .result import Derived
from .spread import r_from_sds, sd_from_ci, sd_from_se, sd_of_change, sd_of_change_from_test
from .statistics import r_from_statistic, smd_from_paired_statistic, smd_from_statistic
from .survival import (
    log_hr_from_ci,
    log_hr_from_hr_p,
    log_hr_from_observed_expected,
    log_hr_from_oe,
    log_hr_from_se,
)
from .survival_events import log_hr_from_events, log_hr_from_logrank_p
from .tables import log_or_from_chi2, table_from_margins
from .wald import wald_effect

__all__ = [
    "METHODS",
    "Derived",
    "Method",
    "combine_groups",
    "counts_from_percent",
    "effect_from_ci",
    "effect_from_p",
    "effect_from_z",
    "log_hr_from_ci",
    "log_hr_from_events",
    "log_hr_from_hr_p",
    "log_hr_from_logrank_p",
    "log_hr_from_observed_expected",
    "log_hr_from_oe",
    "log_hr_from_se",
    "log_or_from_chi2",
    "mean_sd_from_five_numbers",
    "pooled_sd",
    "r_from_sds",
    "r_from_statistic",
    "sd_from_ci",
    "sd_from_se",
    "sd_from_test",
    "sd_of_change",
    "sd_of_change_from_test",
    "smd_from_paired_statistic",
    "smd_from_statistic",
    "split_group",
    "table_from_margins",
    "wald_effect",
]
