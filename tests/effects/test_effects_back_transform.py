"""The way back to the readers' scale, and the facts about each measure."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evidence.effects import (
    back_transform,
    effect_scale,
    harmonic_mean_n,
    is_ratio,
    measure_label,
    null_value,
)
from evidence.effects.proportions import double_arcsine_proportion
from evidence.errors import InputError, OptionError
from evidence.vocabulary import Measure, Transform, allowed


@pytest.mark.parametrize("measure", allowed(Measure))
def test_the_null_on_the_pooled_scale_goes_back_to_the_null_that_is_read(measure):
    null = null_value(measure)
    if null is None:
        assert measure in {"PR", "PLO", "PAS", "PFT"}
        assert null_value(measure, back_transformed=False) is None
    else:
        assert null == (1.0 if is_ratio(measure) else 0.0)
        assert null_value(measure, back_transformed=False) == 0.0
        assert back_transform(0.0, measure) == null


@pytest.mark.parametrize("measure", allowed(Measure))
def test_labels_are_words_and_scales_are_of_the_vocabulary(measure):
    assert effect_scale(measure) in allowed(Transform)
    label, pooled = measure_label(measure), measure_label(measure, back_transformed=False)
    assert label[0].islower() or label.startswith("Peto")
    assert (label == pooled) == (effect_scale(measure) == "none")


def test_labels_are_distinct_except_for_proportions():
    labels = [measure_label(measure) for measure in allowed(Measure)]
    assert labels.count("proportion") == 4
    assert len(set(labels)) == len(labels) - 3


@pytest.mark.parametrize("function", [is_ratio, null_value, measure_label, effect_scale])
def test_an_unknown_measure_is_refused(function):
    with pytest.raises(OptionError, match="did you mean"):
        function("SMDX")


@pytest.mark.parametrize("n", [1, 2, 7, 10_000])
def test_double_arcsine_ends_are_exactly_zero_and_one(n):
    n = float(n)
    ends, _ = double_arcsine_proportion(np.array([0.0, n]), np.array([n, 0.0]))
    assert back_transform(ends, "PFT", n=n).tolist() == pytest.approx([0.0, 1.0], abs=1e-12)


def test_double_arcsine_never_leaves_the_unit_interval_nor_becomes_nan():
    grid = np.linspace(-1, np.pi / 2 + 1, 4001)
    for n in (1.0, 3.0, 20.0, 5000.0):
        p = back_transform(grid, "PFT", n=n)
        assert np.all((p >= 0) & (p <= 1))
        assert np.all(np.diff(p) >= -1e-12)
        assert (p[0], p[-1]) == (0.0, 1.0)


def test_double_arcsine_in_the_middle():
    assert back_transform(np.pi / 4, "PFT", n=9) == pytest.approx(0.5)


def test_arcsine_is_clipped_where_an_interval_leaves_its_range():
    assert back_transform([-0.2, 0.0, np.pi / 2, 2.0], "PAS").tolist() == [0.0, 0.0, 1.0, 1.0]


def test_extremes_stay_finite_or_become_the_limit_without_a_warning():
    assert back_transform([-1000.0, 1000.0], "PLO").tolist() == [0.0, 1.0]
    assert back_transform([-1000.0, 1000.0], "RR").tolist() == [0.0, math.inf]


@pytest.mark.parametrize("measure", ["MD", "RR", "PLO", "PAS", "PFT"])
def test_missing_stays_missing(measure):
    n = 20 if measure == "PFT" else None
    assert np.isnan(back_transform([np.nan], measure, n=n)).all()


def test_shapes_stay_and_the_input_is_not_changed():
    y = np.zeros((2, 3))
    result = back_transform(y, "MD")
    assert result.shape == (2, 3)
    assert not np.shares_memory(result, y)
    assert np.ndim(back_transform(0.3, "OR")) == 0


def test_one_n_per_value_or_one_for_all():
    y = [0.5, 0.6]
    each = back_transform(y, "PFT", n=[10, 30])
    assert each[0] == back_transform(0.5, "PFT", n=10)
    assert each[1] == back_transform(0.6, "PFT", n=30)
    assert back_transform(y, "PFT", n=[10]).tolist() == back_transform(y, "PFT", n=10).tolist()


def test_a_double_arcsine_needs_its_n():
    with pytest.raises(InputError, match="harmonic_mean_n"):
        back_transform(0.5, "PFT")
    with pytest.raises(InputError, match="shape"):
        back_transform(0.5, "PFT", n=[10, 20])
    for n in (0, -3, np.nan, np.inf, []):
        with pytest.raises(InputError, match="sample sizes"):
            back_transform(0.5, "PFT", n=n)


def test_the_harmonic_mean():
    assert harmonic_mean_n([10, 40]) == 16
    with pytest.raises(InputError, match="sample sizes"):
        harmonic_mean_n([10, 0])
