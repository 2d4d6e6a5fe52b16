r"""The models of `glmm` as families, designs and loadings.

=========== =========================== ==================================== ===========================
model       arms                        fixed part                           random part (τ² > 0)
=========== =========================== ==================================== ===========================
PLO, IRLN   one binomial or Poisson     :math:`x_i'β`                        :math:`u_i`
CM.AL, IRR  events of group 1 of all    :math:`o_i + x_i'β`                  :math:`u_i`
CM.EL       2×2 table given margins     :math:`x_i'β`                        :math:`u_i`
UM.FS       two binomial or Poisson     :math:`ν_i + g_1 x_i'β`, ν free      :math:`c_a u_i`
UM.RS       two binomial or Poisson     :math:`μ + g_1 x_i'β`                :math:`s_i + c_a u_i`
=========== =========================== ==================================== ===========================

with :math:`u_i \sim N(0, τ²)`, :math:`s_i \sim N(0, σ²)`, :math:`g_1 = 1` in group 1 and 0 in group 2, :math:`o_i` the
log ratio of the group sizes or person-times, and :math:`c_a` = ±½, (1, 0) or (0, 1) as `coding` says.

Stijnen T, Hamza TH, Özdemir P (2010). Random effects meta-analysis of event outcome in the framework of the generalized
linear mixed model with applications in sparse data. doi:10.1002/sim.4040.
Jackson D, Law M, Stijnen T, Viechtbauer W, White IR (2018). A comparison of seven random-effects models for
meta-analyses that estimate the summary odds ratio. doi:10.1002/sim.7588.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import ConvergenceError, InputError
from .glmm_families import Binomial, Poisson
from .glmm_likelihood import MixedModel
from .noncentral_hypergeometric import NoncentralHypergeometric, noncentral_hypergeometric

if TYPE_CHECKING:
    from ..effects.arrays import BoolArray
    from ..pool.core import Array

__all__ = [
    "CONDITIONAL",
    "ArmFamily",
    "build_model",
    "effect_variances",
    "families",
    "first_guess",
    "need_finite_estimate",
    "uninformative",
]

ArmFamily = Binomial | Poisson | NoncentralHypergeometric

CONDITIONAL = ("CM.EL", "CM.AL")
_TWO_GROUPS = ("OR", "IRR")
_CODES = {0.5: (0.5, -0.5), 1.0: (1.0, 0.0), 0.0: (0.0, 1.0)}


def families(numbers: Array, measure: str, model: str) -> tuple[ArmFamily, Array]:
    """Return the likelihoods of the arms and the offsets of their predictors.

    Parameters
    ----------
    numbers : array, shape (2 or 4, k)
        a, b, c, d for OR; events and person-time of both groups for IRR; events and people for PLO; events and
        person-time for IRLN.
    measure, model : str
        As in `evidence.counts.glmm`.

    Returns
    -------
    family, offset
        The offset has shape (k, A).
    """
    if measure == "PLO":
        return Binomial(x=numbers[0][:, None], n=numbers[1][:, None]), np.zeros((numbers.shape[1], 1))
    if measure == "IRLN":
        return Poisson(x=numbers[0][:, None], time=numbers[1][:, None]), np.zeros((numbers.shape[1], 1))
    first, rest1, second, rest2 = numbers
    if model in CONDITIONAL:
        if measure == "OR" and model == "CM.EL":
            return noncentral_hypergeometric(*numbers), np.zeros((len(first), 1))
        sizes = (first + rest1, second + rest2) if measure == "OR" else (rest1, rest2)
        return Binomial(x=first[:, None], n=(first + second)[:, None]), np.log(sizes[0] / sizes[1])[:, None]
    events, others = np.column_stack([first, second]), np.column_stack([rest1, rest2])
    family = Binomial(x=events, n=events + others) if measure == "OR" else Poisson(x=events, time=others)
    return family, np.zeros(events.shape)


def build_model(
    family: ArmFamily, offset: Array, design: Array, *, model: str, random: bool, coding: float, cor: bool
) -> MixedModel:
    """Return the model of checked studies.

    Parameters
    ----------
    family, offset
        As from `families`.
    design : array, shape (k, p)
        Moderators, the intercept included.
    model : str
        ``"UM.FS"`` or ``"UM.RS"`` for two arms; anything for one.
    random : bool
        Whether the effect varies between studies.
    coding, cor
        As in `evidence.counts.glmm`.
    """
    k, arms = offset.shape
    if arms == 1:
        basis = np.ones((1, 1, 1)) if random else np.zeros((0, 1, 1))
        return _model(family, offset, design[:, None, :], (0.0,), basis)
    in_group_1 = np.stack([design, np.zeros_like(design)], axis=1)
    codes = np.array(_CODES[coding])
    if model == "UM.FS":
        basis = codes[None, :, None] if random else np.zeros((0, 2, 1))
        return _model(family, offset, in_group_1, (1.0, 1.0), basis)
    with_mean = np.concatenate([in_group_1, np.ones((k, 2, 1))], axis=2)
    return _model(family, offset, with_mean, (0.0, 0.0), _two_random_effects(codes, random=random, cor=cor))


def _model(family: ArmFamily, offset: Array, design: Array, nuisance: tuple[float, ...], basis: Array) -> MixedModel:
    own = np.full(len(offset), any(nuisance))
    return MixedModel(family=family, offset=offset, design=design, nuisance=np.array(nuisance), own=own, basis=basis)


def _two_random_effects(codes: Array, *, random: bool, cor: bool) -> Array:
    """Return the loadings of study and effect; correlated, by the Cholesky factor of their covariance."""
    if not random:
        return np.ones((1, 2, 1))
    study = np.column_stack([np.ones(2), np.zeros(2)])
    effect = np.column_stack([np.zeros(2), codes])
    shared = np.column_stack([codes, np.zeros(2)])
    return np.stack([study, shared, effect] if cor else [study, effect])


def uninformative(numbers: Array, measure: str) -> dict[str, BoolArray]:
    """Return which studies say nothing about a difference between groups, by the reason.

    >>> uninformative(np.array([[0.0, 1.0], [5.0, 4.0], [0.0, 0.0], [6.0, 6.0]]), "OR")["no events in either group"]
    array([ True, False])
    """
    if measure not in _TWO_GROUPS:
        return {}
    first, rest1, second, rest2 = numbers
    found = {"no events in either group": (first == 0) & (second == 0)}
    if measure == "OR":
        found["nothing but events in both groups"] = (rest1 == 0) & (rest2 == 0)
    return found


def effect_variances(numbers: Array, measure: str) -> Array:
    """Return the sampling variance of each study's effect, half an event added to the cells of studies with a zero.

    They serve I² and H² alone. Shape (k,).
    """
    cells = numbers[[0, 2]] if measure == "IRR" else numbers
    if measure == "PLO":
        cells = np.stack([numbers[0], numbers[1] - numbers[0]])
    elif measure == "IRLN":
        cells = numbers[:1]
    return np.asarray((1 / np.where((cells == 0).any(axis=0), cells + 0.5, cells)).sum(axis=0))


def first_guess(model: MixedModel, family: ArmFamily) -> tuple[tuple[Array, Array], float]:
    """Return where to begin, by weighted least squares on empirical logits or log rates, and the least standard error.

    Returns
    -------
    start : tuple of array
        Common coefficients and each study's own.
    spread : float
        The standard error of the most precise study's effect.
    """
    y, w = family.empirical()
    y = y - model.offset
    e = model.nuisance * model.own[:, None]
    weight = (w * e * e).sum(axis=1)
    weight = np.where(weight > 0, weight, 1.0)
    y_mean = (w * e * y).sum(axis=1) / weight
    d_mean = np.einsum("ka,kap->kp", w * e, model.design) / weight[:, None]
    root = np.sqrt(w)
    left = (root[:, :, None] * (model.design - e[:, :, None] * d_mean[:, None, :])).reshape(-1, model.design.shape[2])
    right = (root * (y - e * y_mean[:, None])).ravel()
    fixed = np.linalg.lstsq(left, right, rcond=None)[0] if left.shape[1] else np.zeros(0)
    variance = np.where(w > 0, 1 / np.where(w > 0, w, 1.0), 0.0).sum(axis=1)
    return (fixed, y_mean - d_mean @ fixed), float(np.sqrt(variance[variance > 0].min()))


def need_finite_estimate(model: MixedModel, family: ArmFamily, names: tuple[str, ...]) -> None:
    """Refuse data that some coefficients fit ever better the larger they are.

    Such a direction keeps the predictors of arms with both outcomes, does not raise those of arms without events,
    and does not lower those of arms with nothing else (Albert and Anderson 1984, doi:10.1093/biomet/71.1.1). Whether
    there is one is decided by linear programming.

    Raises
    ------
    InputError
        Where there is one, naming the coefficients that would be infinite.
    """
    none, every = family.at_bound()
    used = family.empirical()[1] > 0
    k, arms, p = model.design.shape
    rows = model.design.reshape(-1, p)
    if model.nuisance.any():
        own = np.einsum("ij,a->iaj", np.diag(model.own.astype(float)), model.nuisance).reshape(k * arms, k)
        rows = np.column_stack([rows, own[:, model.own]])
    low, high = (used & none).ravel(), (used & every).ravel()
    both = low & high
    fixed = used.ravel() & ~low & ~high
    # older numpy has no rank of no rows
    if fixed.any() and np.linalg.matrix_rank(rows[fixed]) == rows.shape[1]:
        return
    direction = _separating(rows[fixed], np.concatenate([-rows[low & ~both], rows[high & ~both]]))
    infinite = [name for name, value in zip(names, direction[:p], strict=False) if abs(value) > 1e-6]
    if infinite:
        raise InputError(
            f"the counts determine no finite estimate of {', '.join(infinite)}: the likelihood rises without end. "
            "Either no event, or nothing but events, stands on one side of what is compared"
        )


def _separating(fixed: Array, rising: Array) -> Array:
    """Return the direction, within −1 and 1, that raises `rising` the most, none of it being lowered."""
    from scipy.optimize import linprog

    columns = fixed.shape[1]
    if not len(rising):
        return np.zeros(columns)
    found = linprog(
        -rising.sum(axis=0),
        A_ub=-rising,
        b_ub=np.zeros(len(rising)),
        A_eq=fixed if len(fixed) else None,
        b_eq=np.zeros(len(fixed)) if len(fixed) else None,
        bounds=(-1, 1),
    )
    if found.status != 0:
        raise ConvergenceError(f"whether the estimate is finite could not be decided: {found.message}")
    direction: Array = np.asarray(found.x, float)
    return direction if (rising @ direction).sum() > 1e-7 else np.zeros(columns)
