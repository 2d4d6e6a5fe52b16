"""Files that went through a spreadsheet, or were torn on the way: nothing lost, nothing guessed."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from screened_records import record_row

from evidence.errors import TableError
from evidence.screen.exchange import export_screening, read_decisions, screening_citations

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2026-12-01T08:00:00Z"
ROWS = [record_row(number) for number in range(1, 5)]
LABELS = ["1", "0", "", "1"]
SAID = [("90000001", "include"), ("90000002", "exclude"), ("90000004", "include")]


def labelled(**changes: list[str]) -> list[dict[str, str]]:
    """Return the rows of a file for ASReview after somebody labelled it; `changes` are whole columns."""
    out = export_screening(screening_citations({"records": ROWS}, [], texts={}, reviewers=1), tool="asreview")
    rows = list(csv.DictReader(io.StringIO(out.decode())))
    for position, row in enumerate(rows):
        row |= {"asreview_label": LABELS[position], **{name: column[position] for name, column in changes.items()}}
    return rows


def saved(rows: list[dict[str, str]], *, delimiter: str = ",", end: str = "\r\n") -> str:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, fieldnames=list(rows[0]), delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def read(path: Path, content: bytes | str) -> list[tuple[str, str]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = read_decisions(path, tables={"records": ROWS}, now=NOW, reviewer="C. Reader")
    return [(one.pmid, one.decision) for one in found]


@pytest.mark.parametrize(
    "content",
    [
        saved(labelled(), delimiter=";").encode("utf-8-sig"),
        saved(labelled(), delimiter="\t").encode("utf-16"),
        saved(labelled(), delimiter=";", end="\r").encode(),
        f"sep=;\r\n{saved(labelled(), delimiter=';')}".encode(),
        f"\r\n\r\n{saved(labelled(), delimiter=';')}".encode(),
        saved([dict(reversed(row.items())) for row in labelled()[::-1]]).encode(),
    ],
)
def test_what_spreadsheets_do_to_a_file(content: bytes, tmp_path: Path) -> None:
    assert read(tmp_path / "asreview.csv", content) == SAID


def test_a_pmid_with_decimals_is_a_pmid_and_one_without_its_digits_says_nothing(tmp_path: Path) -> None:
    bare = {name: [""] * 4 for name in ("evidence_screening", "url", "doi", "title")}
    decimals = labelled(pmid=[f"{row['pmid']}.0" for row in ROWS], **bare)
    assert read(tmp_path / "asreview.csv", saved(decimals)) == SAID
    with pytest.raises(TableError, match="the row is none of the records"):
        read(tmp_path / "asreview.csv", saved(labelled(pmid=["9.00E+07"] * 4, **bare)))


@pytest.mark.parametrize("kept", [{}, {"evidence_screening": [""] * 4, "doi": [""] * 4, "url": [""] * 4}])
def test_a_column_that_was_sorted_alone_is_told(kept: dict[str, list[str]], tmp_path: Path) -> None:
    turned = [row["pmid"] for row in ROWS[::-1]]
    with pytest.raises(TableError, match=r"several records|by its title PMID"):
        read(tmp_path / "asreview.csv", saved(labelled(pmid=turned, **kept)))


@pytest.mark.parametrize("time", ["99999999999", "0001-01-01T00:00:00+05:00", "02.11.2026 10:15", "2027-01-01"])
def test_a_time_that_cannot_be_is_no_time(time: str, tmp_path: Path) -> None:
    path = tmp_path / "asreview.csv"
    path.write_text(saved(labelled(asreview_time=[time] * 4)), encoding="utf-8")
    found = read_decisions(path, tables={"records": ROWS}, now=NOW, reviewer="C. Reader")
    assert {one.decided_at for one in found} == {NOW}
    again = read_decisions(
        path, tables={"records": ROWS}, now="2026-12-02T08:00:00Z", reviewer="C. Reader", known=found
    )
    assert again == ()


RIS = "".join(
    f"TY  - JOUR\nTI  - {row['title']}\nAN  - {row['pmid']}\nPY  - {row['year']}\nKW  - screening: include\nER  - \n\n"
    for row in ROWS
)
ALL = [(row["pmid"], "include") for row in ROWS]


@pytest.mark.parametrize(
    "content",
    [
        RIS.replace("\n", "\r"),
        RIS.replace("\nTY  - JOUR", "\n TY  -JOUR", 1),
        RIS.replace("TI  -", "AB  - text\u2028ER  - \u2028TY  - JOUR\nTI  -", 1),
        f"Provider: nobody\n\n{RIS}",
    ],
)
def test_entries_of_other_forms_are_all_read(content: str, tmp_path: Path) -> None:
    assert read(tmp_path / "zotero.ris", content) == ALL


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (RIS.replace("ER  - \n\nTY", "ER  - TY", 1), 1),
        (RIS.replace("ER  - \n\nTY  - JOUR\n", "ER  - \n\n", 1), 1),
        (RIS.replace("TY  - JOUR\n", "", 1), 1),
        (RIS.replace("TY  - JOUR\nTI", "ty  - JOUR\nTI", 2).replace("ty", "TY", 1), 1),
    ],
)
def test_no_entry_of_a_torn_file_is_lost(content: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(TableError, match=f"line {line}: (something stands behind|fields outside of any entry)"):
        read(tmp_path / "zotero.ris", content)
