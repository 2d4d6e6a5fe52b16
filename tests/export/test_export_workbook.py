"""The workbook, read back by openpyxl: numbers as numbers, texts as texts, never a formula."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest

from evidence.errors import InputError
from evidence.export import workbook_bytes

if TYPE_CHECKING:
    from evidence.base import EvidenceBase

HOSTILE = (
    '=HYPERLINK("http://example.org","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "https://example.org",
    "1e5",
    "<script>",
    "{=1}",
)


def _noted(base: EvidenceBase, *notes: str) -> EvidenceBase:
    studies = base.tables["studies"].copy()
    studies.loc[studies.index[: len(notes)], "notes"] = list(notes)
    return replace(base, tables={**base.tables, "studies": studies})


def _book(base: EvidenceBase) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(base, {})))


def test_no_cell_is_a_formula_and_every_text_is_marked_as_one(built: EvidenceBase) -> None:
    book = _book(_noted(built, *HOSTILE))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s")
    assert not any(cell.hyperlink for cell in cells)
    column = [cell.value for cell in book["studies"][1]].index("notes")
    assert [row[column].value for row in book["studies"].iter_rows(min_row=2)][: len(HOSTILE)] == list(HOSTILE)


def test_tables_are_whole(built: EvidenceBase) -> None:
    book = _book(built)
    for name, table in built.protocol.tables.items():
        sheet, frame = book[name], built.tables[name]
        assert [cell.value for cell in sheet[1]] == list(table.names)
        assert sheet.max_row == len(frame) + 1
    outcomes = list(book["outcomes"].iter_rows(min_row=2, values_only=True))
    place = list(built.protocol.tables["outcomes"].names).index("events")
    expected = [None if value != value else value for value in built.tables["outcomes"]["events"].astype(float)]
    assert [row[place] for row in outcomes] == expected


def test_results_are_numbers(built: EvidenceBase) -> None:
    result = built.synthesis("tuberculosis")
    answers = {"tuberculosis": built.answer("tuberculosis")}
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_bytes(built, answers)))["pooled"]
    head = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2, values_only=True) if row[head.index("analysis")] == "primary")
    assert row[head.index("estimate")] == pytest.approx(result.estimate, rel=1e-9)
    assert row[head.index("k")] == result.k


def test_the_dictionary_names_every_column(built: EvidenceBase) -> None:
    sheet = _book(built)["dictionary"]
    told = {(row[0], row[1]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert told == {(table.name, column.name) for table in built.protocol.tables.values() for column in table.columns}


def test_the_same_base_gives_the_same_bytes(built: EvidenceBase) -> None:
    assert workbook_bytes(built, {}) == workbook_bytes(built, {})


def test_a_text_that_no_cell_holds_is_refused_not_cut(built: EvidenceBase) -> None:
    with pytest.raises(InputError, match=r"sheet studies, row 2, column \d+: 40000 characters"):
        workbook_bytes(_noted(built, "x" * 40_000), {})
