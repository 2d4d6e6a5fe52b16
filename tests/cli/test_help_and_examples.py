"""Help: every option explained, every example real, everything readable in 80 columns."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer.main

from evidence.cli.legible import examples_of
from evidence.cli.main import PANELS, app

ROOT = Path(__file__).resolve().parent.parent.parent
WIDEST_EXAMPLE = 75  # what a line of a list holds in 80 columns

# Beginnings of examples that are parsed and not run, since what they need comes from elsewhere.
ONLY_PARSED = {
    "evidence build": "takes long; tests of the build run it",
    "evidence report": "builds, and opens a browser",
    "evidence refresh": "asks PubMed",
    "evidence practice": "runs until it is stopped",
    "evidence extract 9": "needs records of a search",
    "evidence screen --why": "needs records of a search",
    "evidence screen --settle": "needs two reviewers who differ",
    "evidence duplicates decide": "needs records of a search",
    "evidence export package": "needs results of a build",
    "evidence diff v": "needs the tags of a repository",
    "evidence diff main": "needs the branches of a repository",
    "evidence grade --record": "needs a form that somebody filled in",
    "evidence bias record": "needs a form that somebody filled in",
    "evidence bias agreement": "needs two assessors",
}


def walk(command: Any, path: tuple[str, ...] = ("evidence",)) -> list[tuple[str, Any]]:
    found = [(" ".join(path), command)]
    for name, member in getattr(command, "commands", {}).items():
        found += walk(member, (*path, name))
    return found


COMMANDS = walk(typer.main.get_command(app))
EXAMPLES = list(dict.fromkeys(example for _, command in COMMANDS for example in examples_of(command.epilog)))
RUN_ELSEWHERE = {"evidence check"}  # on this very base, by test_commands.py
REAL = [example for example in EXAMPLES if not example.startswith(tuple(ONLY_PARSED)) and example not in RUN_ELSEWHERE]


@pytest.fixture(scope="module")
def review(tmp_path_factory) -> Path:
    """Return a copy of the review, with files such as the examples speak of."""
    folder = tmp_path_factory.mktemp("review")
    for part in ("data/processed", "results"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("report", "figures", ".state.json"))
    shutil.copy(ROOT / "protocol.toml", folder)
    shutil.copytree(folder / "data", folder / "before" / "data")
    shutil.copy(ROOT / "protocol.toml", folder / "before")
    (folder / "trials.csv").write_text(
        "study,events1,treated,n1,events2,n2\nA,12,12,50,20,50\nB,8,8,40,15,41\nC,5,5,30,9,29\n", encoding="utf-8"
    )
    (folder / "mine.csv").write_text("m_trt,sd,n\n3.47,1.1,20\n", encoding="utf-8")
    (folder / "decided.csv").write_text("pmid,decision,reason\n", encoding="utf-8")
    return folder


@pytest.fixture
def read_copy(monkeypatch, read_once) -> None:
    """Let the copy be taken for this repository's base wherever it is only read."""
    import evidence.base as home

    load = home.load
    monkeypatch.setattr(home, "load", lambda path=None: load(ROOT))


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_each_command_explains_all_of_itself(path, command) -> None:
    assert (command.help or "").strip(), f"{path} says nothing"
    silent = [" ".join(param.opts) for param in command.params if not (getattr(param, "help", None) or "").strip()]
    assert silent == []
    examples = examples_of(command.epilog)
    assert examples
    for example in examples:
        assert example.startswith("evidence "), example
        assert path == "evidence" or example.startswith(path), example
        assert len(example) <= WIDEST_EXAMPLE, example


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_help_fits(capsys, monkeypatch, path, command) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with command.make_context(path, [], resilient_parsing=True) as context:
        command.get_help(context)
    shown = capsys.readouterr().out
    assert "Usage: evidence" in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown.replace(", …", "")
    for example in examples_of(command.epilog):
        assert f"• {example} " in shown, "broken over two lines"


@pytest.mark.usefixtures("read_copy")
@pytest.mark.parametrize("example", REAL)
def test_an_example_runs(line, review, monkeypatch, example) -> None:
    monkeypatch.setenv("EVIDENCE_REVIEWER", "A. Reader")
    run = line(*shlex.split(example)[1:], cwd=review)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("example", [example for example in EXAMPLES if example not in REAL])
def test_an_example_that_cannot_run_here_is_understood(example) -> None:
    command, context, words = COMMANDS[0][1], None, shlex.split(example)
    while words:
        context = command.make_context(words[0], words[1:], parent=context)
        words = [*context._protected_args, *context.args] if hasattr(command, "commands") else []
        if words:
            name, command, rest = command.resolve_command(context, words)
            words = [name, *rest]
    assert context is not None
    assert context.command_path == "evidence" or example.startswith(context.command_path)


def test_nothing_is_left_unrun_without_need() -> None:
    assert len(REAL) > 45
    for beginning in ONLY_PARSED:
        assert any(example.startswith(beginning) for example in EXAMPLES), f"no example begins with {beginning}"


def test_commands_stand_in_panels_in_the_order_of_the_work(line, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = line("--help").stdout
    there = COMMANDS[0][1].commands
    places = [text.index(f"─ {title} ─") for title, _ in PANELS]
    assert places == sorted(places)
    order = [name for _, names in PANELS for name in names]
    assert set(there) == set(order)
    listed = [text.index(f"│ {name} ") for name in order]
    assert listed == sorted(listed)


@pytest.mark.usefixtures("read_copy")
def test_an_analysis_that_no_synthesis_has_is_refused_for_all_of_them(line, review) -> None:
    run = line("grade", "-a", "secondry", cwd=review)
    assert run.returncode == 1
    assert "no analysis is called 'secondry'; did you mean 'secondary'?" in run.stderr


WIDE = {
    60: [
        "list", "grade", "bias", "bias Dhurat2013", "screen --status", "sensitivity addon-any-response", "claims",
        "explain addon-any-response -a secondary", "reviews --review Xu2024", "plot --list", "sof",
        "bias questions rob2", "datasets",
    ],
    80: [
        "list", "grade", "bias", "bias Dhurat2013", "screen --status", "pool addon-any-response -a secondary",
        "check --explain grim", "multiverse addon-prp-pull-test", "export prisma --show", "datasets bcg",
        "sensitivity addon-any-response",
    ],
}  # fmt: skip


@pytest.mark.usefixtures("read_copy")
@pytest.mark.parametrize(("width", "typed"), [(width, typed) for width, lines in WIDE.items() for typed in lines])
def test_what_is_printed_fits_and_breaks_no_name(line, review, monkeypatch, width, typed) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    run = line(*typed.split(), cwd=review)
    assert run.returncode == 0, run.stderr
    assert max(map(len, run.stdout.splitlines())) <= width
    names = {"grade": "addon-minoxidil-patient-men", "list": "addon-minoxidil-density-women-24w"}
    names |= {"sensitivity addon-any-response": "allocation-not-stated", "screen --status": "title-abstract"}
    assert names.get(typed, "") in run.stdout
    if typed != "export prisma --show":  # it counts "and so on"
        assert "…" not in run.stdout


COLOURS = [
    ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ({"TERM": "dumb", "FORCE_COLOR": "1"}, False),
    ({"FORCE_COLOR": "1", "TERM": "xterm-256color"}, True),
    ({"TERM": "xterm-256color"}, False),  # not a terminal
]


@pytest.mark.usefixtures("read_copy")
@pytest.mark.parametrize(("environ", "coloured"), COLOURS)
def test_colours_are_for_terminals_that_want_them(line, review, monkeypatch, environ, coloured) -> None:
    typed = "sensitivity addon-any-response"
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLORTERM", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    text = line(*typed.split(), cwd=review).stdout
    assert ("\x1b[3" in text or "\x1b[1;3" in text) is coloured
    if "FORCE_COLOR" not in environ:
        assert "\x1b" not in text
    data = line(*typed.split(), "--json", cwd=review).stdout
    assert "\x1b" not in data
    json.loads(data)


@pytest.mark.usefixtures("read_copy")
def test_one_thing_is_one_thing(line, review) -> None:
    """No plural of one."""
    assert line("sof", "addon-minoxidil-response", "-o", "one.md", cwd=review).stderr == "one.md: 1 row\n"
    assert line("sof", "addon-any-response", "addon-any-density", "-o", "two.md", cwd=review).stderr.endswith(" rows\n")
