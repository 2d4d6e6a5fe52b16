"""A citation as text, Markdown or HTML, in the order in which a writer needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .citation import reference_style
from .references import formatted
from .references.markup import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .citation import Citation
    from .references import Reference
    from .references.markup import Markup

__all__ = ["citation_text", "release_text"]

_NO_TRIALS = "No trial entered, so that there is none to cite."


def citation_text(citation: Citation, markup: Markup = "text") -> str:
    """Return a citation for pasting; no line is broken, since a paper breaks its own.

    Parameters
    ----------
    citation : Citation
        What was asked for.
    markup : {"text", "markdown", "html"}
        HTML is a fragment, escaped.
    """
    headed = citation.part == "all"
    blocks: list[str] = []
    if citation.part in ("sentence", "all"):
        blocks += _heading("Sentence" if len(citation.answers) == 1 else "Sentences", markup, shown=headed)
        blocks += [_paragraph(answer.sentence, markup) for answer in citation.answers]
    if citation.part in ("methods", "all"):
        blocks += _heading("Methods", markup, shown=headed)
        blocks.append(_paragraph(citation.methods.text, markup))
        if citation.methods.references:
            blocks += _heading("References of the methods", markup, shown=True)
            blocks.append(_list(citation.methods.references, citation.style, markup, as_cited=True))
    if citation.part in ("references", "all"):
        blocks += _heading("References of the trials", markup, shown=headed or bool(citation.reviews))
        trials = _list(citation.trials, citation.style, markup) if citation.trials else _paragraph(_NO_TRIALS, markup)
        blocks.append(trials)
        if citation.reviews:
            blocks += _heading("Published reviews", markup, shown=True)
            blocks.append(_list(citation.reviews, citation.style, markup))
    if headed:
        blocks += _heading("The evidence base and the program", markup, shown=True)
        blocks.append(_list(citation.own, citation.style, markup))
        blocks += _heading("Release", markup, shown=True)
        blocks.append(_paragraph(release_text(citation), markup))
    return ("\n" if markup == "html" else "\n\n").join(blocks) + "\n"


def release_text(citation: Citation) -> str:
    """Return the state of the base and what was asked of it, by which a reader finds the very numbers again."""
    cited = ", ".join(f"{answer.synthesis} ({answer.analysis})" for answer in citation.answers)
    return f"{citation.release}: {cited}"


def _heading(text: str, markup: Markup, *, shown: bool) -> list[str]:
    if not shown:
        return []
    return [{"text": text.upper(), "markdown": f"## {text}", "html": f"<h2>{text}</h2>"}[markup]]


def _paragraph(text: str, markup: Markup) -> str:
    shown = escaped(text, markup)
    return f"<p>{shown}</p>" if markup == "html" else shown


def _list(references: Sequence[Reference], style: str, markup: Markup, *, as_cited: bool = False) -> str:
    """Return a list of references: numbered, or in APA's alphabet; `as_cited` keeps the numbers of a text."""
    wanted = reference_style(style)
    if as_cited:
        entries = tuple(formatted([reference], wanted, markup=markup)[0] for reference in references)
    else:
        entries = formatted(references, wanted, markup=markup)
    numbered = as_cited or wanted != "apa"
    if markup == "html":
        tag = "ol" if numbered else "ul"
        return f"<{tag}>\n" + "\n".join(f"<li>{entry}</li>" for entry in entries) + f"\n</{tag}>"
    if numbered:
        return "\n".join(f"{number}. {entry}" for number, entry in enumerate(entries, start=1))
    return "\n".join(f"- {entry}" if markup == "markdown" else entry for entry in entries)
