"""What a reader must know before quoting a generalised linear mixed model."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from ..numbers import MINUS, format_number, format_percent
from ..pool.digits import show_variance

if TYPE_CHECKING:
    from .glmm_choices import GlmmChoices
    from .glmm_data import CountStudies
    from .glmm_optimum import Optimum

__all__ = ["glmm_cautions"]

_RARE = 0.1
_ROUGH = 1e-6
_TOO_FEW = 0.005


def glmm_cautions(studies: CountStudies, choices: GlmmChoices, found: Optimum, tau2: float) -> tuple[str, ...]:
    """Return the cautions of one fit, each a sentence or two.

    Parameters
    ----------
    studies : CountStudies
        The counts.
    choices : GlmmChoices
        The options.
    found : Optimum
        The maximum of the likelihood.
    tau2 : float
        The estimate; NaN where it could not be estimated.
    """
    k = len(studies.design.matrix)
    said = []
    if k == 1:
        said.append("This is one study, not a synthesis: variance between studies cannot be estimated.")
    elif k == 2:
        said.append("Two studies say next to nothing about the variance between studies; every interval depends on it.")
    said += _about_rows(studies)
    if choices.model == "CM.AL":
        said += _not_rare(studies)
    if len(found.modes) > 1:
        first = 1 if choices.model == "UM.RS" else 0
        modes = ", ".join(show_variance(float(sum(load**2 for load in mode[first:]))) for mode in found.modes)
        said.append(f"The likelihood has {len(found.modes)} maxima (τ² {modes}); the highest was taken.")
    if choices.nagq is not None and found.quadrature_error > _TOO_FEW:
        points = f"{choices.nagq} point{'s' if choices.nagq > 1 else ''}"
        error = format_number(found.quadrature_error, 3)
        said.append(f"With {points} of quadrature the log-likelihood is off by {error}; the default is exact.")
    elif choices.nagq is None and found.quadrature_error > _ROUGH:
        error = f"{found.quadrature_error:.0e}".replace("-", MINUS)
        said.append(f"The variance between studies is very large; the log-likelihood is exact to {error} only.")
    if choices.cor and found.at.point.loads[0] == 0 and tau2 > 0:
        said.append("The study levels do not vary (σ² = 0), so that their correlation with the effects is not defined.")
    elif choices.cor and tau2 > 0 and found.at.point.loads[2] == 0:
        said.append(
            "The correlation of study levels and effects is estimated at its bound (ρ = ±1), where these data say "
            "little about it; standard errors take it as known."
        )
    return tuple(said)


def _about_rows(studies: CountStudies) -> list[str]:
    said = []
    for reason, count in Counter(studies.reasons.values()).items():
        rows = f"{count} {'study' if count == 1 else 'studies'}"
        said.append(f"{rows} left out ({reason}).")
    fractional = int(studies.table.fractional[studies.included].sum())
    if fractional:
        rows = f"{fractional} {'study' if fractional == 1 else 'studies'}"
        said.append(f"Counts of {rows} are not whole numbers: the likelihood assumes that they are.")
    return said


def _not_rare(studies: CountStudies) -> list[str]:
    a, b, c, d = studies.numbers
    risk = np.maximum(a / (a + b), c / (c + d))
    common = int((risk > _RARE).sum())
    if not common:
        return []
    return [
        f"CM.AL stands for the exact conditional model only where events are rare; in {common} of {len(risk)} studies "
        f"more than {format_percent(100 * _RARE)} of a group have the event. It draws odds ratios towards 1; CM.EL or "
        "UM.FS do not need the approximation."
    ]
