"""The commands: bytes as the functions give them, messages apart from data, errors that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from evidence.cli.main import main
from evidence.export import escalc_csv, package_bytes, revman_csv

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.base import EvidenceBase


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(base: EvidenceBase, *words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["evidence", "export", *words, "--project", str(base.project.root)])
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        return int(stopped.value.code or 0), out, " ".join(err.split())

    return command


def test_data_goes_to_the_screen_or_into_a_file(run: Run, built: EvidenceBase, tmp_path: Path) -> None:
    expected = escalc_csv(built.synthesis("tuberculosis"))
    assert run(built, "escalc", "tuberculosis") == (0, expected.decode(), "")
    code, out, err = run(built, "escalc", "tuberculosis", "--out", str(tmp_path / "effects.csv"))
    assert (code, out) == (0, "")
    assert "written to" in err
    assert (tmp_path / "effects.csv").read_bytes() == expected


def test_revman_takes_what_is_shown_or_what_is_named(run: Run, built: EvidenceBase) -> None:
    shown = [answer.shown for answer in built.answers().values()]
    assert run(built, "revman")[1] == revman_csv(shown).decode()
    one = built.synthesis("tuberculosis", analysis="random-sequence")
    assert run(built, "revman", "tuberculosis", "--analysis", "random-sequence")[1] == revman_csv([one]).decode()


def test_what_is_left_out_is_said(run: Run, shipped: EvidenceBase) -> None:
    code, out, err = run(shipped, "revman", "addon-prp-pull-test", "harm-serious")
    assert code == 0
    assert "harm" not in out
    assert "1 synthesis is left out" in err
    code, out, err = run(shipped, "revman", "harm-serious")
    assert (code != 0, out) == (True, "")
    assert "no trial with two groups entered harm-serious" in err


@pytest.mark.parametrize(("what", "suffix"), [("package", ".zip"), ("workbook", ".xlsx")])
def test_a_wrong_name_is_refused_before_anything_is_made(
    run: Run, built: EvidenceBase, tmp_path: Path, what: str, suffix: str
) -> None:
    code, _, err = run(built, what, "--out", str(tmp_path / "base.csv"))
    assert code != 0
    assert f"must end in {suffix}" in err
    assert list(tmp_path.iterdir()) == []


def test_the_archive_is_that_of_the_function(run: Run, built: EvidenceBase, tmp_path: Path) -> None:
    code, _, _ = run(built, "package", "--out", str(tmp_path / "base.zip"))
    assert code == 0
    assert (tmp_path / "base.zip").read_bytes() == package_bytes(built)


def test_robvis_says_when_nobody_judged(run: Run, built: EvidenceBase) -> None:
    code, out, err = run(built, "robvis")
    assert (code != 0, out) == (True, "")
    assert "judgement" in err
