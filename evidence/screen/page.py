"""The page that a reader sees: one record, what matters of it, and the keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..numbers import format_number
from .highlight import DESIGN, readable, spans
from .rank import term_patterns
from .session import KEYS
from .standing import CONSENSUS, FULL_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType
    from rich.text import Text

    from ..fetch.record import Record
    from .desk import Desk
    from .queue import Item, Queue
    from .rank import Pattern, Ranked
    from .session import Session

__all__ = ["View", "page", "why_lines"]

# Underlined as well, so that what is marked is seen without colours; the design in another line than the groups.
_STYLES = ("bold underline cyan", "bold underline magenta", "bold underline green", "bold underline blue")
_DESIGN_STYLE = "underline yellow"
_STAGES = {"title-abstract": "title and abstract", FULL_TEXT: "full text"}
_PRESENCE = {
    "left-query": "The query finds this record no longer.",
    "absent-once": "PubMed did not answer with this record last time.",
    "gone": "PubMed no longer has this record.",
}
_NOTICES = {
    "retracted": "RETRACTED",
    "concern": "EXPRESSION OF CONCERN",
    "republished": "REPUBLISHED",
    "corrected": "CORRECTED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a page shows.

    Attributes
    ----------
    desk : Desk
        The tables and texts.
    session : Session
        Where the reader is.
    queue : Queue
        What waits, for the progress.
    item : Item or None
        The record that is read.
    reviewer : str
        Who reads.
    """

    desk: Desk
    session: Session
    queue: Queue
    item: Item | None
    reviewer: str


def page(view: View) -> RenderableType:
    """Return the page as something that rich prints; titles and abstracts are taken as text, never as markup."""
    from rich.console import Group
    from rich.rule import Rule
    from rich.text import Text

    parts: list[RenderableType] = [_head(view), Rule(style="dim")]
    if view.item is None:
        parts += [Text(line) for line in _over(view)]
    else:
        parts += [*_warnings(view, view.item), *_record(view, view.item)]
    parts += _panel(view)
    if view.session.message:
        parts += [Text(""), Text(view.session.message, style="bold yellow")]
    parts += [Rule(style="dim"), *_foot(view)]
    return Group(*parts)


def _head(view: View) -> Text:
    from rich.text import Text

    queue, session = view.queue, view.session
    here = min(queue.done + 1, queue.total) if view.item else queue.done
    said = [f"{here} of {queue.total}", f"{queue.included} included", _STAGES[session.stage], view.reviewer]
    if session.role == CONSENSUS:
        said = [f"{len(session.queue)} conflicts", _STAGES[session.stage], f"consensus by {view.reviewer}"]
    if view.item and view.item.ranked:
        said.append(f"score {_points(view.item.ranked.score)}")
    return Text(" · ".join(said), style="bold")


def _points(score: float) -> str:
    return format_number(score, 0 if score == int(score) else 1)


def _over(view: View) -> Iterator[str]:
    session = view.session
    if session.skipped:
        yield f"Nothing more is left. {len(session.skipped)} skipped: they come again next time."
    else:
        yield "Nothing is left to read here."
    yield f"{session.decided} decided now, {view.queue.included} of {view.queue.total} included in all."


def _warnings(view: View, item: Item) -> Iterator[Text]:
    from rich.text import Text

    row, desk = view.desk.records[item.pmid], view.desk
    for reason in item.reopened:
        yield Text(f"AGAIN: {readable(reason)}", style="bold reverse")
    standing = desk.ledger.standing(item.pmid, view.session.stage)
    said = list(standing.counted) if view.session.role == CONSENSUS else [standing.own.get(view.reviewer)]
    for one in said:
        if one is not None:
            because = f" ({readable(one.reason)})" if one.reason else ""
            yield Text(f"{one.reviewer} on {one.decided_at[:10]}: {one.decision}{because}", style="bold")
    if row["notice"]:
        yield Text(f"{_NOTICES[row['notice']]}: {readable(row['retraction_links']) or 'see PubMed'}", style="bold red")
    if row["presence"] in _PRESENCE:
        yield Text(_PRESENCE[row["presence"]], style="yellow")
    for report in desk.reports.get(item.pmid, ()):
        yield Text(f"In the evidence base: report {report}", style="yellow")
    if item.also:
        yield Text(f"Stands for the same publication under PMID {', '.join(item.also)}", style="yellow")


def _record(view: View, item: Item) -> Iterator[Text]:
    from rich.text import Text

    row, record = view.desk.records[item.pmid], view.desk.text_of(item.pmid)
    patterns = (*term_patterns(view.desk.protocol.search), DESIGN)
    yield Text("")
    title = record.title or record.vernacular_title or row["title"]
    yield _marked(title, patterns) if title else Text("(without a title)", style="italic")
    if record.title and record.vernacular_title:
        yield Text(readable(record.vernacular_title), style="italic")
    yield Text(readable(_authors(row["authors"])), style="dim")
    where = " ".join(part for part in (row["journal"], row["date"] or row["year"], row["volume_pages"]) if part)
    types, languages = row["publication_types"].replace(";", ", "), row["languages"].replace(";", ", ")
    yield Text(readable(" · ".join(part for part in (where, types, languages) if part)), style="dim")
    ids = (f"PMID {item.pmid}", row["registrations"].replace(";", ", "))
    yield Text(readable(" · ".join(part for part in ids if part)), style="dim")
    yield Text("")
    yield from _abstract(record, patterns, known=item.pmid in view.desk.texts)


def _authors(names: str) -> str:
    """Return the first authors and how many there are, where they are many."""
    listed = [name.strip() for name in names.split(";") if name.strip()]
    most = 8
    if len(listed) <= most:
        return ", ".join(listed) or "(no authors)"
    return f"{', '.join(listed[: most - 1])}, … {listed[-1]} ({len(listed)} authors)"


def _abstract(record: Record, patterns: Sequence[Pattern], *, known: bool) -> Iterator[Text]:
    from rich.text import Text

    if not known:
        yield Text("The abstract is not in data/raw here; `evidence refresh --full` fetches it.", style="italic")
    elif not (record.abstract or record.other_abstracts):
        yield Text("PubMed has no abstract of this record.", style="italic")
    for part in (*record.abstract, *record.other_abstracts):
        label = f"{readable(part.label)}: " if part.label else ""
        yield Text.assemble((label, "bold"), _marked(part.text, patterns, style=""))
    if record.keywords:
        yield Text.assemble(("Keywords: ", "dim"), _marked(", ".join(record.keywords), patterns, style=""))


def _marked(text: str, patterns: Sequence[Pattern], *, style: str = "bold") -> Text:
    from rich.text import Text

    shown = readable(text)
    out = Text(shown, style=style)
    styles = {p.name: _STYLES[place % len(_STYLES)] for place, p in enumerate(patterns) if p is not DESIGN}
    for span in spans(shown, patterns):
        out.stylize(styles.get(span.name, _DESIGN_STYLE), span.start, span.end)
    return out


def _panel(view: View) -> Iterator[RenderableType]:
    from rich.rule import Rule
    from rich.text import Text

    panel, item = view.session.panel, view.item
    if panel == "help":
        yield Rule(style="dim")
        for key, meaning in KEYS.items():
            yield Text(f"  {key}  {meaning}")
    elif panel == "why" and item and item.ranked:
        yield Rule(style="dim")
        yield from why_lines(item.ranked)
    elif panel == "address" and item:
        yield Rule(style="dim")
        for line in _addresses(view.desk.records[item.pmid]):
            yield Text(line, no_wrap=True, overflow="ignore")


def why_lines(ranked: Ranked) -> tuple[RenderableType, ...]:
    """Return every part of a score, and the sum, as lines of a table."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    table.add_column(overflow="fold")
    for part in ranked.parts:
        style = "" if part.points else "dim"
        cells = (part.shown, part.name, readable(part.because))
        table.add_row(*(Text(cell, style=style) for cell in cells))
    table.add_row(Text(_points(ranked.score), style="bold"), Text("score", style="bold"), Text("the sum"))
    return (table,)


def _addresses(row: dict[str, str]) -> Iterator[str]:
    yield f"PubMed  https://pubmed.ncbi.nlm.nih.gov/{row['pmid']}/"
    if row["doi"]:
        yield f"DOI     https://doi.org/{readable(row['doi'])}"
    if row["pmcid"]:
        yield f"PMC     https://pmc.ncbi.nlm.nih.gov/articles/{row['pmcid']}/"
    for name in row["registrations"].split(";"):
        if name.startswith("NCT"):
            yield f"Trial   https://clinicaltrials.gov/study/{name}"


def _foot(view: View) -> Iterator[Any]:
    from rich.text import Text

    session = view.session
    if session.mode == "reason":
        for number, reason in enumerate(session.reasons, start=1):
            yield Text(f"  {number}  {readable(reason)}")
        choice = "number, or " if session.reasons else ""
        none = "" if session.stage == FULL_TEXT else " (may be empty)"
        yield Text(f"Why excluded? {choice}words and Enter{none}; Escape goes back", style="bold")
        yield Text(f"> {session.typed}")
        return
    if view.item is None:
        yield Text("u undo  q quit")
        return
    maybe = "" if session.role == CONSENSUS else "m maybe  "
    yield Text(f"i include  e exclude  {maybe}u undo  s skip  w why  o links  ? help  q quit")
