"""The BCG example: its pooled results are the published ones, and what is committed is what a build makes."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import evidence as ev
from evidence.numbers import file_number
from evidence.tables import check_tables

EXAMPLE = Path(__file__).parents[2] / "examples" / "bcg-vaccine"
# metafor 3.8-1 on the counts of metadat's dat.bcg: rma(measure=…, method="REML", test="z" or "knha"), with
# control=list(threshold=1e-12, maxiter=1000). estimate, se, lower, upper, tau2.
METAFOR = {
    ("tuberculosis-as-published", "primary"): (
        -7.14532342158140e-01, 1.79781516105207e-01, -1.06689763881035e00, -3.62167045505926e-01, 3.13243258136486e-01,
    ),
    ("tuberculosis", "primary"): (
        -0.7145323421581397, 0.1807917440928480, -1.1084437136855514, -0.3206209706307280, 0.3132432581364859,
    ),
    ("tuberculosis-as-published", "random-sequence"): (
        -9.70964704263089e-01, 2.75956102972770e-01, -1.51182872740374e00, -4.30100681122433e-01, 3.92528006900774e-01,
    ),
    ("tuberculosis", "random-sequence"): (
        -0.97096470426308867, 0.25312752606953903, -1.59034544765365093, -0.35158396087252641, 0.39252800690077383,
    ),
    ("tuberculosis-odds", "primary"): (
        -0.74517777084369552, 0.18672618766206711, -1.15201918415665805, -0.33833635753073310, 0.33777203311228582,
    ),
    ("tuberculosis-difference", "primary"): (
        -0.02517328814332575, 0.01107234706716379, -0.04929785998779053, -0.00104871629886098, 0.00142140309569658,
    ),
}  # fmt: skip
# The same by allocation, with test="knha": subset = (alloc == …).
SUBGROUPS = {
    "random": (-0.97096470426308867, 0.25312752606953903, 0.39252800690077383),
    "alternate": (-0.540792961849346, 0.281601613103888, 0.132577039878093),
    "systematic": (-0.424207391510872, 0.364218462098617, 0.400345880175118),
}


@pytest.fixture(scope="module")
def base() -> ev.EvidenceBase:
    return ev.load(EXAMPLE)


@pytest.mark.parametrize(("where", "expected"), METAFOR.items(), ids=lambda part: "/".join(map(str, part))[:40])
def test_pooled_results_are_those_of_metafor(base, where, expected) -> None:
    name, analysis = where
    fit = base.synthesis(name, analysis=analysis).fit
    found = (fit.estimate, fit.se, *fit.ci, fit.tau2)
    assert found == pytest.approx(expected, rel=1e-7)


def test_what_the_article_prints(base) -> None:
    """Viechtbauer 2010, pages 14 and 15."""
    result = base.synthesis("tuberculosis-as-published")
    fit = result.fit
    printed = (-0.7145, 0.1798, -1.0669, -0.3622, 0.3132, 92.22)
    found = (fit.estimate, fit.se, *fit.ci, fit.tau2, fit.i2)
    decimals = (4, 4, 4, 4, 4, 2)
    assert [round(value, places) for value, places in zip(found, decimals, strict=True)] == list(printed)
    assert (fit.k, round(fit.q, 4), fit.q_df) == (13, 152.2330, 12)
    assert "RR 0.49 (95% CI 0.34 to 0.70" in result.cite()


def test_subgroups_by_a_column_of_the_review_itself(base) -> None:
    groups = base.synthesis("tuberculosis-by-allocation").subgroups.groups
    assert {name: fit.k for name, fit in groups.items()} == {"random": 7, "systematic": 4, "alternate": 2}
    for name, expected in SUBGROUPS.items():
        assert (groups[name].estimate, groups[name].se, groups[name].tau2) == pytest.approx(expected, rel=1e-7)


def test_the_regression_on_latitude_that_everybody_knows(base) -> None:
    """metafor: rma(yi, vi, mods = ~ ablat): 0.2515 (0.2491), −0.0291 (0.0072), τ² 0.0763."""
    effects = base.synthesis("tuberculosis").effects
    latitude = effects.merge(base["studies"][["study_id", "latitude"]], on="study_id")["latitude"]
    fit = ev.pool(effects["yi"], effects["vi"], mods=latitude.to_frame(), tau2="REML", test="z")
    assert fit.coefficients["estimate"].round(4).tolist() == [0.2515, -0.0291]
    assert fit.coefficients["se"].round(4).tolist() == [0.2491, 0.0072]
    assert round(fit.tau2, 4) == 0.0763


def test_the_counts_are_those_of_the_data_set(base, root) -> None:
    with (root / "tests" / "parity" / "data" / "counts_colditz1994.csv").open(encoding="utf-8") as file:
        rows = [{name: int(cell) for name, cell in row.items()} for row in csv.DictReader(file)]
    expected = sorted(
        (row["events1"], row["events1"] + row["nonevents1"], row["events2"], row["events2"] + row["nonevents2"])
        for row in rows
    )
    outcomes = base["outcomes"]
    found = []
    for _, arms in outcomes.groupby("study_id"):
        by_arm = arms.set_index("arm_id")
        found.append(tuple(int(by_arm.loc[arm, name]) for arm in ("A1", "A2") for name in ("events", "total")))
    assert sorted(found) == expected


def test_no_fault_and_nothing_that_does_not_follow(base) -> None:
    assert check_tables(EXAMPLE / "data" / "processed", vocabularies=base.protocol.vocabularies) == []
    assert base["findings"].empty


def test_what_is_committed_is_what_a_build_makes(built_example) -> None:
    committed = {path.name: path.read_text("utf-8") for path in (EXAMPLE / "results").glob("*.csv")}
    made = {path.name: path.read_text("utf-8") for path in (built_example.root / "results").glob("*.csv")}
    assert sorted(made) == sorted(committed)
    assert len(made) >= 4
    for name, text in made.items():
        assert [_rounded(line) for line in text.splitlines()] == [
            _rounded(line) for line in committed[name].splitlines()
        ]
    for path in (EXAMPLE / "data" / "processed").iterdir():
        assert (built_example.root / "data" / "processed" / path.name).read_bytes() == path.read_bytes()


def _rounded(line: str) -> list[str]:
    """Return the cells of a line, numbers with six digits: the last ones may differ between processors."""
    return [
        file_number(float(f"{float(cell):.6g}")) if re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell) else cell
        for cell in next(csv.reader([line]))
    ]


def test_the_report_speaks_of_its_own_topic(built_example) -> None:
    page = (built_example.root / "results" / "report" / "index.html").read_text("utf-8")
    assert "BCG vaccination against no vaccination" in page
    assert re.findall(r"(?i)\b(?:hair|needl|scalp|minoxid|alopec)\w*", page) == []
