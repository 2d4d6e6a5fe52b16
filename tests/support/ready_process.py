"""Processes that begin at once: one process loads the program, and forks itself for every command that is started.

What is started is a process of its own, with its own arguments, environment and folder; it can be killed, and it ends
as any other does. Only the second that Python needs to load everything is spent once and not each time.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["ReadyProgram", "Started", "ready_program"]

_LOADED = ("Bio.Entrez", "filelock", "pandas", "pandera.pandas", "platformdirs", "rich.progress")
_OWN = ("evidence.cli.main", "evidence.fetch.client", "evidence.refresh.run", "evidence.cli.refresh_progress")


class Started:
    """A process that was forked; told what became of it by the one that forked it."""

    def __init__(self, program: ReadyProgram, pid: int) -> None:
        self._program, self.pid = program, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how the process ended, or None if it has not."""
        if self.returncode is None:
            self.returncode = self._program.ask({"poll": self.pid})
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Wait until the process has ended, and return how."""
        end = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                self.send_signal(signal.SIGKILL)
                raise TimeoutError
            time.sleep(0.002)
        return code

    def send_signal(self, kind: int) -> None:
        """Send a signal, if the process has not been seen to end."""
        if self.returncode is None:
            os.kill(self.pid, kind)


class ReadyProgram:
    """The process that has everything loaded."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, arguments: Sequence[str], *, environ: Mapping[str, str], folder: Path, errors: Path) -> Started:
        """Begin ``evidence`` with some arguments in a folder; what it says to standard error goes to a file."""
        task = {"arguments": list(arguments), "environ": dict(environ), "folder": str(folder), "errors": str(errors)}
        return Started(self, self.ask(task))

    def ask(self, task: Mapping[str, Any]) -> Any:
        """Send a task, and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def ready_program() -> Iterator[ReadyProgram]:
    """Load the program once for the length of a ``with`` block."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # a process with threads should not be forked
    command = [sys.executable, __file__]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield ReadyProgram(process)
        assert process.stdin is not None
        process.stdin.close()


def _serve() -> dict[str, Any] | None:
    """Fork for every task; returns the task in the process that has to do it, and None when there are no more."""
    for line in sys.stdin:
        task = json.loads(line)
        if "poll" in task:
            pid, status = os.waitpid(task["poll"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        else:
            answer = os.fork()
            if answer == 0:
                return dict(task)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
    return None


def _become(task: Mapping[str, Any]) -> None:
    """Let go of what belongs to the process that forked, and take on what the task says."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    errors = os.open(task["errors"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for number, target in enumerate((nowhere, nowhere, errors)):
        os.dup2(target, number)
    os.environ.clear()
    os.environ.update(task["environ"])
    os.chdir(task["folder"])
    sys.argv = ["evidence", *task["arguments"]]


if __name__ == "__main__":
    import importlib

    for name in (*_LOADED, *_OWN):
        importlib.import_module(name)
    found = _serve()
    if found is not None:
        _become(found)
        importlib.import_module("evidence.cli.main").main()
