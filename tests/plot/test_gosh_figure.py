"""The GOSH plot: every subset is in the picture, percentiles as a plain loop over subsets finds them, small files."""

from __future__ import annotations

import io
import re
from itertools import combinations

import numpy as np
import pytest
from drawn_figures import NAMES, assert_laid_out, bcg_fit, drawn
from pictures import assert_picture
from PIL import Image

import evidence as ev
from evidence.diagnose import gosh
from evidence.errors import InputError
from evidence.plot.fit_plots.gosh import gosh_plot
from evidence.plot.fit_plots.gosh_cloud import CELLS, count_cells
from evidence.plot.page.save import figure_bytes


def made_up(seed: int, *, k: int | None = None, **options):
    rng = np.random.default_rng(seed)
    k = k or (2, 3, 7, 12)[seed % 4]
    spread = rng.choice([0.1, 1.0]) if seed % 2 else 10.0 ** rng.uniform(-4, 5)
    y = spread * rng.normal(0.5, 1, k)
    y[0] += 4 * spread
    labels = [f"{NAMES[int(rng.integers(len(NAMES)))]} {place}" for place in range(k)]
    return ev.pool(
        y,
        (spread * rng.uniform(0.1, 0.6, k)) ** 2,
        labels=labels,
        measure="RR" if seed % 2 else "MD",
        **{"tau2": "DL", "test": "z", **options},
    )


def by_loops(fit) -> tuple[np.ndarray, np.ndarray, list[tuple[int, ...]]]:
    """Return estimate and I² of every subset of two studies or more by DerSimonian and Laird, in plain loops."""
    values, shares, members = [], [], []
    for size in range(2, fit.k + 1):
        for chosen in combinations(range(fit.k), size):
            y, v = fit.yi[list(chosen)], fit.vi[list(chosen)]
            w = 1 / v
            q = float((w * (y - (w * y).sum() / w.sum()) ** 2).sum())
            tau2 = max(0.0, (q - (size - 1)) / (w.sum() - (w**2).sum() / w.sum()))
            w = 1 / (v + tau2)
            values.append(float((w * y).sum() / w.sum()))
            shares.append(100 * max(0.0, (q - (size - 1)) / q) if q > 0 else 0.0)
            members.append(chosen)
    return np.array(values), np.array(shares), members


def numbers(text: str) -> list[float]:
    return [float(part.replace("−", "-")) for part in re.findall(r"−?\d+(?:\.\d+)?", text)]


def test_percentiles_and_medians_are_those_of_a_plain_loop() -> None:
    fit = made_up(7, k=9)
    values, shares, members = by_loops(fit)
    name = str(fit.labels[0])
    description = gosh(fit).plot(highlight=name).description
    found = numbers(description.split("95%): risk ratio ", 1)[1].split(";")[0])
    ranks = (0.05, 0.25, 0.5, 0.75, 0.95)
    np.testing.assert_allclose(found, np.exp(np.quantile(values, ranks)), rtol=0.006)
    found = numbers(description.split("; I² ", 1)[1].split("%.")[0])
    np.testing.assert_allclose(found, np.quantile(shares, ranks), atol=0.51)
    inside = np.array([0 in chosen for chosen in members])
    for words, part in (("with", inside), ("without", ~inside)):
        told = description.split(f"Median {words} {name}: ", 1)[1].split("%.")[0]
        middle, share = numbers(told.replace("I²", ""))
        assert middle == pytest.approx(np.exp(np.median(values[part])), rel=0.006)
        assert share == pytest.approx(np.median(shares[part]), abs=0.51)


def test_every_subset_is_counted_in_its_cell() -> None:
    rng = np.random.default_rng(3)
    x, y, group = rng.normal(0, 1, 5000), rng.uniform(0, 100, 5000), rng.random(5000) < 0.3
    limits = (float(x.min()), float(x.max()), 0.0, 100.0)
    cloud = count_cells(x, y, group, limits)
    assert cloud.without.shape == cloud.inside.shape == CELLS[::-1]
    assert (cloud.inside.sum(), cloud.without.sum()) == (group.sum(), (~group).sum())
    for sides in (cloud.across, cloud.upward):
        assert [int(side.sum()) for side in sides] == [int((~group).sum()), int(group.sum())]
    for row, column in ((0, 0), (40, 70), (99, 149)):
        left = limits[0] + np.array([column, column + 1]) * (limits[1] - limits[0]) / CELLS[0]
        here = (x >= left[0]) & ((x < left[1]) | (column == CELLS[0] - 1)) & (y >= row) & (y < row + 1 + (row == 99))
        assert cloud.inside[row, column] + cloud.without[row, column] == here.sum()


def test_the_cloud_is_dark_where_the_subsets_are() -> None:
    fit = bcg_fit(tau2="DL")
    result = gosh(fit)
    figure = gosh_plot(result)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=144)
    image = np.asarray(Image.open(buffer).convert("L"), dtype=float)
    cloud = next(axes for axes in figure.axes if axes.get_gid() == "cloud")
    left, bottom, width, height = cloud.get_position().bounds
    rows, columns = image.shape
    low, high = cloud.get_xlim()
    known = np.isfinite(result.i2)
    places = np.column_stack([result.estimate[known], result.i2[known]])[::37]
    for x, y in places:
        column = (left + (x - low) / (high - low) * width) * columns
        row = (1 - bottom - (y + 2) / 104 * height) * rows
        assert image[round(row) - 2 : round(row) + 3, round(column) - 2 : round(column) + 3].min() < 245
    empty = image[round((1 - bottom - 0.4 * height) * rows), round((left + 0.03 * width) * columns)]
    assert empty == 255


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize("seed", range(4))
def test_layout_of_gosh_plots(seed: int, width: float) -> None:
    fit = made_up(seed)
    page = assert_laid_out(gosh_plot(gosh(fit), width_mm=width), width)
    assert len(page.lines["median"]) == 1
    page = assert_laid_out(gosh_plot(gosh(fit), highlight=fit.labels[0], width_mm=width), width)
    assert len(page.words("key")) == 2


def test_a_million_subsets_make_a_small_file() -> None:
    rng = np.random.default_rng(0)
    fit = ev.pool(rng.normal(0, 0.3, 20), rng.uniform(0.01, 0.1, 20), tau2="DL", measure="OR", test="z")
    result = gosh(fit)
    assert len(result.k) == 2**20 - 1
    figure = gosh_plot(result)
    assert "1 048 555 subsets of 20 studies" in figure.heading.replace("\u202f", " ")
    content = figure_bytes(figure, "svg")
    assert len(content) < 150_000
    assert figure_bytes(gosh_plot(result), "svg") == content
    assert b"url(#" not in content
    assert len(figure_bytes(figure, "pdf")) < 150_000


def test_a_sample_says_that_it_is_one() -> None:
    fit = made_up(3, k=24)
    description = gosh(fit, subsets=500, seed=11).plot().description.replace("\u202f", " ")
    assert "Subsets drawn at random of 16 777 215, seed 11." in description


def test_one_study_subsets_are_left_out_and_said() -> None:
    result = gosh(made_up(2, k=5))
    assert "5 subsets have no I² or no estimate" in gosh_plot(result).description
    with pytest.raises(InputError, match="no study is called 'Nobody'"):
        gosh_plot(result, highlight="Nobody")


def test_tiny_effects_are_not_told_as_nothing() -> None:
    fit = ev.pool([1e-9, 2e-9, 3e-9, 9e-9], [1e-18, 2e-18, 3e-18, 2e-18], tau2="DL")
    told = gosh_plot(gosh(fit)).description
    assert "e−09" in told
    assert "0.00000000" not in told


def test_ratios_that_no_number_holds_stay_logarithms() -> None:
    fit = ev.pool([800.0, 803.0, 801.0], [0.01, 0.02, 0.03], measure="OR", tau2="DL")
    figure = gosh_plot(gosh(fit))
    assert figure.heading.startswith("GOSH plot: log odds ratio")
    assert "801." in figure.description


def test_a_fit_is_not_taken_for_its_subsets() -> None:
    with pytest.raises(InputError, match=r"takes what gosh\(\) returned; it was given PooledResult"):
        gosh_plot(ev.pool([0.1, 0.2, 0.3], [0.01, 0.02, 0.03]))


def test_moderators_need_a_term() -> None:
    fit = ev.pool([0.1, 0.5, 0.3, 0.9, 0.2], [0.1] * 5, mods=[1, 2, 3, 4, 5], tau2="DL", test="z", measure="RR")
    result = gosh(fit)
    with pytest.raises(InputError, match="with moderators there is no single estimate"):
        gosh_plot(result)
    with pytest.raises(InputError, match="term='x9' is not a coefficient"):
        gosh_plot(result, term="x9")
    page = drawn(gosh_plot(result, term="x1"))
    assert page.words("axis-label") == ["I²", "Coefficient of x1 (log risk ratio)"]


def test_effects_all_alike_are_drawn() -> None:
    assert_laid_out(gosh_plot(gosh(ev.pool([0.3] * 5, [0.1] * 5, tau2="DL", test="z"))), 120)


def test_pictures_of_gosh_plots() -> None:
    result = gosh(bcg_fit(tau2="DL"))
    assert_picture(gosh_plot(result, highlight="TPT Madras 1980"), "gosh-highlight")
    assert_picture(gosh_plot(result, width_mm=84), "gosh-narrow")
