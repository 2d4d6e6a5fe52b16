"""Effects old and new: against the formulas by hand, what of the conclusion moved, and that nothing is missed."""

from __future__ import annotations

import math

import numpy as np
import pytest

import evidence as ev
from evidence.certainty import evidence_fingerprint
from evidence.curate import make_index
from evidence.living.cells import cell_changes
from evidence.living.effects import readable_pair
from evidence.living.protocol_changes import protocol_changes
from evidence.living.reading import read_source
from evidence.living.snapshot import FEEDING
from evidence.living.sources import find_sources
from evidence.living.syntheses import compare_syntheses


def pooled_by_hand(tables: list[tuple[int, int, int, int]]) -> tuple[float, float, float]:
    """Return DerSimonian and Laird's risk ratio with its normal interval, straight from the formulas."""
    yi = [math.log((a / n) / (b / m)) for a, n, b, m in tables]
    wi = [1 / (1 / a - 1 / n + 1 / b - 1 / m) for a, n, b, m in tables]
    fixed = sum(w * y for w, y in zip(wi, yi, strict=True)) / sum(wi)
    q = sum(w * (y - fixed) ** 2 for w, y in zip(wi, yi, strict=True))
    c = sum(wi) - sum(w * w for w in wi) / sum(wi)
    tau2 = max(0.0, (q - (len(yi) - 1)) / c)
    ws = [1 / (1 / w + tau2) for w in wi]
    mean, half = sum(w * y for w, y in zip(ws, yi, strict=True)) / sum(ws), 1.959963984540054 / math.sqrt(sum(ws))
    return math.exp(mean), math.exp(mean - half), math.exp(mean + half)


def test_effects_are_those_of_the_formulas(changed) -> None:
    def change(review) -> None:
        review.add_study("Di2024")
        review.add_counts("Di2024", 33, 44, 11, 45)

    (synthesis,) = changed(change).syntheses
    tables = [(20, 40, 10, 40), (30, 60, 18, 60), (12, 50, 6, 50)]
    for effect, counts in ((synthesis.before, tables), (synthesis.after, [*tables, (33, 44, 11, 45)])):
        found = (effect.estimate, effect.ci_low, effect.ci_high)
        assert found == pytest.approx(pooled_by_hand(counts), rel=1e-12)
        assert effect.text.startswith(f"RR {found[0]:.2f} ({found[1]:.2f} to {found[2]:.2f})")


def test_an_interval_that_comes_to_hold_no_effect(changed) -> None:
    def change(review) -> None:
        review.add_study("Di2024")
        review.add_counts("Di2024", 2, 40, 20, 40)

    diff = changed(change)
    (synthesis,) = diff.syntheses
    assert (synthesis.before.interval, synthesis.after.interval) == ("above", "across")
    assert "interval" in synthesis.moved
    assert synthesis.concludes
    assert diff.proposal.level == "major"
    assert "the interval includes the null now" in diff.proposal.reasons[0]


def test_a_direction_that_turns(changed) -> None:
    def change(review) -> None:
        for row, events in (("R001", 5), ("R003", 5), ("R005", 2)):
            review.row("outcomes", row_id=row)["events"] = str(events)

    (synthesis,) = changed(change).syntheses
    assert (synthesis.before.direction, synthesis.after.direction) == ("above", "below")
    assert "direction" in synthesis.moved


def test_the_minimal_important_difference(changed) -> None:
    """Length: 4 and 3 mm before, below the 5 mm that matter; 14 and 3 mm after."""

    def change(review) -> None:
        review.row("outcomes", row_id="R007")["mean"] = "30"

    (synthesis,) = changed(change).syntheses
    assert synthesis.synthesis == "length"
    assert (synthesis.before.size, synthesis.after.size) == ("within", "beyond")
    assert "size" in synthesis.moved
    assert synthesis.concludes


def test_the_analysis_shown_and_the_first_pooled_number(changed) -> None:
    def before(review) -> None:
        for row in review.tables["outcomes"]:
            if row["outcome"] == "length":
                row["status"] = "secondary"

    def change(review) -> None:
        for row in review.tables["outcomes"]:
            row["status"] = "verified"

    diff = changed(change, before=before)
    (synthesis,) = diff.syntheses
    assert (synthesis.before.analysis, synthesis.after.analysis) == ("secondary", "primary")
    assert synthesis.moved == ("analysis",)
    assert synthesis.concludes
    assert synthesis.trials == ()
    assert [entry.analysis for entry in synthesis.analyses] == ["primary"]


def test_a_first_trial_concludes_nothing(changed) -> None:
    def nothing(review) -> None:
        review.tables["outcomes"] = [row for row in review.tables["outcomes"] if row["outcome"] != "length"]

    def one(review) -> None:
        nothing(review)
        for arm, mean in (("A1", "20"), ("A2", "16")):
            review.outcome("Ada2001", arm, "length", mean=mean, sd="5", n="40", unit="mm", value_type="final")

    first = changed(one, before=nothing)
    (synthesis,) = first.syntheses
    assert (synthesis.before.answer, synthesis.after.answer) == ("none", "single")
    assert not synthesis.concludes
    assert first.proposal.level == "minor"


def test_a_single_trial_becomes_a_pooled_number(changed) -> None:
    def before(review) -> None:
        for row in review.tables["outcomes"]:
            if row["study_id"] == "Bo2002" and row["outcome"] == "length":
                row["pooling"] = "no"

    def change(review) -> None:
        for row in review.tables["outcomes"]:
            row["pooling"] = "yes"

    diff = changed(change, before=before)
    (synthesis,) = diff.syntheses
    assert (synthesis.before.answer, synthesis.after.answer) == ("single", "pooled")
    assert synthesis.concludes
    assert synthesis.trials[0].reason == "was out: judged not fit for pooling"


def judgement(certainty: str, analysis: str = "primary") -> list[dict[str, str]]:
    """Return the rows by which people judged the certainty of the response."""
    down = {"high": ("0", "0"), "low": ("-1", "-1"), "very-low": ("-1", "-2")}[certainty]
    levels = {"risk-of-bias": down[0], "inconsistency": "0", "indirectness": "0", "imprecision": down[1]}
    usual = {"synthesis": "response", "analysis": analysis, "reason": "so", "judged_by": "A", "judged_on": "2026-01-01"}
    rows = [usual | {"domain": name, "levels": value} for name, value in (levels | {"publication-bias": "0"}).items()]
    return [*rows, usual | {"domain": "overall", "start": "high", "certainty": certainty}]


def judge(certainty: str):
    """Return what makes people judge the certainty of a review as it is."""

    def write(review) -> None:
        review.write()
        found = evidence_fingerprint(ev.load(review.root).synthesis("response"))
        rows = [row | {"fingerprint": found} for row in judgement(certainty)] if certainty else []
        review.tables.update(certainty=rows)

    return write


def test_a_judgement_that_the_evidence_left_behind_is_told(changed) -> None:
    def one_more_event(review) -> None:
        row = next(row for row in review.tables["outcomes"] if row["outcome"] == "response")
        row["events"] = str(int(row["events"]) + 1)

    diff = changed(one_more_event, before=judge("low"))
    (synthesis,) = diff.syntheses
    assert "certainty" in synthesis.moved
    assert synthesis.before.certainty == "low"
    assert synthesis.after.certainty == "judged before the evidence changed, on 2026-01-01"


def test_a_trial_judged_again_leaves_the_certainty_behind(changed) -> None:
    def at_risk(review) -> None:
        cells = {"study_id": "Ada2001", "outcome": "all", "tool": "RoB2", "variant": "parallel", "domain": "overall"}
        review.tables["risk_of_bias"] = [cells | {"assessor": "A", "judgement": "high", "override_reason": "read"}]

    (synthesis,) = changed(at_risk, before=judge("high")).syntheses
    assert synthesis.moved == ("certainty",)
    assert synthesis.after.certainty == "judged before the evidence changed, on 2026-01-01"


@pytest.mark.parametrize(
    ("old", "new", "concludes", "level"), [("", "low", False, "minor"), ("low", "very-low", True, "major")]
)
def test_certainty(changed, old, new, concludes, level) -> None:
    diff = changed(judge(new), before=judge(old))
    (synthesis,) = diff.syntheses
    assert synthesis.moved == ("certainty",)
    assert (synthesis.before.certainty, synthesis.after.certainty) == (old or "not assessed", new.replace("-", " "))
    assert synthesis.concludes is concludes
    assert diff.proposal.level == level


def test_certainty_of_another_analysis_is_not_that_of_the_one_shown(changed) -> None:
    diff = changed(lambda review: review.tables.update(certainty=judgement("high", "secondary")))
    assert all("certainty" not in entry.moved for entry in diff.syntheses)
    assert diff.rows


def test_a_change_of_rules_names_the_rule(changed) -> None:
    def change(review) -> None:
        review.protocol = review.protocol.replace('tau2 = "DL"', 'tau2 = "REML"', 1).replace(
            'test = "z"', 'test = "hksj"', 1
        )

    diff = changed(change)
    (synthesis,) = diff.syntheses
    assert synthesis.synthesis == "response"
    assert synthesis.rules == ("syntheses response: tau2 DL → REML", "syntheses response: test z → hksj")
    assert synthesis.trials == ()


def test_numbers_that_print_alike_get_decimals_until_they_differ(changed) -> None:
    def before(review) -> None:
        for row in review.tables["outcomes"]:
            for name in ("events", "total", "n"):
                if row.get(name) and row["outcome"] == "response":
                    row[name] = str(1000 * int(row[name]))

    def change(review) -> None:
        review.row("outcomes", row_id="R001")["events"] = "20001"

    (synthesis,) = changed(change, before=before).syntheses
    assert synthesis.before.text != synthesis.after.text
    assert readable_pair(synthesis.before, synthesis.before) == (synthesis.before, synthesis.before)


def perturbed(review, rng) -> None:
    """Change some cells of a tiny review at random, in ways that keep it sound."""
    for _ in range(int(rng.integers(1, 4))):
        rows = review.tables["outcomes"]
        row = rows[int(rng.integers(len(rows)))]
        kind = int(rng.integers(6))
        if kind == 0 and row.get("events"):
            row["events"] = str(int(rng.integers(1, int(row["total"]))))
        elif kind == 1:
            row["status"] = str(rng.choice(["verified", "secondary"]))
        elif kind == 2:
            row["time_weeks"] = str(rng.choice(["8", "12", "30"]))
        elif kind == 3 and row.get("mean"):
            row["mean"] = str(round(float(rng.normal(20, 4)), 1))
        elif kind == 4:
            row["notes"] = f"note {rng.integers(9)}"
        else:
            study = review.tables["studies"][int(rng.integers(len(review.tables["studies"])))]
            study["randomised"] = str(rng.choice(["yes", "no", "not-stated"]))


@pytest.mark.parametrize("seed", range(12))
def test_what_is_not_computed_again_would_not_have_changed(changed, review, seed) -> None:
    """Only syntheses whose inputs could differ are computed; computing every one finds the very same."""
    from evidence.project import Project

    diff = changed(lambda new: perturbed(new, np.random.default_rng(seed)))
    folder = review.root.parent
    project = Project(root=folder / "new")
    before, after = (read_source(source) for source in find_sources([str(folder / "old"), "."], project))
    cells = tuple(change for name, table in after.tables.items() for change in cell_changes(before.tables[name], table))
    every = compare_syntheses(
        before, after, protocol=tuple(protocol_changes(before, after)), cells=cells, renamed={}, everything=True
    )
    assert [repr(change) for change in every.changes] == [repr(change) for change in diff.syntheses]


def test_effects_come_from_the_tables_that_are_said_to_feed_them(review) -> None:
    import evidence as ev

    asked: set[str] = set()

    class Watched(dict):
        def __getitem__(self, name: str):
            asked.add(name)
            return super().__getitem__(name)

    make_index(Watched(ev.load(review.root).tables))
    assert asked == set(FEEDING)
