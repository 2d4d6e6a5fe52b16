"""How agreement with a reference is judged: one rule for every parity test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Comparison = tuple[str, Any, Any, float]


def numbers(values: Any) -> np.ndarray:
    """Return a flat array of floats; None, text that is no number and infinities count as NaN."""
    flat = np.ravel(np.array(values, dtype=object))
    found = np.array([np.nan if value is None else float(value) for value in flat], dtype=float)
    return np.where(np.isfinite(found), found, np.nan)


@pytest.fixture
def agree() -> Callable[[dict[str, Any], Iterable[Comparison]], None]:
    """Return the check: every number within the case's relative tolerance, and at least one number compared."""

    def check(case: dict[str, Any], comparisons: Iterable[Comparison]) -> None:
        compared = 0
        for name, ours, reference, atol in comparisons:
            expected = numbers(reference)
            np.testing.assert_allclose(
                numbers(ours), expected, rtol=case["rtol"], atol=atol, equal_nan=True, err_msg=f"{case['id']}: {name}"
            )
            compared += len(expected)
        assert compared > 0

    return check
