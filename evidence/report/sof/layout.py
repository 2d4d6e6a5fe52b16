"""The table as cells, the same in every format: columns, groups, lines, footnote letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .notes import about_absolute
from .row import COLUMNS, Column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .absolute import Absolute
    from .row import SofRow

__all__ = ["ABSOLUTE", "WIDTHS", "Cell", "Footnote", "Line", "circles", "footnotes_of", "lines_of", "symbols"]

ABSOLUTE: tuple[Column, ...] = ("comparison", "intervention", "difference")
# Shares of the width, for formats that ask for widths.
WIDTHS: dict[Column, int] = {
    "outcome": 14,
    "participants": 10,
    "effect": 13,
    "comparison": 13,
    "intervention": 13,
    "difference": 14,
    "certainty": 9,
    "meaning": 18,
}
Symbol = Literal["filled", "empty"]
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell.

    Attributes
    ----------
    text : str
        What stands in it, without symbols.
    marks : tuple of str
        Letters of its footnotes.
    certainty : str
        In the column of certainty, what was judged; formats draw its symbols before the text.
    rows : int
        How many lines it spans.
    """

    text: str
    marks: tuple[str, ...] = ()
    certainty: str = ""
    rows: int = 1


Line = dict[Column, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Footnote:
    """A note under the table with its letter."""

    mark: str
    text: str


def symbols(certainty: str) -> tuple[Symbol, ...]:
    """Return the four symbols of a certainty.

    Examples
    --------
    >>> symbols("low")
    ('filled', 'filled', 'empty', 'empty')
    """
    from ...certainty.judged import CERTAINTIES

    filled = 4 - CERTAINTIES.index(certainty)
    return tuple("filled" if place < filled else "empty" for place in range(4))


def circles(certainty: str) -> str:
    """Return the symbols of a certainty as text with a space behind; nothing where nobody judged.

    Examples
    --------
    >>> circles("low"), circles("")
    ('⊕⊕◯◯ ', '')
    """
    if not certainty:
        return ""
    return "".join("⊕" if symbol == "filled" else "◯" for symbol in symbols(certainty)) + " "


def lines_of(row: SofRow, letters: Mapping[str, str], *, with_population: bool, with_label: bool) -> tuple[Line, ...]:
    """Return the lines of a row: one for each comparison value, the first with everything else.

    Parameters
    ----------
    row : SofRow
        The row.
    letters : mapping of str to str
        Text of a note → its letter.
    with_population : bool
        Whether the outcome names its population, because rows differ in it.
    with_label : bool
        Whether it names its synthesis, because other rows have the same outcome.
    """
    count = max(1, len(row.absolutes))
    first: Line = {}
    for column in COLUMNS:
        if column not in ABSOLUTE:
            first[column] = Cell(
                text=_outcome(row, with_population=with_population, with_label=with_label)
                if column == "outcome"
                else _text(row, column),
                marks=_marks(row.notes.get(column, ()), letters),
                certainty=row.certainty if column == "certainty" else "",
                rows=count,
            )
    if not row.absolutes:
        return (first | {column: Cell(text="–") for column in ABSOLUTE},)
    lines = [_absolute(absolute, row, letters) for absolute in row.absolutes]
    return (first | lines[0], *lines[1:])


def _outcome(row: SofRow, *, with_population: bool, with_label: bool) -> str:
    people = f", in {row.population}" if with_population else ""
    label = f" ({row.label})" if with_label else ""
    return f"{row.outcome}{people}{label}{f'; follow-up {row.follow_up}' if row.follow_up else ''}"


def _text(row: SofRow, column: Column) -> str:
    from ...certainty.judged import words

    if column == "participants":
        return row.participants_text
    if column == "effect":
        return row.effect_text
    if column == "certainty":
        unknown = "not assessed for the present evidence" if row.outdated else "not assessed"
        return words(row.certainty) if row.certainty else unknown
    return row.meaning


def _absolute(absolute: Absolute, row: SofRow, letters: Mapping[str, str]) -> Line:
    texts: dict[Column, str] = {
        "comparison": "–" if _frequency(row) else absolute.comparison_text,
        "intervention": absolute.intervention_text,
        "difference": absolute.difference_text,
    }
    notes = about_absolute(absolute)
    return {column: Cell(text=text, marks=_marks(notes[column], letters)) for column, text in texts.items()}


def _frequency(row: SofRow) -> bool:
    """Whether a row says how often, without a comparison."""
    return row.measure.startswith("P") and row.measure != "PETO"


def _marks(notes: tuple[str, ...], letters: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted({letters[note] for note in notes}, key=lambda mark: (len(mark), mark)))


def footnotes_of(rows: tuple[SofRow, ...]) -> tuple[Footnote, ...]:
    """Return the notes of all rows in reading order, each once, with letters a to z, aa, ab and so on."""
    texts = dict.fromkeys(note for row in rows for note in _in_order(row))
    return tuple(Footnote(mark=_letter(place), text=text) for place, text in enumerate(texts))


def _in_order(row: SofRow) -> Iterator[str]:
    """Yield notes line by line, from left to right."""
    for column in ("outcome", "participants", "effect"):
        yield from row.notes.get(column, ())
    for place in range(max(1, len(row.absolutes))):
        if row.absolutes:
            for notes in about_absolute(row.absolutes[place]).values():
                yield from notes
        if place == 0:
            yield from row.notes.get("certainty", ())
            yield from row.notes.get("meaning", ())


def _letter(place: int) -> str:
    first, second = divmod(place, len(_ALPHABET))
    return (_ALPHABET[first - 1] if first else "") + _ALPHABET[second]
