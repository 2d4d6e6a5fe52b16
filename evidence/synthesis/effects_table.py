"""One row per trial that enters: its numbers, its effect size, its own interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..vocabulary import ProportionMeasure, allowed

if TYPE_CHECKING:
    import pandas as pd

    from ..curate import Contrast
    from ..protocol import Synthesis

__all__ = ["effects_table"]

_PAIRED = {"MD": "MC", "SMD": "SMCRP", "ROM": "ROMC"}
_EFFECT_COLUMNS = (
    "study_id",
    "study",
    "arm_1",
    "arm_2",
    "events1",
    "n1",
    "events2",
    "n2",
    "mean1",
    "sd1",
    "mean2",
    "sd2",
    "unit",
    "value_type",
    "threshold",
    "time_weeks",
    "design",
    "status",
    "paired",
    "r",
    "people",
    "subgroup",
    "derived",
    "rows",
    "steps",
)


def effects_table(contrasts: tuple[Contrast, ...], synthesis: Synthesis) -> pd.DataFrame:
    """Return one row per contrast with ``yi``, ``vi`` and the trial's own (normal) interval.

    Contrasts that carry their effect and variance keep them; those of the others are computed from the arms.
    """
    import numpy as np
    import pandas as pd
    from scipy.special import ndtri

    from ..effects import effect_sizes

    frame = pd.DataFrame([_cells(contrast) for contrast in contrasts], columns=list(_EFFECT_COLUMNS))
    for name in ("yi", "vi"):
        frame[name] = np.nan
    frame["effect_note"] = ""
    direct = np.array([contrast.direct for contrast in contrasts], dtype=bool)
    if direct.any():
        for name in ("yi", "vi"):
            frame.loc[direct, name] = [getattr(contrast, name) for contrast in contrasts if contrast.direct]
    for paired in (False, True):
        chosen = (frame["paired"].astype(bool) == paired) & ~direct
        if not chosen.any():
            continue
        measure = _PAIRED[synthesis.measure] if paired else synthesis.measure
        part = frame.loc[chosen].drop(columns=["yi", "vi", "effect_note"])
        columns = _columns(measure)
        sized = effect_sizes(part, measure, add=synthesis.add, **columns)
        frame.loc[chosen, ["yi", "vi", "effect_note"]] = sized[["yi", "vi", "effect_note"]]
    half = float(ndtri((1 + synthesis.level) / 2)) * np.sqrt(frame["vi"].astype(float))
    frame["ci_low"], frame["ci_high"] = frame["yi"] - half, frame["yi"] + half
    frame["weight"] = np.nan
    return frame


def _columns(measure: str) -> dict[str, Any]:
    """Return which of our columns a measure takes, where its defaults are others."""
    if measure in _PAIRED.values():
        return {"n": "n1"}
    if measure in allowed(ProportionMeasure):
        return {"events": "events1", "n": "n1"}
    return {}


def _cells(contrast: Contrast) -> dict[str, Any]:
    one, two = contrast.arm_1, contrast.arm_2
    return {
        "study_id": contrast.study_id,
        "study": contrast.study_label,
        "arm_1": one.label,
        "arm_2": two.label if two else "",
        "events1": one.events,
        "n1": one.n,
        "events2": two.events if two else math.nan,
        "n2": two.n if two else math.nan,
        "mean1": one.mean,
        "sd1": one.sd,
        "mean2": two.mean if two else math.nan,
        "sd2": two.sd if two else math.nan,
        "unit": one.unit,
        "value_type": contrast.value_type,
        "threshold": contrast.threshold,
        "time_weeks": contrast.time_weeks,
        "design": contrast.design,
        "status": contrast.status,
        "paired": contrast.paired,
        "r": contrast.correlation,
        "people": contrast.n,
        "subgroup": contrast.subgroup,
        "derived": contrast.derived,
        "rows": ";".join(contrast.rows),
        "steps": ";".join(dict.fromkeys(step.method for step in contrast.steps)),
    }
