"""The flow as text: boxes and arrows for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .flow import Flow, ReasonCount

__all__ = ["draw"]

_LEFT = 36
_RIGHT = 38
_GAP = 4
_WIDE = _LEFT + _GAP + _RIGHT


def draw(flow: Flow) -> Iterator[str]:
    """Yield the lines of the diagram, at most 80 columns wide."""
    if flow.previous_studies is not None:
        yield _heading("Earlier version")
        yield from _row(
            [f"Studies included: {flow.previous_studies}", f"Reports of them: {flow.previous_reports}"], arrow=False
        )
        yield ""
    yield _heading("Databases and registers")
    if flow.searched:
        yield from _databases(flow)
    else:
        yield "  No search has been run yet."
    yield ""
    yield _heading("Other methods")
    yield from _others(flow)
    yield ""
    yield _heading("Included")
    words = "New studies" if flow.previous_studies is not None else "Studies"
    lines = [f"{words} included in review: {flow.new_studies}", f"Reports of them: {flow.new_reports}"]
    if flow.previous_studies is not None:
        lines += [f"Total studies: {flow.total_studies}", f"Reports of them: {flow.total_reports}"]
    yield from _row(lines, arrow=False)
    yield from _closing(flow)


def _databases(flow: Flow) -> Iterator[str]:
    found = [f"  {_source(source.name, source.platform)}: {source.n}" for source in flow.sources]
    yield from _row(
        [f"Records identified: {flow.identified + flow.identified_registers}", *found],
        [
            "Removed before screening",
            f"  duplicates: {flow.duplicates}",
            f"  by automation: {flow.removed_by_automation}",
            f"  for other reasons: {flow.removed_other}",
        ],
        still={"Waiting to be screened": flow.waiting},
    )
    yield from _row(
        [f"Records screened: {flow.screened}"],
        [f"Records excluded: {flow.excluded}"],
        still={"Not sure": flow.maybe, "Reviewers differ": flow.conflicts},
    )
    yield from _row(
        [f"Reports sought for retrieval: {flow.sought}"],
        [f"Reports not retrieved: {flow.not_retrieved}"],
        still={"Waiting to be read in full": flow.full_text_waiting},
    )
    yield from _row(
        [f"Reports assessed: {flow.assessed}"],
        _excluded(flow.full_text_excluded, flow.excluded_reports),
        still={"Not sure": flow.full_text_maybe, "Reviewers differ": flow.full_text_conflicts},
    )
    yield from _row(
        [f"Reports included: {flow.included_reports}"],
        still={
            "Trial not in the base yet": flow.included_without_trial,
            "Trial not eligible by the base": flow.included_against_base,
        },
        arrow=False,
    )


def _others(flow: Flow) -> Iterator[str]:
    origins = {
        "websites": flow.websites,
        "organisations": flow.organisations,
        "citation searching": flow.citations,
        "source not told": flow.told_nowhere,
    }
    found = [f"  {name}: {n}" for name, n in origins.items() if n or name != "source not told"]
    yield from _row([f"Records identified: {flow.other_sought}", *found])
    yield from _row(
        [f"Reports sought for retrieval: {flow.other_sought}"],
        [f"Reports not retrieved: {flow.other_not_retrieved}"],
        still={"Seen too little to judge": flow.other_open},
    )
    yield from _row(
        [f"Reports assessed: {flow.other_assessed}"],
        _excluded(flow.other_excluded, flow.other_excluded_reports),
    )
    yield from _row([f"Reports included: {flow.other_included_reports}"], arrow=False)


def _excluded(total: int, reasons: Sequence[ReasonCount]) -> list[str]:
    return [f"Reports excluded: {total}", *(f"  {reason.reason}: {reason.n}" for reason in reasons)]


def _source(name: str, platform: str) -> str:
    return f"{name} ({platform})" if platform else name


def _closing(flow: Flow) -> Iterator[str]:
    yield ""
    if flow.open:
        yield "Open:"
        yield from (f"  {number:>5}  {words}" for words, number in flow.open.items())
    elif flow.complete:
        yield "Nothing is open: the flow is complete."
    for note in flow.notes:
        yield from textwrap.wrap(note, _WIDE, initial_indent="! ", subsequent_indent="  ")


def _heading(words: str) -> str:
    return f"── {words} ".ljust(_WIDE, "─")


def _row(
    left: Sequence[str], right: Sequence[str] = (), *, still: dict[str, int] | None = None, arrow: bool = True
) -> Iterator[str]:
    """Yield a box with what leaves it beside it; what is still open stands in the box beside, marked."""
    beside = [*right, *(f"… {words}: {number}" for words, number in (still or {}).items() if number)]
    boxes = _box(left, _LEFT), _box(beside, _RIGHT) if beside else []
    for number, (one, other) in enumerate(zip_longest(*boxes, fillvalue="")):
        gap = " ─▶ " if other and number == 1 else " " * _GAP
        yield f"{one or ' ' * _LEFT}{gap if other else ''}{other}".rstrip()
    if arrow:
        yield " " * (_LEFT // 2) + "▼"


def _box(lines: Sequence[str], width: int) -> list[str]:
    inner = width - 4
    body = []
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        body += textwrap.wrap(line, inner, initial_indent="", subsequent_indent=indent + "  ") or [""]
    return [f"┌{'─' * (width - 2)}┐", *(f"│ {line:<{inner}} │" for line in body), f"└{'─' * (width - 2)}┘"]
