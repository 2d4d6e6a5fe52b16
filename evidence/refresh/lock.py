"""One refresh at a time: a lock that the system itself gives back when its holder dies."""

from __future__ import annotations

import json
import os
import platform
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..errors import RefreshError
from ..fetch.durable import make_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ..project import Project

__all__ = ["refresh_lock"]


@contextmanager
def refresh_lock(project: Project, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Iterator[None]:
    """Hold the project's refresh lock for the length of a ``with`` block.

    The lock is the kernel's, on ``data/raw/.refresh.lock``: it ends with the process, also if that is killed. Who
    holds it is written to ``data/raw/.refresh.holder``, for messages only; a lock file that is merely there locks
    nothing.

    Parameters
    ----------
    project : Project
        The project.
    now : callable
        The time of day in UTC.

    Raises
    ------
    RefreshError
        At once, if another process holds it (who, since when, what to do), or the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    holder = project.raw / ".refresh.holder"
    lock = FileLock(project.raw / ".refresh.lock", timeout=0)
    try:
        make_folder(project.raw)
        lock.acquire()
    except Timeout:
        raise RefreshError(
            f"another refresh of this project is running{_who(holder)}; wait until it ends, or stop it: the next one "
            "goes on from there"
        ) from None
    except (NotImplementedError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RefreshError(f"the refresh lock in {project.raw} cannot be taken: {reason}") from error
    try:
        begin = now().strftime("%Y-%m-%dT%H:%M:%SZ")
        with suppress(OSError):
            holder.write_text(json.dumps({"pid": os.getpid(), "host": platform.node(), "begin": begin}) + "\n")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _who(holder: Path) -> str:
    """Return what is known of the process that holds the lock."""
    try:
        facts: Any = json.loads(holder.read_bytes())
        return f": process {int(facts['pid'])} on {facts['host']}, since {facts['begin']}"
    except (KeyError, OSError, TypeError, ValueError):
        return ""
