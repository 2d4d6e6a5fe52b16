"""Secrets: held so that nothing shows them, and taken out of any text that is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Secret", "holds", "redact"]

_HIDDEN = "[hidden]"
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


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
    """Return a text without secrets: as they are, in any letter case, or as URLs, XML and HTML write them.

    Examples
    --------
    >>> redact("asked with email=ann%40example.org", [Secret("ann@example.org")])
    'asked with email=[hidden]'
    """
    for secret in secrets:
        if secret:
            text = re.sub(_any_form(secret), _HIDDEN, text, flags=re.IGNORECASE)
    return text


def holds(body: bytes, secret: Secret) -> bool:
    """Return whether a body holds a secret in any of the forms that `redact` knows.

    Examples
    --------
    >>> holds(b"<Query>api_key=0123456789ABCDEF</Query>", Secret("0123456789abcdef"))
    True
    """
    return bool(secret) and re.search(_any_form(secret).encode(), body, flags=re.IGNORECASE) is not None


def _any_form(secret: Secret) -> str:
    """Return a pattern of a secret, of which any sign may be written as it is, for a URL, or for XML."""
    return "".join(map(_sign, secret.reveal()))


def _sign(sign: str) -> str:
    """Return a pattern of one sign: letters and digits are never written in another way."""
    if sign.isascii() and sign.isalnum():
        return sign
    url = "".join(f"%(?:25)*{byte:02x}" for byte in sign.encode())
    forms = [re.escape(sign), url, f"&#0*{ord(sign)};", f"&#x0*{ord(sign):x};"]
    forms += [_NAMED[sign]] if sign in _NAMED else ["[ +]"] if sign in " +" else []  # a URL writes a blank as a plus
    return f"(?:{'|'.join(forms)})"
