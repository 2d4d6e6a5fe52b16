"""Every error that `evidence` raises on purpose.

::

    EvidenceError
    ├── InputError (also ValueError)     what a function was given cannot be used
    │   ├── OptionError                  an option has a value that is not allowed
    │   ├── ColumnError                  a table lacks a column, or columns contradict each other
    │   └── RowError                     some rows cannot be used; ``problems`` lists each of them
    ├── TableError                       evidence tables are damaged; ``problems`` lists every fault of every table
    ├── ProtocolError                    the protocol is damaged; ``problems`` lists every fault
    ├── ProjectError                     no project, or no file, where one was expected
    ├── UnknownIdError                   no synthesis, study or outcome has this name
    ├── CheckError                       an integrity check stopped; the message names it
    ├── FetchError                       a database could not be asked, or its answer cannot be used
    │   ├── RequestError                 it refused the request itself; asking again would not help
    │   ├── UnavailableError             it did not answer in time, or not in whole, within the budget of the run
    │   └── AnswerError                  it answered with something else than was asked
    ├── RefreshError                     a refresh stopped before it changed anything; the message says what to do
    ├── NotPooledError                   a number was asked of a synthesis that was not pooled
    └── ConvergenceError                 an iteration did not reach its solution

Catch ``EvidenceError`` to catch them all. Messages say what is wrong, where, and what to do about it.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "AnswerError",
    "CheckError",
    "ColumnError",
    "ConvergenceError",
    "EvidenceError",
    "FetchError",
    "InputError",
    "NotPooledError",
    "OptionError",
    "Problem",
    "ProjectError",
    "ProtocolError",
    "RefreshError",
    "RequestError",
    "RowError",
    "TableError",
    "UnavailableError",
    "UnknownIdError",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault in a table: where it is, what stands there and what would be allowed.

    Attributes
    ----------
    message : str
        What is wrong, in a sentence without a full stop.
    table, column, study, value, allowed : str
        Where it is, what stands there, what is allowed; empty where it does not apply.
    row : str
        The row's key, or its line (``line 7``) where the key itself is damaged; for arrays its position.
    """

    message: str
    table: str = ""
    row: str = ""
    column: str = ""
    study: str = ""
    value: str = ""
    allowed: str = ""

    def __str__(self) -> str:
        """One line: place, fault, value, what is allowed."""
        place = " · ".join(
            part
            for part in (
                self.table,
                f"row {self.row}" if self.row else "",
                f"column {self.column}" if self.column else "",
                f"study {self.study}" if self.study else "",
            )
            if part
        )
        text = f"{place}: {self.message}" if place else self.message
        if self.value:
            text += f"; found {self.value!r}"
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        return text


class EvidenceError(Exception):
    """The root of all errors raised on purpose."""


class InputError(EvidenceError, ValueError):
    """What a function was given cannot be used."""


class OptionError(InputError):
    """An option has a value that is not allowed.

    Examples
    --------
    >>> print(OptionError("tau2", "REM", ("DL", "PM", "REML")))
    tau2='REM' is not an option; did you mean 'REML'? Allowed: 'DL', 'PM', 'REML'.
    """

    def __init__(self, argument: str, value: object, allowed: Iterable[str]) -> None:
        options = tuple(allowed)
        self.argument, self.value, self.allowed = argument, value, options
        near = _nearest(str(value), options)
        hint = f"; did you mean {near!r}?" if near else "."
        listed = ", ".join(repr(option) for option in options)
        super().__init__(f"{argument}={value!r} is not an option{hint} Allowed: {listed}.")


def _nearest(value: str, options: Sequence[str]) -> str | None:
    """Return the option that looks most like a value: but for letter case first."""
    by_lower: dict[str, str] = {}
    for option in options:
        by_lower.setdefault(option.lower(), option)
    if value.lower() in by_lower:
        return by_lower[value.lower()]
    near = difflib.get_close_matches(value, options, n=1)
    if near:
        return near[0]
    near = difflib.get_close_matches(value.lower(), by_lower, n=1)
    return by_lower[near[0]] if near else None


class ColumnError(InputError):
    """A table lacks a column that is needed, or its columns contradict each other."""


class _ProblemsError(EvidenceError):
    """An error that lists problems: the summary first, then one problem a line."""

    def __init__(self, summary: str, problems: Sequence[Problem] = ()) -> None:
        self.summary = summary
        self.problems = tuple(problems)
        super().__init__("\n".join([summary, *(f"  {problem}" for problem in self.problems)]))


class RowError(_ProblemsError, InputError):
    """Some rows cannot be used; ``problems`` lists each of them."""


class TableError(_ProblemsError):
    """Evidence tables are damaged; ``problems`` lists every fault of every table."""


class ProtocolError(_ProblemsError):
    """The protocol is damaged; ``problems`` lists every fault."""


class ProjectError(EvidenceError):
    """No project, or no file of it, where one was expected."""


class UnknownIdError(EvidenceError):
    """No synthesis, study or outcome has this name.

    Examples
    --------
    >>> print(UnknownIdError("synthesis", "addon-minoxidl", ["addon-minoxidil", "route"]))
    no synthesis is called 'addon-minoxidl'; did you mean 'addon-minoxidil'?
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        if near:
            hint = f"did you mean {' or '.join(repr(option) for option in near)}?"
        else:
            hint = f"known: {', '.join(known)}" if known else "there are none yet"
        super().__init__(f"no {kind} is called {name!r}; {hint}")


class CheckError(EvidenceError):
    """An integrity check stopped; the message names it. Nothing may be concluded from its silence."""


class FetchError(EvidenceError):
    """A database could not be asked, or its answer cannot be used. No message holds a key or an address."""


class RequestError(FetchError):
    """The database refused the request itself; asking again would not help."""


class UnavailableError(FetchError):
    """The database did not answer in time, or not in whole, within the budget of the run."""


class AnswerError(FetchError):
    """The database answered with something else than was asked."""


class RefreshError(EvidenceError):
    """A refresh stopped before it changed anything; the message says why, and what to do."""


class NotPooledError(EvidenceError):
    """A pooled number was asked of a synthesis that was not pooled; the message says why."""


class ConvergenceError(EvidenceError):
    """An iteration did not reach its solution within its bracket and budget."""
