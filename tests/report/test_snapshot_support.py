"""A snapshot is kept to the byte, and what differs is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from snapshots import WRITE, assert_snapshot

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(WRITE, raising=False)
    (tmp_path / "words.txt").write_bytes("one\ntwo −0.5\nthree\n".encode())
    return tmp_path


def test_the_same_text_passes_and_another_shows_the_line(kept: Path) -> None:
    assert_snapshot("one\ntwo −0.5\nthree\n", "words.txt", folder=kept)
    with pytest.raises(pytest.fail.Exception) as failure:
        assert_snapshot("one\ntwo -0.5\nthree\n", "words.txt", folder=kept)
    assert "-two −0.5\n+two -0.5\n" in str(failure.value)


@pytest.mark.parametrize("text", ["one\ntwo −0.5\nthree", "one\r\ntwo −0.5\r\nthree\r\n"])
def test_line_ends_count_and_are_made_visible(kept: Path, text: str) -> None:
    with pytest.raises(pytest.fail.Exception) as failure:
        assert_snapshot(text, "words.txt", folder=kept)
    assert r"'three\n'" in str(failure.value)


def test_a_missing_snapshot_fails_and_is_written_only_when_asked(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"no snapshot new/page\.html"):
        assert_snapshot("<p>\r\n</p>", "new/page.html", folder=kept)
    assert not (kept / "new").exists()
    monkeypatch.setenv(WRITE, "1")
    assert_snapshot("<p>\r\n</p>", "new/page.html", folder=kept)
    assert (kept / "new" / "page.html").read_bytes() == b"<p>\r\n</p>"
    monkeypatch.delenv(WRITE)
    assert_snapshot("<p>\r\n</p>", "new/page.html", folder=kept)


@pytest.mark.parametrize("name", ["../words.txt", "words", "/etc/words.txt"])
def test_a_name_stays_inside_the_folder_and_has_a_suffix(kept: Path, name: str) -> None:
    with pytest.raises(ValueError, match="inside"):
        assert_snapshot("one", name, folder=kept)


def test_a_long_diff_is_cut_and_says_so(kept: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"and [0-9]+ more lines"):
        assert_snapshot("\n".join(map(str, range(1000))), "words.txt", folder=kept)
