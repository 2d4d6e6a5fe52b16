"""What the reader gives: comparison risks, standard deviations, and from where on a difference is small or large."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from ...errors import InputError, UnknownIdError

if TYPE_CHECKING:
    from ...synthesis import SynthesisResult

__all__ = ["Given", "given"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Values by the id of a synthesis or an outcome.

    Attributes
    ----------
    risks : mapping of str to tuple of float
        Comparison risks, as fractions.
    sds : mapping of str to float
        Standard deviations, in the outcome's unit.
    thresholds : mapping of str to tuple of float
        From where on a difference is small, moderate and large: people per 1000 for risks, else in the outcome's unit.
    """

    risks: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    sds: Mapping[str, float] = field(default_factory=dict)
    thresholds: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)

    def risks_of(self, result: SynthesisResult) -> tuple[float, ...]:
        """Return the comparison risks given for a result; none where nobody gave one."""
        return _of(self.risks, result) or ()

    def sd_of(self, result: SynthesisResult) -> float:
        """Return the SD given for a result, or NaN."""
        found = _of(self.sds, result)
        return math.nan if found is None else found

    def thresholds_of(self, result: SynthesisResult) -> tuple[float, float, float] | None:
        """Return the thresholds given for a result."""
        return _of(self.thresholds, result)


def _of(values: Mapping[str, _T], result: SynthesisResult) -> _T | None:
    return values.get(result.id, values.get(result.synthesis.outcome))


def given(
    results: Sequence[SynthesisResult],
    *,
    baseline_risk: float | Sequence[float] | Mapping[str, float | Sequence[float]] | None = None,
    sd: float | Mapping[str, float] | None = None,
    thresholds: Mapping[str, Sequence[float]] | None = None,
) -> Given:
    """Return what the reader gives, checked against the rows it is for.

    Parameters
    ----------
    results : sequence of SynthesisResult
        The rows of the table.
    baseline_risk : float, sequence or mapping, optional
        Risks without the intervention, from 0 to 1. Without names they are for the one outcome of risks in the table.
    sd : float or mapping, optional
        The SD with which standardised differences are turned into the outcome's unit; without a name as above.
    thresholds : mapping of str to three floats, optional
        By synthesis or outcome: from where on a difference is small, moderate, large.

    Raises
    ------
    InputError
        If a value cannot be one, or is for several outcomes or for none.
    UnknownIdError
        If a name is that of no row.
    """
    risky = [result for result in results if result.synthesis.measure in ("RR", "OR", "PETO", "RD")]
    standard = [result for result in results if result.synthesis.measure in ("SMD", "SMDH")]
    risks = {name: _risks(value) for name, value in _named(baseline_risk, risky, "baseline_risk").items()}
    sds = {name: _sd(value) for name, value in _named(sd, standard, "sd").items()}
    sizes = {name: _sizes(value) for name, value in _named(thresholds, results, "thresholds").items()}
    return Given(risks=risks, sds=sds, thresholds=sizes)


def _named(value: object, results: Sequence[SynthesisResult], what: str) -> dict[str, object]:
    """Return values by name; a bare value belongs to the one outcome that can use it."""
    if value is None:
        return {}
    outcomes = sorted({result.synthesis.outcome for result in results})
    if isinstance(value, Mapping):
        known = [*outcomes, *(result.id for result in results)]
        for name in value:
            if name not in known:
                raise UnknownIdError(f"outcome or synthesis that takes {what}", str(name), known)
        return {str(name): each for name, each in value.items()}
    if len(outcomes) != 1:
        whose = f"{len(outcomes)} outcomes ({', '.join(outcomes)})" if outcomes else "no outcome"
        raise InputError(
            f"{what} without a name would be for {whose} of this table; give it by outcome, as name: value"
        )
    return {outcomes[0]: value}


def _numbers(value: Any, what: str) -> tuple[float, ...]:
    members = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    try:
        return tuple(float(member) for member in members)
    except (TypeError, ValueError):
        raise InputError(f"{what} takes numbers; got {value!r}") from None


def _risks(value: object) -> tuple[float, ...]:
    risks = _numbers(value, "baseline_risk")
    wrong = [risk for risk in risks if not 0 < risk < 1]
    if wrong or not risks:
        shown = f"{wrong[0]:g}" if wrong else "none"
        raise InputError(f"a baseline risk lies between 0 and 1, as 0.12 for 120 per 1000; got {shown}")
    return risks


def _sd(value: object) -> float:
    numbers = _numbers(value, "sd")
    if len(numbers) != 1 or not 0 < numbers[0] < math.inf:
        raise InputError(f"an SD is one number above 0; got {value!r}")
    return numbers[0]


def _sizes(value: object) -> tuple[float, float, float]:
    numbers = _numbers(value, "thresholds")
    if len(numbers) != 3 or not 0 < numbers[0] < numbers[1] < numbers[2] < math.inf:
        raise InputError(f"thresholds are three rising numbers above 0, for small, moderate and large; got {value!r}")
    return numbers[0], numbers[1], numbers[2]
