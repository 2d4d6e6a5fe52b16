"""All checks by their ids, gathered from the modules that hold them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING

from ...errors import EvidenceError, UnknownIdError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .finding import Check

__all__ = ["all_checks", "checks_named"]


@cache
def all_checks() -> Mapping[str, Check]:
    """Return every check by its id, in alphabetical order.

    A module of this package takes part as soon as it has a tuple called ``CHECKS``.

    Raises
    ------
    EvidenceError
        If two checks have the same id.

    Examples
    --------
    >>> all_checks()["arms-sum"].group
    'within-trial'
    """
    package = __name__.rpartition(".")[0]
    found: dict[str, Check] = {}
    for module in iter_modules(import_module(package).__path__):
        for check in getattr(import_module(f"{package}.{module.name}"), "CHECKS", ()):
            if check.id in found:
                raise EvidenceError(f"two integrity checks are called {check.id!r}; give one of them another id")
            found[check.id] = check
    return MappingProxyType(dict(sorted(found.items())))


def checks_named(only: Iterable[str] | None = None) -> tuple[Check, ...]:
    """Return the checks named, or all of them.

    Raises
    ------
    UnknownIdError
        With the nearest names.
    """
    checks = all_checks()
    names = list(checks) if only is None else list(dict.fromkeys([only] if isinstance(only, str) else only))
    for name in names:
        if name not in checks:
            raise UnknownIdError("check", name, checks)
    return tuple(checks[name] for name in names)
