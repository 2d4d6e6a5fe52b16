"""Bad input to the location–scale model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.errors import ColumnError, ConvergenceError, InputError, OptionError, RowError
from evidence.pool.location_scale import location_scale

if TYPE_CHECKING:
    from collections.abc import Callable

NAN, INF = float("nan"), float("inf")
YI = np.array([0.38, 0.09, 0.14, -0.68, 1.02, 0.76, 0.43, -0.01, 0.42, 0.11, 0.53, 0.94, 0.28, -0.28, 0.60, 0.37])
VI = np.array([0.06, 0.05, 0.08, 0.03, 0.07, 0.02, 0.05, 0.09, 0.04, 0.03, 0.06, 0.02, 0.08, 0.04, 0.05, 0.07])
DOSE = np.arange(16.0)
TABLE = pd.DataFrame(
    {"study": [f"S{row}" for row in range(16)], "yi": YI, "vi": VI, "dose": DOSE, "arm": list("ab") * 8}
)
Row = tuple[Any, ...]

FAULTS: dict[str, Row] = {
    "no study": (lambda: location_scale(TABLE.iloc[:0], scale="~ dose"), InputError, "there is no study to pool"),
    "one study": (lambda: location_scale(TABLE.iloc[:1], scale="~ dose"), InputError, "scale", "at least 3 studies"),
    "two studies": (lambda: location_scale(TABLE.iloc[:2], scale="~ dose"), InputError, "scale", "at least 3 studies"),
    "three studies": (
        lambda: location_scale(TABLE.iloc[:3], scale="~ dose"),
        InputError,
        "1 location and 2 scale",
        "at least 4 studies",
    ),
    "a scale of another length": (
        lambda: location_scale(YI, VI, scale=[1, 2]),
        InputError,
        "scale has 2 value(s) for 16",
    ),
    "a scale of another index": (
        lambda: location_scale(pd.Series(YI), pd.Series(VI), scale=pd.Series(DOSE, index=range(1, 17))),
        InputError,
        "vi and scale have different indexes",
    ),
    "a factor of one level as scale": (
        lambda: location_scale(TABLE.assign(arm="a"), scale="~ C(arm)"),
        InputError,
        "scale='~ C(arm)'",
        "'arm' is 'a' in all 16 studies",
        "leave it out",
    ),
    "a factor of one level beside another variable": (
        lambda: location_scale(TABLE.assign(arm=1), scale="~ C(arm) + dose"),
        InputError,
        "'arm' is '1' in all 16 studies",
    ),
    "huge scale values": (
        lambda: location_scale(TABLE.assign(dose=DOSE * 1e200), scale="~ dose"),
        InputError,
        "the scale model",
        "'dose' are about 1e+201, too large",
        "another unit",
    ),
    "tiny scale values": (
        lambda: location_scale(TABLE.assign(dose=DOSE * 1e-200), scale="~ dose", link="identity"),
        InputError,
        "too small to compute with",
    ),
    "new values without their scale": (
        lambda: location_scale(TABLE, scale="~ dose", mods="~ dose").predict({"dose": [1]}),
        InputError,
        "depends on dose",
        "as scale=",
    ),
    "intercept": (lambda: location_scale(TABLE, scale="~ dose", intercept="no"), OptionError, "intercept='no'"),
    "scale_intercept": (
        lambda: location_scale(TABLE, scale="~ dose", scale_intercept=None),
        OptionError,
        "scale_intercept=None",
    ),
    "no scale": (lambda: location_scale(YI, VI, scale=None), InputError, "scale=", "use pool()"),
    "constant scale": (lambda: location_scale(TABLE, scale=[1] * 16), InputError, "the same in all 16", "leave them"),
    "collinear scale": (
        lambda: location_scale(TABLE, scale=np.c_[DOSE, 2 * DOSE]),
        InputError,
        "scale",
        "collinear",
        "'x2'",
        "leave it out",
    ),
    "as many scale columns as studies": (
        lambda: location_scale(TABLE, scale=np.eye(16)),
        InputError,
        "scale",
        "at least 18 studies",
    ),
    "a missing scale value": (
        lambda: location_scale(TABLE.assign(dose=[NAN, *DOSE[1:]]), scale="~ dose"),
        RowError,
        "row 0 · study S0: dose missing",
        "missing='drop'",
    ),
    "an infinite scale value": (
        lambda: location_scale(TABLE.assign(dose=[INF, *DOSE[1:]]), scale="~ dose"),
        RowError,
        "row 0 · column dose · study S0",
        "'inf'",
    ),
    "words as scale": (
        lambda: location_scale(TABLE, scale=list("ab") * 8),
        RowError,
        "row 0 · column x1",
        "'a'",
        "'~ C(allocation)'",
    ),
    "a column that is not there": (
        lambda: location_scale(TABLE, scale="~ mg"),
        ColumnError,
        "'mg'",
        "the table has: 'study'",
    ),
    "collinear moderators": (
        lambda: location_scale(TABLE, scale="~ dose", mods=np.c_[DOSE, DOSE]),
        InputError,
        "collinear",
        "'x2'",
    ),
    "a negative variance": (
        lambda: location_scale(TABLE.assign(vi=[-0.1, *VI[1:]]), scale="~ dose"),
        RowError,
        "row 0 · column vi · study S0",
        "'-0.1'",
    ),
    "a missing effect": (
        lambda: location_scale(TABLE.assign(yi=[NAN, *YI[1:]]), scale="~ dose"),
        RowError,
        "row 0 · study S0: yi missing",
        "missing='drop'",
    ),
    "variances and standard errors": (
        lambda: location_scale(YI, VI, sei=VI, scale=DOSE),
        InputError,
        "one of the two",
    ),
    "no variances": (lambda: location_scale(YI, scale=DOSE), InputError, "give the sampling variances"),
    "other indexes": (
        lambda: location_scale(pd.Series(YI), pd.Series(VI, index=range(16)[::-1]), scale=DOSE),
        InputError,
        "different indexes",
        "align them",
    ),
    "link": (lambda: location_scale(TABLE, scale="~ dose", link="exp"), OptionError, "link='exp'", "'log', 'identity'"),
    "method": (lambda: location_scale(TABLE, scale="~ dose", method="DL"), OptionError, "method='DL'", "'ML', 'REML'"),
    "test": (lambda: location_scale(TABLE, scale="~ dose", test="kr"), OptionError, "test='kr'", "'hksj'"),
    "level in percent": (lambda: location_scale(TABLE, scale="~ dose", level=95), InputError, "level=95", "0.95?"),
    "missing": (lambda: location_scale(TABLE, scale="~ dose", missing="x"), OptionError, "missing='x'", "'drop'"),
    "nothing to estimate": (
        lambda: location_scale(TABLE, scale="~ dose", intercept=False),
        InputError,
        "nothing to estimate",
    ),
    "equal effects": (
        lambda: location_scale(TABLE.assign(yi=0.3), scale="~ dose"),
        ConvergenceError,
        "τ² of all studies goes to 0",
        "pool() fits one τ² for all",
    ),
    "one arm without heterogeneity": (
        lambda: location_scale(TABLE.assign(yi=np.where(TABLE["arm"] == "a", 0.3, YI)), scale="~ C(arm)"),
        ConvergenceError,
        "8 of 16 studies",
        "link='identity'",
    ),
}


@pytest.mark.parametrize("row", FAULTS.values(), ids=FAULTS)
def test_faults(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


def test_rows_left_out_are_cautioned() -> None:
    found = location_scale(TABLE.assign(yi=[NAN, *YI[1:]]), scale="~ dose", missing="drop")
    assert "1 row left out" in " ".join(found.cautions)


@pytest.mark.parametrize(("unit", "square"), [(1e-150, 1e-300), (1e149, 1e298)], ids=["1e-150", "1e149"])
def test_other_units_change_nothing_else(unit: float, square: float) -> None:
    near = location_scale(TABLE, scale="~ dose")
    far = location_scale(TABLE.assign(yi=YI * unit, vi=VI * square), scale="~ dose")
    assert far.coefficients["estimate"].iloc[0] / unit == pytest.approx(near.coefficients["estimate"].iloc[0], rel=1e-6)
    assert far.qs_pvalue == pytest.approx(near.qs_pvalue, rel=1e-5)
