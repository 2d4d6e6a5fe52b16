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
from evidence.vocabulary import (
    Measure,
    ProportionMeasure,
    RateMeasure,
    ReliabilityMeasure,
    SingleMeanMeasure,
    SuperiorityMeasure,
    Transform,
    allowed,
)

ONE_GROUP = {
    *allowed(ProportionMeasure),
    *allowed(RateMeasure),
    *allowed(SingleMeanMeasure),
    *allowed(ReliabilityMeasure),
    "R2",
    "ZR2",
}
# that a person of one group scores above one of the other: one half is no effect
PROBABILITIES = {*allowed(SuperiorityMeasure), "CLESCN", "AUCCN"}
# of two groups, the same thing under two names or on two scales
SAME_LABEL = [
    {"COR", "ZCOR"},
    {"PCOR", "ZPCOR"},
    {"SPCOR", "ZSPCOR"},
    {"RPB", "ZPB"},
    {"RBIS", "ZBIS"},
    {"PHI", "ZPHI"},
    {"RTET", "ZTET"},
    {"D2OR", "D2ORL"},
    {"OR2D", "OR2DL"},
]


@pytest.mark.parametrize("measure", allowed(Measure))
def test_the_null_on_the_pooled_scale_goes_back_to_the_null_that_is_read(measure):
    null = null_value(measure)
    if null is None:
        assert measure in ONE_GROUP
        assert null_value(measure, back_transformed=False) is None
    elif measure in PROBABILITIES:
        assert null == null_value(measure, back_transformed=False) == back_transform(0.5, measure) == 0.5
    else:
        assert null == (1.0 if is_ratio(measure) else 0.0)
        assert null_value(measure, back_transformed=False) == 0.0
        assert back_transform(0.0, measure) == null


@pytest.mark.parametrize("measure", allowed(Measure))
def test_labels_are_words_and_scales_are_of_the_vocabulary(measure):
    assert effect_scale(measure) in allowed(Transform)
    label, pooled = measure_label(measure), measure_label(measure, back_transformed=False)
    assert label[0].islower() or label.startswith(("Peto", "R²", "Cronbach's"))
    assert (label == pooled) == (effect_scale(measure) == "none")


def test_labels_are_distinct_except_for_transformations_of_one_thing():
    labels = [measure_label(measure) for measure in ONE_GROUP]
    counts = {label: labels.count(label) for label in labels}
    assert counts["proportion"] == 6
    assert counts["incidence rate"] == 4
    assert counts["Cronbach's alpha"] == 3
    pooled = [measure_label(measure, back_transformed=False) for measure in ONE_GROUP]
    assert len(set(pooled)) == len(pooled)


def test_labels_of_comparisons_are_distinct_but_for_synonyms_and_scales():
    by_label = {}
    for measure in set(allowed(Measure)) - ONE_GROUP:
        by_label.setdefault(measure_label(measure), []).append(measure)
    shared = [sorted(group) for group in by_label.values() if len(group) > 1]
    assert sorted(shared) == sorted(map(sorted, SAME_LABEL))


def test_ratios_are_ratios_and_coefficients_are_not():
    assert all(is_ratio(measure) for measure in ("VR", "CVR", "VRC", "CVRC", "IRR", "D2OR", "D2ORN", "MPORM"))
    assert not any(is_ratio(measure) for measure in ("YUQ", "YUY", "PHI", "RTET", "PBIT", "IRD", "IRSD", "AUC", "PPCR"))
    assert effect_scale("ZTET") == "fisher-z"
    assert back_transform(np.arctanh(0.4), "ZPHI") == pytest.approx(0.4)


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


@pytest.mark.parametrize(
    "call",
    [
        lambda: back_transform("a", "RR"),
        lambda: back_transform([0.5], "PFT", n=["many"]),
        lambda: harmonic_mean_n("many"),
    ],
)
def test_text_is_no_number(call):
    with pytest.raises(InputError, match="must be a number or an array of numbers"):
        call()
