"""Summary of findings: every outcome of a comparison with its effect, what it means for people, and how sure it is.

References
----------
Guyatt GH, et al. GRADE guidelines 12: binary outcomes. J Clin Epidemiol 2013;66:158-72.
https://doi.org/10.1016/j.jclinepi.2012.01.012

Guyatt GH, et al. GRADE guidelines 13: continuous outcomes. J Clin Epidemiol 2013;66:173-83.
https://doi.org/10.1016/j.jclinepi.2012.08.001
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError, OptionError, UnknownIdError
from ...tables.io import write_bytes
from ..wording import capital
from .given import Given, given
from .layout import Footnote, Line, footnotes_of, lines_of
from .row import COLUMNS, Column, SofRow, sof_row
from .words import isolated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...answers import Answer
    from ...base import EvidenceBase
    from ...synthesis import SynthesisResult

__all__ = ["FORMATS", "Group", "SummaryOfFindings", "summary_of_findings"]

FORMATS = ("text", "markdown", "html", "latex", "docx", "csv", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of one comparison.

    Attributes
    ----------
    comparison, label, arm_1, arm_2 : str
        Its id, its label, and its arms; `arm_2` is empty where there is no comparison.
    rows : tuple of SofRow
        Its outcomes.
    """

    comparison: str
    label: str
    arm_1: str
    arm_2: str
    rows: tuple[SofRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryOfFindings:
    """A summary-of-findings table, ready for every format.

    Attributes
    ----------
    review : str
        The review's title.
    groups : tuple of Group
        The rows by comparison.
    footnotes : tuple of Footnote
        Notes by letter.
    remarks : tuple of str
        What holds for the whole table.

    Examples
    --------
    >>> import evidence as ev
    >>> from evidence.report import summary_of_findings
    >>> table = summary_of_findings(ev.load(), ids=["addon-minoxidil-response"])
    >>> row = table.rows[0]
    >>> row.participants_text, row.effect_text, row.certainty
    ('134 (2 trials)', 'RR 8.93 (<0.01 to >1000)', '')
    """

    review: str
    groups: tuple[Group, ...]
    footnotes: tuple[Footnote, ...]
    remarks: tuple[str, ...]

    @property
    def rows(self) -> tuple[SofRow, ...]:
        """The rows of all groups."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def title(self) -> str:
        """The table's title."""
        one = f": {self.groups[0].label}" if len(self.groups) == 1 else ""
        return f"Summary of findings{one}"

    @property
    def population(self) -> str:
        """Who all rows are about; empty where they differ."""
        found = {row.population for row in self.rows}
        return found.pop() if len(found) == 1 else ""

    @property
    def header(self) -> dict[Column, str]:
        """The heading of each column, without notes."""
        one = self.groups[0] if len(self.groups) == 1 else None
        effects = {row.measure for row in self.rows}
        relative = effects & {"RR", "OR", "PETO", "ROM"}
        kind = "Effect" if relative and effects - relative else "Relative effect" if relative else "Effect"
        names = (
            "Outcome",
            f"Participants ({'/'.join(sorted({f'{row.noun}s' for row in self.rows}, reverse=True))})",
            f"{kind} ({self.level} CI)",
            f"Comparison: {one.arm_2}" if one and one.arm_2 else "Comparison",
            f"Intervention: {one.arm_1}" if one else "Intervention",
            f"Difference ({self.level} CI)",
            "Certainty",
            "What it means",
        )
        return dict(zip(COLUMNS, names, strict=True))

    @property
    def level(self) -> str:
        """The level of the intervals, as ``95%``; several levels are all named."""
        return "/".join(f"{100 * level:g}%" for level in sorted({row.level for row in self.rows}))

    @property
    def letters(self) -> dict[str, str]:
        """Text of a note → its letter."""
        return {note.text: note.mark for note in self.footnotes}

    def lines(self, row: SofRow) -> tuple[Line, ...]:
        """Return the lines of a row as cells with their footnote letters."""
        alike = [other for other in self.rows if _asked(other) == _asked(row)]
        return lines_of(row, self.letters, with_population=not self.population, with_label=len(alike) > 1)

    def to_text(self, *, width: int = 80) -> str:
        """Return the table for a terminal, outcome by outcome, within so many columns."""
        from .plain import plain_text

        return plain_text(self, width=width)

    def to_markdown(self) -> str:
        """Return a pipe table that pandoc and GitHub read, with its notes below."""
        from .markdown import markdown

        return markdown(self)

    def to_html(self, *, standalone: bool = False, prefix: str = "sof") -> str:
        """Return the table as HTML: a fragment with classes, or with `standalone` a whole page with its style.

        Parameters
        ----------
        standalone : bool
            Whether to return a whole page.
        prefix : str
            What ids begin with; give each table of a page its own.
        """
        from .page import html

        return html(self, standalone=standalone, prefix=prefix)

    def to_latex(self) -> str:
        """Return a ``longtable`` for booktabs, with what its preamble needs in a comment."""
        from .latex import latex

        return latex(self)

    def to_docx(self, path: Path | str | None = None) -> bytes:
        """Return a Word document with the table across the page, and write it where `path` is given.

        The same table gives the same bytes.
        """
        from .word import docx_bytes

        content = docx_bytes(self)
        if path is not None:
            write_bytes(Path(path), content)
        return content

    def to_great_table(self) -> Any:
        """Return the table as a ``great_tables.GT``.

        Raises
        ------
        InputError
            If great-tables is not installed; the message names the extra.
        """
        from .great import great_table

        return great_table(self)

    def to_csv(self) -> bytes:
        """Return tidy rows as CSV: one for each outcome and comparison value; no cell starts a formula."""
        from .tidy import csv_of

        return csv_of(self)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, with numbers in full."""
        from .tidy import dict_of

        return dict_of(self)

    def render(self, form: str) -> str | bytes:
        """Return the table in one of `FORMATS`.

        Raises
        ------
        OptionError
            If there is no such format.
        """
        from .tidy import json_of

        ways: Mapping[str, Any] = {
            "text": self.to_text,
            "markdown": self.to_markdown,
            "html": lambda: self.to_html(standalone=True),
            "latex": self.to_latex,
            "docx": self.to_docx,
            "csv": self.to_csv,
            "json": lambda: json_of(self),
        }
        if form not in ways:
            raise OptionError("format", form, FORMATS)
        found: str | bytes = ways[form]()
        return found


def summary_of_findings(
    base: EvidenceBase,
    answers: Mapping[str, Answer] | None = None,
    ids: Sequence[str] | None = None,
    *,
    comparison: str | None = None,
    analysis: str | None = None,
    baseline_risk: float | Sequence[float] | Mapping[str, float | Sequence[float]] | None = None,
    sd: float | Mapping[str, float] | None = None,
    thresholds: Mapping[str, Sequence[float]] | None = None,
) -> SummaryOfFindings:
    """Return the summary of findings of some syntheses.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base.
    answers : mapping of str to Answer, optional
        Syntheses under every analysis, where they were computed already.
    ids : sequence of str, optional
        The syntheses, in the order of their rows; by default all of `comparison`.
    comparison : str, optional
        A comparison of the protocol; by default that of its headline, or the first.
    analysis : str, optional
        The analysis whose numbers are shown; by default, for each row, the result that the report shows.
    baseline_risk : float, sequence or mapping, optional
        Risks without the intervention, as fractions, instead of those of the trials' control arms; for one outcome, or
        by the id of an outcome or a synthesis.
    sd : float or mapping, optional
        The SD with which standardised differences are turned into the outcome's unit; by default the pooled SD of the
        control arms in the unit of most people.
    thresholds : mapping, optional
        By outcome or synthesis: from where on a difference is small, moderate and large, per 1000 people or in the
        outcome's unit.

    Raises
    ------
    UnknownIdError
        If there is no such synthesis, comparison or analysis.
    InputError
        If both `ids` and `comparison` are given, or a value cannot be used.
    """
    from ...answers import answer_all

    names = _names(base, ids, comparison)
    lacking = [name for name in names if answers is None or name not in answers]
    known = dict(answers or {})
    if lacking:
        known |= answer_all(base.tables, base.protocol, names=lacking, index=base.index)
    results = [_result(known[name], analysis) for name in names]
    told = given(results, baseline_risk=baseline_risk, sd=sd, thresholds=thresholds)
    groups = _groups(base, results, told)
    rows = tuple(row for group in groups for row in group.rows)
    return SummaryOfFindings(
        review=isolated(base.protocol.review.title),
        groups=groups,
        footnotes=footnotes_of(rows),
        remarks=_remarks(base, rows),
    )


def _asked(row: SofRow) -> tuple[str, ...]:
    """Return what tells a reader one row from another."""
    return row.comparison, row.outcome, row.population, row.follow_up


def _names(base: EvidenceBase, ids: Sequence[str] | None, comparison: str | None) -> list[str]:
    protocol = base.protocol
    if ids:
        if comparison is not None:
            raise InputError("give syntheses or a comparison, not both")
        return [protocol.synthesis(name).id for name in dict.fromkeys(ids)]
    if comparison is None:
        headline = protocol.review.headline
        comparison = protocol.synthesis(headline).comparison if headline else next(iter(protocol.comparisons), "")
    if comparison not in protocol.comparisons:
        raise UnknownIdError("comparison", comparison, protocol.comparisons)
    names = [name for name, spec in protocol.syntheses.items() if spec.comparison == comparison]
    if not names:
        raise InputError(f"no synthesis of the protocol is about the comparison {comparison}")
    return names


def _result(answer: Answer, analysis: str | None) -> SynthesisResult:
    if analysis is None:
        return answer.shown
    if analysis not in answer.results:
        raise UnknownIdError("analysis", analysis, answer.results)
    return answer.results[analysis]


def _groups(base: EvidenceBase, results: Sequence[SynthesisResult], told: Given) -> tuple[Group, ...]:
    by_comparison: dict[str, list[SofRow]] = {}
    for result in results:
        by_comparison.setdefault(result.synthesis.comparison, []).append(sof_row(result, told))
    groups = []
    for name, rows in by_comparison.items():
        spec = base.protocol.comparisons[name]
        labels = [isolated(text) for text in (spec.label, spec.arm_1, spec.arm_2)]
        arm_2 = "" if spec.kind == "single-arm" else labels[2]
        groups.append(Group(comparison=name, label=labels[0], arm_1=labels[1], arm_2=arm_2, rows=tuple(rows)))
    return tuple(groups)


def _remarks(base: EvidenceBase, rows: Sequence[SofRow]) -> tuple[str, ...]:
    """Return what holds for the whole table: how to read it, and what must be said of all numbers."""
    absolutes = [absolute for row in rows for absolute in row.absolutes]
    remarks = ["CI: confidence interval."]
    if any(one.kind == "risk" and not math.isnan(one.intervention.estimate - one.comparison) for one in absolutes):
        remarks.append(
            "Risks with the intervention follow from the comparison risk and the effect with its interval; the "
            "comparison risk is taken as known. Differences are rounded after they are computed."
        )
    if any(row.certainty for row in rows):
        remarks.append("Certainty by GRADE, judged by people: ⊕⊕⊕⊕ high, ⊕⊕⊕◯ moderate, ⊕⊕◯◯ low, ⊕◯◯◯ very low.")
    if not all(row.certainty for row in rows):
        remarks.append("Not assessed: nobody has judged how certain this number is.")
    if base.protocol.review.caveat:
        remarks.append(capital(isolated(base.protocol.review.caveat)))
    return tuple(remarks)
