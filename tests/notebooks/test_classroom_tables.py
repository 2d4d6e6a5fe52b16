"""Tables and sentences in a notebook: nothing is cut off, nothing becomes markup, and text is the same everywhere."""

from __future__ import annotations

import notebook_checks
import pandas as pd
import pytest

notebook_checks.exercises("08")  # makes the classroom importable
from classroom import quote, table  # noqa: E402


@pytest.mark.parametrize(
    ("values", "digits", "shown"),
    [
        ([1.0, 20.0], 2, ["1", "20"]),
        ([1, 2], 2, ["1", "2"]),
        ([0.5, 1.25], 2, ["0.50", "1.25"]),
        ([0.004, float("nan")], 3, ["0.004", ""]),
        ([-0.21, 2.0], 2, ["−0.21", "2.00"]),
        ([1 / 3], 2, ["0.33"]),
        ([True, False], 2, ["True", "False"]),
        (["a", None], 2, ["a", ""]),
    ],
)
def test_a_column_has_the_decimals_that_it_needs(values, digits, shown) -> None:
    assert [row[0] for row in table(pd.DataFrame({"x": values}), digits=digits).rows] == shown


def test_an_index_of_words_or_with_a_name_is_a_column_and_numbers_of_lines_are_not() -> None:
    frame = pd.DataFrame({"k": [3, 2]}, index=["men", "women"])
    assert table(frame).headings == ("", "k")
    assert table(frame.rename_axis("who")).rows == (("men", "3"), ("women", "2"))
    assert table(pd.DataFrame({"k": [3, 2, 1]}).query("k < 3")).rows == (("2",), ("1",))
    assert table(pd.DataFrame({"k": [3]}, index=pd.Index([2024], name="year"))).rows == (("2024", "3"),)


def test_text_stands_left_numbers_right_and_nothing_becomes_markup() -> None:
    shown = table([{"claim": "p <0.05 & <b>more</b>, a sentence that is long", "k": 3}])._repr_html_()
    assert '<td style="text-align:left;vertical-align:top">p &lt;0.05 &amp; &lt;b&gt;more&lt;/b&gt;' in shown
    assert '<td style="text-align:right;vertical-align:top;white-space:nowrap">3</td>' in shown


def test_long_words_are_not_cut_off_in_plain_text() -> None:
    claim = "Needling " * 30
    assert claim.strip() in repr(table([{"claim": claim.strip()}]))


def test_a_sentence_is_wrapped_in_text_and_whole_in_a_page() -> None:
    sentence = "In 13 trials the risk ratio was 0.49 (95% CI 0.33 to 0.73; I² = 92%; p <0.001); " * 3
    quoted = quote(sentence)
    assert " ".join(repr(quoted).split()) == sentence.strip()
    assert max(map(len, repr(quoted).splitlines())) <= 88
    assert "p &lt;0.001" in quoted._repr_html_()
