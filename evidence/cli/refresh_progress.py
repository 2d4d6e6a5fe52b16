"""How far a refresh is, on standard error: bars on a terminal, else a line now and then."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from .shared import error_console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console
    from rich.progress import Progress, TaskID

__all__ = ["SECONDS_BETWEEN_LINES", "Watcher", "watched"]

SECONDS_BETWEEN_LINES = 2.0


class Watcher(Protocol):
    """Whom a refresh tells how far it is, and why it waits."""

    def tell(self, what: str, done: int, total: int) -> None:
        """Take what is done, how much of it, and of how much."""

    def wait(self, reason: str, seconds: float) -> None:
        """Take why nothing is asked for a while."""


@dataclass(slots=True)
class _Lines:
    """Plain lines, for files and pipes."""

    console: Console
    clock: Callable[[], float]
    begun: dict[str, tuple[float, int]] = field(default_factory=dict)
    told: float = float("-inf")

    def tell(self, what: str, done: int, total: int) -> None:
        if not total:
            return
        now = self.clock()
        begin, first = self.begun.setdefault(what, (now, done))
        ended = done >= total
        if not ended and now - self.told < SECONDS_BETWEEN_LINES:
            return
        self.told = now
        rate = (done - first) / (now - begin) if now > begin else 0.0
        left = f", about {(total - done) / rate:.0f} s left" if rate > 0 and not ended else ""
        self.console.print(f"{what}: {done} of {total}{left}", markup=False, soft_wrap=True)

    def wait(self, reason: str, seconds: float) -> None:
        self.console.print(f"waiting {seconds:.0f} s: {reason}", markup=False, soft_wrap=True)


@dataclass(slots=True)
class _Bars:
    """One bar for each thing that is counted, with rate and time left."""

    bars: Progress
    tasks: dict[str, TaskID] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)

    def tell(self, what: str, done: int, total: int) -> None:
        if not total:
            return
        if what not in self.tasks:
            self.tasks[what] = self.bars.add_task(what, total=total, rate="")
            self.first[what] = done
        task = self.tasks[what]
        elapsed = self.bars.tasks[self.bars.task_ids.index(task)].elapsed or 0.0
        rate = f"{(done - self.first[what]) / elapsed:.0f}/s" if elapsed >= 1 and done > self.first[what] else ""
        self.bars.update(task, completed=done, total=total, rate=rate)

    def wait(self, reason: str, seconds: float) -> None:
        self.bars.console.print(f"waiting {seconds:.0f} s: {reason}", markup=False, soft_wrap=True)


@contextmanager
def watched(console: Console | None = None, clock: Callable[[], float] = time.monotonic) -> Iterator[Watcher]:
    """Yield a watcher that shows what it is told for the length of a ``with`` block.

    Parameters
    ----------
    console : Console, optional
        Where; standard error by default.
    clock : callable
        Seconds that only ever grow, for lines.
    """
    err = console or error_console()
    if not err.is_terminal:
        yield _Lines(err, clock)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bars:
        yield _Bars(bars)
