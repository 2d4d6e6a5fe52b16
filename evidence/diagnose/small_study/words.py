"""What a test of small-study effects cannot tell, said once."""

from __future__ import annotations

__all__ = ["ASYMMETRY", "about_measure"]

ASYMMETRY = (
    "Asymmetry is not proof of publication bias, and symmetry is not proof of its absence: differences between small "
    "and large studies, poor methods, the effect measure or chance look the same."
)

_STANDARDISED = frozenset({"SMD", "SMDH", "SMD1", "SMD1H", "SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH"})
_BINARY = frozenset({"OR", "RR", "RD", "PETO"})


def about_measure(measure: str, predictor: str) -> tuple[str, ...]:
    """Return the caution that a measure calls for when its own standard error is the predictor.

    Examples
    --------
    >>> about_measure("MD", "sei"), about_measure("SMD", "sqrtninv")
    ((), ())
    >>> about_measure("OR", "sei")[0].split(",")[0]
    'The standard error of OR depends on the effect itself'
    """
    if predictor not in ("sei", "vi"):
        return ()
    if measure in _STANDARDISED:
        return (
            f"The standard error of {measure} depends on the effect itself, which makes funnels asymmetric without "
            "any bias; a predictor from sample sizes (ni=, predictor='sqrtninv') does not.",
        )
    if measure in _BINARY:
        return (
            f"The standard error of {measure} depends on the effect itself, which makes funnels asymmetric without "
            "any bias; harbord() and peters() take the 2×2 tables instead.",
        )
    return ()
