"""Published results as Markdown, HTML and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...numbers import file_number
from ...tables.io import csv_bytes
from ..claims.forms import markdown_cell
from .text import summary_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from .rows import PublishedResult
    from .table import ReviewTable

__all__ = ["CSV_COLUMNS", "reviews_csv", "reviews_html", "reviews_markdown"]

_HEADINGS = (
    *("Review", "Outcome", "Comparison", "Trials", "People", "Effect as printed", "p", "I²", "Found by us"),
    *("Disagrees with", "Here"),
)
CSV_COLUMNS = (
    *("result_id", "review_id", "citation", "link", "plot", "outcome", "comparison", "subgroup", "k", "n", "measure"),
    *("estimate", "ci_low", "ci_high", "ci_level", "as_printed", "p_as_printed", "i2", "tau2", "z", "model"),
    *("findings", "disagrees_with", "here", "appraisals", "url", "locator", "notes"),
)


def reviews_markdown(table: ReviewTable) -> str:
    """Return a table in GitHub's Markdown, with the counts below."""
    lines = [_line(_HEADINGS), _line("---" for _ in _HEADINGS)]
    lines += [_line(markdown_cell(text) or "–" for text in _cells(row)) for row in table.rows]
    return "\n".join([*lines, "", summary_line(table), ""])


def _line(cells: Iterator[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(row: PublishedResult) -> tuple[str, ...]:
    """Return the cells of a row; what stands in several lines is joined."""
    outcome = ", ".join(part for part in (row.outcome, row.subgroup) if part)
    found = "; ".join(f"{entry.text} ({entry.status})" for entry in row.own_findings)
    here = "; ".join(f"{own.label}: {own.effect} ({own.analysis})" for own in row.own)
    p = row.p.removeprefix("p ").removeprefix("p: ")
    return (
        *(row.review_id, outcome, row.comparison, row.k, row.n, row.effect_text, p, row.i2_text),
        *(found, row.disagrees_text, here),
    )


def reviews_html(table: ReviewTable) -> str:
    """Return a table as a part of an HTML page; citations and addresses are links."""
    from markupsafe import Markup

    head = Markup().join(Markup('<th scope="col">{}</th>').format(name) for name in _HEADINGS)
    rows = Markup("\n").join(_html_row(table, row) for row in table.rows)
    return str(
        Markup(
            '<table class="reviews">\n<caption>{}</caption>\n<thead><tr>{}</tr></thead>\n'
            "<tbody>\n{}\n</tbody>\n</table>\n"
        ).format(summary_line(table), head, rows)
    )


def _html_row(table: ReviewTable, row: PublishedResult) -> Markup:
    from markupsafe import Markup

    from ..site.addresses import linked

    review = table.reviews[row.review_id]
    cells = _cells(row)
    named = linked(" ".join(part for part in (review.citation, review.link) if part))
    head = Markup('<th scope="row" id="result-{}">{}<br/><span class="citation">{}</span></th>')
    others = Markup().join(Markup("<td>{}</td>").format(text or "–") for text in cells[1:])
    return Markup("<tr>{}{}</tr>").format(head.format(row.result_id, row.result_id, named), others)


def reviews_csv(table: ReviewTable) -> str:
    """Return one row for each result: numbers as they stand in the table ``reviews``, with what stands beside them."""
    return csv_bytes(CSV_COLUMNS, (_csv_row(table, row) for row in table.rows)).decode()


def _csv_row(table: ReviewTable, row: PublishedResult) -> list[str]:
    numbers = [_number(value) for value in (row.estimate, row.ci_low, row.ci_high, row.level)]
    return [
        *(row.result_id, row.review_id, row.citation, row.link, row.plot, row.outcome, row.comparison, row.subgroup),
        *(row.k, row.n, row.measure, *numbers, row.effect, row.p_untouched, _number(row.i2)),
        *(_number(row.tau2), _number(row.z), row.model),
        "; ".join(f"{entry.id} {entry.check} ({entry.status})" for entry in row.findings),
        row.disagrees_text,
        "; ".join(own.synthesis for own in row.own),
        "; ".join(table.reviews[row.review_id].appraisals),
        *(row.url, row.locator, row.notes),
    ]


def _number(value: float | None) -> str:
    return "" if value is None else file_number(value)
