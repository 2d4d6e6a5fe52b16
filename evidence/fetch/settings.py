"""How PubMed is asked: who asks, where, how often, how long. From options, environment and a configuration file."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..errors import InputError
from .address import NCBI, check_base_url, is_loopback
from .config import NUMBERS, TEXTS, read_table
from .redact import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Settings", "default_config", "read_settings"]

_EMAIL = re.compile(r"[^\s@<>,;\"\x00-\x1f]+@[^\s@<>,;\"\x00-\x1f]+", re.ASCII)
_KEY = re.compile(r"[!-~]{8,200}", re.ASCII)
_VARIABLES = {"email": "NCBI_EMAIL", "api_key": "NCBI_API_KEY", "base_url": "EVIDENCE_EUTILS_URL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a client needs to know. Secrets do not show.

    Attributes
    ----------
    email : Secret
        NCBI writes to it before it blocks; may be empty.
    api_key : Secret
        Raises the limit from 3 to 10 requests a second; may be empty.
    base_url : str
        Where the utilities are; ``esearch.fcgi`` and the others are appended.
    tool : str
        The name under which NCBI knows this software.
    rate : float, optional
        Requests a second; by default what NCBI allows: 3 without a key, 10 with one.
    timeout_seconds : float
        For one step of a connection: connecting, sending, or waiting for the next bytes.
    deadline_seconds : float
        For one whole answer, however steadily it drips.
    budget_seconds : float
        What failed requests and the waits after them may cost a run in all.
    backoff_seconds : float
        Upper end of the wait after the first failure; it doubles with each further one.
    tries : int
        How often one request is sent at most.
    max_bytes : int
        The longest answer that is read.
    notes : tuple of str
        What the user should be told: a missing email, a configuration file that others can read.
    """

    email: Secret = field(default_factory=Secret)
    api_key: Secret = field(default_factory=Secret)
    base_url: str = field(default=NCBI, repr=False)
    tool: str = "evidence"
    rate: float | None = None
    timeout_seconds: float = 60.0
    deadline_seconds: float = 300.0
    budget_seconds: float = 900.0
    backoff_seconds: float = 1.0
    tries: int = 6
    max_bytes: int = 64 * 1024 * 1024
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_base_url(self.base_url, "base_url")
        for name in NUMBERS:
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                message = f"{name} is {value!r}; it must be a number above 0"
                raise InputError(message)

    @property
    def per_second(self) -> float:
        """Requests a second.

        Examples
        --------
        >>> Settings().per_second, Settings(api_key=Secret("0123456789abcdef")).per_second
        (3.0, 10.0)
        """
        return self.rate if self.rate is not None else 10.0 if self.api_key else 3.0


def default_config() -> Path:
    """Return where the user's configuration file is looked for."""
    from platformdirs import user_config_dir

    return Path(user_config_dir("evidence")) / "config.toml"


def read_settings(
    email: str | None = None,
    api_key: str | None = None,
    environ: Mapping[str, str] | None = None,
    config: Path | str | None = None,
) -> Settings:
    """Return the settings: options before environment before configuration file before defaults.

    Parameters
    ----------
    email, api_key : str, optional
        Options. Without them ``NCBI_EMAIL`` and ``NCBI_API_KEY`` of the environment, then the file.
    environ : mapping, optional
        The environment; by default that of this process. ``EVIDENCE_EUTILS_URL`` names another base address,
        ``EVIDENCE_CONFIG`` another configuration file.
    config : Path or str, optional
        The configuration file; by default the one in the user's configuration folder, if it is there. Its table
        ``[ncbi]`` may hold ``email``, ``api_key``, ``base_url``, ``rate``, ``tries``, ``max_bytes`` and the
        ``…_seconds`` of `Settings`.

    Raises
    ------
    InputError
        If a value cannot be used; the message says which and where it came from, never the value of a secret.

    Examples
    --------
    >>> settings = read_settings(email="ann@example.org", environ={}, config="/dev/null")
    >>> settings.email, settings.per_second
    (Secret([hidden]), 3.0)
    """
    environ = os.environ if environ is None else environ
    path = config or environ.get("EVIDENCE_CONFIG", "").strip() or None
    file = Path(path) if path else default_config()
    table = read_table(file, required=path is not None)
    given = {"email": Secret(email or ""), "api_key": Secret(api_key or ""), "base_url": Secret()}
    found = {name: _first(name, given[name], environ, table, file) for name in TEXTS}
    _check_secrets(found)
    url, origin = found["base_url"]
    return Settings(
        email=found["email"][0],
        api_key=found["api_key"][0],
        base_url=check_base_url(url.reveal(), origin) if url else NCBI,
        notes=(*_notes(file, table, wants_email=not found["email"][0] and not _stays_here(url)), *_haste(table, found)),
        **{name: table[name] for name in NUMBERS if name in table},
    )


def _first(
    name: str, option: Secret, environ: Mapping[str, str], table: Mapping[str, Any], file: Path
) -> tuple[Secret, str]:
    """Return the first value of an entry that is not blank, and where it comes from."""
    variable = _VARIABLES[name]
    sources = (
        (option, f"the option --{name.replace('_', '-')}"),
        (Secret(environ.get(variable, "")), f"the environment variable {variable}"),
        (table.get(name, Secret()), f"[ncbi] {name} in {file}"),
    )
    return next(
        ((Secret(text.reveal().strip()), origin) for text, origin in sources if text.reveal().strip()), (Secret(), "")
    )


def _check_secrets(found: Mapping[str, tuple[Secret, str]]) -> None:
    """Raise if the email is no address or the key no key, without showing either."""
    email, origin = found["email"]
    if email and not (_EMAIL.fullmatch(email.reveal()) and len(email.reveal()) <= 254):
        message = f"the email address from {origin} is none: it needs one @ between two names, and no blanks"
        raise InputError(message)
    key, origin = found["api_key"]
    if key and not _KEY.fullmatch(key.reveal()):
        message = (
            f"the API key from {origin} cannot be one: it needs 8 or more letters and digits without blanks "
            "(NCBI's have 36); copy it again from the settings of your NCBI account"
        )
        raise InputError(message)


def _notes(file: Path, table: Mapping[str, Any], *, wants_email: bool) -> tuple[str, ...]:
    """Return what the user should be told about the settings."""
    notes = []
    if table.get("api_key") and os.name == "posix" and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        notes.append(f"{file} holds your API key and others can read it; close it with: chmod 600 {file}")
    if wants_email:
        notes.append(
            "No email address is set. NCBI wants one with each request, to write to you before it blocks you; "
            f"set NCBI_EMAIL, or email under [ncbi] in {file}."
        )
    return tuple(notes)


def _stays_here(url: Secret) -> bool:
    """Return whether an address is on this machine, where nobody needs to know who asks."""
    return is_loopback(urlsplit(url.reveal()).hostname or "")


def _haste(table: Mapping[str, Any], found: Mapping[str, tuple[Secret, str]]) -> tuple[str, ...]:
    """Return a warning if NCBI would be asked more often than it allows everybody."""
    allowed = Settings(api_key=found["api_key"][0]).per_second
    if found["base_url"][0] or table.get("rate", 0) <= allowed:
        return ()
    return (f"rate = {table['rate']:g} is more than the {allowed:g} requests a second that NCBI allows you.",)
