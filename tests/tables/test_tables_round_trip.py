"""Any frame that a table may hold is written, read and written again without loss."""

from __future__ import annotations

import io
import math

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.tables import TABLES, format_table, read_table, write_table
from evidence.tables.schema import Column, Table

WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1)
TEXT = st.one_of(st.just(""), st.lists(WORDS, min_size=1, max_size=3).map(" ".join).map(str.strip))
NAMES = st.lists(st.text("abcXYZ019-.", min_size=1, max_size=6), max_size=4)
TABLE = Table(
    name="made-up",
    row="thing",
    meaning="For the test.",
    key=("key",),
    columns=(
        Column(name="key", type="id", meaning="", required=True),
        Column(name="words", type="text", meaning=""),
        Column(name="count", type="integer", meaning=""),
        Column(name="size", type="number", meaning=""),
        Column(name="yes", type="boolean", meaning=""),
        Column(name="members", type="list", meaning=""),
    ),
)


@st.composite
def frames(draw) -> pd.DataFrame:
    keys = draw(st.lists(st.from_regex(r"[A-Z][0-9]{1,3}", fullmatch=True), unique=True, max_size=6))
    columns = {
        "words": TEXT,
        "count": st.none() | st.integers(-(10**12), 10**12),
        "size": st.none() | st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
        "yes": st.none() | st.booleans(),
        "members": NAMES.map(";".join),
    }
    cells = {name: [draw(strategy) for _ in keys] for name, strategy in columns.items()}
    frame = pd.DataFrame({"key": keys} | cells, dtype=object)
    return frame.astype({"count": "Int64", "size": "float64", "yes": "boolean"})


@settings(deadline=None, max_examples=60)
@given(frames())
def test_written_read_and_written_again(tmp_path_factory, frame):
    path = tmp_path_factory.mktemp("round") / "made-up.csv"
    write_table(path, frame, TABLE)
    back = read_table(path, TABLE)
    assert format_table(back, TABLE) == path.read_bytes()
    assert b"\r" not in path.read_bytes()
    assert list(path.parent.iterdir()) == [path], "no part file is left"
    ordered = frame.assign(letter=frame["key"].str[0], digits=[int(key[1:]) for key in frame["key"]])
    ordered = ordered.sort_values(["letter", "digits", "key"]).reset_index(drop=True)
    assert sorted(back["key"]) == sorted(frame["key"])
    for _, row in ordered.iterrows():
        found = back[back["key"] == row["key"]].iloc[0]
        assert found["words"] == row["words"].strip()
        assert (found["count"] is pd.NA and row["count"] is pd.NA) or found["count"] == row["count"]
        assert (found["yes"] is pd.NA and row["yes"] is pd.NA) or found["yes"] == row["yes"]
        both_missing = math.isnan(found["size"]) and math.isnan(row["size"])
        assert both_missing or math.isclose(found["size"], row["size"], rel_tol=1e-9)
        assert set(filter(None, found["members"].split(";"))) == set(filter(None, row["members"].split(";")))


def test_printed_decimals_of_a_string_are_kept():
    row = dict.fromkeys(TABLES["outcomes"].names, "") | {"row_id": "R1", "mean": "121.90", "sd": "19.470"}
    written = pd.read_csv(io.BytesIO(format_table(pd.DataFrame([row]), "outcomes")), dtype=str)
    assert written.loc[0, ["mean", "sd"]].tolist() == ["121.90", "19.470"]


def test_rows_are_sorted_by_key_as_people_count():
    rows = [dict.fromkeys(TABLES["claims"].names, "") | {"claim_id": name} for name in ("C10", "C9", "C1", "B2")]
    lines = format_table(pd.DataFrame(rows), "claims").decode().splitlines()[1:]
    assert [line.partition(",")[0] for line in lines] == ["B2", "C1", "C9", "C10"]
