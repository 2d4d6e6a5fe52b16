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

_MOST_LISTED = 8  # names in a message; a reader of more finds nothing in it


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
                (self.row if self.row.startswith("line ") else f"row {self.row}") if self.row else "",
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
    """The root of all errors raised on purpose; catch it to catch them all.

    Anything else that comes out of this package is a fault of the package.
    """


class InputError(EvidenceError, ValueError):
    """What a function was given cannot be used.

    The message names the argument, what it was and what is needed. It is a ``ValueError`` as well.
    """


class OptionError(InputError):
    """An option has a value that is not allowed.

    Take one of those that the message lists; ``argument``, ``value`` and ``allowed`` hold them.

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
    """A table lacks a column that is needed, or its columns contradict each other.

    Name the column that holds it by keyword, as in ``effect_sizes(table, "SMD", mean1="m_trt")``, or leave out the one
    that says the same thing twice.
    """


class _ProblemsError(EvidenceError):
    """An error that lists problems: the summary first, then one problem a line."""

    def __init__(self, summary: str, problems: Sequence[Problem] = ()) -> None:
        self.summary = summary
        self.problems = tuple(problems)
        super().__init__("\n".join([summary, *(f"  {problem}" for problem in self.problems)]))


class RowError(_ProblemsError, InputError):
    """Some rows cannot be used; ``problems`` lists each of them.

    Mend the rows that it names, or leave them out yourself: nothing is dropped without being asked.
    """


class TableError(_ProblemsError):
    """Evidence tables are damaged; ``problems`` lists every fault of every table.

    Mend the cells that it names; ``evidence check`` shows the same list. Nothing was computed or written.
    """


class ProtocolError(_ProblemsError):
    """The protocol is damaged; ``problems`` lists every fault.

    Mend the keys that it names; each fault says what would be allowed. Nothing was computed or written.
    """


class ProjectError(EvidenceError):
    """No project, or no file of it, where one was expected.

    Go into the project's folder, name it with ``--project`` or as the argument of ``load``, or begin one with
    ``evidence new``.
    """


class UnknownIdError(EvidenceError):
    """No synthesis, study or outcome has this name.

    The message names those that look most like it; ``evidence list`` names every synthesis and analysis.

    Examples
    --------
    >>> print(UnknownIdError("synthesis", "addon-minoxidl", ["addon-minoxidil", "route"]))
    no synthesis is called 'addon-minoxidl'; did you mean 'addon-minoxidil'?
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        self.kind, self.name, self.known = kind, name, tuple(known)
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        more = f" and {len(known) - _MOST_LISTED} more" if len(known) > _MOST_LISTED else ""
        if near:
            hint = f"did you mean {' or '.join(repr(option) for option in near)}?"
        else:
            hint = f"known: {', '.join(known[:_MOST_LISTED])}{more}" if known else "there are none yet"
        super().__init__(f"no {kind} is called {name!r}; {hint}")


class CheckError(EvidenceError):
    """An integrity check stopped; the message names it.

    Nothing may be concluded from its silence. A check that stops is a fault of the package, to be reported with the
    table.
    """


class FetchError(EvidenceError):
    """A database could not be asked, or its answer cannot be used.

    The tables are as before, and the next refresh goes on from what was fetched. No message holds a key or an address.
    """


class RequestError(FetchError):
    """The database refused the request itself; asking again would not help.

    Look at the query, the address and the key that the message speaks of.
    """


class UnavailableError(FetchError):
    """The database did not answer in time, or not in whole, within the budget of the run.

    Try again later.
    """


class AnswerError(FetchError):
    """The database answered with something else than was asked.

    Try again once; if it comes back, the answer's format has changed, and the stored answer shows how.
    """


class RefreshError(EvidenceError):
    """A refresh stopped before it changed anything.

    The message says why, and what to do.
    """


class NotPooledError(EvidenceError):
    """A pooled number was asked of a synthesis that was not pooled.

    The message says why. Ask ``result.pooled`` first, or read ``result.reason``, which is an answer too.
    """


class ConvergenceError(EvidenceError):
    """An iteration did not reach its solution within its bracket and budget.

    There is no result, rather than an unsure one. Try another estimator: ``tau2="DL"`` needs no iteration.
    """
