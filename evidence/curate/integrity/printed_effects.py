"""Effects as reviews and trials print them: estimate, interval, z and p, ready to be held against one another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .effect_intervals import Interval, scale_of
from .ordering import ordered_rows
from .ranges import Range, decimals_among, p_range, parse_p
from .rounding import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence_tables import EvidenceTables, Row

__all__ = ["PrintedEffect", "printed_effects"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedEffect:
    """An effect with an interval, as a review or a trial prints it.

    Attributes
    ----------
    table : str
        Where it stands: ``reviews`` or ``contrasts``.
    row : Row
        Its row.
    key : str
        The row, as findings name it.
    study : str
        The review or the trial.
    what : str
        The outcome, in words.
    measure : str
        The measure as printed.
    interval : Interval, optional
        The interval, on its scale; on the raw one where the measure has none. None without both limits.
    judged : bool
        Whether the measure has a symmetric interval, and the model is not Bayesian.
    p : tuple of (str, Range), optional
        The p as printed, and what it may have been.
    z : float, optional
        z as printed.
    dfs : tuple of float
        The degrees of freedom that may have been used; infinite for the normal distribution.
    """

    table: str
    row: Row
    key: str
    study: str
    what: str
    measure: str
    interval: Interval | None
    judged: bool
    p: tuple[str, Range] | None
    z: float | None
    dfs: tuple[float, ...]

    @property
    def shown(self) -> str:
        """The effect as printed, with its limits."""
        decimals = self.interval.decimals if self.interval else None
        numbers = [_plain(self.row[name], decimals) for name in ("estimate", "ci_low", "ci_high")]
        return f"{self.measure} {numbers[0]} [{numbers[1]}, {numbers[2]}]"


def printed_effects(tables: EvidenceTables) -> Iterator[PrintedEffect]:
    """Yield every printed effect that has an estimate: pooled results of reviews, and contrasts of trials."""
    for row in ordered_rows(tables, "reviews"):
        if row["estimate"] is None:
            continue
        p = parse_p(row["p_as_printed"])
        allowed = p_range(p[0], p[1], p[2]) if p else None
        k = row["k"]
        yield PrintedEffect(
            table="reviews",
            row=row,
            key=tables.key("reviews", row),
            study=row["review_id"],
            what=_words(row["outcome"], row["subgroup"]),
            measure=_measure(row["measure"]),
            interval=_interval(row, row["measure"]),
            judged=scale_of(row["measure"]) is not None and "bayes" not in (row["model"] or "").lower(),
            p=(f"p {row['p_as_printed']}", allowed) if allowed else None,
            z=row["z"],
            dfs=(math.inf, *((k - 1.0,) if k and k > 1 else ())),
        )
    for row in ordered_rows(tables, "contrasts"):
        if row["estimate"] is None:
            continue
        allowed = p_range(row["p_operator"], row["p_value"]) if row["p_scope"] == "between-arms" else None
        n = row["n"]
        yield PrintedEffect(
            table="contrasts",
            row=row,
            key=tables.key("contrasts", row),
            study=row["study_id"],
            what=_words(row["outcome"], None),
            measure=_measure(row["estimate_measure"]),
            interval=_interval(row, row["estimate_measure"]),
            judged=scale_of(row["estimate_measure"]) is not None,
            p=(_printed_p(row), allowed) if allowed else None,
            z=None,
            dfs=(math.inf, *(float(n - less) for less in range(2, 7) if n and n - less > 0)),
        )


def _printed_p(row: Row) -> str:
    return f"p {row['p_operator']} {shown(row['p_value']) if row['p_value'] else ''}".strip()


def _plain(value: float | None, decimals: int | None) -> str:
    if value is None:
        return "–"
    return (f"{value:.{decimals}f}" if decimals is not None else f"{value:g}").replace("-", "−")


def _measure(text: str | None) -> str:
    return (text or "effect").partition("(")[0].strip() or "effect"


def _words(outcome: str | None, subgroup: str | None) -> str:
    what = (outcome or "an outcome").replace("-", " ")
    return f"{what} ({subgroup})" if subgroup and subgroup != "overall" else what


def _interval(row: Row, measure: str | None) -> Interval | None:
    if row["ci_low"] is None or row["ci_high"] is None:
        return None
    return Interval(
        estimate=row["estimate"],
        low=row["ci_low"],
        high=row["ci_high"],
        decimals=decimals_among([row["estimate"], row["ci_low"], row["ci_high"]]),
        level=row["ci_level"] or 0.95,
        scale=scale_of(measure) or "raw",
    )
