"""Planted duplicates are found, and what only looks like one is not."""

from __future__ import annotations

import time

import pytest
from planted_duplicates import planted
from screened_records import record_row

from evidence.screen.duplicates import Pair, find_duplicates, groups_of
from evidence.screen.duplicates.blocking import candidates
from evidence.screen.duplicates.entry import entries_of
from evidence.screen.duplicates.normal import is_notice_title, plain_doi, plain_registration, plain_title, surname

TITLE = "Drug A with yoga for knee pain in older nurses"


def pairs(*changes: dict[str, str], **tables: list[dict[str, str]]) -> tuple[Pair, ...]:
    """Return what is found among copies of one record with changes; each has a DOI and pages of its own."""
    rows = [
        record_row(number, **{"title": TITLE, "authors": "Müller AB; Roe C", "year": "2020", **change})
        for number, change in enumerate(changes, start=1)
    ]
    return find_duplicates({"records": rows, **tables})


def only(*changes: dict[str, str], **tables: list[dict[str, str]]) -> Pair:
    (pair,) = pairs(*changes, **tables)
    return pair


@pytest.mark.parametrize("seed", [1, 7, 23])
def test_recall_and_precision_on_planted_duplicates(seed: int) -> None:
    rows, truth = planted(2000, seed=seed)
    found = {(pair.pmid, pair.other.removeprefix("PMID:")): pair for pair in find_duplicates({"records": rows})}
    right = {key for key in found if key in truth}
    assert len(truth) == 240
    assert len(right) / len(truth) >= 0.99
    assert len(right) / len(found) >= 0.98
    strong = [key for key, pair in found.items() if pair.strength == "strong"]
    assert all(key in truth for key in strong)
    assert sum(found[key].suggests == truth[key] for key in right) / len(right) >= 0.98


def test_many_records_are_compared_with_few_others_and_none_is_missed() -> None:
    rows, truth = planted(5000, seed=3)
    begun = time.process_time()
    found = find_duplicates({"records": rows})
    assert time.process_time() - begun < 15
    assert len({(pair.pmid, pair.other.removeprefix("PMID:")) for pair in found} & truth.keys()) >= 0.99 * len(truth)
    # each with each would be 3,099 comparisons a record
    compared = sum(1 for _ in candidates(entries_of({"records": rows})))
    assert compared < 10 * len(rows)


@pytest.mark.parametrize(
    "title",
    [
        TITLE.upper(),
        f"[{TITLE}].",
        f"{TITLE}. © 2020 Example Press. All rights reserved.",
        "Drug A with <i>yoga</i> for <b>knee</b>&nbsp;pain in older nurses",
        "Drug A — with yoga: for knee-pain, in older nurses",
        f"RETRACTED: {TITLE}",
    ],
)
def test_spellings_of_one_title(title: str) -> None:
    pair = only({}, {"title": title, "doi": ""})
    assert (pair.suggests, pair.strength, pair.found_by) == ("same-publication", "strong", ("title",))


def test_greek_letters_accents_and_joined_words() -> None:
    pair = only(
        {"title": "TGF-β1 in naïve needle-free Sjögren care"}, {"title": "TGF beta1 in naive needlefree Sjogren care"}
    )
    assert (pair.strength, pair.found_by) == ("likely", ("near-title",))


def test_a_misspelt_word() -> None:
    assert only({}, {"title": TITLE.replace("nurses", "nruses")}).found_by == ("near-title",)


def test_the_same_doi_in_another_spelling() -> None:
    pair = only({"doi": "10.5555/ABC.1"}, {"doi": "10.5555/abc.1", "title": "Wholly other words", "authors": "Elm Q"})
    assert (pair.found_by, pair.strength) == (("doi",), "likely")
    assert "but the first authors differ" in pair.because


def test_identical_incomplete_records() -> None:
    bare = {"authors": "", "year": "", "doi": "", "journal": "", "volume_pages": ""}
    pair = only(bare, bare)
    assert (pair.suggests, pair.strength) == ("same-publication", "likely")


def test_the_same_citation_under_a_translated_title() -> None:
    same = {"volume_pages": "12(3):100-110", "journal": "J Knees"}
    assert only({**same, "title": ""}, same).found_by == ("citation",)


def test_a_congress_abstract_and_its_paper_are_one_trial() -> None:
    abstract = {"journal": "Proc Knees", "year": "2018", "publication_types": "Meeting Abstract"}
    pair = only({}, abstract)
    assert (pair.suggests, pair.strength) == ("same-trial", "likely")


def test_two_reports_of_a_registered_trial() -> None:
    other = {"title": "Twelve months on: cycling and bones", "authors": "Elm Q", "registrations": "nct01234567"}
    pair = only({"registrations": "NCT01234567"}, other)
    assert (pair.suggests, pair.strength, pair.found_by) == ("same-trial", "strong", ("registration",))


def test_a_review_that_names_many_trials_is_no_report_of_them() -> None:
    many = ";".join(f"NCT0123456{digit}" for digit in range(6))
    assert pairs({"registrations": "NCT01234560"}, {"title": "A review of trials", "registrations": many}) == ()


@pytest.mark.parametrize(
    "notice",
    [
        {"retraction_links": "RetractionOf 90000001", "publication_types": "Retraction of Publication"},
        {"retraction_links": "ErratumFor 90000001"},
        {"other_links": "CommentOn 90000001"},
        {"retraction_links": "ExpressionOfConcernFor 90000001"},
        {"publication_types": "Published Erratum;Journal Article"},
        {"title": f"Correction to: {TITLE}"},
        {"title": f"Reply to {TITLE}"},
        {"title": f"Retraction: {TITLE}"},
        {"title": f"Retraction Note: {TITLE}"},
        {"title": f"Publisher Correction: {TITLE}"},
        {"title": f"Editorial Expression of Concern: {TITLE}"},
        {"title": f"Re: {TITLE}"},
        {"title": "Erratum"},
    ],
)
def test_notices_and_comments_are_no_duplicates(notice: dict[str, str]) -> None:
    assert pairs({}, notice) == ()
    assert pairs({"doi": "10.5555/x"}, {**notice, "doi": "10.5555/x"}) == ()


def test_the_link_may_stand_on_the_article_alone() -> None:
    assert pairs({"retraction_links": "RetractionIn 90000002"}, {}) == ()


def test_republished_and_updated_versions_are_told() -> None:
    pair = only({}, {"retraction_links": "CorrectedandRepublishedFrom 90000001", "title": "Other words"})
    assert (pair.suggests, pair.found_by) == ("same-publication", ("link",))
    assert only({}, {"other_links": "UpdateOf 90000001", "title": "Other words"}).suggests == "same-trial"


def test_what_pubmed_merged() -> None:
    assert only({}, {"merged_into": "90000001", "title": ""}).found_by == ("pmid",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yoga for knee pain in nurses: part I", "Yoga for knee pain in nurses: part II"),
        ("Drug A 5% for knee pain in older nurses of Norway", "Drug A 2% for knee pain in older nurses of Norway"),
        ("Drug A for knee pain in older women of Norway", "Drug A for knee pain in older farmers of Norway"),
        ("Knee pain", "Hip pain"),
    ],
)
def test_titles_that_differ_in_what_matters(one: str, other: str) -> None:
    assert pairs({"title": one}, {"title": other}) == ()


def test_a_short_title_says_too_little_for_other_people() -> None:
    assert pairs({"title": "Knee pain"}, {"title": "Knee pain", "authors": "Elm Q"}) == ()
    assert only({"title": "Knee pain in nurses"}, {"title": "Knee pain in nurses", "doi": ""}).strength == "strong"


def test_titles_of_scripts_that_part_no_words() -> None:
    title = "针灸联合运动疗法治疗膝骨关节炎的随机对照试验"
    assert only({"title": title}, {"title": title, "doi": ""}).strength == "strong"
    assert only({"title": title}, {"title": f"{title}研究", "doi": ""}).found_by == ("near-title",)
    assert pairs({"title": title}, {"title": "针灸联合药物疗法治疗颈椎病的病例系列研究报告", "doi": ""}) == ()
    assert pairs({"title": "述评"}, {"title": "述评", "authors": "李明"}) == ()


@pytest.mark.parametrize("title", ["Reply.", "Erratum", "Editorial", "Author reply", "In reply"])
def test_titles_that_all_use_pair_nothing(title: str) -> None:
    assert pairs({"title": title}, {"title": title}, {"title": title, "authors": "Elm Q"}) == ()


def test_a_trial_in_two_registries_hangs_together() -> None:
    both = {"registrations": "NCT01234567;ISRCTN12345678", "title": "Yoga in nurses, six weeks on"}
    one = {"registrations": "NCT01234567", "title": "Twelve months on: cycling and bones", "authors": "Elm Q"}
    other = {"registrations": "ISRCTN12345678", "title": "Sleep after walking in farmers", "authors": "Fir Q"}
    found = pairs(both, one, other)
    assert [pair.names for pair in found] == [("PMID:90000001", "PMID:90000002"), ("PMID:90000001", "PMID:90000003")]
    assert len(groups_of(found)) == 1


def test_reports_of_the_base_are_compared_and_what_it_knows_is_not() -> None:
    report = {
        "report_id": "Muller2020-1",
        "study_id": "Muller2020",
        "title": TITLE,
        "authors": "Muller A",
        "year": "2020",
    }
    pair = only({}, reports=[report])
    assert pair.names == ("PMID:90000001", "Muller2020-1")
    assert pairs({}, reports=[{**report, "pmid": "90000001"}]) == ()


def test_a_record_of_a_registered_trial_of_the_base() -> None:
    reports = [
        {"report_id": "Roe2019-1", "study_id": "Roe2019", "title": "Other words", "pmid": ""},
        {"report_id": "Roe2019-2", "study_id": "Roe2019", "title": "", "pmid": ""},
    ]
    studies = [{"study_id": "Roe2019", "registration": "CTRI2021_031963 (retrospective)"}]
    pair = only({"registrations": "CTRI/2021/031963"}, reports=reports, studies=studies)
    assert (pair.other, pair.suggests) == ("Roe2019-1", "same-trial")


def test_two_reports_that_the_base_has_under_one_trial_are_no_news() -> None:
    registered = {"registrations": "NCT01234567"}
    reports = [
        {"report_id": f"S-{number}", "study_id": "S", "pmid": f"9000000{number}", "title": ""} for number in (1, 2)
    ]
    assert pairs(registered, {**registered, "title": "Twelve months on", "authors": "Elm Q"}, reports=reports) == ()
    reports[1]["study_id"] = "T"
    pair = only(registered, {**registered, "title": "Twelve months on", "authors": "Elm Q"}, reports=reports)
    assert pair.because[-1] == "but the base has them as two trials, S and T"


def test_groups_hang_together() -> None:
    found = pairs({}, {}, {}, {"title": "Quite another subject of study", "authors": "Elm Q"})
    assert [len(group) for group in groups_of(found)] == [3]


def test_the_order_of_rows_does_not_matter() -> None:
    rows, _ = planted(300, seed=5)
    assert find_duplicates({"records": rows}) == find_duplicates({"records": rows[::-1]})


def test_nothing_gives_nothing() -> None:
    assert find_duplicates({}) == ()
    assert find_duplicates({"records": [record_row(1, title="", authors="", doi="", year="")]}) == ()


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ("Smith AB; Roe C", "smith"),
        ("van der Berg J", "van der berg"),
        ("Smith, Ann B.", "smith"),
        ("Ann B. Smith", "smith"),
        ("Smith AB Jr; X", "smith"),
        ("Knee Study Group", "knee study group"),
        ("Ørsted ÅB", "orsted"),
        ("李明", "李明"),
        ("", ""),
        (" ; ", ""),
    ],
)
def test_family_names(authors: str, expected: str) -> None:
    assert surname(authors) == expected


def test_normal_forms() -> None:
    assert plain_title("α-blockers &amp; H<sub>2</sub>O") == plain_title("Alpha blockers & H2O")
    assert plain_doi("HTTPS://DX.DOI.ORG/10.5555/A(1)2.") == "10.5555/a(1)2"
    assert plain_registration("ISRCTN 12345678 and ChiCTR1900021107") == ("ISRCTN12345678", "CHICTR1900021107")
    assert not is_notice_title("Response to exercise in knee pain")
    assert is_notice_title("Author's reply: yoga")
