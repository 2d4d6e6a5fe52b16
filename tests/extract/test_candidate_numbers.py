"""Candidate numbers: what was printed, where it stands, and that none of the digits is lost."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.extract import find_candidates
from evidence.extract.kinds import KINDS
from evidence.extract.numerals import plain_number, word_number
from evidence.tables.definitions import TABLES
from evidence.tables.rows import NUMBER

PIECES = st.sampled_from(
    [
        "20/25 (80%)", "p = 0. 039", "P<.001", "p ≤ 0·05", "12,5 ± 3,1 mm", "44.12±21.58", "5 +/- 2", "n=20",
        "(n = 40)", "95% CI 1.2–3.4", "[95%CI:0.89-3.06]", "HR 1.56", "χ2(1)=4.5", "t = −2.31",
        "F(2, 57) = 3.1", "59,290", "10\u202f000", "IL-6", "CD34+", "5-FU", "NCT01234567", "10.1000/abc.1",
        "weeks 4, 8 and 12", "2–3 months", "18-50 years", "1:1", "Grade 2", "2nd", "Forty-two patients", "5%",
        "2019", "1e-5", "2 × 10⁻³", "cm2", "m²", "-1.2", "−0.5", ".05", "1.2.3", "12.05.2020", "4+4", "α1,3",
        "٣٤", "5", "0", "mg/kg", "spots/cm²", "and", "versus", "with", "of", "in", "treatment.", "vs.", "e.g.",
        "(", ")", ";", ",", ".", "±", "%", "=", "p", "n", "to", "–", "\n", "RESULTS: ",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(PIECES, max_size=25).map(" ".join),
    st.lists(PIECES, max_size=25).map("".join),
    st.text(max_size=60),
    st.text(alphabet="0123456789.,·-−–±%=<>()/:; npPxe\n\u2009\u00a0²cmgt", max_size=60),
)


def check(text: str) -> None:
    found = find_candidates(text)
    for one in found:
        assert text[one.start : one.end] == one.text
        assert one.kind in KINDS
        assert one.text == one.text.strip()
    for one, following in itertools.pairwise(found):
        assert one.end <= following.start
    for run in re.finditer(r"\d+", text):
        owners = [one for one in found if one.start < run.end() and run.start() < one.end]
        assert len(owners) == 1
        assert owners[0].start <= run.start()
        assert run.end() <= owners[0].end


@given(TEXTS)
def test_every_run_of_digits_belongs_to_exactly_one_candidate(text) -> None:
    check(text)


@pytest.mark.parametrize("repeat", [40])
def test_a_long_abstract_takes_no_time(repeat) -> None:
    import time

    text = (
        "In 20/25 (80%) vs 9 of 24 (37.5%), 12.5 ± 3.1 (p = 0.004; 95% CI −1.2 to 3.4) at weeks 4, 8 and 12. " * repeat
    )
    begin = time.process_time()
    check(text)
    check("1 " * 3000)
    check("a" * 6000 + " (" * 1000)
    assert time.process_time() - begin < 10


READ = [
    ("n=20", "people", {"n": "20"}),
    ("20 female patients", "people", {"n": "20"}),
    ("Forty-two women", "people", {"n": "42"}),
    ("one hundred and five participants", "people", {"n": "105"}),
    ("40 in each group", "people", {"n": "40"}),
    ("59,290 controls", "people", {"n": "59290"}),
    ("20/25 (80%)", "count of total", {"events": "20", "total": "25", "percent": "80"}),
    ("80% (20/25)", "count of total", {"events": "20", "total": "25", "percent": "80"}),
    ("9 of 24 patients (37.5%)", "count of total", {"events": "9", "total": "24", "percent": "37.5"}),
    ("13 (36%)", "count (percent)", {"events": "13", "percent": "36"}),
    ("82% (n = 41)", "count (percent)", {"events": "41", "percent": "82"}),
    ("12.50 ± 3.10 mm", "mean ± spread", {"mean": "12.50", "spread": "3.10", "unit": "mm"}),
    ("12,5 +/- 3,1", "mean ± spread", {"mean": "12.5", "spread": "3.1"}),
    ("12.3 (SD 4.5)", "mean ± spread", {"mean": "12.3", "spread": "4.5", "spread_is": "SD"}),
    ("91.4±25.45 spots/cm2", "mean ± spread", {"mean": "91.4", "spread": "25.45", "unit": "spots/cm2"}),
    ("p = 0·039", "p-value", {"operator": "=", "p": "0.039"}),
    ("P<.001", "p-value", {"operator": "<", "p": "0.001"}),
    ("p-value of 0.03", "p-value", {"p": "0.03"}),
    ("p = 0. 039", "p-value", {"operator": "=", "p": "0.039"}),
    ("95% CI −2.0 to −0.4", "interval", {"level": "95", "low": "-2.0", "high": "-0.4"}),
    ("95% confidence interval [CI] 5.32-19.44", "interval", {"level": "95", "low": "5.32", "high": "19.44"}),
    ("95%CI:0.89-3.06", "interval", {"level": "95", "low": "0.89", "high": "3.06"}),
    ("t = −2.31", "test statistic", {"statistic": "t", "value": "-2.31"}),
    ("F(2, 57)=3.1", "test statistic", {"statistic": "F", "df": "2", "df2": "57", "value": "3.1"}),
    ("χ2 = 6.480", "test statistic", {"statistic": "χ2", "value": "6.480"}),
    ("odds ratio = 3.030", "effect", {"measure": "odds ratio", "estimate": "3.030"}),
    ("mean difference −11.6", "effect", {"measure": "mean difference", "estimate": "-11.6"}),
    ("aged 18–50 years", "age", {"low": "18", "high": "50"}),
    ("12-year-old", "age", {"value": "12"}),
    ("12 weeks", "time", {"value": "12", "unit": "weeks"}),
    ("week 12", "time", {"value": "12", "unit": "week"}),
    ("6 sessions", "repetitions", {"times": "6"}),
    ("200 mg", "dose", {"value": "200", "unit": "mg"}),
    ("10.5 µg/mL", "dose", {"value": "10.5", "unit": "µg/mL"}),
    ("0·5 mm", "measure", {"value": "0.5", "unit": "mm"}),
    ("120 spots per square inch", "measure", {"value": "120", "unit": "spots per square inch"}),
    ("2–3 points", "measure", {"low": "2", "high": "3", "unit": "points"}),
    ("20%–30%", "percent", {"low": "20", "high": "30"}),
    ("NCT01234567", "other", {}),
    ("IL-6", "other", {}),
    ("Phase 2", "other", {}),
    ("2nd", "other", {}),
    ("120/80", "other", {"events": "120", "total": "80"}),
    ("cm2", "other", {}),
    ("Eleven of 42 patients (26.2%)", "count of total", {"events": "11", "total": "42", "percent": "26.2"}),
    ("Two (6%)", "count (percent)", {"events": "2", "percent": "6"}),
    ("12,4 (± 3,2)", "mean ± spread", {"mean": "12.4", "spread": "3.2"}),
    ("1.234,5", "number", {"value": "1234.5"}),
    ("P<10-4", "p-value", {"operator": "<", "p": "1e-4"}),
    ("P＜0.01", "p-value", {"operator": "<", "p": "0.01"}),
    ("IC 95% 1,2-3,4", "interval", {"level": "95", "low": "1.2", "high": "3.4"}),
    ("HR for death, 0.71", "effect", {"measure": "HR", "estimate": "0.71"}),
    ("prevalence ratio 1.4 (1.1 to 1.9)", "effect", {"estimate": "1.4", "low": "1.1", "high": "1.9"}),
    ("between-group difference was −8.9", "effect", {"estimate": "-8.9"}),
    ("32.1 (12.9)", "number (number)", {"value": "32.1", "in_brackets": "12.9"}),
    ("14 days (IQR, 10 to 21)", "number (range)", {"value": "14", "unit": "days", "low": "10", "high": "21"}),
    ("2 [1–4]", "number (range)", {"value": "2", "low": "1", "high": "4"}),
    ("12–15 May 2024", "other", {}),
]


@pytest.mark.parametrize(("printed", "kind", "values"), READ, ids=[printed for printed, _, _ in READ])
@pytest.mark.parametrize("frame", ["{}", "It was seen, {}; so it was said.", "RESULTS: ({}) there."])
def test_what_is_printed_is_read(printed, kind, values, frame) -> None:
    (found,) = find_candidates(frame.format(printed))
    assert (found.text, found.kind) == (printed, kind)
    assert dict(found.values).items() >= values.items()


def test_each_of_several_times_is_a_candidate() -> None:
    found = find_candidates("Read at weeks 4, 8 and 12.")
    assert [dict(one.values) for one in found] == [{"value": value, "unit": "weeks"} for value in ("4", "8", "12")]


@pytest.mark.parametrize(
    ("said", "note", "column"),
    [
        ("", "SD or SE: not said", "outcomes.plus_minus"),
        ("Values are mean ± SD. ", "SD: said elsewhere in the abstract", "outcomes.sd"),
        ("Values are means ± SEM. ", "SE: said elsewhere in the abstract", "outcomes.se"),
        ("Values are mean ± SD or ± SE. ", "SD or SE: not said", "outcomes.plus_minus"),
        ("Mean (SD) age is told. ", "SD or SE: not said", "outcomes.plus_minus"),
    ],
)
def test_a_plus_minus_is_called_sd_only_if_the_abstract_does(said, note, column) -> None:
    found = find_candidates(said + "Pain was 12.5 ± 3.1 then.")[-1]
    assert note in found.note
    assert column in found.fills


def test_a_percentage_beside_a_treatment_is_a_strength() -> None:
    text = "In 5% of people with lotion 5% the 2% lotion was enough."
    kinds = [(one.text, one.kind) for one in find_candidates(text, dose_words=frozenset({"lotion"}))]
    assert kinds == [("5%", "percent"), ("5%", "dose"), ("2%", "dose")]


def test_a_comma_is_read_and_told() -> None:
    assert [one.note for one in find_candidates("It was 12,5 then.")] == ["comma read as a decimal mark"]
    assert [one.note for one in find_candidates("It was 1,250 then.")] == ["comma read as a mark of thousands"]
    but = "though other numbers here have a decimal comma"
    assert [one.note for one in find_candidates("It was 12,5 or 1,250 or 3.450 or 2.5 then.")] == [
        "comma read as a decimal mark",
        f"comma read as a mark of thousands, {but}",
        f"point read as a decimal mark, {but}",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The rate was 91. 67%(55 /60) then.", ["91. 67"] * 2),
        ("The scores were(3. 2±1. 1) then.", ["3. 2", "3. 2", "1. 1", "1. 1"]),
        ("It was χ2 =4. 18 then.", ["4. 18"] * 2),
        ("There were 1 208 children.", ["1 208"] * 2),
        ("It fell by 2.5 mm. 40 people came in 2019. 12 left at weeks 4 and 12.", []),
        ("It was p = 0. 039 then.", []),
    ],
)
def test_a_number_that_a_blank_may_have_torn_apart_is_told(text, pieces) -> None:
    notes = [part for one in find_candidates(text) for part in one.note.split("; ") if "piece" in part]
    assert notes == [f"perhaps a piece of {piece!r}" for piece in pieces]


def test_a_percentage_that_is_not_the_share_is_told() -> None:
    notes = {one.text: one.note for one in find_candidates("It was 20/25 (80%), 9/24 (38%) or 9/24 (83%).")}
    assert notes == {"20/25 (80%)": "", "9/24 (38%)": "", "9/24 (83%)": "the percentage does not fit the count"}


def test_a_denominator_is_not_taken_for_the_count() -> None:
    for text in ("Half of 42 patients (52%) came.", "Most of the 42 patients (98%) came."):
        assert next((one.text, one.kind) for one in find_candidates(text)) == ("42 patients", "people")


def test_a_rate_is_no_count_of_a_total() -> None:
    kinds = [(one.text, one.kind) for one in find_candidates("It was 3.2/1000 person-years.")]
    assert kinds == [("3.2", "number"), ("1000", "number")]


@pytest.mark.parametrize(
    "text", ["It was seen at loci 2 to 5.", "Come once or, 5 times more.", "The basic 2 to 5 held."]
)
def test_letters_within_words_are_no_measure(text) -> None:
    assert not {one.kind for one in find_candidates(text)} & {"interval", "effect"}


def test_before_and_after_is_not_taken_for_a_range() -> None:
    (found,) = find_candidates("It rose from 23.4% to 61.0% then.")
    assert "perhaps before and after" in found.note


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("14 days (IQR 10–21)", ("outcomes.median", "outcomes.q1", "outcomes.q3")),
        ("14 days (range 10–21)", ("outcomes.median", "outcomes.minimum", "outcomes.maximum")),
    ],
)
def test_what_brackets_are_called_says_what_they_might_fill(text, columns) -> None:
    (found,) = find_candidates(f"It took {text} then.")
    assert (found.fills, found.note) == (columns, "")


def test_what_might_be_filled_are_columns_that_there_are() -> None:
    for kind in KINDS.values():
        for place in kind.fills:
            table, _, column = place.partition(".")
            assert column in TABLES[table].names


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-999, max_value=999))
def test_numbers_keep_their_decimals(number) -> None:
    text = f"{number:f}"
    assert plain_number(text.replace("-", "−").replace(".", "·")) == text
    assert plain_number(text.replace(".", ",")) in (text, text.replace(".", ""))
    assert NUMBER.fullmatch(plain_number(text))


@given(st.integers(1, 999))
def test_numbers_in_words(number) -> None:
    units = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    units += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
    tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

    def below_hundred(value: int) -> str:
        if value < 20:
            return units[value]
        return tens[value // 10] + (f"-{units[value % 10]}" if value % 10 else "")

    hundreds, rest = divmod(number, 100)
    words = f"{units[hundreds]} hundred" if hundreds else ""
    words += (" and " if hundreds and rest else "") + (below_hundred(rest) if rest else "")
    assert word_number(words) == number
    (found,) = find_candidates(f"{words.capitalize()} patients came.")
    assert dict(found.values)["n"] == str(number)
