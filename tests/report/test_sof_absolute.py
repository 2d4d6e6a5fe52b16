"""Absolute effects: by formula, by counting people, and as R computes them.

Numbers of R 4.2 with metafor 3.8-1, on ``dat.bcg``::

    f <- rma(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg, test="knha")   # and "OR", "RD"
    p <- predict(f, transf=exp); e <- c(p$pred, p$ci.lb, p$ci.ub)
    p0 * e                               # RR
    plogis(qlogis(p0) + log(e))          # OR
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evidence as ev
from evidence.errors import InputError, OptionError
from evidence.plot.page.scale import Values
from evidence.report import summary_of_findings
from evidence.report.sof import absolute_risk, risk_with
from evidence.report.sof.notes import about_absolute

if TYPE_CHECKING:
    from evidence.report.sof import SummaryOfFindings

BCG = Path(__file__).resolve().parents[2] / "examples" / "bcg-vaccine"
# Per 1000: control, intervention with its interval, difference with its interval.
R = {
    ("tuberculosis", "pooled"): (9.080904, 4.444385, 2.997354, 6.589996, -4.636520, -6.083550, -2.490908),
    ("tuberculosis", "lowest"): (1.281504, 0.627195, 0.422989, 0.929985, -0.654309, -0.858515, -0.351519),
    ("tuberculosis", "highest"): (
        *(256.374914, 125.475251, 84.622243, 186.050828),
        *(-130.899663, -171.752670, -70.324086),
    ),
    ("tuberculosis-odds", "pooled"): (9.080904, 4.330912, 2.887483, 6.491200, -4.749993, -6.193421, -2.589704),
    ("tuberculosis-odds", "lowest"): (1.281504, 0.608675, 0.405308, 0.913991, -0.672828, -0.876196, -0.367512),
    ("tuberculosis-odds", "highest"): (
        *(256.374914, 140.629197, 98.241741, 197.303668),
        *(-115.745717, -158.133173, -59.071245),
    ),
}
RISK = st.floats(0.001, 0.999)
RATIO = st.floats(0.01, 20)


def effect(estimate: float, low: float = math.nan, high: float = math.nan) -> Values:
    return Values(estimate=estimate, ci_low=low, ci_high=high)


@pytest.fixture(scope="module")
def bcg() -> SummaryOfFindings:
    return summary_of_findings(ev.load(BCG), ids=["tuberculosis", "tuberculosis-odds", "tuberculosis-difference"])


@pytest.mark.parametrize(("synthesis", "which"), list(R))
def test_risks_of_a_published_data_set_are_those_of_r(bcg: SummaryOfFindings, synthesis: str, which: str) -> None:
    (row,) = [row for row in bcg.rows if row.synthesis == synthesis]
    (found,) = [absolute for absolute in row.absolutes if absolute.label == which]
    shown = [found.comparison]
    for each in (found.intervention, found.difference):
        shown += [each.estimate, each.ci_low, each.ci_high]
    assert [1000 * value for value in shown] == pytest.approx(R[synthesis, which], rel=1e-5)


def test_a_risk_difference_stays_itself_and_below_nothing_there_is_no_risk(bcg: SummaryOfFindings) -> None:
    row = bcg.rows[2]
    (found,) = row.absolutes
    differences = (found.difference.estimate, found.difference.ci_low, found.difference.ci_high)
    assert [1000 * value for value in differences] == pytest.approx([-25.173500, -49.298135, -1.048866], rel=2e-4)
    assert found.intervention_text == "–"  # 9.1 − 25.2 per 1000
    assert found.beyond == "estimate"
    assert any("forecasts nothing" in note.text for note in bcg.footnotes)


@given(RISK, RATIO)
def test_a_ratio_of_risks_and_of_odds_comes_back(risk: float, ratio: float) -> None:
    assert risk_with(risk, ratio, "RR") / risk == pytest.approx(ratio)
    held = risk_with(risk, ratio, "OR")
    assert held / (1 - held) / (risk / (1 - risk)) == pytest.approx(ratio)
    assert risk_with(risk, ratio, "PETO") == held
    survival = 1 - risk_with(risk, ratio, "HR")
    if survival > 1e-9:
        assert math.log(survival) / math.log(1 - risk) == pytest.approx(ratio, rel=1e-5)
    assert risk_with(risk, ratio - 10, "RD") - risk == pytest.approx(ratio - 10)


@given(RISK, RATIO, st.sampled_from(["RR", "OR", "HR"]))
def test_limits_keep_their_order_and_risks_stay_risks(risk: float, ratio: float, measure: str) -> None:
    found = absolute_risk(risk, effect(ratio, ratio / 2, ratio * 2), measure)
    shown = found.intervention
    known = [value for value in (shown.ci_low, shown.estimate, shown.ci_high) if not math.isnan(value)]
    assert all(0 <= value <= 1 for value in known)
    assert known == sorted(known)
    beyond = sum(measure == "RR" and risk * ratio * factor > 1 + 1e-12 for factor in (1, 2))
    assert found.beyond == ("", "limit", "estimate")[beyond]
    assert len(known) == (3, 2, 0)[beyond]
    assert math.isnan(found.difference.estimate) == (found.beyond == "estimate")
    if known:
        assert found.difference.estimate == pytest.approx(shown.estimate - risk)


def test_no_risk_is_above_a_thousand_and_it_says_why() -> None:
    found = absolute_risk(0.8, effect(1.5, 1.2, 1.9), "RR")
    assert (found.intervention_text, found.beyond) == ("–", "estimate")
    assert "1000 per 1000 (" not in found.difference_text
    assert "above 1000 per 1000, which no risk can be" in found.difference_text


def test_a_limit_that_is_no_risk_is_a_dash_in_both_columns() -> None:
    found = absolute_risk(0.8, effect(1.1, 0.9, 1.3), "RR")
    assert found.intervention_text == "880 per 1000 (720 to –)"
    assert found.difference_text == "80 more per 1000 (80 fewer to –)"
    assert found.beyond == "limit"
    notes = about_absolute(found)
    assert notes["intervention"] == notes["difference"]
    assert "goes beyond what a risk can be" in notes["difference"][0]


def test_a_whole_thousand_is_a_risk() -> None:
    found = absolute_risk(0.8, effect(1.0, 0.5, 1.25), "RR")
    assert (found.intervention_text, found.beyond) == ("800 per 1000 (400 to 1000)", "")


def test_by_counting_people() -> None:
    """20 of 100 without; with, odds of one to eight instead of one to four; or half the hazard; or half the risk."""
    assert 1000 * risk_with(0.2, 0.5, "OR") == pytest.approx(1000 / 9)
    assert risk_with(0.75, 2.0, "HR") == pytest.approx(15 / 16)  # two quarters in a row survive a sixteenth
    assert risk_with(0.2, 0.5, "RR") == 0.1


@pytest.mark.parametrize(
    ("risk", "measure", "why"),
    [(0.0, "RR", "risk of 0"), (0.0, "OR", "risk of 0"), (1.0, "OR", "risk of 1"), (math.nan, "RR", "not known")],
)
def test_where_there_is_no_absolute_effect_it_says_why(risk: float, measure: str, why: str) -> None:
    found = absolute_risk(risk, effect(0.5, 0.3, 0.8), measure)
    assert math.isnan(found.difference.estimate)
    assert found.intervention_text == "–"
    assert why in found.difference_text


def test_a_difference_needs_no_risk_above_nothing() -> None:
    found = absolute_risk(0.0, effect(0.05, -0.02, 0.12), "RD")
    assert found.intervention_text == "50 per 1000 (– to 120)"
    assert found.difference_text == "50 more per 1000 (20 fewer to 120 more)"
    assert found.beyond == "limit"


def test_a_limit_without_end_takes_everybody() -> None:
    found = absolute_risk(0.2, effect(3.0, 0.5, math.inf), "OR")
    assert found.intervention.ci_high == 1
    assert found.difference_text.endswith("to 800 more)")


@pytest.mark.parametrize(
    ("risk", "text"),
    [
        (0.2, "200 per 1000|100 per 1000 (80 to 120)|100 fewer per 1000 (120 fewer to 80 fewer)"),
        (0.004, "4.0 per 1000|2.0 per 1000 (1.6 to 2.4)|2.0 fewer per 1000 (2.4 fewer to 1.6 fewer)"),
        (0.0002, "0.20 per 1000|0.10 per 1000 (0.08 to 0.12)|0.10 fewer per 1000 (0.12 fewer to 0.08 fewer)"),
    ],
)
def test_rare_risks_have_decimals(risk: float, text: str) -> None:
    found = absolute_risk(risk, effect(0.5, 0.4, 0.6), "RR")
    assert "|".join((found.comparison_text, found.intervention_text, found.difference_text)) == text


def test_what_rounds_to_nothing_is_neither_more_nor_fewer() -> None:
    assert absolute_risk(0.1, effect(1.0, 0.999, 2.0), "RR").difference_text == "0 per 1000 (0 to 100 more)"


def test_another_measure_and_what_is_no_risk_are_refused() -> None:
    with pytest.raises(OptionError, match="measure='MD'"):
        risk_with(0.1, 0.5, "MD")
    with pytest.raises(InputError, match="between 0 and 1"):
        risk_with(10, 0.5, "RR")


def test_a_difference_that_whole_people_cannot_show_gets_decimals() -> None:
    # By hand: 20 × (1 − 0.99) = 0.2 of 1000, from 0.1 to 0.3.
    found = absolute_risk(0.02, effect(0.99, 0.985, 0.995), "RR")
    assert found.comparison_text == "20.0 per 1000"
    assert found.intervention_text == "19.8 per 1000 (19.7 to 19.9)"
    assert found.difference_text == "0.2 fewer per 1000 (0.3 fewer to 0.1 fewer)"
    assert absolute_risk(0.02, effect(0.9, 0.5, 1.2), "RR").comparison_text == "20 per 1000"
    assert absolute_risk(0.00002, effect(0.5, 0.25, 0.75), "RR").intervention_text == "0.010 per 1000 (0.005 to 0.015)"
