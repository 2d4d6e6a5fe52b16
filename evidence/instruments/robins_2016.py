"""ROBINS-I, version of 2016: the questions, and our reading of its criteria as flow charts.

Sterne JAC, Hernán MA, Reeves BC, et al. ROBINS-I: a tool for assessing risk of bias in non-randomised studies of
interventions. BMJ 2016;355:i4919. https://doi.org/10.1136/bmj.i4919. The tool was published with criteria in words, not
with flow charts. The charts here are a cautious reading of those criteria. They never reach the judgements that turn on
words such as slight, substantial or very strongly: those are for people to give, with a reason.
"""

from __future__ import annotations

from .chart import Chart, chart
from .form import Domain, Form
from .question import Question, after
from .rob2 import question

__all__ = ["ROBINS_2016", "ROBINS_2016_ADHERENCE", "ROBINS_SCALE"]

ROBINS_SCALE = ("low", "moderate", "serious", "critical")
_SOURCE = "Sterne et al. 2016, https://doi.org/10.1136/bmj.i4919; guidance of 2016 at riskofbias.info"
_NOTE = (
    "ROBINS-I of 2016 has criteria in words and no flow chart: what is proposed is a cautious reading of them. "
    "Critical is never proposed. A result with problems in several domains may be worse than its worst domain."
)
_UNKNOWN = "no-information"

_D1 = (
    question("1.1", "D1", "Could confounding distort the effect in this study?", "N", answers=("Y", "PY", "PN", "N")),
    question(
        "1.2",
        "D1",
        "Did the analysis split people's follow-up by the intervention they received?",
        "",
        after("Y PY", "1.1"),
    ),
    question(
        "1.3", "D1", "Were stops or switches likely related to what foretells the outcome?", "", after("Y PY", "1.2")
    ),
    question(
        "1.4",
        "D1",
        "Did a suitable analysis control for every important confounding domain?",
        "Y",
        after("PN N NI", "1.2", "1.3"),
    ),
    question("1.5", "D1", "Were those domains measured validly and reliably?", "Y", after("Y PY", "1.4")),
    question(
        "1.6",
        "D1",
        "Did the authors control for variables that the intervention could have changed?",
        "N",
        after("PN N NI", "1.2", "1.3"),
    ),
    question(
        "1.7",
        "D1",
        "Did a suitable analysis adjust for every important domain, and for confounding that varies in time?",
        "Y",
        after("Y PY", "1.3"),
    ),
    question("1.8", "D1", "Were those domains measured validly and reliably?", "Y", after("Y PY", "1.7")),
)
_D1_CHART = chart(
    "1.1",
    {
        "1.1": {"PN N": "low", "Y PY": "1.2"},
        "1.2": {"PN N": "1.6", "NI": "1.6:unclear", "Y PY": "1.3"},
        "1.3": {"PN N": "1.6", "NI": "1.6:unclear", "Y PY": "1.7"},
        "1.6": {"PN N": "1.4", "NI": "1.4:unclear", "Y PY": "serious"},
        "1.4": {"Y PY": "1.5", "PN N": "serious", "NI": _UNKNOWN},
        "1.5": {"Y PY": "moderate", "PN N": "serious", "NI": _UNKNOWN},
        "1.6:unclear": {"PN N NI": "1.4:unclear", "Y PY": "serious"},
        "1.4:unclear": {"Y PY": "1.5:unclear", "PN N": "serious", "NI": _UNKNOWN},
        "1.5:unclear": {"Y PY NI": _UNKNOWN, "PN N": "serious"},
        "1.7": {"Y PY": "1.8", "PN N": "serious", "NI": _UNKNOWN},
        "1.8": {"Y PY": "moderate", "PN N": "serious", "NI": _UNKNOWN},
    },
)
_D2 = (
    question("2.1", "D2", "Were people selected by something seen after the intervention began?", "N"),
    question("2.2", "D2", "Was what selected them likely associated with the intervention?", "N", after("Y PY", "2.1")),
    question("2.3", "D2", "Was it likely influenced by the outcome, or by a cause of it?", "N", after("Y PY", "2.2")),
    question("2.4", "D2", "Do follow-up and intervention begin together for most people?", "Y"),
    question(
        "2.5",
        "D2",
        "Did the analysis correct for these selection biases in a way likely to work?",
        "Y",
        after("Y PY", "2.3"),
        after("PN N", "2.4"),
    ),
)
_D2_CHART = chart(
    "2.1",
    {
        "2.1": {"PN N": "2.4", "NI": "2.4:unclear", "Y PY": "2.2"},
        "2.2": {"PN N": "2.4:selected", "NI": "2.4:unclear", "Y PY": "2.3"},
        "2.3": {"PN N": "2.4:selected", "NI": "2.4:unclear", "Y PY": "2.5"},
        "2.4": {"Y PY": "low", "PN N": "2.5", "NI": _UNKNOWN},
        "2.4:selected": {"Y PY": "moderate", "PN N": "2.5", "NI": _UNKNOWN},
        "2.4:unclear": {"Y PY NI": _UNKNOWN, "PN N": "2.5:unclear"},
        "2.5": {"Y PY": "moderate", "PN N NI": "serious"},
        "2.5:unclear": {"Y PY": _UNKNOWN, "PN N NI": "serious"},
    },
)
_D3 = (
    question("3.1", "D3", "Were the intervention groups clearly defined?", "Y"),
    question("3.2", "D3", "Was what defines them recorded when the intervention began?", "Y"),
    question("3.3", "D3", "Could knowing the outcome, or its risk, have swayed who counts in which group?", "N"),
)
_D3_CHART = chart(
    "3.1",
    {
        "3.1": {"Y PY": "3.3", "PN N": "serious", "NI": "3.3:undefined"},
        "3.3": {"PN N": "3.2", "NI": _UNKNOWN, "Y PY": "serious"},
        "3.2": {"Y PY": "low", "PN N": "moderate", "NI": _UNKNOWN},
        "3.3:undefined": {"PN N NI": _UNKNOWN, "Y PY": "serious"},
    },
)
_D4_ASSIGNMENT = (
    question("4.1", "D4", "Were there departures from the intervention beyond usual practice?", "N"),
    question(
        "4.2",
        "D4",
        "Were they unlike in the groups and likely to have changed the outcome?",
        "N",
        after("Y PY", "4.1"),
    ),
)
_D4_ASSIGNMENT_CHART = chart(
    "4.1",
    {
        "4.1": {"PN N": "low", "NI": _UNKNOWN, "Y PY": "4.2"},
        "4.2": {"PN N": "moderate", "NI": _UNKNOWN, "Y PY": "serious"},
    },
)
_D4_ADHERENCE = (
    question("4.3", "D4", "Were important co-interventions alike in the groups?", "Y"),
    question("4.4", "D4", "Was the intervention delivered as meant for most people?", "Y"),
    question("4.5", "D4", "Did people keep to the regimen they were assigned?", "Y"),
    question(
        "4.6",
        "D4",
        "Does the analysis suit the effect of starting and adhering?",
        "Y",
        after("PN N", "4.3", "4.4", "4.5"),
    ),
)
_D4_ADHERENCE_CHART = chart(
    "4.3",
    {
        "4.3": {"Y PY": "4.4", "PN N": "4.6", "NI": "4.4:unclear"},
        "4.4": {"Y PY": "4.5", "PN N": "4.6", "NI": "4.5:unclear"},
        "4.5": {"Y PY": "low", "PN N": "4.6", "NI": _UNKNOWN},
        "4.4:unclear": {"Y PY NI": "4.5:unclear", "PN N": "4.6"},
        "4.5:unclear": {"Y PY NI": _UNKNOWN, "PN N": "4.6"},
        "4.6": {"Y PY": "moderate", "PN N NI": "serious"},
    },
)
_D5 = (
    question("5.1", "D5", "Are there outcome data for all, or nearly all, people?", "Y"),
    question("5.2", "D5", "Were people left out because their intervention status was missing?", "N"),
    question("5.3", "D5", "Were people left out because other variables were missing?", "N"),
    question(
        "5.4",
        "D5",
        "Are the shares of missing people, and the reasons, alike in the groups?",
        "Y",
        after("PN N", "5.1"),
        after("Y PY", "5.2", "5.3"),
    ),
    question(
        "5.5",
        "D5",
        "Is there evidence that the result stands up to the missing data?",
        "Y",
        after("PN N", "5.1"),
        after("Y PY", "5.2", "5.3"),
    ),
)
_D5_CHART = chart(
    "5.1",
    {
        "5.1": {"Y PY": "5.2", "PN N": "5.4", "NI": "5.2:unclear"},
        "5.2": {"PN N": "5.3", "Y PY": "5.4", "NI": "5.3:unclear"},
        "5.3": {"PN N": "low", "Y PY": "5.4", "NI": _UNKNOWN},
        "5.2:unclear": {"PN N NI": "5.3:unclear", "Y PY": "5.4"},
        "5.3:unclear": {"PN N NI": _UNKNOWN, "Y PY": "5.4"},
        "5.4": {"Y PY": "5.5", "PN N": "5.5:unlike", "NI": "5.5:unclear"},
        "5.5": {"Y PY": "low", "PN N NI": "moderate"},
        "5.5:unlike": {"Y PY": "moderate", "PN N NI": "serious"},
        "5.5:unclear": {"Y PY": "moderate", "PN N NI": _UNKNOWN},
    },
)
_D6 = (
    question("6.1", "D6", "Could knowing the intervention have swayed the outcome measure?", "N"),
    question("6.2", "D6", "Did those who assessed the outcome know who had received what?", "N"),
    question("6.3", "D6", "Was the outcome assessed in comparable ways in the groups?", "Y"),
    question("6.4", "D6", "Were systematic errors of measurement related to the intervention?", "N"),
)
_D6_CHART = chart(
    "6.3",
    {
        "6.3": {"Y PY": "6.4", "PN N": "serious", "NI": "6.4:unclear"},
        "6.4": {"PN N": "6.1", "Y PY": "serious", "NI": "6.1:unclear"},
        "6.1": {"PN N": "low", "Y PY": "6.2", "NI": "6.2:maybe"},
        "6.2": {"PN N": "low", "Y PY": "serious", "NI": _UNKNOWN},
        "6.2:maybe": {"PN N": "low", "Y PY NI": _UNKNOWN},
        "6.4:unclear": {"PN N NI": "6.1:unclear", "Y PY": "serious"},
        "6.1:unclear": {"PN N NI": _UNKNOWN, "Y PY": "6.2:unclear"},
        "6.2:unclear": {"PN N NI": _UNKNOWN, "Y PY": "serious"},
    },
)
_D7 = (
    question(
        "7.1", "D7", "Was this effect likely picked, for what it shows, out of several outcome measurements?", "N"
    ),
    question("7.2", "D7", "Was it likely picked, for what it shows, out of several analyses?", "N"),
    question("7.3", "D7", "Was it likely picked, for what it shows, out of several subgroups?", "N"),
)
_D7_CHART = chart(
    "7.1",
    {
        "7.1": {"PN N": "7.2", "Y PY": "serious", "NI": "7.2:unclear"},
        "7.2": {"PN N": "7.3", "Y PY": "serious", "NI": "7.3:unclear"},
        "7.3": {"PN N": "moderate", "Y PY": "serious", "NI": _UNKNOWN},
        "7.2:unclear": {"PN N NI": "7.3:unclear", "Y PY": "serious"},
        "7.3:unclear": {"PN N NI": _UNKNOWN, "Y PY": "serious"},
    },
)
_D4_TITLE = "deviations from the intended interventions"


def _own(name: str, title: str, reading: Chart, note: str = "") -> Domain:
    return Domain(id=name, title=title, parts=(reading,), basis="own", note=note)


def _form(variant: str, fourth: tuple[Question, ...], fourth_domain: Domain, effect: str) -> Form:
    groups = (_D1, _D2, _D3, fourth, _D5, _D6, _D7)
    return Form(
        tool="ROBINS-I",
        variant=variant,
        title=f"ROBINS-I of 2016, effect of {effect}",
        effect="adherence" if variant.endswith("adherence") else "assignment",
        scale=ROBINS_SCALE,
        domains=(
            _own("D1", "confounding", _D1_CHART),
            _own("D2", "selection of participants", _D2_CHART),
            _own("D3", "classification of interventions", _D3_CHART),
            fourth_domain,
            _own("D5", "missing data", _D5_CHART),
            _own(
                "D6",
                "measurement of outcomes",
                _D6_CHART,
                "Moderate is for people to give: bias by a slight influence.",
            ),
            _own(
                "D7",
                "selection of the reported result",
                _D7_CHART,
                "Low needs a plan that was seen: for people to give.",
            ),
        ),
        questions=tuple(entry for group in groups for entry in group),
        source=_SOURCE,
        no_information=True,
        note=_NOTE,
    )


ROBINS_2016 = _form(
    "2016",
    _D4_ASSIGNMENT,
    _own(
        "D4",
        _D4_TITLE,
        _D4_ASSIGNMENT_CHART,
        "4.2 does not tell balanced departures from harmless ones: low is for people to give where they were harmless.",
    ),
    "assignment",
)
ROBINS_2016_ADHERENCE = _form(
    "2016-adherence", _D4_ADHERENCE, _own("D4", _D4_TITLE, _D4_ADHERENCE_CHART), "starting and adhering"
)
