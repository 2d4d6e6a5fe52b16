"""The ranking: what it adds up, what comes first, and that nothing is ever left out."""

from __future__ import annotations

import builtins
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from screening_desk import record

from evidence.fetch.record import AbstractPart, Heading, Link, Record
from evidence.protocol import Protocol, Review, Search
from evidence.screen.rank import rank

GROUPS = ("treatment: copper lamp*; lamp light", "condition: hiccup*; Hiccup[mesh]")


def protocol(*terms: str, query: str = "x", known: tuple[str, ...] = ()) -> Protocol:
    search = Search(database="PubMed", query=query, terms=terms, known_items=known)
    return Protocol(review=Review(id="r", title="R", question="?"), search=search)


def points(entry, name: str) -> float:
    return sum(part.points for part in entry.parts if part.name == name)


def because(entry, name: str) -> str:
    return "; ".join(part.because for part in entry.parts if part.name == name)


def only(one: Record, *terms: str, **options):
    (entry,) = rank([one], protocol(*(terms or GROUPS)), **options)
    return entry


MESH = tuple(Heading(descriptor=name, qualifiers=(("drug therapy", True),)) for name in ("Hiccup", "Humans", "Lamps"))


def test_a_trial_in_words_alone_comes_before_a_review_rich_in_headings() -> None:
    fresh = record(
        "20",
        "Copper lamps for wandering hiccup",
        "Forty adults were randomly allocated to a copper lamp or to a sham lamp for 12 weeks.",
    )
    review = record(
        "10",
        "Copper lamps for hiccup: where do we stand?",
        "Randomized controlled trials of copper lamps for hiccups were compared with placebo in several groups.",
        publication_types=("Journal Article", "Review", "Research Support, Non-U.S. Gov't"),
        mesh=MESH,
        keywords=("copper lamp", "hiccups"),
    )
    first, second = rank([review, fresh], protocol(*GROUPS))
    assert (first.pmid, second.pmid) == ("20", "10")
    assert first.score - second.score > 5


def test_a_typed_trial_comes_before_the_same_trial_without_its_type() -> None:
    bare = record("1", "Copper lamps: a randomised trial")
    typed = record("2", "Copper lamps: a randomised trial", publication_types=("Randomized Controlled Trial",))
    assert [entry.pmid for entry in rank([bare, typed], protocol(*GROUPS))] == ["2", "1"]


def test_a_score_is_the_sum_of_the_parts_as_the_documentation_lists_them() -> None:
    entry = only(
        record(
            "1",
            "Copper lamps for hiccups: a randomised trial",
            "Placebo lamps; split-arm use; NCT09999999.",
            publication_types=("Journal Article", "Randomized Controlled Trial"),
            registrations=("NCT09999999",),
        )
    )
    listed = {part.name: part.points for part in entry.parts if part.points}
    assert listed == {
        "publication type": 6.0,
        "Cochrane RCT filter": 2.0,
        "random allocation": 5.0,
        "within person": 3.0,
        "comparison": 2.0,
        "registered": 1.0,
        "terms: treatment": 4.0,
        "terms: condition": 4.0,
        "all term groups": 2.0,
    }
    assert entry.score == 29.0


@pytest.mark.parametrize(
    ("title", "abstract", "expected"),
    [
        ("A randomised trial of lamps", "", 5.0),
        ("A randomized, double-blind, placebo-controlled trial", "", 5.0),
        ("Lamps", "Adults were randomly assigned.", 4.0),
        ("Lamps", "Adults were randomised to two lamps.", 4.0),
        ("Lamps", "Random allocation was by coin.", 4.0),
        ("Lamps", "Further randomised controlled trials are needed.", 0.0),
        ("Lamps", "Randomized, placebo-controlled clinical trials were sought.", 0.0),
        ("A non-randomised comparison of lamps", "", 0.0),
        ("A nonrandomized comparison of lamps", "", 0.0),
        ("Random glucose under lamps", "A random-effects model.", 0.0),
    ],
)
def test_words_of_random_allocation(title, abstract, expected) -> None:
    assert points(only(record("1", title, abstract)), "random allocation") == expected


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("a split-face design", True),
        ("a split body comparison", True),
        ("intraindividual", True),
        ("each was their own control", True),
        ("a crossover trial", True),
        ("on the contralateral side", True),
        ("the contralateral hippocampus", False),
        ("split-thickness grafts", False),
        ("a split dose", False),
    ],
)
def test_words_of_a_comparison_within_people(text, hit) -> None:
    assert (points(only(record("1", "Lamps", text)), "within person") == 3.0) is hit


def test_the_cochrane_filter_is_used_word_for_word() -> None:
    british = only(record("1", "Lamps", "A randomised study."))
    assert points(british, "Cochrane RCT filter") == 0.0
    assert because(british, "Cochrane RCT filter") == "none of its eight terms"
    every = record(
        "1",
        "A trial",
        "Randomized groups, randomly given placebo.",
        publication_types=("Randomized Controlled Trial", "Controlled Clinical Trial"),
        mesh=(Heading(descriptor="Hiccup", qualifiers=(("drug therapy", False),)),),
    )
    words = "randomized[tiab], placebo[tiab], randomly[tiab], trial[tiab], groups[tiab]"
    hits = f"randomized controlled trial[pt], controlled clinical trial[pt], {words}, drug therapy[sh]"
    assert because(only(every), "Cochrane RCT filter") == hits
    assert because(only(record("1", "Trials", "grouped")), "Cochrane RCT filter") == "none of its eight terms"
    keyword = record("1", "Lamps", keywords=("placebo",))
    assert because(only(keyword), "Cochrane RCT filter") == "placebo[tiab]"


@pytest.mark.parametrize(
    ("headings", "lowered"),
    [(("Animals",), True), (("Animals", "Humans"), False), (("Humans",), False), ((), False)],
)
def test_animals_without_humans_are_lowered_and_kept(headings, lowered) -> None:
    entry = only(record("1", "A trial", mesh=tuple(Heading(descriptor=name) for name in headings)))
    assert (points(entry, "Cochrane RCT filter, animals") == -4.0) is lowered


def test_animals_in_words_count_only_where_no_people_are_named() -> None:
    assert points(only(record("1", "Lamps in mice")), "animal words") == -3.0
    assert points(only(record("1", "Lamps in mice and patients")), "animal words") == 0.0


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (("Review",), -4.0),
        (("Systematic Review", "Review"), -4.0),
        (("Editorial",), -5.0),
        (("Letter",), -1.0),
        (("Case Reports",), -3.0),
        (("Journal Article",), 0.0),
    ],
)
def test_record_types_are_lowered_by_the_gravest(types, expected) -> None:
    assert points(only(record("1", "Lamps", publication_types=types)), "record type") == expected


def test_a_trial_wrongly_typed_as_a_review_keeps_its_trial_points() -> None:
    entry = only(record("1", "Lamps: a randomised trial", publication_types=("Review", "Randomized Controlled Trial")))
    assert points(entry, "publication type") == 6.0
    assert points(entry, "record type") == -4.0


def test_words_of_a_group_count_where_they_stand_first() -> None:
    assert points(only(record("1", "Copper lamps")), "terms: treatment") == 4.0
    assert points(only(record("1", "Light", "of a copper-lamp")), "terms: treatment") == 2.0
    assert points(only(record("1", "Light", keywords=("lamp light",))), "terms: treatment") == 2.0
    assert points(only(record("1", "X", mesh=(Heading(descriptor="Hiccup"),))), "terms: condition") == 1.0
    assert points(only(record("1", "Lamp posts")), "terms: treatment") == 0.0


def test_without_groups_the_words_of_the_query_count() -> None:
    query = (
        '("copper lamp"[tiab] OR lantern*[ti]) AND ("Hiccup"[Mesh] OR hiccups[tiab]) NOT (animals[mh] NOT humans[mh])'
    )
    (entry,) = rank([record("1", "Lanterns for hiccups")], protocol(query=query))
    assert points(entry, "terms: copper lamp") == 4.0
    assert points(entry, "terms: hiccups") == 4.0
    assert points(entry, "all term groups") == 2.0


def test_what_takes_nothing_away_is_said() -> None:
    foreign = only(record("1", "Lampes", languages=("fre",)))
    assert because(foreign, "language") == "fre; nothing is taken away for it"
    assert because(foreign, "abstract") == "the record has none; nothing is taken away for it"
    unknown = only(record("1", "Lamps"), without_abstract={"1"})
    assert "not fetched here" in because(unknown, "abstract")
    assert foreign.score == only(record("1", "Lampes")).score


def test_notices_are_told_and_change_no_score() -> None:
    plain = only(record("1", "Lamps"))
    retracted = only(record("1", "Lamps", links=(Link(kind="RetractionIn", pmid="99"),)))
    notice = only(record("1", "Lamps", links=(Link(kind="RetractionOf", pmid="98"),)))
    worried = only(record("1", "Lamps", links=(Link(kind="ExpressionOfConcernIn", pmid="97"),)))
    assert because(retracted, "notice") == "this article was retracted; notice PMID 99"
    assert because(notice, "notice") == "a retraction notice of PMID 98"
    assert because(worried, "notice") == "an expression of concern was published"
    assert {entry.score for entry in (plain, retracted, notice, worried)} == {plain.score}


KNOWN = record("7", "Copper lamps against warm water", "Hiccups were counted under copper lamps and warm water.")


def test_what_is_like_a_known_item_rises() -> None:
    near = record("2", "Warm water and copper lamps", "Counted hiccups under warm water.")
    far = record("1", "Tides", "Harbours silt up slowly.")
    first, second = rank([far, near], protocol("treatment: tulip"), known=[KNOWN])
    assert (first.pmid, second.pmid) == ("2", "1")
    assert points(second, "like known items") == 0.0
    cosine = float(because(first, "like known items").split()[0])
    assert points(first, "like known items") == pytest.approx(6 * cosine, abs=0.06)
    assert because(first, "like known items").endswith("to PMID 7")


def test_a_known_item_is_not_like_itself() -> None:
    (entry,) = rank([KNOWN], protocol(*GROUPS), known=[KNOWN])
    assert points(entry, "like known items") == 0.0
    assert because(entry, "like known items") == "not computed: it is the only known item"
    other = record("8", "Copper lamps and warm water again", "Hiccups under copper lamps.")
    entries = rank([KNOWN, other], protocol(*GROUPS), known=[KNOWN, other])
    assert all("itself a known item" in because(entry, "like known items") for entry in entries)
    assert all(0 < points(entry, "like known items") < 6 for entry in entries)


def test_known_items_without_an_abstract_are_left_aside() -> None:
    entry = only(record("1", "Lamps"), known=[record("7", "Lamps")])
    assert because(entry, "like known items") == "not computed: no known item has its abstract here"


def test_without_scikit_learn_the_part_says_so(monkeypatch) -> None:
    real = builtins.__import__

    def refuse(name, *rest, **more):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    entry = only(record("1", "Copper lamps", "Hiccups."), known=[KNOWN])
    assert points(entry, "like known items") == 0.0
    assert "scikit-learn is not installed" in because(entry, "like known items")


def test_ties_stand_in_the_order_of_their_numbers() -> None:
    entries = rank([record(pmid, "Lamps") for pmid in ("100", "9", "20")], protocol(*GROUPS))
    assert [entry.pmid for entry in entries] == ["9", "20", "100"]


def test_importing_the_ranking_loads_nothing_heavy() -> None:
    code = "import sys, evidence.screen.rank, evidence.screen.ledger, evidence.screen.loop; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"numpy", "pandas", "scipy", "sklearn", "Bio", "rich", "filelock"} & set(loaded) == set()


WORDS = ["randomised ", "trial ", "mice ", "review of ", "copper lamp ", "hiccup ", "é", "<i>", "\n", "-", "x"]
texts = st.lists(st.sampled_from(WORDS), max_size=12).map("".join)
records = st.builds(
    Record,
    pmid=st.integers(1, 999_999_999).map(str),
    title=texts,
    abstract=st.lists(st.builds(AbstractPart, text=texts), max_size=2).map(tuple),
    publication_types=st.lists(st.sampled_from(["Review", "Randomized Controlled Trial", "Ñ"]), max_size=2).map(tuple),
    languages=st.just(("eng",)),
)


@given(st.lists(records, max_size=8, unique_by=lambda one: one.pmid), st.randoms())
def test_every_record_comes_back_once_with_the_sum_of_its_parts_in_one_order(some, random) -> None:
    ranked = rank(some, protocol(*GROUPS))
    assert sorted(entry.pmid for entry in ranked) == sorted(one.pmid for one in some)
    assert [(-entry.score, int(entry.pmid)) for entry in ranked] == sorted((-e.score, int(e.pmid)) for e in ranked)
    for entry in ranked:
        assert entry.score == pytest.approx(sum(part.points for part in entry.parts), abs=0.051)
        assert all(part.because for part in entry.parts)
    shuffled = list(some)
    random.shuffle(shuffled)
    assert rank(shuffled, protocol(*GROUPS)) == ranked
