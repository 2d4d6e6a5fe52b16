"""How many people stand behind means of whole numbers, where a report does not say it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .finding import Check, Finding
from .granular_checks import PRINTED_TOGETHER
from .granularity import chance_of_fit, grimmer
from .grouping import grouped
from .rounding import column_decimals, shown
from .sizes import other_people, printed_total

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "PrintedPair", "SizeFound", "chance_of_at_least", "size_behind"]

_RARE = 1e-3
_PAIRS = 3
_MOST_PEOPLE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPair:
    """A mean and its SD as printed.

    Attributes
    ----------
    mean, sd : float
        As printed.
    mean_decimals, sd_decimals : int
        With how many decimals.
    """

    mean: float
    sd: float
    mean_decimals: int
    sd_decimals: int

    def fits(self, n: int) -> bool:
        """Whether `n` whole numbers can have this mean and this SD."""
        return grimmer(self.mean, self.sd, n, mean_decimals=self.mean_decimals, sd_decimals=self.sd_decimals)

    def chance(self, n: int) -> float:
        """Return how often numbers of any other origin would fit by chance."""
        return chance_of_fit(self.sd, n, mean_decimals=self.mean_decimals, sd_decimals=self.sd_decimals)


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeFound:
    """The number of people whose whole numbers give most of the printed pairs.

    Attributes
    ----------
    n : int
        How many people.
    fits : tuple of bool
        Which pairs agree with it.
    chance : float
        How often so many pairs would agree with some size tried, if the values were not whole numbers at all.
    """

    n: int
    fits: tuple[bool, ...]
    chance: float


def chance_of_at_least(k: int, chances: Sequence[float]) -> float:
    """Return the probability that `k` or more of independent events happen.

    Examples
    --------
    >>> chance_of_at_least(2, [0.5, 0.5, 0.5])
    0.5
    """
    exactly = [1.0]
    for chance in chances:
        stay = [value * (1 - chance) for value in exactly] + [0.0]
        exactly = [kept + moved * chance for kept, moved in zip(stay, [0.0, *exactly], strict=True)]
    return min(1.0, sum(exactly[k:]))


def size_behind(pairs: Sequence[PrintedPair], largest: int) -> SizeFound | None:
    """Return the number of people that printed means and SDs give away, if they are those of whole numbers.

    Every size from 2 to `largest` is tried on all pairs with GRIMMER. One pair may be a misprint if there are four or
    more. The chance that so many pairs fit a size although the values are of another kind is computed from how dense
    possible pairs are (`chance_of_fit`), and multiplied by the number of sizes tried.

    Parameters
    ----------
    pairs : sequence of PrintedPair
        Mean and SD of different measurements of the same people; fewer than three say nothing.
    largest : int
        The largest size tried.

    Returns
    -------
    SizeFound or None
        The size that is least likely to fit by chance; None unless that is below 1 in 1000.

    References
    ----------
    The test of each pair: Anaya J (2016). The GRIMMER test. doi:10.7287/peerj.preprints.2400v1

    Examples
    --------
    >>> means, sds = [14.71, 27.71, 49.00, 74.14], [3.988, 4.499, 11.30, 22.42]
    >>> pairs = [PrintedPair(mean=m, sd=s, mean_decimals=2, sd_decimals=d) for m, s, d in zip(means, sds, [3, 3, 2, 2])]
    >>> size_behind(pairs, 40).n
    7
    """
    if len(pairs) < _PAIRS:
        return None
    best: SizeFound | None = None
    needed = len(pairs) - (1 if len(pairs) > _PAIRS else 0)
    for n in range(2, largest + 1):
        fits = tuple(pair.fits(n) for pair in pairs)
        if sum(fits) < needed:
            continue
        chance = min(1.0, (largest - 1) * chance_of_at_least(sum(fits), [pair.chance(n) for pair in pairs]))
        if chance < _RARE and (best is None or chance < best.chance):
            best = SizeFound(n=n, fits=fits, chance=chance)
    return best


def _behind_means(tables: EvidenceTables) -> Iterator[Finding]:
    arms = {(arm["study_id"], arm["arm_id"]): arm["n_analysed"] or arm["n_randomised"] for arm in tables.rows("arms")}
    for study in tables.rows("studies"):
        total = printed_total(study)
        if not total or total > _MOST_PEOPLE or not other_people(tables, study):
            continue
        rows = [
            row
            for row in tables.by_study("outcomes").get(study["study_id"], [])
            if row["arm_id"] and not row["n"] and not arms.get((study["study_id"], row["arm_id"]))
        ]
        found = {}
        for arm, placed in sorted(_pairs(rows).items()):
            if size := size_behind([pair for pair, _ in placed], total):
                found[arm] = (size, placed)
        if not found:
            continue
        sizes = " and ".join(f"{size.n} ({arm})" for arm, (size, _) in found.items())
        lines = [_told(arm, size, placed) for arm, (size, placed) in found.items()]
        keys = {tables.key("outcomes", row) for _, placed in found.values() for _, row in placed}
        yield Finding(
            check="sizes-behind-means",
            severity="unusual",
            study=study["study_id"],
            rows=tuple(sorted({tables.key("studies", study), *keys})),
            value=f"{total} people, arm sizes not stated",
            recomputed=sizes,
            arithmetic="; ".join(lines),
            text=f"The means and SDs are those of whole numbers in {sizes} people, of {total} in the trial: fewer may "
            "have been analysed than were allocated.",
        )


def _told(arm: str, size: SizeFound, placed: list[tuple[PrintedPair, Row]]) -> str:
    printed = [
        f"{shown(pair.mean, pair.mean_decimals)} ± {shown(pair.sd, pair.sd_decimals)}"
        for (pair, _), fit in zip(placed, size.fits, strict=True)
        if not fit
    ]
    but = f" (not {printed[0]})" if printed else ""
    return (
        f"arm {arm}: {sum(size.fits)} of {len(size.fits)} pairs fit {size.n} people{but}, by chance less than "
        f"1 in {int(1 / max(size.chance, 1e-9))}"
    )


def _pairs(rows: Sequence[Row]) -> dict[str, list[tuple[PrintedPair, Row]]]:
    """Return every mean with its SD, before and after, by arm; percent changes are not whole numbers."""
    pairs: dict[str, list[tuple[PrintedPair, Row]]] = defaultdict(list)
    for alike in grouped(rows, PRINTED_TOGETHER):
        if alike[0]["value_type"] not in ("final", "change"):
            continue
        # one table prints before and after alike: 49.00 beside 74.14
        mean_decimals = column_decimals(alike, "mean", "baseline_mean")
        for prefix in ("baseline_", ""):
            for spread in ("sd", "plus_minus"):
                sd_decimals = column_decimals(alike, spread, f"baseline_{spread}")
                for row in alike:
                    mean, sd = row[f"{prefix}mean"], row[f"{prefix}{spread}"]
                    if mean is not None and sd is not None:
                        pair = PrintedPair(mean=mean, sd=sd, mean_decimals=mean_decimals, sd_decimals=sd_decimals)
                        pairs[row["arm_id"]].append((pair, row))
    return pairs


CHECKS: tuple[Check, ...] = (
    Check(
        id="sizes-behind-means",
        group="within-trial",
        title="Do means and SDs give away how many people were analysed?",
        method="Where no arm size is printed: every size up to the trial's total is tried on all pairs of mean and SD "
        "of an arm with GRIMMER. A size is told if all pairs (of four or more, all but one) are possible with it, and "
        "that would happen by chance in less than 1 of 1000 reports, all sizes tried being counted.",
        source="Anaya J (2016). The GRIMMER test. doi:10.7287/peerj.preprints.2400v1",
        needs=("outcomes.mean", "studies.n_randomised"),
        run=_behind_means,
    ),
)
