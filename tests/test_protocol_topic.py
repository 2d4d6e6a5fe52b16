"""What a review adds to the tables: its units, thresholds, conditions, designs and columns, and every fault in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from evidence.errors import ColumnError, ProtocolError
from evidence.protocol import load_protocol
from evidence.tables import TABLES, check_tables, format_table, template

if TYPE_CHECKING:
    from pathlib import Path

SMALL = """
[review]
id = "r"
title = "R"
question = "?"

[search]
database = "PubMed"
query = "x"

[[components]]
id = "drug"
label = "drug"
group = "drugs"

[[outcomes]]
id = "glucose"
label = "glucose"
kind = "continuous"
direction = "lower"
unit = "mmol/l"

[[populations]]
id = "all"
label = "all"
conditions = ["diabetes"]
sexes = ["women"]

[[comparisons]]
id = "c"
label = "c"
question = "?"
add = ["drug"]

[[comparisons]]
id = "dose"
label = "dose"
question = "?"
kind = "attribute"
attribute = "dose_mg"

[[analyses]]
id = "primary"
label = "primary"
primary = true

[[syntheses]]
id = "s"
label = "S"
comparison = "c"
outcome = "glucose"
population = "all"
measure = "MD"
subgroup = "latitude"
thresholds = ["normal"]
value_types = ["change"]
units = ["mmol/l"]

[[units]]
id = "mmol/l"
label = "mmol/l"
pint = "millimole / liter"

[[units]]
id = "score"

[[thresholds]]
id = "normal"
label = "back to normal"

[[conditions]]
id = "diabetes"
label = "diabetes"

[[designs]]
id = "split-mouth"
label = "split mouth"
like = "split-body"

[[columns]]
id = "arms.dose_mg"
type = "number"
meaning = "Dose."
after = "device"
above = 0
maximum = 5

[[columns]]
id = "arms.dose_note"
type = "text"
meaning = "What of the dose."
after = "dose_mg"

[[columns]]
id = "studies.latitude"
type = "number"
meaning = "Degrees from the equator."
"""


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a protocol and loads it."""

    def write(text: str):
        path = tmp_path / "protocol.toml"
        path.write_text(text, encoding="utf-8")
        return load_protocol(path)

    return write


def test_every_review_has_the_general_words(written) -> None:
    known = written(SMALL).vocabularies
    assert known["units"] == (
        *("mmol/l", "score", "percent-of-baseline", "percent-of-patients", "patients", "points", "not-stated"),
    )
    assert known["thresholds"] == ("normal", "not-defined")
    assert known["conditions"] == ("diabetes", "mixed", "not-stated")
    assert set(known["designs"]) >= {"parallel", "crossover", "split-mouth"}


def test_words_have_labels(written) -> None:
    protocol = written(SMALL)
    assert protocol.label_of("thresholds", "normal") == "back to normal"
    assert protocol.label_of("units", "score") == "score"
    assert protocol.label_of("units", "percent-of-patients") == "% of patients"
    assert protocol.label_of("designs", "parallel") == "parallel"
    assert protocol.words["designs"] == [("split-mouth", "split mouth")]


def test_a_design_of_its_own_obeys_the_general_one(written) -> None:
    protocol = written(SMALL)
    assert protocol.paired_designs == ("split-body", "within-person", "split-mouth")
    assert protocol.pint_units == {"mmol/l": "millimole / liter"}


def test_columns_stand_where_they_are_told_to(written) -> None:
    protocol = written(SMALL)
    arms, studies = protocol.tables["arms"], protocol.tables["studies"]
    place = arms.names.index("device")
    assert arms.names[place : place + 3] == ("device", "dose_mg", "dose_note")
    assert studies.names[-1] == "latitude"
    assert arms.column("dose_mg").bounds() == "above 0 and at most 5"
    assert protocol.tables["outcomes"].column("unit").allowed == protocol.vocabularies["units"]
    assert TABLES["arms"].column("device").meaning
    assert "dose_mg" not in TABLES["arms"].names


def test_the_columns_of_a_review_are_validated(written, tmp_path) -> None:
    protocol = written(SMALL)
    folder = tmp_path / "processed"
    folder.mkdir()
    for table in protocol.tables.values():
        (folder / f"{table.name}.csv").write_text(template(table), encoding="utf-8", newline="")
    assert check_tables(folder, vocabularies=protocol.vocabularies) == []
    plain = {(problem.table, problem.column) for problem in check_tables(folder)}
    assert plain == {("arms", "dose_mg"), ("arms", "dose_note"), ("studies", "latitude")}
    row = dict.fromkeys(protocol.tables["arms"].names, "") | {"study_id": "A", "arm_id": "B", "dose_mg": "50"}
    names = protocol.tables["arms"].names
    (folder / "arms.csv").write_text(template(protocol.tables["arms"]) + ",".join(row[name] for name in names) + "\n")
    found = [str(problem) for problem in check_tables(folder, vocabularies=protocol.vocabularies)]
    assert any("dose_mg" in text and "too large" in text and "above 0 and at most 5" in text for text in found)


def test_a_column_is_never_lost_in_writing(written) -> None:
    protocol = written(SMALL)
    table = protocol.tables["studies"]
    frame = pd.DataFrame([dict.fromkeys(table.names, "") | {"study_id": "A", "latitude": "44"}])
    assert b"44" in format_table(frame, table)
    with pytest.raises(ColumnError, match="studies has no latitude, which would be lost"):
        format_table(frame, "studies")


DAMAGE = {
    "review of a strange name": ('id = "r"', 'id = "My review"', "review · column id: not a name; found 'My review'"),
    "id with a blank": ('id = "drug"', 'id = "a drug"', "components · row a drug · column id: an id has no blanks"),
    "id with a semicolon": ('id = "diabetes"', 'id = "diabetes;2"', "an id has no blanks and no semicolons"),
    "synthesis that is a path": ('id = "s"', 'id = "../s"', "syntheses · row ../s · column id: not a file name"),
    "unit of an outcome": (
        'unit = "mmol/l"\n\n[[pop',
        'unit = "mmol"\n\n[[pop',
        "outcomes · row glucose · column unit",
    ),
    "unit of a synthesis": ('units = ["mmol/l"]', 'units = ["mol/l"]', "did you mean 'mmol/l'?"),
    "threshold": ('thresholds = ["normal"]', 'thresholds = ["norml"]', "did you mean 'normal'?"),
    "condition": ('conditions = ["diabetes"]', 'conditions = ["diabete"]', "did you mean 'diabetes'?"),
    "sex": ('sexes = ["women"]', 'sexes = ["woman"]', "did you mean 'women'?"),
    "value type": ('value_types = ["change"]', 'value_types = ["chnge"]', "did you mean 'change'?"),
    "subgroup": (
        'subgroup = "latitude"',
        'subgroup = "latitud"',
        "no such column; did you mean 'latitude'?",
    ),
    "attribute": ('attribute = "dose_mg"', 'attribute = "dose"', "arms has no such column; did you mean 'dose_mg'?"),
    "general design": ('like = "split-body"', 'like = "split-mouth"', "row split-mouth · column like: not allowed"),
    "no general design": ('like = "split-body"\n', "", "row split-mouth · column like: missing"),
    "status of an analysis": ("primary = true", 'primary = true\nstatuses = ["verifed"]', "did you mean 'verified'?"),
    "column of no table": (
        'id = "arms.dose_mg"',
        'id = "arm.dose_mg"',
        "no table 'arm'; did you mean 'arms'?",
    ),
    "column without a table": ('id = "arms.dose_mg"', 'id = "dose_mg"', "there is no table 'dose_mg'"),
    "column of a table that is written": ('id = "studies.latitude"', 'id = "findings.latitude"', "no room for further"),
    "column that is there": ('id = "arms.dose_mg"', 'id = "arms.device"', "arms has this column already"),
    "column of a strange name": ('id = "arms.dose_note"', 'id = "arms.Dose Note"', "not a column name"),
    "column twice": ('id = "arms.dose_note"', 'id = "arms.dose_mg"', "the id stands twice"),
    "column behind none": ('after = "dose_mg"', 'after = "dose"', "arms has no such column; did you mean 'dose_mg'?"),
    "column type": ('type = "text"', 'type = "txt"', "did you mean 'text'?"),
    "category of nothing": ('type = "text"', 'type = "category"', "a category needs its values"),
    "values of a text": ('type = "text"', 'type = "text"\nallowed = ["a"]', "only a category has a list of values"),
    "bounds of a text": ('type = "text"', 'type = "text"\nminimum = 1', "only a number has bounds"),
}


@pytest.mark.parametrize(("old", "new", "message"), DAMAGE.values(), ids=DAMAGE)
def test_damage_is_named(written, old, new, message) -> None:
    assert SMALL.count(old) >= 1
    with pytest.raises(ProtocolError, match=re.escape(message)):
        written(SMALL.replace(old, new, 1))


def test_any_unit_is_a_unit_of_standardised_measures(written) -> None:
    protocol = written(SMALL.replace('units = ["mmol/l"]', 'units = ["any"]'))
    assert protocol.syntheses["s"].units == ("any",)


def test_the_shipped_protocol_names_what_the_tables_hold(root: Path) -> None:
    protocol = load_protocol(root / "protocol.toml")
    assert check_tables(root / "data" / "processed", vocabularies=protocol.vocabularies) == []
    assert "split-scalp" in protocol.paired_designs
