"""The protocol on the page about another topic, put together from its parts, is one that is understood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from doc_pages import DOCS
from printed_pages import assert_prints_what_it_says, run_in_process

from evidence.protocol import load_protocol
from evidence.starter import new_review

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (DOCS / "another-topic.md").read_text(encoding="utf-8")
PARTS = re.findall(r"^```toml\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


class Reader:
    """Somebody who writes the protocol of the page."""

    def __init__(self, root: Path) -> None:
        self.root, self.faulty = root, False

    def run(self, command: str) -> str:
        return run_in_process(command, {}, fails=self.faulty)

    def do(self, note: str) -> None:
        """Do what a comment of the page says."""
        if note.startswith("protocol.toml"):
            (self.root / "protocol.toml").write_text("\n".join(PARTS), encoding="utf-8")
            self.faulty = True
        elif note.startswith("studies.csv and arms.csv"):
            self._first_line("studies", "setting_type,", "")
            self._first_line("arms", "interval_as_reported,", "interval_as_reported,daily_mg,")
            self.faulty = False
        else:
            raise AssertionError(f"nobody knows how to do: {note}")

    def _first_line(self, table: str, before: str, after: str) -> None:
        """Change the first line of an empty table, which is all that it has."""
        path = self.root / "data" / "processed" / f"{table}.csv"
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == text.count("\n") == 1
        path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    new_review(tmp_path / "migraine", title="Quietol against migraine")
    monkeypatch.chdir(tmp_path / "migraine")
    return Reader(tmp_path / "migraine")


def test_every_command_of_the_page_prints_what_the_page_says(reader: Reader) -> None:
    assert_prints_what_it_says(PAGE, run=reader.run, do=reader.do)
    protocol = load_protocol(reader.root / "protocol.toml")
    assert len(PARTS) >= 7
    assert set(protocol.syntheses) == {"quietol-days", "quietol-disability", "quietol-response", "dose-days"}
    assert protocol.syntheses["quietol-disability"].alternatives == ("disability-hit6",)
