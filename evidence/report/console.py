"""What was pooled, what was not and why, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..display import pooled_values, scale_of, trial_values
from ..numbers import format_number
from .wording import effect_words, events_of, no_event, plural, reading, trial_count, upper_limit, value_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Group
    from rich.table import Table

    from ..answers import Answer
    from ..synthesis import SynthesisResult

__all__ = ["console_summary", "effect_cell"]


def console_summary(answers: Mapping[str, Answer]) -> Group:
    """Return the results as tables for the terminal, readable from 80 columns on.

    What is pooled stands first, then single trials, then the syntheses without any trial, by comparison. A result that
    is not of the primary analysis names its analysis.

    Parameters
    ----------
    answers : mapping of str to Answer
        Every synthesis under every analysis.

    Returns
    -------
    rich.console.Group
        To be printed with ``rich.console.Console().print``.
    """
    from rich.console import Group
    from rich.text import Text

    shown = [answer.shown for answer in answers.values()]
    pooled = [result for result in shown if result.pooled]
    single = [result for result in shown if not result.pooled and result.k]
    nothing = [result for result in shown if not result.k]
    first = sum(result.analysis.primary for result in pooled)
    line = (
        f"{plural(len(shown), 'question')}: {len(pooled)} pooled ({first} in the primary analysis), "
        f"{len(single)} with one trial, {len(nothing)} with none that can be used"
    )
    parts: list[Table | Text] = [Text(line, style="bold")]
    if pooled:
        parts.append(_results("Pooled", pooled))
    if single:
        parts.append(_results("One trial: not a synthesis", single))
    if nothing:
        parts.append(_nothing(nothing))
    return Group(*parts)


def effect_cell(result: SynthesisResult) -> str:
    """Return the effect with its interval as a table shows it; for none in n, the exact limit instead."""
    scale = scale_of(result)
    if no_event(result):
        n = events_of(result)[1]
        limit = value_words(upper_limit(n, level=result.synthesis.level), scale)
        return f"0 of {format_number(n, 0)}; at most {limit}"
    return effect_words(pooled_values(result) if result.pooled else trial_values(result)[0], scale)


def _results(title: str, results: Sequence[SynthesisResult]) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left", expand=True)
    table.add_column("Question", ratio=5)
    table.add_column("k", justify="right")
    table.add_column("n", justify="right")
    table.add_column("Effect (95% CI)" if _usual(results) else "Effect (CI)", ratio=4)
    table.add_column("Reading", ratio=3)
    for result in results:
        analysis = "" if result.analysis.primary else f"\n[dim]analysis: {result.analysis.id}[/dim]"
        row = (f"{_plain(result.label)}{analysis}", str(trial_count(result)), format_number(result.n, 0))
        table.add_row(*row, effect_cell(result), reading(result) or "–")
    return table


def _usual(results: Sequence[SynthesisResult]) -> bool:
    return all(result.synthesis.level == 0.95 for result in results)


def _nothing(results: Sequence[SynthesisResult]) -> Table:
    from rich.table import Table

    table = Table(title="Nothing that can be used", title_justify="left", expand=True)
    table.add_column("Comparison and outcomes", ratio=3)
    table.add_column("Why", ratio=2)
    groups: dict[str, list[SynthesisResult]] = {}
    for result in results:
        groups.setdefault(result.synthesis.comparison, []).append(result)
    for name, members in groups.items():
        heading = members[0].protocol.comparisons[name].label
        table.add_row(f"[bold]{_plain(heading[:1].upper() + heading[1:])}[/bold]", "")
        for result in members:
            tail = result.label.split(": ", 1)[-1]
            table.add_row(f"  {_plain(tail)}", _plain(result.reason))
    return table


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
