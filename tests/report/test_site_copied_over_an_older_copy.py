"""A report copied over an older copy: pages that are no more go; what others put there, or changed, stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from evidence.fingerprint import bytes_hash
from evidence.report.site.copying import COPIED, copy_site

if TYPE_CHECKING:
    from pathlib import Path


def site(folder: Path, **pages: str) -> Path:
    for name, text in pages.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {COPIED}


@pytest.fixture
def copied(tmp_path):
    old = site(tmp_path / "old", **{"index.html": "1", "syntheses__gone.html": "2", "syntheses__stays.html": "3"})
    copy_site(old, tmp_path / "copy")
    return tmp_path / "copy"


def test_pages_of_the_older_site_go(copied, tmp_path) -> None:
    new = site(tmp_path / "new", **{"index.html": "1b", "syntheses__stays.html": "3"})
    assert copy_site(new, copied) == ("syntheses/gone.html",)
    assert files(copied) == {"index.html", "syntheses/stays.html"}
    assert (copied / "index.html").read_text() == "1b"


def test_a_folder_that_is_left_empty_goes(copied, tmp_path) -> None:
    copy_site(site(tmp_path / "new", **{"index.html": "1"}), copied)
    assert not (copied / "syntheses").exists()


def test_what_others_put_there_stays(copied, tmp_path) -> None:
    site(copied, **{"CNAME": "example.org", "syntheses__mine.html": "mine", "old.html": "of an older program"})
    copy_site(site(tmp_path / "new", **{"index.html": "1"}), copied)
    assert files(copied) == {"index.html", "CNAME", "syntheses/mine.html", "old.html"}


def test_a_page_that_somebody_changed_stays(copied, tmp_path) -> None:
    (copied / "syntheses" / "gone.html").write_text("2, with a remark")
    assert copy_site(site(tmp_path / "new", **{"index.html": "1"}), copied) == ("syntheses/stays.html",)
    assert (copied / "syntheses" / "gone.html").read_text() == "2, with a remark"


@pytest.mark.parametrize("listed", ["[]", "{", "{}", '{"index.html": 3}'])
def test_a_folder_without_a_list_that_can_be_read_loses_nothing(copied, tmp_path, listed) -> None:
    (copied / COPIED).write_text(listed)
    assert copy_site(site(tmp_path / "new", **{"other.html": "1"}), copied) == ()
    assert files(copied) == {"index.html", "syntheses/gone.html", "syntheses/stays.html", "other.html"}


@pytest.mark.parametrize("name", ["../outside.txt", "link/outside.txt", "direct.txt"])
def test_no_list_reaches_out_of_the_folder(copied, tmp_path, name) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("precious")
    (copied / "link").symlink_to(tmp_path)
    (copied / "direct.txt").symlink_to(outside)
    (copied / COPIED).write_text(json.dumps({name: bytes_hash(b"precious")}))
    assert copy_site(site(tmp_path / "new", **{"index.html": "1"}), copied) == ()
    assert outside.read_text() == "precious"
