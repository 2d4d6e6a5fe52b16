"""A progress bar for long work, shown to people and never to files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..vocabulary import check_flag

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["parts"]


def parts(total: int, size: int, *, name: str, progress: bool | None, long: bool) -> Iterator[slice]:
    """Yield slices that cover `total` rows in order, at most `size` at a time.

    Parameters
    ----------
    total, size : int
        Rows, and rows at a time.
    name : str
        What is being done.
    progress : bool or None
        Whether to show a bar on stderr. None shows one where stderr is a terminal and the work is long.
    long : bool
        Whether the work may take more than a moment.

    Examples
    --------
    >>> [(part.start, part.stop) for part in parts(5, 2, name="", progress=False, long=False)]
    [(0, 2), (2, 4), (4, 5)]
    """
    if progress is not None:
        check_flag("progress", progress)
    slices = (slice(start, min(start + size, total)) for start in range(0, total, size))
    if not (progress if progress is not None else long and sys.stderr.isatty()):
        yield from slices
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=total)
        for part in slices:
            yield part
            bar.advance(task, part.stop - part.start)
