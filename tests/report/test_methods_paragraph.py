"""The methods paragraph says what was done and nothing else: each clause is toggled and must follow."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from evidence.protocol import Analysis
from evidence.report.methods import methods_paragraph, used_versions
from evidence.report.release import Release, release_of

FOUR = {
    "Ada": ("men", 17, 20, 9, 20, "verified"),
    "Bose": ("men", 16, 30, 8, 30, "verified"),
    "Cori": ("women", 15, 25, 10, 25, "verified"),
    "Fahd": ("women", 14, 25, 9, 25, "verified"),
}
VERSIONS = {"evidence": "9.8.7", "Python": "3.11.0"}


def says(result, **options) -> str:
    return methods_paragraph(result, versions=VERSIONS, **options).text


def asked(make_base, small, counts=FOUR, more=None, analysis=None, **changes) -> str:
    synthesis = replace(small.protocol.syntheses["response"], **changes)
    parts = {"syntheses": {**small.protocol.syntheses, "response": synthesis}}
    if analysis:
        primary = replace(small.protocol.analyses["primary"], **analysis)
        parts["analyses"] = {**small.protocol.analyses, "primary": primary}
    return says(make_base(counts, more=more, **parts).synthesis("response"))


# ---------------------------------------------------------------- the model


HKSJ = "Confidence intervals are those of Hartung, Knapp, Sidik and Jonkman, with k − 1 degrees of freedom ["
NORMAL = ["Confidence intervals are based on the normal distribution", "prediction intervals rest on the normal"]
CHOICES: list[tuple[dict[str, object], list[str], list[str]]] = [
    (
        {},
        ["random-effects model", "maximum likelihood (REML) [", HKSJ, "I² was computed from τ²"],
        ["normal", "DerSim"],
    ),
    ({"tau2": "DL"}, ["the method of DerSimonian and Laird ["], ["REML"]),
    ({"tau2": "PM"}, ["Paule and Mandel"], ["REML"]),
    ({"tau2": "SJ"}, ["estimated by the method of Sidik and Jonkman ["], ["REML"]),
    ({"tau2": "EE"}, ["equal-effects model", "Cochran's Q"], ["random-effects", "between trials was", "prediction"]),
    ({"tau2": "FE"}, ["fixed-effects model"], ["random-effects", "equal-effects"]),
    ({"test": "z"}, NORMAL, ["Hartung", "Student"]),
    ({"test": "t"}, ["Confidence intervals are based on Student's t with k − 1"], ["Hartung"]),
    ({"test": "adhoc"}, ["and a scale not below 1"], []),
    ({"level": 0.9}, ["at the level of 90%"], ["95%"]),
    ({"measure": "OR"}, ["measure was the odds ratio, analysed on the logarithmic scale."], ["risk ratio"]),
    ({"measure": "RD"}, ["The effect measure was the risk difference."], ["logarithmic"]),
    ({"measure": "PETO"}, ["Peto's method ["], []),
    ({"subgroup": ""}, [], ["Subgroups"]),
    ({"subgroup": "sex"}, ["Subgroups by sex were fitted with a τ² of their own"], []),
    ({"window": ""}, [], ["state no time"]),
    ({"thresholds": ("one-grade",)}, ["thresholds: one grade", "No trial entered"], ["order of preference"]),
]


@pytest.mark.parametrize(("changes", "there", "absent"), CHOICES, ids=[str(choice[0]) for choice in CHOICES])
def test_each_choice_has_its_clause(make_base, small, changes, there, absent) -> None:
    text = asked(make_base, small, **changes)
    for part in there:
        assert part in text, text
    for part in absent:
        assert part not in text, text


def test_two_trials_say_no_less_and_one_says_why_nothing_was_pooled(make_base, small) -> None:
    one = asked(make_base, small, counts={"Ada": FOUR["Ada"]})
    assert "Nothing was pooled: one trial (Ada 2020)" in one
    assert "the trial's own, by normal theory" in one
    assert "random-effects" not in one
    none = says(make_base().synthesis("depth"))
    assert "No trial entered" in none
    assert "Nothing was pooled: no trial" in none
    assert "taken as it is" not in none
    assert "risk of bias" not in none
    assert "certainty" not in none


def test_hedges_g_is_explained_where_it_is_used(real_answers) -> None:
    found = {name: answer.primary for name, answer in real_answers.items() if answer.synthesis.measure == "SMD"}
    assert found
    for result in found.values():
        paragraph = methods_paragraph(result, versions=VERSIONS)
        assert "Hedges' g: the difference between two means over their pooled SD" in paragraph.text
        assert "10.3102/10769986006002107" in [reference.doi for reference in paragraph.references]


def test_proportions_are_described_as_they_were_made(answers) -> None:
    pain, scar = says(answers["pain"].primary), says(answers["scar"].primary)
    assert "double arcsine transformation of Freeman and Tukey [" in pain
    assert "harmonic mean of the group sizes [" in pain
    assert "there was no event; the upper 95% limit is exact and one-sided [" in scar
    assert "double arcsine" not in scar
    assert "from trials that say" not in pain, "allocation plays no part for single arms"
    assert "3 reports with 70 participants entered" in pain


# ---------------------------------------------------------------- rows and rules


def test_the_rules_are_those_of_the_analysis(make_base, small) -> None:
    text = asked(make_base, small)
    assert "Primary analysis (verified rows): values with the status “verified” could enter" in text
    assert "from trials that say they are randomised; results that state no time could not enter" in text
    assert "4 trials with 200 participants entered" in text
    sized = "values with the status “verified” or “secondary” could enter, with group sizes of the status “verified”"
    wide = {"statuses": ("verified", "secondary"), "randomised": ("yes", "not-stated"), "unstated_time": True}
    text = asked(make_base, small, analysis=wide)
    assert sized in text
    assert (
        "randomised, or that do not state whether they are randomised; results that state no time could enter" in text
    )
    sensitivity = says(make_base(FOUR).synthesis("response", analysis="wide"))
    assert "Sensitivity analysis (with implied counts): values with the status “verified” or “implied”" in sensitivity


def test_derivations_are_named_with_the_number_of_trials_and_their_source(make_base) -> None:
    counts = {**FOUR, "Bose": ("men", 6, 30, 0, 30, "verified"), "Cori": ("women", 15, 25, 10, 25, "implied")}
    base = make_base(counts)
    plain = says(base.synthesis("response"))
    assert "Every printed value was taken as it is." in plain
    assert "In 1 comparison: 0.5 added to all four cells: a zero cell." in plain
    paragraph = methods_paragraph(base.synthesis("response", analysis="wide"), versions=VERSIONS)
    found = re.search(
        r"Not every printed value was taken as it is: count implied by a percentage \(1 trial\) \[(\d+)\]",
        paragraph.text,
    )
    assert found, paragraph.text
    assert paragraph.references[int(found[1]) - 1].doi == "10.1177/1948550616673876"


def test_every_derivation_of_the_shipped_base_is_counted(real_answers) -> None:
    checked = 0
    for answer in real_answers.values():
        for result in answer.results.values():
            text = says(result)
            steps = {(step.method, contrast.study_id) for contrast in result.contrasts for step in contrast.steps}
            assert ("Not every printed value" in text) == bool(steps)
            counts = [
                int(number) for number in re.findall(r"\((\d+) (?:trial|report)s?\)", text.partition("Not every")[2])
            ]
            if {method for method, _ in steps} & {"paired", "paired-r"}:
                continue
            assert sorted(counts) == sorted(
                len({study for name, study in steps if name == method}) for method in {method for method, _ in steps}
            )
            checked += bool(steps)
    assert checked > 10


# ---------------------------------------------------------------- search, appraisal, software


def _search(name: str, run_at: str, count: int) -> dict[str, str]:
    return {
        "search_id": name, "database": "PubMed", "platform": "NCBI E-utilities", "query": "x", "run_at": run_at,
        "count": str(count), "raw_hash": "0",
    }  # fmt: skip


def test_a_search_is_told_only_where_one_was_run(make_base) -> None:
    assert "No search is recorded" in says(make_base(FOUR).synthesis("response"))
    runs = [_search("a", "2026-02-01T00:00:00Z", 40), _search("b", "2026-11-22T10:15:00Z", 42)]
    found = [{"pmid": str(n), "presence": "in-query", "search_id": "a"} for n in (1, 2, 3)]
    cells = {"stage": "title-abstract", "decision": "exclude", "decided_at": "2026-03-01T00:00:00Z"}
    done = [
        {**cells, "pmid": "1", "reviewer": "AB"},
        {**cells, "pmid": "1", "reviewer": "CD"},
        {**cells, "pmid": "2", "reviewer": "AB"},
    ]
    base = make_base(FOUR, more={"searches": runs, "records": found, "screening": done})
    text = says(base.synthesis("response"))
    assert "PubMed (through NCBI E-utilities) was searched to 2026-11-22, in 2 runs since 2026-02-01" in text
    assert "; the query finds 42 records." in text
    assert "2 records were screened by 2 people; 1 record found is not screened yet." in text
    assert "No search" not in text


def _bias(study: str, domain: str, judgement: str, tool: str = "RoB2", by: str = "AB", **cells: str) -> dict[str, str]:
    return {
        "study_id": study, "outcome": "all", "tool": tool, "variant": "parallel", "domain": domain, "assessor": by,
        "judgement": judgement, **cells,
    }  # fmt: skip


def test_risk_of_bias_was_judged_only_where_somebody_judged_it(make_base) -> None:
    nobody = says(make_base({name: row for name, row in FOUR.items() if name != "Ada"}).synthesis("response"))
    assert "Nobody judged the overall risk of bias of the trials." in nobody
    assert "RoB 2" not in nobody
    facts = says(make_base(FOUR).synthesis("response"))
    assert "Nobody judged the overall risk of bias of the trials; facts that bear on it are recorded." in facts
    rows = [_bias("Bose", "overall", "high"), _bias("Cori", "overall", "low", by="CD"), _bias("Dahl", "overall", "low")]
    judged = methods_paragraph(make_base(FOUR, more={"risk_of_bias": rows}).synthesis("response"), versions=VERSIONS)
    assert re.search(r"judged with RoB 2 \[\d+\] by AB, CD for 2 of 4 trials\.", judged.text), judged.text
    assert "10.1136/bmj.l4898" in [reference.doi for reference in judged.references]
    other = [_bias("Bose", "overall", "serious", tool="ROBINS-I", variant="2016")]
    text = says(make_base(FOUR, more={"risk_of_bias": other}).synthesis("response"))
    assert "with ROBINS-I [" in text
    assert "RoB 2" not in text


def test_certainty_was_judged_only_where_a_row_says_who(make_base, answers) -> None:
    assert "Nobody has assessed the certainty" in says(make_base(FOUR).synthesis("response"))
    text = says(answers["density"].primary)
    assert re.search(r"Certainty was judged with GRADE \[\d+\] by AB", text)
    assert "Nobody has assessed" not in text


def test_sensitivity_analyses_are_counted_where_they_were_run(make_base) -> None:
    base = make_base(FOUR)
    answer = base.answer("response")
    assert "gave a number" not in says(answer.primary)
    found = [
        entry
        for entry in answer.sensitivity.variations
        if entry.numbers.known and entry.verdict not in ("reference", "same-numbers")
    ]
    text = says(answer)
    assert f"Beside the analysis “primary”, {len(found)} others gave a number: " in text
    assert "4 without one trial" in text
    assert says(answer.primary, sensitivity={"response": answer.sensitivity}) == text


def test_software_and_release_are_as_given(make_base) -> None:
    base = make_base(FOUR)
    result = base.synthesis("response")
    assert says(result).endswith("Everything was computed with evidence 9.8.7 and Python 3.11.0.")
    release = Release(review="made-up", version="1.2.0", fingerprint="abcdef0123456789")
    assert "from the evidence base made-up 1.2.0 (abcdef012345) with evidence" in says(result, release=release)
    own = methods_paragraph(result).text
    for name, version in used_versions().items():
        assert f"{name} {version}" in own
    assert list(used_versions()) == ["evidence", "Python", "numpy", "scipy", "statsmodels"]


def test_the_fingerprint_is_that_of_the_tables(make_base) -> None:
    first, again, other = (
        make_base(FOUR),
        make_base(FOUR),
        make_base({**FOUR, "Ada": ("men", 16, 20, 9, 20, "verified")}),
    )
    assert release_of(first).fingerprint == release_of(again).fingerprint
    assert release_of(first).fingerprint != release_of(other).fingerprint
    assert re.fullmatch(r"[0-9a-f]{64}", release_of(first).fingerprint)
    assert release_of(first).version == ""


# ---------------------------------------------------------------- several at once


def test_what_is_the_same_is_said_once(make_base) -> None:
    base = make_base(FOUR)
    results = [base.synthesis("response"), base.synthesis("response", analysis="wide")]
    text = says(results)
    assert text.count("restricted maximum likelihood") == 1
    assert text.count("No search is recorded") == 1
    assert text.count("For response (primary): ") == 1
    assert "For response (wide): Sensitivity analysis" in text
    both = says([base.synthesis("response"), base.synthesis("density")])
    assert "For response (primary): The effect measure was the risk ratio" in both
    assert "For density (primary): The effect measure was the mean difference" in both
    assert methods_paragraph([]).text == ""


def test_numbers_of_sources_lead_to_the_sources(real_answers) -> None:
    paragraph = methods_paragraph(real_answers, versions=VERSIONS)
    used = [int(n) for found in re.findall(r" \[([\d, ]+)\]", paragraph.text) for n in found.split(", ")]
    assert set(used) == set(range(1, len(paragraph.references) + 1))
    first = [used.index(n) for n in range(1, len(paragraph.references) + 1)]
    assert first == sorted(first), "numbered in the order of the text"
    assert len({reference.key for reference in paragraph.references}) == len(paragraph.references)
    assert all(reference.doi or reference.citation for reference in paragraph.references)
    assert not re.search("[\ue000-\uf8ff]", paragraph.text)
    assert "nan" not in paragraph.text.lower().split()


def test_an_analysis_that_nobody_declared_is_described_by_its_own_rules(make_base, small) -> None:
    narrow = Analysis(id="primary", label="only sizes printed", primary=True, derivations=())
    text = says(make_base(FOUR, analyses={"primary": narrow}).synthesis("response"))
    assert "Primary analysis (only sizes printed)" in text
    assert str(small.protocol.comparisons["addon"].question) in text
