"""Four proportions by the double arcsine transformation, and the way back.

Miller JJ (1978). The inverse of the Freeman–Tukey double arcsine transformation. The American Statistician 32:138.
doi:10.1080/00031305.1978.10479283. The page's numbers were read in the metafor project's test of this analysis.

Miller's transformation is twice the one used here, and its variance four times.
"""

from __future__ import annotations

import pandas as pd
import pytest

from evidence import back_transform, effect_sizes, pool
from evidence.effects import harmonic_mean_n

EVENTS, N = [3, 6, 10, 1], [11, 17, 21, 6]


@pytest.fixture(scope="module")
def samples() -> pd.DataFrame:
    return effect_sizes(pd.DataFrame({"events": EVENTS, "n": N}), "PFT")


def test_transformed_proportions(samples: pd.DataFrame) -> None:
    assert (2 * samples["yi"]).round(4).tolist() == [1.1391, 1.2888, 1.5253, 0.9515]
    assert (4 * samples["vi"]).round(4).tolist() == [0.0870, 0.0571, 0.0465, 0.1538]


@pytest.mark.parametrize(("weights", "mean", "proportion"), [("equal", 1.2262, 0.3164), (None, 1.3093, 0.3595)])
def test_mean_and_its_inverse(samples: pd.DataFrame, weights: str | None, mean: float, proportion: float) -> None:
    fit = pool(samples, tau2="EE", test="z", weights=weights)
    assert round(2 * fit.estimate, 4) == mean
    assert round(float(back_transform(fit.estimate, "PFT", n=harmonic_mean_n(N))), 4) == proportion


def test_every_proportion_returns(samples: pd.DataFrame) -> None:
    assert back_transform(samples["yi"], "PFT", n=N) == pytest.approx([x / n for x, n in zip(EVENTS, N, strict=True)])
