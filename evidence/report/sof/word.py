"""The table as a Word document: across the page, its heading repeated on each page, its notes below."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

from ..wording import capital
from .layout import ABSOLUTE, WIDTHS, Cell, circles
from .row import COLUMNS

if TYPE_CHECKING:
    from .layout import Line
    from .table import Group, SummaryOfFindings

__all__ = ["docx_bytes"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a ZIP file can hold: no two runs differ
_DATE = dt.datetime(2000, 1, 1)
_PAGE_MM = (297.0, 210.0)
_MARGIN_MM = 15.0
_SIZE_PT = 8.5


def docx_bytes(table: SummaryOfFindings) -> bytes:
    """Return the bytes of a document; the same table gives the same bytes.

    Parameters
    ----------
    table : SummaryOfFindings
        The table.
    """
    from docx import Document

    document = Document()
    _prepare(document, table)
    document.add_heading(table.title, level=1)
    if table.population:
        document.add_paragraph(f"Population: {table.population}.")
    _table(document, table)
    for note in table.footnotes:
        paragraph = document.add_paragraph(style="Normal")
        paragraph.add_run(note.mark).font.superscript = True
        paragraph.add_run(f" {note.text}")
    for remark in table.remarks:
        document.add_paragraph(remark)
    return _packed(document)


def _prepare(document: Any, table: SummaryOfFindings) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (Mm(side) for side in _PAGE_MM)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(_MARGIN_MM))
    normal = document.styles["Normal"]
    normal.font.size = Pt(_SIZE_PT)
    normal.paragraph_format.space_after = Pt(2)
    facts = document.core_properties
    facts.title, facts.subject, facts.author = table.title, table.review, ""
    facts.comments, facts.keywords, facts.last_modified_by = "", "", ""
    facts.created = facts.modified = _DATE
    facts.revision = 1


def _table(document: Any, table: SummaryOfFindings) -> None:
    grid = document.add_table(rows=0, cols=len(COLUMNS), style="Table Grid")
    grid.autofit = False
    _heading(grid, table)
    for group in table.groups:
        if len(table.groups) > 1:
            _group_line(grid, group)
        for row in group.rows:
            _row(grid, list(table.lines(row)))


def _new_row(grid: Any) -> Any:
    """Add a row whose cells have their widths before any are merged, since a merged cell adds them up."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    row, total = grid.add_row(), sum(WIDTHS.values())
    for column, cell in zip(COLUMNS, row.cells, strict=True):
        cell.width = Mm((_PAGE_MM[0] - 2 * _MARGIN_MM) * WIDTHS[column] / total)
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row


def _heading(grid: Any, table: SummaryOfFindings) -> None:
    from docx.oxml import OxmlElement

    above, below = _new_row(grid), _new_row(grid)
    first, last = COLUMNS.index(ABSOLUTE[0]), COLUMNS.index(ABSOLUTE[-1])
    for place, column in enumerate(COLUMNS):
        inside = first <= place <= last
        if not inside:
            above.cells[place].merge(below.cells[place])
        _write((below if inside else above).cells[place], table.header[column], bold=True)
    _write(above.cells[first].merge(above.cells[last]), "Anticipated absolute effects", bold=True)
    for line in (above, below):
        line._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _group_line(grid: Any, group: Group) -> None:
    arms = f": {group.arm_1} against {group.arm_2}" if group.arm_2 else ""
    cells = _new_row(grid).cells
    _write(cells[0].merge(cells[-1]), f"{capital(group.label)}{arms}", bold=True)


def _row(grid: Any, lines: list[Line]) -> None:
    """Add the lines of one row; what stands in the first of them for all is one cell."""
    rows = [_new_row(grid) for _ in lines]
    for place, column in enumerate(COLUMNS):
        if column in ABSOLUTE:
            for row, line in zip(rows, lines, strict=True):
                _fill(row.cells[place], line[column])
            continue
        cell = rows[0].cells[place]
        _fill(cell.merge(rows[-1].cells[place]) if len(rows) > 1 else cell, lines[0][column])


def _fill(cell: Any, content: Cell) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.add_run(f"{circles(content.certainty)}{content.text}")
    if content.marks:
        paragraph.add_run(" " + ", ".join(content.marks)).font.superscript = True


def _write(cell: Any, text: str, *, bold: bool) -> None:
    cell.paragraphs[0].add_run(text).bold = bold


def _packed(document: Any) -> bytes:
    """Return the document with the dates of its parts fixed, as those of the clock would differ from run to run."""
    written, fixed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, date_time=_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            target.writestr(info, source.read(name))
    return fixed.getvalue()
