"""One refresh at a time; the lock dies with its holder."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from evidence.errors import RefreshError
from evidence.project import Project
from evidence.refresh.lock import refresh_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOLDER = """
import sys
from pathlib import Path
from evidence.project import Project
from evidence.refresh.lock import refresh_lock

with refresh_lock(Project(root=Path(sys.argv[1]))):
    sys.stdout.write("held")
    sys.stdout.flush()
    sys.stdin.read()
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(root=tmp_path)


@contextmanager
def holder(project: Project) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _HOLDER, str(project.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.read(4) == "held"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_one_is_refused_at_once_and_told_who(project: Project) -> None:
    with holder(project) as process:
        begin = time.monotonic()
        for _ in range(2):  # a refusal leaves the holder's name as it is
            with pytest.raises(RefreshError) as caught, refresh_lock(project):
                pass
            message = str(caught.value)
            assert f"process {process.pid} on {platform.node()}, since 2" in message
            assert "wait until it ends" in message
        assert time.monotonic() - begin < 2
        assert process.poll() is None


def test_a_killed_holder_holds_nothing(project: Project) -> None:
    with holder(project) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert (project.raw / ".refresh.holder").exists()
        with refresh_lock(project):
            assert json.loads((project.raw / ".refresh.holder").read_text())["pid"] == os.getpid()


def test_an_interrupted_holder_holds_nothing(project: Project) -> None:
    with holder(project) as process:
        process.send_signal(signal.SIGINT)
        process.wait(10)
        with refresh_lock(project):
            pass


def test_it_is_given_back_after_an_error(project: Project) -> None:
    with pytest.raises(KeyboardInterrupt), refresh_lock(project):
        raise KeyboardInterrupt
    with refresh_lock(project):
        pass
    assert not (project.raw / ".refresh.holder").exists()


def test_within_one_process_too(project: Project) -> None:
    with refresh_lock(project, now=lambda: datetime(2026, 11, 22, 10, 15, tzinfo=UTC)):
        with (
            pytest.raises(RefreshError, match=f"process {os.getpid()} on .*, since 2026-11-22T10:15:00Z"),
            refresh_lock(project),
        ):
            pass
        caught: list[Exception] = []

        def another() -> None:
            try:
                with refresh_lock(project):
                    pass
            except RefreshError as error:
                caught.append(error)

        thread = threading.Thread(target=another)
        thread.start()
        thread.join()
        assert len(caught) == 1


def test_other_projects_are_free(tmp_path: Path) -> None:
    one, two = (Project(root=tmp_path / name) for name in ("one", "two"))
    with refresh_lock(one), refresh_lock(two):
        assert (two.raw / ".refresh.lock").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": "x"}', b"\xff"])
def test_a_holder_that_cannot_be_read_is_still_refused(project: Project, content: bytes) -> None:
    with refresh_lock(project):
        (project.raw / ".refresh.holder").write_bytes(content)
        with (
            pytest.raises(RefreshError, match="another refresh of this project is running; wait"),
            refresh_lock(project),
        ):
            pass


def test_files_that_are_merely_there_lock_nothing(project: Project) -> None:
    project.raw.mkdir(parents=True)
    (project.raw / ".refresh.lock").write_text("left by a crash")
    (project.raw / ".refresh.holder").write_text('{"pid": 1, "host": "gone", "begin": "2020-01-01T00:00:00Z"}')
    with refresh_lock(project):
        pass


def test_a_folder_that_cannot_be_made(project: Project) -> None:
    (project.root / "data").write_text("a file")
    with pytest.raises(RefreshError, match="cannot be taken"), refresh_lock(project):
        pass
