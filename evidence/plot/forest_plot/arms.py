"""Text columns of a forest plot: those that the data bring, or those that a preset makes of what each group was."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Literal

from ...numbers import format_number
from .data import ArmCell, ForestData, ForestRow, ForestSummary
from .preset import CellColumn, Cells
from .text import effect_text

if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = ["arms_of", "cell_line", "given_cells", "kind_of_arms", "merged_cells", "no_cells", "separate_cells"]

ArmKind = Literal["events", "means", "people", ""]
_ORDINARY = 2  # decimals of means and SDs, where fewer do not do
_MOST = 8


def cell_line(cells: Sequence[str]) -> str:
    """Return the text columns as one line, for under the study's name.

    Examples
    --------
    >>> cell_line(("40/50", "0/44"))
    '40/50 vs 0/44'
    """
    if not any(cell not in {"", "–"} for cell in cells):
        return ""
    return (" vs " if len(cells) == 2 else " · ").join(cell or "–" for cell in cells)


def arms_of(item: ForestRow | ForestSummary) -> tuple[ArmCell, ...]:
    """Return the groups of a study or summary; their participants alone where nothing else is known of them."""
    if item.arms or (item.n1, item.n2) == (None, None):
        return item.arms
    return ArmCell(n=item.n1), ArmCell(n=item.n2)


def kind_of_arms(data: ForestData) -> ArmKind:
    """Return what most groups were measured to be; empty where nothing is known of any."""
    arms = [arm for row in data.rows for arm in arms_of(row)]
    means = sum(arm.mean is not None for arm in arms)
    events = sum(arm.events is not None for arm in arms)
    if means or events:
        return "means" if means > events else "events"
    return "people" if any(arm.n is not None for arm in arms) else ""


def no_cells(_data: ForestData) -> Cells:
    """Return no text columns at all."""
    return Cells(texts=lambda _item: (), under=lambda _item: "")


def given_cells(data: ForestData) -> Cells:
    """Return the text columns that the data bring along."""
    empty = ("",) * len(data.columns)

    def texts(item: ForestRow | ForestSummary) -> tuple[str, ...]:
        if item.cells or len(data.columns) != 2:
            return item.cells or empty
        return tuple("" if n is None else format_number(n, 0) for n in (item.n1, item.n2))

    return Cells(
        columns=tuple(CellColumn(heading=heading) for heading in data.columns),
        under_heading=_heading_line(data.columns),
        texts=texts,
        under=lambda item: cell_line(texts(item)),
    )


def separate_cells(data: ForestData) -> Cells:
    """Return a column for each number of each group: events and total, or mean, SD and total."""
    kind = kind_of_arms(data)
    if not kind:
        return given_cells(data)
    numbers = _Numbers(data)
    fields = {"events": ("events", "n"), "means": ("mean", "sd", "n"), "people": ("n",)}[kind]
    words = {"events": "Events", "mean": "Mean", "sd": "SD", "n": "Total"}
    names = _arm_names(data)
    columns = tuple(
        CellColumn(heading=words[field], arm=arm, gap=0.75 if place else None)
        for arm in range(len(names))
        for place, field in enumerate(fields)
    )

    def texts(item: ForestRow | ForestSummary) -> tuple[str, ...]:
        shown = [field for field in fields if field == "n" or isinstance(item, ForestRow)]
        return numbers.each(item, fields, shown, len(names))

    def events(item: ForestRow | ForestSummary) -> tuple[str, ...]:
        return numbers.each(item, fields, ["events"], len(names))

    return Cells(
        columns=columns,
        spans=names,
        under_heading=_under_heading(data, names, kind),
        texts=texts,
        under=lambda item: numbers.line(item, kind),
        events=events if kind == "events" else None,
    )


def merged_cells(data: ForestData) -> Cells:
    """Return one column for each group, as ``12.3 (4.5) / 50`` or ``40/50``, its numbers aligned on each other."""
    kind = kind_of_arms(data)
    if not kind:
        return given_cells(data)
    numbers = _Numbers(data)
    names = _arm_names(data)
    fields = {"events": ("events/", "n"), "means": ("mean", "(sd)", "/ n"), "people": ("n",)}[kind]
    what = {"events": "n/N", "means": "mean\u00a0(SD)\u00a0/\u00a0total", "people": "n"}[kind]
    # Numbers before the slash end at it, numbers after it begin there.
    columns = tuple(
        CellColumn(
            arm=arm,
            gap=None if not place else 0.0 if kind == "events" else 0.32,
            align="left" if place and place == len(fields) - 1 else "right",
        )
        for arm in range(len(names))
        for place in range(len(fields))
    )

    def texts(item: ForestRow | ForestSummary) -> tuple[str, ...]:
        found = numbers.each(item, fields, fields, len(names))
        step = len(fields)
        parts = [found[start : start + step] for start in range(0, len(found), step)]
        # A number of people that stands alone has no slash before it.
        return tuple(text for part in parts for text in (part if any(part[:-1]) else _alone(part)))

    return Cells(
        columns=columns,
        spans=tuple(f"{name}\n{what}" if name else what for name in names),
        under_heading=_under_heading(data, names, kind),
        texts=texts,
        under=lambda item: numbers.line(item, kind),
    )


def _alone(part: tuple[str, ...]) -> tuple[str, ...]:
    return (*part[:-1], part[-1].removeprefix("/ "))


class _Numbers:
    """The numbers of the groups as text, with the same decimals in all studies."""

    def __init__(self, data: ForestData) -> None:
        items: tuple[ForestRow | ForestSummary, ...] = (*data.rows, *data.summaries)
        arms = [arm for item in items for arm in arms_of(item)]
        self.decimals = {
            "mean": _decimals([arm.mean for arm in arms if arm.mean is not None]),
            "sd": _decimals([arm.sd for arm in arms if arm.sd is not None]),
            "n": _exact([arm.n for arm in arms if arm.n is not None], most=1),
            "events": _exact([arm.events for arm in arms if arm.events is not None], most=1),
        }

    def text(self, arm: ArmCell, field: str) -> str:
        """Return a number, possibly with what stands around it, as ``(sd)``; empty where it is not known."""
        name = field.strip("()/ ")
        value = getattr(arm, name)
        if value is None:
            return ""
        if name in {"n", "events"}:
            # Half of a divided arm is no whole number; others keep theirs.
            return field.replace(name, format_number(value, 0 if value == int(value) else self.decimals[name]))
        return field.replace(name, effect_text(value, self.decimals[name], ratio=False))

    def each(
        self, item: ForestRow | ForestSummary, fields: Sequence[str], shown: Sequence[str], count: int
    ) -> tuple[str, ...]:
        """Return the texts of all groups, of those `fields` that are `shown`."""
        arms = arms_of(item) or (ArmCell(),) * count
        return tuple(self.text(arm, field) if field in shown else "" for arm in arms for field in fields)

    def line(self, item: ForestRow | ForestSummary, kind: ArmKind) -> str:
        """Return the groups in one line, as ``12.3 (4.5), 50 vs 10.1 (4.4), 49``."""
        return cell_line([self._arm(arm, kind) for arm in arms_of(item)])

    def _arm(self, arm: ArmCell, kind: ArmKind) -> str:
        people = self.text(arm, "n")
        if kind == "events" and arm.events is not None:
            return f"{self.text(arm, 'events')}/{people or '–'}"
        if kind == "means" and arm.mean is not None:
            return f"{self.text(arm, 'mean')} ({self.text(arm, 'sd') or '–'}), {people or '–'}"
        return people


def _exact(values: Sequence[float], *, most: int) -> int:
    fits = (digits for digits in range(most) if all(abs(round(value, digits) - value) < 1e-9 for value in values))
    return next(fits, most)


def _decimals(values: Sequence[float]) -> int:
    """Return the decimals of means or SDs: as many as were reported, at most two, or what shows two figures."""
    sizes = [abs(value) for value in values if value]
    if not sizes:
        return 0
    typical = math.floor(math.log10(statistics.median(sizes)) + 1e-9)
    if typical < -1:
        return min(_MOST, 1 - typical)
    return _exact(values, most=_ORDINARY)


def _arm_names(data: ForestData) -> tuple[str, ...]:
    """Return what the groups are called: their labels, or the first lines of the columns that the data bring."""
    count = max(len(arms_of(row)) for row in data.rows)
    names = data.arm_labels
    if len(names) != count:
        firsts = tuple(heading.rpartition("\n")[0] for heading in data.columns)
        names = firsts if len(firsts) == count and all(firsts) else ("Group 1", "Group 2") if count == 2 else ("",)
    return tuple(" ".join(name.split())[:1].upper() + " ".join(name.split())[1:] for name in names)


def _under_heading(data: ForestData, names: Sequence[str], kind: ArmKind) -> str:
    if len(names) == len(data.arm_labels):
        names = (names[0], *data.arm_labels[1:])
    what = {"events": "events/total", "means": "mean (SD), total", "people": "total"}[kind]
    return f"{cell_line(names)}: {what}" if any(names) else what


def _heading_line(headings: Sequence[str]) -> str:
    r"""Return the headings of the text columns as one line; a last line that they share is said once.

    >>> _heading_line(("Group 1\nn/N", "Control\nn/N"))
    'Group 1 vs Control (n/N)'
    """
    if not headings:
        return ""
    firsts, _, lasts = zip(*(heading.rpartition("\n") for heading in headings), strict=True)
    if all(firsts) and len(set(lasts)) == 1:
        return f"{cell_line([' '.join(first.split()) for first in firsts])} ({lasts[0]})"
    return cell_line([" ".join(heading.split()) for heading in headings])
