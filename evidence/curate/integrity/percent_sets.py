"""Percentages of one trial taken together: shares of different people, and shares that make up everybody."""

from __future__ import annotations

import re
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from .finding import Check, Finding
from .grouping import grouped
from .percentages import SHARE_TYPES, fitting_sizes, possible_counts, printed_alike
from .rounding import column_decimals, exact, half_unit, joined, shown
from .sizes import printed_total

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "shares_in"]

_SOURCE = "Brown NJL, Heathers JAJ (2017). The GRIM test. doi:10.1177/1948550616673876"
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")
_MOST_PEOPLE = 1000


def shares_in(text: str | None) -> tuple[float, ...]:
    """Return the percentages that a text prints.

    Examples
    --------
    >>> shares_in("42.1% mild, 38.6% moderate, 19.3% marked")
    (42.1, 38.6, 19.3)
    """
    return tuple(float(share) for share in _SHARE.findall(text or ""))


def _unsized(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield trials without arm sizes of which no sizes give all percentages of each arm."""
    sizes = {(arm["study_id"], arm["arm_id"]): arm["n_analysed"] or arm["n_randomised"] for arm in tables.rows("arms")}
    totals = {row["study_id"]: printed_total(row) for row in tables.rows("studies")}
    for rows in grouped(tables.rows("outcomes"), ("study_id",)):
        total = totals.get(rows[0]["study_id"])
        shares = [
            row
            for row in rows
            if row["percent"] is not None
            and row["value_type"] in SHARE_TYPES
            and row["arm_id"]
            and not (row["total"] or row["n"] or sizes.get((row["study_id"], row["arm_id"])))
        ]
        if total is None or total > _MOST_PEOPLE or not shares:
            continue
        arms: dict[str, list[Row]] = defaultdict(list)
        for row in shares:
            arms[row["arm_id"]].append(row)
        common = {arm: _sizes_of_all(tables, of, total) for arm, of in sorted(arms.items())}
        if all(common.values()) and sum(min(fits) for fits in common.values()) <= total:
            continue
        half = max(2, -(-total // max(len(arms), 2)))
        printed = {row["row_id"]: f"{shown(row['percent'], _decimals(tables, row))}%" for row in shares}
        fits = [(row, _sizes_of_all(tables, [row], half)) for row in shares]
        listed = "; ".join(f"{printed[row['row_id']]}: {joined(found) or 'none'}" for row, found in fits)
        empty = [arm for arm, found in common.items() if not found]
        why = (
            f"no size up to {total} gives all shares of {' and '.join(empty)}"
            if empty
            else "the sizes exceed the total"
        )
        yield Finding(
            check="percent-sizes",
            severity="inconsistent",
            study=rows[0]["study_id"],
            rows=tuple(sorted(tables.key("outcomes", row) for row in shares)),
            value=", ".join(printed.values()),
            recomputed=listed,
            arithmetic=f"denominators up to {half}: {listed}",
            text=f"The shares cannot all be of the same people: {why}. Outcomes rest on different numbers of people.",
        )


def _sizes_of_all(tables: EvidenceTables, rows: Sequence[Row], largest: int) -> tuple[int, ...]:
    """Return the denominators that fit all rows, each at the decimals of its outcome."""
    found: set[int] | None = None
    for row in rows:
        fits = set(fitting_sizes((row["percent"],), _decimals(tables, row), largest))
        found = fits if found is None else found & fits
    return tuple(sorted(found or ()))


def _decimals(tables: EvidenceTables, row: Row) -> int:
    return column_decimals(printed_alike(row, tables.rows("outcomes")), "percent")


def _shares_of_one_arm(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield shares in reviews' tables that add up to everybody, but not to everybody of the trial's only arm."""
    arms_of = tables.by_study("arms")
    totals = {row["study_id"]: printed_total(row) for row in tables.rows("studies")}
    for row in tables.rows("review_inputs"):
        shares, total = shares_in(row["events_1"]), totals.get(row["study_id"])
        if row["events_2"] or len(shares) < 3 or not total or len(arms_of.get(row["study_id"], [])) != 1:
            continue
        decimals = max(len(share.partition(".")[2]) for share in _SHARE.findall(row["events_1"]))
        slack = len(shares) * half_unit(decimals)
        if abs(sum((exact(share) for share in shares), Fraction(-100))) > slack or total > _MOST_PEOPLE:
            continue
        fits = [size for size in fitting_sizes(shares, decimals, total) if _adds_up(shares, decimals, size)]
        if total in fits:
            continue
        counts = [possible_counts(share, decimals, fits[-1])[0] for share in shares] if fits else []
        printed = ", ".join(f"{shown(share, decimals)}%" for share in shares)
        added = f"{' + '.join(map(str, counts))} = {sum(counts)}" if fits else f"no size up to {total} fits"
        yield Finding(
            check="percent-partition",
            severity="unusual",
            study=row["study_id"],
            rows=tuple(sorted((tables.key("review_inputs", row), f"studies:{row['study_id']}"))),
            value=f"{printed} of {total}",
            recomputed=joined(fits) or "no size",
            arithmetic=added,
            text=f"{printed} make up everybody, but not {total} people, unless a share was adjusted or cut off so that "
            f"they add up; {joined(fits) or 'no size'} would fit.",
        )


def _adds_up(shares: tuple[float, ...], decimals: int, size: int) -> bool:
    counts = [possible_counts(share, decimals, size) for share in shares]
    return sum(low[0] for low in counts) <= size <= sum(high[-1] for high in counts)


CHECKS: tuple[Check, ...] = (
    Check(
        id="percent-partition",
        group="within-trial",
        title="Do shares that make up everybody fit the size of the trial?",
        method="Shares of one arm, three or more, that add up to 100% (± rounding) need whole counts that add up to n. "
        "Unusual only: a share is sometimes adjusted by a last digit to make them add up.",
        source=_SOURCE,
        needs=("review_inputs.events_1", "studies.n_randomised"),
        run=_shares_of_one_arm,
    ),
    Check(
        id="percent-sizes",
        group="within-trial",
        title="Can all percentages of a trial without arm sizes come from the same people?",
        method="For each arm one denominator must give all of its shares, and the arms' smallest ones together may not "
        "exceed the trial's total.",
        source=_SOURCE,
        needs=("outcomes.percent", "studies.n_randomised"),
        run=_unsized,
    ),
)
