"""How bad input is judged: one rule for what is refused, one for what is returned with a caution.

Every table in this folder has one row per fault: what is called, the class of the error, and what its message must say:
where the fault is (row, study, column or argument), the value that stands there, and what to do about it. Warnings are
errors in all tests, so a number that comes with a warning of another library fails as well.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from evidence.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBERS = ("estimate", "se", "statistic", "pvalue", "ci_low", "ci_high")


@pytest.fixture
def refused() -> Callable[..., None]:
    """Return the check: an error of this very class, saying all this, and not in the words of another library."""

    def check(call: Callable[[], Any], error: type[EvidenceError], *says: str) -> None:
        with pytest.raises(EvidenceError) as caught:
            call()
        assert caught.type is error
        message = str(caught.value)
        assert [text for text in says if text not in message] == [], message
        assert caught.value.__context__ is None or caught.value.__suppress_context__

    return check


@pytest.fixture
def cautioned() -> Callable[..., None]:
    """Return the check: a result whose numbers are numbers, that can be shown, and that says what to beware of."""

    def check(call: Callable[[], Any], *says: str) -> None:
        found = call()
        wrong = [name for name in NUMBERS if hasattr(type(found), name) and not math.isfinite(getattr(found, name))]
        assert wrong == []
        spoken = " ".join(found.cautions)
        assert [text for text in says if text not in spoken] == [], spoken
        assert found.summary()
        assert repr(found)

    return check
