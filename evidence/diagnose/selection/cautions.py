"""What a reader of a selection model must know before quoting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..small_study.data import ENOUGH_STUDIES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .choices import SelectionChoices
    from .result import SelectionConvergence

__all__ = ["list_cautions"]

_FEW_IN_INTERVAL = 4
_CLOSE = 1.92
_ASSUMED = (
    "The estimates hold if studies were selected in the way that this weight function says, which the data cannot "
    "show; compare several, as a sensitivity analysis."
)


def list_cautions(
    choices: SelectionChoices,
    *,
    k: int,
    counts: NDArray[np.intp],
    convergence: SelectionConvergence,
    singular: bool,
    others: tuple[float, ...],
) -> tuple[str, ...]:
    """Return the cautions of one model, each a sentence.

    Parameters
    ----------
    choices : SelectionChoices
        The model.
    k : int
        Number of studies.
    counts : array, shape (intervals,)
        Studies in each interval.
    convergence : SelectionConvergence
        Its certificate.
    singular : bool
        Whether there is no covariance.
    others : tuple of float
        How far below the log-likelihoods of other cutpoints are.
    """
    estimated = any(choices.free)
    found = []
    if k < ENOUGH_STUDIES:
        found.append(f"With {k} studies a selection model says little; at least {ENOUGH_STUDIES} are advised.")
    if estimated and len(counts) and counts[0] == 0:
        found.append("No study has p up to the threshold: there is nothing to tell the weight there by.")
    elif estimated and len(counts) and counts.min() < _FEW_IN_INTERVAL:
        found.append(
            f"An interval holds only {counts.min()} {'study' if counts.min() == 1 else 'studies'}: its weight rests on "
            "them, and its interval by confint() is more honest than that by the standard error."
        )
    found += _about_bounds(choices, convergence)
    if singular:
        found.append(
            "There are no standard errors: the likelihood does not curve downwards in all parameters, which are not "
            "told apart by these data."
        )
    near = [mode["loglik"] - convergence.modes[0]["loglik"] for mode in convergence.modes[1:]]
    close = [value for value in (*near, *others) if value > -_CLOSE]
    if near and max(near) > -_CLOSE:
        found.append(
            f"The likelihood has {len(near) + 1} maxima; the next is only {-max(near):.2g} below in log-likelihood, "
            "with other estimates (see convergence.modes)."
        )
    if choices.kind == "truncest":
        found.append(
            f"Other cutpoints within 1.92 in log-likelihood of the best: {len(close)}. The cutpoint has no standard "
            "error, and the test of selection, which does not count it, is too liberal."
        )
    return (*found, _ASSUMED)


def _about_bounds(choices: SelectionChoices, convergence: SelectionConvergence) -> list[str]:
    found = []
    selection = [name for name in convergence.at_bound if name != "tau2"]
    if selection:
        found.append(
            f"{', '.join(selection)} ended at a bound: standard errors and tests do not hold there, and other bounds "
            "(delta_min, delta_max) may give another estimate."
        )
    if "tau2" in convergence.at_bound:
        found.append("τ² is estimated as 0; the other standard errors are those for τ² = 0.")
    one_sided = {"halfnorm", "negexp", "logistic", "power", "negexppow"}
    if choices.kind in one_sided and any(choices.free) and not selection:
        found.append("No selection is at the edge of what delta can be: tests of it are conservative.")
    return found
