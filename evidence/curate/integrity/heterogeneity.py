"""I², τ², the number of trials and the interval of a pooled result against one another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .effect_intervals import se_of_interval
from .finding import Check, Finding
from .printed_effects import PrintedEffect, printed_effects
from .published import first_number
from .ranges import Range, decimals_among, rounded, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence_tables import EvidenceTables
    from .finding import Severity

__all__ = ["CHECKS", "se_range_of_smd", "tau2_range"]

_UNEVEN = 4.0
_WIDER = 2.0
_NORMAL = 1.959963984540054
_FEW = 6


def tau2_range(i2: Range, se: Range, k: int) -> Range:
    """Return the τ² that I², the standard error and the number of trials go with, trials of uneven size allowed for.

    With trials of one size SE² = (σ² + τ²)/k and I² = τ²/(σ² + τ²), so τ² = I² k SE². Uneven trials move that; four
    times as much, and a quarter, are let in.

    Parameters
    ----------
    i2 : Range
        I² as a share of 1.
    se : Range
        Standard error of the pooled effect.
    k : int
        Trials.

    References
    ----------
    Higgins JPT, Thompson SG (2002) doi:10.1002/sim.1186

    Examples
    --------
    >>> found = tau2_range(Range(0.5, 0.5), Range(0.2, 0.2), 5)
    >>> round(found.low, 3), round(found.high, 3)
    (0.025, 0.4)
    """
    return Range(i2.low * k * se.low**2 / _UNEVEN, i2.high * k * se.high**2 * _UNEVEN)


def se_range_of_smd(i2: Range, n: float, k: int) -> Range:
    """Return the standard errors that an SMD among `n` people in `k` trials with this I² goes with.

    From 2/√n, that of no heterogeneity, to twice 2/√(n(1 − I²)); with t instead of the normal quantile more for few
    trials.

    Examples
    --------
    >>> found = se_range_of_smd(Range(0.75, 0.75), 400, 10)
    >>> round(found.low, 3), round(found.high, 3)
    (0.1, 0.462)
    """
    from scipy import stats

    widest = _WIDER * 2 / math.sqrt(n * max(1 - i2.high, 1e-6))
    return Range(2 / math.sqrt(n), widest * float(stats.t.ppf(0.975, k - 1)) / _NORMAL)


def _i2(effect: PrintedEffect) -> Range | None:
    printed = effect.row["i2"]
    if printed is None:
        return None
    return Range(*(limit / 100 for limit in _limits(printed))).within(0.0, 1.0)


def _limits(printed: float) -> tuple[float, float]:
    values = rounded(printed, decimals_among([printed]))
    return values.low, values.high


def _run(tables: EvidenceTables) -> Iterator[Finding]:
    reports = {row["review_id"]: row for row in tables.rows("review_reports")}
    for effect in printed_effects(tables):
        if effect.table != "reviews" or effect.row["i2"] is None:
            continue
        k = effect.row["k"]
        i2 = _i2(effect)
        if k == 1 and i2 is not None and i2.low > 0:
            yield _finding(
                effect, "impossible", "I² 0", "one trial cannot differ from itself", "I² above 0 with one trial."
            )
            continue
        if i2 is None or effect.interval is None or not effect.judged or not k or k < 3:
            continue
        se = se_of_interval(effect.interval, _NORMAL)
        n = effect.row["n"] or first_number((reports.get(effect.study) or {}).get("n_participants"))
        yield from _against_tau2(effect, i2, se, k)
        if effect.measure.upper() == "SMD" and n and abs(effect.row["estimate"]) < 2:
            yield from _against_n(effect, i2, se, k, n)


def _against_tau2(effect: PrintedEffect, i2: Range, se: Range, k: int) -> Iterator[Finding]:
    printed = effect.row["tau2"]
    if printed is None or "fixed" in (effect.row["model"] or "").lower():
        return
    expected = tau2_range(i2, se, k)
    tau2 = rounded(printed, max(decimals_among([printed]), 2))
    if not tau2.overlaps(expected):
        low, high = show(expected.low, 2), show(expected.high, 2)
        yield _finding(
            effect,
            "unusual" if k < _FEW else "inconsistent",  # a Hartung-Knapp interval of few trials has its own width
            f"τ² {low} to {high}",
            f"τ² ≈ I² k SE² = {show(effect.row['i2'])}% × {k} × {show((se.low + se.high) / 2)}², a quarter to four "
            "times that",
            f"τ² of {show(printed)} and I² of {show(effect.row['i2'])}% do not follow from one another, {k} trials "
            "and the "
            "interval.",
        )


def _against_n(effect: PrintedEffect, i2: Range, se: Range, k: int, n: int) -> Iterator[Finding]:
    expected = se_range_of_smd(i2, n, k)
    if se.low > expected.high:
        yield _finding(
            effect,
            "inconsistent",
            f"SE at most {show(expected.high)}",
            f"SE = width / 3.92 = {show(se.low)}; 2/√({n} × (1 − {show(effect.row['i2'])}%)), doubled, with t on "
            f"{k - 1} degrees of "
            f"freedom = {show(expected.high)}",
            f"The interval is wider than I² of {show(effect.row['i2'])}% over {n} people in {k} trials makes it.",
        )


def _finding(effect: PrintedEffect, severity: Severity, recomputed: str, arithmetic: str, text: str) -> Finding:
    row = effect.row
    parts = [effect.shown, f"I² {show(row['i2'])}%", f"k {row['k']}"]
    if row["tau2"] is not None:
        parts.append(f"τ² {show(row['tau2'])}")
    return Finding(
        check="i2-against-ci",
        severity=severity,
        study=effect.study,
        rows=(effect.key,),
        value=", ".join(parts),
        recomputed=recomputed,
        arithmetic=arithmetic,
        text=f"For {effect.what}: {text}",
    )


CHECKS: tuple[Check, ...] = (
    Check(
        id="i2-against-ci",
        group="published-synthesis",
        title="Do I², τ², the number of trials and the interval go together?",
        method="τ² ≈ I² k SE² (trials of one size), let in from a quarter to four times that; for an SMD, SE at most "
        "twice "
        "2/√(n(1 − I²)), more with t for few trials; I² of one trial is 0. Rounding of every number allowed.",
        source="Higgins JPT, Thompson SG (2002). doi:10.1002/sim.1186",
        needs=("reviews.i2", "reviews.k", "reviews.ci_low"),
        run=_run,
    ),
)
