"""The how-tos of practising and of a retraction are run as they stand, against the PubMed that they tell of."""

from __future__ import annotations

import argparse
import csv
import shlex
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from printed_pages import assert_prints_what_it_says, decide, run_in_process

from evidence import practice
from evidence.cli import practice as command
from evidence.starter import practice_review

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEPT = "the corrected SD was taken in"


class Reader:
    """Somebody who follows a page, with the PubMed for practice in another terminal."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._patch = folder, monkeypatch
        self._server: practice.Server | None = None
        self._fails = False
        config = folder / "config.toml"
        config.write_text("[ncbi]\nrate = 500\nbackoff_seconds = 0.001\n", encoding="utf-8")
        self.environ = {"EVIDENCE_CONFIG": str(config), "NCBI_EMAIL": "", "NCBI_API_KEY": ""}
        monkeypatch.chdir(folder)
        monkeypatch.setattr(command, "_wait", lambda: None)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def serve(self, week: int, faults: list[str]) -> None:
        """Answer as `evidence practice` with these options does."""
        self.close()
        script = [command._fault(text, practice.FAULTS) for text in faults]
        self._server = practice.Server(practice.story(week), script, per_second=None).start()
        self.environ["EVIDENCE_EUTILS_URL"] = self._server.url

    def run(self, line: str) -> str:
        if not line.startswith("evidence practice") or "--faults" in line:
            fails, self._fails = self._fails, False
            return run_in_process(line, self.environ, fails=fails)
        parser = argparse.ArgumentParser()
        parser.add_argument("--week", type=int, default=1)
        parser.add_argument("--fault", action="append", default=[])
        asked, _ = parser.parse_known_args(shlex.split(line)[2:])
        printed = run_in_process(f"{line} --port 0", self.environ)
        self.serve(asked.week, asked.fault)
        return printed

    def do(self, note: str) -> None:
        """Do what a comment of the page says."""
        if note == "cd elbows":
            self._patch.chdir("elbows")
        elif note == "the next command fails":
            self._fails = True
        elif note == "week 1 in elbows":
            self._patch.chdir(practice_review(self.folder / "elbows").root)
            self.serve(1, [])
        elif note == "week 3":
            shutil.copytree("data/processed", "before/data/processed")
            shutil.copy("protocol.toml", "before/protocol.toml")
            time.sleep(1.2)  # decisions are dated to the second, and stand before what the next run finds
            self.serve(3, [])
        elif note.startswith("read.csv"):
            decide(Path("read.csv"), [(f"9000000{number}", "include", "") for number in (1, 2, 3, 4)])
        elif note.startswith("out.csv"):
            decide(Path("out.csv"), [("90000004", "exclude", "retracted because its data cannot be verified")])
        elif note.startswith("studies.csv"):
            reason = "its report was retracted because its data cannot be verified"
            change("studies", "Dovetail2023", eligibility="sensitivity-only", eligibility_reason=reason)
        elif note.startswith("outcomes.csv"):
            change("outcomes", "Brightwater2018-R2", sd="3.2", notes="SD as corrected by PMID 90000201")
            decide(Path("corrected.csv"), [("90000002", "include", _KEPT)])
        else:
            raise AssertionError(f"nobody knows how to do: {note}")


def change(table: str, key: str, **cells: str) -> None:
    """Change cells of a row, as in an editor."""
    path = Path("data/processed") / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    names = list(rows[0])
    (row,) = (row for row in rows if row[names[0]] == key)
    row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    someone = Reader(tmp_path, monkeypatch)
    yield someone
    someone.close()


@pytest.mark.parametrize("name", ["practice", "retraction"])
def test_every_command_of_the_page_prints_what_the_page_says(root: Path, reader: Reader, name: str) -> None:
    page = (root / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert_prints_what_it_says(page, run=reader.run, do=reader.do)
