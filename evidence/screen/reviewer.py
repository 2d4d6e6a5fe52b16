"""Who is reading: from an option, the environment or the user's configuration file."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["reviewer_name"]

_HINT = 'name yourself with --reviewer "A. Reader", or once for all in EVIDENCE_REVIEWER'


def reviewer_name(
    given: str | None, *, environ: Mapping[str, str] | None = None, config: Path | None = None, required: bool = True
) -> str:
    """Return the reviewer's name: option before ``EVIDENCE_REVIEWER`` before ``[screening] reviewer`` of the file.

    Parameters
    ----------
    given : str or None
        The option.
    environ : mapping, optional
        The environment; by default that of this process.
    config : Path, optional
        The configuration file; by default the one of ``EVIDENCE_CONFIG``, else that in the user's folder.
    required : bool
        Whether somebody must be named.

    Raises
    ------
    InputError
        If nobody is named and somebody must be, or the file cannot be read.

    Examples
    --------
    >>> reviewer_name(None, environ={"EVIDENCE_REVIEWER": " A.  Reader "})
    'A. Reader'
    """
    environ = os.environ if environ is None else environ
    for name in (given, environ.get("EVIDENCE_REVIEWER")):
        if name and name.strip():
            return " ".join(name.split())
    name = _configured(config or _config(environ))
    if not name and required:
        raise InputError(f"who is reading? {_HINT}")
    return name


def _config(environ: Mapping[str, str]) -> Path:
    from ..fetch.settings import default_config

    named = environ.get("EVIDENCE_CONFIG", "").strip()
    return Path(named) if named else default_config()


def _configured(path: Path) -> str:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        # what stands in the file is not repeated: it may hold a key
        raise InputError(f"the configuration file {path} cannot be read as TOML; mend it, or {_HINT}") from None
    table = data.get("screening", {})
    name = table.get("reviewer", "") if isinstance(table, dict) else ""
    if not isinstance(name, str):
        raise InputError(f"[screening] reviewer in {path} is not text; {_HINT}")
    return " ".join(name.split())
