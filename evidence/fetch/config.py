"""The user's configuration file: its table ``[ncbi]``, read without ever quoting it."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .redact import Secret

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NUMBERS", "TEXTS", "read_table"]

TEXTS = ("email", "api_key", "base_url")
NUMBERS = ("rate", "timeout_seconds", "deadline_seconds", "budget_seconds", "backoff_seconds", "tries", "max_bytes")
_WHOLE = ("tries", "max_bytes")
_ABSENT = "is not there; the option or EVIDENCE_CONFIG names it"


def read_table(file: Path, *, required: bool) -> dict[str, Any]:
    """Return the table ``[ncbi]`` of a configuration file, checked by name and type.

    Parameters
    ----------
    file : Path
        The file.
    required : bool
        Whether it must be there.

    Returns
    -------
    dict
        Its entries; texts as `Secret`.

    Raises
    ------
    InputError
        If the file or an entry cannot be used; the message says where, not what stands there.
    """
    table, fault = _load(file)
    if fault == _ABSENT and not required:
        return {}
    if fault:
        message = f"the configuration file {file} {fault}"
        raise InputError(message)
    allowed = (*TEXTS, *NUMBERS)
    for name, value in table.items():
        if name not in allowed:
            message = f"[ncbi] {name} in {file} is not an entry; allowed: {', '.join(allowed)}"
            raise InputError(message)
        if name in TEXTS and not isinstance(value, Secret):
            message = f"[ncbi] {name} in {file} must be a text in quotes"
            raise InputError(message)
        if name in NUMBERS and not _is_positive(value, whole=name in _WHOLE):
            message = f"[ncbi] {name} in {file} must be a {'whole ' if name in _WHOLE else ''}number above 0"
            raise InputError(message)
    return {name: int(value) if name in _WHOLE else value for name, value in table.items()}


def _load(file: Path) -> tuple[dict[str, Any], str]:
    """Return the table with its texts as secrets, and what is wrong with the file, never quoting it."""
    try:
        tables = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return {}, _ABSENT
    except OSError as error:
        return {}, f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        return {}, "is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        # The parser's own words may quote the file, and with it the key: only the place is passed on.
        place = re.search(r"at line \d+, column \d+|at end of document", str(error))
        return {}, f"is not TOML {place[0] if place else ''}".rstrip()
    # Tables of other names belong to others; but what was meant for this one must not be passed over in silence.
    if any(name in (*TEXTS, *NUMBERS) or name.casefold() == "ncbi" != name for name in tables):
        return {}, "has entries for NCBI outside the table [ncbi]: they go below a line [ncbi], in small letters"
    table = tables.get("ncbi", {})
    if not isinstance(table, dict):
        return {}, "needs ncbi as a table: a line [ncbi] with entries below it"
    return {name: Secret(value) if isinstance(value, str) else value for name, value in table.items()}, ""


def _is_positive(value: object, *, whole: bool) -> bool:
    """Whether a value of the file is a finite number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 < value < float("inf") and (not whole or value == int(value))
