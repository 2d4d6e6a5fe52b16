"""The sentence says what the result holds, and no more: its numbers are read back and found in the result."""

from __future__ import annotations

import math
import re

import pytest
from statsmodels.stats.proportion import proportion_confint

from evidence.effects import back_transform
from evidence.errors import UnknownIdError
from evidence.pool import pool
from evidence.report import cite, cite_synthesis
from evidence.report.wording import plural, upper_limit

NUMBER = r"[<>]?−?\d[\d\u202f]*(?:\.\d+)?"
INTERVAL = rf"({NUMBER})%? to ({NUMBER})%?"
RATIOS = ("RR",)


def _agrees(text: str, value: float) -> bool:
    """Whether a printed number is the value, rounded, or a bound that it keeps."""
    plain = text.lstrip("<>").replace("−", "-").replace("\u202f", "")
    decimals = len(plain.partition(".")[2])
    if text.startswith("<"):
        return value < float(plain)
    if text.startswith(">"):
        return value > float(plain)
    return abs(value - float(plain)) <= 0.5000001 * 10.0**-decimals


def _everything(answers):
    return [result for answer in answers.values() for result in answer.results.values()]


def _pooled_comparisons(answers):
    return [result for result in _everything(answers) if result.pooled and result.synthesis.measure != "PFT"]


def _by_hand(result, *values: float) -> list[float]:
    """Turn values back without the code under test."""
    return [math.exp(value) if result.synthesis.measure in RATIOS else value for value in values]


@pytest.mark.parametrize("which", ["answers", "real_answers"])
def test_the_numbers_of_a_pooled_sentence_are_those_of_the_fit(which: str, request) -> None:
    found = _pooled_comparisons(request.getfixturevalue(which))
    assert found
    for result in found:
        sentence, fit = cite_synthesis(result), result.fit
        match = re.search(rf"was (?:RR|MD|Hedges' g) ({NUMBER})[^(]*\(95% CI {INTERVAL}", sentence)
        assert match, sentence
        estimate, low, high = _by_hand(result, fit.estimate, fit.ci_low, fit.ci_high)
        assert _agrees(match[1], estimate), sentence
        assert _agrees(match[2], low), sentence
        assert _agrees(match[3], high), sentence
        people = re.match(r"In (\d+) trials \((?:\d+ comparisons [^)]*, )?(\d+) participants; no search", sentence)
        assert people, sentence
        assert (int(people[1]), int(people[2])) == (result.effects["study_id"].nunique(), result.n)
        assert _agrees(re.search(rf"I² = ({NUMBER})%", sentence)[1], fit.i2)
        assert "τ²" not in sentence
        assert _agrees(re.search(rf"τ² = ({NUMBER})", cite_synthesis(result, form="full"))[1], fit.tau2)
        predicted = re.search(rf"95% PI {INTERVAL}", sentence)
        assert bool(predicted) == math.isfinite(fit.pi_low)
        if predicted:
            assert all(
                _agrees(text, value) for text, value in zip(predicted.groups(), _by_hand(result, *fit.pi), strict=True)
            )


@pytest.mark.parametrize("which", ["answers", "real_answers"])
def test_an_interval_that_holds_no_effect_is_called_compatible_with_it(which: str, request) -> None:
    for result in _everything(request.getfixturevalue(which)):
        if result.synthesis.measure == "PFT" or not (result.pooled or result.k == 1):
            continue
        low, high = result.ci if result.pooled else result.effects.iloc[0][["ci_low", "ci_high"]]
        sentence = cite_synthesis(result)
        assert ("compatible with no effect" in sentence) == (low <= 0 <= high), sentence
        assert ("the interval excludes the null" in sentence) == (not low <= 0 <= high), sentence


@pytest.mark.parametrize("which", ["answers", "real_answers"])
def test_every_sentence_names_what_it_is(which: str, request) -> None:
    for result in _everything(request.getfixturevalue(which)):
        sentence = cite_synthesis(result)
        pooled = "the pooled" in sentence
        assert pooled == result.pooled, sentence
        assert bool(re.search("a single (trial|report), not a synthesis", sentence)) == (result.trials == 1), sentence
        assert ("Two trials say next to nothing" in sentence) == (result.pooled and result.trials == 2), sentence
        if result.k:
            kind = "primary" if result.analysis.primary else "sensitivity"
            assert (f"sensitivity analysis: {result.analysis_label}" in sentence) == (kind == "sensitivity"), sentence
            assert f"{kind} analysis: {result.analysis_label}" in cite_synthesis(result, form="full")
            assert "certainty: " in sentence
        assert "nan" not in sentence.lower()
        assert sentence.endswith(".")


def test_one_trial_with_its_own_interval(answers) -> None:
    sentence = cite_synthesis(answers["density"].primary)
    half = 1.959963984540054 * math.sqrt(16 / 20 + 9 / 20)
    assert f"MD 5.00 hairs/cm² (95% CI {5 - half:.2f} to {5 + half:.2f};" in sentence
    assert "in favour of needling + drug; a single trial, not a synthesis; 3 more trials make" in sentence
    assert "certainty: very low" in sentence


def test_lower_is_better_where_the_protocol_says_so(answers) -> None:
    sentence = cite_synthesis(answers["score"].primary)
    assert "MD −2.00 points" in sentence
    assert "in favour of needling + drug" in sentence


def test_no_event_is_an_exact_limit_and_never_a_pooled_zero(answers) -> None:
    sentence = cite_synthesis(answers["scar"].primary, form="full")
    limit = 100 * (1 - 0.05 ** (1 / 60))
    _, exact = proportion_confint(0, 60, alpha=0.05, method="beta")
    assert "scarring was counted in 0 of 60 people" in sentence
    assert f"exact one-sided upper 95% limit {limit:.1f}%" in cite_synthesis(answers["scar"].primary)
    assert f"upper 95% limit {limit:.1f}% = 1 − 0.05^(1/60)" in sentence
    assert f"two-sided exact 95% CI 0.0% to {100 * exact:.1f}%" in sentence
    assert "pooled proportion" not in sentence


def test_the_upper_limit_is_the_published_rule_of_three() -> None:
    # Hanley and Lippman-Hand 1983: the maximum risks for none in n, in percent.
    for n, percent in ((10, 26), (20, 14), (50, 5.8), (100, 3.0), (1000, 0.30)):
        assert 100 * upper_limit(n) == pytest.approx(percent, rel=0.02)


def test_a_pooled_proportion_is_in_percent_with_the_crude_count(answers) -> None:
    result = answers["pain"].primary
    sentence = cite_synthesis(result)
    n = 3 / (1 / 20 + 1 / 30 + 1 / 20)
    shown = [100 * float(back_transform(value, "PFT", n=n)) for value in (result.fit.estimate, *result.fit.ci)]
    assert "pain was counted in 4 of 70 people" in sentence
    assert f"the pooled proportion was {shown[0]:.1f}% (95% CI {shown[1]:.1f}% to {shown[2]:.1f}%;" in sentence
    assert "favour" not in sentence


def test_what_was_derived_is_named(answers) -> None:
    sentence = cite_synthesis(answers["response"].results["wide"], form="full")
    assert "Bose 2020 not entered as printed: 0.5 added to all four cells: a zero cell" in sentence
    assert "Cori 2020 not entered as printed: count implied by a percentage" in sentence
    assert "Ada 2020 not entered" not in sentence
    assert "not entered as printed" not in cite_synthesis(answers["response"].results["wide"])


def test_nothing_is_said_to_be_nothing(answers, real) -> None:
    assert cite_synthesis(answers["depth"].primary).startswith("No trial in this evidence base makes this comparison")
    sentence = cite_synthesis(real.synthesis("addon-minoxidil-density-men-12w"))
    assert re.search(
        r"No trial of .* gives a usable result for hair density at 12 weeks .*; \d+ trials? make", sentence
    )
    with pytest.raises(UnknownIdError):
        real.synthesis("no-such-thing")


def test_a_prediction_interval_that_holds_no_effect_is_said_beside_an_interval_that_does_not(make_base) -> None:
    counts = {
        "Ada": ("men", 60, 100, 30, 100, "verified"),
        "Bose": ("men", 90, 100, 30, 100, "verified"),
        "Cori": ("men", 55, 100, 40, 100, "verified"),
        "Fahd": ("men", 70, 100, 35, 100, "verified"),
    }
    result = make_base(counts).synthesis("response")
    assert result.ci[0] > 0 > result.pi[0]
    assert "in favour of needling + drug, but the prediction interval includes it" in cite_synthesis(result)


def test_a_bare_fit_is_turned_back_to_ratios() -> None:
    fit = pool([0.1, 0.5, 0.9], [0.04, 0.05, 0.06], measure="RR")
    sentence = cite(fit)
    match = re.match(rf"In 3 studies, the pooled effect was RR ({NUMBER}) \(95% CI {INTERVAL}", sentence)
    values = [math.exp(value) for value in (fit.estimate, *fit.ci)]
    assert all(_agrees(text, value) for text, value in zip(match.groups(), values, strict=True))
    assert fit.cite() == sentence


@pytest.mark.parametrize(
    ("fit", "parts"),
    [
        (pool([0.3], [0.04], measure="SMD"), ["One study (", "Hedges' g 0.30", "a single study, not a synthesis"]),
        (
            pool([0.3, 0.5], [0.04, 0.05]),
            ["In 2 studies, the pooled effect was 0.3", "Two studies say next to nothing"],
        ),
        (pool([0.3, 0.5, 0.4], [0.04, 0.05, 0.05], measure="PFT"), ["double arcsine proportion 0.39 (95% CI"]),
        (pool([0.3, 0.5, 0.4], [0.04, 0.05, 0.05], tau2="EE", test="z"), ["equal-effects model"]),
        (pool([0.1, 0.4, 0.9, 0.7], [0.04, 0.09, 0.05, 0.03], mods=[1, 2, 4, 3]), ["meta-regression of 4 studies"]),
    ],
    ids=["one", "two", "double-arcsine", "equal-effects", "regression"],
)
def test_other_bare_fits(fit, parts: list[str]) -> None:
    sentence = cite(fit)
    for part in parts:
        assert part in sentence


def test_equal_effects_has_no_between_study_variance_in_its_sentence() -> None:
    assert "τ²" not in cite(pool([0.3, 0.5, 0.4], [0.04, 0.05, 0.05], tau2="EE", test="z"))


def test_counts_take_their_plural() -> None:
    assert [plural(count, "trial") for count in (0, 1, 2)] == ["0 trials", "1 trial", "2 trials"]
