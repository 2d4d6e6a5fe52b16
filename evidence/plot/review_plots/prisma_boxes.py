"""The boxes of the PRISMA 2020 flow diagram: what stands in each, from the counted flow, and where in the grid.

Wording and order are those of the template (Page et al. 2021, doi:10.1136/bmj.n71). What has no box there, because it
is not decided yet, gets a box of its own, broken in outline, beside the step where it waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ...numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...screen.prisma import Flow, ReasonCount

__all__ = ["ASSESSED", "IDENTIFIED", "INCLUDED", "SCREENED", "SOUGHT", "TOTAL", "FlowBox", "Track", "counted", "tracks"]

IDENTIFIED, SCREENED, SOUGHT, ASSESSED, INCLUDED, TOTAL = range(6)
_NO_SEARCH = "No search of databases or registers has been run yet: nothing can be said of them."


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowBox:
    """One box.

    Attributes
    ----------
    lines : tuple of (int, str)
        Indentation, and text.
    row : int
        The step at whose height it stands.
    kind : {"step", "out", "open", "unknown"}
        A step; what leaves the flow there; what waits there; what cannot be said.
    """

    lines: tuple[tuple[int, str], ...]
    row: int
    kind: Literal["step", "out", "open", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One of the template's columns: how studies were identified, and the steps that followed.

    Attributes
    ----------
    name : {"previous", "databases", "other"}
        Which one.
    heading : str
        What stands above it.
    boxes : tuple of FlowBox
        Its boxes; those that are no steps stand in a column of their own beside them.
    """

    name: Literal["previous", "databases", "other"]
    heading: str
    boxes: tuple[FlowBox, ...]


def counted(words: str, n: int) -> str:
    r"""Return words with a number as the template has it; the number stays on one line.

    Examples
    --------
    >>> counted("Records screened", 12) == "Records screened (n\u00a0=\u00a012)"
    True
    """
    return f"{words} (n\u00a0=\u00a0{format_number(n, 0)})"


def tracks(flow: Flow) -> tuple[Track, ...]:
    """Return the columns of the diagram: earlier studies where there is an earlier version, databases, other methods.

    Other methods are left out where a search has been run and nothing came from elsewhere.
    """
    new = "new " if flow.previous_studies is not None else ""
    found = []
    if flow.previous_studies is not None:
        lines = (
            (0, counted("Studies included in previous version of review", flow.previous_studies)),
            (0, counted("Reports of studies included in previous version of review", flow.previous_reports or 0)),
        )
        box = FlowBox(lines=lines, row=IDENTIFIED, kind="step")
        found.append(Track(name="previous", heading="Previous studies", boxes=(box,)))
    heading = f"Identification of {new}studies via databases and registers"
    found.append(Track(name="databases", heading=heading, boxes=(*_databases(flow), *_included(flow))))
    if flow.other_sought or not flow.searched:
        heading = f"Identification of {new}studies via other methods"
        found.append(Track(name="other", heading=heading, boxes=tuple(_others(flow))))
    return tuple(found)


def _step(row: int, *lines: tuple[int, str]) -> FlowBox:
    return FlowBox(lines=lines, row=row, kind="step")


def _out(row: int, *lines: tuple[int, str]) -> FlowBox:
    return FlowBox(lines=lines, row=row, kind="out")


def _open(row: int, numbers: dict[str, int]) -> Iterator[FlowBox]:
    waiting = tuple((0, counted(words, number)) for words, number in numbers.items() if number)
    if waiting:
        yield FlowBox(lines=waiting, row=row, kind="open")


def _databases(flow: Flow) -> Iterator[FlowBox]:
    if not flow.searched:
        yield FlowBox(lines=((0, _NO_SEARCH),), row=IDENTIFIED, kind="unknown")
        return
    yield _step(
        IDENTIFIED,
        (0, "Records identified from:"),
        (1, counted("Databases", flow.identified)),
        *_sources(flow, registers=False),
        (1, counted("Registers", flow.identified_registers)),
        *_sources(flow, registers=True),
    )
    yield _out(
        IDENTIFIED,
        (0, "Records removed before screening:"),
        (1, counted("Duplicate records removed", flow.duplicates)),
        (1, counted("Records marked as ineligible by automation tools", flow.removed_by_automation)),
        (1, counted("Records removed for other reasons", flow.removed_other)),
    )
    yield from _open(IDENTIFIED, {"Records not screened yet": flow.waiting})
    yield _step(SCREENED, (0, counted("Records screened", flow.screened)))
    yield _out(SCREENED, (0, counted("Records excluded", flow.excluded)))
    yield from _open(
        SCREENED,
        {"Records of which a reviewer is not sure": flow.maybe, "Records on which reviewers differ": flow.conflicts},
    )
    yield _step(SOUGHT, (0, counted("Reports sought for retrieval", flow.sought)))
    yield _out(SOUGHT, (0, counted("Reports not retrieved", flow.not_retrieved)))
    yield from _open(SOUGHT, {"Reports to be read in full": flow.full_text_waiting})
    yield _step(ASSESSED, (0, counted("Reports assessed for eligibility", flow.assessed)))
    yield _excluded(flow.full_text_excluded, flow.excluded_reports)
    yield from _open(
        ASSESSED,
        {
            "Reports read, not sure": flow.full_text_maybe,
            "Reports read, reviewers differ": flow.full_text_conflicts,
        },
    )


def _sources(flow: Flow, *, registers: bool) -> Iterator[tuple[int, str]]:
    for source in flow.sources:
        if source.is_register == registers:
            name = f"{source.name} ({source.platform})" if source.platform else source.name
            yield 2, f"{name}: {format_number(source.n, 0)}"


def _others(flow: Flow) -> Iterator[FlowBox]:
    origins = [
        (1, counted("Websites", flow.websites)),
        (1, counted("Organisations", flow.organisations)),
        (1, counted("Citation searching", flow.citations)),
    ]
    if flow.told_nowhere:
        origins.append((1, counted("Source not told", flow.told_nowhere)))
    yield _step(IDENTIFIED, (0, "Records identified from:"), *origins)
    yield _step(SOUGHT, (0, counted("Reports sought for retrieval", flow.other_sought)))
    yield _out(SOUGHT, (0, counted("Reports not retrieved", flow.other_not_retrieved)))
    yield from _open(SOUGHT, {"Reports seen too little to judge": flow.other_open})
    yield _step(ASSESSED, (0, counted("Reports assessed for eligibility", flow.other_assessed)))
    yield _excluded(flow.other_excluded, flow.other_excluded_reports)


def _excluded(total: int, reasons: Sequence[ReasonCount]) -> FlowBox:
    if not reasons:
        return _out(ASSESSED, (0, counted("Reports excluded", total)))
    listed = ((1, counted(f"{reason.reason[:1].upper()}{reason.reason[1:]}", reason.n)) for reason in reasons)
    return _out(ASSESSED, (0, f"{counted('Reports excluded', total)}:"), *listed)


def _included(flow: Flow) -> Iterator[FlowBox]:
    if flow.previous_studies is None:
        yield _step(
            INCLUDED,
            (0, counted("Studies included in review", flow.new_studies)),
            (0, counted("Reports of included studies", flow.new_reports)),
        )
        return
    yield _step(
        INCLUDED,
        (0, counted("New studies included in review", flow.new_studies)),
        (0, counted("Reports of new included studies", flow.new_reports)),
    )
    yield _step(
        TOTAL,
        (0, counted("Total studies included in review", flow.total_studies)),
        (0, counted("Reports of total included studies", flow.total_reports)),
    )
