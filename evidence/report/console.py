"""What was pooled, what was not and why, for the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..numbers import format_number
from ..plot.forest_plot.trials import mixed, noun
from .wording import capital, effect_cell, plural, reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table
    from rich.text import Text

    from ..answers import Answer

__all__ = ["SummaryRow", "summary_rows", "summary_table"]

_VERDICTS = {"robust": "sensitivity: robust", "depends": "sensitivity: depends on the analysis"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """One synthesis in a line, as plain values that survive JSON.

    Attributes
    ----------
    synthesis, label, comparison : str
        Its id, its label, and its comparison in words.
    analysis : str
        The id of the analysis shown.
    primary, pooled : bool
        Whether that is the primary analysis, and whether it has a pooled number.
    trials, people, tried : int
        Trials and people that entered; trials that make the comparison and did not.
    effect, says, reason : str
        The effect with its interval, what the interval says and what is mixed, and why nothing was pooled; empty where
        there is none.
    noun, rules : str
        What counts as one, ``trial`` or ``report``, and which rows entered, in words.
    verdict : str
        Whether the conclusion is ``robust`` to other analyses or ``depends`` on them; empty where that is not judged.
    notices : str
        Retractions, concerns and corrections of reports of the trials that entered.
    """

    synthesis: str
    label: str
    comparison: str
    analysis: str
    primary: bool
    pooled: bool
    trials: int
    people: int
    tried: int
    effect: str
    says: str
    reason: str
    noun: str = "trial"
    rules: str = ""
    verdict: str = ""
    notices: str = ""


def summary_rows(answers: Mapping[str, Answer]) -> list[SummaryRow]:
    """Return one row per synthesis, in the protocol's order, for the result that is shown of it.

    Parameters
    ----------
    answers : mapping of str to Answer
        Every synthesis under every analysis.
    """
    rows = []
    for answer in answers.values():
        shown, verdict = answer.shown, answer.sensitivity.verdict
        rows.append(
            SummaryRow(
                synthesis=shown.id,
                label=shown.label,
                comparison=shown.protocol.comparisons[shown.synthesis.comparison].label,
                analysis=shown.analysis.id,
                primary=shown.analysis.primary,
                pooled=shown.pooled,
                trials=shown.trials,
                people=shown.n,
                tried=sum(entry.compared for entry in shown.exclusions),
                effect=effect_cell(shown) if shown.k else "",
                says="; ".join(text for text in (reading(shown), mixed(shown)) if text),
                reason=shown.reason,
                noun=noun(shown),
                rules=shown.analysis_label,
                verdict=verdict if verdict in ("robust", "depends") else "",
                notices="; ".join(notice.short for notice in shown.notices),
            )
        )
    return rows


def summary_table(rows: Sequence[SummaryRow]) -> list[Table | Text]:
    """Return the rows as tables for the terminal, readable from 80 columns on.

    What is pooled stands first, then what was counted without any event, then single trials, then the syntheses without
    any trial, by comparison. A result that is not of the primary analysis names its analysis.

    Parameters
    ----------
    rows : sequence of SummaryRow
        What `summary_rows` returned.
    """
    from rich.text import Text

    pooled = [row for row in rows if row.pooled]
    counted = [row for row in rows if not row.pooled and row.trials > 1]
    single = [row for row in rows if not row.pooled and row.trials == 1]
    nothing = [row for row in rows if not row.trials]
    first = sum(row.primary for row in pooled)
    line = (
        f"{plural(len(rows), 'question')}: {len(pooled)} pooled ({first} in the primary analysis), "
        f"{len(counted)} without any event, {len(single)} with one trial, {len(nothing)} with none that can be used"
    )
    parts: list[Table | Text] = [Text(line, style="bold")]
    if pooled:
        parts.append(_results("Pooled", pooled))
    if counted:
        parts.append(_results("No event in any trial: a limit instead of a pooled number", counted))
    if single:
        parts.append(_results("One trial: not a synthesis", single))
    if nothing:
        parts.append(_nothing(nothing))
    return parts


def _results(title: str, rows: Sequence[SummaryRow]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", expand=True)
    table.add_column("Question", ratio=5)
    table.add_column("k", justify="right")
    table.add_column("n", justify="right")
    table.add_column("Effect (CI)", ratio=4)
    table.add_column("What it says", ratio=3)
    for row in rows:
        question = Text(row.label)
        if not row.primary:
            question.append(f"\nanalysis: {row.analysis}{f' ({row.rules})' if row.rules else ''}", style="dim")
        if row.notices:
            question.append(f"\n{row.notices}", style="bold red")
        texts = (str(row.trials), format_number(row.people, 0), row.effect)
        says = Text(row.says or "–")
        if row.verdict:
            says.append(f"\n{_VERDICTS[row.verdict]}", style="dim")
        table.add_row(question, *(Text(text) for text in texts), says)
    return table


def _nothing(rows: Sequence[SummaryRow]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title="No trial that can be used", title_justify="left", expand=True, show_lines=True)
    table.add_column("Comparison and outcomes", ratio=3)
    table.add_column("Why", ratio=2)
    groups: dict[str, list[SummaryRow]] = {}
    for row in rows:
        groups.setdefault(row.comparison, []).append(row)
    for comparison, members in groups.items():
        what = Text(capital(comparison), style="bold")
        what.append("\n" + "; ".join(row.label.split(": ", 1)[-1] for row in members), style="not bold")
        table.add_row(what, _why(members))
    return table


def _why(rows: Sequence[SummaryRow]) -> str:
    """Return why several syntheses of one comparison have no trial, with how many were in question."""
    tried, what = sorted({row.tried for row in rows}), rows[0].noun
    if tried == [0]:
        return f"no {what} makes this comparison"
    if len(tried) == 1:
        return f"{plural(tried[0], what)} in question, none can enter"
    return f"{tried[0]} to {tried[-1]} {what}s in question, none can enter"
