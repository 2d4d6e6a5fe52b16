"""Whether the arms are too alike, or too unlike, before treatment to have been made by chance.

Under random allocation the p-value of what is measured is spread evenly between 0 and 1. The p-values of one trial,
or of all, are brought together as the sum of their normal deviates (Stouffer), and both ends are looked at. Rounding
leaves to each p a range; each end uses the limit that is kinder to the trial, so that what is found does not hang on
rounding. Counts, whose p-values come in steps, are held against exactly these steps.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .comparisons import Comparison, baseline_comparisons
from .finding import Check, Finding
from .p_values import mean_p_ranges
from .ranges import Range, show, show_p

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .evidence_tables import EvidenceTables

__all__ = ["CHECKS", "FEWEST", "LEVEL", "Balance", "Evenness", "balance", "evenness", "trial_balance"]

FEWEST = 4
LEVEL = 0.002
Verdict = Literal["cannot tell", "as chance makes it", "too alike", "too unlike"]
_COMPLEMENTS = {"female": ("male",), "male": ("female",), "women": ("men",), "men": ("women",)}
_GRID = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Evenness:
    """How alike the arms are in one characteristic.

    Attributes
    ----------
    p : Range
        Its p-value, as far as rounding leaves it open.
    steps : tuple of (float, float)
        For counts, every p that the margins allow with its chance; empty for what is measured, where p may be anything.
    """

    p: Range
    steps: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What the p-values of baseline characteristics say together.

    Attributes
    ----------
    k : int
        Characteristics.
    too_alike, too_unlike : float
        One-sided p-values: of being as alike as this or more so, of being as unlike as this or more so; each with the
        limits of rounding that are kinder to the trial.
    verdict : {"cannot tell", "as chance makes it", "too alike", "too unlike"}
        With fewer than `FEWEST` characteristics nothing can be told.
    """

    k: int
    too_alike: float
    too_unlike: float
    verdict: Verdict


def balance(characteristics: Sequence[Evenness], *, level: float = LEVEL) -> Balance:
    """Return what p-values of baseline characteristics say together.

    S = Σ Φ⁻¹(1 − pᵢ), against the distribution that it has by chance: a normal deviate for what is measured, the exact
    steps for counts. The characteristics are taken as independent; correlated ones look more alike, or more unlike,
    than they are.

    Parameters
    ----------
    characteristics : sequence of Evenness
        One each.
    level : float
        One-sided level at either end.

    References
    ----------
    Carlisle JB (2017) doi:10.1111/anae.13938

    Examples
    --------
    >>> even = [Evenness(p=Range(0.96, 1.0))] * 5
    >>> balance(even).verdict, balance([Evenness(p=Range(0.4, 0.45))] * 5).verdict
    ('too alike', 'as chance makes it')
    >>> balance([Evenness(p=Range(0.78, 0.79)), Evenness(p=Range(0.02, 0.06))]).verdict
    'cannot tell'
    """
    k = len(characteristics)
    alike, unlike = _tail(characteristics, alike=True), _tail(characteristics, alike=False)
    verdict: Verdict = "as chance makes it"
    if k < FEWEST:
        verdict = "cannot tell"
    elif alike < level:
        verdict = "too alike"
    elif unlike < level:
        verdict = "too unlike"
    return Balance(k=k, too_alike=alike, too_unlike=unlike, verdict=verdict)


def evenness(comparison: Comparison) -> Evenness | None:
    """Return how alike the arms are in one characteristic; None without numbers.

    Means: p of the pooled t-test, or of the analysis of variance. Counts of two arms: the mid-p of the exact
    conditional test, and that of every other table with the same margins.
    """
    if len(comparison.arms) == 2 and all(len(arm.counts) == 1 and arm.n for arm in comparison.arms):
        first, second = comparison.arms
        return _exact_steps(first.counts[0], first.n or 0, second.counts[0], second.n or 0)
    found = mean_p_ranges(comparison)
    plain = [
        values for test, values in found.items() if test.removesuffix(" (± as SD)") in ("t", "analysis of variance")
    ]
    return Evenness(p=plain[0]) if plain else None


def trial_balance(tables: EvidenceTables) -> dict[str, list[tuple[Comparison, Evenness]]]:
    """Return by trial the characteristics that have a p-value, printed or not; complements count once."""
    studies = {row["study_id"]: row for row in tables.rows("studies")}
    found: dict[str, list[tuple[Comparison, Evenness]]] = defaultdict(list)
    for comparison in baseline_comparisons(tables, with_p=False):
        if (studies.get(comparison.study) or {}).get("randomised") != "yes" or not comparison.n_printed:
            continue
        known = {other.what for other, _ in found[comparison.study]}
        values = evenness(comparison)
        if values is not None and not {comparison.what, *_COMPLEMENTS.get(comparison.what, ())} & known:
            found[comparison.study].append((comparison, values))
    return {study: members for study, members in found.items() if members}


def _tail(characteristics: Sequence[Evenness], *, alike: bool) -> float:
    """Return the chance of a sum of deviates as large as this or larger; steps lie on a grid, the rest is normal."""
    import numpy as np
    from scipy import signal, stats

    seen, measured = 0.0, 0
    steps = np.ones(1)
    for characteristic in characteristics:
        if characteristic.steps:
            seen += round(_deviate(characteristic.p.low, alike=alike) / _GRID) * _GRID
            # by Fourier transforms, which leave some 1e-17 of noise where there is no chance
            steps = np.maximum(signal.fftconvolve(steps, _on_grid(characteristic.steps, alike=alike)), 0)
        else:
            kinder = characteristic.p.low if alike else characteristic.p.high
            seen, measured = seen + _deviate(kinder, alike=alike), measured + 1
    places = (np.arange(len(steps)) - (len(steps) - 1) / 2) * _GRID
    if measured == 0:
        return float(steps[places >= seen - _GRID / 2].sum())
    return float(steps @ stats.norm.sf((seen - places) / math.sqrt(measured)))


def _deviate(p: float, *, alike: bool) -> float:
    from scipy import special

    inside = min(max(p, 1e-9), 1 - 1e-9)
    # the quantile itself: a distribution of scipy.stats gives the same number at fifty times the cost
    return -float(special.ndtri(1 - inside if alike else inside))


def _on_grid(steps: Sequence[tuple[float, float]], *, alike: bool) -> Any:
    """Return the chances of the deviates of a count, on a grid that is symmetric around 0."""
    import numpy as np

    half = round(7 / _GRID)
    chances = np.zeros(2 * half + 1)
    for p, chance in steps:
        chances[round(_deviate(p, alike=alike) / _GRID) + half] += chance
    return chances


def _exact_steps(events1: int, n1: int, events2: int, n2: int) -> Evenness:
    """Return the mid-p of a table of two arms, and of every table with its margins."""
    import numpy as np
    from scipy import stats

    hits, total = events1 + events2, n1 + n2
    support = range(max(0, hits - n2), min(hits, n1) + 1)
    chances: list[float] = np.asarray(stats.hypergeom.pmf(list(support), total, hits, n1)).tolist()
    middles = []
    for seen in chances:
        less = sum(chance for chance in chances if chance < seen * (1 - 1e-9))
        equal = sum(chance for chance in chances if abs(chance - seen) <= seen * 1e-9)
        middles.append(less + equal / 2)
    own = middles[events1 - support.start]
    return Evenness(p=Range(own, own), steps=tuple(zip(middles, chances, strict=True)))


def _run_trial(tables: EvidenceTables) -> Iterator[Finding]:
    for study, members in trial_balance(tables).items():
        if finding := _finding("baseline-balance", study, members, LEVEL):
            yield finding


def _run_all(tables: EvidenceTables) -> Iterator[Finding]:
    trials = trial_balance(tables)
    members = [member for found in trials.values() for member in found]
    if len(trials) > 1 and (finding := _finding("baseline-balance-all", "all-trials", members, LEVEL / 2)):
        yield finding


def _finding(check: str, study: str, members: Sequence[tuple[Comparison, Evenness]], level: float) -> Finding | None:
    found = balance([values for _, values in members], level=level)
    if found.verdict not in ("too alike", "too unlike"):
        return None
    chance = found.too_alike if found.verdict == "too alike" else found.too_unlike
    listed = [f"{comparison.what} {show_p(values.p)}" for comparison, values in members]
    shown = [*listed[:12], f"and {len(listed) - 12} more"] if len(listed) > 12 else listed
    rows = sorted({row for comparison, _ in members for row in comparison.rows})
    return Finding(
        check=check,
        severity="unusual",
        study=study,
        rows=tuple(rows),
        value=f"{found.k} characteristics",
        recomputed=f"{found.verdict}, one-sided p {show(chance, 2)}",
        arithmetic=f"p by characteristic, with rounding: {'; '.join(shown)}; sum of normal deviates over √{found.k}",
        text=f"Before treatment the arms are {found.verdict} for random allocation alone: over {found.k} "
        f"characteristics the chance is {show(chance, 2)}, if they are independent.",
    )


CHECKS: tuple[Check, ...] = (
    Check(
        id="baseline-balance",
        group="within-trial",
        title="Are the arms of a randomised trial as alike before treatment as chance makes them?",
        method=f"p of each characteristic (t-test, analysis of variance, exact steps of counts), combined as "
        "Z = Σ Φ⁻¹(1 − p)/√k at both ends, each with the limits of rounding that are kinder to the trial; one-sided "
        "level "
        f"{LEVEL:g}. With fewer than {FEWEST} characteristics it cannot tell, and finds nothing.",
        source="Carlisle JB (2017). doi:10.1111/anae.13938",
        needs=("baselines.characteristic", "studies.randomised"),
        run=_run_trial,
    ),
    Check(
        id="baseline-balance-all",
        group="between-sources",
        title="Are the arms of all randomised trials together as alike as chance makes them?",
        method=f"As `baseline-balance`, over the characteristics of all trials; one-sided level {LEVEL / 2:g}.",
        source="Carlisle JB (2017). doi:10.1111/anae.13938",
        needs=("baselines.characteristic", "studies.randomised"),
        run=_run_all,
    ),
)
