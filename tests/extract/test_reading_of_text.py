"""Sentences, hints on the design, words of the protocol, and the trial that a record belongs to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.extract import split_sentences
from evidence.extract.design import design_hints, plain_values
from evidence.extract.linking import linked_studies, propose_study_id
from evidence.extract.named import find_mentions
from evidence.protocol import Protocol, Review, Search
from evidence.tables.definitions import TABLES
from evidence.tables.topic import Condition, Design

PROTOCOL = Protocol(
    review=Review(id="r", title="R", question="?"),
    search=Search(database="PubMed", query="x"),
    conditions={"gout": Condition(id="gout", label="gout"), "sore-knee": Condition(id="sore-knee", label="sore knee")},
    designs={"split-mouth": Design(id="split-mouth", label="split mouth", like="split-body")},
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("The rate was 91. 67%(55/60). So.", ["The rate was 91. 67%(55/60).", "So."]),
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It fell by 2.5 mm. 40 people came.", ["It fell by 2.5 mm.", "40 people came."]),
        ("It fell (p = 0. 039). So be it.", ["It fell (p = 0. 039).", "So be it."]),
        (
            "A vs. B, e.g. Cream, was seen. Smith et al. Said so.",
            ["A vs. B, e.g. Cream, was seen.", "Smith et al. Said so."],
        ),
        ("It stopped.) Then it began.", ["It stopped.)", "Then it began."]),
        ("AIMS: One.\nRESULTS: Two. Three", ["AIMS: One.", "RESULTS: Two.", "Three"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences(text, sentences) -> None:
    found = split_sentences(text)
    assert [sentence.text for sentence in found] == sentences
    assert [sentence.number for sentence in found] == list(range(1, len(sentences) + 1))


def test_sentences_know_their_section() -> None:
    assert [sentence.section for sentence in split_sentences("AIMS: One.\nRESULTS: Two. Three")] == [
        "AIMS", "RESULTS", "RESULTS",
    ]  # fmt: skip


@given(st.text(alphabet="ab.A 1!?\n)(0=p", max_size=80))
def test_sentences_cover_all_but_blanks(text) -> None:
    found = split_sentences(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    outside = text
    for one in reversed(found):
        outside = outside[: one.start] + outside[one.end :]
    assert outside.strip() == ""


def values(title: str, *sentences: str, types: tuple[str, ...] = ()) -> dict[str, str]:
    return plain_values(design_hints(title, dict(enumerate(sentences, start=1)), types, PROTOCOL))


@pytest.mark.parametrize(
    ("title", "sentences", "expected"),
    [
        ("A cream.", ["Forty people were randomly assigned to two creams."], {"randomised": "yes"}),
        ("A cream: a randomised controlled trial.", [], {"randomised": "yes"}),
        ("A cream.", ["This was a double-blind, randomized clinical trial of two creams."], {"randomised": "yes"}),
        ("A cream.", ["We randomised 32 villages."], {"randomised": "yes"}),
        ("A cream.", ["This was a non-randomised trial."], {"randomised": "no"}),
        ("A cream.", ["People were not randomized."], {"randomised": "no"}),
        ("A cream.", ["Larger randomised controlled trials are needed."], {}),
        ("A cream.", ["Charts were randomly selected."], {}),
        ("A cream.", ["We searched for randomised trials in four databases."], {}),
        ("Creams: a systematic review of randomised controlled trials.", [], {}),
        ("A cream.", ["People were randomly allocated.", "This was a non-randomised trial."], {}),
        ("A cream.", ["A split-mouth trial."], {"design": "split-mouth"}),
        ("A cream.", ["A split-face study of two creams."], {"design": "split-body"}),
        ("A cream.", ["Patients were split into groups."], {}),
        ("A cream.", ["A cross-over trial."], {"design": "crossover"}),
        ("A cream.", ["In this single-arm trial all got it."], {"design": "single-arm"}),
        ("A cream.", ["A parallel-group trial.", "Then a crossover followed."], {}),
        ("A cream in gout.", [], {"condition": "gout"}),
        ("A cream in gout and in a sore knee.", [], {}),
        ("A cream.", ["People with gout came."], {}),
    ],
)
def test_only_what_is_plain_is_entered(title, sentences, expected) -> None:
    assert values(title, *sentences) == expected


def test_a_randomised_single_arm_is_a_contradiction_and_stays_empty() -> None:
    assert values("A single-arm trial.", "They were randomly assigned.") == {}


def test_publication_types_are_plain_on_allocation_only() -> None:
    assert values("A cream.", types=("Randomized Controlled Trial",)) == {"randomised": "yes"}
    assert values("A cream.", types=("Review",)) == {}


def test_hints_name_their_sentence() -> None:
    hints = design_hints("A cream.", {1: "It was so.", 2: "An assessor-blinded trial."}, (), PROTOCOL)
    assert [(hint.column, hint.sentence, hint.text) for hint in hints] == [("blinding", 2, "assessor-blinded")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They used 5% lotion of X daily.", ["x-5"]),
        ("They used X lotion 5%.", ["x-5"]),
        ("They used x lotion 2.5%.", []),
        ("They used x lotion 2%.", ["x-2"]),
        ("X-lotion at 5 % was used.", ["x-5"]),
        ("Heat-packs were used.", ["heatpack"]),
        ("Heat packs were used.", ["heatpack"]),
        ("Tea was drunk.", []),
    ],
)
def test_labels_are_recognised_with_their_numbers(text, found) -> None:
    entries = [("x-5", "X lotion 5%"), ("x-2", "X lotion 2% (any brand)"), ("heatpack", "heat pack")]
    whole = [mention.id for mention in find_mentions({1: text}, entries) if mention.whole]
    assert whole == found


def test_what_says_nothing_is_not_named_in_part() -> None:
    entries = [
        ("x-5", "lotion X 5%"),
        ("x-2", "lotion X 2%"),
        ("knee-score", "severity of a sore knee"),
        ("tea", "black tea"),
    ]
    text = {1: "BACKGROUND: Lotion X 5% was used in a sore knee; severity fell."}
    found = [(mention.id, mention.whole) for mention in find_mentions(text, entries)]
    assert found == [("knee-score", True), ("x-5", True)]
    text = {1: "Severity was read.", 2: "Lotion was used in a sore knee."}
    found = [(mention.id, mention.whole) for mention in find_mentions(text, entries, common=["severity of all"])]
    assert found == [("x-2", False), ("x-5", False)]


def test_a_cluster_trial_is_pointed_at() -> None:
    hints = design_hints("A cream.", {1: "A cluster-randomised trial in 32 villages."}, (), PROTOCOL)
    assert ("design", "", "cluster-randomised") in {(hint.column, hint.value, hint.text) for hint in hints}


def row(table: str, **cells: str) -> dict[str, str]:
    return {name: cells.get(name, "") for name in TABLES[table].names}


RECORD = row("records", pmid="90000001", doi="10.1000/A", registrations="NCT01234567")
REPORT = row("reports", report_id="Roe2020-1", study_id="Roe2020", pmid="90000002")


def linked(**tables: list[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    whole = {name: tables.get(name, []) for name in ("studies", "reports", "duplicates", "extractions")}
    return {found.study_id: found.reasons for found in linked_studies("90000001", RECORD, whole)}


def decision(other: str, relation: str, at: str = "2026-11-22T10:00:00Z", pmid: str = "90000001") -> dict[str, str]:
    return row("duplicates", pmid=pmid, other=other, relation=relation, decided_at=at)


def test_nothing_in_common_is_a_new_trial() -> None:
    assert linked(reports=[REPORT], studies=[row("studies", study_id="Roe2020")]) == {}


@pytest.mark.parametrize(
    "tables",
    [
        {"reports": [REPORT | {"pmid": "90000001"}]},
        {"reports": [REPORT | {"doi": "10.1000/a"}]},
        {"reports": [REPORT | {"registration": "registered: nct01234567"}]},
        {"studies": [row("studies", study_id="Roe2020", registration="NCT01234567")]},
        {"reports": [REPORT], "duplicates": [decision("Roe2020-1", "same-trial")]},
        {"reports": [REPORT], "duplicates": [decision("PMID:90000002", "same-publication")]},
        {
            "reports": [REPORT],
            "duplicates": [
                decision("PMID:90000005", "same-trial"),
                decision("Roe2020-1", "same-trial", pmid="90000005"),
            ],
        },
        {"extractions": [row("extractions", pmid="90000001", extractor="A", study_id="Roe2020")]},
    ],
)
def test_each_reason_leads_to_the_trial(tables) -> None:
    found = linked(**tables)
    assert list(found) == ["Roe2020"]
    assert len(found["Roe2020"]) == 1


def test_a_decision_that_two_differ_holds_over_a_registration() -> None:
    report = REPORT | {"registration": "NCT01234567"}
    study = row("studies", study_id="Roe2020", registration="NCT01234567")
    assert linked(reports=[report], studies=[study], duplicates=[decision("Roe2020-1", "different")]) == {}


def test_the_latest_decision_on_a_pair_holds() -> None:
    both = [decision("Roe2020-1", "same-trial"), decision("Roe2020-1", "different", at="2026-11-23T10:00:00Z")]
    assert linked(reports=[REPORT], duplicates=both) == {}
    assert list(linked(reports=[REPORT], duplicates=[both[1], both[0] | {"decided_at": "2026-11-24T10:00:00Z"}])) == [
        "Roe2020"
    ]


@pytest.mark.parametrize(
    ("authors", "name"),
    [
        ("Smith AB; Jones C", "Smith2026"),
        ("van der Berg A", "VanDerBerg2026"),
        ("O'Neil-Łoś K Jr", "ONeilLos2026"),
        ("Example Study Group", "ExampleStudyGroup2026"),
        ("李 雷", "PMID90000001"),
        ("", "PMID90000001"),
    ],
)
def test_names_of_new_trials(authors, name) -> None:
    assert propose_study_id(authors, "2026", "90000001", set()) == name
    assert propose_study_id(authors, "2026", "90000001", {name.upper()}) == f"{name}b"
