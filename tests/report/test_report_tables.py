"""The result tables: complete, sorted, byte-stable, and with numbers that follow by hand."""

from __future__ import annotations

import csv
import io
import math

import pytest
from statsmodels.stats.proportion import proportion_confint

from evidence.report import (
    effects_frame,
    exclusions_frame,
    format_frame,
    not_pooled_frame,
    pooled_frame,
)
from evidence.report.tables import EFFECT_COLUMNS, EXCLUSION_COLUMNS, NOT_POOLED_COLUMNS, POOLED_COLUMNS

FRAMES = {
    pooled_frame: (POOLED_COLUMNS, ["synthesis", "analysis"]),
    not_pooled_frame: (NOT_POOLED_COLUMNS, ["synthesis", "analysis"]),
    effects_frame: (EFFECT_COLUMNS, ["synthesis", "analysis", "study_id"]),
    exclusions_frame: (EXCLUSION_COLUMNS, ["synthesis", "analysis", "compared", "studies"]),
}


def _read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.mark.parametrize("make", FRAMES, ids=lambda make: make.__name__)
def test_columns_are_fixed_rows_sorted_and_bytes_stable(make, answers, small) -> None:
    columns, keys = FRAMES[make]
    frame = make(answers)
    assert tuple(frame.columns) == columns
    order = [tuple(row) for row in frame[keys].itertuples(index=False)]
    assert order == sorted(order)
    content = format_frame(frame)
    backwards = dict(reversed(list(small.answers().items())))
    assert format_frame(make(backwards)) == content
    assert b"\r" not in content
    assert b"nan" not in content.lower().replace(b"finance", b"")


def test_pooled_and_not_pooled_are_everything(answers, real_answers) -> None:
    for found in (answers, real_answers):
        pooled, not_pooled = pooled_frame(found), not_pooled_frame(found)
        keys = [*zip(pooled["synthesis"], pooled["analysis"], strict=True)]
        keys += [*zip(not_pooled["synthesis"], not_pooled["analysis"], strict=True)]
        assert sorted(keys) == sorted((name, analysis) for name, answer in found.items() for analysis in answer.results)
        assert (pooled["k"] >= 2).all()
        assert not_pooled["reason"].str.len().gt(0).all()


def test_an_analysis_that_adds_nothing_names_its_twin_and_has_its_numbers(answers) -> None:
    frame = pooled_frame(answers).set_index(["synthesis", "analysis"])
    wide, wider = frame.loc[("response", "wide")], frame.loc[("response", "wider")]
    assert (wide["same_as"], wider["same_as"]) == ("", "wide")
    assert wide[["estimate", "tau2", "k"]].equals(wider[["estimate", "tau2", "k"]])


def test_ratios_stand_on_both_scales(answers) -> None:
    row = pooled_frame(answers).set_index(["synthesis", "analysis"]).loc[("response", "wide")]
    assert (row["scale"], row["tau2_method"], row["test"], row["level"]) == ("exp", "REML", "hksj", 0.95)
    for shown, computed in (("estimate", "estimate"), ("ci_low", "ci_low"), ("pi_high", "pi_high")):
        assert row[f"display_{shown}"] == pytest.approx(math.exp(row[computed]), rel=1e-12)
    assert row["studies"] == "Ada;Bose;Cori"


def test_every_number_of_the_fit_is_in_its_row(real_answers) -> None:
    frame = pooled_frame(real_answers).set_index(["synthesis", "analysis"])
    for key, row in frame.iterrows():
        fit = real_answers[key[0]].results[key[1]].fit
        names = ("estimate", "se", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2", "q", "q_df", "q_pvalue")
        for name in names:
            assert row[name] == pytest.approx(getattr(fit, name), nan_ok=True), (key, name)
        assert (row["tau2_low"], row["tau2_high"]) == pytest.approx(fit.tau2_ci, nan_ok=True)
        assert row["pvalue"] == pytest.approx(fit.pvalue) or row["measure"] == "PFT"
        assert row["cautions"] == " ".join(real_answers[key[0]].results[key[1]].cautions)


def test_a_proportion_has_no_test_against_nothing(answers) -> None:
    row = pooled_frame(answers).set_index("synthesis").loc["pain"].iloc[0]
    assert math.isnan(row["pvalue"])
    assert 0 <= row["display_ci_low"] < row["display_estimate"] < row["display_ci_high"] < 1


def test_single_trials_keep_their_numbers(answers) -> None:
    row = not_pooled_frame(answers).set_index(["synthesis", "analysis"]).loc[("density", "primary")]
    assert (row["study_id"], row["k"], row["n"]) == ("Dahl", 1, 40)
    assert row["yi"] == pytest.approx(5)
    assert row["vi"] == pytest.approx(16 / 20 + 9 / 20)
    assert row["display_ci_low"] == pytest.approx(5 - 1.959963984540054 * math.sqrt(1.25))


def test_trials_carry_their_counts_their_exact_limits_and_what_was_done(answers) -> None:
    frame = effects_frame(answers).set_index(["synthesis", "analysis", "study_id"])
    ada, bose = frame.loc[("response", "primary", "Ada")], frame.loc[("response", "primary", "Bose")]
    assert (ada["events1"], ada["n1"], ada["events2"], ada["n2"]) == (17, 20, 9, 20)
    assert ada["display_estimate"] == pytest.approx((17 / 20) / (9 / 20))
    assert "0.5 added to all four cells" in bose["note"]
    assert ada["weight"] + bose["weight"] == pytest.approx(100)
    pain = frame.loc[("pain", "primary", "Ada")]
    low, high = proportion_confint(3, 20, alpha=0.05, method="beta")
    assert pain["display_estimate"] == pytest.approx(0.15)
    assert (pain["display_ci_low"], pain["display_ci_high"]) == pytest.approx((low, high), rel=1e-9)
    assert frame.loc[("response", "wide", "Cori")]["steps"] == "percent-to-events"


def test_every_trial_is_in_or_out(real, real_answers) -> None:
    inside, outside = effects_frame(real_answers), exclusions_frame(real_answers)
    trials = set(real["studies"]["study_id"])
    keys = ["synthesis", "analysis"]
    entered = {key: set(part["study_id"]) for key, part in inside.groupby(keys)}
    for key, part in outside.groupby(keys):
        left_out = [name for cell in part["studies"] for name in cell.split(";")]
        assert len(left_out) == len(set(left_out)) == part["k"].sum()
        assert set(left_out) | entered.get(key, set()) == trials
        assert not set(left_out) & entered.get(key, set())


def test_a_written_table_reads_back(answers) -> None:
    frame = effects_frame(answers)
    rows = _read(format_frame(frame))
    assert len(rows) == len(frame)
    assert tuple(rows[0]) == EFFECT_COLUMNS
    for row, yi in zip(rows, frame["yi"], strict=True):
        assert float(row["yi"]) == pytest.approx(yi, rel=1e-9)
        assert row["paired"] == "false"
        assert row["n1"] == str(int(row["n1"]))
