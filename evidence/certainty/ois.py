"""The optimal information size: how many people one well-powered trial of the question would need."""

from __future__ import annotations

import math

from ..errors import InputError

__all__ = ["optimal_information_size"]


def optimal_information_size(
    *,
    control_risk: float | None = None,
    relative_reduction: float = 0.25,
    difference: float | None = None,
    sd: float | None = None,
    alpha: float = 0.05,
    power: float = 0.8,
) -> int:
    """Return the number of people, both arms together, that a single trial with equal arms would need.

    With z = Φ⁻¹(1 − α/2) + Φ⁻¹(power), for a risk p₂ in the control arm and p₁ = p₂ (1 − `relative_reduction`),
    N = 2 z² (p₁ (1 − p₁) + p₂ (1 − p₂)) / (p₁ − p₂)²; for means, N = 4 z² sd² / difference². Each arm is rounded up.

    Parameters
    ----------
    control_risk : float, optional
        Risk in the control arm, between 0 and 1.
    relative_reduction : float
        The relative reduction of risk to be detected, between 0 and 1; GRADE suggests 0.20 to 0.30.
    difference, sd : float, optional
        The difference of means to be detected, and the standard deviation, in the same unit.
    alpha, power : float
        Two-sided error, and power.

    Raises
    ------
    InputError
        If neither a risk nor a difference with its SD is given, or if a number is out of its range.

    References
    ----------
    Guyatt GH, et al. GRADE guidelines 6: rating the quality of evidence, imprecision. J Clin Epidemiol
    2011;64:1283-93. https://doi.org/10.1016/j.jclinepi.2011.01.012

    Examples
    --------
    >>> optimal_information_size(control_risk=0.2)
    1806
    >>> optimal_information_size(difference=5, sd=10)
    126
    """
    from scipy.special import ndtri

    shares = {"alpha": alpha, "power": power, "relative_reduction": relative_reduction}
    given = {"control_risk": control_risk, "difference": difference, "sd": sd}
    for name, value in {**shares, **given}.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise InputError(f"{name} is {value!r}; it must be a number")
    for name, value in shares.items():
        if not 0 < value < 1:
            raise InputError(f"{name} is {value:g}; it must lie between 0 and 1")
    z = float(ndtri(1 - alpha / 2) + ndtri(power))
    if control_risk is not None:
        if not 0 < control_risk < 1:
            raise InputError(f"control_risk is {control_risk:g}; it must lie between 0 and 1, both exclusive")
        treated = control_risk * (1 - relative_reduction)
        spread = treated * (1 - treated) + control_risk * (1 - control_risk)
        return 2 * math.ceil(z**2 * spread / (control_risk - treated) ** 2)
    if difference is None or sd is None:
        raise InputError("give control_risk, or difference together with sd")
    if not (difference != 0 and math.isfinite(difference) and sd > 0 and math.isfinite(sd)):
        raise InputError(f"difference is {difference:g} and sd is {sd:g}; neither may be 0, and sd must be positive")
    return 2 * math.ceil(2 * z**2 * sd**2 / difference**2)
