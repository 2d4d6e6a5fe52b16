"""What people get: judgements with their way, overrides with a reason, and never a low that nobody found."""

from __future__ import annotations

import pandas as pd
import pytest

from evidence.curate.bias import FORMS, QUESTIONS, judge, of_outcome, robvis, settled
from evidence.curate.bias.words import mark_of
from evidence.errors import ColumnError, InputError, OptionError, RowError

LOW = {
    "1.1": "Y", "1.2": "Y", "1.3": "N", "2.1": "N", "2.2": "N", "2.6": "Y", "3.1": "Y", "4.1": "N",
    "4.2": "N", "4.3": "N", "5.1": "Y", "5.2": "N", "5.3": "N",
}  # fmt: skip


def test_a_trial_without_any_fault_is_low() -> None:
    found = judge("RoB2", "parallel", LOW, study="T1", outcome="pain", assessor="AB")
    assert found.shown == "low"
    assert [entry.shown for entry in found.domains] == ["low"] * 5
    assert found.open_questions == found.not_counted == ()
    assert found.overall.because == "low: D1, D2, D3, D4, D5"
    assert "T1 · pain · AB" in found.summary()
    assert max(map(len, found.summary().splitlines())) <= 80


@pytest.mark.parametrize("name", LOW)
def test_each_missing_answer_is_named_and_takes_the_low_away(name) -> None:
    answers = {key: value for key, value in LOW.items() if key != name}
    found = judge("RoB2", "parallel", answers)
    domain = found.domain(f"D{name[0]}")
    assert domain.shown == found.shown == "not assessed"
    assert domain.missing == (name,)
    assert found.overall.missing == (domain.domain,)
    assert name in found.open_questions
    assert "low" not in found.shown


def test_one_high_domain_decides_the_whole_whatever_is_open() -> None:
    found = judge("RoB2", "parallel", {"4.1": "Y"})
    assert found.shown == "high"
    assert found.overall.because == "high: D4"
    assert found.domain("D1").shown == "not assessed"


def test_several_concerns_are_left_to_people() -> None:
    found = judge("RoB2", "parallel", LOW | {"1.2": "NI", "5.1": "NI"})
    assert found.shown == "some concerns"
    assert any("several domains raise some concerns" in caution for caution in found.cautions)
    higher = judge(
        "RoB2", "parallel", LOW | {"1.2": "NI", "5.1": "NI"}, overrides={"overall": ("high", "together they weigh")}
    )
    assert (higher.proposed, higher.judgement) == ("some-concerns", "high")
    assert "together they weigh" in higher.overall.because


def test_an_override_keeps_what_was_proposed_and_moves_the_whole() -> None:
    found = judge("RoB2", "parallel", LOW, overrides={"D3": ("high", "half of the people are missing")})
    domain = found.domain("D3")
    assert (domain.proposed, domain.judgement, domain.override_reason) == (
        "low",
        "high",
        "half of the people are missing",
    )
    assert found.judgement == "high"
    plain = found.to_dict()
    assert plain["domains"][2]["proposed"] == "low"
    assert plain["overall"]["judgement"] == "high"


@pytest.mark.parametrize(
    ("answers", "overrides", "message"),
    [
        ({"1.1": "yes"}, {}, "question 1.1 has no such answer"),
        ({"1.1": "NA"}, {}, "question 1.1 has no such answer"),
        ({"3.2": "NI"}, {}, "allowed: Y, PY, PN, N, NA"),
        ({"6.1": "Y"}, {}, "no such question"),
        ({"1.1": ""}, {}, "an unanswered question is left out"),
        ({}, {"D9": ("low", "x")}, "no such domain"),
        ({}, {"D1": ("serious", "x")}, "RoB2 has no such judgement"),
        ({}, {"D1": ("low", " ")}, "needs a reason"),
    ],
)
def test_what_cannot_be_used_is_said(answers, overrides, message) -> None:
    with pytest.raises(RowError, match=message):
        judge("RoB2", "parallel", answers, overrides=overrides)


def test_unknown_forms_are_named_with_what_there_is() -> None:
    with pytest.raises(OptionError, match="did you mean 'crossover'"):
        judge("RoB2", "cross-over", {})
    with pytest.raises(OptionError, match="ROBINS-I"):
        judge("ROBIN-I", "", {})


def test_na_where_a_question_is_asked_is_no_answer() -> None:
    found = judge("RoB2", "parallel", LOW | {"2.1": "Y", "2.3": "NA"})
    assert found.domain("D2").missing == ("2.3",)
    assert found.open_questions == ("2.3",)


def test_questions_that_are_not_asked_do_not_count_and_are_told() -> None:
    found = judge("RoB2", "parallel", LOW | {"2.3": "Y", "2.4": "Y", "2.5": "N"})
    assert found.domain("D2").shown == "low"
    assert found.not_counted == ("2.3", "2.4", "2.5")


def test_charts_that_are_not_the_published_ones_carry_a_caution() -> None:
    carried = judge("RoB2", "crossover", {"S.1": "NA", "S.3": "Y"})
    assert any("our own cautious reading" in caution and "DS" in caution for caution in carried.cautions)
    older = judge("ROBINS-I", "2016", {"1.1": "N"})
    assert any("no flow chart" in caution for caution in older.cautions)
    assert judge("RoB2", "parallel", {"1.2": "N"}).domain("D1").basis == "published"


def test_every_form_has_its_questions_in_our_own_words() -> None:
    assert set(QUESTIONS) == set(FORMS)
    for questions in QUESTIONS.values():
        assert len({question.id for question in questions}) == len(questions)
        for question in questions:
            assert question.text.endswith("?")
            assert 20 < len(question.text) < 130


def rows(*entries, **extra) -> pd.DataFrame:
    names = ("study_id", "outcome", "domain", "assessor", "judgement")
    table = pd.DataFrame([dict(zip(names, entry, strict=True)) for entry in entries])
    return table.assign(tool="RoB2", variant="parallel", support="", proposed="", **extra)


def test_consensus_counts_and_disagreement_is_nothing_else() -> None:
    table = rows(
        ("A", "all", "D1", "AB", "low"),
        ("A", "all", "D1", "CD", "high"),
        ("A", "all", "D1", "consensus", "some-concerns"),
        ("A", "all", "D2", "AB", "low"),
        ("A", "all", "D2", "CD", "high"),
        ("A", "all", "D3", "AB", "low"),
        ("A", "all", "D3", "CD", "low"),
        ("A", "all", "D4", "AB", "high"),
    )
    found = settled(table).set_index("domain")
    assert found["judgement"].to_dict() == {"D1": "some-concerns", "D2": "not-agreed", "D3": "low", "D4": "high"}
    assert found.loc["D3", "assessor"] == "AB, CD"
    assert found.loc["D2", "support"] == "AB: low; CD: high"
    assert mark_of("not-agreed") == "/"
    with pytest.raises(ColumnError, match="judgement"):
        settled(table.drop(columns="judgement"))


def test_robvis_gets_its_columns_and_words() -> None:
    table = rows(
        ("A", "all", "D1", "AB", "low"),
        ("A", "all", "D4", "AB", "some-concerns"),
        ("A", "pain", "D4", "AB", "high"),
        ("B", "all", "overall", "AB", "no-information"),
    )
    plain = robvis(table)
    assert plain.columns.tolist() == ["Study", "D1", "D2", "D3", "D4", "D5", "Overall"]
    assert plain.iloc[0].tolist()[1:5] == ["Low", "No information", "No information", "Some concerns"]
    pain = robvis(table, outcome="pain", labels={"A": "Ada 2020"}, weights={"A": 61.5})
    assert pain.columns.tolist()[-1] == "Weight"
    assert pain.iloc[0].tolist() == ["Ada 2020", "Low", *["No information"] * 2, "High", "No information", "High", 61.5]
    assert len(pain) == 1
    cluster = robvis(table.assign(variant="cluster"), variant="cluster")
    assert cluster.columns.tolist() == ["Study", "D1", "D1b", "D2", "D3", "D4", "D5", "Overall"]
    with pytest.raises(InputError, match="nothing was judged"):
        robvis(table, tool="ROBINS-I")
    with pytest.raises(InputError, match="Z"):
        robvis(table, weights={"Z": 1.0})


def test_a_judgement_of_the_whole_for_all_outcomes_is_not_one_for_an_outcome_judged_apart() -> None:
    table = rows(
        *(("A", "all", name, "AB", "low") for name in ("D1", "D2", "D3", "D4", "D5", "overall")),
        ("A", "pain", "D4", "AB", "some-concerns"),
        ("A", "sleep", "D4", "AB", "high"),
        ("A", "mood", "D4", "AB", "high"),
        ("A", "mood", "overall", "AB", "some-concerns"),
    )
    whole = {name: of_outcome(table, name)["A", "RoB2", "parallel"].get("overall") for name in ("all", "pain", "walk")}
    assert whole == {"all": "low", "pain": None, "walk": "low"}
    assert of_outcome(table, "sleep")["A", "RoB2", "parallel"]["overall"] == "high"
    assert of_outcome(table, "mood")["A", "RoB2", "parallel"]["overall"] == "some-concerns", "as a person judged it"
    assert robvis(table, outcome="pain").iloc[0].tolist()[-2:] == ["Low", "No information"]
    assert robvis(table.drop(columns="variant"), outcome="sleep").iloc[0].tolist()[-1] == "High"


def test_robvis_never_makes_a_low_of_what_nobody_judged() -> None:
    for name in ("no-information", "not-agreed"):
        found = robvis(rows(("A", "all", "D1", "AB", name)))
        assert set(found.iloc[0, 1:]) == {"No information"}
