"""What metafor is given: the same effects, and the counts from which it computes them again.

Numbers of R metafor 3.8-1, from the package's own copy of the data:
``r <- rma(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg, method="REML"); coef(r); r$se; r$tau2``.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import evidence as ev
from evidence.errors import NotPooledError
from evidence.export import escalc_csv

if TYPE_CHECKING:
    from evidence.base import EvidenceBase

ESTIMATE, SE, TAU2 = -0.714532348365, 0.179781531780, 0.313243325981


def _read(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content))


def test_the_file_pools_to_metafor_s_numbers(built: EvidenceBase) -> None:
    frame = _read(escalc_csv(built.synthesis("tuberculosis")))
    fit = ev.pool(frame["yi"].to_numpy(), frame["vi"].to_numpy(), tau2="REML", test="z")
    assert len(frame) == 13
    assert (fit.estimate, fit.se, fit.tau2) == pytest.approx((ESTIMATE, SE, TAU2), abs=1e-7)


def test_counts_under_metafor_s_names_give_the_effects(built: EvidenceBase) -> None:
    frame = _read(escalc_csv(built.synthesis("tuberculosis")))
    for row in frame.itertuples():
        log_ratio = math.log((row.ai / row.n1i) / (row.ci / row.n2i))
        assert row.yi == pytest.approx(log_ratio, abs=1e-8)
        assert row.vi == pytest.approx(1 / row.ai - 1 / row.n1i + 1 / row.ci - 1 / row.n2i, abs=1e-8)
    assert frame["weight"].sum() == pytest.approx(100)


def test_a_proportion_has_one_arm(shipped: EvidenceBase) -> None:
    result = shipped.synthesis("harm-serious")
    frame = _read(escalc_csv(result))
    assert {"xi", "ni"} <= set(frame.columns)
    assert not {"ai", "n1i", "m1i"} & set(frame.columns)
    assert frame["ni"].sum() == result.n


def test_means_stand_without_counts(shipped: EvidenceBase) -> None:
    result = shipped.synthesis("addon-prp-density", analysis="conflicting")
    frame = _read(escalc_csv(result))
    row = frame.iloc[0]
    assert not {"ai", "ci"} & set(frame.columns)
    assert row["yi"] == pytest.approx(row["m1i"] - row["m2i"])
    assert row["vi"] == pytest.approx(row["sd1i"] ** 2 / row["n1i"] + row["sd2i"] ** 2 / row["n2i"])


def test_nothing_entered_is_an_error_that_says_why(shipped: EvidenceBase) -> None:
    result = shipped.synthesis("addon-minoxidil-density-men-12w")
    assert result.k == 0
    with pytest.raises(NotPooledError, match=r"addon-minoxidil-density-men-12w .* has no trial to export"):
        escalc_csv(result)
