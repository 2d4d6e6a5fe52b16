"""The funnel plot: where its points, wedges and shades lie.

Filled studies and the estimate with them, from metafor 3.8-1 under R 4.2.2::

    dat <- escalc(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg)
    tf <- trimfill(rma(yi, vi, data=dat, method="EE")); funnel(tf)
"""

from __future__ import annotations

import io
import math
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from drawn_figures import assert_laid_out, bcg, bcg_fit, drawn, made_up_fit
from matplotlib.colors import to_hex
from matplotlib.path import Path
from pictures import assert_picture
from scipy.stats import norm

import evidence as ev
from evidence.errors import InputError, NotPooledError, OptionError
from evidence.plot import funnel
from evidence.plot.fit_plots.fit_points import FEWEST_STUDIES
from evidence.plot.page.canvas import own_settings
from evidence.plot.page.save import figure_bytes

FILLED = [(0.78929281926, 0.2702310005), (0.85949920581, 0.1414568199)]
FILLED += [(1.00333667299, 0.4411135017), (1.03884623939, 0.4722470197)]
WIDTHS = (84, 120, 174)


def fit(k: int, *, measure: str | None = None):
    """Return a fit of k made-up studies."""
    rng = np.random.default_rng(k)
    v = rng.uniform(0.01, 0.2, k)
    return ev.pool(rng.normal(-0.4, np.sqrt(v)), v, measure=measure)


def scales(page, xs, ys, role: str = "study"):
    """Return the two scales of a figure as (slope, start), worked out from where the studies were drawn."""
    points = page.middles(role)
    across, down = np.polyfit(xs, points[:, 0], 1), np.polyfit(ys, points[:, 1], 1)
    np.testing.assert_allclose(np.polyval(across, xs), points[:, 0], atol=0.01)
    np.testing.assert_allclose(np.polyval(down, ys), points[:, 1], atol=0.01)
    return across, down


@pytest.mark.parametrize("measure", [None, "RR", "SMD", "PLO"])
@pytest.mark.parametrize("k", [2, 9, 10, 60])
def test_points_lie_at_effect_and_standard_error(k, measure) -> None:
    result = fit(k, measure=measure)
    page = drawn(funnel(result))
    across, down = scales(page, result.yi, np.sqrt(result.vi))
    assert across[0] > 0
    assert down[0] < 0
    # The axis of standard errors begins at 0, at the top of the plot.
    top = max(line[:, 1].max() for line in page.lines["axis"])
    assert np.polyval(down, 0.0) == pytest.approx(top, abs=0.01)


@pytest.mark.parametrize(
    ("yaxis", "depth", "sign"),
    [("se", np.sqrt, -1), ("variance", lambda v: v, -1), ("inverse-se", lambda v: 1 / np.sqrt(v), 1)],
)
def test_other_vertical_axes(yaxis, depth, sign) -> None:
    result = fit(20)
    page = drawn(funnel(result, yaxis=yaxis))
    across, down = scales(page, result.yi, depth(result.vi))
    assert np.sign(down[0]) == sign
    # Each point of the triangle's edges is the normal quantile times the standard error away from the estimate.
    for edge in page.lines["triangle"]:
        effects = (edge[:, 0] - across[1]) / across[0]
        values = (edge[:, 1] - down[1]) / down[0]
        se = np.maximum(values, 0) ** {"se": 1.0, "variance": 0.5, "inverse-se": -1.0}[yaxis]
        np.testing.assert_allclose(abs(effects - result.estimate), norm.ppf(0.975) * se, atol=2e-3)


def test_sizes_stand_on_the_vertical_axis_without_triangle_and_shades() -> None:
    table, result = bcg(), bcg_fit()
    sizes = table["n1"] + table["n2"]
    figure = funnel(result, yaxis="n", n=sizes.tolist())
    page = drawn(figure)
    _, down = scales(page, result.yi, sizes)
    assert down[0] > 0
    assert "triangle" not in page.lines
    assert "contour" not in page.shapes
    assert "Participants" in page.words("axis-label")
    assert "participants 176\u202f782" in figure.description
    for wrong in (None, [5, 6], [-1.0] * 13):
        with pytest.raises(InputError):
            funnel(result, yaxis="n", n=wrong)


def test_a_synthesis_knows_its_participants(root) -> None:
    result = ev.load(root / "examples" / "bcg-vaccine").synthesis("tuberculosis")
    page = drawn(funnel(result, yaxis="n"))
    scales(page, result.effects["yi"], result.effects["n1"] + result.effects["n2"])


@pytest.mark.parametrize("yaxis", ["se", "variance", "inverse-se"])
@pytest.mark.parametrize(("shift", "measure"), [(0.0, "MD"), (0.9, "RR"), (-2.0, "MD")])
def test_shades_say_the_p_value_wherever_the_estimate_lies(yaxis, shift, measure) -> None:
    base = fit(20)
    result = ev.pool(base.yi + shift, base.vi, measure=measure)
    figure = funnel(result, yaxis=yaxis)
    page = drawn(figure)
    depth = {"se": np.sqrt, "variance": lambda v: v, "inverse-se": lambda v: 1 / np.sqrt(v)}[yaxis]
    across, down = scales(page, result.yi, depth(result.vi))
    patches = [patch for patch in figure.patches if patch.get_gid() == "contour"]
    paths = [Path(points) for points in page.shapes["contour"]]
    inks = [to_hex(patch.get_facecolor()) for patch in patches]
    assert len(set(inks)) == 4
    left, bottom = paths[0].vertices.min(axis=0)
    right, top = paths[0].vertices.max(axis=0)
    rng = np.random.default_rng(1)
    seen = set()
    for x, y in rng.uniform((left, bottom), (right, top), (600, 2)):
        effect, value = (x - across[1]) / across[0], (y - down[1]) / down[0]
        se = max(value, 1e-12) ** {"se": 1.0, "variance": 0.5, "inverse-se": -1.0}[yaxis]
        p = 2 * norm.sf(abs(effect) / se)
        # At the border itself, where shapes are drawn by straight pieces, nothing is asked.
        if min(abs(p - 0.01) / 0.01, abs(p - 0.05) / 0.05, abs(p - 0.10) / 0.10) < 0.05:
            continue
        wanted = 0 if p < 0.01 else 1 if p < 0.05 else 2 if p < 0.10 else 3
        last = max(place for place, path in enumerate(paths) if path.contains_point((x, y)))
        assert inks[last] == inks[wanted]
        seen.add(wanted)
    assert {0, 1, 2} <= seen


def test_no_effect_far_away_is_said_and_not_drawn() -> None:
    base = fit(20)
    figure = funnel(ev.pool(base.yi + 900, base.vi, measure="MD"))
    page = drawn(figure)
    assert "null" not in page.lines
    assert "No effect (0) lies below the axis shown." in page.words("note")
    # Everything in sight has p < 0.01.
    shown = [points for points in page.shapes["contour"] if np.ptp(points[:, 0]) > 1]
    assert len(shown) == 1


def test_filled_studies_are_those_of_metafor() -> None:
    result = bcg_fit(tau2="EE")
    found = ev.trim_and_fill(result)
    figure = found.plot()
    page = drawn(figure)
    across, down = scales(page, result.yi, np.sqrt(result.vi))
    rings = page.middles("filled-study")
    effects, errors = (rings[:, 0] - across[1]) / across[0], (rings[:, 1] - down[1]) / down[0]
    np.testing.assert_allclose(sorted(zip(effects, errors, strict=True)), FILLED, atol=2e-3)
    (line,) = page.lines["adjusted"]
    np.testing.assert_allclose((line[:, 0] - across[1]) / across[0], -0.2910, atol=2e-3)
    words = " ".join(page.words("legend"))
    assert "4 studies filled by trim and fill (k₀ = 4, estimator L0, right side)" in words
    assert "Estimate with them 0.75 (95% CI 0.69 to 0.81)" in words
    assert figure_bytes(funnel(result, trim_and_fill=True)) == figure_bytes(figure)
    # Rings differ from dots in shape, not only in ink.
    fills = {to_hex(p.get_facecolor()) for p in figure.patches if p.get_gid() == "filled-study"}
    assert fills == {"#ffffff"}


def test_trim_and_fill_that_finds_none_or_belongs_elsewhere() -> None:
    even = ev.pool([0.1, 0.2, 0.3, 0.15, 0.25, 0.2], [0.01, 0.02, 0.01, 0.03, 0.03, 0.04])
    found = ev.trim_and_fill(even)
    assert found.k0 == 0
    page = drawn(found.plot())
    assert "filled-study" not in page.shapes
    assert f"Trim and fill (L0) finds no study missing on the {found.side}." in page.words("note")
    with pytest.raises(InputError, match="another fit"):
        funnel(fit(6), trim_and_fill=found)


def test_few_studies_are_said_to_be_few_and_many_are_not() -> None:
    few, many = (drawn(funnel(fit(k))) for k in (FEWEST_STUDIES - 1, FEWEST_STUDIES))
    assert "9 studies are too few to judge asymmetry; 10 are the least." in few.words("warning")
    assert many.words("warning") == []
    assert len(few.shapes["banner"]) == 2


def test_one_study_is_no_pooled_result() -> None:
    figure = funnel(fit(1))
    page = drawn(figure)
    assert "triangle" not in page.lines
    assert "pooled" not in page.lines
    assert "Pooled" not in figure.description
    assert "One study: nothing is pooled." in page.words("note")


def test_a_proportion_has_no_contours_against_no_effect() -> None:
    page = drawn(funnel(fit(12, measure="PLO")))
    assert "contour" not in page.shapes
    assert "null" not in page.lines
    assert not any("against" in text.lower() for text in page.words("legend"))


def test_studies_outside_the_triangle_are_named_and_no_others() -> None:
    result = bcg_fit(tau2="EE")
    outside = abs(result.yi - result.estimate) > norm.ppf(0.975) * np.sqrt(result.vi)
    figure = funnel(result)
    named = drawn(figure).words("name")
    assert set(named) <= set(result.labels[outside])
    lost = [int(text.split()[0]) for text in drawn(figure).words("note") if "want of room" in text]
    assert len(named) + sum(lost) == outside.sum()
    assert f"Outside the 95% limits lie {outside.sum()} of 13" in figure.description
    assert drawn(funnel(result, names="none")).words("name") == []


def test_ratios_have_natural_ticks_and_the_picture_has_words() -> None:
    result = fit(12, measure="RR")
    figure = funnel(result)
    root = ET.fromstring(figure_bytes(figure, "svg"))
    texts = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"0.5", "1", "Risk ratio", "Standard error"} <= texts
    description = root.find("{http://www.w3.org/2000/svg}desc").text
    assert description.count("standard error of its logarithm") == 12
    low, high = np.exp(result.ci)
    assert f"Pooled estimate {math.exp(result.estimate):.2f} (95% CI {low:.2f} to {high:.2f})" in description
    # A tick stands where its text says.
    page = drawn(figure)
    across, _ = scales(page, result.yi, np.sqrt(result.vi))
    for role, text, box in page.texts:
        if role == "tick" and box[3] < min(line[:, 1].min() for line in page.lines["axis"]):
            assert (box[0] + box[2]) / 2 == pytest.approx(np.polyval(across, math.log(float(text))), abs=0.6)


def test_the_triangle_follows_the_level() -> None:
    wide, narrow = (drawn(ev.pool([0.1, 0.3, 0.2], [0.02, 0.05, 0.03], level=level).funnel()) for level in (0.99, 0.5))
    spans = [sum(np.ptp(line[:, 0]) for line in page.lines["triangle"]) for page in (wide, narrow)]
    assert spans[0] > spans[1]
    assert any("its 99% limits" in text for text in wide.words("legend"))


def test_counts_have_funnels_too() -> None:
    table = bcg()
    counts = {name: table[name] for name in ("events1", "n1", "events2", "n2")}
    figure = funnel(ev.mantel_haenszel(**counts, measure="RR"))
    assert figure.heading == "Funnel plot: risk ratio, 13 studies"
    assert "Pooled estimate 0.64 (95% CI 0.59 to 0.69)" in figure.description


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("seed", range(21))
def test_layout(seed, width) -> None:
    result = made_up_fit(seed)
    options: dict = {"yaxis": ("se", "variance", "inverse-se")[seed % 3], "names": ("outside", "all")[seed % 2]}
    if result.k >= 3 and seed % 4 == 0:
        options["trim_and_fill"] = ev.trim_and_fill(result, side="left")
    if seed % 5 == 0:
        options["title"] = "A title that is rather long, so that it takes more than one line on the narrow page"
    preset = ("house", "revman5", "jama", "bmj", "cochrane")[seed % 5]
    page = assert_laid_out(funnel(result, width_mm=width, preset=preset, **options), width)
    assert len(page.middles("study")) == result.k


def test_bad_options_and_fits_are_refused() -> None:
    with pytest.raises(OptionError):
        funnel(fit(5), yaxis="size")
    with pytest.raises(OptionError):
        funnel(fit(5), names="some")
    with pytest.raises(InputError, match="takes a fit"):
        funnel([0.1, 0.2])
    with pytest.raises(NotPooledError):
        ev.pool([0.1, 0.3, 0.2, 0.5], [0.02, 0.05, 0.03, 0.04], mods=np.array([1.0, 2.0, 3.0, 5.0])).funnel()


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_the_same_fit_gives_the_same_bytes(suffix) -> None:
    one, two = (figure_bytes(funnel(fit(12)), suffix, dpi=72) for _ in range(2))
    assert one == two


def test_pictures() -> None:
    assert_picture(ev.trim_and_fill(bcg_fit(tau2="EE")).plot(title="BCG vaccine against tuberculosis"), "funnel-filled")
    assert_picture(funnel(fit(7, measure="MD"), width_mm=84, preset="jama"), "funnel-few")
    assert_picture(funnel(bcg_fit(), yaxis="inverse-se", names="all"), "funnel-inverse-se")


def test_a_figure_saved_by_itself_is_as_it_was_laid_out() -> None:
    figure = funnel(fit(14), width_mm=84)
    buffers = [io.BytesIO(), io.BytesIO()]
    figure.savefig(buffers[0], format="png", dpi=110)
    with own_settings():
        figure.savefig(buffers[1], format="png", dpi=110)
    with mpl.rc_context({"text.hinting": "force_autohint", "savefig.bbox": "tight"}):
        again = io.BytesIO()
        figure.savefig(again, format="png", dpi=110)
    assert buffers[0].getvalue() == buffers[1].getvalue() == again.getvalue()
