"""The evidence base itself is valid, and damage done to a copy of it is found."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evidence.protocol import load_protocol
from evidence.tables import TABLES, check_tables, format_table, load_tables
from evidence.tables.io import read_raw

if TYPE_CHECKING:
    from collections.abc import Collection

PROJECT = Path(__file__).parents[2]
PROCESSED = PROJECT / "data" / "processed"


@pytest.fixture(scope="module")
def known() -> dict[str, Collection[str]]:
    return load_protocol(PROJECT / "protocol.toml").vocabularies


@pytest.fixture
def copy(tmp_path) -> Path:
    return Path(shutil.copytree(PROCESSED, tmp_path / "processed"))


def change(folder: Path, table: str, column: str, value: str, **where: str) -> str:
    """Change one cell of the first row that is as said, and return the line that it stands on."""
    path = folder / f"{table}.csv"
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    position = next(
        position
        for position, row in enumerate(rows)
        if all(row[header.index(name)] == cell for name, cell in where.items())
    )
    rows[position][header.index(column)] = value
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([header, *rows])
    path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    return f"(line {position + 2})"


def test_the_base_is_valid(known):
    assert check_tables(PROCESSED, vocabularies=known) == []
    frames = load_tables(PROCESSED, vocabularies=known)
    assert list(frames) == list(TABLES)
    assert all(len(frames[name]) > 0 for name in ("studies", "arms", "outcomes", "harms", "sources", "reviews"))


def test_frictionless_finds_the_base_valid(copy):
    from frictionless import Package, system

    with system.use_context(trusted=True):
        report = Package(str(copy / "datapackage.json")).validate()
    assert report.valid, [(task.name, error.note) for task in report.tasks for error in task.errors]
    assert sum(task.stats.get("rows", 0) for task in report.tasks) == sum(
        len(read_raw(copy / f"{name}.csv")) for name in TABLES
    )


@pytest.mark.parametrize("name", list(TABLES))
def test_every_file_is_written_again_byte_for_byte(name):
    path = PROCESSED / f"{name}.csv"
    assert format_table(read_raw(path), load_protocol(PROJECT / "protocol.toml").tables[name]) == path.read_bytes()


DAMAGE = [
    ("outcomes", "mean", "91,4", {"row_id": "R001"}),
    ("outcomes", "unit", "hairs/inch2", {"row_id": "R001"}),
    ("outcomes", "events", "60", {"row_id": "R003"}),
    ("outcomes", "percent", "83", {"row_id": "T005"}),
    ("outcomes", "events_implied", "16", {"row_id": "R024"}),
    ("outcomes", "plus_minus", "-25.45", {"row_id": "R016"}),
    ("outcomes", "arm_id", "A9", {"row_id": "R016"}),
    ("arms", "components", "microneedlin", {"study_id": "Kumar2018", "arm_id": "A1"}),
    ("arms", "study_id", "Kumar2081", {"study_id": "Kumar2018", "arm_id": "A2"}),
    ("studies", "design", "paralel", {"study_id": "Dhurat2013"}),
    ("sources", "source_id", "S01", {"source_id": "S03"}),
]


@pytest.mark.parametrize(("table", "column", "value", "where"), DAMAGE, ids=lambda part: str(part)[:20])
def test_damage_to_a_copy_is_found_where_it_was_done(copy, known, table, column, value, where):
    line = change(copy, table, column, value, **where)
    found = check_tables(copy, vocabularies=known)
    here = [problem for problem in found if problem.table == table and problem.row.endswith(line)]
    assert here, found
    assert here[0].column in (column, "arm_id")


def test_all_of_that_damage_is_found_at_once(copy, known):
    lines = {(table, change(copy, table, column, value, **where)) for table, column, value, where in DAMAGE}
    found = {
        (problem.table, problem.row[problem.row.index("(") :]) for problem in check_tables(copy, vocabularies=known)
    }
    assert lines <= found
