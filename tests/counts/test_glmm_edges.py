"""Sparse and damaged data: what says nothing is left out and said so, and no number is silent."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from evidence.counts import glmm
from evidence.errors import ColumnError, ConvergenceError, InputError, OptionError, RowError

SPARSE = {
    "events1": [1, 0, 2, 0, 3],
    "n1": [40, 30, 55, 62, 48],
    "events2": [4, 0, 3, 2, 9],
    "n2": [41, 33, 52, 60, 47],
}


@pytest.mark.parametrize("model", ["UM.FS", "CM.EL", "CM.AL"])
def test_a_study_without_events_says_nothing(model):
    found = glmm(model=model, **SPARSE)
    without = glmm(model=model, **{name: np.delete(values, 1) for name, values in SPARSE.items()})
    assert (found.k, len(found.to_frame())) == (4, 5)
    assert found.estimate == without.estimate
    assert found.loglik == without.loglik
    assert found.to_frame()["reason"][1].startswith("no events in either group")
    assert any("no events in either group" in caution for caution in found.cautions)


def test_all_events_say_nothing_either():
    found = glmm(events1=[10, 30, 12], n1=[20, 30, 25], events2=[5, 28, 9], n2=[22, 28, 24])
    assert found.to_frame()["reason"][1].startswith("nothing but events")


def test_random_study_levels_learn_from_studies_without_events():
    kept = glmm(model="UM.RS", **SPARSE)
    dropped = glmm(model="UM.RS", drop00=True, **SPARSE)
    assert (kept.k, dropped.k) == (5, 4)
    assert kept.loglik < dropped.loglik


def test_one_study_is_its_own_estimate():
    found = glmm(events1=[4], n1=[40], events2=[9], n2=[41])
    assert found.estimate == pytest.approx(math.log(4 * 32 / (9 * 36)), rel=1e-10)
    assert found.se == pytest.approx(math.sqrt(1 / 4 + 1 / 36 + 1 / 9 + 1 / 32), rel=1e-10)
    assert math.isnan(found.tau2)
    assert math.isnan(found.pi_low)
    assert math.isnan(found.q_wald)
    assert any("not a synthesis" in caution for caution in found.cautions)


def test_two_studies_carry_a_caution():
    found = glmm(events1=[4, 20], n1=[40, 90], events2=[9, 11], n2=[41, 88])
    assert found.k == 2
    assert any("Two studies" in caution for caution in found.cautions)


def test_no_heterogeneity_is_exactly_zero():
    found = glmm(events1=[10, 20, 30], n1=[100, 200, 300], events2=[20, 40, 60], n2=[100, 200, 300])
    assert found.tau2 == 0
    assert found.i2 == 0
    assert math.isnan(found.tau2_se)
    assert found.se == pytest.approx(
        glmm(events1=[10, 20, 30], n1=[100, 200, 300], events2=[20, 40, 60], n2=[100, 200, 300], tau2="EE").se, rel=1e-9
    )


@pytest.mark.parametrize("model", ["UM.FS", "UM.RS", "CM.EL", "CM.AL"])
def test_no_events_in_one_group_anywhere(model):
    with pytest.raises(InputError, match="no finite estimate of Intercept"):
        glmm(model=model, events1=[0, 0, 0], n1=[20, 30, 40], events2=[3, 2, 4], n2=[21, 29, 41])


def test_a_moderator_that_separates_is_named():
    data = pd.DataFrame({"events": [0, 0, 4, 9], "n": [20, 30, 40, 25], "late": [0, 0, 1, 1]})
    with pytest.raises(InputError, match=r"no finite estimate of .*late"):
        glmm(data, "PLO", mods="~ late")


def test_all_or_nothing_in_each_study_has_no_finite_variance():
    with pytest.raises(ConvergenceError, match="variance"):
        glmm(measure="PLO", events=[0, 30, 0, 25], n=[20, 30, 40, 25])


def test_no_study_informs():
    with pytest.raises(InputError, match="no study informs"):
        glmm(events1=[0, 0], n1=[20, 30], events2=[0, 0], n2=[21, 29])


def test_damaged_rows_are_named():
    with pytest.raises(RowError) as caught:
        glmm(events1=[4, 50, -1], n1=[40, 45, 10], events2=[3, 2, math.nan], n2=[30, 40, 20])
    assert {problem.row for problem in caught.value.problems} == {"1", "2"}


def test_missing_rows_are_dropped_on_request():
    table = {"events1": [4, 5, math.nan], "n1": [40, 45, 10], "events2": [3, 2, 4], "n2": [30, 40, 20]}
    found = glmm(missing="drop", **table)
    assert found.k == 2
    assert "missing" in found.to_frame()["reason"][2]
    moderated = glmm(
        pd.DataFrame({**SPARSE, "x": [1.0, 2.0, math.nan, 4.0, 5.0]}), mods="~ x", missing="drop", tau2="EE"
    )
    assert moderated.k == 3


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"measure": "RR"}, OptionError),
        ({"model": "UM"}, OptionError),
        ({"tau2": "REML"}, OptionError),
        ({"test": "hksj"}, OptionError),
        ({"coding": 2}, OptionError),
        ({"nagq": 0}, InputError),
        ({"nagq": 7.5}, InputError),
        ({"level": 95}, InputError),
        ({"cor": True}, InputError),
        ({"cor": "yes"}, InputError),
        ({"drop00": 1}, InputError),
        ({"mods": [1, 2]}, InputError),
        ({"mods": [1, 2, 3, 4, 4], "intercept": "no"}, None),
        ({"intercept": False}, InputError),
        ({"event1": [1, 2]}, ColumnError),
    ],
)
def test_bad_options(options, error):
    if error is None:
        assert glmm(**options, **SPARSE).p == 2
        return
    with pytest.raises(error):
        glmm(**options, **SPARSE)


def test_rates_have_their_own_columns():
    with pytest.raises(ColumnError, match="events, time"):
        glmm(measure="IRLN", events=[1, 2], n=[3, 4])
    with pytest.raises(RowError, match="person-time"):
        glmm(measure="IRLN", events=[1, 2, 3], time=[10.0, 0.0, 5.0])


def test_inputs_are_not_changed():
    table = pd.DataFrame(SPARSE)
    before = table.copy()
    glmm(table)
    pd.testing.assert_frame_equal(table, before)


def test_the_approximation_is_cautioned_where_events_are_common():
    found = glmm(events1=[14, 20], n1=[40, 90], events2=[9, 11], n2=[41, 88], model="CM.AL")
    assert any("CM.AL stands for" in caution for caution in found.cautions)


def test_the_conditional_model_of_rates_has_no_approximation():
    data = {
        "events1": [9, 8, 3],
        "time1": [413.0, 263.0, 487.0],
        "events2": [19, 19, 9],
        "time2": [398.0, 245.0, 462.0],
    }
    exact, approximate = (glmm(measure="IRR", model=model, **data) for model in ("CM.EL", "CM.AL"))
    assert approximate.model == exact.model == "CM.EL"
    assert approximate.estimate == exact.estimate


def test_fractional_counts_are_cautioned_or_refused():
    data = {**SPARSE, "events1": [1.5, 0, 2, 0, 3]}
    assert any("whole numbers" in caution for caution in glmm(**data).cautions)
    with pytest.raises(InputError, match="whole counts"):
        glmm(model="CM.EL", **data)


@pytest.mark.parametrize("scale", [1e4, 1e8])
def test_huge_counts(scale):
    found = glmm(
        events1=np.array([10, 20, 15]) * scale, n1=100 * scale, events2=np.array([20, 25, 14]) * scale, n2=100 * scale
    )
    assert found.tau2 > 0
    assert found.convergence.distance < 1e-8
    assert found.convergence.quadrature_error < 1e-6


def test_tiny_study_beside_a_huge_one():
    found = glmm(events1=[1, 40_000], n1=[4, 1_000_000], events2=[2, 50_000], n2=[4, 1_000_000], tau2="EE")
    assert found.estimate == pytest.approx(math.log(40_000 * 950_000 / (50_000 * 960_000)), abs=1e-3)


def test_few_points_are_cautioned_where_they_are_too_few():
    found = glmm(measure="PLO", events=[0, 30, 1, 25, 12], n=[20, 31, 40, 26, 24], nagq=1)
    assert any("off by" in caution for caution in found.cautions)
    assert found.convergence.points == 1
