"""Claims beside the evidence as Markdown, HTML and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...tables.io import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from .shown import ClaimTest
    from .view import ClaimsView, ClaimView

__all__ = ["CSV_COLUMNS", "claims_csv", "claims_html", "claims_markdown", "evidence_lines", "markdown_cell"]

_HEADINGS = ("Claim", "Verdict", "Evidence", "What it rests on", "What would be needed")
CSV_COLUMNS = (
    *("claim", "claim_words", "from_article", "as_met", "directness", "gap", "verdict", "basis", "needed"),
    *("synthesis", "label", "role", "analysis", "kind", "trials", "people", "effect", "side", "reading", "possible"),
    *("certainty", "doubts"),
)


def claims_markdown(view: ClaimsView) -> str:
    """Return a table in GitHub's Markdown, with the counts below."""
    lines = [_line(_HEADINGS), _line("---" for _ in _HEADINGS)]
    for row in view.rows:
        claim = markdown_cell(f"{row.claim}{_met(row)}")
        evidence = "<br>".join(markdown_cell(text) for text in evidence_lines(row))
        cells = (claim, f"{row.sign} **{row.verdict}**", evidence, markdown_cell(row.basis))
        lines.append(_line([*cells, markdown_cell(" ".join(row.needed)) or "–"]))
    return "\n".join([*lines, "", view.summary, ""])


def markdown_cell(text: str) -> str:
    r"""Return text as it may stand in a table cell of Markdown: no line breaks, no markup, no HTML.

    Examples
    --------
    >>> print(markdown_cell("a|b <i>*c*</i>"))
    a\|b &lt;i&gt;\*c\*&lt;/i&gt;
    """
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in ("\\", "|", "*", "_", "`", "[", "]"):
        plain = plain.replace(sign, f"\\{sign}")
    return plain


def _line(cells: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _met(row: ClaimView) -> str:
    met = "; ".join(f"“{entry.as_met}”" for entry in row.met)
    marked = f" ({row.origin})"
    return f"{marked} – met as {met}" if met else marked


def evidence_lines(row: ClaimView) -> list[str]:
    """Return a line for each synthesis with a number, and one for those without."""
    lines = [_evidence(entry) for entry in row.with_number]
    lines += [f"{said}: {', '.join(entry.label for entry in entries)}" for said, entries in row.without_number.items()]
    return lines or ["no synthesis tests it"]


def _evidence(entry: ClaimTest) -> str:
    rules = "" if entry.primary else f"; {entry.rules}"
    return f"{entry.label}: {entry.effect} ({entry.rests_on}{rules}); {entry.side}; certainty: {entry.certainty}"


def claims_html(view: ClaimsView) -> str:
    """Return a table as a part of an HTML page; addresses in it are links."""
    from markupsafe import Markup

    head = Markup().join(Markup('<th scope="col">{}</th>').format(name) for name in _HEADINGS)
    rows = Markup("\n").join(_html_row(row) for row in view.rows)
    return str(
        Markup(
            '<table class="claims">\n<caption>{}</caption>\n<thead><tr>{}</tr></thead>\n'
            "<tbody>\n{}\n</tbody>\n</table>\n"
        ).format(f"Popular claims beside the evidence. {view.summary}", head, rows)
    )


def _html_row(row: ClaimView) -> Markup:
    from markupsafe import Markup

    from ..site.addresses import linked

    items = Markup().join(Markup("<li>{}</li>").format(text) for text in evidence_lines(row))
    needed = Markup().join(Markup("<li>{}</li>").format(text) for text in row.needed)
    sources = dict.fromkeys(source for met in row.met for source in met.popular_sources)
    places = Markup("; ").join(map(_source, sources))
    met = Markup('<br/><span class="met">Met in: {}</span>').format(places) if sources else Markup()
    return Markup(
        '<tr id="claim-{}"><th scope="row">{}{}</th><td><span class="verdict {}"><span aria-hidden="true">{}</span> {}'
        "</span></td><td><ul>{}</ul></td><td>{}</td><td>{}</td></tr>"
    ).format(
        *(row.id, f"{row.claim}{_met(row)}", met, row.verdict, row.sign, row.verdict, items),
        *(linked(f"{row.basis} {row.note}".strip()), Markup("<ul>{}</ul>").format(needed) if row.needed else "–"),
    )


def _source(source: str) -> Markup:
    """Return where a claim is met: a page by the name of its host, with whatever is said of it."""
    from markupsafe import Markup, escape

    address, _, said = source.partition(" ")
    if not address.startswith(("https://", "http://")):
        return escape(source)
    host = address.partition("://")[2].partition("/")[0].removeprefix("www.")
    return Markup('<a href="{}">{}</a>{}').format(address, host, f" {said}" if said else "")


def claims_csv(view: ClaimsView) -> str:
    """Return one row for each claim and synthesis; a claim without syntheses has one row."""
    return csv_bytes(CSV_COLUMNS, (cells for row in view.rows for cells in _csv_rows(row))).decode()


def _csv_rows(row: ClaimView) -> Iterator[list[str]]:
    met = ["; ".join(getattr(entry, name) for entry in row.met) for name in ("as_met", "directness", "gap")]
    own = [row.id, row.claim, "yes" if row.from_article else "no", *met, row.verdict, row.basis, " ".join(row.needed)]
    if not row.tests:
        yield [*own, *([""] * (len(CSV_COLUMNS) - len(own)))]
    for entry in row.tests:
        numbers = (str(entry.trials), str(entry.people))
        yield [
            *(*own, entry.synthesis, entry.label, entry.role, entry.analysis, entry.kind, *numbers),
            *(entry.effect, entry.side, entry.reading, entry.possible, entry.certainty, ";".join(entry.doubts)),
        ]
