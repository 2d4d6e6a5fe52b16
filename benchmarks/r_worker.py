"""One R process that answers requests, so that metafor can take its turn in each round."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Metafor", "start_metafor"]

SCRIPT = Path(__file__).with_name("metafor_speed.R")


class Metafor:
    """A running R process with metafor and the data."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.versions: dict[str, str] = self.ask("info")

    def ask(self, request: str) -> dict[str, Any]:
        """Send one request and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("R has stopped")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def has(self, job: str) -> bool:
        """Whether R's side can do a job."""
        return "missing" not in self.ask(f"has {job}")

    def numbers(self, job: str) -> dict[str, Any]:
        """Return the numbers that must agree."""
        found = self.ask(f"check {job}")
        if "error" in found:
            raise RuntimeError(found["error"])
        return found

    def run(self, job: str) -> Callable[[int], tuple[float, float]]:
        """Return a function that makes n calls and returns the median and the least of their seconds in R."""

        def seconds(n: int) -> tuple[float, float]:
            found = self.ask(f"time {job} {n}")
            if "error" in found:
                raise RuntimeError(found["error"])
            median, fastest = found["seconds"]
            return float(median), float(fastest)

        return seconds

    def peak(self, job: str) -> float:
        """Return the bytes that one call holds at most."""
        return float(self.ask(f"memory {job}")["bytes"][0])

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)


def start_metafor(folder: Path) -> Metafor | None:
    """Start R on the data in a folder; None where R or metafor is not installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    process = subprocess.Popen(
        [rscript, "--vanilla", str(SCRIPT), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        return Metafor(process)
    except (RuntimeError, BrokenPipeError):
        process.wait(timeout=60)
        return None
