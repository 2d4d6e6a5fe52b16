"""Forest plots of what people hand over: columns of tables, narrow ratios, wrong kinds of input, odd letters."""

from __future__ import annotations

import math
import re
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from evidence.errors import InputError, RowError
from evidence.plot import ForestData, ForestRow, forest, from_fit, save_figure
from evidence.plot.forest_plot.data import ArmCell
from evidence.plot.page.axis import choose_axis
from evidence.plot.page.save import figure_bytes
from evidence.pool import pool

BIAS = {"bias_tool": "RoB 2", "bias_domains": (("D1", "randomisation"), ("All", "overall"))}


def one(estimate: Any = 1.0, low: Any = 0.0, high: Any = 2.0, label: Any = "A", **row: Any) -> ForestRow:
    return ForestRow(label=label, estimate=estimate, ci_low=low, ci_high=high, **row)


def differences(*rows: ForestRow, **options: Any) -> ForestData:
    return ForestData(rows=rows, measure="Mean difference", ratio=False, null=0.0, **options)


def fit(**options: Any):
    return pool([0.1, 0.5, 0.9], [0.04, 0.05, 0.06], measure="RR", **options)


def effects(figure) -> list[str]:
    return [text.get_text() for text in figure.texts if text.get_gid() == "effect"]


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series])
def test_columns_of_a_table_are_taken_for_the_rows(kind) -> None:
    data = from_fit(
        fit(), n1=kind([10, 20, 30]), n2=kind([11.0, 21.0, 31.0]), years=kind([2003, 1999, 2001]), sort="year",
        marks=kind(["", "†", ""]), cells=kind([("a",), ("b",), ("c",)]), columns=("dose",), notes=("† derived",),
    )  # fmt: skip
    assert [(row.n1, row.n2, row.mark, row.cells) for row in data.rows] == [
        (20, 21, "†", ("b",)), (30, 31, "", ("c",)), (10, 11, "", ("a",)),
    ]  # fmt: skip
    assert (data.overall.n1, data.overall.n2) == (60, 63)


def test_missing_sizes_are_not_known_and_others_must_be_whole_numbers() -> None:
    data = from_fit(fit(), n1=pd.Series([10, np.nan, 30]), n2=pd.array([11, 21, None], dtype="Int64"))
    assert [(row.n1, row.n2) for row in data.rows] == [(10, 11), (None, 21), (30, None)]
    assert (data.overall.n1, data.overall.n2) == (None, None)
    for wrong in ([10, 12.5, 3], [10, "many", 3], [10, math.inf, 3]):
        with pytest.raises(InputError, match=r"n1 holds .* for row 2; give a whole number"):
            from_fit(fit(), n1=wrong, n2=[1, 2, 3])
    with pytest.raises(InputError, match="n1 and n2 are given together"):
        from_fit(fit(), n1=[1, 2, 3])


def test_ratios_near_1_are_not_all_the_same_number() -> None:
    half = 0.0006197950323  # 1.959963984540054 · √1e-7
    figure = forest(pool([0.001, 0.002], [1e-7, 1e-7], measure="RR", tau2="EE", test="z"))
    limits = [f"{math.exp(0.001 + sign * half):.4f}" for sign in (-1, 1)]
    assert effects(figure)[:3] == ["1.0010", f"({limits[0]} to", f"{limits[1]})"]
    assert limits == ["1.0004", "1.0016"]
    usual = forest(pool([-0.05, -0.02], [1e-4, 1e-4], measure="RR", tau2="EE", test="z"))
    assert effects(usual)[:3] == ["0.95", "(0.93 to", "0.97)"], "two decimals where they tell the limits apart"


@pytest.mark.parametrize("given", [None, [1, 2], pd.DataFrame({"yi": [1.0]}), pd.Series([1.0]), "fit"])
def test_what_is_no_fit_is_refused(given) -> None:
    with pytest.raises(InputError, match="a forest plot is made of ForestData or a pooled fit, and this is"):
        forest(given)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (one("1"), "its estimate, '1', is not a number"),
        (one(n1="3", n2=4), "its n1, '3', is not a number"),
        (one(label=None), "its label, None, is not text"),
        (one(1e308, -1e308, 1.7e308), r"its estimate, 1e\+308, is too large to be drawn"),
    ],
)
def test_a_row_that_holds_no_numbers_is_named(row: ForestRow, message: str) -> None:
    with pytest.raises(RowError, match=message):
        differences(one(), row)


def test_one_arm_beside_two_sizes_and_one_text_for_several_are_refused() -> None:
    with pytest.raises(RowError, match="it has n1 and n2, as of two arms, where others have 1 arm"):
        differences(one(arms=(ArmCell(n=5),)), one(n1=3, n2=4))
    for name in ("notes", "columns", "arm_labels"):
        with pytest.raises(InputError, match=f"{name}='ab' is one text; give a tuple of texts"):
            differences(one(), **{name: "ab"})


@pytest.mark.parametrize(
    ("width", "message"),
    [("84", "is not a number"), (None, "is not a number"), (True, "is not a number"), (79.9, "at least 80"),
     (math.nan, "at least 80"), (1e5, "at most 2000")],
)  # fmt: skip
def test_widths_that_are_none(width, message: str) -> None:
    with pytest.raises(InputError, match=message):
        forest(differences(one()), width_mm=width)


def test_numbers_that_leave_no_room_for_the_plot_are_refused() -> None:
    data = differences(one(-123456.7, -234567.8, -12345.6, label="Trial of a long name"), digits=8)
    with pytest.raises(InputError, match="no room for a plot in 84 mm; give a larger width_mm=, or fewer digits="):
        forest(data, width_mm=84)
    assert effects(forest(data, width_mm=174))[0] == "−123\u202f456.70000000"


@pytest.mark.parametrize("dpi", [-1, 0, math.nan, "600", 1e6, True])
def test_resolutions_that_are_none_leave_no_file(dpi, tmp_path) -> None:
    target = tmp_path / "figure.png"
    with pytest.raises(InputError, match="is not between 50 and 2400"):
        save_figure(forest(differences(one())), target, dpi=dpi)
    assert not target.exists()


def test_every_letter_gives_a_file_that_can_be_read() -> None:
    name = "a\x00b\x07\ufffe\ud800 <script>]]>&\N{PILE OF POO}"
    row = one(label=name, cells=("4\x00/5",))
    content = figure_bytes(forest(differences(row, columns=("n\x01/N",), title="T\x02")))
    shown = "".join(ET.fromstring(content).itertext())
    assert "<script>]]>&\N{PILE OF POO}" in shown
    assert not re.search(r"[\x00-\x08\ud800\ufffe]", shown)


def test_options_of_the_plot_reach_it_through_the_kind() -> None:
    data = {"bias": [("low", "low"), ("high", "high"), ("low", "high")], **BIAS}
    assert effects(fit().plot("forest", scale="log"))[0] == "0.10"
    assert effects(fit().plot("forest", scale="log")) == effects(forest(fit(), scale="log"))
    assert fit().plot("forest", axis="linear").description == forest(fit(), axis="linear").description
    roles = [text.get_gid() for text in fit().plot("forest", preset="cochrane", **data).texts]
    assert "bias-legend" in roles
    assert "bias-legend" not in [text.get_gid() for text in fit().plot("forest", preset="cochrane", bias=False).texts]


@pytest.mark.parametrize(
    ("low", "high", "ratio"), [(math.log(0.006736), math.log(0.0067405), True), (-1.1579e9, -1.1581e9, False)]
)
def test_a_lone_tick_says_where_it_is(low: float, high: float, ratio: bool) -> None:
    low, high = sorted((low, high))
    ends = [math.exp(end) if ratio else end for end in (low, high)]
    middle = sum(ends) / 2
    axis = choose_axis([(ends[0], middle, ends[1])], ratio=ratio, null=None, fits=lambda _places, _labels: False)
    (tick,), (label,) = axis.ticks, axis.labels
    assert float(label.replace("−", "-").replace("\u202f", "")) == tick
    assert 0 <= axis.position(tick) <= 1
