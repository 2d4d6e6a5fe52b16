"""The data dictionary, the data package and the templates say what the declarations say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evidence.protocol import load_protocol
from evidence.tables import (
    TABLES,
    check_tables,
    data_dictionary,
    datapackage,
    datapackage_bytes,
    template,
    write_datapackage,
    write_dictionary,
)
from evidence.tables.rules import RULES

PROJECT = Path(__file__).parents[2]
PROTOCOL = load_protocol(PROJECT / "protocol.toml")


def review() -> dict[str, str]:
    declared = PROTOCOL.review
    return {
        "name": declared.id,
        "title": declared.title,
        "description": declared.question,
        "licence": declared.licence,
    }


def test_every_column_and_allowed_value_is_in_the_dictionary():
    text = data_dictionary()
    for table in TABLES.values():
        section = text.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        assert table.meaning in section
        for column in table.columns:
            (line,) = [line for line in section.splitlines() if line.startswith(f"| `{column.name}` |")]
            assert all(f"`{value}`" in line for value in column.allowed)
            assert line.count(" | ") == 6
            assert column.meaning.replace("|", "\\|") in line
            assert (" | yes | " in line) == column.required
            if column.reference:
                assert f"in [{column.reference.table}](#{column.reference.table})" in line


def test_every_rule_is_in_the_dictionary():
    text = data_dictionary()
    assert len(RULES) >= 40
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert f"- `{rule.name}` ({', '.join(rule.tables)}): {rule.meaning}\n" in text
        assert rule.meaning.endswith(".")


def test_writing_twice_gives_identical_bytes(tmp_path):
    for folder in (tmp_path / "one", tmp_path / "two"):
        write_dictionary(folder / "dictionary.md")
        write_datapackage(folder)
    for name in ("dictionary.md", "datapackage.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_package_declares_keys_types_and_constraints():
    resources = {resource["path"]: resource for resource in datapackage()["resources"]}
    assert list(resources) == [f"{name}.csv" for name in TABLES]
    schema = resources["outcomes.csv"]["schema"]
    fields = {field["name"]: field for field in schema["fields"]}
    assert schema["primaryKey"] == ["row_id"]
    assert schema["missingValues"] == [""]
    assert fields["percent"]["constraints"] == {"minimum": 0, "maximum": 100}
    assert fields["percent"]["unit"] == "percent"
    assert fields["status"]["constraints"]["enum"] == list(TABLES["outcomes"].column("status").allowed)
    assert fields["events"]["type"] == "integer"
    assert {"fields": ["study_id"], "reference": {"resource": "studies", "fields": ["study_id"]}} in schema[
        "foreignKeys"
    ]


def test_frictionless_finds_the_package_valid(base):
    from frictionless import Package, system

    folder = base.write()
    write_datapackage(folder, **review())
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])
    assert report.stats["tasks"] == len(TABLES)


def test_frictionless_finds_damage_in_the_package(base):
    """Its finding the package valid means something: it does look."""
    from frictionless import Package, system

    base.set("outcomes", "R1", sd="-1")
    base.set("reports", "Ada2020-1", study_id="Nobody1900")
    folder = base.write()
    write_datapackage(folder)
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    assert {(task.name, error.type) for task in report.tasks for error in task.errors} == {
        ("outcomes", "constraint-error"),
        ("reports", "foreign-key"),
    }


@pytest.mark.parametrize("name", list(TABLES))
def test_a_template_is_a_valid_empty_table(base, name):
    folder = base.write()
    (folder / f"{name}.csv").write_text(template(name), newline="")
    assert all(problem.table != name for problem in check_tables(folder))
    assert template(TABLES[name]) == ",".join(TABLES[name].names) + "\n"


def test_the_committed_dictionary_is_the_generated_one():
    assert (PROJECT / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == data_dictionary(
        PROTOCOL.tables, PROTOCOL.words
    )


def test_the_committed_package_is_the_generated_one():
    path = PROJECT / "data" / "processed" / "datapackage.json"
    assert path.read_bytes() == datapackage_bytes(**review(), tables=PROTOCOL.tables)
    assert json.loads(path.read_text(encoding="utf-8"))["licenses"][0]["name"] == "CC-BY-4.0"
