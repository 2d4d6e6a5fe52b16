"""Variance inflation: against regressions of one moderator on the others, and what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import ColumnError, InputError, OptionError
from evidence.pool import pool
from evidence.pool.location_scale import location_scale
from evidence.pool.vif import vif


def data(seed: int = 3, k: int = 16) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    dose = rng.uniform(1, 5, k)
    return pd.DataFrame(
        {
            "yi": rng.normal(size=k),
            "vi": rng.uniform(0.05, 0.4, k),
            "dose": dose,
            "year": 2000 + 3 * dose + rng.normal(size=k),
            "arm": np.array(["a", "b", "c"])[np.arange(k) % 3],
        }
    )


def test_it_is_one_over_one_less_r_squared() -> None:
    fit = pool(data(), mods="~ dose + year + C(arm)", test="hksj")
    weights = np.sqrt(1 / (fit.vi + fit.tau2))
    matrix = fit.design.matrix
    for place, factor in enumerate(vif(fit).vif, start=1):
        target, others = matrix[:, place], np.delete(matrix, place, axis=1)
        coef = np.linalg.lstsq(others * weights[:, None], target * weights, rcond=None)[0]
        mean = np.average(target, weights=weights**2)
        inside = ((weights * (target - others @ coef)) ** 2).sum()
        total = ((weights * (target - mean)) ** 2).sum()
        np.testing.assert_allclose(factor, total / inside, rtol=1e-8)


def test_a_factor_is_one_term() -> None:
    fit = pool(data(), mods="~ dose + year + C(arm)")
    terms = vif(fit, by="term")
    assert terms.groups == ("dose", "year", "C(arm)")
    assert terms.coefficients[2] == ("C(arm)[T.b]", "C(arm)[T.c]")
    np.testing.assert_allclose(terms.vif[2], vif(fit, ["C(arm)"]).vif[0], rtol=1e-12)
    np.testing.assert_allclose(terms.vif[2], vif(fit, [[3, 4]]).vif[0], rtol=1e-12)
    np.testing.assert_allclose(terms.sif[2], terms.vif[2] ** 0.25, rtol=1e-12)


def test_the_factor_of_a_factor_does_not_depend_on_its_reference() -> None:
    one = pool(data(), mods="~ dose + C(arm)")
    other = pool(data(), mods="~ dose + C(arm, contr.treatment('c'))")
    np.testing.assert_allclose(vif(one, by="term").vif, vif(other, by="term").vif, rtol=1e-9)


def test_all_moderators_together_are_inflated_by_nothing_else() -> None:
    fit = pool(data(), mods="~ dose + year")
    one, two = vif(fit, [["dose", "year"]]), vif(fit)
    np.testing.assert_allclose(one.vif, [1.0], rtol=1e-12)
    np.testing.assert_allclose(two.vif[0], two.vif[1], rtol=1e-12)


@settings(max_examples=20)
@given(st.floats(1e-5, 1e5), st.floats(-100, 100), st.integers(0, 20))
def test_it_does_not_change_with_units(unit: float, shift: float, seed: int) -> None:
    table = data(seed)
    moved = table.assign(dose=unit * table["dose"] + shift * unit)
    one, other = pool(table, mods="~ dose + year"), pool(moved, mods="~ dose + year")
    np.testing.assert_allclose(vif(one).vif, vif(other).vif, rtol=1e-6)


def test_one_moderator_has_factor_one_and_the_intercept_counts_if_asked() -> None:
    fit = pool(data(), mods="~ dose")
    assert vif(fit).vif.tolist() == [1.0]
    both = vif(fit, intercept=True)
    assert both.groups == ("Intercept", "dose")
    np.testing.assert_allclose(both.vif[0], both.vif[1], rtol=1e-12)
    assert both.vif[0] > 1


def test_high_inflation_is_a_caution() -> None:
    table = data()
    table["twin"] = table["dose"] + 0.001 * np.sin(np.arange(len(table)))
    found = vif(pool(table, mods="~ dose + twin"))
    assert "above 10: dose, twin" in found.cautions[0]
    assert found.summary().count("dose") >= 2


def test_the_scale_has_its_own() -> None:
    table = data(8, 40)
    fit = location_scale(table, scale="~ dose + year", test="z")
    vcov = fit.scale.vcov[1:, 1:]
    expected = vcov[0, 0] * vcov[1, 1] / np.linalg.det(vcov)
    np.testing.assert_allclose(vif(fit, part="scale").vif, [expected, expected], rtol=1e-8)
    with pytest.raises(InputError, match="has none"):
        vif(fit)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"terms": ["weeks"]}, ColumnError, "no coefficient is called"),
        ({"terms": ["Intercept"]}, InputError, "intercept has no variance inflation"),
        ({"terms": []}, InputError, "no coefficient is named"),
        ({"by": "factor"}, OptionError, "coefficient"),
        ({"part": "mean"}, OptionError, "location"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        vif(pool(data(), mods="~ dose + year"), **arguments)


def test_a_mean_and_a_perfect_fit_are_refused() -> None:
    with pytest.raises(InputError, match="has none"):
        vif(pool(data()))
    with pytest.raises(InputError, match="no covariance matrix"):
        vif(pool([1.0, 2.0, 3.0, 4.0], [0.1] * 4, mods=[1.0, 2.0, 3.0, 4.0]))
