"""Very wide intervals and very large numbers: text that claims no more than is known, and fits a terminal."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evidence.pool import pool

YI = np.array([0.1, 0.9, -0.6, 0.4, 2.1])
VI = np.array([0.04, 0.09, 0.05, 0.3, 0.2])


def test_a_hopeless_ratio_is_only_bounded() -> None:
    fit = pool([10.0, -30.0, 50.0], [0.1, 0.2, 0.1], measure="RR")
    assert math.exp(fit.estimate) > 1000
    assert math.exp(fit.ci_low) < 0.01
    shown = "As risk ratio: >1000 (<0.01 to >1000), prediction <0.01 to >1000"
    assert shown in fit.summary()
    assert shown.replace(">", "&gt;").replace("<", "&lt;") in fit._repr_html_()
    assert "; RR >1000 (95% CI <0.01 to >1000); " in repr(fit)


def test_a_ratio_in_one_line_is_the_ratio_not_its_logarithm() -> None:
    fit = pool([-0.7, -0.6, -0.9], [0.02, 0.03, 0.04], measure="OR")
    ratio, low, high = (f"{math.exp(value):.2f}" for value in (fit.estimate, *fit.ci))
    assert f"OR {ratio} (95% CI {low} to {high})" in repr(fit)
    assert f"As odds ratio: {ratio} ({low} to {high})" in fit.summary()
    difference = pool([-0.7, -0.6, -0.9], [0.02, 0.03, 0.04], measure="MD")
    assert f"MD −{abs(difference.estimate):.3f} (95% CI " in repr(difference)


@pytest.mark.parametrize("measure", ["MD", "RR", "PLO", None])
@pytest.mark.parametrize("mods", [None, [1, 2, 3, 4, 6]])
@pytest.mark.parametrize("narrower", [0, 3, 6, 9, 12])
@pytest.mark.parametrize("size", [-9, -3, 1, 3, 5, 6, 9, 12, 100])
def test_text_of_any_size_fits_a_terminal(size: int, narrower: int, mods: list[int] | None, measure: str) -> None:
    fit = pool(10.0**size * YI, 10.0 ** (2 * size - narrower) * VI, measure=measure, mods=mods)
    text = fit.summary()
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text


def test_limits_that_do_not_fit_go_to_the_next_line() -> None:
    fit = pool(2e3 * YI, VI, tau2="DL")
    lines = fit.summary().splitlines()
    (row,) = [number for number, line in enumerate(lines) if " τ²: " in line]
    low, high = fit.tau2_ci
    value = float(lines[row].split("τ²:")[1].replace("\u202f", ""))
    assert value == pytest.approx(fit.tau2, rel=1e-3)
    limits = lines[row + 1].strip().strip("()").replace("\u202f", "").split(" to ")
    assert [float(limit) for limit in limits] == pytest.approx([low, high], rel=5e-3)
