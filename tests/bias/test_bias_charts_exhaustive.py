"""Every combination of answers to every domain of every form: always a judgement or the name of what is missing."""

from __future__ import annotations

import itertools

import pytest

from evidence.instruments import FORMS, find_form
from evidence.instruments.chart import question_of

DOMAINS = [(form, domain) for form in FORMS.values() for domain in form.domain_of]
IDS = [f"{form.tool}-{form.variant}-{domain}" for form, domain in DOMAINS]
MOST = 200_000


def classes(question) -> list[str]:
    """One answer of each kind: a probable answer counts like a certain one, which a test of its own shows."""
    return [answer for answer in question.answers if answer not in ("PY", "PN")]


def combinations(form, domain, blanks=("",)):
    """Every combination of answers; a question that is not asked, or was left out, has none."""
    questions = form.questions_of(domain)
    options = [(*classes(question), *(["NA"] if question.optional else []), *blanks) for question in questions]
    for values in itertools.product(*options):
        yield {question.id: value for question, value in zip(questions, values, strict=True) if value}


def size(form, domain, extra) -> int:
    total = 1
    for question in form.questions_of(domain):
        total *= len(classes(question)) + question.optional + extra
    return total


@pytest.mark.parametrize(("form", "domain"), DOMAINS, ids=IDS)
def test_every_node_has_a_branch_for_every_answer_and_leads_somewhere(form, domain) -> None:
    entry = form.domain_of[domain]
    charts = (*entry.parts, *((entry.appeal,) if entry.appeal else ()))
    used = set()
    for chart in charts:
        reached = {chart.start} | {end for branches in chart.nodes.values() for end in branches.values()}
        assert set(chart.nodes) <= reached, "a node that nothing leads to"
        assert chart.ends <= set(form.judgements)
        for node, branches in chart.nodes.items():
            question = form.by_id[question_of(node)]
            used.add(question.id)
            assert question.domain == domain
            assert set(question.answers) <= set(branches) <= set(question.allowed)
            assert set(branches) - set(question.answers) <= ({"NA"} if question.optional else set())
    assert used == {question.id for question in form.questions_of(domain)}


def grown(form, domain):
    """Every state of a form that is filled in as it asks: some questions answered, none that is not asked."""
    states = [{}]
    for question in form.questions_of(domain):
        further = []
        for state in states:
            asked = form.asked(question.id, state)
            further.append(state)
            if asked:
                further += [{**state, question.id: answer} for answer in classes(question)]
                further += [{**state, question.id: "NA"}] if question.optional else []
        states = further
    return states


@pytest.mark.parametrize(("form", "domain"), DOMAINS, ids=IDS)
def test_filled_in_as_asked_there_is_a_judgement_or_a_question_that_is_asked_and_open(form, domain) -> None:
    states = grown(form, domain)
    assert len(states) >= 7
    for state in states:
        walk = form.judge_domain(domain, state)
        assert (walk.judgement is None) == bool(walk.missing), state
        for name in walk.missing:
            assert name not in state
            assert form.asked(name, state), (state, name)
        assert all(state[name] == answer for name, answer in walk.path)
        asked = [question.id for question in form.questions_of(domain) if form.asked(question.id, state)]
        if set(asked) <= set(state):
            assert walk.judgement in form.judgements, state


@pytest.mark.parametrize(
    ("form", "domain"),
    [pair for pair in DOMAINS if size(*pair, 1) <= MOST],
    ids=lambda part: getattr(part, "variant", part),
)
def test_any_combination_at_all_is_judged_or_names_what_is_missing(form, domain) -> None:
    for answers in combinations(form, domain):
        walk = form.judge_domain(domain, answers)
        assert (walk.judgement is None) == bool(walk.missing), answers
        assert walk.judgement is None or walk.judgement in form.judgements


def test_only_one_domain_is_too_large_to_try_every_combination() -> None:
    large = {(form.tool, domain) for form, domain in DOMAINS if size(form, domain, 1) > MOST}
    assert large == {("ROBINS-I", "D4")}


@pytest.mark.parametrize(("form", "domain"), DOMAINS, ids=IDS)
def test_probably_counts_like_certainly(form, domain) -> None:
    for state in grown(form, domain)[::7]:
        probable = {name: {"Y": "PY", "N": "PN"}.get(answer, answer) for name, answer in state.items()}
        assert form.judge_domain(domain, probable).judgement == form.judge_domain(domain, state).judgement


ORDER = {
    "Y": {"Y": 0, "SY": 0, "WY": 1, "NI": 2, "WN": 1, "N": 3, "SN": 3},
    "N": {"N": 0, "WN": 1, "NI": 2, "WY": 1, "Y": 3, "SY": 3},
}


def worse_than(question, answer):
    """The answers of a question that speak for more risk than this one; none for NI in tools that judge it apart."""
    order = ORDER[question.favourable]
    return [other for other in classes(question) if order[other] > order[answer]]


def not_monotone(form, domain):
    """Pairs of filled-in forms in which one worse answer gives a better judgement."""
    found = []
    for state in grown(form, domain):
        judgement = form.judge_domain(domain, state).judgement
        if judgement not in form.scale:
            continue
        for name, answer in state.items():
            question = form.by_id[name]
            if not question.favourable or answer in ("NA", ""):
                continue
            for other in worse_than(question, answer):
                if form.no_information and "NI" in (answer, other):
                    continue
                changed = form.judge_domain(domain, {**state, name: other}).judgement
                if changed in form.scale and form.scale.index(changed) < form.scale.index(judgement):
                    found.append((state, name, other))
    return found


@pytest.mark.parametrize(("form", "domain"), DOMAINS, ids=IDS)
def test_a_worse_answer_never_gives_a_better_judgement(form, domain) -> None:
    found = not_monotone(form, domain)
    if (form.variant[:2], domain) == ("v2", "D4"):
        # As published: imputed data that are not missing at random are serious (4.8); imputation that is clearly
        # unsuitable, without evidence for the result, is critical.
        assert found
        assert all(name == "4.8" and state["4.9"] == "SN" and state["4.11"] == "N" for state, name, _ in found)
    elif (form.variant, domain) == ("v2", "D1"):
        # As published: after control for variables that the intervention changed (1.3), poorly measured confounders are
        # critical; with confounders uncontrolled (1.1 SN) neither question is asked, and the result is serious.
        assert found
        assert all(name == "1.1" and state["1.3"] == "Y" for state, name, _ in found)
    else:
        assert found == []


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: f"{form.tool}-{form.variant}")
def test_the_best_answers_are_low_and_the_worst_are_not(form) -> None:
    best = {question.id: {"Y": "Y", "N": "N", "": "N"}[question.favourable] for question in form.questions}
    best = {
        name: "SY" if answer == "Y" and "SY" in form.by_id[name].answers else answer for name, answer in best.items()
    }
    worst = {question.id: {"Y": "N", "N": "Y", "": "Y"}[question.favourable] for question in form.questions}
    for name, answer in worst.items():
        options = form.by_id[name].answers
        worst[name] = f"S{answer}" if answer not in options or f"S{answer}" in options else answer
        if worst[name] not in options:
            worst[name] = answer
    for domain in form.domain_ids:
        good, bad = form.judge_domain(domain, best).judgement, form.judge_domain(domain, worst).judgement
        assert good == ("moderate" if (form.no_information, domain) == (True, "D7") else "low")
        assert form.scale.index(bad) >= 2, domain


def test_an_unanswered_question_is_not_no_information() -> None:
    form = find_form("rob2")
    assert form.judge_domain("D1", {"1.2": "NI", "1.3": "N"}).judgement == "some-concerns"
    assert form.judge_domain("D1", {"1.3": "N"}).missing == ("1.2",)
    for domain in form.domain_ids:
        walk = form.judge_domain(domain, {})
        assert walk.judgement is None
        assert walk.missing


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: f"{form.tool}-{form.variant}")
def test_the_whole_is_the_worst_domain_for_every_combination(form) -> None:
    options = (*form.scale, "no-information", None)
    for values in itertools.product(options, repeat=3):
        judged = dict.fromkeys(form.domain_ids, "low")
        judged.update(zip(form.domain_ids, values, strict=False))
        judged = {name: value for name, value in judged.items() if value}
        ranks = [form.scale.index(value) for value in judged.values() if value in form.scale]
        found = form.judge_overall(judged)
        if form.scale[-1] in values:
            assert found == form.scale[-1]
        elif None in values:
            assert found is None
        elif "no-information" not in values:
            assert found == form.scale[max(ranks)]
        elif not form.no_information:
            assert found is None
        else:
            assert found == ("serious" if "serious" in values else "no-information")


def test_nothing_judged_is_never_low() -> None:
    for form in FORMS.values():
        assert form.judge_overall({}) is None
        assert form.propose("overall", {}, {}).judgement is None


def test_the_gate_of_version_2_ends_the_assessment() -> None:
    form = find_form("ROBINS-I", "v2")
    low = dict.fromkeys(form.domain_ids, "low")
    assert form.propose("overall", {"B1": "N", "B2": "PY"}, low).judgement == "critical"
    assert form.propose("overall", {"B1": "Y", "B3": "Y"}, low).judgement == "critical"
    assert form.propose("overall", {"B1": "Y", "B3": "N"}, low).judgement == "low"
    assert form.propose("overall", {"B1": "Y"}, low).missing == ("B3",)


def test_answers_to_questions_that_are_not_asked_do_not_count() -> None:
    form = find_form("rob2")
    blinded = {"2.1": "N", "2.2": "PN", "2.3": "Y", "2.4": "Y", "2.5": "N", "2.6": "Y"}
    assert form.judge_domain("D2", blinded).judgement == "low"
    assert form.counted(blinded) == {"2.1": "N", "2.2": "PN", "2.6": "Y"}
