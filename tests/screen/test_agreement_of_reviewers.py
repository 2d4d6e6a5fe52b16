"""Agreement of two reviewers against numbers of R and of a textbook."""

from __future__ import annotations

import pytest
from screening_desk import said

from evidence.errors import InputError
from evidence.screen.agreement import agreement, cohen_kappa
from evidence.screen.ledger import current
from evidence.screen.standing import CONSENSUS, FULL_TEXT

B = "B. Reader"
# Agresti, Categorical Data Analysis, 2nd edition, section 10.5: seven pathologists' data, two of them. There kappa is
# 0.493 with a standard error of 0.057; vcd 1.4-11 of R gives the further digits, and those of the second table.
PATHOLOGISTS = ((22, 2, 2, 0), (5, 7, 14, 0), (0, 2, 36, 0), (0, 1, 17, 10))
SCREENING = ((60, 4, 3), (6, 120, 5), (2, 7, 15))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (PATHOLOGISTS, (0.493005595524, 0.381791064354, 0.604220126693)),
        (SCREENING, (0.7781232648529, 0.701523222009, 0.854723307696)),
    ],
)
def test_kappa_is_that_of_r(counts, expected) -> None:
    assert cohen_kappa(counts) == pytest.approx(expected, abs=1e-11)


def test_kappa_by_hand() -> None:
    """45 of 50 alike: observed 0.9; margins 0.5 and 0.5: chance 0.5; kappa (0.9 - 0.5) / 0.5."""
    kappa, low, high = cohen_kappa([[45, 5], [5, 45]])
    assert kappa == pytest.approx(0.8)
    # for equal margins the variance is p(1 - p) / (n (1 - chance)^2)
    half = 1.959963984540054 * (0.9 * 0.1 / (100 * 0.25)) ** 0.5
    assert (low, high) == (pytest.approx(0.8 - half), pytest.approx(0.8 + half))


@pytest.mark.parametrize("counts", [[[0, 0], [0, 0]], [[1, 0], [0, 0]], [[9, 0], [0, 0]]])
def test_kappa_that_is_not_defined(counts) -> None:
    assert cohen_kappa(counts) == (None, None, None)


def test_full_agreement_has_no_interval() -> None:
    assert cohen_kappa([[5, 0], [0, 5]]) == (1.0, None, None)


def ledger_of(counts):
    words, number, rows = ("include", "exclude", "maybe"), 0, []
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            for _ in range(count):
                number += 1
                rows += [said(str(number), words[i], 1), said(str(number), words[j], 2, by=B)]
    return rows


def test_agreement_counts_what_the_two_said() -> None:
    rows = [*ledger_of(SCREENING), said("900", "include", 1), said("901", "maybe", 1, by=B)]
    rows += [said("1", "exclude", 3, role=CONSENSUS), said("2", "maybe", 4), said("2", "undone", 5)]
    found = agreement(current(rows, reviewers=2))
    assert found.table == SCREENING
    assert (found.pairs, found.agreed, found.only_one) == (222, 195, 2)
    assert found.percent == pytest.approx(100 * 195 / 222)
    assert found.kappa == pytest.approx(0.7781232648529, abs=1e-11)
    assert found.lines() == (
        "A. Reader and B. Reader at title-abstract: 195 of 222 decisions alike (87.8%)",
        "Cohen's kappa 0.78 (95% CI 0.70 to 0.85)",
        "2 more decided by one of the two alone.",
    )
    assert found.to_dict()["reviewers"] == ("A. Reader", B)


def test_the_two_can_be_named_in_either_order() -> None:
    rows = [*ledger_of(SCREENING), said("1", "include", 9, by="C. Reader")]
    with pytest.raises(InputError, match=r"between two reviewers; asked for A\. Reader, B\. Reader, C\. Reader"):
        agreement(current(rows, reviewers=2))
    turned = agreement(current(rows, reviewers=2), reviewers=(B, "A. Reader"))
    assert turned.table == tuple(zip(*SCREENING, strict=True))
    assert turned.kappa == pytest.approx(0.7781232648529, abs=1e-11)


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([], {}, "decided: nobody"),
        ([said("1", "include")], {}, "decided: A. Reader"),
        ([said("1", "include"), said("2", "include", by=B)], {}, "no record in common"),
        (
            [said("1", "include"), said("1", "include", by=B)],
            {"reviewers": ("A. Reader", "X")},
            "asked for A. Reader, X",
        ),
        ([said("1", "include"), said("1", "include", by=B)], {"stage": FULL_TEXT}, "at full-text decided: nobody"),
        ([said("1", "include"), said("1", "include", by=B)], {"level": 95}, "level is 95"),
    ],
)
def test_what_cannot_be_compared(rows, options, message) -> None:
    with pytest.raises(InputError, match=message):
        agreement(current(rows), **options)


def test_what_is_not_defined_is_said() -> None:
    one = agreement(current([said("1", "include"), said("1", "include", by=B)], reviewers=2))
    assert one.lines()[1] == "Cohen's kappa is not defined: too few pairs, or only one decision occurs."
    full = agreement(current(ledger_of(((5, 0, 0), (0, 5, 0), (0, 0, 0))), reviewers=2))
    assert full.lines()[1] == "Cohen's kappa 1.00; its interval cannot be computed."
