"""Derivations from reported numbers against R, number by number.

Each case names a function of `evidence.reported`, its arguments and the numbers that R has for the fields of the
result: from the raw data behind the arguments, or as a help page prints them. Printed numbers are compared within
half a unit of their last digit.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from evidence import reported

if TYPE_CHECKING:
    from collections.abc import Iterator

with (Path(__file__).parent / "reported.json").open(encoding="utf-8") as file:
    CASES = json.load(file)["cases"]


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    result = getattr(reported, case["function"])(**case["arguments"])
    for name, reference in case["expected"].items():
        yield name, result[name], reference, case.get("atol", 0.0)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case, agree):
    agree(case, compare(case))


def test_the_grid_has_not_shrunk():
    assert len(CASES) == 81
    assert len({case["id"] for case in CASES}) == 81
    assert {case["group"] for case in CASES} == {
        "effects",
        "five-numbers",
        "groups",
        "spread",
        "statistics",
        "survival",
        "tables",
        "wald",
    }


SEVERAL_ROWS = [
    case
    for case in CASES
    if case["group"] != "groups" and any(isinstance(value, list) for value in case["arguments"].values())
]


@pytest.mark.parametrize("case", SEVERAL_ROWS, ids=[case["id"] for case in SEVERAL_ROWS])
def test_one_row_at_a_time_gives_the_same(case):
    arguments = case["arguments"]
    function = getattr(reported, case["function"])
    together = function(**arguments)
    for row in range(together.k):
        single = function(
            **{name: value[row] if isinstance(value, list) else value for name, value in arguments.items()}
        )
        for name in case["expected"]:
            np.testing.assert_allclose(single[name], together[name][row], rtol=1e-12, err_msg=name)
