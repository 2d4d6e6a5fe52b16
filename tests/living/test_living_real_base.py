"""This review's own history: its head against itself, a change of one number, and how long it takes."""

from __future__ import annotations

import shutil
import time

import pytest

from evidence.living import compare_bases, find_sources, read_source
from evidence.living.log import log_page, page_path
from evidence.project import Project
from evidence.protocol import load_protocol
from evidence.tables import read_table


@pytest.fixture(scope="module")
def project(root) -> Project:
    return Project(root=root)


def test_the_head_against_itself_is_empty(project) -> None:
    first, second = (read_source(source) for source in find_sources(["HEAD", "HEAD"], project))
    diff = compare_bases(first, second)
    assert diff.empty
    assert diff.notes == ()
    assert diff.total == len(first.parts["syntheses"])


def test_the_working_tree_against_itself_is_empty_and_so_are_its_published_results(project) -> None:
    import dataclasses

    first, second = (read_source(source) for source in find_sources([".", "."], project))
    assert compare_bases(first, second).empty
    # without the short cut by the bytes of the files
    assert compare_bases(dataclasses.replace(first, fingerprint=""), second).empty
    assert compare_bases(first, second, as_published=True).syntheses == ()


def test_one_corrected_number_of_the_real_base(project, tmp_path) -> None:
    """The trials that a row feeds change, and no other; both bases are read and compared in seconds."""
    old = tmp_path / "older"
    shutil.copytree(project.processed, old / "data" / "processed")
    shutil.copy(project.protocol, old / "protocol.toml")
    path = old / "data" / "processed" / "outcomes.csv"
    table = read_table(path, "outcomes")
    counted = table[table["events"].notna() & (table["pooling"] != "no") & (table["events"] > 2)]
    row, events = counted.iloc[0]["row_id"], int(counted.iloc[0]["events"])
    lines = path.read_text(encoding="utf-8").split("\n")
    place = next(number for number, line in enumerate(lines) if line.startswith(f"{row},"))
    lines[place] = lines[place].replace(f",{events},", f",{events - 1},", 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    begin = time.process_time()
    first, second = (read_source(source) for source in find_sources([str(old), "."], project))
    diff = compare_bases(first, second)
    assert time.process_time() - begin < 20  # a few seconds of work; slow machines may take more
    assert [cell.row for cell in diff.cells] == [row]
    assert all({move.study for move in entry.trials} <= {diff.cells[0].study} for entry in diff.syntheses)


def test_the_page_of_the_change_log_is_that_of_its_table(project) -> None:
    from evidence.living.log import _read

    rows = _read(project.processed / "changes.csv")[1]
    page = log_page(rows, load_protocol(project.protocol).review.title)
    assert page_path(project).read_text(encoding="utf-8") == page
