"""Agreement of two assessors: against published tables, R, and the formulas written out."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.curate.bias import agreement
from evidence.errors import ColumnError, InputError, OptionError

ROBINS = ("low", "moderate", "serious", "critical")
ROB2 = ("low", "some-concerns", "high")
Z = 1.959963984540054


def judged(pairs, *, tool="RoB2", variant="parallel", domain="D1", names=("AB", "CD")) -> pd.DataFrame:
    """Return a table of judgements from pairs of them."""
    rows = [
        {
            "study_id": f"T{number}",
            "outcome": "all",
            "tool": tool,
            "variant": variant,
            "domain": domain,
            "assessor": name,
            "judgement": said,
        }
        for number, pair in enumerate(pairs)
        for name, said in zip(names, pair, strict=True)
        if said
    ]
    columns = ["study_id", "outcome", "tool", "variant", "domain", "assessor", "judgement"]
    return pd.DataFrame(rows, columns=columns)


def counted(matrix, categories) -> list[tuple[str, str]]:
    return [
        (categories[i], categories[j])
        for i, row in enumerate(matrix)
        for j, count in enumerate(row)
        for _ in range(count)
    ]


def row_of(found, domain="D1") -> pd.Series:
    return found.table.set_index("domain").loc[domain]


# Hout, Duncan and Sobel 1987, the 91 couples of Agresti's Categorical Data Analysis: kappa 0.129 (SE 0.0686), linearly
# weighted 0.237 (SE 0.0783). The digits are those of Kappa() in R's vcd 1.4-11, which uses the same standard errors.
COUPLES = ((7, 7, 2, 3), (2, 8, 3, 7), (1, 5, 4, 9), (2, 8, 9, 14))
# The same function of R on a table of three categories.
THREE = ((44, 5, 1), (7, 20, 3), (9, 5, 6))


@pytest.mark.parametrize(
    ("matrix", "categories", "form", "expected"),
    [
        (
            COUPLES,
            ROBINS,
            {"tool": "ROBINS-I", "variant": "2016"},
            {"kappa": (0.1293302540, 0.0685985325), "linear": (0.2373806276, 0.0783163348)},
        ),
        (
            THREE,
            ROB2,
            {},
            {
                "kappa": (0.4915254237, 0.0721274593),
                "linear": (0.4736842105, 0.0769789099),
                "quadratic": (0.4545454545, 0.0939796978),
            },
        ),
        (COUPLES, ROBINS, {"tool": "ROBINS-I", "variant": "v2"}, {"quadratic": (0.3320455862, 0.0972975220)}),
    ],
)
def test_published_tables(matrix, categories, form, expected) -> None:
    found = row_of(agreement(judged(counted(matrix, categories), **form)))
    limits = {"kappa": "ci", "linear": "linear", "quadratic": "quadratic"}
    for name, (kappa, error) in expected.items():
        assert found[name] == pytest.approx(kappa, rel=1e-8)
        assert found[f"{limits[name]}_low"] == pytest.approx(kappa - Z * error, rel=1e-7)
        assert found[f"{limits[name]}_high"] == pytest.approx(kappa + Z * error, rel=1e-7)
    assert found["pairs"] == np.sum(matrix)
    assert found["agreed"] == np.trace(matrix)


def by_hand(matrix, power):
    """Kappa and its standard error by the formulas of Fleiss, Cohen and Everitt, cell by cell."""
    shares = np.asarray(matrix, dtype=float) / np.sum(matrix)
    size, rows, columns = len(shares), shares.sum(axis=1), shares.sum(axis=0)
    weight = [
        [float(i == j) if power is None else 1 - (abs(i - j) / (size - 1)) ** power for j in range(size)]
        for i in range(size)
    ]
    seen = sum(weight[i][j] * shares[i][j] for i in range(size) for j in range(size))
    chance = sum(weight[i][j] * rows[i] * columns[j] for i in range(size) for j in range(size))
    by_row = [sum(weight[i][j] * columns[j] for j in range(size)) for i in range(size)]
    by_column = [sum(weight[i][j] * rows[i] for i in range(size)) for j in range(size)]
    total = sum(
        shares[i][j] * (weight[i][j] * (1 - chance) - (by_row[i] + by_column[j]) * (1 - seen)) ** 2
        for i in range(size)
        for j in range(size)
    )
    total -= (seen * chance - 2 * chance + seen) ** 2
    return (seen - chance) / (1 - chance), math.sqrt(max(total, 0) / np.sum(matrix)) / (1 - chance) ** 2


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(ROB2), st.sampled_from(ROB2)), min_size=4, max_size=40))
def test_formulas_written_out(pairs) -> None:
    found = row_of(agreement(judged(pairs)))
    matrix = [[sum(pair == (one, other) for pair in pairs) for other in ROB2] for one in ROB2]
    if len({said for pair in pairs for said in pair}) == 1:
        assert math.isnan(found["kappa"])
        assert found["percent"] == 100
        return
    for name, low, power in (("kappa", "ci_low", None), ("linear", "linear_low", 1), ("quadratic", "quadratic_low", 2)):
        kappa, error = by_hand(matrix, power)
        assert found[name] == pytest.approx(kappa, abs=1e-9)
        if error < 1e-6:
            assert math.isnan(found[low])
            continue
        assert found[low] == pytest.approx(max(-1, kappa - Z * error), abs=1e-6)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(ROB2), st.sampled_from(ROB2)), min_size=4, max_size=25), st.randoms())
def test_neither_the_order_of_rows_nor_of_the_two_matters(pairs, random) -> None:
    table = judged(pairs)
    mixed = table.sample(frac=1, random_state=random.randint(0, 999))
    swapped = judged([(other, one) for one, other in pairs])
    first = agreement(table).to_frame()
    for other in (mixed, swapped):
        pd.testing.assert_frame_equal(agreement(other).to_frame(), first, check_exact=False, atol=1e-12)


def test_weights_tell_near_from_far() -> None:
    same = [("low", "low"), ("some-concerns", "some-concerns"), ("high", "high")] * 4
    near = row_of(agreement(judged([*same, ("low", "some-concerns"), ("some-concerns", "high")])))
    far = row_of(agreement(judged([*same, ("low", "high"), ("high", "low")])))
    assert near["percent"] == far["percent"] == pytest.approx(100 * 12 / 14)
    assert near["linear"] > far["linear"]
    assert near["quadratic"] > near["linear"]
    assert far["quadratic"] < far["linear"]


def test_no_information_has_no_place_on_the_scale() -> None:
    pairs = [("low", "low"), ("high", "high"), ("low", "no-information"), ("no-information", "no-information")]
    found = row_of(agreement(judged(pairs)))
    assert (found["pairs"], found["agreed"], found["on_scale"]) == (4, 3, 2)
    assert found["linear"] == 1.0


def test_domains_overall_and_everything_together() -> None:
    table = pd.concat(
        [
            judged([("low", "low"), ("high", "low")], domain="D1"),
            judged([("low", "low"), ("high", "high")], domain="D2"),
            judged([("high", "high"), ("high", "low")], domain="overall"),
        ]
    )
    found = agreement(table)
    assert found.table["domain"].tolist() == ["D1", "D2", "overall", "domains"]
    assert row_of(found, "domains")["pairs"] == 4
    assert row_of(found, "domains")["agreed"] == 3
    assert row_of(found, "D2")["kappa"] == 1.0
    assert "Agreement on risk of bias" in found.summary()
    assert max(map(len, found.summary().splitlines())) <= 80


def test_consensus_is_nobody_and_what_one_alone_judged_is_counted() -> None:
    table = pd.concat(
        [judged([("low", "low"), ("high", "high"), ("low", "")]), judged([("low", "")], names=("consensus", "-"))]
    )
    found = agreement(table)
    assert found.assessors == ("AB", "CD")
    assert found.only_one == 1


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [([("low", "low"), ("high", "high")], 1.0), ([("low", "low"), ("low", "high"), ("low", "low")], 0.0)],
)
def test_a_kappa_without_spread_has_no_interval(pairs, kappa) -> None:
    found = agreement(judged(pairs))
    row = row_of(found)
    for name, limits in (("kappa", "ci"), ("linear", "linear"), ("quadratic", "quadratic")):
        assert row[name] == pytest.approx(kappa)
        assert math.isnan(row[f"{limits}_low"])
        assert math.isnan(row[f"{limits}_high"])
    assert any("no interval" in caution for caution in found._card().cautions)


def test_perfect_agreement_on_one_judgement_has_no_kappa() -> None:
    found = agreement(judged([("low", "low")] * 5))
    assert math.isnan(row_of(found)["kappa"])
    assert any("not defined" in caution for caution in found._card().cautions)
    assert found.to_dict()["table"][0]["kappa"] is None


@pytest.mark.parametrize(
    ("table", "options", "error", "message"),
    [
        (judged([("low", "high")]).drop(columns="assessor"), {}, ColumnError, "lacks assessor"),
        (judged([]), {}, InputError, "none"),
        (judged([("low", "")]), {"tool": "rob2"}, InputError, "two assessors are compared"),
        (judged([("low", "high")]), {"assessors": ["AB", "EF"]}, InputError, "there are: AB, CD"),
        (judged([("low", "high")]), {"tool": "rob3"}, OptionError, "did you mean 'RoB2'"),
        (judged([("low", "high")]), {"tool": "rob2", "variant": "paralel"}, OptionError, "did you mean 'parallel'"),
        (judged([("low", "high")]), {"level": 95}, InputError, "between 0 and 1"),
        (judged([("low", ""), ("", "low")]), {}, InputError, "no domain of the same result"),
        (judged([("low", "high")]), {"level": "95%"}, InputError, "between 0 and 1"),
        (judged([("low", "purple")]), {}, InputError, "T0, all, D1, CD: RoB2 has no judgement 'purple'"),
        (judged([("low", math.nan)]), {}, InputError, "no judgement nan"),
        (pd.concat([judged([("low", "low")])] * 2), {}, InputError, "T0, all, D1, AB: judged twice"),
    ],
)
def test_what_cannot_be_compared_says_so(table, options, error, message) -> None:
    with pytest.raises(error, match=message):
        agreement(table, **options)


def test_three_assessors_have_to_be_chosen_from() -> None:
    table = pd.concat([judged([("low", "high")]), judged([("low", "")], names=("EF", "-"))])
    with pytest.raises(InputError, match="AB, CD, EF"):
        agreement(table)
    assert agreement(table, assessors=("EF", "CD")).assessors == ("EF", "CD")
