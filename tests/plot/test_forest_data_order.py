"""The order of the rows of a forest plot, against sorting by hand."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pandas as pd
import pytest

from evidence.errors import InputError, OptionError
from evidence.plot import ForestRow, from_fit
from evidence.plot.forest_plot.data import ArmCell
from evidence.plot.forest_plot.order import SORTS, order_of, sorted_rows
from evidence.pool import pool, subgroups

NAMES = ["Zeta 2001", "alpha 2010", "Ömer 1999", "Beta 9", "Beta 10"]


def fit(**options):
    yi, vi = [0.4, -0.2, 0.9, 0.1, 0.3], [0.04, 0.01, 0.2, 0.05, 0.03]
    return pool(yi, vi, labels=NAMES, measure="RR", tau2="DL", **options)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (None, NAMES),
        ("given", NAMES),
        ("label", ["alpha 2010", "Beta 9", "Beta 10", "Ömer 1999", "Zeta 2001"]),
        ("estimate", ["alpha 2010", "Beta 9", "Beta 10", "Zeta 2001", "Ömer 1999"]),
        ("weight", ["alpha 2010", "Beta 10", "Zeta 2001", "Beta 9", "Ömer 1999"]),
        ("precision", ["alpha 2010", "Beta 10", "Zeta 2001", "Beta 9", "Ömer 1999"]),
    ],
)
def test_rows_stand_in_the_order_asked_for(sort, expected) -> None:
    assert [row.label for row in from_fit(fit(), sort=sort).rows] == expected


def test_years_come_from_the_caller_and_unknown_ones_last() -> None:
    data = from_fit(fit(), sort="year", years=[2001, 2010, None, pd.NA, 2001])
    assert [row.label for row in data.rows] == ["Beta 10", "Zeta 2001", "alpha 2010", "Beta 9", "Ömer 1999"]
    assert data.notes == ("Year not known, therefore last: Ömer 1999, Beta 9.",)
    with pytest.raises(InputError, match="sort='year' needs years="):
        from_fit(fit(), sort="year")
    with pytest.raises(InputError, match="years has 2 values for 5 rows"):
        from_fit(fit(), sort="year", years=[2001, 2002])


def test_an_unknown_order_lists_those_there_are() -> None:
    with pytest.raises(OptionError, match="'given', 'year', 'label', 'estimate', 'weight', 'precision'"):
        from_fit(fit(), sort="size")


def test_what_belongs_to_a_row_goes_with_it() -> None:
    cells = [(f"{place}/20",) for place in range(5)]
    arms = [(ArmCell(n=place + 1), ArmCell(n=place + 2)) for place in range(5)]
    data = from_fit(
        fit(), cells=cells, arms=arms, columns=("n",), marks=["", "", "†", "", ""], notes=("† odd",), sort="label"
    )
    found = {row.label: (row.cells, row.arms, row.mark) for row in data.rows}
    for place, name in enumerate(NAMES):
        assert found[name] == (cells[place], arms[place], "†" if place == 2 else "")


def test_rows_left_out_stand_after_the_others() -> None:
    data = from_fit(
        pool([0.1, math.nan, 0.5, 0.3], [0.04, 0.05, 0.06, 0.01], labels=list("dbca"), missing="drop"), sort="label"
    )
    assert [(row.label, bool(row.reason)) for row in data.rows] == [
        ("a", False),
        ("c", False),
        ("d", False),
        ("b", True),
    ]


def test_subgroups_stay_where_they_are_and_are_sorted_within() -> None:
    table = pd.DataFrame(
        {
            "study": list("fedcba"),
            "yi": [0.5, 0.1, 0.9, 0.3, 0.2, 0.4],
            "vi": 0.05,
            "sex": ["w", "m", "w", "m", "m", "w"],
        }
    )
    data = from_fit(subgroups(table, "sex", test="z"), sort="estimate")
    assert data.subgroups == ("w", "m")
    assert [row.label for row in data.rows] == ["a", "f", "d", "e", "b", "c"]
    assert {total.subgroup for total in data.subtotals} == {"w", "m"}


@pytest.mark.parametrize("sort", [name for name in SORTS if name != "given"])
def test_ties_stand_by_label_whatever_the_order_given(sort) -> None:
    rows = [ForestRow(label=name, estimate=1.0, ci_low=0.5, ci_high=2.0, weight=25.0) for name in "dabc"]
    for shuffled in itertools.permutations(rows):
        found = sorted_rows(shuffled, sort, errors=[0.1] * 4, years=[2000] * 4)
        assert [row.label for row in found] == list("abcd")


def test_random_rows_come_out_as_a_plain_sort_has_them() -> None:
    draw, rng = random.Random(7), np.random.default_rng(7)
    for _ in range(40):
        k = int(rng.integers(1, 12))
        labels = [f"Trial {draw.randint(1, 30)}" for _ in range(k)]
        values = [None if draw.random() < 0.2 else draw.randint(0, 4) for _ in range(k)]
        for sort, name, sign in (("year", "years", 1), ("estimate", "estimates", 1), ("weight", "weights", -1)):
            places = order_of(sort, labels=labels, **{name: values})
            assert sorted(places) == list(range(k))
            known = [place for place in places if values[place] is not None]
            assert places[: len(known)] == known, "what is not known stands last"
            keys = [(sign * values[place], int(labels[place].split()[1]), place) for place in known]
            assert keys == sorted(keys)
