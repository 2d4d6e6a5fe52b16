"""Every kind of figure: on the page, drawn of what it is made of, refused with a reason."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, get_args

import pytest

import evidence as ev
from evidence.cli.figure_file import SUFFIXES
from evidence.errors import InputError, OptionError, UnknownIdError
from evidence.plot.fit_plots.moderators import moderator_names, moderator_values, regressed_on
from evidence.plot.kinds import KINDS, check_figure, draw_figure
from evidence.plot.page.save import _FORMATS
from evidence.plot.page.style import PresetName
from evidence.pool import pool

if TYPE_CHECKING:
    from evidence.base import EvidenceBase

OF_ANSWERS = [kind.name for kind in KINDS.values() if kind.subject == "synthesis"]
OF_BASES = [kind.name for kind in KINDS.values() if kind.subject == "base" and not kind.argument]
OPTIONS = {"cumulative": {"by": "year"}, "bubble": {"by": "latitude"}}


@pytest.fixture(scope="module")
def page(root) -> str:
    """Return the page of figures."""
    return (root / "docs" / "figures.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bcg(root) -> EvidenceBase:
    """Return the example review."""
    return ev.load(root / "examples" / "bcg-vaccine")


def test_the_page_has_every_kind_with_a_command_and_python(page) -> None:
    sections = dict(re.findall(r"^### (\S+)\n(.*?)(?=^### |\Z)", page, flags=re.MULTILINE | re.DOTALL))
    assert list(sections) == list(KINDS), "in the order of the list"
    for name, text in sections.items():
        command = next(line for line in text.splitlines() if line.startswith(f"    evidence plot {name}"))
        argument = KINDS[name].argument
        assert (argument in command) if argument in {"ID", "OUTCOME"} else True
        assert re.search(rf'plot\("{name}"|\.plot\(', text), f"{name}: no Python"
        for option in KINDS[name].options:
            assert f"--{option}" in text, f"{name}: --{option}"
        if KINDS[name].fewest == 3:
            assert "three trials" in " ".join(text.lower().split())


def test_the_page_has_every_preset_option_and_suffix(page) -> None:
    for preset in get_args(PresetName):
        assert page.count(f"`{preset}`") >= 2
    shown = subprocess.run(
        [sys.executable, "-m", "evidence.cli", "plot", "--help"], capture_output=True, text=True, check=True
    ).stdout
    for option in set(re.findall(r"--[a-z]+", shown)) - {"--help", "--project"}:
        assert option in page, option
    for suffix in SUFFIXES:
        assert f"`{suffix}`" in page
    assert set(SUFFIXES) == set(_FORMATS)


def test_links_of_the_page_lead_somewhere(page, root) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page)
    assert targets
    assert [target for target in targets if not (root / "docs" / target).exists()] == []


@pytest.mark.parametrize("kind", OF_ANSWERS)
def test_every_figure_of_an_answer_is_drawn_at_its_width_with_words(bcg, kind) -> None:
    figure = bcg.synthesis("tuberculosis").plot(kind, width_mm=120, **OPTIONS.get(kind, {}))
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(120)
    assert figure.heading
    assert "13 studies" in figure.heading + figure.description
    assert len(figure.description) > 100


@pytest.mark.parametrize("kind", [name for name in OF_ANSWERS if name != "labbe"])
def test_every_figure_of_a_fit_is_that_of_the_answer(bcg, kind) -> None:
    result = bcg.synthesis("tuberculosis")
    fit = regressed_on(result, "latitude") if kind == "bubble" else result.fit
    options = {} if kind == "cumulative" else OPTIONS.get(kind, {})
    words = fit.plot(kind, width_mm=120, **options).description
    assert "Aronson 1948" in words or kind in {"gosh", "funnel", "radial", "drapery"}
    assert "0.49 (" in words or kind in {"gosh", "bubble", "baujat"}


@pytest.mark.parametrize("kind", OF_BASES)
def test_every_figure_of_a_base_is_drawn(bcg, kind) -> None:
    figure = bcg.plot(kind, width_mm=174)
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(174)
    assert figure.description


def test_figures_of_a_base_about_one_synthesis_are_drawn(bcg) -> None:
    assert "tuberculosis" in bcg.plot("multiverse", "tuberculosis").heading
    for kind in ("traffic-lights", "bias-summary"):
        assert "13 trials" in bcg.plot(kind, "tuberculosis").heading


def test_a_forest_plot_by_kind_is_the_forest_plot(bcg) -> None:
    result = bcg.synthesis("tuberculosis")
    assert result.plot().description == result.forest().description
    assert bcg.plot("forest", "tuberculosis", sort="year").description == result.plot(sort="year").description
    assert result.plot(sort="year").description != result.plot().description
    assert result.fit.plot().description == result.fit.forest().description


@pytest.mark.parametrize(("kind", "fewest"), [(kind.name, kind.fewest) for kind in KINDS.values() if kind.fewest > 1])
def test_fewer_studies_than_a_figure_needs_are_refused_with_the_reason(kind, fewest) -> None:
    few = pool([0.1] * (fewest - 1), [0.1] * (fewest - 1))
    with pytest.raises(
        InputError, match=rf"'{kind}' needs at least {fewest} studies, since .*; this fit has {fewest - 1}"
    ):
        few.plot(kind)


def test_what_a_kind_does_not_take_is_refused_before_anything_is_computed(bcg) -> None:
    with pytest.raises(OptionError, match="did you mean 'funnel'"):
        check_figure("funel")
    with pytest.raises(OptionError, match="'house', 'revman5', 'jama', 'bmj', 'cochrane'"):
        bcg.plot("multiverse", "tuberculosis", preset="lancet")
    with pytest.raises(InputError, match="give at least 80, as 84, 120 or 174"):
        bcg.plot("multiverse", "tuberculosis", width_mm=40)
    with pytest.raises(InputError, match="'forest' takes no by='year'; these do: cumulative, gosh, bubble, reviews"):
        bcg.plot("forest", "tuberculosis", by="year")
    with pytest.raises(InputError, match="'funnel' takes no sort='year'; these do: forest, leave-one-out"):
        bcg.plot("funnel", "tuberculosis", sort="year")
    with pytest.raises(InputError, match="'prisma' takes no page=2; these do: traffic-lights"):
        bcg.plot("prisma", page=2)


def test_what_must_be_named_is_said(bcg) -> None:
    for kind in (*OF_ANSWERS, "multiverse"):
        with pytest.raises(
            InputError, match="is about one synthesis; name it: tuberculosis, tuberculosis-as-published"
        ):
            bcg.plot(kind)
        with pytest.raises(UnknownIdError, match="did you mean 'tuberculosis'"):
            bcg.plot(kind, "tuberculosi")
    for kind in OF_BASES:
        with pytest.raises(InputError, match="is about the whole base; leave 'tuberculosis' out"):
            bcg.plot(kind, "tuberculosis")
    with pytest.raises(InputError, match="compares two bases"):
        bcg.plot("changes")
    with pytest.raises(InputError, match="one outcome of published reviews"):
        bcg.plot("reviews")
    with pytest.raises(InputError, match="is not of one analysis"):
        bcg.plot("map", analysis="primary")
    with pytest.raises(InputError, match=r"EvidenceBase\.plot\('map'\) draws it"):
        bcg.synthesis("tuberculosis").plot("map")


def test_changes_and_reviews_are_drawn_of_the_shipped_base(root) -> None:
    base = ev.load(root)
    assert base.plot("changes", ".").description
    outcome = base.tables["reviews"]["outcome"].iloc[0]
    with pytest.raises((InputError, UnknownIdError)):
        base.plot("reviews", outcome, by="no such measure")


def test_moderators_are_what_the_tables_say(bcg) -> None:
    result = bcg.synthesis("tuberculosis")
    names = moderator_names(result)
    assert {"year", "people", "latitude", "allocation"} <= set(names)
    latitude = dict(zip(result.effects["study"], moderator_values(result, "latitude"), strict=True))
    assert (latitude["Aronson 1948"], latitude["TPT Madras 1980"]) == (44.0, 13.0)
    years = dict(zip(result.effects["study"], moderator_values(result, "year"), strict=True))
    assert all(str(int(year)) in study for study, year in years.items())
    people = moderator_values(result, "people")
    assert people == (result.effects["n1"] + result.effects["n2"]).tolist()
    with pytest.raises(OptionError, match="'latitude'"):
        regressed_on(result, "lattitude")
    with pytest.raises(InputError, match="names the moderator of a bubble plot: people, year"):
        result.plot("bubble")


def test_the_regression_is_that_of_the_reference(bcg) -> None:
    """R 4.2.2, metafor 3.8-1: ``rma(yi, vi, mods=~ablat, data=dat, test="knha")`` of dat.bcg, risk ratios, REML."""
    fit = regressed_on(bcg.synthesis("tuberculosis"), "latitude")
    assert fit.coefficients["estimate"].tolist() == pytest.approx([0.2514682099787, -0.0291017250112], rel=1e-4)
    assert fit.coefficients["ci_high"].tolist() == pytest.approx([0.8763835461492, -0.0110505269958], rel=1e-4)
    assert fit.tau2 == pytest.approx(0.0763479640044, rel=1e-3)


def test_a_figure_by_kind_is_the_same_every_time(bcg) -> None:
    from evidence.plot.page.save import figure_bytes

    for kind in ("gosh", "cumulative"):
        one, two = (figure_bytes(draw_figure(kind, bcg.synthesis("tuberculosis"), width_mm=84)) for _ in range(2))
        assert one == two
