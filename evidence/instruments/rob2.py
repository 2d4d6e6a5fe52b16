"""RoB 2 for individually randomised parallel-group trials (version of 22 August 2019): questions and flow charts.

Sterne JAC, Savović J, Page MJ, et al. RoB 2: a revised tool for assessing risk of bias in randomised trials. BMJ
2019;366:l4898. https://doi.org/10.1136/bmj.l4898; full guidance: https://www.riskofbias.info. The questions are
paraphrased: a judgement needs the guidance beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from .chart import chart
from .form import Domain, Form
from .question import Question, after, after_all

if TYPE_CHECKING:
    from .question import Condition

__all__ = ["ADHERENCE", "ASSIGNMENT", "BASE_DOMAINS", "BASE_QUESTIONS", "SCALE", "SOURCE", "make_form", "question"]

SCALE = ("low", "some-concerns", "high")
SOURCE = "Sterne et al. 2019, https://doi.org/10.1136/bmj.l4898; guidance of 22 August 2019 at riskofbias.info"
NOTE = (
    "Where several domains raise some concerns, assessors may judge the whole high if together they lower the "
    "confidence in the result substantially; that is theirs to decide."
)
_FIVE = ("Y", "PY", "PN", "N", "NI")


def question(
    name: str,
    domain: str,
    text: str,
    favourable: Literal["Y", "N", ""],
    *asked: Condition,
    answers: tuple[str, ...] = _FIVE,
    optional: bool = False,
) -> Question:
    """Return a question; five answers unless others are given."""
    return Question(
        id=name, domain=domain, text=text, answers=answers, favourable=favourable, asked=asked, optional=optional
    )


_D1 = (
    question("1.1", "D1", "Did chance alone decide the order in which people were allocated?", "Y"),
    question("1.2", "D1", "Could nobody foresee an allocation until the person was enrolled and assigned?", "Y"),
    question("1.3", "D1", "Do the groups differ at baseline in a way that points to a fault in randomisation?", "N"),
)
_AWARE = (
    question("2.1", "D2", "Did people know during the trial which intervention they had been assigned?", "N"),
    question("2.2", "D2", "Did those who cared for them or gave the interventions know it?", "N"),
)
_D2_ASSIGNMENT = (
    *_AWARE,
    question(
        "2.3",
        "D2",
        "Did being in a trial lead to departures from the intended interventions?",
        "N",
        after("Y PY NI", "2.1", "2.2"),
    ),
    question("2.4", "D2", "Were these departures likely to change the outcome?", "N", after("Y PY", "2.3")),
    question("2.5", "D2", "Were they alike in the groups?", "Y", after("Y PY NI", "2.4")),
    question("2.6", "D2", "Does the analysis suit the effect of being assigned (as by intention to treat)?", "Y"),
    question(
        "2.7",
        "D2",
        "Could counting people outside the group they were randomised to have changed the result much?",
        "N",
        after("PN N NI", "2.6"),
    ),
)
_D2_ADHERENCE = (
    *_AWARE,
    question(
        "2.3",
        "D2",
        "Were important interventions outside the protocol alike in the groups?",
        "Y",
        after("Y PY NI", "2.1", "2.2"),
        optional=True,
    ),
    question(
        "2.4",
        "D2",
        "Did the delivery of the intervention fail in ways that could have changed the outcome?",
        "N",
        optional=True,
    ),
    question(
        "2.5", "D2", "Did people stray from their regimen in ways that could have changed outcomes?", "N", optional=True
    ),
    question(
        "2.6",
        "D2",
        "Does the analysis suit the effect of adhering?",
        "Y",
        after("PN N NI", "2.3"),
        after("Y PY NI", "2.4", "2.5"),
    ),
)
_D3 = (
    question("3.1", "D3", "Are there data on this outcome for all, or nearly all, who were randomised?", "Y"),
    question(
        "3.2",
        "D3",
        "Is there evidence that the missing data did not bias the result?",
        "Y",
        after("PN N NI", "3.1"),
        answers=("Y", "PY", "PN", "N"),
    ),
    question(
        "3.3", "D3", "Could it depend on the outcome's true value that data are missing?", "N", after("PN N", "3.2")
    ),
    question("3.4", "D3", "Is it likely that it did?", "N", after("Y PY NI", "3.3")),
)
_D4 = (
    question("4.1", "D4", "Was the outcome measured by an unsuitable method?", "N"),
    question("4.2", "D4", "Could measuring or finding the outcome have differed between the groups?", "N"),
    question(
        "4.3",
        "D4",
        "Did those who assessed the outcome know who had received what?",
        "N",
        after_all("PN N NI", "4.1", "4.2"),
    ),
    question("4.4", "D4", "Could that knowledge have swayed the assessment?", "N", after("Y PY NI", "4.3")),
    question("4.5", "D4", "Is it likely that it did?", "N", after("Y PY NI", "4.4")),
)
_D5 = (
    question(
        "5.1", "D5", "Were the data analysed by a plan that was final before unblinded outcomes were at hand?", "Y"
    ),
    question(
        "5.2", "D5", "Was this result likely picked, for what it shows, out of several outcome measurements?", "N"
    ),
    question("5.3", "D5", "Was it likely picked, for what it shows, out of several analyses?", "N"),
)

D1_CHART = chart(
    "1.2",
    {
        "1.2": {"Y PY": "1.1", "NI": "1.3:unclear", "PN N": "high"},
        "1.1": {"Y PY NI": "1.3", "PN N": "some-concerns"},
        "1.3": {"PN N NI": "low", "Y PY": "some-concerns"},
        "1.3:unclear": {"PN N NI": "some-concerns", "Y PY": "high"},
    },
)
_CONTEXT = {
    "2.3": {"PN N": "low", "NI": "some-concerns", "Y PY": "2.4"},
    "2.4": {"PN N": "some-concerns", "Y PY NI": "2.5"},
    "2.5": {"Y PY": "some-concerns", "PN N NI": "high"},
}
_ANALYSIS = chart(
    "2.6",
    {
        "2.6": {"Y PY": "low", "PN N NI": "2.7"},
        "2.7": {"PN N": "some-concerns", "Y PY NI": "high"},
    },
)
D2_ASSIGNMENT_CHARTS = (
    chart(
        "2.1",
        {"2.1": {"PN N": "2.2", "Y PY NI": "2.3"}, "2.2": {"PN N": "low", "Y PY NI": "2.3"}, **_CONTEXT},
    ),
    _ANALYSIS,
)
D2_CLUSTER_CHARTS = (
    chart(
        "2.1a",
        {
            "2.1a": {"PN N": "2.2", "Y PY NI": "2.1b"},
            "2.1b": {"PN N": "2.2", "Y PY NI": "2.3"},
            "2.2": {"PN N": "low", "Y PY NI": "2.3"},
            **_CONTEXT,
        },
    ),
    _ANALYSIS,
)
D2_ADHERENCE_CHART = chart(
    "2.1",
    {
        "2.1": {"PN N": "2.2", "Y PY NI": "2.3"},
        "2.2": {"PN N": "2.4", "Y PY NI": "2.3"},
        "2.3": {"NA Y PY": "2.4", "PN N NI": "2.6"},
        "2.4": {"NA PN N": "2.5", "Y PY NI": "2.6"},
        "2.5": {"NA PN N": "low", "Y PY NI": "2.6"},
        "2.6": {"Y PY": "some-concerns", "PN N NI": "high"},
    },
)
_MISSINGNESS = {
    "3.2": {"Y PY": "low", "PN N": "3.3"},
    "3.3": {"PN N": "low", "Y PY NI": "3.4"},
    "3.4": {"PN N": "some-concerns", "Y PY NI": "high"},
}
D3_CHART = chart("3.1", {"3.1": {"Y PY": "low", "PN N NI": "3.2"}, **_MISSINGNESS})
D3_CLUSTER_CHART = chart(
    "3.1a",
    {"3.1a": {"Y PY": "3.1b", "PN N NI": "3.2"}, "3.1b": {"Y PY": "low", "PN N NI": "3.2"}, **_MISSINGNESS},
)
D4_CHART = chart(
    "4.1",
    {
        "4.1": {"Y PY": "high", "PN N NI": "4.2"},
        "4.2": {"Y PY": "high", "PN N": "4.3", "NI": "4.3:unclear"},
        "4.3": {"PN N": "low", "Y PY NI": "4.4"},
        "4.4": {"PN N": "low", "Y PY NI": "4.5"},
        "4.3:unclear": {"PN N": "some-concerns", "Y PY NI": "4.4:unclear"},
        "4.4:unclear": {"PN N": "some-concerns", "Y PY NI": "4.5"},
        "4.5": {"PN N": "some-concerns", "Y PY NI": "high"},
    },
)
D4_CLUSTER_CHART = chart(
    "4.1",
    {
        "4.1": {"Y PY": "high", "PN N NI": "4.2"},
        "4.2": {"Y PY": "high", "PN N": "4.3a", "NI": "4.3a:unclear"},
        "4.3a": {"PN N": "low", "Y PY NI": "4.3b"},
        "4.3b": {"PN N": "low", "Y PY NI": "4.4"},
        "4.4": {"PN N": "low", "Y PY NI": "4.5"},
        "4.3a:unclear": {"PN N": "some-concerns", "Y PY NI": "4.3b:unclear"},
        "4.3b:unclear": {"PN N": "some-concerns", "Y PY NI": "4.4:unclear"},
        "4.4:unclear": {"PN N": "some-concerns", "Y PY NI": "4.5"},
        "4.5": {"PN N": "some-concerns", "Y PY NI": "high"},
    },
)
D5_CHART = chart(
    "5.2",
    {
        "5.2": {"Y PY": "high", "PN N": "5.3", "NI": "5.3:unclear"},
        "5.3": {"Y PY": "high", "PN N": "5.1", "NI": "some-concerns"},
        "5.3:unclear": {"Y PY": "high", "PN N NI": "some-concerns"},
        "5.1": {"Y PY": "low", "PN N NI": "some-concerns"},
    },
)

D2_TITLE = "deviations from the intended interventions"
_TITLES = {
    "D1": "the randomisation process",
    "D2": D2_TITLE,
    "D3": "missing outcome data",
    "D4": "measurement of the outcome",
    "D5": "selection of the reported result",
}
BASE_DOMAINS: dict[str, Domain] = {
    "D1": Domain(id="D1", title=_TITLES["D1"], parts=(D1_CHART,)),
    "D2": Domain(id="D2", title=_TITLES["D2"], parts=D2_ASSIGNMENT_CHARTS),
    "D2-adherence": Domain(id="D2", title=_TITLES["D2"], parts=(D2_ADHERENCE_CHART,)),
    "D3": Domain(id="D3", title=_TITLES["D3"], parts=(D3_CHART,)),
    "D4": Domain(id="D4", title=_TITLES["D4"], parts=(D4_CHART,)),
    "D5": Domain(id="D5", title=_TITLES["D5"], parts=(D5_CHART,)),
}
BASE_QUESTIONS: dict[str, tuple[Question, ...]] = {
    "D1": _D1,
    "D2": _D2_ASSIGNMENT,
    "D2-adherence": _D2_ADHERENCE,
    "D3": _D3,
    "D4": _D4,
    "D5": _D5,
}


def make_form(
    variant: str,
    title: str,
    domains: tuple[Domain, ...],
    questions: tuple[tuple[Question, ...], ...],
    *,
    source: str = SOURCE,
) -> Form:
    """Return a form of RoB 2; a variant whose name ends in `adherence` is about the effect of adhering."""
    adherence = variant.endswith("adherence")
    return Form(
        tool="RoB2",
        variant=variant,
        title=title,
        effect="adherence" if adherence else "assignment",
        scale=SCALE,
        domains=domains,
        questions=tuple(entry for group in questions for entry in group),
        source=source,
        note=NOTE,
    )


def _parallel(variant: str, second: str, effect: str) -> Form:
    names = ("D1", second, "D3", "D4", "D5")
    return make_form(
        variant,
        f"RoB 2, individually randomised parallel groups, effect of {effect}",
        tuple(BASE_DOMAINS[name] for name in names),
        tuple(BASE_QUESTIONS[name] for name in names),
    )


ASSIGNMENT = _parallel("parallel", "D2", "assignment")
ADHERENCE = _parallel("parallel-adherence", "D2-adherence", "adherence")
