"""What every derivation returns: the numbers, and what a reader must know to trust them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..card import Card, Carded
from ..numbers import MINUS, file_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .values import FloatArray

__all__ = ["Derived"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Derived(Carded):
    """Numbers derived from reported ones, with the way they were derived.

    The numbers are named fields: ``result["sd"]``, or shorter ``result.sd``.

    Attributes
    ----------
    value : dict of str to array
        The derived numbers, read-only, of shape ``(k,)``, or floats where only scalars were given.
        NaN where a row has no value; its note says why.
    method : str
        Short name; a key of `evidence.reported.METHODS`.
    description, formula, source : str
        What the method does, its formula, and where that was published, with its DOI.
    assumptions : tuple of str
        What must hold for the numbers to mean what their names say.
    inputs : dict of str to array
        The numbers that were given, read-only.
    options : dict of str to str
        The choices that were made.
    notes : tuple of str, length k
        What was done to each row, or why it has no value; empty where there is nothing to say.
    row_cautions : tuple of str, length k
        What a reader must know before using a row; empty where there is nothing to say.
    labels : tuple of str, length k
        What the rows are called: the labels of the first Series given, otherwise positions.
    alternatives : tuple of tuple of int, length k
        All values that agree with the report, for methods that enumerate them; otherwise empty.

    Examples
    --------
    >>> from evidence.reported import sd_from_se
    >>> result = sd_from_se([0.9, 1.2], [25, 36])
    >>> result.sd
    array([4.5, 7.2])
    >>> print(result.explain(1))
    sd 7.2 from se 1.2, n 36 (sd-from-se: SD = SE × √n)
    """

    value: dict[str, FloatArray]
    method: str
    description: str
    formula: str
    source: str
    assumptions: tuple[str, ...]
    inputs: dict[str, FloatArray]
    options: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    row_cautions: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    alternatives: tuple[tuple[int, ...], ...] = ()

    def __getitem__(self, name: str) -> FloatArray:
        """Return one of the derived numbers by its name."""
        if name not in self.value:
            raise KeyError(f"{self.method} derives {', '.join(self.value)}; not {name!r}")
        return self.value[name]

    def __getattr__(self, name: str) -> FloatArray:
        """Return one of the derived numbers as an attribute."""
        # Only reached where ordinary look-up failed; while a copy is being made there is no `value` yet.
        if name.startswith("_") or name == "value" or name not in self.value:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return self.value[name]

    @property
    def k(self) -> int:
        """Number of rows."""
        return len(self.notes)

    @property
    def cautions(self) -> tuple[str, ...]:
        """The cautions of all rows, each once, with the rows that it is about."""
        return tuple(
            text if rows == list(self.labels) else f"{text} (row {', '.join(rows)})"
            for text, rows in self._rows_by_text(self.row_cautions).items()
        )

    def explain(self, row: int = 0) -> str:
        """Return one row as a sentence: what was derived, from what, how, and what is to be said about it.

        Parameters
        ----------
        row : int
            Its position.
        """
        derived = ", ".join(f"{name} {_short(self._at(of, row))}" for name, of in self.value.items())
        given = ", ".join(
            f"{name} {_short(self._at(of, row))}" for name, of in self.inputs.items() if not np.isnan(self._at(of, row))
        )
        remarks = [text for text in (self.notes[row], self.row_cautions[row]) if text]
        return "; ".join([f"{derived} from {given} ({self.method}: {self.formula})", *remarks])

    def to_frame(self) -> pd.DataFrame:
        """Return one row per row: what was given, what was derived, its note and its caution.

        An input of the same name as a derived number is called ``…_given``.
        """
        given = {f"{name}_given" if name in self.value else name: of for name, of in self.inputs.items()}
        columns = {**given, **self.value}
        table = pd.DataFrame({name: np.broadcast_to(of, (self.k,)) for name, of in columns.items()})
        table["note"], table["caution"] = list(self.notes), list(self.row_cautions)
        table.index = pd.RangeIndex(self.k) if self._numbered() else pd.Index(self.labels)
        return table

    def _shown(self) -> pd.DataFrame:
        """Return the frame of the card.

        What was not reported is blank; "not estimable" is for what was to be derived. A p-value that carries a sign is
        shown as a number: p < 0.001 would hide it.
        """
        table = self.to_frame().drop(columns=["note", "caution"]).dropna(axis=1, how="all")
        unreported = [
            name for name in table if name in self.inputs and name not in self.value and table[name].isna().any()
        ]
        table = table.astype(dict.fromkeys(unreported, "Float64"))
        return table.rename(columns={"p": "signed p"}) if "p" in table and (table["p"] < 0).any() else table

    def _numbered(self) -> bool:
        return self.labels == tuple(str(row) for row in range(self.k))

    def _at(self, values: FloatArray, row: int) -> float:
        return float(np.broadcast_to(values, (self.k,))[row])

    def _rows_by_text(self, texts: tuple[str, ...]) -> Mapping[str, list[str]]:
        rows: dict[str, list[str]] = {}
        for label, text in zip(self.labels, texts, strict=True):
            for part in filter(None, text.split("; ")):
                rows.setdefault(part, []).append(label)
        return rows

    def __repr__(self) -> str:
        """Return one line: the method, and the numbers of a single row or how many rows there are."""
        if self.k > 1:
            return f"<Derived: {self.method}; {self.k} rows of {', '.join(self.value)}>"
        return (
            f"<Derived: {self.method}; {', '.join(f'{name} {_short(float(of))}' for name, of in self.value.items())}>"
        )

    def _card(self) -> Card:
        lost = int(np.isnan(np.broadcast_to(next(iter(self.value.values())), (self.k,))).sum())
        facts = [("method", self.method), ("rows", str(self.k))]
        facts += [("rows without a value", str(lost))] if lost else []
        facts += [("rows with a caution", str(sum(map(bool, self.row_cautions))))] if any(self.row_cautions) else []
        facts += [("formula", self.formula), ("source", self.source)]
        facts += [(name, text) for name, text in self.options.items()]
        notes = [
            f"{text} (row {', '.join(rows)})" if self.k > 1 else text
            for text, rows in self._rows_by_text(self.notes).items()
        ]
        return Card(
            title=self.description,
            facts=tuple(facts),
            table=self._shown(),
            notes=(*notes, *(f"Assumption: {text}" for text in self.assumptions)),
            cautions=self.cautions,
        )


def _short(value: float) -> str:
    """Return a number with five significant digits, without zeros at its end."""
    return "n/e" if np.isnan(value) else file_number(float(f"{value:.5g}")).replace("-", MINUS)
