"""Incidence rates of one group: what must hold, zero events, and the way back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.effects import back_transform, effect_sizes, harmonic_mean_n, needs_sizes
from evidence.errors import InputError, RowError
from evidence.pool import pool
from evidence.report.sentences import cite

FEW = settings(max_examples=40, deadline=None)
MEASURES = ("IR", "IRLN", "IRS", "IRFT")


@FEW
@given(st.integers(0, 500), st.floats(0.1, 1e4))
def test_every_measure_goes_back_to_the_rate(events, time):
    table = pd.DataFrame({"events": [events], "time": [time]})
    for measure in MEASURES:
        if measure == "IRLN" and events == 0:
            continue
        found = effect_sizes(table, measure, to="none")
        shown = back_transform(found["yi"], measure, time=time if needs_sizes(measure) else None)
        assert shown == pytest.approx([events / time], rel=1e-9, abs=1e-12 / time)


@FEW
@given(st.integers(1, 500), st.floats(0.1, 1e4), st.floats(0.01, 100))
def test_another_unit_of_time_rescales(events, time, unit):
    one, other = (pd.DataFrame({"events": [events], "time": [span]}) for span in (time, time * unit))
    for measure, power in (("IR", 1.0), ("IRS", 0.5), ("IRFT", 0.5)):
        first, second = effect_sizes(one, measure), effect_sizes(other, measure)
        np.testing.assert_allclose(second["yi"], first["yi"] / unit**power, rtol=1e-12)
        np.testing.assert_allclose(second["vi"], first["vi"] / unit ** (2 * power), rtol=1e-12)
    first, second = effect_sizes(one, "IRLN"), effect_sizes(other, "IRLN")
    np.testing.assert_allclose(second["yi"], first["yi"] - np.log(unit), atol=1e-11)
    np.testing.assert_array_equal(second["vi"], first["vi"])


def test_no_events_get_half_an_event_where_a_logarithm_needs_it_and_say_so():
    table = pd.DataFrame({"events": [0, 4], "time": [10.0, 20.0]})
    found = effect_sizes(table, "IRLN")
    assert found["yi"].tolist() == pytest.approx([np.log(0.05), np.log(0.2)])
    assert found["vi"].tolist() == [2.0, 0.25]
    assert "0.5 added" in found["effect_note"].iloc[0]
    assert found["effect_note"].iloc[1] == ""
    assert effect_sizes(table, "IRLN", to="none")["yi"].isna().tolist() == [True, False]
    for measure in ("IRS", "IRFT"):
        assert effect_sizes(table, measure)["effect_note"].tolist() == ["", ""]
    assert effect_sizes(table, "IRS")["yi"].iloc[0] == 0.0


def test_the_time_is_never_added_to():
    table = pd.DataFrame({"events": [3], "time": [12.0]})
    assert effect_sizes(table, "IR", to="all", add=1.0)["yi"].item() == pytest.approx(4 / 12)


@pytest.mark.parametrize("time", [0, -1, np.inf, "x"])
def test_a_time_that_cannot_be(time):
    with pytest.raises(RowError) as error:
        effect_sizes(pd.DataFrame({"events": [1], "time": [time]}), "IR")
    assert [problem.column for problem in error.value.problems] == ["time"]


def test_the_freeman_tukey_rate_needs_its_time_to_go_back():
    with pytest.raises(InputError, match="needs time"):
        back_transform(0.3, "IRFT")
    with pytest.raises(InputError, match="person-times"):
        back_transform(0.3, "IRFT", time=0)
    assert back_transform([0.0, 0.1], "IRFT", time=25).tolist() == [0.0, 0.0]


def test_a_pooled_transform_is_shown_as_itself_and_goes_back_with_the_harmonic_mean_of_the_times():
    table = pd.DataFrame({"events": [4, 9, 12], "time": [120.0, 300.0, 250.0]})
    fit = pool(effect_sizes(table, "IRFT"), measure="IRFT")
    assert "As " not in fit.summary()
    assert "Freeman–Tukey incidence rate" in cite(fit)
    rate = back_transform(fit.estimate, "IRFT", time=harmonic_mean_n(table["time"]))
    assert 4 / 120 < rate < 12 / 250


def test_a_log_rate_is_shown_as_a_rate_not_as_a_ratio():
    table = pd.DataFrame({"events": [4, 9, 12], "time": [120.0, 300.0, 250.0]})
    fit = pool(effect_sizes(table, "IRLN"), measure="IRLN")
    assert "As incidence rate: 0.0" in fit.summary()
    assert "the pooled effect was incidence rate 0.0" in cite(fit)
    assert "null" not in cite(fit)
