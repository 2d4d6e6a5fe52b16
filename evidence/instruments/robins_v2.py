"""ROBINS-I V2 for follow-up studies (draft of 20 November 2025): questions and flow charts.

Sterne JAC, Mathur MB, Elbers R, et al. The Risk Of Bias In Non-randomized Studies of Interventions, version 2.
https://www.riskofbias.info. Its authors still call it a draft. WN and SN are a no whose bias is hardly or clearly
substantial, WY and SY a yes likewise.
"""

from __future__ import annotations

from .chart import Chart, chart
from .form import Domain, Form
from .question import Question, after
from .rob2 import question
from .robins_2016 import ROBINS_SCALE

__all__ = ["ROBINS_V2", "ROBINS_V2_ADHERENCE"]

_SOURCE = "ROBINS-I V2 for follow-up studies, draft of 20 November 2025, riskofbias.info"
_NOTE = (
    "The tool is a draft and may change. Low in domain 1, and low overall, mean low but for concerns about "
    "uncontrolled confounding. Several moderate or several serious domains may together be worse: that is for people "
    "to decide."
)
_FOUR = ("Y", "PY", "PN", "N")
_WEAK_NO = ("Y", "PY", "WN", "SN", "NI")
_WEAK_YES = ("SY", "WY", "PN", "N", "NI")

_B = (
    question("B1", "B", "Did the authors try at all to control for confounding in this result?", "Y", answers=_FOUR),
    question(
        "B2",
        "B",
        "Is confounding so likely that an unadjusted result should not be considered further?",
        "N",
        after("PN N", "B1"),
        answers=_FOUR,
    ),
    question("B3", "B", "Was the outcome measured by an unsuitable method?", "N", answers=_FOUR),
)
_GATE = Domain(
    id="B",
    title="whether to assess the result at all",
    parts=(
        chart(
            "B1",
            {
                "B1": {"Y PY": "B3", "PN N": "B2"},
                "B2": {"Y PY": "critical", "PN N": "B3"},
                "B3": {"Y PY": "critical", "PN N": "low"},
            },
        ),
    ),
)
_D1_ASSIGNMENT = (
    question(
        "1.1", "D1", "Did the authors control for every important confounder that needed it?", "Y", answers=_WEAK_NO
    ),
    question(
        "1.2",
        "D1",
        "Were those confounders measured validly and reliably?",
        "Y",
        after("Y PY WN", "1.1"),
        answers=_WEAK_NO,
    ),
    question(
        "1.3",
        "D1",
        "Did they control for variables that the intervention could have changed?",
        "N",
        after("Y PY WN", "1.1"),
    ),
    question(
        "1.4",
        "D1",
        "Do negative controls or other considerations suggest serious confounding left?",
        "N",
        answers=_FOUR,
    ),
)
_D1_ASSIGNMENT_CHART = chart(
    "1.1",
    {
        "1.1": {"Y PY": "1.3", "WN": "1.3:most", "SN NI": "1.4:uncontrolled"},
        "1.3": {"PN N NI": "1.2", "Y PY": "1.4:overadjusted"},
        "1.3:most": {"PN N NI": "1.2:most", "Y PY": "1.4:overadjusted"},
        "1.2": {"Y PY": "1.4", "WN": "1.4:most", "SN NI": "serious"},
        "1.2:most": {"Y PY WN": "1.4:most", "SN NI": "serious"},
        "1.4": {"PN N": "low", "Y PY": "serious"},
        "1.4:most": {"PN N": "moderate", "Y PY": "serious"},
        "1.4:uncontrolled": {"PN N": "serious", "Y PY": "critical"},
        "1.4:overadjusted": {"PN N": "1.2:overadjusted", "Y PY": "critical"},
        "1.2:overadjusted": {"Y PY": "serious", "WN SN NI": "critical"},
    },
)
_D1_ADHERENCE = (
    question("1.1", "D1", "Does the analysis suit confounding at baseline and confounding that varies in time?", "Y"),
    question(
        "1.2",
        "D1",
        "Did the authors control for every important confounder, at baseline and later, that needed it?",
        "Y",
        after("Y PY", "1.1"),
        answers=_WEAK_NO,
    ),
    question(
        "1.3",
        "D1",
        "Were those confounders measured validly and reliably?",
        "Y",
        after("Y PY WN", "1.2"),
        answers=_WEAK_NO,
    ),
    question(
        "1.4",
        "D1",
        "Did they control for factors measured after the intervention began?",
        "N",
        after("PN N NI", "1.1"),
    ),
    question(
        "1.5",
        "D1",
        "Do negative controls or other considerations suggest serious confounding left?",
        "N",
        answers=_FOUR,
    ),
)
_D1_ADHERENCE_CHART = chart(
    "1.1",
    {
        "1.1": {"Y PY": "1.2", "PN N NI": "1.4"},
        "1.2": {"Y PY": "1.3", "WN": "1.3:most", "SN NI": "1.5:uncontrolled"},
        "1.3": {"Y PY": "1.5", "WN": "1.5:most", "SN NI": "serious"},
        "1.3:most": {"Y PY WN": "1.5:most", "SN NI": "serious"},
        "1.5": {"PN N": "low", "Y PY": "serious"},
        "1.5:most": {"PN N": "moderate", "Y PY": "serious"},
        "1.4": {"PN N NI": "1.5:uncontrolled", "Y PY": "critical"},
        "1.5:uncontrolled": {"PN N": "serious", "Y PY": "critical"},
    },
)
_D2 = (
    question("2.1", "D2", "Could the strategies be told apart when follow-up began?", "Y"),
    question(
        "2.2",
        "D2",
        "Did all, or nearly all, events happen after they could be told apart?",
        "Y",
        after("PN N NI", "2.1"),
    ),
    question(
        "2.3",
        "D2",
        "Did the analysis avoid the problem that they could not be told apart at the start?",
        "Y",
        after("PN N NI", "2.2"),
        answers=_WEAK_YES,
    ),
    question(
        "2.4",
        "D2",
        "Did knowing the outcome, or its risk, sway who counts in which group?",
        "N",
        answers=_WEAK_YES,
    ),
    question("2.5", "D2", "Were other errors in classing people likely?", "N"),
)
_D2_CHART = chart(
    "2.1",
    {
        "2.1": {"Y PY": "2.4", "PN N NI": "2.2"},
        "2.2": {"Y PY": "2.4", "PN N NI": "2.3"},
        "2.3": {"SY": "2.4", "WY NI": "2.4:one", "PN N": "2.4:two"},
        "2.4": {"PN N": "2.5", "WY NI": "2.5:one", "SY": "2.5:two"},
        "2.4:one": {"PN N": "2.5:one", "WY NI": "2.5:two", "SY": "critical"},
        "2.4:two": {"PN N": "2.5:two", "WY NI SY": "critical"},
        "2.5": {"PN N": "low", "Y PY NI": "moderate"},
        "2.5:one": {"PN N": "moderate", "Y PY NI": "serious"},
        "2.5:two": {"PN N": "serious", "Y PY NI": "critical"},
    },
)
_D3 = (
    question("3.1", "D3", "Does follow-up begin when the strategies that are compared begin?", "Y", answers=_WEAK_NO),
    question("3.2", "D3", "Were events of a time after that beginning left out?", "N", after("Y PY", "3.1")),
    question("3.3", "D3", "Were people selected by something else that was seen after the intervention began?", "N"),
    question("3.4", "D3", "Was it likely associated with the intervention?", "N", after("Y PY", "3.3")),
    question("3.5", "D3", "Was it likely influenced by the outcome, or by a cause of it?", "N", after("Y PY", "3.4")),
    question(
        "3.6",
        "D3",
        "Is it likely that the analysis corrected for all of these selection biases?",
        "Y",
        after("SN", "3.1"),
        after("Y PY", "3.5"),
    ),
    question("3.7", "D3", "Do sensitivity analyses show that they hardly matter?", "Y", after("PN N NI", "3.6")),
    question("3.8", "D3", "Are they so severe that the result should not be pooled?", "N", after("PN N NI", "3.7")),
)
_D3_FOLLOWUP = chart(
    "3.1",
    {
        "3.1": {"Y PY": "3.2", "WN NI": "moderate", "SN": "serious"},
        "3.2": {"PN N NI": "low", "Y PY": "moderate"},
    },
)
_D3_OTHER = chart(
    "3.3",
    {
        "3.3": {"PN N": "low", "NI": "moderate", "Y PY": "3.4"},
        "3.4": {"PN N": "low", "NI": "moderate", "Y PY": "3.5"},
        "3.5": {"PN N NI": "moderate", "Y PY": "serious"},
    },
)
_D3_APPEAL = chart(
    "3.6",
    {
        "3.6": {"Y PY": "moderate", "PN N NI": "3.7"},
        "3.7": {"Y PY": "moderate", "PN N NI": "3.8"},
        "3.8": {"PN N NI": "serious", "Y PY": "critical"},
    },
)
_INCOMPLETE = after("PN N NI", "4.1", "4.2", "4.3")
_D4 = (
    question("4.1", "D4", "Is intervention status complete for all, or nearly all, people?", "Y"),
    question("4.2", "D4", "Is the outcome complete for all, or nearly all?", "Y"),
    question("4.3", "D4", "Are important confounders complete for all, or nearly all?", "Y"),
    question("4.4", "D4", "Does the result rest on complete cases?", "", _INCOMPLETE),
    question(
        "4.5",
        "D4",
        "Was being left out for missing data likely related to the outcome's true value?",
        "N",
        after("Y PY NI", "4.4"),
    ),
    question(
        "4.6",
        "D4",
        "Do the variables in the model likely explain that relation?",
        "Y",
        after("Y PY NI", "4.5"),
        answers=_WEAK_NO,
    ),
    question("4.7", "D4", "Does the analysis rest on imputed values?", "", after("PN N", "4.4")),
    question("4.8", "D4", "Is it reasonable to hold the data missing at random?", "Y", after("Y PY", "4.7")),
    question("4.9", "D4", "Were values imputed in a suitable way?", "Y", after("Y PY", "4.8"), answers=_WEAK_NO),
    question(
        "4.10",
        "D4",
        "Did another suitable method correct for the missing data?",
        "Y",
        after("PN N NI", "4.7"),
        answers=_WEAK_NO,
    ),
    question(
        "4.11",
        "D4",
        "Is there evidence that the missing data did not bias the result?",
        "Y",
        after("Y PY NI", "4.5"),
        after("WN SN NI", "4.9", "4.10"),
        answers=_FOUR,
    ),
)
_D4_CHART = chart(
    "4.1",
    {
        "4.1": {"Y PY": "4.2", "PN N NI": "4.4"},
        "4.2": {"Y PY": "4.3", "PN N NI": "4.4"},
        "4.3": {"Y PY": "low", "PN N NI": "4.4"},
        "4.4": {"Y PY NI": "4.5", "PN N": "4.7"},
        "4.5": {"PN N": "low", "Y PY NI": "4.6"},
        "4.6": {"Y PY": "4.11", "WN NI": "4.11:one", "SN": "4.11:two"},
        "4.7": {"Y PY": "4.8", "PN N NI": "4.10"},
        "4.8": {"Y PY": "4.9", "PN N NI": "serious"},
        "4.9": {"Y PY": "low", "WN NI": "4.11:one", "SN": "4.11:two"},
        "4.10": {"Y PY": "low", "WN NI": "4.11:one", "SN": "4.11:two"},
        "4.11": {"Y PY": "low", "PN N": "moderate"},
        "4.11:one": {"Y PY": "moderate", "PN N": "serious"},
        "4.11:two": {"Y PY": "serious", "PN N": "critical"},
    },
)
_D5 = (
    question("5.1", "D5", "Could measuring or finding the outcome have differed between the groups?", "N"),
    question(
        "5.2", "D5", "Did those who assessed the outcome know who had received what?", "N", after("PN N NI", "5.1")
    ),
    question(
        "5.3",
        "D5",
        "Could that knowledge have swayed the assessment?",
        "N",
        after("Y PY NI", "5.2"),
        answers=_WEAK_YES,
    ),
)
_D5_CHART = chart(
    "5.1",
    {
        "5.1": {"PN N": "5.2", "NI": "5.2:unclear", "Y PY": "serious"},
        "5.2": {"PN N": "low", "Y PY NI": "5.3"},
        "5.3": {"PN N": "low", "WY NI": "moderate", "SY": "serious"},
        "5.2:unclear": {"PN N": "moderate", "Y PY NI": "5.3:unclear"},
        "5.3:unclear": {"WY PN N NI": "moderate", "SY": "serious"},
    },
)
_PICKED = after("PN N NI", "6.1")
_D6 = (
    question("6.1", "D6", "Is the result reported as an available plan, made beforehand, says?", "Y"),
    question(
        "6.2", "D6", "Was it likely picked, for what it shows, out of several outcome measurements?", "N", _PICKED
    ),
    question("6.3", "D6", "Was it likely picked, for what it shows, out of several analyses?", "N", _PICKED),
    question("6.4", "D6", "Was it likely picked, for what it shows, out of several subgroups?", "N", _PICKED),
)
# The chart counts: yeses first, then how many of the three have no information.
_D6_CHART = chart(
    "6.1",
    {
        "6.1": {"Y PY": "low", "PN N NI": "6.2"},
        "6.2": {"PN N": "6.3", "NI": "6.3:unclear", "Y PY": "6.3:picked"},
        "6.3": {"PN N": "6.4", "NI": "6.4:some", "Y PY": "6.4:picked"},
        "6.3:unclear": {"PN N": "6.4:some", "NI": "6.4:unclear", "Y PY": "6.4:picked"},
        "6.3:picked": {"PN N NI": "6.4:picked", "Y PY": "critical"},
        "6.4": {"PN N": "low", "NI": "moderate", "Y PY": "serious"},
        "6.4:some": {"PN N NI": "moderate", "Y PY": "serious"},
        "6.4:unclear": {"PN N": "moderate", "NI Y PY": "serious"},
        "6.4:picked": {"PN N NI": "serious", "Y PY": "critical"},
    },
)
_LOW_NOTE = "Low means low but for concerns about uncontrolled confounding."
_D1_NOTE = (
    f"{_LOW_NOTE} Two detailed transcriptions of the tool agree on this chart; two others, one of them older, have "
    "milder ends after 1.2 WN or 1.4 Y."
)
_D1_ADHERENCE_NOTE = (
    f"{_LOW_NOTE} Where important confounders were not controlled (1.2 SN or NI), two transcriptions of the tool go on "
    "to 1.5 and two end at serious: the chart goes on, which is the more cautious."
)
_D2_NOTE = "Two detailed transcriptions of the tool agree on this chart; two others take SY at 2.3 for WY."
_D3_NOTE = "One transcription of the tool asks 3.4 also after NI to 3.3; the chart follows the other three."
_D4_NOTE = (
    "Two detailed transcriptions of the tool agree on this chart; two others are a level higher after 4.6 Y, and go on "
    "to 4.11 after 4.8 N."
)


def _form(variant: str, first: tuple[Question, ...], first_chart: Chart, note: str, effect: str) -> Form:
    groups = (_B, first, _D2, _D3, _D4, _D5, _D6)
    adherence = variant.endswith("adherence")
    return Form(
        tool="ROBINS-I",
        variant=variant,
        title=f"ROBINS-I V2 for follow-up studies, {effect} effect",
        effect="adherence" if adherence else "assignment",
        scale=ROBINS_SCALE,
        domains=(
            Domain(
                id="D1",
                title="confounding",
                parts=(first_chart,),
                basis="partly-published",
                note=note,
            ),
            Domain(
                id="D2",
                title="classification of interventions",
                parts=(_D2_CHART,),
                basis="partly-published",
                note=_D2_NOTE,
            ),
            Domain(
                id="D3",
                title="selection of participants",
                parts=(_D3_FOLLOWUP, _D3_OTHER),
                appeal=_D3_APPEAL,
                appeal_at="serious",
                basis="partly-published",
                note=_D3_NOTE,
            ),
            Domain(id="D4", title="missing data", parts=(_D4_CHART,), basis="partly-published", note=_D4_NOTE),
            Domain(id="D5", title="measurement of the outcome", parts=(_D5_CHART,)),
            Domain(id="D6", title="selection of the reported result", parts=(_D6_CHART,)),
        ),
        questions=tuple(entry for group in groups for entry in group),
        source=_SOURCE,
        gate=_GATE,
        note=_NOTE,
    )


ROBINS_V2 = _form("v2", _D1_ASSIGNMENT, _D1_ASSIGNMENT_CHART, _D1_NOTE, "intention-to-treat")
ROBINS_V2_ADHERENCE = _form("v2-adherence", _D1_ADHERENCE, _D1_ADHERENCE_CHART, _D1_ADHERENCE_NOTE, "per-protocol")
