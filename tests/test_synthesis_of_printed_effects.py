"""A trial that prints only a comparison: pooled, counted, drawn and explained beside the trials with values by arm."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from scipy import stats

import evidence as ev
from evidence.synthesis import synthesise

PRINTED = {
    "estimate": 1.9, "estimate_measure": "risk ratio", "ci_low": 1.1, "ci_high": 3.5, "ci_level": 0.95, "n": 60,
    "value_type": "responder", "threshold": "marked", "pooling": "yes",
}  # fmt: skip


@pytest.fixture(scope="module")
def result():
    """Return the headline synthesis with one trial's comparison printed as a risk ratio with its interval."""
    base = ev.load(__file__)
    contrasts = base.tables["contrasts"].copy()
    row = contrasts.index[contrasts["contrast_id"] == "R015"][0]
    for name, value in PRINTED.items():
        contrasts.loc[row, name] = value
    widest = base.protocol.analysis("conflicting")
    rules = replace(widest, id="printed", derivations=(*widest.derivations, "contrast-ci"))
    return synthesise(
        {**base.tables, "contrasts": contrasts}, base.protocol, "addon-minoxidil-response", analysis=rules
    )


def row_of(result):
    return result.effects.set_index("study_id").loc["Faghihi2021"]


def test_effect_and_variance_are_those_of_the_interval(result) -> None:
    row = row_of(result)
    assert row["yi"] == pytest.approx(math.log(1.9), rel=1e-12)
    se = math.log(3.5 / 1.1) / (2 * stats.norm.ppf(0.975))
    assert row["vi"] == pytest.approx(se**2, rel=1e-12)
    assert row["rows"] == "R015"
    assert row["steps"] == "contrast-ci"
    assert bool(row["derived"])


def test_its_people_count(result) -> None:
    others = result.effects[result.effects["study_id"] != "Faghihi2021"]
    assert result.n == 60 + int((others["n1"] + others["n2"]).sum())


def test_it_is_pooled_with_the_others(result) -> None:
    assert result.pooled
    pooled = ev.pool(result.effects["yi"].to_numpy(), result.effects["vi"].to_numpy())
    assert result.estimate == pytest.approx(pooled.estimate, rel=1e-12)


def test_it_is_drawn_without_counts_and_marked(result) -> None:
    data = result.forest_data()
    (row,) = [row for row in data.rows if row.label == "Faghihi 2021"]
    assert row.cells == ("–", "–")
    assert row.mark == "†"
    assert any("Faghihi 2021: printed effect and confidence interval" in note for note in data.notes)
    assert data.overall is not None
    assert data.overall.cells == ("–", "–")


def test_it_is_explained_down_to_its_source(result) -> None:
    (node,) = [node for node in result.explain().walk() if node.data.get("study") == "Faghihi2021"]
    text = node.render()
    assert "RR 1.9 as printed, 95% CI 1.1 to 3.5" in text
    assert "contrasts R015: risk ratio 1.9; CI 1.1 to 3.5" in text
    assert "source PMID:" in text
    assert "contrast-ci" not in result.methods()
    assert "printed effect and confidence interval: SE = (upper − lower) / (2 × critical value)" in result.methods()
