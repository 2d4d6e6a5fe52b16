"""Published pooled results: printed twice, larger or wider than their measure allows, more people than their trials."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from .effect_intervals import se_of_interval
from .finding import Check, Finding
from .ordering import ordered_rows
from .printed_effects import PrintedEffect, printed_effects
from .ranges import Range, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .evidence_tables import EvidenceTables, Row
    from .finding import CheckGroup

__all__ = ["CHECKS", "LARGEST_SMD", "LARGEST_TAU", "first_number", "implied_tau", "narrowest_se", "people_of_inputs"]

LARGEST_SMD = 3.0
LARGEST_TAU = 2.0
_SLACK = 0.85
_NORMAL = 1.959963984540054
_STANDARDISED = ("SMD", "STANDARDISED MEAN DIFFERENCE", "STANDARDIZED MEAN DIFFERENCE")
_COUNT = re.compile(r"(?<![\d.])(\d+)(?![\d.%])")
_TOTAL = re.compile(r"^(?:total\s+)?(\d+)(?:\s+total)?\s*(?:\(.*\))?$")


def first_number(text: str | None) -> int | None:
    """Return the first whole number in a text; None if there is none.

    Examples
    --------
    >>> first_number("1569 (776 female)"), first_number("<=11 (not stated)"), first_number("")
    (1569, 11, None)
    """
    match = _COUNT.search(text or "")
    return int(match.group(1)) if match else None


def narrowest_se(n: float) -> float:
    """Return the smallest standard error that an SMD of two groups can have among `n` people: 2/√n.

    It is that of equal arms, no effect and no heterogeneity: Var = 1/n₁ + 1/n₂ + g²/(2n) ≥ 4/n.

    References
    ----------
    Hedges LV (1981) doi:10.3102/10769986006002107

    Examples
    --------
    >>> narrowest_se(400)
    0.1
    """
    return 2 / math.sqrt(n)


def implied_tau(se: float, k: int, n: float) -> float:
    """Return how far the SMDs of `k` trials with `n` people must scatter for their mean to have this standard error.

    SE² ≈ (τ² + 4k/n)/k, so τ = √(k SE² − 4k/n), or 0.

    Examples
    --------
    >>> round(implied_tau(1.393, 8, 472), 2), implied_tau(0.09, 8, 472)
    (3.93, 0.0)
    """
    return math.sqrt(max(0.0, k * se**2 - 4 * k / n))


def people_of_inputs(row: Row) -> int | None:
    """Return the people of a trial as a review prints them: one total, or both arms; None if it is neither.

    Examples
    --------
    >>> people_of_inputs({"n_1": "total 80 (50 m, 30 f)", "n_2": None}), people_of_inputs({"n_1": "30", "n_2": "28"})
    (80, 58)
    """
    numbers = [_TOTAL.match((row[name] or "").strip()) for name in ("n_1", "n_2")]
    if numbers[0] is None or (row["n_2"] and numbers[1] is None):
        return None
    return sum(int(match.group(1)) for match in numbers if match)


def _standardised(tables: EvidenceTables) -> Iterator[PrintedEffect]:
    for effect in printed_effects(tables):
        if effect.table == "reviews" and effect.measure.upper() in _STANDARDISED:
            yield effect


def _size(tables: EvidenceTables) -> Iterator[Finding]:
    for effect in _standardised(tables):
        estimate = effect.row["estimate"]
        if abs(estimate) > LARGEST_SMD:
            share = 0.5 * math.erfc(-abs(estimate) / math.sqrt(2))
            beyond = "all but a few" if share > 0.999 else f"{100 * share:.1f}%"
            yield Finding(
                check="smd-size",
                severity="unusual",
                study=effect.study,
                rows=(effect.key,),
                value=effect.shown,
                recomputed="a raw mean difference, if anything",
                arithmetic=f"|{show(estimate, 4)}| > {LARGEST_SMD:g}; Φ({show(abs(estimate), 4)}) = {share:.6f} of "
                "one group above "
                f"the mean of the other",
                text=f"For {effect.what} the standardised difference is {show(estimate, 4)} standard deviations "
                f"({beyond} of one "
                f"group above the mean of the other): the size of a difference in raw units.",
            )


def _width(tables: EvidenceTables) -> Iterator[Finding]:
    reports = {row["review_id"]: row for row in tables.rows("review_reports")}
    for effect in _standardised(tables):
        report = reports.get(effect.study) or {}
        n = effect.row["n"] or first_number(report.get("n_participants"))
        k = effect.row["k"] or first_number(effect.row["k_as_printed"]) or first_number(report.get("n_studies_pooled"))
        if effect.interval is None or not n or abs(effect.row["estimate"]) > LARGEST_SMD:
            continue
        se = se_of_interval(effect.interval, _NORMAL)
        narrowest = narrowest_se(n)
        if se.high < _SLACK * narrowest:
            yield _wrong_width(
                effect,
                "narrower",
                f"SE at least {show(narrowest)}",
                f"SE = width / 3.92 = {show(se.high)}; 2/√{n} = {show(narrowest)} with equal arms and no heterogeneity",
            )
        elif k and k > 1 and implied_tau(se.low, k, n) > LARGEST_TAU:
            tau = implied_tau(se.low, k, n)
            yield _wrong_width(
                effect,
                "wider",
                f"τ {show(tau)} between trials",
                f"SE = width / 3.92 = {show(se.low)}; τ = √({k} × {show(se.low)}² − 4 × {k}/{n}) = {show(tau)}",
            )


def _wrong_width(effect: PrintedEffect, side: str, recomputed: str, arithmetic: str) -> Finding:
    narrow = side == "narrower"
    return Finding(
        check="smd-width",
        severity="unusual",
        study=effect.study,
        rows=(effect.key,),
        value=effect.shown,
        recomputed=recomputed,
        arithmetic=arithmetic,
        text=f"For {effect.what} the interval is {side} than that of a standardised difference among so many people "
        + (
            "is, unless the Hartung–Knapp method made it so from trials that agree by chance."
            if narrow
            else "is, unless the trials lie standard deviations apart: the width of a raw difference."
        ),
    )


def _twice(tables: EvidenceTables) -> Iterator[Finding]:
    groups: dict[tuple[object, ...], list[PrintedEffect]] = defaultdict(list)
    for effect in printed_effects(tables):
        if effect.table == "reviews" and effect.interval is not None:
            interval = effect.interval
            groups[effect.study, effect.measure, interval.estimate, interval.low, interval.high].append(effect)
    for effects in groups.values():
        places = {(effect.row["outcome"], effect.row["subgroup"], effect.row["comparison"]) for effect in effects}
        if len(places) > 1:
            names = " and ".join(sorted({effect.what for effect in effects}))
            yield Finding(
                check="result-twice",
                severity="unusual",
                study=effects[0].study,
                rows=tuple(sorted(effect.key for effect in effects)),
                value=effects[0].shown,
                recomputed=f"{len(effects)} results, one set of numbers",
                arithmetic=f"estimate and both limits agree to the last digit in {len(effects)} places",
                text=f"The same numbers are printed for {names}: one of them is probably another result.",
            )


def _participants(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield results whose people are not those of the trials that the review itself lists for them."""
    inputs: Mapping[tuple[str, str], list[Row]] = defaultdict(list)
    for row in ordered_rows(tables, "review_inputs"):
        if row["review_id"] and row["plot"]:
            inputs[row["review_id"], row["plot"]].append(row)
    for row in ordered_rows(tables, "reviews"):
        listed = inputs.get((row["review_id"], row["plot"]), [])
        people = [people_of_inputs(entry) for entry in listed]
        if not row["n"] or not row["k"] or len(listed) != row["k"] or None in people:
            continue
        total = sum(count for count in people if count is not None)
        if total != row["n"]:
            yield Finding(
                check="participants",
                severity="inconsistent",
                study=row["review_id"],
                rows=tuple(
                    sorted([tables.key("reviews", row), *(tables.key("review_inputs", entry) for entry in listed)])
                ),
                value=f"{row['n']} people in {row['k']} trials",
                recomputed=f"{total} people",
                arithmetic=f"{' + '.join(str(count) for count in people)} = {total}, not {row['n']}",
                text=f"The number of people, {row['n']}, does not follow from the trials that the review lists, "
                f"{total}.",
            )


def _outlying_unit(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield two subgroups of one raw difference that differ as if one were in another unit."""
    groups: dict[tuple[object, ...], list[PrintedEffect]] = defaultdict(list)
    for effect in printed_effects(tables):
        if (
            effect.table == "reviews"
            and effect.measure.upper() in ("MD", "WMD")
            and effect.row["n"]
            and effect.interval
        ):
            groups[effect.study, effect.row["outcome"], effect.row["comparison"]].append(effect)
    for effects in groups.values():
        for position, first in enumerate(effects):
            for second in effects[position + 1 :]:
                if finding := _unit_gap(first, second):
                    yield finding


def _unit_gap(first: PrintedEffect, second: PrintedEffect) -> Finding | None:
    small, large = sorted((first, second), key=lambda effect: abs(effect.row["estimate"]))
    if small.interval is None or large.interval is None or small.row["estimate"] * large.row["estimate"] <= 0:
        return None
    ratio = large.row["estimate"] / small.row["estimate"]
    spreads = [_spread(effect) for effect in (small, large)]
    if ratio < 4 or spreads[0].high <= 0 or spreads[1].low / spreads[0].high < 4:
        return None
    middle = [(spread.low + spread.high) / 2 for spread in spreads]
    return Finding(
        check="outlying-unit",
        severity="unusual",
        study=first.study,
        rows=tuple(sorted((first.key, second.key))),
        value=f"{large.shown} and {small.shown}",
        recomputed=f"estimates {ratio:.1f} to 1, spreads {middle[1] / middle[0]:.1f} to 1",
        arithmetic=f"{show(large.row['estimate'], 4)} / {show(small.row['estimate'], 4)} = {ratio:.2f}; SE √n = "
        f"{show(middle[1])} and "
        f"{show(middle[0])}",
        text=f"For {large.what} both the difference and its spread are about {ratio:.0f} times those for "
        f"{small.what}: as if one "
        f"of them were in another unit.",
    )


def _spread(effect: PrintedEffect) -> Range:
    """Return SE √n: the spread between people that the interval implies."""
    if effect.interval is None:
        return Range(0.0, 0.0)
    se, root = se_of_interval(effect.interval, _NORMAL), math.sqrt(effect.row["n"])
    return Range(se.low * root, se.high * root)


_GROUP: CheckGroup = "published-synthesis"
_HEDGES = "Hedges LV (1981). doi:10.3102/10769986006002107"

CHECKS: tuple[Check, ...] = (
    Check(
        id="outlying-unit",
        group=_GROUP,
        title="Are two subgroups of one outcome in the same unit?",
        method="Two mean differences of one outcome in one review, four times apart, with SE √n four times apart as "
        "well.",
        source="",
        needs=("reviews.estimate", "reviews.n"),
        run=_outlying_unit,
    ),
    Check(
        id="participants",
        group=_GROUP,
        title="Are the people of a pooled result those of its trials?",
        method="Where a review lists as many trials as it pools, with their sizes: the sum, exactly.",
        source="",
        needs=("reviews.n", "reviews.k", "review_inputs.n_1"),
        run=_participants,
    ),
    Check(
        id="result-twice",
        group=_GROUP,
        title="Is one result printed for two things?",
        method="Estimate and both limits the same to the last digit for two outcomes, subgroups or comparisons of a "
        "review.",
        source="",
        needs=("reviews.estimate", "reviews.ci_low"),
        run=_twice,
    ),
    Check(
        id="smd-size",
        group=_GROUP,
        title="Can a standardised difference be so large?",
        method=f"|SMD| > {LARGEST_SMD:g}.",
        source=_HEDGES,
        needs=("reviews.estimate", "reviews.measure"),
        run=_size,
    ),
    Check(
        id="smd-width",
        group=_GROUP,
        title="Has the interval a width that a standardised difference can have?",
        method=f"SE = width/3.92. Too narrow below {_SLACK:g} × 2/√n; too wide if k trials with n people would have "
        "to scatter "
        f"with τ = √(k SE² − 4k/n) > {LARGEST_TAU:g}. Rounding of the limits allowed. Unusual "
        "only, since Hartung–Knapp intervals can be so narrow.",
        source=_HEDGES,
        needs=("reviews.estimate", "reviews.ci_low", "review_reports.n_participants"),
        run=_width,
    ),
)
