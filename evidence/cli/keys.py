"""Keys from a terminal, one press at a time, or from whatever stands in for one."""

from __future__ import annotations

import sys

import typer

from ..errors import InputError

__all__ = ["is_terminal", "next_keys"]


def is_terminal() -> bool:
    """Whether somebody sits at the keyboard and sees the page."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def next_keys(fresh: bool) -> str:
    """Return the next key; where there is no terminal, the next character of the input; nothing at its end.

    Parameters
    ----------
    fresh : bool
        Whether something new is shown: keys that were pressed before it was seen are dropped.
    """
    if sys.stdin is None:  # it was closed
        return ""
    if not sys.stdin.isatty():
        try:
            return sys.stdin.read(1)
        except UnicodeDecodeError:
            raise InputError("the keys on standard input are not text in UTF-8") from None
    if fresh:
        _drop_pending()
    try:
        return str(typer.getchar())
    except EOFError:
        return ""


def _drop_pending() -> None:
    try:
        import termios
    except ImportError:  # no such thing on Windows, where typing ahead is rare
        return
    termios.tcflush(sys.stdin, termios.TCIFLUSH)
