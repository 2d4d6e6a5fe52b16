"""Published results as plain text for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ..wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .rows import PublishedResult
    from .table import PublishedReview, ReviewTable

__all__ = ["counted", "numbers_line", "reviews_text", "summary_line"]

_NARROWEST = 40


def reviews_text(table: ReviewTable, width: int) -> str:
    """Return the results by review as text; lines are no longer than `width`."""
    width = max(width, _NARROWEST)
    blocks = []
    for name, review in table.reviews.items():
        lines, told = [*_review(review, width)], dict[str, str]()
        for row in table.rows:
            if row.review_id == name:
                lines += _result(row, width, told)
        blocks.append("\n".join(lines))
    closing = textwrap.wrap(summary_line(table), width)
    return "\n\n".join([*blocks, "\n".join(closing)])


def summary_line(table: ReviewTable) -> str:
    """Return how many results there are, how many do not add up, and what is known of shared trials."""
    faulty = sum(any(entry.severity in ("impossible", "inconsistent") for entry in row.findings) for row in table.rows)
    apart = sum(bool(row.disagrees) for row in table.rows)
    counts = (
        f"{plural(len(table.rows), 'published result')} of {plural(len(table.reviews), 'review')}, as printed and not "
        f"pooled by us: {faulty} with numbers that do not follow from one another, {apart} that disagree with another "
        "review."
    )
    return f"{counts} {table.overlap.sentence}".strip()


def _review(review: PublishedReview, width: int) -> Iterator[str]:
    link = f" [{review.link}]" if review.link else ""
    yield from textwrap.wrap(f"{review.review_id}: {review.citation}{link}", width, subsequent_indent="  ")
    seen = f"read: {review.access}" if review.access else ""
    size = ", ".join(part for part in (counted(review.trials, "trial"), counted(review.people, "people")) if part)
    ended = f"searched to {review.search_end}" if review.search_end else ""
    facts = "; ".join(part for part in (size, ended, seen) if part)
    if facts:
        yield from _filled(facts, width, 2)
    if review.appraisals:
        yield from _filled(f"appraisal it prints: {'; '.join(review.appraisals)}", width, 2)


def _result(row: PublishedResult, width: int, told: dict[str, str]) -> Iterator[str]:
    """Yield the lines of a result; a finding that stood at another result of the review is only named again."""
    yield from _filled(f"{row.plot or row.result_id}  {row.question}", width, 2, hanging=6)
    yield from _filled(numbers_line(row), width, 6)
    if row.disagrees:
        yield from _filled(f"disagrees with {row.disagrees_text}", width, 6)
    for entry in row.own_findings:
        said = f"as at {told[entry.id]}" if entry.id in told else entry.text
        told.setdefault(entry.id, row.plot or row.result_id)
        yield from _filled(f"! {entry.status}: {said}", width, 6, hanging=8)
    for own in row.own:
        yield from _filled(f"here: {own.synthesis}: {own.effect} ({own.analysis})", width, 6, hanging=8)


def numbers_line(row: PublishedResult) -> str:
    """Return everything that is printed in numbers, in a line."""
    parts = [row.effect_text, row.p, f"I² {row.i2_text}" if row.i2_text else ""]
    parts += [counted(row.k, "trial"), counted(row.n, "people"), row.model]
    return ", ".join(part for part in parts if part)


def counted(text: str, noun: str) -> str:
    """Return a count as printed with its noun; words that are no number stand behind it.

    Examples
    --------
    >>> counted("8", "trial"), counted("1", "trial"), counted("<=11 (not stated)", "trial"), counted("", "people")
    ('8 trials', '1 trial', 'trials: <=11 (not stated)', '')
    """
    many = noun if noun == "people" else f"{noun}s"
    if not text:
        return ""
    return f"{text} {noun if text == '1' else many}" if text.isdigit() else f"{many}: {text}"


def _filled(text: str, width: int, indent: int, *, hanging: int | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hanging is None else hanging),
        break_on_hyphens=False,
    )
