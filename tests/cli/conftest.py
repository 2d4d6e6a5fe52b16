"""What the tests of the command line share: a line typed in this process, and a review that is read once."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def _once() -> dict[Any, Any]:
    return {}


@pytest.fixture(scope="session")
def _commands() -> dict[str, Any]:
    return {}


@pytest.fixture
def read_once(monkeypatch, _once) -> None:
    """Let this repository's base be read, and answered, once for all lines of the session; others as ever."""
    import evidence.base as home

    load, answer_all = home.load, home.answer_all

    def cached_load(path: Path | str | None = None) -> Any:
        try:
            root = home.find_project(path).root
        except home.ProjectError:
            if path is not None:
                raise
            root = home.shipped_project().root
        if root != ROOT:
            return load(path)
        if "base" not in _once:
            _once["base"] = load(ROOT)
        return _once["base"]

    def cached_answers(tables: Any, protocol: Any, **options: Any) -> Any:
        base = _once.get("base")
        if base is None or tables is not base.tables:
            return answer_all(tables, protocol, **options)
        if "answers" not in _once and options.get("names") is None:
            _once["answers"] = answer_all(tables, protocol, index=base.index)
        if "answers" in _once:
            names = options.get("names") or list(protocol.syntheses)
            if all(name in _once["answers"] for name in names):
                return {name: _once["answers"][name] for name in names}
        return answer_all(tables, protocol, **options)

    monkeypatch.setattr(home, "load", cached_load)
    monkeypatch.setattr(home, "answer_all", cached_answers)


@pytest.fixture
def line(monkeypatch, capfd, tmp_path, _commands) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs a line in this process, in a folder: exit code, and what it printed where."""
    import typer.main

    from evidence.cli.main import app, main

    if "evidence" not in _commands:
        _commands["evidence"] = typer.main.get_command(app)
    built = _commands["evidence"]
    monkeypatch.setattr(typer.main, "get_command", lambda _: built)  # built once, which is most of a short line

    def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(cwd or tmp_path)
        monkeypatch.setattr(sys, "argv", ["evidence", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        said = capfd.readouterr()
        assert isinstance(code, int)
        return subprocess.CompletedProcess(arguments, code, said.out, said.err)

    return run
