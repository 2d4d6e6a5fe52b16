"""Every cell of every table is the published one: sums of its columns, by row, as R takes them of metadat's tables.

The numbers are in metadat_sums.json, with what they are and the versions. morris2008, which metadat lacks, is compared
with the table typed for the tests of effect sizes.
"""

from __future__ import annotations

import json
import math
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from evidence import datasets
from evidence.errors import TableError, UnknownIdError

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
TABLES = Path(datasets.__file__).parent / "tables"
SUMS: dict[str, dict[str, list[float]]] = json.loads((HERE / "metadat_sums.json").read_text(encoding="utf-8"))["sets"]
TYPED = HERE.parent / "parity" / "data" / "effects_morris2008_groups.csv"


def weights(values: pd.Series) -> pd.Series:
    """Return numbers as they are, and a text as the sum of its code points times their place."""
    if pd.api.types.is_numeric_dtype(values):
        return values
    return values.map(lambda text: sum(place * ord(letter) for place, letter in enumerate(text, start=1)))


def differences(table: pd.DataFrame, name: str) -> Iterator[str]:
    """Yield the columns that are not those of which R took the sums."""
    if list(table.columns) != list(SUMS[name]):
        yield "the columns"
        return
    place = pd.Series(range(1, len(table) + 1), index=table.index)
    for column, (missing, total, by_row) in SUMS[name].items():
        values = weights(table[column])
        found = (values.sum(), (values * place).sum())
        same = all(
            math.isclose(ours, theirs, rel_tol=1e-13) for ours, theirs in zip(found, (total, by_row), strict=True)
        )
        if not same or values.isna().sum() != missing:
            yield column


def test_all_sets_have_a_reference() -> None:
    assert set(datasets.names()) == {*SUMS, "morris2008"}
    assert len(datasets.names()) == 20


@pytest.mark.parametrize("name", SUMS)
def test_a_table_is_that_of_metadat(name: str) -> None:
    assert list(differences(datasets.load(name), name)) == []


def one_digit_off(table: pd.DataFrame, row: int, column: str) -> pd.DataFrame:
    """Return the table with one digit of one cell changed, as a slip of the finger would.

    Of computed numbers the tenth place is changed: sums do not reach the seventeenth.
    """
    text = str(table.loc[row, column])
    place = max(index for index, letter in enumerate(text[:12]) if letter.isalnum())
    other = "7" if text[place] != "7" else "8"
    changed = text[:place] + other + text[place + 1 :]
    values = table[column].tolist()
    values[row] = type(values[row])(changed)
    return table.assign(**{column: pd.Series(values, index=table.index, dtype=table[column].dtype)})


@pytest.mark.parametrize("name", SUMS)
def test_one_changed_digit_is_found(name: str) -> None:
    table = datasets.load(name)
    for number, column in enumerate(table.columns):
        row = (7 * number) % len(table)
        if pd.notna(table.loc[row, column]):
            assert list(differences(one_digit_off(table, row, column), name)) == [column]


def test_two_exchanged_rows_are_found() -> None:
    table = datasets.load("bcg")
    assert "tpos" in list(differences(table.iloc[[1, 0, *range(2, len(table))]].reset_index(drop=True), "bcg"))


def test_computed_effects_follow_from_the_printed_ones() -> None:
    table = datasets.load("hackshaw1998")
    width = 2 * statistics.NormalDist().inv_cdf(0.975)
    for row in table.itertuples():
        assert row.yi == pytest.approx(math.log(table.loc[row.Index, "or"]), rel=4e-16)
        assert row.vi == pytest.approx((math.log(row.or_ub / row.or_lb) / width) ** 2, rel=4e-15)


def test_the_training_studies_are_those_typed_elsewhere() -> None:
    ours, typed = datasets.load("morris2008"), pd.read_csv(TYPED)
    for group, number in (("t", "1"), ("c", "2")):
        for column, other in (
            ("n", "n"),
            ("m_pre", "mean_pre"),
            ("sd_pre", "sd_pre"),
            ("m_post", "mean_post"),
            ("sd_post", "sd_post"),
            ("r", "r"),
        ):
            assert ours[f"{column}_{group}"].tolist() == typed[f"{other}{number}"].tolist()


@pytest.mark.parametrize("name", datasets.names())
def test_a_table_is_as_declared(name: str) -> None:
    dataset, table = datasets.describe(name), datasets.load(name)
    assert table.shape == (dataset.rows, len(dataset.columns))
    text = pd.Series(["a"], dtype="str").dtype
    for column in dataset.columns:
        values = table[column.name]
        assert values.dtype == (text if column.kind == "text" else column.dtype), column.name
        assert values.isna().any() == column.gaps, column.name
        if column.kind == "integer":
            assert (values.dropna() % 1 == 0).all(), column.name
    assert set(dataset.roles.values()) <= set(table.columns)


def test_there_is_a_declaration_for_each_table() -> None:
    assert {path.stem for path in TABLES.glob("*.csv")} == set(datasets.names())


def test_each_table_is_a_fresh_copy() -> None:
    first = datasets.load("bcg")
    first.loc[0, "tpos"] = 999
    assert datasets.load("bcg").loc[0, "tpos"] == 4


def test_an_unknown_name_says_what_looks_like_it() -> None:
    with pytest.raises(UnknownIdError, match="no data set is called 'hackshaw1997'; did you mean 'hackshaw1998'"):
        datasets.load("hackshaw1997")
    with pytest.raises(UnknownIdError, match="did you mean 'bcg'"):
        datasets.describe("BCG".lower() + "s")


def test_a_damaged_declaration_says_so() -> None:
    from evidence.datasets.declaration import read_declaration

    with pytest.raises(TableError, match="data set x is damaged: 'columns'"):
        read_declaration("x", {})
    with pytest.raises(TableError, match="data set x is damaged"):
        read_declaration("x", {"columns": [], "colour": "red"})
    whole = dict.fromkeys(
        ("title", "question", "teaches", "source", "doi", "origin", "measure", "row", "example", "output", "published"),
        "",
    )
    with pytest.raises(TableError, match="no known kind for size"):
        read_declaration("x", {**whole, "rows": 1, "columns": [{"name": "size", "kind": "whole", "meaning": ""}]})


def test_a_table_that_lost_a_row_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from evidence.datasets import shelf

    read = shelf._text
    short = {"bcg.csv": "\n".join(read("bcg.csv").splitlines()[:-1])}
    monkeypatch.setattr(shelf, "_text", lambda filename: short.get(filename) or read(filename))
    with pytest.raises(TableError, match="not the one declared"):
        datasets.load("bcg")
