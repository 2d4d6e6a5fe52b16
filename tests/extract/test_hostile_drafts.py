"""Drafts as spreadsheets and hurried people leave them: every damage is named, with its place, and nothing is saved."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from extraction import PMID, rows_of

from evidence.errors import TableError
from evidence.extract import check_draft, find_draft, open_extraction, save_draft

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evidence.project import Project

STUDY = "Sahin2026"


def write(path: Path, rows: list[dict[str, str]], names: list[str] | None = None, delimiter: str = ",") -> None:
    names = names or list(rows[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([[row.get(name, "") for name in names] for row in rows])


def header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


@pytest.fixture
def folder(project: Project, clock: Callable) -> Path:
    """Return a draft that could be saved."""
    made = open_extraction(project, PMID, by="A. Reader", clock=clock).draft.folder
    (study,) = rows_of(made / "studies.csv")
    judged = {"eligibility": "included", "design": "parallel", "sex": "both", "setting_type": "home"}
    write(made / "studies.csv", [study | judged])
    seen = {"study_id": STUDY, "status": "verified", "seen_at": f"PMID{PMID}"}
    arm = seen | {"label": "exercise", "n_randomised": "40"}
    arms = [
        arm | {"arm_id": "A1", "components": "exercise;usual-care"},
        arm | {"arm_id": "A2", "components": "usual-care"},
    ]
    write(made / "arms.csv", arms, header(made / "arms.csv"))
    outcome = seen | {
        "outcome": "pain",
        "value_type": "change",
        "unit": "mm",
        "pooling": "yes",
        "source": f"PMID:{PMID}",
    }
    outcome |= {"time_weeks": "12", "n": "40", "n_status": "verified", "sd": "18.20"}
    write(
        made / "outcomes.csv",
        [
            outcome | {"row_id": f"{STUDY}-R1", "arm_id": "A1", "mean": "-21.90"},
            outcome | {"row_id": f"{STUDY}-R2", "arm_id": "A2", "mean": "-10.30"},
        ],
        header(made / "outcomes.csv"),
    )
    return made


def faults(project: Project) -> list[str]:
    """Return what is wrong with the draft."""
    return [str(problem) for problem in check_draft(project, find_draft(project, PMID)).problems]


def _never() -> None:
    raise AssertionError("nothing was to be saved")


def change(path: Path, row: int, **cells: str) -> None:
    rows = rows_of(path)
    rows[row] |= cells
    write(path, rows)


def test_the_draft_itself_is_without_fault(project, folder) -> None:
    assert faults(project) == []


@pytest.mark.parametrize("damage", ["a cell", "a file", "a reference"])
def test_nothing_is_saved_of_a_draft_with_a_fault(project, folder, damage) -> None:
    before = {path.name: path.read_bytes() for path in project.processed.iterdir()}
    if damage == "a cell":
        change(folder / "outcomes.csv", 0, mean="x")
    elif damage == "a file":
        write(folder / "arms.csv", rows_of(folder / "arms.csv"), delimiter="\t")
    else:
        change(folder / "outcomes.csv", 0, arm_id="A9")
    with pytest.raises(TableError, match="nothing was saved; the draft has faults"):
        save_draft(project, PMID, by="A. Reader", replace_rows=True, clock=_never)
    assert {path.name: path.read_bytes() for path in project.processed.iterdir()} == before


@pytest.mark.parametrize(
    ("table", "row", "cells", "told"),
    [
        ("outcomes", 0, {"mean": "-21,90"}, "a comma in a number; the decimal mark is a point ('-21.90'?)"),
        ("outcomes", 1, {"mean": "−10.30"}, "the minus is not a plain hyphen"),
        ("outcomes", 0, {"mean": "21 ± 18"}, "words after the number"),
        ("outcomes", 0, {"time_weeks": "12 weeks"}, "words after the number"),
        ("outcomes", 0, {"time_weeks": "12-Jan"}, "looks like a date that a spreadsheet made"),
        ("outcomes", 0, {"sd": "#DIV/0!"}, "a spreadsheet error instead of a value"),
        ("outcomes", 0, {"n": "40.5"}, "not a whole number"),
        ("outcomes", 0, {"n": "400"}, "n = 400 is more than the arm's n_randomised = 40"),
        ("outcomes", 0, {"p_value": "0.03"}, "the p-value 0.03 has no sign before it"),
        ("outcomes", 0, {"unit": "milimetre"}, "not an allowed value"),
        ("outcomes", 0, {"arm_id": "A3"}, "'A3' is not in arms of Sahin2026"),
        ("outcomes", 0, {"seen_at": "S77"}, "'S77' is not in sources"),
        ("outcomes", 0, {"notes": "two\nlines"}, "the cell holds a line break"),
        ("outcomes", 0, {"notes": "pain â€“ less"}, "broken characters"),
        ("arms", 0, {"components": "exercise;dancing"}, "'dancing' is not among the protocol's components"),
        ("arms", 1, {"study_id": "Sahin2025"}, "the row is about another trial than the draft"),
        ("reports", 0, {"pmid": "9E+07"}, "a number that a spreadsheet shortened"),
        ("reports", 0, {"pmid": "90000002"}, f"no report has the PMID {PMID}"),
        ("studies", 0, {"eligibility": ""}, "the cell must not be empty"),
        ("studies", 0, {"design": "single-arm", "randomised": "yes"}, "the design 'single-arm' is not randomised"),
    ],
)
def test_damage_of_a_cell_is_named_with_its_place(project, folder, table, row, cells, told) -> None:
    change(folder / f"{table}.csv", row, **cells)
    found = [fault for fault in faults(project) if told in fault]
    assert found
    assert found[0].startswith(table)


def test_lines_are_those_of_the_drafts_own_file(project, folder) -> None:
    change(folder / "outcomes.csv", 0, notes="first\nsecond")
    change(folder / "outcomes.csv", 1, mean="x")
    found = [fault for fault in faults(project) if "column mean" in fault]
    lines = (folder / "outcomes.csv").read_text("utf-8").split("\n")
    (line,) = [number for number, text in enumerate(lines, start=1) if text.startswith(f"{STUDY}-R2")]
    assert f"row {STUDY}-R2 (line {line})" in found[0]


def test_a_name_that_stands_twice_names_both_lines(project, folder) -> None:
    change(folder / "outcomes.csv", 1, row_id=f"{STUDY}-R1")
    (fault,) = [fault for fault in faults(project) if "stands twice" in fault]
    assert f"first in {STUDY}-R1 (line 2)" in fault
    assert "(line 3)" in fault


def test_semicolons_are_told_not_guessed(project, folder) -> None:
    write(folder / "outcomes.csv", rows_of(folder / "outcomes.csv"), delimiter=";")
    assert any("the cells are not parted by commas" in fault for fault in faults(project))


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(project, folder) -> None:
    content = (folder / "outcomes.csv").read_text("utf-8").replace("\n", "\r\n")
    (folder / "outcomes.csv").write_bytes(b"\xef\xbb\xbf" + content.encode())
    assert faults(project) == []


def test_another_encoding_is_told(project, folder) -> None:
    change(folder / "outcomes.csv", 0, notes="Müller")
    (folder / "outcomes.csv").write_bytes((folder / "outcomes.csv").read_text("utf-8").encode("cp1252"))
    assert any("not UTF-8" in fault for fault in faults(project))


def test_a_column_too_many_is_told(project, folder) -> None:
    path = folder / "outcomes.csv"
    write(path, [row | {"my remark": "look"} for row in rows_of(path)])
    assert any("column my remark: no such column in this table" in fault for fault in faults(project))


def test_a_column_that_is_gone_is_told(project, folder) -> None:
    path = folder / "outcomes.csv"
    write(path, rows_of(path), [name for name in header(path) if name != "sd"])
    assert any("column sd: the column is missing" in fault for fault in faults(project))


def test_a_row_with_a_cell_too_many_is_told(project, folder) -> None:
    path = folder / "outcomes.csv"
    path.write_text(path.read_text("utf-8").rstrip("\n") + ",surplus\n", "utf-8")
    assert any("its cells may stand in the wrong columns" in fault for fault in faults(project))


def test_empty_lines_of_a_spreadsheet_are_passed_over(project, folder) -> None:
    path = folder / "outcomes.csv"
    commas = "," * (len(header(path)) - 1)
    path.write_text(path.read_text("utf-8") + f"{commas}\n{commas},,\n\n  {commas}\n", "utf-8")
    assert faults(project) == []


@pytest.mark.parametrize("name", ["outcomes (1).csv", "outcome.csv", "outcomes.xlsx", "arms.ods"])
def test_a_file_that_would_not_be_read_is_told(project, folder, name) -> None:
    (folder / name).write_bytes(b"x")
    assert any(f"{name} is not read" in fault for fault in faults(project))


def test_lock_files_and_notes_of_ones_own_are_left_alone(project, folder) -> None:
    for name in (".~lock.outcomes.csv#", "~$outcomes.xlsx", "notes.txt"):
        (folder / name).write_bytes(b"x")
    assert faults(project) == []


def test_a_file_that_is_gone_is_told(project, folder) -> None:
    (folder / "harms.csv").unlink()
    assert any("the draft has no file harms.csv" in fault for fault in faults(project))


def test_blanks_and_the_order_of_a_list_do_not_matter(project, folder, clock) -> None:
    change(folder / "arms.csv", 0, components=" usual-care; exercise ", label=" exercise ")
    assert faults(project) == []
    save_draft(project, PMID, by="A. Reader", clock=clock)
    (row,) = [
        row for row in rows_of(project.processed / "arms.csv") if row["study_id"] == STUDY and row["arm_id"] == "A1"
    ]
    assert (row["components"], row["label"]) == ("exercise;usual-care", "exercise")


def test_all_faults_are_told_at_once(project, folder) -> None:
    change(folder / "outcomes.csv", 0, mean="x", sd="-1")
    change(folder / "studies.csv", 0, eligibility="")
    change(folder / "arms.csv", 0, status="sure")
    tables = {fault.split(" · ")[0] for fault in faults(project)}
    assert tables >= {"outcomes", "studies", "arms"}


def test_a_trial_may_be_renamed_in_every_table(project, folder, clock) -> None:
    for path in folder.glob("*.csv"):
        if path.name != "candidates.csv":
            path.write_text(path.read_text("utf-8").replace(STUDY, "Knee2026"), "utf-8")
    assert faults(project) == []
    assert save_draft(project, PMID, by="A. Reader", clock=clock).row["study_id"] == "Knee2026"
