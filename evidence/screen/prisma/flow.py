"""The boxes of the PRISMA 2020 flow diagram, with what is still open beside them, and their sums checked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ...errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

__all__ = ["Flow", "ReasonCount", "SourceCount", "check_sums"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """How many records a database or register gave: each record under the search that found it first."""

    name: str
    platform: str = ""
    is_register: bool = False
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """How many reports were excluded for a reason."""

    reason: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """PRISMA 2020's flow of records, reports and studies, counted from the ledgers.

    What PRISMA has no box for, because a diagram is drawn when all is decided, stands in numbers of its own: `waiting`,
    `maybe`, `conflicts` and their like. They are zero when the flow is `complete`.

    Attributes
    ----------
    searched : bool
        Whether any search has been run. If not, the numbers of databases say nothing.
    complete : bool
        Whether nothing is open.
    sources : tuple of SourceCount
        Records by database and register.
    previous_studies, previous_reports : int or None
        Included in an earlier version and still; None where no earlier version was given.
    identified, identified_registers : int
        Records from databases, and from registers.
    duplicates, removed_by_automation, removed_other : int
        Removed before screening: decided to be the same publication as another record; by automation, which is always
        0 because ranking never excludes; gone from the database, or merged there, before anybody decided.
    waiting, screened, excluded, maybe, conflicts : int
        At title and abstract: without a decision yet; with one; and of the latter excluded, undecided, in conflict.
    sought, not_retrieved, full_text_waiting, assessed : int
        Reports that passed; of them those that could not be had, those not looked at yet, and those assessed.
    excluded_reports : tuple of ReasonCount
        Of those assessed, excluded at full text, by reason.
    full_text_maybe, full_text_conflicts : int
        Of those assessed, undecided, and in conflict.
    included_reports : int
        Of those assessed, included.
    included_without_trial : int
        Of those included, the ones that no trial of the base has as its report yet.
    included_against_base : int
        Of those included, reports of trials that the base has and does not count as eligible. Neither they nor their
        trials are among `new_studies` and `new_reports`.
    websites, organisations, citations, told_nowhere : int
        Reports that no search found, by where the base's sources have them from.
    other_sought, other_not_retrieved, other_assessed, other_open, other_included_reports : int
        The same steps for them; `other_open` were seen too little to be judged.
    other_excluded_reports : tuple of ReasonCount
        Excluded, by reason.
    new_studies, new_reports, total_studies, total_reports : int
        Included; a study of which reports came both ways counts once.
    later_reports : int
        Of the new reports, those of studies that the earlier version had included.
    dropped_studies : int
        Included in the earlier version and no longer.
    studies_against_screening : int
        Trials that the base counts as eligible and that are not counted here, since none of their reports is included
        and none waits for a decision.
    undecided_duplicates : int
        Pairs of records, or of a record and a report, that look strongly or likely like one publication counted twice,
        and on which nobody has decided.
    reopened : int
        Decided records, counted above as decided, to which something happened since: a notice, another abstract.
    notes : tuple of str
        What a reader must know of the numbers.
    """

    searched: bool
    complete: bool
    sources: tuple[SourceCount, ...] = ()
    previous_studies: int | None = None
    previous_reports: int | None = None
    identified: int = 0
    identified_registers: int = 0
    duplicates: int = 0
    removed_by_automation: int = 0
    removed_other: int = 0
    waiting: int = 0
    screened: int = 0
    excluded: int = 0
    maybe: int = 0
    conflicts: int = 0
    sought: int = 0
    not_retrieved: int = 0
    full_text_waiting: int = 0
    assessed: int = 0
    excluded_reports: tuple[ReasonCount, ...] = ()
    full_text_maybe: int = 0
    full_text_conflicts: int = 0
    included_reports: int = 0
    included_without_trial: int = 0
    included_against_base: int = 0
    websites: int = 0
    organisations: int = 0
    citations: int = 0
    told_nowhere: int = 0
    other_sought: int = 0
    other_not_retrieved: int = 0
    other_assessed: int = 0
    other_open: int = 0
    other_excluded_reports: tuple[ReasonCount, ...] = ()
    other_included_reports: int = 0
    new_studies: int = 0
    new_reports: int = 0
    total_studies: int = 0
    total_reports: int = 0
    later_reports: int = 0
    dropped_studies: int = 0
    studies_against_screening: int = 0
    undecided_duplicates: int = 0
    reopened: int = 0
    notes: tuple[str, ...] = ()

    @property
    def full_text_excluded(self) -> int:
        """Reports excluded at full text, all reasons together."""
        return sum(reason.n for reason in self.excluded_reports)

    @property
    def other_excluded(self) -> int:
        """Reports found by other methods and excluded, all reasons together."""
        return sum(reason.n for reason in self.other_excluded_reports)

    @property
    def open(self) -> dict[str, int]:
        """What is not settled, in words, without what is zero."""
        numbers = {
            "pairs that may be one publication, to be decided on": self.undecided_duplicates,
            "records not screened yet": self.waiting,
            "records of which a reviewer is not sure": self.maybe,
            "records on which reviewers differ": self.conflicts,
            "reports to be read in full": self.full_text_waiting,
            "reports read, not sure": self.full_text_maybe,
            "reports read, reviewers differ": self.full_text_conflicts,
            "reports included, trial not in the base yet": self.included_without_trial,
            "reports included, trial not eligible by the base": self.included_against_base,
            "trials eligible by the base, no report of them included": self.studies_against_screening,
            "reports by other methods, seen too little to judge": self.other_open,
            "decided records to be looked at again (a notice, another abstract)": self.reopened,
        }
        return {words: number for words, number in numbers.items() if number}

    def to_dict(self) -> dict[str, Any]:
        """Return every number as plain values, with what is open in words."""
        return {**asdict(self), "open": self.open}

    def plot(self, **options: Any) -> Figure:
        """Draw the flow diagram; options are those of `evidence.plot.prisma_flow`."""
        from ...plot.review_plots.prisma import prisma_flow

        figure: Figure = prisma_flow(self, **options)
        return figure

    def lines(self) -> tuple[str, ...]:
        """Return the diagram as text, at most 80 columns wide."""
        from .drawing import draw

        return tuple(draw(self))


def check_sums(flow: Flow) -> None:
    """Make sure that every box is the sum that it must be.

    Raises
    ------
    EvidenceError
        Naming each box that is not, with both numbers.

    Examples
    --------
    >>> try:
    ...     check_sums(Flow(searched=True, complete=False, waiting=1))
    ... except EvidenceError as error:
    ...     print(str(error).splitlines()[-1])
    records identified: 0, but duplicates + removed otherwise + waiting + screened make 1
    """
    wrong = [
        f"{box}: {number}, but {words} make {total}" for box, number, words, total in _sums(flow) if number != total
    ]
    wrong += [f"{name}: {number} is negative" for name, number in asdict(flow).items() if _negative(number)]
    if wrong:
        raise EvidenceError(
            "the flow of records does not add up, so that no diagram may be drawn of it:\n" + "\n".join(wrong)
        )


def _negative(number: Any) -> bool:
    return isinstance(number, int) and number < 0


def _sums(flow: Flow) -> Iterator[tuple[str, int, str, int]]:
    """Yield each box with the sum that it must be: name, number, summands in words, their sum."""
    databases = sum(source.n for source in flow.sources if not source.is_register)
    registers = sum(source.n for source in flow.sources if source.is_register)
    yield "records from databases", flow.identified, "the databases", databases
    yield "records from registers", flow.identified_registers, "the registers", registers
    yield (
        "records identified",
        flow.identified + flow.identified_registers,
        "duplicates + removed otherwise + waiting + screened",
        flow.duplicates + flow.removed_by_automation + flow.removed_other + flow.waiting + flow.screened,
    )
    yield (
        "records screened",
        flow.screened,
        "excluded + sought + not sure + in conflict",
        flow.excluded + flow.sought + flow.maybe + flow.conflicts,
    )
    yield (
        "reports sought",
        flow.sought,
        "not retrieved + not read yet + assessed",
        flow.not_retrieved + flow.full_text_waiting + flow.assessed,
    )
    yield (
        "reports assessed",
        flow.assessed,
        "excluded + included + not sure + in conflict",
        flow.full_text_excluded + flow.included_reports + flow.full_text_maybe + flow.full_text_conflicts,
    )
    found = flow.websites + flow.organisations + flow.citations + flow.told_nowhere
    yield "reports sought (other methods)", flow.other_sought, "websites + organisations + citations + unknown", found
    yield (
        "reports sought (other methods)",
        flow.other_sought,
        "not retrieved + assessed + seen too little",
        flow.other_not_retrieved + flow.other_assessed + flow.other_open,
    )
    yield (
        "reports assessed (other methods)",
        flow.other_assessed,
        "excluded + included",
        flow.other_excluded + flow.other_included_reports,
    )
    yield (
        "reports of new studies",
        flow.new_reports,
        "included from databases, with an eligible trial + included from elsewhere",
        flow.included_reports - flow.included_without_trial - flow.included_against_base + flow.other_included_reports,
    )
    yield "studies in total", flow.total_studies, "earlier + new", (flow.previous_studies or 0) + flow.new_studies
    yield "reports in total", flow.total_reports, "earlier + new", (flow.previous_reports or 0) + flow.new_reports
