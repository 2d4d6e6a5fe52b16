"""Published reviews that answer one question differently."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from .finding import Check, Finding
from .printed_effects import PrintedEffect, printed_effects
from .ranges import show
from .subgroups import Interaction, interaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from .evidence_tables import EvidenceTables

__all__ = ["CHECKS", "disagreements", "question_of"]

_GENERAL = ("total", "mean", "change", "overall", "pooled", "in", "of", "the", "at")
_LEVEL = 1.959963984540054
_COLUMNS = (
    "question",
    "review_1",
    "result_1",
    "measure_1",
    "estimate_1",
    "ci_low_1",
    "ci_high_1",
    "k_1",
    "n_1",
    "review_2",
    "result_2",
    "measure_2",
    "estimate_2",
    "ci_low_2",
    "ci_high_2",
    "k_2",
    "n_2",
    "z",
    "pvalue",
    "relation",
)


def question_of(outcome: str | None, comparison: str | None, subgroup: str | None) -> str:
    """Return the question of a pooled result in words that reviews share, or an empty string.

    Brackets, strengths and what follows a comma (a unit, a time) are left out, and so are words such as `total`; the
    parts of a combination are sorted, the sides of a comparison are not.

    Examples
    --------
    >>> question_of("total hair count", "MXD5%+MN vs MXD", "overall"), question_of("hair count", "MN+MXD vs MXD", "")
    ('count hair: MN+MXD vs MXD', 'count hair: MN+MXD vs MXD')
    >>> question_of("hair count", "MN+MXD vs MXD", "12 weeks")
    'count hair: MN+MXD vs MXD (12 weeks)'
    """
    bare = re.sub(r"\(.*?\)", " ", (outcome or "").lower()).partition(",")[0]
    words = sorted({word for word in re.findall(r"[^\W\d_]+", bare) if word not in _GENERAL})
    sides = []
    for side in re.split(r"\s+(?:vs\.?|versus|against)\s+", re.sub(r"\(.*?\)", " ", comparison or "")):
        parts = [re.sub(r"\s*\d+(?:\.\d+)?\s*%", "", part).strip().upper() for part in side.split("+")]
        sides.append("+".join(sorted(part for part in parts if part)))
    if not words or not any(sides):
        return ""
    part = "" if (subgroup or "").lower() in ("", "overall", "total", "all") else f" ({subgroup})"
    return f"{' '.join(words)}: {' vs '.join(sides)}{part}"


def disagreements(tables: EvidenceTables) -> pd.DataFrame:
    """Return every two reviews that answer one question, side by side.

    Two estimates of one measure exclude each other where |θ₁ − θ₂| / √(SE₁² + SE₂²) ≥ 1.96. That takes them as
    independent; reviews share trials, so that real disagreement is stronger than it shows.

    Returns
    -------
    DataFrame
        One row per pair: the question, for both reviews id of the result, measure, estimate, limits, k and n; ``z``
        and ``pvalue`` where both have the same measure and an interval; ``relation``: ``exclude each other``,
        ``opposite signs``, ``one excludes no effect, the other does not``, ``agree``, ``other measures``,
        ``no interval``.
    """
    import pandas as pd

    found = []
    for question, first, second in _pairs(tables):
        tested = _tested(first, second)
        row: dict[str, object] = {"question": question}
        for side, effect in ((1, first), (2, second)):
            printed = effect.row
            row |= {
                f"review_{side}": effect.study,
                f"result_{side}": printed["result_id"],
                f"measure_{side}": printed["measure"],
                f"estimate_{side}": printed["estimate"],
                f"ci_low_{side}": printed["ci_low"],
                f"ci_high_{side}": printed["ci_high"],
                f"k_{side}": printed["k"],
                f"n_{side}": printed["n"],
            }
        row["z"] = tested.z if tested else math.nan
        row["pvalue"] = tested.pvalue if tested else math.nan
        row["relation"] = _relation(first, second, tested)
        found.append(row)
    return pd.DataFrame(found, columns=list(_COLUMNS))


def _pairs(tables: EvidenceTables) -> Iterator[tuple[str, PrintedEffect, PrintedEffect]]:
    questions: dict[str, list[PrintedEffect]] = defaultdict(list)
    for effect in printed_effects(tables):
        if effect.table == "reviews" and not effect.measure.upper().startswith("SUCRA"):
            row = effect.row
            if question := question_of(row["outcome"], row["comparison"], row["subgroup"]):
                questions[question].append(effect)
    for question, effects in sorted(questions.items()):
        for first, second in combinations(effects, 2):
            if first.study != second.study:
                yield question, first, second


def _tested(first: PrintedEffect, second: PrintedEffect) -> Interaction | None:
    if first.interval is None or second.interval is None or not (first.judged and second.judged):
        return None
    same = {"WMD": "MD"}.get(first.measure.upper(), first.measure.upper())
    if same != {"WMD": "MD"}.get(second.measure.upper(), second.measure.upper()):
        return None
    return interaction(first.interval, second.interval)


def _relation(first: PrintedEffect, second: PrintedEffect, tested: Interaction | None) -> str:
    if tested is not None:
        if tested.z >= _LEVEL:
            return "exclude each other"
        clear = [_clear(effect) for effect in (first, second)]
        return "agree" if clear[0] == clear[1] else "one excludes no effect, the other does not"
    nulls = [effect.interval.null if effect.interval else 0.0 for effect in (first, second)]
    signs = [effect.row["estimate"] - null for effect, null in zip((first, second), nulls, strict=True)]
    if signs[0] * signs[1] < 0:
        return "opposite signs"
    return "other measures" if first.measure != second.measure else "no interval"


def _clear(effect: PrintedEffect) -> bool:
    interval = effect.interval
    return interval is not None and not interval.low <= interval.null <= interval.high


def _run(tables: EvidenceTables) -> Iterator[Finding]:
    for question, first, second in _pairs(tables):
        tested = _tested(first, second)
        if tested is None or tested.z < _LEVEL:
            continue
        yield Finding(
            check="reviews-disagree",
            severity="note",
            study=first.study,
            rows=tuple(sorted((first.key, second.key))),
            value=f"{first.study} {first.shown}; {second.study} {second.shown}",
            recomputed=f"z {tested.z:.2f}, p {show(tested.pvalue, 2)}",
            arithmetic=f"|difference| / √(SE₁² + SE₂²) = {show(abs(tested.difference))} / "
            f"{show(abs(tested.difference) / tested.z)} = {tested.z:.2f}",
            text=f"{first.study} and {second.study} answer one question ({question}) with results that exclude each "
            "other.",
        )


CHECKS: tuple[Check, ...] = (
    Check(
        id="reviews-disagree",
        group="between-sources",
        title="Do reviews of one question exclude each other?",
        method="|θ₁ − θ₂| / √(SE₁² + SE₂²) ≥ 1.96 for two reviews with the same outcome, comparison, subgroup and "
        "measure; "
        "`disagreements` has all pairs.",
        source="Altman DG, Bland JM (2003). doi:10.1136/bmj.326.7382.219",
        needs=("reviews.outcome", "reviews.comparison", "reviews.estimate"),
        run=_run,
    ),
)
