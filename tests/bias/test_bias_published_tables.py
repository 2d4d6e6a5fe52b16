"""The charts against the published mappings, written down here a second time as tables and counts, not as charts.

RoB 2: tables 4, 6, 8, 10, 12 and 14 of the guidance of 22 August 2019 and the overall rule. ROBINS-I V2: the draft of
20 November 2025, whose domains 2 and 4 are additive scales.
"""

from __future__ import annotations

import itertools

import pytest

from evidence.instruments import find_form

FIVE = ("Y", "PY", "PN", "N", "NI")
WEAK_NO = ("Y", "PY", "WN", "SN", "NI")
WEAK_YES = ("SY", "WY", "PN", "N", "NI")
LOW, SOME, HIGH = "low", "some-concerns", "high"
SCALE = ("low", "moderate", "serious", "critical")


def yes(answer) -> bool:
    return answer in ("Y", "PY")


def no(answer) -> bool:
    return answer in ("N", "PN")


def table_4(a11, a12, a13):
    rows = (
        (no(a12), HIGH),
        (a12 == "NI" and yes(a13), HIGH),
        (yes(a12) and not no(a11) and not yes(a13), LOW),
    )
    return next((judgement for holds, judgement in rows if holds), SOME)


def table_6(a21, a22, a23, a24, a25, a26, a27):
    if (no(a21) and no(a22)) or no(a23):
        deviations = 0
    elif a23 == "NI" or no(a24) or yes(a25):
        deviations = 1
    else:
        deviations = 2
    analysis = 0 if yes(a26) else 1 if no(a27) else 2
    return (LOW, SOME, HIGH)[max(deviations, analysis)]


def table_8(a21, a22, a23, a24, a25, a26):
    unlike = not (no(a21) and no(a22)) and a23 in ("N", "PN", "NI")
    strayed = any(answer in ("Y", "PY", "NI") for answer in (a24, a25))
    if not unlike and not strayed:
        return LOW
    return SOME if yes(a26) else HIGH


def table_10(a31, a32, a33, a34):
    if yes(a31) or yes(a32) or no(a33):
        return LOW
    return SOME if no(a34) else HIGH


def table_12(a41, a42, a43, a44, a45):
    if yes(a41) or yes(a42):
        return HIGH
    if no(a43) or no(a44):
        return SOME if a42 == "NI" else LOW
    return SOME if no(a45) else HIGH


def table_14(a51, a52, a53):
    if yes(a52) or yes(a53):
        return HIGH
    return LOW if yes(a51) and no(a52) and no(a53) else SOME


NUMBERS = {
    "D1": ("1.1", "1.2", "1.3"),
    "D2": ("2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7"),
    "D3": ("3.1", "3.2", "3.3", "3.4"),
    "D4": ("4.1", "4.2", "4.3", "4.4", "4.5"),
    "D5": ("5.1", "5.2", "5.3"),
}
TABLES = {"D1": table_4, "D2": table_6, "D3": table_10, "D4": table_12, "D5": table_14}


def every(form, names):
    options = [form.by_id[name].answers for name in names]
    yield from itertools.product(*options)


@pytest.mark.parametrize("domain", TABLES)
def test_rob2_for_parallel_groups(domain) -> None:
    form = find_form("RoB2", "parallel")
    names = NUMBERS[domain]
    count = 0
    for values in every(form, names):
        answers = dict(zip(names, values, strict=True))
        # A question that is not asked has no say in the published tables either.
        heard = [answers[name] if form.asked(name, answers) else "NA" for name in names]
        assert form.judge_domain(domain, answers).judgement == TABLES[domain](*heard), answers
        count += 1
    assert count == {"D1": 125, "D2": 78125, "D3": 500, "D4": 3125, "D5": 125}[domain]


def test_rob2_effect_of_adhering() -> None:
    form = find_form("RoB2", "parallel-adherence")
    names = ("2.1", "2.2", "2.3", "2.4", "2.5", "2.6")
    options = [FIVE, FIVE, (*FIVE, "NA"), (*FIVE, "NA"), (*FIVE, "NA"), FIVE]
    for values in itertools.product(*options):
        answers = dict(zip(names, values, strict=True))
        assert form.judge_domain("D2", answers).judgement == table_8(*values), answers


def test_rob2_overall() -> None:
    form = find_form("RoB2", "parallel")
    for values in itertools.product((LOW, SOME, HIGH), repeat=5):
        found = form.judge_overall(dict(zip(form.domain_ids, values, strict=True)))
        assert found == (HIGH if HIGH in values else LOW if set(values) == {LOW} else SOME)


@pytest.mark.parametrize("domain", ["D1", "D5"])
def test_crossover_and_cluster_keep_what_they_share(domain) -> None:
    form = find_form("RoB2", "cluster")
    ids = ("1a.1", "1a.2", "1a.3") if domain == "D1" else NUMBERS["D5"]
    for values in itertools.product(FIVE, repeat=3):
        answers = dict(zip(ids, values, strict=True))
        assert form.judge_domain(domain, answers).judgement == TABLES[domain](*values)


def test_cluster_recruitment() -> None:
    form = find_form("RoB2", "cluster")
    for a, b, c in itertools.product(FIVE, repeat=3):
        found = form.judge_domain("D1b", {"1b.1": a, "1b.2": b, "1b.3": c}).judgement
        points = {True: 0}.get(yes(a), (2 if yes(b) else b == "NI") + (not yes(b) and yes(c)))
        assert found == (LOW, SOME, HIGH)[points]


def test_cluster_with_known_trial_is_the_parallel_chart() -> None:
    """Where everybody knows that there is a trial, the split questions fall back to those of the main tool."""
    cluster, parallel = find_form("RoB2", "cluster"), find_form("RoB2", "parallel")
    for values in itertools.product(("Y", "N", "NI"), repeat=7):
        plain = dict(zip(NUMBERS["D2"], values, strict=True))
        split = {("2.1b" if name == "2.1" else name): answer for name, answer in plain.items()} | {"2.1a": "Y"}
        assert cluster.judge_domain("D2", split).judgement == parallel.judge_domain("D2", plain).judgement
    for values in itertools.product(("Y", "N", "NI"), repeat=5):
        plain = dict(zip(NUMBERS["D4"], values, strict=True))
        split = {("4.3b" if name == "4.3" else name): answer for name, answer in plain.items()} | {"4.3a": "Y"}
        assert cluster.judge_domain("D4", split).judgement == parallel.judge_domain("D4", plain).judgement


def test_cluster_people_who_do_not_know_of_a_trial_cannot_depart_because_of_it() -> None:
    form = find_form("RoB2", "cluster")
    assert form.judge_domain("D2", {"2.1a": "N", "2.2": "N", "2.6": "Y"}).judgement == LOW
    assert form.judge_domain("D4", {"4.1": "N", "4.2": "N", "4.3a": "N"}).judgement == LOW


def test_crossover_withheld_periods_are_a_selection() -> None:
    form = find_form("RoB2", "crossover")
    for values in itertools.product(FIVE, repeat=4):
        answers = dict(zip(("5.1", "5.2", "5.3", "5.4"), values, strict=True))
        picked, clean = any(yes(value) for value in values[1:]), all(no(value) for value in values[1:])
        expected = HIGH if picked else LOW if clean and yes(values[0]) else SOME
        assert form.judge_domain("D5", answers).judgement == expected


def test_carry_over_is_judged_with_caution() -> None:
    form = find_form("RoB2", "crossover")
    for a, b, c in itertools.product((*FIVE, "NA"), FIVE, FIVE):
        period = not (yes(a) or a == "NA" or yes(b))
        points = {"Y": 0, "PY": 0, "NI": 1, "PN": 2, "N": 2}[c] + period
        found = form.judge_domain("DS", {"S.1": a, "S.2": b, "S.3": c}).judgement
        assert found == (LOW, SOME, HIGH)[min(points, 2)], (a, b, c)


def ladder(level) -> str:
    return SCALE[min(level, 3)]


def test_version_2_classification_adds_up() -> None:
    form = find_form("ROBINS-I", "v2")
    for a, b, c, d, e in itertools.product(FIVE, FIVE, WEAK_YES, WEAK_YES, FIVE):
        start = 0 if yes(a) or yes(b) or c == "SY" else 1 if c in ("WY", "NI") else 2
        swayed = 0 if no(d) else 1 if d in ("WY", "NI") else 2
        expected = "critical" if start + swayed > 2 else ladder(start + swayed + (not no(e)))
        answers = {"2.1": a, "2.2": b, "2.3": c, "2.4": d, "2.5": e}
        assert form.judge_domain("D2", answers).judgement == expected, answers


def test_version_2_missing_data_adds_up() -> None:
    form = find_form("ROBINS-I", "v2")
    handled = {"Y": 0, "PY": 0, "WN": 1, "NI": 1, "SN": 2}
    incomplete = {"4.1": "Y", "4.2": "N", "4.3": "Y"}
    for evidence, quality in itertools.product(("Y", "N"), WEAK_NO):
        doubt = evidence == "N"
        cases = incomplete | {"4.4": "Y", "4.5": "Y", "4.6": quality, "4.11": evidence}
        assert form.judge_domain("D4", cases).judgement == ladder(handled[quality] + doubt)
        for name, before in (("4.9", {"4.7": "Y", "4.8": "Y"}), ("4.10", {"4.7": "N"})):
            other = incomplete | {"4.4": "N", **before, name: quality, "4.11": evidence}
            expected = "low" if yes(quality) else ladder(handled[quality] + doubt)
            assert form.judge_domain("D4", other).judgement == expected
    assert form.judge_domain("D4", incomplete | {"4.4": "N", "4.7": "Y", "4.8": "NI"}).judgement == "serious"
    assert form.judge_domain("D4", incomplete | {"4.4": "NI", "4.5": "N"}).judgement == "low"
    assert form.judge_domain("D4", {"4.1": "Y", "4.2": "PY", "4.3": "Y"}).judgement == "low"


def test_version_2_selection_is_the_worst_of_two_panels_with_an_appeal() -> None:
    form = find_form("ROBINS-I", "v2")
    names = ("3.1", "3.2", "3.3", "3.4", "3.5")
    for values in itertools.product(WEAK_NO, FIVE, FIVE, FIVE, FIVE):
        a, b, c, d, e = values
        first = {"SN": 2, "WN": 1, "NI": 1}.get(a, int(yes(b)))
        second = 0 if no(c) or (yes(c) and no(d)) else 1 if "NI" in (c, d) or not yes(e) else 2
        answers = dict(zip(names, values, strict=True))
        level = max(first, second)
        found = form.judge_domain("D3", answers)
        assert found.judgement == (ladder(level) if level < 2 else None)
        if level == 2:
            assert found.missing == ("3.6",)
            assert form.judge_domain("D3", answers | {"3.6": "Y"}).judgement == "moderate"
            assert form.judge_domain("D3", answers | {"3.6": "N", "3.7": "Y"}).judgement == "moderate"
            severe = answers | {"3.6": "NI", "3.7": "N"}
            assert form.judge_domain("D3", severe | {"3.8": "Y"}).judgement == "critical"
            assert form.judge_domain("D3", severe | {"3.8": "NI"}).judgement == "serious"


def test_version_2_reported_result_counts() -> None:
    form = find_form("ROBINS-I", "v2")
    for values in itertools.product(FIVE, repeat=4):
        answers = dict(zip(("6.1", "6.2", "6.3", "6.4"), values, strict=True))
        picked, unknown = sum(map(yes, values[1:])), values[1:].count("NI")
        if yes(values[0]):
            expected = "low"
        elif picked:
            expected = "critical" if picked > 1 else "serious"
        else:
            expected = {0: "low", 3: "serious"}.get(unknown, "moderate")
        assert form.judge_domain("D6", answers).judgement == expected, answers


def test_version_2_measurement() -> None:
    form = find_form("ROBINS-I", "v2")
    for a, b, c in itertools.product(FIVE, FIVE, WEAK_YES):
        swayed = 0 if no(b) or no(c) else 2 if c == "SY" else 1
        expected = 2 if yes(a) else max(swayed, a == "NI")
        assert form.judge_domain("D5", {"5.1": a, "5.2": b, "5.3": c}).judgement == SCALE[expected]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"1.1": "Y", "1.2": "Y", "1.3": "N", "1.4": "N"}, "low"),
        ({"1.1": "Y", "1.2": "Y", "1.3": "N", "1.4": "Y"}, "serious"),
        ({"1.1": "Y", "1.2": "WN", "1.3": "NI", "1.4": "N"}, "moderate"),
        ({"1.1": "WN", "1.2": "Y", "1.3": "N", "1.4": "N"}, "moderate"),
        ({"1.1": "WN", "1.2": "SN", "1.3": "N", "1.4": "N"}, "serious"),
        ({"1.1": "SN", "1.4": "N"}, "serious"),
        ({"1.1": "NI", "1.4": "PY"}, "critical"),
        ({"1.1": "Y", "1.2": "WN", "1.3": "Y", "1.4": "N"}, "critical"),
        ({"1.1": "WN", "1.2": "PY", "1.3": "Y", "1.4": "N"}, "serious"),
        ({"1.1": "Y", "1.2": "Y", "1.3": "Y", "1.4": "Y"}, "critical"),
    ],
)
def test_version_2_confounding(answers, expected) -> None:
    assert find_form("ROBINS-I", "v2").judge_domain("D1", answers).judgement == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"1.1": "Y", "1.2": "Y", "1.3": "PY", "1.5": "N"}, "low"),
        ({"1.1": "Y", "1.2": "Y", "1.3": "WN", "1.5": "N"}, "moderate"),
        ({"1.1": "Y", "1.2": "WN", "1.3": "Y", "1.5": "Y"}, "serious"),
        ({"1.1": "Y", "1.2": "SN", "1.5": "N"}, "serious"),
        ({"1.1": "Y", "1.2": "NI", "1.5": "Y"}, "critical"),
        ({"1.1": "N", "1.4": "Y", "1.5": "N"}, "critical"),
        ({"1.1": "NI", "1.4": "N", "1.5": "N"}, "serious"),
    ],
)
def test_version_2_confounding_that_varies_in_time(answers, expected) -> None:
    assert find_form("ROBINS-I", "v2-adherence").judge_domain("D1", answers).judgement == expected


@pytest.mark.parametrize(
    ("domain", "answers", "expected"),
    [
        ("D1", {"1.1": "N"}, "low"),
        ("D1", {"1.1": "Y", "1.2": "N", "1.4": "Y", "1.5": "Y", "1.6": "N"}, "moderate"),
        ("D1", {"1.1": "Y", "1.2": "N", "1.4": "N", "1.6": "N"}, "serious"),
        ("D1", {"1.1": "Y", "1.2": "N", "1.4": "Y", "1.5": "Y", "1.6": "Y"}, "serious"),
        ("D1", {"1.1": "Y", "1.2": "Y", "1.3": "Y", "1.7": "Y", "1.8": "N"}, "serious"),
        ("D1", {"1.1": "Y", "1.2": "NI", "1.4": "Y", "1.5": "Y", "1.6": "N"}, "no-information"),
        ("D2", {"2.1": "N", "2.4": "Y"}, "low"),
        ("D2", {"2.1": "Y", "2.2": "Y", "2.3": "Y", "2.4": "Y", "2.5": "N"}, "serious"),
        ("D2", {"2.1": "N", "2.4": "N", "2.5": "Y"}, "moderate"),
        ("D2", {"2.1": "NI", "2.4": "NI"}, "no-information"),
        ("D3", {"3.1": "Y", "3.2": "Y", "3.3": "N"}, "low"),
        ("D3", {"3.1": "Y", "3.2": "N", "3.3": "N"}, "moderate"),
        ("D3", {"3.1": "N"}, "serious"),
        ("D4", {"4.1": "N"}, "low"),
        ("D4", {"4.1": "Y", "4.2": "Y"}, "serious"),
        ("D5", {"5.1": "Y", "5.2": "N", "5.3": "N"}, "low"),
        ("D5", {"5.1": "N", "5.2": "N", "5.3": "N", "5.4": "Y", "5.5": "N"}, "moderate"),
        ("D5", {"5.1": "N", "5.2": "N", "5.3": "N", "5.4": "N", "5.5": "N"}, "serious"),
        ("D6", {"6.1": "Y", "6.2": "N", "6.3": "Y", "6.4": "N"}, "low"),
        ("D6", {"6.1": "Y", "6.2": "Y", "6.3": "Y", "6.4": "N"}, "serious"),
        ("D6", {"6.3": "N"}, "serious"),
        ("D7", {"7.1": "N", "7.2": "N", "7.3": "N"}, "moderate"),
        ("D7", {"7.1": "N", "7.2": "Y", "7.3": "N"}, "serious"),
        ("D7", {"7.1": "NI", "7.2": "NI", "7.3": "NI"}, "no-information"),
    ],
)
def test_criteria_of_2016(domain, answers, expected) -> None:
    """Rows of tables 1 and 2 of the guidance of 2016 that questions can decide."""
    assert find_form("ROBINS-I", "2016").judge_domain(domain, answers).judgement == expected


def test_2016_never_proposes_critical() -> None:
    for variant in ("2016", "2016-adherence"):
        form = find_form("ROBINS-I", variant)
        ends = {end for domain in form.domains for chart in domain.parts for end in chart.ends}
        assert ends == {"low", "moderate", "serious", "no-information"}
        assert all(domain.basis == "own" for domain in form.domains)
