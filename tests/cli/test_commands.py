"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from evidence.cli.main import app, main
from evidence.protocol import load_protocol

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent.parent
SYNTHESES = len(load_protocol(ROOT / "protocol.toml").syntheses)
COMMANDS = (
    "build",
    "report",
    "check",
    "refresh",
    "screen",
    "duplicates",
    "export",
    "respond",
    "list",
    "pool",
    "sensitivity",
    "multiverse",
    "explain",
    "extract",
    "cite",
    "plot",
    "bias",
    "grade",
    "sof",
    "claims",
    "reviews",
    "diff",
    "datasets",
    "new",
    "practice",
    "doctor",
)


def evidence(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "evidence.cli", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture
def typed(monkeypatch, capfd) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs the command in this process, where starting another one would prove nothing more."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(ROOT)
        monkeypatch.setattr(sys, "argv", ["evidence", *arguments])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        said = capfd.readouterr()
        assert isinstance(code, int)
        return subprocess.CompletedProcess(arguments, code, said.out, said.err)

    return run


def test_help_lists_the_commands_in_the_order_of_the_work() -> None:
    overview = evidence("--help")
    assert overview.returncode == 0
    lines = [line for line in overview.stdout.splitlines() if line.startswith("│ ")]
    listed = [line.split()[1] for line in lines if len(line.split()) > 2 and line.split()[1] in COMMANDS]
    assert listed[0] == "new"
    assert listed[-1] == "diff"
    assert sorted(listed) == sorted(COMMANDS)
    assert listed.index("bias") < listed.index("grade")


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['evidence', '--help']; import atexit; atexit.register(lambda: print(*sys.modules)); "
    )
    run = subprocess.run(
        [sys.executable, "-c", code + "from evidence.cli import main; main()"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert {"numpy", "pandas", "scipy", "matplotlib", "pandera"} & set(run.stdout.split()) == set()


def test_version() -> None:
    from evidence import __version__

    assert evidence("--version").stdout == f"evidence {__version__}\n"


def test_cite_prints_one_sentence_and_its_release_apart_from_it() -> None:
    run = evidence("cite", "addon-minoxidil-response")
    assert run.returncode == 0
    assert run.stderr.startswith("release microneedling-hair-loss ")
    assert run.stderr.endswith(": addon-minoxidil-response (primary)\n")
    assert run.stderr.count("\n") == 1
    assert run.stdout.startswith("No trial")
    assert run.stdout.count("\n") == 1


def test_cite_as_json(typed) -> None:
    data = json.loads(typed("cite", "addon-prp-pull-test", "-a", "allocation-not-stated", "--json").stdout)
    assert data["synthesis"] == "addon-prp-pull-test"
    assert "In 2 trials (117 participants; no search recorded)" in data["sentence"]


def test_explain_as_text_and_json(typed) -> None:
    text = typed("explain", "addon-minoxidil-response-women", "--analysis", "implied").stdout
    assert "R024" in text
    assert "PMID:36214061" in text
    tree = json.loads(typed("explain", "addon-minoxidil-response-women", "-a", "implied", "--json").stdout)
    assert tree["kind"] == "result"
    assert tree["data"]["k"] == 1


def test_list_names_syntheses_and_analyses(typed) -> None:
    data = json.loads(typed("list", "--json").stdout)
    assert len(data["syntheses"]) == SYNTHESES
    assert next(iter(data["analyses"])) == "primary"


@pytest.mark.parametrize("arguments", [("cite", "addon-minoxidil-responce"), ("explain", "addon-minoxidil-responce")])
def test_an_unknown_synthesis_is_a_message_and_exit_1(typed, arguments) -> None:
    run = typed(*arguments)
    assert run.returncode == 1
    assert run.stdout == ""
    assert "did you mean 'addon-minoxidil-response'" in run.stderr.replace("\n", " ")
    assert "Traceback" not in run.stderr


def test_a_wrong_option_is_exit_2(typed) -> None:
    assert typed("build", "--fast").returncode == 2


def test_outside_a_project(tmp_path) -> None:
    run = evidence("build", cwd=tmp_path)
    assert run.returncode == 1
    assert "no project around" in run.stderr
    assert list(tmp_path.iterdir()) == []
    assert evidence("cite", "addon-minoxidil-response", cwd=tmp_path).returncode == 0, "the shipped base answers"


def test_pool_a_table_of_ones_own(typed, tmp_path) -> None:
    table = tmp_path / "trials.csv"
    table.write_text("study,events1,n1,events2,n2\nA,12,50,20,50\nB,8,40,15,41\nC,5,30,9,29\n", encoding="utf-8")
    data = json.loads(typed("pool", str(table), "--measure", "OR", "--test", "z", "--json").stdout)
    assert data["k"] == 3
    text = typed("pool", str(table), "--measure", "OR").stdout
    assert "odds ratio" in text


@pytest.mark.parametrize("columns", ["events1,n1,events2,n2", "events1,nonevents1,events2,nonevents2"])
def test_pool_draws_the_forest_plot_with_the_counts_of_both_groups(typed, tmp_path, columns) -> None:
    table, figure = tmp_path / "trials.csv", tmp_path / "forest.svg"
    rows = [("Ahn", 12, 50, 20, 51), ("Berg", 8, 40, 15, 41)]
    least = "nonevents1" in columns
    lines = [f"{who},{a},{n - a if least else n},{c},{m - c if least else m}" for who, a, n, c, m in rows]
    table.write_text("\n".join([f"author,{columns}", *lines]) + "\n", encoding="utf-8")
    run = typed("pool", str(table), "-m", "RR", "--column", "study=author", "--forest", str(figure), "--preset", "jama")
    assert run.returncode == 0, run.stderr
    assert f"written: {figure}" in run.stderr
    texts = set(re.findall(r">([^<>]+)</text>", figure.read_text(encoding="utf-8")))
    assert {"Ahn", "Berg"} <= texts
    assert not {"12/50", "20/51"} & texts, "this layout sets its numbers in columns of its own"
    house = tmp_path / "house.svg"
    assert typed("pool", str(table), "-m", "RR", "--forest", str(house)).returncode == 0
    assert {"12/50", "20/51", "8/40", "15/41"} <= set(
        re.findall(r">([^<>]+)</text>", house.read_text(encoding="utf-8"))
    )


def test_pool_draws_the_forest_plot_of_a_synthesis(typed, tmp_path) -> None:
    figure = tmp_path / "forest.svg"
    run = typed("pool", "addon-prp-pull-test", "-a", "allocation-not-stated", "--forest", str(figure))
    assert run.returncode == 0
    assert "<svg" in figure.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--preset", "bmj"), "name its file with --forest"),
        (("--forest", "forest.gif"), "suffix='.gif' is not an option"),
        (("--forest", "nowhere/forest.svg"), "there is no folder nowhere"),
        (("--forest", "forest.svg", "--preset", "lancet"), "preset='lancet' is not an option"),
    ],
)
def test_pool_refuses_a_figure_that_cannot_be_drawn(typed, options, said) -> None:
    run = typed("pool", "addon-prp-pull-test", *options)
    assert run.returncode == 1
    assert said in run.stderr
    assert run.stdout == ""


def test_pool_refuses_a_damaged_table_with_its_rows(typed, tmp_path) -> None:
    table = tmp_path / "trials.csv"
    table.write_text("study,events1,n1,events2,n2\nA,12,50,20,50\nB,48,40,15,41\n", encoding="utf-8")
    run = typed("pool", str(table), "--measure", "OR")
    assert run.returncode == 1
    assert "events1" in run.stderr
    assert typed("pool", str(tmp_path / "none.csv")).returncode == 1


def test_pool_a_declared_synthesis_as_json(typed) -> None:
    data = json.loads(typed("pool", "addon-prp-pull-test", "-a", "allocation-not-stated", "--json").stdout)
    assert data["k"] == 2
    assert data["n"] == 62 + 55
    assert {trial["study_id"] for trial in data["trials"]} == {"Jha2019", "PEMH2022"}


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_plot_writes_a_file(typed, tmp_path, suffix) -> None:
    out = tmp_path / f"figure.{suffix}"
    run = typed("plot", "forest", "addon-prp-pull-test", "-a", "allocation-not-stated", "-o", str(out), "-w", "120")
    assert run.returncode == 0, run.stderr
    assert out.stat().st_size > 5000


def test_plot_refuses_another_kind(typed) -> None:
    run = typed("plot", "funel", "addon-prp-pull-test")
    assert run.returncode == 1
    assert "kind='funel' is not an option" in run.stderr


@pytest.fixture
def copied(tmp_path) -> Path:
    """Return a copy of the review without results."""
    shutil.copytree(ROOT / "data" / "processed", tmp_path / "data" / "processed")
    shutil.copy(ROOT / "protocol.toml", tmp_path / "protocol.toml")
    return tmp_path


def test_check_finds_no_fault_in_the_shipped_base(typed) -> None:
    run = evidence("check")
    assert run.returncode == 0
    assert "no fault" in run.stdout
    data = json.loads(typed("check", "--json").stdout)
    assert (data["ok"], data["problems"]) == (True, [])


def test_check_reports_every_fault_of_every_table(copied) -> None:
    arms, harms = copied / "data/processed/arms.csv", copied / "data/processed/harms.csv"
    arms.write_text(arms.read_text(encoding="utf-8").replace("Dhurat2013,A1", "Durat2013,A1", 1), encoding="utf-8")
    harms.write_text(harms.read_text(encoding="utf-8").replace("stated-none", "stated-non", 1), encoding="utf-8")
    before = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
    result = CliRunner().invoke(app, ["check", "--json", "--project", str(copied)])
    data = json.loads(result.stdout)
    assert result.exit_code == 1
    assert not data["ok"]
    assert {problem["table"] for problem in data["problems"]} >= {"arms", "harms"}
    assert {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()} == before
    text = evidence("check", cwd=copied)
    assert text.returncode == 1
    assert "did you mean 'Dhurat2013'" in text.stderr.replace("\n", " ")


def test_build_of_a_damaged_base_is_exit_1_and_writes_nothing(copied) -> None:
    path = copied / "data/processed/outcomes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("row_id,", "rowid,", 1), encoding="utf-8")
    run = evidence("build", cwd=copied)
    assert run.returncode == 1
    assert "rowid" in run.stderr
    assert not (copied / "results").exists()


def test_build_prints_what_was_pooled_and_what_was_not(built_review, tmp_path) -> None:
    copied = Path(shutil.copytree(built_review.root, tmp_path / "copy"))
    with (copied / "protocol.toml").open("a", encoding="utf-8") as file:
        file.write("# changed since\n")
    run = evidence("build", cwd=copied)
    assert run.returncode == 0, run.stderr
    assert "Pooled" in run.stdout
    assert "No trial that can be used" in run.stdout
    assert "report:" in run.stdout
    assert max(len(line) for line in run.stdout.splitlines() if "report:" not in line) <= 80
    assert "nothing changed" not in run.stdout + run.stderr
    again = json.loads(evidence("build", "--json", cwd=copied).stdout)
    assert again["unchanged"]
    assert len(again["syntheses"]) == SYNTHESES
