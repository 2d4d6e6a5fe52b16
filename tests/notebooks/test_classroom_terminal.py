"""The terminal inside a cell prints the same on every machine."""

from __future__ import annotations

import threading

import notebook_checks
import pytest

notebook_checks.exercises("08")  # makes the classroom importable
from classroom import terminal  # noqa: E402

from evidence.starter import new_review  # noqa: E402


def test_it_prints_what_was_typed_and_what_a_narrow_terminal_shows(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("FORCE_COLOR", "1")
    terminal("evidence list --help")
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "$ evidence list --help"
    assert "Usage: evidence list [OPTIONS]" in shown[2]
    assert max(map(len, shown)) == 80
    assert not any("\x1b" in line or line != line.rstrip() for line in shown)


def test_a_folder_is_told_by_its_name_alone(tmp_path, capsys) -> None:
    (tmp_path / "reviews").mkdir()
    terminal("evidence new knee-pain", folder=tmp_path / "reviews")
    terminal("evidence check", folder=tmp_path / "reviews" / "knee-pain")
    shown = capsys.readouterr().out
    assert str(tmp_path) not in shown
    assert "reviews$ evidence new knee-pain\n" in shown
    assert "\nknee-pain: a protocol and " in shown
    assert "knee-pain$ evidence check\nno fault in " in shown


def test_it_works_where_no_thread_can_be_started(tmp_path, capsys, monkeypatch) -> None:
    project = new_review(tmp_path / "knee-pain", with_example=True).root
    monkeypatch.setattr(threading.Thread, "start", _cannot)
    terminal("evidence check", folder=project)
    assert "no fault in " in capsys.readouterr().out


def _cannot(_thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_a_failure_that_is_meant_is_shown_with_its_message(capsys) -> None:
    terminal("evidence cite no-such-question", fails=True)
    assert "\nerror: no synthesis is called 'no-such-question'" in capsys.readouterr().out


@pytest.mark.parametrize(("line", "fails"), [("evidence cite no-such-question", False), ("evidence --version", True)])
def test_a_command_that_does_not_end_as_it_is_meant_is_an_error(line, fails, capsys) -> None:
    with pytest.raises(RuntimeError, match="ended with exit code"):
        terminal(line, fails=fails)
    assert capsys.readouterr().out.startswith(f"$ {line}\n")


def test_another_program_is_refused() -> None:
    with pytest.raises(ValueError, match="Only 'evidence' runs here, not 'git'"):
        terminal("git log")
