"""What a shell completes: names of the review, quickly, and nothing but names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from evidence.cli import values
from evidence.plot.kinds import KINDS
from evidence.protocol import load_protocol
from evidence.tables.definitions import TABLES

ROOT = Path(__file__).resolve().parent.parent.parent
BCG = ROOT / "examples" / "bcg-vaccine"
PROTOCOL = load_protocol(ROOT / "protocol.toml")


@pytest.fixture
def complete(line, monkeypatch):
    """Return a function that completes the last word of a line, as bash asks for it."""

    def run(typed: str, cwd: Path = ROOT) -> list[str]:
        words = typed.split(" ")
        monkeypatch.setenv("_EVIDENCE_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        done = line(cwd=cwd)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return done.stdout.split()

    return run


def starting(names, beginning: str) -> list[str]:
    return [name for name in names if name.startswith(beginning)]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("evidence ref", ["refresh"]),
        ("evidence cite addon-prp-", starting(PROTOCOL.syntheses, "addon-prp-")),
        ("evidence explain depth-", starting(PROTOCOL.syntheses, "depth-")),
        ("evidence pool harm-s", starting(PROTOCOL.syntheses, "harm-s")),
        ("evidence export escalc prp-route-", starting(PROTOCOL.syntheses, "prp-route-")),
        ("evidence cite addon-any-response -a ", list(PROTOCOL.analyses)),
        ("evidence plot le", ["leave-one-out"]),
        ("evidence plot ", list(KINDS)),
        ("evidence plot forest device-", starting(PROTOCOL.syntheses, "device-")),
        ("evidence plot prisma ", []),
        ("evidence sof --comparison addon-m", starting(PROTOCOL.comparisons, "addon-m")),
        ("evidence claims improves-d", starting(PROTOCOL.claims, "improves-d")),
        ("evidence bias Dhu", ["Dhurat2013", "Dhurat2015"]),
        ("evidence bias form Dhu", ["Dhurat2013", "Dhurat2015"]),
        ("evidence check --study Jha", ["Jha2018", "Jha2019"]),
        ("evidence check x.csv --like ou", ["outcomes"]),
        ("evidence check x.csv --like ", list(TABLES)),
        ("evidence reviews --review Xu", ["Xu2024"]),
        ("evidence respond 44a", ["44aea3a5ef"]),
        ("evidence datasets bc", ["bcg"]),
        ("evidence practice --fault status-42", ["status-429", "status-429-date", "status-429-seconds"]),
        ("evidence screen --stage f", ["full-text"]),
        ("evidence cite x --format cs", ["csl-json"]),
        ("evidence pool x.csv --tau2 R", ["REML"]),
    ],
)
def test_names_are_completed(complete, typed, wanted) -> None:
    found = complete(typed)
    assert found == wanted
    assert found or typed == "evidence plot prisma "


def test_names_are_those_of_the_review_that_is_meant(complete, tmp_path) -> None:
    own = list(load_protocol(BCG / "protocol.toml").syntheses)
    assert complete("evidence cite ", cwd=BCG) == own
    assert complete(f"evidence cite -C {BCG} ", cwd=tmp_path) == own
    assert complete("evidence cite addon-prp-pull", cwd=tmp_path) == ["addon-prp-pull-test"], "the shipped base"


def test_what_is_damaged_gives_no_names_and_no_word(complete, tmp_path) -> None:
    (tmp_path / "data" / "processed").mkdir(parents=True)
    (tmp_path / "protocol.toml").write_text("[", encoding="utf-8")
    for typed in ("evidence cite a", "evidence bias show a", "evidence cite x -a p", "evidence claims c"):
        assert complete(typed, cwd=tmp_path) == []
    assert complete("evidence cite -C /nowhere/at/all a", cwd=tmp_path) == []


@pytest.mark.parametrize(
    ("shell", "environ"),
    [
        ("bash", {"COMP_WORDS": "evidence cite addon-prp-pull", "COMP_CWORD": "2"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "evidence cite addon-prp-pull"}),
        ("fish", {"_TYPER_COMPLETE_ARGS": "evidence cite addon-prp-pull", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
    ],
)
def test_each_shell_is_answered_in_its_way(line, monkeypatch, shell, environ) -> None:
    for name, value in {"_EVIDENCE_COMPLETE": f"complete_{shell}", **environ}.items():
        monkeypatch.setenv(name, value)
    assert "addon-prp-pull-test" in line(cwd=ROOT).stdout


@pytest.mark.parametrize(
    ("shell", "place"),
    [
        ("bash", ".bash_completions/evidence.sh"),
        ("zsh", ".zfunc/_evidence"),
        ("fish", ".config/fish/completions/evidence.fish"),
    ],
)
def test_completion_is_installed_for_each_shell(tmp_path, shell, place) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "evidence.cli", "--install-completion", shell],
        env={**os.environ, "HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    script = (tmp_path / place).read_text(encoding="utf-8")
    assert "_EVIDENCE_COMPLETE=" in script
    assert str(ROOT) not in script


def test_completing_is_quick_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, time; begin = time.process_time(); import atexit\n"
        "atexit.register(lambda: print(time.process_time() - begin, *sys.modules, file=sys.stderr))\n"
        "from evidence.cli import main; main()"
    )
    environ = {"_EVIDENCE_COMPLETE": "complete_bash", "COMP_WORDS": "evidence bias show Jh", "COMP_CWORD": "3"}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["Jha2018", "Jha2019"]
    seconds, *modules = run.stderr.split()
    assert {"numpy", "pandas", "matplotlib"} & set(modules) == set()
    assert float(seconds) < 0.6, "about 0.2 s on a machine at rest"


def test_every_completer_is_in_use() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "evidence" / "cli").glob("*.py"))
    assert [name for name in values.__all__ if text.count(name) < 3] == []
