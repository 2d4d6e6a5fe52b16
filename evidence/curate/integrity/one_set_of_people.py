"""Whether one pair of arm sizes serves everything that a trial prints: its p-values and its shares."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...tables.rules.percent import counts_of_percent
from .comparisons import outcome_comparisons
from .finding import Check, Finding
from .ordering import ordered_rows
from .p_values import mean_p_ranges
from .ranges import decimals_among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .comparisons import Comparison
    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "Demand", "balanced_pairs", "pairs_of_shares"]

_BALANCE = 1.5
_MOST_LISTED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Which arm sizes one printed result allows.

    Attributes
    ----------
    what : str
        The result, in words.
    rows : tuple of str
        Its rows.
    pairs : frozenset of (int, int)
        The arm sizes under which it can be printed so.
    """

    what: str
    rows: tuple[str, ...]
    pairs: frozenset[tuple[int, int]]


def balanced_pairs(total: int) -> frozenset[tuple[int, int]]:
    """Return the arm sizes that `total` people allow, neither arm more than half as large again as the other.

    Examples
    --------
    >>> (30, 30) in balanced_pairs(60), (40, 20) in balanced_pairs(60), (31, 30) in balanced_pairs(60)
    (True, False, False)
    """
    sizes = range(2, total - 1)
    return frozenset(
        (a, b) for a, b in itertools.product(sizes, sizes) if a + b <= total and max(a, b) <= _BALANCE * min(a, b)
    )


def pairs_of_shares(share1: str, share2: str, total: int) -> frozenset[tuple[int, int]]:
    """Return the arm sizes in which both shares, as printed, are whole numbers of people.

    Examples
    --------
    >>> sorted(pairs_of_shares("82.1", "51.9", 60)), sorted(pairs_of_shares("88.0", "73.9", 60))
    ([(28, 27)], [(25, 23)])
    """
    return frozenset(
        (a, b) for a, b in balanced_pairs(total) if counts_of_percent(share1, a) and counts_of_percent(share2, b)
    )


def _run(tables: EvidenceTables) -> Iterator[Finding]:
    studies = {row["study_id"]: row for row in tables.rows("studies")}
    demands: dict[str, list[Demand]] = defaultdict(list)
    for study, found in itertools.chain(_from_p(tables, studies), _from_shares(tables, studies)):
        demands[study].append(found)
    for study, listed in demands.items():
        sizes = [demand.pairs for demand in listed if demand.pairs]
        if len(sizes) < 2 or frozenset.intersection(*sizes):
            continue
        yield _finding(study, studies[study]["n_randomised"], [demand for demand in listed if demand.pairs])


def _finding(study: str, total: int, demands: Sequence[Demand]) -> Finding:
    # p-values allow more pairs than can be read; those nearest to the whole trial are shown
    listed = []
    for demand in demands:
        pairs = sorted(demand.pairs, key=lambda pair: (-sum(pair), abs(pair[0] - pair[1])))
        shown = ", ".join(f"{a}/{b}" for a, b in pairs[:_MOST_LISTED])
        listed.append(f"{demand.what}: {shown}{', …' if len(pairs) > _MOST_LISTED else ''}")
    rows = sorted({row for demand in demands for row in demand.rows} | {f"studies:{study}"})
    return Finding(
        check="one-set-of-people",
        severity="unusual",
        study=study,
        rows=tuple(rows),
        value="; ".join(demand.what for demand in demands),
        recomputed="no pair of arm sizes in common",
        arithmetic="; ".join(listed),
        text=f"No two arm sizes among {total} people give all of these as printed; each seems to rest on people of "
        "its own.",
    )


def _unsized(studies: dict[str, Row], study: str, tables: EvidenceTables) -> int | None:
    row = studies.get(study)
    if row is None or row["n_randomised"] is None or row["design"] in tables.paired_designs:
        return None
    return int(row["n_randomised"]) if row["n_randomised"] <= 400 else None


def _from_p(tables: EvidenceTables, studies: dict[str, Row]) -> Iterator[tuple[str, Demand]]:
    """Yield the arm sizes that each exact p of two means allows, where the sizes are not printed."""
    for comparison in outcome_comparisons(tables):
        total = _unsized(studies, comparison.study, tables)
        if total is None or len(comparison.arms) != 2 or comparison.n_printed or comparison.p_value is None:
            continue
        if any(arm.printed_mean is None or not arm.spreads for arm in comparison.arms):
            continue
        pairs = frozenset(pair for pair in balanced_pairs(total) if _gives(comparison, pair))
        what = f"{comparison.what.replace('-', ' ')} {comparison.printed}"
        yield comparison.study, Demand(what=what, rows=comparison.rows, pairs=pairs)


def _gives(comparison: Comparison, sizes: tuple[int, int]) -> bool:
    """Return whether means, spreads as SD, and these sizes can give the printed p."""
    arms = tuple(
        replace(arm, n=n, spreads={name: sd for name, sd in arm.spreads.items() if name in ("SD", "± as SD")})
        for arm, n in zip(comparison.arms, sizes, strict=True)
    )
    found = mean_p_ranges(replace(comparison, arms=arms))
    return any(comparison.allowed.overlaps(values) for values in found.values())


def _from_shares(tables: EvidenceTables, studies: dict[str, Row]) -> Iterator[tuple[str, Demand]]:
    """Yield the arm sizes that each pair of printed shares of people allows, where the sizes are not printed."""
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in ordered_rows(tables, "outcomes"):
        if row["percent"] is not None and row["unit"] == "percent-of-patients" and row["value_type"] == "responder":
            key = (row["study_id"], row["outcome"], row["threshold"], row["time_weeks"])
            groups[key].append(row)
    # shares of one page were printed alike; another page may have its own habit
    decimals: dict[tuple[object, ...], int] = defaultdict(int)
    for row in itertools.chain.from_iterable(groups.values()):
        page = (row["study_id"], row["seen_at"])
        decimals[page] = max(decimals[page], decimals_among([row["percent"]]))
    for rows in groups.values():
        study = rows[0]["study_id"]
        total = _unsized(studies, study, tables)
        if total is None or len(rows) != 2 or any(row["n"] or row["total"] or not row["arm_id"] for row in rows):
            continue
        first, second = sorted(rows, key=lambda row: str(row["arm_id"]))
        shares = [f"{row['percent']:.{decimals[study, row['seen_at']]}f}" for row in (first, second)]
        what = f"{first['outcome'].replace('-', ' ')} {shares[0]}% and {shares[1]}%"
        keys = tuple(sorted(tables.key("outcomes", row) for row in rows))
        yield study, Demand(what=what, rows=keys, pairs=pairs_of_shares(shares[0], shares[1], total))


CHECKS: tuple[Check, ...] = (
    Check(
        id="one-set-of-people",
        group="within-trial",
        title="Does one pair of arm sizes serve every p and every share?",
        method="Where a trial does not print the sizes of two arms: every pair that its people allow, neither arm "
        "half as large "
        "again as the other, is tried on each exact p of two means and on each pair of shares. A finding if no pair "
        "serves "
        "all. Shares as in the GRIM test.",
        source="Brown NJL, Heathers JAJ (2017). doi:10.1177/1948550616673876",
        needs=("studies.n_randomised", "outcomes.percent"),
        run=_run,
    ),
)
