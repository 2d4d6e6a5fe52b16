"""Secrets: held so that nothing shows them, and taken out of any text that is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Secret", "redact"]

_HIDDEN = "[hidden]"


class Secret:
    """A text that neither prints, formats nor pickles; `reveal` is the one way to it.

    It is false when empty. Copies are the secret itself. Pickling raises TypeError.

    Examples
    --------
    >>> key = Secret("0123456789abcdef")
    >>> print(key, repr(key), f"{key:>12}", bool(key), bool(Secret()))
    [hidden] Secret([hidden])     [hidden] True False
    >>> key.reveal()
    '0123456789abcdef'
    """

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text. Keep it out of variables that outlive a line."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __str__(self) -> str:
        return _HIDDEN if self._text else ""

    def __repr__(self) -> str:
        return f"Secret({self})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        message = "a secret is not pickled; read the settings again where they are needed"
        raise TypeError(message)


def redact(text: str, secrets: Iterable[Secret]) -> str:
    """Return a text without secrets: as they are, in any letter case, or as a URL writes them.

    Examples
    --------
    >>> redact("asked with email=ann%40example.org", [Secret("ann@example.org")])
    'asked with email=[hidden]'
    """
    for secret in secrets:
        if secret:
            plain = secret.reveal()
            forms = sorted({plain, quote(plain), quote(plain, safe=""), quote_plus(plain)}, key=len, reverse=True)
            text = re.sub("|".join(map(re.escape, forms)), _HIDDEN, text, flags=re.IGNORECASE)
    return text
