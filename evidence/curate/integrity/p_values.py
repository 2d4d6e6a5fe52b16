"""Printed p-values against every test that the printed numbers allow."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from .comparisons import Comparison, outcome_comparisons
from .count_tests import group_count_p_values, paired_count_p_range, rarer_two_by_two_p_values, two_by_two_p_values
from .finding import Check, Finding
from .mean_tests import anova_p_range, paired_p_range, rank_p_range, smallest_rank_p, t_test_p_ranges
from .ranges import Range, show, show_p

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .evidence_tables import EvidenceTables
    from .finding import Severity

__all__ = [
    "CHECKS",
    "count_p_ranges",
    "counts_in_words",
    "disagreement",
    "mean_p_ranges",
    "means_in_words",
    "rank_p_ranges",
    "z_gap",
]

_NEAR = 0.75
# Where a spread is above half of its mean, values that cannot be negative are skewed, and ranks may tell another tale.
_NEAR_IF_SKEWED = 2.0


def mean_p_ranges(comparison: Comparison) -> dict[str, Range]:
    """Return the p-values that means and spreads allow, by test and by reading of the spread; none without them."""
    arms = comparison.arms
    readings = set.intersection(*(set(arm.spreads) for arm in arms))
    found: dict[str, Range] = {}
    for reading in sorted(readings):
        given = [(arm.mean, arm.spreads[reading], arm.n) for arm in arms if arm.mean is not None and arm.n]
        if len(given) < len(arms) or min(n for *_, n in given) < 2:
            continue
        for test, values in _mean_tests(given, paired=comparison.paired).items():
            found[test if len(readings) == 1 else f"{test} ({reading})"] = values
    return found


def count_p_ranges(comparison: Comparison) -> dict[str, Range]:
    """Return the p-values that counts allow, by test; none where an arm has no count."""
    arms = comparison.arms
    if not all(arm.counts and arm.n for arm in arms):
        return {}
    found: dict[str, Range] = {}
    sizes = [arm.n or 0 for arm in arms]
    for events in itertools.product(*(arm.counts for arm in arms)):
        for test, values in _count_tests(events, sizes, paired=comparison.paired).items():
            found[test] = found[test].hull(values) if test in found else values
    return found


def rank_p_ranges(comparison: Comparison) -> dict[str, Range]:
    """Return the p-values that a rank-sum test can reach with these quartiles; none for paired or several arms."""
    arms = comparison.arms
    if len(arms) != 2 or comparison.paired:
        return {}
    (a, b), (n1, n2) = (arm.five_numbers for arm in arms), (arm.n for arm in arms)
    if a is None or b is None or not n1 or not n2:
        return {}
    bounds = rank_p_range(a, n1, b, n2)
    return {"rank sum": Range(max(bounds.low, min(smallest_rank_p(n1, n2), bounds.high)), bounds.high)}


def z_gap(printed: Range, found: Range) -> float:
    """Return how far two ranges of p lie apart, as standard normal deviates.

    Examples
    --------
    >>> round(z_gap(Range(0.085, 0.1), Range(0.77, 0.79)), 1), z_gap(Range(0.0, 0.05), Range(0.04, 0.06))
    (1.4, 0.0)
    """
    from scipy import stats

    if printed.overlaps(found):
        return 0.0
    near = (printed.high, found.low) if printed.high < found.low else (found.high, printed.low)
    return abs(float(stats.norm.isf(max(near[0], 1e-300) / 2)) - float(stats.norm.isf(max(near[1], 1e-300) / 2)))


def disagreement(
    check: str, comparison: Comparison, found: Mapping[str, Range], values: str, *, fixed: bool
) -> Finding | None:
    """Return a finding if no test gives the printed p; None if one does, or there is nothing to compute.

    Parameters
    ----------
    check : str
        The check's id.
    comparison : Comparison
        The arms and the printed p.
    found : mapping of str to Range
        What each test gives.
    values : str
        The printed values, for the sentence.
    fixed : bool
        Whether these numbers leave no other test; a rank test of the same people may differ a little from a t-test.
    """
    if not found or any(comparison.allowed.overlaps(range_) for range_ in found.values()):
        return None
    near = min(z_gap(comparison.allowed, range_) for range_ in found.values())
    limit = _NEAR_IF_SKEWED if _skewed(comparison) else _NEAR
    sure = comparison.n_printed and comparison.tied and (fixed or near >= limit)
    rarer = _rarer_test(comparison, found) if sure else ""
    severity: Severity = "inconsistent" if sure and not rarer else "unusual"
    sizes = ", ".join(f"{arm.arm}: n = {arm.n}" for arm in comparison.arms)
    assumed = (
        "" if comparison.n_printed else " (sizes not printed: as many in each arm as the total or the shares allow)"
    )
    unless = "" if comparison.tied else ", unless it compares the changes"
    if comparison.n_printed and comparison.tied and not sure:
        unless = ", unless by a rank test"
    if rarer:
        unless = f", unless the test is a rarer one ({rarer})"
    hull = Range(min(r.low for r in found.values()), max(r.high for r in found.values()))
    what = comparison.what.replace("-", " ")
    smaller = comparison.p_value is not None and hull.high < comparison.allowed.low
    bound = "; a bound may have been printed as a value" if smaller and hull.high < 0.001 else ""
    return Finding(
        check=check,
        severity=severity,
        study=comparison.study,
        rows=comparison.rows,
        value=comparison.printed,
        recomputed=show_p(hull),
        arithmetic=f"{sizes}{assumed}; " + ", ".join(f"{test} {show_p(range_)}" for test, range_ in found.items()),
        text=f"What is printed for {what}, {comparison.printed}, does not follow from {values}{unless}{bound}.",
    )


def _skewed(comparison: Comparison) -> bool:
    """Whether levels have a spread above half of their mean, as read in the way that makes it smallest."""
    return not comparison.of_changes and any(
        min(spread.low for spread in arm.spreads.values()) > abs(arm.printed_mean) / 2
        for arm in comparison.arms
        if arm.printed_mean is not None and arm.spreads
    )


def _rarer_test(comparison: Comparison, found: Mapping[str, Range]) -> str:
    """Return the name of a rarer test that gives the printed p; nothing if none does.

    Only asked of a p printed as a number: of words and bounds a one-sided test would allow too many.
    """
    if comparison.paired or len(comparison.arms) != 2 or comparison.p_value is None:
        return ""
    rarer: dict[str, Range] = {}
    if all(arm.counts and arm.n for arm in comparison.arms):
        first, second = comparison.arms
        for one, other in itertools.product(first.counts, second.counts):
            for test, p in rarer_two_by_two_p_values(one, first.n or 0, other, second.n or 0).items():
                rarer.setdefault(test, Range(p, p))
                rarer[test] = rarer[test] if rarer[test].overlaps(comparison.allowed) else Range(p, p)
    else:
        rarer = {f"one-sided {test}": Range(p.low / 2, p.high / 2) for test, p in found.items() if "t" in test.split()}
        rarer |= {f"{test} towards the other side": Range(1 - p.high, 1 - p.low) for test, p in rarer.items()}
    return next((test for test, p in rarer.items() if comparison.allowed.overlaps(p)), "")


def _mean_tests(given: list[tuple[Range, Range, int]], *, paired: bool) -> dict[str, Range]:
    if len(given) == 2:
        (mean1, sd1, n1), (mean2, sd2, n2) = given
        if paired:
            return {"paired t": paired_p_range(mean1, sd1, mean2, sd2, min(n1, n2))}
        return t_test_p_ranges(mean1, sd1, n1, mean2, sd2, n2)
    if paired:
        return {}
    found = {"analysis of variance": anova_p_range(*(list(part) for part in zip(*given, strict=True)))}
    for first, second in itertools.combinations(range(len(given)), 2):
        for test, values in t_test_p_ranges(*given[first], *given[second]).items():
            found[f"{test}, arms {first + 1} and {second + 1}"] = values
    return found


def _count_tests(events: tuple[int, ...], sizes: list[int], *, paired: bool) -> dict[str, Range]:
    if len(events) == 2:
        if paired:
            return {"McNemar": paired_count_p_range(*events, min(sizes))} if max(events) <= min(sizes) else {}
        return {test: Range(p, p) for test, p in two_by_two_p_values(events[0], sizes[0], events[1], sizes[1]).items()}
    if paired:
        return {}
    found = {test: Range(p, p) for test, p in group_count_p_values(events, sizes).items()}
    for first, second in itertools.combinations(range(len(events)), 2):
        pairs = two_by_two_p_values(events[first], sizes[first], events[second], sizes[second])
        found |= {f"{test}, arms {first + 1} and {second + 1}": Range(p, p) for test, p in pairs.items()}
    return found


def means_in_words(comparison: Comparison) -> str:
    """Return the printed means with their spreads, in words."""
    return " and ".join(_mean_in_words(arm.printed_mean, arm.spreads) for arm in comparison.arms)


def counts_in_words(comparison: Comparison) -> str:
    """Return the counts, in words."""
    return " and ".join(f"{' or '.join(map(str, arm.counts))} of {arm.n}" for arm in comparison.arms)


def _mean_in_words(mean: float | None, spreads: Mapping[str, Range]) -> str:
    name, spread = next(iter(spreads.items()))
    label = {"SD": "SD ", "± as SD": "± "}.get(name, "SD from it ")
    return f"{show(mean or 0.0, 6)} ({label}{show((spread.low + spread.high) / 2, 4)})"


def _run_means(tables: EvidenceTables) -> Iterator[Finding]:
    for comparison in outcome_comparisons(tables):
        found = mean_p_ranges(comparison)
        if found:
            finding = disagreement("p-means", comparison, found, means_in_words(comparison), fixed=False)
            if finding:
                yield finding


def _run_counts(tables: EvidenceTables) -> Iterator[Finding]:
    for comparison in outcome_comparisons(tables):
        found = count_p_ranges(comparison)
        if found:
            finding = disagreement("p-counts", comparison, found, counts_in_words(comparison), fixed=True)
            if finding:
                yield finding


def _run_ranks(tables: EvidenceTables) -> Iterator[Finding]:
    for comparison in outcome_comparisons(tables):
        found = rank_p_ranges(comparison)
        if found:
            medians = " and ".join(show((arm.five_numbers or (0,) * 5)[2], 6) for arm in comparison.arms)
            values = f"medians of {medians} with their quartiles"
            finding = disagreement("p-ranks", comparison, found, values, fixed=True)
            if finding:
                yield finding


CHECKS: tuple[Check, ...] = (
    Check(
        id="p-counts",
        group="within-trial",
        title="Does the printed p follow from the counts?",
        method="Every test of two proportions in use (χ² with and without correction, (N − 1)/N, G, Fisher, mid-p, "
        "z, log odds "
        "ratio), χ² and G over several arms, every McNemar test that the margins allow for the same people. A "
        "finding only if none of them gives a p that may be printed so, rounded or cut off; `unusual` where a "
        "one-sided test, Barnard's or Boschloo's does.",
        source="Campbell I (2007). doi:10.1002/sim.2832",
        needs=("outcomes.p_operator", "outcomes.events"),
        run=_run_counts,
    ),
    Check(
        id="p-means",
        group="within-trial",
        title="Does the printed p follow from means and spreads?",
        method="The t-test with pooled and with separate variances, analysis of variance for several arms, and for "
        "the same "
        "people the paired t-test at any correlation, over everything that the rounding of means and spreads allows; "
        "a ± "
        "without a name is read as SD and as SE. A finding only if none gives the printed p; `unusual` where the "
        "size of "
        "an arm is not printed, where the p may test the changes, where a one-sided test gives it, or where a "
        "rank test could make the difference (more so where a spread is above half of its mean).",
        source="Welch BL (1947). doi:10.1093/biomet/34.1-2.28",
        needs=("outcomes.p_operator", "outcomes.mean"),
        run=_run_means,
    ),
    Check(
        id="p-ranks",
        group="within-trial",
        title="Can a rank test of these medians and quartiles reach the printed p?",
        method="The quartiles bound U of the rank-sum test, and with it p; no p is below 2/C(n₁ + n₂, n₁). A finding "
        "only "
        "outside these bounds.",
        source="Mann HB, Whitney DR (1947). doi:10.1214/aoms/1177730491",
        needs=("outcomes.p_operator", "outcomes.median"),
        run=_run_ranks,
    ),
)
