"""Damage to whole files, headers and rows; several kinds at once; and that nothing is written."""

from __future__ import annotations

import csv

import pytest

from evidence.errors import TableError
from evidence.tables import TABLES, check_tables, load_tables


def only(problems, table):
    """Return the problems, all of which must be of this table."""
    assert {problem.table for problem in problems} == {table}, problems
    return problems


def test_a_missing_file_is_named_and_a_similar_name_offered(base):
    folder = base.write()
    (folder / "outcomes.csv").rename(folder / "outcome.csv")
    problems = check_tables(folder)
    (problem,) = [problem for problem in problems if problem.table == "outcomes"]
    assert problem.message == "there is no file outcomes.csv; did you mean 'outcome.csv'?"
    assert {problem.table for problem in problems} == {"outcomes"}


def test_a_missing_folder_lacks_every_table(tmp_path):
    problems = check_tables(tmp_path / "nowhere")
    assert [problem.table for problem in problems] == list(TABLES)


def test_a_folder_in_place_of_a_file(base):
    folder = base.write()
    (folder / "claims.csv").unlink()
    (folder / "claims.csv").mkdir()
    (problem,) = only(check_tables(folder), "claims")
    assert "cannot be read" in problem.message


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_not_even_a_header(base, content):
    folder = base.write()
    (folder / "claims.csv").write_bytes(content)
    (problem,) = only(check_tables(folder), "claims")
    assert "not even a header" in problem.message
    assert problem.allowed.startswith("claim_id,claim,")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_names_the_line(base, encoding):
    base.set("studies", "Bose2021", label="Böse 2021")
    folder = base.write()
    (folder / "studies.csv").write_bytes(base.text("studies").encode(encoding))
    problems = check_tables(folder)
    (problem,) = [problem for problem in problems if problem.table == "studies"]
    assert "not UTF-8" in problem.message
    assert problem.row == ("line 3" if encoding == "latin-1" else "line 1")
    # The references to studies are not blamed for a file that cannot be read.
    assert len(problems) == 1


@pytest.mark.parametrize("mark", [";", "\t"])
def test_cells_parted_by_something_else(base, mark):
    folder = base.write()
    (folder / "sources.csv").write_text(base.text("sources").replace(",", mark))
    (problem,) = only(check_tables(folder), "sources")
    assert "not parted by commas" in problem.message


def test_a_cell_too_large_for_csv_is_reported(base):
    base.set("claims", "C1", gap="x" * 2000)
    limit = csv.field_size_limit(1000)
    try:
        (problem,) = only(check_tables(base.write()), "claims")
    finally:
        csv.field_size_limit(limit)
    assert "not CSV" in problem.message


def test_a_quote_that_is_never_closed(base):
    folder = base.write()
    (folder / "studies.csv").write_text(base.text("studies").replace("Bose 2021", '"Bose 2021'))
    problems = check_tables(folder)
    assert (problems[0].table, problems[0].row) == ("studies", "Bose2021 (line 3)")
    assert "fewer than the header" in problems[0].message


def test_a_missing_column(base):
    base.headers["outcomes"].remove("sd")
    rows = base.rows["outcomes"]
    folder = base.write()
    position = TABLES["outcomes"].names.index("sd")
    lines = [",".join(base.headers["outcomes"])]
    for row in rows:
        cells = [row[name] for name in TABLES["outcomes"].names]
        lines.append(",".join(cells[:position] + cells[position + 1 :]))
    (folder / "outcomes.csv").write_text("\n".join(lines) + "\n")
    (problem,) = only(check_tables(folder), "outcomes")
    assert (problem.column, problem.row, problem.message) == ("sd", "line 1", "the column is missing")


def test_a_missing_column_does_not_hide_the_other_faults(base):
    base.headers["outcomes"][base.headers["outcomes"].index("total")] = "sum"
    base.set("outcomes", "R1", mean="12,5")
    base.set("outcomes", "R4", events_implied="16")
    problems = only(check_tables(base.write()), "outcomes")
    assert [problem.column for problem in problems] == ["total", "sum", "mean", "events_implied"]


def test_a_renamed_column_is_recognised(base):
    base.headers["outcomes"][0] = "row"
    missing, extra = only(check_tables(base.write()), "outcomes")[:2]
    assert (missing.column, missing.message) == ("row_id", "the column is missing; 'row' looks like it")
    assert (extra.column, extra.message) == ("row", "no such column in this table; did you mean 'row_id'?")


def test_an_extra_column(base):
    folder = base.write()
    lines = base.text("claims").splitlines()
    (folder / "claims.csv").write_text("\n".join([lines[0] + ",colour", lines[1] + ",red"]) + "\n")
    (problem,) = only(check_tables(folder), "claims")
    assert (problem.column, problem.message) == ("colour", "no such column in this table")


def test_a_column_without_a_name(base):
    folder = base.write()
    (folder / "claims.csv").write_text(base.text("claims").replace("\n", ",\n"))
    (problem,) = only(check_tables(folder), "claims")
    assert problem.message == "a column has no name"


def test_a_column_that_stands_twice(base):
    folder = base.write()
    lines = base.text("claims").splitlines()
    (folder / "claims.csv").write_text("\n".join([lines[0] + ",gap", lines[1] + ",x"]) + "\n")
    (problem,) = only(check_tables(folder), "claims")
    assert (problem.column, problem.message) == ("gap", "the column stands 2 times")


def test_columns_out_of_order(base):
    folder = base.write()
    (folder / "sources.csv").write_text("url,source_id,kind,studies,extent_seen,trust\nhttps://e.org,S1,,,,\n")
    problem = next(problem for problem in check_tables(folder) if problem.table == "sources")
    assert (problem.column, problem.row) == ("url", "line 1")
    assert problem.message == "the columns are out of order: 'source_id' should stand here"


@pytest.mark.parametrize(("end", "words"), [(",,extra", "more than"), ("", "fewer than")])
def test_a_row_of_another_width(base, end, words):
    folder = base.write()
    lines = base.text("studies").splitlines()
    lines[2] = lines[2] + end if end else lines[2].rsplit(",", 2)[0]
    (folder / "studies.csv").write_text("\n".join(lines) + "\n")
    (problem,) = only(check_tables(folder), "studies")
    assert words in problem.message
    assert (problem.row, problem.study) == ("Bose2021 (line 3)", "Bose2021")
    assert problem.allowed == f"{len(TABLES['studies'].names)} cells"
    assert problem.value == end.removeprefix(",")


@pytest.mark.parametrize(
    ("table", "key", "column"),
    [("outcomes", "R1", "row_id"), ("arms", "Ada2020/A1", "arm_id"), ("claims", "C1", "claim_id")],
)
def test_a_key_that_stands_twice(base, table, key, column):
    base.rows[table].append(base.row(table, key) | {"notes": "again"} if table != "claims" else base.row(table, key))
    base.set("studies", "Ada2020", n_randomised="")
    (problem,) = [problem for problem in check_tables(base.write()) if "stands twice" in problem.message]
    assert (problem.table, problem.column) == (table, column)
    assert problem.row == f"{key} (line {len(base.rows[table]) + 1})"
    assert f"first in {key} (line 2)" in problem.message


def test_a_row_pasted_under_another_id(base):
    base.rows["outcomes"].append(base.row("outcomes", "R1") | {"row_id": "R11"})
    (problem,) = only(check_tables(base.write()), "outcomes")
    assert (problem.column, problem.value) == ("row_id", "R11")
    assert "the same result as R1" in problem.message


def test_a_row_without_its_key_is_named_by_its_line(base):
    base.set("claims", "C1", claim_id="")
    (problem,) = only(check_tables(base.write()), "claims")
    assert (problem.row, problem.column) == ("line 2", "claim_id")


def test_lines_are_counted_after_a_cell_with_line_breaks(base):
    base.set("outcomes", "R1", notes="one\ntwo\nthree")
    base.set("outcomes", "R2", sd="-1")
    first, second = only(check_tables(base.write()), "outcomes")
    assert (first.row, second.row) == ("R1 (line 2)", "R2 (line 5)")


def test_a_removed_study_leaves_all_its_rows_dangling(base):
    base.rows["studies"] = [row for row in base.rows["studies"] if row["study_id"] != "Bose2021"]
    problems = check_tables(base.write())
    assert {(problem.table, problem.column) for problem in problems} == {
        ("reports", "study_id"),
        ("arms", "study_id"),
        ("outcomes", "study_id"),
    }
    assert all("'Bose2021' is not in studies" in problem.message for problem in problems)


def test_a_second_arm_of_a_single_arm_study(base):
    base.rows["arms"].append(base.row("arms", "Curie2022/A1") | {"arm_id": "A2"})
    (problem,) = only(check_tables(base.write()), "studies")
    assert (problem.study, problem.column, problem.value) == ("Curie2022", "design", "single-arm")


def damage_eight_tables(base):
    base.set("searches", "run-1", count="two")
    base.set("studies", "Ada2020", design="paralel")
    base.set("arms", "Ada2020/A1", components="nedling;x-5", seen_at="S7")
    base.set("outcomes", "R1", mean="12,5", sd="-1", unit="cm")
    base.set("outcomes", "R3", events="25", percent="")
    base.set("contrasts", "K1", direction="up")
    base.set("harms", "H1", percent="7")
    base.set("conflicts", "X1", what="")
    base.set("claims", "C1", claim="cures")


DAMAGED = {"searches", "studies", "arms", "outcomes", "contrasts", "harms", "conflicts", "claims"}


def test_every_fault_of_every_table_is_reported_at_once(base, vocabularies):
    damage_eight_tables(base)
    with pytest.raises(TableError) as raised:
        load_tables(base.write(), vocabularies=vocabularies)
    problems = raised.value.problems
    assert {problem.table for problem in problems} == DAMAGED
    cells = [(problem.table, problem.row.split(" ")[0], problem.column) for problem in problems]
    assert cells == [
        ("searches", "run-1", "count"),
        ("studies", "Ada2020", "design"),
        ("arms", "Ada2020/A1", "components"),
        ("arms", "Ada2020/A1", "seen_at"),
        ("outcomes", "R1", "unit"),
        ("outcomes", "R1", "mean"),
        ("outcomes", "R1", "sd"),
        ("outcomes", "R3", "events"),
        ("contrasts", "K1", "direction"),
        ("harms", "H1", "events"),
        ("conflicts", "X1", "what"),
        ("claims", "C1", "claim"),
    ]
    assert raised.value.summary == "12 problems in 8 tables; nothing was read"
    assert str(raised.value).count("\n") == len(problems)
    assert check_tables(base.folder, vocabularies=vocabularies) == list(problems)


def test_nothing_is_written(base, vocabularies):
    damage_eight_tables(base)
    folder = base.write()
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    check_tables(folder, vocabularies=vocabularies)
    with pytest.raises(TableError):
        load_tables(folder, vocabularies=vocabularies)
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


def test_one_problem_is_not_plural(base):
    base.set("outcomes", "R1", sd="-1")
    with pytest.raises(TableError, match=r"^1 problem in 1 table; nothing was read\n"):
        load_tables(base.write())
