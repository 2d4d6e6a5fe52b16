"""The standard deviation that a printed p implies, against siblings and the mean."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from .comparisons import Comparison, outcome_comparisons
from .finding import Check, Finding
from .mean_tests import implied_sd
from .ordering import ordered_rows
from .ranges import show
from .rounding import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .evidence_tables import EvidenceTables

__all__ = ["CHECKS", "SPREAD_RATIO", "odd_spread", "spreads_of_siblings"]

SPREAD_RATIO = 3.0


def odd_spread(sd: float, siblings: Sequence[float], means: Sequence[float]) -> str:
    """Return why an implied standard deviation is hard to believe; empty if it is not.

    It is, if it is more than three times the largest, or less than a third of the smallest, of at least three
    standard deviations of other trials in the same unit. Without them: if it is more than 1.5 times the larger mean, or
    less than a fiftieth of it.

    Parameters
    ----------
    sd : float
        The implied standard deviation.
    siblings : sequence of float
        Standard deviations of the same outcome in the same unit in other trials.
    means : sequence of float
        The means compared.

    Examples
    --------
    >>> odd_spread(159.9, [19.5, 8.0, 25.5], [91.4, 22.2])
    'more than 3 times the largest of 3 others, 25.5'
    >>> odd_spread(159.9, [], [91.4, 22.2])
    'more than 1.5 times the larger mean, 91.4'
    >>> odd_spread(20, [19.5, 8.0, 25.5], [91.4, 22.2])
    ''
    """
    if len(siblings) >= 3:
        if sd > SPREAD_RATIO * max(siblings):
            return f"more than {SPREAD_RATIO:g} times the largest of {len(siblings)} others, {show(max(siblings))}"
        if sd < min(siblings) / SPREAD_RATIO:
            return f"less than a third of the smallest of {len(siblings)} others, {show(min(siblings))}"
        return ""
    largest = max((abs(mean) for mean in means), default=0.0)
    if sd > 1.5 * largest:
        return f"more than 1.5 times the larger mean, {show(largest)}"
    return f"less than a fiftieth of the larger mean, {show(largest)}" if sd < largest / 50 else ""


def spreads_of_siblings(tables: EvidenceTables) -> Mapping[tuple[str, str], dict[str, list[float]]]:
    """Return the printed standard deviations by outcome and unit, then by trial; an unnamed ± is read as one."""
    found: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in ordered_rows(tables, "outcomes"):
        sd = row["sd"] if row["sd"] is not None else row["plus_minus"]
        if sd is None and row["se"] is not None and row["n"]:
            sd = row["se"] * math.sqrt(row["n"])
        if sd:
            found[row["outcome"], row["unit"]][row["study_id"]].append(sd)
    return found


def _run(tables: EvidenceTables) -> Iterator[Finding]:
    siblings = spreads_of_siblings(tables)
    for comparison in outcome_comparisons(tables):
        if comparison.paired or len(comparison.arms) != 2 or not comparison.p_value or comparison.p_value >= 1:
            continue
        if any(arm.spreads or arm.printed_mean is None or not arm.n for arm in comparison.arms):
            continue
        others = siblings.get((comparison.what, comparison.unit), {})
        known = sorted(sd for study, sds in others.items() if study != comparison.study for sd in sds)
        if finding := _finding(comparison, known):
            yield finding


def _finding(comparison: Comparison, siblings: Sequence[float]) -> Finding | None:
    first, second = comparison.arms
    means = [arm.printed_mean or 0.0 for arm in comparison.arms]
    if means[0] == means[1] or not first.n or not second.n or not comparison.p_value:
        return None
    sd, g = implied_sd(means[0] - means[1], comparison.p_value, first.n, second.n)
    reason = odd_spread(sd, siblings, means)
    if not reason:
        return None
    what = comparison.what.replace("-", " ")
    return Finding(
        check="implied-sd",
        severity="unusual",
        study=comparison.study,
        rows=comparison.rows,
        value=f"{show(means[0], 6)} and {show(means[1], 6)}, {comparison.printed}",
        recomputed=f"SD {show(sd)}, g {shown(g, 2)}",
        arithmetic=f"SD = |{show(means[0], 6)} − {show(means[1], 6)}| / (t √(1/{first.n} + 1/{second.n})) = "
        f"{show(sd, 4)} with t at "
        f"p = {show(comparison.p_value, 6)} and {first.n + second.n - 2} degrees of freedom; g = {shown(g, 3)}",
        text=f"For {what} the printed means and {comparison.printed} imply a standard deviation of {show(sd)} "
        f"{comparison.unit}, "
        f"{reason}; means, p and sizes do not go together, or the p belongs to another test.",
    )


CHECKS: tuple[Check, ...] = (
    Check(
        id="implied-sd",
        group="within-trial",
        title="Is the standard deviation that means and p imply one that the outcome can have?",
        method="SD = |m₁ − m₂| / (t √(1/n₁ + 1/n₂)), t from the printed p, where no spread is printed. A finding if "
        "it is more than "
        "three times the largest, or less than a third of the smallest, of at least three standard deviations of other "
        "trials in the same unit; else if it is above 1.5 times, or below a fiftieth of, the larger mean.",
        source="Cochrane Handbook, 6.5.2.3. doi:10.1002/9781119536604.ch6",
        needs=("outcomes.p_value", "outcomes.mean"),
        run=_run,
    ),
)
