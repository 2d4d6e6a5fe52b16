"""What an evidence map shows: for each comparison and outcome how many trials and people there are, and how certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CERTAINTIES", "MapCell", "MapData"]

CERTAINTIES = ("high", "moderate", "low", "very-low")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCell:
    """One comparison and outcome that the review asks about.

    Attributes
    ----------
    row, column : int
        Which comparison and which outcome.
    trials : int
        How many trials there are; 0 draws an empty cell.
    participants : int
        People in them, each counted once; 0 where that is not known.
    pooled : bool
        Whether a number was pooled; a single trial never is.
    certainty : str
        ``high``, ``moderate``, ``low`` or ``very-low``; empty where nobody judged it.
    wider : bool
        For an empty cell, whether another analysis than the one shown lets trials in.
    """

    row: int
    column: int
    trials: int = 0
    participants: int = 0
    pooled: bool = False
    certainty: str = ""
    wider: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MapData:
    """Everything that an evidence map shows.

    Attributes
    ----------
    rows, columns : tuple of str
        Comparisons and outcomes.
    cells : tuple of MapCell
        What the review asks about; there is at most one for each place.
    notes : tuple of str
        Lines under the figure.

    Raises
    ------
    InputError
        If there is nothing to show, a cell lies outside or twice in one place, a single trial is called pooled, there
        are people without trials, or a certainty has another name.

    Examples
    --------
    >>> cell = MapCell(row=0, column=1, trials=3, participants=240, pooled=True, certainty="low")
    >>> data = MapData(rows=("drug A against placebo",), columns=("pain", "death"), cells=(cell,))
    >>> data.largest
    240
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[MapCell, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise InputError("the evidence map cannot be drawn: " + "; ".join(faults))

    @property
    def filled(self) -> tuple[MapCell, ...]:
        """The cells with a trial."""
        return tuple(cell for cell in self.cells if cell.trials)

    @property
    def largest(self) -> int:
        """The most people in a cell."""
        return max((cell.participants for cell in self.cells), default=0)


def _faults(data: MapData) -> Iterator[str]:
    if not data.rows or not data.columns:
        yield "there is no comparison or no outcome"
    places = [(cell.row, cell.column) for cell in data.cells]
    if len(set(places)) < len(places):
        yield "two cells have one place"
    for cell in data.cells:
        if not (0 <= cell.row < len(data.rows) and 0 <= cell.column < len(data.columns)):
            yield f"there is no place at row {cell.row}, column {cell.column}"
            continue
        name = f"{data.rows[cell.row]}, {data.columns[cell.column]}"
        if min(cell.trials, cell.participants) < 0 or cell.participants > 0 == cell.trials:
            yield f"{name}: {cell.trials} trials with {cell.participants} participants"
        if cell.pooled and cell.trials < 2:
            yield f"{name}: {cell.trials} trial{'' if cell.trials == 1 else 's'} cannot be pooled"
        if cell.wider and cell.trials:
            yield f"{name}: it has trials, so that no wider analysis is needed for them"
        if cell.certainty and cell.certainty not in CERTAINTIES:
            yield f"{name}: no certainty is called {cell.certainty!r}; there are {', '.join(CERTAINTIES)}"
