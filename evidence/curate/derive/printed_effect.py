"""Effect and sampling variance straight from a printed comparison of two arms."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..arms import Step
from ..units import conversion_factor
from .asking import Found, ask
from .cells import number, printed, shown, word

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["MEASURE_NAMES", "PrintedEffect", "contrast_methods", "measure_of", "printed_effect"]

MEASURE_NAMES: dict[str, tuple[str, ...]] = {
    "MD": ("mean difference", "difference in means", "weighted mean difference"),
    "SMD": ("standardised mean difference", "standardized mean difference", "hedges' g", "hedges g"),
    "ROM": ("ratio of means",),
    "RR": ("risk ratio", "relative risk"),
    "OR": ("odds ratio",),
    "RD": ("risk difference",),
    "PETO": ("peto odds ratio",),
}
_RATIOS = ("RR", "OR", "ROM", "PETO")
_NOT_OF_A_RATIO = (
    "the estimate is halfway between the limits on the raw scale, not on that of logarithms: they do not fit a ratio"
)
_SIGNED = {"t": 1.0, "z": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedEffect:
    """An effect on the scale of the analysis, with its steps; NaN with obstacles where it cannot be used."""

    yi: float = math.nan
    vi: float = math.nan
    unit: str = ""
    steps: tuple[Step, ...] = ()
    obstacles: tuple[str, ...] = ()


def measure_of(row: Mapping[str, Any]) -> str:
    """Return the code of the measure that a row of the contrasts table prints; empty where it is none that is known.

    Examples
    --------
    >>> measure_of({"estimate_measure": "Odds ratio"}), measure_of({"estimate_measure": "RR"}), measure_of({})
    ('OR', 'RR', '')
    """
    name = word(row, "estimate_measure")
    if name in MEASURE_NAMES:
        return name
    return next((code for code, names in MEASURE_NAMES.items() if name.casefold() in names), "")


def contrast_methods(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the derivations that what is printed beside an estimate allows, the most direct first."""
    if not printed(row, "estimate"):
        return ()
    methods = []
    if printed(row, "se"):
        methods.append("contrast-se")
    if printed(row, "ci_low", "ci_high"):
        methods.append("contrast-ci")
    if printed(row, "statistic_value") and word(row, "statistic") in ("t", "F", "z", "chi2"):
        methods.append("contrast-statistic")
    if printed(row, "p_value") and word(row, "p_scope") == "between-arms":
        by_p = {"=": ["contrast-p"], "<": ["contrast-p-bound"], "≤": ["contrast-p-bound"]}
        methods += by_p.get(word(row, "p_operator"), [])
    return tuple(methods)


def printed_effect(
    row: Mapping[str, Any],
    *,
    measure: str,
    admitted: Collection[str],
    unit: str = "",
    units: Collection[str] = (),
    defined: Mapping[str, str] | None = None,
    reverse: bool = False,
    paired: bool = False,
) -> PrintedEffect:
    """Return the effect that a row of the contrasts table prints, by the most direct way that is admitted.

    Parameters
    ----------
    row : mapping
        A row as in the contrasts table; columns may be absent.
    measure : str
        The measure of the synthesis: nothing else is turned into it.
    admitted : collection of str
        The derivations admitted.
    unit : str
        The unit of mean differences.
    units : collection of str
        Units that stay as they are.
    defined : mapping of str to str, optional
        Unit → what it is in terms that pint knows.
    reverse : bool
        Whether the effect is asked for the other way round.
    paired : bool
        Whether the arms are sides of the same people, whose t has n − 1 degrees of freedom and not n − 2.
    """
    methods = contrast_methods(row)
    if not methods:
        return PrintedEffect(obstacles=("no estimate is printed with an SE, interval, statistic or p-value",))
    found_measure = measure_of(row)
    if found_measure != measure:
        name = word(row, "estimate_measure") or "an estimate of an unknown measure"
        return PrintedEffect(obstacles=(f"printed as {name}, not as {measure}",))
    method = next((name for name in methods if name in admitted), methods[0])
    obstacles = () if method in admitted else ("only printed as a comparison",)
    found, text = _BY_METHOD[method](row, measure, _df(row, measure, paired=paired))
    yi, vi = found["yi"], found["vi"]
    if math.isnan(vi):
        return PrintedEffect(obstacles=(*obstacles, f"the printed effect gives no variance: {found.why_not}"))
    shape = f"{measure} {shown(number(row, 'estimate'))}"
    scale = " (on logarithms)" if measure in _RATIOS else ""
    step = Step(
        method=method,
        text=f"{shape} as printed, {text}: SE {shown(math.sqrt(vi))}{scale}",
        assumption=_ASSUMPTIONS[method],
        caution=found.caution,
    )
    effect = PrintedEffect(yi=-yi if reverse else yi, vi=vi, steps=(step,), obstacles=obstacles)
    own = word(row, "unit")
    if measure != "MD" or own in units:
        return replace(effect, unit=own if measure == "MD" else "")
    factor = conversion_factor(own, unit, defined or {}) if own else None
    return _in_unit(effect, own, unit, factor, admitted)


def _in_unit(
    effect: PrintedEffect, own: str, unit: str, factor: float | None, admitted: Collection[str]
) -> PrintedEffect:
    """Return a mean difference in the unit asked for."""
    if factor is None:
        told = f"unit {own or 'not-stated'} cannot be brought to {unit}"
        return replace(effect, unit=own, obstacles=(*effect.obstacles, told))
    if factor == 1.0:
        return replace(effect, unit=unit)
    unwanted: tuple[str, ...] = () if "unit" in admitted else (f"in {own}, not in {unit}",)
    text = f"{shown(effect.yi)} {own} × {factor:.6g} = {shown(effect.yi * factor)} {unit}"
    return replace(
        effect,
        yi=effect.yi * factor,
        vi=effect.vi * factor**2,
        unit=unit,
        steps=(*effect.steps, Step(method="unit", text=text)),
        obstacles=(*effect.obstacles, *unwanted),
    )


def _scale(measure: str) -> str:
    return "log" if measure in _RATIOS else "raw"


def _df(row: Mapping[str, Any], measure: str, *, paired: bool) -> float:
    """Return the degrees of freedom of a difference in means of n people; NaN for the normal distribution."""
    df = number(row, "n") - (1 if paired else 2)
    return df if measure == "MD" and df > 0 else math.nan


def _from_se(row: Mapping[str, Any], measure: str, df: float) -> tuple[Found, str]:
    estimate, se = number(row, "estimate"), number(row, "se")
    if measure in _RATIOS and estimate <= 0:
        return Found(why_not=f"a ratio of {shown(estimate)}"), ""
    if se <= 0:
        return Found(why_not=f"an SE of {shown(se)}"), ""
    yi = math.log(estimate) if measure in _RATIOS else estimate
    return Found(value={"yi": yi, "vi": se**2}), f"SE {shown(se)}"


def _from_ci(row: Mapping[str, Any], measure: str, df: float) -> tuple[Found, str]:
    low, high, level = (number(row, name) for name in ("ci_low", "ci_high", "ci_level"))
    found = ask(
        "effect_from_ci",
        ci_low=low,
        ci_high=high,
        estimate=number(row, "estimate"),
        level=level,
        scale=_scale(measure),
        df=df,
    )
    if found.value and measure in _RATIOS and _centred_on_raw(number(row, "estimate"), low, high):
        found = replace(found, caution=_NOT_OF_A_RATIO)
    kind = "a normal" if math.isnan(df) else f"a t({shown(df)})"
    return found, f"{100 * level:g}% CI {shown(low)} to {shown(high)}, {kind} interval"


def _centred_on_raw(estimate: float, low: float, high: float) -> bool:
    """Whether a ratio is the middle of its limits on the raw scale and, beyond rounding, not on the logarithmic one.

    Rounding is that of the number with most decimals; two of its typical errors are allowed for.
    """
    half = 0.5 * 10.0 ** -max(_decimals(value) for value in (estimate, low, high))
    rounding = 2 * half / math.sqrt(3) * math.sqrt(1 + (high / low + low / high) / 4)
    raw, log = (low + high) / 2, math.sqrt(low * high)
    return abs(estimate - raw) <= 2 * half * (1 + 1e-9) and min(abs(estimate - log), raw - log) > rounding


def _decimals(value: float) -> int:
    return len(f"{value:.10f}".rstrip("0").partition(".")[2])


def _from_statistic(row: Mapping[str, Any], measure: str, df: float) -> tuple[Found, str]:
    name, value = word(row, "statistic"), number(row, "statistic_value")
    if name not in _SIGNED and value < 0:
        return Found(why_not=f"{name} {shown(value)} is negative"), ""
    z = value if name in _SIGNED else math.sqrt(value)
    found = ask("effect_from_z", estimate=number(row, "estimate"), z=z, scale=_scale(measure))
    return found, f"{name.replace('chi2', 'χ²')} = {shown(value)}"


def _from_p(row: Mapping[str, Any], measure: str, df: float) -> tuple[Found, str]:
    operator, p = word(row, "p_operator"), number(row, "p_value")
    found = ask(
        "effect_from_p",
        estimate=number(row, "estimate"),
        p=p,
        scale=_scale(measure),
        df=df,
        operator="<=" if operator == "≤" else operator,
    )
    return found, f"p {operator} {shown(p)}"


_BY_METHOD = {
    "contrast-se": _from_se,
    "contrast-ci": _from_ci,
    "contrast-statistic": _from_statistic,
    "contrast-p": _from_p,
    "contrast-p-bound": _from_p,
}
_ASSUMPTIONS = {
    "contrast-se": "the SE is on the scale of the analysis (of the logarithm for ratios)",
    "contrast-ci": "the interval is estimate ± critical value × SE on this scale",
    "contrast-statistic": "the statistic tests this effect against no effect, by the effect over its SE",
    "contrast-p": "the p-value is two-sided and tests this effect against no effect, by the effect over its SE",
    "contrast-p-bound": (
        "the p-value is two-sided and tests this effect; the true SE is smaller, so that the trial counts for less "
        "than it should"
    ),
}
