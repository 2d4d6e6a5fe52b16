"""The tutorial is followed as it stands: each command, in its order, prints what the page says."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import runpy
import subprocess
from typing import TYPE_CHECKING

import pytest
from doc_pages import DOCS, ROOT
from printed_pages import assert_prints_what_it_says, run_in_process

import evidence as ev

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (DOCS / "tutorial.md").read_text(encoding="utf-8")
(SCRIPT,) = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
TABLE, SAID = re.findall(r"^```text\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


class Newcomer:
    """Somebody who follows the page: first in the repository, then in a folder of their own, then in a review."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        self.faulty = False

    def run(self, command: str) -> str:
        return run_in_process(command, {}, fails=self.faulty)

    def do(self, note: str) -> None:
        """Do what a comment of the page says."""
        if note.startswith("trials.csv"):
            self.monkeypatch.chdir(self.folder)
            (self.folder / "trials.csv").write_text(TABLE, encoding="utf-8")
        elif note.startswith("forest.py"):
            (self.folder / "forest.py").write_text(SCRIPT, encoding="utf-8")
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                runpy.run_path("forest.py")
            assert said.getvalue().split() == SAID.split()
            assert drawn(self.folder / "forest.svg") == drawn(DOCS / "tutorial-forest.svg")
        elif note.startswith("cd "):
            self.folder = self.folder / note.removeprefix("cd ")
            self.monkeypatch.chdir(self.folder)
        elif note.startswith("outcomes.csv and studies.csv"):
            self._enter_the_letter()
        elif note.startswith("R5: p_scope"):
            self._change("outcomes", "R5", p_scope="between-arms")
            self.faulty = False
        elif note.startswith("R5 and R6"):
            unseen = ev.load(self.folder).synthesis("exercise-pain").cite()
            (number,) = re.findall(r"would have said (\S+ \([^)]+\))", PAGE)
            assert number.rstrip(")").replace("(", "mm (95% CI ") in unseen
            for row in ("R5", "R6"):
                self._change("outcomes", row, se=self._rows("outcomes")[row]["sd"], sd="")
        else:
            raise AssertionError(f"nobody knows how to do: {note}")

    def _enter_the_letter(self) -> None:
        cells = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| `([^`]+)` \|$", PAGE, flags=re.MULTILINE)
        rows = self._rows("outcomes")
        for place, like in enumerate(("R1", "R2"), start=1):
            copy = rows[like] | {cell[0]: cell[place] for cell in cells}
            rows[copy["row_id"]] = copy
        self._write("outcomes", rows)
        self._change("studies", "InventedC", eligibility="included", eligibility_reason="")
        self.faulty = True

    def _change(self, table: str, row: str, **cells: str) -> None:
        rows = self._rows(table)
        assert set(cells) <= set(rows[row])
        rows[row] |= cells
        self._write(table, rows)

    def _rows(self, table: str) -> dict[str, dict[str, str]]:
        """Return the rows of a table by their first cell."""
        with self._path(table).open(encoding="utf-8", newline="") as file:
            return {next(iter(row.values())): row for row in csv.DictReader(file)}

    def _write(self, table: str, rows: dict[str, dict[str, str]]) -> None:
        """Write as a spreadsheet does, with the line ends of Windows."""
        with self._path(table).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(next(iter(rows.values()))))
            writer.writeheader()
            writer.writerows(rows.values())

    def _path(self, table: str) -> Path:
        return self.folder / "data" / "processed" / f"{table}.csv"


def drawn(path: Path) -> str:
    """Return a picture as it stands in a file."""
    return path.read_text(encoding="utf-8")


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newcomer:
    monkeypatch.chdir(ROOT)
    return Newcomer(tmp_path, monkeypatch)


def test_every_command_of_the_page_prints_what_the_page_says(newcomer: Newcomer) -> None:
    assert_prints_what_it_says(PAGE, run=newcomer.run, do=newcomer.do)
    assert drawn(newcomer.folder / "forest.svg") == drawn(DOCS / "tutorial-review.svg")


def test_what_make_run_does_is_what_the_page_says() -> None:
    """Nothing is installed here: `make --dry-run` says what it would do."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    dry = ["make", "--dry-run", "run"]
    would = subprocess.run(dry, cwd=ROOT, env=alone, capture_output=True, text=True, check=True).stdout
    assert would.rstrip().endswith(".venv/bin/evidence build")
    assert "    make run\n    source .venv/bin/activate\n" in PAGE


def test_the_pooled_numbers_are_those_of_metafor() -> None:
    """R 4.2.2, metafor 3.8-1.

    ``res <- rma(measure="OR", ai=pre.xti, n1i=pre.nti, ci=pre.xci, n2i=pre.nci, data=dat.collins1985b, test="knha");
    predict(res, transf=exp)`` gives 0.5956 (0.3418 to 1.0380), 0.1497 to 2.3707; I² 75.92%.
    """
    assert "OR 0.60 (95% CI 0.34 to 1.04; 95% PI 0.15 to 2.37; I² = 76%" in " ".join(SAID.split())
