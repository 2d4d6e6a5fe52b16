"""``evidence doctor``: what it sees, what it advises, and that nothing keeps it from answering."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from pathlib import Path

import jsonschema
import pytest

from evidence import doctor, starter
from evidence.doctor import examine, machine

ROOT = Path(__file__).resolve().parent.parent.parent
BCG = ROOT / "examples" / "bcg-vaccine"
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
PLAIN = {"EVIDENCE_CONFIG": "", "NCBI_EMAIL": "ann@example.org"}


@pytest.fixture
def review(tmp_path) -> Path:
    """Return a copy of the example review."""
    shutil.copytree(BCG, tmp_path / "bcg", ignore=shutil.ignore_patterns("results"))
    return tmp_path / "bcg"


def seen(folder: Path | None, environ: dict[str, str] | None = None):
    found = examine(folder, now=NOW, environ=PLAIN if environ is None else environ)
    return found, {entry.id: entry for entry in found.observations}


def add_row(review: Path, table: str, **cells: str) -> None:
    path = review / "data" / "processed" / f"{table}.csv"
    names = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert set(cells) <= set(names)
    with path.open("a", encoding="utf-8") as file:
        file.write(",".join(f'"{cells[name]}"' if name in cells else "" for name in names) + "\n")


def add_search(review: Path, day: str) -> None:
    add_row(
        review, "searches", search_id="pubmed-1", database="PubMed", query="bcg", scope="full",
        run_at=f"{day}T10:00:00Z", ended_at=f"{day}T10:00:05Z", count="2", n_fetched="2", n_new="2", raw_hash="0" * 64,
    )  # fmt: skip


def add_record(review: Path, pmid: str, **cells: str) -> None:
    add_row(
        review, "records", pmid=pmid, version="1", title=f"Record {pmid}", search_id="pubmed-1",
        record_hash="0" * 64, raw_hash="0" * 64, added="2026-11-01", year="2026", **{"presence": "in-query"} | cells,
    )  # fmt: skip


def test_a_whole_review_has_one_thing_to_do_after_the_other(review) -> None:
    add_search(review, "2026-11-20")
    add_record(review, "90000001")
    add_record(review, "90000002")
    found, by_id = seen(review)
    assert by_id["tables"].state == "ok", by_id["tables"]
    assert by_id["tables"].facts["rows"]["studies"] == 13
    assert by_id["search"].text == "2026-11-20 (3 days ago); 2 records found"
    assert by_id["screening"].text == "2 records at title-abstract: to be read"
    assert by_id["results"].facts == {"built": False}
    assert [step.command for step in found.steps] == ["evidence screen", "evidence build"]
    assert not found.broken


@pytest.mark.parametrize(("day", "state"), [("2026-10-24", "ok"), ("2026-10-23", "todo"), ("2026-11-24", "ok")])
def test_a_search_grows_old(review, day, state) -> None:
    add_search(review, day)
    found, by_id = seen(review)
    assert by_id["search"].state == state
    assert ("evidence refresh" in [step.command for step in found.steps]) is (state == "todo")


@pytest.mark.parametrize(
    ("presence", "included", "where"),
    [
        ("in-query", True, "evidence screen --stage full-text"),
        ("in-query", False, "evidence screen"),  # a trial that is in the tables, and whose record nobody screened yet
        ("not-in-query", False, "evidence screen --stage full-text --decisions FILE.csv"),
    ],
)
def test_a_retraction_comes_first_and_is_decided_where_the_record_waits(review, presence, included, where) -> None:
    from evidence.project import Project
    from evidence.screen.desk import open_desk

    add_search(review, "2026-01-01")
    reports = (review / "data/processed/reports.csv").read_text(encoding="utf-8").splitlines()
    names, first = reports[0].split(","), reports[1]
    cells = first.split(",")
    cells[names.index("pmid")] = "90000001"
    (review / "data/processed/reports.csv").write_text("\n".join([reports[0], ",".join(cells), *reports[2:]]) + "\n")
    add_record(review, "90000001", presence=presence, notice="retracted", retraction_links="RetractionIn 90000002")
    if included:
        add_row(
            review, "screening", pmid="90000001", stage="title-abstract", reviewer="A. Reader", role="reviewer",
            decision="include", decided_at="2025-12-01T10:00:00Z",
        )  # fmt: skip
    found, by_id = seen(review)
    assert by_id["notices"].text == "1 notice on trials on which nobody has decided"
    assert "has been retracted" in by_id["notices"].details[0]
    assert [step.command for step in found.steps][:2] == [where, "evidence refresh"]
    assert "with a notice" in found.steps[0].why
    stage = "full-text" if "full-text" in where else "title-abstract"
    waits = [item.pmid for item in open_desk(Project(root=review), ranked=False).queue(stage=stage).items]
    assert waits == ([] if "FILE" in where else ["90000001"])


def test_contradictions_without_an_answer_are_counted(tmp_path) -> None:
    shutil.copytree(ROOT / "data" / "processed", tmp_path / "data" / "processed")
    shutil.copy(ROOT / "protocol.toml", tmp_path)
    path = tmp_path / "data/processed/findings.csv"
    text = path.read_text(encoding="utf-8")
    assert "answered,kept-out-of-primary," in text
    header, *rows = text.splitlines()
    graver = [row for row in rows if ",inconsistent," in row and row.count('"') == 4]
    path.write_text("\n".join([header, *(_opened(row) for row in graver[:2])]) + "\n", encoding="utf-8")
    found, by_id = seen(tmp_path)
    assert by_id["findings"].text == "open: 2 inconsistent"
    assert "evidence check" in [step.command for step in found.steps]


def _opened(row: str) -> str:
    """Return a row of the table of findings before it was answered."""
    return f"{row[: row.index(',answered,')]},open,,,,"


def test_a_fresh_review_begins_with_its_protocol(tmp_path) -> None:
    made = starter.new_review(tmp_path / "mine")
    found, by_id = seen(made.root)
    assert not found.broken
    assert by_id["results"].text == "none: there is no trial yet"
    assert [step.command for step in found.steps] == ["edit protocol.toml"]
    protocol = made.root / "protocol.toml"
    protocol.write_text(protocol.read_text(encoding="utf-8").replace('"Osteoarthritis, Knee"', '"Elbow"', 1))
    found, _ = seen(made.root)
    assert [step.command for step in found.steps] == ["evidence refresh"]
    found, _ = seen(made.root, {"EVIDENCE_CONFIG": ""})
    assert [step.command for step in found.steps] == ["evidence refresh --email you@example.org"]


def test_outside_a_project_the_shipped_base_is_looked_at(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    found, by_id = seen(None)
    assert by_id["project"].facts["how"] == "shipped"
    assert not found.broken
    assert [step.command for step in found.steps] == ["evidence list", "evidence new FOLDER"]
    assert "search" not in by_id


@pytest.mark.parametrize(
    ("name", "content", "which", "said"),
    [
        ("data/processed/arms.csv", b"study_id\n", "tables", "fault"),
        ("data/processed/arms.csv", b"\xff\xfe\x00", "tables", "fault"),
        ("data/processed/studies.csv", None, "tables", "fault"),
        ("protocol.toml", b"[review\n", "protocol", "protocol.toml"),
        ("protocol.toml", b"\xff\xff", "protocol", "protocol.toml"),
        ("protocol.toml", b'[review]\nid = "x"\n', "protocol", "fault"),
        ("data/raw/.pending/commit.json", b"{", "commit", "damaged"),
        (
            "data/raw/.pending/commit.json",
            json.dumps({"run": "pubmed-7", "moves": []}).encode(),
            "commit",
            "refresh pubmed-7 was stopped",
        ),
    ],
)
def test_what_is_broken_is_said_first_and_nothing_else_is_advised(review, name, content, which, said) -> None:
    path = review / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True) if content is None else path.write_bytes(content)
    found, by_id = seen(review)
    assert found.broken
    assert by_id[which].state == "broken"
    assert said in f"{by_id[which].text} {' '.join(by_id[which].details)}"
    assert "screening" not in by_id
    assert {step.rank for step in found.steps} <= {0}
    if which == "tables":
        assert [step.command for step in found.steps] == ["evidence check"]


def test_a_look_that_fails_hides_no_other(review, monkeypatch) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise RuntimeError("boom\nand more")

    for name in ("see_fonts", "see_settings"):
        monkeypatch.setattr(doctor.machine, name, fail)
    monkeypatch.setattr(doctor.work, "see_search", fail)
    found, by_id = seen(review)
    assert by_id["fonts"].text == by_id["search"].text == "could not be looked at: RuntimeError: boom"
    assert by_id["fonts"].details == ("and more",)
    assert by_id["findings"].state == "ok"
    assert found.broken


def test_a_folder_that_is_locked_is_a_note_and_no_fault(review, monkeypatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    found, by_id = seen(review)
    assert by_id["disk"].state == "note"
    assert by_id["disk"].facts["locked"] == [".", "data/processed", "data/raw"]
    assert not found.broken


def test_nothing_is_written(review) -> None:
    before = {path: path.stat().st_mtime_ns for path in review.rglob("*")}
    seen(review)
    assert {path: path.stat().st_mtime_ns for path in review.rglob("*")} == before


def test_no_secret_is_told(review, line, monkeypatch) -> None:
    secrets = {"NCBI_EMAIL": "someone@secret.example", "NCBI_API_KEY": "0123456789abcdefSECRET"}
    for name, value in {**secrets, "EVIDENCE_REVIEWER": "B. Hidden"}.items():
        monkeypatch.setenv(name, value)
    for option in ((), ("--json",)):
        run = line("doctor", *option, cwd=review)
        assert run.returncode == 0
        assert not any(value in run.stdout + run.stderr for value in (*secrets.values(), "B. Hidden"))
    told = {entry["id"]: entry for entry in json.loads(run.stdout)["observations"]}
    assert told["settings"]["facts"] == {"email": True, "api_key": True, "reviewer": True}
    monkeypatch.setenv("NCBI_EMAIL", "not an address")
    run = line("doctor", "--json", cwd=review)
    assert "not an address" not in run.stdout
    assert "the environment variable NCBI_EMAIL" in run.stdout


def test_libraries_are_compared_with_what_is_needed_and_what_is_tested(monkeypatch, tmp_path) -> None:
    needs = ["numpy>=1.26", "scipy>=1.13,<2", 'numba>=0.60; extra == "fast"', "absent>=1"]
    versions = {"numpy": "1.26.0", "scipy": "1.9.3", "numba": "0.61"}
    monkeypatch.setattr(machine.metadata, "requires", lambda name: needs)
    monkeypatch.setattr(machine, "_version", lambda name: versions.get(name, ""))
    found = machine.see_libraries()
    assert found.state == "broken"
    assert found.details == ("scipy: 1.9.3; >=1.13,<2 is needed", "absent: not installed; >=1 is needed")
    assert found.steps[0].command == 'python -m pip install "scipy>=1.13,<2" "absent>=1"'
    versions |= {"scipy": "2.0", "absent": "1.0"}
    assert machine.see_libraries().details == ("scipy: 2.0; >=1.13,<2 is needed",)
    versions |= {"scipy": "1.13rc1"}
    assert machine.see_libraries().state == "ok"
    pins = tmp_path / "run.txt"
    pins.write_text("numpy==1.26.0 \\\n    --hash=sha256:0\nscipy==1.14 \\\nabsent==1.0\n", encoding="utf-8")
    assert machine.see_libraries(pins).details == ("scipy 1.13rc1; tested with 1.14",)
    with pins.open("a", encoding="utf-8") as file:  # two lines of one name, for older and newer versions of Python
        file.write("scipy==1.13rc1 ; python_full_version < '3.12' \\\n")
    assert machine.see_libraries(pins).text == "all 3 fit, in the versions tested"
    assert machine.see_extras().text == "fast"


def test_a_terminal_that_lacks_letters_is_told() -> None:
    ascii_ = machine.see_terminal({"TERM": "xterm"}, is_terminal=True, width=50, encoding="cp1252", colour=True)
    assert ascii_.state == "note"
    assert [line.split()[0] for line in ascii_.details] == ["cp1252", "tables"]
    plain = machine.see_terminal(
        {"TERM": "xterm", "NO_COLOR": "1"}, is_terminal=True, width=80, encoding="utf-8", colour=False
    )
    assert plain.text == "80 columns, no colour (NO_COLOR is set), utf-8"


def test_the_data_are_what_the_schema_says(review, line) -> None:
    schema = json.loads((ROOT / "docs" / "evidence-doctor.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    add_search(review, "2026-01-01")
    whole = json.loads(line("doctor", "--json", cwd=review).stdout)
    (review / "data/processed/arms.csv").write_text("x\n", encoding="utf-8")
    run = line("doctor", "--json", cwd=review)
    assert run.returncode == 1
    for data in (whole, json.loads(run.stdout)):
        jsonschema.validate(data, schema)
    named = schema["properties"]["observations"]["items"]["properties"]["id"]["enum"]
    assert {entry["id"] for entry in whole["observations"]} == set(named)


def test_it_is_quick_and_loads_nothing_heavy(review) -> None:
    import subprocess
    import sys

    code = (
        "import sys, time; begin = time.process_time(); sys.argv = ['evidence', 'doctor']\n"
        "import atexit; from evidence.cli import main\n"
        "atexit.register(lambda: print(time.process_time() - begin, *sys.modules, file=sys.stderr))\n"
        "main()"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=review, capture_output=True, text=True, check=True)
    seconds, *modules = run.stderr.split()
    assert {"numpy", "pandas", "matplotlib"} & set(modules) == set()
    assert float(seconds) < 1.5
    assert "What to do next" in run.stdout
