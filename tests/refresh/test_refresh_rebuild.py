"""Reading stored answers again changes what the records say, and nothing that runs have found."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from refresh_desk import BEGIN

from evidence.errors import RefreshError
from evidence.refresh.lock import refresh_lock
from evidence.refresh.rebuild import rebuild

LATER = BEGIN + dt.timedelta(days=30)


def spoil(desk, **cells):
    """Write other cells into the row of one record, as a worse way of reading might have done."""
    path = desk.project.processed / "records.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    for row in rows:
        if row["pmid"] == "90000004":
            row.update(cells)
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(buffer.getvalue(), encoding="utf-8", newline="")


def test_nothing_to_do_writes_nothing(make_desk) -> None:
    desk = make_desk()
    desk.run()
    before, requests = desk.files(), len(desk.server.seen)
    result = rebuild(desk.project)
    assert (result.n_records, result.n_read, result.n_changed, dict(result.columns)) == (45, 45, 0, {})
    assert desk.files() == before
    assert len(desk.server.seen) == requests


def test_columns_of_the_record_are_read_again_and_those_of_runs_stay(make_desk) -> None:
    desk = make_desk()
    desk.run()
    desk.store.today = LATER
    desk.store.retract("90000004", "90001001")
    desk.run(LATER)
    desk.store.change("90000004", title="No word of it.", abstract="", keywords=())
    desk.run(LATER + dt.timedelta(days=1))
    good = desk.row("90000004")
    assert good["presence"] == "left-query"
    before = desk.files()
    spoil(desk, title="Badly read", authors="", notice="", record_hash="0" * 64, publication_types="", doi="")
    result = rebuild(desk.project)
    assert desk.row("90000004") == good
    assert desk.files() == before
    assert result.n_changed == 1
    assert {"title", "authors", "notice", "record_hash"} <= result.columns.keys()
    assert dict(result.notices) == {"90000004": "retracted"}
    assert "PMID 90000004 is now known as retracted" in "\n".join(result.lines())
    assert result.to_dict()["n_changed"] == 1


def test_what_an_interrupted_run_stored_is_not_read_into_the_table(make_desk) -> None:
    desk = make_desk()
    desk.run()
    before = desk.files()
    desk.store.change("90000004", title="The copper lamp, changed.")

    class CutError(Exception):
        pass

    def progress(what, done, total):
        if what == "records" and done == total:
            raise CutError

    with pytest.raises(CutError):
        desk.run(LATER, full=True, progress=progress)
    rebuild(desk.project)
    assert desk.files() == before


def test_without_stored_answers_it_says_so(make_desk) -> None:
    desk = make_desk()
    desk.run()
    desk.forget_raw()
    result = rebuild(desk.project)
    assert (result.n_read, result.n_records) == (0, 45)
    assert "45 have no raw answer stored here" in "\n".join(result.lines())


def test_an_older_answer_of_another_copy_is_not_taken_for_the_state_of_the_table(make_desk, tmp_path) -> None:
    """A colleague's run found a change; here only the answer before it is stored."""
    import shutil

    desk = make_desk()
    desk.run()
    shutil.copytree(desk.project.raw, tmp_path / "raw-before")
    desk.store.today = LATER
    desk.store.change("90000004", title="The copper lamp, changed.")
    desk.run(LATER)
    desk.forget_raw()
    shutil.copytree(tmp_path / "raw-before", desk.project.raw)
    before = desk.files()
    result = rebuild(desk.project)
    assert (result.n_read, result.n_changed) == (44, 0)
    assert desk.files() == before


def test_not_while_a_refresh_runs(make_desk) -> None:
    desk = make_desk()
    with refresh_lock(desk.project), pytest.raises(RefreshError, match="another refresh"):
        rebuild(desk.project)
