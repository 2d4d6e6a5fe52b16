"""A tiny review in a folder of its own, in a git repository where a test asks for one, and ways to change it."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from evidence.living import BaseDiff, compare_bases, find_sources, read_source
from evidence.project import Project
from evidence.tables import TABLES
from evidence.tables.io import csv_bytes

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOL = """
[review]
id = "tiny"
title = "A tiny review"
question = "Does the treatment help?"
headline = "response"

[search]
database = "PubMed"
query = "treatment"
known_items = ["1"]

[[units]]
id = "mm"
pint = "millimeter"

[[components]]
id = "treatment"
label = "treatment"
group = "treatment"

[[components]]
id = "drug"
label = "drug"
group = "drug"

[[outcomes]]
id = "response"
label = "response"
kind = "binary"
direction = "higher"

[[outcomes]]
id = "length"
label = "length"
kind = "continuous"
direction = "higher"
unit = "mm"
mid = 5.0
mid_source = "made up"

[[populations]]
id = "all"
label = "people"

[[windows]]
id = "short"
label = "12 weeks (8 to 16)"
low = 8
high = 16
target = 12

[[comparisons]]
id = "addon"
label = "treatment added to the drug"
question = "What does the treatment add?"
add = ["treatment"]
background = ["drug"]

[[analyses]]
id = "primary"
label = "verified rows of randomised trials"
primary = true

[[analyses]]
id = "secondary"
label = "also with secondary sources"
statuses = ["verified", "secondary"]
n_statuses = ["verified", "secondary"]

[[syntheses]]
id = "response"
label = "Response"
comparison = "addon"
outcome = "response"
population = "all"
measure = "RR"
window = "short"
tau2 = "DL"
test = "z"

[[syntheses]]
id = "length"
label = "Length"
comparison = "addon"
outcome = "length"
population = "all"
measure = "MD"
window = "short"
value_types = ["final"]
tau2 = "DL"
test = "z"
"""
# Trial → (events and people with the treatment, events and people without), verified counts.
COUNTS = {"Ada2001": (20, 40, 10, 40), "Bo2002": (30, 60, 18, 60), "Cy2003": (12, 50, 6, 50)}
# Trial → (mean, SD, n with, mean, SD, n without) in mm.
MEANS = {"Ada2001": (20.0, 5.0, 40, 16.0, 5.0, 40), "Bo2002": (22.0, 6.0, 60, 19.0, 6.0, 60)}
SEEN = {"seen_at": "S01"}


class Review:
    """A tiny review in a folder: its tables as rows that a test may change and write."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.protocol = PROTOCOL
        self.tables: dict[str, list[dict[str, str]]] = {name: [] for name in TABLES}
        self.tables["sources"].append({"source_id": "S01", "url": "https://example.org/1"})
        for study in COUNTS:
            self.add_study(study)
        for study, (e1, n1, e2, n2) in COUNTS.items():
            self.add_counts(study, e1, n1, e2, n2)
        for study, values in MEANS.items():
            for arm, (mean, sd, n) in (("A1", values[:3]), ("A2", values[3:])):
                self.outcome(study, arm, "length", mean=str(mean), sd=str(sd), n=str(n), unit="mm", value_type="final")

    def add_study(self, study: str, **cells: str) -> None:
        label = f"{study[:-4]} {study[-4:]}"
        row = {"study_id": study, "label": label, "eligibility": "included", "design": "parallel", "randomised": "yes"}
        self.tables["studies"].append(row | {"condition": "not-stated", "sex": "both", **SEEN} | cells)
        self.tables["reports"].append(
            {"report_id": f"{study}-1", "study_id": study, "role": "primary", **SEEN}
            | {"pmid": str(7000 + sum(place * letter for place, letter in enumerate(study.encode())))}
        )
        for arm, components in (("A1", "drug;treatment"), ("A2", "drug")):
            self.tables["arms"].append(
                {"study_id": study, "arm_id": arm, "label": components.replace(";", " + "), "components": components}
                | {"status": "verified", **SEEN}
            )

    def add_counts(self, study: str, e1: int, n1: int, e2: int, n2: int, **cells: str) -> None:
        for arm, events, n in (("A1", e1, n1), ("A2", e2, n2)):
            numbers = {"events": str(events), "total": str(n), "n": str(n)}
            self.outcome(
                study,
                arm,
                "response",
                value_type="responder",
                unit="patients",
                threshold="not-defined",
                **numbers | cells,
            )

    def outcome(self, study: str, arm: str, outcome: str, **cells: str) -> None:
        row = {"row_id": f"R{len(self.tables['outcomes']) + 1:03}", "study_id": study, "arm_id": arm}
        usual = {"outcome": outcome, "time_weeks": "12", "pooling": "yes", "source": "PMID:1", "n_status": "verified"}
        self.tables["outcomes"].append(row | usual | {"status": "verified", **SEEN} | cells)

    def row(self, table: str, **wanted: str) -> dict[str, str]:
        """Return the one row that has these cells."""
        (found,) = [row for row in self.tables[table] if all(row.get(name) == cell for name, cell in wanted.items())]
        return found

    def drop_study(self, study: str) -> None:
        for rows in self.tables.values():
            rows[:] = [row for row in rows if row.get("study_id") != study]

    def rename_study(self, old: str, new: str) -> None:
        for rows in self.tables.values():
            for row in rows:
                if row.get("study_id") == old:
                    row["study_id"] = new
                if row.get("report_id") == f"{old}-1":
                    row["report_id"] = f"{new}-1"

    def write(self) -> Review:
        """Write protocol and tables, whatever they hold."""
        folder = self.root / "data" / "processed"
        folder.mkdir(parents=True, exist_ok=True)
        (self.root / "protocol.toml").write_text(self.protocol, encoding="utf-8")
        for name, rows in self.tables.items():
            names = TABLES[name].names
            (folder / f"{name}.csv").write_bytes(
                csv_bytes(names, [[row.get(key, "") for key in names] for row in rows])
            )
        return self

    @property
    def project(self) -> Project:
        return Project(root=self.root)

    def file(self, table: str) -> Path:
        return self.root / "data" / "processed" / f"{table}.csv"

    def reread(self, table: str) -> list[dict[str, str]]:
        """Return the rows of a table as they stand in its file."""
        return list(csv.DictReader(io.StringIO(self.file(table).read_text(encoding="utf-8"), newline="")))


def git(folder: Path, *arguments: str) -> str:
    """Run git as a person with a name, on a fixed day."""
    settings = {
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
        "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    run = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **settings},
    )
    return run.stdout.strip()


def commit(folder: Path, tag: str = "") -> str:
    """Commit everything, tag it, and return the commit."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", tag or "a commit")
    if tag:
        git(folder, "tag", tag)
    return git(folder, "rev-parse", "HEAD")


Compare = Callable[..., BaseDiff]


@pytest.fixture(scope="session", autouse=True)
def git_is_there() -> None:
    """Fail at once where there is no git: these tests are never skipped."""
    assert shutil.which("git"), "git is needed to test what is read from it"


@pytest.fixture
def review(tmp_path) -> Review:
    """Return a tiny review, written."""
    return Review(tmp_path / "review").write()


@pytest.fixture
def changed(tmp_path) -> Callable[[Callable[[Review], object]], BaseDiff]:
    """Return a function that changes a tiny review and compares it with what it was."""

    def run(
        change: Callable[[Review], object], *, before: Callable[[Review], object] = lambda review: None, **options
    ) -> BaseDiff:
        old, new = Review(tmp_path / "old"), Review(tmp_path / "new")
        before(old)
        before(new)
        change(new)
        old.write()
        new.write()
        return compare_folders(old, new, **options)

    return run


def compare_folders(old: Review, new: Review, **options) -> BaseDiff:
    """Compare two reviews; the later one is the project as it stands."""
    first, second = find_sources([str(old.root), "."], new.project)
    return compare_bases(read_source(first), read_source(second), **options)
