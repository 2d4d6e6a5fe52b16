"""What a change plot shows: effects before and after, as plain data, and the words for them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import InputError
from ...number_style import number_style
from ...numbers import format_effect
from ..page.large import readable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ChangeData", "ChangePanel", "ChangePoint", "ChangeRow"]

_MOST_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePoint:
    """An effect with its confidence interval, on the natural scale.

    Attributes
    ----------
    estimate, ci_low, ci_high : float
        The numbers; a limit may be infinite.
    trials : int
        How many trials it comes from; one alone is no synthesis.
    """

    estimate: float
    ci_low: float
    ci_high: float
    trials: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One question.

    Attributes
    ----------
    label : str
        The question.
    before, after : ChangePoint or None
        Its effects; None where there was none yet, or is none any longer.
    moved : tuple of str
        What moved of the conclusion, as ``direction``; empty where only numbers did.
    """

    label: str
    before: ChangePoint | None = None
    after: ChangePoint | None = None
    moved: tuple[str, ...] = ()

    @property
    def tag(self) -> str:
        """What is to be seen of the row at a glance; empty where there is nothing but other numbers."""
        told = "new" if self.before is None else "no longer there" if self.after is None else ""
        moved = f"conclusion moved: {', '.join(self.moved)}" if self.moved else ""
        return "; ".join(part for part in (told, moved) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePanel:
    """Questions with one measure, which share an axis.

    Attributes
    ----------
    measure : str
        The measure in words, as ``Risk ratio``.
    unit : str
        Its unit; empty where it has none.
    ratio : bool
        Whether values are ratios, drawn on a logarithmic axis.
    null : float or None
        No effect.
    factor : float
        What values are multiplied by as text: 100 for proportions.
    digits : int
        Decimals; a row whose two effects would read alike has more.
    rows : tuple of ChangeRow
        The questions.
    """

    measure: str
    rows: tuple[ChangeRow, ...]
    unit: str = ""
    ratio: bool = False
    null: float | None = None
    factor: float = 1.0
    digits: int = 2

    def texts(self, row: ChangeRow, numbers: str = "house") -> tuple[str, str]:
        """Return both effects as text, with as many decimals as it takes to tell them apart; empty where there is none.

        Parameters
        ----------
        row : ChangeRow
            One of the rows.
        numbers : str
            How numbers are written, as `evidence.number_style.number_style` takes it.
        """
        for digits in range(self.digits, _MOST_DIGITS + 1):
            found = (self._text(row.before, digits, numbers), self._text(row.after, digits, numbers))
            if found[0] != found[1] or row.before is None or row.after is None or _same(row.before, row.after):
                return found
        return found

    def _text(self, point: ChangePoint | None, digits: int, numbers: str) -> str:
        if point is None:
            return ""
        style = number_style(numbers)
        values = [self.factor * value for value in (point.estimate, point.ci_low, point.ci_high)]
        sign = "%" if self.factor != 1 else ""
        if max(map(abs, filter(math.isfinite, values)), default=0.0) >= 1e6 and not self.ratio:
            told = [readable(value, digits) for value in values]
            return f"{told[0]} ({told[1]} to {told[2]})"
        limits = style.interval(values[1], values[2], digits, ratio=self.ratio)
        if sign:
            limits = f"{format_effect(values[1], digits)}%{style.separator}{format_effect(values[2], digits)}%"
        estimate = format_effect(values[0], digits, ratio=self.ratio)
        return f"{estimate}{sign} {style.opening}{limits}{style.closing}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeData:
    """Everything that a change plot shows.

    Attributes
    ----------
    panels : tuple of ChangePanel
        One for each measure and unit.
    before, after : str
        How the two states are called, as ``v1.0.0``.
    notes : tuple of str
        Lines under the figure, as on questions that changed and have no number.
    level : float or None
        Level of the intervals; None where it is not known or not the same for all.

    Raises
    ------
    InputError
        If a row has neither effect, an estimate is not finite or lies outside its interval, or a ratio is not above 0.

    Examples
    --------
    >>> row = ChangeRow(label="Pain", before=ChangePoint(estimate=1.2, ci_low=0.8, ci_high=1.8, trials=3),
    ...                 after=ChangePoint(estimate=1.4, ci_low=1.1, ci_high=1.8, trials=5), moved=("interval",))
    >>> panel = ChangePanel(measure="Risk ratio", ratio=True, null=1.0, rows=(row,))
    >>> ChangeData(panels=(panel,), before="v1", after="v2").panels[0].texts(row)
    ('1.20 (0.80 to 1.80)', '1.40 (1.10 to 1.80)')
    """

    panels: tuple[ChangePanel, ...]
    before: str
    after: str
    notes: tuple[str, ...] = ()
    level: float | None = 0.95

    def __post_init__(self) -> None:
        faults = [
            f"{row.label}: {fault}" for panel in self.panels for row in panel.rows for fault in _faults(row, panel)
        ]
        if faults:
            raise InputError("the change plot cannot be drawn: " + "; ".join(faults))

    @property
    def rows(self) -> tuple[ChangeRow, ...]:
        """All questions."""
        return tuple(row for panel in self.panels for row in panel.rows)


def _faults(row: ChangeRow, panel: ChangePanel) -> Iterator[str]:
    points = [point for point in (row.before, row.after) if point is not None]
    if not points:
        yield "has neither an effect before nor one after"
    for point in points:
        if not math.isfinite(point.estimate):
            yield "an estimate is not a finite number"
        elif panel.ratio and point.estimate <= 0:
            yield f"its estimate, {point.estimate:g}, is not above 0; give ratios on their natural scale"
        elif not point.ci_low <= point.estimate <= point.ci_high:
            yield f"its interval, {point.ci_low:g} to {point.ci_high:g}, does not hold {point.estimate:g}"


def _same(one: ChangePoint, two: ChangePoint) -> bool:
    pairs = ((one.estimate, two.estimate), (one.ci_low, two.ci_low), (one.ci_high, two.ci_high))
    return all(a == b or math.isclose(a, b, rel_tol=1e-8, abs_tol=1e-12) for a, b in pairs)
