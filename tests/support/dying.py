"""A process that dies: the nth step that touches the disk does not happen, or a write only by half."""

from __future__ import annotations

import io
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["STEPS", "Died", "dies_at"]

STEPS = ("replace", "fsync", "open", "write", "unlink", "rmdir", "mkdir", "rename")
"""The functions of `os` that count as steps; opening through `io` counts too."""


class Died(BaseException):
    """The end of a process; no handler of the code under test catches it."""


@contextmanager
def dies_at(step: int, *, half: bool = False) -> Iterator[list[str]]:
    """Let the process die at a step, counted from 0; yields the list of steps, which grows.

    Parameters
    ----------
    step : int
        Which step no longer happens.
    half : bool
        If that step is a write, its first half still reaches the disk.
    """
    steps: list[str] = []

    def dying(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if len(steps) >= step:
                steps.append(name)
                if half and name == "write" and len(steps) == step + 1:
                    real(args[0], args[1][: len(args[1]) // 2])
                raise Died(f"at step {step}: {name}")
            steps.append(name)
            return real(*args, **kwargs)

        return call

    patches = [mock.patch.object(os, name, dying(name, getattr(os, name))) for name in STEPS]
    patches.append(mock.patch.object(io, "open", dying("open", io.open)))
    try:
        for patch in patches:
            patch.start()
        yield steps
    except Died:
        pass
    finally:
        for patch in reversed(patches):
            patch.stop()
