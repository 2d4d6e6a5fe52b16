"""Subgroups of published syntheses: whether they can pool to the overall result, and whether they differ."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from .effect_intervals import Interval, se_of_interval
from .finding import Check, Finding
from .ordering import ordered_rows
from .printed_effects import PrintedEffect, printed_effects
from .ranges import Range, show, show_p

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from .evidence_tables import EvidenceTables, Row
    from .finding import CheckGroup

__all__ = ["CHECKS", "Interaction", "factor_of", "interaction", "pooled_hull", "subgroup_interactions"]

_NORMAL = 1.959963984540054
_WORDS = {
    "wk": "weeks",
    "wks": "weeks",
    "week": "weeks",
    "mo": "months",
    "month": "months",
    "yr": "years",
    "year": "years",
}
_UNITS = ("mm", "cm", "um", "µm", "mg", "g", "kg", "ml")
_FILLERS = (
    "vs",
    "versus",
    "or",
    "and",
    "than",
    "more",
    "less",
    "over",
    "under",
    "from",
    "to",
    "of",
    "the",
    "in",
    *_UNITS,
)
_NO_EFFECT = re.compile(r"\bno\b.*\b(effect|difference|interaction)|not significant", re.IGNORECASE)
_DURATION = ("weeks", "months", "years", "duration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """The difference of two subgroups.

    Attributes
    ----------
    difference : float
        Of the estimates, on the scale of the interval (logs for ratios).
    z : float
        |difference| / √(SE₁² + SE₂²).
    z_range : Range
        What rounding leaves to it.
    pvalue : float
        The two-sided p-value.
    p_range : Range
        What rounding leaves to it.
    """

    difference: float
    z: float
    z_range: Range
    pvalue: float
    p_range: Range


def interaction(first: Interval, second: Interval) -> Interaction:
    """Return the test of two independent subgroups, from estimates and intervals.

    z = |θ₁ − θ₂| / √(SE₁² + SE₂²), each SE = width/(2 × 1.96) on the scale of the measure.

    References
    ----------
    Altman DG, Bland JM (2003) doi:10.1136/bmj.326.7382.219

    Examples
    --------
    >>> depth = interaction(Interval(estimate=1.16, low=0.86, high=1.42, decimals=2),
    ...                     Interval(estimate=0.52, low=0.23, high=0.82, decimals=2))
    >>> round(depth.z, 2), round(depth.pvalue, 3), round(depth.p_range.low, 4), round(depth.p_range.high, 4)
    (3.08, 0.002, 0.0014, 0.0028)
    """
    from scipy import stats

    effects = [interval.moved(interval.estimate) for interval in (first, second)]
    errors = [se_of_interval(interval, _NORMAL) for interval in (first, second)]
    middle = [(effect.low + effect.high) / 2 for effect in effects]
    gap = Range(effects[0].low - effects[1].high, effects[0].high - effects[1].low)
    low = 0.0 if 0.0 in gap else min(abs(gap.low), abs(gap.high))
    high = max(abs(gap.low), abs(gap.high))
    widest, narrowest = math.hypot(errors[0].high, errors[1].high), math.hypot(errors[0].low, errors[1].low)
    plain = math.hypot(*((error.low + error.high) / 2 for error in errors))
    z = Range(low / widest if widest else math.inf, high / narrowest if narrowest else math.inf)
    central = abs(middle[0] - middle[1]) / plain if plain else math.inf
    return Interaction(
        difference=middle[0] - middle[1],
        z=central,
        z_range=z,
        pvalue=float(2 * stats.norm.sf(central)),
        p_range=Range(float(2 * stats.norm.sf(z.high)), float(2 * stats.norm.sf(z.low))),
    )


def pooled_hull(parts: Sequence[Interval]) -> Range:
    """Return where an overall result can lie: between the smallest and the largest subgroup, and one SE beyond.

    An overall result is a weighted mean of the trials, so of the subgroups. Random-effects weights change a little when
    subgroups are put together; the standard error of the outermost subgroup is allowed for that.

    Examples
    --------
    >>> hull = pooled_hull([Interval(estimate=0.5, low=0.1, high=0.9, decimals=1),
    ...                     Interval(estimate=1.2, low=0.8, high=1.6, decimals=1)])
    >>> round(hull.low, 2), round(hull.high, 2)
    (0.22, 1.48)
    """
    ends = []
    for interval in parts:
        effect, se = interval.moved(interval.estimate), se_of_interval(interval, _NORMAL)
        ends.append(Range(effect.low - se.high, effect.high + se.high))
    return Range(min(end.low for end in ends), max(end.high for end in ends))


def factor_of(subgroup: str | None) -> frozenset[str]:
    """Return what a subgroup is a level of, in words: numbers, signs and fillers are left out; units of time are one.

    Examples
    --------
    >>> sorted(factor_of("needle depth <1 mm")), sorted(factor_of("depth <=1 mm vs >1 mm"))
    (['depth', 'needle'], ['depth'])
    >>> sorted(factor_of("21-24 weeks")), sorted(factor_of("duration <=12 wk vs >12 wk")), factor_of("overall")
    (['duration'], ['duration'], frozenset())
    """
    words = re.findall(r"[^\W\d_]+", (subgroup or "").lower())
    named = {_WORDS.get(word, word) for word in words if word not in _FILLERS} - {"overall", "all", "total"}
    return frozenset("duration" if word in _DURATION else word for word in named)


def subgroup_interactions(tables: EvidenceTables) -> pd.DataFrame:
    """Return the test of every two subgroups of one factor that a review prints.

    Returns
    -------
    DataFrame
        Columns ``review``, ``outcome``, ``factor``, ``row_1``, ``subgroup_1``, ``row_2``, ``subgroup_2``,
        ``difference``, ``z``, ``pvalue``, ``p_low``, ``p_high``.
    """
    import pandas as pd

    found = [
        {
            "review": first.study,
            "outcome": first.row["outcome"],
            "factor": " ".join(sorted(factor_of(first.row["subgroup"]))),
            "row_1": first.key,
            "subgroup_1": first.row["subgroup"],
            "row_2": second.key,
            "subgroup_2": second.row["subgroup"],
            "difference": tested.difference,
            "z": tested.z,
            "pvalue": tested.pvalue,
            "p_low": tested.p_range.low,
            "p_high": tested.p_range.high,
        }
        for first, second, tested in _pairs(tables)
    ]
    columns = ["review", "outcome", "factor", "row_1", "subgroup_1", "row_2", "subgroup_2"]
    return pd.DataFrame(found, columns=[*columns, "difference", "z", "pvalue", "p_low", "p_high"])


def _outcome(text: str | None) -> str:
    return " ".join(re.sub(r"\(.*?\)", " ", (text or "").lower()).split())


def _families(tables: EvidenceTables) -> dict[tuple[str, ...], list[PrintedEffect]]:
    """Return the results of one review, outcome, comparison and measure together."""
    found: dict[tuple[str, ...], list[PrintedEffect]] = defaultdict(list)
    for effect in printed_effects(tables):
        if effect.table == "reviews" and effect.interval is not None and effect.judged:
            row = effect.row
            found[effect.study, _outcome(row["outcome"]), row["comparison"] or "", effect.measure.upper()].append(
                effect
            )
    return found


def _is_overall(row: Row) -> bool:
    return (row["subgroup"] or "").strip().lower() in ("", "overall", "total", "all")


def _pairs(tables: EvidenceTables) -> Iterator[tuple[PrintedEffect, PrintedEffect, Interaction]]:
    """Yield every two subgroups of one factor, with the test of their difference."""
    for effects in _families(tables).values():
        parts = [effect for effect in effects if not _is_overall(effect.row)]
        for first, second in combinations(parts, 2):
            factors = factor_of(first.row["subgroup"]), factor_of(second.row["subgroup"])
            if first.interval and second.interval and factors[0] and factors[0] == factors[1]:
                yield first, second, interaction(first.interval, second.interval)


def _pool(tables: EvidenceTables) -> Iterator[Finding]:
    for effects in _families(tables).values():
        overall = [effect for effect in effects if _is_overall(effect.row)]
        parts = [effect for effect in effects if not _is_overall(effect.row)]
        if len(overall) != 1 or len(parts) < 2 or overall[0].interval is None:
            continue
        hull = pooled_hull([effect.interval for effect in parts if effect.interval])
        whole = overall[0].interval
        if whole.moved(whole.estimate).overlaps(hull):
            continue
        listed = ", ".join(
            f"{effect.row['subgroup']} {show(effect.row['estimate'], 4)}"
            for effect in sorted(parts, key=lambda effect: str(effect.row["subgroup"]))
        )
        shown = [math.exp(limit) for limit in (hull.low, hull.high)] if whole.scale == "log" else [hull.low, hull.high]
        yield Finding(
            check="subgroups-pool",
            severity="inconsistent",
            study=overall[0].study,
            rows=tuple(sorted(effect.key for effect in [*overall, *parts])),
            value=overall[0].shown,
            recomputed=f"between {show(shown[0])} and {show(shown[1])}",
            arithmetic=f"subgroups: {listed}; smallest and largest, one standard error beyond: {show(shown[0])} to "
            f"{show(shown[1])}",
            text=f"For {overall[0].what} the overall {overall[0].measure} of {show(whole.estimate, 4)} does not "
            "follow from "
            f"subgroups of {show(min(e.row['estimate'] for e in parts), 4)} to "
            f"{show(max(e.row['estimate'] for e in parts), 4)}: no "
            f"weights pool them to it.",
        )


def _sizes(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield subgroups whose trials add up to all trials, and whose people do not add up to all people."""
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in ordered_rows(tables, "reviews"):
        if row["k"] and row["n"]:
            key = (row["review_id"], _outcome(row["outcome"]), row["comparison"], row["measure"])
            groups[key].append(row)
    for rows in groups.values():
        overall = [row for row in rows if _is_overall(row)]
        factors: dict[frozenset[str], list[Row]] = defaultdict(list)
        for row in rows:
            if not _is_overall(row):
                factors[factor_of(row["subgroup"])].append(row)
        for parts in factors.values():
            if len(overall) != 1 or len(parts) < 2 or sum(row["k"] for row in parts) != overall[0]["k"]:
                continue
            total = sum(row["n"] for row in parts)
            if total != overall[0]["n"]:
                addition = " + ".join(str(row["n"]) for row in parts)
                yield Finding(
                    check="subgroup-sizes",
                    severity="inconsistent",
                    study=overall[0]["review_id"],
                    rows=tuple(sorted(tables.key("reviews", row) for row in [*overall, *parts])),
                    value=f"{overall[0]['n']} people in {overall[0]['k']} trials",
                    recomputed=f"{total} people",
                    arithmetic=f"trials {' + '.join(str(row['k']) for row in parts)} = {overall[0]['k']}; people "
                    f"{addition} = {total}",
                    text=f"The trials of the subgroups are all trials, but their people, {total}, are not the "
                    f"{overall[0]['n']} of the whole.",
                )


def _interaction_denied(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield subgroups that differ, where this or another review says that their factor makes no difference."""
    denials = [
        row
        for row in ordered_rows(tables, "reviews")
        if row["p_as_printed"] and _NO_EFFECT.search(row["p_as_printed"])
        if row["subgroup"] and not _is_overall(row)
    ]
    for first, second, tested in _pairs(tables):
        if tested.pvalue >= 0.05:
            continue
        factor, outcome = factor_of(first.row["subgroup"]), _outcome(first.row["outcome"])
        against = [
            row for row in denials if factor_of(row["subgroup"]) & factor and _outcome(row["outcome"]) == outcome
        ]
        if not against:
            continue
        sayers = sorted({row["review_id"] for row in against})
        rows = sorted({first.key, second.key, *(tables.key("reviews", row) for row in against)})
        yield Finding(
            check="subgroup-interaction",
            severity="note",
            study=first.study,
            rows=tuple(rows),
            value=f"{first.shown} and {second.shown}",
            recomputed=f"z {tested.z:.2f}, p {show(tested.pvalue, 2)}",
            arithmetic=f"|{show(first.row['estimate'])} − {show(second.row['estimate'])}| / √(SE₁² + SE₂²) = "
            f"{tested.z:.2f}, if the "
            f"subgroups are independent; p {show(tested.pvalue, 2)} ({show_p(tested.p_range)} with rounding)",
            text=f"{first.row['subgroup']} and {second.row['subgroup']} differ here (p {show(tested.pvalue, 2)}), "
            f"while {' and '.join(sayers)} "
            f"{'prints' if len(sayers) == 1 else 'print'} no effect of that factor.",
        )


_GROUP: CheckGroup = "published-synthesis"

CHECKS: tuple[Check, ...] = (
    Check(
        id="subgroup-interaction",
        group=_GROUP,
        title="Do subgroups differ where a review says that they do not?",
        method="z = |θ₁ − θ₂| / √(SE₁² + SE₂²) for two subgroups of one factor; told where p < 0.05 and "
        "this or another review prints no effect of that factor. `subgroup_interactions` has them all.",
        source="Altman DG, Bland JM (2003). doi:10.1136/bmj.326.7382.219",
        needs=("reviews.subgroup", "reviews.estimate", "reviews.p_as_printed"),
        run=_interaction_denied,
    ),
    Check(
        id="subgroup-sizes",
        group=_GROUP,
        title="Do the people of the subgroups add up?",
        method="Where the trials of the subgroups of one factor add up to all trials, so must their people.",
        source="",
        needs=("reviews.subgroup", "reviews.k", "reviews.n"),
        run=_sizes,
    ),
    Check(
        id="subgroups-pool",
        group=_GROUP,
        title="Can the subgroups pool to the overall result?",
        method="A weighted mean lies between the smallest and the largest of its parts; one standard error of the "
        "outermost "
        "subgroup is let in on either side.",
        source="Borenstein M, Higgins JPT (2013). doi:10.1007/s11121-013-0377-7",
        needs=("reviews.subgroup", "reviews.estimate", "reviews.ci_low"),
        run=_pool,
    ),
)
