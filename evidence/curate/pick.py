"""Which rows of a trial enter a contrast: one row for each arm, of the same kind, threshold and time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING

from .derive.between import difference_of_sides, find_test, in_unit_of, spread_from_test
from .derive.reading import ReadingRules, read_arm
from .derive.spread import NO_SPREAD
from .fitness import PVALUE_ONLY, row_obstacles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..protocol import Analysis, Protocol, Synthesis, Window
    from .arms import ArmData, Step
    from .derive.between import BetweenTest
    from .derive.reading import Reading
    from .index import Row
    from .pairs import ArmPair

__all__ = ["Around", "Picked", "named", "pick_rows", "selection_order"]

_STATUS_ORDER = ("verified", "implied", "assumed", "secondary", "conflict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The best numbers found for a pair of arms, and what stands in their way (nothing, if they can enter).

    Attributes
    ----------
    yi, vi : float
        Effect and variance where the report gives them and not the arms' numbers; else NaN.
    people : float
        The people behind them, where the arms' sizes are not known.
    printed : tuple of str
        Rows of the contrasts table that they rest on.
    steps : tuple of Step
        What was done to the pair, beyond the arms' own steps.
    measured : tuple of Step
        That another measure stands in for the one asked for.
    test : BetweenTest or None
        The printed test of the two arms, if there is one.
    """

    arm_1: ArmData
    arm_2: ArmData
    value_type: str
    threshold: str
    time_weeks: float
    status: str
    obstacles: tuple[str, ...]
    background: str = ""
    yi: float = math.nan
    vi: float = math.nan
    people: float = math.nan
    printed: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    measured: tuple[Step, ...] = ()
    test: BetweenTest | None = None

    @property
    def direct(self) -> bool:
        """Whether the effect is as the report gives it, not from the arms' numbers."""
        return not math.isnan(self.yi)

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows that it rests on."""
        return self.arm_1.rows + self.arm_2.rows + self.printed

    @property
    def shares_test(self) -> bool:
        """Whether its numbers hold for this pair only, and cannot be put together with those of another pair."""
        return self.direct or bool(self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What else the trial and the base tell about an outcome, for what has to be derived from it.

    Attributes
    ----------
    tests : tuple of Row
        The rows of the contrasts table on this pair of arms.
    others : tuple of Row
        The outcome's rows of the trial's other arms.
    spreads : mapping
        Unit → SDs of this outcome anywhere in the base.
    paired : bool
        Whether the arms are sides of the same people.
    defined : mapping
        Unit → what it is in terms that pint knows.
    """

    tests: tuple[Row, ...] = ()
    others: tuple[Row, ...] = ()
    spreads: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    paired: bool = False
    defined: Mapping[str, str] = field(default_factory=dict)


def _rank(values: Sequence[str], value: str) -> int:
    return values.index(value) if value in values else len(values)


def pick_rows(
    rows_1: list[Row],
    rows_2: list[Row],
    *,
    synthesis: Synthesis,
    protocol: Protocol,
    analysis: Analysis,
    around: Around,
    unit: str,
) -> Picked | str:
    """Return the best pair of rows for two arms, or in words why there is none.

    Rows pair if they are of the same kind of value, threshold and time. Of the pairs that can enter, the protocol's
    order of thresholds decides, then that of kinds of value, then nearness to the window's target, then how sure the
    rows are, then how little had to be assumed. If none can enter, the pair with the fewest obstacles is returned with
    them.

    Parameters
    ----------
    rows_1, rows_2 : list of Row
        The outcome's rows of the intervention and the control arm.
    analysis : Analysis
        With the derivations that the synthesis admits under it.
    around : Around
        What else is told of the pair.
    unit : str
        The unit that values are brought to.
    """
    if not rows_1 or not rows_2:
        return "no value for either arm" if not rows_1 and not rows_2 else "a value for one arm only"
    window = protocol.windows[synthesis.window] if synthesis.window else None
    rules = ReadingRules(
        admitted=analysis.derivations,
        unit=unit,
        units=synthesis.units,
        defined=protocol.pint_units,
        n_statuses=analysis.n_statuses,
        r=analysis.correlation,
    )
    binary = protocol.outcomes[synthesis.outcome].kind == "binary"
    readings_1, readings_2 = (
        [reading for row in rows for reading in read_arm(row, binary=binary, rules=rules)] for rows in (rows_1, rows_2)
    )
    pairs = [
        _pair(first, second, synthesis, window, analysis, around)
        for first, second in product(readings_1, readings_2)
        if _alike(first, second)
    ]
    if not pairs:
        return "the arms' values are of different kinds, thresholds or times"
    return min(pairs, key=lambda pair: pair[0])[1]


def _alike(one: Reading, two: Reading) -> bool:
    """Whether two readings are of the same kind of value, threshold and time."""
    same = one.value_type == two.value_type and one.row["threshold"] == two.row["threshold"]
    return same and _same_time(one.row["time_weeks"], two.row["time_weeks"])


def _same_time(first: float, second: float) -> bool:
    return bool(first == second or (math.isnan(first) and math.isnan(second)))


def _pair(
    first: Reading, second: Reading, synthesis: Synthesis, window: Window | None, analysis: Analysis, around: Around
) -> tuple[tuple[float, ...], Picked | str]:
    """Return two readings as a pair, or as a reason if they give no numbers, with their place in the order."""
    one, two = first.arm, second.arm
    obstacles = list(first.obstacles) + row_obstacles(first.row, first.value_type, synthesis, window, analysis)
    obstacles += list(second.obstacles) + row_obstacles(second.row, second.value_type, synthesis, window, analysis)
    if one is not None and two is not None and one.unit != two.unit:
        obstacles.append(f"arms in different units: {one.unit} and {two.unit}")
    status = max(first.row["status"], second.row["status"], key=lambda name: _rank(_STATUS_ORDER, name))
    time = first.row["time_weeks"]
    picked: Picked | None = None
    if one is not None and two is not None:
        picked = Picked(
            arm_1=one,
            arm_2=two,
            value_type=first.value_type,
            threshold=first.row["threshold"],
            time_weeks=time,
            status=status,
            obstacles=tuple(dict.fromkeys(obstacles)),
        )
        picked = _tested(picked, first, second, synthesis, analysis, around)
        obstacles = list(picked.obstacles)
    told = tuple(dict.fromkeys(obstacles))
    place = _place(synthesis, window, first.row["threshold"], first.value_type, time, status)
    return (len(told) + (one is None) + (two is None), *place, _assumed(picked)), picked or "; ".join(told)


def _place(
    synthesis: Synthesis, window: Window | None, threshold: str, value_type: str, time: float, status: str
) -> tuple[float, ...]:
    """Return where values stand in the protocol's order."""
    unknown = window is None or math.isnan(time)
    return (
        _rank(synthesis.thresholds, threshold),
        _rank(synthesis.value_types, value_type),
        0.0 if window is None or unknown else abs(time - window.target),
        _rank(_STATUS_ORDER, status),
    )


def selection_order(picked: Picked, synthesis: Synthesis, window: Window | None) -> tuple[float, ...]:
    """Return where a pair stands in the order of `pick_rows`: the lowest is the best."""
    place = _place(synthesis, window, picked.threshold, picked.value_type, picked.time_weeks, picked.status)
    return (len(picked.obstacles), *place, _assumed(picked))


def _assumed(picked: Picked | None) -> int:
    """Return how many steps of a pair rest on an assumption."""
    if picked is None:
        return 0
    return sum(bool(step.assumption) for step in (*picked.arm_1.steps, *picked.arm_2.steps, *picked.steps))


def _tested(
    picked: Picked, first: Reading, second: Reading, synthesis: Synthesis, analysis: Analysis, around: Around
) -> Picked:
    """Return a pair with what its printed test gives: an SD where none is printed, or the test itself for its r."""
    if math.isnan(picked.arm_1.mean) or math.isnan(picked.arm_1.n) or math.isnan(picked.arm_2.n):
        return picked
    tests = [row for row in around.tests if _same_time(row["time_weeks"], picked.time_weeks)]
    test = find_test((first.row, second.row), tests, around.others, value_type=picked.value_type)
    lacking = [math.isnan(arm.sd) for arm in (picked.arm_1, picked.arm_2)]
    if not any(lacking):
        if isinstance(test, str) or not around.paired:
            return picked
        asked = in_unit_of(picked.arm_1, test, around.defined, analysis.derivations)
        return replace(picked, test=test if isinstance(asked, str) else replace(asked[0], steps=asked[1]))
    admitted = [name for name in analysis.derivations if name in ("p-to-sd", "p-bound-to-sd", "statistic-to-sd")]
    if not all(lacking) or not admitted:
        return picked
    if isinstance(test, str):
        return _with_obstacle(picked, test)
    if test.method not in admitted:
        return picked
    if around.paired:
        sides = difference_of_sides(picked.arm_1, picked.arm_2, test, measure=synthesis.measure, r=analysis.correlation)
        if isinstance(sides, str):
            return _with_obstacle(picked, sides)
        return _cleared(replace(picked, yi=sides.yi, vi=sides.vi, steps=(sides.step,), printed=test.rows))
    asked = in_unit_of(picked.arm_1, test, around.defined, analysis.derivations)
    if isinstance(asked, str):
        return _with_obstacle(picked, asked)
    siblings = around.spreads.get(picked.arm_1.unit, ())
    found = spread_from_test(picked.arm_1, picked.arm_2, asked[0], siblings)
    if isinstance(found, str):
        return _with_obstacle(picked, found)
    one, two, step = found
    return _cleared(replace(picked, arm_1=one, arm_2=two, steps=(*asked[1], step), printed=test.rows))


def _with_obstacle(picked: Picked, obstacle: str) -> Picked:
    return replace(picked, obstacles=(*picked.obstacles, obstacle))


def _cleared(picked: Picked) -> Picked:
    """Return a pair without the obstacles that its printed test has taken away."""
    left = tuple(text for text in picked.obstacles if text not in (NO_SPREAD, PVALUE_ONLY))
    return replace(picked, obstacles=left)


def named(picked: Picked, pair: ArmPair) -> Picked:
    """Return `picked` with the arms called as in the arms table, and what both of them received."""
    return replace(
        picked,
        arm_1=replace(picked.arm_1, label=pair.one["label"]),
        arm_2=replace(picked.arm_2, label=pair.two["label"]),
        background=pair.background,
    )
