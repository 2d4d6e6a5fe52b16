"""Printed intervals against estimate, z and p: of published syntheses and contrasts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .effect_intervals import Interval, centre_gap, p_of_interval, z_of_interval
from .finding import Check, Finding
from .printed_effects import PrintedEffect, printed_effects
from .ranges import decimals_among, rounded, show, show_p
from .rounding import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from .evidence_tables import EvidenceTables
    from .finding import CheckGroup, Severity

__all__ = ["CHECKS", "interval_agreement"]


def interval_agreement(tables: EvidenceTables) -> pd.DataFrame:
    """Return z and p recomputed from every printed interval, beside what is printed: agreement is recorded too.

    Returns
    -------
    DataFrame
        Columns ``row``, ``study``, ``what``, ``effect``, ``z_printed``, ``z``, ``z_low``, ``z_high``,
        ``p_printed``, ``p_low``, ``p_high``, ``agrees`` (missing where neither z nor p is printed).
    """
    import pandas as pd

    found = []
    for effect in printed_effects(tables):
        if effect.interval is None or not effect.judged:
            continue
        z, p = z_of_interval(effect.interval), p_of_interval(effect.interval, effect.dfs)
        verdicts = [_z_agrees(effect)] if effect.z is not None else []
        verdicts += [effect.p[1].overlaps(p)] if effect.p else []
        found.append(
            {
                "row": effect.key,
                "study": effect.study,
                "what": effect.what,
                "effect": effect.shown,
                "z_printed": effect.z,
                "z": _z(effect.interval),
                "z_low": z.low,
                "z_high": z.high,
                "p_printed": effect.p[0] if effect.p else "",
                "p_low": p.low,
                "p_high": p.high,
                "agrees": all(verdicts) if verdicts else None,
            }
        )
    columns = ["row", "study", "what", "effect", "z_printed", "z", "z_low", "z_high"]
    return pd.DataFrame(found, columns=[*columns, "p_printed", "p_low", "p_high", "agrees"])


def _z(interval: Interval) -> float:
    """Return z from the printed numbers as they stand; NaN where they give none."""
    from scipy import stats

    numbers = (interval.low, interval.high, interval.estimate)
    if interval.scale == "log":
        if min(numbers) <= 0:
            return math.nan
        low, high, effect = (math.log(value) for value in numbers)
    else:
        low, high, effect = numbers
    width = high - low
    return abs(effect) * 2 * float(stats.norm.ppf(0.5 + interval.level / 2)) / width if width > 0 else math.nan


def _z_agrees(effect: PrintedEffect) -> bool:
    if effect.z is None or effect.interval is None:
        return True
    printed = rounded(abs(effect.z), max(decimals_among([effect.z]), 2))
    return any(printed.overlaps(z_of_interval(effect.interval, df)) for df in effect.dfs)


def _finding(
    check: str, severity: Severity, effect: PrintedEffect, *, value: str, recomputed: str, arithmetic: str, text: str
) -> Finding:
    return Finding(
        check=check,
        severity=severity,
        study=effect.study,
        rows=(effect.key,),
        value=value,
        recomputed=recomputed,
        arithmetic=arithmetic,
        text=text,
    )


def _centre(effect: PrintedEffect) -> Iterator[Finding]:
    interval = effect.interval
    if interval is None or not effect.judged or not interval.low <= interval.estimate <= interval.high:
        return
    if centre_gap(interval) == 0.0 or (interval.scale == "log" and centre_gap(interval, "raw") == 0.0):
        return
    low, high = interval.low, interval.high
    log = interval.scale == "log"
    middle = math.sqrt(low * high) if log and low > 0 else (low + high) / 2
    formula = f"√({show(low, 6)} × {show(high, 6)})" if log else f"({show(low, 6)} + {show(high, 6)})/2"
    yield _finding(
        "ci-centre",
        "inconsistent",
        effect,
        value=effect.shown,
        recomputed=f"middle {show(middle, 4)}",
        arithmetic=f"{formula} = {show(middle, 4)}, not {show(interval.estimate, 4)}; each number ± "
        f"{show(interval.half, 6)}",
        text=f"For {effect.what} the estimate does not lie in the middle of its interval on the {interval.scale} "
        "scale: "
        f"one of the three numbers does not follow from the others.",
    )


def _raw_ratio(effect: PrintedEffect) -> Iterator[Finding]:
    interval = effect.interval
    if interval is None or not effect.judged or interval.scale != "log":
        return
    below = interval.low <= -interval.half
    if not below and (centre_gap(interval) == 0.0 or centre_gap(interval, "raw") > 0.0):
        return
    middle = (interval.low + interval.high) / 2
    on_log = (
        f"√({show(interval.low, 6)} × {show(interval.high, 6)}) = {show(math.sqrt(interval.low * interval.high))}"
        if not below
        else ""
    )
    spans = interval.low < 1 < interval.high
    null = "; with a null of 0 it would exclude no effect, with 1 it includes it" if spans and interval.low > 0 else ""
    yield _finding(
        "ratio-on-raw-scale",
        "impossible" if below else "inconsistent",
        effect,
        value=effect.shown,
        recomputed="an interval symmetric on the log scale",
        arithmetic=f"({show(interval.low)} + {show(interval.high)})/2 = {show(middle)}"
        + (f"; {on_log}" if on_log else "; a ratio is never below 0"),
        text=f"For {effect.what} the {effect.measure} lies in the middle of its interval on the raw scale, as a "
        "difference "
        f"does, and not on the log scale, as a ratio does{null}.",
    )


def _outside(effect: PrintedEffect) -> Iterator[Finding]:
    interval = effect.interval
    if interval is None or interval.low <= interval.estimate <= interval.high:
        return
    yield _finding(
        "estimate-in-ci",
        "impossible",
        effect,
        value=effect.shown,
        recomputed="an estimate between its limits",
        arithmetic=f"{show(interval.estimate, 6)} is not between {show(interval.low, 6)} and {show(interval.high, 6)}",
        text=f"For {effect.what} the estimate lies outside its own interval.",
    )


def _ci_z(effect: PrintedEffect) -> Iterator[Finding]:
    if effect.interval is None or not effect.judged or effect.z is None or _z_agrees(effect):
        return
    z = z_of_interval(effect.interval)
    yield _finding(
        "ci-z",
        "inconsistent",
        effect,
        value=f"{effect.shown}, z {show(effect.z, 6)}",
        recomputed=f"z {show(_z(effect.interval), 4)}",
        arithmetic=f"z = |estimate| / SE, SE = width / (2 × 1.96): {shown(z.low, 2)} to {shown(z.high, 2)} with "
        "rounding",
        text=f"For {effect.what} the printed z does not follow from estimate and interval.",
    )


def _ci_p(effect: PrintedEffect) -> Iterator[Finding]:
    """Yield a p that does not follow from the interval; one on the wrong side of 0.05 is left to `ci-significance`."""
    if effect.interval is None or not effect.judged or effect.p is None or _wrong_side(effect):
        return
    found = p_of_interval(effect.interval, effect.dfs)
    printed, allowed = effect.p
    if allowed.overlaps(found):
        return
    yield _finding(
        "ci-p",
        "inconsistent",
        effect,
        value=f"{effect.shown}, {printed}",
        recomputed=f"p {show_p(found)}",
        arithmetic=f"z = |estimate| / SE, SE = width / (2 × 1.96) = {show(_z(effect.interval), 4)}; p {show_p(found)}",
        text=f"For {effect.what} the printed p does not follow from estimate and interval.",
    )


def _significance(effect: PrintedEffect) -> Iterator[Finding]:
    if effect.interval is None or effect.p is None or not _wrong_side(effect):
        return
    interval, (printed, _) = effect.interval, effect.p
    holds = interval.low < interval.null < interval.high
    yield _finding(
        "ci-significance",
        "inconsistent",
        effect,
        value=f"{effect.shown}, {printed}",
        recomputed=f"p {show_p(p_of_interval(interval, effect.dfs))}",
        arithmetic=f"{'between' if holds else 'not between'} {show(interval.low)} and {show(interval.high)}: "
        f"{interval.null:g}",
        text=f"For {effect.what} the interval {'includes' if holds else 'excludes'} no effect, but the printed p "
        f"{'does not' if holds else 'does'} allow for it.",
    )


def _wrong_side(effect: PrintedEffect) -> bool:
    """Return whether interval and p disagree about 0.05, beyond what rounding of either allows."""
    interval = effect.interval
    if interval is None or effect.p is None or not effect.judged or abs(interval.level - 0.95) > 1e-9:
        return False
    null, half, allowed = interval.null, interval.half, effect.p[1]
    holds = interval.low + half < null < interval.high - half
    leaves_out = null < interval.low - half or null > interval.high + half
    return (holds and allowed.high <= 0.05) or (leaves_out and allowed.low >= 0.05)


def _over(judge: Callable[[PrintedEffect], Iterator[Finding]]) -> Callable[[EvidenceTables], Iterator[Finding]]:
    def run(tables: EvidenceTables) -> Iterator[Finding]:
        for effect in printed_effects(tables):
            yield from judge(effect)

    return run


_GROUP: CheckGroup = "published-synthesis"
_NEEDS = ("reviews.estimate", "reviews.ci_low", "reviews.ci_high")
_HANDBOOK = "Cochrane Handbook, 6.3.1 and 6.3.2. doi:10.1002/9781119536604.ch6"

CHECKS: tuple[Check, ...] = (
    Check(
        id="ci-centre",
        group=_GROUP,
        title="Does the estimate lie in the middle of its interval?",
        method="Middle of the limits on the scale of the measure (log for ratios), with every number rounded. "
        "Proportions, "
        "SUCRAs and Bayesian results need not be symmetric, and are not asked.",
        source=_HANDBOOK,
        needs=_NEEDS,
        run=_over(_centre),
    ),
    Check(
        id="ci-p",
        group=_GROUP,
        title="Does the printed p follow from estimate and interval?",
        method="z = θ/SE, SE = width/(2q), p = 2(1 − Φ(z)), or t with the degrees of freedom that k or n allows; the "
        "whole "
        "range of p that rounding leaves.",
        source="Altman DG, Bland JM (2011). doi:10.1136/bmj.d2304",
        needs=_NEEDS,
        run=_over(_ci_p),
    ),
    Check(
        id="ci-significance",
        group=_GROUP,
        title="Do interval and p agree on whether there may be no effect?",
        method="A 95% interval that includes no effect goes with p of 0.05 or more, one that excludes it with less; "
        "a limit "
        "within rounding of no effect is not judged.",
        source="Altman DG, Bland JM (2011). doi:10.1136/bmj.d2304",
        needs=_NEEDS,
        run=_over(_significance),
    ),
    Check(
        id="ci-z",
        group=_GROUP,
        title="Does the printed z follow from estimate and interval?",
        method="z = |θ|/SE with SE = width/(2q), on the log scale for ratios; the tolerance is the rounding of the "
        "limits.",
        source=_HANDBOOK,
        needs=(*_NEEDS, "reviews.z"),
        run=_over(_ci_z),
    ),
    Check(
        id="estimate-in-ci",
        group=_GROUP,
        title="Does the estimate lie within its interval?",
        method="lower ≤ estimate ≤ upper.",
        source="",
        needs=_NEEDS,
        run=_over(_outside),
    ),
    Check(
        id="ratio-on-raw-scale",
        group=_GROUP,
        title="Is a ratio symmetric on the raw scale, as a difference is?",
        method="An RR, OR or HR whose estimate is the arithmetic, and not the geometric, middle of its limits beyond "
        "rounding; or whose lower limit is below 0.",
        source=_HANDBOOK,
        needs=_NEEDS,
        run=_over(_raw_ratio),
    ),
)
