"""Means and SDs on a scale, or between the smallest and the largest value, that no people could have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .finding import Check, Finding, Severity
from .granular_checks import PRINTED_TOGETHER
from .grouping import grouped
from .ranges import show
from .rounding import column_decimals, half_unit, shown
from .scales import scale_of
from .spread import sd_limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS"]

_HEATHERS = (
    "Heathers JA, Anaya J, van der Zee T, Brown NJL (2018). Recovering data from summary statistics: SPRITE. "
    "doi:10.7287/peerj.preprints.26968v1"
)
_BHATIA = "Bhatia R, Davis C (2000). A better bound on the variance. doi:10.1080/00029890.2000.12005203"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A printed mean with its spread, and the ends between which its values lie."""

    row: Row
    before: bool
    mean: float
    decimals: int
    spread: float | None
    spread_decimals: int
    labelled: bool
    low: float | None
    high: float | None
    observed: bool
    step: float | None
    severity: Severity

    @property
    def ends(self) -> str:
        """The ends in words."""
        if self.low is not None and self.high is not None:
            return f"from {shown(self.low)} to {shown(self.high)}"
        return f"at least {shown(self.low)}" if self.low is not None else f"at most {shown(self.high or 0.0)}"

    @property
    def where(self) -> str:
        """What the ends are those of."""
        return "the printed smallest and largest value" if self.observed else "the scale"

    @property
    def shown_mean(self) -> str:
        """The mean as printed."""
        return shown(self.mean, self.decimals)


def _placed(tables: EvidenceTables) -> Iterator[_Placed]:
    """Yield every mean with each pair of ends that is known of it."""
    for rows in grouped(tables.rows("outcomes"), PRINTED_TOGETHER):
        for prefix in ("", "baseline_"):
            decimals = column_decimals(rows, f"{prefix}mean")
            places = {name: column_decimals(rows, f"{prefix}{name}") for name in ("sd", "plus_minus")}
            for row in rows:
                mean, known = row[f"{prefix}mean"], scale_of(tables, row)
                if mean is None:
                    continue
                name = "sd" if row[f"{prefix}sd"] is not None else "plus_minus"
                low, high = row[f"{prefix}minimum"], row[f"{prefix}maximum"]
                ends: list[tuple[float | None, float | None, bool, Severity]] = []
                if low is not None or high is not None:
                    ends.append((low, high, True, "impossible"))
                if known is not None and not (prefix and row["value_type"] != "final"):
                    told: Severity = "impossible" if known.told else "inconsistent"
                    ends.append((known.scale.minimum, known.scale.maximum, False, told))
                for smallest, largest, observed, severity in ends:
                    yield _Placed(
                        row=row,
                        before=bool(prefix),
                        mean=mean,
                        decimals=decimals,
                        spread=row[f"{prefix}{name}"],
                        spread_decimals=places[name],
                        labelled=name == "sd",
                        low=smallest,
                        high=largest,
                        observed=observed,
                        step=known.scale.step if known is not None else None,
                        severity=severity,
                    )


def _mean_in_range(tables: EvidenceTables) -> Iterator[Finding]:
    for given in _placed(tables):
        margin = float(half_unit(given.decimals)) + 1e-9
        below = given.low is not None and given.mean + margin < given.low
        above = given.high is not None and given.mean - margin > given.high
        if not below and not above:
            continue
        yield Finding(
            check="mean-in-range",
            severity=given.severity,
            study=given.row["study_id"],
            rows=(tables.key("outcomes", given.row),),
            value=f"mean {given.shown_mean}{' before treatment' if given.before else ''} on {given.where}",
            recomputed=given.ends,
            arithmetic=f"{given.shown_mean} is not {given.ends}",
            text=f"A mean of {given.shown_mean} lies outside {given.where}, {given.ends}.",
        )


def _sd_in_range(tables: EvidenceTables) -> Iterator[Finding]:
    for given in _placed(tables):
        n = given.row["n"]
        if given.spread is None or not n or n < 2 or given.low is None or given.row["n_status"] == "conflict":
            continue
        attained = given.observed and given.high is not None
        found = None
        for step in (given.step, None):
            found = found or sd_limits(
                given.mean,
                given.decimals,
                n,
                minimum=given.low,
                maximum=given.high,
                step=step,
                attained=attained,
            )
        margin = float(half_unit(given.spread_decimals)) + 1e-9
        if found is None or found[0] - margin <= given.spread <= found[1] + margin:
            continue
        spread, possible = shown(given.spread, given.spread_decimals), f"{show(found[0])} to {show(found[1])}"
        yield Finding(
            check="sd-in-range",
            severity=given.severity if given.labelled else "unusual",
            study=given.row["study_id"],
            rows=(tables.key("outcomes", given.row),),
            value=f"{given.shown_mean} ± {spread} of {n} on {given.where}",
            recomputed=f"SD {possible}",
            arithmetic=f"{n} values {given.ends} with a mean of {given.shown_mean}: SD {possible}",
            text=f"No {n} values on {given.where}, {given.ends}, have a mean of {given.shown_mean} and an SD of "
            f"{spread}.",
        )


CHECKS: tuple[Check, ...] = (
    Check(
        id="mean-in-range",
        group="within-trial",
        title="Does a mean lie on its scale, and between the smallest and the largest value?",
        method="minimum ≤ mean ≤ maximum, ± half a unit of the last decimal: of the values printed, of a scale that is "
        "told or printed (0-30), 0 to 100 for shares, at least 0 for lengths and what is counted per area.",
        source="",
        needs=("outcomes.mean", "outcomes.unit"),
        run=_mean_in_range,
    ),
    Check(
        id="sd-in-range",
        group="within-trial",
        title="Can values on this scale have this mean and this SD?",
        method="The exact smallest and largest SD of n values with this mean on the scale (as equal as can be; as many "
        "as possible at the ends), whole ones where the scale has whole points, over all that rounds to the mean; the "
        "SD must lie between, ± half a unit of its last decimal. A printed smallest and largest value must both occur.",
        source=f"{_BHATIA}; {_HEATHERS}",
        needs=("outcomes.mean", "outcomes.sd", "outcomes.n"),
        run=_sd_in_range,
    ),
)
