"""The page of a trial shows each number with the decimals that its table has."""

from __future__ import annotations

import csv

import pytest

from evidence.numbers import MINUS
from evidence.report.site.printed_cells import records_as_printed
from evidence.report.site.site import Site
from evidence.report.site.trial_record import trial_records


@pytest.fixture(scope="module")
def shown(real) -> dict[str, dict]:
    """Return each reported row of the shipped base as the pages of its trials show it."""
    site = Site(base=real, answers={}, claims=(), groups=(), references={})
    return {row["id"]: row for trial in trial_records(site) for part in trial["parts"] for row in part["rows"]}


def test_every_number_stands_as_in_its_table(real, shown) -> None:
    looked = zeros = 0
    for name, key in (("outcomes", "row_id"), ("harms", "harm_id"), ("contrasts", "contrast_id")):
        with (real.project.processed / f"{name}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                for column in ("mean", "sd", "se", "plus_minus", "estimate", "ci_low", "baseline_mean", "percent"):
                    if not row.get(column):
                        continue
                    told = shown[row[key]]
                    text = f"{told['value']} {' '.join(cell for _, cell in told['more'])}"
                    words = text.replace("(", " ").replace(")", " ").replace(";", " ").replace("%", " ").split()
                    assert row[column].replace("-", MINUS) in words, (row[key], column)
                    looked, zeros = looked + 1, zeros + ("." in row[column] and row[column].endswith("0"))
    assert looked > 100
    assert zeros > 5


def test_the_one_of_two_decimals(shown) -> None:
    assert shown["R026"]["value"].startswith("mean 121.90 ± 19.47 ")


def test_a_number_that_the_file_has_otherwise_stays_a_number(real, tmp_path) -> None:
    frame = real["outcomes"].head(3)
    (tmp_path / "outcomes.csv").write_text("row_id,mean\nR001,abc\nR002,1e999\n", encoding="utf-8")
    rows = records_as_printed(frame, tmp_path, name="outcomes", key="row_id")
    assert [row["mean"] for row in rows] == pytest.approx(frame["mean"].tolist(), nan_ok=True)
    assert len(records_as_printed(frame, tmp_path / "none", name="outcomes", key="row_id")) == 3
