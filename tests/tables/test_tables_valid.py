"""A valid base validates, comes back typed, and is written back byte for byte."""

from __future__ import annotations

import pandas as pd
import pytest

from evidence.tables import TABLES, check_tables, format_table, load_tables, read_table


def test_no_problem_in_a_valid_base(base, vocabularies):
    assert check_tables(base.write(), vocabularies=vocabularies) == []


def test_frames_are_typed_and_in_declared_order(base, vocabularies):
    frames = load_tables(base.write(), vocabularies=vocabularies)
    assert list(frames) == list(TABLES)
    outcomes = frames["outcomes"]
    assert tuple(outcomes.columns) == TABLES["outcomes"].names
    assert outcomes["mean"].tolist()[:2] == [21.9, 12.0]
    assert str(outcomes["events"].dtype) == "Int64"
    assert outcomes.loc[2, "events"] == 15
    assert outcomes["events"].isna().sum() == len(outcomes) - 1
    assert outcomes.loc[0, "notes"] == ""
    for name, table in TABLES.items():
        pd.testing.assert_frame_equal(frames[name], read_table(base.folder / f"{name}.csv", table))


def test_round_trip_is_byte_identical(base):
    folder = base.write()
    for name, table in TABLES.items():
        raw = pd.DataFrame(base.rows[name], columns=list(table.names), dtype=object)
        once = format_table(raw, table)
        assert format_table(raw.iloc[::-1], table) == once
        (folder / f"{name}.csv").write_bytes(once)
    assert check_tables(folder) == []
    assert b"21.90" in (folder / "outcomes.csv").read_bytes()


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated(base, vocabularies):
    folder = base.write()
    plain = load_tables(folder, vocabularies=vocabularies)
    for name in TABLES:
        text = base.text(name).replace("\n", "\r\n")
        (folder / f"{name}.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    marked = load_tables(folder, vocabularies=vocabularies)
    for name in TABLES:
        pd.testing.assert_frame_equal(plain[name], marked[name])


def test_empty_tables_are_tables(base):
    base.rows["searches"] = []
    base.rows["screening"] = []
    base.rows["records"] = []
    base.rows["record_events"] = []
    base.rows["duplicates"] = []
    base.rows["extractions"] = []
    frames = load_tables(base.write())
    assert frames["records"].empty
    assert tuple(frames["records"].columns) == TABLES["records"].names


@pytest.mark.parametrize("vocabulary", ["components", "outcomes", "claims"])
def test_a_vocabulary_left_out_is_not_checked(base, vocabularies, vocabulary):
    base.set("arms", "Ada2020/A1", components="unheard-of")
    base.set("outcomes", "R1", outcome="unheard-of")
    base.set("claims", "C1", claim="unheard-of")
    folder = base.write()
    assert check_tables(folder) == []
    (problem,) = check_tables(folder, vocabularies={vocabulary: vocabularies[vocabulary]})
    assert problem.value == "unheard-of"
    assert vocabulary in problem.message


def test_a_percentage_in_conflict_is_held(base):
    base.set("outcomes", "R3", percent="77")
    assert [problem.column for problem in check_tables(base.write())] == ["percent"]
    base.set("outcomes", "R3", status="conflict")
    base.rows["conflicts"].append(
        base.rows["conflicts"][0] | {"conflict_id": "X2", "study_id": "Ada2020", "rows": "R3"}
    )
    assert check_tables(base.write()) == []


def test_naming_a_row_in_conflicts_is_not_enough(base):
    """Conflicts are about one thing, such as the number of people; the row's other numbers are still checked."""
    base.set("outcomes", "R6", ci_low="64")
    assert len(check_tables(base.write())) == 1
    base.rows["conflicts"].append(
        base.rows["conflicts"][0] | {"conflict_id": "X2", "study_id": "Bose2021", "rows": "R6"}
    )
    assert len(check_tables(base.write())) == 1
    base.set("outcomes", "R6", status="conflict")
    assert check_tables(base.write()) == []


def test_none_of_them_in_words_implies_a_count(base):
    base.set("outcomes", "R4", percent="", events_implied="0", implied_basis="said in words: nobody")
    assert check_tables(base.write()) == []


def test_arms_above_their_study_are_held_with_an_entry_in_conflicts(base):
    assert check_tables(base.write()) == []  # Darwin2023: 40 + 30 people in a study of 60
    base.rows["conflicts"] = []
    for row in base.rows["outcomes"] + base.rows["arms"]:
        row["status"] = "verified"
    (problem,) = check_tables(base.write())
    assert (problem.table, problem.study, problem.column, problem.value) == (
        "studies",
        "Darwin2023",
        "n_randomised",
        "60",
    )
    assert "40 + 30 = 70" in problem.message


def test_a_spread_of_zero_is_held_where_nothing_is_pooled(base):
    base.set("outcomes", "R1", sd="0", pooling="no")
    assert check_tables(base.write()) == []


def test_published_results_may_lie_outside_their_interval(base):
    """Rev-1 is 1.3 with an interval from 1.5 to 1.9, as some reviews print."""
    assert base.row("reviews", "Rev-1")["ci_low"] == "1.5"
    assert check_tables(base.write()) == []


@pytest.mark.parametrize("design", ["within-person", "not-stated"])
def test_patches_may_be_more_than_people(base, design):
    base.set("studies", "Bose2021", design=design)
    base.set("arms", "Bose2021/A1", n_randomised="38")
    base.set("outcomes", "R5", n="38", n_status="verified")
    assert check_tables(base.write()) == []
