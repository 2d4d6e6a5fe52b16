"""RoB 2 for crossover (and other matched) trials and for cluster-randomised trials (versions of 18 March 2021).

Both build on the form for parallel groups. Additional considerations at https://www.riskofbias.info; Higgins JPT,
Eldridge S, Li T. Including variants on randomized trials. Cochrane Handbook, chapter 23.
"""

from __future__ import annotations

from dataclasses import replace

from .chart import chart
from .form import Domain, Form
from .question import Question, after, after_all
from .rob2 import (
    BASE_DOMAINS,
    BASE_QUESTIONS,
    D2_CLUSTER_CHARTS,
    D2_TITLE,
    D3_CLUSTER_CHART,
    D4_CLUSTER_CHART,
    make_form,
    question,
)

__all__ = ["CLUSTER", "CLUSTER_ADHERENCE", "CROSSOVER", "CROSSOVER_ADHERENCE"]

_CROSSOVER_SOURCE = (
    "RoB 2 for crossover trials, 18 March 2021, riskofbias.info; Cochrane Handbook chapter 23, "
    "https://training.cochrane.org/handbook/current/chapter-23"
)
_CLUSTER_SOURCE = (
    "RoB 2 for cluster-randomised trials, 18 March 2021 (Eldridge et al.), riskofbias.info; Cochrane Handbook chapter "
    "23, https://training.cochrane.org/handbook/current/chapter-23"
)
_DS = (
    question(
        "S.1",
        "DS",
        "Were about as many people allocated to the one order of interventions as to the other?",
        "Y",
        optional=True,
    ),
    question("S.2", "DS", "Does the analysis allow for effects of the period?", "Y", after("PN N NI", "S.1")),
    question(
        "S.3",
        "DS",
        "Had what the first intervention left behind faded before the outcome was measured after the second?",
        "Y",
    ),
)
_DS_DOMAIN = Domain(
    id="DS",
    title="period and carry-over effects",
    parts=(
        chart(
            "S.1",
            {
                "S.1": {"NA Y PY": "S.3", "PN N NI": "S.2"},
                "S.2": {"Y PY": "S.3", "PN N NI": "S.3:period"},
                "S.3": {"Y PY": "low", "NI": "some-concerns", "PN N": "high"},
                "S.3:period": {"Y PY": "some-concerns", "PN N NI": "high"},
            },
        ),
    ),
    basis="own",
    note=(
        "No source at hand shows the published questions and flow chart of this domain. Those used here are cautious "
        "ones of our own: carry-over makes the risk high, unknown carry-over or an unaccounted period effect raises "
        "concerns, both together make it high. Check the proposal against the tool. Two sides treated at the same "
        "time have no periods: S.1 is NA, and S.3 asks whether the one side's treatment reached the other."
    ),
)
_D5_CROSSOVER = (
    *BASE_QUESTIONS["D5"],
    question(
        "5.4",
        "D5",
        "Are results of both periods wanted, but withheld because a carry-over effect was found?",
        "N",
    ),
)
_D5_CROSSOVER_DOMAIN = replace(
    BASE_DOMAINS["D5"],
    parts=(
        chart(
            "5.2",
            {
                "5.2": {"Y PY": "high", "PN N": "5.3", "NI": "5.3:unclear"},
                "5.3": {"Y PY": "high", "PN N": "5.4", "NI": "5.4:unclear"},
                "5.3:unclear": {"Y PY": "high", "PN N NI": "5.4:unclear"},
                "5.4": {"Y PY": "high", "PN N": "5.1", "NI": "some-concerns"},
                "5.4:unclear": {"Y PY": "high", "PN N NI": "some-concerns"},
                "5.1": {"Y PY": "low", "PN N NI": "some-concerns"},
            },
        ),
    ),
    basis="partly-published",
    note="That 5.4 counts like 5.2 and 5.3 rests on one transcription of the tool.",
)


def _crossover(variant: str, second: str, effect: str) -> Form:
    return make_form(
        variant,
        f"RoB 2, crossover and other matched trials, effect of {effect}",
        (
            BASE_DOMAINS["D1"],
            _DS_DOMAIN,
            BASE_DOMAINS[second],
            BASE_DOMAINS["D3"],
            BASE_DOMAINS["D4"],
            _D5_CROSSOVER_DOMAIN,
        ),
        (
            BASE_QUESTIONS["D1"],
            _DS,
            BASE_QUESTIONS[second],
            BASE_QUESTIONS["D3"],
            BASE_QUESTIONS["D4"],
            _D5_CROSSOVER,
        ),
        source=_CROSSOVER_SOURCE,
    )


CROSSOVER = _crossover("crossover", "D2", "assignment")
CROSSOVER_ADHERENCE = _crossover("crossover-adherence", "D2-adherence", "adherence")

_D1_CLUSTER = (
    question("1a.1", "D1", "Did chance alone decide the order in which clusters were allocated?", "Y"),
    question("1a.2", "D1", "Could nobody foresee an allocation until the cluster was enrolled and assigned?", "Y"),
    question("1a.3", "D1", "Do the groups differ at baseline in a way that points to a fault in randomisation?", "N"),
)
_D1_CLUSTER_DOMAIN = Domain(
    id="D1",
    title="the randomisation process",
    parts=(
        chart(
            "1a.2",
            {
                "1a.2": {"Y PY": "1a.1", "NI": "1a.3:unclear", "PN N": "high"},
                "1a.1": {"Y PY NI": "1a.3", "PN N": "some-concerns"},
                "1a.3": {"PN N NI": "low", "Y PY": "some-concerns"},
                "1a.3:unclear": {"PN N NI": "some-concerns", "Y PY": "high"},
            },
        ),
    ),
)
_D1B = (
    question("1b.1", "D1b", "Were all people identified and recruited before the clusters were randomised?", "Y"),
    question(
        "1b.2",
        "D1b",
        "Is it likely that knowing the cluster's intervention swayed who was selected?",
        "N",
        after("PN N NI", "1b.1"),
    ),
    question("1b.3", "D1b", "Do baseline differences suggest that people were recruited unlike in the groups?", "N"),
)
_D1B_DOMAIN = Domain(
    id="D1b",
    title="timing of identification or recruitment of participants",
    parts=(
        chart(
            "1b.1",
            {
                "1b.1": {"Y PY": "low", "PN N NI": "1b.2"},
                "1b.2": {"Y PY": "high", "PN N": "1b.3", "NI": "1b.3:unclear"},
                "1b.3": {"PN N NI": "low", "Y PY": "some-concerns"},
                "1b.3:unclear": {"PN N NI": "some-concerns", "Y PY": "high"},
            },
        ),
    ),
    basis="partly-published",
    note="The chart rests on one transcription of the tool.",
)
_D2_CLUSTER = (
    question("2.1a", "D2", "Did people know that they were in a trial?", "N"),
    question("2.1b", "D2", "Did they know which intervention they had been assigned?", "N", after("Y PY NI", "2.1a")),
    BASE_QUESTIONS["D2"][1],
    replace(BASE_QUESTIONS["D2"][2], asked=(after("Y PY NI", "2.1b", "2.2"),)),
    *BASE_QUESTIONS["D2"][3:],
)
_D2_CLUSTER_DOMAIN = Domain(
    id="D2",
    title=D2_TITLE,
    parts=D2_CLUSTER_CHARTS,
    basis="partly-published",
    note=(
        "One transcription of the tool ends at low where departures did not affect the outcome (2.4 N or PN). The "
        "chart here ends at some concerns, as the form for parallel groups does: the more cautious of the two."
    ),
)
_D3_CLUSTER = (
    question("3.1a", "D3", "Are there data on this outcome for every cluster that recruited people?", "Y"),
    question("3.1b", "D3", "Are there data for all, or nearly all, people within the clusters?", "Y"),
    replace(BASE_QUESTIONS["D3"][1], asked=(after("PN N NI", "3.1a", "3.1b"),)),
    *BASE_QUESTIONS["D3"][2:],
)
_D3_CLUSTER_DOMAIN = replace(BASE_DOMAINS["D3"], parts=(D3_CLUSTER_CHART,))
_D4_CLUSTER: tuple[Question, ...] = (
    *BASE_QUESTIONS["D4"][:2],
    question(
        "4.3a",
        "D4",
        "Did those who assessed the outcome know that there was a trial?",
        "N",
        after_all("PN N NI", "4.1", "4.2"),
    ),
    question("4.3b", "D4", "Did they know who had received what?", "N", after("Y PY NI", "4.3a")),
    replace(BASE_QUESTIONS["D4"][3], asked=(after("Y PY NI", "4.3b"),)),
    BASE_QUESTIONS["D4"][4],
)
_D4_CLUSTER_DOMAIN = replace(BASE_DOMAINS["D4"], parts=(D4_CLUSTER_CHART,))


def _cluster(variant: str, second: Domain, questions: tuple[Question, ...], effect: str) -> Form:
    return make_form(
        variant,
        f"RoB 2, cluster-randomised trials, effect of {effect}",
        (
            _D1_CLUSTER_DOMAIN,
            _D1B_DOMAIN,
            second,
            _D3_CLUSTER_DOMAIN,
            _D4_CLUSTER_DOMAIN,
            BASE_DOMAINS["D5"],
        ),
        (_D1_CLUSTER, _D1B, questions, _D3_CLUSTER, _D4_CLUSTER, BASE_QUESTIONS["D5"]),
        source=_CLUSTER_SOURCE,
    )


CLUSTER = _cluster("cluster", _D2_CLUSTER_DOMAIN, _D2_CLUSTER, "assignment")
CLUSTER_ADHERENCE = _cluster(
    "cluster-adherence", BASE_DOMAINS["D2-adherence"], BASE_QUESTIONS["D2-adherence"], "adherence"
)
